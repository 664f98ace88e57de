"""The pictures of a budget, each with one message made from its figures.

A picture of what a document does not print is the sentence that says so.
"""

from __future__ import annotations

from dataclasses import replace

from unitbudget.budget import Budget, counted
from unitbudget.charts import Bar, Chart, Part, Strip, Tiles, bars, steps, strips, tiles
from unitbudget.coverage import STATES, Witnessed, coverage
from unitbudget.figures import Figure, growth, share, total
from unitbudget.questions import Question
from unitbudget.rows import Column, Line, Table
from unitbudget.rules import rule_book
from unitbudget.show import table as listing
from unitbudget.stated import fields, implied, plan
from unitbudget.words import Sentence, joined, say, shown, text, vocabulary

Picture = Chart | Sentence

# More bars, or parts of a strip, than this are no longer read one by one.
MOST, FEW = 15, 6


def structure(budget: Budget) -> Picture:
    """What the expenditure is for: the categories of the functional classification."""
    table = budget.spending().level(1).measure("total").share().sorted()
    if not table.lines:
        return text(table.missing)
    first = table[0]
    message = say("structure", time=table.label, share=first["share"], name=first.name)
    return _bars(message, table)


def inside(budget: Budget) -> Picture:
    """What the largest category is made of: its items, and its basic and project part."""
    question = budget.spending()
    table = question.level(1).measure("total").share().sorted()
    if not table.lines:
        return text(table.missing)
    first, about = table[0], {"name": table[0].name, "share": table[0]["share"]}
    items = question.under(first.code).items().measure("total").sorted() if first.code else table
    kinds = _kinds(question, first)
    found = [Strip(str(say("strip_all", time=table.label, whole=table.whole)), _parts(table))]
    lines = list(table.lines)
    message = say("structure", time=table.label, **about)
    for key, details in (("strip_items", items), ("strip_kinds", kinds)):
        if len(details) > 1:
            found.append(Strip(str(say(key, name=first.name)), _parts(details, first.value)))
            for line in details.share(first.value):
                name = str(say("part_of", name=first.name, part=line.name))
                lines.append(replace(line, name=name))
    if len(kinds) > 1:
        most = share(kinds[0].value, first.value)
        message = say("inside", part=most, kind=kinds[0].name, **about)
    elif len(items) == 1:
        message = say("inside_one", item=items[0].name, **about)
    numbers = replace(table, lines=tuple(lines), total=None)
    return strips(message, found, numbers.shown(), source=table.source)


def _kinds(question: Question, category: Line) -> Table:
    """The basic and the project part of one category, the larger first."""
    lines = []
    for measure in ("basic", "project"):
        for line in question.level(1).measure(measure):
            if (line.code, line.name) == (category.code, category.name):
                name = rule_book().measures[measure]
                lines.append(Line(name, line.figures, page=line.page))
    return Table("", tuple(lines)).sorted()


def nature(budget: Budget) -> Picture:
    """Expenditure by nature, as one strip."""
    table = budget.nature().share()
    if not table.lines:
        return text(table.missing)
    most = max((line for line in table if line.page), key=lambda line: line.value.value)
    message = say("nature", time=table.label, share=most["share"], name=most.name)
    strip = Strip("", _parts(table))
    return strips(message, [strip], table.shown(), source=table.source)


def basics(budget: Budget) -> Picture:
    """Basic expenditure item by item, the largest first."""
    table = budget.basics().items().measure("total").share().sorted()
    if not table.lines:
        return text(table.missing)
    top = table[0]
    message = say("basics", share=top["share"], name=top.name)
    return _bars(message, table)


def contributions(budget: Budget) -> Picture:
    """What each item adds to the total's change, down to the sum."""
    table = budget.spending().items().measure("total").contribution().sorted("change")
    if not table.lines or table.total is None:
        return text(table.missing)
    whole, most = table.total, max(table.lines, key=lambda line: abs(line.figures["change"].value))
    part = share(most.figures["change"], whole.figures["change"])
    message = say(
        "contributions", time=table.label, base=table.base_label, change=whole["change"],
        growth=whole["growth"] or text(""), name=most.name, part=part or text(""),
    )  # fmt: skip
    found = [
        Bar(line.name, line.figures["change"], _label(line, "change", "signed_wan"), strong=line is most)
        for line in table
    ]
    found.append(Bar(whole.name, whole.figures["change"], _label(whole, "change", "signed_wan"), sum=True))
    return steps(message, found, table.shown(), source=table.source)


def growths(budget: Budget) -> Picture:
    """By how much each item grows, with both amounts and what each of them is."""
    table = budget.spending().items().measure("total").change().sorted("growth")
    having = [line for line in table if line["growth"]]
    if not having:
        return text(table.missing)
    first = having[0]
    message = say("growths", name=first.name, growth=first["growth"], time=table.label,
                  base=table.base_label, whole=table.total["growth"] if table.total else text(""))  # fmt: skip
    found = [
        Bar(
            line.name,
            line.figures["growth"],
            _label(line, "growth", "signed_percent"),
            below=_from_to(line["base"], table.base_label, line.value, table.label),
            strong=line is first,
            sum=line is table.total,
        )
        for line in [*having, *filter(None, [table.total])]
    ]
    return bars(message, found, table.shown(), source=table.source)


