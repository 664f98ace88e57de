"""Rows and columns of a joined table become amounts: codes, names, sides, units, phases."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from examples import examples
from test_identify import grid, line, read
from unitbudget.documents import Cell
from unitbudget.errors import UnreadableAmount
from unitbudget.reading.identify import Identified
from unitbudget.reading.tidy import amounts


def rows(found: Identified) -> list[dict[str, Any]]:
    return amounts(found, "test.pdf")[0]


def expenditure(*body: list[str], unit: str = "元") -> Identified:
    header = [
        ["功能分类科目编码", "<", "<", "功能分类科目名称", "支出预算", "<", "<"],
        ["类", "款", "项", "^", "合计", "基本支出", "项目支出"],
    ]
    above = [line("2020年单位支出预算总表", 740), line(f"单位：{unit}", 720)]
    return read((above, [grid([*header, *body])]))


@examples("printed, unit, value, precision")
def test_money_is_in_yuan_with_the_precision_it_was_printed_with(
    printed: str, unit: str, value: str, precision: str
) -> None:
    (row,) = rows(expenditure(["201", "", "", "一般公共服务支出", printed, "", "-"], unit=unit))
    assert row["value"] == Decimal(value)
    assert row["precision"] == Decimal(precision)
    assert row["unit"] == "CNY"
    assert row["cell"] == "expenditure!R1C5"


@examples("codes, code, name")
def test_codes_are_joined_and_a_misprinted_one_stays_as_printed(
    codes: list[str], code: str, name: str
) -> None:
    (row,) = rows(expenditure([*codes, name, "1.00", "", ""]))
    assert (row["function_code"], row["name"]) == (code, name)


def test_a_total_under_merged_cells_has_a_name_and_no_code() -> None:
    found = rows(expenditure(["合计", "<", "<", "<", "3.00", "1.00", "2.00"]))
    assert [(row["function_code"], row["name"], row["measure"]) for row in found] == [
        ("", "合计", "total"), ("", "合计", "basic"), ("", "合计", "project"),
    ]  # fmt: skip


def test_both_sides_of_a_balance_are_told_apart() -> None:
    table = [
        ["本年收入", "<", "本年支出", "<"],
        ["项目", "预算数", "项目", "预算数"],
        ["一、财政拨款收入", "5.00", "一、一般公共服务支出", "3.00"],
        ["1. 一般公共预算收入", "4.00", "二、国防支出", ""],
        ["收入总计", "5.00", "支出总计", "5.00"],
    ]
    above = [line("6、2020年单位收支预算总表", 740), line("单位：元", 720)]
    found = rows(read((above, [grid(table)])))
    assert [(row["direction"], row["name"], row["printed"]) for row in found] == [
        ("revenue", "财政拨款收入", "5.00"),
        ("expenditure", "一般公共服务支出", "3.00"),
        ("revenue", "一般公共预算收入", "4.00"),
        ("revenue", "收入总计", "5.00"),
        ("expenditure", "支出总计", "5.00"),
    ]


def test_last_years_column_belongs_to_last_year() -> None:
    table = [
        ["项目", "<", "<", "<", "2019年执行数", "2020年一般公共预算支出", "<", "<",
         "2020年预算数比2019年执行数", "<"],
        ["功能分类科目编码", "<", "<", "功能分类科目名称", "^", "合计", "基本支出", "项目支出",
         "增减额", "增减%"],
        ["类", "款", "项", "^", "^", "^", "^", "^", "^", "^"],
        ["201", "", "", "一般公共服务支出", "2.00", "3.00", "3.00", "", "1.00", "50.00"],
    ]  # fmt: skip
    above = [line("2020年单位一般公共预算支出功能分类预算表", 740), line("单位：元", 720)]
    found = rows(read((above, [grid(table)])))
    assert [(r["measure"], r["fiscal_year"], r["phase"], r["unit"]) for r in found] == [
        ("total", 2019, "executed", "CNY"),
        ("total", 2020, "approved", "CNY"),
        ("basic", 2020, "approved", "CNY"),
        ("change", 2020, "approved", "CNY"),
        ("change_percent", 2020, "approved", "percent"),
    ]


def test_words_in_an_amount_column_are_refused_with_their_place() -> None:
    with pytest.raises(UnreadableAmount, match=r"第1行第5列（201）：金额栏里印着「详见附件」"):
        rows(expenditure(["201", "", "", "一般公共服务支出", "详见附件", "", ""]))


@pytest.mark.parametrize(
    ("first", "second", "taken"),
    [("1,234.00", "1,234.80", "1234.00"), ("1,234.00 2", "1,234.00", "1234.00")],
)
def test_a_cell_read_in_two_ways_is_recorded(first: str, second: str, taken: str) -> None:
    from dataclasses import replace

    found = expenditure(["201", "", "", "一般公共服务支出", first, "", ""])
    part = found.tables[0].parts[0]
    cell = part.rows[0][4]
    assert isinstance(cell, Cell)
    row = (*part.rows[0][:4], replace(cell, second=second), *part.rows[0][5:])
    found.tables[0].parts[0] = replace(part, rows=(row,))
    made, doubts = amounts(found, "test.pdf")
    assert [each["printed"] for each in made] == [taken]
    assert [(d.first, d.second, d.taken) for d in doubts] == [(first, second, taken)]


@pytest.mark.parametrize(
    ("item", "value"), [("6307,683.64", "6307683.64"), ("6307,683.75", None), ("12,34", None)]
)
def test_misplaced_separators_are_read_where_the_sums_say_so(item: str, value: str | None) -> None:
    found = expenditure(
        ["201", "", "", "一般公共服务支出", "7000000.00", "", ""],
        ["201", "29", "", "群众团体事务", item, "", ""],
        ["201", "30", "", "其他事务", "692316.36", "", ""],
        ["合计", "<", "<", "<", "7000000.00", "", ""],
    )
    if value is None:
        with pytest.raises(UnreadableAmount, match="既不是数也不是空白"):
            rows(found)
    else:
        assert {row["printed"] for row in rows(found)} >= {value}
