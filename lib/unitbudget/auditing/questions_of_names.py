"""Questions about codes and names: whose code a row has, whose year its name is of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unitbudget.auditing.case import Case, Finding, ask, more, pages, wording
from unitbudget.auditing.codes import ECONOMIC_SINCE, OddCode, part_of
from unitbudget.auditing.rules import rule_book
from unitbudget.auditing.side import Entry
from unitbudget.auditing.told import count, official_code
from unitbudget.money.codes import OfficialName, categories, entries, official
from unitbudget.money.text import heading, squash

#: Tables that list expenditure by economic item.
BY_ECONOMY = ("basic_expenditure", "appropriation_basic_expenditure", "agency_running_costs")


def ask_about(case: Case) -> Iterator[Finding]:
    yield from _slips(case)
    yield from _lost_noughts(case)
    yield from _own_numbering(case)
    yield from _codes_of_others(case)
    yield from _old_names(case)
    mixed = list(_two_vintages(case))
    yield from mixed
    yield from _old_categories(case, "".join(f"{each.evidence}{each.says}" for each in mixed))
    yield from _unknown_names(case)
    yield from _without_names(case)


def _of(case: Case, kind: str) -> list[OddCode]:
    return [each for each in case.odd_codes if each.kind == kind]


def _table(table: str) -> str:
    return rule_book().tables.get(table, table)


def _rows(found: list[OddCode]) -> str:
    """The rows as evidence, by page."""
    told = [
        f"第{page}页 "
        + "；".join(
            f"{each.printed} {each.name}" + (f"→{each.meant}" if each.meant else "（科目表无此名）")
            for each in found
            if each.page == page
        )
        for page in dict.fromkeys(each.page for each in found)
    ]
    return "；".join(told)


def _cells(case: Case, found: list[OddCode]) -> list[str]:
    """The first printed cell of each row."""
    first: dict[tuple[str, int], str] = {}
    for entry in case.ledger.entries:
        first.setdefault((entry.table, entry.row), entry.cell)
    return [first[each.table, each.row] for each in found]


def _slips(case: Case) -> Iterator[Finding]:
    """R17: one part of a code is misprinted."""
    groups: dict[tuple[str, str, str], list[OddCode]] = {}
    for each in _of(case, "slip"):
        groups.setdefault((each.name, each.printed, each.meant), []).append(each)
    for (name, printed, meant), found in groups.items():
        part, wrong, right = part_of(found[0])
        yield ask(
            "code_slip",
            _rows(found),
            rule_id="R17",
            name=name,
            part=part,
            wrong=wrong,
            right=official_code(meant, right),
            printed=printed,
            meant=official_code(meant),
            pages=pages(each.page for each in found),
        )


def _lost_noughts(case: Case) -> Iterator[Finding]:
    """R17: codes that lost a leading nought."""
    if found := _of(case, "zero"):
        first = found[0]
        yield ask(
            "code_zero",
            _rows(found),
            rule_id="R17",
            table=_table(first.table),
            count=count("编码与科目表不符的行", _cells(case, found)),
            printed=first.printed,
            meant=official_code(first.meant),
        )


def _own_numbering(case: Case) -> Iterator[Finding]:
    """R17: a category numbered by the unit itself."""
    for table, group in dict.fromkeys((e.table, e.printed[:3]) for e in _of(case, "own")):
        found = [e for e in _of(case, "own") if (e.table, e.printed[:3]) == (table, group)]
        first = next(each for each in found if each.meant)
        yield ask(
            "code_own",
            _rows(found),
            rule_id="R17",
            table=_table(table),
            group=group,
            count=count("编码与科目表不符的行", _cells(case, found)),
            name=first.name,
            printed=first.printed,
            meant=official_code(first.meant),
        )


def _codes_of_others(case: Case) -> Iterator[Finding]:
    """R17: a name under the code of another item."""
    for each in _of(case, "other"):
        due = official("economic", each.printed, case.year)
        yield ask(
            "code_other",
            _rows([each]),
            rule_id="R17",
            table=_table(each.table),
            name=each.name,
            printed=each.printed,
            whose=due.name if due else "",
            meant=official_code(each.meant),
        )


def _old_names(case: Case) -> Iterator[Finding]:
    """S01: names the year's official list no longer has; silent where that list is not known."""
    found: dict[str, tuple[str, OfficialName, list[Entry]]] = {}
    for entry in case.ledger.entries:
        if not re.fullmatch(r"\d{5}(?:\d\d)?", entry.code):
            continue
        kind = "economic" if entry.table in BY_ECONOMY else "function"
        due = official(kind, entry.code, case.year)
        former = [e for e in entries(kind, entry.code) if heading(e.name) == heading(entry.name)]
        known = due is not None and due.evidence == "published" and due.valid_from is not None
        if known and due and former and not former[0].holds_in(case.year):
            found.setdefault(entry.code, (entry.name, due, []))[2].append(entry)
    if found:
        code, (name, due, _) = next(iter(found.items()))
        printed = {c: (n, d, pages(e.page for e in rows)) for c, (n, d, rows) in found.items()}
        yield ask(
            "S01",
            "；".join(f"{c} {n}→{d.name}（{p}）" for c, (n, d, p) in printed.items()),
            year=case.year,
            official=due.name,
            printed=f"{name}”（{code}",
            more=more([rows[0].cell for _, _, rows in found.values()]),
        )


