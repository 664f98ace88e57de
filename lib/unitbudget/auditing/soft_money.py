"""Soft rules about money: what was spent against what was budgeted, and where the money lies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from unitbudget.auditing.case import Case, Finding, ask, pages
from unitbudget.auditing.mention import Mention
from unitbudget.auditing.subjects import patterns
from unitbudget.figures import Figure, total
from unitbudget.money.amounts import percent, wan

#: 三公 items: measure, words, the economic row where the unit itself pays for it.
THREE_PUBLIC = (
    ("overseas_travel", "因公出国（境）费", ("30212",)),
    ("hospitality", "公务接待费", ("30217",)),
    ("vehicle_running", "公务用车运行费", ("30231",)),
    ("vehicle_purchase", "公务用车购置费", ("31013",)),
)
#: An item of which less than this was spent is barely used.
BARELY = Decimal(50)
#: "Other" items that hold more than this share of the money are worth a question.
MUCH = Decimal(30)


def ask_about(case: Case) -> Iterator[Finding]:
    yield from _spent_above_budget(case)
    yield from _barely_used(case)
    yield from _without_economic_row(case)
    yield from _procurement_nowhere(case)
    yield from _others(case)
    yield from _projects_not_shown(case)
    yield from _agency_of_institution(case)


def _spent_above_budget(case: Case) -> Iterator[Finding]:
    """S10: last year's outturn against the budget that "more than last year's budget" implies."""
    found: list[tuple[str, Figure, Figure, int]] = []
    seen: set[object] = set()
    for mention in case.spoken.mentions:
        implied = _implied_budget(case, mention)
        spent = _spent(case, mention) if implied else None
        if implied and spent and mention.key not in seen and spent.low > implied.high:
            seen.add(mention.key)
            found.append((mention.subject, implied, spent, mention.sentence.page))
    if not found:
        return
    found.sort(key=lambda row: -row[2].value)
    _, implied, spent, _page = found[0]
    rate = percent(spent.value * 100 / implied.value)
    parts = "、".join(
        f"{name[-16:]} {percent(s.value * 100 / i.value)}" for name, i, s, _ in found[1:]
    )
    yield ask(
        "S10",
        f"{pages(row[3] for row in found)} {case.place(spent)}",
        spent.value - implied.value,
        implied=wan(implied.value),
        executed=wan(spent.value),
        rate=rate,
        more=f"（其中{parts}）" if parts else "",
    )


def _implied_budget(case: Case, mention: Mention) -> Figure | None:
    """Last year's budget: this year's amount less the change since."""
    basis, amount = mention.basis, mention.of
    if mention.quantity != "difference" or basis is None or amount is None:
        return None
    if basis.phase != "approved" or mention.topic not in ("both", "compilation", "items"):
        return None
    figure = case.spoken.stated(amount) - case.spoken.stated(mention)
    return figure if figure.value > 0 else None


def _spent(case: Case, mention: Mention) -> Figure | None:
    """Last year's outturn of what a change is about: of a category, or of all expenditure."""
    ledger, last = case.ledger, case.ledger.year - 1
    table = "general_public_budget"
    for found, code in case.spoken.binder.codes(mention) if mention.entry is None else ():
        if found == table:
            return ledger.one(table, code, year=last, phase="executed")
    entry = patterns()["subject"][mention.entry] if mention.entry is not None else {}
    whole = "EXPENDITURE" in "".join(entry.get("cells", []))
    return ledger.one(table, name="合计", year=last, phase="executed") if whole else None


def _barely_used(case: Case) -> Iterator[Finding]:
    """S11: hardly spent last year, budgeted again."""
    ledger, last, table = case.ledger, case.ledger.year - 1, "three_public_expenses"
    for measure, item, _ in THREE_PUBLIC:
        budget = ledger.one(table, measure=measure, year=last, phase="approved")
        spent = ledger.one(table, measure=measure, year=last, phase="executed")
        now = ledger.one(table, measure=measure)
        if budget is None or spent is None or now is None or budget.value <= 0:
            continue
        rate = spent.value * 100 / budget.value
        if rate <= BARELY and now.value >= budget.value:
            yield ask(
                "S11",
                f"{case.place(budget)}；{case.place(spent)}；{case.place(now)}",
                budget.value - spent.value,
                item=item,
                budget=wan(budget.value),
                executed=wan(spent.value),
                rate=percent(rate),
                now=wan(now.value),
            )


