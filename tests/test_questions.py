"""What a text says wrongly without a table to tell: each kind on made-up texts, right and wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from examples import examples
from ledgers import Disclosed, printed_in
from unitbudget.auditing import (
    questions_of_items,
    questions_of_names,
    questions_of_prose,
    questions_of_sums,
    questions_of_text,
)
from unitbudget.auditing.case import Case, Finding
from unitbudget.auditing.codes import OddCode, as_meant, odd_codes
from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.ledger import Ledger
from unitbudget.documents import Box, Cell, Grid, Line, Page, Printed
from unitbudget.reading.narrative import Section
from unitbudget.reading.paragraphs import Paragraph

NOTHING = Disclosed([], [])
BLANK = Page(1, 595, 842, (), ())


def section(title: str, *texts: str, path: str = "1", page: int = 1) -> Section:
    line = Line(page, "", Box(0, 0, 1, 1))
    body = tuple(Paragraph(text, (0,), (line,)) for text in texts)
    return Section(path, title, 1, page, (title,), body)


def case(
    sections: Sequence[Section],
    disclosed: Disclosed = NOTHING,
    pages: tuple[Page, ...] = (BLANK,),
    **document: Any,
) -> Case:
    """A document of that prose and those tables, and nothing else."""
    about = {"fiscal_year": 2026, "kind": "budget", "unit": "甲市乙区丙局", "district": "乙区"}
    ledger = Ledger(disclosed.amounts, disclosed.tables)
    spoken = Prose(sections, ledger, "budget")
    tables = [{"first_page": 1, "last_page": 1, "title": "", **row} for row in disclosed.tables]
    return Case(Printed("a.pdf", "", pages), spoken, about | document, tables)


def said(found: Sequence[Finding], rule: str) -> list[str]:
    return [each.says for each in found if each.rule_id == rule]


@examples("text, words")
def test_what_a_template_leaves_behind(text: str, words: str) -> None:
    for prose in ([section("说明", text)], [section(text.rstrip("。"), "正文。")]):
        (says,) = said([*questions_of_text.ask_about(case(prose))], "S38")
        assert f"“{words}”" in says


@examples("text")
def test_what_no_template_leaves_behind(text: str) -> None:
    assert said([*questions_of_text.ask_about(case([section("说明", text)]))], "S38") == []


def test_a_reason_announced_and_left_out() -> None:
    text = "公务接待费1.00万元，与2025年预算持平，主要原因是。"
    found = [*questions_of_text.ask_about(case([section("“三公”经费", text)]))]
    assert said(found, "S04") == ["“公务接待费”的变动原因只写了“主要原因是”，后面是空的。"]
    whole = text.replace("是。", "是厉行节约。")
    assert said([*questions_of_text.ask_about(case([section("“三公”经费", whole)]))], "S04") == []


@examples("district, text, hit")
def test_the_glossary_of_another_administration(district: str, text: str, hit: bool) -> None:
    prose = [section("名词解释", text)]
    assert bool(said([*questions_of_text.ask_about(case(prose, district=district))], "S39")) is hit


@examples("text, hit")
def test_a_project_that_ended_before_its_year(text: str, hit: bool) -> None:
    prose = [section("实施周期", text)]
    assert bool(said([*questions_of_text.ask_about(case(prose))], "S36")) is hit


@examples("text, hit")
def test_a_heading_over_who_is_responsible(text: str, hit: bool) -> None:
    found = [*questions_of_text.ask_about(case([section("实施主体", text)]))]
    assert bool(said(found, "S40")) is hit


@examples("text, meant")
def test_a_slip_in_a_standard_term(text: str, meant: str) -> None:
    found = said([*questions_of_text.ask_about(case([section("说明", text)]))], "S31")
    assert [f"疑为“{meant}”" in says for says in found] == ([True] if meant else [])


# --- sums ----------------------------------------------------------------------------------------


@examples("text, words")
def test_measures_that_do_not_add_up(text: str, words: list[str]) -> None:
    (finding,) = questions_of_sums.ask_about(case([section("概况", text)]))
    assert all(word in finding.says for word in words)


@examples("text")
def test_parts_that_may_be_so(text: str) -> None:
    assert [*questions_of_sums.ask_about(case([section("概况", text)]))] == []


def form(whole: str, part: str) -> Page:
    """A project's form with its money: a total, a part of it."""
    rows = [["项目名称", "甲项目"], ["年度资金申请总额", whole], ["其中：当年财政拨款", part],
            ["上年结转资金", "0.00"]]  # fmt: skip
    cells = tuple(
        tuple(Cell(text, Box(100 * x, 700 - 20 * y, 100 * x + 100, 720 - 20 * y))
              for x, text in enumerate(row))
        for y, row in enumerate(rows)
    )  # fmt: skip
    return Page(1, 595, 842, (), (Grid(1, Box(0, 640, 200, 720), cells, (0.0, 100.0)),))


