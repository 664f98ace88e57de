"""What a stated figure leaves open, and what growth, change and amount imply about one another."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from unitbudget.auditing.mention import Mention
from unitbudget.figures import Figure, growth


@dataclass(frozen=True, slots=True)
class Witness:
    """Something that must agree with a stated figure, and how."""

    figure: Figure
    text: str
    relation: str = "="
    hard: bool = True


def stated(mention: Mention, finest: dict[str, int]) -> Figure:
    """The figure a mention states, with what its printing leaves open."""
    return _figure(mention, max(finest.get(_unit_word(mention), 0), mention.places))


def as_printed(mention: Mention) -> Figure:
    """The figure a mention states, as coarse as it is printed."""
    return _figure(mention, mention.places)


def _figure(mention: Mention, places: int) -> Figure:
    """Nothing, money to the fen and counted things are exact; the rest is rounded in print."""
    value = mention.value if mention.value is not None else Decimal(0)
    half = mention.scale.scaleb(-places) / 2
    fen = mention.unit == "CNY" and (half < Decimal("0.01") or value == 0)
    exact = fen or mention.unit in ("count", "year")
    formula = mention.printed if value >= 0 else f"−{mention.printed}"
    return Figure(value, mention.unit, Decimal(0) if exact else half, (), formula)


def _unit_word(mention: Mention) -> str:
    return f"{mention.unit}{mention.scale}"


def finest_places(mentions: Iterable[Mention]) -> dict[str, int]:
    """By unit, how many decimals the prose prints at most: trailing zeros may be left out."""
    finest: dict[str, int] = {}
    for mention in mentions:
        if mention.quantity != "not_budget" and mention.unit:
            word = _unit_word(mention)
            finest[word] = max(finest.get(word, 0), mention.places)
    return finest


def growth_from_change(amount: Figure, change: Figure) -> Figure | None:
    """Growth where only the new amount and the change are known: the old one is implied.

    The two are not independent: of the interval only its ends can occur.
    """
    old = amount - change
    if old.low <= 0 <= old.high:
        return None
    result = growth(Figure(amount.value, amount.unit), Figure(old.value, old.unit))
    if result is None:
        return None
    corners = [
        c * 100 / (a - c)
        for a in (amount.low, amount.high)
        for c in (change.low, change.high)
        if a != c
    ]
    middle = change.value * 100 / old.value
    slack = max(abs(corner - middle) for corner in corners)
    sign = "−" if change.value >= 0 else "+"
    formula = f"{change.formula} ÷ ({amount.formula} {sign} {abs(change.value):f})"
    return Figure(middle, "percent", slack, amount.cells + change.cells, formula)


def change_from_growth(amount: Figure, rate: Figure) -> Figure | None:
    """The change that a new amount and its growth imply."""
    if rate.low <= -100:
        return None
    corners = [
        a - a * 100 / (100 + r) for a in (amount.low, amount.high) for r in (rate.low, rate.high)
    ]
    middle = amount.value - amount.value * 100 / (100 + rate.value)
    slack = max(abs(corner - middle) for corner in corners)
    formula = f"{amount.formula} − {amount.formula} ÷ (1 + {rate.value:f}%)"
    return Figure(middle, amount.unit, slack, amount.cells, formula)


def agrees(a: Figure, b: Figure, relation: str = "=") -> bool:
    """Does the stated figure stand in the relation to the computed one, rounding allowed for?

    Half up, a rounded figure stands for an interval open at one end: two of them that only touch
    have no number in common, so that 0.53 and 0.54 are never the same amount.
    """
    both_rounded = a.slack > 0 and b.slack > 0
    if relation == "≤":
        return a.low < b.high if both_rounded else a.low <= b.high
    if relation == "≥":
        return a.high > b.low if both_rounded else a.high >= b.low
    gap, reach = abs(a.value - b.value), a.slack + b.slack
    return gap < reach if both_rounded else gap <= reach


def within_last_place(computed: Iterable[Figure | None], mention: Mention) -> bool:
    """Does the figure miss what is computed, but by less than one unit of its last place?"""
    unit = mention.scale.scaleb(-mention.places)
    mine = as_printed(mention)
    if mention.unit not in ("CNY", "percent") or (
        unit <= Decimal("0.01") and mention.unit == "CNY"
    ):
        return False
    figures = [figure for figure in computed if figure is not None]
    near = [abs(mine.value - figure.value) <= unit + figure.slack for figure in figures]
    return any(near) and not any(agrees(mine, figure) for figure in figures)


def base_of_growth(new: Figure, rate: Figure, printed: str) -> Figure:
    """What grew to the new amount at the rate."""
    corners = [n * 100 / (100 + r) for n in (new.low, new.high) for r in (rate.low, rate.high)]
    sign = "+" if rate.value >= 0 else "−"
    return _between(
        new.value * 100 / (100 + rate.value), corners, new, f"{new.formula} ÷ (1 {sign} {printed})"
    )


def whole_of(part: Figure, rate: Figure, printed: str) -> Figure:
    """The whole of which the part is so many percent."""
    corners = [p * 100 / r for p in (part.low, part.high) for r in (rate.low, rate.high)]
    return _between(part.value * 100 / rate.value, corners, part, f"{part.formula} ÷ {printed}")


def _between(middle: Decimal, corners: list[Decimal], of: Figure, formula: str) -> Figure:
    slack = max(abs(corner - middle) for corner in corners)
    return Figure(middle, of.unit, slack, of.cells, formula)
