"""Which printed numbers have a second witness: something that would notice a mistake."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from unitbudget.briefing.budget import Budget
from unitbudget.entries import records

# A number with this many witnesses is well witnessed.
MANY = 4
STATES = ("many", "some", "once", "alone", "wrong")


@dataclass(frozen=True, slots=True)
class Witnessed:
    """One printed number: how many relations speak of it, and how many of them do not hold."""

    table: str
    cell: str
    count: int
    broken: int

    @property
    def state(self) -> str:
        """How well it is witnessed, in one word of ``STATES``."""
        if self.broken:
            return "wrong"
        return (
            "alone"
            if not self.count
            else "once"
            if self.count == 1
            else ("some" if self.count < MANY else "many")
        )


def coverage(budget: Budget) -> list[Witnessed]:
    """Every printed number of the tables, in printed order."""
    seen: Counter[str] = Counter()
    broken: Counter[str] = Counter()
    for row in [*records(budget.package.checks), *records(budget.package.claims)]:
        said = row["stated"] if "stated" in row else row["value"]
        if said is None or said != said or row["status"] == "cannot_check":
            continue
        cells = set(filter(None, str(row["cells"]).split(";")))
        seen.update(cells)
        if row["status"] == "broken":
            broken.update(cells)
    return [
        Witnessed(entry.table, entry.cell, seen[entry.cell], broken[entry.cell])
        for entry in budget.ledger.entries
    ]
