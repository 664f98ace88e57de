"""The first page: answers made of figures, and nothing said that is not printed."""

from __future__ import annotations

import re

import pytest

from budgets import SMALL, budget_of, written
from examples import examples
from ledgers import printed_in
from unitbudget.briefing import summary
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.page import Marked

LEFT = "revenue_and_expenditure | 财政拨款收入 | revenue | total 900.00"


def told(b: Budget) -> dict[str, str]:
    return {question: "".join(reply) for question, reply in summary.answers(b).answers}


def test_a_small_document_in_one_sentence_and_three_numbers() -> None:
    b = written(SMALL)
    assert (
        summary.lead(b)
        == "一般公共预算支出主要用于一般公共服务支出，占66.67%；比2030年执行数增加12.50%"
    )
    lines = summary.tiles(b)._repr_mimebundle_()["text/plain"].splitlines()
    assert [line.partition("：")[0] for line in lines[1:]] == ["比2030年执行数 +12.50%", "占比最大"]
    assert "项目支出 44.44%" in lines[2]


def test_answers_are_figures_of_the_tables() -> None:
    said = told(written(SMALL))
    assert (
        "按用途：一般公共服务支出0.06万元（66.67%），住房保障支出0.03万元（33.33%）"
        in said["支出用在哪里"]
    )
    assert "增加0.01万元（+12.50%）" in said["比上年增减多少"]
    assert "增加最多的是其他，0.02万元，占全部增加的150.00%" in said["比上年增减多少"]


def test_without_last_year_nothing_is_compared() -> None:
    said = told(written(re.sub(r" \| total last executed [\d.]+", "", SMALL)))
    assert said["比上年增减多少"] == "原文没有列上年数，也没有写明比上年增减多少。"
    assert "比" not in summary.lead(written(re.sub(r" \| total last executed [\d.]+", "", SMALL)))


def test_only_empty_tables_are_said_to_be_empty() -> None:
    b = written("general_public_budget | 备注：没有支出。")
    assert summary.lead(b) == "公开的1张表全部是空表，没有可以解读的数。"
    assert list(told(b)) == ["说明"]


def test_nothing_at_all_is_said_in_a_sentence() -> None:
    b = written("three_public_expenses | 合计 | total 1.00")
    assert summary.lead(b) == "这份文件里没有读到一般公共预算支出表。"
    assert summary.tiles(b).tiles == ()


CHECK = {"rule_id": "R01", "subject": "甲", "says": "和", "stated": 1, "computed": 1}


def test_the_mark_is_red_where_something_is_broken() -> None:
    rows = [CHECK | {"status": "holds"}, CHECK | {"status": "broken", "computed": 2}]
    mark = summary.mark(written(SMALL, checks=rows))
    assert isinstance(mark, Marked) and not mark.good
    assert mark.sentence == "有勾稽1处对不上。"
    good = summary.mark(written(SMALL, checks=rows[:1]))
    assert isinstance(good, Marked) and good.good
    assert summary.mark(written(SMALL)) == "这份文件没有可以核对的勾稽关系。"


def claim(status: str, reason: str = "") -> dict[str, object]:
    about = {"subject": "甲", "quantity": "amount", "value": 1, "unit": "CNY"}
    return about | {"status": status, "reason": reason}


def test_off_by_the_last_place_is_broken_neither_in_the_mark_nor_in_the_answers() -> None:
    rows = [claim("holds"), claim("broken", "尾差：写作 1，应为 1.4"), claim("broken", "写作 1")]
    b = written(SMALL, checks=[CHECK | {"status": "holds"}], claims=rows)
    mark = summary.mark(b)
    assert isinstance(mark, Marked) and mark.sentence == "有正文1个数对不上。"
    said = told(b)["数字是否相符"]
    assert "3个数逐一核对：1个相符，1个只差末位，1个不符，0个没有可比的数" in said
    b = written(SMALL, checks=[CHECK | {"status": "holds"}], claims=rows[:2])
    assert isinstance(summary.mark(b), Marked) and summary.mark(b).good  # type: ignore[union-attr]
    assert "末位" not in told(written(SMALL, checks=[CHECK], claims=rows[:1]))["数字是否相符"]
    near = [CHECK | {"status": "broken", "reason": "尾差：不超过末位一个单位"}]
    b = written(SMALL, checks=[CHECK | {"status": "holds"}, *near])
    assert isinstance(summary.mark(b), Marked) and summary.mark(b).good  # type: ignore[union-attr]
    assert "成立1条，只差末位1条，不成立0条" in told(b)["数字是否相符"]


def test_a_change_only_the_prose_states_is_on_the_first_screen() -> None:
    text = re.sub(r" \| total last executed [\d.]+", "", SMALL)
    stated = claim("holds") | {"subject": "财政拨款支出", "quantity": "difference", "value": 1e5}
    b = written(text, claims=[stated])
    assert "财政拨款支出增加10.00万元" in summary.lead(b)
    label, figure, style, below = summary.tiles(b).tiles[1]
    assert (label, float(figure), style, below) == (
        "增减（正文所写）", 100_000, "signed_wan", "财政拨款支出",
    )  # fmt: skip


