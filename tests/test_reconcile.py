"""The identities of a disclosure: they hold where it adds up, break where it does not, and say so
where nothing can be known."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from examples import examples
from generator.sheets import families
from judging import checks_of, ledger_of
from ledgers import CLEAN, SEED, Disclosed, generated, printed_in, seed, written_down
from test_claims import section
from unitbudget.auditing import claims
from unitbudget.auditing.evaluate import Check, Evaluator
from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.facts import gathered
from unitbudget.auditing.findings import last_place
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.reconcile import apply, collapse, expand
from unitbudget.auditing.rule_language import Call
from unitbudget.auditing.rules import Rule, rule_book
from unitbudget.documents import LEARNED
from unitbudget.money.figure import Figure
from unitbudget.package import load

RULES = rule_book().rules


@cache
def disclosures() -> tuple[Disclosed, ...]:
    """Disclosures in which every identity holds, of every family."""
    return (
        seed(),
        printed_in(written_down("final-accounts"), 2024, "final_accounts"),
        printed_in(written_down("jiangsu"), 2018, "budget"),
        printed_in(written_down("all-funds"), 2024, "budget"),
        printed_in(written_down("carried-over"), 2020, "budget"),
        *(generated(number, family) for number in range(12) for family in families()),
    )


@cache
def evaluators() -> tuple[Evaluator, ...]:
    return tuple(example.evaluator() for example in disclosures())


def holding(rule: Rule) -> Iterator[tuple[Disclosed, Evaluator, Check]]:
    """Where the rule holds; nowhere may it be broken."""
    for example, evaluator in zip(disclosures(), evaluators(), strict=True):
        for one in apply(rule, evaluator, example.kind):
            assert one.status != "broken", (one.rule.statement.text, one.outcome.reason)
            if one.status == "holds":
                yield example, evaluator, one


def identify(rule: Rule) -> str:
    return f"{rule.rule_id} {rule.statement.text}"


@pytest.mark.parametrize("rule", RULES, ids=identify)
def test_every_rule_holds_somewhere_and_breaks_when_the_document_is_wrong(rule: Rule) -> None:
    found = list(holding(rule))
    assert found, "no example in which this rule holds: add one"
    assert any(_breaks(*each) for each in found), "nothing in the examples can break this rule"


def _breaks(example: Disclosed, evaluator: Evaluator, one: Check) -> bool:
    statement = one.rule.statement
    if statement.textual:
        return _breaks_as_text(example, one)
    if isinstance(statement.left, Call) and statement.left.function == "times_printed":
        return _breaks_when_repeated(example, one)
    if isinstance(statement.left, Call) and statement.left.function == "exchanged":
        return _breaks_when_exchanged(example, one)
    for cell in one.outcome.cells:
        for shift in (Decimal(1_234_567), Decimal(-1_234_567)):
            entry = evaluator.ledger.by_cell[cell]
            moved = {evaluator.ledger.slot(entry): entry.figure + shift}
            outcome = evaluator.on_trial(moved).judge(statement, one.at)
            if outcome is not None and outcome.status == "broken":
                return True
    return False


def _breaks_when_repeated(example: Disclosed, one: Check) -> bool:
    """Print a row once more under the table."""
    again = [
        {**row, "row": row["row"] + 1000, "cell": f"{row['cell']} again"}
        for row in example.amounts
        if row["cell"] in one.outcome.cells
    ]
    changed = example._replace(amounts=[*example.amounts, *again])
    found = apply(one.rule, changed.evaluator(), example.kind)
    return [each.at for each in found if each.status == "broken"] == [one.at]


def _breaks_when_exchanged(example: Disclosed, one: Check) -> bool:
    """Give two neighbouring items each other's place."""
    table, _, _ = one.at.table.partition("/")
    cells = set(one.outcome.cells)
    first, second, *_ = [row["row"] for row in example.amounts if row["cell"] in cells] + [0, 0]
    other = {first: second, second: first}
    amounts = [
        {**row, "row": other.get(row["row"], row["row"])} if row["table_id"] == table else row
        for row in example.amounts
    ]
    found = apply(one.rule, example._replace(amounts=amounts).evaluator(), example.kind)
    return any(each.status == "broken" for each in found)


