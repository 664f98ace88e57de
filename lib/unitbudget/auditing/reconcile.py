"""Every identity a disclosure must satisfy, checked amount by amount.

Rules are expanded over the tables, rows and columns a document prints. Each check has both sides,
their difference and what rounding allows; what cannot be known is said, never counted as right.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from unitbudget.auditing.evaluate import Binding, Check, Evaluator, Outcome
from unitbudget.auditing.layouts import applying, half_known
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.rules import Rule
from unitbudget.auditing.side import Column
from unitbudget.auditing.suspects import Suspect, rank
from unitbudget.money.amounts import rounded
from unitbudget.money.figure import PERCENT, ZERO, Figure

#: How many suspects a broken check names.
NAMED = 3


def reconcile(ledger: Ledger, kind: str, layout: str = "") -> tuple[list[Check], list[Suspect]]:
    """The checks of one document, and the amounts that would explain the broken ones, ranked.

    ``kind`` is budget or final_accounts; ``layout`` is the family of its forms.
    """
    evaluator = Evaluator(ledger, layout)
    checks = expand(evaluator, kind)
    return checks, rank(evaluator, checks)


def expand(evaluator: Evaluator, kind: str) -> list[Check]:
    """Every rule that concerns this kind of document, at every place it speaks of."""
    rules = evaluator.ledger.book.rules
    checks = [one for rule in rules for one in apply(rule, evaluator, kind)]
    return applying(checks, evaluator.ledger.untaught, half_known(evaluator.ledger))


def apply(rule: Rule, evaluator: Evaluator, kind: str) -> Iterator[Check]:
    """One rule at every place of the document it speaks of."""
    ledger = evaluator.ledger
    first, last = rule.years
    concerns = kind in rule.kinds and first <= ledger.year <= last
    if not concerns or not all(ledger.has(t) or t in ledger.unread for t in rule.where):
        return
    if unread := _unread_condition(rule, ledger):
        yield _unknown(rule, ledger.absent(unread))
        return
    if rule.if_printed and not evaluator.printed(rule.if_printed):
        return
    if rule.unless_printed and (printed := evaluator.printed(rule.unless_printed)):
        yield _unknown(rule, f"印有{printed}，此式不适用")
        return
    found = [one for at in _bindings(rule, ledger) if (one := _at(rule, evaluator, at))]
    yield from found
    if not found and (reason := _why_nothing(rule, ledger)):
        yield _unknown(rule, reason)


def _unknown(rule: Rule, reason: str, table: str = "", subject: str = "全表") -> Check:
    """A check that nothing can be said of, and why."""
    return Check(rule, Binding(table), subject, Outcome("cannot_check", reason=reason))


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


def _why_nothing(rule: Rule, ledger: Ledger) -> str:
    """Why a rule came to no check at all, unless its tables simply have no such rows."""
    if rule.scope.tables:
        return ""
    absent = [table for table in rule.scope.across if not ledger.has(table)]
    return "；".join(map(ledger.absent, absent)) if rule.scope.across else "所涉各处均未印数"


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
    outcome = Outcome("cannot_check", reason=reason, beside=cells)
    return Check(first.rule, first.at, f"{first.subject} 等", outcome)


def _bindings(rule: Rule, ledger: Ledger) -> Iterator[Binding | Check]:
    """The places a rule is applied to; a table that is not there is a check of its own."""
    scope = rule.scope
    if scope.across:
        codeless = [table for table in scope.across if not ledger.classified(table)]
        if codeless and scope.rows != "all":
            yield _unknown(rule, ledger.no_codes(codeless[0]))
            return
        columns = _columns(rule, ledger, scope.across[0])
        rows = ledger.each(scope.across, scope.rows)
        yield from (Binding("", row, column) for row in rows for column in columns)
        return
    for wanted in scope.tables or ("",):
        table, optional = wanted.rstrip("?"), wanted.endswith("?")
        name, _, _ = table.partition("/")
        if name and not ledger.has(name):
            if not optional or name in ledger.unread:
                yield _unknown(rule, ledger.absent(name), table, ledger.title(table))
            continue
        rows = ledger.each((table,), scope.rows) if scope.rows else [""]
        if not rows and name and not ledger.empty(name) and not optional:
            lacks = f"{ledger.title(table)}没有所需的行"
            reason = lacks if ledger.classified(table) else ledger.no_codes(table)
            yield _unknown(rule, reason, table, ledger.title(table))
        columns = _columns(rule, ledger, table)
        yield from (Binding(table, row, column) for row in rows for column in columns)


def _columns(rule: Rule, ledger: Ledger, table: str) -> list[Column | None]:
    scope = rule.scope
    if scope.times:
        return [*ledger.times(scope.times if scope.times != "printed" else table)]
    if scope.columns == ("amounts",):
        return [*ledger.columns(table)]
    if scope.columns:
        return [Column(measure, ledger.year, ledger.phase) for measure in scope.columns]
    return [None]


def _said(rule: Rule, outcome: Outcome) -> Outcome:
    """An inference that does not come out is no mistake: the document just does not show it."""
    if rule.otherwise and outcome.status == "broken":
        return replace(outcome, status="cannot_check", reason=rule.otherwise)
    return outcome


def _subject(evaluator: Evaluator, at: Binding) -> str:
    """Where the check is made, as a reader would say it."""
    ledger, book = evaluator.ledger, evaluator.ledger.book
    parts = [ledger.title(at.table)] if at.table else []
    if at.row in book.roles:
        parts.append(book.roles[at.row][0])
    elif at.row:
        named = ledger.category(at.row)
        parts.append(f"{at.row} {named}" if named != at.row else at.row)
    if at.column:
        measure = book.measures.get(at.column.measure, at.column.measure)
        stage = {"approved": "预算", "executed": "执行"}[at.column.phase]
        parts.append(f"{at.column.year}年{stage}{measure}")
    return "·".join(parts) or "全表"


def suspects_of(check: Check, suspects: Sequence[Suspect]) -> list[Suspect]:
    """The suspects of a broken check, the likeliest first."""
    if check.status != "broken":
        return []
    cells = set(check.outcome.cells)
    return [each for each in suspects if each.entry.cell in cells][:NAMED]


def row(one: Check, suspects: Sequence[Suspect], printed: set[str]) -> dict[str, Any]:
    """A check as a row of ``checks.csv``; of its cells those that are printed in tables."""
    outcome = one.outcome
    cells = outcome.cells
    stated, computed = _shown(outcome.stated), _shown(outcome.computed, outcome.stated)
    gap = None if stated is None or computed is None else stated - computed
    return {
        "rule_id": one.rule.rule_id,
        "subject": one.subject,
        "says": one.rule.says,
        "stated": stated if stated is None else float(stated),
        "computed": computed if computed is None else float(computed),
        "difference": gap if gap is None else float(gap),
        "allowed": None if gap is None else float(_half(outcome.stated) + _half(outcome.computed)),
        "status": one.status,
        "reason": outcome.reason,
        "cells": ";".join(cell for cell in cells if cell in printed),
        "suspects": ";".join(suspect.entry.label for suspect in suspects_of(one, suspects)),
    }


def _shown(side: Figure | None, beside: Figure | None = None) -> Decimal | None:
    """The value of a side; a percentage to the places of the one it is compared with."""
    if side is None:
        return None
    if side.unit != PERCENT or beside is None:
        return side.value
    places = -(_half(beside) * 2).adjusted() if _half(beside) else 2
    return rounded(side.value, max(2, places))


def _half(side: Figure | None) -> Decimal:
    return ZERO if side is None else (side.high - side.low) / 2
