"""Two readings of one cell: the document's own sums decide, or nobody does."""

from __future__ import annotations

from typing import Any

import pytest

from unitbudget.auditing.rereading import settled
from unitbudget.errors import UnsureReading
from unitbudget.money.amounts import parse
from unitbudget.package import Package
from unitbudget.reading.tidy import Doubt


def doubtful(row: dict[str, Any], first: str, second: str) -> tuple[dict[str, Any], Doubt]:
    """A row read as ``first``, and the doubt that it may be ``second``."""
    readings = []
    for text in (first, second):
        amount = parse(text)
        assert amount is not None
        readings.append(row | {"value": amount.value, "printed": amount.printed})
    taken, other = readings
    place = row["table_id"], row["row"], row["column"], row["page"]
    return taken, Doubt(*place, first, second, taken["printed"], other)


@pytest.mark.parametrize("right_first", [True, False])
def test_the_reading_that_adds_up_is_taken(first: Package, right_first: bool) -> None:
    rows = first.amounts.to_dict("records")
    place = next(i for i, row in enumerate(rows) if row["cell"] == "expenditure!R3C5")
    right, wrong = rows[place]["printed"], "9" + rows[place]["printed"]
    rows[place], doubt = doubtful(rows[place], *((right, wrong) if right_first else (wrong, right)))
    document = first.documents.to_dict("records")[0]
    decided, (after,), unsure = settled(rows, [doubt], first.tables.to_dict("records"), document)
    assert [row["cell"] for row in decided] == list(first.amounts["cell"])
    assert decided[place]["printed"] == right
    assert after.taken == right
    assert unsure == {}


def test_where_the_sums_favour_neither_nobody_guesses(first: Package) -> None:
    """Alone in its table, without a total, an amount has no witness: the table is not kept."""
    rows = first.amounts[first.amounts["cell"] == "expenditure!R3C5"].to_dict("records")
    rows[0], doubt = doubtful(rows[0], "1.00", "2.00")
    document = first.documents.to_dict("records")[0]
    tables = first.tables.query("table_id == 'expenditure'").to_dict("records")
    decided, doubts, unsure = settled(rows, [doubt], tables, document)
    assert (decided, doubts) == ([], [])
    assert list(unsure) == ["expenditure"]
    assert isinstance(unsure["expenditure"], UnsureReading)
    assert "「1.00」与「2.00」" in str(unsure["expenditure"])
