"""Right amounts in wrong places: a number one column off, two rows or columns exchanged.

Either breaks identities by exactly the amount, or by exactly the difference of the two; put right,
everything holds. Only such places are tried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from typing import NamedTuple

from unitbudget.auditing.checks import Check
from unitbudget.auditing.evaluate import Evaluator
from unitbudget.auditing.places import Places
from unitbudget.auditing.sides import Column, Side
from unitbudget.entries import Entry
from unitbudget.figures import ZERO
from unitbudget.money.text import heading

#: How many places to try in one document, the first broken check's first.
TRIALS = 40


class Misplaced(NamedTuple):
    """Amounts put where they may belong: what would stand in their cells, and what that mends."""

    values: dict[str, Decimal]
    mends: int
    spoils: int


def best(evaluator: Evaluator, checks: Sequence[Check]) -> Misplaced:
    """The rearrangement that mends most and spoils least."""
    broken = [check for check in checks if check.status == "broken"]
    holding = [check for check in checks if check.status == "holds"]
    found = Misplaced({}, 0, 0)
    for places, values in islice(_rearrangements(evaluator, broken), TRIALS):
        put_right = evaluator.with_places(places)
        mends = sum(_holds(put_right, check) for check in broken)
        if mends > found.mends - found.spoils:
            spoils = sum(not _holds(put_right, check) for check in holding)
            found = max(found, Misplaced(values, mends, spoils), key=_explained)
    return found


def _explained(misplaced: Misplaced) -> int:
    return misplaced.mends - misplaced.spoils


def _holds(evaluator: Evaluator, check: Check) -> bool:
    outcome = check.again(evaluator)
    return outcome is None or outcome.status == "holds"


def _rearrangements(
    evaluator: Evaluator, broken: list[Check]
) -> Iterator[tuple[Places, dict[str, Decimal]]]:
    """The document with amounts put elsewhere, and the cells of those amounts."""
    seen: set[object] = set()
    for check in broken:
        off = abs(check.outcome.difference or ZERO)
        for cell in check.outcome.cells if off else ():
            entry = evaluator.ledger.by_cell[cell]
            side = evaluator.places.side(entry.table, entry.direction)
            if side is None or _key(entry) not in side.rows:
                continue
            if (cell, off) not in seen:
                seen.add((cell, off))
                if abs(entry.value) == off:
                    yield from _moved(evaluator.places, side, entry)
                yield from _traded(evaluator.places, side, entry, off)
            for other in _apart(side, entry, off):
                if (pair := frozenset((entry.code, other, id(side)))) not in seen:
                    seen.add(pair)
                    yield _swapped(evaluator.places, side, entry, other)


def _key(entry: Entry) -> str:
    """What the row of an amount goes by."""
    return entry.code or heading(entry.name)


def _moved(places: Places, side: Side, entry: Entry) -> Iterator[tuple[Places, dict[str, Decimal]]]:
    """The amount in each blank column of its row."""
    row = side.rows[_key(entry)]
    for column, unit in side.columns.items():
        if column in row or unit != entry.unit:
            continue
        rest = {at: other for at, other in row.items() if other.cell != entry.cell}
        moved = replace(entry, measure=column.measure, year=column.year, phase=column.phase)
        rows = side.rows | {_key(entry): rest | {column: moved}}
        yield places.rearranged(entry.table, entry.direction, rows), {entry.cell: ZERO}


def _traded(
    places: Places, side: Side, entry: Entry, off: Decimal
) -> Iterator[tuple[Places, dict[str, Decimal]]]:
    """The amount and each other one of its row that differs by so much, in each other's column."""
    row = side.rows[_key(entry)]
    for column, other in row.items():
        if other.unit != entry.unit or abs(other.value - entry.value) != off:
            continue
        mine = Column(entry.measure, entry.year, entry.phase)
        traded = {
            column: replace(other, value=entry.value),
            mine: replace(entry, value=other.value),
        }
        rows = side.rows | {_key(entry): row | traded}
        values = {entry.cell: other.value, other.cell: entry.value}
        yield places.rearranged(entry.table, entry.direction, rows), values


def _apart(side: Side, entry: Entry, off: Decimal) -> list[str]:
    """The other codes of its level whose amount in this column differs by exactly so much."""
    if not entry.code:
        return []
    column = Column(entry.measure, entry.year, entry.phase)
    return [
        code
        for code in side.codes
        if len(code) == len(entry.code)
        and (other := side.rows[code].get(column))
        and abs(other.value - entry.value) == off
    ]


def _swapped(
    places: Places, side: Side, entry: Entry, other: str
) -> tuple[Places, dict[str, Decimal]]:
    """Two rows with each other's amounts."""
    one, two = side.rows[entry.code], side.rows[other]
    values = {each.cell: _value(two, at) for at, each in one.items()}
    values |= {each.cell: _value(one, at) for at, each in two.items()}
    rows = side.rows | {entry.code: two, other: one}
    return places.rearranged(entry.table, entry.direction, rows), values


def _value(row: dict[Column, Entry], column: Column) -> Decimal:
    return row[column].value if column in row else ZERO
