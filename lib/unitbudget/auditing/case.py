"""Everything known about one document when questions are asked of it, and how a question is put."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

import pandas as pd

from unitbudget.auditing.testimony import Testimony
from unitbudget.documents import Printed
from unitbudget.figures import Figure, Ledger
from unitbudget.reading.narrative import Section

#: How much of a sentence is quoted.
QUOTED = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth asking: what is printed, where, how much money it concerns, the question."""

    rule_id: str
    severity: str
    says: str
    question: str
    evidence: str
    money: Decimal | None = None


@dataclass(frozen=True)
class Case:
    """One document, read and reckoned: what the soft rules look at."""

    printed: Printed
    sections: Sequence[Section]
    ledger: Ledger
    tables: pd.DataFrame
    checks: pd.DataFrame
    claims: pd.DataFrame
    indicators: pd.DataFrame
    projects: pd.DataFrame
    document: Mapping[str, Any]

    @property
    def year(self) -> int:
        return int(self.document.get("fiscal_year") or self.ledger.year)

    @property
    def is_budget(self) -> bool:
        return str(self.document.get("kind", "budget")) == "budget"

    @cached_property
    def disclosed(self) -> list[dict[Any, Any]]:
        """The tables that are printed, without those we could not read."""
        read = [row for row in self.tables.to_dict("records") if row.get("status") != "unread"]
        return [{key: "" if pd.isna(value) else value for key, value in r.items()} for r in read]

    @cached_property
    def spoken(self) -> Testimony:
        """What the prose states, for rules that need more than the claims say."""
        kind = str(self.document.get("kind", "budget"))
        return Testimony(self.sections, self.ledger, kind, self.projects)

    @cached_property
    def text(self) -> str:
        """All prose and all forms, for names and words."""
        return "\n".join([*(s.text for s in self.sections), *map(str, self.projects["text"])])

    def money_of(self, field: str) -> Decimal | None:
        """An amount of the forms, the first of that label."""
        rows = self.projects[(self.projects["field"] == field) & self.projects["value"].notna()]
        return Decimal(str(rows["value"].iloc[0])) if len(rows) else None

    def place(self, figure: Figure | None) -> str:
        """The cells a figure stands in, for evidence."""
        return "；".join(figure.cells) if figure else ""


@cache
def wording() -> dict[str, Any]:
    """How findings are worded, as data."""
    source = files("unitbudget") / "reference" / "findings.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def ask(
    key: str,
    evidence: str,
    money: Decimal | None = None,
    rule_id: str = "",
    **words: object,
) -> Finding:
    """The finding of that kind, its words filled in."""
    kind = wording()[key]
    says = kind["says"].format(**words)
    return Finding(
        rule_id or key.rstrip("b"), kind["severity"], says, kind["question"], evidence, money
    )


def pages(numbers: Iterable[int]) -> str:
    """``第16、17页``"""
    return f"第{'、'.join(str(n) for n in sorted(set(numbers)))}页"


def quote(text: str) -> str:
    """The beginning of a printed sentence, in quotation marks."""
    return f"“{text[:QUOTED]}{'…' if len(text) > QUOTED else ''}”"


def more(count: int) -> str:
    """``（另有3处）`` where there are more than the one shown."""
    return f"（另有{count - 1}处）" if count > 1 else ""
