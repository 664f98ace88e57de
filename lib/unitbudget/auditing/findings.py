"""What is worth asking about a document: ``findings.csv``.

A finding states what is printed and asks; it never judges. Broken identities and broken claims are
findings too, gathered by what they point at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from unitbudget.auditing import (
    gaps,
    questions_of_form,
    questions_of_money,
    questions_of_prose,
    questions_of_targets,
)
from unitbudget.auditing.case import Case, Finding, ask, pages
from unitbudget.auditing.claims import Claim
from unitbudget.auditing.evaluate import Check
from unitbudget.auditing.reconcile import collapse, suspects_of
from unitbudget.auditing.rules import rule_book
from unitbudget.auditing.side import Entry
from unitbudget.auditing.told import Told, count, joined, number, tell
from unitbudget.money.amounts import rounded, yuan
from unitbudget.money.figure import YUAN, ZERO, Figure

#: Of several figures of one sentence, the one to be shown.
_SHOWN_FIRST = {"amount": 0, "none": 0, "share": 1, "growth": 2, "completion": 2, "difference": 3}
_WORDING = {"direction": "broken_direction", "none": "broken_direction", "year": "broken_year"}
#: What leaders look at first.
SEVERITIES = ("unread", "error", "privacy", "question", "omission", "style")
#: How many cells of a broken check are listed.
CELLS = 6


def find(case: Case) -> list[Finding]:
    """The findings of one document, the gravest first and within a kind by the money at stake."""
    found = [
        *_broken_checks(case),
        *_broken_claims(case),
        *questions_of_money.ask_about(case),
        *questions_of_prose.ask_about(case),
        *questions_of_targets.ask_about(case),
        *questions_of_form.ask_about(case),
        *gaps.ask_about(case),
    ]
    return sorted(found, key=lambda each: (SEVERITIES.index(each.severity), -_at_stake(each)))


def _at_stake(each: Finding) -> Any:
    return ZERO if each.money is None else each.money.value


def rows(found: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings as rows of ``findings.csv``, numbered rule by rule."""
    counts: dict[str, int] = {}
    listed = []
    for each in found:
        counts[each.rule_id] = counts.get(each.rule_id, 0) + 1
        listed.append(
            {
                "finding_id": f"{each.rule_id}-{counts[each.rule_id]}",
                "severity": each.severity,
                "says": each.says,
                "evidence": each.evidence,
                "rule_id": each.rule_id,
                "money": _money(each),
                "question": each.question,
            }
        )
    return listed


def _money(each: Finding) -> float | None:
    """What is at stake, to the fen; a difference of percentages is no money."""
    if each.money is None or each.money.unit != YUAN:
        return None
    return float(rounded(each.money.value, 2))


def _broken_checks(case: Case) -> Iterator[Finding]:
    """Broken identities, gathered by the cell that most of them point at."""
    groups: dict[object, list[Check]] = {}
    broken = [check for check in collapse(case.checks) if check.status == "broken"]
    yield from _cut_off(case, [check for check in broken if _last_place(check)])
    for check in broken:
        if not _last_place(check):
            blamed = suspects_of(check, case.suspects)
            key = blamed[0].entry.label if blamed else (check.rule.rule_id, check.subject)
            groups.setdefault(key, []).append(check)
    for group in groups.values():
        first = group[0]
        blamed = suspects_of(first, case.suspects)
        sums = first.outcome.difference is not None
        entries = [
            case.ledger.by_cell[cell]
            for cell in dict.fromkeys(c for each in group for c in each.outcome.cells)
            if cell in case.ledger.by_cell
        ]
        rest = count(len(group) - 1, "由同一处引起的其余不成立的关系")
        others = tell("；另有{rest}条关系因此不成立", rest=rest) if len(group) > 1 else ""
        doubt = (
            tell("，最可能出在{named}", named=_named(blamed[0].entry)) if sums and blamed else ""
        )
        where = f"{pages(each.page for each in entries)} " if entries else ""
        listed = ";".join(each.cell for each in entries[:CELLS])
        stated, computed = first.outcome.stated, first.outcome.computed
        gap = abs(stated - computed) if stated is not None and computed is not None else None
        yield ask(
            "broken_check" if sums else "broken_label",
            f"{where}{listed}",
            gap,
            first.rule.rule_id,
            says=first.rule.says.rstrip("。"),
            where=first.subject,
            stated=_number(stated),
            computed=_number(computed),
            reason=first.outcome.reason,
            gap=_number(gap),
            more=joined("", [doubt, others]),
        )


