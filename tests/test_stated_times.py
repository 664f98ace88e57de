"""Where no table prints the other time, the prose that states it item by item is the comparison."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from budgets import written

ITEMS = """
general_public_budget | 201 一般公共服务支出 | total 150.00
general_public_budget | 20129 群众团体事务 | total 150.00
general_public_budget | 2012901 行政运行 | total 100.00
general_public_budget | 2012999 其他群众团体事务支出 | total 50.00
general_public_budget | 合计 | total 150.00
"""
TOTAL = "general_public_budget!R5C1"


def stated(cell: str, value: float, year: int, phase: str, status: str = "holds") -> dict[str, Any]:
    """An amount the prose states of what stands in a cell."""
    return {
        "section": "3", "page": 6, "sentence": f"为{value}元", "subject": "甲",
        "quantity": "amount",
        "value": value, "unit": "CNY", "bound_to": "", "status": status, "cells": cell,
        "about": cell, "fiscal_year": year, "phase": phase,
    }  # fmt: skip


def last(budget: Any) -> dict[str, Any]:
    table = budget.spending
    return {
        code: None if figure is pd.NA else float(figure.value)
        for code, figure in table["last"].items()
    }


RUNNING = "general_public_budget!R3C1"


@pytest.mark.parametrize(
    ("claims", "known"),
    [
        ([stated(RUNNING, 80.0, 2030, "executed")], {"2012901": 80.0}),
        ([stated(RUNNING, 80.0, 2030, "executed", "broken")], {}),
        ([stated(RUNNING, 80.0, 2030, "approved")], {}),
        ([stated(RUNNING, 80.0, 2029, "executed")], {}),
        ([stated(TOTAL, 120.0, 2030, "executed")], {"合计": 120.0}),
    ],
    ids=["stated", "not-true", "a-budget", "another-year", "the-total"],
)
def test_last_years_execution_is_taken_from_the_prose(
    claims: list[dict[str, Any]], known: dict[str, float]
) -> None:
    budget = written(ITEMS, 2031, claims=claims)
    assert {code: value for code, value in last(budget).items() if value is not None} == known
    assert ("no_last" in budget.spending.attrs) is not bool(known)
    label = budget.spending.attrs["labels"]["last"]
    assert label == ("正文所说的2030年执行数" if known else "")


def test_a_final_account_is_compared_with_its_budget() -> None:
    claims = [stated(RUNNING, 90.0, 2031, "approved")]
    budget = written(ITEMS, 2031, "final_accounts", claims=claims)
    assert last(budget)["2012901"] == 90.0
    assert budget.spending.attrs["labels"]["last"] == "正文所说的2031年预算数"


def test_what_a_table_prints_is_not_taken_from_the_prose() -> None:
    printed = ITEMS.replace(
        "行政运行 | total 100.00", "行政运行 | total 100.00 | total last executed 70.00"
    )
    budget = written(printed, 2031, claims=[stated(RUNNING, 80.0, 2030, "executed")])
    assert last(budget)["2012901"] == 70.0
