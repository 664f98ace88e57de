"""Every figure of the prose, bound to what it must agree with: ``claims.csv``.

A claim holds when the stated interval meets the computed one; nothing else is a tolerance. What
nothing in the document speaks for is listed as unbound, never passed off as right.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from unitbudget.auditing.balances import changes, twins
from unitbudget.auditing.intervals import Witness, agrees, as_printed, within_last_place
from unitbudget.auditing.lists import lists
from unitbudget.auditing.mention import Mention
from unitbudget.auditing.relations import budgets, orders, repetitions, wholes
from unitbudget.auditing.rules import rule_book
from unitbudget.auditing.subjects import patterns
from unitbudget.auditing.testimony import Testimony
from unitbudget.figures import Figure, Ledger
from unitbudget.reading.narrative import Section

COLUMNS = [
    *("document_id", "section", "page", "sentence", "subject", "quantity", "value", "unit"),
    *("bound_to", "computed", "status", "reason", "x0", "y0", "x1", "y1", "cells", "rule_id"),
]
#: How the reason of a figure begins that nothing else in the document speaks for.
UNBOUND = "unbound：文件里没有第二处可以与它核对"
#: How the reason of a number begins that is no figure of the budget.
NOT_BUDGET = "not_budget"
#: How the reason begins where digits were cut off instead of rounded.
LAST_PLACE = "尾差"


def check(
    sections: Sequence[Section],
    ledger: Ledger,
    document: Mapping[str, Any],
    projects: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row for every figure the prose states: what it is bound to, and whether it holds."""
    document_id, kind = document.get("document_id", ""), str(document.get("kind", "budget"))
    spoken = Testimony(sections, ledger, kind, projects)
    related = _related(spoken, sections)
    again = dict(repetitions(spoken.mentions, spoken.finest))
    rows = []
    for place, mention in enumerate(spoken.mentions):
        spoken.binder.unread.clear()
        found = spoken.of(mention)
        unread = _not_read(spoken.binder.unread)
        if unread:
            # The table that would speak for the figure may be the one that is not read.
            found = [witness for witness in found if _agrees(spoken, mention, witness)]
        found += related.get(place, [])
        if place in again and not any(witness.hard for witness in found):
            found.append(again[place])
        rows.append(
            {"document_id": document_id} | _head(mention) | _verdict(spoken, mention, found, unread)
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _related(spoken: Testimony, sections: Sequence[Section]) -> dict[int, list[Witness]]:
    """What statements owe one another, by the place of the one that is to be checked."""
    stated, finest = spoken.mentions, spoken.finest
    related: dict[int, list[Witness]] = {}
    for place, witness in (
        *wholes(stated, finest),
        *orders(stated, finest),
        *changes(stated, finest),
        *budgets(stated, finest),
        *twins(stated, finest),
        *lists(stated, sections),
    ):
        related.setdefault(place, []).append(witness)
    return related


def _verdict(
    spoken: Testimony, mention: Mention, found: list[Witness], unread: str
) -> dict[str, Any]:
    """What speaks for the figure, what it comes to, and whether they agree."""
    if mention.quantity == "not_budget":
        return {"status": "cannot_check", "reason": f"{NOT_BUDGET}：{mention.note}"}
    agreeing = [witness for witness in found if _agrees(spoken, mention, witness)]
    failing = [witness for witness in found if witness.hard and witness not in agreeing]
    if not agreeing and not failing:
        return {"status": "cannot_check", "reason": unread or _why_not(spoken, mention)}
    shown = (failing or agreeing)[0]
    more = f"另有{len(agreeing) - 1}处相符" if len(agreeing) > 1 else ""
    return {
        "bound_to": shown.text,
        "computed": float(shown.figure.value),
        "status": "broken" if failing else "holds",
        "reason": _explain(spoken, mention, shown) if failing else more,
        "cells": ";".join(dict.fromkeys(cell for w in found for cell in w.figure.cells)),
    }


def _not_read(tables: set[str]) -> str:
    """Why a figure cannot be held against its tables; nothing where all of them are read."""
    names = "".join(f"《{rule_book().tables.get(table, table)}》" for table in sorted(tables))
    return f"{names}没有读出来" if names else ""


def _agrees(spoken: Testimony, mention: Mention, witness: Witness) -> bool:
    if mention.quantity == "direction":
        return _direction(mention.note, witness.figure.value)
    if agrees(spoken.stated(mention), witness.figure, witness.relation):
        return True
    # Trailing zeros may be left out, and so may decimals: a coarser figure is a rounding too.
    return bool(mention.value) and agrees(as_printed(mention), witness.figure, witness.relation)


def _explain(spoken: Testimony, mention: Mention, witness: Witness) -> str:
    figure = witness.figure
    if mention.quantity == "direction":
        return f"写作“{mention.note}”预算数，两数之差为 {figure.value:,.2f} 元"
    if mention.quantity == "year":
        return f"写作 {mention.printed}，应为{witness.text} {figure.value:f} 年"
    if mention.quantity == "none":
        return f"写着“{mention.printed}”，表中却印有 {_shown(figure)}"
    gap = abs(spoken.stated(mention).value - figure.value)
    told = f"按 {figure.formula} 应为" if " " in figure.formula else "表中印作"
    says = f"写作 {mention.printed}，{told} {_shown(figure)}，相差 {_shown(figure, gap)}"
    if within_last_place([figure], mention):
        return f"{LAST_PLACE}：{says}，不超过末位一个单位，像是尾数取舍不同"
    return says


def _why_not(spoken: Testimony, mention: Mention) -> str:
    if mention.quantity == "growth" and spoken.base_is_zero(mention):
        return "基数为 0，百分比无从计算"
    if mention.quantity in ("equal", "difference", "growth") and mention.basis:
        return f"{UNBOUND}（上年数没有印在文件里）"
    return UNBOUND


def _head(mention: Mention) -> dict[str, Any]:
    """Where a mention stands and what it says, before anything is compared."""
    box = mention.sentence.box
    rules = [topic["rule"] for topic in patterns()["topic"] if topic["name"] == mention.topic]
    rule = rules[0] if rules else ""
    if mention.quantity == "none":
        rule = patterns()["none"][mention.entry or 0]["rule"]
    elif mention.quantity == "year":
        rule = "S36"
    return {
        "section": mention.section.path,
        "page": mention.sentence.page,
        "sentence": mention.sentence.text,
        "subject": mention.subject,
        "quantity": mention.quantity,
        "value": float(mention.value) if mention.value is not None else None,
        "unit": mention.unit,
        "bound_to": "",
        "computed": None,
        "cells": "",
        "rule_id": "" if mention.quantity == "not_budget" else rule,
        "x0": round(box.x0, 2),
        "y0": round(box.y0, 2),
        "x1": round(box.x1, 2),
        "y1": round(box.y1, 2),
    }


def _shown(figure: Figure, value: Decimal | None = None) -> str:
    number = figure.value if value is None else value
    if figure.unit == "CNY":
        return f"{number:,.2f} 元"
    if figure.unit == "percent":
        return f"{number:.2f}%" if value is None else f"{number:.2f} 个百分点"
    return f"{number:f}"


def _direction(word: str, value: Decimal) -> bool:
    if word in ("大于", "高于"):
        return value > 0
    if word in ("小于", "低于"):
        return value < 0
    return value == 0
