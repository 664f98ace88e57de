"""Words under headings without rules → the column each stands in, or that it stands in none.

Headings are centred over their columns. Numbers are centred below them or set to the right edge,
so a number belongs to the last column whose middle it reaches; names begin right of the amounts
before them. Both are only believed where the numbers themselves show that they are set that way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from unitbudget.money.text import heading
from unitbudget.reading.glyphs import Word
from unitbudget.reading.unruled_header import Header

#: Edges and middles agree within so many points; cells leave so many blank beside their edge.
ALIGNED, PADDING = 1.5, (-1.0, 12.0)

_NUMBER = re.compile(r"[-(△]?\d[\d,]*(?:\.\d+)?%?\)?|-+")

Strip = tuple[float, float]
Places = dict[int, int]


def is_number(word: Word) -> bool:
    """Is this an amount, a code or a dash, and nothing else?"""
    return bool(_NUMBER.fullmatch(heading(word.text)))


def columns_of_words(header: Header, words: Sequence[Word]) -> Places | None:
    """The column of each word by its identity; nothing where numbers may stand in other columns."""
    places: Places = {}
    for word in words:
        place = _reached(header, word) if is_number(word) else _named(header, word)
        if place is not None:
            places[id(word)] = place
    return places if _is_certain(header, words, places) else None


def strips_of(header: Header, words: Sequence[Word], places: Places) -> list[Strip]:
    """How wide each column is printed."""
    strips = [(column.x0, column.x1) for column in header.columns]
    for word in words:
        if (place := places.get(id(word))) is not None:
            x0, x1 = strips[place]
            strips[place] = min(x0, word.box.x0), max(x1, word.box.x1)
    return strips


def _reached(header: Header, word: Word) -> int | None:
    """The last column whose middle a number reaches; a code on the left edge is in the first."""
    reached = [place for place, c in enumerate(header.columns) if c.middle < word.box.x1]
    place = reached[-1] if reached else 0
    if header.meanings[place].role == "code" and word.text.isdigit():
        return place
    return place if reached and header.meanings[place].is_amount else None


def _named(header: Header, word: Word) -> int | None:
    """The column of names a text stands in: between the middles of the amounts on either side.

    A total may stand below the heading of the codes.
    """
    found: list[tuple[bool, float, int]] = []
    for place, meaning in enumerate(header.meanings):
        if meaning.is_amount:
            continue
        amounts = [p for p, each in enumerate(header.meanings) if each.is_amount]
        before = max((header.columns[p].middle for p in amounts if p < place), default=-1.0)
        after = min((header.columns[p].middle for p in amounts if p > place), default=1e9)
        if before < word.box.x0 and word.box.x1 < after:
            column = header.columns[place]
            apart = max(column.x0 - word.box.x1, word.box.x0 - column.x1)
            found.append((meaning.role == "code" and apart > 0, apart, place))
    return min(found)[2] if found else None


def _is_certain(header: Header, words: Sequence[Word], places: Places) -> bool:
    """Do the numbers show how they are set: every column alike, and at least one beyond doubt?"""
    numbers: dict[int, list[Word]] = {}
    for word in words:
        place = places.get(id(word))
        if place is not None and header.meanings[place].is_amount and is_number(word):
            numbers.setdefault(place, []).append(word)
    if not numbers:
        return True
    centred = all(_is_centred(header, place, each) for place, each in numbers.items())
    if centred or not all(_is_flush(each) for each in numbers.values()):
        return centred
    alone = not any(place + 1 in numbers for place in numbers)
    if alone or any(_is_ragged(each) for each in numbers.values()):
        return True
    return _is_padded(header, {place: each[0].box.x1 for place, each in numbers.items()})


def _is_centred(header: Header, place: int, words: Sequence[Word]) -> bool:
    middle = header.columns[place].middle
    return all(abs((w.box.x0 + w.box.x1) / 2 - middle) <= ALIGNED for w in words)


def _is_flush(words: Sequence[Word]) -> bool:
    """Do numbers end at one edge? What is printed behind the digits may stick out."""
    return _spread([w.box.x1 for w in words if w.text[-1].isdigit()]) <= ALIGNED


def _is_ragged(words: Sequence[Word]) -> bool:
    """Do numbers of one edge begin in different places?"""
    return _spread([w.box.x0 for w in words]) > ALIGNED


def _is_padded(header: Header, edges: dict[int, float]) -> bool:
    """Is every heading in the middle between the edges of its numbers and of those before?"""
    blank = [
        header.columns[here].middle - (edges[before] + edges[here]) / 2
        for before, here in pairwise(sorted(edges))
        if here - before == 1
    ]
    least, most = PADDING
    if not blank or _spread(blank) > 2 * ALIGNED:
        return False
    return least < min(blank) and max(blank) < most


def _spread(values: Sequence[float]) -> float:
    return max(values) - min(values) if values else 0.0
