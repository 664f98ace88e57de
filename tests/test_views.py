"""The analyst's desk: choices, the rows they choose, the page, the uses, the files."""

from __future__ import annotations

import csv
from io import StringIO

import pytest

from conftest import PROJECT
from unitbudget.briefing.charts import Chart
from unitbudget.briefing.desk import View, desk, uses, view
from unitbudget.briefing.tables import UnknownWord

CLEAN = PROJECT / "data" / "clean"


@pytest.fixture(scope="module")
def start() -> View:
    return view(clean=CLEAN)


def test_the_usual_view_is_expenditure_by_category(start: View) -> None:
    assert (start.table, start.level, start.measure) == ("general_public_budget", "类", "total")
    assert isinstance(start.chart, Chart)
    assert start.chart.message == "2020年预算数最多的是一般公共服务支出，占88.26%"
    assert start.frame.index[-1] != "201" and start.frame["share"].notna().all()


def test_a_view_is_asked_in_chinese_or_by_identifier(start: View) -> None:
    one = view(clean=CLEAN, table="支出总表", level="款", measure="合计")
    assert one == view(clean=CLEAN, table="expenditure", level="款", measure="total")
    with pytest.raises(UnknownWord, match="是不是 personnel"):
        view(clean=CLEAN, table="basic_expenditure", measure="personel")


def test_turning_one_choice_keeps_what_is_offered(start: View) -> None:
    turned = start.turned("level", "项").turned("table", "basic_expenditure")
    assert turned.level == "类" and turned.measure == "total"
    assert start.turned("table", "收支总表").side == "revenue"
    assert start.turned("table", "government_managed_funds").frame["total"].isna().all()


def test_every_number_in_view_has_its_page_and_its_uses(start: View) -> None:
    assert start.pages == [4, 5]
    said, cell = start.numbers[0]
    assert said.startswith("201 一般公共服务支出　5,567,001.92元")
    found = uses(start, cell)
    assert len(found) > 10 and set(found.status) == {"holds"}
    assert "处勾稽关系" in found.attrs["title"]


def test_the_file_holds_real_numbers_with_their_cells_and_no_formula(start: View) -> None:
    rows = list(csv.reader(StringIO(start.csv)))
    assert rows[0][-1] == "出处"
    assert rows[1][:2] == ["201", "一般公共服务支出"]
    assert "5567001.92" in rows[1] and "general_public_budget!R1C6" in rows[1][-1]


def test_the_desk_shows_everything_without_its_widgets() -> None:
    shown = desk(clean=CLEAN)
    assert "2020年预算数最多的是一般公共服务支出" in shown.text
    assert shown.html.count("ub-pane") >= 3 and "ub-picked" in shown.html
    shown.turn("table", "government_managed_funds")
    assert "公开为空表" in shown.text
