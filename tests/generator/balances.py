"""What the two-sided tables hold: sources on the left, categories of spending on the right."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from generator import catalogue
from generator.budgets import Budget, plus
from generator.contents import Row

ORDINALS = "一二三四五六七八九十"


def two_sides(
    left: list[tuple[str, str, Decimal | None]],
    right: list[tuple[str, str, dict[str, Decimal | None]]],
    grand: tuple[Decimal | None, dict[str, Decimal | None]],
) -> list[Row]:
    """A 收支总表: sources on the left, categories on the right, one total each."""
    rows = []
    for place in range(max(len(left), len(right))):
        names: dict[str, tuple[str, str]] = {}
        amounts: dict[str, Decimal | None] = {}
        if place < len(left):
            names["revenue"] = left[place][:2]
            amounts["revenue total"] = left[place][2]
        if place < len(right):
            names["expenditure"] = right[place][:2]
            amounts |= {f"expenditure {key}": value for key, value in right[place][2].items()}
        rows.append(Row(names=names, amounts=amounts))
    totals = {"revenue total": grand[0]}
    totals |= {f"expenditure {key}": value for key, value in grand[1].items()}
    names = {"revenue": ("收入总计", "收入总计"), "expenditure": ("支出总计", "支出总计")}
    return [*rows, Row(names=names, amounts=totals)]


def ordinal(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (
        (ORDINALS[tens - 1] if tens > 1 else "")
        + ("十" if tens else "")
        + (ORDINALS[ones - 1] if ones else "")
    )


def categories(
    budget: Budget, short: bool, amounts: Callable[[str], dict[str, Decimal | None]]
) -> list[tuple[str, str, dict[str, Decimal | None]]]:
    used = set(budget.classes)
    codes = [code for code in catalogue.CATEGORIES if not short or code in used]
    lines = []
    for number, code in enumerate(codes, start=1):
        name = catalogue.function_name(code, budget.year)
        lines.append((f"{ordinal(number)}、{name}", name, amounts(code) if code in used else {}))
    return lines


def appropriation(budget: Budget, short: bool, family: str) -> list[Row]:
    def amounts(code: str) -> dict[str, Decimal | None]:
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
    return two_sides(left, categories(budget, short, amounts), (grand["total"], grand))


def both(budget: Budget, short: bool, family: str) -> list[Row]:
    general, funds, earned = (budget.sum_of(f) for f in ("general", "funds", "earned"))
    appropriated = plus([general, funds])
    operating = budget.operating_by_class()

    def amounts(code: str) -> dict[str, Decimal | None]:
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
    return two_sides(
        left(general, funds, appropriated, earned),
        categories(budget, short, amounts),
        (grand["total"], grand),
    )


Source = tuple[str, str, Decimal | None]


def _sources_2020(
    general: Decimal | None,
    funds: Decimal | None,
    appropriated: Decimal | None,
    earned: Decimal | None,
) -> list[Source]:
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


def _sources_2024(
    general: Decimal | None,
    funds: Decimal | None,
    appropriated: Decimal | None,
    earned: Decimal | None,
) -> list[Source]:
    return [
        ("一、财政拨款收入", "财政拨款收入", appropriated),
        ("1、一般公共预算资金", "一般公共预算资金", general),
        ("2、政府性基金", "政府性基金", funds),
        ("3、国有资本经营预算", "国有资本经营预算", None),
        ("二、事业收入", "事业收入", earned),
        ("三、事业单位经营收入", "事业单位经营收入", None),
        ("四、其他收入", "其他收入", None),
    ]
