"""Disclosures published in two files: the tables in one, the explanation of them in another.

They belong together when both speak of one unit, one year and one kind, one has no tables and the
other no explanation. Nothing but what they print decides it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from unitbudget.package import Rows


class Known(Protocol):
    """What must be known of a document to find its companion."""

    @property
    def about(self) -> Mapping[str, Any]: ...
    @property
    def has_tables(self) -> bool: ...


Document = TypeVar("Document", bound=Known)


def companions(documents: Sequence[Document]) -> Iterator[Document | None]:
    """For each document the one whose tables it explains; none where it has tables of its own."""
    tables: dict[tuple[object, ...], list[Document]] = {}
    for each in documents:
        if each.has_tables:
            tables.setdefault(_time(each), []).append(each)
    for prose in documents:
        alone = prose.has_tables or prose.about.get("status") == "failed"
        beside = () if alone else tables.get(_time(prose), ())
        fitting = [each for each in beside if _one_body(prose, each)]
        yield fitting[0] if len(fitting) == 1 else None


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
    """Do both name one unit, be it in full or shortened?"""
    mine, theirs = str(prose.about["unit"]), str(other.about.get("unit", ""))
    return bool(mine and theirs and (mine.endswith(theirs) or theirs.endswith(mine)))


def _time(document: Known) -> tuple[object, ...]:
    """The year and kind a document speaks of: those of one body's files are the same."""
    return document.about.get("fiscal_year"), document.about.get("kind")
