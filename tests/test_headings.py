"""How tables are headed from city to city: every column is understood as what it measures."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from examples import examples
from test_identify import grid
from test_understanding import rows_of, survey_of
from unitbudget.auditing.rules import rule_book
from unitbudget.errors import DisclosureError
from unitbudget.reading.headings import heading_rows
from unitbudget.reading.understanding import understood
from unitbudget.reading.vocabulary import vocabulary

HEADINGS = Path(__file__).parent / "documents" / "headings.toml"
TABLES = tomllib.loads(HEADINGS.read_text(encoding="utf-8"))["table"]
#: What is printed below a heading, by what it is.
BELOW = {
    "c": ("", "201", "20101", "2010101"),
    "e": ("", "301", "30101", "30102"),
    "g": ("", "501", "50101", "50102"),
    "u": ("", "105", "105001", "105002"),
    "n": ("合计", "甲类", "乙款", "丙项"),
    "p": ("", "电脑维护", "培训", "办公"),
    "1": ("", "201", "", ""),
    "2": ("", "", "01", ""),
    "3": ("", "", "", "01"),
    "x": ("", "是", "否", "是"),
    "": ("10.00",) * 4,
}


def split(columns: str) -> list[tuple[list[str], str, str]]:
    """Each column's headings from the top, what it measures, and what is printed below them."""
    found = []
    for column in columns.split():
        said, _, measure = column.partition("=")
        path, _, below = said.partition(":")
        found.append((path.split(">"), measure, below))
    return found


def drawn(columns: Sequence[tuple[list[str], str, str]]) -> list[list[str]]:
    """The printed rows: the headings, cells in common joined, and four rows below them."""
    rows = []
    for row in range(max(len(path) for path, *_ in columns)):
        texts, before = list[str](), list[str]()
        for path, *_ in columns:
            inner = row < len(path) - 1
            same = inner and row < len(before) - 1 and path[: row + 1] == before[: row + 1]
            texts.append("<" if same else path[row] if row < len(path) else "^")
            before = path
        rows.append(texts)
    return rows + [[BELOW[below][row] for *_, below in columns] for row in range(4)]


@pytest.mark.parametrize("told", TABLES, ids=lambda told: f"{told['title']}")
def test_every_column_is_understood_as_what_it_measures(told: Mapping[str, Any]) -> None:
    columns = split(told["columns"])
    printed = grid(drawn(columns))
    rows = heading_rows(printed)
    kind = told.get("kind", "budget")
    header, body = replace(printed, rows=printed.rows[:rows]), printed.without_rows(rows).rows
    (reading,) = understood(told["title"], header, body, 2024, kind, "test.pdf")
    assert reading.table.table_id == told["id"]
    found = []
    for column in reading.columns:
        if column is None or not column.is_amount:
            found.append("")
            continue
        usual = "executed" if kind == "final_accounts" else "approved"
        when = f"@last.{column.phase}" if column.last_year else ""
        when = when or (f"@{column.phase}" if column.phase != usual else "")
        found.append(column.measure + when)
    assert found == [measure for _, measure, _ in columns]


@examples("title, codes, table_id")
def test_a_title_says_which_table_it_is(title: str, codes: list[str], table_id: str) -> None:
    kind = vocabulary().kind(title, set(codes))
    assert (kind.table_id if kind else "") == table_id


UNKNOWN = [
    ["科目编码", "科目名称", "合计", "基本支出", "项目支出", "<", "<"],
    ["^", "^", "^", "^", "小计", "甲种运转类", "乙种目标类"],
    ["", "合计", "9.00", "4.00", "5.00", "2.00", "3.00"],
    ["201", "一般公共服务支出", "9.00", "4.00", "5.00", "2.00", "3.00"],
    ["20101", "人大事务", "6.00", "4.00", "2.00", "", "2.00"],
    ["20102", "政协事务", "3.00", "", "3.00", "2.00", "1.00"],
]


def test_a_column_nobody_knows_is_read_where_a_sum_needs_it() -> None:
    found = survey_of("部门支出总表", grid(UNKNOWN))
    assert ("20102", "project_unclassified_2", "2026 approved", "1.00") in rows_of(found)


@pytest.mark.parametrize(
    ("column", "wrong"),
    [(5, ["9", "8", "7", "6"]), (5, ["2.00", "2.00", "", "1.00"])],
    ids=["a column that is no part of its sum", "a sum that does not come out"],
)
def test_a_column_nobody_knows_is_not_guessed(column: int, wrong: Sequence[str]) -> None:
    rows = [[*row] for row in UNKNOWN]
    for row, text in zip(rows[2:], wrong, strict=True):
        row[column] = text
    with pytest.raises(DisclosureError, match="看不懂「甲种运转类」「乙种目标类」"):
        survey_of("部门支出总表", grid(rows))


def test_every_measure_has_a_name_for_readers() -> None:
    words = vocabulary()
    parts = {part for ways in words.sums.values() for way in ways for part in way}
    assert parts | {*words.measures, *words.natures} <= set(rule_book().measures)
