"""Cells read in two ways, decided by what the document itself adds up to.

Where the two readers see different amounts, the identities of the document are asked: the reading
that leaves fewer of them broken is right. Where they favour neither, we refuse to guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from unitbudget.errors import UnsureReading
from unitbudget.figures import Ledger
from unitbudget.package import Rows
from unitbudget.reading.tidy import Doubt
from unitbudget.reconciling.reconcile import evaluator_for, expand


def settled(
    rows: Rows, doubts: list[Doubt], tables: Rows, document: Mapping[str, Any]
) -> tuple[Rows, list[Doubt]]:
    """The amounts with every doubtful cell decided, and the doubts with what was taken.

    Raises ``UnsureReading`` where two readings of a cell leave equally many identities broken.
    """
    decided = []
    for doubt in doubts:
        if doubt.other is None:
            decided.append(doubt)
            continue
        changed = [row for row in rows if row["cell"] != doubt.cell] + [doubt.other]
        kept, other = (_broken(each, tables, document) for each in (rows, changed))
        if kept == other:
            raise UnsureReading(
                f"{document['source_file']} 第{doubt.page}页 {doubt.cell}",
                f"两种读法不同（「{doubt.first}」与「{doubt.second}」），而表内勾稽分不出哪个对",
                "请对照原件核对这一格，或换用文字层完好的 PDF",
            )
        if other < kept:
            order = {row["cell"]: place for place, row in enumerate(rows)}
            rows = sorted(changed, key=lambda row: order.get(row["cell"], len(order)))
            doubt = replace(doubt, taken=doubt.other["printed"])
        decided.append(doubt)
    return rows, decided


def _broken(rows: Rows, tables: Rows, document: Mapping[str, Any]) -> int:
    """How many identities of the document do not hold."""
    checks = expand(evaluator_for(Ledger(rows, tables)), str(document["kind"]))
    return sum(check.status == "broken" for check in checks)
