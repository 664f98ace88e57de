"""Soft rules about prose: names, repetitions, what is passed over."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from unitbudget.auditing.binding import bare_name
from unitbudget.auditing.case import Case, Finding, ask, more, pages, quote
from unitbudget.money.amounts import wan
from unitbudget.money.codes import entries
from unitbudget.reading.narrative import sentences


def ask_about(case: Case) -> Iterator[Finding]:
    yield from _names(case)
    yield from _printed_twice(case)
    yield from _items_without_sentence(case)
    yield from _headings_without_money(case)


def _names(case: Case) -> Iterator[Finding]:
    """S03: the prose calls an item by another name than the table."""
    found: dict[tuple[str, str], tuple[str, int]] = {}
    for mention in case.spoken.mentions:
        if len(mention.path) < 2:
            continue
        _table, code, printed = case.spoken.binder.name_printed(mention)
        said = mention.path[-1][1]
        if code and bare_name(printed) != bare_name(said):
            found.setdefault((said, code), (printed, mention.sentence.page))
    for section in case.sections:
        for sentence in sentences(section):
            for said in re.findall(r"主要用于([^，。；、：]{4,30}?)(?=[，。；])", sentence.text):
                code, printed = _printed_under_other_name(case, said)
                if code:
                    found.setdefault((said, code), (printed, sentence.page))
    if found:
        (said, code), (printed, _page) = next(iter(found.items()))
        yield ask(
            "S03",
            "；".join(f"第{p}页“{name}” {c}" for (name, c), (_, p) in found.items()),
            prose=said,
            code=code,
            printed=printed,
            more=more(len(found)),
        )


def _printed_under_other_name(case: Case, said: str) -> tuple[str, str]:
    """The code that has the name in some year, where the tables print it under another."""
    ledger = case.ledger
    table = "general_public_budget"
    names = (
        {row.code: row.name for row in ledger.rows(table) if row.code} if ledger.has(table) else {}
    )
    if said in names.values():
        return "", ""
    for code, printed in names.items():
        if any(entry.name == said for entry in entries("function", code)):
            return code, printed
    return "", ""


def _printed_twice(case: Case) -> Iterator[Finding]:
    """S22: a paragraph printed twice under one title."""
    again = []
    for section in case.sections:
        seen: set[str] = set()
        for paragraph in section.paragraphs:
            note = re.match(r"^(?:注|备注)[:：]", paragraph.text)
            if len(paragraph.text) >= 20 and paragraph.text in seen and not note:
                again.append(paragraph)
            seen.add(paragraph.text)
    if again:
        text = again[0].text[:24]
        where = pages(p.page for p in again)
        yield ask("S22b", where, rule_id="S22", count=len(again), text=text)


def _items_without_sentence(case: Case) -> Iterator[Finding]:
    """R26: items of the table that a section which explains item by item passes over."""
    ledger = case.ledger
    topics = ("items", "compilation")
    spoken = {
        code
        for m in case.spoken.mentions
        if m.topic in topics and m.entry is None
        for _, code in case.spoken.binder.codes(m)
    }
    table = "general_public_budget"
    rows = [row for row in ledger.rows(table) if row.level == 3] if ledger.has(table) else []
    missing = [row for row in rows if row.code not in spoken and ledger.one(table, row.code)]
    if not missing or len(missing) == len(rows):
        return
    amounts = {row: ledger.one(table, row.code) for row in missing}
    worth = {row: figure for row, figure in amounts.items() if figure is not None}
    row, figure = max(worth.items(), key=lambda pair: pair[1].value)
    yield ask(
        "R26",
        "；".join(case.place(each) for each in worth.values()),
        sum((each.value for each in worth.values()), Decimal(0)),
        total=len(rows),
        count=len(missing),
        name=row.name,
        amount=f" {wan(figure.value)}",
    )


def _headings_without_money(case: Case) -> Iterator[Finding]:
    """S16: a heading that promises an amount over a text without one."""
    for section in case.sections:
        below = [s for s in case.sections if (s.path + ".").startswith(section.path + ".")]
        text = "".join(s.text for s in below)
        promised = re.search(r"(?:年度预算|预算|资金|经费)安排$", section.title)
        if promised and not re.search(r"\d(?:\.\d+)?(?:万|亿)?元", text):
            yield ask("S16", f"第{section.page}页 {quote(text)}", title=section.title)
