"""What each table of a disclosure holds, row by row, whatever form it is printed on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from generator import catalogue
from generator.budgets import OPERATING, PERSONNEL, Budget, ThreePublic, plus


@dataclass(frozen=True)
class Row:
    """One row of a table: its code, the names on its sides and its amounts by meaning.

    ``codes`` are those of its sides, where each side has its own.
    """

    code: str = ""
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    amounts: Mapping[str, Decimal | None] = field(default_factory=dict)
    codes: Mapping[str, str] = field(default_factory=dict)


Content = Callable[[Budget, bool, str], list[Row]]


def named(code: str, budget: Budget, file: str = "function") -> dict[str, tuple[str, str]]:
    find = catalogue.function_name if file == "function" else catalogue.economic_name
    name = find(code, budget.year)
    return {"": (name, name)}


def coded(
    budget: Budget, present: str, amounts: Callable[[str], Mapping[str, Decimal | None]]
) -> list[Row]:
    """A row for every code with money of this kind below it, and the total."""
    items = [item for item in budget.items if getattr(item, present) is not None]
    rows = [Row(code, named(code, budget), amounts(code)) for code in budget.codes(items)]
    return [*rows, Row("", {"": ("合计", "合计")}, amounts(""))] if rows else []


def _general(budget: Budget, short: bool, family: str) -> list[Row]:
    def amounts(code: str) -> dict[str, Decimal | None]:
        total, before = budget.sum_of("general", code), budget.sum_of("before", code)
        change = (total or Decimal(0)) - (before or Decimal(0))
        share = change * 100 / before if before else None
        return {
            "total last executed": before,
            "total": total,
            "basic": budget.sum_of("basic", code),
            "project": budget.sum_of("project", code),
            "change": change,
            "change_percent": share,
        }

    return coded(budget, "general", amounts)


def _economic(budget: Budget, short: bool, family: str) -> list[Row]:
    def amounts(code: str) -> dict[str, Decimal | None]:
        own = (code,) if code else ("3",)
        total = budget.economic(*own)
        personnel = [line for line in PERSONNEL if not code or code.startswith(line)]
        operating = [line for line in OPERATING if not code or code.startswith(line)]
        return {
            "total": total,
            "personnel": budget.economic(*([code] if code else personnel)) if personnel else None,
            "operating": budget.economic(*([code] if code else operating)) if operating else None,
        }

    codes = sorted({code[:length] for code, _ in budget.economics for length in (3, 5)})
    rows = [Row(code, named(code, budget, "economic"), amounts(code)) for code in codes]
    return [*rows, Row("", {"": ("合计", "合计")}, amounts(""))]


def _three_public(budget: Budget, short: bool, family: str) -> list[Row]:
    stages = ("{} last", "{} last executed", "{}")
    amounts: dict[str, Decimal | None] = {}
    for stage, figures in zip(stages, budget.three_public, strict=True):
        for measure, value in parts(figures).items():
            amounts[stage.format(measure)] = value
    return [Row(amounts=amounts)]


def parts(figures: ThreePublic) -> dict[str, Decimal]:
    return {
        "total": figures.total,
        "overseas_travel": figures.overseas,
        "hospitality": figures.hospitality,
        "vehicles": figures.vehicles,
        "vehicle_purchase": figures.purchase,
        "vehicle_running": figures.running,
        "agency_running_costs": figures.agency,
    }


def _funds(budget: Budget, short: bool, family: str) -> list[Row]:
    return coded(
        budget,
        "funds",
        lambda code: {
            "revenue total": budget.sum_of("funds", code),
            "total": budget.sum_of("funds", code),
            "project": budget.sum_of("funds", code),
        },
    )


def _state_capital(budget: Budget, short: bool, family: str) -> list[Row]:
    return []


def _revenue(budget: Budget, short: bool, family: str) -> list[Row]:
    return coded(
        budget,
        "total",
        lambda code: {
            "total": budget.sum_of("total", code),
            "general_public_budget": budget.sum_of("general", code),
            "government_managed_funds": budget.sum_of("funds", code),
            "appropriation": plus([budget.sum_of("general", code), budget.sum_of("funds", code)]),
            "other": None if short or "2020" not in family else budget.sum_of("earned", code),
            "service": budget.sum_of("earned", code),
        },
    )


def _expenditure(budget: Budget, short: bool, family: str) -> list[Row]:
    return coded(
        budget,
        "total",
        lambda code: {
            "total": budget.sum_of("total", code),
            "basic": budget.sum_of("basic", code),
            "project": budget.sum_of("projects", code),
        },
    )


CONTENT: dict[str, Content] = {
    "general_public_budget": _general,
    "basic_expenditure": _economic,
    "three_public_expenses": _three_public,
    "government_managed_funds": _funds,
    "state_capital_operations": _state_capital,
    "revenue": _revenue,
    "expenditure": _expenditure,
}
