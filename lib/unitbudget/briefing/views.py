"""What an analyst looks at: one table of one document, some of its rows, one of its columns.

A view is a value. Turning one of its choices gives another view, which keeps the other choices as
far as the document offers them; chart, table, page and export all show the same frame.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.charts import Chart, bars
from unitbudget.briefing.opening import budgets
from unitbudget.briefing.tables import TOTAL, known
from unitbudget.briefing.words import Sentence, formed, shown, text, vocabulary
from unitbudget.money.display import Shown, plain
from unitbudget.money.figure import YUAN, Figure
from unitbudget.package import clean_folder

#: A choice as readers see it, and what it stands for.
Choice = tuple[str, str]
CHOICES = ("document", "table", "side", "level", "measure")
#: Every row.
ALL = "全部"
#: Text that begins so is a formula to a spreadsheet, in either width.
ACTIVE = tuple("=+-@＝＋－＠−")


@cache
def wording() -> dict[str, Any]:
    """The words of the desk, as data."""
    source = files("unitbudget") / "reference" / "desk.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def word(key: str, **values: Any) -> Sentence:
    """The sentence of that name, its blanks filled."""
    return formed(str(wording()["sentences"][key]), **values)


@dataclass(frozen=True)
class View:
    """One table of one document, some of its rows, one of its columns."""

    clean: Path
    document: str
    table: str = ""
    side: str = ""
    level: str = "类"
    measure: str = "total"

    @cached_property
    def budget(self) -> Budget:
        return budgets(self.clean)[self.document]

    @cached_property
    def sheet(self) -> Any:
        """The table, or its chosen side, whole."""
        return self.budget[(self.table, self.side)] if self.side else self.budget[self.table]

    @cached_property
    def choices(self) -> Mapping[str, list[Choice]]:
        """What can be chosen here, choice by choice; nothing to choose where there is one."""
        whole = self.budget[self.table]
        sides = list(dict.fromkeys(whole.get("direction", [])))
        names, levels = vocabulary()["directions"], list(dict.fromkeys(self.sheet["level"]))
        order = [level for level in ("类", "款", "项") if level in levels]
        labels = self.sheet.attrs["labels"]
        return {
            "document": [(plain(b.title), b.id) for b in budgets(self.clean)],
            "table": [(self._table(name), name) for name in self.budget.tables_printed],
            "side": [(names[side], side) for side in sides],
            "level": [(each, each) for each in (order if len(order) == 1 else [*order, ALL])],
            "measure": [(labels.get(name, name), name) for name in self._measures],
        }

    @property
    def _measures(self) -> list[str]:
        return [str(name) for name in self.sheet if str(self.sheet[name].dtype) == "figure"]

    def _table(self, name: str) -> str:
        said = plain(self.budget.table_name(name))
        status = self.budget.tables.at[name, "status"]
        keys = {"empty": "empty_table", "unread": "unread_table"}
        return str(word(keys[status], table=said)) if status in keys else said

    def turned(self, choice: str, value: Any) -> View:
        """Another view: this choice turned, the others kept as far as they are offered there."""
        name = known("选择", choice, {name: wording()["controls"][name] for name in CHOICES})
        value = self.budget[value].attrs["table"] if name == "table" else value
        changed: dict[str, Any] = {name: value}
        view = replace(self, **changed)
        for each in CHOICES[CHOICES.index(name) + 1 :]:
            offered = [value for _, value in view.choices[each]]
            if getattr(view, each) not in offered:
                changed = {each: offered[0] if offered else ""}
                view = replace(view, **changed)
        return view

    @cached_property
    def frame(self) -> Any:
        """The rows in view, with their shares of the printed total where that makes sense."""
        sheet = self.sheet
        kept = sheet["level"].isin([self.level, TOTAL]) if self.level not in ("", ALL) else True
        rows = sheet[kept] if kept is not True else sheet
        rows = rows[rows[self._measures].notna().any(axis=1)].copy()
        if self.measure not in rows or TOTAL not in rows.index:
            return rows
        if self.level != ALL:
            body = rows[rows["level"] != TOTAL].sort_values(self.measure, ascending=False)
            rows = pd.concat([body, rows[rows["level"] == TOTAL]])
        whole = rows[rows["level"] == TOTAL][self.measure].iloc[-1]
        parts = [figure for figure in rows[self.measure].dropna()]
        if all(figure.unit == YUAN and figure.value >= 0 for figure in parts):
            rows["share"] = rows[self.measure] / whole
        return rows

    @cached_property
    def chart(self) -> Chart | Sentence:
        """The rows as bars: the largest first on one level, as printed over all levels."""
        rows, measure = self.frame, self.measure
        if measure not in rows:
            return word("no_number")
        body = rows[(rows["level"] != TOTAL) & rows[measure].notna()]
        rows = body if len(body) else rows[rows[measure].notna()]
        if not len(rows):
            return text(self.sheet.attrs["missing"]) or word("no_number")
        key = "most_share" if "share" in rows and len(body) > 1 else "most"
        key = "alike" if len(rows) == 1 else key
        top = rows.sort_values(measure, ascending=False).iloc[0]
        about = {"label": self.sheet.attrs["labels"].get(measure, measure), "name": top["name"]}
        about |= {"value": top[measure], "share": top.get("share")}
        share = "share" if "share" in rows and len(body) else ""
        return bars(rows, measure, share=share, message=word(key, **about))

    @property
    def numbers(self) -> list[Choice]:
        """The printed numbers in view, as read and by cell; those of the chosen column first."""
        found: dict[str, str] = {}
        labels = self.sheet.attrs["labels"]
        order = sorted(self._measures, key=lambda name: name != self.measure)
        for code, row in self.frame.iterrows():
            for column in order:
                figure = row[column]
                if isinstance(figure, Figure) and len(figure.cells) == 1:
                    name = f"{code if str(code).isdigit() else ''} {row['name']}".strip()
                    about = {"name": name, "label": labels.get(column, ""), "value": shown(figure)}
                    found.setdefault(figure.cells[0], str(word("number", **about)))
        return [(said, cell) for cell, said in found.items()]

    @property
    def cells(self) -> list[str]:
        """The cells in view, in printed order."""
        return list(dict.fromkeys(cell for f in Shown(self.frame).figures for cell in f.cells))

    @property
    def pages(self) -> list[int]:
        """The pages the rows in view are printed on, or those of the empty table."""
        amounts = self.budget.amounts
        found = set(amounts.loc[[c for c in self.cells if c in amounts.index], "page"])
        if not found and self.table in self.budget.tables.index:
            found = {self.budget.tables.at[self.table, "first_page"]}
        return sorted(map(int, found))

    @cached_property
    def uses(self) -> Any:
        """Every check and statement by the cell it uses."""
        return cell_uses(self.budget)

    @property
    def csv(self) -> str:
        """The rows in view for a spreadsheet: real numbers, their cells, and no live formula."""
        said = Shown(self.frame)
        sheet = StringIO()
        writer = csv.writer(sheet)
        heads = [inert(said.head(name)) for name, _ in said.columns]
        writer.writerow([*heads, str(word("where"))])
        for row in zip(*(values for _, values in said.columns), strict=True):
            cells = dict.fromkeys(c for each in row if isinstance(each, Figure) for c in each.cells)
            writer.writerow([*map(_raw, row), ";".join(cells)])
        return sheet.getvalue()

    @property
    def name(self) -> str:
        """What a file of these rows is called."""
        parts = [self.document, self.table, self.side, self.level, self.measure]
        return "-".join(filter(None, parts))


def cell_uses(b: Budget) -> Any:
    """Which checks and statements rest on each printed cell: one row for each of them."""
    checks, claims = b.checks.assign(page=0), b.claims.rename(columns={"value": "stated"})
    claims = claims.assign(says=claims["sentence"])
    columns = ["rule_id", "status", "says", "subject", "stated", "computed", "reason", "page"]
    both = pd.concat([checks[[*columns, "cells"]], claims[[*columns, "cells"]]])
    both = both.assign(cell=both["cells"].str.split(";")).explode("cell").drop(columns="cells")
    return both[both["cell"] != ""].reset_index(drop=True)


def view(document: str = "", clean: str | Path = "", **choices: Any) -> View:
    """The view of these choices, by identifier or in Chinese, and the usual ones for the rest."""
    folder = Path(clean) if clean else clean_folder()
    start = View(folder, budgets(folder)[document].id)
    table = start.budget.spending.attrs["table"]
    printed = start.budget.tables_printed
    start = start.turned("table", table if table in start.budget else (printed or [table])[0])
    for name in sorted(choices, key=lambda name: CHOICES.index(name) if name in CHOICES else -1):
        start = start.turned(name, _meant(start, name, choices[name]))
    return start


def _meant(start: View, name: str, value: Any) -> Any:
    """The choice a reader means: by its identifier, its Chinese name, or nearly so."""
    if name == "table":
        return value
    offered = {value: said for said, value in start.choices.get(name, [])}
    kind = wording()["controls"][name]
    if name == "measure":  # by the name of the measure too, whatever the column is headed
        usual = {measure: rule_book().measures.get(measure, "") for measure in offered}
        return known(kind, str(value), offered if value in offered.values() else usual)
    return known(kind, str(value), offered) if offered else value


def _raw(cell: object) -> str:
    if isinstance(cell, Figure):
        return str(cell)
    return "" if cell is None or str(cell) == "<NA>" else inert(cell)


def inert(said: object) -> str:
    """Text of a document that no spreadsheet takes for a formula."""
    words = plain(said)
    return "'" + words if words.lstrip().startswith(ACTIVE) else words
