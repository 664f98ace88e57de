"""One table over several pages: its header, the parts it runs on in, the note below it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from unitbudget.documents import Cell, Grid, Line
from unitbudget.reading.templates import Column, Table
from unitbudget.text import heading, squash

#: Rules of one table on two pages may be this many points apart.
SLANT = 3.0

_NOTE = re.compile(r"^(?:备注|注|说明)[::]")
#: What stands between two parts of one table without ending it.
_FURNITURE = re.compile(r"^(?:-?\d{1,3}-?|第\d+页.*|续表|\(续\)|.*单位[::]?(?:万|千)?元\)?)$")


@dataclass
class Joined:
    """One table of a disclosure, joined over the pages it runs on."""

    table: Table
    title: str
    unit: str
    columns: tuple[Column | None, ...]
    header: Grid
    parts: list[Grid] = field(default_factory=list)
    note: str = ""

    @property
    def pages(self) -> tuple[int, int]:
        return self.header.page, max([self.header.page, *(part.page for part in self.parts)])


def take_note(table: Joined, line: Line) -> None:
    """The 备注 under a table, with the lines it runs on to, up to its full stop."""
    if _NOTE.match(heading(line.text)) and not table.note:
        table.note = squash(line.text)
    elif table.note and not table.note.endswith("。") and line.page == table.pages[1]:
        table.note += "" if _FURNITURE.match(squash(line.text)) else squash(line.text)


def goes_on(before: Joined, grid: Grid, above: list[Line]) -> bool:
    """Does this grid continue the table before it? If so it is joined to it."""
    printed = [line for line in above if not _FURNITURE.match(squash(line.text))]
    if printed or grid.page - before.pages[1] > 1:
        return False
    body = grid.without_rows(_repeated_header(before.header, grid))
    fitted = _onto(before.header, body)
    if fitted is None:
        return False
    before.parts.append(fitted)
    return True


def _repeated_header(header: Grid, grid: Grid) -> int:
    rows = len(header.rows)
    if len(grid.rows) < rows or grid.width != header.width:
        return 0

    def texts(source: Grid) -> list[list[str]]:
        return [[heading(text) for text in row] for row in source.texts()[:rows]]

    return rows if texts(header) == texts(grid) else 0


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
    return Grid(body.page, body.box, tuple(rows), header.lefts)
