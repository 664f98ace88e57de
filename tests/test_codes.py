"""类, 款 and 项 join, split and climb; the codebook names what it knows and nothing more."""

import csv
from collections import Counter
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from unitbudget.money.codes import (
    LISTS,
    is_code,
    join_code,
    level,
    official,
    parent,
)

TOP = st.from_regex(r"[2-5][0-9]{2}", fullmatch=True)
PAIR = st.from_regex(r"[0-9]{2}", fullmatch=True)
PARTS = st.one_of(st.tuples(TOP), st.tuples(TOP, PAIR), st.tuples(TOP, PAIR, PAIR))


@given(PARTS)
def test_joining_and_climbing_undo_each_other(parts: tuple[str, ...]) -> None:
    code = join_code(parts)
    assert is_code(code) and level(code) == len(parts)
    assert parent(code) == join_code(parts[:-1])
    assert join_code([code, "", ""]) == code
    assert join_code([code[:3], code[:5], code]) == code


@examples("parts, code")
def test_printed_columns_to_codes(parts: list[str], code: str) -> None:
    assert join_code(parts) == code


@pytest.mark.parametrize("parts", [["20"], ["201", "2"], ["合计"], ["201", "29", "999"]])
def test_what_is_no_code_is_refused(parts: list[str]) -> None:
    with pytest.raises(ValueError, match="no classification code"):
        join_code(parts)


def test_rows_without_code_have_level_zero() -> None:
    assert level("") == 0 and parent("") == ""


@examples("kind, code, year, name")
def test_names_belong_to_years(kind: str, code: str, year: int, name: str) -> None:
    entry = official(kind, code, year)
    assert (entry.name if entry else "") == name


def test_published_names_come_before_unverified_ones() -> None:
    entry = official("function", "2040607", 2022)
    assert entry is not None and entry.evidence == "published"


@pytest.mark.parametrize("listing", [*LISTS.values(), "economic_mapping"])
def test_lists_are_sorted_and_clean(listing: str) -> None:
    text = (files("unitbudget") / "reference" / f"{listing}.csv").read_text(encoding="utf-8")
    assert "\r" not in text
    rows = list(csv.DictReader(text.splitlines()))
    keys = [tuple(row.values()) for row in rows]
    assert keys == sorted(set(keys))
    assert {row["evidence"] for row in rows} <= {"published", "unverified"}


def test_the_economic_list_is_whole() -> None:
    """The 款 of each 类 in the list in force since 2018."""
    text = (files("unitbudget") / "reference" / "economics.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    known = [row["code"] for row in rows if row["evidence"] == "published"]
    sections = Counter(code[:3] for code in known if len(code) == 5)
    assert sections == {
        "301": 13, "302": 27, "303": 12, "307": 4, "309": 12, "310": 16, "311": 2, "312": 5,
        "313": 2, "399": 4,
    }  # fmt: skip
    assert set(sections) <= set(known)