def _breaks_as_text(example: Disclosed, one: Check) -> bool:
    """Give a row another name or code or its neighbour's name, take it out, deny a table."""
    rows = {(row["table_id"], row["direction"], row["row"]) for row in example.amounts
            if row["cell"] in one.outcome.cells}  # fmt: skip
    for place in rows or {("", "", 0)}:
        here = [r for r in example.amounts if (r["table_id"], r["direction"], r["row"]) == place]
        rest = [row for row in example.amounts if row not in here]
        renamed = [*rest, *({**row, "name": row["name"] + "等"} for row in here)]
        recoded = [*rest, *({**row, key: f"{row[key][:-2]}98"} for row in here
                            for key in ("function_code", "economic_code") if row[key])]  # fmt: skip
        names = {row["name"] for row in rest if row["table_id"] == place[0]} - {""}
        misnamed = [[*rest, *({**row, "name": name} for row in here)] for name in names]
        denied = [{**table, "note": "本表无数据"} for table in example.tables]
        for changed in (
            example._replace(amounts=renamed),
            example._replace(amounts=rest),
            example._replace(tables=denied),
            example._replace(amounts=recoded),
            *(example._replace(amounts=each) for each in misnamed),
        ):
            again = apply(one.rule, changed.evaluator(), example.kind)
            if any(each.status == "broken" for each in again):
                return True
    return False


@pytest.mark.parametrize("number", range(12, 32))
@pytest.mark.parametrize("family", families())
def test_no_false_alarm_on_other_budgets_that_add_up(number: int, family: str) -> None:
    broken = [one for one in generated(number, family).checks() if one.status == "broken"]
    assert not broken, [(one.rule.statement.text, one.outcome.reason) for one in broken]


def test_the_first_document_is_checked_all_over_and_holds() -> None:
    package = load(CLEAN).document(SEED)
    checks, _ = checks_of(ledger_of(package), "budget", "shanghai-budget-2020")
    assert set(checks["status"]) == {"holds"}
    counted = Counter(checks["rule_id"])
    assert set(counted) == {f"R{n:02}" for n in [*range(1, 23), *range(39, 43)]}
    assert sum(counted[f"R{n:02}"] for n in range(1, 23)) >= 340
    cells = set(package.amounts["cell"])
    witnessed = {cell for row in checks["cells"] for cell in row.split(";") if cell}
    assert witnessed <= cells
    # only the prose speaks of the running costs of agencies
    alone = package.amounts[~package.amounts["cell"].isin(witnessed)]
    assert set(alone["measure"]) <= {"agency_running_costs"}


def test_facts_from_prose_and_forms_are_checked_too() -> None:
    statuses = {(one.rule.rule_id, one.status) for one in seed().checks()}
    assert {("R37", "holds"), ("R43", "holds")} <= statuses
    assert not {rule for rule, status in statuses if status != "holds"}


def budget(text: str, unit: str = "元") -> list[Check]:
    return printed_in(text, 2020, "budget", unit).checks()


def statuses(checks: list[Check], check_text: str) -> list[str]:
    return [one.status for one in checks if one.rule.statement.text == check_text]


def seen(checks: list[Check], check_text: str) -> list[str]:
    """The verdicts where there was anything to judge."""
    return [status for status in statuses(checks, check_text) if status != "cannot_check"]


def test_a_missing_table_is_never_right() -> None:
    checks = budget("general_public_budget | 合计 | total 5.00")
    missing = [one for one in checks if one.rule.rule_id in ("R13", "R16", "R19")]
    assert missing and {one.status for one in missing} == {"cannot_check"}
    assert all(one.outcome.reason for one in checks if one.status == "cannot_check")
    assert any("未见" in one.outcome.reason for one in missing)