def three_public(budget: Budget) -> Picture:
    """The three public expenses at every time printed; items that are zero throughout are only named."""
    question = budget.of("three_public_expenses")
    table = question.each_measure("overseas_travel", "hospitality", "vehicle_purchase", "vehicle_running")
    whole = question.each_measure("total")
    if not table.lines or not whole.lines:
        return text(table.missing or whole.missing)
    spent = [line for line in table if any(f.value for f in line.figures.values())]
    none = [text(line.name) for line in table if line not in spent]
    found = []
    for line in spent or whole.lines:
        for column in table.columns:
            if figure := line[column.key]:
                name = str(say("measured", time=column.label, measure=line.name))
                found.append(Bar(name, figure, shown(figure, "wan"), strong=_last(table, column)))
    if len(table.columns) == 1:
        most = max(found, key=lambda bar: bar.figure.value)
        found = [replace(bar, strong=bar is most) for bar in found]
    note = str(say("zero_items", names=joined(none))) if none else ""
    return bars(_three_public_message(table, whole), found, table.shown(), source=table.source,
                note=note)  # fmt: skip


def _last(table: Table, column: Column) -> bool:
    return column is table.columns[-1]


def _three_public_message(table: Table, whole: Table) -> Sentence:
    line, labels = whole[0], {column.key: column.label for column in table.columns}
    own = "value" if "value" in line.figures else list(line.figures)[-1]
    spent = next((key for key in labels if key.startswith("executed_")), "")
    before = line[spent]
    if before is None:
        return say("three_public", time=labels[own], now=line[own])
    return say("three_public_spent", time=labels[own], now=line[own], base=labels[spent],
               before=before)  # fmt: skip


def basic_nature(budget: Budget) -> Picture:
    """Personnel and operating funds, as one strip of basic expenditure."""
    table = budget.basic_nature().share()
    if not table.lines:
        return text(table.missing)
    most = table.sorted()[0]
    message = say("basic_nature", share=most["share"], name=most.name)
    return strips(message, [Strip("", _parts(table))], table.shown(), source=table.source)


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
            _label(line, "over", "signed_percent"),
            below=_from_to(line["implied"], about["implied"], line["base"], about["base"]),
            strong=line is having[0],
            sum=line is table.total,
        )
        for line in [*having, *whole]
    ]
    return bars(message, found, table.shown(), source=table.source)


def _from_to(old: Figure | None, base: str, new: Figure | None, time: str) -> str:
    """Both amounts of a comparison, each with what it is."""
    return str(say("from_to", base=base, old=old or text(""), time=time, new=new or text("")))


def _column(table: Table, key: str) -> str:
    return next((column.label for column in table.columns if column.key == key), "")


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
        found.append(Bar(name, figure, shown(figure), strong=month is most))
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
            found.append(Bar(names[key], figure, shown(figure, "wan"), strong=key == "now"))
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
    """Every printed number as a tile, the darker the more relations would notice a mistake in it."""
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
        groups.append(Tiles(said, str(say("tile_count", count=str(len(found)))), states))
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


def _bars(message: Sentence, table: Table) -> Chart:
    """The rows of a table as bars, the smallest of many together."""
    found = [
        Bar(line.name, line.value, _label(line, "value", "wan"), _label(line, "share"), strong=not n)
        for n, line in enumerate(_few(table, MOST))
    ]
    return bars(message, found, table.shown(), source=table.source)


def _label(line: Line, key: str, style: str = "") -> str:
    figure = line[key]
    return shown(figure, style) if figure else ""


def _parts(table: Table, whole: Figure | None = None) -> tuple[Part, ...]:
    """The rows as parts of the whole, the largest strong, the smallest of many together."""
    base = whole or table.whole
    lines = _few(table, FEW)
    most = max(lines, key=lambda line: (bool(line.page), line.value.value))
    shares = [(line, share(line.value, base) if base else None) for line in lines]
    return tuple(
        Part(line.name, part, shown(line.value, "wan"), line is most)
        for line, part in shares
        if part and part.value > 0
    )


def _few(table: Table, most: int) -> list[Line]:
    """The rows, those beyond a number together as one."""
    lines, rest = list(table.lines), []
    if len(lines) > most:
        lines, rest = lines[: most - 1], lines[most - 1 :]
    summed = total(line.value for line in rest)
    if summed:
        part = share(summed, table.whole) if table.whole else None
        name = str(say("rest", count=str(len(rest))))
        lines.append(Line(name, {"value": summed} | ({"share": part} if part else {})))
    return lines
