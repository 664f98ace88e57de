"""A question put to one printed table, word by word: which rows, which side, which measure.

A word that is nobody's name is an error and names the nearest one; a table, side or measure that
this document does not print makes an empty answer that says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import Any

from unitbudget.auditing.rules import is_total, rule_book
from unitbudget.briefing.rows import Column, Line, Table
from unitbudget.briefing.words import say, vocabulary
from unitbudget.entries import Entry
from unitbudget.errors import UnitBudgetError
from unitbudget.figures import Figure, Ledger
from unitbudget.money.text import heading

Time = tuple[int, str]

_NUMBERED = re.compile(r"(\d{1,2})[、.．]\s*")


class UnknownWord(UnitBudgetError):
    """A table, measure, row or document nobody has heard of, and the nearest one that exists."""


def known(kind: str, word: str, names: Mapping[str, str]) -> str:
    """The identifier a reader means, by itself or in Chinese; an error names the nearest."""
    if word in names:
        return word
    chinese = {heading(said): name for name, said in names.items() if said}
    if heading(word) in chinese:
        return chinese[heading(word)]
    near = get_close_matches(word, names, 1, 0.6)
    near = near or get_close_matches(heading(word), chinese, 1, 0.4)
    if near:
        name = chinese.get(near[0], near[0])
        raise UnknownWord(str(say("did_you_mean", kind=kind, word=word, name=_both(name, names))))
    listed = "、".join(_both(name, names) for name in names) or "（无）"
    raise UnknownWord(str(say("unknown_word", kind=kind, word=word, names=listed)))


def _both(name: str, names: Mapping[str, str]) -> str:
    return f"{name}（{names[name]}）" if names[name] else name


@dataclass(frozen=True)
class Document:
    """What a question needs to know of a document: its amounts, its printed tables, its kind."""

    ledger: Ledger
    tables: Mapping[str, Mapping[str, Any]]
    pages: Mapping[str, int]
    kind: str

    def table_name(self, table: str) -> str:
        """The usual name of a table, or the printed one where it has no usual name."""
        printed = str(self.tables.get(table, {}).get("title") or table)
        return rule_book().tables.get(table, _NUMBERED.sub("", printed))

    def time_name(self, time: Time) -> str:
        """A year and a phase as the document's readers say it: 2019年执行数, 2020年预算数."""
        year, phase = time
        own = self.kind == "final_accounts" and year == self.ledger.year
        word = "final" if own and phase == "executed" else phase
        return str(say("time", year=str(year), phase=vocabulary()["phases"][word]))

    def source(self, cells: Iterable[str]) -> str:
        """The tables and pages that cells are printed on, as a line under a chart or a table."""
        spans: dict[str, set[int]] = {}
        for cell in cells:
            if cell in self.pages:
                spans.setdefault(cell.partition("!")[0], set()).add(self.pages[cell])
        said = [self._place(table, sorted(pages)) for table, pages in spans.items()]
        return str(say("source", places="；".join(said))) if said else ""

    def _place(self, table: str, pages: list[int]) -> str:
        numbered = _NUMBERED.match(str(self.tables.get(table, {}).get("title") or ""))
        key = "place_numbered" if numbered else "place"
        first, last = str(pages[0]), str(pages[-1])
        span = first if first == last else f"{first}–{last}"
        number = numbered[1] if numbered else ""
        return str(say(key, number=number, table=self.table_name(table), pages=span))

    def missing(self, table: str) -> str:
        """Why a table has no rows: not printed, not read, or printed empty, with its note."""
        if not self.ledger.has(table):
            unread = "not_read" if table in self.ledger.unread else "perhaps_not_read"
            key = unread if self.ledger.may_be_unread(table) else "not_printed"
            return str(say(key, table=self.table_name(table)))
        note = self.ledger.note(table)
        return str(say("printed_empty", table=self.table_name(table), note=note))


