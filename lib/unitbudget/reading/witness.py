"""A second witness for the cells of a grid: the rules as they are seen in the picture of the page.

Camelot takes the rules from what a program drew. Here they are looked for in the page drawn without
its text, where a rule is a ridge of ink, whoever drew it and however. Both must have the same rows,
the same columns and the same cells merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from unitbudget.reading.sheets import Picture, Sheet

#: A rule stands out from what lies so many dots beside it by so much grey; of a double rule each
#: stands out from what lies beyond the other.
BESIDE, STANDS_OUT = (3, 5), 20
#: Both witnesses see one rule at most so many dots apart.
APART = 3
#: What is inked over this share of a cell's side is its rule; less than that is none.
RULED, BARE = 0.85, 0.2
#: The ends of a side, where other rules cross, are not looked at; sides shorter than that neither.
ENDS, SHORTEST = 2, 4
#: Rows are at least so many dots high, and a dashed rule inks this share of its length.
ROW, DASHED = 8, 0.4
#: White between two pieces of one rule is not wider than that.
WHITE = 8
#: Rules that go on so many dots beyond the edge of a grid, at two places or more, are more of it.
BEYOND = 8

Segment = tuple[float, float, float, float]
Dots = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]


class Rules:
    """The rules to be seen on one page, upright and lying."""

    def __init__(self, sheet: Sheet) -> None:
        self.across, self.down = (
            sheet.bare.shape[1] / sheet.width,
            sheet.bare.shape[0] / sheet.height,
        )
        self.height = sheet.height
        self.upright = _ridges(sheet.bare)
        self.lying = _ridges(np.ascontiguousarray(sheet.bare.T))

    @property
    def may_be_grid(self) -> bool:
        """Are there two rules of either direction at least?"""
        return all(_has_two(ridges) for ridges in (self.upright, self.lying))

    def shown(self, x0: float, y0: float, x1: float, y1: float) -> Iterator[Segment]:
        """What is to be seen of a rule: all of it, some pieces of it, or nothing."""
        (left, right), (top, bottom) = self.columns((x0, x1)), self.rows((y1, y0))
        lies = right - left >= bottom - top
        first, last, at = (left, right, top) if lies else (top, bottom, left)
        ridges = self.lying if lies else self.upright
        inked = ridges[max(first, 0) : last + 1, max(at - APART, 0) : at + APART + 1].any(axis=1)
        ink = np.flatnonzero(inked)
        if not inked.size or ink.size < BARE * inked.size:
            return
        breaks = np.flatnonzero(np.diff(ink) > WHITE)
        ends = [(ink[a], ink[b]) for a, b in zip([0, *breaks + 1], [*breaks, -1], strict=True)]
        if len(ends) == 1 and ends[0][0] <= WHITE and inked.size - 1 - ends[0][1] <= WHITE:
            yield x0, y0, x1, y1
            return
        for start, stop in ends:
            if stop - start < WHITE:
                continue
            a, b = max(first, 0) + start - APART - 1, max(first, 0) + stop + APART + 1
            if lies:
                yield max(x0, a / self.across), y0, min(x1, b / self.across), y1
            else:
                low, high = self.height - b / self.down, self.height - a / self.down
                yield x0, max(y0, low), x1, min(y1, high)

    def columns(self, xs: Sequence[float]) -> list[int]:
        """Where on the picture places from the left are."""
        return [round(x * self.across) for x in xs]

    def rows(self, ys: Sequence[float]) -> list[int]:
        """Where on the picture heights are, from the top."""
        return [round((self.height - y) * self.down) for y in ys]


def _ridges(picture: Picture) -> Dots:
    """Dots that are darker, or lighter, than what lies on both sides of them.

    White between two rules further apart is no rule: lighter ones are looked for close by only.
    """
    found = np.zeros(picture.shape, dtype=bool)
    for beside in BESIDE:
        if picture.shape[1] > 2 * beside:
            middle = picture[:, beside:-beside]
            left, right = middle - picture[:, : -2 * beside], middle - picture[:, 2 * beside :]
            found[:, beside:-beside] |= np.maximum(left, right) <= -STANDS_OUT
            if beside == BESIDE[0]:
                found[:, beside:-beside] |= np.minimum(left, right) >= STANDS_OUT
    return found


def _has_two(ridges: Dots) -> bool:
    """Does ink run down in two places at least, as far as a row is high?"""
    if ridges.shape[0] <= ROW:
        return False
    rows = ridges.shape[0] // ROW
    inked = ridges[: rows * ROW].reshape(rows, ROW, -1).sum(axis=1, dtype=np.uint8)
    places = np.flatnonzero((inked >= DASHED * ROW).any(axis=0))
    return bool(places.size) and int(places[-1] - places[0]) > APART


def contradicted(rules: Rules, cells: list[list[Any]]) -> str:
    """What the picture shows otherwise than these cells of Camelot; nothing where it agrees."""
    xs = rules.columns([cells[0][0].x1, *(cell.x2 for cell in cells[0])])
    ys = rules.rows([cells[0][0].y2, *(row[0].y1 for row in cells)])
    upright = np.array([[cell.left for cell in row[1:]] for row in cells], dtype=bool)
    lying = np.array([[cell.top for cell in row] for row in cells[1:]], dtype=bool)
    upright = upright.reshape(len(cells), len(cells[0]) - 1)
    lying = lying.reshape(len(cells) - 1, len(cells[0]))
    return (
        _differs(rules.upright, xs, ys, upright, "列")
        or _differs(rules.lying, ys, xs, lying.T, "行")
        or _goes_on(rules.upright, xs, ys)
        or _goes_on(rules.lying, ys, xs)
    )


def _differs(ridges: Dots, at: Sequence[int], ends: Sequence[int], told: Dots, what: str) -> str:
    """Are there other rules in the bands between ``ends`` than those told, at these places?"""
    edges = np.array(at)
    first, last = max(edges[0] - APART, 0), edges[-1] + APART + 1
    inner = edges[1:-1]
    for band in range(len(ends) - 1):
        start, stop = ends[band] + ENDS, ends[band + 1] - ENDS
        if stop - start < SHORTEST:
            continue
        strip = ridges[start:stop, first:last]
        if strip.size == 0:
            continue
        inked = _widened(strip).mean(axis=0)
        seen = np.array([inked[x - first] if x < last else 0.0 for x in inner])
        missing = np.flatnonzero(told[band] & (seen < BARE))
        if missing.size:
            return f"第{band + 1}条{what}{missing[0] + 1}处没有线"
        extra = np.flatnonzero(~told[band] & (seen >= RULED))
        if extra.size:
            return f"第{band + 1}条{what}{extra[0] + 1}处有线"
        places = np.flatnonzero(strip.mean(axis=0) >= RULED) + first
        alone = np.abs(places[:, None] - edges[None, :]).min(axis=1) > APART + 1
        if alone.any():
            return f"第{band + 1}条{what}内另有线"
    return ""


def _widened(strip: Dots) -> Dots:
    """The ink of a strip, seen up to ``APART`` dots beside where it is."""
    wide = strip.copy()
    for step in range(1, APART + 1):
        wide[:, step:] |= strip[:, :-step]
        wide[:, :-step] |= strip[:, step:]
    return wide


def _goes_on(ridges: Dots, at: Sequence[int], ends: Sequence[int]) -> str:
    """Do the rules at these places go on beyond either end?"""
    for start, stop in ((ends[0] - APART - BEYOND, ends[0] - APART), (
        ends[-1] + APART + 1, ends[-1] + APART + BEYOND + 1)):  # fmt: skip
        if start < 0 or stop > ridges.shape[0]:
            continue
        strip = _widened(ridges[start:stop])
        inked = strip.mean(axis=0)
        more = sum(inked[x] >= RULED for x in at if x < len(inked))
        if more >= 2:
            return "表格线伸到格子外面"
    return ""
