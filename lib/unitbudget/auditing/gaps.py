"""What a disclosure lacks: what every one has, tables not printed, tables we could not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from unitbudget.auditing.case import Case, Finding, ask, asking, pages, wording
from unitbudget.auditing.rules import rule_book
from unitbudget.auditing.side import Row
from unitbudget.auditing.told import Told
from unitbudget.documents import LEARNED, UNKNOWN
from unitbudget.money.text import heading, squash
from unitbudget.reading.templates import Table, families

#: A file with fewer titles holds tables alone; its explanations are in another file.
FEWEST_TITLES = 3
#: So many characters of a paragraph may be its title, run in.
LEAD = 24
#: A first page with more lines than this is no cover.
LONGEST_COVER = 12


def _explains(case: Case) -> bool:
    return len([section for section in case.sections if section.title]) >= FEWEST_TITLES


def _missing(case: Case) -> Iterator[Finding]:
    """What every disclosure of the kind has."""
    paragraphs = [paragraph.text for paragraph in case.prose]
    leads = [re.split("[。：:，]", text, maxsplit=1)[0][:LEAD] for text in paragraphs]
    texts = {
        "lines": "\n".join(squash(line.text) for line in case.printed.lines),
        "titles": "\n".join([title for s in case.sections for title in s.titles] + leads),
        "text": "\n".join(paragraphs),
    }
    for item in wording()["completeness"] if _explains(case) else ():
        there = re.search(item["match"], texts[item["where"]])
        if not there and re.search(item.get("when", ""), texts["text"]):
            kind = wording()["missing"]
            says = kind["says"].format(what=item["what"])
            severity = item.get("severity", _severity(case, kind["severity"]))
            yield Finding("完整性", severity, Told(says), Told(item["question"]), Told("全文"))


def _cover(case: Case) -> Iterator[Finding]:
    """A cover names the unit, the year and the kind of document."""
    page = case.printed.pages[0]
    text = "".join(squash(line.text) for line in page.lines)
    if not text or page.grids or len(page.lines) > LONGEST_COVER or re.search("[。；]", text):
        return
    unit = heading(str(case.document.get("unit") or ""))
    named = any(each in heading(text) for each in (unit, re.sub("^.{2,3}[省市]", "", unit)))
    lacks = [] if named else ["单位名称"]
    lacks += [what for what, match in wording()["cover_says"].items() if not re.search(match, text)]
    if lacks:
        yield ask("cover", evidence=f"第{page.number}页", what="、".join(lacks))


def _unexplained(case: Case) -> Iterator[Finding]:
    """Tables with money in them of which the prose says not a word."""
    told = "\n".join(f"{section.title}\n{section.text}" for section in case.told)
    silent = [
        f"《{rule_book().tables[table]}》"
        for table, match in wording()["explained"].items()
        if case.ledger.rows(table) and not re.search(match, told)
    ]
    if silent and _explains(case):
        found = ask("unexplained", evidence="全文", tables="、".join(silent))
        yield replace(found, severity=_severity(case, found.severity))


def _severity(case: Case, severity: str) -> str:
    """What all documents of the kind have is due only in layouts we were taught."""
    return "question" if case.ledger.untaught else severity


# ---- tables --------------------------------------------------------------------------------------

#: What the row of a grand total is called where none is seen.
TOTAL = "合计"


def _tables(case: Case) -> Iterator[Finding]:
    """Tables neither read nor printed empty; silent where all tables are in another file."""
    seen = {str(row["table_id"]) for row in case.tables}
    layout = str(case.document.get("template") or "")
    due = [table for family in families() if family.name == layout for table in family.tables]
    unseen = [table for table in due if table.table_id not in seen]
    names = "、".join(f"《{_shown(table.titles[0])}》" for table in unseen) if seen else ""
    unknown = any(table.startswith(UNKNOWN) for table in case.ledger.unread)
    yield from _unread(case, names if unknown else "")
    yield from _without_total(case)
    if names and not unknown:
        yield ask("missing_table", evidence=_named_on(case, unseen, due), tables=names)


def _without_total(case: Case) -> Iterator[Finding]:
    """Tables whose total row was not seen, be it not printed or not read."""
    kind = str(case.document.get("kind", "budget"))
    layouts = sorted(families(), key=lambda each: each.name != case.document.get("template"))
    tables = [table for each in layouts if each.kind == kind for table in each.tables]
    for row in case.tables:
        table_id = str(row["table_id"])
        layout = next((each for each in tables if each.table_id == table_id), None)
        # A layout nobody taught may put its totals into the row of the unit.
        if layout is None or row.get("understood_by") == LEARNED:
            continue
        lines = case.ledger.rows(table_id)
        sides = [[r for r in lines if r.direction == way] for way in {r.direction for r in lines}]
        lacks = dict.fromkeys(name for side in sides for name in _lacking(side, layout))
        if lacks:
            where = pages((int(row["first_page"]), int(row["last_page"])))
            name = rule_book().tables.get(table_id, row["title"])
            yield ask("missing_total", evidence=where, table=name, lines="、".join(lacks))


def _lacking(side: list[Row], layout: Table) -> list[str]:
    """The totals a side does not have: its own, or a grand total under any of its names."""
    printed = {heading(row.name) for row in side if not row.code}
    if layout.totals:
        return [name for name in layout.totals if name not in printed]
    grand = rule_book().roles["total"]
    return [] if printed & {heading(name) for name in grand} else [TOTAL]


def _unread(case: Case, unseen: str) -> Iterator[Finding]:
    """Tables that are printed and that we could not read; one nobody knows may be one unseen."""
    for row in case.tables:
        if row.get("status") == "unread":
            known = not str(row["table_id"]).startswith(UNKNOWN)
            more = f"本版式应有而未见的{unseen}，可能就是它。" if unseen and not known else ""
            where = pages(range(int(row["first_page"]), int(row["last_page"]) + 1))
            title = _shown(str(row["title"]))
            yield ask("unread_table", evidence=where, title=title, why=row["note"], more=more)


def _shown(title: str) -> str:
    """A title with quotation marks as they are printed; layouts keep it with plain ones."""
    return re.sub(r'"([^"]*)"', r"“\1”", title)


def _named_on(case: Case, unseen: list[Table], due: list[Table]) -> str:
    """The pages that name one of the tables, in a list of contents or over an empty page."""
    wanted = {heading(title) for table in unseen for title in table.titles}
    known = {heading(title) for table in due for title in table.titles}
    found = set()
    for line in case.printed.lines:
        printed = [title for title in known if title in heading(line.text)]
        # One name may be the end of a longer one: 收支预算总表, 财政拨款收支预算总表.
        if printed and max(printed, key=len) in wanted:
            found.add(line.page)
    return f"表名见于{pages(found)}" if found else "全文没有出现表名"


ask_about = asking(_cover, _missing, _unexplained, _tables)
