"""What an analyst looks at: one table of one document, some of its rows, one of its measures.

A view is a value. Turning one of its choices gives another view, which keeps the other choices as
far as the document offers them; chart, table, page and export all show the same rows.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from io import StringIO
from pathlib import Path
from typing import Any

from unitbudget.briefing.budget import Budget, open_budget
from unitbudget.briefing.charts import Bar, Chart, bars
from unitbudget.briefing.offers import (
    ALL,
    EVERY,
    Choice,
    documents,
    levels,
    measures,
    opened,
    sides,
    tables,
    word,
    wording,
)  # fmt: skip
from unitbudget.briefing.picturing import MOST, few, label
from unitbudget.briefing.questions import Question, is_sum, known
from unitbudget.briefing.rows import Line, Table
from unitbudget.briefing.show import Content
from unitbudget.briefing.sources import Sources
from unitbudget.briefing.words import Sentence, formed, plain, shown, text
from unitbudget.figures import Figure
from unitbudget.package import clean_folder

CHOICES = ("document", "table", "side", "level", "measure")
#: Text that begins so is a formula to a spreadsheet, in either width.
ACTIVE = tuple("=+-@＝＋－＠−")


@dataclass(frozen=True)
class View:
    """One table of one document, some of its rows, one of its measures."""

    clean: Path
    document: str
    table: str = ""
    side: str = ""
    level: int = 1
    measure: str = "total"

    @cached_property
    def budget(self) -> Budget:
        return opened(self.clean, self.document)

    @cached_property
    def sources(self) -> Sources:
        """The places of the printed numbers."""
        return Sources(self.budget.package)

    @cached_property
    def question(self) -> Question:
        """The rows of the table, or of its chosen side."""
        asked = self.budget.of(self.table)
        return asked.direction(self.side) if self.side else asked

    @cached_property
    def choices(self) -> Mapping[str, list[Choice]]:
        """What can be chosen here, choice by choice; nothing to choose where there is one."""
        return {
            "document": documents(self.clean),
            "table": tables(self.budget),
            "side": sides(self.budget.of(self.table)),
            "level": levels(self.question),
            "measure": measures(self.question),
        }

    def turned(self, choice: str, value: Any) -> View:
        """Another view: this choice turned, the others kept as far as they are offered there."""
        name = known("选择", choice, {name: wording()["controls"][name] for name in CHOICES})
        changed: dict[str, Any] = {name: value}
        view = replace(self, **changed)
        for each in CHOICES[CHOICES.index(name) + 1 :]:
            offered = [value for _, value in view.choices[each]]
            if getattr(view, each) not in offered:
                changed = {each: offered[0] if offered else type(getattr(view, each))()}
                view = replace(view, **changed)
        return view

    @cached_property
    def rows(self) -> Table:
        """The rows with their shares, and their changes where another time is printed."""
        if not self.budget.of(self.table).rows:
            return self.question.measure("total")
        if self.measure == EVERY:
            return self.question.all_measures()
        asked = self.question.level(self.level) if self.level else self.question
        found = asked.measure(self.measure)
        found = replace(found, lines=(*found.lines, *self._sums(found)))
        if not found.lines and found.total:
            found = replace(found, lines=(found.total,), total=None)
        if any("base" in line.figures for line in found):
            found = found.change()
        values = [line.value for line in found if line["value"]]
        parts = all(value.unit == "CNY" and value.value >= 0 for value in values)
        return found.share() if parts and found.whole else found

    def _sums(self, found: Table) -> list[Line]:
        """Among all rows, those that sum up others and are not the total at the foot."""
        alone = (replace(self.question, rows=(r,)) for r in self.question.rows if is_sum(r[0]))
        asked = [each.measure(self.measure) for each in alone] if self.level == ALL else []
        lines = [line for each in asked for line in (*each.subtotals, each.total) if line]
        return [line for line in lines if found.total is None or line.value != found.total.value]

    @property
    def numbers(self) -> list[Choice]:
        """The printed numbers in view, each as it is read and by its cell; the own year's first."""
        found: dict[str, str] = {}
        for line in [*self.rows, *filter(None, [self.rows.total])]:
            for column in sorted(self.rows.columns, key=lambda column: column.key != "value"):
                figure = line[column.key]
                if figure and len(figure.cells) == 1 and figure.cells[0] not in found:
                    name = f"{line.code} {line.name}".strip()
                    said = shown(figure, column.style)
                    found[figure.cells[0]] = str(
                        word("number", name=name, label=column.label, value=said)
                    )
        return [(said, cell) for cell, said in found.items()]

    @cached_property
    def chart(self) -> Chart | Sentence:
        """The rows as bars: the largest first on one level, as printed over all levels."""
        table = self.rows
        if self.level != ALL or self.measure == EVERY:
            lines = tuple(line for line in table if line["value"])
            ordered = replace(table, lines=lines)
            ordered = ordered if self.measure == EVERY else ordered.sorted()
            found = few(ordered, MOST)
        else:
            found = [line for line in table if line["value"] and not self._is_sum(line)]
        if not found:
            return text(table.missing)
        most = max(_finest(found), key=lambda line: line.value.value)
        drawn = [self._bar(line, line is most) for line in found]
        return bars(self._message(found, most), drawn, table.shown(), source=table.source)

    def _is_sum(self, line: Line) -> bool:
        sums = {row[0].name for row in self.question.rows if is_sum(row[0])}
        return not line.code and line.name in sums and len(self.rows) > 1

    def _bar(self, line: Line, strong: bool) -> Bar:
        depth = len(line.code) // 2 - 1 if self.level == ALL and line.code else 0
        name = "　" * depth + (plain(line.name) or line.code)
        style = "wan" if line.value.unit == "CNY" else ""
        said, part = label(line, "value", style), label(line, "share")
        return Bar(name, line.value, said, part, strong=strong)

    def _message(self, lines: list[Line], most: Line) -> Sentence:
        head, style = self.rows.label, "wan" if most.value.unit == "CNY" else ""
        if self.measure == EVERY:
            head, most = f"{self.rows.caption}，{head}", lines[0]
        value = formed(f"{{value:{style}}}" if style else "{value:percent}", value=most.value)
        about = {"label": head, "name": most.name, "value": value}
        if self.measure == EVERY or len(lines) == 1:
            return word("alike", **about)
        if most["share"]:
            return word("most_share", share=most["share"], **about)
        return word("most" if most.value.unit == "CNY" else "highest", **about)

    @property
    def cells(self) -> list[str]:
        """The cells in view, in printed order."""
        return list(dict.fromkeys(c for figure in self.rows.figures for c in figure.cells))

    @property
    def pages(self) -> list[int]:
        """The pages the rows in view are printed on, or those of the empty table."""
        document = self.budget.document
        found = {document.pages[cell] for cell in self.cells if cell in document.pages}
        if not found and self.table in document.tables:
            found = {int(document.tables[self.table]["first_page"])}
        return sorted(found)

    @property
    def csv(self) -> str:
        """The rows in view for a spreadsheet: real numbers, their cells, and no live formula."""
        said = self.rows.shown()
        sheet = StringIO()
        writer = csv.writer(sheet)
        writer.writerow([*(inert(head.label) for head in said.headings), str(word("where"))])
        for row in (*said.rows, *filter(None, [said.total])):
            cells = dict.fromkeys(c for cell in row if isinstance(cell, Figure) for c in cell.cells)
            writer.writerow([*map(_raw, row), ";".join(cells)])
        return sheet.getvalue()

    @property
    def name(self) -> str:
        """What a file of these rows is called."""
        parts = [self.document, self.table, self.side, f"level{self.level}" if self.level else ""]
        return "-".join(filter(None, [*parts, self.measure]))


