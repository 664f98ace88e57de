"""Made-up budgets on every family of forms, in every style: printed, read, compared."""

from __future__ import annotations

from collections import Counter, defaultdict
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tqdm import tqdm

from generator.comparison import differences
from generator.disclosures import disclosure
from generator.drawing import draw
from generator.sheets import families
from generator.styles import draw_style
from measuring import Bar, bars, table
from unitbudget import read_disclosure


def run(count: int) -> int:
    """So many budgets; each must be read as it was generated."""
    with get_context("spawn").Pool(2) as pool:
        found = list(tqdm(pool.imap_unordered(one, range(count)), total=count, leave=False))
    by_style: dict[str, Counter[str]] = defaultdict(Counter)
    for style, family, amounts, wrong in found:
        by_style[style] += Counter(documents=1, amounts=amounts, wrong=len(wrong))
        for sentence in wrong[:3]:
            print(f"{style} {family}: {sentence}")
    columns = ("documents", "amounts", "wrong")
    table(["style", *columns], [[s, *(c[k] for k in columns)] for s, c in sorted(by_style.items())])
    total = sum(by_style.values(), Counter())
    return bars([
        Bar("styles", len(by_style), 6, at_least=True),
        Bar("amounts compared", total["amounts"]),
        Bar("amounts wrong, missing or made up", total["wrong"], 0),
    ])  # fmt: skip


def one(number: int) -> tuple[str, str, int, list[str]]:
    """One budget: its style and family, its amounts, and what was read differently."""
    chance = Random(number)
    family = families()[number % len(families())]
    style = draw_style(chance)
    made = disclosure(draw(chance), style, family)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{number}.pdf"
        path.write_bytes(made.pdf)
        try:
            wrong = differences(read_disclosure(path).amounts, made.amounts)
        except Exception as error:
            wrong = [f"budget {number}: {error}"]
    return style.name, family, len(made.amounts), wrong
