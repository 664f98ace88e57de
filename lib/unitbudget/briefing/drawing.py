"""A sheet as wide as a telephone, on which words and bars are set from top to bottom.

One point of the sheet is about one pixel on a telephone 390 pixels wide, so that a size chosen here
is the size it is read at. The same sheet always gives the same bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any

from PIL import Image

from unitbudget.briefing import typeface
from unitbudget.briefing.words import Sentence
from unitbudget.money.display import safe

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH = 360.0
MARGIN = 4.0
DOTS_PER_INCH = 216

# One strong hue and greys: told apart by every eye, and on a grey print by darkness alone.
INK = "#1a1d21"
FAINT = "#5b636d"
STRONG = "#0b4f8a"
MIDDLE = "#98a4b1"
PALE = "#b9c2cc"
PALER = "#dfe4e9"
PAPER = "#ffffff"
BRIGHT = "white"
NOT_FILLED = "none"
# Between the strong hue and paper, where degrees are told apart.
DEEP, LIGHT = "#7d97b4", "#c9d5e2"

#: The colours by the names that the style sheet of a page has for them.
SHADES = {
    INK: "ink", FAINT: "faint", STRONG: "strong", DEEP: "deep", MIDDLE: "middle", PALE: "pale",
    LIGHT: "light", PALER: "paler", PAPER: "paper", BRIGHT: "bright", NOT_FILLED: "hollow",
}  # fmt: skip
#: How far below its middle a line of words has its baseline, in parts of its size.
BELOW_MIDDLE = 0.36

TITLE, BODY, SMALL, TINY = 15.0, 12.0, 10.5, 9.5

# No line begins with closing punctuation, and no number is broken.
_UNIT = re.compile(
    r"[（《“〔]*(?:[+−-]?[\d,.]+(?:%|万元|元|年)?|[A-Za-z0-9.,_-]+|.)[，。、；：！？）》”〕%]*",
    re.DOTALL,
)


def width_of(text: str, size: float) -> float:
    """About how wide a line is when set: Chinese characters are square, digits half as wide."""
    ems = sum(_em(character) for character in text)
    return ems * size


def _em(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    return 0.32 if character in ".,:;' " else 0.61


def lines_of(text: str, size: float, width: float) -> list[str]:
    """The text broken into lines no wider than that."""
    lines = [""]
    for unit in _UNIT.findall(text):
        if lines[-1] and width_of(lines[-1] + unit, size) > width:
            lines.append("")
        lines[-1] += unit
    # A name is never broken before its last character.
    if len(lines) > 1 and len(lines[-1].strip("，。、；：！？）》”〕%")) == 1:
        *_, last = _UNIT.findall(lines[-2])
        if lines[-2] != last:
            lines[-2:] = [lines[-2].removesuffix(last), last + lines[-1]]
    return lines


def balanced(text: str, size: float, width: float) -> list[str]:
    """The text broken into as few lines as possible, of about one length, as titles are set."""
    fewest = len(lines_of(text, size, width))
    narrow = width
    while narrow > size and len(lines_of(text, size, narrow - size)) == fewest:
        narrow -= size
    return lines_of(text, size, narrow)


def in_lines(said: Sentence, lines: list[str]) -> list[Sentence]:
    """A sentence broken into these lines, its numbers still knowing where they come from."""
    found, reached = [], 0
    for line in lines:
        found.append(said.cut(reached, reached + len(line)))
        reached += len(line)
    return found


@dataclass
class Sheet:
    """Marks on a sheet that grows downwards; ``y`` is where the next one goes."""

    y: float = 6.0
    marks: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    @property
    def height(self) -> float:
        return self.y + 4.0

    def text(self, x: float, y: float, said: Sentence, size: float = BODY, **how: Any) -> None:
        """One line of words; ``y`` is its middle."""
        if str(said):
            self.marks.append(("text", {"x": x, "y": y, "said": said, "fontsize": size, **how}))

    def bar(self, x: float, y: float, width: float, height: float, **how: Any) -> None:
        """A filled rectangle, its upper left corner at x, y."""
        self.marks.append(("bar", {"x": x, "y": y, "w": width, "h": height, **how}))

    def line(self, xs: list[float], ys: list[float], **how: Any) -> None:
        self.marks.append(("line", {"xs": xs, "ys": ys, **how}))

    def title(self, said: Sentence) -> None:
        """The message at the head of the sheet."""
        lines = balanced(str(said), TITLE, WIDTH - 2 * MARGIN)
        self._set(in_lines(said, lines), TITLE, INK, "bold")

    def paragraph(self, said: Sentence, size: float = BODY, color: str = INK) -> None:
        """Words over as many lines as they need, from here downwards."""
        self._set(in_lines(said, lines_of(str(said), size, WIDTH - 2 * MARGIN)), size, color)

    def _set(self, lines: list[Sentence], size: float, color: str, weight: str = "normal") -> None:
        for line in lines:
            self.text(MARGIN, self.y + size * 0.7, line, size, color=color, weight=weight)
            self.y += size * 1.4

    def space(self, height: float) -> None:
        self.y += height

    def png(self) -> bytes:
        """The sheet as a picture. Raises ``MissingGlyph`` for a character the typeface lacks."""
        import matplotlib
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure

        with matplotlib.rc_context(typeface.rc()), typeface.strict_glyphs():
            figure = Figure(
                figsize=(WIDTH / 72, self.height / 72), dpi=DOTS_PER_INCH, facecolor=PAPER
            )
            canvas: Any = FigureCanvasAgg(figure)
            axes = figure.add_axes((0, 0, 1, 1))
            axes.set(xlim=(0, WIDTH), ylim=(self.height, 0))
            axes.axis("off")
            for kind, mark in self.marks:
                _DRAW[kind](axes, dict(mark))
            canvas.draw()
        size = canvas.get_width_height()
        return _light(Image.frombuffer("RGBA", size, canvas.buffer_rgba(), "raw", "RGBA", 0, 1))


def _light(picture: Image.Image) -> bytes:
    """The picture with as many colours as it needs: a quarter of the weight, alike to the eye."""
    method, dither = Image.Quantize.FASTOCTREE, Image.Dither.NONE
    file = BytesIO()
    picture.convert("RGB").quantize(64, method=method, dither=dither).save(file, "PNG")
    return file.getvalue()


def _text(axes: Axes, mark: dict[str, Any]) -> None:
    usual = {"color": INK, "va": "center_baseline", "ha": "left", "parse_math": False}
    axes.text(s=str(mark.pop("said")), **{**usual, **mark})


def _bar(axes: Axes, mark: dict[str, Any]) -> None:
    from matplotlib.patches import Rectangle

    corner, width, height = (mark.pop("x"), mark.pop("y")), mark.pop("w"), mark.pop("h")
    axes.add_patch(Rectangle(corner, width, height, **{"linewidth": 0, **mark}))


def _line(axes: Axes, mark: dict[str, Any]) -> None:
    axes.plot(mark.pop("xs"), mark.pop("ys"), **{"color": FAINT, "linewidth": 0.8, **mark})


def _area(axes: Axes, mark: dict[str, Any]) -> None:
    from matplotlib.patches import Polygon

    axes.add_patch(Polygon(mark["corners"], closed=True, linewidth=0, facecolor=mark["color"]))


_DRAW = {"text": _text, "bar": _bar, "line": _line, "area": _area}


# On a page the same marks are shapes and words, so that each number in them leads to its proof.


def svg(sheet: Sheet, label: str) -> str:
    """The marks of a sheet as part of a page; the style sheet knows light, dark and paper."""
    marks = "".join(_SHAPED[kind](mark) for kind, mark in sheet.marks)
    about = f'viewBox="0 0 {WIDTH:g} {_short(sheet.height)}" aria-label="{safe(label)}"'
    return f'<svg class="drawing" role="group" {about}>{marks}</svg>'


def _text_of(mark: Mapping[str, Any]) -> str:
    size = mark["fontsize"]
    kind = SHADES[mark.get("color", INK)] + (" heavy" if mark.get("weight") == "bold" else "")
    anchor = ' text-anchor="end"' if mark.get("ha") == "right" else ""
    place = f'x="{_short(mark["x"])}" y="{_short(mark["y"] + BELOW_MIDDLE * size)}"'
    return f'<text class="{kind}" {place} font-size="{size:g}"{anchor}>{mark["said"].html}</text>'


def _bar_of(mark: Mapping[str, Any]) -> str:
    left, width = min(mark["x"], mark["x"] + mark["w"]), abs(mark["w"])
    kind, edge = SHADES[mark["facecolor"]], mark.get("edgecolor")
    if edge:
        kind += f' edge-{SHADES[edge]}" stroke-width="{mark["linewidth"]:g}'
    return (
        f'<rect class="{kind}" x="{_short(left)}" y="{_short(mark["y"])}"'
        f' width="{_short(width)}" height="{_short(mark["h"])}"/>'
    )


def _line_of(mark: Mapping[str, Any]) -> str:
    (x1, x2), (y1, y2) = (map(_short, mark[side]) for side in ("xs", "ys"))
    kind, width = SHADES[mark.get("color", FAINT)], mark.get("linewidth", 0.8)
    place = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
    return f'<line class="{kind}" {place} stroke-width="{width:g}"/>'


def _area_of(mark: Mapping[str, Any]) -> str:
    corners = " ".join(f"{_short(x)},{_short(y)}" for x, y in mark["corners"])
    return f'<polygon class="{SHADES[mark["color"]]}" points="{corners}"/>'


def _short(length: float) -> str:
    """A length to a tenth of a point, finer than any screen."""
    return f"{round(length, 1):g}"


_SHAPED: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "text": _text_of, "bar": _bar_of, "line": _line_of, "area": _area_of,
}  # fmt: skip
