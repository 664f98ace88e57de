"""Printed lines under known columns → the rows they form, wrapped names and all.

A wrapped name stands beside its amounts in one of three ways: around them, or with its first or its
last line on theirs. Whatever way accounts for every line is how the table is set; where none does,
the rows cannot be told.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from unitbudget.money.text import heading
from unitbudget.reading.glyphs import Word

#: Wrapped lines are closer than this many times their height; base lines of one row differ less
#: than that share of it.
LEADING, LEVEL = 1.9, 0.35

_BEGINS = re.compile(
    r"(?:[一二三四五六七八九十百]+[、.]|\d{1,2}[、.](?!\d)|\([一二三四五六七八九十\d]+\)|其中|\d{3,})"
)

Placed = tuple[int, Word]


@dataclass(frozen=True)
class Piece:
    """What one column holds of one row: lines from the top, and the height that places them."""

    column: int
    lines: tuple[Word, ...]
    level: float


@dataclass(frozen=True)
class Row:
    """The pieces of one row."""

    pieces: tuple[Piece, ...]

    @property
    def columns(self) -> frozenset[int]:
        return frozenset(piece.column for piece in self.pieces)

    @property
    def first(self) -> float:
        return max(piece.lines[0].baseline for piece in self.pieces)

    @property
    def last(self) -> float:
        return min(piece.lines[-1].baseline for piece in self.pieces)


def rows_between(
    placed: Iterable[Placed], names: Collection[int], amounts: Collection[int], height: float
) -> list[Row] | None:
    """The rows that account for every word; nothing where no way of setting names does."""
    by_column: dict[int, list[Word]] = {}
    for column, word in placed:
        by_column.setdefault(column, []).append(word)
    lines = {column: _lines(words, height) for column, words in by_column.items()}
    wrapped = {
        round(a.baseline - b.baseline, 1)
        for column in names
        for a, b in pairwise(lines.get(column, []))
        if a.baseline - b.baseline < LEADING * height
    }
    for reach in (0.0, *sorted(wrapped)):
        for level in ("middle", "first", "last"):
            rows = _rows(lines, names, reach + 0.1, level, height)
            if _is_sound(rows, names, amounts, height):
                return rows
    return None


def _lines(words: Sequence[Word], height: float) -> list[Word]:
    """The words of one column, those on one base line as one with spaces, from the top."""
    found: list[Word] = []
    for word in sorted(words, key=lambda w: (-w.baseline, w.box.x0)):
        if found and found[-1].baseline - word.baseline < LEVEL * height:
            found[-1] = found[-1]._replace(text=f"{found[-1].text} {word.text}")
        else:
            found.append(word)
    return found


def _rows(
    lines: dict[int, list[Word]], names: Collection[int], reach: float, level: str, height: float
) -> list[Row]:
    pieces = []
    for column, words in lines.items():
        chain: list[Word] = []
        for word in words:
            near = chain and chain[-1].baseline - word.baseline <= reach
            if column in names and near and not _BEGINS.match(heading(word.text)):
                chain.append(word)
                continue
            pieces += _piece(column, chain, level)
            chain = [word]
        pieces += _piece(column, chain, level)
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda each: -each.level):
        if rows and rows[-1][0].level - piece.level < LEVEL * height:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [Row(tuple(row)) for row in rows]


def _piece(column: int, chain: Sequence[Word], level: str) -> list[Piece]:
    if not chain:
        return []
    first, last = chain[0].baseline, chain[-1].baseline
    at = {"middle": (first + last) / 2, "first": first, "last": last}[level]
    return [Piece(column, tuple(chain), at)]


def _is_sound(
    rows: Sequence[Row], names: Collection[int], amounts: Collection[int], height: float
) -> bool:
    """Is every row whole: one piece a column, a name beside amounts, nothing left over?"""
    for row in rows:
        if len(row.columns) < len(row.pieces):
            return False
        if all(line.text.isdigit() for piece in row.pieces for line in piece.lines) and names:
            return False
        if any(" " in piece.lines[0].text for piece in row.pieces if piece.column in amounts):
            return False
        if names and row.columns & set(amounts) and not row.columns - set(amounts):
            return False
    if any(a.last - b.first < height / 2 for a, b in pairwise(rows)):
        return False
    return not any(
        _is_torn(piece, other, height)
        for row in rows
        if row.columns <= set(names)
        for piece in row.pieces
        for another in rows
        if another is not row
        for other in another.pieces
    )


def _is_torn(piece: Piece, other: Piece, height: float) -> bool:
    """Does a name without amounts look like a line of another name in its column?"""
    if piece.column != other.column or _BEGINS.match(heading(piece.lines[0].text)):
        return False
    apart = min(abs(a.baseline - b.baseline) for a in piece.lines for b in other.lines)
    return apart < LEADING * height
