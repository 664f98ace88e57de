"""Money per head, where a document says how many people it is for: inferred, never printed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.page import wording
from unitbudget.briefing.words import Sentence, formed
from unitbudget.money.figure import COUNT, Figure
from unitbudget.money.text import heading


def per_head(b: Budget) -> tuple[str, Figure, str, Sentence] | None:
    """What falls to each member or member of staff, as a headline figure with its formula."""
    return next(_found(b), None)


def _found(b: Budget) -> Iterator[tuple[str, Figure, str, Sentence]]:
    for rule in wording()["per_head"]:
        for place, text in _texts(b, rule["of"]):
            match = re.search(rule["match"], re.sub(r"\s", "", text))
            what, money = _money(b, rule, match, text) if match else ("", pd.NA)
            if match is None or money is pd.NA:
                continue
            printed = match["count"] + match["ten_thousand"]
            people = _people(b, match, f"{place}:{printed}")
            if people.value > 0:
                about = {"what": what, "money": money, "count": people}
                label = str(formed(rule["label"], **about))
                yield label, money / people, "yuan", formed(rule["below"], **about)


def _people(b: Budget, match: re.Match[str], place: str) -> Figure:
    size = Decimal(10_000 if match["ten_thousand"] else 1)
    value = Decimal(match["count"].replace(",", "")) * size
    return Figure(value, COUNT, cells=(b.cell(place),), terms=(f"{value:f}",))


def _texts(b: Budget, of: str) -> list[tuple[str, str]]:
    """The texts of forms or of the prose, each with the row it stands in."""
    frame: Any = getattr(b.package, of)
    return [(f"{of[:-1]}!{n}", str(text)) for n, text in enumerate(frame["text"], start=1)]


def _money(b: Budget, rule: dict[str, str], match: re.Match[str], text: str) -> tuple[str, Any]:
    """The money the people share, and its name: a sub-project, or a nature of spending."""
    if "nature" in rule:
        name = rule_book().measures[rule["nature"]]
        return name, b.nature["total"].get(name, pd.NA)
    rows = b.projects[b.projects["value"].notna()]
    same = rows[[heading(each) == heading(match["what"]) for each in rows["text"]]]
    return match["what"], same["value"].iloc[0] if len(same) else pd.NA
