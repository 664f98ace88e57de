"""Glyphs that are no text of the page: printed twice to look bold, stamped across it, raised marks.

A footnote's mark beside an amount would become one of its digits, a watermark's letters a name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

#: The same glyph again within this share of its width is the same glyph.
AGAIN = 1 / 3
#: Passes in which glyphs printed three times and more are found.
PASSES = 4
#: A raised mark is at most so high beside the text it belongs to, stands so much higher on its
#: line, and so close to it, all in heights of that text.
SMALLER, RAISED, HIGHEST, NEAR = 0.8, 0.15, 0.7, 0.5

_MARKS = frozenset("0123456789*※#()[]（）［］①②③④⑤⑥⑦⑧⑨⑩⑪⑫注")
#: No mark stands behind a Latin letter: m² is a unit.
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
#: Such glyphs are small themselves and say nothing about the height of a text.
_LOW = frozenset(".,，。、·-—_–:;：；'\"“”‘’一…")

Mask = np.ndarray[Any, np.dtype[np.bool_]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]


def twice(chars: Sequence[str], boxes: Numbers) -> Mask:
    """Which glyphs are printed a second time where they stand already."""
    again = np.zeros(len(chars), dtype=bool)
    codes = np.array([ord(char) for char in chars], dtype=np.int64)
    for _ in range(PASSES):
        left = np.flatnonzero(~again)
        found = np.concatenate([_pairs(codes, boxes, left, shift) for shift in (0.0, 0.5)])
        if not found.size:
            break
        again[found] = True
    return again


def _pairs(
    codes: np.ndarray[Any, Any],
    boxes: np.ndarray[Any, Any],
    left: np.ndarray[Any, Any],
    shift: float,
) -> np.ndarray[Any, Any]:
    """Of each two equal glyphs at one place the one stored later."""
    code, box = codes[left], boxes[left]
    level = np.floor(box[:, 1] / 2 + shift)
    order = np.lexsort((box[:, 0], level, code))
    a, b = order[:-1], order[1:]
    width = np.maximum(box[:, 2] - box[:, 0], 1.0)
    same = (code[a] == code[b]) & (level[a] == level[b])
    close = box[b, 0] - box[a, 0] < AGAIN * np.minimum(width[a], width[b])
    close &= np.abs(box[b, 1] - box[a, 1]) < AGAIN * np.maximum(box[a, 3] - box[a, 1], 1.0)
    pair = same & close
    later: np.ndarray[Any, Any] = left[np.maximum(a[pair], b[pair])]
    return later


def is_stamp(angles: Sequence[float], slant: float) -> Mask:
    """Which glyphs are written across the page, or around a seal: turned, or between such."""
    odd = np.array([abs((angle + 45) % 90 - 45) > slant for angle in angles], dtype=bool)
    if odd.any():
        before, after = np.roll(odd, 1), np.roll(odd, -1)
        before[0] = after[-1] = False
        odd = odd | (before & after)
    return odd


def raised(chars: Sequence[str], boxes: Numbers, feet: Numbers, there: Mask) -> list[int]:
    """The places of marks that stand small and high beside a text, all upright and to be seen."""
    places = [place for place in np.flatnonzero(there).tolist() if chars[place] in _MARKS]
    if not places:
        return []
    heights = boxes[:, 3] - boxes[:, 1]
    usual = float(np.median(heights[places]))
    low = ~there
    low[[place for place, char in enumerate(chars) if char in _LOW]] = True
    candidates = [place for place in places if heights[place] < usual]
    candidates = _above_a_line(candidates, np.where(low, 0.0, heights), feet)
    if not candidates:
        return []
    latin = np.array([char in _LATIN for char in chars])
    found: set[int] = set()
    for _ in range(3):
        more = {
            place
            for place in candidates
            if place not in found
            and _is_raised(place, found, heights, boxes[:, 0], boxes[:, 2], feet, low, latin)
        }
        if not more:
            break
        found |= more
    return sorted(found)


def _above_a_line(places: Sequence[int], heights: Numbers, feet: Numbers) -> list[int]:
    """Those that stand above the foot of a line and below its top: no other can be raised."""
    if not places:
        return []
    order = np.argsort(feet)
    begins = np.flatnonzero(np.diff(feet[order], prepend=-np.inf))
    lines = feet[order][begins]
    lowest = np.minimum.reduceat(np.where(heights, heights, np.inf)[order], begins)
    tallest = np.maximum.reduceat(heights[order], begins)
    rise = feet[places][:, None] - lines
    near = (rise > RAISED / 3 * lowest) & (rise < tallest)
    return [place for place, lines in zip(places, near, strict=True) if lines.any()]


def _is_raised(
    place: int,
    known: set[int],
    heights: Numbers,
    lefts: Numbers,
    rights: Numbers,
    feet: Numbers,
    low: Mask,
    latin: Mask,
) -> bool:
    """Does a larger glyph stand beside this one, lower on its line, or a mark known before?"""
    rise = feet[place] - feet
    near = np.maximum(lefts[place] - rights, lefts - rights[place]) < NEAR * heights
    near &= np.maximum(lefts[place] - rights, lefts - rights[place]) > -0.2 * heights
    text = near & ~low & (heights[place] <= SMALLER * heights)
    text &= (rise > RAISED * heights) & (rise < HIGHEST * heights)
    if text.any():
        return not (text & latin & (lefts < lefts[place])).any()
    return any(
        abs(feet[place] - feet[mark]) < 0.1 * heights[mark]
        and max(lefts[place] - rights[mark], lefts[mark] - rights[place]) < NEAR * heights[mark]
        for mark in known
    )