@pytest.mark.parametrize(("part", "hit"), [("120.00", True), ("100.00", False), ("80.00", False)])
def test_a_part_of_a_form_larger_than_its_whole(part: str, hit: bool) -> None:
    found = [*questions_of_sums.ask_about(case([], pages=(form("100.00", part),)))]
    assert [each.rule_id for each in found] == (["S42"] if hit else [])
    assert not hit or ("“甲项目”" in found[0].says)


# --- text taken over -----------------------------------------------------------------------------

ITEMS = (
    "1.“教育支出（类）普通教育（款）小学教育（项）”5.00万元，主要用于{}。",
    "2.“教育支出（类）普通教育（款）初中教育（项）”6.00万元，主要用于{}。",
)


@examples("uses, hit")
def test_the_use_of_another_item(uses: list[str], hit: bool) -> None:
    texts = [text.format(use) for text, use in zip(ITEMS, uses, strict=True)]
    found = said([*questions_of_items.ask_about(case([section("说明", *texts)]))], "S25")
    assert [("初中教育" in says and "小学教育" in says) for says in found] == [True] * hit


TABLES = """
general_public_budget | 205 教育支出 | total 10.00 | project 10.00
general_public_budget | 20502 普通教育 | total 10.00 | project 10.00
general_public_budget | 2050202 小学教育 | total 10.00 | project 10.00
basic_expenditure | 301 工资福利支出 | total 6.00
basic_expenditure | 30101 基本工资 | total 1.00
basic_expenditure | 30102 津贴补贴 | total 1.00
basic_expenditure | 30103 奖金 | total 1.00
basic_expenditure | 30113 住房公积金 | total 1.00
basic_expenditure | 30199 其他工资福利支出 | total 1.00
basic_expenditure | 30107 绩效工资 | total 1.00
"""


@pytest.mark.parametrize(
    ("use", "hit"), [("开展教学等基本支出", True), ("开展教学等项目支出", False), ("教学", False)]
)
def test_a_use_of_another_nature(use: str, hit: bool) -> None:
    text = f"1、教育支出（类）普通教育（款）小学教育（项）。主要用于：{use}。"
    found = [
        *questions_of_items.ask_about(
            case([section("说明", text)], printed_in(TABLES, 2026, "budget"))
        )
    ]
    assert bool(said(found, "S25")) is hit


@examples("listed, hit")
def test_a_listed_item_that_the_table_leaves_blank(listed: str, hit: bool) -> None:
    text = f"人员经费6.00万元，主要包括：{listed}。"
    found = [
        *questions_of_items.ask_about(
            case([section("说明", text)], printed_in(TABLES, 2026, "budget"))
        )
    ]
    assert [("医疗费" in says and "绩效工资" in says) for says in said(found, "S25")] == [
        True
    ] * hit


# --- codes and names -----------------------------------------------------------------------------


def audit(text: str, year: int = 2026) -> tuple[Case, list[OddCode]]:
    """A document of those tables, judged under the codes its names speak for."""
    disclosed = printed_in(text, year, "budget")
    amounts = [
        {**row, "function_code": "", "economic_code": row["function_code"]}
        if row["table_id"] == "basic_expenditure"
        else row
        for row in disclosed.amounts
    ]
    odd = odd_codes(amounts, year)
    rows = as_meant(amounts, odd)
    made = case([], Disclosed(rows, disclosed.tables), fiscal_year=year)
    return replace(made, odd_codes=odd), odd


HEALTH = """
expenditure | 210 卫生健康支出 | total 5.00
expenditure | 21011 行政事业单位医疗 | total 5.00
expenditure | {} 事业单位医疗 | total 5.00
"""


