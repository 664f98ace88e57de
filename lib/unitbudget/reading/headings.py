"""Printed column headings: where they end, and what a template that knows them says they hold."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise

from unitbudget.documents import Cell, Grid, Row
from unitbudget.money.amounts import NotAnAmount, misplaced, parse
from unitbudget.money.codes import is_code
from unitbudget.money.text import heading, squash
from unitbudget.reading.templates import Column, Columns, Table, bare_heading
from unitbudget.reading.vocabulary import has_ordinal, plain, vocabulary

#: A heading a template knows has at most so many rows, one that is understood so many.
HEADER_ROWS, MOST_ROWS = 6, 8

_NUMBERING = re.compile(
    r"栏次|行次|\*+|[-—]+|\(?\d{1,2}\)?|[A-Za-z甲乙丙丁戊]|[①-⑳]|\(?\d{1,2}\)?=[\d()+\-*/×÷=栏]+"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_COUNTED = re.compile(r"\d+")

#: The headings over one column, from the top.
Path = tuple[str, ...]


def fitting(tables: Iterable[Table], grid: Grid, year: int) -> tuple[Table, int, Columns] | None:
    """The first of these tables whose headings are printed here, their rows and what they hold."""
    printed = [*enumerate(_paths_of(grid, year), start=1)]
    for table in tables:
        for rows, paths in reversed(printed):
            if (columns := _columns_of(table, paths)) is not None:
                return table, rows, columns
    return None


def _paths_of(grid: Grid, year: int) -> list[list[Path]]:
    """The headings over each column, be the header the first row of a grid, the first two, …"""
    return [
        [_path(grid, column, rows, year) for column in range(grid.width)]
        for rows in range(1, min(HEADER_ROWS, len(grid.rows)) + 1)
    ]


def _columns_of(table: Table, paths: Sequence[Path]) -> Columns | None:
    """What each column holds, if every heading is known and none is missing that must be there."""
    fitted = tuple(_best(table, path) for path in paths)
    if any(path and column is None for path, column in zip(paths, fitted, strict=True)):
        return None
    found = {column.what for column in fitted if column}
    return fitted if all(each.optional or each.what in found for each in table.columns) else None


def _path(grid: Grid, column: int, rows: int, year: int) -> Path:
    """The headings printed over one column, from the top; numbers of columns are none."""
    path: list[str] = []
    cells = []
    for row in range(rows):
        if row and is_numbering(grid.rows[row]):
            continue
        cell = grid.covering(row, column)
        if cell.text and cell not in cells:
            cells.append(cell)
            path.append(bare_heading(cell.text, year))
    return tuple(path)


def _best(table: Table, path: Path) -> Column | None:
    """The longest heading that fits; of two as long, that with the nearest upper heading."""
    fitting = [column for column in table.columns if column.fits(path)]

    def nearness(column: Column) -> tuple[int, int]:
        above = column.path[-2:-1]
        return len(column.path), max(
            (n for n, part in enumerate(path) if (part,) == above), default=-1
        )

    return max(fitting, key=nearness, default=None)


def is_numbering(row: Row) -> bool:
    """Is this a row of column numbers: 1, 2, 3 in order, letters, formulas such as 1=2+3, or **?"""
    texts = [text for cell in row if cell and (text := heading(cell.text))]
    if len(texts) < 2 or not all(_NUMBERING.fullmatch(text) for text in texts):
        return len(texts) == 1 and texts[0] == "栏次"
    numbers = [int(text.strip("()")) for text in texts if _COUNTED.fullmatch(text.strip("()"))]
    counted = all(a < b <= a + 2 for a, b in pairwise(numbers))
    return counted and (not numbers or numbers[0] <= 2) and (len(numbers) != 1 or len(texts) > 1)


def heading_rows(grid: Grid) -> int:
    """How many rows the heading of a table has, with the column numbers below it."""
    first = next((r for r, row in enumerate(grid.rows) if _has_amount(row)), len(grid.rows))
    rows = min(first, MOST_ROWS)
    if first == len(grid.rows):
        return _last_heading(grid, rows)
    amounts = {
        c
        for row in grid.rows[first:]
        for c, cell in enumerate(row)
        if _is_amount(cell) and not is_code(squash(cell.text if cell else ""))
    }
    while rows > 1 and _is_body(grid, rows - 1, amounts):
        rows -= 1
    return rows


def _last_heading(grid: Grid, rows: int) -> int:
    """Where the heading of a table without a figure ends: above its first total, code or item."""
    for r in range(1, rows):
        texts = [text for cell in grid.rows[r] if cell and (text := heading(cell.text))]
        if is_numbering(grid.rows[r]):
            continue
        if not texts or (len(texts) == 1 and vocabulary().rows["total"].fullmatch(texts[0])):
            return r
        if is_code(texts[0]) or any(map(has_ordinal, texts)):
            return r
    return rows


def _has_amount(row: Row) -> bool:
    """Does a row hold an amount? Seven digits in front are a code, behind a name they are money."""
    filled = [cell for cell in row if cell and squash(cell.text)]
    amounts = [cell for cell in filled if _is_amount(cell)]
    return any(cell is not filled[0] or not is_code(squash(cell.text)) for cell in amounts) and (
        not is_numbering(row)
    )


def _is_amount(cell: Cell | None) -> bool:
    """Is this cell an amount, and no year?"""
    text = squash(cell.text) if cell else ""
    if not re.search(r"\d", text) or _YEAR.fullmatch(text):
        return False
    try:
        return parse(misplaced(text) or text) is not None
    except NotAnAmount:
        return False


def _is_body(grid: Grid, row: int, amounts: Collection[int]) -> bool:
    """Does a row above the first figures belong to the body: does it leave every amount blank?"""
    cells = grid.rows[row]
    if is_numbering(cells):
        return False
    texts = [text for cell in cells if cell and (text := heading(cell.text))]
    if not texts or all(_is_label(text) for text in texts):
        return False
    for c in amounts:
        covering = grid.covering(row, c)
        if squash(covering.text):
            return False
    return True


def _is_label(text: str) -> bool:
    roles = vocabulary().roles
    bare = plain(text, 0)
    return any(roles[role].fullmatch(bare) for role in ("code", "name", "ignore"))
