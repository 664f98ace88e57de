"""What follows without being printed, in sentences that never let it pass for printed.

Last year's budget, the base of contributions, what changes are made of, and money per head.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.page import wording
from unitbudget.briefing.tables import TOTAL
from unitbudget.briefing.words import Findings, Sentence, findings, formed, joined, say, text
from unitbudget.money.figure import COUNT, Figure, growth
from unitbudget.money.text import heading


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
    if not (found := base(b)):
        return None
    names = [b.cell(cell.place).label.partition("·")[0].partition(" ")[2]
             for cell in found["base"].cells]  # fmt: skip
    listed_ = say("contributions_named", names="、".join(names)) if all(names) else text("")
    said_ = say("one_base", names=listed_, **found)
    if "growth" in found:
        said_ += say("base_grown", year=str(b.year - 1), **found)
    return said_ + untold(b) + say("only_implied")


def base(b: Budget) -> dict[str, Any]:
    """The one monthly base, of how many contributions, the last one and by how much it grew."""
    bases, grown = (
        inferred(b, name)["value"] for name in ("contribution_base", "contribution_base_growth")
    )
    now, last = f"{b.year}年", f"{b.year - 1}年"
    if now not in bases.index:
        return {}
    paid = bases[now].cells
    count = b.counted([cell.place for cell in paid], paid, str(say("contributions_formula")))
    found = {"base": bases[now], "count": count}
    both = last in bases.index and now in grown.index
    return found | ({"last": bases[last], "growth": grown[now]} if both else {})


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


def per_head(b: Budget) -> tuple[str, Figure, str, Sentence] | None:
    """What falls to each member or member of staff, as a headline figure with its formula."""
    return next(_shared(b), None)


def _shared(b: Budget) -> Iterator[tuple[str, Figure, str, Sentence]]:
    for rule in wording()["per_head"]:
        words = getattr(b.package, rule["of"])["text"]
        for number, said in enumerate(words, start=1):
            match = re.search(rule["match"], re.sub(r"\s", "", str(said)))
            what, money = _money(b, rule, match) if match else ("", pd.NA)
            if match is None or money is pd.NA:
                continue
            count = Decimal(match["count"].replace(",", ""))
            count *= 10_000 if match["ten_thousand"] else 1
            cell = b.cell(f"{rule['of'][:-1]}!{number}:{match['count']}{match['ten_thousand']}")
            people = Figure(count, COUNT, cells=(cell,), terms=(f"{count:f}",))
            if people.value > 0:
                about = {"what": what, "money": money, "count": people}
                label = str(formed(rule["label"], **about))
                yield label, money / people, "yuan", formed(rule["below"], **about)


def _money(b: Budget, rule: dict[str, str], match: re.Match[str]) -> tuple[str, Any]:
    """The money the people share, and its name: a sub-project, or a nature of spending."""
    if "nature" in rule:
        name = rule_book().measures[rule["nature"]]
        return name, b.nature["total"].get(name, pd.NA)
    rows = b.projects[b.projects["value"].notna()]
    same = rows[[heading(each) == heading(match["what"]) for each in rows["text"]]]
    return match["what"], same["value"].iloc[0] if len(same) else pd.NA
