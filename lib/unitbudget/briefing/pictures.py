"""The pictures of a budget, each with one message made from its figures.

A picture of what a document does not print is the sentence that says so.
"""

from __future__ import annotations

from dataclasses import replace

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.charts import Bar, bars, steps
from unitbudget.briefing.pictures_stated import (
    implied_change,
    monthly_plan,
    project_money,
    witnesses,
)
from unitbudget.briefing.picturing import (
    MOST,
    Picture,
    bars_of,
    few,
    from_to,
    label,
    most_changed,
    parts,
)
from unitbudget.briefing.questions import Question
from unitbudget.briefing.rows import Column, Line, Table
from unitbudget.briefing.strips import Strip, strips
from unitbudget.briefing.words import NO_WORDS, Sentence, joined, number, say, text
from unitbudget.figures import share

__all__ = [
    "basic_nature",
    "basics",
    "contributions",
    "growths",
    "implied_change",
    "inside",
    "monthly_plan",
    "nature",
    "project_money",
    "structure",
    "three_public",
    "witnesses",
]


def structure(budget: Budget) -> Picture:
    """What the expenditure is for: the categories of the functional classification."""
    table = budget.spending().level(1).measure("total").share().sorted()
    if not table.lines:
        return text(table.missing)
    first = table[0]
    message = say("structure", time=table.label, share=first["share"], name=first.name)
    return bars_of(message, table)


def inside(budget: Budget) -> Picture:
    """What the largest category is made of: its items, and its basic and project part."""
    question = budget.spending()
    table = question.level(1).measure("total").share().sorted()
    if not table.lines:
        return text(table.missing)
    first, about = table[0], {"name": table[0].name, "share": table[0]["share"]}
    items = question.under(first.code).items().measure("total").sorted() if first.code else table
    kinds = _kinds(question, first)
    title = say("strip_all", time=table.label, whole=table.whole)
    found = [Strip(title, parts(table), opens=True)]
    lines = list(table.lines)
    message = say("structure", time=table.label, **about)
    for key, details in (("strip_items", items), ("strip_kinds", kinds)):
        if len(details) > 1:
            found.append(Strip(say(key, name=first.name), parts(details, first.value)))
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
    largest = most.value.value == max(line.value.value for line in table)
    key = "nature" if largest else "nature_known"
    message = say(key, time=table.label, share=most["share"], name=most.name)
    strip = Strip(NO_WORDS, parts(table))
    return strips(message, [strip], table.shown(), source=table.source)


def basics(budget: Budget) -> Picture:
    """Basic expenditure item by item, the largest first."""
    table = budget.basics().items().measure("total").share().sorted()
    if not table.lines:
        return text(table.missing)
    top = table[0]
    message = say("basics", share=top["share"], name=top.name)
    return bars_of(message, table)


def contributions(budget: Budget) -> Picture:
    """What each item adds to the total's change, down to the sum."""
    table = budget.spending().items().measure("total").contribution().sorted("change")
    if not table.lines or table.total is None:
        return text(table.missing)
    whole, most = table.total, most_changed(table)
    found = [
        Bar(
            line.name,
            line.figures["change"],
            label(line, "change", "signed_wan"),
            strong=line is most,
            sum=line is whole,
        )
        for line in [*few(table, MOST, "change"), whole]
    ]
    about = {"time": table.label, "base": table.base_label}
    message = say("contributions", change=whole["change"], **about)
    part = share(most.figures["change"], whole.figures["change"])
    if part and 0 < part.value <= 100:
        message += say("contributed_part", name=most.name, part=part)
    else:
        message += say("contributed", name=most.name, change=most["change"])
    return steps(message, found, table.shown(), source=table.source)


def growths(budget: Budget) -> Picture:
    """By how much each item grows, with both amounts and what each of them is."""
    table = budget.spending().items().measure("total").change().sorted("growth")
    having = [line for line in table if line["growth"]]
    if not having:
        return text(table.missing)
    first = having[0]
    about = {"time": table.label, "base": table.base_label}
    message = say("growths", name=first.name, growth=first["growth"], **about)
    whole = [table.total] if table.total and table.total["growth"] else []
    if whole:
        message += say("growths_whole", growth=whole[0]["growth"])
    found = [
        Bar(
            line.name,
            line.figures["growth"],
            label(line, "growth", "signed_percent"),
            below=from_to(line["base"], table.base_label, line.value, table.label),
            strong=line is first,
            sum=line is table.total,
        )
        for line in [*having[:MOST], *whole]
    ]
    return bars(message, found, table.shown(), source=table.source)


def three_public(budget: Budget) -> Picture:
    """The three public expenses at every time printed; what is zero throughout is only named."""
    question = budget.of("three_public_expenses")
    table = question.each_measure(
        "overseas_travel", "hospitality", "vehicle_purchase", "vehicle_running"
    )
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
                found.append(Bar(name, figure, number(figure, "wan"), strong=_last(table, column)))
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
    return strips(message, [Strip(NO_WORDS, parts(table))], table.shown(), source=table.source)
