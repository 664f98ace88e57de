"""A PDF on disk → what is printed on its pages. The only module that knows Camelot.

Camelot finds the ruled grids and reads their cells; pdfium reads every glyph with its place.
Each cell is therefore read twice, by two programs that share no code. Where they differ the
cell keeps both readings; a doubtful reading is never passed off as certain.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import re
import warnings
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from camelot.io import read_pdf
from camelot.parsers import lattice

from unitbudget.documents import Box, Cell, Grid, Page, Printed
from unitbudget.errors import EncryptedPdf, NotAPdf, NoTextLayer
from unitbudget.reading.glyphs import Glyph, lines_of, page_glyphs, rows_of, text_of
from unitbudget.text import normalise, squash

#: Row and column of a grid, from 0.
Place = tuple[int, int]
#: Fewer glyphs than this a page, over the whole document, and it is a stack of pictures.
FEWEST_GLYPHS = 20

# Camelot takes a grid that is 90 % blank for noise. Here it is a table disclosed as empty.
lattice._GRID_WHITESPACE_REJECT = 101
logging.getLogger("camelot").setLevel(logging.ERROR)


def read_printed(path: str | Path) -> Printed:
    """What is printed in one PDF.

    Raises ``NotAPdf``, ``EncryptedPdf`` or ``NoTextLayer`` when there is nothing to read.
    """
    path = Path(path)
    content = path.read_bytes()
    glyphs, sizes, ruled = [], [], []
    with _opened(path, content) as document:
        for number, page in enumerate(_pages(path, document), start=1):
            glyphs.append(page_glyphs(page))
            sizes.append(page.get_size())
            if _may_hold_grid(page):
                ruled.append(number)
    if sum(map(len, glyphs)) < FEWEST_GLYPHS * len(glyphs):
        raise NoTextLayer(
            path.name,
            f"{len(glyphs)} 页几乎没有文字层（共 {sum(map(len, glyphs))} 个字），是扫描件或图片",
            "请换用文字版 PDF，或先做 OCR 并人工核对后再放入",
        )
    with _no_collection():
        grids = _camelot_grids(path, ruled)
    pages = []
    for number, (marks, (width, height)) in enumerate(zip(glyphs, sizes, strict=True), start=1):
        here = tuple(_grid(table, number, marks) for table in grids.get(number, []))
        inside: list[Glyph] = []
        outside: list[Glyph] = []
        for glyph in marks:
            held = any(_holds(grid.box, glyph) for grid in here)
            (inside if held else outside).append(glyph)
        lines = lines_of(outside, number) + lines_of(inside, number, in_grid=True)
        lines.sort(key=lambda line: (-line.box.y1, line.box.x0))
        pages.append(Page(number, width, height, tuple(lines), here))
    return Printed(path.name, hashlib.sha256(content).hexdigest(), tuple(pages))


@contextmanager
def _no_collection() -> Iterator[None]:
    """Parsed pages are many small objects that all live: searching them for dead ones is waste."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _opened(path: Path, content: bytes) -> pdfium.PdfDocument:
    if not re.match(rb"\s*(\xef\xbb\xbf)?%PDF-", content[:1024]):
        raise NotAPdf(path.name, "文件开头没有 %PDF 标记，不是 PDF", "请重新下载原文件")
    try:
        document = pdfium.PdfDocument(content)
        if len(document) == 0:
            raise pdfium.PdfiumError("no pages")
    except pdfium.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD or "assword" in str(error):
            raise EncryptedPdf(
                path.name, "文件加了密码，打不开", "请向发布单位索取未加密的版本"
            ) from error
        raise _damaged(path) from error
    return document


def _pages(path: Path, document: pdfium.PdfDocument) -> Iterator[pdfium.PdfPage]:
    for index in range(len(document)):
        try:
            yield document[index]
        except pdfium.PdfiumError as error:
            raise _damaged(path) from error


def _damaged(path: Path) -> NotAPdf:
    return NotAPdf(path.name, "文件已损坏或不完整，读不出页面", "请重新下载，并核对文件大小")


def _may_hold_grid(page: pdfium.PdfPage) -> bool:
    """Is anything drawn on the page? One path can be a whole grid."""
    return any(item.type == raw.FPDF_PAGEOBJ_PATH for item in page.get_objects(max_depth=4))


