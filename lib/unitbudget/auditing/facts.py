"""Amounts stated outside the tables, filed like those of tables, so that rules can use them.

The prose says by how much a category differs from last year's budget, and which empty tables have
nothing to report; project forms say what a project may cost. They stand in tables of their own:
``stated_changes``, ``stated_none``, ``project_forms``, ``sub_projects``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

from unitbudget.auditing.claims import Claim
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.prose import patterns
from unitbudget.auditing.side import Entry
from unitbudget.money.amounts import FEN, rounded
from unitbudget.money.codes import code_named
from unitbudget.money.figure import YUAN, Figure
from unitbudget.money.text import heading

Fields = Sequence[Mapping[str, Any]]


class Fact(NamedTuple):
    """An amount stated of a row and column of a table that is none."""

    table: str
    code: str
    name: str
    figure: Figure
    measure: str = "total"


def gathered(claims: Sequence[Claim], projects: Fields, ledger: Ledger) -> list[Entry]:
    """Everything stated outside the tables that a rule speaks of.

    ``projects`` are rows of ``projects.csv``.
    """
    found = [*_changes(claims, ledger), *_nothing(claims), *_forms(projects)]
    return [_entry(ledger, row, fact) for row, fact in enumerate(found, start=1)]


def _entry(ledger: Ledger, row: int, fact: Fact) -> Entry:
    (cell,), value = fact.figure.cells, rounded(fact.figure.value, 2)
    figure = replace(fact.figure, value=value, terms=(f"{value:f}",))
    stated: dict[str, Any] = fact._asdict() | {"figure": figure, "value": value, "cell": cell}
    stated |= {"row": row, "year": ledger.year, "phase": ledger.phase, "printed": ""}
    return Entry(**stated, direction="expenditure", unit=YUAN, precision=FEN / 2)


def last_budget(sentence: str, year: int) -> bool:
    """Does a sentence speak of last year's budget, not of its outturn?"""
    return bool(re.search(rf"(?:上年|{year - 1}年)(?:年初)?预算(?!执行)", sentence))


def _changes(claims: Sequence[Claim], ledger: Ledger) -> Iterator[Fact]:
    """By how much each category is said to differ from last year's budget."""
    for claim in claims:
        mention = claim.mention
        code = code_named("function", heading(mention.subject), 1)
        stated = mention.quantity == "difference" and mention.value is not None
        if code and stated and last_budget(mention.sentence.text, ledger.year):
            yield Fact("stated_changes", code, mention.subject, mention.stated)


def _nothing(claims: Sequence[Claim]) -> Iterator[Fact]:
    """The empty tables of which the prose says that there is nothing to report."""
    seen: set[str] = set()
    for claim in claims:
        place = claim.against.place if claim.against else None
        if place is None or not place.blank or place.summed or (place.row, place.measure) != _WHOLE:
            continue
        if claim.status == "holds" and claim.mention.value == 0 and place.table not in seen:
            seen.add(place.table)
            yield Fact("stated_none", "", place.table, claim.mention.stated)


#: The row and column of a table's total, as claims.toml spells them.
_WHOLE = ("TOTAL", "total")


def _forms(projects: Fields) -> Iterator[Fact]:
    """What each project form says the project costs, and its parts."""
    fields = patterns()["forms"]
    parts: dict[str, int] = {}
    for number, entry in enumerate(projects, start=1):
        project, field = heading(str(entry["project"])), str(entry["field"])
        figure = field_figure(entry, number)
        if figure is None:
            continue
        if field == fields["sub_project"]:
            parts[project] = parts.get(project, 0) + 1
            yield Fact("sub_projects", "", f"{project}/{parts[project]}", figure)
        elif field in fields["money"]:
            yield Fact("project_forms", "", project, figure, fields["money"][field])


def field_figure(entry: Mapping[str, Any], number: int) -> Figure | None:
    """The amount of a field of a form, where it prints one; ``number`` is its row, from 1."""
    value = entry["value"]
    if value is None or value != value or value == "":
        return None
    amount = rounded(Decimal(str(value)), 2)
    return Figure(amount, YUAN, cells=(f"project!{number}",), terms=(f"{amount:f}",))