def test_an_empty_table_counts_as_zero_only_with_its_note() -> None:
    text = "appropriation/expenditure | 支出总计 | total 5.00 | government_managed_funds 5.00\n"
    rule = (
        "appropriation/expenditure[total].government_managed_funds?"
        " = government_managed_funds[total].total"
    )
    noted = text + "government_managed_funds | 本单位无政府性基金支出，故本表无数据。"
    silent = text + "government_managed_funds | 单位：元"
    assert statuses(budget(noted), rule) == ["broken"]
    assert statuses(budget(silent), rule) == ["cannot_check"]


@examples("parts, whole, unit, status")
def test_rounding_is_the_only_tolerance(
    parts: list[str], whole: str, unit: str, status: str
) -> None:
    rows = [f"expenditure | 20{n} 甲 | total {part}" for n, part in enumerate(parts, start=1)]
    checks = budget("\n".join([*rows, f"expenditure | 合计 | total {whole}"]), unit)
    (one,) = [one for one in checks if one.rule.rule_id == "R02" and one.at.column]
    assert one.status == status
    assert ("四舍五入" in one.outcome.reason) == (status == "holds")


def test_one_row_per_code_whichever_table_lacks_it() -> None:
    checks = budget(
        "revenue | 201 甲 | total 1.00\nrevenue | 208 乙 | total 1.00\n"
        "expenditure | 201 甲 | total 1.00\nexpenditure | 210 丙 | total 1.00"
    )
    text = "printed(revenue[row]) = printed(expenditure[row])"
    found = {one.at.row: one.status for one in checks if one.rule.statement.text == text}
    assert found == {"201": "holds", "208": "broken", "210": "broken"}


def test_a_misprinted_code_still_belongs_to_its_class() -> None:
    checks = budget(
        "basic_expenditure | 301 工资福利支出 | total 3.00\n"
        "basic_expenditure | 30101 基本工资 | total 1.00\n"
        "basic_expenditure | 3012 其他社会保障缴费 | total 2.00\n"
        "basic_expenditure | 合计 | total 3.00"
    )
    sums = [one for one in checks if one.rule.rule_id in ("R01", "R02", "R03") and one.at.column]
    assert [one.status for one in sums] == ["holds"] * 3


def test_categories_are_matched_whatever_their_list_calls_them() -> None:
    checks = budget(
        "general_public_budget | 210 卫生健康支出 | total 3.00\n"
        "general_public_budget | 221 住房保障支出 | total 2.00\n"
        "appropriation/expenditure | 医疗卫生与计划生育支出 | general_public_budget 3.00\n"
        "appropriation/expenditure | 住房保障（类） | general_public_budget 2.00"
    )
    text = "appropriation[row].general_public_budget = general_public_budget[row].total"
    assert statuses(checks, text) == ["holds", "holds"]


def test_an_inference_that_fails_is_no_mistake() -> None:
    checks = budget(
        "basic_expenditure | 30101 基本工资 | total 100.00\n"
        "basic_expenditure | 30228 工会经费 | total 9.00"
    )
    (one,) = [one for one in checks if one.rule.rule_id == "R39"]
    assert (one.status, one.outcome.reason) == ("cannot_check", one.rule.otherwise)


def test_what_cannot_be_checked_is_said_once() -> None:
    rows = [f"general_public_budget | 20{n} 甲 | total 1.00" for n in range(1, 6)]
    checks = budget("\n".join([*rows, "general_public_budget | 合计 | total 5.00"]))
    said = Counter(
        (one.rule, one.outcome.reason) for one in collapse(checks) if one.status == "cannot_check"
    )
    assert said and set(said.values()) == {1}


