"""One page as a reader holds it: the right way up, and only what is to be seen on it.

A text layer holds more than a page shows: text without ink, white on white, under a patch, outside
the cut of the page, on a layer that is switched off. None of that is told apart by rules of its
own. The page is drawn twice, with its text and without, and a glyph is there where the two differ.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as raw

from unitbudget.documents import Box
from unitbudget.money.text import normalise
from unitbudget.reading.glyphs import NO_GLYPHS, Glyph
from unitbudget.reading.marks import is_stamp, raised, twice

#: Dots per point a page is drawn with, and the least difference in grey a reader sees.
SCALE, FAINTEST = 1.0, 24
#: So many dots of a glyph are looked at either way: every one of a glyph in a table.
SAMPLES = 10
#: A glyph of fewer dots may be lost in so small a picture: it is seen where its neighbour is.
FEWEST_DOTS = 8.0
#: One glyph that lies on another in more than this share of the smaller may cover it.
COVERS = 0.2
#: Layers of text over text that are looked through.
DEEPEST = 3
#: Writing that is not turned by a multiple of 90 degrees, give or take so much, is no text of ours.
SLANT = 4.0

#: Notes that put nothing on paper.
UNPRINTED = frozenset({raw.FPDF_ANNOT_UNKNOWN, raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP})

#: Most of a page's glyphs are the same few characters.
_normal = cache(normalise)

Picture = np.ndarray[Any, np.dtype[np.int16]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]


@dataclass(frozen=True)
class Sheet:
    """One page: its size and turn as it is read, its glyphs, and what its text layer says besides.

    ``cut`` is what of the stored page is shown, in its own points;
    ``turn`` is how far, in degrees, the stored page is turned clockwise to be read. ``erased`` are
    stored characters that are not to be seen, or not as text. ``bare`` is the page without its
    text, as dots of grey; ``has_paths`` says that something is drawn on it.
    """

    number: int
    width: float
    height: float
    turn: int
    cut: Box
    glyphs: list[Glyph]
    erased: list[Glyph]
    bare: Picture
    has_paths: bool


@dataclass(frozen=True)
class _Stored:
    """The characters of a page's text layer: places, feet and angles in stored order."""

    indices: list[int]
    chars: list[str]
    boxes: Numbers
    feet: Numbers
    angles: list[float]


def sheet(page: pdfium.PdfPage, number: int) -> Sheet:
    """One page as it is read."""
    texts, has_paths = _objects(page)
    stored = _stored(page)
    seen, bare = _seen(page, stored, texts)
    left = np.flatnonzero(seen)
    seen[left[twice([stored.chars[place] for place in left], stored.boxes[left])]] = False
    turn = _turn(stored, seen, page.get_rotation())
    place, width, height = _upright(page, turn)
    every = [
        Glyph(_normal(char), place(*box), place(*foot, *foot).y0, _turned(angle, turn))
        for char, box, foot, angle in zip(
            stored.chars, stored.boxes.tolist(), stored.feet.tolist(), stored.angles, strict=True
        )
    ]
    seen &= ~is_stamp(stored.angles, SLANT)
    kept = [glyph for glyph, there in zip(every, seen, strict=True) if there]
    marks = raised(kept)
    erased = [glyph for glyph, there in zip(every, seen, strict=True) if not there]
    if marks:
        erased += [kept[place] for place in sorted(marks)]
        kept = [glyph for place, glyph in enumerate(kept) if place not in marks]
    bare = np.rot90(bare, (page.get_rotation() - turn) // 90)
    return Sheet(number, width, height, turn, cut(page), kept, erased, bare, has_paths)


def turn_of(page: pdfium.PdfPage) -> int:
    """How far, in degrees, a stored page is turned clockwise to be read."""
    stored = _stored(page)
    return _turn(stored, np.ones(len(stored.chars), dtype=bool), page.get_rotation())


def with_annotations(document: pdfium.PdfDocument) -> bytes | None:
    """The document with its form fields and visible notes printed on its pages, if it has any."""
    changed = False
    for page in document:
        kinds = {_kind_of_note(page, place) for place in range(raw.FPDFPage_GetAnnotCount(page))}
        if kinds - UNPRINTED:
            flat = raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY)
            changed = changed or flat == raw.FLATTEN_SUCCESS
    if not changed:
        return None
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def _kind_of_note(page: pdfium.PdfPage, place: int) -> int:
    note = raw.FPDFPage_GetAnnot(page, place)
    try:
        return int(raw.FPDFAnnot_GetSubtype(note))
    finally:
        raw.FPDFPage_CloseAnnot(note)


def _objects(page: pdfium.PdfPage) -> tuple[list[Any], bool]:
    """The text objects of a page, those of its forms too, and whether anything is drawn on it."""
    texts = []
    has_paths = False
    for item, kind in _walk(raw.FPDFPage_CountObjects(page), raw.FPDFPage_GetObject, page):
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            texts.append(item)
        has_paths = has_paths or kind == raw.FPDF_PAGEOBJ_PATH
    return texts, has_paths


