"""A table nobody can read costs the others nothing, and is never taken for one that is missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from random import Random
from tempfile import mkdtemp
from typing import NamedTuple

import pandas as pd
import pytest

from briefings import pages, visible
from conftest import FIRST
from examples import examples
from generator.comparison import differences
from generator.disclosures import blocks
from generator.drawing import draw
from generator.sheets import Sheet
from generator.styles import by_name
from generator.typeset import Set, typeset
from judging import claims_of
from ledgers import printed_in
from proofs import orphans
from test_claims import section
from unitbudget import read_disclosure
from unitbudget.__main__ import main
from unitbudget.auditing.evaluate import Evaluator
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.reconcile import expand
from unitbudget.briefing import summary
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.sources import Sources
from unitbudget.errors import UnknownLayout, UnreadableAmount
from unitbudget.package import Package, load
from unitbudget.running import disclosure
from unitbudget.running.brief import brief
from unitbudget.running.disclosure import Disclosure

FAMILY = "shanghai-budget-2024"
GENERAL = "general_public_budget"
PLAIN = by_name("shaded")
EXTRA = "债务还本支出预算表"


def unknown_title(sheet: Sheet) -> Sheet:
    return replace(sheet, title=f"2024年单位{EXTRA}", expected=())


def unknown_column(sheet: Sheet) -> Sheet:
    """The total under a word nobody knows: no sum tells what it is."""
    renamed = [
        replace(each, path=(*each.path[:-1], "预备费")) if each.path[-1] == "合计" else each
        for each in sheet.columns
    ]
    return replace(sheet, columns=tuple(renamed))


def no_unit(sheet: Sheet) -> Sheet:
    return replace(sheet, unit="")


def no_amount(sheet: Sheet) -> Sheet:
    first, *others = sheet.cells
    return replace(sheet, cells=((*first[:-1], "见附件"), *others))


class Case(NamedTuple):
    """A document with one table nobody can read, as it was made and as it was read."""

    name: str
    table: str
    made: Set
    package: Package


CASES: dict[str, tuple[str, Callable[[Sheet], Sheet], str]] = {
    "a title nobody knows": (
        "unknown_1",
        unknown_title,
        r"第\d+页「.*债务还本支出预算表」：看不出这是哪一张表。",
    ),
    "a heading nobody knows": (GENERAL, unknown_column, "看不懂「预备费」这一栏是什么"),
    "no unit": (GENERAL, no_unit, "表上没有写金额单位"),
    "a cell that is no amount": (
        GENERAL,
        no_amount,
        r"第1行第7列（\d+）：金额栏里印着「见附件」",
    ),
}


@cache
def read(name: str) -> Case:
    """The document of a case; the extra table stands behind the one it is a copy of."""
    table, change, _ = CASES[name]
    printed = []
    for block in blocks(draw(Random(7), 2024), PLAIN, FAMILY):
        if isinstance(block, Sheet) and block.table_id == GENERAL:
            printed += [block] if table != GENERAL else []
            block = change(block)
        printed.append(block)
    made = typeset(printed, PLAIN)
    path = Path(mkdtemp(prefix="unread-")) / "unread.pdf"
    path.write_bytes(made.pdf)
    return Case(name, table, made, read_disclosure(path))


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> Case:
    return read(request.param)


def test_the_other_tables_are_exact_and_nothing_of_it_is_an_amount(case: Case) -> None:
    others = [row for row in case.made.amounts if row["table_id"] != case.table]
    assert differences(case.package.amounts, others) == []


def test_the_table_is_recorded_with_the_sentence_that_refused_it(case: Case) -> None:
    (row,) = case.package.tables.query("status == 'unread'").to_dict("records")
    assert row["table_id"] == case.table
    assert row["first_page"] == row["last_page"] > 0
    assert row["unit"] == ""
    assert pd.isna(row["rows"]), "blank is not zero"
    assert re.search(CASES[case.name][2], row["note"])
    assert row["note"].startswith("unread.pdf 第") and row["note"].endswith("。")
    (document,) = case.package.documents.to_dict("records")
    assert document["status"] == "partial"
    assert f"没有读出来的表：{row['title']}（第{row['first_page']}页）" in document["message"]


def test_one_finding_says_so_and_none_says_that_the_table_is_missing(case: Case) -> None:
    found = case.package.findings
    (said,) = found[found["severity"] == "unread"].to_dict("records")
    (row,) = case.package.tables.query("status == 'unread'").to_dict("records")
    assert said["rule_id"] == "未读"
    assert row["note"] in said["says"]
    assert not found["says"].str.contains("应有而未见|没有公开", regex=True).any()


def test_nothing_that_holds_in_the_whole_document_is_called_broken(case: Case) -> None:
    for frame in (case.package.checks, case.package.claims):
        assert set(frame["status"]) <= {"holds", "cannot_check"}


def test_what_needs_the_table_cannot_be_checked_and_says_why(case: Case) -> None:
    checks = case.package.checks.query("status == 'cannot_check'")
    claims = case.package.claims.query("status == 'cannot_check'")
    needs = case.table == GENERAL
    assert checks["reason"].str.contains("一般公共预算支出表》这张表没有读出来").any() == needs
    assert not checks["reason"].str.contains("未见《一般公共预算支出表》").any()
    cells = case.package.checks["cells"].str.contains(GENERAL)
    assert cells.any() != needs
    assert len(claims) < len(case.package.claims)


def test_a_table_lost_whole_is_still_said_to_be_missing() -> None:
    printed = [
        block
        for block in blocks(draw(Random(7), 2024), PLAIN, FAMILY)
        if not (isinstance(block, Sheet) and block.table_id == GENERAL)
    ]
    path = Path(mkdtemp(prefix="unread-")) / "lost.pdf"
    path.write_bytes(typeset(printed, PLAIN).pdf)
    package = read_disclosure(path)
    assert package.findings["says"].str.contains("应有而未见：《一般公共预算支出").any()
    assert not (package.findings["severity"] == "unread").any()


# --- what is not known is neither zero nor elsewhere ------------------------------------------

APPROPRIATED = """
appropriation/expenditure | 支出总计 | total 15.00
appropriation/revenue | 收入总计 | total 15.00
general_public_budget | 201 一般公共服务支出 | total 10.00
general_public_budget | 合计 | total 10.00
government_managed_funds | 备注：没有这项支出。
expenditure | 201 一般公共服务支出 | total 17.00
expenditure | 合计 | total 17.00
"""


def checked(text: str, unread: str) -> list[tuple[str, str]]:
    """The identities of a budget written down by hand, one of whose tables is unread."""
    written = printed_in(text, 2024, "budget")
    tables = [*written.tables, {"table_id": unread, "status": "unread"}]
    checks = expand(Evaluator(Ledger(written.amounts, tables)), "budget")
    return [(one.status, one.rule.says) for one in checks]


@pytest.mark.parametrize("unread", ["state_capital_operations", "unknown_1"])
def test_a_table_that_need_not_be_printed_is_not_zero_when_it_is_unread(unread: str) -> None:
    says = "财政拨款支出总计等于一般公共预算、政府性基金与国有资本经营预算支出之和"
    assert ("cannot_check", says) in checked(APPROPRIATED, unread)
    assert ("broken", says) in checked(APPROPRIATED, "state_capital_operations?")


def test_a_rule_with_an_exception_waits_for_the_table_that_decides_it() -> None:
    says = "没有其他资金时，财政拨款支出总计等于支出总表的合计"
    assert ("cannot_check", says) in checked(APPROPRIATED, "revenue")
    assert ("broken", says) not in checked(APPROPRIATED, "revenue")
    assert ("broken", says) in checked(APPROPRIATED, "state_capital_operations")


def test_tables_checked_only_where_printed_are_named_when_unread() -> None:
    written = printed_in(APPROPRIATED, 2024, "budget")
    tables = [*written.tables, {"table_id": "state_capital_operations", "status": "unread"}]
    checks = expand(Evaluator(Ledger(written.amounts, tables)), "budget")
    sums = [one for one in checks if one.rule.says == "合计等于基本支出加项目支出"]
    assert "《国有资本经营预算支出表》这张表没有读出来" in [one.outcome.reason for one in sums]


@pytest.mark.parametrize(
    ("unread", "status"),
    [("revenue_and_expenditure", "cannot_check"), ("unknown_1", "cannot_check"), ("", "broken")],
)
def test_a_figure_is_not_held_against_the_next_best_table(unread: str, status: str) -> None:
    written = printed_in("revenue | 合计 | total 8.00 | other 3.00", 2024, "budget")
    tables = [*written.tables, *([{"table_id": unread, "status": "unread"}] if unread else [])]
    said = section("收支预算情况的总体说明", "2024年，本单位其他收入5.00万元。")
    ledger = Ledger(written.amounts, tables)
    found = claims_of([said], ledger).query("quantity == 'amount'")
    assert list(found["status"]) == [status]
    assert found["reason"].str.contains("《收支总表》没有读出来").item() == bool(unread)


# --- any table may be the one -------------------------------------------------------------------


@cache
def document(name: str) -> Disclosure:
    """A document in which everything holds: a made-up one of a family, or the first."""
    if name == "first":
        return disclosure.read(FIRST)
    made = typeset(blocks(draw(Random(7), int(name[-4:])), PLAIN, name), PLAIN)
    path = Path(mkdtemp(prefix="unread-")) / f"{name}.pdf"
    path.write_bytes(made.pdf)
    return disclosure.read(path)


def leaving(read: Disclosure, table: str, name: str) -> Package:
    """The document judged as if one of its tables had been left unread under some name."""
    note = "某处：印有「国有资本经营预算」。请核对。"
    left = {"table_id": name, "status": "unread", "note": note, "rows": None}
    tables = [r | left if r["table_id"] == table else r for r in read.rows["tables"]]
    amounts = [row for row in read.rows["amounts"] if row["table_id"] != table]
    rows = read.rows | {"tables": tables, "amounts": amounts}
    return disclosure.judged(Disclosure(read.printed, rows)).package


@pytest.mark.parametrize("unknown", [False, True], ids=["known", "unknown"])
@pytest.mark.parametrize("name", ["first", "shanghai-budget-2024"])
def test_whichever_table_is_unread_nobody_is_blamed_for_it(name: str, unknown: bool) -> None:
    read = document(name)
    said = set(disclosure.judged(read).package.findings["says"])
    for table in [row["table_id"] for row in read.rows["tables"]]:
        left = leaving(read, table, "unknown_1" if unknown else table)
        for frame in (left.checks, left.claims):
            broken = frame[frame["status"] == "broken"]
            assert broken.empty, (table, broken.iloc[0].to_dict())
        new = left.findings[~left.findings["says"].isin(said)]
        assert list(new["severity"]) == ["unread"], (table, list(new["says"]))


def without_total(table: str, names: list[str]) -> Package:
    """The made-up document judged without the rows of those names in one of its tables."""
    read = document("shanghai-budget-2024")
    amounts = [
        row for row in read.rows["amounts"] if row["table_id"] != table or row["name"] not in names
    ]
    return disclosure.judged(Disclosure(read.printed, read.rows | {"amounts": amounts})).package


@examples("table, names, title")
def test_a_total_that_is_not_seen_is_said(table: str, names: list[str], title: str) -> None:
    says = without_total(table, names).findings["says"]
    assert says.str.contains(f"《{title}》没有读到“合计”行", regex=False).sum() == 1


@pytest.mark.parametrize("name", ["first", "shanghai-budget-2020", "shanghai-budget-2024"])
def test_totals_that_are_printed_are_seen(name: str) -> None:
    says = disclosure.judged(document(name)).package.findings["says"]
    assert not says.str.contains("没有读到").any()


def test_final_accounts_have_two_totals_instead_of_one() -> None:
    read = document("shanghai-final-2024")
    assert not disclosure.judged(read).package.findings["says"].str.contains("没有读到").any()
    amounts = [row for row in read.rows["amounts"] if row["name"] != "公用经费合计"]
    left = disclosure.judged(Disclosure(read.printed, read.rows | {"amounts": amounts})).package
    assert left.findings["says"].str.contains("没有读到“公用经费合计”行").sum() == 1


# --- what becomes of it --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "error"), [(no_unit, UnknownLayout), (no_amount, UnreadableAmount)]
)
def test_a_document_of_which_nothing_can_be_read_is_refused(
    change: Callable[[Sheet], Sheet], error: type[Exception], tmp_path: Path
) -> None:
    printed = [
        change(block) if isinstance(block, Sheet) and block.expected else block
        for block in blocks(draw(Random(7), 2024), PLAIN, FAMILY)
    ]
    (tmp_path / "nothing.pdf").write_bytes(typeset(printed, PLAIN).pdf)
    with pytest.raises(error):
        read_disclosure(tmp_path / "nothing.pdf")


def test_whoever_asks_about_it_is_told() -> None:
    package = read("no unit").package
    budget = opened(package)
    assert budget[GENERAL].attrs["missing"] == "一般公共预算支出表没有读出来，这里不显示。"
    assert "没有读出来" in Sources(budget).of(f"table!{GENERAL}").where
    assert "另有1张没有读出来" in str(summary.unread(budget))
    assert budget.tables.at[GENERAL, "status"] == "unread"
    assert not any("没有读出来" in str(why) for _, why in summary.questions(budget).questions)
    unknown = opened(leaving(document(FAMILY), GENERAL, "unknown_1"))
    assert unknown[GENERAL].attrs["missing"].startswith("没有读到一般公共预算支出表；")


def opened(package: Package) -> Budget:
    return Budget(package, str(package.documents["document_id"].iloc[0]), Path("nowhere"))


@pytest.mark.parametrize("name", ["a title nobody knows", "a heading nobody knows"])
def test_the_briefing_says_what_is_unread_and_shows_nothing_of_it(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = read(name)
    raw, clean, folder = tmp_path / "raw", tmp_path / "clean", tmp_path / "briefings"
    raw.mkdir()
    (raw / "unread.pdf").write_bytes(case.made.pdf)
    assert main(["build", "--raw", str(raw), "--clean", str(clean), "--fresh"]) == 1
    warned = capsys.readouterr().err.strip().splitlines()
    (row,) = load(clean).tables.query("status == 'unread'").to_dict("records")
    assert warned == [f"有一张表没有读出来：{row['note']}"]
    assert brief(clean, folder, jobs=1).failures == ()
    index = visible((folder / "index.html").read_text("utf-8"))
    html = {path.stem: path.read_text("utf-8") for path in pages(folder)}
    assert "没有读出来" in index and "没有读出来" in visible(html["unread"])
    assert {page: orphans(text) for page, text in html.items() if orphans(text)} == {}
    for text in html.values():
        assert "这份文件里没有读到一般公共预算支出表" not in visible(text)
