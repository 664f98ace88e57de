"""Figures agree when what rounding leaves open overlaps; the ledger finds what is printed."""

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from unitbudget.figures import Figure, Ledger, growth, meets, share, total
from unitbudget.money.amounts import rounded

MONEY = st.decimals(min_value=-(10**9), max_value=10**9, places=2, allow_nan=False)
POSITIVE = st.decimals(min_value=1, max_value=10**9, places=2, allow_nan=False)


def money(value: str | Decimal, slack: str = "0", cell: str = "c") -> Figure:
    return Figure(Decimal(value), "CNY", Decimal(slack), (cell,), str(value))


@given(st.lists(MONEY, min_size=1, max_size=8))
def test_a_sum_of_rounded_terms_meets_the_rounded_sum(terms: list[Decimal]) -> None:
    """Whatever the true amounts, printing them in 万元 with two decimals never breaks their sum."""
    printed = [money(rounded(term / 100, 0) * 100, "50") for term in terms]
    stated = money(rounded(sum(terms, Decimal(0)) / 100, 0) * 100, "50")
    computed = total(printed)
    assert computed is not None and meets(stated, computed)


@given(MONEY, MONEY)
def test_exact_figures_meet_only_when_equal(a: Decimal, b: Decimal) -> None:
    assert meets(money(a), money(b)) == (a == b)


@given(MONEY, MONEY)
def test_what_is_added_can_be_taken_away(a: Decimal, b: Decimal) -> None:
    there = money(a, "0.5", "x") + money(b, "0.5", "y")
    assert (there - money(b)).value == a
    assert there.cells == ("x", "y") and there.slack == 1
    assert (-there).value == -there.value and (-there).slack == there.slack


@given(POSITIVE, POSITIVE)
def test_a_percentage_printed_with_fewer_places_still_meets(new: Decimal, old: Decimal) -> None:
    exact = (new / old - 1) * 100
    computed = growth(money(new), money(old))
    assert computed is not None and computed.slack == 0
    assert meets(Figure(rounded(exact, 2), "percent", Decimal("0.005")), computed)
    assert not meets(Figure(rounded(exact, 2) + 1, "percent", Decimal("0.005")), computed)


@given(POSITIVE, POSITIVE, st.decimals(-50, 50, places=2), st.decimals(-50, 50, places=2))
def test_percentages_of_rounded_amounts_cover_the_truth(
    part: Decimal, whole: Decimal, dx: Decimal, dy: Decimal
) -> None:
    part, whole = part + 1000, whole + 1000
    true = rounded((part + dx) * 100 / (whole + dy), 2)
    computed = share(money(part, "50"), money(whole, "50"))
    assert computed is not None and computed.low <= true <= computed.high


def test_percentages_need_a_base() -> None:
    assert growth(money("1"), money("0")) is None
    assert share(money("1"), money("0")) is None
    assert share(money("1"), money("30", "50")) is None


def test_formulas_read_as_people_write_them() -> None:
    part = share(money("5567001.92"), money("6307683.64"))
    assert part is not None
    assert (part.value, part.formula) == (Decimal("88.26"), "5567001.92 ÷ 6307683.64")
    difference = money("3") - (money("1") + money("2"))
    assert difference.formula == "3 − (1 + 2)"


def test_an_all_blank_sum_is_blank() -> None:
    assert total([None, None]) is None
    assert total([None, money("2")]) == money("2")


def amount(code: str, value: str, **other: Any) -> dict[str, Any]:
    row = {
        "table_id": "general_public_budget",
        "row": 1,
        "direction": "expenditure",
        "function_code": code,
        "economic_code": "",
        "name": "" if code else "合计",
        "measure": "total",
        "fiscal_year": 2020,
        "phase": "approved",
        "value": float(value),
        "unit": "CNY",
        "printed": value,
        "precision": 0.005 if "." in value else 0.5,
    } | other
    row["cell"] = f"{row['table_id']}!{code}-{row['measure']}-{row['fiscal_year']}-{row['phase']}"
    return row


def test_the_ledger_finds_amounts_by_table_row_and_column() -> None:
    ledger = Ledger(
        [
            amount("201", "10.50"),
            amount("20129", "10.50", row=2),
            amount("2012999", "10.50", row=3),
            amount("208", "3", row=4),
            amount("", "13.50", row=5),
            amount("201", "9", fiscal_year=2019, phase="executed"),
        ],
        [{"table_id": "government_managed_funds", "status": "empty", "note": "无"}],
    )
    table = "general_public_budget"
    assert (ledger.year, ledger.phase) == (2020, "approved")
    printed = ledger.one(table, "201")
    assert printed is not None and printed.value == Decimal("10.50")
    last_year = ledger.one(table, "201", year=2019)
    assert last_year is not None and last_year.value == 9
    everything = ledger.one(table, name="合 计")
    assert everything is not None and everything.value == Decimal("13.50")
    assert ledger.one(table, "201", measure="basic") is None
    assert ledger.one(table, "208", direction="revenue") is None
    assert ledger.children(table) == ["201", "208"]
    assert ledger.children(table, "201") == ["20129"]
    assert ledger.codes(table) == ["201", "20129", "2012999", "208"]
    assert ledger.empty("government_managed_funds") and ledger.has("government_managed_funds")
    assert ledger.note("government_managed_funds") == "无"
    assert not ledger.has("revenue")


def test_a_trimmed_figure_is_as_exact_as_its_table() -> None:
    ledger = Ledger([amount("201", "10.50"), amount("208", "3")])
    trimmed = ledger.one("general_public_budget", "208")
    assert trimmed is not None and trimmed.slack == 0
    whole = Ledger([amount("201", "10"), amount("208", "3")]).one("general_public_budget", "208")
    assert whole is not None and whole.slack == Decimal("0.5")


def test_final_accounts_speak_of_execution_first() -> None:
    ledger = Ledger([amount("201", "10"), amount("201", "11", phase="executed")])
    done = ledger.one("general_public_budget", "201")
    planned = ledger.one("general_public_budget", "201", phase="approved")
    assert done is not None and done.value == 11
    assert planned is not None and planned.value == 10
