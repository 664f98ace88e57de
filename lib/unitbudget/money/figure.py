"""A number of a document that knows its unit, how exactly it is known, and where it comes from.

A figure is an interval: what rounding in print leaves open around the printed value. Arithmetic
keeps the interval, the printed cells and the formula, and rounds nothing on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Literal

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
#: What a share is: a plain quotient (0.8826), and what a document prints for it (88.26 %).
RATIO, PERCENT, YUAN, COUNT = "ratio", "percent", "CNY", "count"

Number = int | Decimal
Relation = Literal["=", "≤", "≥"]


class UnitMismatch(ValueError):
    """Two figures that measure different things, such as yuan and per cent, were combined."""


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A number of a document: its value, unit and interval, its cells, and how it was formed.

    ``unit`` is ``CNY``, ``percent`` (4.69), ``ratio`` (0.0469) or ``count``; ``low`` and ``high``
    are the value itself where the figure is exact. A figure without operands is printed: its
    formula is what is printed there. A bare number takes the unit of the figure beside it.

    >>> part, whole = Figure(Decimal("5567001.92")), Figure(Decimal("6307683.64"))
    >>> round(float(part / whole), 4), (part / whole).formula
    (0.8826, '5567001.92 ÷ 6307683.64')
    """

    value: Decimal
    unit: str = YUAN
    low: Decimal = None  # type: ignore[assignment]
    high: Decimal = None  # type: ignore[assignment]
    cells: tuple[str, ...] = ()
    #: Operands and the signs between them; a single text is a printed figure's own wording.
    terms: tuple[str | Figure, ...] = ()

    def __post_init__(self) -> None:
        for bound in ("low", "high"):
            if getattr(self, bound) is None:
                object.__setattr__(self, bound, self.value)

    @classmethod
    def printed(
        cls, value: Decimal, half: Decimal, unit: str = YUAN, cell: str = "", text: str = ""
    ) -> Figure:
        """The figure printed in a cell, open by ``half`` a unit of its last place each way."""
        cells, terms = (cell,) if cell else (), (text,) if text else ()
        return cls(value, unit, value - half, value + half, cells, terms)

    @property
    def exact(self) -> bool:
        """Does rounding leave nothing open?"""
        return self.low == self.high

    @property
    def computed(self) -> bool:
        """Was it formed from others, so that it is printed nowhere itself?"""
        return len(self.terms) > 1

    @property
    def formula(self) -> str:
        """How it was formed, such as ``(5 − 3) ÷ 4``; for a printed figure what is printed."""
        if not self.terms:
            return f"{self.value:f}"
        return "".join(term if isinstance(term, str) else term._operand() for term in self.terms)

    def _operand(self) -> str:
        bracketed = self.computed or self.formula.startswith(("-", "−"))
        return f"({self.formula})" if bracketed else self.formula

    def _summands(self) -> tuple[str | Figure, ...]:
        """Its operands where it is a sum, so that a sum of sums needs no brackets."""
        is_sum = self.computed and self.terms[1] in (" + ", " − ") and self.terms[0] != "−"
        return self.terms if is_sum else (self,)

    # Sums need one unit; a ratio and a percentage are the same thing, written differently.

    def __add__(self, other: Figure | Number) -> Figure:
        a, b = _alike(self, other)
        terms = (*a._summands(), " + ", *b._summands())
        return Figure(
            a.value + b.value, a.unit, a.low + b.low, a.high + b.high, a.cells + b.cells, terms
        )

    def __sub__(self, other: Figure | Number) -> Figure:
        a, b = _alike(self, other)
        terms = (*a._summands(), " − ", b)
        return Figure(
            a.value - b.value, a.unit, a.low - b.high, a.high - b.low, a.cells + b.cells, terms
        )

    def __radd__(self, other: Number) -> Figure:
        return self if other == 0 else _figure(other, self.unit) + self

    def __rsub__(self, other: Number) -> Figure:
        return _figure(other, self.unit) - self

    def __neg__(self) -> Figure:
        return Figure(-self.value, self.unit, -self.high, -self.low, self.cells, ("−", self))

    def __pos__(self) -> Figure:
        return self

    def __abs__(self) -> Figure:
        return self if self.value >= 0 else -self

    # A product or quotient keeps the unit that measures something.

    def __mul__(self, other: Figure | Number) -> Figure:
        b = _figure(other, RATIO)
        units = {self.unit, b.unit} - {RATIO, PERCENT, COUNT}
        if len(units) > 1 or (units and self.unit == b.unit):
            raise UnitMismatch(f"{self.unit} × {b.unit}")
        unit = units.pop() if units else (self.unit if b.unit == RATIO else b.unit)
        scale = HUNDRED if PERCENT in (self.unit, b.unit) and unit != PERCENT else ONE
        return _from_corners(lambda x, y: x * y / scale, self, b, unit, (self, " × ", b))

    __rmul__ = __mul__

    def __truediv__(self, other: Figure | Number) -> Figure:
        b = other if isinstance(other, Figure) else _figure(other, COUNT)
        if b.low <= 0 <= b.high:
            raise ZeroDivisionError(f"{b.formula} may be zero")
        scale = ONE
        if isinstance(other, Figure) and self.unit == b.unit:
            unit = RATIO
        elif b.unit in (RATIO, COUNT):
            unit = self.unit
        elif b.unit == PERCENT:
            unit, scale = self.unit, HUNDRED
        else:
            raise UnitMismatch(f"{self.unit} ÷ {b.unit}")
        return _from_corners(lambda x, y: x * scale / y, self, b, unit, (self, " ÷ ", b))

    def __rtruediv__(self, other: Number) -> Figure:
        return _figure(other, self.unit) / self

    def __round__(self, places: int = 0) -> Figure:
        """The figure cut to so many decimals; its interval still holds what it was cut from."""
        value = round(self.value, places)
        low, high = min(self.low, value), max(self.high, value)
        return Figure(value, self.unit, low, high, self.cells, self.terms)

    def to(self, unit: str) -> Figure:
        """The same share as a ``ratio`` or in ``percent``; nothing else can be converted."""
        if unit == self.unit:
            return self
        if {unit, self.unit} != {RATIO, PERCENT}:
            raise UnitMismatch(f"{self.unit} is not {unit}")
        factor = HUNDRED if unit == PERCENT else ONE / HUNDRED
        low, value, high = (x * factor for x in (self.low, self.value, self.high))
        return Figure(value, unit, low, high, self.cells, self.terms or (f"{self.value:f}%",))

    # Figures compare and sort by their values; whether two agree is ``agrees``.

    def __float__(self) -> float:
        return float(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Figure):
            return self.value == other.value and self.unit == other.unit
        return isinstance(other, int | float | Decimal) and self.value == other

    def __lt__(self, other: Figure | Number) -> bool:
        a, b = _alike(self, other)
        return a.value < b.value

    def __gt__(self, other: Figure | Number) -> bool:
        a, b = _alike(self, other)
        return a.value > b.value

    def __le__(self, other: Figure | Number) -> bool:
        return not self > other

    def __ge__(self, other: Figure | Number) -> bool:
        return not self < other


