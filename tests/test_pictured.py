"""Pictures of pages, there when somebody looks: the same ones, with the same covered, or none."""

from __future__ import annotations

import shutil
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from conftest import PROJECT
from unitbudget import build, load
from unitbudget.briefing.crops import read_pictures
from unitbudget.documents import Box, sha256_of
from unitbudget.package import Pictures, as_written, schema, write
from unitbudget.picturebook import kept
from unitbudget.reading import pictured
from unitbudget.reading.pages import pictures
from unitbudget.reading.pictured import Book, covered
from unitbudget.running.batch import Batch
from unitbudget.running.brief import brief
from unitbudget.running.build import draw

GOLDEN = PROJECT / "tests" / "documents" / "shanghai-budget-2020" / "document.pdf"
SECRET = Box(100, 300, 200, 320)


@pytest.fixture(autouse=True)
def own_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of the test's own, so that what is kept between runs is."""
    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def packaged(clean: Path, pdf: Path, held: Pictures | None = None) -> Path:
    """A package of one document with something private on its first page; its picture folder."""
    about = {"document_id": "one", "source_file": pdf.name, "sha256": sha256_of(pdf), "pages": 1}
    secret = {"document_id": "one", "page": 1} | SECRET._asdict()
    rows = {"documents": [about | {"status": "read"}], "covered": [secret]}
    write(rows, clean, {"one": held} if held else None)
    return clean / "pages" / "one"


def darkest_and_lightest(picture: bytes) -> tuple[int, int]:
    with Image.open(BytesIO(picture)) as image:
        scale = round(image.info["dpi"][0]) / 72
        box = [SECRET.x0, image.height / scale - SECRET.y1, SECRET.x1, image.height / scale - 300]
        inside = [
            round(side * scale) + shift for side, shift in zip(box, (1, 1, -1, -1), strict=True)
        ]
        low, high = (
            image.convert("L").crop((inside[0], inside[1], inside[2], inside[3])).getextrema()
        )
        return int(low), int(high)


def test_a_page_is_drawn_from_data_raw_with_what_is_private_covered(tmp_path: Path) -> None:
    pdf = Path(shutil.copy(GOLDEN, tmp_path / "data" / "raw" / "one.pdf"))
    book = Book(packaged(tmp_path / "clean", pdf))
    assert list(book) == [1]
    assert book[1] == pictures(pdf, [1], {1: [SECRET]})[1] != pictures(pdf, [1], {})[1]
    assert darkest_and_lightest(book[1]) == (0, 0)
    assert 2 not in book


def test_a_page_drawn_once_is_kept_until_something_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pdf = Path(shutil.copy(GOLDEN, tmp_path / "data" / "raw" / "one.pdf"))
    folder = packaged(tmp_path / "clean", pdf)
    first = Book(folder)[1]
    monkeypatch.setattr("unitbudget.reading.pages.pictures", lambda *_: {1: b"drawn again"})
    assert Book(folder)[1] == first
    for other in (Box(1, 1, 2, 2), None):
        masks = [other] if other else []
        place = pictured.drawn(pdf, sha256_of(pdf), 1, masks)
        assert isinstance(place, Path) and place.read_bytes() == b"drawn again"
    monkeypatch.setattr(pictured, "_drawing", lambda: "another version")
    assert Book(folder)[1] == b"drawn again"


def test_a_package_that_does_not_say_what_is_private_is_not_drawn(tmp_path: Path) -> None:
    pdf = Path(shutil.copy(GOLDEN, tmp_path / "data" / "raw" / "one.pdf"))
    folder = packaged(tmp_path / "clean", pdf)
    (tmp_path / "clean" / "covered.csv").unlink()
    assert dict(Book(folder)) == {} and 1 not in Book(folder)


