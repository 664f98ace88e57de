"""What the first page of a briefing is made of: headline figures, a mark, answers, questions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from unitbudget.briefing.words import Sentence, formed, shown, text
from unitbudget.money.display import safe, tag
from unitbudget.money.figure import Figure
from unitbudget.reference import toml

#: The sentences of the first page, as data.
wording = partial(toml, "briefing")


def said(part: str, key: str, **values: Any) -> Sentence:
    """A sentence of the first page, its blanks filled."""
    return formed(str(wording()[part][key]), **values)


@dataclass(frozen=True, slots=True)
class Tiles:
    """A few headline figures: what each is, how it is said, and a quieter line below."""

    tiles: tuple[tuple[str, Figure, str, Sentence], ...]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        boxes = "".join(
            f"<div><dt>{safe(label)}</dt><dd><b>{tag(figure, shown(figure, style))}</b>"
            f"<small>{below.html}</small></dd></div>"
            for label, figure, style, below in self.tiles
        )
        lines = [f"{label} {shown(f, style)}：{below}" for label, f, style, below in self.tiles]
        html = f'<dl class="tiles">{boxes}</dl>' if boxes else ""
        return {"text/html": html, "text/plain": "\n".join(lines)}


@dataclass(frozen=True, slots=True)
class Marked:
    """One verdict with its mark: whether the document adds up."""

    good: bool
    sentence: Sentence

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        kind, mark = ("holds", "✓") if self.good else ("broken", "×")
        body = f'<span class="mark">{mark}</span>{self.sentence.html}'
        html = f'<p class="verdict {kind}">{body}</p>'
        return {"text/html": html, "text/plain": f"{mark} {self.sentence}"}


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
        html = f'<ol class="questions">{html}</ol>'
        return {"text/html": html, "text/plain": "\n".join(lines)}
