"""What the tables of final accounts and of Jiangsu's forms hold, where they differ."""

from __future__ import annotations

from collections.abc import Iterator

from generator.balances import (
    Amounts,
    Money,
    Source,
    appropriation,
    both,
    categories,
    ordinal,
    sides,
)
from generator.budgets import OPERATING, PERSONNEL, Budget, ThreePublic, plus
from generator.contents import CONTENT as COMMON
from generator.contents import Content, Row, coded, named, parts


def _sources(*named_amounts: tuple[str, Money]) -> list[Source]:
    return [
        (f"{ordinal(n)}、{name}", name, value)
        for n, (name, value) in enumerate(named_amounts, start=1)
    ]


def _final_both(budget: Budget, short: bool, family: str) -> list[Row]:
    general, funds, earned, total = _sums(budget)
    left = _sources(
        ("一般公共预算财政拨款收入", general), ("政府性基金预算财政拨款收入", funds),
        ("国有资本经营预算财政拨款收入", None), ("上级补助收入", None), ("事业收入", earned),
        ("经营收入", None), ("附属单位上缴收入", None), ("其他收入", None),
    )  # fmt: skip
    right = categories(budget, short, lambda code: {"total": budget.sum_of("total", code)})
    closing = [
        ("本年收入合计", "本年支出合计", total, {"total": total}),
        ("使用非财政拨款结余", "结余分配", None, {}),
        ("年初结转和结余", "年末结转和结余", None, {}),
        ("总计", "总计", total, {"total": total}),
    ]
    return sides(left, right, closing)


def _final_appropriation(budget: Budget, short: bool, family: str) -> list[Row]:
    def amounts(code: str) -> Amounts:
        general, funds = budget.sum_of("general", code), budget.sum_of("funds", code)
        both = plus([general, funds])
        return {"total": both, "general_public_budget": general, "government_managed_funds": funds}

    left = _sources(
        ("一般公共预算财政拨款", budget.sum_of("general")),
        ("政府性基金预算财政拨款", budget.sum_of("funds")),
        ("国有资本经营预算财政拨款", None),
    )
    grand = amounts("")
    closing = [
        ("本年收入合计", "本年支出合计", grand["total"], grand),
        ("年初财政拨款结转和结余", "年末财政拨款结转和结余", None, {}),
        ("总计", "总计", grand["total"], grand),
    ]
    return sides(left, categories(budget, short, amounts), closing)


def _final_basic(budget: Budget, short: bool, family: str) -> list[Row]:
    """Personnel lines on the left, operating lines on the right, a total of each."""
    lines = {side: _lines(budget, kinds) for side, kinds in
             (("left", PERSONNEL), ("right", OPERATING))}  # fmt: skip
    rows = []
    for place in range(max(map(len, lines.values()))):
        here = {side: codes[place] for side, codes in lines.items() if place < len(codes)}
        names = {side: named(code, budget, "economic")[""] for side, code in here.items()}
        amounts = {f"{side} total": budget.economic(code) for side, code in here.items()}
        rows.append(Row(codes=here, names=names, amounts=amounts))
    totals = {"left": ("人员经费合计",) * 2, "right": ("公用经费合计",) * 2}
    sums = {"left total": budget.personnel, "right total": budget.operating}
    return [*rows, Row(names=totals, amounts=sums)]


def _lines(budget: Budget, kinds: tuple[str, ...]) -> list[str]:
    found = {code[:n] for code, _ in budget.economics if code.startswith(kinds) for n in (3, 5)}
    return sorted(found)


def _final_three_public(budget: Budget, short: bool, family: str) -> list[Row]:
    """What was budgeted beside what was spent."""
    last, _, spent = budget.three_public
    amounts: Amounts = dict(parts(spent))
    planned = {name: max(getattr(last, name), getattr(spent, name)) for name in vars(spent)}
    for measure, value in parts(ThreePublic(**planned)).items():
        amounts[f"{measure} approved"] = value
    return [Row(amounts=amounts)]


def _unified_both(budget: Budget, short: bool, family: str) -> list[Row]:
    """Sources and categories of the year, then what is carried over."""
    general, funds, earned, total = _sums(budget)
    left = _sources(
        ("一般公共预算拨款收入", general), ("政府性基金预算拨款收入", funds),
        ("国有资本经营预算拨款收入", None), ("事业收入", earned), ("事业单位经营收入", None),
        ("其他收入", None),
    )  # fmt: skip
    right = categories(budget, short, lambda code: {"total": budget.sum_of("total", code)})
    closing = [
        ("本年收入合计", "本年支出合计", total, {"total": total}),
        ("使用非财政拨款结余", "结转下年", None, {}),
        ("收入总计", "支出总计", total, {"total": total}),
    ]
    return sides(left, right, closing)


def _unified_appropriation(budget: Budget, short: bool, family: str) -> list[Row]:
    """The year's appropriation stands over the funds it is made of."""
    rows = _final_appropriation(budget, short, family)
    body, (current, _, grand) = rows[:-3], rows[-3:]

    def called(row: Row, left: str, right: str) -> Row:
        sides = {"revenue": left, "expenditure": right}
        names = {side: (said, said.lstrip("一二、")) for side, said in sides.items()}
        return Row(names=names, amounts=row.amounts)

    return [
        called(current, "一、本年收入", "一、本年支出"),
        *body,
        called(Row(), "二、上年结转", "二、结转下年"),
        called(grand, "收入总计", "支出总计"),
    ]


