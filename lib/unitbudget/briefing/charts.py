"""Charts made from frames, each with one message: the title says what is to be seen.

Bars are labelled directly; there is no legend, no pie, and one strong hue. Words stand above their
bars, so that a chart is read on a telephone without turning it. What a document does not print is
no empty chart but the sentence that says so.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

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
    svg,
    width_of,
)
from unitbudget.briefing.tables import TOTAL
from unitbudget.briefing.words import NO_WORDS, Sentence, joined, number, say, text, told
from unitbudget.money.display import Shown, proofs_of, safe, wording
from unitbudget.money.figure import YUAN, Figure, summed

INSIDE = WIDTH - 2 * MARGIN
THICK, SHARE, TILE = 11.0, 58.0, 11.0
# More bars than this are no longer read one by one.
MOST = 15


@dataclass(frozen=True)
class Chart:
    """A picture with its message, the numbers it shows, and where they are printed."""

    message: Sentence
    frame: pd.DataFrame
    draw: Callable[[Sheet], None]
    note: str = ""

    @property
    def source(self) -> str:
        return str(self.frame.attrs.get("source", ""))

    @property
    def numbers(self) -> Shown:
        return Shown(self.frame)

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (*self.message.figures, *self.numbers.figures)

    @property
    def alt(self) -> str:
        """The picture for who cannot see it: the message, then every number with its name."""
        rows = self.numbers.csv.split("\n")[1 if self.frame.attrs.get("title") else 0 :]
        return f"{self.message}。{'；'.join(row.replace(',', ' ') for row in rows)}"

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

    @property
    def html(self) -> str:
        """The numbers of the picture with their evidence, folded under it."""
        summary = f"<summary>{say('chart_numbers').html}</summary>"
        return f'<details class="numbers">{summary}{self.numbers.html}</details>'

    @property
    def on_page(self) -> str:
        """The chart under its message as part of a page: each number in it leads to its proof."""
        sheet = Sheet(y=2.0)
        self.draw(sheet)
        notes = "".join(
            f'<p class="{kind}">{safe(said)}</p>'
            for kind, said in (("note", self.note), ("source", self.source))
            if said
        )
        return (
            f'<figure class="chart"><figcaption>{self.message.html}</figcaption>'
            f"{svg(sheet, str(say('chart_of', message=self.message)))}"
            f'<p class="keys" hidden>{say("chart_keys").html}</p>{notes}</figure>{self.html}'
        )

    def _repr_mimebundle_(self, **_: object) -> tuple[dict[str, str], dict[str, Any]]:
        lines = [str(self.message), self.numbers.csv, self.note]
        data = {
            "image/png": b64encode(self.png).decode(),
            "text/plain": "\n".join(filter(None, lines)),
        }
        return data, {"image/png": {"alt": self.alt, "width": int(WIDTH * 1.5)}}

    def _ipython_display_(self) -> None:
        from IPython.display import display as publish

        data, metadata = self._repr_mimebundle_()
        show: Callable[..., None] = publish
        show(data, metadata=metadata, raw=True)
        html = f'<div class="ub-shown">{self.html}{proofs_of(self.figures)}</div>'
        show({"text/html": html, "text/plain": str(say("chart_numbers"))}, raw=True)


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


def bars(
    frame: pd.DataFrame,
    column: str = "total",
    *,
    message: str | Sentence,
    share: str = "",
    below: str = "",
    style: str = "",
    strong: object = None,
    note: object = "",
    **values: Any,
) -> Chart | Sentence:
    """The rows as bars in the order of the frame; its printed total is outlined at the foot.

    ``message`` and ``below`` are templates filled from the first row and from each row, as in
    ``bars(top, "total", share="share", message="{share:percent}用于{name}")``.
    """
    found = _bars(frame, column, share, below, style, strong, values)
    words = _message(message, frame, column, values)
    return _drawn(words, found, [0.0] * len(found), frame, str(note))


def steps(
    frame: pd.DataFrame,
    column: str = "change",
    *,
    message: str | Sentence,
    style: str = "",
    **values: Any,
) -> Chart | Sentence:
    """Bars that each begin where the one before ends: together they come to the sum."""
    found = _bars(frame, column, "", "", style, None, values)
    starts, reached = [], 0.0
    for bar in found:
        starts.append(0.0 if bar.sum else reached)
        reached += float(bar.figure)
    return _drawn(_message(message, frame, column, values), found, starts, frame, "")


def rows_of(frame: pd.DataFrame, column: str) -> list[tuple[str, Any, bool]]:
    """The rows that have a figure there: name, row, and whether it is the printed total."""
    found = []
    for index, row in frame.iterrows():
        if isinstance(row[column], Figure):
            level = row.get("level", "")
            found.append((str(row.get("name", index)), row, level == TOTAL))
    return sorted(found, key=lambda each: each[2])


def few(
    rows: list[tuple[str, Any, bool]], column: str, most: int, *also: str
) -> list[tuple[str, Any, bool]]:
    """The rows, those that weigh least beyond a number together as one."""
    body = [row for row in rows if not row[2]]
    if len(body) <= most:
        return rows
    weighed = sorted(body, key=lambda row: -abs(row[1][column].value))
    kept, rest = {id(row) for row in weighed[: most - 1]}, weighed[most - 1 :]
    sums = {
        name: summed(row[1][name] for row in rest if row[1][name] is not pd.NA) or pd.NA
        for name in (column, *also)
    }
    summary = str(say("rest")), pd.Series(sums, dtype=object), False
    return [*(r for r in rows if id(r) in kept), summary, *(r for r in rows if r[2])]


def _bars(
    frame: pd.DataFrame,
    column: str,
    share: str,
    below: str,
    style: str,
    strong: object,
    values: Mapping[str, Any],
) -> list[Bar]:
    rows = few(rows_of(frame, column), column, MOST, *([share] if share else []))
    body = [row for row in rows if not row[2]] or rows
    if not body:
        return []
    most = max(body, key=lambda row: abs(row[1][column].value))[1]
    if strong is not None:
        most = next((row for name, row, _ in body if name == strong), most)
    signed = wording()["styles"].get(column, "")
    found = []
    for name, row, is_sum in rows:
        figure = row[column]
        said = "wan" if figure.unit == YUAN else ""
        said = style or (f"signed_{said or 'percent'}" if signed else said)
        under = NO_WORDS
        if below and set(row.index) > {column} - {share}:
            under = told(below, **{**{str(k): v for k, v in row.items()}, **values})
        found.append(
            Bar(
                name,
                figure,
                number(figure, said),
                number(row[share]) if share and not is_sum else NO_WORDS,
                under,
                strong=row is most,
                sum=is_sum,
            )
        )
    return found


def _message(
    message: str | Sentence, frame: pd.DataFrame, column: str, values: Mapping[str, Any]
) -> Sentence:
    if isinstance(message, Sentence):
        return message
    having = frame[frame[column].notna()] if column in frame else frame.iloc[:0]
    if "level" in having:
        having = having[having["level"] != TOTAL] if len(having) > 1 else having
    return told(message, having, **{"missing": missing_of(frame)} | dict(values))


def missing_of(frame: pd.DataFrame) -> str:
    about = frame.attrs
    return str(about.get("missing") or about.get("no_last") or wording()["words"]["empty"])


def _drawn(
    message: Sentence, bars: list[Bar], starts: list[float], frame: pd.DataFrame, note: str
) -> Chart | Sentence:
    if not bars or not message.figures:
        return message if not message.figures else text(missing_of(frame))
    ends = [start + float(bar.figure) for start, bar in zip(starts, bars, strict=True)]
    low, high = min(0.0, *starts, *ends), max(0.0, *starts, *ends)
    scale = INSIDE / (high - low or 1.0)
    zero = MARGIN - low * scale
    shared = any(bar.share.figures for bar in bars)

    def draw(sheet: Sheet) -> None:
        for bar, start in zip(bars, starts, strict=True):
            if bar.sum and len(bars) > 1:
                sheet.line([MARGIN, WIDTH - MARGIN], [sheet.y] * 2, color=INK)
                sheet.space(5)
            heading(sheet, bar.name, bar.label, bar.share, shared, bar.strong or bar.sum)
            left, length = zero + start * scale, float(bar.figure) * scale
            fill = {"facecolor": STRONG if bar.strong else PALE}
            outline = {"facecolor": NOT_FILLED, "edgecolor": INK, "linewidth": 1.4}
            sheet.bar(left, sheet.y, length, THICK, **(outline if bar.sum else fill))
            sheet.line([zero, zero], [sheet.y - 1.5, sheet.y + THICK + 1.5], color=INK)
            sheet.space(THICK + 3)
            if str(bar.below):
                sheet.paragraph(bar.below, SMALL, FAINT)
            sheet.space(6)

    return Chart(message, frame, draw, note)


def heading(
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
    for place, line in enumerate(in_lines(text(name), lines)):
        middle = sheet.y + BODY * 0.6
        sheet.text(MARGIN, middle, line, weight=weight)
        if place == len(lines) - 1:
            sheet.text(right, middle, label, ha="right", weight=weight)
            sheet.text(WIDTH - MARGIN, middle, share, ha="right", weight="bold")
        sheet.space(BODY * 1.5)


#: How the lines of a chart are told apart: by darkness and by their points.
STROKES: tuple[dict[str, Any], ...] = (
    {"facecolor": STRONG}, {"facecolor": NOT_FILLED, "edgecolor": INK, "linewidth": 1.3},
    {"facecolor": DEEP},
)  # fmt: skip
TALL, POINT = 120.0, 6.0


def lines(
    frame: pd.DataFrame, *, message: str | Sentence, note: object = "", **values: Any
) -> Chart | Sentence:
    """The columns of a frame as lines over its years, each with its name; a gap stays a gap.

    Below the picture each line says its first and its last number.
    """
    words = _message(message, frame, str(frame.columns[0]) if len(frame.columns) else "", values)
    if frame.empty or not words.figures:
        return words if not words.figures else text(missing_of(frame))
    spans = list(range(int(frame.index.min()), int(frame.index.max()) + 1))
    known = {
        str(name): {int(str(year)): figure for year, figure in frame[name].dropna().items()}
        for name in frame.columns
    }
    most = max(float(each) for points in known.values() for each in points.values()) or 1.0
    step = (INSIDE - 40) / max(len(spans) - 1, 1)
    places = {year: MARGIN + 20 + step * place for place, year in enumerate(spans)}

    def draw(sheet: Sheet) -> None:
        top, foot = sheet.y + POINT, sheet.y + POINT + TALL
        sheet.line([MARGIN, WIDTH - MARGIN], [foot, foot], color=INK)
        for points, stroke in zip(known.values(), STROKES, strict=False):
            at = {year: foot - float(each) / most * TALL for year, each in points.items()}
            color = stroke.get("edgecolor", stroke["facecolor"])
            for year in at:
                if year + 1 in at:
                    xs, ys = [places[year], places[year + 1]], [at[year], at[year + 1]]
                    sheet.line(xs, ys, color=color, linewidth=1.6)
            for year, y in at.items():
                sheet.bar(places[year] - POINT / 2, y - POINT / 2, POINT, POINT, **stroke)
        every = -(-len(spans) // 8)
        for place, year in enumerate(spans):
            if place % every == 0:
                sheet.text(places[year] - 17, foot + 10, text(f"{year}年"), TINY, color=FAINT)
            if not any(year in points for points in known.values()):
                sheet.text(places[year] - 12, foot - 8, say("gap"), TINY, color=FAINT)
        sheet.y = max(top, foot) + 20
        for (name, points), stroke in zip(known.items(), STROKES, strict=False):
            sheet.bar(MARGIN, sheet.y + 4, POINT, POINT, **stroke)
            first, last = min(points), max(points)
            ends = [say("line_end", year=year, value=points[year])
                    for year in dict.fromkeys((first, last))]  # fmt: skip
            sheet.text(MARGIN + 12, sheet.y + BODY * 0.6, text(name), weight="bold")
            sheet.space(BODY * 1.5)
            sheet.paragraph(joined(ends, " → "), SMALL, FAINT)

    return Chart(words, frame, draw, str(note))


SHADES = {"many": STRONG, "some": DEEP, "once": LIGHT, "alone": PAPER, "wrong": PAPER}


def tiles(
    frame: pd.DataFrame, group: str, state: str, *, message: Sentence, numbers: pd.DataFrame,
    note: str = "",
) -> Chart | Sentence:  # fmt: skip
    """Every row as a tile, group by group: darker where more is known, crossed where wrong.

    ``state`` holds one of ``many some once alone wrong``; ``numbers`` is the table of the counts,
    its first column the whole of each group.
    """
    if frame.empty:
        return text(missing_of(frame))
    groups = {str(name): list(part[state]) for name, part in frame.groupby(group, sort=False)}
    wholes = numbers[numbers.columns[0]]

    def draw(sheet: Sheet) -> None:
        for name, states in groups.items():
            heading(sheet, name, say("tile_count", count=wholes[name]))
            for place, each in enumerate(states):
                row, column = divmod(place, int(INSIDE // TILE))
                _tile(sheet, MARGIN + column * TILE, sheet.y + row * TILE, each)
            sheet.space(-(-len(states) // int(INSIDE // TILE)) * TILE + 7)

    return Chart(message, numbers, draw, note or str(say("tile_note")))


def _tile(sheet: Sheet, x: float, y: float, state: str) -> None:
    side = TILE - 2.5
    edge = {"edgecolor": INK, "linewidth": 0.9} if state in ("alone", "wrong") else {}
    sheet.bar(x, y, side, side, facecolor=SHADES[state], **edge)
    if state == "wrong":
        for ys in ([y, y + side], [y + side, y]):
            sheet.line([x, x + side], ys, color=INK, linewidth=1.2)


__all__ = ["Bar", "Chart", "bars", "lines", "steps", "tiles"]
