"""Questions about prose: why things change, names, repetitions, what is passed over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from unitbudget.auditing.case import (
    Case,
    Finding,
    Spot,
    ask,
    asking,
    firsts,
    of_section,
    wording,
)
from unitbudget.auditing.ledger import bare_name
from unitbudget.auditing.prose import Mention
from unitbudget.auditing.reasons import is_of_all
from unitbudget.auditing.told import count, number, printed_on
from unitbudget.money.codes import entries
from unitbudget.money.figure import YUAN, Figure, total

SPENDING = "general_public_budget"
#: One reason given for at least so many changes, and for most of them, is worth a question.
OFTEN = 3
#: So much of a subject is shown, its end.
SHOWN = 20
WAYS = {"up": "增加", "down": "减少"}


# ---- why things change ---------------------------------------------------------------------------


def _changes(case: Case, *quantities: str) -> list[Mention]:
    return [m for m in case.mentions if m.quantity in quantities and m.value and m.note != "reason"]


def _about(
    case: Case, key: str, found: list[Mention], money: Figure | None = None, **words: Any
) -> Finding:
    """What is asked of some statements: their pages, the first of them and what it is about."""
    words = {"subject": found[0].subject[-SHOWN:]} | words
    return ask(key, found, case.quote(found[0].sentence), money=money, **words)


def _without_reason(case: Case) -> Iterator[Finding]:
    """S04: changes for which neither the paragraph nor, for totals, the section gives a reason."""
    found = []
    for mention in _changes(case, "difference"):
        section, at = mention.section, mention.sentence.paragraph
        paragraph = mention.paragraph.text
        if paragraph.endswith(("，", "、")):
            paragraph += "".join(p.text for p in section.paragraphs[at + 1 : at + 2])
        if not re.search(
            wording()["reasons"]["given"], paragraph if mention.path else section.text
        ):
            found.append(mention)
    if found:
        distinct = {mention.key: mention for mention in found}.values()
        first = max(distinct, key=lambda m: abs(m.stated.value))
        by = abs(first.stated)
        yield ask(
            "S04",
            found,
            case.quote(first.sentence),
            money=by,
            count=count("没有写原因的增减", [mention.cell for mention in distinct]),
            subject=first.subject[-SHOWN:],
            direction=_direction(first),
            by=by,
        )


def _direction(mention: Mention) -> str:
    return WAYS["up" if mention.stated.value > 0 else "down"]


class Given(NamedTuple):
    """A change and the reason given for it."""

    change: Mention
    words: str


def _given(case: Case) -> list[Given]:
    """The changes with the reason given for each, where a figure says how much it is."""
    changes = {each.number for each in _changes(case, "difference", "growth")}
    found = [
        Given(each, reason.words)
        for reason in case.reasons
        if reason.words and (last := reason.change) is not None and last.number in changes
        for each in case.spoken.paragraph(last)
        if each.number in changes and each.key == last.key
    ]
    return firsts(found, lambda each: (each.change.key, each.change.section.path))


def _reasons(case: Case) -> Iterator[Finding]:
    """S05, S09, S25: reasons against the sign, for everything, circular, or of another item."""
    given, rules = _given(case), wording()["reasons"]
    against, circular = [], []
    for each in given:
        wrong = rules["down"] if each.change.stated.value > 0 else rules["up"]
        if not re.search("[，、]", each.words) and re.search(wrong, each.words):
            against.append(each)
        own = re.match(rules["circular"], each.words)
        if own and _is_own_name(each.change, own["subject"]):
            circular.append(each)
    if against:
        mentions = [each.change for each in against]
        yield _about(
            case,
            "S05",
            mentions,
            money=total(abs(m.stated) for m in mentions if m.unit == YUAN),
            direction=_direction(mentions[0]),
            reason=against[0].words,
        )
    if len(circular) >= OFTEN:
        mentions = [each.change for each in circular]
        yield _about(case, "S09b", mentions, reason=circular[0].words)
    yield from _one_for_all(case, given)
    yield from _of_another(case, given)


def _turned(case: Case) -> Iterator[Finding]:
    """S05: why everything rose, where all that is stated of it fell; or the other way."""
    for reason in case.reasons:
        stated = [
            m
            for m in _changes(case, "difference")
            if m.section is reason.section and is_of_all(m.subject)
        ]
        ways = {_direction(m) for m in stated}
        said = WAYS.get(reason.direction, "")
        if reason.about == "total" and said and len(ways) == 1 and said not in ways:
            yield _about(case, "S05c", stated[:1], by=abs(stated[0].stated), name=reason.name,
                         direction=_direction(stated[0]), said=said)  # fmt: skip


def _is_own_name(mention: Mention, said: str) -> bool:
    names = [name for _, name in mention.path]
    own = [mention.subject, *names, "".join(names[-2:])]
    return bare_name(said) in map(bare_name, own)


def _one_for_all(case: Case, given: list[Given]) -> Iterator[Finding]:
    """S09: the same words explain most of the changes."""
    reasons = Counter(each.words for each in given)
    reason, often = next(iter(reasons.most_common(1)), ("", 0))
    if often < OFTEN or often * 2 <= len(given):
        return
    changes = _changes(case, "difference", "growth")
    whole = [abs(m.stated) for m in changes if m.unit == YUAN and not m.path]
    yield ask(
        "S09",
        [Spot(s.page, "", s.text) for each in case.sections for s in each.sentences
         if reason in s.text],
        f"“主要原因是{reason}”",
        money=max(whole, key=lambda each: each.value, default=None),
        total=count("写明的变动原因", [each.change.cell for each in given]),
        count=count(f"写作“{reason}”的变动原因",
                    [each.change.cell for each in given if each.words == reason]),
        reason=reason
    )  # fmt: skip


def _of_another(case: Case, given: list[Given]) -> Iterator[Finding]:
    """S25: the reason, or the use, speaks of another item by name."""
    names: dict[str, str] = {}
    for row in case.ledger.rows(SPENDING):
        if row.level == 3:
            above = case.ledger.name(SPENDING, row.code[:5])
            names |= {bare_name(row.name): row.code, bare_name(above + row.name): row.code}
    found = []
    for mention, reason in given:
        match = re.match(r"(.{3,40}?)经费(?:增加|减少|保持不变)$", reason)
        codes = {code for _, code in case.spoken.binder.codes(mention)} if mention.path else set()
        if match is None or not codes or _is_own_name(mention, match[1]):
            continue
        if names.get(bare_name(match[1]), "") not in {"", *codes}:
            found.append(Given(mention, reason))
    if found:
        changes = [each.change for each in found]
        yield _about(case, "S25b", changes, what="变动原因", said=found[0].words)


def _growth_from_nothing(case: Case) -> Iterator[Finding]:
    """S07: a percentage where last year there was nothing."""
    grown = (m for m in case.mentions if m.quantity == "growth" and m.value)
    if found := [m for m in grown if case.spoken.base_is_zero(m)]:
        yield _about(case, "S07", found, printed=number(found[0].stated, found[0].printed))


def _unlabelled(case: Case) -> Iterator[Finding]:
    """S08: compared with last year, but with its budget or its outturn?"""
    compared = (m for m in case.mentions if m.quantity in ("difference", "equal") and m.basis)
    found = [m for m in compared if m.basis and not m.basis.what]
    if found and case.is_budget:
        yield _about(case, "S08", found)


# ---- names, repetitions, what is passed over -----------------------------------------------------


def _names(case: Case) -> Iterator[Finding]:
    """S03: the prose calls an item by another name than the table."""
    found = []
    for mention in case.mentions:
        codes = case.spoken.binder.codes(mention) if len(mention.path) > 1 else []
        for table, code in codes[:1]:
            printed, said = case.ledger.name(table, code), mention.path[-1][1]
            if bare_name(printed) != bare_name(said):
                found.append((said, code, printed, mention.sentence))
    for section in case.sections:
        for sentence in section.sentences:
            for said in re.findall(r"主要用于([^，。；、：]{4,30}?)(?=[，。；])", sentence.text):
                code, printed = _printed_under_other_name(case, said)
                if code:
                    found.append((said, code, printed, sentence))
    if found:
        once = firsts(found, lambda each: each[:2])
        said, code, printed, _ = once[0]
        yield ask(
            "S03",
            [Spot(s.page, printed_on(s.page, name, s.box), name) for name, _, _, s in once],
            evidence="；".join(f"第{s.page}页“{name}” {c}" for name, c, _, s in once),
            prose=said,
            code=code,
            printed=printed,
        )


def _printed_under_other_name(case: Case, said: str) -> tuple[str, str]:
    """The code that has the name in some year, where the tables print it under another."""
    names = {row.code: row.name for row in case.ledger.rows(SPENDING) if row.code}
    if said not in names.values():
        for code, printed in names.items():
            if any(entry.name == said for entry in entries("function", code)):
                return code, printed
    return "", ""


def _printed_twice(case: Case) -> Iterator[Finding]:
    """S22: a paragraph printed twice under one title; a table's own title is none."""
    again = []
    for section in case.sections:
        seen: set[str] = set()
        for each in section.paragraphs:
            whole = len(each.text) >= 20 and each.text.endswith(("。", "；"))
            if whole and each.text in seen and not re.match("备?注[:：]", each.text):
                begin = each.text[:24]
                again.append(Spot(each.page, printed_on(each.page, begin, each.at(0)[1]), begin))
            seen.add(each.text)
    if again:
        yield ask("S22b", again, text=again[0].text)


def _without_money(case: Case) -> Iterator[Finding]:
    """S16: a heading that promises an amount over a text without one."""
    rules = wording()["promised"]
    for section in case.sections:
        text = "".join(each.text for each in case.below(section.path))
        if re.search(rules["title"], section.title) and not re.search(rules["money"], text):
            yield of_section("S16", section, text)


ask_about = asking(
    *(_without_reason, _reasons, _turned, _growth_from_nothing, _unlabelled),
    *(_names, _printed_twice, _without_money),
)
