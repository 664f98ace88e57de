"""Rules meet a document: what an expression amounts to there, and whether a statement holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from unitbudget.auditing import labels
from unitbudget.auditing.contributions import name_of, rate_of
from unitbudget.auditing.ledger import Ledger, Slot
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
from unitbudget.auditing.rules import Rule
from unitbudget.auditing.side import Column
from unitbudget.auditing.told import Told, formula_of, number, plain, tell
from unitbudget.money.amounts import FEN, rounded
from unitbudget.money.figure import (
    COUNT,
    PERCENT,
    RATIO,
    ZERO,
    Figure,
    Relation,
    agrees,
    derived,
    growth,
    share,
    total,
)
from unitbudget.money.text import heading

MONTHS = 12
NOTHING = Figure(ZERO, terms=("0",))
RELATIONS: Mapping[str, Relation] = {"=": "=", "<=": "≤", ">=": "≥"}
#: What stands in some places on trial: a figure, or nothing.
Trial = Mapping[Slot, Figure | None]


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


@dataclass(frozen=True)
class Outcome:
    """One atomic check: both sides, and the verdict."""

    status: str
    stated: Figure | None = None
    computed: Figure | None = None
    reason: str = ""
    #: The cells of texts and counts, whose sides are no figures.
    beside: tuple[str, ...] = ()

    @cached_property
    def cells(self) -> tuple[str, ...]:
        """The cells of both sides, each once."""
        sides = (side.cells for side in (self.stated, self.computed) if side is not None)
        return tuple(dict.fromkeys([cell for cells in sides for cell in cells] + [*self.beside]))

    @property
    def difference(self) -> Decimal | None:
        """By how much the stated side exceeds the computed one."""
        if self.stated is None or self.computed is None:
            return None
        return self.stated.value - self.computed.value


@dataclass(frozen=True, slots=True)
class Check:
    """One rule at one place of a document, and its verdict."""

    rule: Rule
    at: Binding
    subject: str
    outcome: Outcome

    @property
    def status(self) -> str:
        return self.outcome.status


class Evaluator:
    """The amounts of one document as rules see them, some of them changed for trial.

    ``layout`` is the family of its forms: some rates of contributions are local.
    """

    def __init__(self, ledger: Ledger, layout: str = "", trial: Trial | None = None) -> None:
        self.ledger = ledger
        self.layout = layout
        self.trial = trial or {}

    def on_trial(self, trial: Trial) -> Evaluator:
        """The same document with other amounts in some places."""
        return Evaluator(self.ledger, self.layout, trial)

    def judge(self, statement: Statement, at: Binding) -> Outcome | None:
        """Does the statement hold there? ``None`` where nothing is printed that it speaks of."""
        if statement.textual:
            return self._judge_text(statement, at)
        left, right = self.value(statement.left, at), self.value(statement.right, at)
        if missing := tuple(dict.fromkeys(left.missing + right.missing)):
            return Outcome("cannot_check", left.figure, right.figure, "；".join(missing))
        if not any(side.figure is not None and side.figure.cells for side in (left, right)):
            empty = left.known_empty or right.known_empty
            return Outcome("holds", reason="两处均为空") if empty else None
        return _compare(left.figure, statement.relation, right.figure)

    def value(self, expression: Expression, at: Binding) -> Value:
        """What the expression comes to at that place of the document."""
        match expression:
            case Term():
                return self._term(expression, at)
            case Number(value):
                return Value(Figure(value))
            case Product(factor, of):
                inner = self.value(of, at)
                times = Figure(factor, RATIO, terms=(f"{factor.normalize():f}",))
                return inner._replace(figure=None if inner.figure is None else inner.figure * times)
            case Sum(terms):
                return _add([(sign, self.value(term, at)) for sign, term in terms])
            case Call("times_printed" | "exchanged" as function, (Term() as term,)):
                return Value(labels.counted(self.ledger, function, term, at.table, at.row))
            case Rate(economic, time):
                return self._rate(economic, self.ledger.year - (time == "last"))
            case Call(function, arguments):
                return self._call(function, [self.value(argument, at) for argument in arguments])

    def printed(self, terms: Iterable[Term]) -> str:
        """The first of these places where anything but zero is printed, as a reader names it."""
        for term in terms:
            figure = self.value(term, Binding()).figure
            if figure is not None and figure.value != 0:
                measure = self.ledger.book.measures.get(term.measure, term.measure)
                return f"{self.ledger.title(term.table)}{measure} {figure.value:,} 元"
        return ""

    def slots(self, term: Term, at: Binding) -> list[Slot]:
        """The places of the grid a term points at, printed or blank."""
        found = self.ledger.find(term, at.table, at.row)
        column = self.ledger.column(term, at.column)
        direction = found.side.direction if found.side else ""
        return [Slot(found.table, direction, key, column) for key in found.keys]

    def _term(self, term: Term, at: Binding) -> Value:
        ledger = self.ledger
        found = ledger.find(term, at.table, at.row)
        missing, side = found.missing, found.side
        if not missing and side is not None:
            column = ledger.column(term, at.column)
            if column not in side.columns and not side.leaves_blank(column):
                missing = ledger.no_column(found.table, column)
        if missing:
            if term.may_be_missing and ledger.has(found.table):
                return Value(absent=missing)
            return Value(None, (missing,))
        if side is None:
            return Value(known_empty=found.known_empty)
        figures = []
        for key in found.keys:
            entry = side.rows[key].get(column)
            figure = entry.figure if entry else None
            if self.trial:
                figure = self.trial.get(Slot(found.table, side.direction, key, column), figure)
            figures.append(figure)
        return Value(total(figures))

    def _rate(self, economic: str, year: int) -> Value:
        """What is paid for a contribution, in percent of its base, where that is known."""
        percent = rate_of(economic, year, self.layout)
        if not self.ledger.year:
            return Value(None, ("没有读到年度，缴费比例无从得知",))
        if percent is None:
            return Value(None, (f"{year}年{name_of(economic)}的缴费比例未收录，无从推算",))
        return Value(Figure(percent, PERCENT, terms=(f"{percent.normalize():f}%",)))

    def _call(self, function: str, arguments: list[Value]) -> Value:
        missing = tuple(reason for argument in arguments for reason in argument.missing)
        if missing:
            return Value(None, missing)
        first, second = (NOTHING if a.figure is None else a.figure for a in arguments)
        if function == "monthly":
            if not first.cells or not second.value:
                return Value(None, ("未印缴费数",))
            return Value(_monthly_base(first, second))
        found = growth(first, second) if function == "growth" else share(first, second)
        return Value(None, ("基数为零，没有百分比",)) if found is None else Value(found)

    def _judge_text(self, statement: Statement, at: Binding) -> Outcome | None:
        left, right = (
            labels.text(self.ledger, side, at.table, at.row)
            for side in (statement.left, statement.right)
        )
        cells = tuple(dict.fromkeys(left.cells + right.cells))
        for side in (left, right):
            if side.missing:
                return Outcome("cannot_check", reason=side.missing, beside=cells)
            if not side.text:
                return None
        if left.text == right.text == labels.UNLISTED:
            return None
        same = heading(left.text) == heading(right.text)
        reason = "" if same else labels.difference(self.ledger, left, statement.right, right)
        return Outcome("holds" if same else "broken", reason=reason, beside=cells)


def _add(terms: list[tuple[int, Value]]) -> Value:
    """Blank terms count as zero; if every term is absent, so is the sum."""
    missing = tuple(reason for _, value in terms for reason in value.missing)
    if missing:
        return Value(None, missing)
    if all(value.absent for _, value in terms):
        return Value(None, (f"{terms[0][1].absent}等栏",))
    found: Figure | None = None
    for sign, value in terms:
        if value.figure is None:
            continue
        if found is None:
            found = value.figure if sign > 0 else -value.figure
        else:
            found = found + value.figure if sign > 0 else found - value.figure
    return Value(found, known_empty=found is None and any(v.known_empty for _, v in terms))


def _monthly_base(paid: Figure, rate: Figure) -> Figure:
    """The monthly base whose payments at that rate, rounded to the fen, make the year's amount."""
    half, terms = FEN / 2, (paid, f" ÷ {MONTHS} ÷ ", rate)
    base = derived(lambda p, r: p * 100 / MONTHS / r, paid, rate, paid.unit, terms)
    wider = half * 100 / rate.value
    return Figure(base.value, base.unit, base.low - wider, base.high + wider, base.cells, terms)


