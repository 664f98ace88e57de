"""Cells read in two ways, decided by what the document itself adds up to.

Where the two readers see different amounts, the identities of the document are asked: the reading
that leaves fewer of them broken is right. Where they favour neither, we refuse to guess: the
table is left unread.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from unitbudget.auditing.evaluate import Evaluator
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.reconcile import expand
from unitbudget.errors import NoRules, UnsureReading
from unitbudget.package import Rows
from unitbudget.reading.tidy import Doubt


def settled(
    rows: Rows, doubts: list[Doubt], tables: Rows, document: Mapping[str, Any]
) -> tuple[Rows, list[Doubt], dict[str, UnsureReading]]:
    """The amounts with every doubtful cell decided, the doubts with what was taken, the refusals.

    A refusal belongs to a table of which two readings of a cell leave equally many identities
    broken; nothing of that table is kept.
    """
    decided: list[Doubt] = []
    unsure: dict[str, UnsureReading] = {}
    for doubt in doubts:
        if doubt.other is None or doubt.table_id in unsure:
            decided.append(doubt)
            continue
        changed = [row for row in rows if row["cell"] != doubt.cell] + [doubt.other]
        kept, other = (_broken(each, tables, document) for each in (rows, changed))
        if kept == other:
            unsure[doubt.table_id] = _unsure(doubt, document)
            rows = [row for row in rows if row["table_id"] != doubt.table_id]
            tables = [row for row in tables if row["table_id"] != doubt.table_id]
        elif other < kept:
            order = {row["cell"]: place for place, row in enumerate(rows)}
            rows = sorted(changed, key=lambda row: order.get(row["cell"], len(order)))
            doubt = replace(doubt, taken=doubt.other["printed"])
        decided.append(doubt)
    return rows, [doubt for doubt in decided if doubt.table_id not in unsure], unsure


def unvouched(
    rows: Rows, tables: Rows, document: Mapping[str, Any], doubted: Mapping[str, str]
) -> dict[str, NoRules]:
    """The tables whose rules are in doubt and that do not add up as read: nothing of them is kept.

    What is read with other rules than are to be seen has no witness but the sums it takes part in.
    None within the table may be broken, and most columns of amounts must have one that holds.
    ``doubted`` says why, by table.
    """
    if not doubted:
        return {}
    checks = expand(Evaluator(Ledger(rows, tables)), str(document["kind"]))
    held = {cell for one in checks if one.status == "holds" for cell in one.outcome.cells}
    broken = {one.outcome.cells for one in checks if one.status == "broken"} - {()}
    found: dict[str, NoRules] = {}
    for table in tables:
        own = [row for row in rows if row["table_id"] == table["table_id"]]
        cells = {row["cell"] for row in own}
        columns = {row["column"] for row in own}
        seen = {row["column"] for row in own if row["cell"] in held}
        wrong = len(seen) * 2 < len(columns) or any(cells.issuperset(b) for b in broken)
        if table["table_id"] in doubted and wrong:
            found[table["table_id"]] = NoRules(
                f"{document['source_file']} 第{table['first_page']}页「{table['title']}」",
                f"{doubted[table['table_id']]}，按栏目位置读出的数在表内合计不上",
                "请换用带表格线的原始 PDF；没有把握的表我们不读",
            )
    return found


def _unsure(doubt: Doubt, document: Mapping[str, Any]) -> UnsureReading:
    return UnsureReading(
        f"{document['source_file']} 第{doubt.page}页 {doubt.cell}",
        f"两种读法不同（「{doubt.first}」与「{doubt.second}」），而表内勾稽分不出哪个对",
        "请对照原件核对这一格，或换用文字层完好的 PDF",
    )


def _broken(rows: Rows, tables: Rows, document: Mapping[str, Any]) -> int:
    """How many identities of the document do not hold."""
    checks = expand(Evaluator(Ledger(rows, tables)), str(document["kind"]))
    return sum(check.status == "broken" for check in checks)
