"""``python3 run.py bench [NAME [COUNT]]``: every benchmark, or one of them.

Each prints one table: what was measured, beside what it is measured against, with the ratio and the
bar it has to meet. Nothing is compared with a number from another day or another machine.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests")]

#: Every benchmark, the quick ones first, and how much it does unless told.
NAMES = {
    "reading": 3,
    "stages": 3,
    "judging": 5,
    "notebooks": 1,
    "briefings": 3,
    "roundtrip": 200,
    "mutations": 60,
    "fuzz": 500,
    "batch": 200,
    "fleet": 10_000,
    "accuracy": 0,
    "grid_faults": 14,
    "left_out": 2,
    "republished": 500,
}


def main(arguments: list[str]) -> int:
    """Run the benchmarks named; 1 when a bar was missed."""
    counts = [int(word) for word in arguments[1:] if word.isdecimal()]
    if {"-h", "--help"} & set(arguments) or len(counts) < len(arguments[1:]):
        print(f"用法：run.py bench [名称 [份数]]；不写名称就全跑。有：{'、'.join(NAMES)}")
        return 0 if len(arguments) == 1 else 2
    if arguments and arguments[0] not in NAMES:
        print(f"没有叫 {arguments[0]} 的基准；有：{'、'.join(NAMES)}", file=sys.stderr)
        return 2
    missed = 0
    for name in arguments[:1] or NAMES:
        count = counts[0] if counts else NAMES[name]
        print(f"\n=== {name} ({count})", flush=True)
        missed += importlib.import_module(f"bench_{name}").run(count)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
