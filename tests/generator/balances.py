"""What the two-sided tables hold: sources on the left, categories of spending on the right."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from generator import catalogue
from generator.budgets import Budget, plus
from generator.contents import Row

ORDINALS = "一二三四五六七八九十"
Money = Decimal | None
Amounts = dict[str, Money]
Source = tuple[str, str, Money]


def sides(
    left: list[Source],
    right: list[tuple[str, str, Amounts]],
    closing: list[tuple[str, str, Money, Amounts]],
) -> list[Row]:
    """Two sides row by row, and the rows that close both."""
    rows = []
    for place in range(max(len(left), len(right))):
        names: dict[str, tuple[str, str]] = {}
        amounts: Amounts = {}
        if place < len(left):
            names["revenue"], amounts["revenue total"] = left[place][:2], left[place][2]
        if place < len(right):
            names["expenditure"] = right[place][:2]
            amounts |= {f"expenditure {key}": value for key, value in right[place][2].items()}
        rows.append(Row(names=names, amounts=amounts))
    for one, other, total, spent in closing:
        names = {"revenue": (one, one), "expenditure": (other, other)}
        amounts = {"revenue total": total} | {f"expenditure {k}": v for k, v in spent.items()}
        rows.append(Row(names=names, amounts=amounts))
    return rows


def ordinal(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (
        (ORDINALS[tens - 1] if tens > 1 else "")
        + ("十" if tens else "")
        + (ORDINALS[ones - 1] if ones else "")
    )


def categories(
    budget: Budget, short: bool, amounts: Callable[[str], Amounts]
) -> list[tuple[str, str, Amounts]]:
    used = set(budget.classes)
    codes = [code for code in catalogue.CATEGORIES if not short or code in used]
    lines = []
    for number, code in enumerate(codes, start=1):
        name = catalogue.function_name(code, budget.year)
        lines.append((f"{ordinal(number)}、{name}", name, amounts(code) if code in used else {}))
    return lines


def appropriation(budget: Budget, short: bool, family: str) -> list[Row]:
    def amounts(code: str) -> Amounts:
        general, funds = budget.sum_of("general", code), budget.sum_of("funds", code)
        total = plus([general, funds])
        names = ("total", "general_public_budget", "government_managed_funds")
        return dict(zip(names, (total, general, funds), strict=True))

    left = [
        ("一、一般公共预算资金", "一般公共预算资金", budget.sum_of("general")),
        ("二、政府性基金", "政府性基金", budget.sum_of("funds")),
    ]
    if short:
        left.append(("三、国有资本经营预算", "国有资本经营预算", None))
    grand = amounts("")
    closing = [("收入总计", "支出总计", grand["total"], grand)]
    return sides(left, categories(budget, short, amounts), closing)


def both(budget: Budget, short: bool, family: str) -> list[Row]:
    general, funds, earned = (budget.sum_of(f) for f in ("general", "funds", "earned"))
    appropriated = plus([general, funds])
    operating = budget.operating_by_class()

    def amounts(code: str) -> Amounts:
        basic = budget.sum_of("basic", code)
        running = operating.get(code) if code else plus(operating.values())
        personnel = None if basic is None else basic - (running or Decimal(0))
        return {
            "total": budget.sum_of("total", code),
            "personnel": personnel,
            "operating": running,
            "project": budget.sum_of("projects", code),
        }

    left = _sources_2024 if short else _sources_2020
    grand = amounts("")
    closing = [("收入总计", "支出总计", grand["total"], grand)]
    sources = left(general, funds, appropriated, earned)
    return sides(sources, categories(budget, short, amounts), closing)


def _sources_2020(general: Money, funds: Money, appropriated: Money, earned: Money) -> list[Source]:
    return [
        ("一、财政拨款收入", "财政拨款收入", appropriated),
        ("1. 一般公共预算收入", "一般公共预算收入", general),
        ("2. 政府性基金收入", "政府性基金收入", funds),
        ("二、财政专户管理资金收入", "财政专户管理资金收入", None),
        ("三、其他收入", "其他收入", earned),
        ("四、结余结转收入", "结余结转收入", None),
        ("1. 一般公共预算结余结转", "一般公共预算结余结转", None),
        ("2. 政府性基金结余结转", "政府性基金结余结转", None),
        ("3. 非财政拨款结余结转", "非财政拨款结余结转", None),
    ]


def _sources_2024(general: Money, funds: Money, appropriated: Money, earned: Money) -> list[Source]:
    return [
        ("一、财政拨款收入", "财政拨款收入", appropriated),
        ("1、一般公共预算资金", "一般公共预算资金", general),
        ("2、政府性基金", "政府性基金", funds),
        ("3、国有资本经营预算", "国有资本经营预算", None),
        ("二、事业收入", "事业收入", earned),
        ("三、事业单位经营收入", "事业单位经营收入", None),
        ("四、其他收入", "其他收入", None),
    ]
