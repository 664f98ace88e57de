"""The pictures of a document's pages, each there when somebody looks at it.

A package may hold the pictures of its pages. Where it does not, a page is drawn from the PDF it was
read from, found by its content, with what the package says is private covered; and kept for the
next time. Where the PDF is gone there is no picture.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache, cached_property
from glob import escape
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Any

from unitbudget.documents import Box, sha256_of
from unitbudget.package import BrokenPackage, load, project
from unitbudget.picturebook import SUFFIX, kept

#: Programs whose version can change how a page is drawn.
DRAWERS = ("pypdfium2", "pillow")


class Book(Mapping[int, bytes]):
    """The pictures of one document by page, of the package that ``folder`` belongs to."""

    def __init__(self, folder: Path) -> None:
        self._clean, self._name = folder.parents[1], folder.name
        self._held = kept(folder)

    def __getitem__(self, page: int) -> bytes:
        if page in self._held:
            return self._held[page].read_bytes()
        if page not in self._pages or not self._source:
            raise KeyError(page)
        picture = drawn(self._source, self._facts["sha256"], page, self._covered.get(page, []))
        return picture if isinstance(picture, bytes) else picture.read_bytes()

    def __iter__(self) -> Iterator[int]:
        return iter(sorted({*self._held, *(self._pages if self._source else ())}))

    def __len__(self) -> int:
        return len(list(iter(self)))

    @property
    def holds(self) -> bool:
        return bool(self._held)

    def held(self, content: str, masks: Mapping[int, list[Box]]) -> dict[str, Path]:
        """The pictures the package holds, if they are of this content with just this covered."""
        same = self._facts.get("sha256") == content and self._covered == masks
        return {path.name: path for path in self._held.values()} if same else {}

    @property
    def _pages(self) -> range:
        return range(1, int(self._facts.get("pages") or 0) + 1)

    @cached_property
    def _facts(self) -> Mapping[str, Any]:
        return next(iter(self._rows("documents")), {})

    @cached_property
    def _covered(self) -> dict[int, list[Box]]:
        return covered(self._rows("covered"))

    @cached_property
    def _source(self) -> Path | None:
        # A package that does not say what is private is not drawn at all.
        told = self._facts
        return source(self._facts["source_file"], self._facts["sha256"]) if told else None

    def _rows(self, name: str) -> list[dict[Any, Any]]:
        try:
            return load(self._clean).select(name, document_id=self._name).to_dict("records")
        except BrokenPackage:
            return []


def covered(rows: Iterable[Mapping[str, Any]]) -> dict[int, list[Box]]:
    """What of each page is not shown, from the rows of ``covered.csv``."""
    boxes: dict[int, list[Box]] = {}
    for row in rows:
        box = Box(*(float(row[side]) for side in Box._fields))
        boxes.setdefault(int(row["page"]), []).append(box)
    return boxes


def drawn(pdf: Path, content: str, page: int, masks: Iterable[Box]) -> bytes | Path:
    """One page of a PDF as a picture: the file that keeps it, or itself where none can."""
    from unitbudget.reading.pages import pictures

    masks = list(masks)
    what = repr((content, page, [tuple(box) for box in masks], _drawing()))
    place = project() / ".cache" / "pages" / f"{sha256(what.encode()).hexdigest()[:32]}{SUFFIX}"
    if place.is_file():
        return place
    picture = pictures(pdf, [page], {page: masks})[page]
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(picture)
        fresh.replace(place)
        return place
    return picture


@cache
def _drawing() -> str:
    """How pages are drawn, as one word."""
    ours = sha256(Path(__file__).with_name("pages.py").read_bytes()).hexdigest()
    return " ".join([ours, *map(version, DRAWERS)])


def source(name: str, content: str) -> Path | None:
    """The PDF of that name and content: in ``data/raw``, or where documents were read before."""
    noted = (Path(note.read_text("utf-8")) / name for note in _notes().glob("*"))
    places = [*(path for path in noted if path.is_file())]
    places += (project() / "data" / "raw").rglob(escape(name))
    return next((path for path in places if content and sha256_of(path) == content), None)


def remember(read: Iterable[Path]) -> None:
    """Note the folders in which documents were read that are not in ``data/raw``."""
    usual = project() / "data" / "raw"
    for folder in {path.parent.resolve() for path in read}:
        if not folder.is_relative_to(usual):
            with suppress(OSError):
                _notes().mkdir(parents=True, exist_ok=True)
                note = _notes() / sha256(str(folder).encode()).hexdigest()[:32]
                note.write_text(str(folder), "utf-8")


def _notes() -> Path:
    return project() / ".cache" / "folders"
