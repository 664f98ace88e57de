"""Evidence: every number leads to an entry that says where it comes from, and nothing else does."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proofs import orphans
from unitbudget.briefing.crops import Picture
from unitbudget.briefing.evidence import Evidence
from unitbudget.briefing.sources import Sources
from unitbudget.briefing.tracing import traced
from unitbudget.briefing.words import Said, tag
from unitbudget.documents import Box
from unitbudget.figures import Figure, share
from unitbudget.package import Package, frame, schema

WHOLE, PART = "revenue!R2C3", "revenue!R1C3"


def _amount(cell: str, name: str, value: str, **more: object) -> dict[str, object]:
    row, column = map(int, re.findall(r"\d+", cell))
    about = {"table_id": "revenue", "page": 12, "x0": 10, "y0": 20, "x1": 60, "y1": 40}
    about |= {"direction": "revenue", "measure": "total", "fiscal_year": 2020, "phase": "approved"}
    about |= {
        "unit": "CNY",
        "printed": value,
        "precision": 0.005,
        "function_code": "",
        "economic_code": "",
    }
    return about | {"cell": cell, "row": row, "column": column, "name": name, "value": value} | more


@pytest.fixture
def document() -> Package:
    check = {"rule_id": "R02", "subject": "收入总表", "says": "合计等于各类之和", "reason": ""}
    rows = {
        "amounts": [
            _amount(PART, "其他收入", "25.00", function_code="201"),
            _amount(WHOLE, "合计", "100.00"),
        ],
        "tables": [
            {"table_id": "revenue", "title": "收入预算总表", "unit": "元", "first_page": 12,
             "last_page": 13, "status": "read", "note": "", "rows": 2}
        ],
        "checks": [
            check | {"status": "holds", "cells": f"{PART};{WHOLE}"},
            check | {"rule_id": "R16", "status": "broken", "cells": WHOLE, "stated": 100,
                     "computed": 99, "difference": 1},
        ],
        "claims": [
            {"section": "3.1", "page": 16, "sentence": "收入为100.00元。", "subject": "收入",
             "value": 100, "unit": "CNY", "computed": 100, "status": "holds", "rule_id": "R23",
             "x0": 80, "y0": 100, "x1": 500, "y1": 112, "quantity": "amount", "cells": WHOLE}
        ],
        "sections": [{"section": "3.1", "title": "总体说明", "page": 16, "text": ""}],
        "indicators": [
            {"project": "接力站", "level3": "覆盖率", "operator": "≥", "target": "90%", "page": 19}
        ],
        "documents": [{"document_id": "d", "title": "某单位预算", "unit": "某单位"}],
    }  # fmt: skip
    frames = {}
    for name in schema():
        frames[name] = frame(name, [{"document_id": "d"} | row for row in rows.get(name, [])])
    return Package(**frames)


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        (PART, ["201 其他收入：2020年预算数“合计”栏", "第 1 行第 3 列", "第 12 页", "25.00 元"]),
        (WHOLE, ["合计：2020年预算数", "第 2 行", "1 条成立（R02）", "1 条不成立（R16）"]),
        (
            "claim!1",
            ["正文所述：收入", "“总体说明”", "第 16 页", "收入为100.00元。", "100.00 元"],
        ),
        ("check!R02", ["勾稽关系 R02", "1 处", "合计等于各类之和"]),
        ("check!", ["全部勾稽关系", "2 处"]),
        ("table!revenue", ["收入预算总表", "12–13 页"]),
        ("indicator!1", ["绩效指标", "接力站", "≥", "90%", "第 19 页"]),
    ],
)
def test_a_source_says_where_it_stands(document: Package, reference: str, told: list[str]) -> None:
    source = Sources(document).of(reference)
    words = " ".join([source.title, source.where, source.printed, source.quote, source.tally])
    assert [word for word in told if word not in words] == []


@pytest.mark.parametrize(
    "reference", ["revenue!R9C9", "claim!2", "claim!0", "claim!x", "table!none", "?"]
)
def test_an_unknown_source_has_no_page(document: Package, reference: str) -> None:
    source = Sources(document).of(reference)
    assert (source.title, source.page, source.box) == (reference, 0, None)


def test_a_broken_check_says_both_sums(document: Package) -> None:
    (broken,) = Sources(document).of(WHOLE).broken
    assert (broken.rule, broken.word) == ("R16", "不成立")
    assert "印 100.00，算 99.00，差 1.00" in broken.detail


def _evidence(document: Package) -> Evidence:
    return Evidence(Sources(document), {})


def _figure(cell: str, value: str) -> Figure:
    return Figure(Decimal(value), cells=(cell,), formula=value)


def test_a_printed_number_leads_to_its_cell(document: Package) -> None:
    evidence = _evidence(document)
    html = evidence.linked(f"<p>{tag(_figure(WHOLE, '100.00'))}</p>")
    assert 'href="#c-revenue-R2C3"' in html
    assert list(evidence.printed) == [WHOLE]
    assert not evidence.derived


def test_a_number_worked_out_leads_to_its_formula_and_inputs(document: Package) -> None:
    evidence = _evidence(document)
    part = share(_figure(PART, "25.00"), _figure(WHOLE, "100.00"))
    assert part is not None
    html = evidence.linked(f"<p>{tag(part)} {tag(part)}</p>")
    assert html.count('href="#e1"') == 2
    (entry,) = evidence.derived.values()
    assert entry.formula == "25.00 ÷ 100.00 = 25.00%"
    assert [source.reference for source in entry.inputs] == [PART, WHOLE]
    assert set(evidence.printed) == {PART, WHOLE}


def test_numbers_in_the_words_of_a_row_rest_on_what_its_figures_rest_on(document: Package) -> None:
    figure = tag(_figure("claim!1", "100.00"))
    html = _evidence(document).linked(
        "<tr><th>编码</th><th>原句</th><th>金额</th></tr>"
        f"<tr><td>2012999</td><td>2020年收入为100.00元，第16页，&lt;1&gt;</td><td>{figure}</td></tr>"
    )
    assert orphans(html) == []
    assert "<td>2012999</td>" in html
    assert html.count('href="#c-claim-1"') == 3
    assert "&lt;" in html


def test_a_row_about_a_rule_rests_on_its_checks(document: Package) -> None:
    html = _evidence(document).linked("<tr><td>R16</td><td>缺 18 处</td></tr>")
    assert 'href="#c-check-R16"' in html
    assert orphans(html) == []


def test_a_row_without_figures_stays_as_it_is(document: Package) -> None:
    row = "<tr><td>共 5 项</td></tr>"
    assert _evidence(document).linked(row) == row


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("收入为6,307.64元，占88.26%", [("6,307.64元", "6307.64"), ("88.26%", "88.26")]),
        ("比上年减少-1.5万元", [("-1.5万元", "-15000.0")]),
        ("2020年1月1日起，第19页，表4，R01", []),
        ("3月，计划130000人", [("3", "3"), ("130000", "130000")]),
        ("没有数", []),
        ("201 一般公共服务支出", []),
        ("资本性支出（310）", []),
    ],
)
def test_numbers_in_words_are_found(words: str, numbers: list[tuple[str, str]]) -> None:
    sentence = traced(words, ["claim!1"])
    assert str(sentence) == words
    said = [part for part in sentence.parts if isinstance(part, Said)]
    assert [(part.text, f"{part.figure.value:f}") for part in said] == numbers
    assert all(part.figure.cells == ("claim!1",) for part in said)


@given(st.text(max_size=60))
def test_tracing_changes_no_visible_word(words: str) -> None:
    from unitbudget.briefing.words import plain

    assert str(traced(words, [])) == plain(words)


@given(
    st.tuples(st.floats(0, 500), st.floats(0, 700), st.floats(5, 95), st.floats(5, 95)),
    st.sampled_from([96, 120, 150]),
)
def test_every_view_shows_its_cell_whole(place: tuple[float, ...], dpi: int) -> None:
    scale = dpi / 72
    picture = Picture(1, b"", round(600 * scale), round(800 * scale), scale)
    x, y, width, height = place
    box = Box(x, y, x + width, y + height)
    for view in (picture.row(box), picture.zoom(box)):
        left, top, wide, high = view.outline
        assert view.x - 1 <= left
        assert left + wide <= view.x + view.width + 1
        assert view.y - 1 <= top
        assert top + high <= view.y + view.height + 1
        assert view.x >= 0
        assert view.y >= 0
