"""Chinese sentences made from figures: every number in them can be asked where it comes from.

Templates are data (``reference/sentences.toml``); a template names a figure and how to say it,
as in ``{total:wan}``. Text taken from a document is escaped, and cannot turn the line around it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from string import Formatter
from typing import Any

import pandas as pd

from unitbudget.money import sentence
from unitbudget.money.amounts import UNITS, rounded
from unitbudget.money.display import MINUS, plain, short
from unitbudget.money.figure import PERCENT, RATIO, Figure
from unitbudget.money.sentence import Sentence as Sentence
from unitbudget.reference import toml

#: How a number is said, by the name that templates have for it.
STYLES: dict[str, Callable[[Decimal], str]] = {
    "yuan": lambda value: f"{rounded(value, 2):,}元",
    "wan": lambda value: f"{rounded(value / UNITS['万元'], 2):,}万元",
    "percent": lambda value: f"{rounded(value, 2):,}%",
    "points": lambda value: f"{rounded(value, 2):,}个百分点",
    "count": lambda value: f"{short(value).normalize():,f}",
    "bare": lambda value: f"{rounded(value, 2):,}",
}
_USUAL = {"CNY": "yuan", "percent": "percent", "ratio": "percent", "count": "count", "": "count"}


def shown(figure: Figure, style: str = "") -> str:
    """The figure as a reader sees it: in the style asked for, or the usual one of its unit.

    ``signed_wan`` puts a plus before what is more, ``size_wan`` leaves every sign out.
    """
    value = figure.to(PERCENT).value if figure.unit == RATIO else figure.value
    how, _, name = (style or _USUAL[figure.unit]).rpartition("_")
    text = STYLES[name](abs(value) if how == "size" else value).replace("-", MINUS)
    return f"+{text}" if how == "signed" and value > 0 else text


def moved(figure: Figure) -> str:
    """Which way a difference points: 增加, 减少 or 持平."""
    words = vocabulary()["moved"]
    return str(words["up" if figure.value > 0 else "down" if figure.value < 0 else "same"])


NO_WORDS = Sentence()


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
    """The sentences that could be formed, each once; the others have no figures to stand on."""
    kept = {str(said): said for said in sentences if said is not None}
    return Findings(tuple(said for words, said in kept.items() if words))


def text(said: object) -> Sentence:
    """Words without figures."""
    return Sentence(plain(said))


def joined(sentences: Iterable[Sentence], mark: str = "、") -> Sentence:
    """Several parts as one list."""
    return sentence.joined(mark, sentences)


def number(figure: Any, style: str = "") -> Sentence:
    """The figure alone, in the style asked for; nothing is no words."""
    known = isinstance(figure, Figure)
    return sentence.number(figure, shown(figure, style)) if known else NO_WORDS


#: The sentence templates and the words they are made from.
vocabulary = partial(toml, "sentences")


def say(key: str, **values: Any) -> Sentence:
    """The sentence of that name, its blanks filled with figures, sentences and words."""
    return formed(str(vocabulary()["sentences"][key]), **values)


def told(template: str, *rows: pd.DataFrame, missing: str | None = "", **values: Any) -> Sentence:
    """A sentence for a notebook: blanks filled from the first row of each frame, and from values.

    ``told("{name}占{share:percent}", top)``. Where a figure it needs is blank, or a frame has no
    rows, it is the sentence that says what is missing; with ``missing=None`` nothing is said.
    """
    if missing == "":
        missing = next((f.attrs["missing"] for f in rows if f.attrs.get("missing")), "")
    missing = missing or ""
    for frame in rows:
        if frame.empty:
            return text(missing)
        first = frame.iloc[0]
        index = {"code": str(frame.index[0]), str(frame.index.name): str(frame.index[0])}
        values = index | {str(name): value for name, value in first.items()} | values
    needed = [name for _, name, _, _ in Formatter().parse(template) if name]
    if any(values[name] is None or values[name] is pd.NA for name in needed):
        return text(missing)
    return formed(template, **values)


def listed(frame: pd.DataFrame, column: str, style: str = "", mark: str = "、") -> Sentence:
    """The rows of a frame with one of their figures each, as a list: 甲88.26%、乙7.11%."""
    names = frame.get("name", frame.index)
    pairs = [(n, f) for n, f in zip(names, frame[column], strict=True) if f is not pd.NA]
    return joined([text(name) + number(figure, style) for name, figure in pairs], mark)


def formed(template: str, **values: Any) -> Sentence:
    """The sentence of a template, its blanks filled with figures, sentences and words."""
    parts: list[str] = []
    for literal, name, style, _ in Formatter().parse(template):
        parts.append(literal)
        if name:
            value = values[name]
            if isinstance(value, Figure):
                value = moved(value) if style == "moved" else number(value, style or "")
            parts.append(value if isinstance(value, Sentence) else plain(value))
    return sentence.joined("", parts)
