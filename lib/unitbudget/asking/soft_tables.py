"""Soft rules about tables: one that every document of this layout prints, and this one does not."""

from __future__ import annotations

from collections.abc import Iterator

from unitbudget.asking.case import Case, Finding, ask, pages
from unitbudget.reading.templates import Table, families
from unitbudget.text import heading, squash


def ask_about(case: Case) -> Iterator[Finding]:
    """Tables neither read nor printed empty; silent where all tables are in another file."""
    seen = set(case.tables["table_id"]) if len(case.tables) else set()
    layout = str(case.document.get("template") or "")
    due = [table for family in families() if family.name == layout for table in family.tables]
    unseen = [table for table in due if table.table_id not in seen]
    if seen and unseen:
        names = "、".join(f"《{table.titles[0]}》" for table in unseen)
        yield ask("missing_table", _named_on(case, unseen), rule_id="完整性", tables=names)


def _named_on(case: Case, tables: list[Table]) -> str:
    """The pages that name one of the tables, in a list of contents or over an empty page."""
    titles = [heading(title) for table in tables for title in table.titles]
    named = {
        page.number
        for page in case.printed.pages
        for line in page.lines
        if any(title in heading(squash(line.text)) for title in titles)
    }
    return f"表名见于{pages(named)}" if named else "全文没有出现表名"
