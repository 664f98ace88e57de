"""Charts with one message: the title says what is to be seen, the marks say it again with numbers.

Bars are sorted and labelled directly; there is no legend, no pie, and one strong hue. Words stand
above their bars, so that a chart is read on a telephone without turning it.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from unitbudget.briefing.drawing import (
    BODY,
    DEEP,
    FAINT,
    INK,
    LIGHT,
    MARGIN,
    NOT_FILLED,
    PALE,
    PAPER,
    SMALL,
    STRONG,
    TINY,
    WIDTH,
    Sheet,
    in_lines,
    lines_of,
    width_of,
)
from unitbudget.briefing.show import Shown
from unitbudget.briefing.tracing import traced
from unitbudget.briefing.words import NO_WORDS, Sentence, say, shown, text
from unitbudget.figures import Figure

INSIDE = WIDTH - 2 * MARGIN
THICK, SHARE, TILE = 11.0, 58.0, 11.0


@dataclass(frozen=True)
class Chart:
    """A picture with its message, the numbers it shows, and where they are printed."""

    message: Sentence
    numbers: Shown
    draw: Callable[[Sheet], None]
    source: str = ""
    note: str = ""

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (*self.message.figures, *self.numbers.figures)

    @property
    def alt(self) -> str:
        """The picture for who cannot see it: the message, then every number with its name."""
        rows = [*self.numbers.rows, *filter(None, [self.numbers.total])]
        heads = self.numbers.headings
        listed = []
        for row in rows:
            cells = zip(row, heads, strict=True)
            words = [_spoken(cell, head.style) for cell, head in cells]
            listed.append(" ".join(filter(None, words)))
        return f"{self.message}。{'；'.join(listed)}"

    @cached_property
    def png(self) -> bytes:
        sheet = Sheet()
        sheet.title(self.message)
        sheet.space(8)
        self.draw(sheet)
        for note in filter(None, (self.note, self.source)):
            sheet.space(3)
            sheet.paragraph(text(note), TINY, FAINT)
        return sheet.png()

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        lines = [str(self.message), self.numbers.csv, self.note, self.source]
        data = {
            "image/png": b64encode(self.png).decode(),
            "text/plain": "\n".join(filter(None, lines)),
        }
        return data, {"image/png": {"alt": self.alt, "width": int(WIDTH * 1.5)}}

    @property
    def html(self) -> str:
        """The numbers of the picture with their evidence, folded under it."""
        summary = f"<summary>{say('chart_numbers').html}</summary>"
        return f'<details class="numbers">{summary}{self.numbers.html}</details>'

    def _ipython_display_(self) -> None:
        from IPython.display import display as publish

        data, metadata = self._repr_mimebundle_()
        show: Callable[..., None] = publish
        show(data, metadata=metadata, raw=True)
        show({"text/html": self.html, "text/plain": str(say("chart_numbers"))}, raw=True)


def _spoken(cell: object, style: str) -> str:
    """A cell as it is read aloud: names and figures, no codes and page numbers."""
    if isinstance(cell, Figure):
        return shown(cell, style)
    return "" if cell is None or str(cell).isdigit() else str(cell)


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length, what stands at its end, and a quieter line below."""

    name: str
    figure: Figure
    label: Sentence
    share: Sentence = NO_WORDS
    below: Sentence = NO_WORDS
    strong: bool = False
    sum: bool = False


def bars(message: Sentence, bars: Sequence[Bar], numbers: Shown, **about: str) -> Chart:
    """Bars from one axis, or to both sides of it where some are negative."""
    return _drawn(message, bars, [0.0] * len(bars), numbers, about)


def steps(message: Sentence, bars: Sequence[Bar], numbers: Shown, **about: str) -> Chart:
    """Bars that each begin where the one before ends: together they come to the sum."""
    starts, reached = [], 0.0
    for bar in bars:
        starts.append(0.0 if bar.sum else reached)
        reached += float(bar.figure.value)
    return _drawn(message, bars, starts, numbers, about)


