"""What a document does not print but implies: last year's budget and how much of it was spent.

The prose states by how much an amount differs from last year's budget; the difference taken away,
that budget is known. Nothing here is printed: each row says by which formula and on which
assumption it follows, within which interval, or why it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from unitbudget.auditing.claims import Claim
from unitbudget.auditing.contributions import words
from unitbudget.auditing.facts import Fields, field_figure, last_budget
from unitbudget.auditing.inference import Inference, Known
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.prose import patterns
from unitbudget.auditing.rules import is_total, rule_book
from unitbudget.auditing.side import Entry
from unitbudget.auditing.splits import split
from unitbudget.money.amounts import rounded
from unitbudget.money.codes import code_named
from unitbudget.money.figure import YUAN, Figure, share
from unitbudget.money.text import heading

SPENDING = "general_public_budget"
THREE_PUBLIC = "three_public_expenses"
#: Of a project's form: last year's budget, what was spent of it, this year's budget.
PROJECT = ("last_budget", "last_executed", "current")


@dataclass(frozen=True, slots=True)
class Change:
    """A stated change: what it is about, the amount now, the change, an objection to using it."""

    subject: str
    code: str
    now: Figure
    change: Figure
    reason: str = ""


def imply(
    ledger: Ledger, claims: Sequence[Claim], projects: Fields, document: Mapping[str, Any]
) -> list[Inference]:
    """All that the document implies.

    ``projects`` are rows of ``projects.csv``, ``document`` its own row of ``documents.csv``.
    """
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
        if change.code and row.figure is not None
    ]
    layout = str(document.get("template") or "")
    found += split(ledger, known, layout, _project_changes(forms))
    return found


def _changes(ledger: Ledger, claims: Sequence[Claim]) -> Iterator[Change]:
    """What is said to differ from last year, each subject once."""
    compared = {topic["name"] for topic in patterns()["topic"] if "compared" in topic}
    seen: set[object] = set()
    amounts: dict[str, Figure] = {}
    for claim in claims:
        mention = claim.mention
        if mention.topic not in compared or mention.unit != YUAN:
            continue
        if mention.quantity == "amount":
            if len(claim.cells) == 1 and claim.status == "holds":
                amounts[mention.subject] = ledger.by_cell[claim.cells[0]].figure
            continue
        now = amounts.get(mention.subject)
        if mention.quantity not in ("difference", "equal") or now is None:
            continue
        entry = ledger.by_cell[now.cells[0]]
        code = _category(entry)
        whole = is_total(entry) and entry.measure == "total"
        if entry.direction != "expenditure" or not (code or whole) or now.value <= 0:
            continue
        subject = f"{code} {heading(entry.name)}" if code else f"{mention.subject}合计"
        amount = rounded(mention.stated.value, 2)
        change = replace(mention.stated, value=amount, terms=(f"{amount:f}",))
        # One total is stated several times: of expenditure, of the appropriation, of its budget.
        if (same := code or (now.value, change.value)) not in seen:
            seen.add(same)
            yield Change(subject, code, now, change, _objection(claim, ledger.year))


def _category(entry: Entry) -> str:
    """The code of a category, printed or known by its name."""
    code = entry.code or code_named("function", heading(entry.name), 1) or ""
    return code if len(code) == 3 else ""


def _objection(claim: Claim, year: int) -> str:
    """Why nothing follows from a stated change."""
    reason, sentence = words()["reason"], claim.mention.sentence.text
    if claim.status == "broken":
        return str(reason["contradicted"])
    if not last_budget(sentence, year) or re.search("执行|决算", sentence):
        return str(reason["basis_unsaid"])
    return ""


def _last_budget(change: Change) -> Inference:
    """Last year's budget of one subject: the amount now less the stated change."""
    now, by = change.now, change.change
    sign = " − " if by.value >= 0 else " + "
    figure = replace(now - by, terms=(now, sign, replace(by, terms=(f"{abs(by.value):f}",))))
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
    row = change.code or name
    now = ledger.one(SPENDING, row)
    spent = ledger.one(SPENDING, row, year=ledger.year - 1, phase="executed")
    if now is None or spent is None or now.value != change.now.value:
        return None
    rate = share(spent, before.figure)
    found = Inference(change.subject, "execution_rate", "percent")
    same_money = str(words()["assumption"]["same_money"])
    return found.having(rate, assumption=same_money) if rate is not None else None


def _three_public(ledger: Ledger) -> Iterator[Inference]:
    """How much of last year's budget of each 三公 item was spent; both are printed."""
    last, names = ledger.year - 1, rule_book().measures
    measures = dict.fromkeys(
        entry.measure for entry in ledger.entries if entry.table == THREE_PUBLIC
    )
    for measure in measures:
        budget = ledger.one(THREE_PUBLIC, measure=measure, year=last, phase="approved")
        spent = ledger.one(THREE_PUBLIC, measure=measure, year=last, phase="executed")
        if budget is None or spent is None or budget.low <= 0:
            continue
        if (rate := share(spent, budget)) is not None:
            name = "“三公”经费" if measure == "total" else names.get(measure, measure)
            yield Inference(name, "execution_rate", "percent").having(rate)


def _forms(projects: Fields) -> dict[str, dict[str, Figure]]:
    """The amounts of each project's form that are stated once, or always alike."""
    fields = patterns()["forms"]["money"]
    found: dict[str, dict[str, Figure]] = {}
    for number, row in enumerate(projects, start=1):
        measure, figure = fields.get(str(row["field"])), field_figure(row, number)
        if measure in PROJECT and figure is not None:
            found.setdefault(str(row["project"]), {}).setdefault(measure, figure)
    return found


def _project_execution(name: str, form: Mapping[str, Figure]) -> Inference | None:
    budget, spent = form.get(PROJECT[0]), form.get(PROJECT[1])
    if budget is None or spent is None or (rate := share(spent, budget)) is None:
        return None
    return Inference(name, "execution_rate", "percent").having(rate)


def _project_changes(forms: Mapping[str, Mapping[str, Figure]]) -> list[Figure]:
    """By how much each project changed that had a budget under the same name last year."""
    pairs = [(form.get(PROJECT[0]), form.get(PROJECT[2])) for form in forms.values()]
    return [
        now - before
        for before, now in pairs
        if now is not None and before is not None and before.value > 0
    ]
