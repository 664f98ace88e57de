"""The house API: questions as sentences, figures with evidence, words where nothing is printed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgets import SMALL, budget_of, written
from ledgers import generated
from unitbudget.briefing import listings
from unitbudget.briefing.budget import Budget, UnknownWord, open_budget
from unitbudget.briefing.rows import Table


def values(table: Table, key: str = "value") -> dict[str, str]:
    """What a column says, by the row's code or name."""
    found = {line.code or line.name: line[key] for line in table}
    return {name: f"{figure.value:f}" if figure else "" for name, figure in found.items()}


@pytest.fixture(scope="module")
def small() -> Budget:
    return written(SMALL)


QUESTIONS = [
    ("of('general_public_budget').level(1).measure('total')", {"201": "600.00", "221": "300.00"}),
    ("of('一般公共预算支出表').level(2).measure('合计')", {"20129": "600.00", "22102": "300.00"}),
    (
        "of('general_public_budget').items().measure('total')",
        {"2012901": "200.00", "2012999": "400.00", "2210201": "300.00"},
    ),
    ("of('general_public_budget').items().measure('project')", {"2012999": "400.00"}),
    (
        "of('general_public_budget').under('201').items().measure()",
        {"2012901": "200.00", "2012999": "400.00"},
    ),
    (
        "of('general_public_budget').items().measure().top(2)",
        {"2012999": "400.00", "2210201": "300.00"},
    ),
    ("of('general_public_budget').measure().only('221')", {"221": "300.00"}),
    ("nature()", {"人员经费": "350.00", "公用经费": "150.00", "项目支出": "400.00"}),
    ("basic_nature()", {"人员经费": "350.00", "公用经费": "150.00"}),
    ("basics_of('operating')", {"30201": "150.00"}),
]


@pytest.mark.parametrize(("question", "answer"), QUESTIONS, ids=[q for q, _ in QUESTIONS])
def test_a_question_reads_like_a_sentence(
    small: Budget, question: str, answer: dict[str, str]
) -> None:
    assert values(eval(f"budget.{question}", {"budget": small})) == answer


def test_shares_are_of_the_printed_total_and_carry_their_evidence(small: Budget) -> None:
    table = small.of("general_public_budget").level(1).measure("total").share()
    assert values(table, "share") == {"201": "66.67", "221": "33.33"}
    share = table["201"].figures["share"]
    assert share.cells == ("general_public_budget!R1C1", "general_public_budget!R8C1")
    assert share.formula == "600.00 ÷ 900.00"
    assert table["201"].page == 1
    assert table.source == "来源：表1（一般公共预算支出表），第1页"


def test_change_names_what_it_compares(small: Budget) -> None:
    table = small.of("general_public_budget").items().measure("total").change()
    assert [column.label for column in table.columns[:2]] == ["2030年执行数", "2031年预算数"]
    assert values(table, "change") == {"2012901": "-50.00", "2012999": "150.00", "2210201": "0.00"}
    assert values(table, "growth") == {"2012901": "-20.00", "2012999": "60.00", "2210201": "0.00"}


def test_contributions_add_up_to_the_growth_of_the_total(small: Budget) -> None:
    table = small.of("general_public_budget").items().measure("total").contribution()
    assert values(table, "contribution") == {
        "2012901": "-6.25",
        "2012999": "18.75",
        "2210201": "0.00",
    }
    assert table.total is not None
    assert table.total.figures["growth"].value == Decimal("12.50")


def test_final_accounts_are_compared_with_their_budget() -> None:
    budget = written(
        "general_public_budget | 201 支出 | total 90.00 | total approved 100.00\n"
        "general_public_budget | 合计 | total 90.00 | total approved 100.00",
        kind="final_accounts",
    )
    table = budget.spending().level(1).measure("total").change()
    assert [column.label for column in table.columns[:2]] == ["2031年预算数", "2031年决算数"]
    assert values(table, "growth") == {"201": "-10.00"}


def test_an_item_new_this_year_has_a_change_and_no_growth() -> None:
    budget = written(
        "general_public_budget | 201 甲 | total 5.00\n"
        "general_public_budget | 208 乙 | total last executed 7.00\n"
        "general_public_budget | 合计 | total 5.00 | total last executed 7.00"
    )
    table = budget.spending().level(1).measure("total").change()
    assert values(table, "change") == {"201": "5.00", "208": "-7.00"}
    assert values(table, "growth") == {"201": "", "208": "-100.00"}


SAYS = [
    (
        "of('government_managed_funds').measure()",
        "政府性基金预算支出表公开为空表。备注：没有这项支出。",
    ),
    ("of('procurement').measure()", "这份文件没有公开政府采购支出表。"),
    ("of('basic_expenditure').measure('project')", "一般公共预算基本支出表没有“项目支出”的数。"),
    (
        "of('basic_expenditure').measure().change()",
        "一般公共预算基本支出表没有印上年的数，不能比较。",
    ),
    ("of('three_public_expenses').all_measures()", "这份文件没有公开“三公”经费表。"),
]


