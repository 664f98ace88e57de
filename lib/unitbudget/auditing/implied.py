"""What a document does not print but implies: last year's budget and how much of it was spent.

The prose states by how much an amount differs from last year's budget; the difference taken away,
that budget is known. Nothing here is printed: each row says by which formula and on which
assumption it follows, within which interval, or why it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

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


class Change(NamedTuple):
    """A stated change: what it is about, the amount now, the change, an objection to using it."""

    subject: str
    code: str
    now: Figure
    by: Figure
    reason: str


def imply(
    ledger: Ledger, claims: Sequence[Claim], projects: Fields, document: Mapping[str, Any]
) -> list[Inference]:
    """All that the document implies.

    ``projects`` are rows of ``projects.csv``, ``document`` its own row of ``documents.csv``.
    """
    is_budget = str(document.get("kind", "budget")) == "budget"
    changes = _changes(ledger, claims) if is_budget else ()
    last = {change.subject: (change, _last_budget(change)) for change in changes}
    forms = _forms(projects)
    spent = [(n, form.get(PROJECT[1]), form.get(PROJECT[0]), "") for n, form in forms.items()]
    known = [
        Known(change.code, change.subject, change.now, change.by, row.figure)
        for change, row in last.values()
        if change.code and row.figure is not None
    ]
    return [
        *(row for _, row in last.values()),
        *_rates(_of_changes(ledger, last.values())),
        *_rates(_three_public(ledger)),
        *_rates(spent),
        *split(ledger, known, str(document.get("template") or ""), _project_changes(forms)),
    ]


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
    now, by = change.now, change.by
    sign = " − " if by.value >= 0 else " + "
    figure = replace(now - by, terms=(now, sign, replace(by, terms=(f"{abs(by.value):f}",))))
    reason = change.reason
    if not reason and figure.low <= 0:
        reason = str(words()["reason"]["not_positive"])
    row = Inference(change.subject, "last_year_budget", figure.unit, figure.cells, reason=reason)
    return row if reason else row.having(figure, str(words()["assumption"]["last_budget"]))


#: A subject, what was spent of it and its budget, and what has to be assumed.
_Spent = tuple[str, Figure | None, Figure | None, str]


def _rates(subjects: Iterable[_Spent]) -> Iterator[Inference]:
    """How much of each budget was spent, where both are known."""
    for subject, spent, budget, assumption in subjects:
        if spent is not None and budget is not None and (rate := share(spent, budget)) is not None:
            yield Inference(subject, "execution_rate").having(rate, assumption)


def _of_changes(ledger: Ledger, last: Iterable[tuple[Change, Inference]]) -> Iterator[_Spent]:
    """Last year's implied budgets, where what was spent of them is printed."""
    whole = next((row.name for row in ledger.rows(SPENDING) if not row.code and row.name), "")
    for change, before in last:
        row = change.code or whole
        now = ledger.one(SPENDING, row) if row else None
        if now is not None and now.value == change.now.value:
            spent = ledger.one(SPENDING, row, year=ledger.year - 1, phase="executed")
            assumption = str(words()["assumption"]["same_money"])
            yield change.subject, spent, before.figure, assumption


def _three_public(ledger: Ledger) -> Iterator[_Spent]:
    """The 三公 items, of which both last year's budget and what was spent are printed."""
    last, names = ledger.year - 1, rule_book().measures
    inside = (entry.measure for entry in ledger.entries if entry.table == THREE_PUBLIC)
    for measure in dict.fromkeys(inside):
        budget = ledger.one(THREE_PUBLIC, measure=measure, year=last, phase="approved")
        spent = ledger.one(THREE_PUBLIC, measure=measure, year=last, phase="executed")
        name = "“三公”经费" if measure == "total" else names.get(measure, measure)
        yield name, spent, budget if budget is not None and budget.low > 0 else None, ""


def _forms(projects: Fields) -> dict[str, dict[str, Figure]]:
    """The amounts of each project's form that are stated once, or always alike."""
    fields = patterns()["forms"]["money"]
    found: dict[str, dict[str, Figure]] = {}
    for number, row in enumerate(projects, start=1):
        measure, figure = fields.get(str(row["field"])), field_figure(row, number)
        if measure in PROJECT and figure is not None:
            found.setdefault(str(row["project"]), {}).setdefault(measure, figure)
    return found


def _project_changes(forms: Mapping[str, Mapping[str, Figure]]) -> list[Figure]:
    """By how much each project changed that had a budget under the same name last year."""
    pairs = [(form.get(PROJECT[0]), form.get(PROJECT[2])) for form in forms.values()]
    return [now - before for before, now in pairs if now is not None and before and before.low > 0]
