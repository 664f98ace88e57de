"""What a build and a briefing are made of: the CPU seconds of each stage, on one document."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from measuring import ROOT, table
from unitbudget import load
from unitbudget.briefing.briefings import Task, brief_document
from unitbudget.briefing.notebooks import chapters
from unitbudget.package import write_all
from unitbudget.picturebook import FOLDER
from unitbudget.running.batch import RECORDED, Result, result
from unitbudget.running.build import draw
from unitbudget.running.cache import Cache
from unitbudget.running.disclosure import judged, read

FIRST = next((ROOT / "data" / "raw").glob("*.pdf"))


def run(rounds: int) -> int:
    """Each stage so many times; no bar of its own, the other benchmarks have them."""
    with TemporaryDirectory() as folder:
        rows = [[name, median(costs)] for name, costs in _stages(Path(folder), rounds).items()]
    rows.append(["a worker's start", _start()])
    table(["CPU seconds", FIRST.name], rows)
    return 0


def _stages(folder: Path, rounds: int) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}

    def timed(stage: str, call: Callable[..., Any], *arguments: Any) -> Any:
        start = time.process_time()
        done = call(*arguments)
        found.setdefault(stage, []).append(time.process_time() - start)
        return done

    clean = folder / "clean"
    for number in range(rounds + 1):
        printed = timed("read: pages, tables, prose", read, FIRST)
        rows = timed("judge: claims, checks, findings", judged, printed).rows
        told: Result = timed("put into words for its files", result, rows)
        record = {field: getattr(told, field) for field in RECORDED}
        content, name = str(told.about["sha256"]), str(told.about["document_id"])
        timed("keep for the next time", Cache(folder).put, content, name, record)
        timed("write the package", write_all, [told.written], clean, {})
        timed("draw its pages, or find them drawn", draw, FIRST, content, told.told)
        package = load(clean).document(name)
        task = Task(package, clean / FOLDER / name, folder / "pages", tuple(chapters()))
        timed("brief", brief_document, task)
        if not number:
            found.clear()  # what is loaded and compiled once
    return found


def _start() -> float:
    """What a process that reads spends before its first document."""
    code = "import time, unitbudget.running.disclosure; print(time.process_time())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return float(done.stdout)
