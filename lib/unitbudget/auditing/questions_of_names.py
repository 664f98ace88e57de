"""Questions about codes and names: whose code a row has, whose year its name is of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeGuard

from unitbudget.auditing.case import (
    Case,
    Finding,
    Spot,
    ask,
    asking,
    firsts,
    pages,
    wording,
)
from unitbudget.auditing.codes import ECONOMIC_SINCE, OddCode, part_of
from unitbudget.auditing.rules import rule_book
from unitbudget.auditing.side import Entry
from unitbudget.auditing.told import official_code
from unitbudget.money.codes import OfficialName, categories, entries, official
from unitbudget.money.text import heading, squash

#: Tables that list expenditure by economic item.
BY_ECONOMY = ("basic_expenditure", "appropriation_basic_expenditure", "agency_running_costs")


def _list_of(table: str) -> str:
    """The classification a table goes by."""
    return "economic" if table in BY_ECONOMY else "function"


def _odd_codes(case: Case) -> Iterator[Finding]:
    """R17: misprinted parts, lost noughts, numbering of the unit's own, codes of other items."""

    def of(kind: str, same: Callable[[OddCode], object]) -> list[list[OddCode]]:
        """The odd codes of a kind, those together that are the same by a key."""
        groups: dict[object, list[OddCode]] = {}
        for each in case.odd_codes:
            if each.kind == kind:
                groups.setdefault(same(each), []).append(each)
        return list(groups.values())

    for rows in of("slip", lambda row: (row.name, row.printed, row.meant)):
        part, wrong, right = part_of(rows[0])
        due = official_code(rows[0].meant, right)
        yield _misprinted(case, "code_slip", rows, part=part, wrong=wrong, right=due)
    for rows in of("zero", lambda row: ""):
        yield _misprinted(case, "code_zero", rows)
    for rows in of("own", lambda row: (row.table, row.printed[:3])):
        yield _misprinted(case, "code_own", rows, group=rows[0].printed[:3])
    for rows in of("other", id):
        whose = official("economic", rows[0].printed, case.year)
        yield _misprinted(case, "code_other", rows, whose=whose.name if whose else "")


def _misprinted(case: Case, key: str, rows: list[OddCode], **words: Any) -> Finding:
    """What is asked of rows whose codes are wrong in one way, the first of known code shown."""
    first = next((each for each in rows if each.meant), rows[0])
    cells = {(e.table, e.row): e.cell for e in reversed(case.ledger.entries)}
    lines = [
        f"第{page}页 " + "；".join(_told(each) for each in rows if each.page == page)
        for page in dict.fromkeys(each.page for each in rows)
    ]
    return ask(
        key,
        [Spot(each.page, cells.get((each.table, each.row), ""), each.name) for each in rows],
        evidence="；".join(lines),
        table=rule_book().title(first.table),
        name=first.name,
        printed=first.printed,
        meant=official_code(first.meant),
        **words,
    )


def _told(row: OddCode) -> str:
    meant = f"→{row.meant}" if row.meant else "（科目表无此名）"
    return f"{row.printed} {row.name}{meant}"


def _old_names(case: Case) -> Iterator[Finding]:
    """S01: names the year's official list no longer has; silent where that list is not known."""
    found: dict[str, tuple[OfficialName, list[Entry]]] = {}
    for entry in case.ledger.entries:
        if not re.fullmatch(r"\d{5}(?:\d\d)?", entry.code):
            continue
        kind = _list_of(entry.table)
        due = official(kind, entry.code, case.year)
        former = [e for e in entries(kind, entry.code) if heading(e.name) == heading(entry.name)]
        if _known(due) and former and not former[0].holds_in(case.year):
            found.setdefault(entry.code, (due, []))[1].append(entry)
    if found:
        due, rows = next(iter(found.values()))
        told = (f"{r[0].code} {r[0].name}→{d.name}（{pages(r)}）" for d, r in found.values())
        yield ask(
            "S01",
            [rows[0] for _, rows in found.values()],
            evidence="；".join(told),
            year=case.year,
            official=due.name,
            printed=f"{rows[0].name}”（{rows[0].code}",
        )


def _known(name: OfficialName | None) -> TypeGuard[OfficialName]:
    """Is it known from when on an official name holds?"""
    return name is not None and name.evidence == "published" and name.valid_from is not None


