"""One table as Camelot found it → a grid, each cell read a second time from pdfium's glyphs."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import Any

from unitbudget.documents import Box, Cell, Grid
from unitbudget.reading.glyphs import Glyph, rows_of, text_of
from unitbudget.text import normalise, squash

#: Row and column of a grid, from 0.
Place = tuple[int, int]


def checked_grid(table: Any, page: int, glyphs: list[Glyph]) -> Grid:
    """One Camelot table as a grid, its cells checked against pdfium's glyphs."""
    x0, y0, x1, y1 = table._bbox
    box = Box(x0, y0, x1, y1)
    owners = _owners(table.cells)
    seen = _seen(table, glyphs, owners)
    extents: dict[Place, list[Place]] = {}
    for place, owner in owners.items():
        extents.setdefault(owner, []).append(place)
    written = "".join(cell.text for row in table.cells for cell in row)
    unseen = Counter(squash(written)) - Counter(glyph.char for glyph in glyphs)
    rows: list[list[Cell | None]] = [[None] * len(table.cells[0]) for _ in table.cells]
    for (row, column), places in extents.items():
        parts = [table.cells[r][c] for r, c in places]
        area = Box(
            min(p.x1 for p in parts),
            min(p.y1 for p in parts),
            max(p.x2 for p in parts),
            max(p.y2 for p in parts),
        )
        text, second = _agreed(
            normalise("".join("".join(p.text for p in parts).split("\n")).strip()),
            "".join(text_of(line) for line in rows_of(seen.get((row, column), []))),
            unseen,
        )
        rows[row][column] = Cell(
            text,
            area,
            colspan=1 + max(c for _, c in places) - column,
            rowspan=1 + max(r for r, _ in places) - row,
            second=second,
        )
    lefts = tuple(cell.x1 for cell in table.cells[0])
    return Grid(page, box, tuple(tuple(row) for row in rows), lefts)


def _agreed(camelot_text: str, pdfium_text: str, unseen: Counter[str]) -> tuple[str, str | None]:
    """The text of a cell and, where the readers differ, the other reading.

    Camelot places whole lines, as high as their font says; pdfium places each glyph, as high as it
    is drawn, so it knows better what stands in which cell and in which order. Only where Camelot
    has characters that pdfium did not see is the fuller text the one printed there.
    """
    one, other = squash(camelot_text), squash(pdfium_text)
    if one == other:
        return camelot_text, None
    more = Counter(one) - Counter(other)
    return (camelot_text, pdfium_text) if more & unseen else (pdfium_text, camelot_text)


def _owners(cells: list[list[Any]]) -> dict[Place, Place]:
    """For each place the top left place of the merged cell it belongs to."""
    owners: dict[Place, Place] = {}
    for r, row in enumerate(cells):
        for c, cell in enumerate(row):
            if c and not cell.left:
                owners[r, c] = owners[r, c - 1]
            elif r and not cell.top:
                owners[r, c] = owners[r - 1, c]
            else:
                owners[r, c] = (r, c)
    return owners


def _seen(table: Any, glyphs: list[Glyph], owners: dict[Place, Place]) -> dict[Place, list[Glyph]]:
    """The glyphs printed in each cell, merged cells under their top left place."""
    lefts = [cell.x1 for cell in table.cells[0]]
    tops = [-row[0].y2 for row in table.cells]
    right, bottom = table.cells[0][-1].x2, table.cells[-1][0].y1
    found: dict[Place, list[Glyph]] = {}
    for glyph in glyphs:
        x, y = glyph.middle
        if lefts[0] <= x <= right and bottom <= y <= -tops[0]:
            place = bisect_right(tops, -y) - 1, bisect_right(lefts, x) - 1
            found.setdefault(owners[place], []).append(glyph)
    return found
