"""Every glyph of a page with its place, read by pdfium, and the printed lines they form.

Places are measured on the page as it is read: a page stored with ``/Rotate 90`` is turned
upright first, so that they agree with the ruled grids.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import NamedTuple

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from unitbudget.documents import Box, Line, around
from unitbudget.money.text import normalise

#: A gap wider than this share of the glyph height is a space on paper: between letters and digits,
#: and where Chinese characters or their half-empty punctuation stand beside it.
WORD_GAP, CHARACTER_GAP = 0.3, 1.1
#: Without rules, Chinese characters further apart than this belong to two columns.
COLUMN_GAP = 0.45
HALF_EMPTY = frozenset("（）［］【】、，。：；“”‘’《》·")
_FEN = re.compile(r"\d\.\d\d$")
#: Characters of a text layer that put nothing on paper.
NO_GLYPHS = frozenset("\x00\x02\u00ad\u200b\ufeff\ufffe")


class Glyph(NamedTuple):
    """One printed character, its box and the height of the line it stands on."""

    char: str
    box: Box
    baseline: float

    @property
    def middle(self) -> tuple[float, float]:
        x0, y0, x1, y1 = self.box
        return (x0 + x1) / 2, (y0 + y1) / 2


class Word(NamedTuple):
    """Characters that stand close together on one line."""

    text: str
    box: Box
    baseline: float
    height: float


def page_glyphs(page: pdfium.PdfPage) -> list[Glyph]:
    """The page's glyphs in stored order, each box once.

    Some programs print a glyph twice at the same place (bold by overprinting, hidden text layers);
    on paper that is one glyph.
    """
    text_page = page.get_textpage()
    upright = _upright(page)
    left, right, bottom, top, x, y = numbers = [ctypes.c_double() for _ in range(6)]
    edges, origin = [ctypes.byref(n) for n in numbers[:4]], [ctypes.byref(n) for n in numbers[4:]]
    seen: set[tuple[str, int, int]] = set()
    found = []
    for index in range(text_page.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(text_page, index))
        if char.isspace() or char in NO_GLYPHS:
            continue
        raw.FPDFText_GetCharBox(text_page, index, *edges)
        key = (char, round(left.value), round(bottom.value))
        if key in seen:
            continue
        seen.add(key)
        raw.FPDFText_GetCharOrigin(text_page, index, *origin)
        box = upright(left.value, bottom.value, right.value, top.value)
        foot = upright(x.value, y.value, x.value, y.value)
        found.append(Glyph(normalise(char), box, foot.y0))
    return found


def _upright(page: pdfium.PdfPage) -> Callable[[float, float, float, float], Box]:
    """The map from the stored coordinates of one page to those it is read in."""
    x_origin, y_origin, x_end, y_end = page.get_mediabox()
    width, height = x_end - x_origin, y_end - y_origin
    rotation = page.get_rotation()
    if rotation == 0 and x_origin == y_origin == 0:
        return Box

    def turn(x: float, y: float) -> tuple[float, float]:
        if rotation == 90:
            return y, width - x
        if rotation == 180:
            return width - x, height - y
        return (height - y, x) if rotation == 270 else (x, y)

    def place(left: float, bottom: float, right: float, top: float) -> Box:
        ax, ay = turn(left - x_origin, bottom - y_origin)
        bx, by = turn(right - x_origin, top - y_origin)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    return place


def rows_of(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Glyphs gathered into printed rows, top to bottom, each from left to right.

    Glyphs share a row when they stand on one baseline, give or take a quarter of the tallest:
    commas hang low and quotation marks high, but all stand on the line they belong to.
    """
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


def words_of(row: list[Glyph]) -> list[Word]:
    """The words of one row; an amount ends behind its fen, whatever follows."""
    height = max(glyph.box.y1 - glyph.box.y0 for glyph in row)
    parts = [[row[0]]]
    for before, glyph in pairwise(row):
        gap = (glyph.box.x0 - before.box.x1) / height
        latin = before.char.isascii() and glyph.char.isascii()
        marks = before.char in HALF_EMPTY or glyph.char in HALF_EMPTY
        widest = WORD_GAP if latin else CHARACTER_GAP if marks else COLUMN_GAP
        ended = not glyph.char.isascii() and _FEN.search(text_of(parts[-1]))
        if gap > widest or ended:
            parts.append([])
        parts[-1].append(glyph)
    return [
        Word(text_of(part), around(glyph.box for glyph in part), row[0].baseline, height)
        for part in parts
    ]


def lines_of(glyphs: Iterable[Glyph], page: int, in_grid: bool = False) -> list[Line]:
    """The printed lines of one page."""
    return [
        Line(page, text_of(row, spaced=True), around(glyph.box for glyph in row), in_grid)
        for row in rows_of(glyphs)
    ]
