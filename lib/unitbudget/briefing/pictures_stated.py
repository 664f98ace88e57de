"""The pictures of what the prose and the forms state, and of how well numbers are witnessed."""

from __future__ import annotations

from unitbudget.briefing.budget import Budget, counted
from unitbudget.briefing.charts import Bar, Tiles, bars, tiles
from unitbudget.briefing.coverage import STATES, Witnessed, coverage
from unitbudget.briefing.picturing import Picture, from_to, label
from unitbudget.briefing.rows import Table
from unitbudget.briefing.show import table as listing
from unitbudget.briefing.stated import fields, implied, plan
from unitbudget.briefing.words import number, say, text, vocabulary
from unitbudget.figures import Figure, growth, share, total


def implied_change(budget: Budget) -> Picture:
    """By how much last year's execution exceeds the budget that the prose implies."""
    table = implied(budget).sorted("over")
    having = [line for line in table if line["over"]]
    if not having:
        return text(table.missing or str(say("implied_missing")))
    about = {"base": _column(table, "base"), "implied": _column(table, "implied")}
    message = say("implied_over", name=having[0].name, over=having[0]["over"], **about)
    whole = [table.total] if table.total and table.total["over"] else []
    found = [
        Bar(
            line.name,
            line.figures["over"],
            label(line, "over", "signed_percent"),
            below=from_to(line["implied"], about["implied"], line["base"], about["base"]),
            strong=line is having[0],
            sum=line is table.total,
        )
        for line in [*having, *whole]
    ]
    return bars(message, found, table.shown(), source=table.source)


def monthly_plan(budget: Budget) -> Picture:
    """A plan by month, in the order of time."""
    months = plan(budget)
    whole = total(month.claim.figure for month in months)
    if not months or whole is None:
        return say("plan_missing")
    most = max(months, key=lambda month: month.claim.figure.value)
    part = share(most.claim.figure, whole)
    message = say("plan", month=str(most.month), count=most.claim.figure, part=part or text(""))
    found, rows = [], []
    for month in months:
        name = str(say("month", month=str(month.month)))
        figure = month.claim.figure
        found.append(Bar(name, figure, number(figure), strong=month is most))
        rows.append((name, figure, month.claim.page))
    pages = sorted({month.claim.page for month in months})
    source = str(say("source", places=say("prose_pages", pages="、".join(map(str, pages)))))
    heads = vocabulary()["heads"]["plan"]
    return bars(message, found, listing("", heads, rows, source), source=source)


def project_money(budget: Budget) -> Picture:
    """Last year's budget and execution of the projects, and this year's budget, side by side."""
    listed = list(fields(budget))
    names = vocabulary()["project_fields"]
    found, rows = [], []
    sums = {key: total(f.figure for f in listed if f.name == name) for key, name in names.items()}
    for key in ("last", "done", "now"):
        if figure := sums[key]:
            found.append(Bar(names[key], figure, number(figure, "wan"), strong=key == "now"))
            rows.append((names[key], figure))
    last, done, now = sums["last"], sums["done"], sums["now"]
    rate = share(done, last) if done and last else None
    raised = growth(now, last) if now and last else None
    if not rate or not raised:
        return say("projects_none")
    message = say("project_money", rate=rate, growth=raised)
    pages = sorted({field.page for field in listed if field.figure})
    source = str(say("source", places=say("form_pages", pages="、".join(map(str, pages)))))
    heads = vocabulary()["heads"]["money"]
    return bars(message, found, listing("", heads, rows, source), source=source)


def witnesses(budget: Budget) -> Picture:
    """Every printed number as a tile: the darker, the more would notice a mistake in it."""
    seen = coverage(budget)
    if not seen:
        return say("rules_none")
    by_table: dict[str, list[Witnessed]] = {}
    for each in seen:
        by_table.setdefault(each.table, []).append(each)
    groups: list[Tiles] = []
    rows: list[list[str | Figure]] = []
    for name, found in by_table.items():
        said = budget.document.table_name(name)
        states = tuple(each.state for each in found)
        count = counted(len(found), "amounts.csv", [f"table!{name}"])
        groups.append(Tiles(said, say("tile_count", count=count), states))
        rows.append([said, *(_tally(found, state) for state in STATES)])
    tally = {state: _tally(seen, state) for state in STATES}
    key = "wrong" if tally["wrong"].value else "alone" if tally["alone"].value else "all"
    whole = counted(len(seen), "amounts.csv")
    message = say(f"witnesses_{key}", all=whole, **tally)
    numbers = listing("", vocabulary()["heads"]["witnesses"], rows)
    return tiles(message, groups, numbers, note=str(say("tile_note")))


def _tally(found: list[Witnessed], state: str) -> Figure:
    """How many are in that state; the few that stand alone or are wrong are named."""
    cells = [each.cell for each in found if each.state == state]
    named = cells if state in ("alone", "wrong") else sorted({f"table!{e.table}" for e in found})
    return counted(len(cells), "checks.csv, claims.csv", named if cells else ())


def _column(table: Table, key: str) -> str:
    return next((column.label for column in table.columns if column.key == key), "")
