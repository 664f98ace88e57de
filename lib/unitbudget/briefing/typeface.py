"""The suite's own typeface: the same on every machine, and a missing glyph is an error."""

from __future__ import annotations

import re
import unicodedata
import warnings
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import brotli
from fontTools.ttLib import TTFont, woff2

from unitbudget.errors import UnitBudgetError

if TYPE_CHECKING:
    from matplotlib.typing import RcKeyType

# The last tenth of the size takes ten times as long to press out.
woff2.brotli = SimpleNamespace(**(vars(brotli) | {"compress": partial(brotli.compress, quality=6)}))

FAMILY = "Unitbudget Sans"
TITLE_FAMILY = "Unitbudget Serif"


class MissingGlyph(UnitBudgetError):
    """A character that the typeface cannot draw, so that a reader would see a box."""


@dataclass(frozen=True)
class Face:
    """One font file of the suite."""

    family: str
    weight: int
    file: str

    @property
    def path(self) -> Path:
        return Path(__file__).parents[1] / "fonts" / self.file

    def open(self) -> TTFont:
        # Bounding boxes stay the whole face's: measuring a subset anew would double the time.
        return TTFont(
            BytesIO(self.path.read_bytes()), lazy=True, recalcBBoxes=False, recalcTimestamp=False
        )


FACES = {
    "sans-regular": Face(FAMILY, 400, "UnitbudgetSans-Regular.otf"),  # GBK
    "sans-bold": Face(FAMILY, 700, "UnitbudgetSans-Bold.otf"),  # GB2312
    "serif-bold": Face(TITLE_FAMILY, 700, "UnitbudgetSerif-Bold.otf"),  # GB2312
}


def register() -> str:
    """The family to ask matplotlib for, its faces made known; calling again changes nothing."""
    from matplotlib.font_manager import fontManager  # only who draws needs matplotlib

    known = {entry.fname for entry in fontManager.ttflist}
    for face in FACES.values():
        if str(face.path) not in known:
            fontManager.addfont(face.path)
    return FAMILY


def rc() -> dict[RcKeyType, Any]:
    """The matplotlib settings of figures set in the suite's typeface."""
    return {
        "font.family": [register()],
        "axes.unicode_minus": True,
    }  # the sans draws − as wide as a digit


@contextmanager
def strict_glyphs() -> Iterator[None]:
    """While figures are drawn here, a missing glyph is a `MissingGlyph` error."""
    with warnings.catch_warnings():
        warnings.filterwarnings("error", message=r"Glyph \d+ ", category=UserWarning)
        try:
            yield
        except UserWarning as warning:
            glyph = re.match(r"Glyph (\d+) ", str(warning))
            if glyph is None:
                raise
            raise MissingGlyph(_lack(chr(int(glyph[1])), "a font of the figure")) from warning


def drawable(face: str = "sans-regular") -> frozenset[str]:
    """Every character the face can draw."""
    return _drawable(face)


def require_glyphs(text: str, face: str = "sans-regular") -> None:
    """Raise `MissingGlyph`, naming the characters, if the face cannot draw all of the text."""
    missing = _printed(text) - _drawable(face)
    if missing:
        raise MissingGlyph(_lack(missing, face))


def woff2_subset(text: str, face: str) -> bytes:
    """The face as WOFF2 with this text's glyphs only: the same text, the same bytes."""
    require_glyphs(text, face)
    return _woff2(face, _printed(text))


def css_font_faces(text_by_face: Mapping[str, str]) -> str:
    """`@font-face` rules that carry the glyphs of a page's texts inside the page, keyed by face.

    A bold face knows fewer rare characters; it borrows those of 甪直 from the regular one.
    """
    rules = []
    for name, face in FACES.items():
        printed = _printed(text_by_face.get(name, ""))
        borrowed = printed - _drawable(name)
        if own := printed - borrowed:
            rules.append(_rule(face, woff2_subset("".join(own), name)))
        if borrowed:
            rules.append(
                _rule(face, woff2_subset("".join(borrowed), "sans-regular"), only=borrowed)
            )
    return "\n".join(rules)


def _rule(face: Face, font: bytes, only: Iterable[str] = ()) -> str:
    limit = ",".join(f"U+{ord(character):X}" for character in sorted(only))
    return (
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};font-style:normal;'
        + (f"unicode-range:{limit};" if limit else "")
        + f'src:url(data:font/woff2;base64,{b64encode(font).decode()}) format("woff2")}}'
    )


@cache
def _woff2(face: str, characters: frozenset[str]) -> bytes:
    options, make = _cutter()
    font = FACES[face].open()
    subsetter = make(options)
    subsetter.populate(unicodes=sorted(map(ord, characters)))
    subsetter.subset(font)
    font.flavor = "woff2"
    file = BytesIO()
    font.save(file)
    return file.getvalue()


@cache
def _cutter() -> tuple[Any, Any]:
    """What cuts a face to some of its glyphs, copying each glyph as it is.

    No glyph of the faces is made of others or shares parts with them, so looking into every glyph
    for what it needs would double the time for nothing.
    """
    from fontTools import subset  # only who makes web fonts waits for it
    from fontTools.ttLib import getTableClass

    outlines: Any = getTableClass("CFF ")
    outlines.closure_glyphs = outlines.remove_unused_subroutines = lambda *_: None
    # Names, copyright and licence stay; no ≤ comes along for a ≥.
    options: Any = subset.Options(name_IDs=[0, 1, 2, 4, 6, 13, 14], bidi_closure=False)
    return options, subset.Subsetter


@cache
def _drawable(face: str) -> frozenset[str]:
    return frozenset(map(chr, FACES[face].open().getBestCmap()))


def _printed(text: str) -> frozenset[str]:
    return frozenset(text) - frozenset("\t\n\r")


def _lack(characters: Iterable[str], font: str) -> str:
    named = ", ".join(
        f"{c} (U+{ord(c):04X} {unicodedata.name(c, 'unnamed')})" for c in sorted(characters)
    )
    remedy = "write the text without it, or cut the face with it (fonts/README.md)"
    return f"{font} has no glyph for {named}; {remedy}"
