"""Camelot by its parts: the only module that knows names Camelot and playa do not promise to keep.

Nothing of theirs is changed: a parser of our own, derived from Camelot's, is told which rules a
page has and keeps grids that are nearly blank. playa lays one page out after the other, so a page
that cannot be laid out, or is a drawing of thousands of lines, costs that page alone.
"""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from importlib import import_module
from typing import Any

import numpy as np
import playa
from playa import miner

from unitbudget.errors import NotAPdf, NoTextLayer
from unitbudget.money.text import normalise
from unitbudget.reading.glyphs import NO_GLYPHS, Glyph
from unitbudget.reading.marks import twice
from unitbudget.reading.sheets import Sheet
from unitbudget.reading.witness import Rules

#: Where in a page's layout the rules are: x0, y0, x1, y1 in points.
Segment = tuple[float, float, float, float]
#: The rules of one page as laid out, in one direction: "horizontal" or "vertical".
Finder = Callable[[Any, str], list[Segment]]

#: More crossings of rules than this on one page, and it is a drawing and no table.
MOST_CROSSINGS = 400_000
#: How playa gathers characters to lines, as Camelot has it do.
LAYOUT = {"char_margin": 1.0, "boxes_flow": None, "detect_vertical": True, "all_texts": True}
#: More of a document's characters than this seen by one reader alone, and its fonts are broken.
MOST_MISSED = 0.005
#: The two readers place one character so many points apart at most.
AROUND = 1.0


def _undrawn(name: str) -> Any:
    """A part of Camelot, which would start matplotlib only to draw what it found for debugging."""
    if "matplotlib" in sys.modules:
        return import_module(name)
    sys.modules["matplotlib"] = None  # type: ignore[assignment]
    try:
        return import_module(name)
    finally:
        del sys.modules["matplotlib"]


# Inside Camelot and playa nothing carries types that would help here.
_camelot = _undrawn("camelot.image_processing")
_miner: Any = miner
_Lattice: Any = import_module("camelot.parsers.lattice").Lattice

logging.getLogger("camelot").setLevel(logging.ERROR)
_log = logging.getLogger(__name__)


class _Drawn(list[Any]):
    """What is drawn on one page, looked for once."""

    def __init__(self, layout: Any) -> None:
        items = _camelot._walk_layout_objects(layout)
        super().__init__(item for item in items if isinstance(item, _miner.LTCurve))
        self.pageid = layout.pageid


class _Ruled(_Lattice):  # type: ignore[misc]
    """Camelot's reader of ruled grids, with the rules it is told to see.

    Camelot takes a grid that is 90 % blank for noise. Here it is a table disclosed as empty.
    """

    def __init__(self, find: Finder, tolerance: float) -> None:
        super().__init__(engine="vector", split_text=True, line_tol=tolerance, joint_tol=tolerance)
        self.find = find
        self.seen: Rules | None = None

    def _generate_table_bbox(self) -> None:
        drawn = _Drawn(self.layout)
        self.pdf_image = self.threshold = None
        lying, upright = (
            [
                piece
                for rule in _on_page(self.find(drawn, way), self.layout.bbox)
                for piece in (self.seen.shown(*rule) if self.seen else (rule,))
            ]
            for way in ("horizontal", "vertical")
        )
        self.horizontal_segments, self.vertical_segments = lying, upright
        self.table_bbox_parses = {}
        if len(lying) * len(upright) > MOST_CROSSINGS:
            _log.warning("page %s: %s × %s rules are no table", self.page, len(lying), len(upright))
            return
        for box, joints in _camelot.find_joints_from_lines(lying, upright).items():
            self.table_bbox_parses[box] = {"joints": joints}
        self._compute_table_anchors()

    def record_parse_metadata(self, table: Any) -> None:
        """The text of its cells is all that is wanted of a table."""
        self.compute_parse_errors(table)

    def _reject_table(self, table: Any) -> bool:
        return False


def _on_page(segments: Collection[Segment], page: Segment) -> Iterator[Segment]:
    """The rules on the page as it is cut, without what lies beyond its edge."""
    left, bottom, right, top = page
    for x0, y0, x1, y1 in segments:
        a, b, c, d = max(x0, left), max(y0, bottom), min(x1, right), min(y1, top)
        if a <= c and b <= d:
            yield a, b, c, d


def grids(
    name: str,
    content: bytes,
    sheets: Collection[Sheet],
    find: Finder,
    rules: Mapping[int, Rules],
    tolerance: float = 2.0,
) -> dict[int, list[Any]]:
    """Camelot's tables by page, each page's from the top. Raises ``NotAPdf``.

    What is drawn and not to be seen is no rule: ``rules`` says what is, page by page.
    """
    found: dict[int, list[Any]] = {}
    if not sheets:
        return found
    parser = _Ruled(find, tolerance)
    laid_out = printed = more = 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for sheet, layout, beyond in _layouts(name, content, sheets):
            laid_out += 1
            printed, more = printed + len(sheet.glyphs), more + beyond
            parser.seen = rules.get(sheet.number)
            texts = [*_texts(layout)]
            upright = [text for text in texts if isinstance(text, _miner.LTTextLineVertical)]
            lying = [text for text in texts if not isinstance(text, _miner.LTTextLineVertical)]
            size = layout.bbox[2:]
            parser.prepare_page_parse(
                name, layout, size, sheet.number, [], lying, upright, "", layout_kwargs={}
            )
            if tables := parser.extract_tables():
                found[sheet.number] = sorted(tables, key=lambda table: -table._bbox[3])
    if not laid_out:
        raise _damaged(name, "没有一页能排出来")
    if more > MOST_MISSED * printed:
        raise NoTextLayer(
            name,
            f"表格页上有 {more} 个字只有一种读法认得，文字层已损坏",
            "请换用文字能正常复制的 PDF",
        )
    return found


