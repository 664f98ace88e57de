"""A second witness for the cells of a grid: the rules as they are seen in the picture of the page.

Camelot takes the rules from what a program drew. Here they are looked for in the page drawn without
its text, where a rule is a ridge of ink, whoever drew it and however. Both must have the same rows,
the same columns and the same cells merged.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
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
#: Where it crosses another, a rule is not seen: it goes on so many dots beyond what is.
REACH = 1
#: White between two pieces of one rule is not wider than that.
WHITE = 8
#: Rules that cross in more dots than this are no table; Camelot would take minutes to say so.
THICKET = 20_000
#: Rules that go on so many dots beyond the edge of a grid, at two places or more, are more of it.
BEYOND = 8

Segment = tuple[float, float, float, float]
Dots = np.ndarray[Any, np.dtype[np.bool_]]
Places = np.ndarray[Any, np.dtype[np.int64]]


class Rules:
    """The rules to be seen on one page, upright and lying."""

    def __init__(self, sheet: Sheet) -> None:
        self.across, self.down = (
            sheet.bare.shape[1] / sheet.width,
            sheet.bare.shape[0] / sheet.height,
        )
        self.height = sheet.height
        self._bare = sheet.bare

    @cached_property
    def upright(self) -> Dots:
        """Where ink runs down the picture."""
        return _ridges(self._bare)

    @cached_property
    def lying(self) -> Dots:
        """Where ink runs across it, rows and columns exchanged."""
        return _ridges(np.ascontiguousarray(self._bare.T))

    @property
    def may_be_grid(self) -> bool:
        """Are there two rules of either direction at least, and no thicket of them?"""
        some = all(_has_two(ridges) for ridges in (self.upright, self.lying))
        return some and bool(np.count_nonzero(self.upright & self.lying.T) <= THICKET)

    def shown(self, x0: float, y0: float, x1: float, y1: float) -> Iterator[Segment]:
        """What is to be seen of a rule: all of it, some pieces of it, or nothing."""
        (left, right), (top, bottom) = self.columns((x0, x1)), self.rows((y1, y0))
        lies = right - left >= bottom - top
        first, last, at = (left, right, top) if lies else (top, bottom, left)
        ridges = self.lying if lies else self.upright
        inked = ridges[max(first, 0) : last + 1, max(at - APART, 0) : at + APART + 1].any(axis=1)
        if inked.all():
            if inked.size:
                yield x0, y0, x1, y1
            return
        ink = np.flatnonzero(inked)
        if ink.size < BARE * inked.size:
            return
        breaks = np.flatnonzero(np.diff(ink) > WHITE)
        ends = [(ink[a], ink[b]) for a, b in zip([0, *breaks + 1], [*breaks, -1], strict=True)]
        if len(ends) == 1 and ends[0][0] <= APART and inked.size - 1 - ends[0][1] <= APART:
            yield x0, y0, x1, y1
            return
        for start, stop in ends:
            if stop - start < WHITE:
                continue
            a, b = max(first, 0) + start - REACH, max(first, 0) + stop + REACH
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
    """Dots that are darker, or lighter, than what lies on both sides of them, left and right.

    White between two rules further apart is no rule: lighter ones are looked for close by only.
    """
    found = np.zeros(picture.shape, dtype=bool)
    far = BESIDE[-1]
    if picture.shape[1] <= 2 * far:
        return found
    middle, end = picture[:, far:-far], picture.shape[1]
    (left, right), (lefter, righter) = (
        (picture[:, far - step : end - far - step], picture[:, far + step : end - far + step])
        for step in BESIDE
    )
    beside = np.maximum(np.minimum(left, right), np.minimum(lefter, righter))
    found[:, far:-far] = _brighter(beside, middle) | _brighter(middle, np.maximum(left, right))
    return found


def _brighter(one: Picture, other: Picture) -> Dots:
    """Where one picture is so much brighter that it stands out; greys are never below 0."""
    found: Dots = np.maximum(one, other) - other >= STANDS_OUT
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
    edges, limits = np.array(at), np.clip(ends, 0, ridges.shape[0])
    starts, stops = limits[:-1] + ENDS, limits[1:] - ENDS
    bands = np.flatnonzero(stops - starts >= SHORTEST)
    if not bands.size:
        return ""
    starts, stops, told = starts[bands], stops[bands], told[bands]
    inked = np.cumsum(_widened(ridges[: stops[-1]], edges[1:-1]), axis=0)
    seen = (inked[stops - 1] - inked[starts - 1]) / (stops - starts)[:, None]
    missing, extra = told & (seen < BARE), ~told & (seen >= RULED)
    alone = _between(ridges, edges, starts, stops)
    for place in np.flatnonzero(missing.any(axis=1) | extra.any(axis=1) | alone):
        where = f"第{bands[place] + 1}条{what}"
        if missing[place].any():
            return f"{where}{missing[place].argmax() + 1}处没有线"
        if extra[place].any():
            return f"{where}{extra[place].argmax() + 1}处有线"
        return f"{where}内另有线"
    return ""


def _between(ridges: Dots, edges: Places, starts: Places, stops: Places) -> Dots:
    """In which bands is a rule that is none of the edges?"""
    found = np.zeros(len(starts), dtype=bool)
    first, last = max(edges[0] - APART, 0), min(edges[-1] + APART + 1, ridges.shape[1])
    others = np.abs(np.arange(first, last)[:, None] - edges).min(axis=1, initial=BEYOND) > APART + 1
    region = ridges[:, first:last]
    if region[: stops[-1]].sum(axis=0, dtype=np.uint16)[others].max(initial=0) < SHORTEST * RULED:
        return found
    for band, (start, stop) in enumerate(zip(starts, stops, strict=True)):
        strip = region[start:stop].sum(axis=0, dtype=np.uint16)[others]
        found[band] = strip.max(initial=0) >= RULED * (stop - start)
    return found


def _widened(ridges: Dots, at: Any) -> Dots:
    """The ink at these places, or up to ``APART`` dots beside them."""
    columns = np.asarray(at, dtype=int)[:, None] + np.arange(-APART, APART + 1)
    there = (columns >= 0) & (columns < ridges.shape[1])
    found: Dots = (ridges[:, np.clip(columns, 0, ridges.shape[1] - 1)] & there).any(axis=2)
    return found


def _goes_on(ridges: Dots, at: Sequence[int], ends: Sequence[int]) -> str:
    """Do the rules at these places go on beyond either end?"""
    for start, stop in ((ends[0] - APART - BEYOND, ends[0] - APART), (
        ends[-1] + APART + 1, ends[-1] + APART + BEYOND + 1)):  # fmt: skip
        if start < 0 or stop > ridges.shape[0]:
            continue
        inked = _widened(ridges[start:stop], at).mean(axis=0)
        if (inked >= RULED).sum() >= 2:
            return "表格线伸到格子外面"
    return ""
