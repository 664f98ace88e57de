"""A number of a document that knows its unit, how exactly it is known, and where it comes from.

A figure is an interval: what rounding in print leaves open around the printed value. Arithmetic
keeps the interval, the printed cells and the formula, and rounds nothing on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import wraps
from itertools import product
from numbers import Number as AnyNumber
from typing import Any, Literal

ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)
#: What a share is: a plain quotient (0.8826), and what a document prints for it (88.26 %).
RATIO, PERCENT, YUAN, COUNT = "ratio", "percent", "CNY", "count"
#: A number that was typed: it takes the unit of what it is combined with.
BARE = ""

Number = int | float | Decimal
Relation = Literal["=", "≤", "≥"]


class UnitMismatch(ValueError):
    """Two figures that measure different things, such as yuan and per cent, were combined."""


class DoubleCounting(ValueError):
    """A sum that holds an amount and a part of it, such as a total row beside its items."""


class Cell(str):
    """A printed place that knows its document, what is printed there, and what it is a part of.

    As text it is ``table!R3C6``, or ``document_id:table!R3C6`` in frames that span documents.
    """

    __slots__ = ("document", "label", "place", "wholes")
    document: str
    place: str
    label: str
    wholes: frozenset[str]

    def __new__(
        cls,
        place: str,
        document: str = "",
        label: str = "",
        wholes: Iterable[str] = (),
        spanning: bool = False,
    ) -> Cell:
        cell = super().__new__(cls, f"{document}:{place}" if spanning else place)
        cell.document, cell.place, cell.label = document, place, label or place
        cell.wholes = frozenset(wholes)
        return cell

    def __reduce__(self) -> tuple[Any, ...]:
        spanning = str(self) != self.place
        return Cell, (self.place, self.document, self.label, tuple(self.wholes), spanning)

    def __eq__(self, other: object) -> bool:
        same = str.__eq__(self, other) if isinstance(other, str) else False
        return bool(same) and (not isinstance(other, Cell) or self.document == other.document)

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__

    @property
    def anywhere(self) -> str:
        """The place with its document, as it is written where documents meet."""
        return f"{self.document}:{self.place}" if self.document else self.place


#: Blanks of a data frame, registered by whoever knows them: with one, any result is blank.
BLANKS: list[type] = []


def _operator(method: Callable[[Figure, Any], Any]) -> Callable[[Figure, Any], Any]:
    """An operator for figures and numbers that leaves columns and anything else to themselves."""

    @wraps(method)
    def operate(self: Figure, other: Any) -> Any:
        if isinstance(other, Figure | AnyNumber):
            return method(self, other)
        return other if isinstance(other, tuple(BLANKS)) else NotImplemented

    return operate


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
        text = self.formula
        if self.unit == PERCENT and not self.computed:
            text = text.removesuffix("%").strip() + "%"
        return f"({text})" if self.computed or text.startswith(("-", "−")) else text

    @property
    def counted(self) -> Iterator[tuple[str, int]]:
        """The cells it adds up, each with its sign; what it is divided by adds nothing."""
        if not self.computed:
            yield from ((cell, 1) for cell in self.cells)
            return
        terms = (" + ", *self.terms) if isinstance(self.terms[0], Figure) else self.terms
        for sign, term in zip(terms[::2], terms[1::2], strict=True):
            if isinstance(term, Figure) and sign != " ÷ ":
                size = -1 if sign in ("−", " − ") else 1
                yield from ((cell, size * count) for cell, count in term.counted)

    def _summands(self) -> tuple[str | Figure, ...]:
        """Its operands where it is a sum, so that a sum of sums needs no brackets."""
        is_sum = self.computed and self.terms[1] in (" + ", " − ") and self.terms[0] != "−"
        return self.terms if is_sum else (self,)

    # Sums need one unit; a ratio and a percentage are the same thing, written differently.

    @_operator
    def __add__(self, other: Any) -> Any:
        a, b = _alike(self, other)
        terms = (*a._summands(), " + ", *b._summands())
        return Figure(
            a.value + b.value, a.unit, a.low + b.low, a.high + b.high, a.cells + b.cells, terms
        )

    @_operator
    def __sub__(self, other: Any) -> Any:
        a, b = _alike(self, other)
        terms = (*a._summands(), " − ", b)
        return Figure(
            a.value - b.value, a.unit, a.low - b.high, a.high - b.low, a.cells + b.cells, terms
        )

    @_operator
    def __radd__(self, other: Any) -> Any:
        return self if other == 0 else _figure(other, self.unit) + self

    @_operator
    def __rsub__(self, other: Any) -> Any:
        return _figure(other, self.unit) - self

    def __neg__(self) -> Figure:
        return Figure(-self.value, self.unit, -self.high, -self.low, self.cells, ("−", self))

    def __pos__(self) -> Figure:
        return self

    def __abs__(self) -> Figure:
        return self if self.value >= 0 else -self

    # A product or quotient keeps the unit that measures something.

    @_operator
    def __mul__(self, other: Any) -> Any:
        b = _figure(other, BARE)
        units = {self.unit, b.unit} - {RATIO, PERCENT, COUNT, BARE}
        if len(units) > 1 or (units and self.unit == b.unit):
            raise UnitMismatch(f"{self.unit} × {b.unit}")
        unit = units.pop() if units else (self.unit if b.unit in (RATIO, BARE) else b.unit)
        scale = HUNDRED if PERCENT in (self.unit, b.unit) and unit != PERCENT else ONE
        return derived(lambda x, y: x * y / scale, self, b, unit, (self, " × ", b))

    @_operator
    def __rmul__(self, other: Any) -> Any:
        return self * other

    @_operator
    def __truediv__(self, other: Any) -> Any:
        b = other if isinstance(other, Figure) else _figure(other, BARE)
        if b.low <= 0 <= b.high:
            raise ZeroDivisionError(f"{b.formula} may be zero")
        scale = ONE
        if b.unit and self.unit in (b.unit, BARE):
            unit = RATIO
        elif b.unit in (RATIO, COUNT, BARE):
            unit = self.unit
        elif b.unit == PERCENT:
            unit, scale = self.unit, HUNDRED
        else:
            raise UnitMismatch(f"{self.unit} ÷ {b.unit}")
        return derived(lambda x, y: x * scale / y, self, b, unit, (self, " ÷ ", b))

    @_operator
    def __rtruediv__(self, other: Any) -> Any:
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

    def __str__(self) -> str:
        """The exact number alone, as files hold it; a quotient to 12 places."""
        return f"{self.value:f}" if not self.computed else f"{plain(self.value):f}"

    def __format__(self, how: str) -> str:
        return format(self.value, how) if how else str(self)

    def _measured(self, unit: str) -> Figure:
        return self if self.unit else replace(self, unit=unit)

    # Figures compare and sort by their values; whether two agree is ``agrees``.

    def __float__(self) -> float:
        return float(self.value)

    def __bool__(self) -> bool:
        return bool(self.value)

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Figure):
            alike = self.unit == other.unit or BARE in (self.unit, other.unit)
            return self.value == other.value and alike
        return isinstance(other, int | float | Decimal) and self.value == other

    @_operator
    def __lt__(self, other: Any) -> Any:
        a, b = _alike(self, other)
        return a.value < b.value

    @_operator
    def __gt__(self, other: Any) -> Any:
        a, b = _alike(self, other)
        return a.value > b.value

    @_operator
    def __le__(self, other: Any) -> Any:
        return not self > other

    @_operator
    def __ge__(self, other: Any) -> Any:
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


def summed(figures: Iterable[Figure]) -> Figure | None:
    """The sum of printed figures of which none is a part of another; ``None`` of nothing.

    Raises ``DoubleCounting`` where one is a part of another or stands there twice, and
    ``UnitMismatch`` where they measure different things.
    """
    terms = list(figures)
    net: dict[tuple[str, str], int] = {}
    cells: dict[tuple[str, str], Cell] = {}
    for cell, count in (pair for term in terms for pair in term.counted):
        if isinstance(cell, Cell):
            key = cell.document, cell.place
            cells[key], net[key] = cell, net.get(key, 0) + count
    for (document, place), cell in cells.items():
        count = net[document, place]
        if abs(count) > 1:
            raise DoubleCounting(
                f"“{cell.label}”在这个合计里出现了 {abs(count)} 次，不能重复相加。"
            )
        for whole in cell.wholes:
            if net.get((document, whole), 0) * count > 0:
                name = cells[document, whole].label
                raise DoubleCounting(
                    f"“{name}”已经包含“{cell.label}”，相加就重复计算了。"
                    '请先只留一级，例如 df[df.level == "类"]，再求和。'
                )
    return _of_one_whole(terms) or total(terms)


def _of_one_whole(shares: list[Figure]) -> Figure | None:
    """The sum of shares of one and the same whole: their parts are added, and divided once."""
    if len(shares) < 2 or any(each.terms[1:2] != (" ÷ ",) for each in shares):
        return None
    parts, wholes = [each.terms[0] for each in shares], [each.terms[2] for each in shares]
    first = wholes[0]
    if not isinstance(first, Figure) or any(
        not isinstance(each, Figure) or each != first or each.cells != first.cells
        for each in wholes
    ):
        return None
    added = total(part for part in parts if isinstance(part, Figure))
    return (added / first).to(shares[0].unit) if added is not None else None


def plain(value: Decimal, places: int = 12) -> Decimal:
    """A number without the digits of a division that does not end."""
    shown = value.normalize()
    exponent = shown.as_tuple().exponent
    long = isinstance(exponent, int) and exponent < -places
    return round(value, places).normalize() if long else value


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
    if BARE in (a.unit, b.unit):
        unit = a.unit or b.unit
        return a._measured(unit), b._measured(unit)
    if {a.unit, b.unit} == {RATIO, PERCENT}:
        return a, b.to(a.unit)
    raise UnitMismatch(f"{a.unit} and {b.unit}")


def derived(
    of: Callable[[Decimal, Decimal], Decimal],
    a: Figure,
    b: Figure,
    unit: str,
    terms: tuple[str | Figure, ...],
) -> Figure:
    """What an operation makes of two intervals: monotonous in each, so its ends are at corners."""
    ends = [of(x, y) for x, y in product((a.low, a.high), (b.low, b.high))]
    return Figure(of(a.value, b.value), unit, min(ends), max(ends), a.cells + b.cells, terms)


# To drawing programs a figure is a number like any other.
AnyNumber.register(Figure)
