"""One table over several pages: its header, the parts it runs on in, the note below it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from unitbudget.documents import LEARNED, Cell, Grid, Line, Printed, Row
from unitbudget.money.text import heading, squash
from unitbudget.reading.templates import Columns, Table

#: Rules of one table on two pages may be this many points apart.
SLANT = 3.0

_NOTE = re.compile(r"^(?:备注|注|说明)[::]")
#: What reads like an amount, and like no year.
FIGURES = re.compile(r"(?<!\d)\d{1,3}(?:,\d{3})*\.\d{1,2}(?!\d)|(?<!\d)\d{4,}(?!\d|年)")
_MONEY = re.compile(r"\d\.\d\d(?!\d)|\d,\d{3}(?!\d)|\d{5,}")
#: What stands between two parts of one table without ending it.
_FURNITURE = re.compile(r"^(?:-*\d{1,3}-*|第\d+页.*|续表|\(续\)|.*单位[::]?(?:万|千)?元\)?)$")


@dataclass
class Joined:
    """One table of a disclosure, joined over the pages it runs on."""

    table: Table
    title: str
    unit: str
    columns: Columns
    header: Grid
    parts: list[Grid] = field(default_factory=list)
    note: str = ""
    #: By side and row, the row a row is part of, where no codes say so.
    part_of: Mapping[tuple[int, int], int] = field(default_factory=dict)
    #: Does all of it add up as read first? Then no other reading of a cell does.
    adds_up: bool = False

    @property
    def is_learned(self) -> bool:
        """Was it understood without a template?"""
        return self.table.family == LEARNED

    @property
    def doubt(self) -> str:
        """Why its rules do not say for certain what stands where; nothing where they do."""
        for grid in (self.header, *self.parts):
            if grid.doubt:
                return f"第{grid.page}页的表格线与读出的格子不一致（{grid.doubt}）"
        return ""

    def where(self, source_file: str) -> str:
        return where(source_file, self.header.page, self.title)

    @property
    def pages(self) -> tuple[int, int]:
        return self.header.page, max([self.header.page, *(part.page for part in self.parts)])


def where(source_file: str, page: int, title: str) -> str:
    """Where a table stands, as sentences about it begin."""
    return f"{source_file} 第{page}页「{squash(title)}」"


def is_hollow(table: Joined, printed: Printed) -> bool:
    """Are only the headings of a table ruled, and its figures printed below them?"""
    if any(cell and cell.text for part in table.parts for row in part.rows for cell in row):
        return False
    page, bottom = printed.pages[table.header.page - 1], table.header.box.y0
    lower = max((grid.box.y1 for grid in page.grids if grid.box.y1 < bottom), default=0.0)
    return any(
        lower < line.box.y0 < bottom
        and not line.in_grid
        and _MONEY.search(line.text)
        and "。" not in line.text
        for line in page.lines
    )


def is_note(text: str) -> bool:
    """Does a note under a table begin here?"""
    return bool(_NOTE.match(heading(text)))


def is_furniture(text: str) -> bool:
    """Is this a page number, a unit or another line that ends no table?"""
    return bool(_FURNITURE.match(heading(text)))


def take_note(table: Joined, line: Line) -> None:
    """The 备注 under a table, with the lines it runs on to, up to its full stop."""
    if is_note(line.text) and not table.note:
        table.note = squash(line.text)
    elif table.note and not table.note.endswith("。") and line.page == table.pages[1]:
        table.note += "" if is_furniture(line.text) else squash(line.text)


def follows(last_page: int, grid: Grid, above: list[Line]) -> bool:
    """Does this grid stand right behind a table that ends on that page, nothing in between?"""
    printed = [line for line in above if not is_furniture(line.text)]
    return not printed and grid.page - last_page <= 1


def is_next(before: Joined, grid: Grid, above: list[Line]) -> bool:
    """Are these figures likely more of the table before: behind it, or in the very same columns?"""
    same = grid.width == before.header.width and all(
        abs(a - b) < SLANT for a, b in zip(grid.lefts, before.header.lefts, strict=True)
    )
    last = before.pages[1]
    near = follows(last, grid, above) or (same and grid.page - last <= 1)
    return near and _of_figures(grid)


def _of_figures(grid: Grid) -> bool:
    """Does every other row of it hold a figure, as in a table of figures and not in a form?"""
    filled = [any(FIGURES.search(text) for text in map(heading, row)) for row in grid.texts()]
    return 2 * sum(filled) >= len(filled)


def goes_on(before: Joined, grid: Grid, above: list[Line]) -> bool:
    """Does this grid continue the table before it? If so it is joined to it."""
    if not follows(before.pages[1], grid, above):
        return False
    body = grid.without_rows(_repeated_header(before.header, grid))
    fitted = _onto(before.header, body)
    if fitted is None:
        return False
    before.parts[-1:] = _mended(before.parts[-1], fitted, before.columns)
    return True


def _repeated_header(header: Grid, grid: Grid) -> int:
    """How many rows repeat the heading: all of it, or its last rows, worded more shortly."""
    if grid.width != header.width:
        return 0
    for rows in range(min(len(header.rows), len(grid.rows)), 0, -1):
        if all(
            _says_again(header, len(header.rows) - rows + row, grid, row) for row in range(rows)
        ):
            return rows
    return 0


def _says_again(header: Grid, above: int, grid: Grid, row: int) -> bool:
    """Does every heading of a row end one printed over the same column before?"""
    said = [(column, heading(cell.text)) for column, cell in enumerate(grid.rows[row]) if cell]
    said = [(column, text) for column, text in said if text]
    return bool(said) and all(
        heading(header.covering(above, column).text).endswith(text) for column, text in said
    )


def _onto(header: Grid, body: Grid) -> Grid | None:
    """The rows of a continuation, its cells moved under the columns of the header they stand in.

    A page that holds only the 合计 row has fewer columns: its first cell spans several.
    """
    if body.width == header.width:
        return body
    rows = []
    for row in body.rows:
        placed: list[Cell | None] = [None] * header.width
        for cell in filter(None, row):
            under = [
                c
                for c, left in enumerate(header.lefts)
                if cell.box.x0 - SLANT <= left < cell.box.x1 - SLANT
            ]
            if not under or placed[under[0]] is not None:
                return None
            placed[under[0]] = replace(cell, colspan=len(under))
        rows.append(tuple(placed))
    return replace(body, rows=tuple(rows), lefts=header.lefts)


def _mended(above: Grid, below: Grid, columns: Columns) -> list[Grid]:
    """Two parts of one table, a row that the page break cut in two put together again.

    What a cut leaves blank is no row. A code whose amounts stand on the next page, and a name that
    goes on there, belong to the page the amounts are on.
    """
    while len(above.rows) > 1 and _is_blank(above.rows[-1]):
        above = replace(above, rows=above.rows[:-1])
    while len(below.rows) > 1 and _is_blank(below.rows[0]):
        below = below.without_rows(1)
    upper, lower = above.rows[-1:], below.rows[:1]
    if not upper or not lower or not _is_cut(upper[0], lower[0], columns):
        return [above, below]
    whole = tuple(map(_glued, upper[0], lower[0]))
    if _printed(upper[0], columns, "amount"):
        return [replace(above, rows=(*above.rows[:-1], whole)), below.without_rows(1)]
    return [replace(above, rows=above.rows[:-1]), replace(below, rows=(whole, *below.rows[1:]))]


def _is_cut(upper: Row, lower: Row, columns: Columns) -> bool:
    """Are these the two halves of one row? Only the first has a code, only one has amounts."""
    if not _printed(upper, columns, "code") or _printed(lower, columns, "code"):
        return False
    if not _printed(upper, columns, "amount"):
        return _printed(lower, columns, "amount") != ""
    name = _printed(lower, columns, "name")
    return not _printed(lower, columns, "amount") and name != "" and not name.endswith("计")


def _printed(row: Row, columns: Columns, role: str) -> str:
    """What one row prints in all columns of a role."""
    return "".join(
        squash(cell.text)
        for cell, column in zip(row, columns, strict=True)
        if cell and column and column.role == role
    )


def _is_blank(row: Row) -> bool:
    return not any(cell and squash(cell.text) for cell in row)


def _glued(upper: Cell | None, lower: Cell | None) -> Cell | None:
    """The two halves of a cell as one; the place is where something is printed last."""
    if not (upper and lower):
        return upper or lower
    second = None
    if upper.second is not None or lower.second is not None:
        parts = (part.text if part.second is None else part.second for part in (upper, lower))
        second = "".join(parts)
    place = lower if squash(lower.text) else upper
    return replace(place, text=upper.text + lower.text, second=second)