def _categories(case: Case) -> Iterator[Finding]:
    """S02, S01: names of different years' lists in one table; former names anywhere else."""
    mixed = list(_two_vintages(case))
    yield from mixed
    told = "".join(f"{each.evidence}{each.says}" for each in mixed)
    found = []
    for code in categories("function"):
        due = official("function", code, case.year)
        if not _known(due):
            continue
        for former in entries("function", code):
            gone = former.valid_to is not None and former.valid_to < case.year
            where = _pages_naming(case, former.name) if gone else set()
            # What is asked of tables that mix two lists is not asked again.
            where = {page for page in where if former.name not in told or f"第{page}页" not in told}
            if where:
                found.append((former.name, due, where))
    if found:
        names = (f"“{old}”（{due.valid_from}年起为“{due.name}”）" for old, due, _ in found)
        where_ = "；".join(f"{pages(where)} {old}" for old, _, where in found)
        yield ask("S01b", evidence=where_, names="、".join(names))


def _pages_naming(case: Case, name: str) -> set[int]:
    """The pages whose tables or prose call something by a name."""
    printed = {page for page, names in case.names_printed.items() if name in names}
    told = {each.at(each.text.find(name))[0] for each in case.prose if name in each.text}
    return printed | told


def _two_vintages(case: Case) -> Iterator[Finding]:
    """S02: category names of different years' lists in one table."""
    every = [entry for code in categories("function") for entry in entries("function", code)]
    for row in case.disclosed:
        covered = range(int(row["first_page"]), int(row["last_page"]) + 1)
        names = {name for page in covered for name in case.names_printed.get(page, ())}
        used = [entry for entry in every if entry.name in names]
        past = [(e.valid_to, e.name) for e in used if e.valid_to and e.valid_to < case.year]
        since = [
            (e.valid_from, e.name)
            for e in used
            if e.valid_from and e.evidence == "published" and e.holds_in(case.year)
        ]
        if past and since and since[-1][0] > past[-1][0]:
            (until, old), (begun, new) = past[-1], since[-1]
            yield ask(
                "S02",
                evidence=f"第{covered[0]}页",
                table=re.sub(r"^\d+[、.．]", "", str(row["title"])),
                old=f"“{old}”",
                until=until + 1,
                new=f"“{new}”",
                since=begun,
            )


def _unknown_names(case: Case) -> Iterator[Finding]:
    """S01: economic items under a name that no list has."""
    odd = {(each.table, each.row) for each in case.odd_codes}
    rows = [
        (entry, listed)
        for entry in case.ledger.entries
        if case.year >= ECONOMIC_SINCE
        and entry.table in BY_ECONOMY
        and (listed := entries("economic", entry.code))
        and (entry.table, entry.row) not in odd
        and entry.name not in wording()["economic"]["same_names"]
        and not any(_within(heading(each.name), heading(entry.name)) for each in listed)
    ]
    found = firsts(rows, lambda row: (row[0].code, row[0].name))
    if found:
        first, listed = found[0]
        told = (f"第{e.page}页 {e.code} {e.name}→{names[0].name}" for e, names in found)
        yield ask(
            "S01c",
            [entry for entry, _ in found],
            evidence="；".join(told),
            code=first.code,
            printed=first.name,
            official=listed[0].name,
        )


def _within(one: str, other: str) -> bool:
    return one in other or other in one


def _without_names(case: Case) -> Iterator[Finding]:
    """Rows with a code and no name, in tables that name the others; where the name may stand."""
    for table in dict.fromkeys(entry.table for entry in case.ledger.entries):
        rows = {e.row: e for e in case.ledger.entries if e.table == table and e.code}
        bare = [entry for entry in rows.values() if not squash(entry.name)]
        if not bare or 2 * len(bare) > len(rows):
            continue
        dues = [due.name for e in bare if (due := official(_list_of(table), e.code, case.year))]
        beside = [e for e in rows.values() if any(d in e.name and d != e.name for d in dues)]
        yield ask(
            "unnamed",
            bare,
            evidence="；".join(
                f"第{e.page}页 {e.code} {e.name}".rstrip() for e in [*bare, *beside]
            ),
            table=rule_book().title(table),
            code=bare[0].code,
        )


ask_about = asking(_odd_codes, _old_names, _categories, _unknown_names, _without_names)
