"""Rules Camelot does not see by itself: those printed in pieces.

Camelot takes a solid stroke or one thin filled rectangle for a rule. Browsers print a dotted rule
as hundreds of squares, a dashed one as many rectangles in one path, and draw around each cell of an
old web page a frame of its own. Joining such pieces takes a wider view than joining strokes, so it
is only tried on pages that would stay unread without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from unitbudget.reading.camelot_parts import Segment, joined, lines, objects, strokes

#: A rule is not thicker than this, and its pieces or doubled lines are not further apart than that.
THICKEST, GAP = 1.5, 4.0
#: Pieces of one rule stand in line, give or take so much.
SAME = 0.5

#: Where a piece stands across its direction, where it begins and ends along it.
Strip = tuple[float, float, float]


def mitred(layout: Any, direction: str) -> list[Segment]:
    """What Camelot finds, and the borders a browser draws as thin strips with slanted ends."""
    lying = direction == "horizontal"
    found = lines(layout, direction)
    strips = [*_mitred(layout, lying)]
    return joined([*found, *strips], direction) if strips else found


def _mitred(layout: Any, lying: bool) -> Iterator[Segment]:
    for item in objects(layout):
        if not getattr(item, "fill", False) or len(getattr(item, "pts", ())) not in (4, 5):
            continue
        width, height = item.x1 - item.x0, item.y1 - item.y0
        if _is_rectangle(item) or min(width, height) > THICKEST or max(width, height) <= THICKEST:
            continue
        x, y = (item.x0 + item.x1) / 2, (item.y0 + item.y1) / 2
        if lying == (width > height):
            yield (item.x0, y, item.x1, y) if lying else (x, item.y0, x, item.y1)


def pieced(layout: Any, direction: str) -> list[Segment]:
    """The rules of one page in one direction, each joined from its pieces."""
    lying = direction == "horizontal"
    found = [*_strokes(layout, lying), *_runs(_pieces(layout, lying), lying)]
    return joined(found, direction, GAP)


def _strokes(layout: Any, lying: bool) -> Iterator[Segment]:
    """What Camelot takes for rules itself."""
    for x0, y0, x1, y1 in strokes(layout):
        if abs((y1 - y0) if lying else (x1 - x0)) <= THICKEST:
            yield (x0, y0, x1, y0) if lying else (x0, y0, x0, y1)


def _pieces(layout: Any, lying: bool) -> Iterator[Segment]:
    """Small filled rectangles, each as the line through its middle; a dot may be either way."""
    for item in objects(layout):
        if not getattr(item, "fill", False) or not _is_rectangle(item):
            continue
        if lying and item.y1 - item.y0 <= THICKEST:
            yield item.x0, (item.y0 + item.y1) / 2, item.x1, (item.y0 + item.y1) / 2
        elif not lying and item.x1 - item.x0 <= THICKEST:
            yield (item.x0 + item.x1) / 2, item.y0, (item.x0 + item.x1) / 2, item.y1


def _is_rectangle(item: Any) -> bool:
    points = getattr(item, "pts", ())
    return len(points) in (4, 5) and all(
        x in (item.x0, item.x1) and y in (item.y0, item.y1) for x, y in points
    )


def _runs(pieces: Iterable[Segment], lying: bool) -> Iterator[Segment]:
    """Pieces in one line, close together, as one rule; a few that stand alone are none."""
    turned = sorted((y0, x0, x1) if lying else (x0, y0, y1) for x0, y0, x1, y1 in pieces)
    lines: list[list[Strip]] = []
    for at, start, end in turned:
        if not lines or at - lines[-1][0][0] > SAME:
            lines.append([])
        lines[-1].append((at, start, end))
    for line in lines:
        at = line[0][0]
        for start, end in _joined(sorted((start, end) for _, start, end in line)):
            if end - start > 2 * GAP:
                yield (start, at, end, at) if lying else (at, start, at, end)


def _joined(parts: Sequence[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    """Strips that go on in one another; dots leave no more white than twice their size."""
    reach = min(GAP, 2 * max(end - start for start, end in parts))
    first, last = parts[0]
    for start, end in parts[1:]:
        if start - last > reach:
            yield first, last
            first = start
        last = max(last, end) if first != start else end
    yield first, last
