"""Cells of real documents on which two independent readers agree, beside what we read there.

A truth file holds one table of one page, cell by cell, blank where nothing is printed. It is laid
over the amounts of that page where most cells fall together; then no cell of the one may be missing
in the other.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

TRUTH = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "truth"
_FILE = re.compile(r"(?P<document>.+)__p(?P<page>\d+)_t(?P<table>\d+)")
_NUMBER = re.compile(r"(-?[\d,]+(?:\.\d+)?)%?[①-⑳]?")
_MONEY = re.compile(r"-?\d[\d,]*[.,]\d+")

Cells = dict[tuple[int, int], str]


@dataclass(frozen=True)
class Truth:
    """One table of one page as others read it."""

    document: str
    page: int
    name: str
    rows: tuple[tuple[str, ...], ...]

    @staticmethod
    def of(document: str) -> Iterator[Truth]:
        """Every table of a document that others vouch for."""
        for path in sorted(TRUTH.glob(f"{document}__p*.csv")):
            match = _FILE.fullmatch(path.stem)
            assert match, f"{path.name} is not named like a truth file"
            with path.open(encoding="utf-8", newline="") as lines:
                rows = tuple(tuple(row) for row in csv.reader(lines))
            yield Truth(document, int(match["page"]), path.stem, rows)

    @property
    def numbers(self) -> Cells:
        """The cells that hold a number, written without separators."""
        return {
            (r, c): match[1].replace(",", "")
            for r, row in enumerate(self.rows)
            for c, text in enumerate(row)
            if (match := _NUMBER.fullmatch(text.strip()))
        }


def documents() -> list[str]:
    """The documents there are truth files for."""
    names = {match["document"] for p in TRUTH.glob("*.csv") if (match := _FILE.fullmatch(p.stem))}
    return sorted(names)


def disagreements(truth: Truth, amounts: pd.DataFrame) -> list[str]:
    """A sentence for every cell that is in one and not in the other."""
    tables = _by_table(amounts[amounts["page"] == truth.page])
    hits, table, shift = max(
        (
            (hits, table, shift)
            for table in tables
            for hits, shift in _overlaps(truth, tables[table])
        ),
        default=(0, "", 0),
    )
    if not hits:
        return _in_order(truth, tables)
    read, columns = tables[table], set(amounts.loc[amounts["table_id"] == table, "column"])
    said = {
        (r + shift, c + 1): text
        for (r, c), text in truth.numbers.items()
        if c + 1 in columns and r + shift > 0
    }
    return [
        f"{truth.name} {table} row {r} column {c}: others {said.get((r, c))}, we {read.get((r, c))}"
        for r, c in sorted({*said, *read})
        if said.get((r, c)) != read.get((r, c))
    ]


def _by_table(here: pd.DataFrame) -> dict[str, Cells]:
    tables: dict[str, Cells] = {}
    for table, row, column, printed in zip(
        here["table_id"], here["row"], here["column"], here["printed"], strict=True
    ):
        tables.setdefault(table, {})[int(row), int(column)] = printed
    return tables


def _overlaps(truth: Truth, cells: Cells) -> Iterator[tuple[int, int]]:
    """How many cells fall together, for every shift that makes any do."""
    numbers = truth.numbers
    for shift in {row - r for row, _ in cells for r, _ in numbers}:
        yield sum(cells.get((r + shift, c + 1)) == text for (r, c), text in numbers.items()), shift


def _in_order(truth: Truth, tables: dict[str, Cells]) -> list[str]:
    """Where no two cells fall together: a total row under merged cells, or no table of amounts."""
    numbers = [truth.numbers[place] for place in sorted(truth.numbers)]
    if any([cells[place] for place in sorted(cells)] == numbers for cells in tables.values()):
        return []
    money = [text for row in truth.rows for text in row if _MONEY.fullmatch(text.strip())]
    return [f"{truth.name}: nothing of {money} was read"] if money else []
