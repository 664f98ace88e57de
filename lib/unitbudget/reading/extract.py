"""A PDF on disk → what is printed on its pages.

Camelot finds the ruled grids and reads their cells; pdfium reads every glyph with its place.
Each cell is therefore read twice, by two programs that share no code. Where they differ the
cell keeps both readings; a doubtful reading is never passed off as certain.
"""

from __future__ import annotations

import gc
import hashlib
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

from unitbudget.documents import Line, Page, Printed
from unitbudget.errors import EncryptedPdf, NotAPdf, NoTextLayer
from unitbudget.money.text import UNREADABLE
from unitbudget.reading import camelot_parts
from unitbudget.reading.camelot_parts import Finder
from unitbudget.reading.cells import checked_grid
from unitbudget.reading.glyphs import Glyph, lines_of
from unitbudget.reading.gutters import gutter
from unitbudget.reading.placing import within
from unitbudget.reading.rules import GAP, mitred
from unitbudget.reading.sheets import Sheet, has_notes, sheet, with_annotations
from unitbudget.reading.witness import Rules, contradicted

#: Fewer glyphs than this a page, over the whole document, and it is a stack of pictures.
FEWEST_GLYPHS = 20
#: More of its glyphs than this without a character, and a font of the document is broken.
MOST_GARBLED = 0.005


def read_printed(path: str | Path) -> Printed:
    """What is printed in one PDF.

    Raises ``NotAPdf``, ``EncryptedPdf`` or ``NoTextLayer`` when there is nothing to read.
    """
    path = Path(path)
    content = path.read_bytes()
    with no_collection():
        shown, sheets = _sheets(path, content)
        _refuse_without_text(path, [sheet.glyphs for sheet in sheets])
        rules = {sheet.number: Rules(sheet) for sheet in sheets if sheet.has_paths}
        ruled = [s for s in sheets if s.number in rules and rules[s.number].may_be_grid]
        grids = camelot_parts.grids(path.name, shown, ruled, mitred, rules)
        pages = tuple(
            _page(sheet, grids.get(sheet.number, []), rules.get(sheet.number)) for sheet in sheets
        )
    return Printed(path.name, hashlib.sha256(content).hexdigest(), pages)


def _sheets(path: Path, content: bytes, pages: Collection[int] = ()) -> tuple[bytes, list[Sheet]]:
    """The content as it is shown, and each page of it, or only some of them."""
    found: list[Sheet] = []
    with _opened(path, content) as document:
        for number, page in _pages(path, document):
            if has_notes(page):
                break
            if not pages or number in pages:
                found.append(sheet(page, number))
        else:
            return content, found
        try:
            shown = with_annotations(document) or content
        except pdfium.PdfiumError as error:
            raise _damaged(path) from error
    with _opened(path, shown) as document:
        every = _pages(path, document)
        return shown, [sheet(page, n) for n, page in every if not pages or n in pages]


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


def read_again(path: Path, printed: Printed, only: Collection[int], find: Finder) -> Printed:
    """The document with the tables that other rules make on some of its pages."""
    if not only:
        return printed
    with no_collection():
        shown, sheets = _sheets(path, path.read_bytes(), only)
        rules = {each.number: Rules(each) for each in sheets}
        grids = camelot_parts.grids(path.name, shown, sheets, find, rules, GAP)
    pages = list(printed.pages)
    for each in sheets:
        if tables := grids.get(each.number):
            pages[each.number - 1] = _page(each, tables, rules[each.number])
    return replace(printed, pages=tuple(pages))


def _page(sheet: Sheet, tables: list[Any], rules: Rules | None) -> Page:
    """One page: its grids, and the lines printed in and outside them."""
    number, glyphs = sheet.number, sheet.glyphs
    here = [checked_grid(table, number, glyphs) for table in tables]
    if rules:
        doubts = [contradicted(rules, table.cells) for table in tables]
        here = [replace(g, doubt=why) if why else g for g, why in zip(here, doubts, strict=True)]
    middle = gutter(glyphs, [grid.box for grid in here], (sheet.width, sheet.height))
    held = [within(grid.box, glyphs)[0] for grid in here]
    lines: list[Line] = []
    for half in (0, 1) if middle else (0,):
        parts: tuple[list[Glyph], list[Glyph]] = [], []
        for place, glyph in enumerate(glyphs):
            if middle is None or (glyph.middle[0] > middle) == half:
                parts[any(grid[place] for grid in held)].append(glyph)
        both = [lines_of(part, number, bool(in_grid)) for in_grid, part in enumerate(parts)]
        found = sorted(both[0] + both[1], key=lambda line: (-line.box.y1, line.box.x0))
        lines += [replace(line, half=half) for line in found] if half else found
    if middle:
        here = [replace(grid, half=int(grid.box.x0 > middle)) for grid in here]
    return Page(number, sheet.width, sheet.height, tuple(lines), tuple(here))


@contextmanager
def no_collection() -> Iterator[None]:
    """What is read and judged is many small objects that all live: seeking dead ones is waste."""
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


def _pages(path: Path, document: pdfium.PdfDocument) -> Iterator[tuple[int, pdfium.PdfPage]]:
    for index in range(len(document)):
        try:
            yield index + 1, document[index]
        except pdfium.PdfiumError as error:
            raise _damaged(path) from error


def _damaged(path: Path) -> NotAPdf:
    return NotAPdf(path.name, "文件已损坏或不完整，读不出页面", "请重新下载，并核对文件大小")
