"""Documents opened for reading: tables as frames, names, blanks, and what is not printed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import unitbudget as ub
from budgets import SMALL, budget_of, written
from conftest import PROJECT
from examples import examples
from ledgers import printed_in
from unitbudget.briefing.budget import Budget, without_number
from unitbudget.briefing.tables import UnknownWord, exact
from unitbudget.money.figure import DoubleCounting, Figure

D = Decimal
CLEAN = PROJECT / "data" / "clean"


@pytest.fixture(scope="module")
def b() -> Budget:
    return ub.open_budget(clean=CLEAN)


def test_a_table_is_a_frame_of_figures_by_code(b: Budget) -> None:
    t = b["一般公共预算支出表"]
    assert t.index.name == "code" and t.index[0] == "201" and t.index[-1] == "合计"
    assert list(t.columns[:3]) == ["name", "level", "total"]
    assert {"basic", "project", "total_last_executed"} <= set(t.columns)
    assert t.level.unique().tolist() == ["类", "款", "项", "合计"]
    assert t.at["合计", "total"] == D("6307683.64")
    assert t.at["合计", "total"].cells == ("general_public_budget!R15C6",)
    assert b["general_public_budget"].equals(t)


def test_the_expenditure_structure_is_three_lines_of_pandas(b: Budget) -> None:
    t = b["general_public_budget"]
    t["share"] = t["total"] / t.at["合计", "total"]
    top = t[t.level == "类"].sort_values("total", ascending=False)
    assert [f"{share:.2%}" for share in top["share"]] == ["88.26%", "7.11%", "2.67%", "1.96%"]
    assert top["share"].sum() == 1
    assert top["share"].iloc[0].formula == "5567001.92 ÷ 6307683.64"
    assert t[t.level == "项"]["total"].sum() == t.at["合计", "total"]


def test_change_by_item_sums_to_the_change_of_the_total(b: Budget) -> None:
    t = b.spending
    items = ub.leaves(t)
    items["points"] = (items["total"] - items["last"]) / t.at["合计", "last"]
    change = t.at["合计", "total"] - t.at["合计", "last"]
    assert change == D("282390.48")
    points = items["points"].sum()
    assert points == change / t.at["合计", "last"]
    assert f"{points:.2%}" == "4.69%"


def test_personnel_and_operating_funds_add_up_item_by_item(b: Budget) -> None:
    items = ub.leaves(b.basics)
    by = items.groupby("nature")["total"].sum() / b.basics.at["合计", "total"]
    assert {kind: f"{share:.2%}" for kind, share in by.items()} == {
        "人员经费": "86.26%",
        "公用经费": "13.74%",
    }
    nature = b.nature["total"] / b.spending.at["合计", "total"]
    assert [f"{share:.2%}" for share in nature] == ["41.76%", "6.65%", "51.59%"]


@pytest.mark.parametrize(
    ("rows", "columns"),
    [(slice(None), "total"), (["201", "合计"], "total"), (["201", "2012999"], "project")],
)
def test_no_sum_of_a_printed_table_counts_twice(b: Budget, rows: object, columns: str) -> None:
    with pytest.raises(DoubleCounting):
        b["general_public_budget"].loc[rows, columns].sum()


def test_parts_beside_the_total_of_their_row_are_not_added_to_it(b: Budget) -> None:
    row = b["general_public_budget"].loc["201"]
    with pytest.raises(DoubleCounting):
        pd.Series([row["total"], row["basic"]], dtype="figure").sum()
    assert pd.Series([row["project"], row["basic"]], dtype="figure").sum() == row["total"]


def test_a_total_printed_twice_is_found_once(b: Budget) -> None:
    package = b.whole
    amounts = package.amounts[package.amounts["table_id"] == "expenditure"]
    above = amounts[amounts["name"] == "合计"].assign(row=0)
    assert len(above)
    twice = pd.concat([package.amounts, above], ignore_index=True)
    table = Budget(replace(package, amounts=twice), b.id, b.folder)["expenditure"]
    assert table.at["合计", "total"] == table.at["合计（2）", "total"]


def test_two_sides_of_a_table(b: Budget) -> None:
    whole = b["收支总表"]
    assert set(whole.direction) == {"revenue", "expenditure"}
    revenue = b["收支总表", "revenue"]
    assert revenue.index.tolist() == ["财政拨款收入", "一般公共预算收入", "合计"]
    assert revenue.at["合计", "total"] == b["revenue_and_expenditure", "支出"].at["合计", "total"]
    with pytest.raises(DoubleCounting):  # the funds are where the appropriation comes from
        revenue["total"].sum()
    assert revenue[revenue.level == "类"]["total"].sum() == revenue.at["合计", "total"]


@pytest.mark.parametrize("name", ["三公", "three", "“三公”经费表", "three_public_expenses"])
def test_a_table_is_found_by_the_beginning_of_its_name(b: Budget, name: str) -> None:
    assert b[name].attrs["table"] == "three_public_expenses"


def test_a_wrong_name_gets_the_nearest_of_this_document(b: Budget) -> None:
    with pytest.raises(UnknownWord, match="没有表 basic_expediture，是不是 basic_expenditure"):
        b["basic_expediture"]
    with pytest.raises(UnknownWord, match="没有文件"):
        ub.budgets(CLEAN)["某某局"]


@pytest.mark.parametrize("name", ["baoshan", "上海市宝山区", "职工服务中心", ""])
def test_a_document_is_found_by_id_title_or_their_beginning(name: str) -> None:
    assert ub.budgets(CLEAN)[name].year == 2020


def test_what_is_not_printed_is_a_sentence_and_blank(b: Budget) -> None:
    t = b["国有资本经营预算支出表"]
    assert t.attrs["missing"] == "这份文件里没有读到国有资本经营预算支出表。"
    assert t.at["合计", "total"] is pd.NA
    empty = b["government_managed_funds"]
    assert "公开为空表" in empty.attrs["missing"] and "无政府性基金" in empty.attrs["missing"]


def test_found_things_are_frames_with_figures(b: Budget) -> None:
    assert b.checks.status.value_counts().to_dict() == {"holds": 643}
    stated = b.checks.stated.dropna()
    assert all(isinstance(figure, Figure) for figure in stated)
    assert (b.claims.value.notna()).sum() > 100
    assert b.implied.loc[1, "value"] == D("5541521.06")
    assert b.findings.money.dropna().map(float).is_monotonic_decreasing
    assert b.indicators.value.notna().sum() > 5


def test_from_a_check_to_its_printed_page_is_one_call(b: Budget) -> None:
    said = str(b.proof(b.checks.iloc[0]))
    assert "原文第 4 页，印作 5394794.09 元" in said
    assert "原文第 15 页" in str(b.proof("expenditure!R15C5"))
    assert b.proof(b.checks[b.checks.status == "broken"]) == "没有可核对的勾稽关系。"


def test_cards_are_a_few_lines(b: Budget, capsys: pytest.CaptureFixture[str]) -> None:
    for thing in (b, ub.budgets(CLEAN)):
        assert len(repr(thing).splitlines()) < 8 and len(repr(thing)) < 500


def test_a_table_over_all_documents_knows_the_document_of_each_cell() -> None:
    table = ub.budgets(CLEAN).table("basic_expenditure")
    assert list(table.columns[:4]) == ["document", "unit", "fiscal_year", "kind"]
    (cell,) = table["total"].iloc[0].cells
    assert cell == f"{cell.document}:{cell.place}" and cell.document in table["document"].iloc[0]
    with pytest.raises(DoubleCounting):
        table["total"].sum()


def test_the_package_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    ub.budgets(CLEAN)
    monkeypatch.setattr("unitbudget.briefing.opening.load", lambda *_: pytest.fail("read again"))
    assert ub.open_budget("baoshan", CLEAN)["支出总表"].at["合计", "total"] == D("6307683.64")


def test_a_blank_is_not_zero() -> None:
    b = written(SMALL)
    t = b.spending
    assert t.at["221", "project"] is pd.NA
    assert t["project"].sum  # one amount printed at three levels is no sum
    assert ub.leaves(t)["project"].sum() == D(400)
    assert b["basic_expenditure"].at["30101", "operating"] is pd.NA


def test_operating_funds_are_told_by_column_or_by_code() -> None:
    text = """