def _beside(figure: Figure | None, other: Figure | None) -> Figure:
    """The figure; a blank, or a bare number, measured as what it is compared with."""
    figure = NOTHING if figure is None else figure
    bare = other is not None and not figure.cells and figure.unit != other.unit
    return replace(figure, unit=other.unit) if bare and other is not None else figure


def _compare(left: Figure | None, relation: str, right: Figure | None) -> Outcome:
    left, right = _beside(left, right), _beside(right, left)
    holds = agrees(left, right, RELATIONS[relation])
    if left.unit == COUNT:
        beside = tuple(dict.fromkeys(left.cells + right.cells))
        status = "holds" if holds else "broken"
        return Outcome(status, reason="" if holds else left.formula, beside=beside)
    if not holds:
        says = "{left} 与 {right} 相差 {gap}"
        sides = {"left": formula_of(left), "right": formula_of(right)}
        return Outcome("broken", left, right, tell(says, **sides, gap=plain(left - right)))
    apart = left.value - right.value
    excess = {"=": abs(apart), "<=": apart, ">=": -apart}[relation]
    reason: str = Told()
    if excess > 0 and left.unit != PERCENT:
        difference = left - right
        shown = f"{rounded(difference.value, 2).normalize():f}"
        reason = tell("相差 {gap}，在四舍五入范围内", gap=number(difference, shown))
    return Outcome("holds", left, right, reason)
