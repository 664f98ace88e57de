"""What is implied follows; what does not follow is not claimed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from generator.disclosures import disclosure
from generator.drawing import draw
from generator.styles import by_name
from judging import implied_of, ledger_of
from ledgers import generated, printed_in, stated_in
from test_claims import section
from unitbudget import read_disclosure
from unitbudget.auditing.claims import Claim, check
from unitbudget.auditing.contributions import Payment, base_behind, contributions
from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.implied import imply
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.side import Entry
from unitbudget.money.figure import Figure
from unitbudget.package import Package
from verdicts import read_once

FEN = Decimal("0.01")
NOW = {"30108": "0.16", "30109": "0.08", "30110": "0.095", "30113": "0.07"}
BEFORE = NOW | {"30108": "0.20"}
ABOUT = {"document_id": "d", "kind": "budget", "template": "shanghai-budget-2020"}


def paid(base: Decimal, rate: str) -> Decimal:
    """Twelve monthly payments, each rounded to the fen."""
    return (base * Decimal(rate)).quantize(FEN, ROUND_HALF_UP) * 12


def of(package: Package) -> pd.DataFrame:
    about = package.documents.iloc[0].to_dict()
    projects = package.projects.to_dict("records")
    return implied_of(imply(ledger_of(package), stated_in(package), projects, about))


def rows(found: pd.DataFrame, quantity: str, subject: str = "") -> list[dict[str, Any]]:
    kept = found[(found["quantity"] == quantity) & found["subject"].str.startswith(subject)]
    return kept.to_dict("records")


def test_every_kind_of_row_is_there(first: Package) -> None:
    assert first.implied.groupby("quantity").size().to_dict() == {
        "last_year_budget": 8,
        "execution_rate": 11,
        "contribution_base": 2,
        "contribution_base_growth": 1,
        "monthly_contribution": 3,
        "headcount": 1,
        "change_base": 4,
        "change_rate": 4,
        "change_project": 1,
        "change_rest": 4,
    }


@examples("quantity, subject, value, low, high")
def test_the_first_document(
    first: Package, quantity: str, subject: str, value: str, low: str, high: str
) -> None:
    (row,) = rows(first.implied, quantity, subject)
    assert (row["value"], row["low"], row["high"]) == (float(value), float(low), float(high))
    assert row["status"] == "implied"
    assert row["formula"] and row["cells"]


@examples("quantity, subject, why")
def test_what_the_first_document_leaves_open(
    first: Package, quantity: str, subject: str, why: str
) -> None:
    (row,) = rows(first.implied, quantity, subject)
    assert row["status"] == "not_identifiable"
    assert pd.isna(row["value"]) and pd.isna(row["low"])
    assert why in row["reason"]


def test_categories_make_up_the_total_and_the_parts_each_change(first: Package) -> None:
    last = {
        row["subject"].split()[0]: row["value"] for row in rows(first.implied, "last_year_budget")
    }
    classes = [value for code, value in last.items() if len(code) == 3]
    assert round(sum(classes), 2) == last["支出合计"]
    stated = {"201": 584438.54, "208": 88083.00, "210": 53914.56, "221": 39726.48}
    for code, change in stated.items():
        kinds = ("change_base", "change_rate", "change_project", "change_rest")
        parts = [row["value"] for kind in kinds for row in rows(first.implied, kind, f"{code} ")]
        assert round(sum(part for part in parts if part == part), 2) == change


def test_every_cell_named_is_there(first: Package) -> None:
    cells = set(first.amounts["cell"])
    rest = set(";".join(first.implied["cells"]).split(";")) - cells
    stated = {int(cell.partition("!")[2]) for cell in rest if cell.startswith("claim!")}
    forms = {int(cell.partition("!")[2]) for cell in rest if cell.startswith("project!")}
    assert len(stated) + len(forms) == len(rest)
    assert set(first.claims.iloc[[n - 1 for n in stated]]["quantity"]) == {"difference"}
    assert set(first.projects.iloc[[n - 1 for n in forms]]["unit"]) == {"CNY"}


bases = st.decimals("1000", "9000000", places=2)


@given(bases, st.sets(st.sampled_from(sorted(NOW)), min_size=2), st.sampled_from(["0", "50"]))
def test_a_planted_base_is_recovered_from_any_two_contributions(
    base: Decimal, lines: set[str], slack: str
) -> None:
    """Printed to the fen, or in 万元 with two decimals."""
    payments = [
        Payment(each, Figure.printed(paid(base, NOW[each.economic]), Decimal(slack)))
        for each in contributions(2020, "shanghai-budget-2020")
        if each.economic in lines
    ]
    found = base_behind(payments, 2020)
    assert found.span is not None and not found.apart
    assert found.span.low <= base <= found.span.high
    if slack == "0":
        assert found.span.high - found.span.low <= Decimal("0.15")
        for payment in payments:
            assert payment.of.paid_on(Figure(found.span.low)) == payment.paid.value
            assert payment.of.paid_on(Figure(found.span.high)) == payment.paid.value


@given(bases, bases, st.integers(1, 999), st.integers(1, 999))
@settings(max_examples=40, deadline=None)
def test_a_planted_change_is_taken_apart(
    new: Decimal, old: Decimal, retired: int, retired_before: int
) -> None:
    found = implied_of(
        imply(*planted(new, old, retired * Decimal(100), retired_before * Decimal(100)))
    )
    for year, base in (("2020年", new), ("2019年", old)):
        (row,) = rows(found, "contribution_base", year)
        assert row["low"] <= base <= row["high"]
    pension = paid(new, "0.20") - paid(old, "0.20")
    annuity = paid(new, "0.08") - paid(old, "0.08")
    expected = {
        "change_base": pension + annuity,
        "change_rate": paid(new, "0.16") - paid(new, "0.20"),
        "change_rest": (retired - retired_before) * Decimal(100),
    }
    parts = {quantity: rows(found, quantity, "208 ")[0] for quantity in expected}
    for quantity, value in expected.items():
        assert parts[quantity]["low"] <= value <= parts[quantity]["high"], quantity
    assert sum(row["value"] for row in parts.values()) == sum(expected.values())


Planted = tuple[Ledger, list[Claim], list[dict[str, Any]], dict[str, str]]


def planted(
    new: Decimal,
    old: Decimal,
    retired: Decimal = Decimal("23600"),
    retired_before: Decimal = Decimal("23600"),
    basis: str = "比上年预算",
    status: str = "holds",
    kind: str = "budget",
) -> Planted:
    """A budget whose contributions follow one base each year, and what its prose says of it."""
    now = {line: paid(new, rate) for line, rate in NOW.items()}
    past = {line: paid(old, rate) for line, rate in BEFORE.items()}
    both = [
        ("208", "社会保障和就业支出", retired, retired_before, ("30108", "30109")),
        ("210", "卫生健康支出", Decimal(0), Decimal(0), ("30110",)),
        ("221", "住房保障支出", Decimal(0), Decimal(0), ("30113",)),
    ]
    text = [f"basic_expenditure | {line} 缴费 | total {value:.2f}" for line, value in now.items()]
    said = []
    items = {"30108": "2080505", "30109": "2080506", "30110": "2101102", "30113": "2210201"}
    for code, name, other, before, lines in both:
        total = other + sum(now[line] for line in lines)
        change = total - before - sum(past[line] for line in lines)
        text.append(f"general_public_budget | {code} {name} | total {total:.2f}")
        text += [f"general_public_budget | 2080502 离退休 | total {other:.2f}"] if other else []
        text += [
            f"general_public_budget | {items[each]} 缴费 | total {now[each]:.2f}" for each in lines
        ]
        text.append(f"revenue_and_expenditure | {name} | total {total:.2f}")
        way = "增加" if change >= 0 else "减少"
        said.append(f"{name}{total:.2f}元，{basis}{way}{abs(change):.2f}元。")
    document = printed_in("\n".join(text), 2020, kind, "元")
    ledger = Ledger(document.amounts, document.tables)
    stated = check(Prose([section("收支预算总体情况", *said)], ledger, kind))
    changed = [
        replace(claim, status=status) if claim.mention.quantity == "difference" else claim
        for claim in stated
    ]
    return ledger, changed, [], ABOUT


THOUSANDS = Decimal("147547.67"), Decimal("100254.24")


def test_what_is_not_said_of_a_budget_implies_no_budget() -> None:
    found = implied_of(imply(*planted(*THOUSANDS, basis="与上年相比")))
    assert {row["status"] for row in rows(found, "last_year_budget")} == {"not_identifiable"}
    assert not rows(found, "contribution_base", "2019")
    found = implied_of(imply(*planted(*THOUSANDS, basis="比2019年预算执行数")))
    assert {row["status"] for row in rows(found, "last_year_budget")} == {"not_identifiable"}


def test_a_contradicted_change_implies_nothing() -> None:
    found = implied_of(imply(*planted(*THOUSANDS, status="broken")))
    (row, *_) = rows(found, "last_year_budget")
    assert row["status"] == "not_identifiable" and "不符" in row["reason"]


def test_final_accounts_imply_no_monthly_base() -> None:
    ledger, claims, forms, about = planted(*THOUSANDS, kind="final_accounts")
    found = implied_of(imply(ledger, claims, forms, about | {"kind": "final_accounts"}))
    (row,) = rows(found, "contribution_base")
    assert row["status"] == "not_identifiable" and "决算" in row["reason"]


def test_rates_of_another_place_are_not_assumed() -> None:
    ledger, claims, forms, about = planted(*THOUSANDS)
    found = implied_of(imply(ledger, claims, forms, about | {"template": "jiangsu-budget-2017"}))
    apart = [row["reason"] for row in rows(found, "contribution_base", "2020年 3011")]
    assert len(apart) == 2 and all("未收录" in reason for reason in apart)
    (last,) = rows(found, "contribution_base", "2019")
    assert last["status"] == "not_identifiable"


@examples("amounts, why")
def test_amounts_that_share_no_base(amounts: dict[str, str], why: str) -> None:
    known = {each.economic: each for each in contributions(2020, "shanghai-budget-2020")}
    found = base_behind(
        [Payment(known[line], Figure(Decimal(value))) for line, value in amounts.items()], 2020
    )
    if why:
        assert found.span is None and why in found.reason
    else:
        assert {each.of.economic for each in found.payments} == {"30108", "30109"}
        assert len(found.apart) == 2


def test_two_pairs_that_disagree_decide_nothing() -> None:
    known = {each.economic: each for each in contributions(2020, "shanghai-budget-2020")}
    one, other = Decimal("100000.00"), Decimal("200000.00")
    pairs = {"30108": one, "30109": one, "30110": other, "30113": other}
    found = base_behind(
        [Payment(known[line], Figure(paid(base, NOW[line]))) for line, base in pairs.items()], 2020
    )
    assert found.span is None and "几组" in found.reason


def test_a_negative_rest_refutes_the_rates() -> None:
    found = implied_of(imply(*planted(*THOUSANDS, retired_before=Decimal("-90000"))))
    for quantity in ("change_base", "change_rate"):
        (row,) = rows(found, quantity, "208 ")
        assert row["status"] == "not_identifiable" and "负数" in row["reason"]


def half_width(entry: Entry) -> Decimal:
    return (entry.figure.high - entry.figure.low) / 2


def checked(ledger: Ledger, found: pd.DataFrame, layout: str) -> Iterator[str]:
    """Every base said to be implied makes the amounts it is drawn from, at both ends."""
    rates = {each.economic: each for each in contributions(ledger.year, layout)}
    for row in rows(found, "contribution_base", f"{ledger.year}年"):
        if row["status"] != "implied":
            continue
        entries = [ledger.by_cell[cell] for cell in row["cells"].split(";")]
        assert len(entries) >= 2
        for entry in entries:
            for end in (row["low"], row["high"]):
                made = rates[entry.code].paid_on(Figure(Decimal(str(end)))).value
                assert abs(made - entry.value) <= half_width(entry) + Decimal("0.12")
            yield entry.code


def test_made_up_budgets_show_their_base_and_nothing_more() -> None:
    seen: set[str] = set()
    for seed in range(40):
        document = generated(seed)
        ledger = Ledger(document.amounts, document.tables)
        found = implied_of(imply(ledger, [], [], ABOUT))
        assert set(found["quantity"]) <= {"contribution_base", "headcount", "execution_rate"}
        (base,) = [r for r in rows(found, "contribution_base") if r["subject"].endswith("年")]
        assert base["status"] == "implied", base["reason"]
        seen |= set(checked(ledger, found, ABOUT["template"]))
    assert seen == set(NOW)


def test_a_document_that_prints_nothing_implies_nothing() -> None:
    assert imply(Ledger([]), [], [], {}) == []


@pytest.mark.parametrize(
    ("name", "last", "bases"),
    [("js_gy_2019", 0, 0), ("js_swb_2018_tables", 0, 1), ("sh_putuo_qfb_2025_unit_budget", 1, 1)],
)
def test_real_documents(corpus: Path, name: str, last: int, bases: int) -> None:
    package = read_once(corpus / "real" / f"{name}.pdf")
    known = package.implied[package.implied["status"] == "implied"]
    assert len(rows(known, "last_year_budget")) == last
    assert len(rows(known, "contribution_base")) == bases
    assert not rows(known, "change_base")
    ledger = Ledger(package.amounts, package.tables)
    list(checked(ledger, known, str(package.documents["template"].iloc[0])))


@pytest.mark.parametrize("number", [1, 3])
def test_last_years_budgets_of_a_made_up_disclosure_are_found(number: int, tmp_path: Path) -> None:
    """Its prose states the changes; the budgets it was made from are what they imply."""
    budget = draw(Random(number))
    path = tmp_path / "budget.pdf"
    path.write_bytes(disclosure(budget, by_name("large-paper")).pdf)
    found = read_disclosure(path).implied
    known = found[found["status"] == "implied"]
    last = {row["subject"][:3]: row["value"] for row in rows(known, "last_year_budget")}
    truth = {code: float(value) for code, value in budget.last_budget}
    assert {code: last.get(code) for code in truth} == truth
    assert not rows(known, "change_base") and not rows(known, "change_rate")
