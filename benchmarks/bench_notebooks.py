"""From PDF to pages: the whole first command beside the stock way of running the same notebooks."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

from measuring import ROOT, SCRATCH, Bar, bars, side_by_side, table
from unitbudget.briefing.notebooks import chapters

OUT = SCRATCH / "notebooks"


def run(rounds: int) -> int:
    """Reading, checking and all pages of ours, and ``jupyter nbconvert --execute``, in turn."""
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    notebooks = chapters()
    steps = {"build": 0.0, "brief": 0.0}
    took = side_by_side({"ours": lambda: _ours(steps), "stock": lambda: _stock(notebooks)}, rounds)
    each = len(notebooks)
    table(
        ["seconds", "from PDF to pages"],
        [
            [f"build (nothing kept) and brief, {each} notebooks", took["ours"]],
            ["  of which build", steps["build"]],
            ["  of which brief", steps["brief"]],
            [f"jupyter nbconvert --execute, {each} notebooks one after another", took["stock"]],
        ],
    )
    return bars([Bar("ours ÷ stock", took["ours"] / took["stock"], 0.6)])


def _ours(steps: dict[str, float]) -> None:
    clean = str(OUT / "clean")
    for step, arguments in (
        ("build", ["--fresh", "--clean", clean]),
        ("brief", ["--clean", clean, "--briefings", str(OUT / "ours")]),
    ):
        start = time.perf_counter()
        _run("unitbudget", step, *arguments)
        steps[step] = time.perf_counter() - start


def _stock(notebooks: list[Path]) -> None:
    for notebook in notebooks:
        _run("jupyter", "nbconvert", "--execute", "--to", "html",
             "--output-dir", str(OUT), str(notebook))  # fmt: skip


def _run(module: str, *arguments: str) -> None:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
