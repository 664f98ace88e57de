"""Columns of figures: exact arithmetic that keeps its cells, and sums that count nothing twice."""

from __future__ import annotations

import pickle
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pandas as pd
import pytest

from unitbudget.money import display
from unitbudget.money.figure import Cell, DoubleCounting, Figure, UnitMismatch
from unitbudget.money.frames import FigureArray

D = Decimal


def cell(place: str, *wholes: str, document: str = "a") -> Cell:
    return Cell(place, document, place, wholes)


def printed(value: str, at: Cell, unit: str = "CNY") -> Figure:
    return Figure(D(value), unit, cells=(at,))


@pytest.fixture
def table() -> pd.DataFrame:
    """A total of two categories, one of them with two items, and a blank."""
    rows = [
        ("201", "类", printed("60", cell("t!R1C2", "t!R5C2"))),
        ("2010101", "项", printed("40", cell("t!R2C2", "t!R1C2", "t!R5C2"))),
        ("2010102", "项", printed("20", cell("t!R3C2", "t!R1C2", "t!R5C2"))),
        ("208", "类", printed("40", cell("t!R4C2", "t!R5C2"))),
        ("合计", "合计", printed("100", cell("t!R5C2"))),
    ]
    codes, levels, values = zip(*rows, strict=True)
    return pd.DataFrame({"level": levels, "total": FigureArray.of(values)}, index=list(codes))


def test_a_share_is_exact_and_knows_its_two_cells(table: pd.DataFrame) -> None:
    table["share"] = table["total"] / table.at["合计", "total"]
    share = table.at["208", "share"]
    assert (share.value, share.unit, share.formula) == (D("0.4"), "ratio", "40 ÷ 100")
    assert share.cells == ("t!R4C2", "t!R5C2")
    assert (1 - table["share"]).iloc[0].formula == "1 − (60 ÷ 100)"


def test_a_sum_refuses_a_total_beside_its_parts(table: pd.DataFrame) -> None:
    with pytest.raises(DoubleCounting, match=r"已经包含.*重复计算"):
        table["total"].sum()
    with pytest.raises(DoubleCounting):
        table["total"].cumsum()
    with pytest.raises(DoubleCounting):
        table.groupby("level")["total"].sum().sum()
    with pytest.raises(DoubleCounting, match="2 次"):
        pd.concat([table[table.level == "类"]] * 2)["total"].sum()
    assert table.loc[table.level == "类", "total"].sum() == D(100)
    assert table.loc[table.level == "项", "total"].sum().formula == "40 + 20"


def test_what_is_left_of_a_total_may_stand_beside_the_part_taken_away(table: pd.DataFrame) -> None:
    rest = table.at["合计", "total"] - table.at["208", "total"]
    assert pd.Series([rest, table.at["208", "total"]], dtype="figure").sum() == D(100)


def test_the_same_place_of_two_documents_is_two_places() -> None:
    one, other = (cell("t!R1C2", document=name) for name in "ab")
    assert one != other and one == "t!R1C2" and len({one, other}) == 2
    assert pd.Series([printed("1", one), printed("2", other)], dtype="figure").sum() == D(3)
    assert pickle.loads(pickle.dumps(one)) == one


def test_yuan_and_percent_do_not_add() -> None:
    both = pd.Series([Figure(D(5)), Figure(D(5), "percent")], dtype="figure")
    with pytest.raises(UnitMismatch):
        both.sum()


def test_blank_is_na_and_not_zero(table: pd.DataFrame) -> None:
    values = pd.Series([Figure(D(5)), None], dtype="figure")
    assert values.isna().tolist() == [False, True]
    assert (values + values)[1] is pd.NA
    assert values.add(values, fill_value=0).sum() == D(10)
    assert pd.Series([None], dtype="figure").sum() is pd.NA
    assert Figure(D(1)) + pd.NA is pd.NA
    assert (pd.Series([Figure(D(1))], dtype="figure") / Figure(D(0)))[0] is pd.NA


def test_the_verbs_of_pandas_work(table: pd.DataFrame, tmp_path: Path) -> None:
    items = table[table.level == "项"]
    assert items["total"].nlargest(1).index.tolist() == ["2010101"]
    assert items["total"].rank(ascending=False).tolist() == [1.0, 2.0]
    assert items.sort_values("total")["total"].tolist() == [D(20), D(40)]
    assert items["total"].cumsum().iloc[-1].formula == "40 + 20"
    assert items["total"].astype(float).sum() == 60.0
    assert (items["total"] / 3).round(2).iloc[0] == D("13.33")
    assert items["total"].pct_change().iloc[1] == D("-0.5")
    assert items.describe().loc["max", "total"] == D(40)
    wide = items.assign(row="x", code=items.index).pivot(index="row", columns="code")["total"]
    assert wide.stack().iloc[0] == D(40)
    merged = items.merge(items, left_index=True, right_index=True)
    assert (merged.total_x - merged.total_y).sum() == D(0)
    assert "2010101,项,40" in items.to_csv()
    file = tmp_path / "t.xlsx"
    items.to_excel(file)
    import zipfile

    assert (
        "<v>40</v>"
        in zipfile.ZipFile(BytesIO(file.read_bytes())).read("xl/worksheets/sheet1.xml").decode()
    )
    assert items["total"].plot.barh() is not None


def test_a_column_holds_numbers_only() -> None:
    with pytest.raises(TypeError, match="不是数"):
        FigureArray.of(["甲"])


def test_a_frame_is_shown_as_links_and_as_text(table: pd.DataFrame) -> None:
    table["share"] = table["total"] / table.at["合计", "total"]
    table.attrs["title"] = "<b>表</b>"
    html = display.html(table)
    assert html.count('<a class="figure"') == 10
    assert 'data-cells="a:t!R4C2;a:t!R5C2" data-formula="40 ÷ 100 = 40.00%"' in html
    assert "<b>" not in html and "<tfoot>" in html
    assert "208,类,40,40.00%" in display.text(table)
    assert html == display.html(table.copy())
