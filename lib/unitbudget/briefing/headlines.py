"""What each page has to say first: sentences formed only from figures that are printed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unitbudget.briefing.budget import Budget, counted
from unitbudget.briefing.coverage import coverage
from unitbudget.briefing.picturing import most_changed
from unitbudget.briefing.rows import Line, Table
from unitbudget.briefing.stated import Field, claims, fields, plan
from unitbudget.briefing.words import Findings, Sentence, findings, joined, say, text, vocabulary
from unitbudget.entries import records
from unitbudget.figures import Figure, growth, share, total


def disclosed(budget: Budget) -> Findings:
    """What the document prints, and whether it adds up."""
    printed = records(budget.package.tables)
    tables = [table for table in printed if table["status"] != "unread"]
    blank = [table["table_id"] for table in tables if table["status"] == "empty"]
    empty = [text(budget.document.table_name(name)) for name in blank]
    every = counted(len(tables), "tables.csv", [f"table!{t['table_id']}" for t in tables])
    return findings(
        say("tables_read", count=every),
        say("tables_empty", count=counted(len(empty), "tables.csv"), names=joined(empty))
        if empty
        else None,
        unread(budget),
        say("amounts_read", count=counted(len(budget.package.amounts), "amounts.csv")),
        checked(budget),
        prose_checked(budget),
    )


def unread(budget: Budget) -> Sentence | None:
    """The tables that are printed and that we could not read."""
    left = [row for row in records(budget.package.tables) if row["status"] == "unread"]
    if not left:
        return None
    count = counted(len(left), "tables.csv", [f"table!{row['table_id']}" for row in left])
    return say("tables_unread", count=count, names=joined([text(row["title"]) for row in left]))


def checked(budget: Budget) -> Sentence | None:
    """How many checks were made, and how they came out."""
    return _verdict("checked", records(budget.package.checks), "check!{rule_id}", "checks.csv")


def prose_checked(budget: Budget) -> Sentence | None:
    """How many figures of the prose were recomputed, and how they came out."""
    rows = [{"status": c.status, "rule_id": c.rule_id, "number": c.number} for c in claims(budget)]
    return _verdict("prose_checked", rows, "claim!{number}", "claims.csv")


def _verdict(key: str, rows: Iterable[Any], cell: str, file: str) -> Sentence | None:
    by_status: dict[str, list[str]] = {"holds": [], "broken": [], "cannot_check": []}
    for row in rows:
        by_status[row["status"]].append(cell.format(**row))
    made = by_status["holds"] + by_status["broken"]
    if not made and not by_status["cannot_check"]:
        return None
    figures = {s: counted(len(cells), file, cells) for s, cells in by_status.items()}
    outcome = "none" if not made else "some" if by_status["broken"] else "all"
    parts = [say(f"{key}_{outcome}", made=counted(len(made), file, made), **figures)]
    if by_status["cannot_check"]:
        parts.append(say("not_checked", count=figures["cannot_check"]))
    return joined(parts, "；") + text("。")


def structure(budget: Budget) -> Findings:
    """What the money is for, and of what nature it is."""
    table = budget.spending().level(1).measure("total").share().sorted()
    nature = budget.nature().share()
    return findings(
        _listed("structure_all", table, time=table.label, whole=table.whole),
        _inside(budget, table),
        _listed("nature_all", nature, time=nature.label),
        text(table.missing) if table.missing else None,
    )


def _listed(key: str, table: Table, **values: Any) -> Sentence | None:
    """All rows with their shares in one sentence."""
    if not table.lines or any(line["share"] is None for line in table):
        return None
    each = [say("item_share", name=line.name, share=line["share"]) for line in table]
    return say(key, items=joined(each), **values)


def _inside(budget: Budget, table: Table) -> Sentence | None:
    if not table.lines or not table[0].code:
        return None
    first = table[0]
    question = budget.spending().under(first.code).items()
    items = question.measure("total").sorted()
    if not items.lines:
        return None
    key = "inside_all_in_one" if len(items) == 1 else "inside_most"
    part = share(items[0].value, first.value)
    project = question.measure("project")
    spent = total(line.value for line in project)
    ended = say("inside_project", part=share(spent, first.value)) if spent else text("")
    return say(key, name=first.name, item=items[0].name, part=part or text("")) + ended + text("。")


def basics(budget: Budget) -> Findings:
    """What basic expenditure is made of."""
    nature = budget.basic_nature().share()
    items = budget.basics().items().measure("total").share().sorted()
    head = items.top(3)
    first = total(line.value for line in head)
    part = share(first, items.whole) if first and items.whole else None
    return findings(
        _listed("basics_all", nature, whole=nature.whole),
        say("basics_top", names=joined([text(line.name) for line in head]), part=part)
        if part and len(items) > len(head)
        else None,
        text(nature.missing) if nature.missing else None,
    )


def changes(budget: Budget) -> Findings:
    """How the budget stands against what was spent last year."""
    table = budget.spending().items().measure("total").contribution().sorted("change")
    if not table.lines or table.total is None:
        return findings(text(table.missing))
    whole = table.total
    most = most_changed(table)
    fastest = [line for line in table.sorted("growth") if line["growth"]]
    about = {"time": table.label, "base": table.base_label}
    return findings(
        say("change_all", change=whole["change"], growth=whole["growth"], **about)
        if whole["growth"]
        else None,
        _most(most, whole),
        say("change_fastest", name=fastest[0].name, growth=fastest[0]["growth"],
            share=share(fastest[0].value, whole.value)) if fastest else None,
        _unsplit(budget, table),
    )  # fmt: skip


def _most(most: Line, whole: Line) -> Sentence | None:
    """The row that changed most, and what part of the total change it is where that makes sense."""
    part = share(most.figures["change"], whole.figures["change"])
    if most["contribution"] is None:
        return None
    key = "change_most_part" if part and 0 < part.value <= 100 else "change_most"
    return say(key, name=most.name, change=most["change"], part=part or text(""),
               points=most["contribution"])  # fmt: skip


def _unsplit(budget: Budget, table: Table) -> Sentence | None:
    """What cannot be compared, because last year's figure is printed only as a whole."""
    question = budget.spending()
    split = [question.measure(m) for m in ("basic", "project")]
    if any(line["base"] for part in split for line in part):
        return None
    return say("unsplit", base=table.base_label)


