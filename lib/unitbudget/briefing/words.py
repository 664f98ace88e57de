"""Chinese sentences made from figures: every number in them can be asked where it comes from.

Templates are data (``reference/sentences.toml``); a template names a figure and how to say it,
as in ``{total:wan}``. Text taken from a document is escaped, and cannot turn the line around it.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from html import escape
from importlib.resources import files
from string import Formatter
from typing import Any

from unitbudget.figures import Figure
from unitbudget.money import amounts
from unitbudget.money.amounts import rounded

MINUS = "−"
# Control characters, invisible marks (among them the overrides of writing direction), surrogates,
# private use and unassigned code points: nothing a reader of a budget ever needs.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


def plain(text: object) -> str:
    """Text of a document as one line of visible characters, nothing that acts on its neighbours."""
    said = str(text)
    if said.isprintable():  # so no character of it is any of those below
        return said
    visible = (" " if c in "\t\r\n\u2028\u2029" else c for c in said)
    return "".join(c for c in visible if unicodedata.category(c) not in _INVISIBLE)


def safe(text: object) -> str:
    """Text of a document, ready to stand in HTML."""
    return escape(plain(text), quote=True)


def yuan(value: Decimal) -> str:
    """An amount to the fen: ``6,307,683.64元``."""
    return _signless(amounts.yuan(value))


def wan(value: Decimal) -> str:
    """An amount in ten thousands: ``630.77万元``."""
    return _signless(amounts.wan(value))


def percent(value: Decimal) -> str:
    """A percentage: ``4.69%``."""
    return _signless(amounts.percent(value))


def points(value: Decimal) -> str:
    """A share of a change, in percentage points: ``2.86个百分点``."""
    return _signless(f"{rounded(value, 2):,}个百分点")


def count(value: Decimal) -> str:
    """A number of things: ``130,000``."""
    return _signless(f"{value.normalize():,f}")


def bare(value: Decimal) -> str:
    """An amount in yuan to the fen where the unit is said elsewhere: ``6,307,683.64``."""
    return _signless(f"{rounded(value, 2):,}")


def _signless(text: str) -> str:
    return text.replace(" ", "").replace("-", MINUS)


def _signed(style: Callable[[Decimal], str]) -> Callable[[Decimal], str]:
    return lambda value: ("+" if value > 0 else "") + style(value)


def _sized(style: Callable[[Decimal], str]) -> Callable[[Decimal], str]:
    return lambda value: style(abs(value))


_PLAIN_STYLES = {f.__name__: f for f in (yuan, wan, percent, points, count, bare)}
STYLES: dict[str, Callable[[Decimal], str]] = (
    _PLAIN_STYLES
    | {f"signed_{name}": _signed(style) for name, style in _PLAIN_STYLES.items()}
    | {f"size_{name}": _sized(style) for name, style in _PLAIN_STYLES.items()}
)
_USUAL = {"CNY": "yuan", "percent": "percent", "count": "count"}


def shown(figure: Figure, style: str = "") -> str:
    """The figure as a reader sees it: in the style asked for, or the usual one of its unit."""
    return STYLES[style or _USUAL[figure.unit]](figure.value)


def moved(figure: Figure) -> str:
    """Which way a difference points: 增加, 减少 or 持平."""
    words = vocabulary()["moved"]
    return str(words["up" if figure.value > 0 else "down" if figure.value < 0 else "same"])


def tag(figure: Figure, text: str | None = None) -> str:
    """The figure for HTML: a link that carries its cells, its formula and its exact value."""
    said = plain(shown(figure) if text is None else text)
    formed = " " in figure.formula.strip()
    formula = f"{figure.formula} = {said}" if formed else figure.formula or said
    data = {
        "cells": ";".join(dict.fromkeys(figure.cells)),
        "formula": formula.replace("-", MINUS),
        "value": f"{figure.value:f}",
        "unit": figure.unit,
    }
    attributes = "".join(f' data-{name}="{safe(value)}"' for name, value in data.items())
    return f'<a class="figure" href="#"{attributes}>{safe(said)}</a>'


@dataclass(frozen=True, slots=True)
class Said:
    """A figure inside a sentence, with the words it is said in."""

    figure: Figure
    text: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence whose numbers remember where they come from."""

    parts: tuple[str | Said, ...]

    def __str__(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.parts)

    def __add__(self, other: Sentence) -> Sentence:
        return Sentence(self.parts + other.parts)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return tuple(part.figure for part in self.parts if isinstance(part, Said))

    @property
    def html(self) -> str:
        return "".join(
            safe(part) if isinstance(part, str) else tag(part.figure, part.text)
            for part in self.parts
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/html": f'<p class="says">{self.html}</p>', "text/plain": str(self)}


NO_WORDS = Sentence(())


@dataclass(frozen=True, slots=True)
class Findings:
    """What a page has to say, one sentence each, the most important first."""

    sentences: tuple[Sentence, ...]

    def __iter__(self) -> Iterator[Sentence]:
        return iter(self.sentences)

    @property
    def html(self) -> str:
        return "".join(f"<li>{sentence.html}</li>" for sentence in self.sentences)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        text = "\n".join(f"· {sentence}" for sentence in self.sentences)
        return {"text/html": f'<ul class="findings">{self.html}</ul>', "text/plain": text}


def findings(*sentences: Sentence | None) -> Findings:
    """The sentences that could be formed; the others have no figures to stand on."""
    return Findings(tuple(sentence for sentence in sentences if sentence is not None))


def text(said: object) -> Sentence:
    """Words without figures."""
    return Sentence((plain(said),))


def joined(sentences: list[Sentence], mark: str = "、") -> Sentence:
    """Several parts as one list."""
    parts: list[str | Said] = []
    for sentence in sentences:
        parts += ([mark] if parts else []) + list(sentence.parts)
    return Sentence(tuple(parts))


def number(figure: Figure | None, style: str = "") -> Sentence:
    """The figure alone, in the style asked for; nothing is no words."""
    return Sentence((Said(figure, shown(figure, style)),) if figure else ())


@cache
def vocabulary() -> dict[str, Any]:
    """The sentence templates and the words they are made from."""
    source = files("unitbudget") / "reference" / "sentences.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def say(key: str, **values: Any) -> Sentence:
    """The sentence of that name, its blanks filled with figures, sentences and words."""
    return formed(str(vocabulary()["sentences"][key]), **values)


def formed(template: str, **values: Any) -> Sentence:
    """The sentence of a template, its blanks filled with figures, sentences and words."""
    parts: list[str | Said] = []
    for literal, name, style, _ in Formatter().parse(template):
        parts += [literal] if literal else []
        if name:
            parts += _filled(values[name], style or "")
    return Sentence(tuple(parts))


def _filled(value: Any, style: str) -> list[str | Said]:
    if isinstance(value, Sentence):
        return list(value.parts)
    if isinstance(value, Figure):
        return [moved(value) if style == "moved" else Said(value, shown(value, style))]
    return [plain(value)]
