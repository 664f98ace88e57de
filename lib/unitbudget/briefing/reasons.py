"""Why expenditure changed: the reasons a document gives, and whether its own figures bear them out.

A reason of which nothing is printed that could tell is said to be one; nobody is accused.
"""

from __future__ import annotations

import re
from typing import Any

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

#: What stands for the whole on the first page, what is nearest to it first.
WHOLES = (
    ("total", ""),
    ("expenditure", ""),
    ("measure", "appropriation"),
    ("measure", "general_public_budget"),
    ("revenue", ""),
)


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
    """The reason the prose gives for the total, those for items, and what printed items say."""
    whole, items = _of_total(budget), _of_items(budget)
    found = []
    if whole is not None:
        number, row = whole
        found.append(said("answers", "reason_total", name=row["name"], moved=_moved(row),
                          reason=traced(row["reason"], [f"reason!{number}"])))  # fmt: skip
    if items:
        listed = [
            said("answers", "reason" if len(places) > 1 else "reason_once",
                 reason=traced(reason, places[:1]),
                 count=counted(len(places), f"正文写明“{reason}”的次数", places))
            for reason, places in list(items.items())[:NAMED]
        ]  # fmt: skip
        key = "reasons" if whole is not None else "reasons_only"
        found.append(said("answers", key, reasons=joined(listed, "，")))
    if not found:
        return [text(wording()["answers"]["no_reason"])]
    reason = whole[1]["reason"] if whole else next(iter(items))
    places = [f"reason!{whole[0]}"] if whole else items[reason][:1]
    return found + _support(changes(budget), traced(reason, places))


def _of_total(budget: Budget) -> tuple[int, Any] | None:
    """The reason for all expenditure: of both sides, of expenditure, of the funds it comes from."""
    written = [
        (number, row)
        for number, row in enumerate(records(budget.package.reasons), start=1)
        if row["reason"]
    ]
    for about, code in WHOLES:
        for number, row in written:
            if (row["about"], row["code"]) == (about, code):
                return number, row
    return None


def _of_items(budget: Budget) -> dict[str, list[str]]:
    """The reasons given for items, the most frequent first, each with where it is given."""
    found: dict[str, list[str]] = {}
    for number, row in enumerate(records(budget.package.reasons), start=1):
        if row["about"] == "code" and row["reason"]:
            found.setdefault(row["reason"], []).append(f"reason!{number}")
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _moved(row: Any) -> str:
    return str(wording()["directions"].get(row["direction"], ""))


def _support(table: Table, reason: Sentence) -> list[Sentence]:
    """Whether the printed items that the reason must move did move that way."""
    rules = (rule for rule in wording()["reason"] if re.search(rule["says"], str(reason)))
    rule = next(rules, None)
    lines = _moved_by(table, rule["codes"]) if rule else []
    whole = table.total["change"] if table.total else None
    change = total(line["change"] for line in lines)
    if rule is None or whole is None or change is None or not whole.value:
        return [said("answers", "cannot_tell", reason=reason)]
    about = {"label": rule["label"], "change": change, "reason": reason}
    if not along(change, whole):
        return [said("answers", "contrary", **about)]
    part = share(change, whole) or text("—")
    found = [said("answers", "supported", **about, moved=moved(whole), share=part)]
    rest = whole - change
    return found + ([said("answers", "unexplained", rest=rest)] if rest.value else [])


def _moved_by(table: Table, codes: list[str]) -> list[Line]:
    return [line for line in table if line.code.startswith(tuple(codes)) and line["change"]]