def three_public(budget: Budget) -> Findings:
    """The three public expenses, procurement and assets."""
    whole = budget.of("three_public_expenses").each_measure("total")
    labels = {column.key: column.label for column in whole.columns}
    said = []
    if whole.lines:
        own = "value" if whole[0]["value"] else list(whole[0].figures)[-1]
        said.append(say("three_now", time=labels[own], now=whole[0][own]))
        spent = next((key for key in labels if key.startswith("executed_")), "")
        planned = spent.replace("executed", "approved")
        done, plan_ = whole[0][spent], whole[0][planned]
        if done and plan_ and (rate := share(done, plan_)):
            said.append(say("three_rate", base=labels[spent], done=done, rate=rate,
                            planned=labels[planned], budget=plan_))  # fmt: skip
    running = budget.of("three_public_expenses").each_measure("agency_running_costs")
    if running.lines:
        every = [figure for figure in running[0].figures.values()]
        key = "running_some" if any(figure.value for figure in every) else "running_none"
        said.append(say(key, now=running[0]["value"] or text("")))
    if not whole.lines:
        said.append(text(whole.missing))
    first = claims(budget, "R33", "amount")[:1]
    said += [say("procurement", now=claim.figure) for claim in first]
    cars = [claim for claim in claims(budget, "R34", "count")][:1]
    said += [say("assets", subject=claim.subject, now=claim.figure) for claim in cars]
    return findings(*said)


def projects(budget: Budget) -> Findings:
    """What is known of the projects: money, execution, plan."""
    listed = list(fields(budget))
    wanted = vocabulary()["project_fields"]
    now, last, done = (_sum(listed, wanted[key]) for key in ("now", "last", "done"))
    whole = budget.spending().measure("project").total
    rate = share(done, last) if done and last else None
    raised = growth(now, last) if now and last else None
    part = share(now, whole.value) if now and whole else None
    managed = next(iter(claims(budget, "R35", "count")), None)
    forms = {each.project for each in listed if each.project}
    number = counted(len(forms), "projects.csv")
    return findings(
        say("projects_part", now=now, part=part) if part else None,
        say("projects_rate", last=last, done=done, rate=rate) if rate else None,
        say("projects_growth", now=now, last=last, growth=raised) if raised else None,
        say("projects_managed", managed=managed.figure, forms=number) if managed else None,
        _peak(budget),
        say("targets_count", count=counted(len(budget.package.indicators), "indicators.csv"))
        if len(budget.package.indicators)
        else say("targets_none"),
    )


def _sum(listed: list[Field], name: str) -> Figure | None:
    return total(each.figure for each in listed if each.name == name)


def _peak(budget: Budget) -> Sentence | None:
    """The month that carries most of a plan."""
    months = plan(budget)
    whole = total(month.claim.figure for month in months)
    if not months or whole is None:
        return None
    most = max(months, key=lambda month: month.claim.figure.value)
    part = share(most.claim.figure, whole)
    if part is None:
        return None
    return say("plan_peak", months=counted(len(months), "claims.csv"), whole=whole,
               month=str(most.month), part=part)  # fmt: skip


def doubts(budget: Budget) -> Findings:
    """What checks out, and what to ask."""
    seen = coverage(budget)
    alone = [each.cell for each in seen if each.state == "alone"]
    asked = records(budget.package.findings)
    return findings(
        checked(budget),
        prose_checked(budget),
        say("witnessed" if alone else "witnessed_all", all=counted(len(seen), "amounts.csv"),
            seen=counted(len(seen) - len(alone), "amounts.csv"),
            alone=counted(len(alone), "amounts.csv", alone)) if seen else None,
        say("asked", count=counted(len(asked), "findings.csv")) if asked else say("findings_none"),
    )  # fmt: skip
