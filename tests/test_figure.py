"""Figures: exact arithmetic on intervals that keeps cells and formula."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitbudget.money.figure import Figure, UnitMismatch, agrees, growth, share, total

D = Decimal


def printed(text: str, half: str = "0", cell: str = "") -> Figure:
    return Figure.printed(D(text), D(half), cell=cell)


@pytest.mark.parametrize(
    ("figure", "formula", "value"),
    [
        (printed("5") + printed("3") - printed("2"), "5 + 3 − 2", "6"),
        (printed("5") - (printed("3") - printed("2")), "5 − (3 − 2)", "4"),
        ((printed("5") - printed("3")) / printed("4"), "(5 − 3) ÷ 4", "0.5"),
        (1 - printed("3") / printed("4"), "1 − (3 ÷ 4)", "0.25"),
        (printed("5") * D("0.2"), "5 × 0.2", "1"),
        (-(printed("5") + printed("3")), "−(5 + 3)", "-8"),
        (printed("5") - -printed("3"), "5 − (−3)", "8"),
    ],
)
def test_a_formula_reads_as_the_arithmetic_that_was_done(
    figure: Figure, formula: str, value: str
) -> None:
    assert (figure.formula, figure.value) == (formula, D(value))


def test_yuan_and_percent_do_not_add() -> None:
    with pytest.raises(UnitMismatch):
        printed("5") + Figure(D(5), "percent")
    with pytest.raises(UnitMismatch):
        printed("5") * printed("5")


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (printed("0.53", "0.005"), printed("0.54", "0.005"), False),
        (printed("0.53", "0.005"), printed("0.535"), True),
        (printed("1.06", "0.01"), printed("1.07", "0.005"), True),
        (printed("1"), printed("1.01"), False),
    ],
)
def test_two_figures_agree_when_their_intervals_have_a_number_in_common(
    a: Figure, b: Figure, same: bool
) -> None:
    assert agrees(a, b) is agrees(b, a) is same


def test_a_percentage_agrees_however_many_decimals_are_printed() -> None:
    part, whole = printed("5567001.92"), printed("6307683.64")
    for text in ("88", "88.3", "88.26", "88.257", "88.2575"):
        places = len(text.partition(".")[2])
        stated = Figure.printed(D(text), D(5).scaleb(-places - 1), "percent")
        right = share(part, whole)
        assert right is not None and agrees(stated, right)
        assert not agrees(Figure(D(text) + 1, "percent"), right)


def test_growth_uses_the_old_figure_once() -> None:
    grown = growth(printed("110"), printed("100", "1"))
    assert grown is not None
    assert (grown.formula, grown.value) == ("(110 − 100) ÷ 100", D(10))
    assert grown.low == (D(110) / 101 - 1) * 100 and grown.high == (D(110) / 99 - 1) * 100
    assert growth(printed("1"), printed("0")) is None


amounts = st.decimals("-1000000", "1000000", places=2)
halves = st.sampled_from([D(0), D("0.005"), D(50)])
figures = st.builds(Figure.printed, amounts, halves, st.just("CNY"), st.just("t!R1C1"))


@given(st.lists(figures, min_size=1, max_size=30))
def test_a_total_is_what_adding_one_by_one_gives(terms: list[Figure]) -> None:
    whole, one_by_one = total(terms), sum(terms[1:], terms[0])
    assert whole is not None
    assert (whole.value, whole.low, whole.high) == (
        one_by_one.value,
        one_by_one.low,
        one_by_one.high,
    )
    assert (whole.formula, whole.cells) == (one_by_one.formula, one_by_one.cells)


within = st.integers(0, 8).map(lambda eighth: D(eighth) / 8)


@given(figures, figures, within, within)
def test_an_interval_holds_every_outcome(a: Figure, b: Figure, at: Decimal, bt: Decimal) -> None:
    x, y = (each.low + k * (each.high - each.low) for each, k in ((a, at), (b, bt)))
    assert (a + b).low <= x + y <= (a + b).high
    assert (a - b).low <= x - y <= (a - b).high
    if not b.low <= 0 <= b.high:
        quotient, tiny = a / b, D("1e-15")
        assert quotient.low - tiny <= x / y <= quotient.high + tiny