@examples("printed, words")
def test_one_part_of_a_code_is_misprinted(printed: str, words: list[str]) -> None:
    made, _ = audit(HEALTH.format(printed))
    found = said([*questions_of_names.ask_about(made)], "R17")
    assert [all(word in says for word in words) for says in found] == [True] * bool(words)
    assert made.ledger.codes("expenditure")[-1] == "2101102"


OWN = """
basic_expenditure | 302 商品和服务支出 | total 6.00
basic_expenditure | 30201 办公费 | total 1.00
basic_expenditure | 30202 {} | total 1.00
basic_expenditure | 30203 {} | total 1.00
basic_expenditure | 30204 {} | total 1.00
basic_expenditure | 30205 退休人员活动费 | total 1.00
"""


def test_a_category_numbered_by_the_unit_itself_is_one_remark() -> None:
    made, odd = audit(OWN.format("水费", "电费", "邮电费"))
    (says,) = said([*questions_of_names.ask_about(made)], "R17")
    assert "302 的各款像是按顺序自行编号，有4款" in says
    codes = made.ledger.codes("basic_expenditure")
    assert codes[2:5] == ["30205", "30206", "30207"]
    # No rule that asks for an item of the list is given one of another name.
    assert "30202" not in codes and len(set(codes)) == len(codes)
    assert [each.meant for each in odd] == ["30205", "30206", "30207", ""]


def test_names_that_follow_the_list_are_let_be() -> None:
    _, odd = audit(OWN.format("印刷费", "咨询费", "手续费"))
    assert odd == []


def test_a_name_under_the_code_of_another_item() -> None:
    text = "basic_expenditure | 303 对个人和家庭的补助 | total 1.00\n"
    made, _ = audit(text + "basic_expenditure | 30301 退休费 | total 1.00")
    (says,) = said([*questions_of_names.ask_about(made)], "R17")
    assert "“退休费”的编码印作 30301，那是“离休费”的编码" in says
    assert made.ledger.one("basic_expenditure", "30302") is not None
    assert made.ledger.one("basic_expenditure", "30301") is None


def test_a_code_that_lost_its_nought() -> None:
    text = "basic_expenditure | 301 工资福利支出 | total 1.00\n"
    made, odd = audit(text + "basic_expenditure | 3012 津贴补贴 | total 1.00")
    (says,) = said([*questions_of_names.ask_about(made)], "R17")
    assert "3012 应为 30102" in says and odd[0].kind == "zero"


def test_old_names_of_categories_without_an_amount_and_in_prose() -> None:
    name = Cell("三、医疗卫生与计划生育支出", Box(0, 700, 100, 720))
    cells = ((name, Cell("", Box(100, 700, 200, 720))),)
    page = Page(1, 595, 842, (), (Grid(1, Box(0, 700, 200, 720), cells, (0.0, 100.0)),))
    told = section("说明", "医疗卫生与计划生育支出（类）1.00万元。", page=3)
    (says,) = said([*questions_of_names.ask_about(case([told], pages=(page,)))], "S01")
    assert "“医疗卫生与计划生育支出”（2019年起为“卫生健康支出”）" in says
    before = case([told], pages=(page,), fiscal_year=2018)
    assert said([*questions_of_names.ask_about(before)], "S01") == []


def test_a_name_no_list_has() -> None:
    text = "basic_expenditure | 303 {} | total 1.00"
    (says,) = said([*questions_of_names.ask_about(audit(text.format("离退休人员经费"))[0])], "S01")
    assert "303 印作“离退休人员经费”" in says
    assert not said(
        [*questions_of_names.ask_about(audit(text.format("对个人和家庭的补助"))[0])], "S01"
    )


def test_a_row_without_a_name_and_where_the_name_stands() -> None:
    text = """
    basic_expenditure | 30231 公务用车运行维护费对个人和家庭的补助 | total 1.00
    basic_expenditure | 303 {} | total 2.00
    basic_expenditure | 30302 退休费 | total 2.00
    """
    (found,) = (
        each
        for each in questions_of_names.ask_about(audit(text.format(""))[0])
        if "没有名称" in each.says
    )
    assert "编码 303 的一行" in found.says and "30231 公务用车" in found.evidence
    named = [*questions_of_names.ask_about(audit(text.format("对个人和家庭的补助"))[0])]
    assert not any("没有名称" in each.says for each in named)


