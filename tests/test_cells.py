"""Where two readers differ, the one that knows better is believed, and the other remembered."""

from __future__ import annotations

from types import SimpleNamespace

from examples import examples
from unitbudget.documents import Box
from unitbudget.reading.cells import checked_grid
from unitbudget.reading.glyphs import Glyph


def table_of(camelot: list[str], pdfium: list[str]) -> tuple[SimpleNamespace, int, list[Glyph]]:
    """One column of cells, as two readers see it."""
    cells, glyphs = [], []
    for number, text in enumerate(camelot):
        edges = {"x1": 0, "x2": 200, "y1": 80 - 20 * number, "y2": 100 - 20 * number}
        cells.append([SimpleNamespace(**edges, left=True, top=True, text=text)])
    for number, text in enumerate(pdfium):
        for place, char in enumerate(text):
            y = 85 - 20 * number
            glyphs.append(Glyph(char, Box(10 * place, y, 10 * place + 8, y + 8), y))
    table = SimpleNamespace(_bbox=(0, 100 - 20 * len(camelot), 200, 100), cells=cells)
    return table, 1, glyphs


def read(camelot: list[str], pdfium: list[str]) -> list[tuple[str, str | None]]:
    grid = checked_grid(*table_of(camelot, pdfium))
    return [(row[0].text, row[0].second) for row in grid.rows if row[0]]


@examples("camelot, pdfium, taken")
def test_the_better_reading_is_taken(
    camelot: list[str], pdfium: list[str], taken: list[str]
) -> None:
    read_twice = read(camelot, pdfium)
    assert [text for text, _ in read_twice] == taken
    assert all(second is not None for _, second in read_twice)


def test_where_both_agree_there_is_one_reading() -> None:
    assert read(["合 计"], ["合计"]) == [("合 计", None)]


def test_a_cell_in_a_broken_font_is_unclear() -> None:
    (row,) = checked_grid(*table_of(["住房公\x01金"], ["住房公\ufffd金"])).rows
    assert row[0] and row[0].unclear