def _camelot_grids(path: Path, pages: list[int]) -> dict[int, list[Any]]:
    """Camelot's tables by page, each page's from the top."""
    if not pages:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            found = read_pdf(
                str(path),
                pages=",".join(map(str, pages)),
                flavor="lattice",
                engine="vector",
                split_text=True,
            )
        except Exception as error:  # Camelot and playa raise whatever a broken file provokes.
            raise NotAPdf(
                path.name,
                f"文件已损坏，表格读不出来（{type(error).__name__}）",
                "请重新下载，并核对文件大小",
            ) from error
    by_page: dict[int, list[Any]] = {}
    for table in found:
        by_page.setdefault(int(table.page), []).append(table)
    for tables in by_page.values():
        tables.sort(key=lambda table: -table._bbox[3])
    return by_page


def _grid(table: Any, page: int, glyphs: list[Glyph]) -> Grid:
    """One Camelot table as a grid, its cells checked against pdfium's glyphs."""
    x0, y0, x1, y1 = table._bbox
    box = Box(x0, y0, x1, y1)
    owners = _owners(table.cells)
    seen = _seen(table, glyphs, owners)
    extents: dict[Place, list[Place]] = {}
    for place, owner in owners.items():
        extents.setdefault(owner, []).append(place)
    rows: list[list[Cell | None]] = [[None] * len(table.cells[0]) for _ in table.cells]
    for (row, column), places in extents.items():
        parts = [table.cells[r][c] for r, c in places]
        area = Box(
            min(p.x1 for p in parts),
            min(p.y1 for p in parts),
            max(p.x2 for p in parts),
            max(p.y2 for p in parts),
        )
        text, second = _agreed(
            normalise("".join("".join(p.text for p in parts).split("\n")).strip()),
            "".join(text_of(line) for line in rows_of(seen.get((row, column), []))),
        )
        rows[row][column] = Cell(
            text,
            area,
            colspan=1 + max(c for _, c in places) - column,
            rowspan=1 + max(r for r, _ in places) - row,
            second=second,
        )
    lefts = tuple(cell.x1 for cell in table.cells[0])
    return Grid(page, box, tuple(tuple(row) for row in rows), lefts)


def _agreed(camelot_text: str, pdfium_text: str) -> tuple[str, str | None]:
    """The text of a cell and, where the readers differ, the other reading.

    A reader that lost glyphs sees a part of what the other sees; the fuller text is printed there.
    """
    one, other = squash(camelot_text), squash(pdfium_text)
    if one == other:
        return camelot_text, None
    lost = re.search(r"\w|%", other.replace(one, "", 1)) if one in other else None
    return (pdfium_text, camelot_text) if lost else (camelot_text, pdfium_text)


def _owners(cells: list[list[Any]]) -> dict[Place, Place]:
    """For each place the top left place of the merged cell it belongs to."""
    owners: dict[Place, Place] = {}
    for r, row in enumerate(cells):
        for c, cell in enumerate(row):
            if c and not cell.left:
                owners[r, c] = owners[r, c - 1]
            elif r and not cell.top:
                owners[r, c] = owners[r - 1, c]
            else:
                owners[r, c] = (r, c)
    return owners


def _seen(table: Any, glyphs: list[Glyph], owners: dict[Place, Place]) -> dict[Place, list[Glyph]]:
    """The glyphs printed in each cell, merged cells under their top left place."""
    lefts = [cell.x1 for cell in table.cells[0]]
    tops = [-row[0].y2 for row in table.cells]
    right, bottom = table.cells[0][-1].x2, table.cells[-1][0].y1
    found: dict[Place, list[Glyph]] = {}
    for glyph in glyphs:
        x, y = glyph.middle
        if lefts[0] <= x <= right and bottom <= y <= -tops[0]:
            place = bisect_right(tops, -y) - 1, bisect_right(lefts, x) - 1
            found.setdefault(owners[place], []).append(glyph)
    return found


def _holds(box: Box, glyph: Glyph) -> bool:
    x, y = glyph.middle
    return box.x0 <= x <= box.x1 and box.y0 <= y <= box.y1
