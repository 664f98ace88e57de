"""A row the page break cut in two is one row again; what the cut left blank is none."""

from __future__ import annotations

import pytest

from test_identify import BODY, HEADER, TITLE, TOTAL, WHOLE, grid, read, values

BLANK = [["", "", "", "", "", "", ""]]
CODED = [["201", "29", "", "群众团", "", "", ""]]
REST = [["", "", "", "体事务", "3.00", "1.00", "2.00"]]
FIRST = [["201", "29", "", "群众团", "3.00", "1.00", "2.00"]]
NAMED = [["", "", "", "体事务", "", "", ""]]


@pytest.mark.parametrize(
    ("above", "below"),
    [
        pytest.param(BODY + BLANK, TOTAL, id="nothing left above"),
        pytest.param(BODY[:1], BLANK + BODY[1:] + TOTAL, id="nothing left below"),
        pytest.param(BODY[:1] + CODED, REST + TOTAL, id="amounts below"),
        pytest.param(BODY[:1] + FIRST, NAMED + TOTAL, id="amounts above"),
    ],
)
@pytest.mark.parametrize("header", [[], HEADER], ids=["no header", "header repeated"])
def test_a_row_cut_by_the_page_break_is_one_row(
    above: list[list[str]], below: list[list[str]], header: list[list[str]]
) -> None:
    found = read((TITLE, [grid(HEADER + above)]), ([], [grid(header + below, 2)]))
    assert values(found) == WHOLE
    rows = [row for part in found.tables[0].parts for row in part.rows]
    assert [cell.text for cell in rows[1][:4] if cell] == ["201", "29", "", "群众团体事务"]
    assert len(rows) == 3


def test_a_total_below_the_break_is_a_row_of_its_own() -> None:
    total = [["", "", "", "合计", "", "", ""]]
    found = read((TITLE, [grid(HEADER + BODY)]), ([], [grid(total, 2)]))
    assert len([row for part in found.tables[0].parts for row in part.rows]) == 3
