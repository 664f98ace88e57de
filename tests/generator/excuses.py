"""Why a planted mistake cannot be noticed: nothing else in the document speaks of it.

Each excuse is worked out from what the checkers said of the clean twin, so that a mistake which has
a second witness and still gets through is never excused.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from generator.mutants import Document, Mutant

ALONE = "no second witness"
BOUNDED = "only bounded by another figure"
ROUNDED = "within what rounding leaves open"
ONE_SUM = "moved inside one sum"
ONE_TABLE = "code and name stand in one table only"

_UNITS = (Decimal(1), Decimal(10_000))


def of_cells(mutant: Mutant, document: Document, checks: pd.DataFrame, claims: pd.DataFrame) -> str:
    """Why nobody can notice a mistake in a table; nothing where somebody could."""
    if mutant.kind == "duplicated row":
        return ""
    if mutant.kind in ("renamed item", "wrong code"):
        return ONE_TABLE if _coded_once(mutant, document) else ""
    witnesses = list(_witnesses(mutant, checks, claims))
    if not witnesses:
        return ALONE
    tables = {cell.partition("!")[0] for cell in mutant.cells}
    equal = [cells for says, _, cells in witnesses if "不超过" not in says]
    alone = all({cell.partition("!")[0] for cell in cells} <= tables for cells in equal)
    if mutant.kind in ("swapped rows", "swapped columns"):
        return ONE_SUM if alone else ""
    if all("不超过" in says for says, _, _ in witnesses):
        return BOUNDED
    change = _largest_change(mutant, document)
    if change and all(allowed >= change or "不超过" in says for says, allowed, _ in witnesses):
        return ROUNDED
    return ""


def _coded_once(mutant: Mutant, document: Document) -> bool:
    """Does no other table print a row of this code?"""
    own = [row for row in document.amounts if row["cell"] in mutant.cells]
    keys = ("function_code", "economic_code")
    codes = {tuple(row[key] for key in keys) for row in own}
    tables = {row["table_id"] for row in own}
    return not any(
        tuple(row[key] for key in keys) in codes and row["table_id"] not in tables
        for row in document.amounts
    )


def _witnesses(
    mutant: Mutant, checks: pd.DataFrame, claims: pd.DataFrame
) -> Iterator[tuple[str, Decimal, set[str]]]:
    """What spoke of the cells while they were right: what it said, what it allowed, its cells."""
    for row in checks[checks["status"] == "holds"].to_dict("records"):
        cells = set(str(row["cells"]).split(";"))
        of_amounts = row["allowed"] is not None and row["allowed"] == row["allowed"]
        if cells & mutant.cells and of_amounts:
            yield str(row["says"]), Decimal(str(row["allowed"])), cells
    for row in claims[claims["status"] == "holds"].to_dict("records"):
        cells = set(str(row["cells"]).split(";"))
        if cells & mutant.cells:
            half = Decimal(50) if "万元" in str(row["sentence"]) else Decimal(0)
            yield str(row["bound_to"]), half * (1 + len(cells)), cells | {"prose!"}


def _largest_change(mutant: Mutant, document: Document) -> Decimal:
    now = {row["cell"]: Decimal(str(row["value"])) for row in mutant.document.amounts}
    before = {row["cell"]: Decimal(str(row["value"])) for row in document.amounts}
    changes = [abs(before.get(c, Decimal(0)) - now.get(c, Decimal(0))) for c in mutant.cells]
    return max(changes, default=Decimal(0))


def of_prose(mutant: Mutant, claims: pd.DataFrame) -> str:
    """Why nobody can notice a mistake in a sentence; nothing where somebody could."""
    if mutant.figure is None:
        return ""
    values = {mutant.figure * unit for unit in _UNITS}
    about = [
        row
        for row in claims.to_dict("records")
        if row["sentence"] in mutant.before and abs(Decimal(str(row["value"] or 0))) in values
    ]
    if about and all(row["status"] == "cannot_check" for row in about):
        return ALONE
    if about and all(_only_bounds(row) for row in about):
        return BOUNDED
    return ""


def _only_bounds(claim: dict[Hashable, Any]) -> bool:
    """Money under performance management is a part of the project money, not all of it."""
    bounds = ("不超过", "不小于")
    return claim["rule_id"] == "R35" or str(claim["bound_to"]).startswith(bounds)
