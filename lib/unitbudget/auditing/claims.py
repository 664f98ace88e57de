"""Every figure of the prose, bound to what it must agree with: ``claims.csv``.

A claim holds when the stated interval meets the computed one; nothing else is a tolerance. What
nothing in the document speaks for is listed as unbound, never passed off as right.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from unitbudget.auditing.evidence import Evidence, Prose, within_last_place
from unitbudget.auditing.prose import Mention, patterns
from unitbudget.auditing.relations import (
    budgets,
    changes,
    lists,
    orders,
    repetitions,
    twins,
    wholes,
)
from unitbudget.auditing.rules import rule_book
from unitbudget.auditing.told import Told, formula_of, number, tell
from unitbudget.money.amounts import rounded
from unitbudget.money.figure import PERCENT, YUAN, Figure, agrees

#: How the reason of a figure begins that nothing else in the document speaks for.
UNBOUND = "unbound：文件里没有第二处可以与它核对"
#: How the reason of a number begins that is no figure of the budget.
NOT_BUDGET = "not_budget"
#: How the reason begins where digits were cut off instead of rounded.
LAST_PLACE = "尾差"
ONE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Claim:
    """One figure the prose states, what speaks for or against it, and whether it holds."""

    mention: Mention
    status: str
    reason: str = ""
    #: What it is held against: of several the first that disagrees, else the first that agrees.
    against: Evidence | None = None
    evidence: tuple[Evidence, ...] = ()
    #: Where it misses what is computed by less than one unit of its last place: what it misses.
    explained: str = ""
    #: Of an amount: where tables print the same thing, and the year and phase it is stated for.
    about: str = ""
    time: tuple[int, str] = (0, "")

    @property
    def last_place(self) -> bool:
        return bool(self.explained)

    @property
    def rule_id(self) -> str:
        """The rule its figures answer to."""
        mention = self.mention
        if mention.quantity == "not_budget":
            return ""
        if mention.quantity == "none":
            return str(patterns()["none"][mention.entry or 0]["rule"])
        if mention.quantity == "year":
            return str(patterns()["words"]["year_rule"])
        rules = (topic["rule"] for topic in patterns()["topic"] if topic["name"] == mention.topic)
        return str(next(rules, ""))

    @property
    def cells(self) -> tuple[str, ...]:
        """The printed amounts that speak for or against it."""
        every = (cell for one in self.evidence for cell in one.figure.cells)
        return tuple(dict.fromkeys(cell for cell in every if not is_reference(cell)))

    @property
    def computed(self) -> Figure | None:
        return self.against.figure if self.against else None

    def row(self) -> dict[str, Any]:
        """The claim as a row of ``claims.csv``."""
        mention, box = self.mention, self.mention.sentence.box
        return {
            "section": mention.section.path,
            "page": mention.sentence.page,
            "sentence": mention.sentence.text,
            "subject": mention.subject,
            "quantity": mention.quantity,
            "value": float(mention.value) if mention.value is not None else None,
            "unit": mention.unit,
            "bound_to": self.against.text if self.against else "",
            "computed": float(_as_written(mention, self.against.figure)) if self.against else None,
            "status": self.status,
            "reason": self.reason,
            **{side: round(at, 2) for side, at in box._asdict().items()},
            "cells": ";".join(self.cells),
            "rule_id": self.rule_id,
            "about": self.about,
            "fiscal_year": self.time[0] or None,
            "phase": self.time[1],
        }


def is_reference(cell: str) -> bool:
    """Is it a place outside the tables, such as ``claim!12`` or ``project!3``?"""
    return cell.startswith(("claim!", "project!", "indicator!"))


def check(spoken: Prose) -> list[Claim]:
    """One claim for every figure the prose states: what it is bound to, and whether it holds."""
    stated = spoken.mentions
    related: dict[int, list[Evidence]] = {}
    for each in (wholes, orders, changes, budgets, twins):
        for mention, evidence in each(stated):
            related.setdefault(mention.number, []).append(evidence)
    for mention, evidence in lists(stated, spoken.sections):
        related.setdefault(mention.number, []).append(evidence)
    again = {mention.number: evidence for mention, evidence in repetitions(stated)}
    claims = []
    for mention in stated:
        spoken.binder.unread.clear()
        found = spoken.of(mention)
        unread = _not_read(spoken.binder.unread)
        if unread:
            # The table that would speak for the figure may be the one that is not read.
            found = [one for one in found if _agrees(mention, one)]
        found += related.get(mention.number, [])
        found = [one for one in found if mention.unit in ("", one.figure.unit)]
        if mention.number in again and not any(one.hard for one in found):
            found.append(again[mention.number])
        claim = _verdict(spoken, mention, found, unread)
        if mention.quantity == "amount" and mention.unit == YUAN:
            claim = replace(claim, about=_same_thing(spoken, mention), time=spoken.time(mention))
        claims.append(claim)
    return claims


def _same_thing(spoken: Prose, mention: Mention) -> str:
    """The cells in which the tables print this year's amount of what a statement is about."""
    places = spoken.binder.places(replace(mention, year=None, phase=""))
    single = (p.figure.cells for p in places if not p.blank and not p.summed)
    return ";".join(dict.fromkeys(cell for cells in single for cell in cells[:1]))