def _without_economic_row(case: Case) -> Iterator[Finding]:
    """S12: only where there is no project that could pay for it."""
    ledger = case.ledger
    project = any(entry.measure == "project" and entry.value for entry in ledger.entries)
    if not case.is_budget or not ledger.rows("basic_expenditure") or project:
        return
    if not ledger.rows("expenditure"):
        return
    for measure, item, codes in THREE_PUBLIC:
        planned = ledger.one("three_public_expenses", measure=measure)
        rows = [ledger.one("basic_expenditure", code) for code in codes]
        if planned is not None and planned.value > 0 and not any(rows):
            amount = wan(planned.value)
            words = {"item": item, "amount": amount, "code": codes[0]}
            yield ask("S12", case.place(planned), planned.value, **words)


def _procurement_nowhere(case: Case) -> Iterator[Finding]:
    """S13: goods to be procured, no capital row, and every form says "no procurement"."""
    goods = [
        m
        for m in case.spoken.mentions
        if m.topic == "procurement" and m.quantity == "amount" and re.search("货物", m.subject)
    ]
    said = case.projects[case.projects["field"] == "政府采购"]["text"]
    if not goods or not goods[0].value or not len(said) or set(said) != {"否"}:
        return
    ledger = case.ledger
    if ledger.has("basic_expenditure") and not ledger.one("basic_expenditure", "310"):
        where = pages([goods[0].sentence.page, *case.projects["page"]])
        yield ask("S13", where, goods[0].value, amount=wan(goods[0].value))


def _others(case: Case) -> Iterator[Finding]:
    """S14: how much of the money stands under names that say nothing."""
    ledger = case.ledger
    table = next((t for t in ("expenditure", "general_public_budget") if ledger.codes(t)), "")
    if not table:
        return
    leaves = [
        row for row in ledger.rows(table) if row.code and not ledger.children(table, row.code)
    ]
    amounts = {row: ledger.one(table, row.code) for row in leaves}
    whole = total(amounts.values())
    other = {
        row: figure
        for row, figure in amounts.items()
        if figure is not None and row.code.endswith("99") and row.name.startswith("其他")
    }
    held = total(other.values())
    if whole is None or held is None or held.value * 100 < MUCH * whole.value:
        return
    row, largest = max(other.items(), key=lambda pair: pair[1].value)
    yield ask(
        "S14",
        "；".join(case.place(figure) for figure in other.values()),
        held.value,
        amount=wan(held.value),
        share=percent(held.value * 100 / whole.value),
        name=row.name,
        largest=f" {wan(largest.value)}",
    )


def _projects_not_shown(case: Case) -> Iterator[Finding]:
    """S15: projects managed by targets, and those whose targets are disclosed."""
    said = [m for m in case.spoken.mentions if m.topic == "performance"]
    count = next((m for m in said if m.quantity == "count" and "项目" in m.subject), None)
    money = next((m for m in said if m.quantity == "amount" and "涉及" in m.subject), None)
    shown = case.projects["project"].nunique()
    if not case.is_budget or count is None or money is None or not money.value or not count.value:
        return
    if shown >= count.value:
        return
    words = {"managed": f"{count.value:f}", "amount": wan(money.value)}
    if not shown:
        yield ask("S15b", f"第{count.sentence.page}页", money.value, "S15", **words)
        return
    disclosed = case.money_of("项目当年预算")
    part = f"（{wan(disclosed)}，占 {percent(disclosed * 100 / money.value)}）" if disclosed else ""
    yield ask(
        "S15",
        pages([count.sentence.page, *case.projects["page"]]),
        money.value - (disclosed or Decimal(0)),
        shown=shown,
        part=part,
        **words,
    )


def _agency_of_institution(case: Case) -> Iterator[Finding]:
    """S34: agency running costs belong to administrative units only."""
    cost = case.ledger.one("three_public_expenses", measure="agency_running_costs")
    kind = re.search(r"是((?:全额|差额|财政)?拨款事业单位)", case.text)
    if cost is None or cost.value <= 0 or kind is None or "参照公务员" in case.text[:2000]:
        return
    if str(case.document.get("level")) == "unit":
        yield ask("S34", case.place(cost), cost.value, kind=kind[1], amount=wan(cost.value))
