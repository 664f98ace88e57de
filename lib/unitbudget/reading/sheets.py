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
#: Writing so many times larger than the rest, so many dots at least, of which most is in so faint
#: a grey, is printed behind the page.
LARGE, LEAST, MOST_OF_IT, PALE = 2.5, 20.0, 75, 100
#: Writing that is not turned by a multiple of 90 degrees, give or take so much, is no text of ours.
SLANT = 4.0

#: Notes that put nothing on paper.
UNPRINTED = frozenset({raw.FPDF_ANNOT_UNKNOWN, raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP})

#: Most of a page's glyphs are the same few characters.
_normal = cache(normalise)

Picture = np.ndarray[Any, np.dtype[np.uint8]]
Numbers = np.ndarray[Any, np.dtype[np.float64]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
#: First and last column and row of each window.
Windows = np.ndarray[Any, np.dtype[np.int32]]


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
    texts, has_paths, is_text = _objects(page)
    stored = _stored(page)
    seen, bare = _seen(page, stored, None if is_text else texts)
    turn = _turn(stored, seen, page.get_rotation())
    upright, width, height = _upright(page, turn)
    boxes, feet = upright(stored.boxes), upright(stored.feet[:, [0, 1, 0, 1]])[:, 1]
    turns = np.rint((np.array(stored.angles) - turn) / 90).astype(int) % 4 * 90
    seen &= ~is_stamp(stored.angles, SLANT)
    chars = [*map(_normal, stored.chars)]
    seen[raised(chars, boxes, feet, seen & (turns == 0))] = False
    kept, erased = list[Glyph](), list[Glyph]()
    every = zip(chars, map(Box._make, boxes.tolist()), feet.tolist(), turns.tolist(), strict=True)
    for glyph, there in zip(map(Glyph._make, every), seen.tolist(), strict=True):
        (kept if there else erased).append(glyph)
    bare = np.rot90(bare, (page.get_rotation() - turn) // 90)
    return Sheet(number, width, height, turn, cut(page), kept, erased, bare, has_paths)


def print_of(page: pdfium.PdfPage) -> tuple[int, float]:
    """How far, in degrees, a stored page is turned clockwise to be read; its print in points."""
    stored = _stored(page)
    sizes = (stored.boxes[:, 2:] - stored.boxes[:, :2]).max(axis=1)
    turn = _turn(stored, np.ones(len(sizes), dtype=bool), page.get_rotation())
    return turn, float(np.median(sizes)) if len(sizes) else 0.0


def has_notes(page: pdfium.PdfPage) -> bool:
    """Are there form fields or notes on a page that are printed with it?"""
    kinds = {_kind_of_note(page, place) for place in range(raw.FPDFPage_GetAnnotCount(page))}
    return bool(kinds - UNPRINTED)


def notes_printed(page: pdfium.PdfPage) -> bool:
    """Print form fields and visible notes on a page, for who opens it anew; were there any?"""
    if not has_notes(page):
        return False
    return bool(raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == raw.FLATTEN_SUCCESS)


def with_annotations(document: pdfium.PdfDocument) -> bytes | None:
    """The document with its form fields and visible notes printed on its pages, if it has any."""
    if not any([notes_printed(page) for page in document]):
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


def _objects(page: pdfium.PdfPage) -> tuple[list[Any], bool, bool]:
    """The text objects of a page, in its forms too; is anything drawn; is there text alone?"""
    found = [*_walk(raw.FPDFPage_CountObjects(page), raw.FPDFPage_GetObject, page.raw)]
    kinds = {kind for _, kind in found}
    texts = [item for item, kind in found if kind == raw.FPDF_PAGEOBJ_TEXT]
    return texts, raw.FPDF_PAGEOBJ_PATH in kinds, kinds <= {raw.FPDF_PAGEOBJ_TEXT}


def _walk(count: int, get: Callable[[Any, int], Any], holder: Any) -> Iterator[tuple[Any, int]]:
    for place in range(count):
        item = get(holder, place)
        kind = raw.FPDFPageObj_GetType(item)
        yield item, kind
        if kind == raw.FPDF_PAGEOBJ_FORM:
            yield from _walk(raw.FPDFFormObj_CountObjects(item), raw.FPDFFormObj_GetObject, item)


def _stored(page: pdfium.PdfPage) -> _Stored:
    text_page = page.get_textpage()
    held = text_page.raw
    place = (ctypes.c_double * 6)()
    left, right, bottom, top, x, y = (
        ctypes.byref(ctypes.c_double.from_buffer(place, 8 * number)) for number in range(6)
    )
    unicode, box, origin = (
        raw.FPDFText_GetUnicode,
        raw.FPDFText_GetCharBox,
        raw.FPDFText_GetCharOrigin,
    )
    indices, chars, places = [], [], []
    for index in range(text_page.count_chars()):
        char = chr(unicode(held, index))
        if char.isspace() or char in NO_GLYPHS:
            continue
        box(held, index, left, right, bottom, top)
        origin(held, index, x, y)
        indices.append(index)
        chars.append(char)
        places.append(bytes(place))
    numbers = np.frombuffer(b"".join(places)).reshape(-1, 6)
    boxes, feet = numbers[:, [0, 2, 1, 3]], numbers[:, 4:]
    angles = np.zeros(len(chars))
    for lies in np.flatnonzero(~_stand(boxes, feet)):
        angles[lies] = _angle(text_page, indices[lies])
    return _Stored(indices, chars, boxes, feet, angles.tolist())


def _stand(boxes: Numbers, feet: Numbers) -> Mask:
    """Which glyphs stand upright, their feet at their lower left?"""
    left, bottom, _, top = boxes.T
    left_most = feet[:, 0] <= left + 0.1 * (top - bottom) + 0.2
    stand: Mask = left_most & (feet[:, 1] <= (bottom + top) / 2)
    return stand


def _angle(text_page: pdfium.PdfTextPage, index: int) -> float:
    """How far a stored glyph is turned, anticlockwise, in degrees."""
    return -math.degrees(raw.FPDFText_GetCharAngle(text_page, index)) % 360


def _turn(stored: _Stored, seen: Mask, shown: int) -> int:
    """How far the page must be turned clockwise for most of its glyphs to stand upright."""
    angles = np.array(stored.angles)[seen]
    upright = angles[np.abs((angles + 45) % 90 - 45) <= SLANT]
    turns, counts = np.unique(np.rint(upright / 90).astype(int) % 4 * 90, return_counts=True)
    found = dict(zip(turns.tolist(), counts.tolist(), strict=True))
    return max(found, key=lambda turn: (found[turn], turn == shown), default=shown)


def _upright(page: pdfium.PdfPage, turn: int) -> tuple[Callable[[Numbers], Numbers], float, float]:
    """The map from stored boxes to those of the page as it is cut and read, and its size."""
    left, bottom, right, top = cut(page)
    width, height = right - left, top - bottom

    def upright(boxes: Numbers) -> Numbers:
        x0, y0, x1, y1 = (boxes - (left, bottom, left, bottom)).T
        if turn == 90:
            x0, y0, x1, y1 = y0, width - x1, y1, width - x0
        elif turn == 180:
            x0, y0, x1, y1 = width - x1, height - y1, width - x0, height - y0
        elif turn == 270:
            x0, y0, x1, y1 = height - y1, x0, height - y0, x1
        return np.stack([x0, y0, x1, y1], axis=1)

    return (upright, height, width) if turn % 180 else (upright, width, height)


def cut(page: pdfium.PdfPage) -> Box:
    """What of the stored page is shown: its crop box inside its media box."""
    media, crop = page.get_mediabox(), page.get_cropbox()
    x0, y0 = max(media[0], crop[0]), max(media[1], crop[1])
    x1, y1 = min(media[2], crop[2]), min(media[3], crop[3])
    return Box(x0, y0, x1, y1) if x0 < x1 and y0 < y1 else Box(*media)


def _seen(
    page: pdfium.PdfPage, stored: _Stored, texts: Sequence[Any] | None
) -> tuple[Mask, Picture]:
    """Which characters make a difference to the picture of their page; the picture without any.

    That is blank where a page holds nothing but text: ``None``.
    """
    if not stored.chars:
        return np.zeros(0, dtype=bool), np.zeros((1, 1), dtype=np.uint8)
    full = _drawn(page)
    bare = np.full_like(full, 255) if texts is None else _without(page, texts)
    windows = _windows(page, stored.boxes, full.shape)
    there = _differs(full, bare, windows)
    dots = (stored.boxes[:, 2] - stored.boxes[:, 0]) * (stored.boxes[:, 3] - stored.boxes[:, 1])
    small = dots * SCALE**2 < FEWEST_DOTS
    if not there.all():
        there = _as_neighbours(there, small)
    left = np.flatnonzero(there)
    there[left[twice([stored.chars[place] for place in left], stored.boxes[left])]] = False
    there = _uncovered(page, stored, there, small, full, windows)
    there[_behind(full, bare, windows, stored.boxes, there)] = False
    return there, bare


def _behind(
    full: Picture, bare: Picture, windows: Windows, boxes: Numbers, there: Mask
) -> list[int]:
    """The glyphs of large pale writing behind the page, be it upright."""
    sizes = np.maximum(boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1])
    least = max(LARGE * np.median(sizes[there]), LEAST) if there.any() else LEAST
    found = []
    for place in np.flatnonzero(there & (sizes > least)).tolist():
        x0, y0, x1, y1 = windows[place]
        one, other = full[y0:y1, x0:x1], bare[y0:y1, x0:x1]
        ink = np.maximum(one, other) - np.minimum(one, other)
        ink = ink[ink >= FAINTEST]
        # Text of the page may be printed over it.
        if ink.size and np.percentile(ink, MOST_OF_IT) < PALE:
            found.append(place)
    return found


def _drawn(page: pdfium.PdfPage) -> Picture:
    dots: Picture = page.render(scale=SCALE, grayscale=True).to_numpy().squeeze()
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


def _windows(page: pdfium.PdfPage, boxes: Numbers, shape: tuple[int, ...]) -> Windows:
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
    first = np.floor(low).astype(np.int32)
    last = np.maximum(np.ceil(high).astype(np.int32), first + 1)
    limits = np.array([width, height])
    return np.hstack([np.clip(first, 0, limits), np.clip(last, 0, limits)])


def _differs(one: Picture, other: Picture, windows: Windows) -> Mask:
    """In which windows two pictures of a page differ so that a reader sees it."""
    dots = (np.maximum(one, other) - np.minimum(one, other) >= FAINTEST).ravel()
    height, width = one.shape
    x0, y0, x1, y1 = windows.T
    seen = np.zeros(len(windows), dtype=bool)
    # A look at a few dots of each is enough for most.
    for steps in (np.arange(1, SAMPLES, 3), np.arange(SAMPLES)):
        left = np.flatnonzero(~seen & (x1 > x0) & (y1 > y0))
        columns = x0[left, None] + (x1 - x0)[left, None] * steps // SAMPLES
        rows = y0[left, None] + (y1 - y0)[left, None] * steps // SAMPLES
        columns, rows = np.minimum(columns, width - 1), np.minimum(rows, height - 1)
        places = rows[:, :, None] * width + columns[:, None, :]
        seen[left] = dots.take(places).any(axis=(1, 2))
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
    page: pdfium.PdfPage, stored: _Stored, there: Mask, small: Mask, full: Picture, windows: Windows
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
    every = np.flatnonzero(there)
    found: set[tuple[int, int]] = set()
    wide, high = (stored.boxes[every, side + 2] - stored.boxes[every, side] for side in (0, 1))
    widest, highest = float(wide.max(initial=0.0)), max(float(high.max(initial=0.0)), 1.0)
    # Two that overlap stand in one band of twice the greatest height, or in one half a band lower.
    for shift in (0.0, 0.5):
        band = np.floor(stored.boxes[every, 1] / (2 * highest) + shift)
        order = np.lexsort((stored.boxes[every, 0], band))
        places, band, boxes = every[order], band[order], stored.boxes[every[order]]
        for step in range(1, len(places)):
            a, b = boxes[:-step], boxes[step:]
            near = (band[:-step] == band[step:]) & (b[:, 0] - a[:, 0] < widest)
            if not near.any():
                break
            at = np.flatnonzero(near)
            a, b = a[at], b[at]
            width = np.minimum(a[:, 2], b[:, 2]) - np.maximum(a[:, 0], b[:, 0])
            height = np.minimum(a[:, 3], b[:, 3]) - np.maximum(a[:, 1], b[:, 1])
            area = [(each[:, 2] - each[:, 0]) * (each[:, 3] - each[:, 1]) for each in (a, b)]
            shared = np.clip(width, 0, None) * np.clip(height, 0, None)
            on = at[shared > COVERS * np.minimum(*area)]
            both = ((int(places[i]), int(places[i + step])) for i in on)
            found |= {(min(pair), max(pair)) for pair in both}
    return sorted(found)
