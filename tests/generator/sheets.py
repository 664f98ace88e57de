"""A budget → its tables as they are printed, cell by cell, and what a reader must find in them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from generator.budgets import Budget, Manner
from generator.contents import Row
from generator.other_contents import CONTENT

LAYOUTS = Path(__file__).parent / "layouts"
UNITS = {"元": Decimal(1), "万元": Decimal(10_000)}
CODE_PARTS = {"class": slice(0, 3), "section": slice(3, 5), "item": slice(5, 7), "code": slice(7)}
#: The sides a table can have, and what kind of money stands on each; none: the table's own.
SIDES = {"revenue": "revenue", "expenditure": "expenditure", "purpose": "expenditure",
         "left": "", "right": ""}  # fmt: skip


@dataclass(frozen=True)
class Digits:
    """How a document writes its numbers."""

    separators: bool = False
    blank: str = ""
    trim: bool = False
    percent_sign: bool = False
    places: int = 2

    def write(self, value: Decimal | None, places: int | None = None) -> str:
        """The number as it stands in a cell."""
        if value is None:
            return self.blank
        places = self.places if places is None else places
        rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        if self.trim and rounded == rounded.to_integral_value():
            rounded = rounded.quantize(Decimal(1))
        return f"{rounded:,}" if self.separators else f"{rounded}"


@dataclass(frozen=True)
class Column:
    """One printed column: the headings over it, what it holds, how wide it is."""

    path: tuple[str, ...]
    meaning: str
    weight: float

    @property
    def words(self) -> list[str]:
        return self.meaning.split()

    @property
    def side(self) -> str:
        return self.words[0] if self.words[0] in SIDES else ""

    @property
    def is_label(self) -> bool:
        return self.words[-1] in (*CODE_PARTS, "name")


@dataclass(frozen=True)
class Sheet:
    """One table ready to be set: its texts, and one expected amount or none for each cell."""

    table_id: str
    title: str
    unit: str
    note: str
    columns: tuple[Column, ...]
    cells: tuple[tuple[str, ...], ...]
    expected: tuple[dict[str, Any], ...]

    @property
    def total_is_last(self) -> bool:
        return self.cells[-1][-1] != "" and any("合计" in text for text in self.cells[-1])


@cache
def layout(family: str) -> dict[str, Any]:
    """One family of forms: its kind, and its tables in printed order."""
    return tomllib.loads((LAYOUTS / f"{family}.toml").read_text("utf-8"))


def families() -> list[str]:
    """The families of forms the generator can fill in."""
    return sorted(path.stem for path in LAYOUTS.glob("*.toml"))


def sheets(budget: Budget, family: str, digits: Digits) -> list[Sheet]:
    """Every table of the budget on the forms of a family."""
    forms = layout(family)
    phase = "executed" if forms.get("kind") == "final_accounts" else "approved"
    return [_sheet(budget, family, {"phase": phase} | table, digits) for table in forms["table"]]


def _sheet(budget: Budget, family: str, table: dict[str, Any], digits: Digits) -> Sheet:
    words = {"year": budget.year, "last": budget.year - 1, "unit": budget.unit}
    columns = tuple(
        Column(tuple(part.strip() for part in path.format(**words).split(">")), meaning, weight)
        for path, meaning, weight in table["columns"]
    )
    rows = CONTENT[table.get("content", table["id"])](budget, bool(table.get("short")), family)
    if table.get("total_first"):
        rows = [*rows[-1:], *rows[:-1]]
    blank = not rows
    if blank:
        rows = [Row() for _ in range(3)] + [Row(names={"": ("合计", "合计")})]
        digits = Digits(blank="")
    cells, expected = [], []
    for number, row in enumerate(rows, start=1):
        texts = [_text(column, row, table["unit"], digits, budget.manner) for column in columns]
        cells.append(tuple(texts))
        for place, (column, text) in enumerate(zip(columns, texts, strict=True), start=1):
            if not column.is_label and text not in ("", "-", "—"):
                record = _record(budget, table, column, row, text)
                expected.append(record | {"row": number, "column": place})
    return Sheet(
        table["id"],
        table["title"].format(**words),
        table["unit"],
        table.get("note", "").format(**words) if blank else "",
        columns,
        tuple(cells),
        tuple(expected),
    )


def _text(column: Column, row: Row, unit: str, digits: Digits, manner: Manner) -> str:
    last = column.words[-1]
    if last in CODE_PARTS:
        return (row.codes.get(column.side) or row.code)[CODE_PARTS[last]]
    if last == "name":
        return row.names.get(column.side, ("", ""))[0]
    if column.meaning not in row.amounts:
        return digits.blank if row.amounts and _is_line(row, column) else ""
    value = row.amounts[column.meaning]
    percent = last == "change_percent"
    if value is not None and not percent:
        value /= UNITS[unit]
    text = digits.write(value, manner.places if percent else None)
    return text + "%" if percent and value is not None and digits.percent_sign else text


def _is_line(row: Row, column: Column) -> bool:
    """Is anything at all printed on this side of the row?"""
    return column.side in row.names or "" in row.names or not row.names


def _record(
    budget: Budget, table: dict[str, Any], column: Column, row: Row, text: str
) -> dict[str, Any]:
    """What ``amounts.csv`` must say of this cell."""
    words = column.words
    (measure,) = [w for w in words if w not in (*SIDES, "last", "executed", "approved")]
    printed = text.replace(",", "").rstrip("%")
    percent = measure.endswith("_percent")
    names = row.names.get(column.side) or row.names.get("") or ("", "")
    economic = bool(table.get("economic"))
    code = row.codes.get(column.side) or row.code
    phase = next((w for w in words if w in ("executed", "approved")), table["phase"])
    return {
        "table_id": table["id"],
        "direction": SIDES.get(column.side) or table.get("direction", "expenditure"),
        "function_code": "" if economic else code,
        "economic_code": code if economic else "",
        "name": names[1],
        "measure": measure,
        "fiscal_year": budget.year - ("last" in words),
        "phase": phase,
        "value": Decimal(printed) * (1 if percent else UNITS[table["unit"]]),
        "unit": "percent" if percent else "CNY",
        "printed": printed,
    }
