"""The first page of a briefing: what a leader asks, answered in sentences made of figures.

What matters in one sentence, three numbers, one mark, one question; then where the money comes
from and goes to, how it changed and why, what adds up, what to ask. A document that does not print
something is said not to; nothing is guessed, and what follows without being printed says so.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import pandas as pd

from unitbudget.briefing.asking import blank, first_question, question, questions, signed
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.implications import base, implications, per_head, untold
from unitbudget.briefing.page import Answers, Marked, Tiles, said, wording
from unitbudget.briefing.spending import REVENUE, changes
from unitbudget.briefing.tables import LEVELS, TOTAL
from unitbudget.briefing.words import Sentence, joined, moved, number, say, shown, text
from unitbudget.money.figure import YUAN, Figure, agrees, growth
from unitbudget.reading.nesting import forest

#: So many parts of a whole, and reasons, are named; the rest are summed up.
NAMED = 4
#: What stands for the whole on the first page, what is nearest to it first.
WHOLES = (
    ("total", ""),
    ("expenditure", ""),
    ("measure", "appropriation"),
    ("measure", "general_public_budget"),
    ("revenue", ""),
)


# ---- the first screen


def lead(b: Budget) -> Sentence:
    """What matters, in one sentence: what the money is for, the change, the one thing to ask."""
    if (empty := blank(b)) is not None:
        return said("answers", "blank", count=empty)
    spent = categories(b)
    parts = []
    if len(spent) and spent["share"].iloc[0] is not pd.NA:
        top = spent.iloc[0]
        whole = b.outlay.at[TOTAL, "total"]
        money = wording()["lead"]["all"] if _is_all(b, whole) else _named(b.outlay)
        parts.append(said("lead", "mostly", money=money, name=top["name"], share=top["share"]))
    grown = growth_of(b.spending.loc[TOTAL])
    if grown is not None:
        key = "changed" if grown.value else "same"
        base = b.spending.attrs["labels"]["last"]
        parts.append(said("lead", key, subject=part(b), base=base, growth=grown))
    elif (stated := stated_change(b)) is not None:
        parts.append(said("lead", "stated", **_each_side(stated)))
    if (ask := first_question(b)) is not None:
        parts.append(said("lead", "ask", question=ask))
    return joined(parts, "；") if parts else text(b.outlay.attrs["missing"])


def tiles(b: Budget) -> Tiles:
    """Three numbers: what is spent, how it changed, and per head or else the largest part."""
    found: list[tuple[str, Figure, str, Sentence]] = []
    spending, labels = b.spending, b.spending.attrs["labels"]
    whole, grown = b.outlay.at[TOTAL, "total"], growth_of(spending.loc[TOTAL])
    if whole is not pd.NA:
        got = revenue(b) if _is_all(b, whole) else revenue(b)[:0]
        key = "revenue_one" if len(got) == 1 else "revenue_below"
        below = text(labels["total"])
        if len(got) and got["share"].iloc[0] is not pd.NA:
            below = said("tiles", key, share=got["share"].iloc[0], name=got["name"].iloc[0])
        found.append((scope(b, whole), whole, "wan", below))
    if grown is not None:
        change = spending.at[TOTAL, "total"] - spending.at[TOTAL, "last"]
        label = str(said("tiles", "change", subject=part(b), base=labels["last"]))
        found.append((label, grown, "signed_percent", number(change, "signed_wan")))
    elif (stated := stated_change(b)) is not None:
        style = "signed_wan" if stated[0].unit == YUAN else "signed_percent"
        found.append((str(said("tiles", "stated")), stated[0], style, text(stated[1])))
    nature = natures(b)
    if (each := per_head(b)) is not None:
        found.append(each)
    elif len(nature) and nature["share"].iloc[0] is not pd.NA and not _may_be_larger(b, nature):
        label = str(said("tiles", "largest", name=nature.index[0]))
        below = said("tiles", "largest_below", amount=nature["total"].iloc[0])
        found.append((label, nature["share"].iloc[0], "percent", below))
    return Tiles(tuple(found))


def mark(b: Budget) -> Marked | Sentence:
    """Does it add up? One mark, and how much was checked."""
    broken = counts(b, "checks", "broken"), counts(b, "claims", "broken")
    right = counts(b, "checks", "holds"), counts(b, "claims", "holds")
    if not any(count.value for count in (*broken, *right)):
        return text(wording()["answers"]["no_checks"])
    if not any(count.value for count in broken):
        key = "good" if right[0].value else "good_prose"
        return Marked(True, said("mark", key, checks=right[0], claims=right[1]))
    pairs = (("checks", broken[0]), ("claims", broken[1]))
    parts = [said("mark", key, count=count) for key, count in pairs if count.value]
    return Marked(False, said("mark", "bad", parts=joined(parts, "、")))


def counts(b: Budget, file: str, *statuses: str) -> Figure:
    """How many rows of a frame have one of these statuses, and where they are listed.

    Of the claims those about amounts, not about years or other things.
    """
    frame = getattr(b, file)
    if file == "claims":
        frame = frame[~frame["quantity"].isin(["year", "not_budget"]) & frame["value"].notna()]
    return b.count(frame[frame["status"].isin(statuses)] if statuses else frame)


# ---- the questions everybody has


@lru_cache(maxsize=1)
def answers(b: Budget) -> Answers:
    """Where the money comes from and goes to, how it changed and why, and whether it adds up."""
    asked = wording()["questions"]
    if (empty := blank(b)) is not None:
        return Answers(((asked["blank"], (said("answers", "blank", count=empty),)),))
    found = [
        (asked["got"], _got(b)),
        (asked["spent"], _spent(b)),
        (asked["changed"], _changed(b)),
        (asked["why"], why(b)),
        (asked["checked"], checked(b)),
    ]
    return Answers(tuple((question, tuple(reply)) for question, reply in found if reply))


def revenue(b: Budget) -> Any:
    """The sources of revenue with their shares, the largest first."""
    table = b.first(*REVENUE, side="revenue")
    whole = b.revenue
    rows = table[(table["level"] != TOTAL) & table["total"].notna()]
    names = wording()["sources"]
    # A heading over all sources is none: what it consists of tells more.
    for level in LEVELS.values():
        tops = rows[rows["level"] == level]
        if not len(tops) or whole is pd.NA or not agrees(whole, tops["total"].sum()):
            break
        if len(tops) > 1 or re.search(names["appropriation"], tops["name"].iloc[0]):
            return _shares(tops[tops["total"] != 0], whole)
    return _shares(_outermost(rows[rows["total"] != 0], whole), whole)


def _outermost(rows: Any, whole: Any) -> Any:
    """The rows that are no parts of others, as their amounts say; none where that is not known."""
    if whole is pd.NA or not len(rows):
        return rows[:0]
    figures = [*rows["total"], whole]
    step = max(figure.high - figure.low for figure in figures)
    above = forest([figure.value for figure in figures[:-1]], whole.value, step)
    return rows[[parent is None for parent in above]] if above else rows[:0]


def categories(b: Budget) -> Any:
    """Expenditure by category with shares, the largest first."""
    table = b.outlay
    rows = table[(table["level"] == "类") & table["total"].notna()]
    rows, whole = rows[rows["total"] != 0], table.at[TOTAL, "total"]
    coded = rows.index.astype(str).str.isdigit().all()
    if not coded and whole is not pd.NA and not agrees(whole, rows["total"].sum()):
        rows = rows[:0]  # without codes, which rows are parts of others is not known
    return _shares(rows, whole)


def natures(b: Budget) -> Any:
    """Expenditure by nature with shares, the largest first."""
    return _shares(b.nature, b.outlay.at[TOTAL, "total"])


def _shares(rows: Any, whole: Any) -> Any:
    rows = rows.copy()
    rows["share"] = rows["total"] / whole
    return rows.sort_values("total", ascending=False)


def _may_be_larger(b: Budget, nature: Any) -> bool:
    """Could what the document does not tell apart be larger than the largest part it does?"""
    return str(nature.index[0]) == str(say("unassigned"))


def scope(b: Budget, spent: Figure) -> str:
    """What the expenditure told of is called: all of it where it is as much as the revenue."""
    names = wording()["scopes"]
    return str(names["all"] if _is_all(b, spent) else _named(b.outlay))


def _is_all(b: Budget, spent: Figure) -> bool:
    return b.revenue is not pd.NA and agrees(b.revenue, spent)


def _named(spending: Any) -> str:
    names = wording()["scopes"]
    return str(names.get(spending.attrs["table"], names["all"]))


def part(b: Budget) -> str:
    """What the comparison is about, where that is not all expenditure told of."""
    whole, part = (table.at[TOTAL, "total"] for table in (b.outlay, b.spending))
    same = part is pd.NA or whole is pd.NA or agrees(whole, part)
    return "" if same else _named(b.spending)


def _got(b: Budget) -> list[Sentence]:
    table, rows, whole = b.first(*REVENUE, side="revenue"), revenue(b), b.revenue
    if not len(rows) or whole is pd.NA:
        return [text(table.attrs["missing"])] if table.attrs["missing"] else []
    about = {"time": b.time_name(b.time), "total": whole, "name": rows["name"].iloc[0]}
    key = "got_one" if len(rows) == 1 else "got"
    return [said("answers", key, parts=_parts(rows), **about)]


def _spent(b: Budget) -> list[Sentence]:
    table, rows = b.outlay, categories(b)
    whole = table.at[TOTAL, "total"]
    if not len(rows) or whole is pd.NA:
        return [text(table.attrs["missing"])] if table.attrs["missing"] else []
    about = {"scope": scope(b, whole), "time": b.time_name(b.time), "total": whole}
    reply = [said("answers", "spent", parts=_parts(rows), **about)]
    if len(nature := natures(b)):
        reply.append(said("answers", "nature", parts=_parts(nature)))
    return reply


def _parts(rows: Any) -> Sentence:
    named = [
        said("answers", "part", name=row.get("name", index), amount=row["total"],
             share=row["share"] if row["share"] is not pd.NA else text("—"))
        for index, row in rows.head(NAMED).iterrows()
    ]  # fmt: skip
    rest = rows.iloc[NAMED:]
    if len(rest):
        named.append(said("answers", "rest", amount=rest["total"].sum()))
    return joined(named, "，")


def growth_of(total: Any) -> Figure | None:
    new, old = total["total"], total["last"]
    return None if new is pd.NA or old is pd.NA else growth(new, old)


def _changed(b: Budget) -> list[Sentence]:
    spending = b.spending
    total, labels = spending.loc[TOTAL], spending.attrs["labels"]
    if total["total"] is pd.NA or total["last"] is pd.NA:
        if (stated := stated_change(b)) is not None:
            return [said("answers", "stated_change", **_each_side(stated)), *_item_by_item(b)]
        if items := _item_by_item(b):
            return items
        unread = (b.tables["status"] == "unread").any()
        return [text(wording()["answers"]["no_change_read" if unread else "no_change"])]
    change = total["total"] - total["last"]
    about = {"subject": part(b), "time": labels["total"], "base": labels["last"]}
    if change.value == 0:
        return [said("answers", "changed_same", **about)]
    grown = growth_of(total)
    reply = [said("answers", "changed", change=change, growth=grown or text("—"), **about)]
    rows = changes(b)
    same_way = rows[[_along(figure, change) for figure in rows["change"]]]
    if len(rows) > 1 and len(same_way):
        most = max(same_way.itertuples(), key=lambda row: abs(row.change.value))
        reply.append(
            said("answers", "most", moved=moved(change), name=most.name, change=most.change,
                 share=most.change / change)
        )  # fmt: skip
    return reply


def _item_by_item(b: Budget) -> list[Sentence]:
    """The item that changed most against what the prose states, where no total tells."""
    rows = changes(b).dropna(subset=["change"]).itertuples()
    most: Any = max(rows, key=lambda row: abs(row.change.value), default=None)
    if most is None or not most.change.value:
        return []
    base = b.spending.attrs["labels"]["last"]
    return [said("answers", "most_stated", name=most.name, change=most.change, base=base)]


def _along(one: Any, other: Figure) -> bool:
    return one is not pd.NA and (one.value > 0) == (other.value > 0) and one.value != 0


def stated_change(b: Budget) -> tuple[Figure, str] | None:
    """What the prose says of the change where no table prints it: how much, of what, since when."""
    claims, words = b.claims, wording()["whole"]
    stated = claims[claims["quantity"].isin(["difference", "growth"]) & claims["value"].notna()]
    for _, row in stated.iterrows():
        if named := re.search(words["named"], str(row["subject"])):
            against = re.search(words["against"], str(row["sentence"]))
            since = against and words["told"].format(**named.groupdict(), **against.groupdict())
            return row["value"], since or named["what"]
    return None


def _each_side(stated: tuple[Figure, str]) -> dict[str, Any]:
    """The change stated of one side, or of each of both."""
    words = wording()["whole"]
    each = words["each"] if words["and"] in stated[1] else ""
    return {"subject": stated[1] + each, "change": _moved(stated[0])}


def _moved(change: Figure) -> Sentence:
    """增加 or 减少, and by how much."""
    style = "size_wan" if change.unit == YUAN else "size_percent"
    return text(moved(change)) + number(change, style)


def why(b: Budget) -> list[Sentence]:
    """The reasons given, what printed items say to them, and what is implied about them."""
    return [*_given(b), *_implied(b)]


def _given(b: Budget) -> list[Sentence]:
    """The reason the prose gives for the total, those for items, and what printed items say."""
    whole, items = _of_total(b), _of_items(b)
    found = []
    if whole is not None:
        about = {"name": whole["name"], "reason": whole["reason"]}
        way = str(wording()["directions"].get(whole["direction"], ""))
        found.append(said("answers", "reason_total", moved=way, **about))
    if items:
        several = [
            said("answers", "reason" if len(places) > 1 else "reason_once", reason=reason,
                 count=b.counted(places, places, str(say("reason_places", reason=reason))))
            for reason, places in list(items.items())[:NAMED]
        ]  # fmt: skip
        key = "reasons" if whole is not None else "reasons_only"
        found.append(said("answers", key, reasons=joined(several, "，")))
    if not found:
        return [text(wording()["answers"]["no_reason"])]
    return found + _support(b, whole["reason"] if whole is not None else next(iter(items)))


def _of_total(b: Budget) -> Any:
    """The reason for all expenditure: of both sides, of expenditure, of the funds it comes from."""
    written = b.reasons[b.reasons["reason"] != ""]
    for about, code in WHOLES:
        rows = written[(written["about"] == about) & (written["code"] == code)]
        if len(rows):
            return rows.iloc[0]
    return None


def _of_items(b: Budget) -> dict[Sentence, list[str]]:
    """The reasons given for items, the most frequent first, each with where it is given."""
    rows = b.reasons[(b.reasons["about"] == "code") & (b.reasons["reason"] != "")]
    groups = rows.groupby("reason", sort=False).groups
    found = {reason: [f"reason!{n}" for n in places] for reason, places in groups.items()}
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _support(b: Budget, reason: Sentence) -> list[Sentence]:
    """Whether the printed items that the reason must move did move that way."""
    rules = (rule for rule in wording()["reason"] if re.search(rule["says"], reason))
    rule, total = next(rules, None), b.spending.loc[TOTAL]
    rows = changes(b)
    moves = rows[rows.index.astype(str).str.startswith(tuple(rule["codes"]))] if rule else rows[:0]
    change = moves["change"].sum() if len(moves) else pd.NA
    whole = total["total"] - total["last"]
    if rule is None or whole is pd.NA or change is pd.NA or not whole.value:
        alone = len(_of_items(b)) + (_of_total(b) is not None) == 1
        return [said("answers", "cannot_tell_it" if alone else "cannot_tell", reason=reason)]
    about = {"label": rule["label"], "change": change, "reason": reason}
    if not _along(change, whole):
        return [said("answers", "contrary", **about)]
    found = [said("answers", "supported", **about, moved=moved(whole), share=change / whole)]
    rest = whole - change
    return found + ([said("answers", "unexplained", rest=rest)] if rest.value else [])


def _implied(b: Budget) -> list[Sentence]:
    """What follows about numbers of people, pay and rates without being printed."""
    found = base(b)
    if "growth" not in found:
        return []
    return [said("answers", "base", **found), untold(b), said("answers", "only_implied")]


def checked(b: Budget) -> list[Sentence]:
    """How the rules and the statements came out, and how many tables there are."""
    if not len(b.checks):
        return [text(wording()["answers"]["no_checks"])]

    def tally(file: str) -> dict[str, Figure]:
        names = {"unknown": "cannot_check"} | {n: n for n in ("holds", "broken", "last_place")}
        return {"all": counts(b, file), **{key: counts(b, file, n) for key, n in names.items()}}

    checks, claims = tally("checks"), tally("claims")
    known = checks["holds"].value or checks["broken"].value
    known = known or checks["last_place"].value
    reply = [said("answers", f"checks{_near(checks)}" if known else "checks_unknown", **checks)]
    if claims["all"].value:
        reply.append(said("answers", f"claims{_near(claims)}", **claims))
    empty = counts(b, "tables", "empty")
    key = "tables_empty" if empty.value else "tables" if len(b.tables) else "no_tables"
    reply.append(said("answers", key, all=counts(b, "tables"), empty=empty))
    return [*reply, *filter(None, [unread(b)])]


def _near(counted: dict[str, Figure]) -> str:
    """Which sentence counts them: one that tells apart what is off by its last place only?"""
    return "_last_place" if counted["last_place"].value else ""


def unread(b: Budget) -> Sentence | None:
    """The tables that are printed and that we could not read."""
    left = b.tables[b.tables["status"] == "unread"]
    if not len(left):
        return None
    return say("tables_unread", count=b.count(left), names="、".join(left["title"]))


def first_page(b: Budget) -> list[tuple[str, str]]:
    """The first page in lines of words, each under what it answers."""
    heads, verdict = wording()["first_page"], mark(b)
    rows = [(heads["lead"], str(lead(b)))]
    rows += [
        (label, f"{shown(figure, style)}（{below}）")
        for label, figure, style, below in tiles(b).tiles
    ]
    rows.append((heads["mark"], str(getattr(verdict, "sentence", verdict))))
    rows += [(question, "".join(map(str, replies))) for question, replies in answers(b).answers]
    return rows + [(heads["ask"], f"{ask}（{why}）") for ask, why in questions(b).questions]


__all__ = [
    "answers",
    "first_page",
    "implications",
    "lead",
    "mark",
    "question",
    "questions",
    "signed",
    "tiles",
]
