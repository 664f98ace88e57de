"""Questions about money: what was spent against what was budgeted, and where the money lies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unitbudget.auditing.case import Case, Finding, ask, asking, firsts, place, wording
from unitbudget.auditing.prose import Mention, patterns
from unitbudget.auditing.told import count, joined, tell
from unitbudget.money.figure import Figure, share, total

SPENDING, THREE_PUBLIC = "general_public_budget", "three_public_expenses"
#: An item of which less than this was spent, in percent, is barely used.
BARELY = 50
#: "Other" items that hold more than this share of the money, in percent, are worth a question.
MUCH = 30


def _spent_above_budget(case: Case) -> Iterator[Finding]:
    """S10: last year's outturn against the budget that "more than last year's budget" implies."""
    above = [
        (mention, implied, spent)
        for mention in case.mentions
        if (implied := _implied_budget(mention)) is not None
        and (spent := _spent(case, mention)) is not None
        and spent.low > implied.high
    ]
    if not above:
        return
    found = sorted(firsts(above, lambda each: each[0].key), key=lambda each: -each[2].value)
    _, implied, spent = found[0]
    rates = [share(spent, implied) for _, implied, spent in found]
    parts = [
        tell("{name} {rate:percent}", name=mention.subject[-16:], rate=rate)
        for (mention, _, _), rate in zip(found[1:], rates[1:], strict=True)
        if rate is not None
    ]
    yield ask(
        "S10",
        [mention for mention, _, _ in found],
        place(spent),
        money=spent - implied,
        implied=implied,
        executed=spent,
        rate=rates[0],
        more=tell("（其中{parts}）", parts=joined("、", parts)) if parts else "",
    )


def _implied_budget(mention: Mention) -> Figure | None:
    """Last year's budget: this year's amount less the change since."""
    basis, amount = mention.basis, mention.of
    if mention.quantity != "difference" or basis is None or amount is None:
        return None
    if basis.phase != "approved" or mention.topic not in ("both", "compilation", "items"):
        return None
    figure = amount.stated - mention.stated
    return figure if figure.low > 0 else None


def _spent(case: Case, mention: Mention) -> Figure | None:
    """Last year's outturn of what a change is about: of a category, or of all expenditure."""
    codes = case.spoken.binder.codes(mention) if mention.entry is None else []
    row = next((code for table, code in codes if table == SPENDING), "")
    if not row and mention.entry is not None:
        whole = "EXPENDITURE" in "".join(patterns()["subject"][mention.entry]["cells"])
        row = "合计" if whole else ""
    last = case.ledger.year - 1
    return case.ledger.one(SPENDING, row, year=last, phase="executed") if row else None


def _barely_used(case: Case) -> Iterator[Finding]:
    """S11: hardly spent last year, budgeted again."""
    ledger, last = case.ledger, case.ledger.year - 1
    for item in wording()["three_public"]:
        measure = item["measure"]
        budget = ledger.one(THREE_PUBLIC, measure=measure, year=last, phase="approved")
        spent = ledger.one(THREE_PUBLIC, measure=measure, year=last, phase="executed")
        now = ledger.one(THREE_PUBLIC, measure=measure)
        if budget is None or spent is None or now is None:
            continue
        rate = share(spent, budget)
        if rate is not None and 0 < budget.value <= now.value and rate.value <= BARELY:
            yield ask(
                "S11",
                [budget, spent, now],
                money=budget - spent,
                item=item["name"],
                budget=budget,
                executed=spent,
                rate=rate,
                now=now,
            )


def _without_economic_row(case: Case) -> Iterator[Finding]:
    """S12: only where there is no project that could pay for it."""
    ledger = case.ledger
    project = any(entry.measure == "project" and entry.value for entry in ledger.entries)
    whole = ledger.rows("basic_expenditure") and ledger.rows("expenditure")
    for item in wording()["three_public"] if case.is_budget and whole and not project else ():
        planned = ledger.one(THREE_PUBLIC, measure=item["measure"])
        printed = ledger.entry("basic_expenditure", item["code"])
        if planned is not None and planned.value > 0 and printed is None:
            name, code = item["name"], item["code"]
            yield ask("S12", [planned], money=planned, item=name, amount=planned, code=code)