def _verdict(spoken: Prose, mention: Mention, found: list[Evidence], unread: str) -> Claim:
    """What speaks for the figure, what it comes to, and whether they agree."""
    if mention.quantity == "not_budget":
        return Claim(mention, "cannot_check", f"{NOT_BUDGET}：{mention.note}")
    agreeing = [one for one in found if _agrees(mention, one)]
    failing = [one for one in found if one.hard and one not in agreeing]
    if not agreeing and not failing:
        return Claim(mention, "cannot_check", unread or _why_not(spoken, mention))
    if failing:
        first = failing[0]
        reason = explained = _explain(mention, first)
        compared = mention.quantity not in ("direction", "year", "none")
        if not compared or not within_last_place([first.figure], mention):
            return Claim(mention, "broken", reason, first, tuple(found))
        template = LAST_PLACE + "：{says}，不超过末位一个单位，像是尾数取舍不同"
        reason = tell(template, says=explained)
        return Claim(mention, "broken", reason, first, tuple(found), explained)
    more = f"另有{len(agreeing) - 1}处相符" if len(agreeing) > 1 else ""
    return Claim(mention, "holds", more, agreeing[0], tuple(found))


def _not_read(tables: set[str]) -> str:
    """Why a figure cannot be held against its tables; nothing where all of them are read."""
    names = "".join(f"《{rule_book().title(table)}》" for table in sorted(tables))
    return f"{names}没有读出来" if names else ""


def _agrees(mention: Mention, evidence: Evidence) -> bool:
    figure = evidence.figure
    if mention.quantity == "direction":
        return _direction(mention.note, figure.value)
    if agrees(mention.stated, figure, evidence.relation):
        return True
    # Trailing zeros may be left out, and so may decimals: a coarser figure is a rounding too.
    return bool(mention.value) and agrees(mention.as_printed, figure, evidence.relation)


def _explain(mention: Mention, evidence: Evidence) -> Told:
    figure, stated = evidence.figure, mention.stated
    printed = number(stated, mention.printed)
    match mention.quantity:
        case "direction":
            says = "写作“{word}”预算数，两数之差为 {gap:yuan}"
            return tell(says, word=mention.note, gap=figure)
        case "year":
            year = number(figure, f"{figure.value:f}")
            says = "写作 {printed}，应为{which} {year} 年"
            return tell(says, printed=mention.printed, which=evidence.text, year=year)
        case "none":
            says = "写着“{printed}”，表中却印有 {shown:yuan}"
            return tell(says, printed=mention.printed, shown=figure)
    right = _as_written(mention, figure)
    turned = mention.quantity in ("difference", "growth") and (right < 0 or stated.value < 0)
    ways = ("增加", "减少") if turned or right * stated.value < 0 else ("", "")
    way, other = ways[stated.value < 0], ways[right < 0]
    apart = abs(stated.value - right)
    unit = _unit(mention, apart)
    says = f"写作{way} {{printed}}，{{told}}{other} {{shown}}，相差 {{gap}}"
    formula = tell("按 {formula} 应为", formula=formula_of(figure, unit.operand))
    return tell(
        says,
        printed=printed,
        told=formula if figure.computed else "表中是",
        shown=number(figure, unit(abs(right) if way else right)),
        gap=number(abs(stated - figure), unit(apart).replace("%", " 个百分点")),
    )


@dataclass(frozen=True, slots=True)
class _Unit:
    """What the amounts of one comparison are written in: the unit of the one that is stated."""

    name: str
    scale: Decimal
    places: int
    #: What the amounts are written in that a percentage is reckoned from.
    amounts: _Unit | None = None

    def __call__(self, value: Decimal) -> str:
        return f"{rounded(value / self.scale, self.places):,}{self.name}".replace("-", "−")

    def operand(self, figure: Figure) -> str:
        """An operand of a formula: as it is stated, or an amount of a table in this unit."""
        written, value = figure.formula, figure.value
        if figure.unit != YUAN or written.lstrip("-") != f"{abs(value):f}":
            return written
        signed = value if written[0] == "-" else abs(value)
        return (self.amounts or self)(signed).replace(" ", "")


def _unit(mention: Mention, apart: Decimal) -> _Unit:
    """The unit of a stated figure, with as many decimals as tell the two apart."""
    places = max(2, mention.places)
    if mention.unit not in (YUAN, PERCENT):
        return _Unit("", ONE, 0)
    if mention.unit == PERCENT:
        amount = mention.of.scale if mention.of else ONE
        return _Unit("%", ONE, places, _money(amount))
    while apart and not rounded(apart / mention.scale, places):
        places += 1
    return replace(_money(mention.scale), places=places)


def _money(scale: Decimal) -> _Unit:
    words = patterns()["figures"]["money"].items()
    return _Unit(f" {next((word for word, each in words if each == scale), '元')}", scale, 2)


def _as_written(mention: Mention, figure: Figure) -> Decimal:
    """A share to as many places as it is stated, at least two; anything else as it is."""
    if mention.quantity not in ("share", "completion") or figure.unit != PERCENT:
        return figure.value
    return rounded(figure.value, max(2, mention.places))


def _why_not(spoken: Prose, mention: Mention) -> str:
    if mention.quantity == "growth" and spoken.base_is_zero(mention):
        return "基数为 0，百分比无从计算"
    if mention.quantity in ("equal", "difference", "growth") and mention.basis:
        return f"{UNBOUND}（上年数没有印在文件里）"
    return UNBOUND


def _direction(word: str, value: Decimal) -> bool:
    """Do an outturn and its budget differ as a word says?"""
    sign = patterns()["words"]["directions"].get(word, 0)
    return value == 0 if not sign else value * sign > 0
