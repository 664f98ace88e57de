"""Briefings made for the tests: of the committed package, and of one that means harm."""

from __future__ import annotations

import atexit
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from html import unescape
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

import nbformat

import verdicts
from unitbudget import load
from unitbudget.briefing.briefings import Task, brief_document, compares
from unitbudget.briefing.notebooks import chapters
from unitbudget.package import Package, schema, write
from unitbudget.picturebook import FOLDER as PAGES
from unitbudget.running.brief import brief

PROJECT = Path(__file__).parents[1]
CLEAN = PROJECT / "data" / "clean"
#: The pages over all documents.
OVER_ALL = ("index.html", "coverage.html")
#: A unit that would run a script, call a formula and turn the line around it.
HARM = '<script>alert(1)</script>=HYPERLINK("http://x")\u202egnp.exe\u202c&amp;'


@cache
def briefed() -> Path:
    """The folder of briefings of the committed package."""
    return _made_once("briefed", lambda folder: brief(CLEAN, folder, jobs=1))


@cache
def briefed_with_harm() -> Path:
    """The folder of briefings of the first document under a harmful name, and a failed one."""
    package = load(CLEAN)
    tables: dict[str, list[dict[str, Any]]] = {}
    for name in schema():
        tables[name] = [
            {str(key): value for key, value in row.items()}
            for row in getattr(package, name).to_dict("records")
        ]
    (document,) = tables["documents"]
    document |= {"unit": HARM, "title": HARM}
    for row in [*tables["amounts"], *tables["indicators"], *tables["projects"]]:
        for column in ("name", "project"):
            if column in row:
                row[column] += HARM
    failed = {"document_id": "broken", "status": "failed", "source_file": "broken.pdf"}
    tables["documents"].append(failed | {"message": f"broken.pdf: 打不开{HARM}。请重新下载。"})

    def make(root: Path) -> None:
        write(tables, root / "clean")
        brief(root / "clean", root / "briefings", jobs=1)

    return _made_once("harmful", make) / "briefings"


def briefed_alone(package: Package, folder: Path) -> dict[str, str]:
    """The pages of one briefing by name, without fonts and workbook, made in this process."""
    name = package.documents["document_id"].item()
    of = {"document_id": name}
    rows: dict[str, Any] = {
        file: [row | of for row in getattr(package, file).to_dict("records")] for file in schema()
    }
    write(rows, folder / "clean")
    document, pictures = load(folder / "clean").document(name), folder / "clean" / PAGES / name
    task = Task(document, pictures, folder / "briefings", chapters_of_one())
    with (
        patch("unitbudget.briefing.webpage.css_font_faces", return_value=""),
        patch("unitbudget.briefing.briefings.write_workbook"),
    ):
        brief_document(task)
    return {path.stem: path.read_text("utf-8") for path in pages(folder / "briefings")}


@cache
def chapters_of_one() -> tuple[Path, ...]:
    """The chapters that do not compare documents: where there is one, those are left out."""
    return tuple(path for path in chapters() if not compares(nbformat.read(path, 4)))


def _made_once(name: str, make: Callable[[Path], object]) -> Path:
    """A folder that lasts as long as the tests, and is made by the first of their workers."""
    fresh = Path(mkdtemp(prefix="briefings-", dir=verdicts.SHARED))
    if verdicts.SHARED is None:
        atexit.register(shutil.rmtree, fresh, ignore_errors=True)
        make(fresh)
        return fresh
    kept = verdicts.SHARED / f"briefings of {name}"
    if not kept.is_dir():
        make(fresh)
        with suppress(OSError):  # another worker was quicker
            fresh.rename(kept)
    return kept


def pages(folder: Path) -> list[Path]:
    """The briefings and chapters of a folder, without the pages over all."""
    return sorted(path for path in folder.rglob("*.html") if path.name not in OVER_ALL)


def briefing_of(folder: Path) -> Path:
    """The one briefing of a folder."""
    (path,) = [path for path in folder.glob("*.html") if path.name not in OVER_ALL]
    return path


def visible(html: str) -> str:
    """The text of a page that a reader sees."""
    html = re.sub(r"<(script|style|title)\b.*?</\1>", "", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", html))
