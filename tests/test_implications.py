"""What a document implies is told as implied, with its numbers traced, or not told at all."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from budgets import SMALL, written
from proofs import orphans
from unitbudget.briefing import stated
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.implications import bases, sentences
from unitbudget.briefing.listings import implied as listed
from unitbudget.briefing.listings import suspects
from unitbudget.briefing.reasons import why
from unitbudget.briefing.words import Sentence, shown
from unitbudget.figures import Figure
from unitbudget.package import Package, frame


@pytest.fixture(scope="module")
def budget(clean: Package) -> Budget:
    return Budget(clean)


def with_implied(budget: Budget, rows: pd.DataFrame) -> Budget:
    """The same budget, from which other things follow."""
    return Budget(replace(budget.package, implied=rows))


def unknown(budget: Budget, quantities: str) -> Budget:
    """The budget with what matches a pattern not to be known."""
    rows = budget.package.implied.copy()
    chosen = rows["quantity"].str.fullmatch(quantities)
    rows.loc[chosen, ["status", "reason"]] = ["not_identifiable", "推不出。"]
    rows.loc[chosen, ["value", "low", "high"]] = None
    return with_implied(budget, rows)


def told(budget: Budget) -> str:
    return "\n".join(map(str, sentences(budget)))


def numbers(said: Sentence) -> list[Figure]:
    return [figure for figure in said.figures if figure.unit != "count"]


@pytest.mark.parametrize(
    "words",
    [
        "2019年预算数没有印出；按正文说的增减额倒推为5,541,521.06元",
        "上年的执行数是它的108.73%（按类看，最高的是卫生健康支出125.82%）",
        "4项缴费（机关事业单位基本养老保险缴费、职业年金缴费、",
        "同一个月缴费基数147,547.67元；同样推出的2019年月缴费基数是100,254.24元，今年增加47.17%",
        "文件没有印人数，分不出是人多了还是人均高了。这是推算，不是公开的数。",
        "同名项目带来+119,000.00元，其余+465,438.54元",
        "月缴费基数变动带来+158,905.80元，缴费比例变动带来−70,822.80元",
        "假定：缴费比例上年为基本养老保险20%、职业年金8%，今年为基本养老保险16%",
    ],
)
def test_what_is_told_of_the_first_document(budget: Budget, words: str) -> None:
    assert words in told(budget)


def test_every_sentence_says_that_it_is_implied(budget: Budget) -> None:
    assert all("推算" in str(sentence) for sentence in sentences(budget))


def test_every_number_is_traced_to_cells(budget: Budget) -> None:
    assert orphans(sentences(budget).html) == []
    for sentence in [*sentences(budget), *why(budget)]:
        assert all(figure.cells for figure in numbers(sentence)), sentence


def test_the_first_page_tells_the_base_and_the_rate_in_short(budget: Budget) -> None:
    said = "".join(map(str, why(budget)))
    assert "推算：4项缴费合于同一个月缴费基数147,547.67元，上年100,254.24元（+47.17%）" in said
    assert "社会保障和就业支出比上年预算，因基数+15.89万元，因缴费比例−7.08万元" in said
    assert said.endswith("推算不是公开的数，假定见“与上年相比”。")


@pytest.mark.parametrize(
    ("quantities", "gone"),
    [
        ("last_year_budget", "没有印出"),
        ("execution_rate", "执行数"),
        ("contribution_base", "月缴费基数147"),
        ("contribution_base_growth", "47.17%"),
        ("change_rate", "缴费比例变动"),
        ("change_.*", "增减额里"),
    ],
)
def test_what_is_not_to_be_known_is_not_told(budget: Budget, quantities: str, gone: str) -> None:
    assert gone in told(budget)
    assert gone not in told(unknown(budget, quantities))


def test_nothing_is_told_where_nothing_follows(budget: Budget) -> None:
    for silent in (with_implied(budget, budget.package.implied.iloc[:0]), written(SMALL)):
        assert list(sentences(silent)) == []
        assert bases(silent) is None
        assert stated.implied(silent).missing
        assert "推算" not in "".join(map(str, why(silent)))


def test_a_category_of_which_only_the_rest_is_known_is_not_told(budget: Budget) -> None:
    assert "一般公共服务支出比" in told(budget)
    assert "一般公共服务支出比" not in told(unknown(budget, "change_project"))


def test_the_table_of_last_years_budgets_is_the_frame(budget: Budget) -> None:
    table = stated.implied(budget)
    rows = budget.package.implied
    known = rows[(rows["quantity"] == "last_year_budget") & (rows["status"] == "implied")]
    values = {float(figure.value) for figure in column(table, "implied")}
    assert values == set(known["value"][known["cells"].str.count(";") == 1])
    for line in [*table, table.total]:
        assert (
            line
            and line.value.value - line.figures["change"].value == line.figures["implied"].value
        )
        rate = line.figures["base"].value / line.figures["implied"].value * 100
        assert float(rate - 100) == pytest.approx(float(line.figures["over"].value), abs=0.006)


def column(table: Any, key: str) -> list[Figure]:
    return [line.figures[key] for line in [*table, table.total]]


def test_reasons_with_numbers_lead_to_the_cells_they_speak_of(budget: Budget) -> None:
    rows = budget.package.implied.copy()
    rows.loc[rows.index[0], ["status", "reason"]] = [
        "not_identifiable",
        "各项推不出同一个月缴费基数：基本养老保险是1,200.50～1,200.90元。",
    ]
    html = listed(with_implied(budget, rows))._repr_mimebundle_()["text/html"]
    assert orphans(html) == []
    assert 'data-value="1200.50"' in html


def test_the_interval_of_what_is_implied_is_kept(budget: Budget) -> None:
    found = bases(budget)
    assert found and found.now.figure and found.now.figure.slack > 0
    assert shown(found.now.figure) == "147,547.67元"


def test_suspects_prove_their_numbers(budget: Budget) -> None:
    doubted = budget.package.amounts.iloc[:1]
    where = {"cell": doubted["cell"].iloc[0], "table_id": doubted["table_id"].iloc[0]}
    row = {**where, "code": "", "name": "合计", "measure": "total", "printed": "166238.10"}
    counts = {"broken": 3, "holding": 1, "mended_value": 166328.1, "likelier": "document"}
    package = replace(budget.package, suspects=frame("suspects", [row | counts]))
    html = suspects(Budget(package))._repr_mimebundle_()["text/html"]
    assert orphans(html) == []
    assert "166238.10" in html


def test_a_base_whose_cells_are_in_another_file_is_told_without_names(budget: Budget) -> None:
    rows = budget.package.implied.copy()
    rows["cells"] = rows["cells"].str.replace("basic_expenditure!", "tables:basic_expenditure!")
    assert "4项缴费推得出同一个月缴费基数147,547.67元" in told(with_implied(budget, rows))


def test_the_first_page_is_silent_about_a_base_that_explains_no_change(budget: Budget) -> None:
    alone = unknown(budget, "contribution_base_growth")
    assert "147,547.67元" in told(alone)
    assert "推算" not in "".join(map(str, why(alone)))
