"""Soft rules about why things change, and against what they are measured."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from unitbudget.auditing.binding import bare_name
from unitbudget.auditing.case import Case, Finding, ask, more, pages, quote, wording
from unitbudget.auditing.mention import Mention
from unitbudget.money.amounts import wan
from unitbudget.reading.narrative import sentences

#: One reason given for at least so many changes, and for most of them, is worth a question.
OFTEN = 3


def ask_about(case: Case) -> Iterator[Finding]:
    yield from _without_reason(case)
    yield from _reasons(case)
    yield from _growth_from_nothing(case)
    yield from _unlabelled(case)


def _without_reason(case: Case) -> Iterator[Finding]:
    """S04: changes for which neither the paragraph nor, for totals, the section gives a reason."""
    given = wording()["reasons"]["given"]
    found = []
    for mention in _changes(case):
        if mention.quantity != "difference":
            continue
        section = mention.section
        paragraph = section.paragraphs[mention.sentence.paragraph].text
        where = paragraph if mention.path else section.text
        if not re.search(given, where):
            found.append(mention)
    distinct = {m.key: m for m in found}
    if distinct:
        first = max(distinct.values(), key=lambda m: abs(m.value or Decimal(0)))
        value = first.value or Decimal(0)
        yield ask(
            "S04",
            f"{pages(m.sentence.page for m in found)} {quote(first.sentence.text)}",
            abs(value),
            count=len(distinct),
            subject=first.subject[-20:],
            change=f"{'增加' if value > 0 else '减少'} {wan(abs(value))}",
        )


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
    against = []
    circular = []
    for mention, reason in given.values():
        up, down = re.search(rules["up"], reason), re.search(rules["down"], reason)
        value = mention.value or Decimal(0)
        plain = not re.search("[，、]", reason)
        if plain and ((value < 0 and up) or (value > 0 and down)):
            against.append((mention, reason))
        own = re.match(rules["circular"], reason)
        if own and _is_own_name(mention, own["subject"]):
            circular.append((mention, reason))
    if against:
        mention, reason = against[0]
        value = mention.value or Decimal(0)
        yield ask(
            "S05",
            f"{pages(m.sentence.page for m, _ in against)} {quote(mention.sentence.text)}",
            _amount_at_stake(against),
            subject=mention.subject[-20:],
            direction="减少" if value < 0 else "增加",
            reason=reason,
            more=more(len(against)),
        )
    if len(circular) >= OFTEN:
        mention, reason = circular[0]
        yield ask(
            "S09b",
            f"{pages(m.sentence.page for m, _ in circular)} {quote(mention.sentence.text)}",
            subject=mention.subject[-20:],
            reason=reason,
            count=len(circular),
        )
    yield from _one_for_all(case, [reason for _, reason in given.values()])
    yield from _of_another(case, list(given.values()))


def _is_own_name(mention: Mention, said: str) -> bool:
    names = [mention.subject, *(name for _, name in mention.path)]
    joined = "".join(name for _, name in mention.path[-2:])
    return any(bare_name(said) == bare_name(name) for name in [*names, joined])


def _amount_at_stake(found: list[tuple[Mention, str]]) -> Decimal | None:
    values = [abs(m.value) for m, _ in found if m.unit == "CNY" and m.value]
    return sum(values, Decimal(0)) or None


def _one_for_all(case: Case, reasons: list[str]) -> Iterator[Finding]:
    """S09: the same words explain most of the changes."""
    if not reasons:
        return
    reason, count = Counter(reasons).most_common(1)[0]
    if count < OFTEN or count * 2 <= len(reasons):
        return
    places = [s.page for section in case.sections for s in sentences(section) if reason in s.text]
    whole = [abs(m.value) for m in _changes(case) if m.unit == "CNY" and m.value and not m.path]
    yield ask(
        "S09",
        f"{pages(places)} “主要原因是{reason}”",
        max(whole, default=None),
        total=len(reasons),
        count=count,
        reason=reason,
    )


def _of_another(case: Case, given: list[tuple[Mention, str]]) -> Iterator[Finding]:
    """S25: the reason, or the use, speaks of another item by name."""
    ledger = case.ledger
    names: dict[str, str] = {}
    for row in ledger.rows("general_public_budget") if ledger.has("general_public_budget") else ():
        if row.level == 3:
            above = next(
                (r.name for r in ledger.rows("general_public_budget") if r.code == row.code[:5]), ""
            )
            names[bare_name(row.name)] = row.code
            names[bare_name(above + row.name)] = row.code
    found = []
    for mention, reason in given:
        match = re.match(r"(.{3,40}?)经费(?:增加|减少|保持不变)$", reason)
        codes = {code for _, code in case.spoken.binder.codes(mention)} if mention.path else set()
        if match is None or not codes or _is_own_name(mention, match[1]):
            continue
        if names.get(bare_name(match[1]), "") not in {"", *codes}:
            found.append((mention, "变动原因", reason))
    if found:
        mention, what, said = found[0]
        yield ask(
            "S25b",
            f"{pages(m.sentence.page for m, _, _ in found)} {quote(mention.sentence.text)}",
            rule_id="S25",
            subject=mention.subject[-20:],
            what=what,
            said=said,
            more=more(len(found)),
        )


def _growth_from_nothing(case: Case) -> Iterator[Finding]:
    """S07: a percentage where last year there was nothing."""
    found = [
        m
        for m in case.spoken.mentions
        if m.quantity == "growth" and m.value and case.spoken.base_is_zero(m)
    ]
    if found:
        yield ask(
            "S07",
            f"{pages(m.sentence.page for m in found)} {quote(found[0].sentence.text)}",
            subject=found[0].subject[-20:],
            printed=found[0].printed,
            more=more(len(found)),
        )


def _unlabelled(case: Case) -> Iterator[Finding]:
    """S08: compared with last year, but with its budget or its outturn?"""
    found = [
        m
        for m in case.spoken.mentions
        if case.is_budget and m.quantity in ("difference", "equal") and m.basis and not m.basis.what
    ]
    if found:
        where = pages(m.sentence.page for m in found)
        yield ask("S08", f"{where} {quote(found[0].sentence.text)}", count=len(found))


def _changes(case: Case) -> list[Mention]:
    return [
        m
        for m in case.spoken.mentions
        if m.quantity in ("difference", "growth") and m.value and m.note != "reason"
    ]
