"""One document, from its file to all its frames: the part of the story one process can tell."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from unitbudget.asking import findings
from unitbudget.claiming import claims
from unitbudget.documents import Printed, document_id_of
from unitbudget.errors import NotADisclosure
from unitbudget.figures import Ledger
from unitbudget.inferring.implied import imply
from unitbudget.package import Package, Rows, frame, schema
from unitbudget.reading import narrative, performance
from unitbudget.reading.extract import read_printed
from unitbudget.reading.identify import Identified, identify
from unitbudget.reading.joining import Joined
from unitbudget.reading.metadata import Metadata, metadata
from unitbudget.reading.pages import draw_pages
from unitbudget.reading.privacy import masked
from unitbudget.reading.tidy import Doubt, amounts
from unitbudget.reconciling import facts, reconcile
from unitbudget.reconciling.rereading import settled
from unitbudget.text import squash

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
    printed = read_printed(path)
    about = metadata(printed)
    prose = narrative.sections(printed)
    identified = _identified(printed, about, prose)
    found, doubts = amounts(identified, printed.source_file)
    document = _document(printed, about, identified)
    tables = [_table(each, found) for each in identified.tables]
    found, doubts = settled(found, doubts, tables, document)
    indicators, projects = performance.read_forms(printed, name)
    rows: dict[str, Rows] = {
        "documents": [document],
        "tables": tables,
        "amounts": found,
        "readings": [_reading(doubt) for doubt in doubts],
        "sections": _rows(narrative.sections_frame(prose, name)),
        "terms": _rows(narrative.terms(prose, name)),
        "indicators": _rows(indicators),
        "projects": _rows(projects),
    }
    own = {file: [{"document_id": name} | row for row in part] for file, part in rows.items()}
    return Disclosure(printed, own)


def _identified(printed: Printed, about: Metadata, prose: list[narrative.Section]) -> Identified:
    """The document's tables; none where the explanatory part is published in a file of its own."""
    try:
        return identify(printed, about.fiscal_year, about.kind)
    except NotADisclosure:
        explained = [each for each in prose if EXPLAINS.search(each.title)]
        if len(explained) < FEWEST_EXPLANATIONS:
            raise
        return Identified(about.fiscal_year, [], [])


def judged(read: Disclosure, tables: Mapping[str, Rows] | None = None) -> Disclosure:
    """The document with every claim, identity and open question of it beside what it prints.

    ``tables`` are the rows of the document that holds the tables, where that is another file.
    """
    frames = read.package
    document = read.rows["documents"][0]
    prose = narrative.sections(read.printed)
    printed_in = tables or read.rows
    ledger = Ledger(printed_in["amounts"], printed_in["tables"])
    stated = claims.check(prose, ledger, document, frames.projects)
    elsewhere = facts.gathered(stated, frames.projects, ledger)
    checks, suspects = reconcile.reconcile(frames.amounts, frames.tables, document, elsewhere)
    asked = findings.find(
        read.printed,
        prose,
        ledger,
        frames.tables,
        checks,
        stated,
        frames.indicators,
        frames.projects,
        document,
    )
    found = imply(ledger, stated, frames.projects, document)
    more = {"claims": stated, "implied": found, "checks": checks, "suspects": suspects}
    more |= {"findings": asked}
    return Disclosure(read.printed, read.rows | {name: _rows(each) for name, each in more.items()})


def pictures(path: str | Path, disclosure: Disclosure) -> dict[str, bytes]:
    """The pictures of the pages the document's numbers stand on, by file name."""
    drawn = draw_pages(path, disclosure.printed, disclosure.rows)
    return {f"p{number:03d}.webp": image for number, image in drawn.items()}


def _rows(found: pd.DataFrame) -> Rows:
    return [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]


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
        "status": "read",
        "message": "；".join([*about.contradictions, *([] if identified.tables else [NO_TABLES])]),
    }


def _reading(doubt: Doubt) -> dict[str, Any]:
    columns = list(schema()["readings"]["fields"])[1:]
    return {column: getattr(doubt, column) for column in columns}


def _table(joined: Joined, amounts: Rows) -> dict[str, Any]:
    first, last = joined.pages
    table_id = joined.table.table_id
    printed = any(row["table_id"] == table_id for row in amounts)
    return {
        "table_id": table_id,
        "title": squash(joined.title),
        "first_page": first,
        "last_page": last,
        "unit": joined.unit,
        "status": "read" if printed else "empty",
        "note": masked(joined.note),
        "rows": sum(len(part.rows) for part in joined.parts),
    }