def finding(rule: str, severity: str, question: str, money: float = 0) -> dict[str, object]:
    about = {"finding_id": f"{rule}-1", "rule_id": rule, "severity": severity, "money": money}
    return about | {"says": f"{rule}的话。", "question": question, "evidence": "第1页"}


def test_questions_are_few_of_different_kinds_the_gravest_first() -> None:
    rows = [
        finding("S01", "question", "为什么？", 5), finding("S01", "question", "为什么又？"),
        finding("S02", "error", "以哪个为准？"), finding("S03", "unread", "没读？"),
        finding("S04", "question", "多少？", 9),
    ]  # fmt: skip
    asked = summary.questions(written(SMALL, findings=rows)).questions
    assert [str(ask) for ask, _ in asked] == ["以哪个为准？", "多少？", "为什么？"]
    assert "要问的一件事：S02的话，以哪个为准？" in summary.lead(written(SMALL, findings=rows))


def test_reasons_are_borne_out_by_items_or_said_to_be_open() -> None:
    reason = {"about": "total", "code": "", "name": "收支", "direction": "up", "reason": "天气"}
    said = told(written(SMALL, reasons=[reason]))["为什么增减，数字能否印证"]
    assert said == "收支增加，原文写的原因是“天气”。原文没有列出可以印证这一原因的数。"
    more = [reason, reason | {"about": "code", "code": "201", "reason": "物价"}]
    said = told(written(SMALL, reasons=more))["为什么增减，数字能否印证"]
    assert said.endswith("原文没有列出可以印证“天气”的数。")
    people = [reason | {"reason": "人员增加"}]
    said = told(written(SMALL, reasons=people))["为什么增减，数字能否印证"]
    assert "与人员相关的科目" not in said or "方向" in said


def test_numbers_of_sentences_are_those_put_into_them() -> None:
    kept = {
        "id": "findings/S02-1/says/1", "value": 600, "low": 600, "high": 600, "unit": "CNY",
        "cells": "general_public_budget!R1C2", "formula": "600.00", "shown": "600.00", "start": 2,
    }  # fmt: skip
    b = written(SMALL, findings=[finding("S02", "error", "") | {"says": "写作600.00元。"}])
    b.__dict__["_kept"] = {kept["id"]: kept}
    says = b.findings["says"].iloc[0]
    assert says == "写作600.00元。" and [float(f) for f in says.figures] == [600.0]


CARD = "服务卡：办卡的会员逐年增多，已达2万，需求越来越多"
PER_HEAD = [
    (
        "sections",
        "本单位实有人员5人，编制8人。",
        "人均人员经费（推算） 70.00元：人员经费0.04万元÷实有5人",
    ),
    ("sections", "人员编制 7 名。", "每个编制的人员经费（推算） 50.00元：人员经费0.04万元÷编制7人"),
    ("projects", CARD, "每位会员（推算） 0.05元：服务卡0.10万元÷20,000人"),
    ("sections", "增编5人，新增会员3人。", ""),
]


@pytest.mark.parametrize(("file", "text", "said"), PER_HEAD)
def test_per_head_is_said_where_the_document_says_how_many(file: str, text: str, said: str) -> None:
    rows = {file: [{"text": text, "project": "甲"}]}
    card = {"project": "甲", "field": "子项目", "text": "服务卡", "value": 1000, "printed": "1000"}
    rows["projects"] = [*rows.get("projects", []), card]
    lines = summary.tiles(written(SMALL, **rows))._repr_mimebundle_()["text/plain"].splitlines()
    assert [line for line in lines if "推算" in line] == ([said] if said else [])
    assert len(lines) == 3


ASKED = [
    ("omission", "《甲表》是空表，没有写明原因。", "是没有？", "《甲表》是空表，是没有？"),
    ("question", "文件里没有编制。", "编制是多少？", "编制是多少？"),
    ("style", "正文有两种写法。", "能否统一写法？", ""),
    ("style", "没有写明与什么相比。", "比较的基数是哪一个？", "比较的基数是哪一个？"),
]  # fmt: skip


@pytest.mark.parametrize(("severity", "says", "asks", "told"), ASKED)
def test_the_one_question_says_what_it_is_about(
    severity: str, says: str, asks: str, told: str
) -> None:
    rows = [finding("S99", severity, "") | {"says": says, "question": asks}]
    lead = str(summary.lead(written(SMALL, findings=rows)))
    assert lead.partition("要问的一件事：")[2] == told


@examples("subject, whole")
def test_only_the_change_of_the_whole_is_the_documents(subject: str, whole: bool) -> None:
    claim = {
        "quantity": "difference", "value": 3.0, "unit": "CNY", "subject": subject,
        "status": "cannot_check", "sentence": f"{subject}增加3元。", "page": 2,
    }  # fmt: skip
    b = written(SMALL.replace(" | total last executed", " # "), claims=[claim])
    assert (summary.stated_change(b) is not None) is whole