def test_broken_checks_name_both_sides_and_a_culprit() -> None:
    package = load(CLEAN).document(SEED)
    wrong = package.amounts.copy()
    place = wrong.index[
        (wrong["table_id"] == "expenditure")
        & (wrong["function_code"] == "2080505")
        & (wrong["measure"] == "total")
    ][0]
    wrong.loc[place, ["value", "printed"]] = [283291.65, "283291.65"]
    ledger = Ledger(wrong, package.tables)
    checks, suspects = checks_of(ledger, "budget", "shanghai-budget-2020")
    broken = checks[checks["status"] == "broken"]
    cell = wrong.loc[place, "cell"]
    assert len(broken) >= 4
    assert (broken["difference"].abs().round(2) == 0.09).all() and (broken["allowed"] == 0).all()
    assert broken["suspects"].str.startswith("expenditure/2080505/total=283291.65").all()
    first = suspects.iloc[0]
    assert (first["cell"], first["mended_value"]) == (cell, 283291.56)
    assert first["broken"] == len(broken)


def test_figures_of_both_sides_carry_their_formula() -> None:
    one = next(one for one in seed().checks() if one.rule.rule_id == "R07" and one.at.row == "201")
    assert isinstance(one.outcome.computed, Figure)
    assert one.outcome.computed.formula == "172207.83 ÷ 5394794.09"


@examples("code, name, status, reason")
def test_a_name_that_is_another_codes_is_noticed_and_no_other(
    code: str, name: str, status: str, reason: str
) -> None:
    checks = budget(f"basic_expenditure | {code} {name} | total 1.00")
    found = [one for one in checks if one.rule.statement.text == "name([row]) = proper_name([row])"]
    found = [one for one in found if one.at.row]
    assert [(one.status, one.outcome.reason) for one in found] == (
        [(status, reason)] if status else []
    )


ORDER = "exchanged(sum [leaves]) = 0"


@examples("codes, status")
def test_two_rows_in_each_others_place_are_noticed(codes: list[str], status: str) -> None:
    checks = budget("\n".join(f"basic_expenditure | {code} 甲 | total 1.00" for code in codes))
    found = [one for one in checks if one.rule.statement.text == ORDER and one.outcome.cells]
    assert [one.status for one in found] == [status]


def test_a_row_printed_twice_is_noticed() -> None:
    checks = budget(
        "expenditure | 201 甲 | total 1.00\nexpenditure | 208 乙 | total 1.00\n"
        "expenditure | 201 甲 | total 1.00\nexpenditure | 合计 | total 2.00"
    )
    found = {one.at.row: one.status for one in checks
             if one.rule.statement.text == "times_printed([row]) = 1" and one.at.row}  # fmt: skip
    assert found == {"201": "broken", "208": "holds", "total": "holds"}


def test_a_category_without_its_items_is_noticed() -> None:
    checks = budget(
        "basic_expenditure | 301 工资福利支出 | total 1.00\n"
        "basic_expenditure | 30101 基本工资 | total 1.00\n"
        "basic_expenditure | 303 对个人和家庭的补助 | total 1.00\n"
        "basic_expenditure | 310 资本性支出 | total 0.00"
    )
    text = "printed([row]) = printed(sum [children])"
    found = {one.at.row: one.status for one in checks if one.rule.statement.text == text}
    del found[""]
    assert found == {"301": "holds", "303": "broken"}


# --- rates bound to years ------------------------------------------------------------------------

CONTRIBUTIONS = """
basic_expenditure | 30108 机关事业单位基本养老保险缴费 | total {pension}
basic_expenditure | 30109 职业年金缴费 | total 9600.00
basic_expenditure | 30110 职工基本医疗保险缴费 | total 11400.00
basic_expenditure | 合计 | total {total}
"""
PENSION = "monthly(basic_expenditure[30108].total, rate(30108)) = "
ANNUITY, HEALTH = (
    f"{PENSION}monthly(basic_expenditure[{code}].total, rate({code}))" for code in (30109, 30110)
)


