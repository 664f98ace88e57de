"""What is worth asking about a document: ``findings.csv``.

A finding states what is printed and asks; it never judges. Broken identities and broken claims are
findings too, gathered by what they point at.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from unitbudget.auditing import (
    gaps,
    questions_of_form,
    questions_of_items,
    questions_of_money,
    questions_of_names,
    questions_of_prose,
    questions_of_sums,
    questions_of_targets,
    questions_of_text,
)
from unitbudget.auditing.case import Case, Finding, ask, asking, firsts, pages, wording
from unitbudget.auditing.claims import Claim
from unitbudget.auditing.evaluate import Check
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.reconcile import suspects_of
from unitbudget.auditing.rules import rule_book
from unitbudget.auditing.side import Entry
from unitbudget.auditing.suspects import Suspect
from unitbudget.auditing.told import Told, count, joined, number, tell
from unitbudget.money.amounts import FEN, UNITS, rounded
from unitbudget.money.figure import PERCENT, YUAN, ZERO, Figure

#: Of several figures of one sentence, the one to be shown.
_SHOWN_FIRST = {"amount": 0, "none": 0, "share": 1, "growth": 2, "completion": 2, "difference": 3}
_WORDING = {"direction": "broken_direction", "none": "broken_direction", "year": "broken_year"}
RECKONED = 4
#: What leaders look at first.
SEVERITIES = ("unread", "error", "privacy", "question", "omission", "style")
#: How many cells of a broken check are listed.
CELLS = 6


def find(case: Case) -> list[Finding]:
    """The findings of one document, the gravest first and within a kind by the money at stake."""
    found = [case.placed(each) for each in _questions(case)]
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
    """Broken identities, gathered by what explains them: a cell, and those that mend with it."""
    broken = [check for check in case.checks if check.status == "broken"]
    cut_off = [check for check in broken if last_place(case.ledger, check)]
    yield from _cut_off(case, cut_off)
    left = {id(check): check for check in broken}
    for check in cut_off:
        del left[id(check)]
    by_cause: dict[object, list[Check]] = {}
    causes: dict[str, object] = {}
    for one in case.suspects:
        mended = [check for check in one.mended if id(check) in left]
        if mended and one.explained > 0:
            causes |= dict.fromkeys((one.entry.cell, *one.together), one.entry.cell)
            by_cause[one.entry.cell] = [left.pop(id(check)) for check in mended]
    for check in left.values():
        blamed = suspects_of(check, case.suspects)
        key: object = (check.rule.rule_id, check.subject)
        if blamed:
            cell = blamed[0].entry.cell
            key = causes.setdefault(cell, cell)
        by_cause.setdefault(key, []).append(check)
    by_cell = {one.entry.cell: one for one in case.suspects}
    # A sum tells more of an amount than that something is not listed.
    groups = [
        (key, sorted(group, key=lambda check: check.outcome.difference is None))
        for key, group in by_cause.items()
    ]
    unexplained = []
    for key, group in groups:
        culprit = _culprit(by_cell.get(str(key)), group, case)
        if culprit is not None and group[0].outcome.difference is not None:
            yield _blamed(case, group, culprit)
        else:
            unexplained.append((key, group))
    for _, group in _merged(_merged(unexplained, "table"), "row"):
        group.sort(key=lambda check: -len(check.at.row) if check.at.row.isdecimal() else 0)
        yield _broken_group(case, group)


Groups = list[tuple[object, list[Check]]]


def _merged(groups: Groups, by: str) -> Groups:
    """Groups of one rule together: those of one table, or those whose rows are off by the same.

    What is wrong in several tables, or in an item and all the sums above it, is one matter.
    """
    merged: dict[object, list[Check]] = {}
    for key, group in groups:
        says, at, apart = group[0].rule.says, group[0].at, group[0].outcome.difference
        same = (says, at.table) if by == "table" else (says, apart)
        known = apart is not None and getattr(at, by)
        merged.setdefault(same if known else key, []).extend(group)
    return list(merged.items())


def _blamed(case: Case, group: list[Check], culprit: Suspect) -> Finding:
    """One amount, and those that mend with it, for all checks that hang on it."""
    own = [case.ledger.by_cell[cell] for cell in (culprit.entry.cell, *culprit.together)]
    meant = mended(culprit)
    return ask(
        "broken_cell",
        evidence=_evidence([*own, *(each for each in _entries(case, group) if each not in own)]),
        money=abs(culprit.entry.figure - meant),
        rule_id=group[0].rule.rule_id,
        where=_where(own),
        printed=number(culprit.entry.figure, _as_printed(case, culprit.entry)),
        meant=joined("", [" ", _number(meant, case)]) if meant.value else "空白或 0",
        says=group[0].rule.says.rstrip("。"),
        slip=wording()["slips"].get(_slip(case.ledger, culprit), ""),
        more="；其余有关的合计也因此不合" if len(group) > 1 else "",
    )


def _as_printed(case: Case, entry: Entry) -> str:
    """An amount as its page prints it, with separators or without."""
    marked = f"{Decimal(entry.printed):,f}"
    there = any(marked in line.text for line in case.printed.lines if line.page == entry.page)
    return marked if there else entry.printed


def _entries(case: Case, group: Sequence[Check]) -> list[Entry]:
    """The printed amounts of some checks, each once."""
    return _printed(case, (cell for check in group for cell in check.outcome.cells))


def _printed(case: Case, cells: Iterable[str]) -> list[Entry]:
    found = (case.ledger.by_cell.get(cell) for cell in dict.fromkeys(cells))
    return [entry for entry in found if entry is not None]


def _broken_group(case: Case, group: list[Check]) -> Finding:
    """Broken checks that no single amount clearly explains: the first of them, and how many."""
    first = group[0]
    stated, computed = first.outcome.stated, first.outcome.computed
    gap = abs(stated - computed) if stated is not None and computed is not None else None
    tables = [each.at.table for each in group if each.at.row == first.at.row]
    elsewhere = len({each.subject for each in group}) > len(set(tables))
    return ask(
        "broken_check" if gap is not None else "broken_label",
        evidence=_evidence(_entries(case, group)),
        money=gap,
        rule_id=first.rule.rule_id,
        says=first.rule.says.rstrip("。"),
        where=first.subject,
        reason=first.outcome.reason,
        gap=_number(gap, case, " 个百分点"),
        more="；别处也这样不合" if elsewhere else "",
        **_sides(case, first, tables),
    )


def _sides(case: Case, check: Check, tables: Iterable[str] = ()) -> dict[str, Any]:
    """Both sides of a check: where each is printed and what it comes to."""
    stated, computed = check.outcome.stated, check.outcome.computed
    return {
        "left": _place_of(case, stated, tables),
        "stated": _number(stated, case),
        "right": _place_of(case, computed),
        "computed": _number(computed, case),
    }


def _place_of(case: Case, side: Figure | None, tables: Iterable[str] = ()) -> str:
    """Where a side of an identity is printed, or which numbers make it up."""
    own = _printed(case, side.cells if side else ())
    if side is None or not own:
        return "另一处"
    if len(own) == 1:
        return _where(own, [own[0].table, *filter(None, tables)])
    if side.unit == PERCENT:
        return "按有关各数算出的"
    return f"{_titles(each.table for each in own)}有关各数相加"


def _evidence(entries: Sequence[Entry]) -> str:
    """The pages of some amounts, and the first of their cells."""
    return (f"{pages(entries)} " if entries else "") + ";".join(e.cell for e in entries[:CELLS])


def _culprit(first: Suspect | None, group: Sequence[Check], case: Case) -> Suspect | None:
    """The amount that explains broken checks, where it explains clearly more than any other."""
    if first is None or first.mended_value is None or first.spoils or first.labels:
        return None
    own = {first.entry.cell, *first.together}
    inside = {cell for check in group for cell in check.outcome.cells}
    rivals = [
        (one.explained, one.slip)
        for one in case.suspects
        if one.entry.cell in inside and one.entry.cell not in own
    ]
    best = max(rivals, default=(0, 0))
    if best >= (first.explained, first.slip):
        return None
    clear = first.explained > best[0] or first.slip == 2
    return first if clear and (len(first.mended) > 1 or first.slip == 2) else None


def mended(culprit: Suspect) -> Figure:
    """What an amount should be for its checks to hold: what one of them leaves for it."""
    value, printed = culprit.mended_value or ZERO, culprit.entry.figure
    for check in culprit.mended:
        stated, computed = check.outcome.stated, check.outcome.computed
        if stated is not None and computed is not None and stated.unit == printed.unit:
            apart = stated - computed
            lefts: tuple[Figure, ...] = (printed - apart, printed + apart)
            for left in lefts:
                same = rounded(left.value, 2) if left.unit == PERCENT else left.value
                if same == value:
                    return left
    return replace(printed, value=value, low=value, high=value, terms=(f"{value:f}",))


def _slip(ledger: Ledger, culprit: Suspect) -> str:
    """How the printed amount came about, by the look of it."""
    entry, meant = culprit.entry, culprit.mended_value or ZERO
    digits, printed = (f"{value.normalize():f}".replace(".", "") for value in (meant, entry.value))
    beside = [each for each in ledger.entries if (each.table, each.direction, each.row)
              == (entry.table, entry.direction, entry.row - 1)]  # fmt: skip
    if culprit.exchanged:
        return "exchanged"
    if any(each.column == entry.column and each.value == entry.value for each in beside):
        return "line_above"
    if culprit.copied:
        return "other_year"
    if not meant:
        return "column"
    if digits.strip("0") == printed.strip("0"):
        return "point"
    if culprit.slip == 2:
        return "turned" if sorted(digits) == sorted(printed) else "digit"
    return ""


def _titles(tables: Iterable[str]) -> str:
    *others, last = (f"《{rule_book().title(each)}》" for each in dict.fromkeys(tables))
    return f"{'、'.join(others)}与{last}" if others else last


def _where(entries: Sequence[Entry], tables: Sequence[str] = ()) -> str:
    """Amounts as a reader would point at them: tables, row, column."""
    measures, first = rule_book().measures, entries[0]
    titles = _titles(tables or [each.table for each in entries])
    label = " ".join(filter(None, (first.code, first.name)))
    row = f"“{label}”" if label else ""
    return f"{titles}{row}{measures.get(first.measure, first.measure)}栏"


def last_place(ledger: Ledger, check: Check) -> bool:
    """Do the sides differ by no more than the rounding of amounts, or by fen cut off from some?"""
    difference = check.outcome.difference
    if difference is None:
        return False
    open_by = ZERO
    for cell in check.outcome.cells:
        entry = ledger.by_cell.get(cell)
        if entry is not None and entry.unit == YUAN and entry.value:
            half = (entry.figure.high - entry.figure.low) / 2
            open_by += half if entry.precision < FEN or half else 2 * entry.precision
    return abs(difference) <= open_by


def _cut_off(case: Case, checks: Sequence[Check]) -> Iterator[Finding]:
    """Amounts of tables that differ by no more than the rounding of both: a matter of style."""
    if checks:
        evidence, first = _evidence(_entries(case, checks)), checks[0]
        rule_id = first.rule.rule_id
        yield ask("last_place_tables", evidence=evidence, rule_id=rule_id, **_sides(case, first))


# ---- what the prose states -----------------------------------------------------------------------


def _broken_claims(case: Case) -> Iterator[Finding]:
    """Broken statements of the prose, the same one printed twice taken once."""
    broken = [claim for claim in case.claims if claim.status == "broken"]
    cut_off = [claim for claim in broken if claim.last_place]
    if cut_off:
        first = cut_off[0]
        yield ask(
            "last_place",
            [claim.mention for claim in cut_off],
            case.quote(first.mention.sentence),
            rule_id=first.rule_id or "R23",
            count=count("只差末位的数", [claim.mention.cell for claim in _distinct(cut_off)]),
            example=first.explained,
        )
    by_sentence: dict[str, list[Claim]] = {}
    for claim in broken:
        if not claim.last_place:
            by_sentence.setdefault(claim.mention.sentence.text, []).append(claim)

    def matter(same: list[Claim]) -> object:
        """What is said wrongly: in two sentences it is one matter all the same."""
        first = min(_distinct(same), key=_shown_first)
        mention, computed = first.mention, first.computed.value if first.computed else None
        return mention.key, mention.quantity, mention.value, computed

    for same in firsts(by_sentence.values(), matter):
        yield _broken_sentence(case, same)


def _broken_sentence(case: Case, same: list[Claim]) -> Finding:
    """What one sentence states and the tables do not; printed twice, it is asked about once."""
    distinct = _distinct(same)
    first = min(distinct, key=_shown_first)
    mention, against = first.mention, first.against
    gaps = [
        abs(claim.mention.stated - claim.computed)
        for claim in distinct
        if claim.mention.unit == YUAN and claim.computed is not None
    ]
    twice = "，这段话印了两遍" if len(same) > len(distinct) else ""
    subject = f"“{mention.subject[-24:]}”" if mention.quantity != "none" else ""
    near = against is not None and against.near
    return ask(
        "near_claim" if near else _WORDING.get(mention.quantity, "broken_claim"),
        [claim.mention for claim in same],
        joined(" ", filter(None, [case.quote(mention.sentence), against.text if against else ""])),
        money=max(gaps, key=lambda gap: gap.value, default=None),
        rule_id=first.rule_id or "R23",
        reason=joined("", [subject, first.reason]),
        more=joined("", [*_beside(first, distinct), twice]),
    )


def _beside(first: Claim, every: Sequence[Claim]) -> Iterator[Told]:
    """The other figures of a sentence that do not agree, each as it is printed.

    Not those that were only reckoned back from one that is wrong itself.
    """
    rest = [
        claim
        for claim in every
        if claim is not first
        and _shown_first(claim) != RECKONED
        and not (claim.computed and first.mention.cell in claim.computed.cells)
    ]
    figures = [claim.mention for claim in rest if claim.mention.quantity != "none"]
    shown = {mention.printed: number(mention.stated, mention.printed) for mention in figures}
    if shown:
        yield tell("；同一句的 {figures} 也不符", figures=joined("、", shown.values()))
    for claim in rest:
        if claim.mention.quantity == "none":
            yield tell("；同一句还{reason}", reason=claim.reason)


def _shown_first(claim: Claim) -> int:
    """An amount that is printed in a table before one that was reckoned back from a rate."""
    amount = claim.mention.quantity in ("amount", "base")
    reckoned = amount and claim.against and not claim.against.place
    return RECKONED if reckoned else _SHOWN_FIRST.get(claim.mention.quantity, 9)


def _distinct(claims: Sequence[Claim]) -> list[Claim]:
    """The claims, one said twice taken once."""
    said = [(claim, claim.mention) for claim in claims]
    once = firsts(said, lambda each: (each[1].subject, each[1].quantity, each[1].value))
    return [claim for claim, _ in once]


def _number(side: Figure | None, case: Case, percent: str = "%") -> Told:
    """A number in the unit its table is printed in."""
    if side is None:
        return Told("空白")
    if side.unit != YUAN:
        return number(side, f"{side.value:,.2f}{percent if side.unit == PERCENT else ''}")
    table = side.cells[0].partition("!")[0] if side.cells else ""
    unit = str(case.ledger.about.get(table, {}).get("unit") or "元")
    scale = UNITS.get(unit, Decimal(1))
    return number(side, f"{rounded(side.value / scale, 2):,} {unit}")


_questions = asking(
    _broken_checks,
    _broken_claims,
    questions_of_money.ask_about,
    questions_of_prose.ask_about,
    questions_of_items.ask_about,
    questions_of_text.ask_about,
    questions_of_sums.ask_about,
    questions_of_targets.ask_about,
    questions_of_names.ask_about,
    gaps.ask_about,
    questions_of_form.ask_about,
)