@dataclass(frozen=True)
class Question:
    """A table of the document and the rows asked about so far."""

    document: Document
    table: str
    rows: tuple[tuple[Entry, ...], ...]
    side: str = ""

    def direction(self, side: str) -> Question:
        """Only the rows of one side of a two-sided table: revenue or expenditure."""
        side = known("方向", side, vocabulary()["directions"])
        kept = tuple(row for row in self.rows if row[0].direction == side)
        return replace(self, rows=kept, side=side)

    def level(self, level: int) -> Question:
        """Only 类 (1), 款 (2) or 项 (3); in a table without codes every row is a category."""
        totals = tuple(row for row in self.rows if is_sum(row[0]))
        body = [row for row in self.rows if not is_sum(row[0])]
        width = 2 * level + 1
        kept = tuple(row for row in body if not row[0].code or len(row[0].code) == width)
        return replace(self, rows=kept + totals)

    def items(self) -> Question:
        """Only the rows that no other row details further."""
        codes = {row[0].code for row in self.rows if row[0].code}
        above = {code[:width] for code in codes for width in (3, 5) if width < len(code)}
        return replace(self, rows=tuple(row for row in self.rows if row[0].code not in above))

    def under(self, code: str) -> Question:
        """Only the rows below that code."""
        below = (row for row in self.rows if row[0].code.startswith(code))
        return replace(self, rows=tuple(row for row in below if row[0].code != code))

    def measure(self, measure: str = "total") -> Table:
        """The figures of one measure, in the document's own year and phase."""
        measure = self._measure(measure)
        ledger = self.document.ledger
        time = ledger.year, ledger.phase
        base = self._base(measure)
        lines = [self._line(row, measure, time, base) for row in self.rows]
        printed = [line for line in lines if line[1].figures]
        body = tuple(line for row, line in printed if not is_sum(row[0]))
        totals = [line for row, line in printed if is_total(row[0]) and "value" in line.figures]
        subtotals = [line for row, line in printed if is_sum(row[0]) and not is_total(row[0])]
        return Table(
            caption=self._caption(measure),
            lines=body,
            columns=(Column("value", self._label(measure, time), "bare"),),
            total=totals[-1] if totals else None,
            subtotals=tuple(subtotals),
            source=self.document.source(c for _, line in printed for c in _cells(line)),
            missing="" if printed else self._missing(measure),
            base_label=self._label(measure, base) if base else "",
        )

    def each_measure(self, *measures: str) -> Table:
        """A table printed as one row: each of its measures a row, each printed time a column."""
        ledger, document = self.document.ledger, self.document
        entries = [entry for row in self.rows for entry in row]
        own = ledger.year, ledger.phase
        times = sorted({(entry.year, entry.phase) for entry in entries})
        columns = {t: "value" if t == own else f"{t[1]}_{t[0]}" for t in times}
        lines = []
        for measure in map(self._measure, measures):
            at = [entry for entry in entries if entry.measure == measure]
            figures = {columns[entry.year, entry.phase]: ledger.figure(entry) for entry in at}
            page = min((document.pages.get(entry.cell, 0) for entry in at), default=0)
            if figures:
                lines.append(Line(rule_book().measures.get(measure, measure), figures, "", page))
        return Table(
            caption=document.table_name(self.table),
            lines=tuple(lines),
            columns=tuple(Column(columns[t], document.time_name(t), "bare") for t in times),
            source=document.source(entry.cell for entry in entries),
            missing="" if lines else document.missing(self.table),
        )

    def all_measures(self) -> Table:
        """Every measure of a table printed as one row."""
        return self.each_measure(*dict.fromkeys(e.measure for row in self.rows for e in row))

    def _measure(self, measure: str) -> str:
        printed = dict.fromkeys(entry.measure for row in self.rows for entry in row)
        names = {name: rule_book().measures.get(name, "") for name in printed}
        return known("度量", measure, names | dict(rule_book().measures))

    def _line(
        self, row: tuple[Entry, ...], measure: str, time: Time, base: Time | None
    ) -> tuple[tuple[Entry, ...], Line]:
        ledger = self.document.ledger
        at = {(e.year, e.phase): e for e in row if e.measure == measure}
        figures = {}
        if time in at:
            figures["value"] = ledger.figure(at[time])
        if base in at:
            figures["base"] = ledger.figure(at[base])
        if "base" in figures and "value" not in figures:
            figures["value"] = Figure(figures["base"].value * 0, formula="0")
        cells = [cell for figure in figures.values() for cell in figure.cells]
        page = self.document.pages.get(cells[0], 0) if cells else 0
        return row, Line(row[0].name, figures, row[0].code, page)

    def _base(self, measure: str) -> Time | None:
        """What figures are compared with: last year's execution or budget, else the own budget."""
        ledger = self.document.ledger
        printed = {(e.year, e.phase) for row in self.rows for e in row if e.measure == measure}
        last = ledger.year - 1
        order = [(last, "executed"), (last, "approved"), (ledger.year, "approved")]
        own = ledger.year, ledger.phase
        return next((time for time in order if time in printed and time != own), None)

    def _label(self, measure: str, time: Time) -> str:
        when = self.document.time_name(time)
        if measure == "total":
            return when
        said = rule_book().measures.get(measure, measure)
        return str(say("measured", time=when, measure=said))

    def _caption(self, measure: str) -> str:
        side = str(vocabulary()["directions"].get(self.side, ""))
        said = "" if measure == "total" else rule_book().measures.get(measure, measure)
        parts = [self.document.table_name(self.table), side, said]
        return "·".join(part for part in parts if part)

    def _missing(self, measure: str) -> str:
        if not self.rows and not self.side:
            return self.document.missing(self.table)
        said = rule_book().measures.get(measure, measure)
        return str(say("no_measure", table=self._caption("total"), measure=said))


def is_sum(entry: Entry) -> bool:
    """Is this a row that sums up others, such as a total or all personnel funds?"""
    return is_total(entry) or heading(entry.name) in vocabulary()["nature_totals"].values()


def _cells(line: Line) -> list[str]:
    return [cell for figure in line.figures.values() for cell in figure.cells]
