"""Soft rules about tables: one that every document of this layout prints, and this one does not."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unitbudget.asking.case import Case, Finding, ask, pages
from unitbudget.reading.templates import Table, families
from unitbudget.text import heading


def ask_about(case: Case) -> Iterator[Finding]:
    """Tables neither read nor printed empty; silent where all tables are in another file."""
    seen = set(case.tables["table_id"]) if len(case.tables) else set()
    layout = str(case.document.get("template") or "")
    due = [table for family in families() if family.name == layout for table in family.tables]
    unseen = [table for table in due if table.table_id not in seen]
    if seen and unseen:
        names = "、".join(f"《{_shown(table.titles[0])}》" for table in unseen)
        where = _named_on(case, unseen, due)
        yield ask("missing_table", where, rule_id="完整性", tables=names)


def _shown(title: str) -> str:
    """A title with quotation marks as they are printed; layouts keep it with plain ones."""
    return re.sub(r'"([^"]*)"', r"“\1”", title)


def _named_on(case: Case, unseen: list[Table], due: list[Table]) -> str:
    """The pages that name one of the tables, in a list of contents or over an empty page."""
    wanted = {heading(title) for table in unseen for title in table.titles}
    known = {heading(title) for table in due for title in table.titles}
    found = set()
    for page in case.printed.pages:
        for line in page.lines:
            printed = [title for title in known if title in heading(line.text)]
            # One name may be the end of a longer one: 收支预算总表, 财政拨款收支预算总表.
            if printed and max(printed, key=len) in wanted:
                found.add(page.number)
    return f"表名见于{pages(found)}" if found else "全文没有出现表名"
