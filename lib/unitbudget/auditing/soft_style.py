"""Soft rules about consistency: numbers written one way, terms explained, equal amounts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from unitbudget.auditing.case import Case, Finding, ask, more, pages, wording
from unitbudget.auditing.rules import rule_book
from unitbudget.entries import Entry
from unitbudget.money.amounts import yuan
from unitbudget.money.text import heading
from unitbudget.reading.narrative import terms
from unitbudget.reading.paragraphs import layout


def ask_about(case: Case) -> Iterator[Finding]:
    yield from _widths(case)
    yield from _decimals(case)
    yield from _zero_and_blank(case)
    yield from _unexplained_terms(case)
    yield from _repeated(case)


def _widths(case: Case) -> Iterator[Finding]:
    """S28: full and half width, with and without separators, in the numbers of one text."""
    for kind in wording()["widths"]:
        ways = [
            [(match[0], p.page) for s in case.sections for p in s.paragraphs
             for match in re.finditer(kind[way], p.text)]
            for way in ("one", "other")
        ]  # fmt: skip
        if all(ways):
            few, many = sorted(ways, key=len)
            yield ask(
                "S28", pages(page for _, page in few), what=kind["what"],
                many=many[0][0], often=len(many), few=few[0][0], seldom=len(few),
            )  # fmt: skip


def _decimals(case: Case) -> Iterator[Finding]:
    """S28: amounts of one table written to different places; nil is written as it pleases."""
    found = []
    for table in case.ledger.tables:
        printed = [e for e in _amounts(case, table) if e.value]
        places = Counter(len(entry.printed.partition(".")[2]) for entry in printed)
        if len(places) > 1:
            usual = places.most_common(1)[0][0]
            odd = [e for e in printed if len(e.printed.partition(".")[2]) != usual]
            found.append((table, usual, odd))
    if found:
        table, usual, odd = found[0]
        yield ask(
            "S28b", "；".join(entry.cell for entry in odd[:6]), rule_id="S28", usual=usual,
            table=rule_book().tables.get(table, table), count=len(odd), example=odd[0].printed,
            more=f"（另有{len(found) - 1}张表也是这样）" if len(found) > 1 else "",
        )  # fmt: skip


def _zero_and_blank(case: Case) -> Iterator[Finding]:
    """S28: in one column some rows without money print a nil and others nothing."""
    for table in case.ledger.tables:
        coded = [entry for entry in _amounts(case, table) if entry.code]
        rows = {(entry.row, entry.code) for entry in coded}
        columns: dict[tuple[str, int, str], list[Entry]] = {}
        for entry in coded:
            columns.setdefault((entry.measure, entry.year, entry.phase), []).append(entry)
        mixed = [
            (measure, nil, len(rows) - len(printed))
            for (measure, _, _), printed in columns.items()
            if (nil := [e for e in printed if not e.value]) and len(printed) < len(rows)
        ]
        if mixed:
            measure, nil, blank = mixed[0]
            book = rule_book()
            yield ask(
                "S28c", "；".join(entry.cell for entry in nil[:6]), rule_id="S28",
                table=book.tables.get(table, table), zeros=len(nil), blanks=blank,
                column=book.measures.get(measure, measure), more=more(len(mixed)),
            )  # fmt: skip
            return


def _amounts(case: Case, table: str) -> list[Entry]:
    return [e for e in case.ledger.entries if e.table == table and e.unit == "CNY"]


def _unexplained_terms(case: Case) -> Iterator[Finding]:
    """S33: special terms that the prose uses and the document's own glossary passes over."""
    title = layout()["glossary"]["title"]
    told = [s for s in case.sections if not any(title in each for each in s.titles)]
    defined = [heading(str(term)) for term in terms(case.sections)["term"]]
    if not defined:
        return
    used: dict[str, int] = {}
    for term, match in wording()["terms"].items():
        where = [p.page for s in told for p in s.paragraphs if re.search(match, p.text)]
        if where and not any(re.search(match, each) for each in defined):
            used[term] = where[0]
    if used:
        yield ask("S33", pages(used.values()), terms="、".join(f"“{term}”" for term in used))


def _repeated(case: Case) -> Iterator[Finding]:
    """S37: a project's amount printed again in another form, and not the same."""
    seen: dict[tuple[str, ...], dict[Decimal, int]] = {}
    for row in case.projects.to_dict("records"):
        if row["value"] is None or row["value"] != row["value"]:
            continue
        part = heading(str(row["text"])) if row["field"] == "子项目" else ""
        key = heading(str(row["project"])), str(row["field"]), part
        seen.setdefault(key, {}).setdefault(Decimal(str(row["value"])), int(row["page"]))
    for (project, field, part), values in seen.items():
        if len(values) > 1:
            shown = "、".join(f"{yuan(value)}（第{page}页）" for value, page in values.items())
            yield ask(
                "S37", pages(values.values()), max(values) - min(values),
                project=part or project, field=field, values=shown,
            )  # fmt: skip
