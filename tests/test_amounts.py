"""Amounts survive being printed and read; what cannot be an amount is refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from unitbudget.money.amounts import (
    UNITS,
    Amount,
    InexactAmount,
    NotAnAmount,
    half_unit,
    in_yuan,
    misplaced,
    parse,
    rounded,
)

MONEY = st.decimals(min_value=-(10**12), max_value=10**12, places=2, allow_nan=False)


@pytest.mark.parametrize("printed", ["", " ", "\u3000", "-", "—", "－", "–", "——"])
def test_blanks_and_dashes_are_no_amount(printed: str) -> None:
    assert parse(printed) is None


@examples("printed, value, places, plain, note")
def test_amounts_as_documents_print_them(
    printed: str, value: str, places: int, plain: str, note: str
) -> None:
    assert parse(printed) == Amount(Decimal(value), places, plain, note)


def test_a_printed_percent_sign_is_kept_aside() -> None:
    amount = parse("4.69%")
    assert amount is not None
    assert amount.percent and amount.value == Decimal("4.69")


@examples("printed")
def test_anything_else_is_refused_with_its_text(printed: str) -> None:
    with pytest.raises(NotAnAmount) as caught:
        parse(printed)
    assert caught.value.printed == printed


@examples("printed, read")
def test_separators_where_none_belong(printed: str, read: str) -> None:
    assert misplaced(printed) == read


@given(MONEY)
def test_an_amount_printed_for_readers_reads_back(value: Decimal) -> None:
    amount = parse(f"{value:,.2f}")
    assert amount is not None
    assert amount.value == value


@given(MONEY, st.sampled_from(["plain", "separators", "full width"]))
def test_however_printed_the_value_is_the_same(value: Decimal, style: str) -> None:
    text = f"{value:,.2f}" if style == "separators" else f"{value:.2f}"
    if style == "full width":
        text = "".join(chr(ord(char) + 0xFEE0) for char in text)
    amount = parse(text)
    assert amount is not None
    assert in_yuan(amount, "元") == value
    assert amount.printed == f"{value:.2f}"


@given(st.integers(-(10**9), 10**9), st.integers(0, 6), st.sampled_from(sorted(UNITS)))
def test_units_are_exact_or_refused(digits: int, places: int, unit: str) -> None:
    value = Decimal(digits).scaleb(-places)
    amount = parse(f"{value:.{places}f}")
    assert amount is not None
    true = value * UNITS[unit]
    if true == true.quantize(Decimal("0.01")):
        assert in_yuan(amount, unit) == true and in_yuan(amount, unit).as_tuple().exponent == -2
    else:
        with pytest.raises(InexactAmount):
            in_yuan(amount, unit)


@pytest.mark.parametrize(
    ("printed", "unit", "half"),
    [("0.53", "万元", "50"), ("0", "万元", "5000"), ("1.00", "元", "0.005"), ("1", "元", "0.5")],
)
def test_half_a_unit_in_the_last_printed_place(printed: str, unit: str, half: str) -> None:
    amount = parse(printed)
    assert amount is not None
    assert half_unit(amount, unit) == Decimal(half)


@given(MONEY, st.integers(-2, 2))
def test_rounding_stays_within_half_a_unit_and_halves_go_up(value: Decimal, places: int) -> None:
    printed = rounded(value, places)
    assert abs(printed - value) <= Decimal(1).scaleb(-places) / 2


@given(MONEY, MONEY, st.integers(-2, 2))
def test_rounding_never_changes_the_order(a: Decimal, b: Decimal, places: int) -> None:
    low, high = sorted((a, b))
    assert rounded(low, places) <= rounded(high, places)


def test_halves_round_up_as_in_print() -> None:
    assert rounded(Decimal("0.125"), 2) == Decimal("0.13")
    assert rounded(Decimal("-0.125"), 2) == Decimal("-0.13")
