"""Text that runs over its cell is placed as it was printed, or said to be unclear."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from unitbudget.documents import Box
from unitbudget.reading.glyphs import Glyph
from unitbudget.reading.placing import Lattice, placed

WIDE, HIGH, TALL = 60.0, 12.0, 10.0


def lattice(rows: int, columns: int) -> Lattice:
    """Cells of one size, the first row from 100 downwards."""
    return Lattice([
        [
            SimpleNamespace(
                x1=c * WIDE, x2=(c + 1) * WIDE, y1=100 - (r + 1) * HIGH, y2=100 - r * HIGH,
                left=True, top=True,
            )
            for c in range(columns)
        ]
        for r in range(rows)
    ])  # fmt: skip


def line(text: str, x: float, y: float, wide: float = TALL) -> list[Glyph]:
    """One line, its glyphs side by side, its foot at that height."""
    boxes = [Box(x + i * wide, y, x + (i + 1) * wide - 1, y + TALL) for i in range(len(text))]
    return [Glyph(char, box, y) for char, box in zip(text, boxes, strict=True)]


def texts(rows: int, columns: int, *lines: list[Glyph]) -> dict[tuple[int, int], str]:
    found, unclear = placed(lattice(rows, columns), [glyph for each in lines for glyph in each])
    return {
        place: "?" if place in unclear else "".join(glyph.char for glyph in held)
        for place, held in found.items()
    }


#: The foot of a line in the middle of the second row, and of two lines set around that middle.
MIDDLE, UPPER, LOWER = 77.0, 83.0, 71.0


@pytest.mark.parametrize(
    ("lines", "read"),
    [
        pytest.param(
            [line("甲类", 2, 89), line("乙类", 2, MIDDLE), line("丙类", 2, 65)],
            {(0, 0): "甲类", (1, 0): "乙类", (2, 0): "丙类"},
            id="each in its cell",
        ),
        pytest.param(
            [line("11", 62, MIDDLE, 6), line("基本养老保", 2, UPPER), line("险缴费", 2, LOWER),
             line("22", 122, MIDDLE, 6)],
            {(1, 1): "11", (1, 0): "基本养老保险缴费", (1, 2): "22"},
            id="a name of two lines in a row of one",
        ),
        pytest.param(
            [line("基本养老保", 2, 95), line("险缴费", 2, 83), line("1.00", 62, 89, 6)],
            {(0, 0): "基本养老保险缴费", (0, 1): "1.00"},
            id="a name that begins above the table",
        ),
        pytest.param(
            [line("3875400.00", 52, MIDDLE, 6)],
            {(1, 1): "3875400.00"},
            id="an amount wider than its column",
        ),
        pytest.param(
            [line("3875400.00", 36, MIDDLE, 6)], {(1, 1): "?"}, id="an amount between two columns"
        ),
        pytest.param(
            [line("短名", 2, UPPER), line("长名长名长", 2, MIDDLE - 1)],
            {(1, 0): "?"},
            id="two texts printed over each other",
        ),
    ],
)  # fmt: skip
def test_text_is_placed_as_it_was_printed(
    lines: list[list[Glyph]], read: dict[tuple[int, int], str]
) -> None:
    assert texts(3, 3, *lines) == read