@pytest.mark.parametrize(("question", "says"), SAYS, ids=[q for q, _ in SAYS])
def test_what_is_not_printed_is_an_empty_table_that_says_so(
    small: Budget, question: str, says: str
) -> None:
    table = eval(f"budget.{question}", {"budget": small})
    assert len(table) == 0
    assert table.missing == says
    assert table._repr_mimebundle_()["text/html"] == f'<p class="missing">{says}</p>'
    assert len(table.share().sorted().top(5)) == 0


WRONG = [
    (
        "of('basic_expenditure').measure('personel')",
        "没有度量 personel，是不是 personnel（人员经费）？",
    ),
    ("of('general_pulic_budget')", "没有表 general_pulic_budget，是不是 general_public_budget"),
    ("of('一般公共预算支出')", "是不是 general_public_budget（一般公共预算支出表）？"),
    ("of('xyz')", "没有表 xyz；有："),
    (
        "of('expenditure').direction('out')",
        "没有方向 out；有：revenue（收入）、expenditure（支出）",
    ),
]


@pytest.mark.parametrize(("question", "says"), WRONG, ids=[q for q, _ in WRONG])
def test_a_word_nobody_knows_is_an_error_that_names_the_nearest(
    small: Budget, question: str, says: str
) -> None:
    with pytest.raises(UnknownWord) as error:
        eval(f"budget.{question}", {"budget": small})
    assert says in str(error.value)


def test_without_personnel_columns_the_economic_categories_are_summed() -> None:
    """Jiangsu prints only totals by economic item."""
    budget = written(
        "appropriation_basic_expenditure | 301 工资福利支出 | total 60.00\n"
        "appropriation_basic_expenditure | 302 商品和服务支出 | total 30.00\n"
        "appropriation_basic_expenditure | 303 对个人和家庭的补助 | total 10.00\n"
        "appropriation_basic_expenditure | 合计 | total 100.00"
    )
    table = budget.basic_nature().share()
    assert values(table, "share") == {"人员经费": "70.00", "公用经费": "30.00"}
    assert table["人员经费"].value.formula == "60.00 + 10.00"


def test_items_side_by_side_in_one_row_are_two_items() -> None:
    """Final accounts print personnel and operating items beside each other, each with its sum."""
    budget = written(
        "basic_expenditure | 301 工资福利支出 | total 70.00\n"
        "basic_expenditure | 302 商品和服务支出 | total 30.00\n"
        "basic_expenditure | 人员经费合计 | total 70.00\n"
        "basic_expenditure | 公用经费合计 | total 30.00"
    )
    for row in range(2):  # each pair in one printed row
        budget.package.amounts.loc[[row, row + 2], "row"] = 1
    side_by_side = Budget(budget.package)
    assert values(side_by_side.basics().items().measure().share(), "share") == {
        "301": "70.00",
        "302": "30.00",
    }
    assert values(side_by_side.basic_nature()) == {"人员经费": "70.00", "公用经费": "30.00"}


def test_a_part_that_no_table_assigns_is_shown_as_unassigned() -> None:
    budget = written(
        "general_public_budget | 合计 | total 100.00\n"
        "basic_expenditure | 合计 | total 60.00 | personnel 40.00 | operating 20.00"
    )
    assert values(budget.nature().share(), "share") == {
        "人员经费": "40.00",
        "公用经费": "20.00",
        "其余（原文未分类）": "40.00",
    }


@given(st.integers(0, 10_000))
@settings(max_examples=15, deadline=None)
def test_in_any_budget_shares_and_contributions_add_up(seed: int) -> None:
    budget = budget_of(generated(seed), 2020)
    table = budget.spending().items().measure("total").share().contribution()
    half = Decimal("0.005") * (len(table) + 1)
    shares = sum(line.figures["share"].value for line in table)
    assert abs(shares - 100) <= half
    assert table.total is not None
    parts = sum(line.figures["contribution"].value for line in table if line["contribution"])
    assert abs(parts - table.total.figures["growth"].value) <= half
    assert (
        sum(line.figures["change"].value for line in table) == table.total.figures["change"].value
    )


def test_the_first_document_opens_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("UNITBUDGET_DOCUMENT", raising=False)
    budget = open_budget()
    shares = values(budget.spending().level(1).measure("total").share(), "share")
    assert shares == {"201": "88.26", "208": "7.11", "210": "2.67", "221": "1.96"}
    assert values(budget.nature().share(), "share") == {
        "人员经费": "41.76",
        "公用经费": "6.65",
        "项目支出": "51.59",
    }
    assert values(budget.basic_nature().share(), "share") == {
        "人员经费": "86.26",
        "公用经费": "13.74",
    }


def test_the_environment_chooses_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNITBUDGET_DOCUMENT", "no-such-document")
    with pytest.raises(UnknownWord, match="没有文件 no-such-document"):
        open_budget()


def test_evidence_is_told_in_words_a_reader_can_look_up() -> None:
    finding = {"severity": "error", "rule_id": "R29", "says": "不符。", "question": "为什么？"}
    cells = "general_public_budget!R3C1;general_public_budget!R3C2"
    finding |= {"evidence": f"第1页 “甲；乙” general_public_budget/2012901/total；{cells}"}
    (row,) = listings.findings(written(SMALL, findings=[finding | {"money": 1.0}])).rows
    named = "一般公共预算支出表"
    assert str(row[-1]) == f"第1页 “甲；乙” {named}·2012901·合计；{named}，第1页"
