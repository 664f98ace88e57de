"""Which units, years and kinds of documents are there, which only in part, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from unitbudget.briefing.opening import budgets
from unitbudget.briefing.page import wording
from unitbudget.briefing.webpage import of_tables
from unitbudget.money.display import safe

#: The states of a document, the fullest first: of two for one place the fullest counts.
STATES = ("read", "partial", "failed", "missing")
PAGE = "coverage.html"


def coverage(documents: Any = None) -> Any:
    """The state of every unit, kind and year: 有, 部分, 没读成, 缺 between two that are there.

    One row for each unit and kind, one column for each year; blank where nothing is expected.
    What does not say whose it is is not in it.
    """
    rows = budgets().package.documents if documents is None else documents
    words = wording()["coverage"]
    found: dict[tuple[str, str], dict[int, str]] = {}
    for unit, kind, year, row in _placed(rows):
        years = found.setdefault((unit, kind), {})
        years[year] = min(row["status"], years.get(year, "missing"), key=STATES.index)
    columns = sorted({year for years in found.values() for year in years})
    columns = list(range(columns[0], columns[-1] + 1)) if columns else []
    data = {
        year: [words.get(_state(years, year), "") for years in found.values()] for year in columns
    }
    index = pd.MultiIndex.from_tuples(found, names=["unit", "kind"]) if found else None
    frame = pd.DataFrame(data, index=index).sort_index() if found else pd.DataFrame()
    frame.attrs = {"missing": "" if found else words["none"], "labels": {}}
    return frame


def _placed(rows: Any) -> list[tuple[str, str, int, dict[str, Any]]]:
    """The documents that say whose they are: unit, kind, year, and what is known of them."""
    kinds = wording()["kinds"]
    return [
        (row["unit"], kinds.get(row["level"], "") + kinds.get(row["kind"], row["kind"]),
         int(row["fiscal_year"]), row)
        for row in rows.to_dict("records")
        if row["unit"] and not pd.isna(row["fiscal_year"])
    ]  # fmt: skip


def _state(years: dict[int, str], year: int) -> str:
    between = min(years) < year < max(years)
    return years.get(year) or ("missing" if between else "")


@dataclass(frozen=True)
class _Place:
    """One document's place in the table: its state, a link to its briefing where there is one."""

    word: str
    href: str = ""

    def __str__(self) -> str:
        return self.word

    @property
    def html(self) -> str:
        kind = {wording()["coverage"][state]: state for state in STATES}[self.word]
        said = f'<a href="{safe(self.href)}">{self.word}</a>' if self.href else self.word
        return f'<span class="state-{kind}">{said}</span>'


def page(documents: Any, up: str) -> str:
    """The table as a page; a state leads to the briefing of its document, ``up`` to the index."""
    words, frame = wording()["coverage"], coverage(documents)
    hrefs = {
        (unit, kind, year): f"{row['document_id']}.html"
        for unit, kind, year, row in reversed(_placed(documents))
        if row["status"] != "failed"
    }
    shown = frame.astype(object)
    for key, year in ((key, year) for key in shown.index for year in shown.columns):
        word = frame.at[key, year]
        shown.at[key, year] = _Place(word, hrefs.get((*key, year), "")) if word else ""
    shown.attrs = frame.attrs | {"labels": {year: str(year) for year in shown.columns}}
    return of_tables(words["title"], words["byline"], [("", shown)], "coverage", up)