def view(document: str = "", clean: str | Path = "", **choices: Any) -> View:
    """The view of these choices, by identifier or in Chinese, and the usual ones for the rest."""
    folder = Path(clean) if clean else clean_folder()
    start = View(folder, open_budget(document, folder).id)
    start = start.turned("table", start.budget.spending().table)
    if not start.budget.of(start.table).rows and start.choices["table"]:
        start = start.turned("table", start.choices["table"][0][1])
    for name in sorted(choices, key=lambda name: CHOICES.index(name) if name in CHOICES else -1):
        start = start.turned(name, _meant(start, name, choices[name]))
    return start


def _meant(start: View, name: str, value: Any) -> Any:
    """The choice a reader means: by its identifier, its Chinese name, or nearly so."""
    offered = {str(value): said for said, value in start.choices.get(name, [])}
    if name == "table":
        return start.budget.of(value).table
    if not offered:
        return value
    meant = known(wording()["controls"][name], str(value), offered)
    return next(each for _, each in start.choices[name] if str(each) == meant)


def _finest(lines: list[Line]) -> list[Line]:
    """The rows that no other row details further."""
    above = {line.code[:width] for line in lines for width in (3, 5) if width < len(line.code)}
    return [line for line in lines if line.code not in above] or lines


def _raw(cell: Content) -> str:
    if isinstance(cell, Figure):
        return f"{cell.value:f}"
    return "" if cell is None else inert(cell)


def inert(said: object) -> str:
    """Text of a document that no spreadsheet takes for a formula."""
    words = plain(said)
    return "'" + words if words.lstrip().startswith(ACTIVE) else words