def _procurement_nowhere(case: Case) -> Iterator[Finding]:
    """S13: goods to be procured, no capital row, and every form says "no procurement"."""
    goods = next((
        m for m in case.mentions
        if m.topic == "procurement" and m.quantity == "amount" and "货物" in m.subject
    ), None)  # fmt: skip
    said = {field.text for field in case.fields if field.field == "政府采购"}
    table, ledger = "basic_expenditure", case.ledger
    nowhere = ledger.has(table) and ledger.entry(table, "310") is None
    if goods is not None and goods.value and said == {"否"} and nowhere:
        yield ask("S13", [goods, *case.fields], money=goods.stated, amount=goods.stated)


def _others(case: Case) -> Iterator[Finding]:
    """S14: how much of the money stands under names that say nothing."""
    ledger = case.ledger
    table = next((t for t in ("expenditure", SPENDING) if ledger.codes(t)), "")
    leaves = [r for r in ledger.rows(table) if r.code and not ledger.children(table, r.code)]
    amounts = {row: f for row in leaves if (f := ledger.one(table, row.code)) is not None}
    other = {
        row: figure
        for row, figure in amounts.items()
        if row.code.endswith("99") and row.name.startswith("其他")
    }
    whole, held = total(amounts.values()), total(other.values())
    if whole is None or held is None or held.value * 100 < MUCH * whole.value:
        return
    row, largest = max(other.items(), key=lambda pair: pair[1].value)
    yield ask(
        "S14",
        [*other.values()],
        money=held,
        amount=held,
        share=share(held, whole),
        name=row.name,
        largest=largest,
    )


def _projects_not_shown(case: Case) -> Iterator[Finding]:
    """S15: projects managed by targets, and those whose targets are disclosed."""
    said = [m for m in case.mentions if m.topic == "performance"]
    managed = next((m for m in said if m.quantity == "count" and "项目" in m.subject), None)
    money = next((m for m in said if m.quantity == "amount" and "涉及" in m.subject), None)
    shown = firsts(case.fields, lambda field: field.project)
    if not case.is_budget or managed is None or money is None or not shown:
        return
    if not money.value or len(shown) >= (managed.value or 0):
        return
    # This year's budget of each project, a project in two forms taken once.
    budgets = (f for f in case.fields if f.field == "项目当年预算" and f.figure is not None)
    disclosed = total(each.figure for each in firsts(budgets, lambda field: field.project))
    part = ""
    if disclosed is not None and (rate := share(disclosed, money.stated)) is not None:
        part = tell("（{disclosed:wan}，占 {rate:percent}）", disclosed=disclosed, rate=rate)
    yield ask(
        "S15",
        [managed, *case.fields],
        money=money.stated if disclosed is None else money.stated - disclosed,
        managed=managed.stated,
        amount=money.stated,
        shown=count("附有绩效目标表的项目", [field.cell for field in shown]),
        part=part,
    )


def _agency_of_institution(case: Case) -> Iterator[Finding]:
    """S34: agency running costs belong to administrative units only."""
    cost = case.ledger.one(THREE_PUBLIC, measure="agency_running_costs")
    kind = re.search(r"是((?:全额|差额|财政)?拨款事业单位)", case.text)
    if cost is None or cost.value <= 0 or kind is None or "参照公务员" in case.text:
        return
    if str(case.document.get("level")) == "unit":
        yield ask("S34", [cost], money=cost, kind=kind[1], amount=cost)


ask_about = asking(
    *(_spent_above_budget, _barely_used, _without_economic_row, _procurement_nowhere),
    *(_others, _projects_not_shown, _agency_of_institution),
)
