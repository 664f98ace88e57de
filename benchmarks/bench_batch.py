"""A folder of documents: one process beside two, and a second run with nothing new."""

from __future__ import annotations

import shutil
from multiprocessing import get_context
from pathlib import Path
from random import Random

from tqdm import tqdm

from generator.disclosures import disclosure
from generator.drawing import draw
from generator.styles import draw_style
from measuring import SCRATCH, Bar, bars, peak_megabytes, seconds, table
from unitbudget import build
from unitbudget.running.batch import Batch

FOLDER = SCRATCH / "batch"
AGAIN = """
import sys
from pathlib import Path
from unitbudget import build
from unitbudget.running.batch import Batch
folder = Path(sys.argv[1])
build(folder / "raw", folder / "clean", Batch(2, cache=folder / "cache"))
"""


def run(count: int) -> int:
    """So many different documents, read in three ways."""
    raw = FOLDER / "raw"
    shutil.rmtree(FOLDER, ignore_errors=True)
    raw.mkdir(parents=True)
    with get_context("spawn").Pool(2) as pool:
        jobs = [(number, raw) for number in range(count)]
        list(tqdm(pool.imap_unordered(print_one, jobs), total=count, leave=False))
    cache = FOLDER / "cache"
    one = _seconds(raw, Batch(1, progress=True))
    two = _seconds(raw, Batch(2, cache=cache, progress=True))
    again = _seconds(raw, Batch(2, cache=cache))
    table(
        ["", "seconds", "a document"],
        [["one process", one, one / count], ["two processes", two, two / count],
         ["again, unchanged", again, again / count]],
    )  # fmt: skip
    return bars([
        Bar("two processes beside one", one / two, 1.8, at_least=True, unit=" ×"),
        Bar("an unchanged second run, of the first", again / two, 0.015),
        Bar("memory of an unchanged run", peak_megabytes(AGAIN, str(FOLDER)), 1000, unit=" MB"),
    ])  # fmt: skip


def print_one(job: tuple[int, Path]) -> None:
    """One made-up document in the folder."""
    number, raw = job
    chance = Random(number)
    budget, style = draw(chance), draw_style(chance)
    (raw / f"unit-{number:04d}.pdf").write_bytes(disclosure(budget, style).pdf)


def _seconds(raw: Path, batch: Batch) -> float:
    return seconds(lambda: build(raw, FOLDER / "clean", batch))
