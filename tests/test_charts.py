"""Charts: what they say is generated, what they draw is legible and always the same."""

from __future__ import annotations

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
from unitbudget.figures import Figure
from unitbudget.telling import pictures
from unitbudget.telling.budget import Budget, open_budget
from unitbudget.telling.charts import Bar, Chart, bars, steps
from unitbudget.telling.drawing import (
    BODY,
    MARGIN,
    TITLE,
    WIDTH,
    Sheet,
    balanced,
    lines_of,
    width_of,
)
from unitbudget.telling.rows import Table
from unitbudget.telling.show import table
from unitbudget.telling.typeface import MissingGlyph
from unitbudget.telling.words import Sentence, text

NAMES = pictures.__all__
NOTHING = table("", ["项目"], [])


def bar(name: str, value: str, **how: bool) -> Bar:
    figure = Figure(Decimal(value), cells=("t!R1C1",))
    return Bar(name, figure, value, **how)


@pytest.fixture(scope="module")
def first() -> Budget:
    return open_budget()


def drawn(chart: Chart) -> Sheet:
    sheet = Sheet()
    chart.draw(sheet)
    return sheet


def texts(sheet: Sheet) -> str:
    return "\n".join(mark["s"] for kind, mark in sheet.marks if kind == "text")


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


def outside(sheet: Sheet) -> Iterator[str]:
    """The words that would run over an edge of the sheet."""
    for kind, mark in sheet.marks:
        if kind != "text":
            continue
        wide = width_of(mark["s"], mark["fontsize"])
        left = mark["x"] - (wide if mark.get("ha") == "right" else 0)
        if left < MARGIN - 1 or left + wide > WIDTH + 1:
            yield mark["s"]


@pytest.mark.parametrize("name", NAMES)
def test_words_stay_on_the_sheet_and_are_large_enough(first: Budget, name: str) -> None:
    sheet = drawn(getattr(pictures, name)(first))
    assert not list(outside(sheet))
    assert min(mark["fontsize"] for kind, mark in sheet.marks if kind == "text") >= 9


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


def test_numbers_are_not_broken() -> None:
    lines = lines_of("共计人民币六千三百零七万元即6,307,683.64元", BODY, 170)
    assert any("6,307,683.64元" in line for line in lines)


def test_pictures_of_one_table_come_from_one_table(first: Budget) -> None:
    chart = pictures.structure(first)
    assert isinstance(chart, Chart)
    shown: Table = first.spending().level(1).measure("total").share().sorted()
    assert chart.source == shown.source
    assert "表2" in chart.source and "第4–5页" in chart.source
