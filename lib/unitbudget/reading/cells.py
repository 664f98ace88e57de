"""One table as Camelot found it → a grid, each cell read a second time from pdfium's glyphs."""

from __future__ import annotations

from collections import Counter
from typing import Any

from unitbudget.documents import Box, Cell, Grid
from unitbudget.money.text import UNREADABLE, normalise, squash
from unitbudget.reading.glyphs import Glyph, rows_of, text_of
from unitbudget.reading.placing import Lattice, Place, placed


def checked_grid(table: Any, page: int, glyphs: list[Glyph]) -> Grid:
    """One Camelot table as a grid, its cells checked against pdfium's glyphs."""
    lattice = Lattice(table.cells)
    seen, unclear = placed(lattice, glyphs)
    written = "".join(cell.text for row in table.cells for cell in row)
    unseen = Counter(squash(written)) - Counter(g.char for held in seen.values() for g in held)
    rows: list[list[Cell | None]] = [[None] * len(table.cells[0]) for _ in table.cells]
    for (row, column), places in lattice.places.items():
        text, second = _agreed(
            normalise("".join("".join(_written(table, places)).split("\n")).strip()),
            "".join(text_of(line) for line in rows_of(seen.get((row, column), []))),
            unseen,
        )
        rows[row][column] = Cell(
            text,
            lattice.areas[row, column],
            colspan=1 + max(c for _, c in places) - column,
            rowspan=1 + max(r for r, _ in places) - row,
            second=second,
            unclear=(row, column) in unclear or UNREADABLE in text,
        )
    lefts = tuple(cell.x1 for cell in table.cells[0])
    return Grid(page, Box(*table._bbox), tuple(tuple(row) for row in rows), lefts)


def _written(table: Any, places: list[Place]) -> list[str]:
    return [table.cells[row][column].text for row, column in places]


def _agreed(camelot_text: str, pdfium_text: str, unseen: Counter[str]) -> tuple[str, str | None]:
    """The text of a cell and, where the readers differ, the other reading.

    Camelot places whole lines, as high as their font says; pdfium places each glyph, as high as it
    is drawn, so it knows better what stands in which cell and in which order. Only where Camelot
    has characters that pdfium sees nowhere in the grid is the fuller text the one printed there.
    """
    one, other = squash(camelot_text), squash(pdfium_text)
    if one == other:
        return camelot_text, None
    more = Counter(one) - Counter(other)
    return (camelot_text, pdfium_text) if more & unseen else (pdfium_text, camelot_text)
