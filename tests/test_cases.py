"""Small disclosures with one difficulty each: what must come out stands in their ``cases.csv``."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from unitbudget.errors import DisclosureError
from unitbudget.package import Package
from unitbudget.running.disclosure import read_disclosure
from verdicts import read_once

CASES = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "cases"
#: What ``as-printed`` and ``same-or-refuse`` mean, cell by cell: the amount a reader sees.
SEEN = {"d14": "23600", "c31": "23666.00"}
#: What is printed nowhere.
UNSEEN = {"d14": {"123600", "236001"}}


def cases() -> list[tuple[str, str]]:
    if not CASES.is_dir():
        return []
    with (CASES / "cases.csv").open(encoding="utf-8") as file:
        return [(row["file"], row["expect"]) for row in csv.DictReader(file)]


def amounts(package: Package) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The amounts by where they belong, each with what it is."""
    what = ["function_code", "economic_code", "name", "fiscal_year", "phase", "value", "unit"]
    where = ["table_id", "row", "direction", "measure", "fiscal_year"]
    return {
        tuple(row[key] for key in where): tuple(row[key] for key in what)
        for row in package.amounts.to_dict("records")
    }


@pytest.fixture(scope="module")
def base(corpus: Path) -> Package:
    """The control: what every case prints beneath its difficulty."""
    return read_once(corpus / "cases" / "00-base.pdf")


@pytest.mark.parametrize(("file", "expect"), cases() or [("", "absent")])
def test_a_difficulty_comes_out_as_it_must(file: str, expect: str, corpus: Path) -> None:
    base = read_once(corpus / "cases" / "00-base.pdf")
    try:
        found = read_disclosure(corpus / "cases" / file)
    except DisclosureError:
        assert expect in ("refuse", "same-or-refuse", "no-crash")
        return
    if expect == "no-crash":
        return
    ours, wanted = amounts(found), amounts(base)
    if expect in ("refuse", "same-or-refuse", "as-printed"):
        unread = set(found.tables.loc[found.tables["status"] == "unread", "table_id"])
        if expect == "refuse":
            assert unread and not unread & {key[0] for key in ours}
            return
        printed = set(found.amounts["printed"])
        assert unread or SEEN[file[:3]] in printed
        assert not printed & UNSEEN.get(file[:3], set())
        return
    if expect == "x10000":
        wanted = {
            key: (*value[:-2], round(value[-2] * 10000, 2), "CNY") if value[-1] == "CNY" else value
            for key, value in wanted.items()
        }
    if expect == "same-names":
        assert {k: v[3:] for k, v in ours.items()} == {k: v[3:] for k, v in wanted.items()}
    else:
        assert ours == wanted
    assert not (found.checks["status"] == "broken").any()
    assert not (found.claims["status"] == "broken").any() or expect == "x10000"
