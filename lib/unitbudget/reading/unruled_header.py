"""Printed headings without rules: which words head one column, which several.

The words of a heading are known from the templates, so they need not be guessed from their places:
the lowest words that read as the heading of a column are one, every other word must stand centred
over two or more of them. What fits no single table exactly is no heading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice, pairwise, product
from math import inf
from statistics import median

from unitbudget.reading.glyphs import Word
from unitbudget.reading.templates import Column, Table, bare_heading

#: Lines of one heading are at most this many times their height apart, and at most so many.
LEADING, LINES = 1.9, 5
#: What a cell leaves blank beside a number, where the numbers do not tell; and how many ways of
#: putting headings over columns are tried.
PADDING, MOST_WAYS = 3.0, 256
#: Words that head one column or several, taken either way if there are no more of them than this.
MOST_DOUBTFUL = 5
#: How far from the middle, in heights, a heading may stand: above numbers, and above nothing.
CENTRED, ROUGHLY_CENTRED = 0.5, 4.0
#: Headings of the columns a code is split into.
CODE_PARTS = frozenset({"类", "款", "项", "目"})


#: The first and the last column a heading reaches over.
Span = tuple[int, int]


@dataclass(frozen=True)
class Heading:
    """Words that are one heading: over one column, or over columns ``first`` to ``last``."""

    words: tuple[Word, ...]
    first: int = -1
    last: int = -1

    @property
    def text(self) -> str:
        return "".join(word.text for word in self.words)

    @property
    def x0(self) -> float:
        return min(word.box.x0 for word in self.words)

    @property
    def x1(self) -> float:
        return max(word.box.x1 for word in self.words)

    @property
    def middle(self) -> float:
        return (self.x0 + self.x1) / 2

    @property
    def top(self) -> float:
        return max(word.box.y1 for word in self.words)

    @property
    def bottom(self) -> float:
        return min(word.box.y0 for word in self.words)


@dataclass(frozen=True)
class Header:
    """The heading of a table: its columns from the left, and the headings that reach over them."""

    table: Table
    columns: tuple[Heading, ...]
    upper: tuple[Heading, ...]
    meanings: tuple[Column, ...]


def header_of(
    words: Sequence[Word], tables: Iterable[Table], year: int, numbers: Sequence[Word]
) -> Header | None:
    """The one table whose headings exactly these words are; none where several could be.

    ``numbers`` are the amounts below: their edges say where the columns meet.
    """
    found = [header for table in tables for header in _fitted(words, table, year, numbers)]
    most = max((len(header.columns) for header in found), default=0)
    found = [header for header in found if len(header.columns) == most]
    same = {tuple((c.role, c.measure, c.last_year, c.phase) for c in h.meanings) for h in found}
    return found[0] if len(same) == 1 else None


def _fitted(
    words: Sequence[Word], table: Table, year: int, numbers: Sequence[Word]
) -> Iterator[Header]:
    lowest = {column.path[-1] for column in table.columns} | CODE_PARTS
    either = {part for column in table.columns for part in column.path[:-1]} & lowest
    either |= {"项目", "预算数"} & lowest
    doubtful = [word for word in words if bare_heading(word.text, year) in either]
    for count in range(len(doubtful) + 1 if len(doubtful) <= MOST_DOUBTFUL else 1):
        for reach in combinations(doubtful, count):
            columns = _columns(words, frozenset(map(id, reach)), lowest, year)
            edges = _edges(columns, numbers)
            slack = CENTRED if numbers else ROUGHLY_CENTRED
            found = [*_matched(words, columns, table, year, edges, slack)]
            if found:
                yield from found
                return


def _columns(
    words: Sequence[Word], reaching: frozenset[int], lowest: set[str], year: int
) -> list[Heading]:
    """Words that are headings of one column each, taken from the lowest line up."""
    columns: list[Heading] = []
    used: set[int] = set(reaching)
    for word in sorted(words, key=lambda word: word.baseline):
        below = any(_reaches(word, column) for column in columns)
        if id(word) in used or below:
            continue
        chains = [
            chain
            for chain in _chains(word, [w for w in words if id(w) not in used])
            if bare_heading("".join(each.text for each in chain), year) in lowest
        ]
        if chains:
            longest = max(chains, key=len)
            used |= set(map(id, longest))
            columns.append(Heading(longest))
    return sorted(columns, key=lambda column: column.middle)


def _reaches(word: Word, column: Heading) -> bool:
    """Does a heading stand over a column found below? One of codes may stand between its parts."""
    wide = 2 * word.height if column.text in CODE_PARTS and word.text.endswith("码") else 0.0
    return column.x0 < word.box.x1 + wide and word.box.x0 - wide < column.x1


def _chains(word: Word, free: Sequence[Word]) -> Iterator[tuple[Word, ...]]:
    """Lines that may be one heading with this word as its last, from one line to several."""
    chain: tuple[Word, ...] = (word,)
    yield chain
    while len(chain) < LINES:
        first = chain[0]
        lowest = first.baseline + first.height / 4
        over = [w for w in free if w.baseline > lowest and _centred(w, first)]
        nearest = min(over, key=lambda w: w.baseline, default=None)
        if nearest is None or nearest.baseline - first.baseline > LEADING * nearest.height:
            return
        chain = (nearest, *chain)
        yield chain


def _centred(one: Word, other: Word) -> bool:
    close = one.height / 2
    middles = abs(one.box.x0 + one.box.x1 - other.box.x0 - other.box.x1) / 2
    return middles < close or abs(one.box.x0 - other.box.x0) < close / 4


def _matched(
    words: Sequence[Word],
    columns: list[Heading],
    table: Table,
    year: int,
    edges: list[float],
    slack: float,
) -> Iterator[Header]:
    """These columns with the headings above them, in every way the table could print them."""
    used = {id(word) for column in columns for word in column.words}
    rest = sorted((w for w in words if id(w) not in used), key=lambda w: -w.baseline)
    choices = [_spanned(word, columns, edges, slack) for word in rest]
    for spans in islice(product(*choices), MOST_WAYS):
        if not _is_nested(spans):
            continue
        upper: dict[Span, list[Word]] = {}
        for word, span in zip(rest, spans, strict=True):
            upper.setdefault(span, []).append(word)
        over = [Heading(tuple(part), *span) for span, part in upper.items()]
        if meanings := _meanings(columns, over, table, year):
            yield Header(table, tuple(columns), tuple(over), meanings)


def _meanings(
    columns: list[Heading], upper: list[Heading], table: Table, year: int
) -> tuple[Column, ...]:
    """What each column holds, if that is exactly what the table prints."""
    meanings = []
    for place, column in enumerate(columns):
        path = [u.text for u in upper if u.first <= place <= u.last] + [column.text]
        bare = tuple(bare_heading(text, year) for text in path)
        fits = [each for each in table.columns if each.fits(bare)]
        if not fits:
            return ()
        meanings.append(max(fits, key=lambda each: len(each.path)))
    return tuple(meanings) if _complete(meanings, table) else ()


def _is_nested(spans: Sequence[Span]) -> bool:
    """Does of two headings that share columns the upper, named first, hold all of the lower?"""
    return all(
        above[1] < below[0] or below[1] < above[0] or (above[0] <= below[0] <= below[1] <= above[1])
        for above, below in combinations(spans, 2)
    )


def _spanned(word: Word, columns: list[Heading], edges: list[float], slack: float) -> list[Span]:
    """The columns a heading may reach over: two or more below it, as many on either side."""
    lower = {place for place, c in enumerate(columns) if c.top < word.baseline + word.height / 4}
    middle = (word.box.x0 + word.box.x1) / 2
    found = []
    for first, last in combinations(sorted(lower), 2):
        left, right = edges[first], edges[last + 1]
        inside = left < word.box.x0 and word.box.x1 < right
        centred = abs((left + right) / 2 - middle) < slack * word.height
        if inside and centred and lower.issuperset(range(first, last + 1)):
            found.append((first, last))
    return sorted(found, key=lambda span: span[1] - span[0])


def _edges(columns: list[Heading], numbers: Sequence[Word]) -> list[float]:
    """Where columns meet: behind their numbers, and as far on the other side of their middle."""
    if not columns:
        return []
    middles = [column.middle for column in columns]
    ends = {
        place: max(w.box.x1 for w in under)
        for place, (here, after) in enumerate(pairwise([*middles, inf]))
        if (under := [w for w in numbers if here < w.box.x1 < after])
    }
    blank = [middles[b] - (ends[a] + ends[b]) / 2 for a, b in pairwise(sorted(ends)) if b - a == 1]
    edges = {p + 1: end + (median(blank) if blank else PADDING) for p, end in ends.items()}
    for place, middle in enumerate(middles):
        if place in edges:
            edges.setdefault(place + 1, 2 * middle - edges[place])
    for place, middle in reversed([*enumerate(middles)]):
        if place + 1 in edges:
            edges.setdefault(place, 2 * middle - edges[place + 1])
    between = [columns[0].x0, *((a.x1 + b.x0) / 2 for a, b in pairwise(columns)), columns[-1].x1]
    return [edges.get(place, rough) for place, rough in enumerate(between)]


def _complete(meanings: Sequence[Column], table: Table) -> bool:
    """Is every column there that the table must have?"""

    def key(column: Column) -> tuple[object, ...]:
        return column.role, column.measure, column.direction, column.last_year, column.phase

    needed = {key(column) for column in table.columns if not column.optional}
    return needed <= set(map(key, meanings))
