"""Sentences: how figures are said, what a link carries, and what text of a document cannot do."""

from __future__ import annotations

import re
from decimal import Decimal
from html.parser import HTMLParser
from string import Formatter

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from unitbudget.briefing.words import (
    STYLES,
    findings,
    formed,
    listed,
    moved,
    shown,
    text,
    told,
    vocabulary,
)
from unitbudget.money.display import plain, safe, tag
from unitbudget.money.figure import Figure, share
from unitbudget.money.frames import FigureArray

PART = Figure(Decimal("5567001.92"), cells=("t!R1C6",))
WHOLE = Figure(Decimal("6307683.64"), cells=("t!R15C6",))


@examples("value, unit, style, said")
def test_how_figures_are_said(value: str, unit: str, style: str, said: str) -> None:
    assert shown(Figure(Decimal(value), unit), style) == said


@pytest.mark.parametrize(("value", "word"), [("1", "增加"), ("-1", "减少"), ("0", "持平")])
def test_which_way_a_difference_points(value: str, word: str) -> None:
    assert moved(Figure(Decimal(value))) == word


def test_a_link_carries_its_evidence() -> None:
    figure = share(PART, WHOLE)
    assert figure is not None
    assert tag(figure) == (
        '<a class="figure" href="#ub-t21R1C62dt21R15C62d55670012e9220f72063076832e64" '
        'data-cells="t!R1C6;t!R15C6" '
        'data-formula="5567001.92 ÷ 6307683.64 = 88.26%" data-value="88.257468790873" '
        'data-unit="percent">88.26%</a>'
    )
    assert 'data-formula="5567001.92"' in tag(PART)


def test_a_cell_used_twice_is_named_once() -> None:
    assert 'data-cells="t!R1C6"' in tag(PART - PART)


def test_a_sentence_says_the_same_in_text_and_in_html() -> None:
    sentence = formed(
        "今年中，{share:percent}用于{name}", share=share(PART, WHOLE), name="<b>甲</b>"
    )
    assert str(sentence) == "今年中，88.26%用于<b>甲</b>"
    assert re.sub("<[^>]*>", "", sentence.html) == "今年中，88.26%用于&lt;b&gt;甲&lt;/b&gt;"
    assert sentence.figures == (share(PART, WHOLE),)


def test_a_template_is_filled_from_the_first_row_of_a_frame() -> None:
    frame = pd.DataFrame({"name": ["甲", "乙"], "share": FigureArray.of([PART / WHOLE, None])})
    assert told("{name}占{share}", frame) == "甲占88.26%"
    assert told("{name}占{share}", frame.tail(1), missing="没有印。") == "没有印。"
    frame.attrs["missing"] = "没有公开。"
    assert told("{name}占{share}", frame.head(0)) == "没有公开。"
    assert told("{name}占{share}", frame.head(0), missing=None) == ""
    assert listed(frame, "share") == "甲88.26%"


def test_a_sentence_is_text_that_pandas_can_search() -> None:
    said = pd.Series(
        [formed("{share:percent}用于{name}", share=PART / WHOLE, name="甲")], dtype=object
    )
    assert said.str.contains("甲").all() and said.iloc[0].figures[0].unit == "ratio"


def test_sentences_that_cannot_be_formed_are_left_out() -> None:
    assert str(findings(text("甲。"), None)._repr_mimebundle_()["text/plain"]) == "· 甲。"


def test_every_template_names_a_known_style() -> None:
    for key, template in vocabulary()["sentences"].items():
        for _, name, style, _ in Formatter().parse(template):
            bare = (style or "").removeprefix("signed_").removeprefix("size_")
            assert not bare or bare in {*STYLES, "moved"}, (key, name)


HOSTILE = [
    ("甲\u202e乙", "甲乙"),  # right-to-left override
    ("甲\u2066乙\u2069", "甲乙"),
    ("甲\u200b\ufeff乙", "甲乙"),
    ("甲\n乙\t丙", "甲 乙 丙"),
    ("甲\x00\x1b[31m乙", "甲[31m乙"),
    ("甲\ue000乙", "甲乙"),
]


@pytest.mark.parametrize(("printed", "kept"), HOSTILE)
def test_text_of_a_document_cannot_act_on_its_neighbours(printed: str, kept: str) -> None:
    assert plain(printed) == kept


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, list[str]]] = []
        self.data = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, [name for name, _ in attrs]))

    def handle_data(self, data: str) -> None:
        self.data += data


@given(st.text())
@settings(deadline=None)
def test_no_text_escapes_into_html(printed: str) -> None:
    reader = _Tags()
    reader.feed(f"<p>{safe(printed)}</p>")
    assert reader.tags == [("p", [])]
    figure = Figure(Decimal(1), cells=(printed,), terms=(printed,))
    reader = _Tags()
    reader.feed(tag(figure, printed))
    names = ["class", "href", "data-cells", "data-formula", "data-value", "data-unit"]
    assert reader.tags == [("a", names)]
    assert reader.data == plain(printed)
