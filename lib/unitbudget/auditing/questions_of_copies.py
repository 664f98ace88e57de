"""Questions about text taken over from elsewhere: another item's use, a list the table denies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unitbudget.auditing.case import Case, Finding, ask, more, place, quote, wording
from unitbudget.auditing.ledger import bare_name
from unitbudget.auditing.prose import path_of
from unitbudget.auditing.side import Row
from unitbudget.auditing.told import printed_on
from unitbudget.money.codes import entries
from unitbudget.money.text import heading
from unitbudget.reading.narrative import Section


def ask_about(case: Case) -> Iterator[Finding]:
    items = list(_items(case))
    yield from _use_of_another(items)
    yield from _other_nature(case, items)
    yield from _listed_and_blank(case)


class Item:
    """An item of the prose: its names from the outermost, the use it is said to have."""

    def __init__(self, path: tuple[tuple[int, str], ...], use: str, page: int, text: str) -> None:
        self.path, self.use, self.page, self.text = path, use, page, text
        names = [bare_name(name) for _, name in path]
        #: The names this item goes by where it is spoken of.
        self.names = {names[-1], "".join(names[-2:])}


def _items(case: Case) -> Iterator[Item]:
    for section in case.sections:
        paragraph = -1
        path: tuple[tuple[int, str], ...] = ()
        for sentence in section.sentences:
            if sentence.paragraph != paragraph:
                paragraph, path = sentence.paragraph, ()
            path = path_of(sentence.text, section, opening=True) or _quoted(sentence.text) or path
            use = re.search(wording()["copied"]["use"], sentence.text)
            if use and path and path[-1][0] == 3:
                yield Item(path, use["use"], sentence.page, sentence.text)


def _quoted(text: str) -> tuple[tuple[int, str], ...]:
    """The path an item printed in quotation marks opens with."""
    match = re.match(r"(?:\d{1,2}[、．.])?([“\"][^”\"]{4,90}[”\"])", text)
    section = Section("", "", 0, 0)
    return path_of(match[1], section) if match else ()


def _use_of_another(items: list[Item]) -> Iterator[Finding]:
    """S25: the use of an item is, word for word, another item's name."""
    found = [
        item
        for item in items
        if not any(name in bare_name(item.use) for name in item.names)
        and any(bare_name(item.use) in o.names for o in items if o.path != item.path)
    ]
    if found:
        yield ask(
            "S25b",
            "；".join(f"第{i.page}页 “{i.path[-1][1]}”写“{i.use}”" for i in found),
            rule_id="S25",
            subject=found[0].path[-1][1],
            what="用途",
            said=found[0].use,
            more=more([printed_on(each.page, each.use) for each in found]),
        )


def _other_nature(case: Case, items: list[Item]) -> Iterator[Finding]:
    """S25: a use told as basic expenditure where the table has all of it as a project, or back."""
    table, ledger = "general_public_budget", case.ledger
    if not ledger.has(table):
        return
    for item in items:
        said = re.search(wording()["copied"]["nature"], item.use)
        codes = [r.code for r in ledger.rows(table) if r.level == 3 and _is_named(r, item)]
        if said is None or len(codes) != 1:
            continue
        basic = ledger.one(table, codes[0], measure="basic")
        project = ledger.one(table, codes[0], measure="project")
        told, other = (
            ("基本支出", "项目支出") if said[0] == "基本支出" else ("项目支出", "基本支出")
        )
        printed, against = (basic, project) if told == "基本支出" else (project, basic)
        if (printed is None or not printed.value) and against is not None and against.value > 0:
            yield ask(
                "S25c",
                f"第{item.page}页 {quote(item.text)} {place(against)}",
                against,
                "S25",
                page=item.page,
                subject=item.path[-1][1],
                told=told,
                other=other,
            )


def _is_named(row: Row, item: Item) -> bool:
    return bare_name(row.name) == bare_name(item.path[-1][1])


def _listed_and_blank(case: Case) -> Iterator[Finding]:
    """S25: economic items the prose lists that the table leaves blank, where the rest agree."""
    table = "basic_expenditure"
    if not case.ledger.rows(table):
        return
    printed = {heading(r.name): r.name for r in case.ledger.rows(table) if r.level == 2}
    for section in case.sections:
        for sentence in section.sentences:
            listed = _economic_names(sentence.text)
            known = [name for name in listed if heading(name) in printed]
            blank = [name for name in listed if heading(name) not in printed]
            if len(known) < wording()["copied"]["enough"] or not blank or len(blank) > 2:
                continue
            told = {heading(name) for name in listed}
            groups = {r.code[:3] for r in case.ledger.rows(table) if heading(r.name) in told}
            unsaid = [
                r.name
                for r in case.ledger.rows(table)
                if r.level == 2 and r.code[:3] in groups and heading(r.name) not in told
            ]
            if len(unsaid) <= 2:
                names = "、".join(f"“{name}”" for name in blank)
                instead = "、".join(f"“{name}”" for name in unsaid)
                yield ask(
                    "S25d",
                    f"第{sentence.page}页 {quote(sentence.text)}",
                    rule_id="S25",
                    page=sentence.page,
                    names=names,
                    instead=f"；表里有金额的{instead}，文字没有提到" if instead else "",
                )


def _economic_names(text: str) -> list[str]:
    """The official economic items a sentence lists."""
    match = re.search(wording()["copied"]["list"], text)
    if match is None:
        return []
    parts = re.split(r"[、，；。：]", text[match.end() :])
    return [part for part in parts if heading(part) in _official_names()]


def _official_names() -> frozenset[str]:
    codes = (f"{group}{place:02d}" for group in (301, 302, 303, 310) for place in range(1, 100))
    return frozenset(heading(e.name) for code in codes for e in entries("economic", code))
