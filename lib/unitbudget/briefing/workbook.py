"""One document's numbers as a workbook: every printed table with real numbers, and the tidy rows.

Text of a document stays text: a cell that begins with = + - @ is never a formula. The same package
always gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.sources import PHASES
from unitbudget.briefing.words import vocabulary
from unitbudget.money.display import plain
from unitbudget.package import Package, records, schema

#: Files of the package, each a sheet, under the names readers know.
SHEETS = {
    "amounts": "金额明细",
    "checks": "勾稽核对",
    "claims": "正文的数",
    "implied": "推算",
    "reasons": "增减原因",
    "findings": "发现",
    "indicators": "绩效指标",
    "projects": "项目",
}
#: Columns of the package that hold amounts of money.
MONEY = frozenset({"value", "low", "high", "stated", "computed", "difference", "money"})
WIDEST, NARROWEST = 60, 8
#: The first sheet, and the number spreadsheets have for A4.
FIRST, A4 = "一页", 9
# A workbook records when it was made; the same numbers must give the same file.
MADE = datetime(2000, 1, 1)


def write_workbook(document: Package, path: Path, first: Sequence[tuple[str, str]] = ()) -> None:
    """Write one document's workbook, whole or not at all; ``first`` are its first page's lines.

    It prints on A4, landscape, as wide as its columns, the heads on every sheet of paper.
    """
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
               "strings_to_numbers": False, "nan_inf_to_errors": False}  # fmt: skip
    with xlsxwriter.Workbook(content, options) as book:
        book.set_properties({"title": plain(document.documents["title"].iloc[0]), "created": MADE})
        pen = _Pen(book)
        tables = list(records(document.tables))
        names = _sheet_names(tables)
        if first:
            title = document.documents["title"].iloc[0]
            pen.sheet(FIRST, [title], ["问", "答"], first, wrapped=True)
        _about(pen, document, names)
        for table in tables:
            _printed(pen, names[table["table_id"]], table, document)
        for file, name in SHEETS.items():
            _tidy(pen, name, file, getattr(document, file))
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(path.name + ".new")
    fresh.write_bytes(content.getvalue())
    fresh.replace(path)


class _Pen:
    """Writes rows of words and numbers into sheets, each as what it is."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        face = {"font_name": "Microsoft YaHei", "font_size": 10, "valign": "top"}
        self.title = book.add_format(face | {"bold": True, "font_size": 14})
        self.head = book.add_format(face | {"bold": True, "bottom": 1, "text_wrap": True})
        self.words = book.add_format(face)
        self.wrapped = book.add_format(face | {"text_wrap": True})
        self.money = book.add_format(face | {"num_format": "#,##0.00"})
        self.whole = book.add_format(face | {"num_format": "0"})
        self.percent = book.add_format(face | {"num_format": '0.00"%"'})

    def sheet(
        self,
        name: str,
        titles: Sequence[str],
        heads: Sequence[str],
        rows: Iterable[Sequence[Any]],
        wrapped: bool = False,
    ) -> None:
        """A sheet: lines of words on top, a row of heads that stays in sight, rows below."""
        sheet = self.book.add_worksheet(name)
        for number, title in enumerate(titles):
            sheet.write_string(number, 0, plain(title), self.words if number else self.title)
        top = len(titles)
        widths = [_width(head) for head in heads]
        for column, head in enumerate(heads):
            sheet.write_string(top, column, plain(head), self.head)
        last = top
        for last, row in enumerate(rows, start=top + 1):
            for column, value in enumerate(row):
                self._put(sheet, last, column, value, wrapped)
                widths[column] = max(widths[column], _width(value))
        for column, width in enumerate(widths):
            style = self.wrapped if wrapped else None
            widest = 2 * WIDEST if wrapped else WIDEST
            sheet.set_column(column, column, min(max(width, NARROWEST), widest), style)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(top)
        sheet.set_footer("&C&P / &N")
        sheet.freeze_panes(top + 1, 0)
        sheet.autofilter(top, 0, last, len(heads) - 1)

    def _put(self, sheet: Any, row: int, column: int, value: Any, wrapped: bool) -> None:
        if isinstance(value, tuple):
            number, style = value
            sheet.write_number(row, column, float(number), getattr(self, style))
        elif isinstance(value, str):
            if value:
                style = self.wrapped if wrapped else self.words
                sheet.write_string(row, column, plain(value), style)
        elif value is not None and not pd.isna(value):
            style = self.whole if float(value).is_integer() else self.money
            sheet.write_number(row, column, float(value), style)


