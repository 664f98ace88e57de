"""Completeness: what every disclosure has, what its cover says, a sentence for every table."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unitbudget.auditing.case import Case, Finding, ask, wording
from unitbudget.auditing.rules import rule_book
from unitbudget.money.text import heading, squash
from unitbudget.reading.paragraphs import layout

#: A file with fewer titles holds tables alone; its explanations are in another file.
FEWEST_TITLES = 3
#: A first page with more lines than this is no cover.
LONGEST_COVER = 12


def ask_about(case: Case) -> Iterator[Finding]:
    yield from _cover(case)
    if len([section for section in case.sections if section.title]) >= FEWEST_TITLES:
        yield from _missing(case)
        yield from _unexplained(case)


def _missing(case: Case) -> Iterator[Finding]:
    """What every disclosure of the kind has."""
    titles = "\n".join(title for s in case.sections for title in s.titles)
    prose = "\n".join(s.text for s in case.sections)
    lines = {squash(line.text) for line in case.printed.lines}
    for item in wording()["completeness"]:
        if "when" in item and not re.search(item["when"], prose):
            continue
        there = {
            "contents": any(re.match(layout()["furniture"]["contents"], line) for line in lines),
            "titles": bool(re.search(item.get("match", "$^"), titles)),
            "text": bool(re.search(item.get("match", "$^"), prose)),
        }[item["where"]]
        if not there:
            kind = wording()["missing"]
            says = kind["says"].format(what=item["what"])
            yield Finding("完整性", kind["severity"], says, item["question"], "全文")


def _cover(case: Case) -> Iterator[Finding]:
    """A cover names the unit, the year, the kind of document and a date."""
    page = case.printed.pages[0]
    text = "".join(squash(line.text) for line in page.lines)
    if not text or page.grids or len(page.lines) > LONGEST_COVER or re.search("[。；]", text):
        return
    unit = heading(str(case.document.get("unit") or ""))
    wanted = wording()["cover_says"]
    lacks = [what for what, match in wanted.items() if not re.search(match, text)]
    if unit and not any(
        name in heading(text) for name in (unit, re.sub("^.{2,3}[省市]", "", unit))
    ):
        lacks.insert(0, "单位名称")
    if lacks:
        yield ask("cover", f"第{page.number}页", rule_id="完整性", what="、".join(lacks))


def _unexplained(case: Case) -> Iterator[Finding]:
    """Tables with money in them of which the prose says not a word."""
    glossary = layout()["glossary"]["title"]
    told = "\n".join(
        f"{section.title}\n{section.text}"
        for section in case.sections
        if not any(glossary in title for title in section.titles)
    )
    silent = [
        f"《{rule_book().tables[table]}》"
        for table, match in wording()["explained"].items()
        if case.ledger.rows(table) and not re.search(match, told)
    ]
    if silent:
        yield ask("unexplained", "全文", rule_id="完整性", tables="、".join(silent))
