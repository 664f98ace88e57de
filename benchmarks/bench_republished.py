"""Disclosures published again, otherwise than before: which decisions are carried, which differ?"""

from __future__ import annotations

from pathlib import Path
from random import Random

from tqdm import tqdm

from generator.republished import HOW, Again, again
from measuring import ROOT, Bar, bars
from unitbudget.running.disclosure import judged, read

REAL = ROOT.parent / "shared" / "corpus" / "real"


def run(count: int) -> int:
    """So many re-publications of the first document, the golden ones and, where there are, real."""
    paths = [*sorted((ROOT / "data" / "raw").glob("*.pdf"))]
    paths += sorted((ROOT / "tests" / "documents").glob("*/document.pdf"))
    paths += sorted(REAL.glob("sh_putuo_*.pdf"))
    tried = [each for path in tqdm(paths, leave=False) for each in _tried(path, count, len(paths))]
    decided = sum(each.decided for each in tried)
    return bars([
        Bar("re-publications", len(tried), 500 if count >= 500 else None, at_least=True),
        Bar("decisions", decided),
        Bar("wrongly carried", sum(len(each.carried) for each in tried), 0),
        Bar("wrongly dropped", sum(len(each.dropped) for each in tried) / decided, 0.01),
        Bar("differences that are none, or lost", sum(len(e.differences) for e in tried), 0),
    ])  # fmt: skip


def _tried(path: Path, count: int, among: int) -> list[Again]:
    first, each = judged(read(path)), -(-count // among)
    return [again(first, HOW[seed % len(HOW)], Random(seed)) for seed in range(each)]