def _width(value: Any) -> int:
    """How many digits wide a value is: a Chinese character takes two."""
    text = (f"{value[0]:,.2f}" if isinstance(value, tuple) else str(value))[: 2 * WIDEST]
    return len(text) + (0 if text.isascii() else sum(c > "\u2e7f" for c in text)) + 2


def _sheet_names(tables: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """A name for each table's sheet: its number and the name it goes by, short enough for a tab."""
    known, names = rule_book().tables, dict[str, str]()
    for number, table in enumerate(tables, start=1):
        name = known.get(table["table_id"], table["table_id"])
        names[table["table_id"]] = re.sub(r"[\[\]:*?/\\']", "", f"表{number} {name}")[:31]
    return names


def _about(pen: _Pen, document: Package, names: Mapping[str, str]) -> None:
    facts = document.documents.iloc[0]
    about = [
        ("单位", facts["unit"]),
        ("年度", int(facts["fiscal_year"])),
        ("原文件", facts["source_file"]),
        ("页数", int(facts["pages"])),
        ("SHA-256", facts["sha256"]),
        ("“表”各页", "按原文的行列，数字用原文的单位；空白格是原文空白，不是零"),
        ("其余各页", "金额一律为元"),
    ]
    listed = [(names[row["table_id"]], _place(row)) for row in records(document.tables)]
    files = [(name, str(schema()[file]["title"])) for file, name in SHEETS.items()]
    pen.sheet("说明", [facts["title"]], ["内容", "说明"], [*about, *listed, *files])


def _place(table: Mapping[str, Any]) -> str:
    pages = f"第 {table['first_page']}–{table['last_page']} 页"
    return f"{table['title']}（{pages}，{_unit(table)}）"


def _unit(table: Mapping[str, Any]) -> str:
    return "没有读出来" if table["status"] == "unread" else f"单位：{table['unit'] or '元'}"


def _printed(pen: _Pen, name: str, table: Mapping[str, Any], document: Package) -> None:
    """One table as printed: its rows in order, each side with its codes, names and columns."""
    amounts = document.amounts[document.amounts["table_id"] == table["table_id"]]
    heads: list[str] = ["行"]
    filled: dict[int, dict[int, Any]] = {}
    for direction, side in amounts.groupby("direction", sort=False):
        start = len(heads)
        columns = sorted(side["column"].unique())
        coded = bool((side["function_code"] + side["economic_code"]).str.len().sum())
        label = str(vocabulary()["directions"].get(str(direction), ""))
        heads += [*(["编码"] if coded else []), f"项目（{label}）" if label else "项目"]
        first = len(heads)
        heads += [_head(side[side["column"] == column].iloc[0]) for column in columns]
        for row in records(side):
            cells = filled.setdefault(int(row["row"]), {})
            if coded:
                cells[start] = row["function_code"] or row["economic_code"]
            cells[first - 1] = row["name"]
            style = "percent" if row["unit"] == "percent" else "money"
            cells[first + columns.index(row["column"])] = (float(row["printed"]), style)
    width = range(1, len(heads))
    rows = [[row, *(cells.get(c, "") for c in width)] for row, cells in sorted(filled.items())]
    titles = [table["title"], _unit(table), table["note"]]
    pen.sheet(name, [title for title in titles if title], heads, rows)


def _head(row: Mapping[str, Any]) -> str:
    measure = rule_book().measures.get(row["measure"], row["measure"])
    return f"{row['fiscal_year']}年{PHASES.get(row['phase'], '')} {measure}"


def _tidy(pen: _Pen, name: str, file: str, frame: pd.DataFrame) -> None:
    """One file of the package, every column but the document's own name."""
    columns = [column for column in frame.columns if column != "document_id"]
    rows = ([_cell(column, row[column]) for column in columns] for row in records(frame))
    pen.sheet(name, [str(schema()[file]["title"])], columns, rows)


def _cell(column: str, value: Any) -> Any:
    if column in MONEY and not pd.isna(value):
        return value, "money"
    return value
