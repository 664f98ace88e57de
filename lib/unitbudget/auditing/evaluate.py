"""Rules meet a document: what an expression amounts to there, and whether a statement holds.

Three things are kept apart: an amount that is printed, a blank (zero inside a sum), and a place
the document does not have, of which nothing can be said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import NamedTuple

from unitbudget import figures
from unitbudget.auditing import labels
from unitbudget.auditing.places import Places
from unitbudget.auditing.rates import name_of, rate_of
from unitbudget.auditing.rule_language import (
    Call,
    Expression,
    Number,
    Product,
    Rate,
    Statement,
    Sum,
    Term,
)
from unitbudget.auditing.rules import RuleBook
from unitbudget.auditing.sides import Column
from unitbudget.figures import NOTHING, ZERO, Figure, Ledger
from unitbudget.money.amounts import rounded
from unitbudget.money.text import heading

MONTHS = 12
#: A monthly payment is rounded to the fen before it is paid twelve times.
HALF_FEN = Decimal("0.005")


class Binding(NamedTuple):
    """Where a rule is applied: the table, row and column that the words stand for."""

    table: str = ""
    row: str = ""
    column: Column | None = None


class Value(NamedTuple):
    """What one side comes to: a figure, a blank, or nothing because something is missing."""

    figure: Figure | None = None
    missing: tuple[str, ...] = ()
    absent: str = ""
    known_empty: bool = False


class Outcome(NamedTuple):
    """One atomic check: both sides, the difference, what rounding allows, and the verdict."""

    status: str
    stated: Figure | str | None = None
    computed: Figure | str | None = None
    difference: Decimal | None = None
    allowed: Decimal | None = None
    reason: str = ""
    cells: tuple[str, ...] = ()


class Evaluator:
    """The amounts of one document as rules see them, some of them changed for trial.

    ``layout`` is the family of its forms: some rates of contributions are local.
    """

    def __init__(
        self,
        ledger: Ledger,
        book: RuleBook,
        places: Places | None = None,
        changed: Mapping[str, Decimal] | None = None,
        layout: str = "",
    ) -> None:
        self.ledger = ledger
        self.book = book
        self.places = places or Places(ledger, book)
        self.changed = changed or {}
        self.layout = layout

    def with_changes(self, changed: Mapping[str, Decimal]) -> Evaluator:
        """The same document with other values in some cells."""
        return Evaluator(self.ledger, self.book, self.places, changed, self.layout)

    def with_places(self, places: Places) -> Evaluator:
        """The same document with some amounts put elsewhere."""
        return Evaluator(self.ledger, self.book, places, layout=self.layout)

    def judge(self, statement: Statement, at: Binding) -> Outcome | None:
        """Does the statement hold there? ``None`` where nothing is printed that it speaks of."""
        if statement.textual:
            return self._judge_text(statement, at)
        left, right = self.value(statement.left, at), self.value(statement.right, at)
        cells = tuple(dict.fromkeys(_cells(left) + _cells(right)))
        if missing := tuple(dict.fromkeys(left.missing + right.missing)):
            reason = "；".join(missing)
            return Outcome("cannot_check", left.figure, right.figure, reason=reason, cells=cells)
        if not cells:
            empty = left.known_empty or right.known_empty
            return Outcome("holds", reason="两处均为空") if empty else None
        return _compare(left.figure, statement.relation, right.figure, cells)

    def value(self, expression: Expression, at: Binding) -> Value:
        """What the expression comes to at that place of the document."""
        match expression:
            case Term():
                return self._term(expression, at)
            case Number(value):
                return Value(Figure(value, formula=f"{value:f}"))
            case Product(factor, of):
                inner = self.value(of, at)
                return inner._replace(figure=inner.figure and inner.figure.times(factor))
            case Sum(terms):
                return _add([(sign, self.value(term, at)) for sign, term in terms])
            case Call("times_printed" | "exchanged" as function, (Term() as term,)):
                return Value(labels.counted(self.places, function, term, at.table, at.row))
            case Rate(economic, time):
                return self._rate(economic, self.ledger.year - (time == "last"))
            case Call(function, arguments):
                return self._call(function, [self.value(argument, at) for argument in arguments])

    def printed(self, terms: Iterable[Term]) -> str:
        """The first of these places where anything but zero is printed, as a reader names it."""
        for term in terms:
            figure = self.value(term, Binding()).figure
            if figure is not None and figure.value != 0:
                measure = self.book.measures.get(term.measure, term.measure)
                return f"{self.places.title(term.table)}{measure} {figure.value:,} 元"
        return ""

    def _term(self, term: Term, at: Binding) -> Value:
        place = self.places.find(term, at.table, at.row, at.column)
        if place.missing:
            if term.may_be_missing and self.ledger.has(place.table):
                return Value(absent=place.missing)
            return Value(None, (place.missing,))
        entries = place.entries
        if not entries:
            return Value(known_empty=place.known_empty)
        values = [self.changed.get(entry.cell, entry.value) for entry in entries]
        slack = sum((self.ledger.slack(entry) for entry in entries), ZERO)
        formula = " + ".join(f"{value:f}" for value in values)
        cells = tuple(entry.cell for entry in entries)
        return Value(Figure(sum(values, ZERO), entries[0].unit, slack, cells, formula))

    def _rate(self, economic: str, year: int) -> Value:
        """What is paid for a contribution, in percent of its base, where that is known."""
        percent = rate_of(economic, year, self.layout)
        if not self.ledger.year:
            return Value(None, ("没有读到年度，缴费比例无从得知",))
        if percent is None:
            return Value(None, (f"{year}年{name_of(economic)}的缴费比例未收录，无从推算",))
        return Value(Figure(percent / 100, formula=f"{percent.normalize():f}%"))

    def _call(self, function: str, arguments: list[Value]) -> Value:
        missing = tuple(reason for argument in arguments for reason in argument.missing)
        if missing:
            return Value(None, missing)
        first, second = (argument.figure or NOTHING for argument in arguments)
        if function == "monthly":
            if not first.cells or not second.value:
                return Value(None, ("未印缴费数",))
            return Value(_monthly_base(first, second.value))
        found = figures.growth(first, second) if function == "growth" else None
        found = figures.share(first, second) if function == "share" else found
        return Value(found) if found else Value(None, ("基数为零，没有百分比",))

    def _judge_text(self, statement: Statement, at: Binding) -> Outcome | None:
        left, right = (
            labels.text(self.places, side, at.table, at.row)
            for side in (statement.left, statement.right)
        )
        cells = tuple(dict.fromkeys(left.cells + right.cells))
        for side in (left, right):
            if side.missing:
                return Outcome("cannot_check", reason=side.missing, cells=cells)
            if not side.text:
                return None
        if left.text == right.text == labels.UNLISTED:
            return None
        same = heading(left.text) == heading(right.text)
        reason = "" if same else labels.difference(self.places, left, statement.right, right)
        status = "holds" if same else "broken"
        return Outcome(status, left.text, right.text, reason=reason, cells=cells)


def _cells(value: Value) -> tuple[str, ...]:
    return value.figure.cells if value.figure else ()


def _add(terms: list[tuple[int, Value]]) -> Value:
    """Blank terms count as zero; if every term is absent, so is the sum."""
    missing = tuple(reason for _, value in terms for reason in value.missing)
    if missing:
        return Value(None, missing)
    if all(value.absent for _, value in terms):
        return Value(None, (f"{terms[0][1].absent}等栏",))
    total: Figure | None = None
    for sign, value in terms:
        if value.figure is None:
            continue
        if total is None:
            total = value.figure if sign > 0 else -value.figure
        else:
            total = total + value.figure if sign > 0 else total - value.figure
    return Value(total, known_empty=total is None and any(v.known_empty for _, v in terms))


def _monthly_base(paid: Figure, rate: Decimal) -> Figure:
    """The monthly base whose payments at that rate, rounded to the fen, make the year's amount."""
    slack = (paid.slack / MONTHS + HALF_FEN) / rate
    formula = f"{paid.formula} ÷ {MONTHS} ÷ {rate.normalize():f}"
    return Figure(paid.value / MONTHS / rate, paid.unit, slack, paid.cells, formula)


def _compare(
    stated: Figure | None, relation: str, computed: Figure | None, cells: tuple[str, ...]
) -> Outcome:
    left, right = stated or NOTHING, computed or NOTHING
    difference, allowed = left.value - right.value, left.slack + right.slack
    excess = {"=": abs(difference), "<=": difference, ">=": -difference}[relation]
    holds = excess <= allowed
    if left.unit == "count":
        reason = "" if holds else left.formula
        return Outcome("holds" if holds else "broken", reason=reason, cells=cells)
    reason = ""
    if not holds:
        reason = f"{left.formula} 与 {right.formula} 相差 {_plain(difference)}"
    elif excess > 0:
        reason = f"相差 {_plain(difference)}，在四舍五入范围内"
    return Outcome("holds" if holds else "broken", left, right, difference, allowed, reason, cells)


def _plain(difference: Decimal) -> str:
    """A difference for readers, to the fen and without idle zeros."""
    return f"{rounded(difference, 2).normalize():f}"