def _drawn(
    message: Sentence,
    bars: Sequence[Bar],
    starts: Sequence[float],
    numbers: Shown,
    about: Mapping[str, str],
) -> Chart:
    ends = [start + float(bar.figure.value) for start, bar in zip(starts, bars, strict=True)]
    low, high = min(0.0, *starts, *ends), max(0.0, *starts, *ends)
    scale = INSIDE / (high - low or 1.0)
    zero = MARGIN - low * scale
    shared = any(bar.share.figures for bar in bars)

    def draw(sheet: Sheet) -> None:
        for bar, start in zip(bars, starts, strict=True):
            if bar.sum:
                sheet.line([MARGIN, WIDTH - MARGIN], [sheet.y] * 2, color=INK)
                sheet.space(5)
            _heading(sheet, bar.name, bar.label, bar.share, shared, bar.strong or bar.sum)
            left, length = zero + start * scale, float(bar.figure.value) * scale
            fill = {"facecolor": STRONG if bar.strong else PALE}
            outline = {"facecolor": NOT_FILLED, "edgecolor": INK, "linewidth": 1.4}
            sheet.bar(left, sheet.y, length, THICK, **(outline if bar.sum else fill))
            sheet.line([zero, zero], [sheet.y - 1.5, sheet.y + THICK + 1.5], color=INK)
            sheet.space(THICK + 3)
            if bar.below.figures:
                sheet.paragraph(bar.below, SMALL, FAINT)
            sheet.space(6)

    return Chart(message, numbers, draw, **about)


def _heading(
    sheet: Sheet,
    name: str,
    label: Sentence,
    share: Sentence = NO_WORDS,
    shared: bool = False,
    strong: bool = False,
) -> None:
    """The name on the left, the value on the right; the name takes a second line if it must."""
    right = WIDTH - MARGIN - (SHARE if shared else 0)
    lines = lines_of(name, BODY, right - MARGIN - width_of(str(label), BODY) - 8)
    weight = "bold" if strong else "normal"
    for number, line in enumerate(in_lines(named(name, *label.figures), lines)):
        middle = sheet.y + BODY * 0.6
        sheet.text(MARGIN, middle, line, weight=weight)
        if number == len(lines) - 1:
            sheet.text(right, middle, label, ha="right", weight=weight)
            sheet.text(WIDTH - MARGIN, middle, share, ha="right", weight="bold")
        sheet.space(BODY * 1.5)


def named(name: str, *figures: Figure) -> Sentence:
    """A name in a picture: a number in it rests on what the figures it names rest on."""
    return traced(name, dict.fromkeys(cell for figure in figures for cell in figure.cells))


@dataclass(frozen=True)
class Tiles:
    """Things of one group, a tile each: the darker the better known; crossed where wrong."""

    name: str
    label: Sentence
    states: tuple[str, ...]


def tiles(message: Sentence, groups: Sequence[Tiles], numbers: Shown, **about: str) -> Chart:
    """Every thing as a tile, group by group."""

    def draw(sheet: Sheet) -> None:
        for group in groups:
            _heading(sheet, group.name, group.label)
            for number, state in enumerate(group.states):
                row, column = divmod(number, int(INSIDE // TILE))
                _tile(sheet, MARGIN + column * TILE, sheet.y + row * TILE, state)
            sheet.space(-(-len(group.states) // int(INSIDE // TILE)) * TILE + 7)

    return Chart(message, numbers, draw, **about)


SHADES = {"many": STRONG, "some": DEEP, "once": LIGHT, "alone": PAPER, "wrong": PAPER}


def _tile(sheet: Sheet, x: float, y: float, state: str) -> None:
    side = TILE - 2.5
    edge = {"edgecolor": INK, "linewidth": 0.9} if state in ("alone", "wrong") else {}
    sheet.bar(x, y, side, side, facecolor=SHADES[state], **edge)
    if state == "wrong":
        for ys in ([y, y + side], [y + side, y]):
            sheet.line([x, x + side], ys, color=INK, linewidth=1.2)
