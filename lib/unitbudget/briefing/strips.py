"""Strips: a whole as one bar cut into its parts, where a part may open into a strip of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unitbudget.briefing.charts import INSIDE, Chart, named
from unitbudget.briefing.drawing import (
    BODY,
    BRIGHT,
    FAINT,
    INK,
    MARGIN,
    MIDDLE,
    PALE,
    PALER,
    PAPER,
    SMALL,
    STRONG,
    WIDTH,
    Sheet,
    width_of,
)
from unitbudget.briefing.show import Shown
from unitbudget.briefing.words import Sentence, joined, number
from unitbudget.figures import Figure

STRIP, GAP = 38.0, "  "


@dataclass(frozen=True)
class Part:
    """One part of a whole: its name, its share, what is said of it."""

    name: str
    share: Figure
    label: Sentence
    strong: bool = False


@dataclass(frozen=True)
class Strip:
    """A whole as one strip of its parts; its strong part may open into the next strip."""

    title: Sentence
    parts: tuple[Part, ...]
    opens: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    """What is said of a narrow part: where the part is, from where to where the words go."""

    said: Sentence
    middle: float
    left: float
    right: float
    strong: bool


def strips(message: Sentence, strips: Sequence[Strip], numbers: Shown, **about: str) -> Chart:
    """Wholes as strips one below the other; one may open from the strong part of the one above."""

    def draw(sheet: Sheet) -> None:
        opened: tuple[float, float, float] | None = None
        for place, strip in enumerate(strips):
            opened = _strip(sheet, strip, opened, last=place == len(strips) - 1)

    return Chart(message, numbers, draw, **about)


def _strip(
    sheet: Sheet, strip: Strip, opened: tuple[float, float, float] | None, last: bool
) -> tuple[float, float, float] | None:
    """Draw a strip and say where its strong part lies, for the next one to open from."""
    if str(strip.title):
        sheet.paragraph(strip.title, SMALL, FAINT)
        sheet.space(3)
    top = sheet.y
    if opened:
        left, right, bottom = opened
        corners = [(left, bottom), (right, bottom), (WIDTH - MARGIN, top), (MARGIN, top)]
        sheet.marks.insert(0, ("area", {"corners": corners, "color": PALER}))
    x, strong, narrow = MARGIN, None, []
    for place, part in enumerate(strip.parts):
        length = INSIDE * float(part.share.value) / 100
        fill = STRONG if part.strong else (MIDDLE, PALE)[place % 2]
        sheet.bar(x, top, max(length, 0.6), STRIP, facecolor=fill, edgecolor=PAPER, linewidth=0.8)
        if not _inside(sheet, part, x, length):
            narrow.append((x + length / 2, part))
        if part.strong:
            strong = (x, x + length, top + STRIP)
        x += length
    sheet.y = top + STRIP + 4
    _names(sheet, narrow, top + STRIP)
    sheet.space(2 if last else 10)
    return strong if strip.opens and not last else None


def _inside(sheet: Sheet, part: Part, x: float, length: float) -> bool:
    """Write name, share and amount into a part that is wide enough for them."""
    name, values = _told(part)
    if max(width_of(str(name), BODY), width_of(str(values), BODY)) + 8 > length:
        return False
    color = BRIGHT if part.strong else INK
    for line, middle in ((name, 0.3), (values, 0.7)):
        weight = "bold" if part.strong else "normal"
        sheet.text(x + 5, sheet.y + STRIP * middle, line, color=color, weight=weight)
    return True


def _told(part: Part) -> tuple[Sentence, Sentence]:
    """The name of a part, and its share and amount."""
    return named(part.name, part.share), joined([number(part.share), part.label], GAP)


def _names(sheet: Sheet, narrow: list[tuple[float, Part]], start: float) -> None:
    """Name narrow parts below the strip, each at the end of a thin line.

    Names to the left of their lines come first, from the left; the others follow, from the right.
    A line that meets the name of another part goes on below it.
    """
    leftwards: list[_Name] = []
    rightwards: list[_Name] = []
    for middle, part in narrow:
        said = joined([*_told(part)], GAP)
        wide = width_of(str(said), BODY)
        fits = middle + 5 + wide < WIDTH - MARGIN
        left = middle + 4 if fits else max(middle - 4 - wide, MARGIN)
        found = _Name(said, middle, left, left + wide, part.strong)
        (rightwards if fits else leftwards).append(found)
    rows = [*leftwards, *reversed(rightwards)]
    for last, name in enumerate(rows):
        top = start
        for row, other in enumerate(rows[: last + 1]):
            height = sheet.y + BODY * (0.7 + 1.4 * row)
            if other.left < name.middle < other.right:
                _line_down(sheet, name.middle, top, height - BODY * 0.6)
                top = height + BODY * 0.6
            elif other is name:
                _line_down(sheet, name.middle, top, height)
    for name in rows:
        weight = "bold" if name.strong else "normal"
        sheet.text(name.left, sheet.y + BODY * 0.7, name.said, weight=weight)
        sheet.space(BODY * 1.4)


def _line_down(sheet: Sheet, x: float, top: float, bottom: float) -> None:
    if top < bottom:
        sheet.line([x, x], [top, bottom], color=FAINT, linewidth=0.7)
