"""Small pictures of the printed pages that numbers stand on, so that a briefing can show its proof.

Grey and sharp enough to read one enlarged cell on a phone; people's names and telephone numbers
are covered before anything is kept. The same page always gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from unitbudget.documents import Box, Cell, Grid, Line, Printed
from unitbudget.money.text import heading
from unitbudget.package import records
from unitbudget.picturebook import POINTS_PER_INCH
from unitbudget.reading.performance import label_of, labels
from unitbudget.reading.sheets import notes_printed, print_of

#: Dots per inch of a page in small print, most of it less than this high, in points, and of others.
FINE, SMALL, COARSE = 144, 10.0, 108
GREYS = (0, 85, 170, 255)

_WORDS_ON_A_PAGE = re.compile(r"\bpage!(\d+)")

Masks = Mapping[int, Sequence[Box]]

# Telephones and identity cards; an amount may be as long, but has decimals or separators.
_NUMBER_OF_A_PERSON = re.compile(
    r"(?<![\d.,])(1[3-9]\d{9}|0\d{2,3}-\d{7,8}|\d{17}[\dXx])(?!\d|[.,]\d)"
)


def pages_used(rows: Mapping[str, Any]) -> list[int]:
    """The pages a document's rows point at; forms about projects are pointed at by page only."""
    used: set[int] = set()
    for file in ("amounts", "claims", "reasons", "indicators", "projects"):
        part = rows.get(file, [])
        used |= {int(row["page"]) for row in records(part) if _is_page(row.get("page"))}
    for row in records(rows.get("figures", [])):
        used |= {int(page) for page in _WORDS_ON_A_PAGE.findall(row["cells"])}
    return sorted(used)


def _is_page(value: Any) -> bool:
    return bool(value) and value == value


def pictures(pdf: str | Path, page_numbers: Iterable[int], masks: Masks) -> dict[int, bytes]:
    """Some pages of a PDF as pictures (PNG), with what is private blackened."""
    with pdfium.PdfDocument(Path(pdf)) as document:
        wanted = [number for number in sorted(set(page_numbers)) if 1 <= number <= len(document)]
        return {number: _picture(document, number, masks.get(number, ())) for number in wanted}


def _picture(document: Any, number: int, masks: Sequence[Box]) -> bytes:
    page = document[number - 1]
    if notes_printed(page):
        page = document[number - 1]
    turn, size = print_of(page)
    more, dpi = (turn - page.get_rotation()) % 360, FINE if size < SMALL else COARSE
    scale = dpi / POINTS_PER_INCH
    turned = page.render(scale=scale, grayscale=True, rotation=more)
    image: Image.Image = turned.to_pil().convert("L")
    pen, height = ImageDraw.Draw(image), page.get_size()[0 if more % 180 else 1]
    for box in masks:
        corners = (box.x0, height - box.y1, box.x1, height - box.y0)
        pen.rectangle([round(corner * scale) for corner in corners], fill=0)
    image = image.point([round(level * (len(GREYS) - 1) / 255) for level in range(256)])
    image.putpalette([grey for grey in GREYS for _ in "RGB"])
    # The picture says its own dots per inch, so that a place in points can be found on it.
    file = BytesIO()
    image.save(file, "PNG", bits=2, dpi=(dpi, dpi))
    return file.getvalue()


def private_boxes(printed: Printed) -> dict[int, list[Box]]:
    """Where names of contact persons and their numbers are printed, by page."""
    boxes: dict[int, list[Box]] = {}
    for page in printed.pages:
        found = [box for grid in page.grids for box in _private_cells(grid)]
        found += [line.box for line in page.lines if _is_private(line)]
        if found:
            boxes[page.number] = found
    return boxes


def _private_cells(grid: Grid) -> Iterator[Box]:
    """The cells beside or under a label such as 联系电话, and cells holding such a number."""
    for row in grid.rows:
        cells = [cell for cell in row if cell]
        for cell, after in zip(cells, [*cells[1:], None], strict=False):
            if _announces_person(cell) and after:
                yield after.box
            if _NUMBER_OF_A_PERSON.search(heading(cell.text)):
                yield cell.box


def _announces_person(cell: Cell) -> bool:
    return label_of(cell.text) in labels()["fields"]["personal"]


def _is_private(line: Line) -> bool:
    """A line outside tables that names a contact person or gives a number to call."""
    text = heading(line.text)
    named = any(text.startswith(f"{label}:") for label in labels()["fields"]["personal"])
    return not line.in_grid and (named or bool(_NUMBER_OF_A_PERSON.search(text)))
