"""What to ask the unit first, and what the one who signs has decided about it."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pandas as pd

from unitbudget.briefing.budget import Budget
from unitbudget.briefing.decisions import CLOSED, GONE, OPEN, STANDS, VOID
from unitbudget.briefing.drawing import in_lines
from unitbudget.briefing.page import Asked, said, wording
from unitbudget.briefing.words import Findings, Sentence, findings, joined, text
from unitbudget.money.figure import Figure

MOST_QUESTIONS = 5
GRAVE = ("error", "question", "omission")
SEVERITIES = (*GRAVE, "style", "privacy")


def blank(b: Budget) -> Figure | None:
    """How many tables there are, when every one of them is printed empty."""
    tables = b.tables
    if not len(tables) or (tables["status"] != "empty").any():
        return None
    return b.count(tables)


def questions(b: Budget) -> Asked:
    """Three to five questions to the unit, the gravest first: not about what we left unread."""
    if (empty := blank(b)) is not None:
        ask = text(wording()["ask"]["blank"])
        return Asked(((ask, said("answers", "blank", count=empty)),))
    kinds: Counter[str] = Counter()
    chosen: list[tuple[Sentence, Sentence]] = []
    for _, row in _by_gravity(b).iterrows():
        kinds.update({str(row["rule_id"]), str(row["question"])})
        alike = max(kinds[str(row["rule_id"])], kinds[str(row["question"])])
        if alike == 1 and len(chosen) < MOST_QUESTIONS:
            chosen.append(_asked(row))
    return Asked(tuple(chosen))


def open_findings(b: Budget) -> Any:
    """The findings about which nothing was decided that leaves no question."""
    decided = b.decisions
    closed = decided[(decided["state"] == STANDS) & decided["decision"].isin(CLOSED)]
    return b.findings[~b.findings["finding_id"].isin(closed["finding_id"])]


def signed(b: Budget) -> Findings:
    """What the one who signs has decided about findings, what is open, and what is void."""
    decided = b.decisions
    numbers = {str(name): n for n, name in b.findings["finding_id"].items()}
    about = decided[decided["finding_id"].isin(numbers)]

    def count(rows: Any) -> Figure:
        refs = [f"finding!{numbers[name]}" for name in rows["finding_id"]]
        return b.counted(refs, refs, str(wording()["signed"]["counted"]))

    left = count(about[about["state"] == OPEN])
    stands = about[about["state"] == STANDS].groupby("decision", sort=False)
    parts = [said("signed", "part", decision=name, count=count(rows)) for name, rows in stands]
    first = said("signed", "some", parts=joined(parts, "，"), open=left)
    if not parts:
        first = said("signed", "open" if left.value else "none", count=left)
    void = decided[decided["state"].isin([VOID, GONE])]
    gone = [said("signed", "void", why=row.state, says=row.says) for row in void.itertuples()]
    return findings(first, *gone)


def _by_gravity(b: Budget) -> Any:
    found = open_findings(b)
    found = found[found["severity"] != "unread"]
    severity = [SEVERITIES.index(s) if s in SEVERITIES else 9 for s in found["severity"]]
    money = [0.0 if m is pd.NA else -float(m) for m in found["money"]]
    order = sorted(range(len(found)), key=lambda n: (severity[n], money[n], n))
    return found.iloc[order]


def question(b: Budget) -> Asked:
    """The one thing to ask first, with what it rests on."""
    return Asked(questions(b).questions[:1])


def first_question(b: Budget) -> Sentence | None:
    """The one thing to ask, in one question that says what it is about; none about mere style."""
    alone = wording()["ask"]["alone"]
    for _, row in _by_gravity(b).iterrows():
        ask, why = _asked(row)
        first = _cut(ask, r"[^？]*？")
        if re.match(alone, str(ask)):
            return first
        if row["severity"] in GRAVE:
            # The tables a row stands in are named below; here the row and what is printed there
            # are enough.
            return _cut(why, r"(?:《[^》]*》[与和、]?)*(?=“)|", r"[^，。；]+") + "，" + first
    return None


def _cut(said: Sentence, *patterns: str) -> Sentence:
    """What the last of these patterns, one after the other, finds in a sentence; or all of it."""
    match = re.match("".join(f"({pattern})" for pattern in patterns), str(said))
    return in_lines(said, list(match.groups()))[-1] if match else said


def _asked(row: Any) -> tuple[Sentence, Sentence]:
    return (row["question"], row["says"]) if row["question"] else (row["says"], text(""))
