"""Tables nobody taught: proposed from the vocabulary, taken where their own sums confirm them."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from test_identify import grid, line, printed
from unitbudget.documents import LEARNED, Grid
from unitbudget.errors import DisclosureError
from unitbudget.reading.headings import heading_rows, is_numbering
from unitbudget.reading.identified import Identified
from unitbudget.reading.identify import concluded, survey
from unitbudget.reading.metadata import metadata
from unitbudget.reading.nesting import forest, nested, ordinal
from unitbudget.reading.templates import family
from unitbudget.reading.tidy import amounts
from unitbudget.reading.vocabulary import plain, vocabulary

Rows = Sequence[Sequence[str]]


def survey_of(title: str, *grids: Grid, unit: str = "单位：万元") -> Identified:
    above = [line("公开表7", 780), line(title, 760), line(unit, 740)]
    pages = [(above if number == 0 else [], [each]) for number, each in enumerate(grids)]
    document = printed(*pages)
    return concluded(survey(document, 2026, "budget"), document)


def rows_of(found: Identified) -> list[tuple[str, str, str, str]]:
    read, _ = amounts(found, "test.pdf")
    return [
        (
            row["function_code"] or row["economic_code"] or row["name"],
            row["measure"],
            f"{row['fiscal_year']} {row['phase']}",
            row["printed"],
        )
        for row in read
    ]


@examples("row, numbering")
def test_a_row_of_column_numbers_is_known_by_what_it_is(row: list[str], numbering: bool) -> None:
    (cells,) = grid([row]).rows
    assert is_numbering(cells) == numbering


CODED = [
    ["科目编码", "<", "<", "功能科目", "总计", "基本支出", "项目支出"],
    ["类", "款", "项", "^", "^", "^", "^"],
    ["**", "**", "**", "**", "1", "2", "3"],
    ["", "", "", "合计", "5.00", "3.00", "2.00"],
    ["201", "", "", "一般公共服务支出", "5.00", "3.00", "2.00"],
    ["", "40", "", "信访事务", "5.00", "3.00", "2.00"],
    ["", "", "01", "行政运行", "3.00", "3.00", ""],
    ["", "", "04", "信访业务", "2.00", "", "2.00"],
]


def test_codes_printed_at_their_own_level_only_are_those_of_the_rows_above() -> None:
    found = survey_of("2026年部门支出总体情况表", grid(CODED))
    (joined,) = found.tables
    assert (joined.table.table_id, joined.table.family) == ("expenditure", LEARNED)
    assert [code for code, measure, *_ in rows_of(found) if measure == "total"] == [
        "合计", "201", "20140", "2014001", "2014004",
    ]  # fmt: skip


@examples("title, rows, table_id, some")
def test_layouts_of_other_cities_are_understood(
    title: str, rows: Rows, table_id: str, some: list[str]
) -> None:
    found = survey_of(title, grid(rows))
    assert [joined.table.table_id for joined in found.tables] == [table_id]
    assert tuple(some) in rows_of(found)


SIDES = [
    ["收入", "<", "支出", "<", "<", "<"],
    ["项目", "预算数", "支出功能科目", "预算数", "部门预算支出经济分类科目", "预算数"],
    ["一、财政拨款", "9.00", "一、教育支出", "4.00", "一、工资福利支出", "6.00"],
    ["一般公共预算拨款", "9.00", "普通教育", "4.00", "二、商品和服务支出", "3.00"],
    ["", "", "二、科学技术支出", "5.00", "", ""],
    ["收入总计", "9.00", "支出总计", "9.00", "支出总计", "9.00"],
]


def test_one_expenditure_divided_twice_is_two_tables_and_parts_know_their_whole() -> None:
    found = survey_of("部门综合预算收支总表", grid(SIDES))
    assert [joined.table.table_id for joined in found.tables] == [
        "revenue_and_expenditure", "revenue_and_expenditure_by_economic",
    ]  # fmt: skip
    read, _ = amounts(found, "test.pdf")
    parts = {row["name"]: row["part_of"] for row in read if row["part_of"]}
    assert parts == {"一般公共预算拨款": 1, "普通教育": 1}


@pytest.mark.parametrize(
    ("title", "rows", "says"),
    [
        ("部门支出总表", [[*row[:5], row[6], row[5]] if n > 1 else row
                        for n, row in enumerate(CODED)], ""),
        ("部门支出总表", [*CODED[:4], ["201", "", "", "教育", "9.00", "8.00", "1.00"]], "对不上"),
        ("部门支出总表", [[*row, {0: "在编人数", 1: "^"}.get(n, str(n))]
                        for n, row in enumerate(CODED)], "看不懂「在编人数」"),
        ("债务还本表", CODED, None),
        ("债务还本支出表", CODED, "看不出这是哪一张表"),
        ("收入总表", CODED, "题目是收入总表，栏目却不是"),
    ],
)  # fmt: skip
def test_what_nothing_confirms_stays_unread(title: str, rows: Rows, says: str | None) -> None:
    """Exchanged columns of parts still add up: then the headings are believed."""
    try:
        found = survey_of(title, grid(rows))
    except DisclosureError as error:
        assert says is None or (says and says in str(error))
    else:
        assert says == "" and [joined.table.table_id for joined in found.tables] == ["expenditure"]


def test_a_unit_of_money_is_that_of_a_table_with_the_same_total() -> None:
    first = [line("部门支出总体情况表", 760), line("单位：万元", 740)]
    other = [line("一般公共预算支出情况表", 760, 2)]
    document = printed((first, [grid(CODED)]), (other, [grid(CODED, 2)]))
    found = concluded(survey(document, 2026, "budget"), document)
    assert [joined.unit for joined in found.tables] == ["万元", "万元"]


@examples("said, unit")
def test_the_unit_of_money_is_no_part_of_a_place(said: str, unit: str) -> None:
    (joined,) = survey_of("部门支出总体情况表", grid(CODED), unit=said).tables
    assert joined.unit == unit


trees = st.recursive(
    st.decimals("0.01", "99.99", places=2).map(lambda value: (value, [])),
    lambda below: st.lists(below, min_size=2, max_size=3).map(
        lambda parts: (sum((part[0] for part in parts), Decimal(0)), parts)
    ),
    max_leaves=8,
)


@given(st.lists(trees, min_size=1, max_size=3))
def test_whatever_nests_adds_up(roots: list[tuple[Decimal, list[object]]]) -> None:
    flat: list[Decimal] = []

    def walk(tree: tuple[Decimal, list[object]]) -> None:
        flat.append(tree[0])
        for part in tree[1]:
            walk(part)  # type: ignore[arg-type]

    for root in roots:
        walk(root)
    whole = sum((root[0] for root in roots), Decimal(0))
    parents = forest(flat, whole, Decimal(0))
    assert parents is not None
    for place, amount in enumerate([*flat, whole]):
        above = None if place == len(flat) else place
        parts = [flat[n] for n, parent in enumerate(parents) if parent == above]
        assert not parts or sum(parts) == amount


def test_ordinals_say_what_is_part_of_what_and_blank_rows_are_no_whole() -> None:
    labels = [
        "一、部门预算",
        "1、财政拨款",
        "（1）一般公共预算",
        "其中：专项",
        "2、其他收入",
        "合计",
    ]
    printed_amounts = [None, None, *map(Decimal, ("8", "3", "2", "10"))]
    totals = [False] * 5 + [True]
    found = nested([ordinal(each) for each in labels], printed_amounts, totals, Decimal("0.01"))
    assert found == {3: 2, 2: 5, 4: 5}


def test_every_word_of_the_vocabulary_is_one_measure() -> None:
    known = {
        "合计": "total", "一般公共预算拨款收入": "general_public_budget", "公用经费": "operating",
        "政府性基金预算财政拨款": "government_managed_funds", "上年结转结余": "carried_in",
        "对附属单位补助支出": "subsidies_to_subordinates", "因公出国（境）费用": "overseas_travel",
        "事业收入（不含教育收费）": "service", "其它收入": "other", "日常公用支出": "operating",
        "使用非财政拨款结余": "surplus_used", "预备费": "", "规格型号": "",
    }  # fmt: skip
    assert {word: vocabulary().measure(plain(word, 2026)) for word in known} == known


def test_a_heading_ends_above_the_first_row_without_figures() -> None:
    rows = [["项目", "预算数"], ["一、一般公共服务支出", ""], ["二、教育支出", "3.00"]]
    assert heading_rows(grid(rows)) == 1
    assert heading_rows(grid([*CODED[:3], ["", "", "", "合计", "", "", ""]])) == 3


def test_the_body_is_named_by_titles_covers_and_labels_not_by_a_phrase() -> None:
    cover = [line("2026年度", 800), line("福安市水务局", 780), line("部门预算", 760)]
    prose = [line("21个省、市900余个单位的预算", 700, 2), line("四川省来人", 680, 2)]
    about = metadata(printed((cover, []), (prose, [])))
    assert (about.unit, about.district, about.fiscal_year) == ("福安市水务局", "福安市", 2026)
    labelled = grid([["部门名称", "某市气象局"], ["目标", "2026年完成"]])
    inside = replace(line("目标 2026年完成", 680), in_grid=True)
    about = metadata(printed(([line("部门预算", 740), inside], [labelled])))
    assert (about.unit, about.fiscal_year) == ("某市气象局", 2026)


@examples("cover, unit, district")
def test_covers_name_who_publishes_and_where(
    cover: Sequence[str], unit: str, district: str
) -> None:
    lines = [line(text, 800 - 20 * place) for place, text in enumerate(cover)]
    about = metadata(printed((lines, []), ([line("部门收支总表", 760, 2)], [])))
    assert (about.unit, about.district, about.fiscal_year) == (unit, district, 2024)


def test_teaching_gives_a_template_that_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from unitbudget.reading import identify, teaching

    document = printed(([line("2026年某局部门支出总体情况表", 760), line("单位：万元", 740)],
                        [grid(CODED)]))  # fmt: skip
    found = survey(document, 2026, "budget")
    monkeypatch.setattr(teaching, "surveyed", lambda _: (document, metadata(document), found))
    text = teaching.teach(tmp_path / "a.pdf")
    learned = family("taught", tomllib.loads(text))
    wanted = rows_of(concluded(survey(document, 2026, "budget"), document))
    monkeypatch.setattr(identify, "families", lambda: (learned,))
    found = concluded(survey(document, 2026, "budget"), document)
    assert [joined.table.family for joined in found.tables] == ["taught"]
    assert rows_of(found) == wanted


def test_two_columns_without_a_heading_are_no_crash() -> None:
    rows = [["项目", "", ""], ["合计", "3.00", "3.00"], ["基本支出", "1.00", "1.00"]]
    document = printed(([line("支出总表", 760), line("单位：万元", 740)], [grid(rows)]))
    (unread,) = survey(document, 2026, "budget").unread
    assert unread.error.what
