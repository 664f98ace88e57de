"""Families of layouts are data; what cannot be meant is refused where the file is read."""

from __future__ import annotations

import re
from typing import Any

import pytest

from examples import examples
from unitbudget.reading.templates import BadTemplate, bare_heading, bare_title, families, family


def template(meaning: str, kind: str = "budget") -> dict[str, Any]:
    return {"kind": kind, "revenue": {"titles": ["收入预算总表"], "columns": {"合计": meaning}}}


@pytest.mark.parametrize(
    ("meaning", "kind", "says"),
    [
        ("total approved basic", "budget", "恰好写一个度量"),
        ("? revenue", "budget", "恰好写一个度量"),
        ("total", "plan", "kind 应为"),
    ],
)
def test_a_template_that_means_nothing_is_refused(meaning: str, kind: str, says: str) -> None:
    with pytest.raises(BadTemplate, match=says):
        family("made-up", template(meaning, kind))


@examples("meaning, kind, expected")
def test_the_words_of_a_column(meaning: str, kind: str, expected: list[object]) -> None:
    (column,) = family("made-up", template(meaning, kind)).tables[0].columns
    assert [
        column.role, column.measure, column.direction, column.phase, column.last_year,
        column.optional,
    ] == expected  # fmt: skip


@examples("printed, bare")
def test_titles_are_compared_without_numbers_and_years(printed: str, bare: str) -> None:
    assert bare_title(printed) == bare


@examples("printed, bare")
def test_headings_are_written_relative_to_the_year(printed: str, bare: str) -> None:
    assert bare_heading(printed, 2020) == bare


def test_no_template_names_a_year_or_a_unit() -> None:
    for each in families():
        for table in each.tables:
            words = [*table.titles, *(part for column in table.columns for part in column.path)]
            assert not re.search(r"(?:19|20)\d\d|上海市|江苏省", " ".join(words)), each.name


def test_every_family_holds_the_tables_the_contract_names() -> None:
    contract = {
        "appropriation", "general_public_budget", "basic_expenditure", "three_public_expenses",
        "government_managed_funds", "revenue_and_expenditure", "revenue", "expenditure",
    }  # fmt: skip
    assert len(families()) >= 4
    for each in families():
        assert contract <= {table.table_id for table in each.tables}, each.name
