"""Charts from frames: one message, every number in it, the sentence where there is none."""

from __future__ import annotations

import re
from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import unitbudget as ub
from budgets import SMALL, written
from unitbudget.briefing.charts import Chart
from unitbudget.briefing.drawing import _UNIT, balanced, lines_of
from unitbudget.briefing.typeface import MissingGlyph
from unitbudget.briefing.words import Sentence
from unitbudget.money.figure import Figure
from unitbudget.money.frames import FigureArray


def spending() -> pd.DataFrame:
    t = written(SMALL).spending
    t["share"] = t["total"] / t.at["合计", "total"]
    return t[t.level == "类"].sort_values("total", ascending=False)


def items() -> pd.DataFrame:
    t = written(SMALL).spending
    found = ub.leaves(t)
    found["change"] = found["total"].sub(found["last"], fill_value=0)
    return found[["name", "level", "change"]]


def test_bars_say_their_message_and_every_number() -> None:
    chart = ub.bars(spending(), "total", share="share", message="{share}用于{name}")
    assert isinstance(chart, Chart)
    assert chart.message == "66.67%用于一般公共服务支出"
    data, about = chart._repr_mimebundle_()
    assert data["text/plain"].startswith("66.67%用于一般公共服务支出\n一般公共预算支出表\n")
    assert "221,住房保障支出,300.00,300.00,33.33%" in data["text/plain"]
    assert about["image/png"]["alt"].startswith("66.67%用于一般公共服务支出。")
    assert chart.on_page.count('<a class="figure"') > 8


def test_the_same_chart_is_the_same_bytes() -> None:
    one, other = (ub.bars(spending(), "total", message="{name}") for _ in range(2))
    assert not isinstance(one, Chart) and one == other  # a message without a number is no chart
    one, other = (ub.bars(spending(), "total", message="{total}") for _ in range(2))
    assert isinstance(one, Chart) and isinstance(other, Chart) and one.png == other.png


def test_steps_end_at_the_printed_sum() -> None:
    rows = items()
    rows.loc["合计"] = ["合计", "合计", rows["change"].sum()]
    chart = ub.steps(rows, "change", message="{name}{change:signed_wan}")
    assert isinstance(chart, Chart) and "hollow" in chart.on_page
    assert "+0.01万元" in re.sub("<[^>]+>", "", chart.on_page)


def test_a_quieter_line_below_a_bar_says_what_is_compared() -> None:
    chart = ub.bars(spending(), "total", message="{total}", below="{last:yuan} → {total:yuan}")
    assert isinstance(chart, Chart)
    assert "500.00元 → 600.00元" in re.sub("<[^>]+>", "", chart.on_page)


def test_strips_cut_a_whole_into_parts() -> None:
    chart = ub.strip(("", spending()), message="{name}占{share}")
    assert isinstance(chart, Chart)
    assert "66.67%" in chart.on_page and "33.33%" in chart.on_page


@pytest.mark.parametrize("draw", [ub.bars, ub.steps])
def test_what_is_not_printed_is_the_sentence_that_says_so(draw: object) -> None:
    t = written("three_public_expenses | 合计 | total 1.00").spending
    said = draw(t, "total", message="{share}用于{name}")  # type: ignore[operator]
    assert isinstance(said, Sentence) and said == "这份文件里没有读到一般公共预算支出表。"


def test_many_bars_are_drawn_as_fifteen() -> None:
    names = [f"甲{chr(0x4E00 + n)}" for n in range(40)]
    frame = pd.DataFrame(
        {"name": names, "total": FigureArray.of(Figure(Decimal(n)) for n in range(40))}
    )
    chart = ub.bars(frame, "total", message="{total}")
    assert isinstance(chart, Chart) and chart.on_page.count("<rect") == 15
    assert "其余各项" in chart.on_page


def test_a_missing_glyph_is_an_error_and_no_box() -> None:
    frame = pd.DataFrame({"name": ["\U0001f600"], "total": FigureArray.of([Figure(Decimal(1))])})
    chart = ub.bars(frame, "total", message="{total}")
    assert isinstance(chart, Chart)
    with pytest.raises(MissingGlyph):
        _ = chart.png


@pytest.mark.parametrize("set_", [lines_of, balanced])
def test_no_number_is_broken_and_no_line_begins_with_a_comma(set_: object) -> None:
    text = "比上年执行数增加28.24万元，其中其他群众团体事务支出占60.98%。"
    lines = set_(text, 12.0, 130.0)  # type: ignore[operator]
    assert "".join(lines) == text
    assert all(line[0] not in "，。；" for line in lines)
    assert any("28.24万元" in line for line in lines)


def test_lines_leave_a_gap_where_a_year_is_missing() -> None:
    amounts = [Figure(Decimal(n)) for n in (10_000, 20_000, 40_000)]
    frame = pd.DataFrame({"预算数": FigureArray.of(amounts)}, index=[2021, 2022, 2024])
    chart = ub.lines(frame, message="{phase}{now:wan}", phase="预算数", now=amounts[-1])
    assert isinstance(chart, Chart)
    drawing = re.sub("<[^>]+>", " ", chart.on_page)
    assert drawing.count("没有") == 1 and "2021年" in drawing and "4.00万元" in drawing
    assert chart.on_page.count('stroke-width="1.6"') == 1  # 2021 to 2022 and no further


@given(st.text("一二三（）2024年0123456789.万元，。", min_size=2, max_size=60), st.integers(4, 20))
def test_no_line_holds_a_last_character_alone(text: str, width: int) -> None:
    lines = lines_of(text, 10, width * 10.0)
    assert "".join(lines) == text
    if len(lines) > 1 and len(lines[-1]) == 1:
        assert len(_UNIT.findall(lines[-2])) == 1
