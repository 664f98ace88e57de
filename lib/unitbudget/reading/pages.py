"""Small pictures of the printed pages that numbers stand on, so that a briefing can show its proof.

Grey and sharp enough to read one enlarged cell on a phone; people's names and telephone numbers
are covered before anything is kept. The same page always gives the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import ExifTags, Image, ImageDraw

from unitbudget.documents import Box, Cell, Grid, Line, Printed
from unitbudget.money.text import heading
from unitbudget.package import records
from unitbudget.picturebook import POINTS_PER_INCH
from unitbudget.reading.performance import label_of, labels
from unitbudget.reading.sheets import turn_of, with_annotations

#: A picture of a page may weigh this many bytes; a denser page is drawn more coarsely.
HEAVIEST = 40_000

Masks = Mapping[int, Sequence[Box]]

# Telephones and identity cards; an amount may be as long, but has decimals or separators.
_NUMBER_OF_A_PERSON = re.compile(
    r"(?<![\d.,])(1[3-9]\d{9}|0\d{2,3}-\d{7,8}|\d{17}[\dXx])(?!\d|[.,]\d)"
)


@dataclass(frozen=True, slots=True)
class Sharpness:
    """How finely a page is drawn: dots per inch and levels of grey."""

    dpi: int
    greys: int


#: The finest first; what makes a page light enough is taken.
SHARPNESSES = (Sharpness(150, 8), Sharpness(150, 4), Sharpness(120, 4), Sharpness(96, 4))


def pages_used(rows: Mapping[str, Any]) -> list[int]:
    """The pages a document's rows point at; forms about projects are pointed at by page only."""
    used: set[int] = set()
    for file in ("amounts", "claims", "reasons", "indicators", "projects"):
        part = rows.get(file, [])
        used |= {int(row["page"]) for row in records(part) if _is_page(row.get("page"))}
    return sorted(used)


def _is_page(value: Any) -> bool:
    return bool(value) and value == value


def pictures(pdf: str | Path, page_numbers: Iterable[int], masks: Masks) -> dict[int, bytes]:
    """Some pages of a PDF as pictures, with what is private blackened."""
    with pdfium.PdfDocument(Path(pdf)) as document:
        shown = with_annotations(document)
    with pdfium.PdfDocument(shown or Path(pdf)) as document:
        wanted = [number for number in sorted(set(page_numbers)) if 1 <= number <= len(document)]
        return {number: _picture(document[number - 1], masks.get(number, ())) for number in wanted}


def _picture(page: Any, masks: Sequence[Box]) -> bytes:
    drawn: dict[int, Image.Image] = {}
    content = b""
    for sharpness in SHARPNESSES:
        if sharpness.dpi not in drawn:
            drawn[sharpness.dpi] = _drawn(page, sharpness.dpi, masks)
        content = _compressed(drawn[sharpness.dpi], sharpness)
        if len(content) <= HEAVIEST:
            break
    return content


def _drawn(page: Any, dpi: int, masks: Sequence[Box]) -> Image.Image:
    scale = dpi / POINTS_PER_INCH
    more = (turn_of(page) - page.get_rotation()) % 360
    turned = page.render(scale=scale, grayscale=True, rotation=more)
    image: Image.Image = turned.to_pil().convert("L")
    pen, height = ImageDraw.Draw(image), page.get_size()[0 if more % 180 else 1]
    for box in masks:
        corners = (box.x0, height - box.y1, box.x1, height - box.y0)
        pen.rectangle([round(corner * scale) for corner in corners], fill=0)
    return image


def _compressed(image: Image.Image, sharpness: Sharpness) -> bytes:
    step = 255 / (sharpness.greys - 1)
    coarse = image.point([round(round(level / step) * step) for level in range(256)])
    # The picture says its own dots per inch, so that a place in points can be found on it.
    notes = Image.Exif()
    notes[ExifTags.Base.XResolution] = float(sharpness.dpi)
    file = BytesIO()
    coarse.save(file, "WEBP", lossless=True, quality=75, method=4, exif=notes)
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
