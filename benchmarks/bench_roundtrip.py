"""Made-up budgets on every family of forms, in every style: printed, read, compared.

Every fifth is typeset without rules: of those nothing is read.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tqdm import tqdm

from generator.comparison import differences, unsaid
from generator.disclosures import disclosure
from generator.drawing import draw
from generator.sheets import families
from generator.styles import STYLES, UNRULED, draw_style
from measuring import Bar, bars, table
from unitbudget import read_disclosure
from unitbudget.errors import DisclosureError


def run(count: int) -> int:
    """So many budgets; each must be read as it was generated."""
    with get_context("spawn").Pool(2) as pool:
        found = list(tqdm(pool.imap_unordered(one, range(count)), total=count, leave=False))
    by_style: dict[str, Counter[str]] = defaultdict(Counter)
    for style, family, amounts, tables, unread, wrong in found:
        by_style[style] += Counter(
            documents=1, amounts=amounts, wrong=len(wrong), tables=tables, unread=unread
        )
        for sentence in wrong[:3]:
            print(f"{style} {family}: {sentence}")
    columns = ("documents", "amounts", "wrong", "tables", "unread")
    table(["style", *columns], [[s, *(c[k] for k in columns)] for s, c in sorted(by_style.items())])
    total = sum(by_style.values(), Counter())
    bare = sum((by_style[style.name] for style in UNRULED), Counter())
    return bars([
        Bar("styles", len(by_style), 6, at_least=True),
        Bar("amounts compared", total["amounts"]),
        Bar("amounts wrong, missing or made up", total["wrong"], 0),
        Bar("tables left unread where rules are printed", total["unread"] - bare["unread"], 0),
        Bar("tables read where no rules are", bare["tables"] - bare["unread"], 0),
    ])  # fmt: skip


def one(number: int) -> tuple[str, str, int, int, int, list[str]]:
    """One budget: its style and family, how much it holds, what was not read or differently."""
    chance = Random(number)
    family = families()[number % len(families())]
    bare = number % 5 == 4
    style = draw_style(chance, UNRULED if bare else STYLES)
    made = disclosure(draw(chance), style, family)
    tables = len({row["table_id"] for row in made.amounts})
    unread, wrong = 0, []
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{number}.pdf"
        path.write_bytes(made.pdf)
        try:
            read = read_disclosure(path)
            unread = int((read.tables["status"] == "unread").sum())
            wrong = unsaid(read, made.amounts) if bare else differences(read.amounts, made.amounts)
        except DisclosureError as error:
            unread, wrong = tables, [] if bare else [f"budget {number}: {error}"]
        except Exception as error:
            wrong = [f"budget {number}: {error}"]
    return style.name, family, len(made.amounts), tables, unread, wrong
