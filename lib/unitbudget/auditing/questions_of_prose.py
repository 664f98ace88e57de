"""Questions about prose: why things change, names, repetitions, what is passed over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from unitbudget.auditing.case import Case, Finding, ask, more, pages, quote, wording
from unitbudget.auditing.ledger import bare_name
from unitbudget.auditing.prose import Mention
from unitbudget.auditing.told import count, joined, number, printed_on, tell, wan
from unitbudget.money.codes import entries
from unitbudget.money.figure import YUAN, Figure, total
from unitbudget.reading.narrative import Sentence

SPENDING = "general_public_budget"
#: One reason given for at least so many changes, and for most of them, is worth a question.
OFTEN = 3


def ask_about(case: Case) -> Iterator[Finding]:
    yield from _without_reason(case)
    yield from _reasons(case)
    yield from _growth_from_nothing(case)
    yield from _unlabelled(case)
    yield from _names(case)
    yield from _printed_twice(case)
    yield from _headings_without_money(case)


# ---- why things change ---------------------------------------------------------------------------


def _changes(case: Case) -> list[Mention]:
    return [
        m
        for m in case.mentions
        if m.quantity in ("difference", "growth") and m.value and m.note != "reason"
    ]


def _pages(found: list[Mention]) -> str:
    return pages(m.sentence.page for m in found)


def _where(case: Case, found: list[Mention]) -> str:
    """The pages of some statements, and the first of them."""
    return joined(" ", [_pages(found), case.quote(found[0].sentence)])


def _claimed(found: list[Mention]) -> list[str]:
    return [f"claim!{m.number}" for m in found]


def _without_reason(case: Case) -> Iterator[Finding]:
    """S04: changes for which neither the paragraph nor, for totals, the section gives a reason."""
    given = wording()["reasons"]["given"]
    found = []
    for mention in _changes(case):
        if mention.quantity != "difference":
            continue
        section = mention.section
        at = mention.sentence.paragraph
        paragraph = section.paragraphs[at].text
        if paragraph.endswith(("，", "、")):
            paragraph += "".join(p.text for p in section.paragraphs[at + 1 : at + 2])
        where = paragraph if mention.path else section.text
        if not re.search(given, where):
            found.append(mention)
    distinct = {m.key: m for m in found}
    if distinct:
        first = max(distinct.values(), key=lambda m: abs(m.stated.value))
        by = abs(first.stated)
        change = tell(f"{_direction(first)} {{by}}", by=wan(by))
        yield ask(
            "S04",
            joined(" ", [_pages(found), case.quote(first.sentence)]),
            by,
            count=count("没有写原因的增减", _claimed(list(distinct.values()))),
            subject=first.subject[-20:],
            change=change,
        )


def _direction(mention: Mention) -> str:
    return "增加" if mention.stated.value > 0 else "减少"


def _reason_of(mention: Mention) -> str:
    """The reason given after a change, before the next change of the paragraph."""
    rules = wording()["reasons"]
    paragraph = mention.section.paragraphs[mention.sentence.paragraph].text
    rest = paragraph[mention.sentence.start + len(mention.before) + len(mention.printed) :]
    match = re.search(rules["cause"], rest)
    between = rest[: match.start()] if match else ""
    return match["reason"] if match and not re.search(r"[；]|\d(?:万)?元", between) else ""


def _reasons(case: Case) -> Iterator[Finding]:
    """S05, S09, S25: reasons against the sign, for everything, circular, or of another item."""
    rules = wording()["reasons"]
    given: dict[tuple[object, str], tuple[Mention, str]] = {}
    for mention in _changes(case):
        reason = _reason_of(mention)
        if reason:
            given.setdefault((mention.key, mention.section.path), (mention, reason))
    against: list[Mention] = []
    circular: list[Mention] = []
    reasons = {id(mention): reason for mention, reason in given.values()}
    for mention, reason in given.values():
        up, down = re.search(rules["up"], reason), re.search(rules["down"], reason)
        value = mention.stated.value
        plain = not re.search("[，、]", reason)
        if plain and ((value < 0 and up) or (value > 0 and down)):
            against.append(mention)
        own = re.match(rules["circular"], reason)
        if own and _is_own_name(mention, own["subject"]):
            circular.append(mention)
    if against:
        first = against[0]
        yield ask(
            "S05",
            _where(case, against),
            _at_stake(against),
            subject=first.subject[-20:],
            direction=_direction(first),
            reason=reasons[id(first)],
            more=more(_claimed(against)),
        )
    if len(circular) >= OFTEN:
        first = circular[0]
        yield ask(
            "S09b",
            _where(case, circular),
            subject=first.subject[-20:],
            reason=reasons[id(first)],
            count=count("只把结果又说一遍的变动原因", _claimed(circular)),
        )
    yield from _one_for_all(case, list(given.values()))
    yield from _of_another(case, list(given.values()))


def _is_own_name(mention: Mention, said: str) -> bool:
    names = [mention.subject, *(name for _, name in mention.path)]
    whole = "".join(name for _, name in mention.path[-2:])
    return any(bare_name(said) == bare_name(name) for name in [*names, whole])


def _at_stake(found: list[Mention]) -> Figure | None:
    return total(abs(m.stated) for m in found if m.unit == YUAN and m.value)


def _one_for_all(case: Case, given: list[tuple[Mention, str]]) -> Iterator[Finding]:
    """S09: the same words explain most of the changes."""
    if not given:
        return
    reason, often = Counter(reason for _, reason in given).most_common(1)[0]
    if often < OFTEN or often * 2 <= len(given):
        return
    places = [s.page for section in case.sections for s in section.sentences if reason in s.text]
    whole = [abs(m.stated) for m in _changes(case) if m.unit == YUAN and m.value and not m.path]
    same = [m for m, each in given if each == reason]
    yield ask(
        "S09",
        f"{pages(places)} “主要原因是{reason}”",
        max(whole, key=lambda each: each.value, default=None),
        total=count("写明的变动原因", _claimed([m for m, _ in given])),
        count=count(f"写作“{reason}”的变动原因", _claimed(same)),
        reason=reason,
    )


def _of_another(case: Case, given: list[tuple[Mention, str]]) -> Iterator[Finding]:
    """S25: the reason, or the use, speaks of another item by name."""
    names: dict[str, str] = {}
    for row in case.ledger.rows(SPENDING):
        if row.level == 3:
            above = case.ledger.name(SPENDING, row.code[:5])
            names[bare_name(row.name)] = row.code
            names[bare_name(above + row.name)] = row.code
    found = []
    for mention, reason in given:
        match = re.match(r"(.{3,40}?)经费(?:增加|减少|保持不变)$", reason)
        codes = {code for _, code in case.spoken.binder.codes(mention)} if mention.path else set()
        if match is None or not codes or _is_own_name(mention, match[1]):
            continue
        if names.get(bare_name(match[1]), "") not in {"", *codes}:
            found.append((mention, reason))
    if found:
        mention, said = found[0]
        yield ask(
            "S25b",
            _where(case, [m for m, _ in found]),
            rule_id="S25",
            subject=mention.subject[-20:],
            what="变动原因",
            said=said,
            more=more(_claimed([m for m, _ in found])),
        )


def _growth_from_nothing(case: Case) -> Iterator[Finding]:
    """S07: a percentage where last year there was nothing."""
    found = [
        m
        for m in case.mentions
        if m.quantity == "growth" and m.value and case.spoken.base_is_zero(m)
    ]
    if found:
        first = found[0]
        yield ask(
            "S07",
            _where(case, found),
            subject=first.subject[-20:],
            printed=number(first.stated, first.printed),
            more=more(_claimed(found)),
        )


def _unlabelled(case: Case) -> Iterator[Finding]:
    """S08: compared with last year, but with its budget or its outturn?"""
    found = [
        m
        for m in case.mentions
        if case.is_budget and m.quantity in ("difference", "equal") and m.basis and not m.basis.what
    ]
    if found:
        counted = count("没有写明基数的比较", _claimed(found))
        yield ask("S08", _where(case, found), count=counted)


# ---- names, repetitions, what is passed over -----------------------------------------------------


def _names(case: Case) -> Iterator[Finding]:
    """S03: the prose calls an item by another name than the table."""
    found: dict[tuple[str, str], tuple[str, Sentence]] = {}
    for mention in case.mentions:
        if len(mention.path) < 2:
            continue
        _table, code, printed = case.spoken.binder.name_printed(mention)
        said = mention.path[-1][1]
        if code and bare_name(printed) != bare_name(said):
            found.setdefault((said, code), (printed, mention.sentence))
    for section in case.sections:
        for sentence in section.sentences:
            for said in re.findall(r"主要用于([^，。；、：]{4,30}?)(?=[，。；])", sentence.text):
                code, printed = _printed_under_other_name(case, said)
                if code:
                    found.setdefault((said, code), (printed, sentence))
    if found:
        (said, code), (printed, _) = next(iter(found.items()))
        places = [printed_on(s.page, name, s.box) for (name, _), (_, s) in found.items()]
        yield ask(
            "S03",
            "；".join(f"第{s.page}页“{name}” {c}" for (name, c), (_, s) in found.items()),
            prose=said,
            code=code,
            printed=printed,
            more=more(places),
        )


def _printed_under_other_name(case: Case, said: str) -> tuple[str, str]:
    """The code that has the name in some year, where the tables print it under another."""
    names = {row.code: row.name for row in case.ledger.rows(SPENDING) if row.code}
    if said in names.values():
        return "", ""
    for code, printed in names.items():
        if any(entry.name == said for entry in entries("function", code)):
            return code, printed
    return "", ""


def _printed_twice(case: Case) -> Iterator[Finding]:
    """S22: a paragraph printed twice under one title; a table's own title is none."""
    again = []
    for section in case.sections:
        seen: set[str] = set()
        for paragraph in section.paragraphs:
            note = re.match(r"^(?:注|备注)[:：]", paragraph.text)
            whole = len(paragraph.text) >= 20 and paragraph.text.endswith(("。", "；"))
            if whole and paragraph.text in seen and not note:
                again.append(paragraph)
            seen.add(paragraph.text)
    if again:
        where = pages(p.page for p in again)
        places = [printed_on(p.page, p.text[:24], p.at(0)[1]) for p in again]
        counted = count("在同一节里印了两遍的段落", places)
        yield ask("S22b", where, rule_id="S22", count=counted, text=again[0].text[:24])


def _headings_without_money(case: Case) -> Iterator[Finding]:
    """S16: a heading that promises an amount over a text without one."""
    for section in case.sections:
        below = [s for s in case.sections if (s.path + ".").startswith(section.path + ".")]
        text = "".join(s.text for s in below)
        promised = re.search(r"(?:年度预算|预算|资金|经费)安排$", section.title)
        if promised and not re.search(r"\d(?:\.\d+)?(?:万|亿)?元", text):
            yield ask("S16", f"第{section.page}页 {quote(text)}", title=section.title)
