"""A PDF on disk → what is printed on its pages. Only here and in ``rules.py`` Camelot is known.

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
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from camelot.io import read_pdf
from camelot.parsers import lattice

from unitbudget.documents import Page, Printed
from unitbudget.errors import EncryptedPdf, NotAPdf, NoTextLayer
from unitbudget.money.text import UNREADABLE
from unitbudget.reading.cells import checked_grid
from unitbudget.reading.glyphs import Glyph, lines_of, page_glyphs
from unitbudget.reading.placing import stands_in
from unitbudget.reading.rules import GAP, Finder, mitred, seen

#: Fewer glyphs than this a page, over the whole document, and it is a stack of pictures.
FEWEST_GLYPHS = 20
#: More of its glyphs than this without a character, and a font of the document is broken.
MOST_GARBLED = 0.005

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
    _refuse_without_text(path, glyphs)
    with _no_collection(), seen(mitred):
        grids = _camelot_grids(path, ruled)
    pages = tuple(
        _page(number, size, marks, grids.get(number, []))
        for number, (marks, size) in enumerate(zip(glyphs, sizes, strict=True), start=1)
    )
    return Printed(path.name, hashlib.sha256(content).hexdigest(), pages)


def _refuse_without_text(path: Path, glyphs: list[list[Glyph]]) -> None:
    """No text layer, or one whose glyphs stand for no characters: then no other can be trusted."""
    printed = sum(map(len, glyphs))
    if printed < FEWEST_GLYPHS * len(glyphs):
        raise NoTextLayer(
            path.name,
            f"{len(glyphs)} 页几乎没有文字层（共 {printed} 个字），是扫描件或图片",
            "请换用文字版 PDF，或先做 OCR 并人工核对后再放入",
        )
    garbled = sum(glyph.char == UNREADABLE for page in glyphs for glyph in page)
    if garbled > MOST_GARBLED * printed:
        raise NoTextLayer(
            path.name,
            f"文字层的 {printed} 个字里有 {garbled} 个没有对应的文字，字体编码已损坏",
            "请换用文字能正常复制的 PDF",
        )


def glyphs_on(path: Path, pages: Collection[int]) -> dict[int, list[Glyph]]:
    """Every glyph of some pages of a document read before."""
    with _opened(path, path.read_bytes()) as document:
        return {number: page_glyphs(document[number - 1]) for number in pages}


def with_rules(
    path: Path,
    printed: Printed,
    glyphs: Mapping[int, list[Glyph]],
    find: Finder,
    drawn: bool = False,
) -> Printed:
    """The document with the tables that other rules make on these pages."""
    with _no_collection(), seen(find):
        grids = _camelot_grids(path, sorted(glyphs), line_tol=GAP, joint_tol=GAP)
    pages = list(printed.pages)
    for number, tables in grids.items():
        size = pages[number - 1].width, pages[number - 1].height
        again = _page(number, size, glyphs[number], tables)
        marked = tuple(replace(grid, drawn=drawn) for grid in again.grids)
        pages[number - 1] = replace(again, grids=marked)
    return replace(printed, pages=tuple(pages))


def _page(number: int, size: tuple[float, float], glyphs: list[Glyph], tables: list[Any]) -> Page:
    """One page: its grids, and the lines printed in and outside them."""
    here = tuple(checked_grid(table, number, glyphs) for table in tables)
    inside: list[Glyph] = []
    outside: list[Glyph] = []
    for glyph in glyphs:
        held = any(stands_in(grid.box, glyph) for grid in here)
        (inside if held else outside).append(glyph)
    lines = lines_of(outside, number) + lines_of(inside, number, in_grid=True)
    lines.sort(key=lambda line: (-line.box.y1, line.box.x0))
    return Page(number, *size, tuple(lines), here)


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


def _camelot_grids(path: Path, pages: list[int], **tolerance: float) -> dict[int, list[Any]]:
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
                **tolerance,
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
