"""One table as Camelot found it → a grid, each cell read a second time from pdfium's glyphs."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import Any

from unitbudget.documents import Box, Cell, Grid
from unitbudget.money.text import UNREADABLE, normalise, squash
from unitbudget.reading.glyphs import Glyph, rows_of, text_of
from unitbudget.reading.placing import FULL, Lattice, Place, placed

_NUMBER = re.compile(r"[-−△(]?\d[\d,]*(?:\.\d*)?[%)]?")


def checked_grid(table: Any, page: int, glyphs: list[Glyph]) -> Grid:
    """One Camelot table as a grid, its cells checked against pdfium's glyphs."""
    lattice = Lattice(table.cells)
    seen, unclear = placed(lattice, glyphs)
    written = "".join(cell.text for row in table.cells for cell in row)
    unseen = Counter(squash(written)) - Counter(g.char for held in seen.values() for g in held)
    rows: list[list[Cell | None]] = [[None] * len(table.cells[0]) for _ in table.cells]
    for (row, column), places in lattice.places.items():
        held = rows_of(seen.get((row, column), []))
        text, second = _agreed(
            normalise("".join("".join(_written(table, places)).split("\n")).strip()),
            "".join(map(text_of, held)),
            unseen,
        )
        rows[row][column] = Cell(
            text,
            lattice.areas[row, column],
            colspan=1 + max(c for _, c in places) - column,
            rowspan=1 + max(r for r, _ in places) - row,
            second=second,
            unclear=(row, column) in unclear
            or UNREADABLE in text
            or are_two_numbers(lattice.areas[row, column], held),
        )
    lefts = tuple(cell.x1 for cell in table.cells[0])
    return Grid(page, Box(*table._bbox), tuple(tuple(row) for row in rows), lefts)


def are_two_numbers(area: Box, lines: list[list[Glyph]]) -> bool:
    """Do two lines of one cell hold a number each, because the rule between them is missing?

    A number goes on in the next line only where its own is full, or ends in a mark that says so.
    """
    for upper, lower in pairwise(lines):
        if not all(_NUMBER.fullmatch(text_of(line)) for line in (upper, lower)):
            continue
        if upper[-1].char in ".,":
            continue
        height = max(glyph.box.y1 - glyph.box.y0 for glyph in (*upper, *lower))
        room = area.x1 - area.x0 - (upper[-1].box.x1 - upper[0].box.x0)
        if room > FULL * height:
            return True
    return False


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
