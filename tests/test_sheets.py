"""What a reader sees of a page, and nothing else of what its text layer holds."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.colors import Color, white
from reportlab.pdfgen.canvas import Canvas

from unitbudget.reading.sheets import Sheet, sheet, with_annotations

PAPER = (400.0, 300.0)


def read(draw: Callable[[Canvas], None], paper: tuple[float, float] = PAPER) -> Sheet:
    """One page as it is read, with a line of plain text for company."""
    file = BytesIO()
    canvas = Canvas(file, pagesize=paper)
    canvas.setFont("Helvetica", 10)
    canvas.drawString(50, 250, "plain text of the page")
    draw(canvas)
    canvas.save()
    document = pdfium.PdfDocument(file.getvalue())
    shown = with_annotations(document)
    page = pdfium.PdfDocument(shown)[0] if shown else document[0]
    return sheet(page, 1)


def text(page: Sheet) -> str:
    return "".join(glyph.char for glyph in page.glyphs).replace("plaintextofthepage", "")


def mode_3(canvas: Canvas) -> None:
    line = canvas.beginText(50, 100)
    line.setTextRenderMode(3)
    line.textOut("1,234.56")
    canvas.drawText(line)


def white_on_white(canvas: Canvas) -> None:
    canvas.setFillColor(white)
    canvas.drawString(50, 100, "1,234.56")


def covered(canvas: Canvas) -> None:
    canvas.drawString(50, 100, "1,234.56")
    canvas.setFillColor(white)
    canvas.rect(40, 90, 80, 30, stroke=0, fill=1)


def see_through(canvas: Canvas) -> None:
    canvas.setFillColor(Color(0, 0, 0, alpha=0))
    canvas.drawString(50, 100, "1,234.56")


def clipped(canvas: Canvas) -> None:
    canvas.saveState()
    window = canvas.beginPath()
    window.rect(200, 200, 50, 20)
    canvas.clipPath(window, stroke=0)
    canvas.drawString(50, 100, "1,234.56")
    canvas.restoreState()


def cut_off(canvas: Canvas) -> None:
    canvas.setCropBox((0, 0, 400, 280))
    canvas.drawString(50, 285, "1,234.56")


@pytest.mark.parametrize("draw", [mode_3, white_on_white, covered, see_through, clipped, cut_off])
def test_what_leaves_no_ink_is_not_there(draw: Callable[[Canvas], None]) -> None:
    page = read(draw)
    assert text(page) == ""
    assert "".join(glyph.char for glyph in page.erased) == "1,234.56"


def test_white_on_dark_is_there() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(40, 90, 80, 30, stroke=0, fill=1)
        canvas.setFillColor(white)
        canvas.drawString(50, 100, "1,234.56")

    assert text(read(draw)) == "1,234.56"


@given(st.text("123456789", min_size=1, max_size=6), st.floats(0, 1))
@settings(max_examples=20, deadline=None)
def test_of_a_corrected_figure_only_the_new_one_is_there(old: str, shift: float) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 100, old)
        canvas.setFillColor(white)
        canvas.rect(40, 90, 80, 30, stroke=0, fill=1)
        canvas.setFillColor("black")
        canvas.drawString(50 + shift, 100, "6,789.00")

    assert text(read(draw)) == "6,789.00"


@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5, 1.0])
def test_a_glyph_printed_again_where_it_stands_counts_once(times: int, shift: float) -> None:
    def draw(canvas: Canvas) -> None:
        for time in range(times):
            canvas.drawString(50 + time * shift / (times - 1), 100, "1,100.00")

    assert text(read(draw)) == "1,100.00"


def field(canvas: Canvas) -> None:
    canvas.acroForm.textfield(value="1,234.56", x=50, y=100, width=80, height=16, fontSize=9)


def test_a_form_field_is_there() -> None:
    assert text(read(field)) == "1,234.56"


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("shown", [0, 90, 180, 270])
def test_a_page_is_turned_the_way_its_text_stands(turn: int, shown: int) -> None:
    def draw(canvas: Canvas) -> None:
        if shown:
            canvas.setPageRotation(shown)
        canvas.translate(200, 200)
        canvas.rotate(turn)
        for line in range(3):
            canvas.drawString(-50, -20 * line, "text that stands upright")

    page = read(draw, (400.0, 400.0))
    stands = [glyph for glyph in page.glyphs if glyph.turn == 0]
    assert page.turn == turn
    assert "textthatstandsupright" in "".join(glyph.char for glyph in stands)
    assert all(glyph.box.y0 <= glyph.baseline + 3 < glyph.box.y1 + 3 for glyph in stands)


@pytest.mark.parametrize("angle", [15, 30, 45, 60])
def test_writing_across_the_page_is_left_aside(angle: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 100, "1,234.56")
        canvas.translate(60, 60)
        canvas.rotate(angle)
        canvas.setFont("Helvetica", 30)
        canvas.setFillGray(0.8)
        canvas.drawString(0, 0, "DRAFT 2020")

    assert text(read(draw)) == "1,234.56"


@pytest.mark.parametrize(("grey", "left"), [(0.8, ""), (0.7, ""), (0.0, "DRAFT2020")])
def test_large_pale_writing_behind_the_page_is_left_aside(grey: float, left: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.saveState()
        canvas.setFont("Helvetica", 40)
        canvas.setFillGray(grey)
        canvas.drawString(40, 90, "DRAFT 2020")
        canvas.restoreState()
        for line in range(4):
            canvas.drawString(50, 20 + 10 * line, "1,234.56")

    assert text(read(draw)) == left + 4 * "1,234.56"


@pytest.mark.parametrize(("base", "mark"), [("23600", "1"), ("23600", "12"), ("5.00", "*")])
@pytest.mark.parametrize("before", [False, True])
def test_a_raised_mark_is_no_digit(base: str, mark: str, before: bool) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 100, base)
        canvas.setFont("Helvetica", 6)
        width = canvas.stringWidth(mark, "Helvetica", 6)
        x = 99.5 - width if before else 100.5 + canvas.stringWidth(base, "Helvetica", 10)
        canvas.drawString(x, 104, mark)

    assert text(read(draw)) == base


def test_a_unit_of_area_keeps_its_power() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(100, 100, "8013m")
        canvas.setFont("Helvetica", 6)
        canvas.drawString(100 + canvas.stringWidth("8013m", "Helvetica", 10), 104, "2")

    assert text(read(draw)) == "8013m2"
