"""Grids spoilt behind Camelot's back: who notices before the sums do, and before they are kept?"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any

from tqdm import tqdm

from generator.disclosures import disclosure
from generator.drawing import draw
from generator.sheets import families
from generator.styles import STYLES
from measuring import CORPUS, ROOT, SCRATCH, Bar, bars, table
from unitbudget.errors import DisclosureError
from unitbudget.reading import camelot_parts, extract
from unitbudget.reading.cells import checked_grid
from unitbudget.reading.rules import mitred
from unitbudget.reading.witness import Rules, contradicted
from unitbudget.running.disclosure import read_disclosure

Cells = list[list[Any]]
Fault = Callable[[Any, Random], bool]


def run(count: int) -> int:
    """The first document, real ones where they are, and so many made-up ones."""
    outcomes: dict[str, Counter[str]] = defaultdict(Counter)
    took = Counter[str]()
    clean: list[bool] = []
    for number, path in enumerate(tqdm([*_documents(count)], unit="份", leave=False)):
        _try(path, Random(number), outcomes, clean, took)
    rows = [[kind, sum(of.values()), of["witness"], of["readers"], of["refused"], of["sums"],
             of["harmless"], of["missed"]] for kind, of in outcomes.items()]  # fmt: skip
    table(["fault", "planted", "seen by the picture", "by the two readers", "refused", "by sums",
           "harmless", "missed"], rows)  # fmt: skip
    every = sum((of for of in outcomes.values()), Counter[str]())
    told = sum(every.values()) - every["harmless"]
    before = every["witness"] + every["readers"]
    return bars([
        Bar("grids", len(clean)),
        Bar("grids as read that the picture contradicts", sum(clean) / max(1, len(clean)), 0.01),
        Bar("faults that change an amount", told),
        Bar("noticed before publication", 1 - every["missed"] / max(1, told), 1.0, at_least=True),
        Bar("noticed before arithmetic", before / max(1, told), 0.99, at_least=True),
        Bar("time the witness takes, of reading", took["witness"] / took["reading"], 0.15),
    ])  # fmt: skip


def _documents(count: int) -> Iterator[Path]:
    yield from (ROOT / "data" / "raw").glob("*.pdf")
    if CORPUS.is_dir():
        yield from sorted((CORPUS / "real").glob("*.pdf"))
    SCRATCH.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        style = STYLES[number % len(STYLES)]
        made = disclosure(draw(Random(number)), style, families()[number % len(families())])
        path = SCRATCH / f"grid-{number:03d}.pdf"
        path.write_bytes(made.pdf)
        yield path


def _try(
    path: Path,
    chance: Random,
    outcomes: dict[str, Counter[str]],
    clean: list[bool],
    took: Counter[str],
) -> None:
    began = time.process_time()
    try:
        whole = read_disclosure(path)
    except DisclosureError:
        return
    took["reading"] += time.process_time() - began
    shown, sheets = extract._sheets(path, path.read_bytes())
    began = time.process_time()
    rules = {sheet.number: Rules(sheet) for sheet in sheets if sheet.has_paths}
    took["witness"] += time.process_time() - began
    ruled = [sheet for sheet in sheets if sheet.has_paths]
    found = camelot_parts.grids(path.name, shown, ruled, mitred, rules=rules)
    glyphs = {sheet.number: sheet.glyphs for sheet in sheets}
    pages = set(whole.amounts["page"])
    for page, tables in found.items():
        for place, one in enumerate(tables):
            began = time.process_time()
            clean.append(bool(contradicted(rules[page], one.cells)))
            took["witness"] += time.process_time() - began
            if page not in pages or len(one.cells) < 4 or clean[-1]:
                continue
            for kind, fault in FAULTS.items():
                spoilt = deepcopy(one)
                if not fault(spoilt, chance):
                    continue
                if contradicted(rules[page], spoilt.cells):
                    outcomes[kind]["witness"] += 1
                elif _differ(checked_grid(spoilt, page, glyphs[page])):
                    outcomes[kind]["readers"] += 1
                else:
                    outcomes[kind][_published(path, whole, page, place, spoilt)] += 1


def _differ(grid: Any) -> bool:
    return any(cell and (cell.second is not None or cell.unclear)
               for row in grid.rows for cell in row)  # fmt: skip


def _published(path: Path, whole: Any, page: int, place: int, spoilt: Any) -> str:
    """What becomes of a document with a fault nobody noticed in its grid."""
    own = camelot_parts.grids

    def faulty(*args: Any, **kwargs: Any) -> dict[int, list[Any]]:
        found = own(*args, **kwargs)
        if page in found and place < len(found[page]):
            found[page][place] = spoilt
        return found

    camelot_parts.grids = faulty
    try:
        read = read_disclosure(path)
    except DisclosureError:
        return "refused"
    finally:
        camelot_parts.grids = own
    where = ["table_id", "name", "function_code", "economic_code", "measure", "printed"]
    if sorted(map(tuple, read.amounts[where].astype(str).values)) == sorted(
        map(tuple, whole.amounts[where].astype(str).values)
    ):
        return "harmless"
    if (read.tables["status"] == "unread").sum() > (whole.tables["status"] == "unread").sum():
        return "refused"
    broken = [(each.checks["status"] == "broken").sum() for each in (read, whole)]
    return "sums" if broken[0] > broken[1] else "missed"


# --- faults ----------------------------------------------------------------------------------


def _rule_deleted(spoilt: Any, chance: Random) -> bool:
    """The upright rule between two cells of one row."""
    cells: Cells = spoilt.cells
    places = [(r, c) for r, row in enumerate(cells) for c in range(1, len(row)) if row[c].left]
    if not places:
        return False
    row, column = chance.choice(places)
    cells[row][column].left = cells[row][column - 1].right = False
    _move(cells[row][column], cells[row][column - 1])
    return True


def _lying_rule_deleted(spoilt: Any, chance: Random) -> bool:
    """The rule between two cells of one column."""
    cells: Cells = spoilt.cells
    places = [(r, c) for r in range(1, len(cells)) for c, cell in enumerate(cells[r]) if cell.top]
    if not places:
        return False
    row, column = chance.choice(places)
    cells[row][column].top = cells[row - 1][column].bottom = False
    _move(cells[row][column], cells[row - 1][column])
    return True


def _rows_merged(spoilt: Any, chance: Random) -> bool:
    """A rule between two rows, all of it: they become one."""
    cells: Cells = spoilt.cells
    row = chance.randrange(1, len(cells))
    for upper, lower in zip(cells[row - 1], cells[row], strict=True):
        _move(lower, upper)
        upper.y1, upper.bottom = lower.y1, lower.bottom
    del cells[row]
    return True


def _columns_merged(spoilt: Any, chance: Random) -> bool:
    cells: Cells = spoilt.cells
    if len(cells[0]) < 3:
        return False
    column = chance.randrange(1, len(cells[0]))
    for row in cells:
        _move(row[column], row[column - 1])
        row[column - 1].x2, row[column - 1].right = row[column].x2, row[column].right
        del row[column]
    return True


def _column_split(spoilt: Any, chance: Random) -> bool:
    cells: Cells = spoilt.cells
    column = chance.randrange(len(cells[0]))
    for row in cells:
        right = deepcopy(row[column])
        middle = (row[column].x1 + row[column].x2) / 2
        row[column].x2 = right.x1 = middle
        row[column].right = right.left = True
        right._text = ""
        row.insert(column + 1, right)
    return True


def _last_row_lost(spoilt: Any, chance: Random) -> bool:
    del spoilt.cells[-1]
    x0, _, x1, y1 = spoilt._bbox
    spoilt._bbox = x0, spoilt.cells[-1][0].y1, x1, y1
    return True


def _rows_shifted(spoilt: Any, chance: Random) -> bool:
    """From one row on everything stands half a row too low."""
    cells: Cells = spoilt.cells
    start = chance.randrange(2, len(cells))
    shift = (cells[start][0].y2 - cells[start][0].y1) / 2
    for row in cells[start:]:
        for cell in row:
            cell.y1, cell.y2 = cell.y1 - shift, cell.y2 - shift
    for cell in cells[start - 1]:
        cell.y1 -= shift
    return True


def _texts_shifted(spoilt: Any, chance: Random) -> bool:
    """The texts of one row stand a column too far right."""
    row = chance.choice(spoilt.cells)
    texts = [cell.text for cell in row]
    for cell, text in zip(row, ["", *texts], strict=False):
        cell._text = text
    return any(texts)


def _move(one: Any, to: Any) -> None:
    to._text, one._text = to.text + one.text, ""


FAULTS: dict[str, Fault] = {
    "upright rule deleted": _rule_deleted,
    "lying rule deleted": _lying_rule_deleted,
    "rows merged": _rows_merged,
    "columns merged": _columns_merged,
    "column split": _column_split,
    "last row lost": _last_row_lost,
    "rows shifted": _rows_shifted,
    "texts of a row shifted": _texts_shifted,
}
