"""Thousands of documents, as if they had been read: memory, one more of them, one code over all."""

from __future__ import annotations

import shutil
from statistics import median

from fleet import KINDS, LAST_YEAR, Made, fleet
from measuring import ROOT, SCRATCH, Bar, bars, peak_megabytes, seconds, table
from unitbudget import budgets, build, load
from unitbudget.package import rows_of
from unitbudget.running.batch import Batch, mark_of
from unitbudget.running.cache import Cache

FOLDER = SCRATCH / "fleet"
FIRST = next((ROOT / "data" / "raw").glob("*.pdf"))
BUILD = """
import sys
from pathlib import Path
from unitbudget import build
from unitbudget.running.batch import Batch
folder = Path(sys.argv[1])
build(folder / "raw", folder / "clean", Batch(1, cache=folder / "cache"))
"""


def run(count: int) -> int:
    """So many documents, and a tenth of them."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    found = []
    for size in (count // 10, count):
        made(size)
        peak = peak_megabytes(BUILD, str(FOLDER))
        found.append(Bar(f"memory of the parent, {size:,} documents", peak, 1000, unit=" MB"))
    found += [
        Bar("one document more", one_more(), 5, unit=" s"),
        Bar("one code over all years", one_code(), 1, unit=" s"),
        Bar("one unit's table over all years", one_unit(), 1, unit=" s"),
    ]
    return bars(found)


def made(count: int) -> None:
    """A folder of so many documents, and their rows where a build looks for what it has read."""
    raw, cache = FOLDER / "raw", Cache(FOLDER / "cache")
    raw.mkdir(parents=True, exist_ok=True)
    for each in fleet(count):
        (raw / f"{each.name}.pdf").write_text(each.content, encoding="utf-8")
        if cache.get(each.sha256, each.name) is None:
            cache.put(each.sha256, each.name, _record(each))


def _record(made: Made) -> dict[str, object]:
    written = made.written
    (about,) = rows_of(written, "documents")
    told = {"about": about, "told": written, "mark": mark_of(written), "says": made.name}
    return told | {"unread": [], "has_tables": True, "message": ""}


def _build() -> None:
    build(FOLDER / "raw", FOLDER / "clean", Batch(1, cache=FOLDER / "cache"))


def one_more() -> float:
    """The first document beside all the others: read, and put where it belongs."""
    shutil.copy(FIRST, FOLDER / "raw")
    took = seconds(_build)
    rows = [["with one document more", took], ["with nothing new", seconds(_build)]]
    table(["seconds", "a build of them all"], rows)
    return took


def one_code() -> float:
    """What every unit has spent on one item in every year, from a package just opened."""

    def ask() -> None:
        columns = ["document_id", "name", "fiscal_year", "phase", "value"]
        of = {"function_code": "2210201", "measure": "total"}
        found = load(FOLDER / "clean").select("amounts", columns, **of)
        assert found["document_id"].nunique() > len(KINDS)

    return median(seconds(ask) for _ in range(5))


def one_unit() -> float:
    """One table of one unit over its years, its numbers proved."""

    def ask() -> None:
        found = budgets(FOLDER / "clean").table("general_public_budget", unit="第7中心")
        assert found["fiscal_year"].max() == LAST_YEAR

    return seconds(ask)
