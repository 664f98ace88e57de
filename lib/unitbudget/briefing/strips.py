"""Strips: a whole as one bar cut into its parts, where a part may open into a strip of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from unitbudget.briefing.charts import INSIDE, Chart, few, missing_of, rows_of
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
from unitbudget.briefing.tables import TOTAL
from unitbudget.briefing.words import Sentence, joined, number, text, told
from unitbudget.money.figure import PERCENT, Figure

STRIP, GAP = 38.0, "  "
#: More parts than this are no longer read one by one.
FEW = 6


@dataclass(frozen=True)
class Part:
    """One part of a whole: its name, its share, what is said of it."""

    name: str
    share: Figure
    label: Sentence
    strong: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    """What is said of a narrow part: where the part is, from where to where the words go."""

    said: Sentence
    middle: float
    left: float
    right: float
    strong: bool


def strip(
    *wholes: tuple[object, pd.DataFrame],
    message: str,
    column: str = "total",
    share: str = "share",
    **values: Any,
) -> Chart | Sentence:
    """Wholes as strips one below the other, each a title and a frame with amounts and shares.

    The second and later ones open from the strong part, the largest, of the one above.
    """
    first = wholes[0][1]
    having = first[first[column].notna() & first[share].notna()]
    if "level" in having:
        having = having[having["level"] != TOTAL]
    words = told(message, having, **{"missing": missing_of(first)} | values)
    if not words.figures:
        return words
    cut = [(title, _parts(frame, column, share)) for title, frame in wholes]
    cut = [(title, parts) for title, parts in cut if parts]

    def draw(sheet: Sheet) -> None:
        opened: tuple[float, float, float] | None = None
        for place, (title, parts) in enumerate(cut, start=1):
            said = title if isinstance(title, Sentence) else text(title)
            opened = _strip(sheet, said, parts, opened, last=place == len(cut))

    return Chart(words, _together([frame for _, frame in wholes], column, share), draw)


def _together(frames: list[pd.DataFrame], column: str, share: str) -> pd.DataFrame:
    """The numbers of all strips as one table."""
    kept = ["name", "level", column, share]
    flat = [
        frame if "name" in frame else frame.rename_axis("name").reset_index() for frame in frames
    ]
    parts = [frame[[name for name in kept if name in frame]] for frame in flat if len(frame)]
    whole = pd.concat(parts, ignore_index=True)
    whole.attrs = frames[0].attrs
    return whole


def _parts(frame: pd.DataFrame, column: str, share: str) -> tuple[Part, ...]:
    """The rows as parts, the largest strong, the smallest of many together."""
    every = [row for row in rows_of(frame, column) if not row[2] and row[1][share] is not pd.NA]
    rows = few(every, column, FEW, share)
    if not rows:
        return ()
    most = max(every, key=lambda row: row[1][column].value)
    return tuple(
        Part(name, row[share].to(PERCENT), number(row[column], "wan"), row is most[1])
        for name, row, _ in rows
        if row[share].value > 0
    )


def _strip(
    sheet: Sheet,
    title: Sentence,
    parts: Sequence[Part],
    opened: tuple[float, float, float] | None,
    last: bool,
) -> tuple[float, float, float] | None:
    """Draw a strip and say where its strong part lies, for the next one to open from."""
    if str(title):
        sheet.paragraph(title, SMALL, FAINT)
        sheet.space(3)
    top = sheet.y
    if opened:
        left, right, bottom = opened
        corners = [(left, bottom), (right, bottom), (WIDTH - MARGIN, top), (MARGIN, top)]
        sheet.marks.insert(0, ("area", {"corners": corners, "color": PALER}))
    x, strong, narrow = MARGIN, None, []
    for place, part in enumerate(parts):
        length = INSIDE * float(part.share) / 100
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
    return None if last else strong


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
    return text(part.name), joined([number(part.share), part.label], GAP)


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
