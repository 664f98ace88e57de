"""What a document does not print but implies: last year's budget and how much of it was spent.

The prose states by how much an amount differs from last year's budget; the difference taken away,
that budget is known. Nothing here is printed: each row says by which formula and on which
assumption it follows, within which interval, or why it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from unitbudget.auditing.contributions import words
from unitbudget.auditing.inference import Inference, Known, frame
from unitbudget.auditing.rules import is_total, rule_book
from unitbudget.auditing.splits import split
from unitbudget.entries import Entry, records
from unitbudget.figures import ZERO, Figure, Ledger, share
from unitbudget.money.amounts import UNITS, rounded
from unitbudget.money.codes import code_named
from unitbudget.money.text import heading

if TYPE_CHECKING:
    import pandas as pd

SPENDING = "general_public_budget"
THREE_PUBLIC = "three_public_expenses"
#: Where the prose compares with last year's budget, category by category.
COMPARED = "R29"
PROJECT_FIELDS = ("同名项目上年预算额", "同名项目上年预算执行数", "项目当年预算")
_NUMBER = re.compile(r"(\d[\d,]*(?:\.(\d+))?)(亿元|万元|千元|元)")


@dataclass(frozen=True, slots=True)
class Change:
    """A stated change: what it is about, the amount now, the change, an objection to using it."""

    subject: str
    code: str
    now: Figure
    change: Figure
    reason: str = ""


def imply(
    ledger: Ledger, claims: pd.DataFrame, projects: pd.DataFrame, document: Mapping[str, Any]
) -> pd.DataFrame:
    """All that the document implies, one row each."""
    is_budget = str(document.get("kind", "budget")) == "budget"
    changes = list(_changes(ledger, claims)) if is_budget else []
    last = {change.subject: (change, _last_budget(change)) for change in changes}
    found: list[Inference] = [row for _, row in last.values()]
    found += [
        row for change, before in last.values() if (row := _execution(ledger, change, before))
    ]
    found += _three_public(ledger)
    forms = _forms(projects)
    found += [row for name, form in forms.items() if (row := _project_execution(name, form))]
    known = [
        Known(change.code, change.subject, change.now, change.change, row.figure)
        for change, row in last.values()
        if change.code and row.figure
    ]
    layout = str(document.get("template") or "")
    found += split(ledger, known, layout, _project_changes(forms))
    return frame(str(document.get("document_id", "")), found)


def _changes(ledger: Ledger, claims: pd.DataFrame) -> Iterator[Change]:
    """What is said to differ from last year, each subject once."""
    seen: set[object] = set()
    amounts: dict[str, Figure] = {}
    for number, row in enumerate(records(claims), start=1):
        if row["rule_id"] != COMPARED or row["unit"] != "CNY":
            continue
        cells = [cell for cell in str(row["cells"]).split(";") if cell in ledger.by_cell]
        if row["quantity"] == "amount":
            if len(cells) == 1 and row["status"] == "holds":
                amounts[str(row["subject"])] = ledger.figure(ledger.by_cell[cells[0]])
            continue
        now = amounts.get(str(row["subject"]))
        if row["quantity"] not in ("difference", "equal") or now is None:
            continue
        entry = ledger.by_cell[now.cells[0]]
        code = _category(entry)
        if entry.direction != "expenditure" or not (code or is_total(entry)) or now.value <= 0:
            continue
        subject = f"{code} {heading(entry.name)}" if code else f"{row['subject']}合计"
        change, objection = _stated(row, number), _objection(row, ledger.year)
        # One total is stated several times: of expenditure, of the appropriation, of its budget.
        if (same := code or (now.value, change.value)) not in seen:
            seen.add(same)
            yield Change(subject, code, now, change, objection)


def _category(entry: Entry) -> str:
    """The code of a category, printed or known by its name."""
    code = entry.code or code_named("function", heading(entry.name), 1) or ""
    return code if len(code) == 3 else ""


def _objection(row: Mapping[str, Any], year: int) -> str:
    """Why nothing follows from a stated change."""
    reason, sentence = words()["reason"], str(row["sentence"])
    if row["status"] == "broken":
        return str(reason["contradicted"])
    budget = re.search(rf"(?:上年|{year - 1}年)(?:年初)?预算(?!执行)", sentence)
    if not budget or re.search("执行|决算", sentence):
        return str(reason["basis_unsaid"])
    return ""


def _stated(row: Mapping[str, Any], number: int) -> Figure:
    """The change a sentence states; trailing zeros that others print are taken as left out."""
    value = rounded(Decimal(str(row["value"])), 2)
    finest: dict[str, Decimal] = {}
    units = []
    for printed, decimals, unit in _NUMBER.findall(str(row["sentence"])):
        half = UNITS[unit].scaleb(-len(decimals)) / 2
        finest[unit] = min(finest.get(unit, half), half)
        if Decimal(printed.replace(",", "")) * UNITS[unit] == abs(value):
            units.append(unit)
    halves = [finest[unit] for unit in units]
    slack = max(halves, default=ZERO) if value else ZERO
    slack = ZERO if slack < Decimal("0.01") else slack
    return Figure(value, "CNY", slack, (f"claim!{number}",), f"{value:f}")


def _last_budget(change: Change) -> Inference:
    """Last year's budget of one subject: the amount now less the stated change."""
    before = change.now - change.change
    formula = f"{change.now.formula} − {change.change.formula}".replace("− -", "+ ")
    figure = Figure(before.value, "CNY", before.slack, before.cells, formula)
    reason = change.reason
    if not reason and figure.low <= 0:
        reason = str(words()["reason"]["not_positive"])
    row = Inference(change.subject, "last_year_budget", figure.unit, figure.cells, reason=reason)
    if reason:
        return row
    return row.having(figure, assumption=str(words()["assumption"]["last_budget"]))