def _walk(count: int, get: Callable[[Any, int], Any], holder: Any) -> Iterator[tuple[Any, int]]:
    for place in range(count):
        item = get(holder, place)
        kind = raw.FPDFPageObj_GetType(item)
        yield item, kind
        if kind == raw.FPDF_PAGEOBJ_FORM:
            yield from _walk(raw.FPDFFormObj_CountObjects(item), raw.FPDFFormObj_GetObject, item)


def _stored(page: pdfium.PdfPage) -> _Stored:
    text_page = page.get_textpage()
    left, right, bottom, top, x, y = numbers = [ctypes.c_double() for _ in range(6)]
    edges, origin = [ctypes.byref(n) for n in numbers[:4]], [ctypes.byref(n) for n in numbers[4:]]
    indices, chars, boxes, feet, angles = [], [], [], [], []
    for index in range(text_page.count_chars()):
        char = chr(raw.FPDFText_GetUnicode(text_page, index))
        if char.isspace() or char in NO_GLYPHS:
            continue
        raw.FPDFText_GetCharBox(text_page, index, *edges)
        raw.FPDFText_GetCharOrigin(text_page, index, *origin)
        indices.append(index)
        chars.append(char)
        box = left.value, bottom.value, right.value, top.value
        boxes.append(box)
        feet.append((x.value, y.value))
        angles.append(0.0 if _stands(box, x.value, y.value) else _angle(text_page, index))
    return _Stored(
        indices, chars, np.array(boxes).reshape(-1, 4), np.array(feet).reshape(-1, 2), angles
    )


def _stands(box: tuple[float, float, float, float], x: float, y: float) -> bool:
    """Does a glyph stand upright, its foot at its lower left?"""
    left, bottom, _, top = box
    return x <= left + 0.1 * (top - bottom) + 0.2 and y <= (bottom + top) / 2


def _angle(text_page: pdfium.PdfTextPage, index: int) -> float:
    """How far a stored glyph is turned, anticlockwise, in degrees."""
    return -math.degrees(raw.FPDFText_GetCharAngle(text_page, index)) % 360


def _turn(stored: _Stored, seen: Mask, shown: int) -> int:
    """How far the page must be turned clockwise for most of its glyphs to stand upright."""
    found: dict[int, int] = {}
    for angle, there in zip(stored.angles, seen, strict=True):
        if there and abs((angle + 45) % 90 - 45) <= SLANT:
            quarter = round(angle / 90) % 4 * 90
            found[quarter] = found.get(quarter, 0) + 1
    return max(found, key=lambda turn: (found[turn], turn == shown), default=shown)


def _turned(angle: float, turn: int) -> int:
    return round((angle - turn) / 90) % 4 * 90


def _upright(
    page: pdfium.PdfPage, turn: int
) -> tuple[Callable[[float, float, float, float], Box], float, float]:
    """The map from stored coordinates to those of the page as it is cut and read, and its size."""
    left, bottom, right, top = cut(page)
    width, height = right - left, top - bottom
    if turn == 0 and left == bottom == 0:
        return Box, width, height

    def turned(x: float, y: float) -> tuple[float, float]:
        if turn == 90:
            return y, width - x
        if turn == 180:
            return width - x, height - y
        return (height - y, x) if turn == 270 else (x, y)

    def place(x0: float, y0: float, x1: float, y1: float) -> Box:
        ax, ay = turned(x0 - left, y0 - bottom)
        bx, by = turned(x1 - left, y1 - bottom)
        return Box(min(ax, bx), min(ay, by), max(ax, bx), max(ay, by))

    return (place, height, width) if turn % 180 else (place, width, height)


