"""The page over all documents: one row each, to be sorted, with one picture of them all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.asking import open_findings
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.charts import MOST, Chart, bars
from unitbudget.briefing.coverage import PAGE
from unitbudget.briefing.page import said, wording
from unitbudget.briefing.summary import categories, counts, growth_of, part, scope, stated_change
from unitbudget.briefing.tables import TOTAL
from unitbudget.briefing.webpage import Html, asset, draft, finished
from unitbudget.briefing.words import NO_WORDS, Sentence, joined, number, say, text
from unitbudget.money.display import LINKS, plain
from unitbudget.money.figure import YUAN, Figure
from unitbudget.money.frames import FigureArray

INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing the overview says of a document: words, a quieter line, what it sorts by."""

    said: Sentence = NO_WORDS
    below: str = ""
    order: object = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One document on the overview; ``failed`` are the sentences for chapters that did."""

    title: str
    href: str = ""
    told: Mapping[str, Told] = field(default_factory=dict)
    total: Figure | None = None
    #: Where each number of it is proved, by what it is formed of.
    proofs: Mapping[str, str] = field(default_factory=dict)
    failure: str = ""
    failed: tuple[str, ...] = ()

    @property
    def failures(self) -> tuple[str, ...]:
        return (self.failure, *self.failed) if self.failure else self.failed

    @property
    def name(self) -> str:
        """The unit with its year and kind, as it is called beside others."""
        return "{unit}（{year}年{kind}）".format(**{k: v.said for k, v in self.told.items()})


def entry(b: Budget, href: str) -> Entry:
    """What the overview says of one document, each number with its proof in the briefing."""
    kinds, total = wording()["kinds"], b.outlay.at[TOTAL, "total"]
    known, asked = None if total is pd.NA else total, open_findings(b)
    told = {
        "unit": Told(text(b.unit or b.title)),
        "year": Told(text(b.year or "")),
        "kind": Told(text(f"{kinds.get(b.facts['level'], '')}{kinds.get(b.kind, b.kind)}")),
        "total": Told(number(total, "wan"), _scope(b, known), known or ""),
        "change": _change(b),
        "largest": _largest(b),
        "wrong": _wrong(b),
        "ask": Told(number(b.count(asked)), "", len(asked)),
        "state": _state(b),
    }
    link = LINKS.get()
    numbers = [number for each in told.values() for number in each.said.numbers]
    proofs = {_key(n.figure): link(n.figure, n.shown) for n in numbers} if link else {}
    return Entry(plain(b.title), href, told, known, proofs)


def _change(b: Budget) -> Told:
    """By how much it grew, against what; by the tables, or else as the prose says."""
    if (more := growth_of(b.spending.loc[TOTAL])) is not None:
        last = b.spending.attrs["labels"]["last"]
        base = said("tiles", "change", subject=part(b), base=last)
        return Told(number(more, "signed_percent"), str(base), more)
    if (stated := stated_change(b)) is None:
        return Told()
    style = "signed_wan" if stated[0].unit == YUAN else "signed_percent"
    return Told(number(stated[0], style), stated[1])


def _largest(b: Budget) -> Told:
    uses = categories(b)
    if not len(uses) or uses["share"].iloc[0] is pd.NA:
        return Told()
    name, share = uses[["name", "share"]].iloc[0]
    return Told(joined([text(name), number(share)], " "), "", share)


def _wrong(b: Budget) -> Told:
    """What does not add up, as the mark of the briefing counts it."""
    broken = {file: counts(b, file, "broken") for file in ("checks", "claims")}
    if many := sum(int(count.value) for count in broken.values()):
        parts = [said("mark", file, count=n) for file, n in broken.items() if n.value]
        return Told(joined(parts, "、"), "", many, "bad")
    checked = any(counts(b, file, "holds").value for file in broken)
    return Told(text("✓" if checked else "—"), "", 0 if checked else "", "good")


def _state(b: Budget) -> Told:
    unread = counts(b, "tables", "unread")
    if unread.value:
        return Told(said("overview", "unread", count=unread), "", int(unread.value), "bad")
    return Told(text(wording()["overview"]["read"]), "", 0)


def _scope(b: Budget, total: Figure | None) -> str:
    """What the total is of, where it is not all expenditure."""
    own = "" if total is None else scope(b, total)
    return "" if own == wording()["scopes"]["all"] else own


def _key(figure: Figure) -> str:
    return ";".join([figure.formula, *(getattr(cell, "anywhere", cell) for cell in figure.cells)])


def index(entries: Sequence[Entry]) -> str:
    """The page over all documents, those that could not be read too."""
    read = [each for each in entries if each.told]
    read.sort(key=lambda each: [str(each.told[name].said) for name in ("unit", "year", "kind")])
    known = {key: href for each in entries for key, href in each.proofs.items()}
    token = LINKS.set(lambda figure, _: known[_key(figure)])
    try:
        over_all = draft(
            "documents.html.j2",
            script=asset("sort.js") if read else "",
            title=wording()["overview"]["title"],
            heading=wording()["overview"]["title"],
            byline=_byline(read, len(entries)),
            columns=wording()["overview"]["columns"],
            coverage={"page": PAGE, "label": wording()["overview"]["coverage"]},
            entries=read,
            picture=Html(getattr(picture(read), "on_page", "")),
            failures=[each for each in entries if each.failure],
            imprint=wording()["overview"]["imprint"],
        )
    finally:
        LINKS.reset(token)
    return finished([over_all])[0]


def _byline(read: Sequence[Entry], every: int) -> str:
    wrong = sum(each.told["wrong"].kind == "bad" for each in read)
    words = wording()["overview"]
    return str(words["byline"]).format(count=every) + (
        str(words["byline_wrong"]).format(count=wrong) if wrong else ""
    )


def picture(entries: Sequence[Entry]) -> Chart | Sentence:
    """What the documents amount to, the largest first, each with its change and its largest use."""
    rows = [each for each in entries if each.total is not None]
    rows.sort(key=lambda each: -each.total.value)  # type: ignore[union-attr]
    if len(rows) < 2:
        return NO_WORDS
    frame: Any = pd.DataFrame({
        "name": [each.name for each in rows],
        "total": FigureArray.of(each.total for each in rows),
    })  # fmt: skip
    frame.attrs["labels"] = {"total": rule_book().measures["total"]}
    note = say("only_largest", most=MOST) if len(rows) > MOST else ""
    return bars(frame.head(MOST), message=say("overview", **frame.iloc[0]), note=note)


__all__ = ["INDEX", "Entry", "entry", "index"]
