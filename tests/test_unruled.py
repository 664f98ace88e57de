"""Tables without rules: each number in exactly one column and row, adding up, or none of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest

from generator.disclosures import blocks
from generator.drawing import draw
from generator.sheets import Sheet
from generator.styles import by_name
from generator.typeset import typeset
from unitbudget import read_disclosure
from unitbudget.documents import Box
from unitbudget.reading.glyphs import Word
from unitbudget.reading.templates import Family, Table, families
from unitbudget.reading.unruled_columns import columns_of_words, strips_of
from unitbudget.reading.unruled_header import Header, header_of
from unitbudget.reading.unruled_rows import rows_between

HEIGHT = 8.0
NAMES, AMOUNTS = (0,), (1,)


def word(text: str, middle: float, y: float, width: float = 0.0) -> Word:
    half = (width or len(text) * HEIGHT) / 2
    return Word(text, Box(middle - half, y, middle + half, y + HEIGHT), y, HEIGHT)


def flush(text: str, right: float, y: float) -> Word:
    width = len(text) * HEIGHT / 2
    return Word(text, Box(right - width, y, right, y + HEIGHT), y, HEIGHT)


HEADING = [
    word("功能分类科目编码", 60, 690),
    word("功能分类科目名称", 180, 690),
    word("支出预算", 370, 700),
    word("合计", 290, 680),
    word("基本支出", 370, 680),
    word("项目支出", 450, 680),
]
#: The right edges of the columns of amounts: 80 points wide, 3 points blank.
EDGES = (327, 407, 487)


def expenditure() -> list[Table]:
    known: list[Family] = [each for each in families() if each.name == "shanghai-budget-2020"]
    return [table for each in known for table in each.tables if table.table_id == "expenditure"]


def heading(words: list[Word]) -> Header | None:
    return header_of(words, expenditure(), 2020, [flush("3.00", edge, 650) for edge in EDGES])


def known_heading() -> Header:
    header = heading(HEADING)
    assert header is not None
    return header


# --- columns ----------------------------------------------------------------------------------


def test_headings_are_columns_and_what_reaches_over_them() -> None:
    header = known_heading()
    assert [column.text for column in header.columns][2:] == ["合计", "基本支出", "项目支出"]
    assert [(each.text, each.first, each.last) for each in header.upper] == [("支出预算", 2, 4)]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(HEADING[:-1], id="one missing"),
        pytest.param([*HEADING, word("预备费", 530, 680)], id="one nobody knows"),
        pytest.param([word("支出预算", 520, 700), *HEADING[:2], *HEADING[3:]], id="not centred"),
    ],
)
def test_what_is_not_exactly_a_known_heading_is_none(words: list[Word]) -> None:
    assert heading(words) is None


def test_a_number_beside_its_heading_is_in_the_column_it_is_set_in() -> None:
    words = [
        flush(text, edge, 650) for text, edge in zip(("12.00", "9.00", "3.00"), EDGES, strict=True)
    ]
    words += [
        flush(text, edge, 630) for text, edge in zip(("1.00", "1.00"), EDGES[:2], strict=True)
    ]
    columns = columns_of_words(known_heading(), words)
    assert columns is not None
    assert [columns[id(each)] for each in words] == [2, 3, 4, 2, 3]
    strips = strips_of(known_heading(), words, columns)
    assert all(left[1] < right[0] for left, right in pairwise(strips))


def test_numbers_at_different_edges_are_in_no_column() -> None:
    words = [flush("12.00", 327, 650), flush("3.00", 320, 630), flush("9.00", 407, 650)]
    assert columns_of_words(known_heading(), words) is None


def test_a_number_below_no_heading_is_in_no_column() -> None:
    lost = flush("5.00", 230, 650)
    columns = columns_of_words(known_heading(), [lost, flush("12.00", 327, 650)])
    assert columns is not None and id(lost) not in columns


# --- rows -------------------------------------------------------------------------------------


def names(*lines: tuple[str, float]) -> list[tuple[int, Word]]:
    return [(0, word(text, 100, y)) for text, y in lines]


def numbers(*lines: tuple[str, float]) -> list[tuple[int, Word]]:
    return [(1, flush(text, 300, y)) for text, y in lines]


@pytest.mark.parametrize(
    "second",
    [pytest.param(y, id=how) for y, how in ((600, "first"), (595, "middle"), (590, "last"))],
)
def test_a_wrapped_name_is_one_row_however_its_amount_stands(second: float) -> None:
    placed = names(("教育", 620), ("机关事业单位养老保", 600), ("险缴费", 590), ("合计", 570))
    placed += numbers(("1.00", 620), ("2.00", second), ("3.00", 570))
    rows = rows_between(placed, NAMES, AMOUNTS, HEIGHT)
    assert rows is not None
    assert [len(piece.lines) for row in rows for piece in row.pieces if piece.column == 0] == [
        1, 2, 1
    ]  # fmt: skip


@pytest.mark.parametrize(
    "placed",
    [
        pytest.param(names(("教育", 620)) + numbers(("1.00", 620), ("2.00", 600)), id="no name"),
        pytest.param(
            names(("教育", 620)) + numbers(("1.00", 620)) + [(1, flush("2.00", 270, 620))],
            id="two amounts in one place",
        ),
        pytest.param(
            names(("教育", 620), ("支出", 611), ("合计", 590))
            + numbers(("1.00", 605), ("2.00", 590)),
            id="an amount on no line",
        ),
    ],
)
def test_rows_that_cannot_be_told_are_none(placed: list[tuple[int, Word]]) -> None:
    assert rows_between(placed, NAMES, AMOUNTS, HEIGHT) is None


# --- the document's own sums --------------------------------------------------------------------


def test_what_does_not_add_up_is_not_read_without_rules(tmp_path: Path) -> None:
    """Printed so or read so: without rules nobody can tell, so nothing of the table is kept."""
    made = blocks(draw(Random(7)), by_name("no-rules"), "shanghai-budget-2020")
    wrong = [
        _one_digit_more(b) if isinstance(b, Sheet) and b.table_id == "revenue" else b for b in made
    ]
    (tmp_path / "document.pdf").write_bytes(typeset(wrong, by_name("no-rules")).pdf)
    read = read_disclosure(tmp_path / "document.pdf")
    tables = read.tables.set_index("table_id")
    assert tables["status"].to_dict() == dict.fromkeys(tables.index, "read") | {
        "government_managed_funds": "empty",
        "revenue": "unread",
    }
    assert "按栏目位置读出的数在表内合计不上" in tables["note"]["revenue"]
    assert "revenue" not in set(read.amounts["table_id"])


def _one_digit_more(sheet: Sheet) -> Sheet:
    first = list(sheet.cells[1])
    place = next(n for n, text in enumerate(first) if "." in text)
    first[place] = "9" + first[place].replace(",", "")
    return replace(sheet, cells=(sheet.cells[0], tuple(first), *sheet.cells[2:]))
