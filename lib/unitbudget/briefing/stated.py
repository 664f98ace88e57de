"""What the prose and the forms of a document state, beside what its tables print.

A figure of the prose rests on its claim (``claim!12``), a figure of a form on its page; both are
figures like those of the tables, and may be calculated with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from unitbudget.auditing.rules import is_total
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.rows import Column, Line, Table
from unitbudget.briefing.words import say
from unitbudget.entries import records
from unitbudget.figures import Figure, growth
from unitbudget.money.amounts import FEN

# Quantities of the prose that are no figures of the budget.
ASIDE = frozenset({"year", "not_budget"})
#: An inference from two things alone: the printed amount, and the change the prose states.
STATED = 2


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure of the prose: what it says of whom, where, and whether it holds."""

    number: int
    section: str
    page: int
    sentence: str
    subject: str
    quantity: str
    figure: Figure
    bound_to: str
    cells: tuple[str, ...]
    status: str
    reason: str
    rule_id: str


def claims(budget: Budget, rule_id: str = "", quantity: str = "") -> list[Claim]:
    """The claims of the document in reading order, or those of one rule or quantity."""
    found = (
        _claim(number, row)
        for number, row in enumerate(records(budget.package.claims), start=1)
        if rule_id in ("", row["rule_id"]) and quantity in ("", row["quantity"])
    )
    return [claim for claim in found if claim is not None]


def _claim(number: int, of: Mapping[str, Any]) -> Claim | None:
    if of["value"] != of["value"] or of["quantity"] in ASIDE:
        return None
    page, unit = int(of["page"]), str(of["unit"])
    unit = unit if unit in ("CNY", "percent") else "count"
    formula = str(say("claim_formula", page=str(page)))
    value = _exact(of["value"], unit)
    return Claim(
        number, str(of["section"]), page, str(of["sentence"]), str(of["subject"]),
        str(of["quantity"]), Figure(value, unit, cells=(f"claim!{number}",), formula=formula),
        str(of["bound_to"]), tuple(filter(None, str(of["cells"]).split(";"))), str(of["status"]),
        str(of["reason"]), str(of["rule_id"]),
    )  # fmt: skip


def _exact(value: object, unit: str) -> Decimal:
    """A number of the package: money to the fen, counts without decimals."""
    exact = Decimal(str(value))
    whole = unit == "count" and exact == exact.to_integral_value()
    return exact.quantize(Decimal(1) if whole else FEN) if unit != "percent" else exact


@dataclass(frozen=True, slots=True)
class Inferred:
    """One thing that is not printed: what follows for it and on which assumption, or why not."""

    subject: str
    quantity: str
    figure: Figure | None
    cells: tuple[str, ...]
    assumption: str
    reason: str

    @property
    def name(self) -> str:
        """The subject without its code."""
        return re.sub(r"^\d{3,7}\s+", "", self.subject)


def inferred(budget: Budget, quantity: str = "") -> list[Inferred]:
    """What the document implies, and what it does not let anyone know; of one kind if said."""
    return [
        _inferred(row)
        for row in records(budget.package.implied)
        if quantity in ("", row["quantity"])
    ]


def _inferred(row: Mapping[str, Any]) -> Inferred:
    cells = tuple(filter(None, str(row["cells"]).split(";")))
    figure, unit = None, str(row["unit"])
    if row["status"] == "implied":
        value, low, high = (_exact(row[name], unit) for name in ("value", "low", "high"))
        slack = max(high - value, value - low)
        figure = Figure(value, unit, slack, cells, str(row["formula"]))
    return Inferred(
        str(row["subject"]), str(row["quantity"]), figure, cells,
        str(row["assumption"]), str(row["reason"]),
    )  # fmt: skip


def implied(budget: Budget) -> Table:
    """Last year's budget, printed nowhere: this year's figure less the change the prose states."""
    stated_by = {claim.figure.cells[0]: claim for claim in claims(budget)}
    spent = {each.subject: each for each in inferred(budget, "execution_rate")}
    found: dict[str, Line] = {}
    whole = None
    for each in inferred(budget, "last_year_budget"):
        entry = budget.ledger.by_cell.get(each.cells[0]) if len(each.cells) == STATED else None
        claim = stated_by.get(each.cells[-1]) if entry else None
        if entry is None or claim is None or each.figure is None:
            continue
        line = _implied(budget, each.figure, claim, spent.get(each.subject))
        if is_total(entry):
            whole = whole or line
        else:
            found.setdefault(line.name, line)
    lines = tuple(found.values()) or tuple(filter(None, [whole]))
    return Table(
        caption=str(say("implied_caption", year=str(budget.year - 1))),
        lines=lines,
        columns=_implied_columns(budget, any(line["base"] for line in lines)),
        total=whole if found else None,
        source=str(say("implied_source")) if lines else "",
        missing="" if lines else str(say("implied_missing")),
    )


def _implied(budget: Budget, before: Figure, claim: Claim, rate: Inferred | None) -> Line:
    """One subject of the prose: its figure, the change from last year's budget, that budget."""
    entry = budget.ledger.by_cell[before.cells[0]]
    now = budget.ledger.figure(entry)
    figures = {"value": now, "change": claim.figure, "implied": before}
    line = Line(entry.name, figures, page=claim.page).having("growth", growth(now, before))
    done = budget.ledger.by_cell.get(rate.cells[0]) if rate and rate.figure else None
    if done is None:
        return line
    base = budget.ledger.figure(done)
    return line.having("base", base).having("over", growth(base, before))


def _implied_columns(budget: Budget, executed: bool) -> tuple[Column, ...]:
    ledger, last = budget.ledger, str(budget.year - 1)
    now = budget.document.time_name((ledger.year, ledger.phase))
    columns = (
        Column("value", now, "bare"),
        Column("change", str(say("stated_change")), "signed_bare"),
        Column("implied", str(say("implied_label", year=last)), "bare"),
        Column("growth", str(say("implied_growth")), "signed_percent"),
    )
    if not executed:
        return columns
    done = budget.document.time_name((ledger.year - 1, "executed"))
    over = Column("over", str(say("implied_over_label")), "signed_percent")
    return (*columns, Column("base", done, "bare"), over)


@dataclass(frozen=True, slots=True)
class Month:
    """One month of a plan: how many are planned for it."""

    month: int
    claim: Claim


def plan(budget: Budget) -> list[Month]:
    """The plan by month, as the prose states it."""
    found = []
    by_sentence: dict[str, list[Claim]] = {}
    for claim in claims(budget, quantity="plan"):
        by_sentence.setdefault(claim.sentence, []).append(claim)
    for sentence, stated in by_sentence.items():
        months = re.findall(r"(\d{1,2})月", sentence)
        if len(months) == len(stated):
            pairs = zip(months, stated, strict=True)
            found += [Month(int(month), claim) for month, claim in pairs]
    return found


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: an amount, or words."""

    form: str
    project: str
    name: str
    figure: Figure | None
    text: str
    page: int


def fields(budget: Budget) -> Iterator[Field]:
    """The fields of the forms in the order they are printed."""
    for number, row in enumerate(records(budget.package.projects), start=1):
        page = int(row["page"])
        figure = None
        if row["value"] == row["value"] and row["value"] is not None:
            value = _exact(row["value"], "CNY")
            formula = str(say("form_formula", page=str(page), field=row["field"]))
            figure = Figure(value, "CNY", cells=(f"project!{number}",), formula=formula)
        yield Field(
            str(row["form"]), str(row["project"]), str(row["field"]), figure, str(row["text"]), page
        )