@examples("subject, sentence, told")
def test_the_change_of_the_whole_is_told_against_what(
    subject: str, sentence: str, told: str
) -> None:
    claim = {
        "quantity": "difference", "value": 3.0, "unit": "CNY", "subject": subject,
        "status": "cannot_check", "sentence": sentence, "page": 2,
    }  # fmt: skip
    b = written(SMALL.replace(" | total last executed", " # "), claims=[claim])
    assert summary.stated_change(b) == (b.claims["value"].iloc[0], told)
    each = "各" if "、" in told else ""
    assert f"原文写明{told}{each}增加" in str(summary.answers(b).answers)


SOURCES = """
revenue_and_expenditure/revenue | 财政拨款 | total 70.00
revenue_and_expenditure/revenue | 一般公共预算拨款 | total 70.00
revenue_and_expenditure/revenue | 单位资金 | total 20.00
revenue_and_expenditure/revenue | 事业收入 | total 20.00
revenue_and_expenditure/revenue | 上年结余、结转 | total {}
revenue_and_expenditure/revenue | 非财政拨款结余、结转 | total 10.00
revenue_and_expenditure/revenue | 收入总计 | total 100.00
"""


@pytest.mark.parametrize(
    ("carried", "sources"),
    [("10.00", ["财政拨款", "单位资金", "上年结余、结转"]), ("11.00", [])],
    ids=["adds-up", "does-not"],
)
def test_parts_of_sources_are_no_sources_beside_them(carried: str, sources: list[str]) -> None:
    assert list(summary.revenue(written(SOURCES.format(carried)))["name"]) == sources


OF_TWO_FUNDS = """
revenue_and_expenditure/revenue | 一般公共预算拨款收入 | total 30.00
revenue_and_expenditure/revenue | 政府性基金预算拨款收入 | total 70.00
revenue_and_expenditure/revenue | 收入总计 | total 100.00
general_public_budget | 201 一般公共服务支出 | total 30.00 | total last executed 20.00
general_public_budget | 合计 | total 30.00 | total last executed 20.00
expenditure | 201 一般公共服务支出 | total 30.00 | basic 10.00 | project 20.00
expenditure | 212 城乡社区支出 | total 70.00 | project 70.00
expenditure | 合计 | total 100.00 | basic 10.00 | project 90.00
"""


def test_the_first_sentence_says_which_money_where_it_is_not_all() -> None:
    part = OF_TWO_FUNDS.partition("expenditure | 201")[0]
    assert str(summary.lead(written(part))).startswith("一般公共预算支出主要用于一般公共服务支出")
    assert str(summary.lead(written(OF_TWO_FUNDS))).startswith("钱主要用于城乡社区支出")


def test_what_is_spent_is_of_the_same_scope_as_what_is_got() -> None:
    b = written(OF_TWO_FUNDS)
    assert summary.lead(b).startswith("钱主要用于城乡社区支出，占70.00%；一般公共预算支出比2030年")
    answers = told(b)
    assert "支出合计0.01万元" in answers["支出用在哪里"]
    assert "项目支出0.01万元（90.00%），基本支出0.00万元（10.00%）" in answers["支出用在哪里"]
    assert answers["比上年增减多少"].startswith("一般公共预算支出2031年预算数比2030年执行数增加")
    less = written(OF_TWO_FUNDS.replace("total 100.00 | basic", "total 99.00 | basic"))
    assert summary.lead(less).startswith(
        "一般公共预算支出主要用于一般公共服务支出，占100.00%；比2030年"
    )
    lines = summary.tiles(less)._repr_mimebundle_()["text/plain"]
    assert lines.startswith("一般公共预算支出 0.00万元：2031年预算数")


def test_a_heading_over_all_sources_is_none() -> None:
    text = """
    revenue_and_expenditure/revenue | 部门预算 | total 9.00
    revenue_and_expenditure/revenue | 财政拨款 | total 7.00
    revenue_and_expenditure/revenue | 其他收入 | total 2.00
    revenue_and_expenditure/revenue | 收入总计 | total 9.00
    """
    disclosed = printed_in(text, 2031, "budget", "元")
    rows = [row | {"part_of": 1 if row["row"] in (2, 3) else None} for row in disclosed.amounts]
    sources = summary.revenue(budget_of(disclosed._replace(amounts=rows), 2031))
    assert list(sources["name"]) == ["财政拨款", "其他收入"]


def test_rows_without_codes_that_do_not_add_up_are_no_categories() -> None:
    text = """
    general_public_budget | 城乡社区支出 | total 9.00
    general_public_budget | 其他城乡社区支出 | total 9.00
    general_public_budget | 合计 | total 9.00
    """
    assert not len(summary.categories(written(text)))
