"""Questions about the items of a budget: what is told of them, left out, or taken over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from unitbudget.auditing.case import (
    Case,
    Finding,
    Spot,
    ask,
    asking,
    named,
    place,
    quote,
    wording,
)
from unitbudget.auditing.ledger import bare_name
from unitbudget.auditing.prose import Mention, path_of
from unitbudget.auditing.reasons import bare
from unitbudget.auditing.side import Row
from unitbudget.auditing.told import count, joined, printed_on, tell
from unitbudget.money.codes import LEVELS, entries
from unitbudget.money.figure import Figure, agrees, total
from unitbudget.money.text import heading, squash
from unitbudget.reading.narrative import Section

SPENDING = "general_public_budget"
#: Sections that explain a budget item by item.
ITEM_BY_ITEM = ("items", "compilation")
#: So many changes with a rate make one without it stand out, and no more than so many do.
USUAL, RARE = 5, 2
#: So many items are named.
NAMED = 3


def _items(case: Case, table: str, level: int) -> list[Row]:
    return [row for row in case.ledger.rows(table) if row.level == level]


# ---- what is told of an item, and what is not ----------------------------------------------------


def _items_without_sentence(case: Case) -> Iterator[Finding]:
    """R26: items of the table that a section which explains item by item passes over."""
    figures = {row: case.ledger.one(SPENDING, row.code) for row in _items(case, SPENDING, 3)}
    worth = {row: figure for row, figure in figures.items() if figure is not None and figure.value}
    told = [
        m
        for m in case.mentions
        if m.topic in ITEM_BY_ITEM and m.entry is None and m.quantity == "amount"
    ]
    codes = case.spoken.binder.codes
    by_item = [m for m in told if any(LEVELS.get(len(code)) == 3 for _, code in codes(m))]
    missing = [row for row, figure in worth.items() if not _is_told(case, row, figure, told)]
    if not by_item or not missing or len(missing) == len(worth):
        return
    missing.sort(key=lambda row: -worth[row].value)
    cells = [place(worth[row]) for row in missing]
    names = [tell(f"“{row.name}”（{{amount:wan}}）", amount=worth[row]) for row in missing[:NAMED]]
    yield ask(
        "R26",
        by_item,
        "；".join(cells),
        money=total(worth[row] for row in missing),
        total=count("有金额的项级科目", [place(each) for each in worth.values()]),
        count=count("没有逐项说明的科目", cells),
        names=joined("", [joined("、", names), "等" if len(missing) > NAMED else ""]),
    )


def _is_told(case: Case, row: Row, figure: Figure, told: list[Mention]) -> bool:
    """Is an item spoken of: by its path, or by its name and amount under whatever it stands?"""
    name = bare_name(row.name)
    alike = [each for each in _items(case, SPENDING, 3) if bare_name(each.name) == name]
    for mention in told:
        if any(code == row.code for _, code in case.spoken.binder.codes(mention)):
            return True
        said = [bare_name(each) for _, each in mention.path] or [bare_name(mention.subject)]
        there = name in said or name in bare_name(squash(mention.paragraph.text))
        if there and (len(alike) == 1 or agrees(mention.stated, figure)):
            return True
    return False


def _same_and_yet_changed(case: Case) -> Iterator[Finding]:
    """S05: nothing changed, and a reason why it did."""
    changed = wording()["reasons"]["changed"]
    same = (reason for reason in case.reasons if reason.direction == "same")
    if found := [reason for reason in same if re.search(changed, reason.words)]:
        first = found[0]
        yield ask("S05b", found, quote(first.sentence), subject=first.name, reason=first.words)


def _without_rate(case: Case) -> Iterator[Finding]:
    """S43: a change without its rate where nearly all have one, those of its part all."""
    told: dict[bool, list[Mention]] = {True: [], False: []}
    for mention in case.mentions:
        if mention.quantity != "difference" or not mention.value or mention.note == "reason":
            continue
        beside = case.spoken.paragraph(mention)
        rated = any(m.quantity == "growth" and m.of is mention.of for m in beside)
        if rated or not re.search(wording()["changes"]["unrated"], mention.paragraph.text):
            told[rated].append(mention)
    alike = {(_part(mention), mention.basis) for mention in told[True]}
    few = [mention for mention in told[False] if (_part(mention), mention.basis) in alike]
    parts = {_part(mention) for mention in few}
    every = [mention for mention in told[False] if _part(mention) in parts]
    if len(told[True]) >= USUAL and 0 < len(few) <= RARE and len(few) == len(every):
        subjects = [bare(mention.subject) for mention in few]
        yield ask("S43", few, quote(few[0].sentence.text), subjects=subjects)


def _part(mention: Mention) -> str:
    """The part of the document its section belongs to."""
    return mention.section.path.rpartition(".")[0]


def _two_bases(case: Case) -> Iterator[Finding]:
    """S44: the amount of a change measured against one thing, its rate against another."""
    pairs = [
        (change, change.basis, rate.basis)
        for rate in case.mentions
        if rate.quantity == "growth" and rate.basis is not None and rate.of is not None
        for change in case.spoken.paragraph(rate)
        if change.quantity == "difference" and change.of is rate.of and change.basis
    ]
    found = [
        (change, one, other)
        for change, one, other in pairs
        if (one.year and other.year and one.year != other.year)
        or (one.phase and other.phase and one.phase != other.phase)
    ]
    if found:
        change, one, other = found[0]
        yield ask(
            "S44",
            [change for change, _, _ in found],
            quote(change.sentence.text),
            subject=bare(change.subject),
            one=one.told,
            other=other.told,
        )


def _no_range(case: Case) -> Iterator[Finding]:
    """S20: a target that is a lower bound in front and an upper one behind."""
    found: list[tuple[Spot, str]] = []
    for grid, cells in case.lines():
        texts = [squash(cell.text) for cell in cells]
        for name, text, cell in zip(["", *texts], texts, cells, strict=False):
            if re.fullmatch(wording()["targets"]["no_range"], text):
                found.append((Spot(grid.page, printed_on(grid.page, text, cell.box), text), name))
    if found:
        (first, name), spots = found[0], [spot for spot, _ in found]
        yield ask("S20b", spots, f"{name} {first.text}", indicator=name, target=first.text)


# ---- what is taken over from elsewhere -----------------------------------------------------------


class Use(NamedTuple):
    """An item of the prose: its names from the outermost, the use it is said to have."""

    path: tuple[tuple[int, str], ...]
    said: str
    page: int
    sentence: str

    @property
    def name(self) -> str:
        return self.path[-1][1]

    @property
    def cell(self) -> str:
        return printed_on(self.page, self.said)

    @property
    def names(self) -> set[str]:
        """The names this item goes by where it is spoken of."""
        names = [bare_name(name) for _, name in self.path]
        return {names[-1], "".join(names[-2:])}


def _uses(case: Case) -> Iterator[Use]:
    for section in case.sections:
        paragraph = -1
        path: tuple[tuple[int, str], ...] = ()
        for sentence in section.sentences:
            if sentence.paragraph != paragraph:
                paragraph, path = sentence.paragraph, ()
            path = path_of(sentence.text, section, opening=True) or _quoted(sentence.text) or path
            use = re.search(wording()["copied"]["use"], sentence.text)
            if use and path and path[-1][0] == 3:
                yield Use(path, use["use"], sentence.page, sentence.text)


def _quoted(text: str) -> tuple[tuple[int, str], ...]:
    """The path an item printed in quotation marks opens with."""
    match = re.match(r"(?:\d{1,2}[、．.])?([“\"][^”\"]{4,90}[”\"])", text)
    return path_of(match[1], Section("", "", 0, 0)) if match else ()


def _copied_uses(case: Case) -> Iterator[Finding]:
    """S25: a use that is another item's name, or of the other nature than the table has it."""
    uses = list(_uses(case))
    found = [
        use
        for use in uses
        if not any(name in bare_name(use.said) for name in use.names)
        and any(bare_name(use.said) in other.names for other in uses if other.path != use.path)
    ]
    if found:
        where = "；".join(f"第{use.page}页 “{use.name}”写“{use.said}”" for use in found)
        first = found[0]
        yield ask("S25b", found, evidence=where, subject=first.name, what="用途", said=first.said)
    for use in uses:
        yield from _other_nature(case, use)


