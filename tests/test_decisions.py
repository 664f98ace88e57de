"""Decisions are bound to what is printed; two versions differ where what is printed differs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from briefings import visible
from conftest import PROJECT
from unitbudget import Package, budgets, load
from unitbudget.briefing import decisions, summary
from unitbudget.briefing.asking import open_findings
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.decisions import GONE, OPEN, STANDS, VOID, BadDecision
from unitbudget.briefing.versions import compare


@pytest.fixture(scope="module")
def package() -> Package:
    return load()


def sheet(package: Package, finding: str, decision: str = "已提出") -> list[dict[str, str]]:
    """One decision about one finding, as the file holds it."""
    table = decisions.decided(package, []).set_index("finding_id", drop=False)
    row = table.loc[finding, list(decisions.COLUMNS)].to_dict()
    return [{**row, "decision": decision, "by": "某人", "when": "2026-11-27"}]


def state(package: Package, rows: list[dict[str, str]]) -> list[str]:
    table = decisions.decided(package, rows)
    return list(table.loc[table["decision"] != "", "state"])


def printed_otherwise(package: Package, cell: str) -> Package:
    """The same document with one more digit printed in a cell."""
    amounts = package.amounts.copy()
    at = amounts["cell"] == cell
    assert at.sum() == 1
    amounts.loc[at, "printed"] = "1" + amounts.loc[at, "printed"]
    amounts.loc[at, "value"] = amounts.loc[at, "printed"].astype(float)
    return replace(package, amounts=amounts)


def on_other_pages(package: Package) -> Package:
    """The same document with a page put in front, its rows renumbered."""
    moved = {"amounts": package.amounts.assign(page=package.amounts["page"] + 1),
             "claims": package.claims.assign(page=package.claims["page"] + 1)}  # fmt: skip
    findings = package.findings.copy()
    for field in ("says", "evidence"):
        findings[field] = findings[field].str.replace("第16、17页", "第17、18页")
    return replace(package, findings=findings, **moved)


def test_no_two_findings_rest_on_the_same(package: Package) -> None:
    marks = [each.fingerprint for each in decisions.evidence(package)]
    assert len(set(marks)) == len(marks) == len(package.findings)


def test_a_decision_stands_when_only_the_page_moved(package: Package) -> None:
    for finding in package.findings["finding_id"]:
        assert state(on_other_pages(package), sheet(package, finding)) == [STANDS]


def test_a_decision_is_void_when_its_cell_prints_something_else(package: Package) -> None:
    (finding,) = package.findings.loc[package.findings["rule_id"] == "S14", "finding_id"]
    cells = [e for e in decisions.evidence(package) if e.rule_id == "S14"]
    assert cells[0].places
    figures = package.figures[package.figures["id"].str.startswith(f"findings/{finding}/")]
    cell = figures["cells"].iloc[0].split(";")[0]
    assert state(printed_otherwise(package, cell), sheet(package, finding)) == [VOID]


def test_a_decision_about_a_finding_that_is_gone_says_so(package: Package) -> None:
    rows = sheet(package, package.findings["finding_id"].iloc[0])
    fewer = replace(package, findings=package.findings.iloc[1:])
    assert state(fewer, rows) == [GONE]


def test_what_is_not_decided_is_open_unchecked_rules_too(package: Package) -> None:
    checks = package.checks.copy()
    unchecked = checks.index[checks["rule_id"] == checks["rule_id"].iloc[0]]
    checks.loc[unchecked, ["status", "reason"]] = ["cannot_check", "收入表没有读出来"]
    table = decisions.decided(replace(package, checks=checks), [])
    assert len(table) == len(package.findings) + 1
    assert "没有核对：收入表没有读出来" in table["says"].iloc[-1]
    rows = [{**table.iloc[-1].to_dict(), "decision": "接受"}]
    assert state(replace(package, checks=checks), rows) == [STANDS]
    assert state(package, rows) == [GONE]


def test_a_decision_is_about_its_document_alone(package: Package) -> None:
    rows = [{**sheet(package, package.findings["finding_id"].iloc[0])[0], "document_id": "别的"}]
    table = decisions.decided(package, rows)
    assert list(table["state"]) == [GONE, *[""] * len(package.findings)]


def test_a_briefing_says_what_is_decided_what_is_open_and_what_is_void(tmp_path: Path) -> None:
    shutil.copytree(PROJECT / "data" / "clean", tmp_path / "clean")
    b = budgets(tmp_path / "clean")[""]
    table = decisions.decided(b.package, [])
    answered = list(table["finding_id"].head(2))
    table.loc[table["finding_id"].isin(answered), ["decision", "by"]] = ["已答复", "某人"]
    gone = table.tail(1).assign(evidence_id="x-y", says="旧的一句", decision="接受")
    decisions.write(decisions.sheet(b.folder), pd.concat([table, gone]))
    b = Budget(b.whole, b.id, b.folder)
    assert [str(each) for each in summary.signed(b)] == [
        f"已记下的决定：已答复2处；待决定{len(b.findings) - 2}处。",
        "作废的决定（这一条已不存在）：旧的一句",
    ]
    assert b.decisions["state"].value_counts().to_dict() == {
        OPEN: len(b.findings) - 2, STANDS: 2, GONE: 1,
    }  # fmt: skip
    assert not {*answered} & {*open_findings(b)["finding_id"]}
    table["decision"] = "不适用"
    decisions.write(decisions.sheet(b.folder), table)
    assert summary.question(Budget(b.whole, b.id, b.folder)).questions == ()


def test_the_sheet_comes_back_as_it_was_filled_in(package: Package, tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    rows = sheet(package, package.findings["finding_id"].iloc[3])
    table = decisions.decided(package, rows)
    decisions.write(path, table)
    again = decisions.read(path)
    assert decisions.decided(package, again).equals(
        table.sort_values("state", key=lambda s: s != STANDS, kind="stable", ignore_index=True)
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("document_id,finding_id\n", "缺少这些列"),
        (",".join(decisions.COLUMNS) + "\na,R01-1,x,说,同意,我,,\n", "第2行的决定写作“同意”"),
    ],
)
def test_a_line_that_says_nothing_we_know_is_named(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "decisions.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadDecision, match=says):
        decisions.read(path)


def test_two_versions_alike_but_for_their_pages_are_alike(package: Package) -> None:
    assert compare(package, on_other_pages(package)).alike


def test_every_changed_amount_is_a_difference_and_no_other(package: Package) -> None:
    cell = package.amounts["cell"].iloc[40]
    found = compare(package, printed_otherwise(package, cell)).amounts
    row = package.amounts.iloc[40]
    assert len(found) == 1
    assert found["difference"].item() == "changed"
    assert found["before"].item() == row["value"] != found["after"].item()
    assert found["measure"].item() == row["measure"]


def test_a_row_more_and_a_row_less(package: Package) -> None:
    shorter = replace(package, amounts=package.amounts.drop(index=[7, 30]))
    assert list(compare(package, shorter).amounts["difference"]) == ["removed"] * 2
    assert list(compare(shorter, package).amounts["difference"]) == ["added"] * 2


def test_a_new_name_for_a_code_is_a_rename(package: Package) -> None:
    amounts = package.amounts.copy()
    coded = amounts.index[amounts["function_code"] != ""][0]
    amounts.loc[coded, "name"] += "（新）"
    found = compare(package, replace(package, amounts=amounts)).amounts
    assert list(found["difference"]) == ["renamed"]


def test_the_differences_are_a_page_too(package: Package) -> None:
    found = compare(package, printed_otherwise(package, package.amounts["cell"].iloc[40]))
    page = visible(found.page("旧版", "新版"))
    row = package.amounts.iloc[40]
    assert "旧版 → 新版" in page and "改了" in page
    assert f"{row['value']:,.2f}" in page and page.count("没有不同。") == 2
