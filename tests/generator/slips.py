"""Slips of the pen in one printed number."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from random import Random

Slip = Callable[[str, Random], str | None]


def digit(printed: str, chance: Random) -> str | None:
    """One digit is another."""
    places = [place for place, char in enumerate(printed) if char.isdigit()]
    place = chance.choice(places)
    leading = place == places[0] and len(printed) > 1 and printed[place + 1 : place + 2].isdigit()
    choices = [d for d in "0123456789"[1 if leading else 0 :] if d != printed[place]]
    return printed[:place] + chance.choice(choices) + printed[place + 1 :]


def transposition(printed: str, chance: Random) -> str | None:
    """Two neighbouring digits have changed places."""
    pairs = [
        place
        for place in range(len(printed) - 1)
        if printed[place].isdigit()
        and printed[place + 1].isdigit()
        and printed[place] != printed[place + 1]
        and not (place == 0 and printed[1] == "0")
    ]
    if not pairs:
        return None
    place = chance.choice(pairs)
    return printed[:place] + printed[place + 1] + printed[place] + printed[place + 2 :]


def decimal_shift(printed: str, chance: Random) -> str | None:
    """The point stands one place to the left or to the right."""
    value = Decimal(printed)
    if not value:
        return None
    shifted = value * 10 if chance.random() < 0.5 else value / 10
    return _written(shifted, printed)


def sign(printed: str, chance: Random) -> str | None:
    """A minus too many or too few."""
    if not Decimal(printed):
        return None
    return printed[1:] if printed.startswith("-") else "-" + printed


def unit(printed: str, chance: Random) -> str | None:
    """Written in 万元 where the table is in 元, or the other way round."""
    value = Decimal(printed)
    if not value:
        return None
    return _written(value / 10_000 if abs(value) > 10_000 else value * 10_000, printed)


def one_fen(printed: str, chance: Random) -> str:
    """One fen more or less."""
    return f"{Decimal(printed) + Decimal('0.01') * chance.choice([1, -1])}"


def _written(value: Decimal, like: str) -> str:
    """A value with as many decimals as the number it stands for."""
    exponent = int(Decimal(like).as_tuple().exponent)
    return f"{value.quantize(Decimal(1).scaleb(exponent))}"