def _other_nature(case: Case, use: Use) -> Iterator[Finding]:
    """S25: a use told as basic expenditure where the table has all of it as a project, or back."""
    said = re.search(wording()["copied"]["nature"], use.said)
    rows = [row for row in _items(case, SPENDING, 3) if bare_name(row.name) == bare_name(use.name)]
    if said is None or len(rows) != 1:
        return
    measures = {"基本支出": "basic", "项目支出": "project"}
    (other,) = measures.keys() - {said[0]}
    printed, against = (
        case.ledger.one(SPENDING, rows[0].code, measure=measures[each]) for each in (said[0], other)
    )
    if not printed and against is not None and against.value > 0:
        where = f"第{use.page}页 {quote(use.sentence)} {place(against)}"
        words: dict[str, Any] = {"page": use.page, "subject": use.name}
        words |= {"told": said[0], "other": other}
        yield ask("S25c", evidence=where, money=against, **words)


def _listed_and_blank(case: Case) -> Iterator[Finding]:
    """S25: economic items the prose lists that the table leaves blank, where the rest agree."""
    rows = {heading(row.name): row for row in _items(case, "basic_expenditure", 2)}
    sentences = (s for section in case.sections if rows for s in section.sentences)
    for sentence in sentences:
        listed = {heading(name): name for name in _economic_names(sentence.text)}
        blank = [name for key, name in listed.items() if key not in rows]
        known = len(listed) - len(blank)
        if known < wording()["copied"]["enough"] or not 0 < len(blank) <= 2:
            continue
        groups = {row.code[:3] for key, row in rows.items() if key in listed}
        unsaid = [
            row.name for key, row in rows.items() if key not in listed and row.code[:3] in groups
        ]
        if len(unsaid) <= 2:
            yield ask(
                "S25d",
                evidence=f"第{sentence.page}页 {quote(sentence.text)}",
                page=sentence.page,
                names=blank,
                instead=f"；表里有金额的{named(unsaid)}，文字没有提到" if unsaid else "",
            )


def _economic_names(text: str) -> list[str]:
    """The official economic items a sentence lists."""
    match = re.search(wording()["copied"]["list"], text)
    parts = re.split(r"[、，；。：]", text[match.end() :]) if match else []
    return [part for part in parts if heading(part) in _official_names()]


@cache
def _official_names() -> frozenset[str]:
    codes = (f"{group}{place:02d}" for group in (301, 302, 303, 310) for place in range(1, 100))
    return frozenset(heading(e.name) for code in codes for e in entries("economic", code))


ask_about = asking(
    *(_items_without_sentence, _same_and_yet_changed, _without_rate, _two_bases, _no_range),
    *(_copied_uses, _listed_and_blank),
)
