"""Charts: what they say is generated, what they draw is legible and always the same."""

from __future__ import annotations

import re
import struct
import zlib
from base64 import b64decode
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgets import SMALL, budget_of, written
from ledgers import generated
from proofs import orphans
from unitbudget.briefing import pictures
from unitbudget.briefing.budget import Budget, open_budget
from unitbudget.briefing.charts import Bar, Chart, bars, steps
from unitbudget.briefing.drawing import (
    BODY,
    MARGIN,
    TITLE,
    WIDTH,
    Sheet,
    balanced,
    in_lines,
    lines_of,
    width_of,
)
from unitbudget.briefing.drawn import on_page, svg
from unitbudget.briefing.rows import Table
from unitbudget.briefing.show import table
from unitbudget.briefing.strips import Part, Strip, strips
from unitbudget.briefing.typeface import MissingGlyph
from unitbudget.briefing.words import Sentence, number, text
from unitbudget.figures import Figure

NAMES = pictures.__all__
NOTHING = table("", ["项目"], [])


def bar(name: str, value: str, **how: bool) -> Bar:
    figure = Figure(Decimal(value), cells=("t!R1C1",))
    return Bar(name, figure, number(figure), **how)


@pytest.fixture(scope="module")
def first() -> Budget:
    return open_budget()


def drawn(chart: Chart) -> Sheet:
    sheet = Sheet()
    chart.draw(sheet)
    return sheet


def texts(sheet: Sheet) -> str:
    return "\n".join(str(mark["said"]) for kind, mark in sheet.marks if kind == "text")


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_of_the_first_document_says_what_it_shows(first: Budget, name: str) -> None:
    chart = getattr(pictures, name)(first)
    assert isinstance(chart, Chart)
    data, metadata = chart._repr_mimebundle_()
    message, *lines = data["text/plain"].split("\n")
    assert message == str(chart.message) and any(map(str.isdigit, message))
    assert len(lines) > len(chart.numbers.rows)
    assert message in metadata["image/png"]["alt"]
    assert b64decode(data["image/png"])[:8] == b"\x89PNG\r\n\x1a\n"
    assert chart.figures and all(figure.cells or figure.formula for figure in chart.figures)
    assert chart.html.startswith('<details class="numbers">')
    assert chart.html.count('class="figure"') == len(chart.numbers.figures)


@pytest.mark.parametrize("name", NAMES)
def test_titles_are_generated(name: str) -> None:
    """Another document gets another title: nothing of a title is typed for one document."""
    ours, others = (getattr(pictures, name)(budget) for budget in (open_budget(), written(SMALL)))
    assert str(getattr(ours, "message", ours)) != str(getattr(others, "message", others))


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_of_nothing_is_a_sentence(name: str) -> None:
    empty = written("general_public_budget | 备注：本表为空表。")
    said = getattr(pictures, name)(empty)
    assert isinstance(said, Sentence) and str(said).endswith("。")


@given(st.integers(0, 10_000))
@settings(max_examples=10, deadline=None)
def test_any_budget_can_be_drawn(seed: int) -> None:
    budget = budget_of(generated(seed), 2020)
    for name in NAMES:
        found = getattr(pictures, name)(budget)
        if isinstance(found, Chart):
            assert not list(outside(drawn(found))), (name, seed)
            assert not list(struck_through(drawn(found))), (name, seed)
            assert orphans(on_page(found)) == [], (name, seed)


def outside(sheet: Sheet) -> Iterator[str]:
    """The words that would run over an edge of the sheet."""
    for kind, mark in sheet.marks:
        if kind != "text":
            continue
        wide = width_of(str(mark["said"]), mark["fontsize"])
        left = mark["x"] - (wide if mark.get("ha") == "right" else 0)
        if left < MARGIN - 1 or left + wide > WIDTH + 1:
            yield str(mark["said"])


def struck_through(sheet: Sheet) -> Iterator[str]:
    """The words that an upright line runs through."""
    lines = [mark for kind, mark in sheet.marks if kind == "line" and len({*mark["xs"]}) == 1]
    for kind, mark in sheet.marks:
        if kind != "text" or mark.get("ha") == "right":
            continue
        right = mark["x"] + width_of(str(mark["said"]), mark["fontsize"])
        for line in lines:
            (top, bottom), x = line["ys"], line["xs"][0]
            if mark["x"] < x < right and top < mark["y"] - 1 < bottom:
                yield str(mark["said"])


def part(name: str, percent: float) -> Part:
    share = Figure(Decimal(str(percent)), "percent", cells=("t!R1C1",))
    return Part(name, share, number(Figure(Decimal(123456789), cells=("t!R1C1",)), "wan"))


@pytest.mark.parametrize("shares", [(46, 15, 14, 8, 8, 9), (20, 20, 20, 20, 20), (1, 98, 1)])
@pytest.mark.parametrize("name", ["行政运行", "其他城乡社区管理事务支出的其他支出"])
def test_no_line_runs_through_a_name(shares: tuple[float, ...], name: str) -> None:
    strip = Strip(text("全部"), tuple(part(name, share) for share in shares))
    sheet = drawn(strips(text("标题"), [strip], NOTHING))
    assert list(struck_through(sheet)) == []
    assert not list(outside(sheet))


@pytest.mark.parametrize("name", NAMES)
def test_words_stay_on_the_sheet_and_are_large_enough(first: Budget, name: str) -> None:
    sheet = drawn(getattr(pictures, name)(first))
    assert not list(outside(sheet))
    assert min(mark["fontsize"] for kind, mark in sheet.marks if kind == "text") >= 9