@examples("year, layout, pension, annuity, health")
def test_rates_belong_to_years_and_places(
    year: int, layout: str, pension: str, annuity: str, health: str
) -> None:
    total = Decimal(pension) + Decimal("21000.00")
    text = CONTRIBUTIONS.format(pension=pension, total=total)
    checks = printed_in(text, year, "budget", "元")._replace(layout=layout).checks()
    for check_text, expected in ((ANNUITY, annuity), (HEALTH, health)):
        (one,) = [each for each in checks if each.rule.statement.text == check_text]
        assert expected in (one.status, one.outcome.reason) or expected in one.outcome.reason
        assert one.status in ("holds", "cannot_check")


# --- what the prose says of empty tables ---------------------------------------------------------


def test_the_prose_may_say_why_a_table_is_empty() -> None:
    rule = "is_empty(government_managed_funds) = declared_empty(government_managed_funds)"
    silent = printed_in("government_managed_funds | 单位：元", 2020, "budget")
    ledger = Ledger(silent.amounts, silent.tables)
    prose = [section("政府性基金预算", "本单位2020年没有使用政府性基金安排的支出。")]
    claimed = claims.check(Prose(prose, ledger, "budget"))
    for status, expected in (("holds", "holds"), ("cannot_check", "cannot_check")):
        said = gathered([replace(claim, status=status) for claim in claimed], [], ledger)
        found = [one for one in silent._replace(stated=tuple(said)).checks()
                 if one.rule.statement.text == rule]  # fmt: skip
        assert [one.status for one in found] == [expected]


# --- codes and names -----------------------------------------------------------------------------


def test_a_code_without_the_one_above_it_is_noticed() -> None:
    text = """
expenditure | 201 一般公共服务支出 | total 5.00
expenditure | 20129 群众团体事务 | total 5.00
expenditure | 2012901 行政运行 | total 5.00
expenditure | 2080505 机关事业单位基本养老保险缴费支出 | total 3.00
expenditure | 合计 | total 8.00
"""
    rule = "printed([row]) = printed([parent])"
    found = [one for one in budget(text) if one.rule.statement.text == rule]
    assert {one.at.row: one.status for one in found if one.at.row} == {
        "20129": "holds", "2012901": "holds", "2080505": "broken",
    }  # fmt: skip


def test_one_name_under_two_codes_is_noticed() -> None:
    text = """
revenue | 20129 群众团体事务 | total 5.00
revenue | 2012988 其他群众团体事务支出 | total 5.00
expenditure | 20129 群众团体事务 | total 5.00
expenditure | 2012999 其他群众团体事务支出 | total 5.00
"""
    rule = "code(revenue[row]) = namesake(expenditure[row])"
    found = [one for one in budget(text) if one.rule.statement.text == rule]
    assert {one.at.row: one.status for one in found} == {"20129": "holds", "2012988": "broken"}


def test_codes_side_by_side_are_each_in_their_own_order() -> None:
    text = """
basic_expenditure | 30101 基本工资 | total 5.00
basic_expenditure | 30102 津贴补贴 | total 4.00
basic_expenditure | 30103 奖金 | total 3.00
"""
    left = printed_in(text, 2020, "final_accounts").amounts
    right = [
        {**row, "function_code": row["function_code"].replace("301", "302"),
         "cell": row["cell"].replace("C1", "C5")}
        for row in left
    ]  # fmt: skip
    twins = Disclosed([*left, *right], [], "final_accounts")
    rule = "exchanged(sum [leaves]) = 0"
    assert seen(twins.checks(), rule) == ["holds"]
    codes = {"30201": "30203", "30203": "30201"}
    swapped = [
        {**row, "function_code": codes.get(row["function_code"], row["function_code"])}
        for row in twins.amounts
    ]
    assert seen(twins._replace(amounts=swapped).checks(), rule) == ["broken"]


@examples("code, name, status")
def test_every_name_of_the_economic_list_is_known(code: str, name: str, status: str) -> None:
    text = f"basic_expenditure | {code} {name} | total 5.00"
    found = seen(budget(text), "name([row]) = proper_name([row])")
    assert (found or ["none"]) == [status]


