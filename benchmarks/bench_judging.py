"""What judging a document costs: the CPU time of ``judged`` on what is read already.

Beside it stands reading the same document; or, with a checkout of another version as argument
(``python benchmarks/bench_judging.py CHECKOUT``), judging it with that version.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from measuring import CORPUS, ROOT, Bar, bars

#: Judging may cost so much of what it cost in the first version, and of what reading costs.
MOST_OF_BEFORE, MOST_OF_READING = 0.5, 0.5

#: Run by the Python of a checkout: seconds of CPU for reading and for judging each document.
_MEASURE = """
import importlib, json, sys, time
sys.path.insert(0, sys.argv[1])
try:
    story = importlib.import_module("unitbudget.running.disclosure")
except ModuleNotFoundError:
    story = importlib.import_module("unitbudget.disclosure")
taken = {}
for path in sys.argv[3:]:
    start = time.process_time()
    read = story.read(path)
    reading = time.process_time() - start
    story.judged(read)
    start = time.process_time()
    for _ in range(int(sys.argv[2])):
        story.judged(read)
    taken[path] = reading, (time.process_time() - start) / int(sys.argv[2])
print(json.dumps(taken))
"""


def measured(checkout: Path, documents: Sequence[Path], rounds: int) -> dict[str, list[float]]:
    """By document, the seconds of CPU that reading it once and judging it take."""
    own = checkout / ".venv" / "bin" / "python"
    python = str(own) if own.exists() else sys.executable
    command = [python, "-c", _MEASURE, str(checkout / "lib"), str(rounds), *map(str, documents)]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=checkout)
    found: dict[str, list[float]] = json.loads(said.stdout.splitlines()[-1])
    return found


def documents() -> list[Path]:
    """The first document, and documents in which much does not add up."""
    broken = ROOT / "tests" / "documents" / "shanghai-budget-2020-mistaken" / "document.pdf"
    real = [
        path
        for name in ("sfj_2026", "fuliyuan_2024")
        for path in sorted((CORPUS / "real").glob(f"*{name}*.pdf"))
    ]
    return [*sorted((ROOT / "data" / "raw").glob("*.pdf")), broken, *real]


def run(count: int, other: Path | None = None) -> int:
    """Print the table; how many bars were missed."""
    paths = documents()
    here = measured(ROOT, paths, count)
    there = measured(other, paths, count) if other else {}
    table = []
    for path in map(str, paths):
        reading, judging = here[path]
        name = f"{Path(path).parent.name}/{Path(path).stem}"[-44:]
        if there:
            table.append(Bar(f"{name}：与另一版本相比", judging / there[path][1], MOST_OF_BEFORE))
        else:
            table.append(Bar(f"{name}：核对 ÷ 阅读", judging / reading, MOST_OF_READING))
    return bars(table)


if __name__ == "__main__":
    sys.exit(run(5, Path(sys.argv[1]) if sys.argv[1:] else None))
