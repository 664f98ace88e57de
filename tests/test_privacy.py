"""Personal data is recognised by its form, masked, and amounts are left alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from unitbudget.reading.privacy import kinds_in, mask, masked


@examples("text, kept, kind")
def test_what_is_left_out(text: str, kept: str, kind: str) -> None:
    assert masked(text) == kept
    assert kind in kinds_in(text)
    assert kinds_in(kept) == []


@examples("text")
def test_what_is_no_personal_data(text: str) -> None:
    assert masked(text) == text


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["，", "。", "）", ""]))
def test_no_mobile_number_survives(number: str, after: str) -> None:
    assert number not in masked(f"请拨打{number}{after}")
    assert mask() in masked(f"请拨打{number}{after}")