def _last_place(check: Check) -> bool:
    """Do both sides only touch, so that one of them was cut off instead of rounded?"""
    stated, computed = check.outcome.stated, check.outcome.computed
    if stated is None or computed is None or stated.exact or computed.exact:
        return False
    return stated.low <= computed.high and computed.low <= stated.high


def _cut_off(case: Case, checks: Sequence[Check]) -> Iterator[Finding]:
    """Amounts of tables that differ by no more than the rounding of both: a matter of style."""
    if not checks:
        return
    first = checks[0].outcome
    cells = dict.fromkeys(cell for check in checks for cell in check.outcome.cells)
    entries = [case.ledger.by_cell[cell] for cell in cells if cell in case.ledger.by_cell]
    listed = ";".join(each.cell for each in entries[:CELLS])
    example = {"stated": _number(first.stated), "computed": _number(first.computed)}
    yield ask(
        "last_place_tables",
        f"{pages(each.page for each in entries)} {listed}",
        None,
        checks[0].rule.rule_id,
        count=count(len(checks), "只差末位的关系"),
        example=tell("{where}的 {stated} 与 {computed}", where=checks[0].subject, **example),
    )


def _named(entry: Entry) -> Told:
    """An amount as a reader would point at it: table, row, column and what is printed there."""
    book = rule_book()
    table = book.tables.get(entry.table, entry.table)
    measure = book.measures.get(entry.measure, entry.measure)
    row = f"“{entry.code or entry.name}”" if entry.code or entry.name else ""
    says = f"《{table}》{row}{measure}栏的 {{printed}}"
    return tell(says, printed=number(entry.figure, entry.printed))


def _broken_claims(case: Case) -> Iterator[Finding]:
    """Broken statements of the prose, the same one printed twice taken once."""
    broken = [claim for claim in case.claims if claim.status == "broken"]
    cut_off = [claim for claim in broken if claim.last_place]
    if cut_off:
        first = cut_off[0]
        distinct = len(_distinct(cut_off))
        yield ask(
            "last_place",
            joined(" ", [_pages(cut_off), case.quote(first.mention.sentence)]),
            None,
            first.rule_id or "R23",
            count=count(distinct, "只差末位的数", _claimed(cut_off)),
            example=first.explained,
        )
    by_sentence: dict[str, list[Claim]] = {}
    for claim in broken:
        if not claim.last_place:
            by_sentence.setdefault(claim.mention.sentence.text, []).append(claim)
    for same in by_sentence.values():
        yield _broken_sentence(case, same)


def _broken_sentence(case: Case, same: list[Claim]) -> Finding:
    """What one sentence states and the tables do not; printed twice, it is asked about once."""
    distinct = _distinct(same)
    first = min(distinct, key=lambda claim: _SHOWN_FIRST.get(claim.mention.quantity, 9))
    mention, against = first.mention, first.against
    gaps = [
        abs(claim.mention.stated - claim.against.figure)
        for claim in distinct
        if claim.mention.unit == YUAN and claim.against is not None
    ]
    rest = count(len(distinct) - 1, "同一句中不符的其余各数", _claimed(distinct[1:]))
    others = tell("；同一句另有{rest}个数不符", rest=rest) if len(distinct) > 1 else ""
    twice = "，这段话印了两遍" if len(same) > len(distinct) else ""
    subject = f"“{mention.subject[-24:]}”" if mention.quantity != "none" else ""
    where = [_pages(same), case.quote(mention.sentence), against.text if against else ""]
    return ask(
        _WORDING.get(mention.quantity, "broken_claim"),
        joined(" ", [part for part in where if part]),
        max(gaps, key=lambda gap: gap.value, default=None),
        first.rule_id or "R23",
        pages=_pages(same),
        reason=joined("", [subject, first.reason]),
        more=joined("", [others, twice]),
    )


def _pages(claims: Sequence[Claim]) -> str:
    return pages(claim.mention.sentence.page for claim in claims)


def _distinct(claims: Sequence[Claim]) -> list[Claim]:
    """The claims, one said twice taken once."""
    once: dict[object, Claim] = {}
    for claim in claims:
        mention = claim.mention
        once.setdefault((mention.subject, mention.quantity, mention.value), claim)
    return list(once.values())


def _claimed(claims: Sequence[Claim]) -> list[str]:
    return [f"claim!{claim.mention.number}" for claim in claims]


def _number(side: Figure | None) -> Told:
    if side is None:
        return Told("空白")
    plain = f"{side.value:,.2f}"
    return number(side, yuan(side.value) if abs(side.value) >= 1000 else plain)
