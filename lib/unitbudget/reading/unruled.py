"""Tables without rules: where the rules would be, told from headings, alignment and base lines.

Below a known title stand headings which exactly one template table accounts for. What is printed
under them falls into columns by where it stands and into rows by its base lines; the missing rules
run through the white between. A word that stands in no column or in two ends the table, a row that
cannot be told apart leaves it unread: nothing is ever put where it might belong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from unitbudget.documents import Grid, Printed
from unitbudget.money.text import heading
from unitbudget.reading.glyphs import Glyph, Word, rows_of, words_of
from unitbudget.reading.joining import is_furniture, is_note
from unitbudget.reading.templates import Table
from unitbudget.reading.unruled_columns import columns_of_words, is_number, strips_of
from unitbudget.reading.unruled_header import Header, Heading, header_of
from unitbudget.reading.unruled_rows import LEADING, Row, rows_between

#: A heading has at most so many lines, and so many lines (a unit, a name) may stand above it.
HEADING_LINES, BEFORE = 9, 3

#: Titles closer than this are on one line; the outer rules stand this far outside.
SAME, OUTSIDE = 2.0, 3.0

_FEN = re.compile(r"\d\.\d\d?$")
_TOTAL = re.compile(r"^[合总]计$")
_AFTER = re.compile(r"。|表$|^第[一二三四五六七八九十]+部分")
_FIGURE = re.compile(r"\d\.\d\d?%?$|\d,\d{3}")

Segment = tuple[float, float, float, float]
PrintedRow = list[Word]


@dataclass(frozen=True)
class Rules:
    """The rules that are missing on one page, lying and upright."""

    lying: tuple[Segment, ...]
    upright: tuple[Segment, ...]


@dataclass(frozen=True)
class Title:
    """A known title without rules below: its page, where it stands, the tables it may name.

    ``head`` is what is ruled all the same: the headings alone.
    """

    page: int
    y: float
    tables: tuple[Table, ...]
    head: Grid | None = None


@dataclass
class Part:
    """What is printed of one table on one page."""

    page: int
    header: Header | None
    body: list[PrintedRow]


def missing_rules(
    printed: Printed, titles: Sequence[Title], glyphs: Mapping[int, list[Glyph]], year: int
) -> dict[int, Rules]:
    """The rules of every table below these titles that can be told without doubt, by page."""
    found: dict[int, Rules] = {}
    for title in titles:
        parts = _parts(printed, title, titles, glyphs, year)
        for page, rules in _drawn(parts).items():
            before = found.get(page, Rules((), ()))
            found[page] = Rules(before.lying + rules.lying, before.upright + rules.upright)
    return found


def _parts(
    printed: Printed,
    title: Title,
    titles: Sequence[Title],
    glyphs: Mapping[int, list[Glyph]],
    year: int,
) -> list[Part]:
    """What is printed below a title, page by page, up to what ends the table."""
    parts: list[Part] = []
    for page in printed.pages[title.page - 1 :]:
        begins = page.number == title.page
        heads = [t.head.texts() for t in titles if t.head]
        if page.number not in glyphs or any(grid.texts() not in heads for grid in page.grids):
            break
        top = title.y if begins else page.height
        others = [t.y for t in titles if t.page == page.number and t.y < top - SAME]
        bottom = max(others, default=0.0)
        rows = _printed_rows(glyphs[page.number], bottom, top)
        first = parts[0].header if parts else None
        tables = (first.table,) if first else title.tables
        header, body = _heading(rows, tables, year)
        if begins and header is None:
            break
        ends = next((n for n, row in enumerate(body) if _ends(row)), None)
        parts.append(Part(page.number, header, body[:ends]))
        if ends is not None or bottom:
            break
    return parts


def _printed_rows(glyphs: Iterable[Glyph], bottom: float, top: float) -> list[PrintedRow]:
    """The words between two heights, line by line, without page numbers and units."""
    inside = [glyph for glyph in glyphs if bottom < glyph.middle[1] < top]
    rows = [words_of(row) for row in rows_of(inside)]
    return [row for row in rows if not is_furniture("".join(word.text for word in row))]


def _heading(
    rows: Sequence[PrintedRow], tables: Sequence[Table], year: int
) -> tuple[Header | None, list[PrintedRow]]:
    """The heading the first lines are, and the lines below it."""
    figures = next((n for n, row in enumerate(rows) if _is_body(row)), len(rows))
    numbers = [word for row in rows for word in row if _FEN.search(word.text)]
    named = next((n for n, row in enumerate(rows) if not _names_something(row)), len(rows))
    for start in range(min(BEFORE, figures, named) + 1):
        for end in reversed(range(start + 1, min(figures, start + HEADING_LINES) + 1)):
            words = [word for row in rows[start:end] for word in row]
            if header := header_of(words, tables, year, numbers):
                return header, list(rows[end:])
    return None, list(rows)


def _names_something(row: PrintedRow) -> bool:
    """Does this line say whose table it is, or in which unit? It is no heading then."""
    return any(":" in heading(word.text) for word in row)


def _has_figures(row: PrintedRow) -> bool:
    return any(_FIGURE.search(heading(word.text)) for word in row)


def _is_body(row: PrintedRow) -> bool:
    """Is this line below a heading for certain: are there figures, or is it a total left blank?"""
    return _has_figures(row) or bool(_TOTAL.search(heading("".join(word.text for word in row))))


def _ends(row: PrintedRow) -> bool:
    """Is this the first line after a table: a note, a title, a sentence?"""
    text = "".join(word.text for word in row)
    return is_note(text) or bool(_AFTER.search(heading(text)))


def _drawn(parts: Sequence[Part]) -> dict[int, Rules]:
    """The rules of one table on each of its pages; none where a row cannot be told."""
    if not parts or parts[0].header is None:
        return {}
    header = parts[0].header
    filled = [part for part in parts if any(map(_has_figures, part.body))] or parts[:1]
    words = [word for part in filled for row in part.body for word in row]
    if not words:
        return {}
    columns = columns_of_words(header, words)
    if columns is None:
        return {}
    strips = strips_of(header, words, columns)
    if any(b[0] <= a[1] for a, b in pairwise(strips)):
        return {}
    edges = [
        strips[0][0] - OUTSIDE,
        *((a[1] + b[0]) / 2 for a, b in pairwise(strips)),
        strips[-1][1] + OUTSIDE,
    ]
    found = {}
    for part in filled:
        rows = _rows(part, header, columns, part is filled[-1])
        if rows is None:
            return {}
        if rows:
            found[part.page] = _page_rules(part.header, rows, edges)
    return found


def _rows(
    part: Part, header: Header, columns: Mapping[int, int], is_last: bool
) -> list[Row] | None:
    """The rows of one page; on the last, up to the first line that stands in no column.

    Nothing where a line is lost before another that holds an amount.
    """
    amounts = {place for place, each in enumerate(header.meanings) if each.is_amount}
    names = set(range(len(header.meanings))) - amounts
    lost = next(
        (n for n, row in enumerate(part.body) if any(id(w) not in columns for w in row)),
        len(part.body),
    )
    inside, rest = part.body[:lost], part.body[lost:]
    if any(_FEN.search(word.text) and is_number(word) for row in rest for word in row):
        return None
    if rest and not is_last:
        return None
    if not any(map(_has_figures, part.body)):
        inside = [row for row in inside if _is_body(row)][:1]
        is_last = False
    while is_last and inside and not any(columns[id(word)] in amounts for word in inside[-1]):
        last = inside[-1][0]
        if len(inside) > 1 and inside[-2][0].baseline - last.baseline < LEADING * last.height:
            break
        inside = inside[:-1]
    if not inside:
        return []
    height = sorted(row[0].height for row in inside)[len(inside) // 2]
    placed = [(columns[id(word)], word) for row in inside for word in row]
    return rows_between(placed, names, amounts, height)


def _page_rules(header: Header | None, rows: Sequence[Row], edges: Sequence[float]) -> Rules:
    """Rules between rows and columns; above them those of the heading, open where cells reach."""
    left, right, height = edges[0], edges[-1], rows[0].pieces[0].lines[0].height
    between = [(a.last + b.first + height) / 2 - height / 8 for a, b in pairwise(rows)]
    bottom = rows[-1].last - height / 4
    if header is None:
        top = rows[0].first + 1.5 * height
        ys = [top, *between, bottom]
        return Rules(
            tuple((left, y, right, y) for y in ys), tuple((x, bottom, x, top) for x in edges)
        )
    below = (min(h.bottom for h in header.columns) + rows[0].first + height) / 2
    every = (*header.columns, *header.upper)
    top = max(h.top for h in every) + height / 8
    lying = [(left, y, right, y) for y in (top, below, *between, bottom)]
    tops = [top] * (len(edges) - 2)
    for upper in header.upper:
        under = _inside(header, upper)
        y = (upper.bottom + max(each.top for each in under)) / 2
        lying.append((edges[upper.first], y, edges[upper.last + 1], y))
        for place in range(upper.first, upper.last):
            tops[place] = min(tops[place], y)
    upright = [(edges[0], bottom, edges[0], top), (edges[-1], bottom, edges[-1], top)]
    upright += [(x, bottom, x, y) for x, y in zip(edges[1:-1], tops, strict=True)]
    return Rules(tuple(lying), tuple(upright))


def _inside(header: Header, upper: Heading) -> list[Heading]:
    """The headings below one that reaches over several columns."""
    lower = [h for h in header.upper if upper.first <= h.first and h.last <= upper.last]
    lower = [h for h in lower if h.top < upper.bottom]
    return [*header.columns[upper.first : upper.last + 1], *lower]