def cut(page: pdfium.PdfPage) -> Box:
    """What of the stored page is shown: its crop box inside its media box."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    x0, y0 = max(media[0], crop[0]), max(media[1], crop[1])
    x1, y1 = min(media[2], crop[2]), min(media[3], crop[3])
    return Box(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else Box(*media)


def _seen(page: pdfium.PdfPage, stored: _Stored, texts: Sequence[Any]) -> tuple[Mask, Picture]:
    """Which characters make a difference to the picture of their page; the picture without any."""
    if not stored.chars:
        return np.zeros(0, dtype=bool), np.zeros((1, 1), dtype=np.int16)
    full = _drawn(page)
    bare = _without(page, texts)
    windows = _windows(page, stored.boxes, full.shape)
    there = _differs(full, bare, windows)
    dots = (stored.boxes[:, 2] - stored.boxes[:, 0]) * (stored.boxes[:, 3] - stored.boxes[:, 1])
    small = dots * SCALE**2 < FEWEST_DOTS
    if not there.all():
        there = _as_neighbours(there, small)
    return _uncovered(page, stored, there, small, full, windows), bare


def _drawn(page: pdfium.PdfPage) -> Picture:
    dots: Picture = page.render(scale=SCALE, grayscale=True).to_numpy().squeeze().astype(np.int16)
    return dots


def _without(page: pdfium.PdfPage, texts: Sequence[Any]) -> Picture:
    """The page as it looks without some of its text."""
    try:
        for item in texts:
            raw.FPDFPageObj_SetIsActive(item, False)
        return _drawn(page)
    finally:
        for item in texts:
            raw.FPDFPageObj_SetIsActive(item, True)


def _windows(
    page: pdfium.PdfPage, boxes: Numbers, shape: tuple[int, ...]
) -> np.ndarray[Any, np.dtype[np.int64]]:
    """Where on the picture each box lies: first and last column and row, all inside it."""
    height, width = shape
    fine = 1000
    x, y = ctypes.c_int(), ctypes.c_int()

    def device(px: float, py: float) -> Numbers:
        raw.FPDF_PageToDevice(page, 0, 0, width * fine, height * fine, 0, px, py, x, y)
        return np.array([x.value, y.value]) / fine

    span = 1000.0
    origin = device(0, 0)
    along, up = (device(span, 0) - origin) / span, (device(0, span) - origin) / span
    corners = [origin + np.outer(boxes[:, a], along) + np.outer(boxes[:, b], up)
               for a, b in ((0, 1), (2, 3))]  # fmt: skip
    low, high = np.minimum(*corners), np.maximum(*corners)
    first = np.floor(low).astype(np.int64)
    last = np.maximum(np.ceil(high).astype(np.int64), first + 1)
    limits = np.array([width, height])
    return np.hstack([np.clip(first, 0, limits), np.clip(last, 0, limits)])


def _differs(one: Picture, other: Picture, windows: np.ndarray[Any, Any]) -> Mask:
    """In which windows two pictures of a page differ so that a reader sees it."""
    dots = np.abs(one - other) >= FAINTEST
    x0, y0, x1, y1 = windows.T
    steps = np.arange(SAMPLES)
    columns = x0[:, None] + (x1 - x0)[:, None] * steps // SAMPLES
    rows = y0[:, None] + (y1 - y0)[:, None] * steps // SAMPLES
    columns, rows = np.minimum(columns, dots.shape[1] - 1), np.minimum(rows, dots.shape[0] - 1)
    inked = dots[rows[:, :, None], columns[:, None, :]].any(axis=(1, 2))
    seen: Mask = inked & (x1 > x0) & (y1 > y0)
    return seen


def _as_neighbours(there: Mask, small: Mask) -> Mask:
    """Small glyphs are there where the glyph before them is, or the next where there is none."""
    told = np.flatnonzero(~small)
    if not told.size:
        return np.ones_like(there)
    before = np.searchsorted(told, np.arange(there.size), side="right") - 1
    near: Mask = there[told[np.maximum(before, 0)]]
    return np.where(small, there | near, there)


def _uncovered(
    page: pdfium.PdfPage,
    stored: _Stored,
    there: Mask,
    small: Mask,
    full: Picture,
    windows: np.ndarray[Any, Any],
) -> Mask:
    """The glyphs that are seen though others are drawn over them.

    Where text lies on text, each takes the ink of the other for its own: what lies below is taken
    away alone.
    """
    pairs = _pairs(stored, there)
    if not pairs:
        return there
    text_page = page.get_textpage()

    def holder(place: int) -> Any:
        return raw.FPDFText_GetTextObject(text_page, stored.indices[place])

    left = there.copy()
    lost: dict[int, int] = {}
    for _ in range(DEEPEST):
        holders = {a: holder(a) for a, b in pairs if left[a] and left[b]}
        items = {ctypes.addressof(each.contents): each for each in holders.values() if each}
        ink = _differs(full, _without(page, [*items.values()]), windows)
        gone = {a: each for a, each in holders.items() if each and not small[a] and not ink[a]}
        if not gone:
            break
        left[[*gone]] = False
        lost |= {a: ctypes.addressof(each.contents) for a, each in gone.items()}
    if not lost:
        return there
    for place in map(int, np.flatnonzero(small & left)):
        if ctypes.addressof(holder(place).contents) in lost.values():
            left[place] = False
    # pdfium keeps one of two equal glyphs at one place, the one below: where nothing lies on it
    # that is seen, its ink is that of the other.
    over = {place for pair in pairs if left[pair[0]] or left[pair[1]] for place in pair}
    left[[place for place in np.flatnonzero(there & ~left) if place not in over]] = True
    return left


def _pairs(stored: _Stored, there: Mask) -> list[tuple[int, int]]:
    """Glyphs that lie on one another, the one stored first before the other."""
    places = np.flatnonzero(there)
    boxes = stored.boxes[places]
    order = np.argsort(boxes[:, 0], kind="stable")
    places, boxes = places[order], boxes[order]
    widest = float((boxes[:, 2] - boxes[:, 0]).max(initial=0.0))
    found: list[tuple[int, int]] = []
    for step in range(1, len(places)):
        a, b = boxes[:-step], boxes[step:]
        if not (b[:, 0] - a[:, 0] < widest).any():
            break
        width = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
        height = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
        area = [(each[:, 2] - each[:, 0]) * (each[:, 3] - each[:, 1]) for each in (a, b)]
        shared = np.clip(width, 0, None) * np.clip(height, 0, None)
        on = np.flatnonzero(shared > COVERS * np.minimum(*area))
        both = ((int(places[i]), int(places[i + step])) for i in on)
        found += [(min(pair), max(pair)) for pair in both]
    return found
