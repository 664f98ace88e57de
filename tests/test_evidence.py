"""Entries that numbers lead to: printed, computed and counted, each of its own document."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pytest

import unitbudget as ub
from conftest import PROJECT
from unitbudget.briefing import proof
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.proof import Evidence, Library
from unitbudget.money import display
from unitbudget.money.figure import COUNT, Figure
from unitbudget.package import load, schema, write

CLEAN = PROJECT / "data" / "clean"


@pytest.fixture
def b() -> Budget:
    return ub.open_budget(clean=CLEAN)


@pytest.fixture
def evidence(b: Budget) -> Evidence:
    return Evidence(Library(b))


def test_a_printed_number_leads_to_its_place(b: Budget, evidence: Evidence) -> None:
    figure = b["general_public_budget"].at["合计", "total"]
    with evidence.collecting():
        assert 'href="#c-general-public-budget-R15C6"' in display.tag(figure)
    (source,) = evidence.printed.values()
    assert (source.page, source.printed) == (5, "6307683.64 元")
    assert "条成立" in source.tally and not evidence.derived


def test_a_computed_number_leads_to_its_formula_and_operands(b: Budget, evidence: Evidence) -> None:
    t = b["general_public_budget"]
    share = t.at["201", "total"] / t.at["合计", "total"]
    assert evidence.entry(share, "88.26%") == "e1" == evidence.entry(share, "88.26%")
    (entry,) = evidence.derived.values()
    assert entry.formula == "5567001.92 ÷ 6307683.64 = 88.26%"
    assert [each.printed for each in entry.inputs] == ["5567001.92 元", "6307683.64 元"]


def test_a_counted_number_lists_what_was_counted(b: Budget, evidence: Evidence) -> None:
    empty = b.tables[b.tables.status == "empty"]
    evidence.entry(b.count(empty), "1")
    (entry,) = evidence.derived.values()
    assert entry.counted and entry.formula == "公开的表，逐张清点" and len(entry.inputs) == 1
    assert b.count(b.checks).formula.endswith("checks.csv 各行")
    assert b.count(b.checks) == len(b.checks)


def test_a_number_of_the_prose_leads_to_its_sentence(b: Budget, evidence: Evidence) -> None:
    row = b.claims[b.claims.value.notna() & (b.claims.rule_id == "R33")].iloc[0]
    evidence.entry(row["value"], "1.85万元")
    (source,) = evidence.printed.values()
    assert source.printed == "18,500.00 元" and "1.85万元" in source.quote and source.page == 17


def test_a_number_in_words_of_the_package_is_not_looked_for(b: Budget, evidence: Evidence) -> None:
    assert evidence.entry(Figure(Decimal(3), COUNT, terms=("全文",)), "3") == "e1"


def test_two_documents_on_one_page_are_not_mixed_up(tmp_path: Path) -> None:
    package = load(CLEAN)
    rows = {name: getattr(package, name).to_dict("records") for name in schema()}
    for name in rows:
        other = [
            row | {"document_id": "other"} | ({"title": "另一家"} if name == "documents" else {})
            for row in rows[name]
        ]
        rows[name] = rows[name] + other
    write(rows, tmp_path / "clean")
    shutil.copytree(CLEAN / "pages", tmp_path / "clean" / "pages", dirs_exist_ok=True)
    one, two = ub.budgets(tmp_path / "clean")
    a, b = (each["general_public_budget"].at["201", "total"] for each in (one, two))
    evidence = Evidence(Library(one))
    assert evidence.entry(a, "x") != evidence.entry(b, "x")
    assert evidence.entry(a + b, "y") == "e1"
    (entry,) = evidence.derived.values()
    assert [each.title.startswith("《另一家》") for each in entry.inputs] == [False, True]
    assert any("另一家" in group for group in evidence.groups)


def test_a_notebook_shows_the_printed_place_below_a_table(
    b: Budget, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(display, "PROOFS", [proof.below])
    monkeypatch.setattr(Budget, "opened", [b])
    monkeypatch.chdir(PROJECT / "notebooks")
    html = display.proved(b["general_public_budget"].tail(1)[["name", "total"]])
    assert 'href="#ub-general5fpublic5fbudget21R15C6"' in html
    assert '<article class="proof" id="ub-general5fpublic5fbudget21R15C6">' in html
    assert f'src="../data/clean/pages/{b.id}/p005.png"' in html
    assert "第 15 行第 6 列，原文第 5 页，印作 <b>6307683.64 元</b>" in html
    assert html == display.proved(b["general_public_budget"].tail(1)[["name", "total"]])
