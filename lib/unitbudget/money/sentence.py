"""Sentences that keep their figures: every number in them knows where it comes from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from unitbudget.money.display import safe, tag
from unitbudget.money.figure import Figure


class Number(NamedTuple):
    """A number as it stands in a sentence: where it begins, how it reads, the figure it is."""

    start: int
    shown: str
    figure: Figure


class Sentence(str):
    """A text with the figures of its numbers; otherwise a text like any other."""

    numbers: tuple[Number, ...] = ()

    def __new__(cls, text: str = "", numbers: Iterable[Number] = ()) -> Sentence:
        said = super().__new__(cls, text)
        said.numbers = tuple(numbers)
        return said

    def __add__(self, other: str) -> Sentence:
        return joined("", (self, other))

    def cut(self, start: int, end: int) -> Sentence:
        """A part of it, the numbers in it kept."""
        ends = ((max(n.start, start), min(n.start + len(n.shown), end)) for n in self.numbers)
        numbers = [
            Number(first - start, self[first:last], number.figure)
            for number, (first, last) in zip(self.numbers, ends, strict=True)
            if first < last
        ]
        return Sentence(self[start:end], numbers)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(number.figure for number in self.numbers)

    @property
    def html(self) -> str:
        parts, reached = [], 0
        for start, shown, figure in self.numbers:
            parts += [safe(self[reached:start]), tag(figure, shown)]
            reached = start + len(shown)
        return "".join([*parts, safe(self[reached:])])

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": f'<p class="says">{self.html}</p>', "text/plain": str(self)}


def number(figure: Figure, shown: str) -> Sentence:
    """One number, written so."""
    return Sentence(shown, [Number(0, shown, figure)])


def joined(separator: str, parts: Iterable[str]) -> Sentence:
    """Texts one after another, their numbers kept."""
    text, numbers = "", list[Number]()
    for place, part in enumerate(parts):
        text += separator if place else ""
        numbers += [Number(len(text) + n.start, *n[1:]) for n in getattr(part, "numbers", ())]
        text += part
    return Sentence(text, numbers)
