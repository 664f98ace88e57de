"""The first page of a briefing: what a leader asks, answered from the figures, in a line each.

What was got and spent, on what, how it changed and why, what adds up, what to ask. A document that
does not print something is said not to; nothing is guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

from unitbudget.briefing.adding_up import blank, checked, checks
from unitbudget.briefing.budget import Budget, counted
from unitbudget.briefing.frontpage import Answers, Asked, Tile, Tiles, said, wording
from unitbudget.briefing.reasons import along, changes, why
from unitbudget.briefing.rows import Table
from unitbudget.briefing.tracing import traced
from unitbudget.briefing.words import Sentence, formed, joined, moved, text
from unitbudget.entries import records
from unitbudget.figures import Figure, meets, share, total

#: So many parts of a whole are named; the rest are summed up.
NAMED = 4
MOST_QUESTIONS = 5
CHANGE = re.compile(r"(?:增加|减少|增长|下降|上升|降低)[\d,.]+")
#: The tables that tell of revenue, the fullest first.
REVENUE = ("revenue_and_expenditure", "appropriation")
#: No more than this many questions of one kind.
OF_ONE_KIND = 1
SEVERITIES = ("error", "question", "omission", "style", "privacy")


def tiles(budget: Budget) -> Tiles:
    """The headline figures: got, spent, the largest part by nature, what adds up."""
    found: list[Tile] = []
    got, spent = _revenue(budget), budget.spending().measure("total")
    if got.whole and got.lines:
        first = got[0]
        key = "revenue_one" if len(got) == 1 else "revenue_below"
        below = said("tiles", key, share=first["share"] or text(""), name=first.name)
        found.append(Tile(wording()["tiles"]["revenue"], got.whole, "wan", below))
    if spent.whole:
        changed = spent.change().total
        grown = changed["growth"] if changed else None
        below = text(spent.label)
        if grown:
            key = "spending_below" if grown.value else "spending_same"
            below = said("tiles", key, base=spent.base_label, growth=grown)
        found.append(Tile(_scope(budget, spent.whole), spent.whole, "wan", below))
    nature = budget.nature().share().sorted()
    if nature.lines and nature[0]["share"] and _is_largest(nature):
        label = str(said("tiles", "largest", name=nature[0].name))
        below = said("tiles", "largest_below", amount=nature[0].value)
        found.append(Tile(label, nature[0].figures["share"], "percent", below))
    counts = checks(budget)
    if counts["holds"].value or counts["broken"].value:
        below = said("tiles", "checks_below", **counts)
        found.append(Tile(wording()["tiles"]["checks"], counts["all"], "count", below))
    return Tiles(tuple(found))


def answers(budget: Budget) -> Answers:
    """The questions everybody has, answered."""
    asked = wording()["questions"]
    if empty := blank(budget):
        return Answers(((asked["blank"], (said("answers", "blank", count=empty),)),))
    found = [
        (asked["got"], _got(budget)),
        (asked["spent"], _spent(budget)),
        (asked["changed"], _changed(budget)),
        (asked["why"], why(budget)),
        (asked["checked"], checked(budget)),
    ]
    return Answers(tuple((question, tuple(reply)) for question, reply in found if reply))


def questions(budget: Budget) -> Asked:
    """Three to five questions to the unit, the gravest first: not about what we left unread."""
    every = enumerate(records(budget.package.findings), start=1)
    found = [(number, row) for number, row in every if row["severity"] != "unread"]
    found.sort(key=lambda item: (_gravity(item[1]), -_money(item[1]), item[0]))
    if empty := blank(budget):
        ask = traced(wording()["ask"]["blank"], empty.cells)
        return Asked(((ask, said("answers", "blank", count=empty)),))
    kinds: Counter[str] = Counter()
    chosen: list[tuple[int, Any]] = []
    for number, row in found:
        kinds[row["rule_id"]] += 1
        kinds[row["question"]] += 1
        alike = max(kinds[row["rule_id"]], kinds[row["question"]])
        if alike <= OF_ONE_KIND and len(chosen) < MOST_QUESTIONS:
            chosen.append((number, row))
    return Asked(tuple(_asked(number, row) for number, row in chosen))


def _asked(number: int, row: Any) -> tuple[Sentence, Sentence]:
    cells = re.findall(r"[a-z_]+!R\d+C\d+", str(row["evidence"]))
    sources = (f"finding!{number}", *dict.fromkeys(cells))
    ask = row["question"] or row["says"]
    return traced(ask, sources), traced(row["says"] if row["question"] else "", sources)


def _gravity(row: Any) -> int:
    severity = str(row["severity"])
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _money(row: Any) -> float:
    return float(row["money"]) if row["money"] == row["money"] else 0.0


def _revenue(budget: Budget) -> Table:
    """Where the money comes from: the sources of revenue, the largest first."""
    question = budget.first_of(*REVENUE).direction("revenue")
    table = question.measure("total").printed().share().sorted()
    # The funds an appropriation comes from are printed below it, and are no sources beside it.
    names = wording()["sources"]
    if any(re.search(names["appropriation"], line.name) for line in table):
        kept = (
            line
            for line in table
            if re.search(names["appropriation"], line.name)
            or not re.search(names["funds"], line.name)
        )
        return replace(table, lines=tuple(kept))
    return table


def _is_largest(table: Table) -> bool:
    """Is the first row printed, and larger than anything that may be missing from the table?"""
    summed, whole = total(line.value for line in table), table.whole
    if summed is None or whole is None or not table[0].page:
        return False
    return table[0].value.value > whole.value - summed.value


def _scope(budget: Budget, spent: Figure) -> str:
    """What the expenditure told of is called: all of it where it is as much as the revenue."""
    names, got = wording()["scopes"], _revenue(budget).whole
    if got and meets(got, spent):
        return str(names["all"])
    return str(names.get(budget.spending().table, names["all"]))


def _got(budget: Budget) -> list[Sentence]:
    table = _revenue(budget)
    if not table.lines or not table.whole:
        missing = budget.first_of(*REVENUE).measure("total").missing
        return [text(missing)] if missing else []
    about = {"time": table.label, "total": table.whole, "name": table[0].name}
    key = "got_one" if len(table) == 1 else "got"
    return [said("answers", key, parts=_parts(table), **about)]


def _spent(budget: Budget) -> list[Sentence]:
    table = budget.spending().level(1).measure("total").printed().share().sorted()
    if not table.lines or not table.whole:
        return [text(table.missing)] if table.missing else []
    about = {"scope": _scope(budget, table.whole), "time": table.label, "total": table.whole}
    reply = [said("answers", "spent", parts=_parts(table), **about)]
    nature = budget.nature().share().sorted()
    if nature.lines and nature[0]["share"]:
        reply.append(said("answers", "nature", parts=_parts(nature)))
    return reply


def _parts(table: Table) -> Sentence:
    named = [
        said("answers", "part", name=line.name, amount=line.value, share=_or_dash(line["share"]))
        for line in table.lines[:NAMED]
    ]
    rest = table.lines[NAMED:]
    if summed := total(line.value for line in rest):
        count = counted(len(rest), "其余各项的项数", summed.cells)
        named.append(said("answers", "rest", count=_bare(count), amount=summed))
    return joined(named, "，")


def _or_dash(figure: Figure | None) -> Figure | Sentence:
    return figure or text("—")


def _bare(figure: Figure) -> Sentence:
    return formed("{figure:count}", figure=figure)


def _changed(budget: Budget) -> list[Sentence]:
    table = changes(budget)
    whole = table.total
    if not table.lines or whole is None or not whole["change"]:
        quote = _stated_change(budget)
        key = "no_change_read" if budget.ledger.unread else "no_change"
        return [quote or text(wording()["answers"][key])]
    change = whole.figures["change"]
    if change.value == 0:
        return [said("answers", "changed_same", time=table.label, base=table.base_label)]
    reply = [
        said("answers", "changed", time=table.label, base=table.base_label,
              change=change, growth=_or_dash(whole["growth"]))
    ]  # fmt: skip
    same_way = [line for line in table if line["change"] and along(line.figures["change"], change)]
    if len(table) > 1 and same_way:
        most = max(same_way, key=lambda line: abs(line.figures["change"].value))
        part = share(most.figures["change"], change)
        if part:
            reply.append(
                said("answers", "most", moved=moved(change), name=most.name,
                      change=most.figures["change"], share=part)
            )  # fmt: skip
    return reply


def _stated_change(budget: Budget) -> Sentence | None:
    """What the prose says of the change where no table prints it."""
    for number, row in enumerate(records(budget.package.claims), start=1):
        changed = row["quantity"] in ("difference", "growth")
        if changed and re.search("收入|支出|拨款", str(row["subject"])):
            known = _stated(budget, row["sentence"])
            quote = traced(_clause(row["sentence"]), [f"claim!{number}"], known)
            return said("answers", "stated_change", quote=quote)
    return None


def _clause(sentence: str) -> str:
    """A sentence as far as its first clause that says what changed."""
    clauses = sentence.split("；")
    until = next((n for n, clause in enumerate(clauses, start=1) if CHANGE.search(clause)), 0)
    return sentence if until in (0, len(clauses)) else "；".join(clauses[:until]) + "……"


def _stated(budget: Budget, sentence: str) -> dict[Decimal, str]:
    """The statements of one sentence, by their value."""
    return {
        Decimal(str(row["value"])): f"claim!{number}"
        for number, row in enumerate(records(budget.package.claims), start=1)
        if row["sentence"] == sentence and row["value"] == row["value"]
    }
