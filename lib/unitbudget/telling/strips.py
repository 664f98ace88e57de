"""Strips: a whole as one bar cut into its parts, where a part may open into a strip of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from unitbudget.figures import Figure
from unitbudget.telling.charts import INSIDE, Chart
from unitbudget.telling.drawing import (
    BODY,
    FAINT,
    INK,
    MARGIN,
    MIDDLE,
    PALE,
    PALER,
    SMALL,
    STRONG,
    WIDTH,
    Sheet,
    width_of,
)
from unitbudget.telling.show import Shown
from unitbudget.telling.words import Sentence, shown

STRIP = 38.0


@dataclass(frozen=True)
class Part:
    """One part of a whole: its name, its share, what is said of it."""

    name: str
    share: Figure
    label: str
    strong: bool = False


@dataclass(frozen=True)
class Strip:
    """A whole as one strip of its parts; its strong part may open into the next strip."""

    title: str
    parts: tuple[Part, ...]
    opens: bool = False


def strips(message: Sentence, strips: Sequence[Strip], numbers: Shown, **about: str) -> Chart:
    """Wholes as strips one below the other; one may open from the strong part of the one above."""

    def draw(sheet: Sheet) -> None:
        opened: tuple[float, float, float] | None = None
        for number, strip in enumerate(strips):
            opened = _strip(sheet, strip, opened, last=number == len(strips) - 1)

    return Chart(message, numbers, draw, **about)


def _strip(
    sheet: Sheet, strip: Strip, opened: tuple[float, float, float] | None, last: bool
) -> tuple[float, float, float] | None:
    """Draw a strip and say where its strong part lies, for the next one to open from."""
    if strip.title:
        sheet.paragraph(strip.title, SMALL, FAINT)
        sheet.space(3)
    top = sheet.y
    if opened:
        left, right, bottom = opened
        corners = [(left, bottom), (right, bottom), (WIDTH - MARGIN, top), (MARGIN, top)]
        sheet.marks.insert(0, ("area", {"corners": corners, "color": PALER}))
    x, strong, narrow = MARGIN, None, []
    for number, part in enumerate(strip.parts):
        length = INSIDE * float(part.share.value) / 100
        fill = STRONG if part.strong else (MIDDLE, PALE)[number % 2]
        sheet.bar(x, top, max(length, 0.6), STRIP, facecolor=fill, edgecolor="white", linewidth=0.8)
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
    values = f"{shown(part.share)}  {part.label}"
    if max(width_of(part.name, BODY), width_of(values, BODY)) + 8 > length:
        return False
    color = "white" if part.strong else INK
    for line, middle in ((part.name, 0.3), (values, 0.7)):
        weight = "bold" if part.strong else "normal"
        sheet.text(x + 5, sheet.y + STRIP * middle, line, color=color, weight=weight)
    return True


def _names(sheet: Sheet, narrow: list[tuple[float, Part]], start: float) -> None:
    """Name narrow parts below the strip, each at the end of a thin line that crosses no other name.

    Names to the left of their lines come first, from the left; the others follow, from the right.
    """
    leftwards: list[tuple[float, str, bool, bool]] = []
    rightwards: list[tuple[float, str, bool, bool]] = []
    for middle, part in narrow:
        said = f"{part.name}  {shown(part.share)}  {part.label}"
        fits = middle + 5 + width_of(said, BODY) < WIDTH - MARGIN
        (rightwards if fits else leftwards).append((middle, said, part.strong, fits))
    for middle, said, strong, fits in [*leftwards, *reversed(rightwards)]:
        height = sheet.y + BODY * 0.7
        sheet.line([middle, middle], [start, height], color=FAINT, linewidth=0.7)
        x = middle + 4 if fits else max(middle - 4 - width_of(said, BODY), MARGIN)
        sheet.text(x, height, said, weight="bold" if strong else "normal")
        sheet.space(BODY * 1.4)
