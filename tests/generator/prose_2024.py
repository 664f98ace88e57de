"""The explanatory part in the words of later forms: all in 万元, one paragraph for each item."""

from __future__ import annotations

from decimal import Decimal

from generator import catalogue
from generator.budgets import Budget, Item, plus
from generator.prose import NOTHING, percent, wan

Parts = list[tuple[int, str]]


def compilation(budget: Budget) -> Parts:
    """The 编制说明, which stands before the tables."""
    year, last = budget.year, budget.year - 1
    total, earned = budget.sum_of("total") or NOTHING, budget.sum_of("earned") or NOTHING
    funds = budget.sum_of("funds") or NOTHING
    appropriated = total - earned
    before = max(sum((v for _, v in budget.last_budget), NOTHING) - earned, funds)
    changed = change(appropriated, before, f"{last}年预算")
    general = change(appropriated - funds, before - funds, f"{last}年预算")
    parts = [
        (0, f"{year}年单位预算编制说明"),
        (9, f"{year}年，{budget.unit}收入预算{wan(total)}，其中：财政拨款收入{wan(appropriated)}，"
            f"{changed}；事业收入{wan(earned)}；事业单位经营收入0万元；其他收入0万元。"),
        (9, f"支出预算{wan(total)}，其中：财政拨款支出预算{wan(appropriated)}，{changed}。"
            f"财政拨款支出预算中，一般公共预算拨款支出预算{wan(appropriated - funds)}，{general}；"
            f"政府性基金拨款支出预算{wan(funds)}，与{last}年预算持平；"
            f"国有资本经营预算拨款支出预算0万元，与{last}年预算持平。"),
    ]  # fmt: skip
    if appropriated != before:
        way = "增加" if appropriated > before else "减少"
        parts.append((9, f"财政拨款收入支出{way}的主要原因是项目调整。"))
    parts.append((9, "财政拨款支出主要内容如下："))
    items = [item for item in budget.items if item.general is not None or item.funds is not None]
    return parts + [(9, _item(budget, n, item)) for n, item in enumerate(items, start=1)]


def change(new: Decimal, old: Decimal, basis: str) -> str:
    """How an amount compares with another, in 万元."""
    if new == old:
        return f"与{basis}持平"
    return f"比{basis}{'增加' if new > old else '减少'}{wan(abs(new - old))}"


def _item(budget: Budget, number: int, item: Item) -> str:
    """What an item is for; in some years also how it compares with last year's execution."""
    year, last = budget.year, budget.year - 1
    main, section, name = (catalogue.function_name(item.code[:n], year) for n in (3, 5, 7))
    amount = plus([item.general, item.funds]) or NOTHING
    if year % 2:
        return f"{number}. “{main}-{section}-{name}”科目{wan(amount)}，主要用于{name}方面的支出。"
    before = item.before or NOTHING
    if item.funds is not None:
        before = amount
    if before == amount:
        compared = f"与{last}年预算执行数持平。"
    elif not before:
        compared = f"比{last}年预算执行数增加{wan(amount)}。"
    else:
        way = "增加" if amount > before else "减少"
        rate = percent(abs(amount - before), before, budget.manner.places)
        compared = f"比{last}年预算执行数{way}{rate}。"
    return (
        f"{number}. “{main}（类）{section}（款）{name}（项）”{wan(amount)}，主要用于{name}。"
        f"{last}年当年预算执行数为{wan(before)}，{year}年预算安排{wan(amount)}，{compared}"
    )


def others(budget: Budget) -> Parts:
    """The 其他相关情况说明, which stands behind the tables."""
    year, unit, bought = budget.year, budget.unit, budget.procurement
    agency, projects = budget.three_public[2].agency, budget.sum_of("project")
    kinds = ("机要通信用车", "执法执勤用车", "特种专业技术用车", "其他用车")
    counted = "、".join(f"{k}{n}辆" for k, n in zip(kinds, budget.vehicles, strict=True))
    running = f"财政拨款的机关运行经费预算为{wan(agency)}" if agency else "未安排机关运行经费预算"
    return [
        (0, "其他相关情况说明"),
        *_three_public(budget),
        (1, "二、机关运行经费预算"),
        (9, f"{year}年{unit}{running}。"),
        (1, "三、政府采购预算情况"),
        (9, f"{year}年度本单位政府采购预算{wan(bought.total)}，"
            f"其中：政府采购货物预算{wan(bought.goods)}、"
            f"政府采购工程预算{wan(bought.works)}、政府采购服务预算{wan(bought.services)}。"),
        (9, f"{year}年本单位面向中小企业预留政府采购项目预算金额"
            f"{wan(bought.small_and_medium)}，其中，"
            f"预留给小型和微型企业的政府采购项目预算为{wan(bought.small)}。"),
        (1, "四、绩效目标设置情况"),
        (9, f"{year}年度，本单位编报绩效目标的项目共{budget.projects}个，"
            f"涉及项目预算资金{wan(projects)}。"),
        (1, "五、国有资产占有使用情况"),
        (9, f"截至{year - 1}年8月31日，{unit}共有车辆{sum(budget.vehicles)}辆，"
            f"其中：{counted}；"
            f"单价100万元（含）以上设备（不含车辆）{budget.equipment[1]}台（套）。"),
    ]  # fmt: skip


def _three_public(budget: Budget) -> Parts:
    """The three public expenses, each compared with last year's budget."""
    last, _, now = budget.three_public
    basis = f"{budget.year - 1}年预算"

    def said(name: str, field: str) -> str:
        new, old = getattr(now, field), getattr(last, field)
        return f"{name}{wan(new)}，{change(new, old, basis)}"

    cars = said("公务用车购置及运行费", "vehicles")
    bought, driven = said("公务用车购置费", "purchase"), said("公务用车运行费", "running")
    return [
        (1, f"一、{budget.year}年“三公”经费预算情况说明"),
        (9, f"{budget.year}年{said('“三公”经费预算数为', 'total')}。其中："),
        (9, f"（一）{said('因公出国（境）费', 'overseas')}。"),
        (9, f"（二）{cars}。其中：{bought}；{driven}。"),
        (9, f"（三）{said('公务接待费', 'hospitality')}。"),
    ]
