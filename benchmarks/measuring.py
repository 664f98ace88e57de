"""Seconds, megabytes and tables of ratios."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
SCRATCH = ROOT / ".cache" / "bench"


#: What a call costs this process, however busy the machine is.
CPU = time.process_time


def seconds(call: Callable[[], object], clock: Callable[[], float] = time.perf_counter) -> float:
    """How long one call takes."""
    start = clock()
    call()
    return clock() - start


def side_by_side(
    calls: dict[str, Callable[[], object]],
    rounds: int,
    clock: Callable[[], float] = time.perf_counter,
) -> dict[str, float]:
    """The median seconds of each call; the calls take turns, so that a busy minute hits all."""
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            times[name].append(seconds(call, clock))
    return {name: median(each) for name, each in times.items()}


#: What a child says of its own peak. On Linux ``ru_maxrss`` also counts the parent it sprang from.
_PEAK = """
import sys
from pathlib import Path
status = Path("/proc/self/status")
if status.exists():
    (line,) = [each for each in status.read_text().splitlines() if each.startswith("VmHWM")]
    peak = int(line.split()[1]) / 1024
else:
    import resource
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 / 1024
print()
print(peak)
"""


def peak_megabytes(code: str, *arguments: str) -> float:
    """The most memory a fresh Python that runs this code ever holds."""
    command = [sys.executable, "-c", code + _PEAK, *arguments]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout
    return float(said.split()[-1])


@dataclass(frozen=True)
class Bar:
    """What was measured, and the most (or the least) it may be."""

    what: str
    value: float
    limit: float | None = None
    at_least: bool = False
    unit: str = ""

    @property
    def met(self) -> bool:
        if self.limit is None:
            return True
        return self.value >= self.limit if self.at_least else self.value <= self.limit


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print rows under their headings, numbers to the right."""
    texts = [[_text(cell) for cell in row] for row in rows]
    widths = [max(map(_width, column)) for column in zip(head, *texts, strict=True)]
    for line in (list(head), *texts):
        cells = [
            _pad(cell, width, place > 0)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        print("  ".join(cells).rstrip(), flush=True)


def bars(found: Sequence[Bar]) -> int:
    """Print what was measured beside its bar; how many bars were missed."""
    rows = []
    for bar in found:
        limit = (
            "" if bar.limit is None else f"{'≥' if bar.at_least else '≤'} {bar.limit:g}{bar.unit}"
        )
        verdict = "" if bar.limit is None else ("met" if bar.met else "MISSED")
        rows.append([bar.what, f"{bar.value:.4g}{bar.unit}", limit, verdict])
    print()
    table(["", "measured", "bar", ""], rows)
    return sum(not bar.met for bar in found)


def _text(cell: object) -> str:
    return f"{cell:.3f}" if isinstance(cell, float) else str(cell)


def _width(text: str) -> int:
    return sum(2 if ord(char) > 0x2E80 else 1 for char in text)


def _pad(text: str, width: int, right: bool) -> str:
    space = " " * (width - _width(text))
    return space + text if right else text + space
