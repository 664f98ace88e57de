"""What a document implies without printing it, in sentences that never let it pass for printed."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd

from unitbudget.briefing.budget import Budget
from unitbudget.briefing.tables import TOTAL
from unitbudget.briefing.words import Findings, Sentence, findings, joined, say, text
from unitbudget.money.figure import growth


def implications(b: Budget) -> Findings:
    """Last year's budget, the base of contributions, and what the changes are made of."""
    return findings(_last_budget(b), _base(b), *_splits(b))


def inferred(b: Budget, quantity: str) -> Any:
    rows = b.implied
    return rows[(rows["quantity"] == quantity) & rows["value"].notna()].set_index("subject")


def _last_budget(b: Budget) -> Sentence | None:
    """Last year's budget, which is not printed, and how much of it was spent."""
    befores, rates = (
        inferred(b, "last_year_budget")["value"],
        inferred(b, "execution_rate")["value"],
    )
    if not len(befores):
        return None
    subject, before = befores.index[0], befores.iloc[0]
    whole = b.spending.at[TOTAL, "total"]
    grown = growth(whole, before) if whole is not pd.NA else None
    if grown is None:
        return None
    said_ = say("last_budget", year=str(b.year - 1), implied=before, growth=grown)
    if subject in rates.index:
        said_ += say("last_budget_spent", rate=rates[subject])
        others = rates[rates.index.str.fullmatch(r"\d{3} .*")]  # category by category
        if len(others) > 1:
            most = others.sort_values(ascending=False)
            said_ += say("last_budget_most", name=_name(most.index[0]), rate=most.iloc[0])
    return said_ + say("only_implied")


def _name(subject: object) -> str:
    return re.sub(r"^\d{3,7}\s+", "", str(subject))


def _base(b: Budget) -> Sentence | None:
    """The one monthly base behind the contributions and on which assumption it is told."""
    bases, grown = inferred(b, "contribution_base"), inferred(b, "contribution_base_growth")
    now, last = f"{b.year}年", f"{b.year - 1}年"
    if now not in bases.index:
        return None
    row = bases.loc[now]
    paid = row["value"].cells
    count = b.counted([cell.place for cell in paid], paid, str(say("contributions_formula")))
    names = [b.cell(cell.place).label.partition("·")[0].partition(" ")[2] for cell in paid]
    listed_ = say("contributions_named", names="、".join(names)) if all(names) else text("")
    said_ = say("one_base", count=count, names=listed_, base=row["value"])
    if last in bases.index and now in grown.index:
        old = bases.loc[last]
        about = {"year": str(b.year - 1), "last": old["value"], "growth": grown.loc[now, "value"]}
        said_ += say("base_grown", **about)
    said_ += untold(b)
    return said_ + say("only_implied")


def untold(b: Budget) -> Sentence:
    rows = b.implied
    reasons = rows.loc[(rows["quantity"] == "headcount") & (rows["reason"] != ""), "reason"]
    return say("base_untold", why=str(reasons.iloc[0]).rstrip("。")) if len(reasons) else text("")


def _splits(b: Budget) -> list[Sentence]:
    """Which changes are known to come from the base, from a rate, from a project; which are not."""
    rows = b.implied[b.implied["quantity"].str.startswith("change_")]
    found = []
    for subject, parts in rows.groupby("subject", sort=False):
        known = parts[[f is not pd.NA and f.value != 0 for f in parts["value"]]]
        if not len(known) or set(known["quantity"]) == {"change_rest"}:
            continue
        said_ = [say(row["quantity"], change=row["value"]) for _, row in known.iterrows()]
        sentence = say("change_split", name=_name(subject), parts=joined(said_, "，"))
        unknown = parts.loc[parts["value"].isna() & (parts["reason"] != ""), "reason"]
        if len(unknown):
            sentence += text(unknown.iloc[0])
        found.append(sentence)
    return found
