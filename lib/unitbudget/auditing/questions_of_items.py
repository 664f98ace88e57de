"""Questions about changes and the items they are told of: bases, rates, what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unitbudget.auditing.case import Case, Finding, ask, more, pages, place, quote, wording
from unitbudget.auditing.ledger import bare_name
from unitbudget.auditing.prose import Mention
from unitbudget.auditing.reasons import bare
from unitbudget.auditing.side import Row
from unitbudget.auditing.told import count, joined, printed_on, tell, wan
from unitbudget.documents import Box
from unitbudget.money.codes import LEVELS
from unitbudget.money.figure import Figure, agrees, total
from unitbudget.money.text import squash

#: Sections that explain a budget item by item.
ITEM_BY_ITEM = ("items", "compilation")
#: So many changes with a rate make one without it stand out, and no more than so many do.
USUAL, RARE = 5, 2
#: So many items are named.
NAMED = 3


def ask_about(case: Case) -> Iterator[Finding]:
    yield from _items_without_sentence(case)
    yield from _same_and_yet_changed(case)
    yield from _without_rate(case)
    yield from _two_bases(case)
    yield from _no_range(case)


def _items_without_sentence(case: Case) -> Iterator[Finding]:
    """R26: items of the table that a section which explains item by item passes over."""
    ledger, table = case.ledger, "general_public_budget"
    rows = [row for row in ledger.rows(table) if row.level == 3] if ledger.has(table) else []
    worth = {row: f for row in rows if (f := ledger.one(table, row.code)) is not None and f.value}
    told = [
        m for m in case.mentions
        if m.topic in ITEM_BY_ITEM and m.entry is None and m.quantity == "amount"
    ]  # fmt: skip
    places = sorted({
        m.sentence.page for m in told
        if any(LEVELS.get(len(code)) == 3 for _, code in case.spoken.binder.codes(m))
    })  # fmt: skip
    missing = [row for row, figure in worth.items() if not _is_told(case, row, figure, told)]
    if not places or not missing or len(missing) == len(worth):
        return
    missing.sort(key=lambda row: -worth[row].value)
    names = joined("、", [
        tell(f"“{row.name}”（{{amount}}）", amount=wan(worth[row])) for row in missing[:NAMED]
    ])  # fmt: skip
    yield ask(
        "R26",
        f"{pages(places)} {'；'.join(place(worth[row]) for row in missing)}",
        total(worth[row] for row in missing),
        total=count("有金额的项级科目", [place(each) for each in worth.values()]),
        count=count("没有逐项说明的科目", [place(worth[row]) for row in missing]),
        names=joined("", [names, "等" if len(missing) > NAMED else ""]),
    )


def _is_told(case: Case, row: Row, figure: Figure, told: list[Mention]) -> bool:
    """Is an item spoken of: by its path, or by its name and amount under whatever it stands?"""
    name = bare_name(row.name)
    alike = [r for r in case.ledger.rows("general_public_budget")
             if r.level == 3 and bare_name(r.name) == name]  # fmt: skip
    for mention in told:
        if any(code == row.code for _, code in case.spoken.binder.codes(mention)):
            return True
        said = [bare_name(each) for _, each in mention.path] or [bare_name(mention.subject)]
        paragraph = mention.section.paragraphs[mention.sentence.paragraph].text
        if name not in said and name not in bare_name(squash(paragraph)):
            continue
        if len(alike) == 1 or agrees(mention.stated, figure):
            return True
    return False


def _same_and_yet_changed(case: Case) -> Iterator[Finding]:
    """S05: nothing changed, and a reason why it did."""
    rules = wording()["reasons"]
    found = [
        reason
        for reason in case.reasons
        if reason.direction == "same" and re.search(rules["changed"], reason.words)
    ]
    if found:
        first = found[0]
        yield ask(
            "S05b",
            f"{pages(reason.page for reason in found)} {quote(first.sentence)}",
            rule_id="S05",
            subject=first.name,
            reason=first.words,
            more=more([printed_on(reason.page, reason.name, reason.box) for reason in found]),
        )


def _without_rate(case: Case) -> Iterator[Finding]:
    """S43: a change without its rate where nearly all have one."""
    rated: list[Mention] = []
    unrated: list[Mention] = []
    for mention in case.mentions:
        if mention.quantity != "difference" or not mention.value or mention.note == "reason":
            continue
        beside = case.spoken.paragraph(mention)
        text = mention.section.paragraphs[mention.sentence.paragraph].text
        if any(m.quantity == "growth" and m.of is mention.of for m in beside):
            rated.append(mention)
        elif not re.search(wording()["changes"]["unrated"], text):
            unrated.append(mention)
    few = [m for m in unrated if any(_alike(m, other) for other in rated)]
    parts = {_part(m) for m in few}
    if (
        len(rated) >= USUAL
        and 0 < len(few) <= RARE
        and few == [m for m in unrated if _part(m) in parts]
    ):
        yield ask(
            "S43",
            f"{pages(m.sentence.page for m in few)} {quote(few[0].sentence.text)}",
            subjects="、".join(f"“{bare(m.subject)}”" for m in few),
        )


def _alike(one: Mention, other: Mention) -> bool:
    """Are two changes measured against the same, in sections of one part?"""
    return _part(one) == _part(other) and one.basis == other.basis


def _part(mention: Mention) -> str:
    """The part of the document its section belongs to."""
    return mention.section.path.rpartition(".")[0]


def _two_bases(case: Case) -> Iterator[Finding]:
    """S44: the amount of a change measured against one thing, its rate against another."""
    found = []
    for rate in case.mentions:
        if rate.quantity != "growth" or rate.basis is None or rate.of is None:
            continue
        for change in case.spoken.paragraph(rate):
            if change.quantity == "difference" and change.of is rate.of and change.basis:
                years = {b.year for b in (change.basis, rate.basis) if b.year}
                phases = {b.phase for b in (change.basis, rate.basis) if b.phase}
                if len(years) > 1 or len(phases) > 1:
                    found.append((change, rate))
    if found:
        change, rate = found[0]
        yield ask(
            "S44",
            f"{pages(c.sentence.page for c, _ in found)} {quote(change.sentence.text)}",
            subject=bare(change.subject),
            one=_base(change),
            other=_base(rate),
            more=more([f"claim!{c.number}" for c, _ in found]),
        )


def _base(mention: Mention) -> str:
    basis = mention.basis
    if basis is None:
        return ""
    year = f"{basis.year}年" if basis.year else "上年"
    return f"{year}{basis.what or '数'}"


def _no_range(case: Case) -> Iterator[Finding]:
    """S20: a target that is a lower bound in front and an upper one behind."""
    found: list[tuple[int, str, str, Box]] = []
    for page in case.printed.pages:
        for grid in page.grids:
            for row in grid.rows:
                cells = [cell for cell in row if cell]
                for before, cell in zip([None, *cells], cells, strict=False):
                    text, name = squash(cell.text), squash(before.text) if before else ""
                    if re.fullmatch(wording()["targets"]["no_range"], text):
                        found.append((page.number, name, text, cell.box))
    if found:
        first, name, target, _ = found[0]
        yield ask(
            "S20b",
            f"{pages(page for page, *_ in found)} {name} {target}",
            rule_id="S20",
            page=first,
            indicator=name,
            target=target,
            more=more([printed_on(page, text, box) for page, _, text, box in found]),
        )
