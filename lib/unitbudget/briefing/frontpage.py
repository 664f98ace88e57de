"""What the first page of a briefing is made of: headline figures, answers, questions to ask."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from unitbudget.briefing.words import Sentence, formed, safe, shown, tag, text
from unitbudget.figures import Figure


@cache
def wording() -> dict[str, Any]:
    """The sentences of the first page, as data."""
    source = files("unitbudget") / "reference" / "briefing.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def said(part: str, key: str, **values: Any) -> Sentence:
    """A sentence of the first page, its blanks filled."""
    return formed(str(wording()[part][key]), **values)


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline figure: what it is, how it is said, and a quieter line below."""

    label: str
    figure: Figure
    style: str
    below: Sentence

    @property
    def value(self) -> str:
        return tag(self.figure, shown(self.figure, self.style))

    def __str__(self) -> str:
        return f"{self.label} {shown(self.figure, self.style)}：{self.below}"


@dataclass(frozen=True, slots=True)
class Tiles:
    """The headline figures of a document."""

    tiles: tuple[Tile, ...]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        boxes = "".join(
            f"<div><dt>{safe(tile.label)}</dt>"
            f"<dd><b>{tile.value}</b><small>{tile.below.html}</small></dd></div>"
            for tile in self.tiles
        )
        return {
            "text/html": f'<dl class="tiles">{boxes}</dl>' if boxes else "",
            "text/plain": "\n".join(map(str, self.tiles)),
        }


@dataclass(frozen=True, slots=True)
class Answers:
    """Questions of a leader, each with the sentences that answer it."""

    answers: tuple[tuple[str, tuple[Sentence, ...]], ...]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        html = "".join(
            f"<dt>{safe(question)}</dt><dd>{''.join(s.html for s in sentences)}</dd>"
            for question, sentences in self.answers
        )
        lines = [f"{q}：{''.join(map(str, sentences))}" for q, sentences in self.answers]
        return {"text/html": f'<dl class="answers">{html}</dl>', "text/plain": "\n".join(lines)}


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions worth asking the unit, each with what it rests on."""

    questions: tuple[tuple[Sentence, Sentence], ...]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        if not self.questions:
            return text(wording()["ask"]["none"])._repr_mimebundle_()
        html = "".join(
            f'<li><b>{ask.html}</b><div class="why">{why.html}</div></li>'
            for ask, why in self.questions
        )
        lines = [f"{n}. {ask}（{why}）" for n, (ask, why) in enumerate(self.questions, start=1)]
        return {
            "text/html": f'<ol class="questions">{html}</ol>',
            "text/plain": "\n".join(lines),
        }
