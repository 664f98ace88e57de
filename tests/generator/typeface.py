"""The suite's typeface with quadratic outlines, because ReportLab embeds no others.

Only the characters the generator can print are turned; the result stays in the cache.
"""

from __future__ import annotations

import hashlib
import os
from io import BytesIO
from pathlib import Path
from tempfile import NamedTemporaryFile

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont as Font
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

from unitbudget.briefing.typeface import FACES

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "generator"
NAME = "Generated"
#: How far, in units of the em, a quadratic outline may stray from the cubic one.
ERROR = 1.0


def characters() -> str:
    """Everything the generator can print: its own source, its layouts and the codebook."""
    here = Path(__file__).parent
    texts = [*here.glob("*.py"), *here.glob("layouts/*.toml"), *here.glob("words/*")]
    texts += sorted((ROOT / "lib" / "unitbudget" / "reference").glob("*.csv"))
    found = {char for path in texts for char in path.read_text(encoding="utf-8")}
    return "".join(sorted(char for char in found if char.isprintable()))


def register() -> str:
    """Make the typeface known to ReportLab and return its name."""
    if NAME not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(NAME, str(_file())))
    return NAME


def _file() -> Path:
    source = FACES["sans-regular"].path
    wanted = characters()
    key = hashlib.sha256(source.read_bytes() + wanted.encode()).hexdigest()[:16]
    path = CACHE / f"{key}.ttf"
    if not path.is_file():
        CACHE.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=CACHE, suffix=".new", delete=False) as fresh:
            fresh.write(_quadratic(source, wanted))
        os.replace(fresh.name, path)
    return path


def _quadratic(source: Path, wanted: str) -> bytes:
    font = Font(source, lazy=True)
    names = {ord(char): name for char in wanted if (name := font.getBestCmap().get(ord(char)))}
    order = [".notdef", *dict.fromkeys(names.values())]
    outlines, widths = font.getGlyphSet(), font["hmtx"]
    glyphs = {}
    for name in order:
        pen = TTGlyphPen(None)
        outlines[name].draw(Cu2QuPen(pen, ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    builder = FontBuilder(font["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap(names)
    builder.setupGlyf(glyphs)
    table = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {name: (widths[name][0], getattr(table[name], "xMin", 0)) for name in order}
    )
    builder.setupHorizontalHeader(ascent=font["hhea"].ascent, descent=font["hhea"].descent)
    builder.setupNameTable({"familyName": NAME, "styleName": "Regular", "psName": NAME})
    builder.setupOS2(sTypoAscender=font["hhea"].ascent, sTypoDescender=font["hhea"].descent)
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0
    content = BytesIO()
    builder.font.recalcTimestamp = False
    builder.save(content)
    return content.getvalue()
