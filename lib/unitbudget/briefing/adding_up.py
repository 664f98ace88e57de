"""Whether a document adds up, for its first page: rules, statements and tables, counted."""

from __future__ import annotations

from collections import Counter

from unitbudget.briefing.budget import Budget, counted
from unitbudget.briefing.frontpage import said, wording
from unitbudget.briefing.headlines import unread
from unitbudget.briefing.words import Sentence, text
from unitbudget.entries import records
from unitbudget.figures import Figure


def checked(budget: Budget) -> list[Sentence]:
    """How the rules and the statements came out, and how many tables there are."""
    if not len(budget.package.checks):
        return [text(wording()["answers"]["no_checks"])]
    counts = checks(budget)
    known = counts["holds"].value or counts["broken"].value
    reply = [said("answers", "checks" if known else "checks_unknown", **counts)]
    claims = _claims(budget)
    reply += [said("answers", "claims", **claims)] if claims["all"].value else []
    tables = list(records(budget.package.tables))
    refs = [f"table!{row['table_id']}" for row in tables]
    empty = [f"table!{row['table_id']}" for row in tables if row["status"] == "empty"]
    every = counted(len(refs), "公开的表，逐张清点", refs)
    key = "tables_empty" if empty else "tables" if refs else "no_tables"
    without = counted(len(empty), "公开为空表的表，逐张清点", empty)
    reply.append(said("answers", key, all=every, empty=without))
    return [*reply, *filter(None, [unread(budget)])]


def checks(budget: Budget) -> dict[str, Figure]:
    """How the checks came out, counted."""
    statuses = Counter(budget.package.checks["status"])
    return _counts(statuses, "勾稽关系", {s: ("check!",) for s in (*statuses, "all")})


def _claims(budget: Budget) -> dict[str, Figure]:
    """How the numbers stated in prose came out, counted; years are no amounts."""
    rows = [
        (f"claim!{number}", str(row["status"]))
        for number, row in enumerate(records(budget.package.claims), start=1)
        if row["unit"] != "year" and row["quantity"] != "not_budget"
    ]
    sources = {s: tuple(ref for ref, status in rows if status == s) for _, s in rows}
    return _counts(Counter(s for _, s in rows), "正文里的数", sources)


def _counts(
    statuses: Counter[str], of: str, sources: dict[str, tuple[str, ...]]
) -> dict[str, Figure]:
    words = {"holds": "成立", "broken": "不成立", "unknown": "无法核对"}
    keys = {"holds": "holds", "broken": "broken", "unknown": "cannot_check"}
    found = {
        key: counted(statuses[status], f"{of}中{words[key]}的条数", _few(sources.get(status, ())))
        for key, status in keys.items()
    }
    return {"all": counted(statuses.total(), f"{of}的条数", sources.get("all", ()))} | found


def _few(references: tuple[str, ...]) -> tuple[str, ...]:
    """Counts of many rest on too many places to show each."""
    return references if len(references) <= 12 else ()


def blank(budget: Budget) -> Figure | None:
    """How many tables there are, when every one of them is printed empty."""
    tables = list(records(budget.package.tables))
    if not tables or any(row["status"] != "empty" for row in tables):
        return None
    refs = [f"table!{row['table_id']}" for row in tables]
    return counted(len(tables), "公开为空表的表，逐张清点", refs)