@pytest.mark.parametrize("name", NAMES)
def test_every_number_in_a_picture_is_one_of_a_figure(first: Budget, name: str) -> None:
    chart = getattr(pictures, name)(first)
    sheet = drawn(chart)
    html = svg(sheet, "图")
    assert orphans(html) == []
    labels = [
        figure for kind, mark in sheet.marks if kind == "text" for figure in mark["said"].figures
    ]
    assert html.count('<a class="figure"') == len(labels) > 0
    assert {cell for figure in labels for cell in figure.cells}


def test_a_name_with_a_number_in_it_leads_where_its_bar_does() -> None:
    html = svg(drawn(bars(text("标题"), [bar("其余9项（2020年）", "3")], NOTHING)), "图")
    linked = re.findall(r'data-cells="([^"]*)"[^>]*>([^<]*)<', html)
    assert linked == [("t!R1C1", "9"), ("t!R1C1", "3.00元")]


def test_the_same_chart_is_the_same_picture(first: Budget) -> None:
    one, other = pictures.nature(first), pictures.nature(first)
    assert isinstance(one, Chart) and isinstance(other, Chart)
    assert one.png == other.png
    assert not {b"tEXt", b"tIME", b"zTXt", b"iTXt"} & set(chunks(one.png))


def chunks(png: bytes) -> Iterator[bytes]:
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        assert zlib.crc32(png[at + 4 : at + 8 + length]) == struct.unpack(
            ">I", png[at + 8 + length : at + 12 + length]
        )[0]  # fmt: skip
        yield png[at + 4 : at + 8]
        at += 12 + length


def test_a_missing_glyph_is_an_error() -> None:
    chart = bars(text("标题"), [bar("甲\U0001f600", "1")], NOTHING)
    with pytest.raises(MissingGlyph):
        chart.png  # noqa: B018


def test_negative_bars_point_the_other_way() -> None:
    marks = [
        mark
        for kind, mark in drawn(
            bars(text("标题"), [bar("甲", "3"), bar("乙", "-1")], NOTHING)
        ).marks
        if kind == "bar"
    ]
    up, down = marks
    assert up["w"] > 0 > down["w"]
    assert up["x"] == down["x"] == pytest.approx(MARGIN + (WIDTH - 2 * MARGIN) / 4)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=12))
@settings(deadline=None)
def test_steps_lead_to_the_sum(changes: list[int]) -> None:
    found = [bar(f"第{n}项", str(change)) for n, change in enumerate(changes)]
    found.append(bar("合计", str(sum(changes)), sum=True))
    marks = [m for kind, m in drawn(steps(text("标题"), found, NOTHING)).marks if kind == "bar"]
    for before, after in pairwise(marks[:-1]):
        assert after["x"] == pytest.approx(before["x"] + before["w"])
    last, whole = marks[-2], marks[-1]
    assert whole["x"] + whole["w"] == pytest.approx(last["x"] + last["w"], abs=1e-6)


def test_parts_of_a_strip_fill_it(first: Budget) -> None:
    chart = pictures.nature(first)
    assert isinstance(chart, Chart)
    widths = [mark["w"] for kind, mark in drawn(chart).marks if kind == "bar"]
    assert sum(widths) == pytest.approx(WIDTH - 2 * MARGIN, abs=0.5)


def test_last_years_figures_are_never_drawn_without_their_name(first: Budget) -> None:
    chart = pictures.growths(first)
    assert isinstance(chart, Chart)
    compared = [line for line in texts(drawn(chart)).split("\n") if "→" in line]
    last, own = f"{first.year - 1}年执行数", f"{first.year}年预算数"
    assert compared and all(last in line and own in line for line in compared)


def test_implied_figures_are_called_implied(first: Budget) -> None:
    chart = pictures.implied_change(first)
    assert isinstance(chart, Chart)
    assert "推算" in str(chart.message) and "推算" in chart.source


@given(st.text("，。（）一二三四五六七八九十万元%0123456789.", max_size=60))
@settings(deadline=None)
def test_lines_keep_every_character_and_begin_with_no_closing_mark(said: str) -> None:
    for breaking in (lines_of, balanced):
        lines = breaking(said, TITLE, WIDTH - 2 * MARGIN)
        assert "".join(lines) == said
        assert not any(line[:1] in "，。）%" for line in lines[1:] if line[:1])


def test_a_broken_sentence_keeps_its_figures() -> None:
    figure = Figure(Decimal(1234500), cells=("t!R1C1",))
    said = text("合计") + number(figure, "wan") + text("，第二行")
    first, second = in_lines(said, ["合计12", "3.45万元，第二行"])
    assert (str(first), str(second)) == ("合计12", "3.45万元，第二行")
    assert first.figures == second.figures == (figure,)


def test_numbers_are_not_broken() -> None:
    lines = lines_of("共计人民币六千三百零七万元即6,307,683.64元", BODY, 170)
    assert any("6,307,683.64元" in line for line in lines)


def test_pictures_of_one_table_come_from_one_table(first: Budget) -> None:
    chart = pictures.structure(first)
    assert isinstance(chart, Chart)
    shown: Table = first.spending().level(1).measure("total").share().sorted()
    assert chart.source == shown.source
    assert "表2" in chart.source and "第4–5页" in chart.source
