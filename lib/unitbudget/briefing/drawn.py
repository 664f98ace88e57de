"""A chart as part of a page: shapes and words, so that each number in it leads to its proof.

The marks are those of the picture a notebook keeps. Colours are named and given by the style sheet,
which knows light, dark and paper.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from unitbudget.briefing import drawing
from unitbudget.briefing.drawing import FAINT, INK, NOT_FILLED, WIDTH, Sheet
from unitbudget.money.display import safe

SHADES = {
    getattr(drawing, name): name.lower()
    for name in ("INK", "FAINT", "STRONG", "DEEP", "MIDDLE", "PALE", "LIGHT", "PALER", "PAPER",
                 "BRIGHT")
} | {NOT_FILLED: "hollow"}  # fmt: skip
#: How far below its middle a line of words has its baseline, in parts of its size.
BELOW_MIDDLE = 0.36


def svg(sheet: Sheet, label: str) -> str:
    """The marks of a sheet as shapes and words of a page."""
    marks = "".join(_DRAW[kind](mark) for kind, mark in sheet.marks)
    about = f'viewBox="0 0 {WIDTH:g} {_short(sheet.height)}" aria-label="{safe(label)}"'
    return f'<svg class="drawing" role="group" {about}>{marks}</svg>'


def _text(mark: Mapping[str, Any]) -> str:
    size = mark["fontsize"]
    kind = SHADES[mark.get("color", INK)] + (" heavy" if mark.get("weight") == "bold" else "")
    anchor = ' text-anchor="end"' if mark.get("ha") == "right" else ""
    place = f'x="{_short(mark["x"])}" y="{_short(mark["y"] + BELOW_MIDDLE * size)}"'
    return f'<text class="{kind}" {place} font-size="{size:g}"{anchor}>{mark["said"].html}</text>'


def _bar(mark: Mapping[str, Any]) -> str:
    left, width = min(mark["x"], mark["x"] + mark["w"]), abs(mark["w"])
    kind, edge = SHADES[mark["facecolor"]], mark.get("edgecolor")
    if edge:
        kind += f' edge-{SHADES[edge]}" stroke-width="{mark["linewidth"]:g}'
    return (
        f'<rect class="{kind}" x="{_short(left)}" y="{_short(mark["y"])}"'
        f' width="{_short(width)}" height="{_short(mark["h"])}"/>'
    )


def _line(mark: Mapping[str, Any]) -> str:
    (x1, x2), (y1, y2) = (map(_short, mark[side]) for side in ("xs", "ys"))
    kind, width = SHADES[mark.get("color", FAINT)], mark.get("linewidth", 0.8)
    place = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
    return f'<line class="{kind}" {place} stroke-width="{width:g}"/>'


def _area(mark: Mapping[str, Any]) -> str:
    corners = " ".join(f"{_short(x)},{_short(y)}" for x, y in mark["corners"])
    return f'<polygon class="{SHADES[mark["color"]]}" points="{corners}"/>'


def _short(length: float) -> str:
    """A length to a tenth of a point, finer than any screen."""
    return f"{round(length, 1):g}"


_DRAW: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "text": _text, "bar": _bar, "line": _line, "area": _area,
}  # fmt: skip
