"""Every identity a disclosure must satisfy, checked amount by amount.

Rules are expanded over the tables, rows and columns a document prints. Each check has both sides,
their difference and what rounding allows; what cannot be known is said, never counted as right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from unitbudget.auditing.checks import Check
from unitbudget.auditing.evaluate import Binding, Evaluator, Outcome
from unitbudget.auditing.places import Places
from unitbudget.auditing.rules import Rule, rule_book
from unitbudget.auditing.sides import Column
from unitbudget.auditing.suspects import Suspect, culprits, rank
from unitbudget.entries import records
from unitbudget.figures import Figure, Ledger

if TYPE_CHECKING:
    import pandas as pd

CHECK_COLUMNS = [
    "document_id", "rule_id", "subject", "says", "stated", "computed", "difference", "allowed",
    "status", "reason", "cells", "suspects",
]  # fmt: skip
#: How many suspects a broken check names.
NAMED = 3
SUSPECT_COLUMNS = [
    "document_id", "cell", "table_id", "code", "name", "measure", "printed", "broken", "holding",
    "mended_value", "likelier",
]  # fmt: skip


def check(
    amounts: pd.DataFrame,
    tables: pd.DataFrame,
    document: Mapping[str, Any] | pd.Series,
    facts: Iterable[Mapping[str, Any]] = (),
) -> pd.DataFrame:
    """The checks of one document, one row each.

    ``facts`` are amounts from elsewhere in the document (prose, forms) in the columns of
    ``amounts``, under table ids of their own.
    """
    return reconcile(amounts, tables, document, facts)[0]


def reconcile(
    amounts: pd.DataFrame,
    tables: pd.DataFrame,
    document: Mapping[str, Any] | pd.Series,
    facts: Iterable[Mapping[str, Any]] = (),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The checks of one document, and the amounts that would explain the broken ones."""
    import pandas as pd

    rows: list[Mapping[str, Any]] = [*records(amounts), *facts]
    printed = set(amounts["cell"])
    evaluator = evaluator_for(Ledger(rows, tables), str(document.get("template") or ""))
    checks = expand(evaluator, str(document["kind"]))
    suspects = rank(evaluator, checks)
    document_id = str(document["document_id"])
    by_cell = {suspect.entry.cell: suspect for suspect in suspects}
    frame = pd.DataFrame(
        [_row(document_id, one, by_cell, printed) for one in collapse(checks)],
        columns=CHECK_COLUMNS,
    )
    first = [each for each in culprits(suspects, checks) if each.entry.cell in printed]
    ranked = [{"document_id": document_id} | suspect.row() for suspect in first]
    return frame, pd.DataFrame(ranked, columns=SUSPECT_COLUMNS)


def evaluator_for(ledger: Ledger, layout: str = "") -> Evaluator:
    """The document as the rules see it; ``layout`` is the family of its forms."""
    book = rule_book()
    return Evaluator(ledger, book, Places(ledger, book), layout=layout)


def expand(evaluator: Evaluator, kind: str) -> list[Check]:
    """Every rule that concerns this kind of document, at every place it speaks of."""
    return [one for rule in evaluator.book.rules for one in apply(rule, evaluator, kind)]


def apply(rule: Rule, evaluator: Evaluator, kind: str) -> Iterator[Check]:
    """One rule at every place of the document it speaks of."""
    ledger = evaluator.ledger
    first, last = rule.years
    concerns = kind in rule.kinds and first <= ledger.year <= last
    if not concerns or not all(ledger.has(t) or t in ledger.unread for t in rule.where):
        return
    if unread := _unread_condition(rule, ledger):
        outcome = Outcome("cannot_check", reason=evaluator.places.absent(unread))
        yield Check(rule, Binding(), "全表", outcome)
        return
    if rule.if_printed and not evaluator.printed(rule.if_printed):
        return
    if rule.unless_printed and (printed := evaluator.printed(rule.unless_printed)):
        reason = f"印有{printed}，此式不适用"
        yield Check(rule, Binding(), "全表", Outcome("cannot_check", reason=reason))
        return
    found = [one for at in _bindings(rule, evaluator.places) if (one := _at(rule, evaluator, at))]
    yield from found
    if not found and (reason := _why_nothing(rule, evaluator.places)):
        yield Check(rule, Binding(), "全表", Outcome("cannot_check", reason=reason))


def _unread_condition(rule: Rule, ledger: Ledger) -> str:
    """A table that decides whether the rule applies at all, and that we could not read."""
    asked = [*rule.where, *(term.table.partition("/")[0] for term in rule.if_printed)]
    excepted = [term.table.partition("/")[0] for term in rule.unless_printed]
    unread = [table for table in asked if table in ledger.unread]
    return next(iter([*unread, *filter(ledger.may_be_unread, excepted)]), "")


def _at(rule: Rule, evaluator: Evaluator, at: Binding | Check) -> Check | None:
    """The rule at one place; nothing where nothing is printed that it speaks of."""
    if isinstance(at, Check):
        return at
    outcome = evaluator.judge(rule.statement, at)
    bound = at.table or at.row or at.column
    if outcome is None or (bound and not outcome.cells and outcome.status == "holds"):
        return None
    return Check(rule, at, _subject(evaluator, at), _said(rule, outcome))


