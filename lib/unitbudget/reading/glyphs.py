"""Glyphs with their places on a page as it is read, and the printed lines they form."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from unitbudget.documents import Box, Line, around

#: A gap wider than this share of the glyph height is a space on paper: between letters and digits,
#: and where Chinese characters or their half-empty punctuation stand beside it.
WORD_GAP, CHARACTER_GAP = 0.3, 1.1
#: Characters of a text layer that put nothing on paper.
NO_GLYPHS = frozenset("\x00\x02\u00ad\u200b\ufeff\ufffe")


class Glyph(NamedTuple):
    """One printed character, its box and the height of the line it stands on.

    ``turn`` is how far it is turned anticlockwise beside the rest of its page: 0, 90, 180 or 270.
    """

    char: str
    box: Box
    baseline: float
    turn: int = 0

    @property
    def middle(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2


def rows_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs gathered into printed rows, top to bottom, each from left to right.

    Glyphs share a row when they stand on one baseline, give or take a quarter of the tallest:
    commas hang low and quotation marks high, but all stand on the line they belong to.
    """
    glyphs = list(glyphs)
    turned = {glyph.turn for glyph in glyphs} - {0}
    rows = _rows_of([glyph for glyph in glyphs if not glyph.turn] if turned else glyphs)
    for turn in sorted(turned):
        frames = {_framed(glyph): glyph for glyph in glyphs if glyph.turn == turn}
        rows += [[frames[frame] for frame in row] for row in _rows_of(frames)]
    return rows


def _rows_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    rows: list[list[Glyph]] = []
    height = 0.0
    for glyph in sorted(glyphs, key=lambda g: -g.baseline):
        height = max(height, glyph.box.y1 - glyph.box.y0) if rows else glyph.box.y1 - glyph.box.y0
        if rows and rows[-1][0].baseline - glyph.baseline <= height / 4:
            rows[-1].append(glyph)
        else:
            rows.append([glyph])
            height = glyph.box.y1 - glyph.box.y0
    return [sorted(row, key=lambda g: g.box.x0) for row in rows]


def _framed(glyph: Glyph) -> Glyph:
    """A turned glyph in the frame of its own line, where it stands upright."""
    x0, y0, x1, y1 = glyph.box
    if glyph.turn == 90:
        box = Box(y0, -x1, y1, -x0)
    elif glyph.turn == 180:
        box = Box(-x1, -y1, -x0, -y0)
    else:
        box = Box(-y1, x0, -y0, x1)
    return Glyph(glyph.char, box, box.y0)


def text_of(row: list[Glyph], spaced: bool = False) -> str:
    """The text of one row; with ``spaced`` a wide gap on paper becomes one space."""
    if not spaced:
        return "".join(glyph.char for glyph in row)
    height = max(glyph.box.y1 - glyph.box.y0 for glyph in row)
    parts = [row[0].char]
    for before, glyph in pairwise(row):
        latin = before.char.isascii() and glyph.char.isascii()
        if glyph.box.x0 - before.box.x1 > (WORD_GAP if latin else CHARACTER_GAP) * height:
            parts.append(" ")
        parts.append(glyph.char)
    return "".join(parts)


def lines_of(glyphs: Iterable[Glyph], page: int, in_grid: bool = False) -> list[Line]:
    """The printed lines of one page."""
    return [
        Line(page, text_of(row, spaced=True), around(glyph.box for glyph in row), in_grid)
        for row in rows_of(glyphs)
    ]
