"""Disclosures published in two files: the tables in one, the explanation of them in another.

They belong together when both speak of one unit, one year and one kind, one has no tables and the
other no explanation. Nothing but what they print decides it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from unitbudget.package import Rows


class Known(Protocol):
    """What must be known of a document to find its companion."""

    @property
    def about(self) -> Mapping[str, Any]: ...
    @property
    def has_tables(self) -> bool: ...


Document = TypeVar("Document", bound=Known)


def companion(prose: Document, others: Sequence[Document]) -> Document | None:
    """The document whose tables this one explains; none where it has tables of its own."""
    if prose.about.get("status") == "failed" or prose.has_tables:
        return None
    fitting = [other for other in others if other.has_tables and _one_body(prose, other)]
    return fitting[0] if len(fitting) == 1 else None


def pointing(rows: Mapping[str, Rows], tables: Mapping[str, Rows]) -> dict[str, Rows]:
    """The rows of an explanation whose cells are those of the document beside it."""
    name = tables["documents"][0]["document_id"]
    cells = {row["cell"] for row in tables["amounts"]}
    told = {file: [_pointing(row, cells, name) for row in part] for file, part in rows.items()}
    told["documents"] = [told["documents"][0] | {"message": f"表格见 {name}"}]
    return told


def _pointing(row: Mapping[str, Any], cells: set[str], document_id: str) -> dict[str, Any]:
    """A row whose cells say which document they stand in."""
    if not row.get("cells"):
        return dict(row)
    named = (f"{document_id}:{each}" if each in cells else each for each in row["cells"].split(";"))
    return {**row, "cells": ";".join(named)}


def _one_body(prose: Known, other: Known) -> bool:
    """Do both name one unit, be it in full or shortened, one year and one kind?"""
    mine, theirs = str(prose.about["unit"]), str(other.about.get("unit", ""))
    same = mine and theirs and (mine.endswith(theirs) or theirs.endswith(mine))
    return bool(same) and all(
        prose.about[key] == other.about.get(key) for key in ("fiscal_year", "kind")
    )
