"""Personal data is recognised by its form, masked, and amounts are left alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unitbudget.reading.privacy import kinds_in, mask, masked


@pytest.mark.parametrize(
    ("text", "kept", "kind"),
    [
        ("联系电话：13912345678。", "联系电话：（略）。", "手机号码"),
        ("电话：021-12345678", "电话：（略）", "电话号码"),
        ("电话12345678，", "电话（略），", "电话号码"),
        ("联系人：王小明，电话见下", "联系人：（略），电话见下", "联系人姓名"),
        ("身份证11010119900101123X", "身份证（略）", "身份证号"),
        ("邮箱 a.b@example.org", "邮箱 （略）", "电子邮箱"),
    ],
)
def test_what_is_left_out(text: str, kept: str, kind: str) -> None:
    assert masked(text) == kept
    assert kind in kinds_in(text)
    assert kinds_in(kept) == []


@pytest.mark.parametrize(
    "text",
    [
        "收入总计13912345678.00元",
        "支出13912345678元",
        "6307683.64",
        "2020-01-01",
        "联系人（略）",
        "负责联系人民群众，听取意见",
        "2080505机关事业单位基本养老保险缴费支出",
    ],
)
def test_what_is_no_personal_data(text: str) -> None:
    assert masked(text) == text


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True), st.sampled_from(["，", "。", "）", ""]))
def test_no_mobile_number_survives(number: str, after: str) -> None:
    assert number not in masked(f"请拨打{number}{after}")
    assert mask() in masked(f"请拨打{number}{after}")