def _old_categories(case: Case, told: str) -> Iterator[Finding]:
    """S01: former names of categories, in tables with or without an amount, and in the prose.

    ``told`` is what is asked of tables that mix two lists: once is enough.
    """
    found = []
    for code in categories("function"):
        due = official("function", code, case.year)
        if due is None or due.evidence != "published" or due.valid_from is None:
            continue
        for former in entries("function", code):
            gone = former.valid_to is not None and former.valid_to < case.year
            where = _pages_naming(case, former.name) if gone else set()
            where = {page for page in where if former.name not in told or f"第{page}页" not in told}
            if where:
                found.append((former.name, due, where))
    if found:
        names = (f"“{old}”（{due.valid_from}年起为“{due.name}”）" for old, due, where in found)
        yield ask(
            "S01b",
            "；".join(f"{pages(where)} {old}" for old, _, where in found),
            rule_id="S01",
            names="、".join(names),
        )


def _pages_naming(case: Case, name: str) -> set[int]:
    """The pages whose tables or prose call something by a name."""
    printed = {page for page, names in case.names_printed.items() if name in names}
    told = {
        paragraph.at(paragraph.text.find(name))[0]
        for section in case.sections
        for paragraph in section.paragraphs
        if name in paragraph.text
    }
    return printed | told


def _two_vintages(case: Case) -> Iterator[Finding]:
    """S02: category names of different years' lists in one table."""
    for row in case.disclosed:
        pages_ = range(int(row["first_page"]), int(row["last_page"]) + 1)
        names = {name for page in pages_ for name in case.names_printed.get(page, ())}
        old, new = None, None
        for code in categories("function"):
            for entry in entries("function", code):
                if entry.name in names and not entry.holds_in(case.year):
                    old = entry if entry.valid_to and entry.valid_to < case.year else old
                elif entry.name in names and entry.valid_from and entry.evidence == "published":
                    new = entry
        if old and new and old.valid_to and new.valid_from and new.valid_from > old.valid_to:
            yield ask(
                "S02",
                f"第{row['first_page']}页",
                table=re.sub(r"^\d+[、.．]", "", str(row["title"])),
                old=f"“{old.name}”",
                until=old.valid_to + 1,
                new=f"“{new.name}”",
                since=new.valid_from,
            )


def _unknown_names(case: Case) -> Iterator[Finding]:
    """S01: economic items under a name that no list has."""
    odd = {(each.table, each.row) for each in case.odd_codes}
    found: dict[tuple[str, str], tuple[str, Entry]] = {}
    for entry in case.ledger.entries if case.year >= ECONOMIC_SINCE else ():
        listed = entries("economic", entry.code) if entry.table in BY_ECONOMY else ()
        if (
            not listed
            or (entry.table, entry.row) in odd
            or entry.name in wording()["economic"]["same_names"]
        ):
            continue
        names = [heading(each.name) for each in listed]
        printed = heading(entry.name)
        if not any(name in printed or printed in name for name in names):
            found.setdefault((entry.code, entry.name), (listed[0].name, entry))
    if found:
        (code, name), (due, first) = next(iter(found.items()))
        yield ask(
            "S01c",
            "；".join(f"第{e.page}页 {c} {n}→{d}" for (c, n), (d, e) in found.items()),
            rule_id="S01",
            page=first.page,
            code=code,
            printed=name,
            official=due,
            more=more([each.cell for _, each in found.values()]),
        )


def _without_names(case: Case) -> Iterator[Finding]:
    """Rows with a code and no name, in tables that name the others; where the name may stand."""
    for table in dict.fromkeys(entry.table for entry in case.ledger.entries):
        rows = {e.row: e for e in case.ledger.entries if e.table == table and e.code}
        bare = [entry for entry in rows.values() if not squash(entry.name)]
        if not bare or 2 * len(bare) > len(rows):
            continue
        kind = "economic" if table in BY_ECONOMY else "function"
        dues = [due.name for e in bare if (due := official(kind, e.code, case.year))]
        beside = [e for e in rows.values() if any(d in e.name and d != e.name for d in dues)]
        yield ask(
            "unnamed",
            "；".join(f"第{e.page}页 {e.code} {e.name}".rstrip() for e in [*bare, *beside]),
            rule_id="完整性",
            table=_table(table),
            code=bare[0].code,
            more=more([entry.cell for entry in bare]),
        )
