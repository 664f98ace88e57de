"""Pictures of printed pages, and the parts of them that show one cell."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from pathlib import Path

from PIL import Image

from unitbudget.documents import Box
from unitbudget.picturebook import POINTS_PER_INCH
from unitbudget.reading.pictured import Book

#: What of the page is shown around a cell, in points: the row it stands in, and the cell enlarged.
ROW_MARGIN = 14.0
ZOOM = (150.0, 42.0)


@dataclass(frozen=True, slots=True)
class View:
    """A part of a picture, and the outline drawn into it, in dots of the picture."""

    x: float
    y: float
    width: float
    height: float
    outline: tuple[float, float, float, float]

    @property
    def box(self) -> str:
        return f"{self.x:.0f} {self.y:.0f} {self.width:.0f} {self.height:.0f}"


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of one printed page, and how many of its dots make a point."""

    page: int
    content: bytes
    width: int
    height: int
    scale: float

    @property
    def href(self) -> str:
        return f"data:image/png;base64,{b64encode(self.content).decode()}"

    def row(self, box: Box) -> View:
        """The strip of the page that a cell stands in."""
        x0, y0, x1, y1 = self._dots(box)
        margin = ROW_MARGIN * self.scale
        top, bottom = max(0.0, y0 - margin), min(float(self.height), y1 + margin)
        return View(0, top, self.width, bottom - top, (x0, y0, x1 - x0, y1 - y0))

    def zoom(self, box: Box) -> View:
        """The cell itself, large enough for a small screen."""
        x0, y0, x1, y1 = self._dots(box)
        width = max(ZOOM[0] * self.scale, (x1 - x0) * 1.2)
        height = max(ZOOM[1] * self.scale, (y1 - y0) * 1.2)
        x = min(max(0.0, (x0 + x1 - width) / 2), max(0.0, self.width - width))
        y = min(max(0.0, (y0 + y1 - height) / 2), max(0.0, self.height - height))
        return View(x, y, width, height, (x0, y0, x1 - x0, y1 - y0))

    def _dots(self, box: Box) -> tuple[float, float, float, float]:
        """A box of the page, origin bottom left, in dots from the top left."""
        top = self.height / self.scale
        flipped = (box.x0, top - box.y1, box.x1, top - box.y0)
        x0, y0, x1, y1 = (round(side * self.scale, 1) for side in flipped)
        return x0, y0, x1, y1


class Pictures(Mapping[int, Picture]):
    """The pictures of a document's pages; each is looked for only when it is asked for."""

    def __init__(self, book: Mapping[int, bytes]) -> None:
        self._book = book
        self._seen: dict[int, Picture] = {}

    def __getitem__(self, page: int) -> Picture:
        if page not in self._seen:
            self._seen[page] = _picture(page, self._book[page])
        return self._seen[page]

    def __iter__(self) -> Iterator[int]:
        return iter(self._book)

    def __len__(self) -> int:
        return len(self._book)


def read_pictures(folder: Path) -> Pictures:
    """The pictures of the pages of a document, where ``folder`` is its own in a package.

    They are those of the package that is there now: one built anew may stand on other pages.
    """
    about = folder.parents[1] / "datapackage.json"
    return _read(folder, about.stat().st_mtime_ns if about.is_file() else 0)


@lru_cache(maxsize=8)
def _read(folder: Path, _written: int) -> Pictures:
    return Pictures(Book(folder))


def _picture(page: int, content: bytes) -> Picture:
    with Image.open(BytesIO(content)) as image:
        scale = round(image.info["dpi"][0]) / POINTS_PER_INCH
        return Picture(page, content, image.width, image.height, scale)
