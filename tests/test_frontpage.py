"""The first page of a briefing: what it calls things, and what it leaves unsaid."""

from __future__ import annotations

from typing import Any

import pytest

from budgets import SMALL, written
from unitbudget.briefing import pictures
from unitbudget.briefing.charts import Chart
from unitbudget.briefing.digest import answers, questions, tiles

REVENUE = """
revenue_and_expenditure/revenue | 财政拨款收入 | total {grant}
revenue_and_expenditure/revenue | 其他收入 | total {other}
revenue_and_expenditure/revenue | 收入总计 | total {whole}
"""
EMPTY = """
general_public_budget | 备注：本表为空表。
revenue | 备注：本表为空表。
"""
UNSORTED = """
general_public_budget | 201 一般公共服务支出 | total 900.00
general_public_budget | 合计 | total 900.00
basic_expenditure | 301 工资福利支出 | total 100.00 | personnel 100.00
basic_expenditure | 合计 | total 100.00 | personnel 100.00
"""


def said(shown: Any) -> str:
    return str(shown._repr_mimebundle_()["text/plain"])


@pytest.mark.parametrize(
    ("grant", "other", "whole", "called", "source"),
    [
        ("900.00", "0.00", "900.00", "：支出合计0.09万元", "，全部来自财政拨款收入。"),
        ("900.00", "600.00", "1500.00", "：一般公共预算支出合计0.09万元", "（60.00%），其他收入"),
    ],
)
def test_part_of_the_expenditure_is_not_called_all_of_it(
    grant: str, other: str, whole: str, called: str, source: str
) -> None:
    budget = written(SMALL + REVENUE.format(grant=grant, other=other, whole=whole))
    assert called in said(answers(budget))
    assert source in said(answers(budget))
    assert called.strip("：").partition("合计")[0] in [tile.label for tile in tiles(budget).tiles]


def test_where_every_table_is_empty_the_page_says_that_and_nothing_else() -> None:
    budget = written(EMPTY)
    assert tiles(budget).tiles == ()
    assert said(answers(budget)) == "说明：公开的2张表全部是空表，没有可以解读的数。"
    assert said(questions(budget)).startswith("1. 各表都没有数，是没有收支，还是没有填报？")


def test_what_is_of_no_printed_kind_is_not_called_the_largest() -> None:
    budget = written(UNSORTED)
    assert not [tile for tile in tiles(budget).tiles if "占比最大" in tile.label]
    chart = pictures.nature(budget)
    assert isinstance(chart, Chart)
    assert "最大的一块" not in str(chart.message)


def test_a_question_is_asked_once() -> None:
    finding = {"severity": "error", "question": "以哪一处为准？", "money": 1.0, "evidence": ""}
    findings = [finding | {"rule_id": f"R{n}", "says": f"第{n}处不符。"} for n in (25, 27, 28)]
    budget = written(SMALL, findings=findings)
    assert said(questions(budget)) == "1. 以哪一处为准？（第25处不符。）"


def test_a_long_statement_is_quoted_as_far_as_its_change() -> None:
    sentence = "收入预算9万元，比上年预算减少2.5万元；事业收入0万元；其他收入0万元。"
    claim = {"quantity": "difference", "subject": "收入", "sentence": sentence, "value": 25000.0}
    small = "\n".join(line.partition(" | total last")[0] for line in SMALL.splitlines())
    reply = said(answers(written(small, claims=[claim])))
    assert "原文写明：“收入预算9万元，比上年预算减少2.5万元……”" in reply
