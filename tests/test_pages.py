"""Pictures of printed pages: light, the same every time, true to the page, and without people."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from reportlab.lib.colors import white
from reportlab.pdfgen.canvas import Canvas

from examples import examples
from unitbudget.documents import Box, Cell, Grid, Line, Page, Printed
from unitbudget.package import Package
from unitbudget.reading.pages import pages_used, pictures, private_boxes

PAGE = 5
#: The fullest page, in bytes: an average one is a third of it.
HEAVIEST = 75_000


def scale_of(image: Image.Image) -> float:
    return round(image.info["dpi"][0]) / 72


@pytest.fixture(scope="module")
def drawn(first_pdf: Path) -> dict[int, bytes]:
    return pictures(first_pdf, range(1, 23), {})


def test_a_page_is_light_and_says_its_own_scale(drawn: dict[int, bytes]) -> None:
    assert len(drawn) == 22
    for content in drawn.values():
        assert len(content) <= HEAVIEST
        assert scale_of(Image.open(BytesIO(content))) in (1.5, 2)


def test_the_same_page_is_the_same_bytes(first_pdf: Path, drawn: dict[int, bytes]) -> None:
    assert pictures(first_pdf, [PAGE, PAGE], {}) == {PAGE: drawn[PAGE]}


def test_pages_that_do_not_exist_are_not_drawn(first_pdf: Path) -> None:
    assert pictures(first_pdf, [0, 23, 99], {}) == {}


def test_every_number_stands_in_its_box(clean: Package, drawn: dict[int, bytes]) -> None:
    """Were boxes and pictures measured from different corners, the boxes would be blank paper."""
    images = {page: Image.open(BytesIO(content)).convert("L") for page, content in drawn.items()}
    for row in clean.amounts.to_dict("records"):
        image = images[row["page"]]
        scale = scale_of(image)
        inside = [row["x0"] + 2, row["y0"] + 2, row["x1"] - 2, row["y1"] - 2]
        left, bottom, right, top = (side * scale for side in inside)
        cut = image.crop(
            (int(left), int(image.height - top), int(right), int(image.height - bottom))
        )
        assert cut.getextrema()[0] < 128, row["cell"]


def test_what_is_private_is_black(first_pdf: Path) -> None:
    box = Box(100, 700, 200, 720)
    content = pictures(first_pdf, [PAGE], {PAGE: [box]})[PAGE]
    with Image.open(BytesIO(content)) as image:
        scale = scale_of(image)
        top, bottom = image.height - 720 * scale, image.height - 700 * scale
        cut = image.convert("L").crop(
            (int(100 * scale) + 1, int(top) + 1, int(200 * scale) - 1, int(bottom) - 1)
        )
        assert cut.getextrema() == (0, 0)


@pytest.mark.parametrize(("size", "scale"), [(8, 2.0), (18, 1.5)])
def test_small_print_is_drawn_finer_and_a_form_as_filled_in(
    size: int, scale: float, tmp_path: Path
) -> None:
    canvas = Canvas(str(tmp_path / "form.pdf"), pagesize=(400, 300))
    canvas.setFont("Helvetica", size)
    canvas.drawString(50, 250, "PLAIN TEXT OF THE PAGE")
    canvas.acroForm.textfield(
        value="XXXX", x=50, y=100, width=100, height=20, borderWidth=0, fillColor=white
    )
    canvas.save()
    with Image.open(BytesIO(pictures(tmp_path / "form.pdf", [1], {})[1])) as image:
        assert scale_of(image) == scale
        inside = [round(side * scale) for side in (50, 300 - 120, 150, 300 - 100)]
        assert image.convert("L").crop(tuple(inside)).getextrema()[0] < 128


def _cell(text: str, left: float) -> Cell:
    return Cell(text, Box(left, 10, left + 90, 30))


def _printed(*cells: Cell | None, line: str = "") -> Printed:
    grid = Grid(1, Box(0, 0, 500, 100), (cells,), tuple(100.0 * n for n in range(len(cells))))
    lines = (Line(1, line, Box(0, 200, 300, 212)),) if line else ()
    return Printed("x.pdf", "", (Page(1, 600, 800, lines, (grid,)),))


@examples("cells, masked")
def test_cells_about_people_are_masked(cells: list[str], masked: list[int]) -> None:
    printed = _printed(*(_cell(t, 100 * n) if t != "<" else None for n, t in enumerate(cells)))
    found = private_boxes(printed).get(1, [])
    assert [box.x0 for box in found] == [100.0 * n for n in masked]


@examples("line, private")
def test_lines_about_people_are_masked(line: str, private: bool) -> None:
    assert bool(private_boxes(_printed(line=line))) is private


def test_only_pages_that_something_rests_on_are_drawn() -> None:
    rows = {"amounts": [{"page": 4}, {"page": 2}], "claims": [{"page": 16}, {"page": None}]}
    figures = [{"cells": "t2!R3C6;page!8@1,2,3,4:12"}, {"cells": ""}]
    assert pages_used(rows | {"projects": [{"page": 4}], "figures": figures}) == [2, 4, 8, 16]


def test_the_package_keeps_a_picture_of_every_page_used(clean: Package) -> None:
    document = clean.documents["document_id"].iloc[0]
    kept = Path(__file__).parents[1] / "data" / "clean" / "pages" / document
    rows = {name: getattr(clean, name) for name in ("amounts", "claims", "figures", "projects")}
    assert {f"p{page:03d}.png" for page in pages_used(rows)} <= {p.name for p in kept.iterdir()}
