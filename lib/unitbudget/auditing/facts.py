"""Amounts stated outside the tables, in the shape of table amounts, so that rules can use them.

The prose says by how much a category differs from last year's budget, and which empty tables have
nothing to report; project forms say what a project may cost. They become rows of tables of their
own: ``stated_changes``, ``stated_none``, ``project_forms``, ``sub_projects``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from unitbudget.figures import Ledger
from unitbudget.money.codes import code_named
from unitbudget.money.text import heading

if TYPE_CHECKING:
    import pandas as pd

FORM_FIELDS = {
    "项目总预算": "planned",
    "项目当年预算": "current",
    "同名项目上年预算额": "last_budget",
    "同名项目上年预算执行数": "last_executed",
}
SUB_PROJECT = "子项目"
FEN = 0.005
#: What a claim that there is none is bound to: the blank total of a table.
_NONE = re.compile(r"(?P<table>\w+)/TOTAL/total（空白）")


def gathered(claims: pd.DataFrame, projects: pd.DataFrame, ledger: Ledger) -> list[dict[str, Any]]:
    """Everything stated outside the tables that a rule speaks of."""
    about = {"fiscal_year": ledger.year, "phase": ledger.phase, "unit": "CNY", "printed": ""}
    about |= {"direction": "expenditure", "economic_code": "", "precision": FEN}
    stated = claims.to_dict("records")
    found = [*_changes(stated, ledger), *_nothing(stated), *_forms(projects.to_dict("records"))]
    return [
        about | row | {"row": number, "cell": f"{row['table_id']}!R{number}"}
        for number, row in enumerate(found, start=1)
    ]


def _changes(claims: list[dict[Any, Any]], ledger: Ledger) -> Iterator[dict[str, Any]]:
    """By how much each category is said to differ from last year's budget."""
    last_budget = re.compile(rf"(?:上年|{ledger.year - 1}年)(?:年初)?预算(?!执行)")
    for claim in claims:
        code = code_named("function", heading(str(claim["subject"])), 1)
        stated = claim["quantity"] == "difference" and claim["value"] == claim["value"]
        if code and stated and last_budget.search(str(claim["sentence"])):
            yield _row("stated_changes", code, str(claim["subject"]), "total", claim)


def _nothing(claims: list[dict[Any, Any]]) -> Iterator[dict[str, Any]]:
    """The empty tables of which the prose says that there is nothing to report."""
    bound = [_NONE.fullmatch(str(claim["bound_to"])) for claim in claims
             if claim["status"] == "holds" and claim["value"] == 0]  # fmt: skip
    for table in dict.fromkeys(match["table"] for match in bound if match):
        yield _row("stated_none", "", table, "total", {"value": 0})


def _forms(projects: list[dict[Any, Any]]) -> Iterator[dict[str, Any]]:
    """What each project form says the project costs, and its parts."""
    parts: dict[str, int] = {}
    for entry in projects:
        project, field = heading(str(entry["project"])), str(entry["field"])
        if entry["value"] is None or entry["value"] != entry["value"]:
            continue
        if field == SUB_PROJECT:
            parts[project] = parts.get(project, 0) + 1
            yield _row("sub_projects", "", f"{project}/{parts[project]}", "total", entry)
        elif field in FORM_FIELDS:
            yield _row("project_forms", "", project, FORM_FIELDS[field], entry)


def _row(
    table: str, code: str, name: str, measure: str, stated: Mapping[Any, Any]
) -> dict[str, Any]:
    return {
        "table_id": table,
        "function_code": code,
        "name": name,
        "measure": measure,
        "value": round(float(stated["value"]), 2),
    }
