"""Rules meet layouts they were not written for: which of them may accuse a document nobody taught.

A table that was understood without a template has the rows and columns its city prints. What it
does not have is missing, never zero; that something is not printed is no mistake of it; and a rule
that fails in many of its rows is not its rule. Where a column nobody knows is part of a row, no
other sum along that row is told in full. The prose of such a document is worded its own way, too:
a figure that is printed in a table after all was only compared with the wrong one.
"""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace

from unitbudget.auditing.claims import Claim
from unitbudget.auditing.evaluate import Check
from unitbudget.auditing.ledger import Ledger
from unitbudget.money.figure import YUAN, agrees
from unitbudget.reading.vocabulary import UNCLASSIFIED

#: A rule that fails more often than this in tables nobody taught does not apply to them.
MOST_BROKEN = 0.1

OTHER_LAYOUT = "这份文件的版式没有模板，这条关系未必适用于它"
OTHER_WORDS = "这份文件的版式没有模板，这个数未必说的是表里的这一处"


def half_known(ledger: Ledger) -> set[str]:
    """The tables with a column whose heading nobody knows."""
    return {entry.table for entry in ledger.entries if UNCLASSIFIED in entry.measure}


def applying(
    checks: Sequence[Check], learned: Collection[str], half_known: Collection[str] = ()
) -> list[Check]:
    """The checks, those of rules that do not apply to a table nobody taught not accusing it."""
    if not learned:
        return list(checks)
    held, broken = Counter[tuple[int, str]](), defaultdict[tuple[int, str], list[Check]](list)
    for one in checks:
        if _touches(one, learned) and one.status == "holds":
            held[_where(one)] += 1
        elif _touches(one, learned) and one.status == "broken":
            broken[_where(one)].append(one)
    often = {
        rule: causes > MOST_BROKEN * (held[rule] + causes)
        for rule, those in broken.items()
        if (causes := _causes(those))
    }
    found = []
    for one in checks:
        accuses = one.status == "broken" and _touches(one, learned)
        doubtful = often.get(_where(one)) or not _both_printed(one)
        if accuses and (doubtful or _row_in(one, half_known)):
            outcome = replace(one.outcome, status="cannot_check", reason=OTHER_LAYOUT)
            one = replace(one, outcome=outcome)
        found.append(one)
    return found


def _causes(broken: Sequence[Check]) -> int:
    """How many different amounts checks are off by: a row, its category and the total are one."""
    sides = [(each.outcome.stated, each.outcome.computed) for each in broken]
    apart = [stated - computed for stated, computed in sides if stated and computed]
    apart.sort(key=lambda gap: gap.value)
    others = itertools.pairwise(apart)
    same = sum(not agrees(one, other) for one, other in others) + bool(apart)
    return same + len(broken) - len(apart)


def _where(one: Check) -> tuple[int, str]:
    """The rule and the table it is asked of."""
    cells = one.outcome.cells
    return id(one.rule), one.at.table or (cells[0].partition("!")[0] if cells else "")


def _touches(one: Check, learned: Collection[str]) -> bool:
    """Does it speak of a table nobody taught, or of what is not printed at all?"""
    cells = one.outcome.cells
    return not cells or any(cell.partition("!")[0] in learned for cell in cells)


def _row_in(one: Check, tables: Collection[str]) -> bool:
    """Is it a sum along one row of such a table?"""
    rows = {cell.partition("C")[0] for cell in one.outcome.cells}
    return len(rows) == 1 and rows.pop().partition("!")[0] in tables


def _both_printed(one: Check) -> bool:
    """Are both sides amounts that are printed, and not the lack of one?"""
    sides = (one.outcome.stated, one.outcome.computed)
    return all(side is not None and side.cells for side in sides)


def vouched(claims: Sequence[Claim], ledger: Ledger) -> list[Claim]:
    """The claims, those not accusing that may speak of something else in a layout nobody taught."""
    if not ledger.untaught:
        return list(claims)
    printed = {entry.value for entry in ledger.entries if entry.unit == YUAN}
    held, broken = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for one in claims:
        kind = one.rule_id, one.mention.quantity
        held[kind] += one.status == "holds"
        broken[kind] += one.status == "broken"
    found = []
    for one in claims:
        kind = one.rule_id, one.mention.quantity
        often = broken[kind] > MOST_BROKEN * (held[kind] + broken[kind])
        elsewhere = one.mention.unit == YUAN and one.mention.value in printed
        near = one.against is not None and one.against.near
        unsure = one.status == "broken" and (often or elsewhere) and not near
        found.append(replace(one, status="cannot_check", reason=OTHER_WORDS) if unsure else one)
    return found
