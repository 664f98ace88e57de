"""One document, from its file to all its frames: the part of the story one process can tell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from unitbudget.documents import Printed, document_id_of
from unitbudget.extract import read_printed
from unitbudget.identify import Identified, Joined, identify
from unitbudget.metadata import Metadata, metadata
from unitbudget.package import Package, Rows, frame, schema
from unitbudget.text import squash
from unitbudget.tidy import amounts

KINDS = {"budget": "预算", "final_accounts": "决算"}
LEVELS = {"unit": "单位", "department": "部门"}


def read_disclosure(path: str | Path, document_id: str | None = None) -> Package:
    """One document's frames, named as in the clean package.

    Raises a ``DisclosureError`` that says where, what is printed there, and what to do.
    """
    rows = read_rows(path, document_id)
    return Package(**{name: frame(name, rows.get(name, [])) for name in schema()})


def read_rows(path: str | Path, document_id: str | None = None) -> dict[str, Rows]:
    """One document's rows for every file of the clean package."""
    path = Path(path)
    name = document_id or document_id_of(path)
    printed = read_printed(path)
    about = metadata(printed)
    identified = identify(printed, about.fiscal_year, about.kind)
    found, doubts = amounts(identified, printed.source_file)
    counted = {row["table_id"] for row in found}
    rows: dict[str, Rows] = {
        "documents": [_document(printed, about, identified)],
        "tables": [_table(joined, joined.table.table_id in counted) for joined in identified.tables],
        "amounts": found,
        "readings": [asdict(doubt) for doubt in doubts],
    }
    return {file: [{"document_id": name} | row for row in part] for file, part in rows.items()}


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
        "message": "；".join(about.contradictions),
    }


def _table(joined: Joined, has_amounts: bool) -> dict[str, Any]:
    first, last = joined.pages
    return {
        "table_id": joined.table.table_id,
        "title": squash(joined.title),
        "first_page": first,
        "last_page": last,
        "unit": joined.unit,
        "status": "read" if has_amounts else "empty",
        "note": joined.note,
        "rows": sum(len(part.rows) for part in joined.parts),
    }


def as_rows(found: pd.DataFrame | Iterable[dict[str, Any]]) -> Rows:
    """Rows of a frame or an iterable, as the package writes them."""
    if isinstance(found, pd.DataFrame):
        return [{str(key): value for key, value in row.items()} for row in found.to_dict("records")]
    return list(found)