# --- changes and items ---------------------------------------------------------------------------

THREE = """
general_public_budget | 205 教育支出 | total 16.00
general_public_budget | 20502 普通教育 | total 16.00
general_public_budget | 2050202 小学教育 | total 5.00
general_public_budget | 2050203 初中教育 | total 6.00
general_public_budget | 2050299 其他普通教育支出 | total 5.00
"""


@examples("last, missing")
def test_an_item_without_a_sentence(last: str, missing: str) -> None:
    texts = [text.format("教学") for text in ITEMS] + ([last] if last else [])
    prose = [section("预算编制说明", *texts)]
    found = said(
        [*questions_of_items.ask_about(case(prose, printed_in(THREE, 2026, "budget")))], "R26"
    )
    assert [missing in says for says in found] == [True] * bool(missing)


@examples("reason, hit")
def test_the_same_and_yet_changed(reason: str, hit: bool) -> None:
    text = f"公务接待费1.00万元，与2025年预算持平，主要原因是{reason}。"
    found = [*questions_of_items.ask_about(case([section("“三公”经费", text)]))]
    assert bool(said(found, "S05")) is hit


TURNED = "财政拨款收入9.00万元，比2025年预算{}1.00万元。"


@pytest.mark.parametrize(
    ("stated", "said_of_all", "hit"),
    [
        ("增加", "财政拨款收入支出减少的主要原因是项目完成。", True),
        ("减少", "财政拨款收入支出减少的主要原因是项目完成。", False),
        ("增加", "财政拨款收入支出增加（减少）的主要原因是项目完成。", False),
        ("增加", "其他收入减少的主要原因是项目完成。", False),
    ],
)
def test_why_everything_fell_when_it_rose(stated: str, said_of_all: str, hit: bool) -> None:
    prose = [section("编制说明", TURNED.format(stated), said_of_all)]
    found = said([*questions_of_prose.ask_about(case(prose))], "S05")
    told = "“财政拨款收入”增加 1.00 万元，说明原因时写的却是“财政拨款收入支出减少”。"
    assert found == [told] * hit


RATED = "甲项目支出{0}.00万元，比2025年预算数增加1.00万元，增长10.00%。"


@examples("odd, hit")
def test_a_change_without_its_rate(odd: str, hit: bool) -> None:
    prose = [section("编制说明", *(RATED.format(n) for n in range(3, 9)), *odd.split("|"))]
    assert bool(said([*questions_of_items.ask_about(case(prose))], "S43")) is hit


@pytest.mark.parametrize(
    ("other", "hit"), [("比2025年执行数增长", True), ("比2025年预算数增长", False), ("增长", False)]
)
def test_two_bases_of_one_change(other: str, hit: bool) -> None:
    text = f"支出预算9.00万元，比2025年预算数增加1.00万元，{other}12.50%。"
    found = [*questions_of_items.ask_about(case([section("支出预算情况说明", text)]))]
    assert bool(said(found, "S44")) is hit


@pytest.mark.parametrize(
    ("target", "hit"), [("≥90%以下", True), ("≤5次以上", True), ("≥90%", False), ("90%以下", False)]
)
def test_a_target_that_is_no_range(target: str, hit: bool) -> None:
    cells = ((Cell("完成率", Box(0, 700, 100, 720)), Cell(target, Box(100, 700, 200, 720))),)
    page = Page(1, 595, 842, (), (Grid(1, Box(0, 700, 200, 720), cells, (0.0, 100.0)),))
    assert bool(said([*questions_of_items.ask_about(case([], pages=(page,)))], "S20")) is hit


SHORT = """
general_public_budget | 205 教育支出 | total 2.00
general_public_budget | {} 普通教育 | total 1.00
general_public_budget | 2050203 初中教育 | total 1.00
general_public_budget | {} 职业教育 | total 1.00
general_public_budget | 2050303 技校教育 | total 1.00
"""


@examples("codes, kinds, asked")
def test_a_table_may_print_the_last_part_of_codes_alone(
    codes: list[str], kinds: list[str], asked: int
) -> None:
    made, odd = audit(SHORT.format(*codes))
    assert [each.kind for each in odd] == kinds
    assert len(said([*questions_of_names.ask_about(made)], "R17")) == asked
    assert made.ledger.one("general_public_budget", "20503") is not None
