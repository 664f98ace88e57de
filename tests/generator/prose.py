"""The explanatory part of a disclosure in the words of the 2020 form, true to the tables."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from generator import catalogue
from generator.budgets import WAN, Budget, plus

NOTHING = Decimal(0)
RISES = ("人员增加", "项目调整", "政策性调整")
FALLS = ("人员减少", "项目调整", "上年有结余")


def money(value: Decimal | None) -> str:
    """An amount in yuan as prose writes it: whole yuan without decimals."""
    value = value or NOTHING
    whole = value == value.to_integral_value()
    return f"{value.quantize(Decimal(1) if whole else Decimal('0.01'))}元"


def wan(value: Decimal | None) -> str:
    """An amount in 万元, to two places, without those that say nothing."""
    text = f"{((value or NOTHING) / WAN).quantize(Decimal('0.01'), rounding=ROUND_HALF_UP)}"
    return f"{text.rstrip('0').rstrip('.')}万元"


def percent(part: Decimal, whole: Decimal, places: int = 2) -> str:
    """A percentage, half up; whole hundreds without decimals."""
    value = (part * 100 / whole).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return "100%" if value == 100 else f"{value}%"


def change(
    new: Decimal | None, old: Decimal | None, basis: str, rate: bool = True, places: int = 2
) -> str:
    """How an amount compares with another: by how much, which way, and in percent."""
    new, old = new or NOTHING, old or NOTHING
    difference = new - old
    if not difference:
        return f"与{basis}持平"
    way, grew = ("增加", "增长") if difference > 0 else ("减少", "下降")
    text = f"比{basis}{way}{money(abs(difference))}"
    return f"{text}，{grew}{percent(abs(difference), old, places)}" if rate and old else text


def prose(budget: Budget) -> list[tuple[int, str]]:
    """Titles and paragraphs in order: 0 a part, 1 a section, 2 a subsection, 9 a paragraph."""
    sections = (_general, _appropriated, _basic, _three_public, _funds, _both, _revenue,
                _expenditure, _others)  # fmt: skip
    parts = [(0, f"第三部分 {_short(budget)} {budget.year} 年单位预算情况说明")]
    for section in sections:
        parts += section(budget)
    return parts


def _short(budget: Budget) -> str:
    return budget.unit.removeprefix("上海市")


def _who(budget: Budget) -> str:
    return f"{_short(budget)}（单位）{budget.year}年"


def _name(budget: Budget, code: str) -> str:
    return catalogue.function_name(code, budget.year)


def _spent(name: str) -> str:
    return name if name.endswith("支出") else name + "支出"


def _reason(budget: Budget, salt: int, compared: str) -> str:
    """Why an amount changed; what did not change needs no reason."""
    if "持平" in compared:
        return ""
    reasons = RISES if "增加" in compared else FALLS
    return f"，主要原因是{reasons[(budget.year + salt) % len(reasons)]}"


def _general(budget: Budget) -> list[tuple[int, str]]:
    appropriated = {
        c: plus([budget.sum_of("general", c), budget.sum_of("funds", c)]) for c in budget.classes
    }
    total = plus(appropriated.values())
    classes = "、".join(f"{_name(budget, c)}{money(v)}" for c, v in appropriated.items() if v)
    return [
        (1, f"一、关于{_who(budget)}财政拨款收支预算情况的总体说明"),
        (9, f"{_who(budget)}财政拨款收支总预算为{money(total)}。收入主要包括：财政拨款收入"
            f"{money(total)}；支出包括：{classes}。"),
    ]  # fmt: skip


def _appropriated(budget: Budget) -> list[tuple[int, str]]:
    total, last = budget.sum_of("general") or NOTHING, f"{budget.year - 1}年执行数"
    places = budget.manner.places
    shares = [(c, budget.sum_of("general", c)) for c in budget.classes]
    structure = "；".join(
        f"{_name(budget, c)}{money(v)}，占{percent(v, total, places)}" for c, v in shares if v
    )
    compared = change(total, budget.sum_of("before"), last, bool(budget.year % 2), places)
    lines = [
        (1, f"二、关于{_who(budget)}一般公共预算当年拨款情况说明"),
        (2, "1.一般公共预算当年拨款规模变化情况"),
        (
            9,
            f"{_who(budget)}一般公共预算当年财政拨款{money(total)}，"
            f"{compared}{_reason(budget, 0, compared)}。",
        ),
        (2, "2.一般公共预算当年财政拨款结构情况"),
        (9, f"{structure}。"),
        (2, "3.一般公共预算当年拨款具体使用情况"),
    ]
    for number, item in enumerate(budget.items):
        if item.general is not None:
            compared = change(item.general, item.before, last, places=places)
            lines.append((9, f"{_spent(_name(budget, item.code))}{budget.year}年预算数为"
                             f"{money(item.general)}，{compared}"
                             f"{_reason(budget, number, compared)}。"))  # fmt: skip
    return lines


def _basic(budget: Budget) -> list[tuple[int, str]]:
    total = budget.sum_of("basic")
    kinds = (("302", "商品和服务支出"), ("310", "资本性支出"), ("399", "其他支出"))
    goods = "、".join(name for code, name in kinds if budget.economic(code))
    return [
        (1, f"三、关于{_who(budget)}一般公共预算基本支出情况说明"),
        (9, f"{_who(budget)}一般公共预算基本支出{money(total)}，其中：人员经费"
            f"{money(budget.personnel)}，主要包括工资福利支出、对个人和家庭的补助；公用经费"
            f"{money(budget.operating)}，主要包括{goods}。"),
    ]  # fmt: skip


def _three_public(budget: Budget) -> list[tuple[int, str]]:
    last, spent, now = budget.three_public
    difference = now.total - last.total
    way = "增加" if difference > 0 else "减少"
    compared = (
        f"与{budget.year - 1}年预算持平"
        if not difference
        else f"比{budget.year - 1}年预算{way}{wan(abs(difference))}"
    )
    executed = (
        f"公务接待费{budget.year - 1}年执行数为{wan(spent.hospitality)}。"
        if budget.manner.last_execution
        else ""
    )
    return [
        (1, f"四、关于{_who(budget)}“三公”经费预算情况说明"),
        (9, f"{_who(budget)}“三公”经费预算数为{wan(now.total)}，其中：因公出国（境）费"
            f"{wan(now.overseas)}、公务接待费{wan(now.hospitality)}、公务用车购置及运行费"
            f"{wan(now.vehicles)}。{budget.year}年“三公”经费{compared}"
            f"{_reason(budget, 2, compared)}。{executed}"),
    ]  # fmt: skip


def _funds(budget: Budget) -> list[tuple[int, str]]:
    total = budget.sum_of("funds")
    said = (
        f"{_who(budget)}政府性基金预算拨款安排支出{money(total)}。"
        if total
        else f"{_who(budget)}无政府性基金预算拨款安排支出。"
    )
    return [(1, f"五、关于{_who(budget)}政府性基金预算支出情况说明"), (9, said)]


def _both(budget: Budget) -> list[tuple[int, str]]:
    last = dict(budget.last_budget)
    before = plus(last.values()) or NOTHING
    total, earned = budget.sum_of("total") or NOTHING, budget.sum_of("earned")
    compared = change(total, before, "上年预算", places=budget.manner.places)
    head = f"{money(total)}，{compared}"
    sources = f"财政拨款收入{money(total)}，{compared}"
    if earned:
        sources = f"财政拨款收入{money(total - earned)}；其他收入{money(earned)}"
    classes = "；".join(_class(budget, code, last[code]) for code in budget.classes)
    spending = "支出预算中" if earned else "财政拨款支出预算中"
    return [
        (1, f"六、关于{_who(budget)}收支预算情况的总体说明"),
        (9, f"{budget.year}年{_short(budget)}（单位）收入预算为{head}。其中：{sources}"
            f"{_reason(budget, 1, head)}；支出预算为{head}。其中：{spending}，{classes}。"),
    ]  # fmt: skip


def _class(budget: Budget, code: str, before: Decimal) -> str:
    total = budget.sum_of("total", code)
    first = next(item.code for item in budget.items if item.code.startswith(code))
    use = _name(budget, first[:5])
    compared = change(total, before, "上年预算", places=budget.manner.places)
    return (
        f"{_name(budget, code)}{money(total)}，主要用于{use}，"
        f"{compared}{_reason(budget, int(code), compared)}"
    )


def _revenue(budget: Budget) -> list[tuple[int, str]]:
    total, earned = budget.sum_of("total") or NOTHING, budget.sum_of("earned") or NOTHING
    appropriated, places = total - earned, budget.manner.places
    parts = [f"财政拨款收入为{money(appropriated)}，占{percent(appropriated, total, places)}"]
    if earned:
        parts.append(f"其他收入为{money(earned)}，占{percent(earned, total, places)}")
    return [
        (1, f"七、关于{_who(budget)}收入预算情况说明"),
        (
            9,
            f"{budget.year}年{_short(budget)}（单位）收入预算为{money(total)}，其中：{'；'.join(parts)}。",
        ),
    ]


def _expenditure(budget: Budget) -> list[tuple[int, str]]:
    total = budget.sum_of("total") or NOTHING
    parts = [
        f"{name}为{money(value)}，占{percent(value, total, budget.manner.places)}"
        for name, value in (
            ("基本支出", budget.sum_of("basic")),
            ("项目支出", budget.sum_of("projects")),
        )
        if value
    ]
    return [
        (1, f"八、关于{_who(budget)}支出预算情况说明"),
        (
            9,
            f"{budget.year}年{_short(budget)}（单位）支出预算为{money(total)}，其中：{'；'.join(parts)}。",
        ),
    ]


def _others(budget: Budget) -> list[tuple[int, str]]:
    year, who = budget.year, f"{_short(budget)}（单位）"
    agency, bought = budget.three_public[2].agency, budget.procurement
    general, enforcing, technical, other = budget.vehicles
    over50, over100, over200 = budget.equipment
    running = (
        f"{who}{year}年机关运行经费预算为{wan(agency)}。"
        if agency
        else f"{who}{year - 1}年、{year}年均未安排机关运行经费预算。"
    )
    kinds = (f"政府采购货物预算{wan(bought.goods)}、政府采购工程预算{wan(bought.works)}、"
             f"政府采购服务预算{wan(bought.services)}")  # fmt: skip
    procured = f"{year}年{who}政府采购预算总额为{wan(bought.total)}，其中：{kinds}"
    if budget.manner.parts_first:
        procured = f"{year}年{who}{kinds}，政府采购预算总额为{wan(bought.total)}"
    projects = budget.sum_of("project")
    managed = (
        f"{year}年{who}实行绩效目标管理的项目{budget.projects}个，涉及一般公共预算当年拨款{wan(projects)}。"
        if projects
        else f"{year}年{who}无实行绩效目标管理的项目。"
    )
    return [
        (1, "九、其他重要事项的情况说明"),
        (2, "1.机关运行经费预算"),
        (9, running),
        (2, "2.政府采购情况"),
        (9, f"{procured}。{year}年本单位面向"
            f"中小企业预留政府采购项目预算金额{wan(bought.small_and_medium)}，其中面向小微企业预留政府采购项目"
            f"预算金额{wan(bought.small)}。"),
        (2, "3.国有资产占有使用情况"),
        (9, f"截至{year - 1}年12月31日，{_short(budget)}共有车辆{sum(budget.vehicles)}辆，"
            f"其中：一般公务用车{general}辆、一般执法执勤用车{enforcing}辆、特种专业技术用车{technical}辆、其他用车{other}辆。"
            f"单位价值50万元以上大型设备{over50}台（套），单位价值100万元以上大型设备{over100}台（套），"
            f"单位价值200万元以上大型设备{over200}台（套）。"),
        (2, "4.国有资本经营预算财政拨款情况"),
        (9, f"{who}{year}年无国有资本经营预算财政拨款安排的预算。"),
        (2, "5.绩效目标设置情况"),
        (9, managed),
    ]  # fmt: skip
