"""From clean data to pages: our briefings beside the stock way of running the same notebooks."""

from __future__ import annotations

import shutil
import subprocess
import sys

from measuring import ROOT, SCRATCH, Bar, bars, side_by_side, table


def run(rounds: int) -> int:
    """Ours and ``jupyter nbconvert --execute``, in turn."""
    out = SCRATCH / "notebooks"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    notebooks = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "notebooks").glob("*.ipynb"))
    if not notebooks:
        print("notebooks/ holds no notebooks yet")
        return 1
    took = side_by_side({
        "ours": lambda: _run("unitbudget", "brief", "--briefings", str(out / "ours")),
        "stock": lambda: [
            _run("nbconvert", "--execute", "--to", "html", "--output-dir", str(out), notebook)
            for notebook in notebooks
        ],
    }, rounds)  # fmt: skip
    table(["seconds", "all notebooks"], [
        [f"python -m unitbudget brief ({len(notebooks)} notebooks)", took["ours"]],
        ["jupyter nbconvert --execute, one after another", took["stock"]],
    ])  # fmt: skip
    return bars([Bar("ours ÷ stock", took["ours"] / took["stock"])])


def _run(module: str, *arguments: str) -> None:
    words = ["jupyter", module] if module == "nbconvert" else [module]
    command = [sys.executable, "-m", *words, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
