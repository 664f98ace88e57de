"""What lies on the printed page: lines of text and ruled grids, each with its place.

This is the vocabulary of the left half of the suite. Coordinates are PDF points with the origin
at the bottom left of the page as it is read (a rotated page is measured upright).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

#: How the identifier of a table begins that is printed under a title nobody knows.
UNKNOWN = "unknown_"
#: What a table is understood by that no template accounts for.
LEARNED = "learned"


class Box(NamedTuple):
    """A rectangle on a page, in points, origin bottom left."""

    x0: float
    y0: float
    x1: float
    y1: float


def around(boxes: Iterable[Box]) -> Box:
    """The smallest rectangle that holds them all."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return Box(min(lefts), min(bottoms), max(rights), max(tops))


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line of text, in reading order, outside or inside a table.

    ``half`` is 1 for what is printed on the second half of a sheet that holds two pages.
    """

    page: int
    text: str
    box: Box
    in_grid: bool = False
    half: int = 0


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a ruled grid: its text with line breaks removed, its box and its extent.

    ``colspan``/``rowspan`` are those of a merged cell; the places it covers hold ``None``.
    ``second`` is what the second reader saw, where the two readers differ; ``unclear`` says that
    the text of a neighbour is printed over this one, or that its font is broken.
    """

    text: str
    box: Box
    colspan: int = 1
    rowspan: int = 1
    second: str | None = None
    unclear: bool = False


#: One row of a grid; ``None`` marks a place a merge covers.
Row = tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """One ruled grid on one page, rows from the top.

    ``lefts`` is where each column begins, in points; ``doubt`` says what the picture of the page
    shows otherwise.
    """

    page: int
    box: Box
    rows: tuple[Row, ...]
    lefts: tuple[float, ...]
    half: int = 0
    doubt: str = ""

    @property
    def width(self) -> int:
        return len(self.lefts)

    def covering(self, row: int, column: int) -> Cell:
        """The cell printed at a place, also where a merge covers it; blank where none does."""
        for r in range(row, -1, -1):
            for c in range(column, -1, -1):
                cell = self.rows[r][c]
                if cell and r + cell.rowspan > row and c + cell.colspan > column:
                    return cell
        return Cell("", self.box)

    def without_rows(self, count: int) -> Grid:
        """The grid below its first ``count`` rows; a cell that reaches below them ends in blank."""
        rows = [list(row) for row in self.rows]
        for r, row in enumerate(self.rows[:count] if count < len(rows) else ()):
            for c, cell in enumerate(row):
                if cell and r + cell.rowspan > count:
                    rest = r + cell.rowspan - count
                    rows[count][c] = replace(cell, text="", second=None, rowspan=rest)
        return replace(self, rows=tuple(map(tuple, rows[count:])))

    def texts(self) -> list[list[str]]:
        """The grid as plain text, covered places empty."""
        return [[cell.text if cell else "" for cell in row] for row in self.rows]


@dataclass(frozen=True, slots=True)
class Page:
    """The size of one page as it is read, and what is printed on it."""

    number: int
    width: float
    height: float
    lines: tuple[Line, ...]
    grids: tuple[Grid, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """A whole document as printed: nothing interpreted, nothing corrected."""

    source_file: str
    sha256: str
    pages: tuple[Page, ...]

    @property
    def lines(self) -> list[Line]:
        return [line for page in self.pages for line in page.lines]

    @property
    def prose(self) -> list[Line]:
        """The lines printed outside every ruled grid, in reading order."""
        return [line for line in self.lines if not line.in_grid]

    @property
    def grids(self) -> list[Grid]:
        return [grid for page in self.pages for grid in page.grids]


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file; nothing where it cannot be opened."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def document_id_of(path: Path) -> str:
    """A document's name in the package: its file name without what a file system may not keep."""
    return re.sub(r"[^\w.-]+", "-", path.stem).strip("-.") or "document"