basic_expenditure | 301 工资福利支出 | total 350.00
basic_expenditure | 30101 基本工资 | total 350.00
basic_expenditure | 302 商品和服务支出 | total 150.00
basic_expenditure | 30201 办公费 | total 150.00
basic_expenditure | 合计 | total 500.00
"""
    sums = ub.leaves(written(text).basics).groupby("nature")["total"].sum()
    assert sums.to_dict() == {"人员经费": D(350), "公用经费": D(150)}


def test_the_folder_of_a_made_up_budget_need_not_exist() -> None:
    assert not Path("nowhere").exists() and len(written(SMALL).amounts) > 20


BY_NAME = """
general_public_budget | 合计 | total 9.00
general_public_budget | 公共安全支出 | total 7.00
general_public_budget | 司法 | total 7.00
general_public_budget | 行政运行 | total 4.00
general_public_budget | 法治建设 | total 3.00
general_public_budget | 卫生健康支出 | total 2.00
"""


def test_rows_without_codes_have_the_level_their_sums_give_them() -> None:
    disclosed = printed_in(BY_NAME, 2031, "budget", "元")
    parents = {"司法": 2, "行政运行": 3, "法治建设": 3}
    rows = [row | {"part_of": parents.get(row["name"])} for row in disclosed.amounts]
    df = budget_of(disclosed._replace(amounts=rows), 2031).spending
    assert list(df["level"]) == ["合计", "类", "款", "项", "项", "类"]
    assert list(ub.leaves(df)["name"]) == ["行政运行", "法治建设", "卫生健康支出"]
    assert df.loc[df["name"].isin(["司法", "卫生健康支出"]), "total"].sum() == D("9.00")
    with pytest.raises(DoubleCounting):
        df.loc[df["name"].isin(["司法", "行政运行"]), "total"].sum()


@pytest.mark.parametrize(("whole", "level"), [("9.00", "合计"), ("8.00", "类")])
def test_a_first_row_named_after_the_body_is_the_total_where_it_is(whole: str, level: str) -> None:
    text = f"""
    general_public_budget | 某局（本级） | total {whole}
    general_public_budget | 201 一般公共服务支出 | total 7.00
    general_public_budget | 20129 群众团体事务 | total 7.00
    general_public_budget | 221 住房保障支出 | total 2.00
    """
    assert written(text)["general_public_budget"]["level"].iloc[0] == level


def test_the_three_public_expenses_are_those_of_the_whole_body() -> None:
    text = """
    three_public_expenses | 合计 | total 5.00 | hospitality 5.00
    three_public_expenses | 某局 | total 3.00 | hospitality 3.00
    three_public_expenses | 某中心 | total 2.00 | hospitality 2.00
    """
    row = written(text).three_public
    assert (str(row["total"].iloc[0]), str(row["hospitality"].iloc[0])) == ("5.00", "5.00")
    units = written(text.replace("| 合计 |", "| 某办 |")).three_public
    assert units["total"].isna().all()


def test_the_only_fund_that_pays_is_the_whole() -> None:
    text = """
    three_public_expenses | 某局 | total_general_public_budget 5.00 \
| hospitality_general_public_budget 5.00 | hospitality_government_managed_funds {other}
    """
    row = written(text.format(other="0.00")).three_public
    assert str(row["hospitality"].iloc[0]) == "5.00"
    assert row.attrs["labels"]["hospitality"] == "公务接待费"
    assert row.attrs["labels"]["total"] == "2031年预算数"
    two = written(text.format(other="1.00")).three_public
    assert "hospitality" not in two
    assert two.attrs["labels"]["hospitality_general_public_budget"] == "公务接待费（一般公共预算）"


@examples("printed, name")
def test_a_table_goes_by_its_name_without_its_number(printed: str, name: str) -> None:
    assert without_number(printed) == name


def test_half_a_fen_is_rounded_up_as_budgets_round() -> None:
    assert exact(261690.625, "CNY") == Decimal("261690.63")