def test_in_a_table_of_one_row_a_total_left_blank_is_noticed() -> None:
    text = "three_public_expenses | | total 2.50 | hospitality 2.50 | hospitality approved 3.00"
    rule = "total@time = overseas_travel@time? + hospitality@time? + vehicles@time?"
    printed = printed_in(text, 2024, "final_accounts")
    assert sorted(statuses(printed.checks(), rule)) == ["broken", "holds"]
    without = [row for row in printed.amounts if row["measure"] != "total"]
    unknown = statuses(printed._replace(amounts=without).checks(), rule)
    assert set(unknown) == {"cannot_check"}


def test_both_sides_print_the_years_sums() -> None:
    text = """
revenue_and_expenditure/revenue | 本年收入合计 | total 5.00
revenue_and_expenditure/revenue | 总计 | total 5.00
revenue_and_expenditure/expenditure | 总计 | total 5.00
"""
    rule = (
        "printed(revenue_and_expenditure/revenue[current])"
        " = printed(revenue_and_expenditure/expenditure[current])"
    )
    checks = printed_in(text, 2024, "final_accounts").checks()
    assert statuses(checks, rule) == ["broken"]
    assert statuses(budget(text.replace("| 本年收入合计", "| 其他收入")), rule) == []


def test_whole_yuan_beside_fen_are_off_by_the_last_place_only() -> None:
    text = """
general_public_budget | 201 一般公共服务支出 | total {}
general_public_budget | 20129 群众团体事务 | total 60.34
general_public_budget | 20136 其他共产党事务 | total 40.00
general_public_budget | 合计 | total 100.34
"""
    for total, near in (("100", True), ("95", False)):
        disclosed = printed_in(text.format(total), 2024, "budget", "元")
        broken = [each for each in disclosed.checks() if each.status == "broken"]
        ledger = disclosed.evaluator().ledger
        assert broken and {last_place(ledger, each) for each in broken} == {near}


def learned(rows: Sequence[str]) -> list[Check]:
    """The checks of a table of these rows that no template knows."""
    found = printed_in("\n".join(f"general_public_budget | {row}" for row in rows), 2031, "budget")
    tables = [row | {"understood_by": LEARNED} for row in found.tables]
    evaluator = Evaluator(Ledger(found.amounts, tables), "")
    return [one for one in expand(evaluator, "budget") if one.rule.rule_id in ("R04", "R08")]


RIGHT = [f"甲{n}支出 | total 9.00 | basic 5.00 | personnel 3.00 | operating 2.00 | project 4.00"
         for n in range(12)]  # fmt: skip
OFF = "{} | total 9.00 | basic 5.00 | personnel 3.50 | operating 2.00 | project 4.00"


def test_one_cause_in_a_row_its_category_and_the_total_accuses_a_layout_nobody_taught() -> None:
    broken = [one for one in learned([*RIGHT, *map(OFF.format, ("乙支出", "丙", "合计"))])
              if one.status == "broken"]  # fmt: skip
    assert {one.rule.says for one in broken} == {"基本支出等于人员经费加公用经费"}
    assert len(broken) == 3


def test_a_rule_that_fails_in_many_ways_is_not_that_of_a_layout_nobody_taught() -> None:
    many = [OFF.format(name).replace("3.50", f"3.{gap}") for name, gap in
            (("乙支出", 50), ("丙支出", 61), ("丁支出", 72), ("合计", 83))]  # fmt: skip
    assert not [one for one in learned([*RIGHT, *many]) if one.status == "broken"]


def test_no_sum_along_a_row_accuses_where_a_column_is_not_known() -> None:
    off = "乙支出 | total 9.50 | basic 5.00 | project 4.00 | unclassified 0.50"
    rows = [*RIGHT, *(row.replace("甲", "丙") for row in RIGHT), "合计 | total 9.00 | basic 9.00"]
    assert [one.status for one in learned([*rows, off]) if "乙" in one.subject] == ["cannot_check"]
    known = learned([*rows, off.replace("unclassified", "change")])
    assert [one.status for one in known if "乙" in one.subject] == ["broken"]