def _why_nothing(rule: Rule, places: Places) -> str:
    """Why a rule came to no check at all, unless its tables simply have no such rows."""
    if rule.scope.tables:
        return ""
    absent = [table for table in rule.scope.across if not places.ledger.has(table)]
    return "；".join(map(places.absent, absent)) if rule.scope.across else "所涉各处均未印数"


def collapse(checks: Iterable[Check]) -> list[Check]:
    """What cannot be checked for one and the same reason is said once for each rule."""
    said: dict[object, list[Check]] = {}
    for number, one in enumerate(checks):
        same = (one.rule, one.outcome.reason) if one.status == "cannot_check" else number
        said.setdefault(same, []).append(one)
    return [one if len(same) == 1 else _merged(same) for same in said.values() for one in same[:1]]


def _merged(same: list[Check]) -> Check:
    first = same[0]
    cells = tuple(dict.fromkeys(cell for one in same for cell in one.outcome.cells))
    reason = f"{first.outcome.reason}（{len(same)} 处）"
    outcome = Outcome("cannot_check", reason=reason, cells=cells)
    return Check(first.rule, first.at, f"{first.subject} 等", outcome)


def _bindings(rule: Rule, places: Places) -> Iterator[Binding | Check]:
    """The places a rule is applied to; a table that is not there is a check of its own."""
    scope = rule.scope
    if scope.across:
        codeless = [table for table in scope.across if not places.classified(table)]
        if codeless and scope.rows != "all":
            reason = places.no_codes(codeless[0])
            yield Check(rule, Binding(), "全表", Outcome("cannot_check", reason=reason))
            return
        rows = places.rows(scope.across, scope.rows)
        for row in rows:
            for column in _columns(rule, places, scope.across[0]):
                yield Binding("", row, column)
        return
    for wanted in scope.tables or ("",):
        table, optional = wanted.rstrip("?"), wanted.endswith("?")
        name, _, _ = table.partition("/")
        if name and not places.ledger.has(name):
            if not optional or name in places.ledger.unread:
                outcome = Outcome("cannot_check", reason=places.absent(name))
                yield Check(rule, Binding(table), places.title(table), outcome)
            continue
        rows = places.rows((table,), scope.rows) if scope.rows else [""]
        if not rows and name and not places.ledger.empty(name) and not optional:
            lacks = f"{places.title(table)}没有所需的行"
            reason = lacks if places.classified(table) else places.no_codes(table)
            outcome = Outcome("cannot_check", reason=reason)
            yield Check(rule, Binding(table), places.title(table), outcome)
        for row in rows:
            for column in _columns(rule, places, table):
                yield Binding(table, row, column)


def _columns(rule: Rule, places: Places, table: str) -> list[Column | None]:
    scope = rule.scope
    if scope.times:
        return [*places.times(scope.times if scope.times != "printed" else table)]
    if scope.columns == ("amounts",):
        return [*places.columns(table)]
    if scope.columns:
        return [places.default(measure) for measure in scope.columns]
    return [None]


def _said(rule: Rule, outcome: Outcome) -> Outcome:
    """An inference that does not come out is no mistake: the document just does not show it."""
    if rule.otherwise and outcome.status == "broken":
        return outcome._replace(status="cannot_check", reason=rule.otherwise)
    return outcome


def _subject(evaluator: Evaluator, at: Binding) -> str:
    """Where the check is made, as a reader would say it."""
    book, places = evaluator.book, evaluator.places
    parts = [places.title(at.table)] if at.table else []
    if at.row in book.roles:
        parts.append(book.roles[at.row][0])
    elif at.row:
        named = places.category(at.row)
        parts.append(f"{at.row} {named}" if named != at.row else at.row)
    if at.column:
        measure = book.measures.get(at.column.measure, at.column.measure)
        stage = {"approved": "预算", "executed": "执行"}[at.column.phase]
        parts.append(f"{at.column.year}年{stage}{measure}")
    return "·".join(parts) or "全表"


def _row(
    document_id: str, one: Check, suspects: Mapping[str, Suspect], printed: set[str]
) -> dict[str, Any]:
    outcome = one.outcome
    broken = one.status == "broken"
    ranked = [suspects[cell] for cell in suspects if broken and cell in outcome.cells][:NAMED]
    return {
        "document_id": document_id,
        "rule_id": one.rule.rule_id,
        "subject": one.subject,
        "says": one.rule.says,
        "stated": _shown(outcome.stated),
        "computed": _shown(outcome.computed),
        "difference": None if outcome.difference is None else float(outcome.difference),
        "allowed": None if outcome.allowed is None else float(outcome.allowed),
        "status": one.status,
        "reason": outcome.reason,
        "cells": ";".join(cell for cell in outcome.cells if cell in printed),
        "suspects": ";".join(suspect.entry.label for suspect in ranked),
    }


def _shown(side: Figure | str | None) -> float | None:
    return float(side.value) if isinstance(side, Figure) else None
