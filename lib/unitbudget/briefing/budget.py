"""One document for its readers, asked in words that read like a sentence.

``budget.of("general_public_budget").level(1).measure("total").share()``

Every number that comes out is a figure with its cells, its formula and its page. What a document
does not print comes out as an empty table that says so in a sentence; only a word nobody knows is
an error, and it names the nearest known one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.questions import Document, Question, UnknownWord, known
from unitbudget.briefing.rows import Column, Line, Table
from unitbudget.briefing.words import say, vocabulary
from unitbudget.entries import Entry, records
from unitbudget.figures import Figure, Ledger, total
from unitbudget.package import Package, load

DOCUMENT = "UNITBUDGET_DOCUMENT"
_at_hand: list[Budget] = []


@contextmanager
def at_hand(budget: Budget) -> Iterator[None]:
    """Meanwhile a notebook that opens the document it is to tell of is given this one."""
    _at_hand.append(budget)
    try:
        yield
    finally:
        _at_hand.pop()


def open_budget(document: str = "", clean: str | Path = "") -> Budget:
    """The document of that id; else the one at hand or named by the environment; else the first."""
    if _at_hand and not document and not clean:
        return _at_hand[-1]
    package = load(clean or None)
    wanted = document or os.environ.get(DOCUMENT, "")
    read = package.documents[package.documents["status"] != "failed"]
    if wanted:
        wanted = known("文件", wanted, dict.fromkeys(read["document_id"], ""))
    elif read.empty:
        raise UnknownWord(str(say("nothing_read")))
    return Budget(package.document(wanted or str(read["document_id"].iloc[0])))


class Budget:
    """One budget or final account: its facts, its tables, and what was found out about it."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.facts = {str(key): value for key, value in package.documents.iloc[0].items()}
        self.ledger = Ledger(package.amounts, package.tables)
        self.id = str(self.facts["document_id"])
        self.unit = str(self.facts["unit"])
        self.title = str(self.facts["title"])
        self.kind = str(self.facts["kind"])
        self.year = self._whole("fiscal_year") or self.ledger.year
        self.document = Document(
            self.ledger,
            {str(row["table_id"]): row for row in records(package.tables)},
            dict(zip(package.amounts["cell"], package.amounts["page"].astype(int), strict=True)),
            self.kind,
        )
        # Two items may stand side by side in one printed row: final accounts do so.
        self._by_row: dict[str, dict[tuple[int, str, str, str], list[Entry]]] = {}
        for entry in self.ledger.entries:
            rows = self._by_row.setdefault(entry.table, {})
            item = entry.row, entry.direction, entry.code, entry.name
            rows.setdefault(item, []).append(entry)

    def __repr__(self) -> str:
        return f"Budget({self.id!r})"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        pages = counted(self._whole("pages"), str(self.facts["source_file"]))
        amounts = counted(len(self.package.amounts), "amounts.csv")
        said = say("opened", title=self.title, pages=pages, amounts=amounts)
        return said._repr_mimebundle_()

    def of(self, table: str) -> Question:
        """A question about one table, by its identifier or its Chinese name."""
        printed = {name: self.document.table_name(name) for name in self.ledger.tables}
        table = known("表", table, dict(rule_book().tables) | printed)
        rows = self._by_row.get(table, {})
        return Question(self.document, table, tuple(tuple(rows[key]) for key in sorted(rows)))

    def first_of(self, *tables: str) -> Question:
        """A question about the first of these tables that has amounts, or about the first."""
        questions = [self.of(table) for table in tables]
        return next((question for question in questions if question.rows), questions[0])

    def spending(self) -> Question:
        """The table of expenditure by function: the appropriation's, else all expenditure."""
        return self.first_of("general_public_budget", "appropriation_expenditure", "expenditure")

    def basics(self) -> Question:
        """The table of basic expenditure by economic item."""
        return self.first_of("basic_expenditure", "appropriation_basic_expenditure")

    def nature(self) -> Table:
        """Expenditure by nature: personnel and operating funds of the basic part, and projects."""
        spending = self.spending()
        whole = spending.measure("total")
        people, running = (self._kind_of_basics(kind) for kind in ("personnel", "operating"))
        lines = [*filter(None, [people, running, self._row_of(spending, "project")])]
        if lines and whole.whole:
            lines += self._rest(whole.whole, lines)
        cells = [cell for line in lines for cell in line.value.cells]
        return Table(
            caption=str(say("by_nature", table=self.document.table_name(spending.table))),
            lines=tuple(lines),
            columns=whole.columns[:1],
            total=whole.total,
            source=self.document.source(cells),
            missing="" if lines else whole.missing or str(say("no_nature")),
        )

    def basics_of(self, kind: str) -> Table:
        """The economic items of personnel or operating funds."""
        printed = self.basics().items().measure(kind)
        if printed.lines:
            return printed
        whole = self._kind_of_basics(kind)
        items = self.basics().items().measure("total")
        codes = tuple(vocabulary()["nature"][kind])
        kept = tuple(line for line in items if line.code.startswith(codes))
        missing = "" if kept else printed.missing
        return replace(items, lines=kept, total=whole, missing=missing)

    def basic_nature(self) -> Table:
        """Basic expenditure as personnel and operating funds."""
        whole = self.basics().measure("total")
        lines = tuple(filter(None, map(self._kind_of_basics, ("personnel", "operating"))))
        return Table(
            caption=str(say("by_nature", table=whole.caption)),
            lines=lines,
            columns=whole.columns[:1],
            total=whole.total,
            source=self.source(line.value for line in lines),
            missing="" if lines else whole.missing or str(say("no_nature")),
        )

    def _rest(self, whole: Figure, lines: list[Line]) -> list[Line]:
        """What the document does not assign to any of these natures."""
        left = whole
        for line in lines:
            left = left - line.value
        return [Line(str(say("unassigned")), {"value": left})] if left.low > 0 else []

    def _kind_of_basics(self, kind: str) -> Line | None:
        """Personnel or operating funds as printed, or the sum of their economic categories."""
        basics = self.basics()
        if printed := self._row_of(basics, kind):
            return printed
        codes, name = vocabulary()["nature"][kind], vocabulary()["nature_totals"][kind]
        for line in basics.measure("total").subtotals:
            if line.name == name:
                return replace(line, name=rule_book().measures[kind])
        lines = [line for line in basics.level(1).measure("total") if line.code in codes]
        summed = total(line.value for line in lines)
        page = min((line.page for line in lines), default=0)
        return Line(rule_book().measures[kind], {"value": summed}, page=page) if summed else None

    def _row_of(self, question: Question, measure: str) -> Line | None:
        """The printed total of one measure, as a row of its own."""
        row = question.measure(measure).total
        if row is None:
            return None
        return Line(rule_book().measures[measure], row.figures, page=row.page)

    def source(self, figures: Iterable[Figure]) -> str:
        """Where figures are printed, as a line under what shows them."""
        return self.document.source(cell for figure in figures for cell in figure.cells)

    def _whole(self, fact: str) -> int:
        value = self.facts.get(fact)
        return 0 if value is None or value != value else int(value)


def counted(number: int, of: str, cells: Iterable[str] = ()) -> Figure:
    """How many rows of the package something is: a figure like any other."""
    return Figure(Decimal(number), "count", cells=tuple(cells), formula=of)


__all__ = ["Budget", "Column", "Line", "Table", "UnknownWord", "counted", "open_budget"]
