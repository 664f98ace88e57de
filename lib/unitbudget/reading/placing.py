"""Which cell of a ruled grid each glyph stands in, also where text runs over its cell.

A glyph belongs to the cell its middle lies in. Office programs let a long name run over the row it
belongs to, or an amount over its column; then a glyph's own place says nothing, and the words
it was printed with are placed as one.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from itertools import combinations, pairwise
from typing import Any

from unitbudget.documents import Box, around
from unitbudget.reading.glyphs import CHARACTER_GAP, WORD_GAP, Glyph

#: Row and column of a grid, from 0.
Place = tuple[int, int]
#: More of a glyph than this share of its height outside its cell, and the text runs over.
RUNS_OVER = 0.3
#: A glyph with less of its height than this in a grid is printed above or below it.
STANDS_IN = 0.2
#: Glyphs of two lines that share more than this of their ink cannot be told apart.
COLLIDES = 0.25
#: A number with more than this share of its width in another column could belong to either.
IN_TWO_COLUMNS = 0.25
#: The next line of one text begins at most so many heights below the line before.
LEADING = 2.0
#: A line that leaves less room than so many heights is full: what follows may be its next line.
FULL = 2.5
_NUMERIC = frozenset("0123456789.,")


class Lattice:
    """The cells of one grid by their rules, a merged cell under its top left place."""

    def __init__(self, cells: list[list[Any]]) -> None:
        self.owners = _owners(cells)
        self._lefts = [cell.x1 for cell in cells[0]]
        self._tops = [-row[0].y2 for row in cells]
        self.box = Box(self._lefts[0], cells[-1][0].y1, cells[0][-1].x2, -self._tops[0])
        self.places: dict[Place, list[Place]] = {}
        for place, owner in self.owners.items():
            self.places.setdefault(owner, []).append(place)
        self.areas = {
            owner: around(Box(c.x1, c.y1, c.x2, c.y2) for c in (cells[r][k] for r, k in places))
            for owner, places in self.places.items()
        }

    def at(self, x: float, y: float) -> Place | None:
        """The cell around a point; nothing outside the grid."""
        if not (self.box.x0 <= x <= self.box.x1 and self.box.y0 <= y <= self.box.y1):
            return None
        return self.owners[bisect_right(self._tops, -y) - 1, bisect_right(self._lefts, x) - 1]

    def room(self, line: Box) -> float:
        """How much wider than a line its column is."""
        x, y = (line.x0 + line.x1) / 2, (line.y0 + line.y1) / 2
        place = self.at(x, min(max(y, self.box.y0), self.box.y1))
        return self.areas[place].x1 - self.areas[place].x0 - (line.x1 - line.x0) if place else 0.0


def stands_in(box: Box, glyph: Glyph) -> bool:
    """Is some of this glyph's ink in a grid? So is a line that runs over its first or last row."""
    left, bottom, right, top = glyph.box
    if not box.x0 <= (left + right) / 2 <= box.x1:
        return False
    least = STANDS_IN * (top - bottom)
    return top - box.y0 >= least and box.y1 - bottom >= least


def within(box: Box, glyphs: list[Glyph]) -> tuple[list[bool], bool]:
    """Which glyphs are in a grid, and whether a word of it runs over its side.

    Such a word is in the grid, all of it, if its middle is.
    """
    inside = [stands_in(box, glyph) for glyph in glyphs]
    over = False
    for place in range(1, len(glyphs)):
        if inside[place - 1] == inside[place] or not _one_word(glyphs[place - 1], glyphs[place]):
            continue
        first, last = place - 1, place
        while first and _one_word(glyphs[first - 1], glyphs[first]):
            first -= 1
        while last + 1 < len(glyphs) and _one_word(glyphs[last], glyphs[last + 1]):
            last += 1
        word = around(glyph.box for glyph in glyphs[first : last + 1])
        if stands_in(box, Glyph("", word, word.y0)):
            inside[first : last + 1] = [True] * (last + 1 - first)
            over = True
    return inside, over


