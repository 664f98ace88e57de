"""One document, from its file to all its frames: the part of the story one process can tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from unitbudget.auditing.audit import Audit, audited
from unitbudget.auditing.rereading import settled, unvouched
from unitbudget.documents import Printed, document_id_of
from unitbudget.errors import NotADisclosure
from unitbudget.money.text import squash
from unitbudget.package import Package, Rows, frame, schema
from unitbudget.reading import narrative, performance
from unitbudget.reading.again import surveyed
from unitbudget.reading.extract import no_collection
from unitbudget.reading.identified import Identified, Unread
from unitbudget.reading.identify import concluded
from unitbudget.reading.joining import Joined
from unitbudget.reading.metadata import Metadata
from unitbudget.reading.pages import private_boxes
from unitbudget.reading.privacy import masked
from unitbudget.reading.running import without_running_heads
from unitbudget.reading.tidy import Doubt, amounts

#: Titles of the explanatory part, and how many of them make a file that part of a disclosure.
EXPLAINS = re.compile("(?:收支|收入|支出|拨款|经费|采购).*情况的?(?:总体)?说明")
FEWEST_EXPLANATIONS = 3
NO_TABLES = "没有读到任何表，只有说明文字；若原件有表，请核对文件是否完整"
KINDS = {"budget": "预算", "final_accounts": "决算"}
LEVELS = {"unit": "单位", "department": "部门"}


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One document read: what is printed, who it is about, and the rows of its frames."""

    printed: Printed
    rows: dict[str, Rows]
    audit: Audit | None = None
    prose: list[narrative.Section] | None = None

    @property
    def package(self) -> Package:
        return Package(**{name: frame(name, self.rows.get(name, [])) for name in schema()})


def read_disclosure(path: str | Path, document_id: str | None = None) -> Package:
    """One document's frames, named as in the clean package.

    Raises a ``DisclosureError`` that says where, what is printed there, and what to do.
    """
    return judged(read(path, document_id)).package


def read(path: str | Path, document_id: str | None = None) -> Disclosure:
    """What one document prints, as rows: its tables, prose, forms and glossary."""
    path = Path(path)
    name = document_id or document_id_of(path)
    printed, about, tables = surveyed(path)
    printed = without_running_heads(printed)
    prose = narrative.sections(printed)
    identified = _identified(tables, printed, prose)
    found, doubts = amounts(identified, printed.source_file)
    document = _document(printed, about, identified)
    found, doubts, unsure = settled(found, doubts, _tables(identified, found), document)
    doubted = {each.table.table_id: each.doubt for each in identified.tables if each.doubt}
    refused = unsure | unvouched(found, _tables(identified, found), document, doubted)
    found = [row for row in found if row["table_id"] not in refused]
    for table_id, error in refused.items():
        identified.give_up(table_id, error)
    if identified.unread and not found:
        raise identified.unread[0].error
    document = _document(printed, about, identified)
    indicators, projects = performance.read_forms(printed)
    rows: dict[str, Rows] = {
        "documents": [document],
        "tables": _tables(identified, found),
        "amounts": found,
        "readings": [_reading(doubt) for doubt in doubts],
        "sections": [
            {"section": s.path, "title": s.title, "page": s.page, "text": s.text} for s in prose
        ],
        "terms": narrative.terms(prose),
        "indicators": indicators,
        "projects": projects,
        "covered": [
            {"page": page} | box._asdict()
            for page, boxes in private_boxes(printed).items()
            for box in boxes
        ],
    }
    own = {file: [{"document_id": name} | row for row in part] for file, part in rows.items()}
    return Disclosure(printed, own, prose=prose)


def _identified(tables: Identified, printed: Printed, prose: list[narrative.Section]) -> Identified:
    """The document's tables; none where the explanatory part is published in a file of its own."""
    try:
        return concluded(tables, printed)
    except NotADisclosure:
        explained = [each for each in prose if EXPLAINS.search(each.title)]
        if len(explained) < FEWEST_EXPLANATIONS:
            raise
        return Identified(tables.year)


@no_collection()
def judged(read: Disclosure, tables: Mapping[str, Rows] | None = None) -> Disclosure:
    """The document with every claim, identity and open question of it beside what it prints.

    ``tables`` are the rows of the document that holds the tables, where that is another file.
    """
    prose = narrative.sections(read.printed) if read.prose is None else read.prose
    found = audited(read.printed, prose, read.rows, tables or read.rows)
    return Disclosure(read.printed, read.rows | found.rows(), found, prose)


def _document(printed: Printed, about: Metadata, identified: Identified) -> dict[str, Any]:
    kind, level = KINDS[about.kind], LEVELS[about.level]
    return {
        "title": f"{about.unit}{about.fiscal_year}年{level}{kind}",
        "unit": about.unit,
        "district": about.district,
        "fiscal_year": about.fiscal_year,
        "kind": about.kind,
        "level": about.level,
        "template": identified.family,
        "source_file": printed.source_file,
        "sha256": printed.sha256,
        "pages": len(printed.pages),
        "text_source": "pdf",
        "status": "partial" if identified.unread else "read",
        "message": "；".join(_remarks(about, identified)),
    }


def _remarks(about: Metadata, identified: Identified) -> list[str]:
    """What is to be known of a document that was read: contradictions, and what is not read."""
    remarks = [*about.contradictions, *([] if identified.tables else [NO_TABLES])]
    if identified.unread:
        names = "、".join(f"{each.title}（第{each.pages[0]}页）" for each in identified.unread)
        remarks.append(f"没有读出来的表：{names}")
    return remarks


def _reading(doubt: Doubt) -> dict[str, Any]:
    columns = list(schema()["readings"]["fields"])[1:]
    return {column: getattr(doubt, column) for column in columns}


def _tables(identified: Identified, amounts: Rows) -> Rows:
    """The rows of ``tables.csv``, in printed order."""
    filled = {row["table_id"] for row in amounts}
    rows = [_table(each, filled) for each in identified.tables]
    rows += [_unread(each) for each in identified.unread]
    return sorted(rows, key=lambda row: int(row["first_page"]))


def _table(joined: Joined, filled: set[str]) -> dict[str, Any]:
    first, last = joined.pages
    table_id = joined.table.table_id
    return {
        "table_id": table_id,
        "title": squash(joined.title),
        "first_page": first,
        "last_page": last,
        "unit": joined.unit,
        "status": "read" if table_id in filled else "empty",
        "note": masked(joined.note),
        "rows": sum(len(part.rows) for part in joined.parts),
        "understood_by": joined.table.family,
    }


def _unread(unread: Unread) -> dict[str, Any]:
    first, last = unread.pages
    return {
        "table_id": unread.table_id,
        "title": unread.title,
        "first_page": first,
        "last_page": last,
        "status": "unread",
        "note": str(unread.error),
    }