def _jiangsu_both(budget: Budget, short: bool, family: str) -> list[Row]:
    """Three sides: sources, functions, purposes."""
    general, funds, earned, total = _sums(budget)
    left = [
        ("一、财政拨款", "财政拨款", plus([general, funds])),
        ("1.一般公共预算", "一般公共预算", general),
        ("2.政府性基金预算", "政府性基金预算", funds),
        ("二、财政专户管理资金", "财政专户管理资金", None),
        ("三、其他资金", "其他资金", earned),
    ]
    right = categories(budget, short, lambda code: {"total": budget.sum_of("total", code)})
    closing = [
        ("当年收入小计", "当年支出小计", total, {"total": total}),
        ("上年结转资金", "结转下年资金", None, {}),
        ("收入合计", "支出合计", total, {"total": total}),
    ]
    rows = sides(left, right, closing)
    purposes = [("一、基本支出", "基本支出", budget.sum_of("basic")),
                ("二、项目支出", "项目支出", budget.sum_of("projects")),
                ("三、单位预留机动经费", "单位预留机动经费", None)]  # fmt: skip
    for place, (label, name, value) in enumerate(purposes):
        row = rows[place]
        rows[place] = Row(
            names=dict(row.names) | {"purpose": (label, name)},
            amounts=dict(row.amounts) | {"purpose total": value},
        )
    return rows


def _jiangsu_revenue(budget: Budget, short: bool, family: str) -> list[Row]:
    general, funds, earned, total = _sums(budget)
    lines = (("收入总计", total), ("一般公共预算资金", general), ("政府性基金", funds),
             ("财政专户管理资金", None), ("其他资金", earned))  # fmt: skip
    return [Row(names={"": (name, name)}, amounts={"total": value}) for name, value in lines]


def _jiangsu_expenditure(budget: Budget, short: bool, family: str) -> list[Row]:
    names = {"total": "total", "basic": "basic", "project": "projects"}
    return [Row(amounts={key: budget.sum_of(field) for key, field in names.items()})]


def _jiangsu_appropriation(budget: Budget, short: bool, family: str) -> list[Row]:
    general, funds, _, _ = _sums(budget)
    total = plus([general, funds])
    project = plus([budget.sum_of("project"), funds])
    left = _sources(("一般公共预算", general), ("政府性基金预算", funds))
    right = [
        ("一、基本支出", "基本支出", {"total": budget.sum_of("basic")}),
        ("二、项目支出", "项目支出", {"total": project}),
        ("三、单位预留机动经费", "单位预留机动经费", {"total": None}),
    ]
    return sides(left, right, [("收入合计", "支出合计", total, {"total": total})])


def _jiangsu_appropriated(budget: Budget, short: bool, family: str) -> list[Row]:
    def amounts(code: str) -> Amounts:
        return {"total": plus([budget.sum_of("general", code), budget.sum_of("funds", code)])}

    return [row for row in coded(budget, "total", amounts) if row.amounts["total"] is not None]


def _jiangsu_running(budget: Budget, short: bool, family: str) -> list[Row]:
    """An office's running costs by economic line."""
    if not budget.administrative:
        return []
    codes = _lines(budget, OPERATING)
    rows = [
        Row(code, named(code, budget, "economic"), {"total": budget.economic(code)})
        for code in codes
    ]
    return [*rows, Row("", {"": ("合计", "合计")}, {"total": budget.operating})]


def _jiangsu_three_public(budget: Budget, short: bool, family: str) -> list[Row]:
    figures = parts(budget.three_public[2])
    meetings, training = (budget.economic(code) for code in ("30215", "30216"))
    every = plus([figures["total"], meetings, training])
    more = {"total_with_meetings_and_training": every, "meetings": meetings, "training": training}
    return [Row(amounts=dict(figures) | more)]


def _sums(budget: Budget) -> Iterator[Money]:
    return (budget.sum_of(name) for name in ("general", "funds", "earned", "total"))


CONTENT: dict[str, Content] = COMMON | {
    "appropriation": appropriation,
    "revenue_and_expenditure": both,
    "final_revenue_and_expenditure": _final_both,
    "final_appropriation": _final_appropriation,
    "final_basic_expenditure": _final_basic,
    "final_three_public_expenses": _final_three_public,
    "unified_revenue_and_expenditure": _unified_both,
    "unified_appropriation": _unified_appropriation,
    "jiangsu_revenue_and_expenditure": _jiangsu_both,
    "jiangsu_revenue": _jiangsu_revenue,
    "jiangsu_expenditure": _jiangsu_expenditure,
    "jiangsu_appropriation": _jiangsu_appropriation,
    "appropriation_expenditure": _jiangsu_appropriated,
    "appropriation_basic_expenditure": COMMON["basic_expenditure"],
    "agency_running_costs": _jiangsu_running,
    "jiangsu_three_public_expenses": _jiangsu_three_public,
}
