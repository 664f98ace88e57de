"""What is printed on a page is found, however little of a table is left on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from pypdfium2 import PdfPage
from reportlab.pdfgen.canvas import Canvas

from unitbudget.errors import NoTextLayer
from unitbudget.money.text import UNREADABLE
from unitbudget.reading.extract import read_again, read_printed
from unitbudget.reading.rules import pieced
from unitbudget.reading.sheets import Sheet, sheet


def test_one_row_drawn_as_a_single_path_is_a_grid(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "row.pdf"))
    canvas.drawString(72, 700, "A page that says enough to count as text.")
    rules = canvas.beginPath()
    for x in (72, 172, 372, 472):
        rules.moveTo(x, 600)
        rules.lineTo(x, 630)
    for y in (600, 630):
        rules.moveTo(72, y)
        rules.lineTo(472, y)
    canvas.drawPath(rules)
    for x, text in ((80, "30309"), (180, "bonus"), (400, "0.48")):
        canvas.drawString(x, 610, text)
    canvas.save()
    (grid,) = read_printed(tmp_path / "row.pdf").grids
    assert grid.texts() == [["30309", "bonus", "0.48"]]


def test_both_readers_agree_on_every_cell_of_the_first_document(first_pdf: Path) -> None:
    cells = [
        cell
        for grid in read_printed(first_pdf).grids
        for row in grid.rows
        for cell in row
        if cell is not None
    ]
    assert len(cells) > 900
    assert [cell for cell in cells if cell.second is not None] == []


XS, YS = (72, 172, 372, 472), (600, 630, 660)
TEXTS = [["30308", "aid", "0.52"], ["30309", "bonus", "0.48"]]


def dotted(canvas: Canvas) -> None:
    """Squares in a row, as a browser prints a dotted border."""
    for y in YS:
        for x in range(XS[0], XS[-1], 2):
            canvas.rect(x, y, 0.75, 0.75, stroke=0, fill=1)
    for x in XS:
        for y in range(YS[0], YS[-1], 2):
            canvas.rect(x, y, 0.75, 0.75, stroke=0, fill=1)


def dashed(canvas: Canvas) -> None:
    """Rectangles nobody closed, all of them one path."""
    path = canvas.beginPath()
    strokes = [(x, y, 2.25, 0.75) for y in YS for x in range(XS[0], XS[-1], 4)]
    strokes += [(x, y, 0.75, 2.25) for x in XS for y in range(YS[0], YS[-1], 4)]
    for x, y, width, height in strokes:
        path.moveTo(x, y)
        path.lineTo(x + width, y)
        path.lineTo(x + width, y + height)
        path.lineTo(x, y + height)
    canvas.drawPath(path, stroke=0, fill=1)


def mitred(canvas: Canvas) -> None:
    """Strips with slanted ends, as a browser prints the solid border of one side of a cell."""
    path = canvas.beginPath()
    for x0, x1 in pairwise(XS):
        for y in YS:
            corners = [(x0, y), (x1, y), (x1, y + 0.75), (x0 + 0.75, y + 0.75), (x0, y)]
            path.moveTo(*corners[0])
            for corner in corners[1:]:
                path.lineTo(*corner)
    for y0, y1 in pairwise(YS):
        for x in XS:
            corners = [(x, y0), (x, y1), (x + 0.75, y1 - 0.75), (x + 0.75, y0), (x, y0)]
            path.moveTo(*corners[0])
            for corner in corners[1:]:
                path.lineTo(*corner)
    canvas.drawPath(path, stroke=0, fill=1)


def framed(canvas: Canvas) -> None:
    """A frame around each cell, a little white between the frames."""
    for x0, x1 in pairwise(XS):
        for y0, y1 in pairwise(YS):
            canvas.rect(x0 + 1.5, y0 + 1.5, x1 - x0 - 3, y1 - y0 - 3)


@pytest.mark.parametrize("draw", [dotted, dashed, framed])
def test_rules_printed_in_pieces_are_found_at_the_second_look(
    draw: Callable[[Canvas], None], tmp_path: Path
) -> None:
    path = tmp_path / "pieces.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 700, "A page that says enough to count as text.")
    draw(canvas)
    for x, column in zip((80, 180, 400), zip(*TEXTS, strict=True), strict=True):
        for y, text in zip((640, 610), column, strict=True):
            canvas.drawString(x, y, text)
    canvas.save()
    printed = read_printed(path)
    assert printed.grids == []
    (grid,) = read_again(path, printed, [1], pieced).grids
    assert grid.texts() == TEXTS


def test_borders_with_slanted_ends_are_rules_at_the_first_look(tmp_path: Path) -> None:
    path = tmp_path / "mitred.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(72, 700, "A page that says enough to count as text.")
    mitred(canvas)
    for x, column in zip((80, 180, 400), zip(*TEXTS, strict=True), strict=True):
        for y, text in zip((640, 610), column, strict=True):
            canvas.drawString(x, y, text)
    canvas.save()
    (grid,) = read_printed(path).grids
    assert grid.texts() == TEXTS


def test_a_text_layer_in_a_broken_font_is_refused(
    first_pdf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One glyph in a hundred says nothing: then the others may say something else than printed."""

    def broken(page: PdfPage, number: int) -> Sheet:
        whole = sheet(page, number)
        glyphs = [
            glyph._replace(char=UNREADABLE) if place % 100 == 99 else glyph
            for place, glyph in enumerate(whole.glyphs)
        ]
        return replace(whole, glyphs=glyphs)

    monkeypatch.setattr("unitbudget.reading.extract.sheet", broken)
    with pytest.raises(NoTextLayer, match="字体编码已损坏"):
        read_printed(first_pdf)
