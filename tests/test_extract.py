"""What is printed on a page is found, however little of a table is left on it."""

from __future__ import annotations

from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from unitbudget.reading.extract import read_printed


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
