"""Questions about money: what was spent against what was budgeted, and where the money lies."""

from __future__ import annotations

import re
from collections.abc import Iterator

from unitbudget.auditing.case import Case, Finding, ask, pages, place, wording
from unitbudget.auditing.prose import Mention, patterns
from unitbudget.auditing.told import joined, number, percent, tell, wan
from unitbudget.money.figure import Figure, share, total

SPENDING, THREE_PUBLIC = "general_public_budget", "three_public_expenses"
#: An item of which less than this was spent, in percent, is barely used.
BARELY = 50
#: "Other" items that hold more than this share of the money, in percent, are worth a question.
MUCH = 30


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
    found: list[tuple[Mention, Figure, Figure]] = []
    seen: set[object] = set()
    for mention in case.mentions:
        implied = _implied_budget(mention)
        spent = _spent(case, mention) if implied is not None else None
        if implied is None or spent is None or mention.key in seen or spent.low <= implied.high:
            continue
        seen.add(mention.key)
        found.append((mention, implied, spent))
    if not found:
        return
    found.sort(key=lambda row: -row[2].value)
    _, implied, spent = found[0]
    rates = [(mention, share(s, i)) for mention, i, s in found]
    parts = [
        tell("{name} {rate}", name=mention.subject[-16:], rate=percent(rate))
        for mention, rate in rates[1:]
        if rate is not None
    ]
    rate = rates[0][1]
    yield ask(
        "S10",
        f"{pages(mention.sentence.page for mention, _, _ in found)} {place(spent)}",
        spent - implied,
        implied=wan(implied),
        executed=wan(spent),
        rate="" if rate is None else percent(rate),
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
    ledger, last = case.ledger, case.ledger.year - 1
    for table, code in case.spoken.binder.codes(mention) if mention.entry is None else ():
        if table == SPENDING:
            return ledger.one(SPENDING, code, year=last, phase="executed")
    entry = patterns()["subject"][mention.entry] if mention.entry is not None else {}
    whole = "EXPENDITURE" in "".join(entry.get("cells", []))
    return ledger.one(SPENDING, "合计", year=last, phase="executed") if whole else None


def _barely_used(case: Case) -> Iterator[Finding]:
    """S11: hardly spent last year, budgeted again."""
    ledger, last = case.ledger, case.ledger.year - 1
    for item in wording()["three_public"]:
        measure = item["measure"]
        budget = ledger.one(THREE_PUBLIC, measure=measure, year=last, phase="approved")
        spent = ledger.one(THREE_PUBLIC, measure=measure, year=last, phase="executed")
        now = ledger.one(THREE_PUBLIC, measure=measure)
        if budget is None or spent is None or now is None or budget.low <= 0:
            continue
        rate = share(spent, budget)
        if rate is not None and rate.value <= BARELY and now.value >= budget.value:
            yield ask(
                "S11",
                f"{place(budget)}；{place(spent)}；{place(now)}",
                budget - spent,
                item=item["name"],
                budget=wan(budget),
                executed=wan(spent),
                rate=percent(rate),
                now=wan(now),
            )


def _without_economic_row(case: Case) -> Iterator[Finding]:
    """S12: only where there is no project that could pay for it."""
    ledger = case.ledger
    project = any(entry.measure == "project" and entry.value for entry in ledger.entries)
    if not case.is_budget or not ledger.rows("basic_expenditure") or project:
        return
    if not ledger.rows("expenditure"):
        return
    for item in wording()["three_public"]:
        planned = ledger.one(THREE_PUBLIC, measure=item["measure"])
        printed = ledger.entry("basic_expenditure", item["code"])
        if planned is not None and planned.value > 0 and printed is None:
            words = {"item": item["name"], "amount": wan(planned), "code": item["code"]}
            yield ask("S12", place(planned), planned, **words)


def _procurement_nowhere(case: Case) -> Iterator[Finding]:
    """S13: goods to be procured, no capital row, and every form says "no procurement"."""
    goods = [
        m
        for m in case.mentions
        if m.topic == "procurement" and m.quantity == "amount" and re.search("货物", m.subject)
    ]
    said = {field.text for field in case.fields if field.field == "政府采购"}
    if not goods or not goods[0].value or said != {"否"}:
        return
    ledger = case.ledger
    if ledger.has("basic_expenditure") and ledger.entry("basic_expenditure", "310") is None:
        where = pages([goods[0].sentence.page, *(field.page for field in case.fields)])
        yield ask("S13", where, goods[0].stated, amount=wan(goods[0].stated))


def _others(case: Case) -> Iterator[Finding]:
    """S14: how much of the money stands under names that say nothing."""
    ledger = case.ledger
    table = next((t for t in ("expenditure", SPENDING) if ledger.codes(t)), "")
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
    part = share(held, whole)
    row, largest = max(other.items(), key=lambda pair: pair[1].value)
    yield ask(
        "S14",
        "；".join(place(figure) for figure in other.values()),
        held,
        amount=wan(held),
        share="" if part is None else percent(part),
        name=row.name,
        largest=tell(" {amount}", amount=wan(largest)),
    )


def _projects_not_shown(case: Case) -> Iterator[Finding]:
    """S15: projects managed by targets, and those whose targets are disclosed."""
    said = [m for m in case.mentions if m.topic == "performance"]
    managed = next((m for m in said if m.quantity == "count" and "项目" in m.subject), None)
    money = next((m for m in said if m.quantity == "amount" and "涉及" in m.subject), None)
    shown = case.projects
    if not case.is_budget or managed is None or money is None or not shown:
        return
    if not money.value or not managed.value or len(shown) >= managed.value:
        return
    words = {
        "managed": number(managed.stated, f"{managed.value:f}"),
        "amount": wan(money.stated),
    }
    disclosed = total(_current_budgets(case))
    part = ""
    if disclosed is not None and (rate := share(disclosed, money.stated)) is not None:
        part = tell("（{disclosed}，占 {rate}）", disclosed=wan(disclosed), rate=percent(rate))
    yield ask(
        "S15",
        pages([managed.sentence.page, *(field.page for field in case.fields)]),
        money.stated if disclosed is None else money.stated - disclosed,
        shown=case.counted_projects(),
        part=part,
        **words,
    )


def _current_budgets(case: Case) -> list[Figure]:
    """This year's budget of each project, a project in two forms taken once."""
    once: dict[str, Figure] = {}
    for field in case.fields:
        if field.field == "项目当年预算" and field.figure is not None:
            once.setdefault(field.project, field.figure)
    return list(once.values())


def _agency_of_institution(case: Case) -> Iterator[Finding]:
    """S34: agency running costs belong to administrative units only."""
    cost = case.ledger.one(THREE_PUBLIC, measure="agency_running_costs")
    kind = re.search(r"是((?:全额|差额|财政)?拨款事业单位)", case.text)
    if cost is None or cost.value <= 0 or kind is None or "参照公务员" in case.text:
        return
    if str(case.document.get("level")) == "unit":
        yield ask("S34", place(cost), cost, kind=kind[1], amount=wan(cost))
