"""Forms about projects: fields, amounts, targets; page breaks cut through them, people stay out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from test_identify import grid, line, printed
from unitbudget.documents import Box, Cell, Grid, Line, Page, Printed
from unitbudget.reading.extract import read_printed
from unitbudget.reading.performance import read_forms, target_of

Frames = tuple[pd.DataFrame, pd.DataFrame]


def frames(document: Printed) -> Frames:
    indicators, projects = read_forms(document)
    return pd.DataFrame(indicators), pd.DataFrame(projects)


@pytest.fixture(scope="module")
def seed(first_pdf: Path) -> Frames:
    return frames(read_printed(first_pdf))


@examples("printed, operator, target, unit")
def test_targets(printed: str, operator: str, target: str, unit: str) -> None:
    assert target_of(printed) == (operator, target, unit)


@given(st.decimals(0, 10**6, places=2), st.sampled_from(["≥", "≤", "=", ">", "<"]))
def test_a_target_keeps_its_number(number: object, operator: str) -> None:
    found = target_of(f"{operator}{number}%")
    assert (found[0], found[2]) == (operator, "%")
    assert float(found[1]) == float(str(number))


def test_the_indicators_of_the_seed(seed: Frames) -> None:
    indicators, _ = seed
    assert indicators.groupby("form", sort=False).size().to_dict() == {
        "宝山区财政支出项目绩效目标": 18,
        "宝山区财政支出项目绩效目标申报表": 12,
    }
    assert set(indicators["project"]) == {"政府实事项目－工会会员卡、户外职工爱心接力站"}
    row = indicators[indicators["level3"] == "预算执行率"].iloc[0]
    assert (row["level1"], row["level2"], row["page"]) == ("产出目标", "时效目标", 19)
    assert (row["operator"], row["target"], row["unit"]) == ("=", "90", "%")
    last = indicators.iloc[-1]
    assert (last["level1"], last["level3"], last["target"]) == ("影响力目标", "人员到位率", "100")


def test_the_money_of_the_seed(seed: Frames) -> None:
    _, projects = seed
    money = projects[projects["value"].notna()]
    assert dict(zip(money["field"] + money["text"], money["value"], strict=True)) == {
        "项目总预算": 1899000.0,
        "项目当年预算": 1899000.0,
        "同名项目上年预算额": 1780000.0,
        "同名项目上年预算执行数": 1767940.0,
        "子项目工会会员卡": 1705000.0,
        "子项目户外职工爱心接力站": 194000.0,
    }


def test_a_text_cut_by_the_page_break_is_whole(seed: Frames) -> None:
    _, projects = seed
    plan = projects[projects["field"] == "项目实施计划"]["text"].iloc[0]
    assert "进一步在全区创设“户外职工爱心接力站”，为更多的户外职工提供饮水" in plan
    assert plan.endswith("“夏送清凉”“冬送温暖”等活动。")


@pytest.mark.parametrize("other", ["as-web-page", "as-worksheets"])
def test_the_typesettings_give_the_same_indicators(corpus: Path, seed: Frames, other: str) -> None:
    again, _ = frames(read_printed(corpus / "typeset" / f"{other}.pdf"))
    pd.testing.assert_frame_equal(again.drop(columns="page"), seed[0].drop(columns="page"))


def form(*rows: list[str]) -> Printed:
    """A one-page document with one ruled grid under the title of a form."""
    title = Line(1, "某区财政支出项目绩效目标申报表", Box(100, 780, 300, 790))
    grid = Grid(
        1,
        Box(50, 760 - 20 * len(rows), 450, 760),
        tuple(
            tuple(
                Cell(text, Box(50 + 100 * i, 740 - 20 * r, 150 + 100 * i, 760 - 20 * r))
                for i, text in enumerate(row)
            )
            for r, row in enumerate(rows)
        ),
        tuple(50.0 + 100 * i for i in range(len(rows[0]))),
    )
    return Printed("a.pdf", "", (Page(1, 500, 842, (title,), (grid,)),))


def test_people_and_telephones_are_never_kept() -> None:
    document = form(
        ["项目名称", "道路养护", "项目类型", "新增"],
        ["项目负责人", "张三丰", "联系人", "李四光"],
        ["联系电话", "02112345678", "政府采购", "是"],
        ["项目总预算（万元）", "1,234.5", "项目当年预算（万元）", "—"],
    )
    _, projects = frames(document)
    kept = projects.to_csv()
    assert not any(secret in kept for secret in ("张三丰", "李四光", "02112345678"))
    masked = projects[projects["text"] == "（略）"]["field"]
    assert list(masked) == ["项目负责人", "联系人", "联系电话"]
    assert projects[projects["value"].notna()][["field", "value"]].to_dict("records") == [
        {"field": "项目总预算", "value": 12345000.0}
    ]


def test_a_table_that_begins_like_a_form_is_none() -> None:
    document = form(["项目名称", "金额"], ["收入总计", "100.00"])
    page = document.pages[0]
    bare = Printed("a.pdf", "", (Page(1, 500, 842, (), page.grids),))
    assert read_forms(bare) == ([], [])


def test_the_unit_of_money_may_stand_left_of_its_fields() -> None:
    rows = [
        ["项目名称", "审计业务", "<", "<"],
        ["主管部门", "某局", "实施单位", "某分局"],
        ["项目资金（万元）", "年度预算资金总额：", "31.00", "<"],
        ["^", "其中：财政拨款", "0.00", "<"],
        ["^", "其他资金", "31.00", "<"],
        ["一级指标", "二级指标", "三级指标", "指标值"],
        ["产出指标", "数量指标", "报告个数", "≥1个"],
    ]
    _, projects = frames(printed(([line("绩效目标表", 760)], [grid(rows)])))
    money = projects[projects["value"].notna()]
    assert dict(zip(money["field"], money["value"], strict=True)) == {
        "年度预算资金总额": 310000.0, "其中财政拨款": 0.0, "其他资金": 310000.0,
    }  # fmt: skip
    assert dict(zip(projects["field"], projects["text"], strict=True))["实施单位"] == "某分局"


@pytest.mark.parametrize("named", ["三级指标", "指标名称", "指标内容", "考核内容", "绩效指标"])
def test_the_indicator_stands_before_its_target_whatever_its_heading(named: str) -> None:
    rows = [
        ["项目名称", "道路养护", "<", "<", "<"],
        ["绩效指标", "一级指标", "二级指标", named, "指标值"],
        ["^", "产出指标", "数量指标", "养护里程", "≥3公里"],
    ]
    indicators, _ = frames(printed(([line("绩效目标表", 760)], [grid(rows)])))
    assert list(indicators["level3"]) == ["养护里程"]
    assert list(indicators["level2"]) == ["数量指标"]