@pytest.mark.parametrize("damage", ["gone", "changed", "no package"])
def test_where_the_pdf_is_gone_there_is_no_picture(damage: str, tmp_path: Path) -> None:
    pdf = Path(shutil.copy(GOLDEN, tmp_path / "data" / "raw" / "one.pdf"))
    folder = packaged(tmp_path / "clean", pdf)
    if damage == "gone":
        pdf.unlink()
    elif damage == "changed":
        pdf.write_bytes(pdf.read_bytes() + b"\n")
    else:
        shutil.rmtree(tmp_path / "clean")
    assert dict(read_pictures(folder)) == {} and not read_pictures(folder)


def test_a_document_read_elsewhere_is_found_where_it_was(tmp_path: Path) -> None:
    pdf = Path(shutil.copy(GOLDEN, tmp_path / "one.pdf"))
    pictured.remember([pdf])
    book = Book(packaged(tmp_path / "clean", pdf))
    assert len(book) == 1
    with Image.open(BytesIO(book[1])) as image:
        assert image.width > 500


def test_pictures_the_package_holds_are_the_ones_shown(tmp_path: Path) -> None:
    pdf = Path(shutil.copy(GOLDEN, tmp_path / "data" / "raw" / "one.pdf"))
    folder = packaged(tmp_path / "clean", pdf, {"p001.png": b"held", "p003.png": b"more"})
    assert dict(Book(folder)) == {1: b"held", 3: b"more"}


def test_a_package_keeps_the_pictures_it_held_only_of_the_same_content(tmp_path: Path) -> None:
    folder = packaged(tmp_path / "clean", GOLDEN, {"p001.png": b"held"})
    content, masks = sha256_of(GOLDEN), {1: [SECRET]}
    assert set(Book(folder).held(content, masks)) == {"p001.png"}
    assert Book(folder).held("another", masks) == {}
    assert Book(folder).held(content, {1: [SECRET, SECRET]}) == {}


def test_the_package_with_its_pictures_and_without_briefs_alike(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And building again keeps the pictures that were there, as they were."""
    shutil.copy(GOLDEN, tmp_path / "data" / "raw" / "one.pdf")
    notebooks = [PROJECT / "notebooks" / f"{name}.ipynb" for name in ("unit-briefing",)]
    monkeypatch.setattr("unitbudget.running.brief.chapters", lambda: notebooks)
    once = Batch(jobs=1, cache=tmp_path / "cache")
    build(clean=tmp_path / "without", batch=once)
    build(clean=tmp_path / "with", batch=replace(once, pictures=True))
    assert kept(tmp_path / "without" / "pages" / "one") == {}
    held = {page: path.read_bytes() for page, path in kept(tmp_path / "with/pages/one").items()}
    package = load(tmp_path / "with")
    told = as_written({name: getattr(package, name).to_dict("records") for name in schema()})
    again = draw(GOLDEN, sha256_of(GOLDEN), told)
    assert held and list(held.values()) == [Path(str(each)).read_bytes() for each in again.values()]
    pages = []
    for name in ("with", "without"):
        brief(tmp_path / name, tmp_path / f"{name}-pages")
        pages.append((tmp_path / f"{name}-pages" / "one.html").read_bytes())
    assert pages[0] == pages[1] and b"data:image/png" in pages[0]
    build(clean=tmp_path / "with", batch=once)
    assert {p: path.read_bytes() for p, path in kept(tmp_path / "with/pages/one").items()} == held


def test_what_is_covered_is_as_exact_in_the_package_as_on_the_page(tmp_path: Path) -> None:
    box = Box(1 / 3, 70.89599609375, 100, 1e-7)
    write({"covered": [{"document_id": "one", "page": 1} | box._asdict()]}, tmp_path / "clean")
    rows = load(tmp_path / "clean").covered.to_dict("records")
    assert covered(rows) == {1: [box]}


def test_after_a_build_the_pictures_are_those_of_the_new_package(tmp_path: Path) -> None:
    page = pictures(GOLDEN, [1], {})[1]
    held = [page, pictures(GOLDEN, [1], {1: [SECRET]})[1]]
    shown = []
    for picture in held:
        folder = packaged(tmp_path / "clean", GOLDEN, {"p001.png": picture})
        shown.append(read_pictures(folder)[1].content)
    assert shown == held