def placed(lattice: Lattice, glyphs: list[Glyph]) -> tuple[dict[Place, list[Glyph]], set[Place]]:
    """The glyphs of each cell, and the cells whose glyphs cannot be told from their neighbours'."""
    here, over = within(lattice.box, glyphs)
    inside = [
        (glyph, lattice.at(*glyph.middle))
        for glyph, is_in in zip(glyphs, here, strict=True)
        if is_in
    ]
    found = _gathered(inside)
    if not over and not _runs_over(lattice, inside):
        return found, set()
    texts = [(text, lattice.at(*_middle(text))) for text in _texts(lattice, glyphs)]
    found = _gathered([(glyph, place) for text, place in texts for glyph in text])
    between = {place for text, place in texts if place and _between(text, lattice.areas[place])}
    return found, between | {place for place, held in found.items() if _collide(held)}


def _gathered(placed: list[tuple[Glyph, Place | None]]) -> dict[Place, list[Glyph]]:
    found: dict[Place, list[Glyph]] = {}
    for glyph, place in placed:
        if place:
            found.setdefault(place, []).append(glyph)
    return found


def _runs_over(lattice: Lattice, inside: list[tuple[Glyph, Place | None]]) -> bool:
    """Does a glyph stand on a rule between rows, or a number on one between columns?"""
    for glyph, place in inside:
        box, area = glyph.box, lattice.areas[place] if place else lattice.box
        much = RUNS_OVER * (box.y1 - box.y0)
        if area.y0 - box.y0 > much or box.y1 - area.y1 > much:
            return True
    return any(
        place != next_place and place and next_place and _one_number(glyph, following)
        for (glyph, place), (following, next_place) in pairwise(inside)
    )


def _one_number(glyph: Glyph, following: Glyph) -> bool:
    return {glyph.char, following.char} <= _NUMERIC and _one_word(glyph, following)


def _one_word(glyph: Glyph, following: Glyph) -> bool:
    height = max(each.box.y1 - each.box.y0 for each in (glyph, following))
    gap = following.box.x0 - glyph.box.x1
    widest = WORD_GAP if {glyph.char, following.char} <= _NUMERIC else CHARACTER_GAP
    return abs(glyph.baseline - following.baseline) < height / 4 and (
        -height < gap < widest * height
    )


def _texts(lattice: Lattice, glyphs: list[Glyph]) -> Iterator[list[Glyph]]:
    """The texts of the cells as they were printed: words, and lines that go on below them."""
    lines: list[list[Glyph]] = []
    for glyph in glyphs:
        if lines and _one_word(lines[-1][-1], glyph):
            lines[-1].append(glyph)
        else:
            lines.append([glyph])
    text: list[Glyph] = []
    for before, line in pairwise([[], *lines]):
        if text and not _goes_on(lattice, before, line):
            yield text
            text = []
        text = text + line
    if text:
        yield text


def _goes_on(lattice: Lattice, line: list[Glyph], below: list[Glyph]) -> bool:
    """Is this the next line of a name, the line before being full? Amounts have one line only."""
    if any(all(glyph.char.isascii() for glyph in each) for each in (line, below)):
        return False
    upper, lower = (around(glyph.box for glyph in each) for each in (line, below))
    height = max(glyph.box.y1 - glyph.box.y0 for glyph in (*line, *below))
    drop = line[0].baseline - below[0].baseline
    shared = min(upper.x1, lower.x1) - max(upper.x0, lower.x0)
    narrow = min(upper.x1 - upper.x0, lower.x1 - lower.x0)
    full = lattice.room(upper) < FULL * height
    return full and height / 2 < drop < LEADING * height and shared > narrow / 2


def _middle(text: list[Glyph]) -> tuple[float, float]:
    box = around(glyph.box for glyph in text)
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2


def _between(text: list[Glyph], area: Box) -> bool:
    """Does so much of a number stand in the next column that it could belong there?"""
    if not {glyph.char for glyph in text} <= _NUMERIC:
        return False
    box = around(glyph.box for glyph in text)
    return max(area.x0 - box.x0, box.x1 - area.x1) > IN_TWO_COLUMNS * (box.x1 - box.x0)


def _collide(held: list[Glyph]) -> bool:
    return any(
        abs(a.baseline - b.baseline) > 1 and _shared_ink(a.box, b.box) > COLLIDES
        for a, b in combinations(held, 2)
    )


def _shared_ink(a: Box, b: Box) -> float:
    """How much of the smaller glyph lies under the other."""
    width, height = min(a.x1, b.x1) - max(a.x0, b.x0), min(a.y1, b.y1) - max(a.y0, b.y0)
    smaller = min((box.x1 - box.x0) * (box.y1 - box.y0) for box in (a, b))
    return width * height / smaller if width > 0 and height > 0 else 0.0


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
