"""Two pages on one sheet, or two tables beside each other: where the white between them runs."""

from __future__ import annotations

from collections.abc import Sequence

from unitbudget.documents import Box
from unitbudget.reading.glyphs import Glyph, rows_of

#: White between two halves is at least so wide, in heights of a glyph, and not further from the
#: middle of the sheet than this share of its width.
WIDEST_GAP, OFF_MIDDLE = 1.5, 0.15
#: What is printed in this share of the height, at the top and at the foot, may run across.
EDGE = 0.08
#: Two halves of prose have so many lines each that are so long.
FEWEST_LINES, LONG = 5, 15


def gutter(
    glyphs: Sequence[Glyph], grids: Sequence[Box], size: tuple[float, float]
) -> float | None:
    """The middle of the white between two halves of a page; none where it is one page.

    Each half has a table below a line of its own, or the sheet lies and both are full of prose: two
    sides of one table have a title in common.
    """
    width, height = size
    if any(box.x0 < width / 3 and box.x1 > 2 * width / 3 for box in grids):
        return None
    if not grids and width <= height:
        return None
    inner = [g for g in glyphs if EDGE * height < g.middle[1] < (1 - EDGE) * height]
    if not inner:
        return None
    middle = _white(inner, grids, width)
    if middle is None:
        return None
    halves = [[g for g in inner if (g.middle[0] < middle) == left] for left in (True, False)]
    tables = [[box for box in grids if (box.x0 < middle) == left] for left in (True, False)]
    if all(tables):
        both = zip(halves, tables, strict=True)
        return middle if all(_is_titled(half, boxes) for half, boxes in both) else None
    lies = width > height
    return middle if lies and all(_is_prose(half) for half in halves) else None


def _white(glyphs: Sequence[Glyph], grids: Sequence[Box], width: float) -> float | None:
    """The middle of the widest upright strip nothing is printed in, near the middle of the page."""
    spans = sorted([(g.box.x0, g.box.x1) for g in glyphs] + [(box.x0, box.x1) for box in grids])
    heights = sorted(g.box.y1 - g.box.y0 for g in glyphs)
    least = WIDEST_GAP * heights[len(heights) // 2]
    found: list[tuple[float, float]] = []
    end = spans[0][1]
    for x0, x1 in spans[1:]:
        at = (end + x0) / 2
        if x0 - end > least and abs(at - width / 2) < OFF_MIDDLE * width:
            found.append((x0 - end, at))
        end = max(end, x1)
    return max(found)[1] if found else None


def _is_titled(half: Sequence[Glyph], grids: Sequence[Box]) -> bool:
    """Does a line stand above the first table of one half?"""
    top = max(box.y1 for box in grids)
    return any(glyph.middle[1] > top for glyph in half)


def _is_prose(half: Sequence[Glyph]) -> bool:
    return sum(len(row) >= LONG for row in rows_of(half)) >= FEWEST_LINES