def _layouts(
    name: str, content: bytes, sheets: Collection[Sheet]
) -> Iterator[tuple[Sheet, Any, int]]:
    """Each page as playa lays it out, cut and turned as it is read; how much more text it sees.

    Only playa works inside the ``try``: whatever it raises, a broken file provoked.
    """
    try:
        document = playa.parse(content, space="page", password="")
        count = len(document.pages)
    except Exception as error:
        raise _damaged(name, type(error).__name__) from error
    with document:
        for sheet in sheets:
            if sheet.number > count:
                continue
            try:
                layout, more = _laid_out(document.pages[sheet.number - 1], sheet)
            except Exception:
                _log.warning("%s, page %s cannot be laid out", name, sheet.number, exc_info=True)
            else:
                yield sheet, layout, more


def _laid_out(page: Any, sheet: Sheet) -> tuple[Any, int]:
    page.mediabox = sheet.cut
    page.set_initial_ctm("page", sheet.turn)
    layout = _miner.extract_page(page)
    layout, more = _as_seen(layout, sheet)
    layout.analyze(_miner.LAParams(**LAYOUT))
    return layout, more


def _as_seen(layout: Any, sheet: Sheet) -> tuple[Any, int]:
    """The page without stored characters that are not to be seen, or were printed before.

    With it how many characters are left that pdfium has nothing for.
    """
    items = [*_flat(layout)]
    chars = [item for item in items if isinstance(item, _miner.LTChar)]
    if not sheet.erased and sum(map(_is_printed, chars)) <= len(sheet.glyphs):
        return layout, 0
    gone = _erased(chars, sheet.erased)
    rest = [char for char in chars if id(char) not in gone]
    places = np.array([char.bbox for char in rest]).reshape(-1, 4)
    again = twice([char.get_text()[:1] or " " for char in rest], places)
    gone |= {id(char) for char, is_again in zip(rest, again, strict=True) if is_again}
    left = _miner.LTPage(layout.pageid, layout.bbox)
    left.extend(item for item in items if id(item) not in gone)
    printed = sum(_is_printed(char) for char in chars if id(char) not in gone)
    return left, max(0, printed - len(sheet.glyphs))


def _is_printed(char: Any) -> bool:
    text: str = char.get_text()
    return not text.isspace() and text not in NO_GLYPHS


def _erased(every: Collection[Any], erased: Collection[Glyph]) -> set[int]:
    """Of playa's characters those that are not to be seen, each taken away once."""
    chars: dict[str, list[Any]] = {}
    for char in every:
        chars.setdefault(normalise(char.get_text()), []).append(char)
    gone: set[int] = set()
    for glyph in erased:
        x, y = glyph.middle
        here = [
            char
            for char in chars.get(glyph.char, ())
            if id(char) not in gone
            and char.x0 - AROUND <= x <= char.x1 + AROUND
            and char.y0 - AROUND <= y <= char.y1 + AROUND
        ]
        if here:
            gone.add(id(min(here, key=lambda char: abs(char.x0 + char.x1 - 2 * x))))
    return gone


def _flat(layout: Any) -> Iterator[Any]:
    """Everything on a page, taken out of the figures it stands in."""
    for item in layout:
        if isinstance(item, _miner.LTFigure):
            yield from _flat(item)
        else:
            yield item


def _texts(layout: Any) -> Iterator[Any]:
    """The lines of text on a page, whatever they stand in."""
    for item in layout:
        if isinstance(item, _miner.LTTextLine):
            yield item
        elif isinstance(item, _miner.LTContainer):
            yield from _texts(item)


def _damaged(name: str, why: str) -> NotAPdf:
    return NotAPdf(name, f"文件已损坏，表格读不出来（{why}）", "请重新下载，并核对文件大小")


def strokes(layout: Any) -> Iterator[Segment]:
    """What Camelot takes for a rule: strokes, the edges of frames, thin filled rectangles."""
    yield from _camelot._ruled_lines_from_layout(layout)


def lines(layout: Any, direction: str) -> list[Segment]:
    """Camelot's own rules of one page in one direction, joined."""
    found: list[Segment] = _camelot.find_lines_from_layout(layout, direction)
    return found


def joined(segments: Collection[Segment], direction: str, gap: float = 2.0) -> list[Segment]:
    """Segments in one line that touch, or nearly, as one."""
    found: list[Segment] = _camelot.coalesce_collinear_lines(list(segments), direction, tol=gap)
    return found


def objects(layout: Any) -> Iterator[Any]:
    """Everything on a laid out page, whatever it stands in."""
    yield from _camelot._walk_layout_objects(layout)
