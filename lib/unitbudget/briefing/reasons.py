"""Why expenditure changed: the reasons a document gives, and whether its own figures bear them out.

A reason of which nothing is printed that could tell is said to be one; nobody is accused.
"""

from __future__ import annotations

import re

from unitbudget.briefing.budget import Budget, counted
from unitbudget.briefing.frontpage import said, wording
from unitbudget.briefing.implications import bases, moved_by_rate, taken_apart
from unitbudget.briefing.rows import Line, Table
from unitbudget.briefing.tracing import traced
from unitbudget.briefing.words import Sentence, joined, moved, text
from unitbudget.entries import records
from unitbudget.figures import Figure, share, total

#: So many reasons are named.
NAMED = 4

_REASON = re.compile(r"(?:主要)?原因(?:是|为|：|:|在于|主要是)+([^，。；]+)")


def changes(budget: Budget) -> Table:
    """Expenditure item by item against the other time printed beside it."""
    return budget.spending().items().measure("total").change()


def along(one: Figure, other: Figure) -> bool:
    return (one.value > 0) == (other.value > 0) and one.value != 0


def why(budget: Budget) -> list[Sentence]:
    """The reasons given, what printed items say to them, and what is implied about them."""
    return [*_given(budget), *_implied(budget)]


def _implied(budget: Budget) -> list[Sentence]:
    """What follows about numbers of people, pay and rates without being printed."""
    found = bases(budget)
    if found is None or not found.last or not found.growth:
        return []
    reply = [said("answers", "base", count=found.count, base=found.now.figure,
                  last=found.last.figure, growth=found.growth.figure)]  # fmt: skip
    reply += [said("answers", "untold", why=found.untold)] if found.untold else []
    for parts in filter(moved_by_rate, taken_apart(budget)):
        base, rate = parts.get("change_base"), parts["change_rate"]
        if base and base.figure:
            about = {"name": rate.name, "base": base.figure, "rate": rate.figure}
            reply.append(said("answers", "by_rate", **about))
    return [*reply, said("answers", "only_implied")]


def _given(budget: Budget) -> list[Sentence]:
    """The reasons the prose gives, and whether printed items bear out the most frequent."""
    reasons = _reasons(budget)
    if not reasons:
        return [text(wording()["answers"]["no_reason"])]
    listed = [
        said("answers", "reason" if len(claims) > 1 else "reason_once",
             reason=traced(reason, claims[:1]),
             count=counted(len(claims), f"正文写明“{reason}”的次数", claims))
        for reason, claims in list(reasons.items())[:NAMED]
    ]  # fmt: skip
    found = [said("answers", "reasons", reasons=joined(listed, "，"))]
    first, claims = next(iter(reasons.items()))
    return found + _support(changes(budget), traced(first, claims[:1]), len(reasons) == 1)


def _reasons(budget: Budget) -> dict[str, list[str]]:
    """The reasons given for changes, the most frequent first, with a statement of each sentence."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for number, row in enumerate(records(budget.package.claims), start=1):
        sentence = str(row["sentence"])
        if sentence in seen:
            continue
        seen.add(sentence)
        for reason in _REASON.findall(sentence):
            found.setdefault(reason.strip(), []).append(f"claim!{number}")
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _support(table: Table, reason: Sentence, alone: bool) -> list[Sentence]:
    """Whether the printed items that the reason must move did move that way."""
    rules = (rule for rule in wording()["reason"] if re.search(rule["says"], str(reason)))
    rule = next(rules, None)
    lines = _moved_by(table, rule["codes"]) if rule else []
    whole = table.total["change"] if table.total else None
    change = total(line["change"] for line in lines)
    if rule is None or whole is None or change is None or not whole.value:
        return [said("answers", "cannot_tell" if alone else "cannot_tell_first")]
    about = {"label": rule["label"], "change": change, "reason": reason}
    if not along(change, whole):
        return [said("answers", "contrary", **about)]
    part = share(change, whole) or text("—")
    found = [said("answers", "supported", **about, moved=moved(whole), share=part)]
    rest = whole - change
    return found + ([said("answers", "unexplained", rest=rest)] if rest.value else [])


def _moved_by(table: Table, codes: list[str]) -> list[Line]:
    return [line for line in table if line.code.startswith(tuple(codes)) and line["change"]]
