"""Sentences that keep their figures: every number in them knows where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from string import Formatter
from typing import NamedTuple

from unitbudget.money import amounts
from unitbudget.money.figure import COUNT, Figure


class Number(NamedTuple):
    """A number as it stands in a sentence: where it begins, how it reads, the figure it is."""

    start: int
    shown: str
    figure: Figure


class Told(str):
    """A text with the figures of its numbers; otherwise a text like any other."""

    numbers: tuple[Number, ...] = ()

    def __new__(cls, text: str = "", numbers: Iterable[Number] = ()) -> Told:
        told = super().__new__(cls, text)
        told.numbers = tuple(numbers)
        return told


def number(figure: Figure, shown: str) -> Told:
    """One number, written so."""
    return Told(shown, [Number(0, shown, figure)])


def joined(separator: str, parts: Iterable[str]) -> Told:
    """Texts one after another, their numbers kept."""
    text, numbers = "", []
    for place, part in enumerate(parts):
        text += separator if place else ""
        numbers += [Number(len(text) + n.start, *n[1:]) for n in getattr(part, "numbers", ())]
        text += part
    return Told(text, numbers)


def tell(template: str, **words: object) -> Told:
    """A sentence with its words filled in, the numbers of the words kept."""
    parts: list[str] = []
    for literal, name, _, _ in Formatter().parse(template):
        parts.append(literal)
        if name is not None:
            word = words[name]
            parts.append(word if isinstance(word, str) else str(word))
    return joined("", parts)


def wan(figure: Figure) -> Told:
    """``630.77 万元``"""
    return number(figure, amounts.wan(figure.value))


def yuan(figure: Figure) -> Told:
    """``6,307,683.64 元``"""
    return number(figure, amounts.yuan(figure.value))


def percent(figure: Figure) -> Told:
    """``88.26%``"""
    return number(figure, amounts.percent(figure.value))


def plain(figure: Figure) -> Told:
    """To the fen and without idle zeros; what is finer than that is told to the last digit."""
    value = figure.value
    cut = amounts.rounded(value, 2)
    if not cut and value:
        cut = amounts.rounded(value, 2 - value.adjusted() - 2)
    return number(figure, f"{cut.normalize():f}")


def count(how_many: int | Decimal, what: str, cells: Iterable[str] = ()) -> Told:
    """How many there are of what is counted."""
    return number(counted(how_many, what, cells), f"{how_many}")


def counted(how_many: int | Decimal, what: str, cells: Iterable[str] = ()) -> Figure:
    """A count as a figure: its formula says what was counted."""
    return Figure(Decimal(how_many), COUNT, cells=tuple(cells), terms=(what,))


def formula_of(figure: Figure) -> Told:
    """How a figure was formed, each of its operands a number of its own."""
    if not figure.computed:
        return number(figure, figure.formula)
    parts: list[str] = []
    for term in figure.terms:
        if isinstance(term, str):
            parts.append(term)
        else:
            inner = formula_of(term)
            bracketed = term.computed or inner.startswith(("-", "−"))
            parts += ["(", inner, ")"] if bracketed else [inner]
    return joined("", parts)