def _execution(ledger: Ledger, change: Change, before: Inference) -> Inference | None:
    """How much of last year's implied budget was spent, where what was spent is printed."""
    name = next((row.name for row in ledger.rows(SPENDING) if not row.code and row.name), "")
    if before.figure is None or not (change.code or name):
        return None
    now = ledger.one(SPENDING, change.code, name)
    spent = ledger.one(SPENDING, change.code, name, year=ledger.year - 1, phase="executed")
    if now is None or spent is None or now.value != change.now.value:
        return None
    rate = share(spent, before.figure)
    row = Inference(change.subject, "execution_rate", "percent")
    return row.having(rate, assumption=str(words()["assumption"]["same_money"])) if rate else None


def _three_public(ledger: Ledger) -> Iterator[Inference]:
    """How much of last year's budget of each 三公 item was spent; both are printed."""
    last, names = ledger.year - 1, rule_book().measures
    measures = dict.fromkeys(
        entry.measure for entry in ledger.entries if entry.table == THREE_PUBLIC
    )
    for measure in measures:
        budget = ledger.one(THREE_PUBLIC, measure=measure, year=last, phase="approved")
        spent = ledger.one(THREE_PUBLIC, measure=measure, year=last, phase="executed")
        rate = share(spent, budget) if budget and spent and budget.low > 0 else None
        if rate:
            name = "“三公”经费" if measure == "total" else names.get(measure, measure)
            yield Inference(name, "execution_rate", "percent").having(rate)


def _forms(projects: pd.DataFrame) -> dict[str, dict[str, Figure]]:
    """The amounts of each project's form that are stated once, or always alike."""
    found: dict[str, dict[str, Figure]] = {}
    for number, row in enumerate(records(projects), start=1):
        field, value = str(row["field"]), row["value"]
        if field not in PROJECT_FIELDS or value is None or value != value:
            continue
        amount = rounded(Decimal(str(value)), 2)
        form = found.setdefault(str(row["project"]), {})
        figure = Figure(amount, "CNY", ZERO, (f"project!{number}",), f"{amount:f}")
        form.setdefault(field, figure)
    return found


def _project_execution(name: str, form: Mapping[str, Figure]) -> Inference | None:
    budget, spent = form.get(PROJECT_FIELDS[0]), form.get(PROJECT_FIELDS[1])
    rate = share(spent, budget) if budget and spent else None
    return Inference(name, "execution_rate", "percent").having(rate) if rate else None


def _project_changes(forms: Mapping[str, Mapping[str, Figure]]) -> list[Figure]:
    """By how much each project changed that had a budget under the same name last year."""
    pairs = [(form.get(PROJECT_FIELDS[2]), form.get(PROJECT_FIELDS[0])) for form in forms.values()]
    return [now - before for now, before in pairs if now and before and before.value > 0]