def agrees(stated: Figure, computed: Figure, relation: Relation = "=") -> bool:
    """Can the stated figure stand in the relation to the computed one, rounding allowed for?

    Half up, a rounded figure stands for an interval open at one end: two of them that only touch
    have no number in common, so 0.53 and 0.54 are never the same amount.
    """
    a, b = _alike(stated, computed)
    touching = a.exact or b.exact
    below = a.low < b.high or (touching and a.low == b.high)
    above = a.high > b.low or (touching and a.high == b.low)
    return {"=": below and above, "≤": below, "≥": above}[relation]


def total(figures: Iterable[Figure | None]) -> Figure | None:
    """The sum, a blank counting as nothing; ``None`` where every term is blank.

    Raises ``UnitMismatch`` when the terms measure different things.
    """
    printed = [figure for figure in figures if figure is not None]
    if len(printed) < 2:
        return printed[0] if printed else None
    first = printed[0]
    alike = [first, *(_alike(first, each)[1] for each in printed[1:])]
    terms = [part for each in alike for part in (" + ", *each._summands())][1:]
    cells = tuple(cell for each in alike for cell in each.cells)
    value, low, high = (
        sum((getattr(each, bound) for each in alike), ZERO) for bound in ("value", "low", "high")
    )
    return Figure(value, first.unit, low, high, cells, tuple(terms))


def share(part: Figure, whole: Figure) -> Figure | None:
    """The part in percent of the whole; ``None`` where the whole may be zero."""
    return None if whole.low <= 0 <= whole.high else (part / whole).to(PERCENT)


def growth(new: Figure, old: Figure) -> Figure | None:
    """By how many percent the new figure exceeds the old; ``None`` where the base may be zero.

    The old figure stands in it twice but is one number: only the ends of ``new ÷ old`` can occur.
    """
    if old.low <= 0 <= old.high:
        return None
    grown = (new / old - 1).to(PERCENT)
    terms = (new - old, " ÷ ", old)
    return Figure(grown.value, PERCENT, grown.low, grown.high, grown.cells, terms)


def _figure(number: Figure | Number, unit: str) -> Figure:
    return number if isinstance(number, Figure) else Figure(Decimal(str(number)), unit)


def _alike(a: Figure, b: Figure | Number) -> tuple[Figure, Figure]:
    """Both as figures of one unit, or ``UnitMismatch``."""
    b = _figure(b, a.unit)
    if a.unit == b.unit:
        return a, b
    if {a.unit, b.unit} == {RATIO, PERCENT}:
        return a, b.to(a.unit)
    raise UnitMismatch(f"{a.unit} and {b.unit}")


def _from_corners(
    of: Callable[[Decimal, Decimal], Decimal],
    a: Figure,
    b: Figure,
    unit: str,
    terms: tuple[str | Figure, ...],
) -> Figure:
    """What an operation makes of two intervals: monotonous in each, so its ends are at corners."""
    ends = [of(x, y) for x, y in product((a.low, a.high), (b.low, b.high))]
    return Figure(of(a.value, b.value), unit, min(ends), max(ends), a.cells + b.cells, terms)
