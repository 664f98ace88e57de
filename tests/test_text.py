"""Radicals become characters; nothing else of what is printed changes meaning."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from unitbudget.money.text import heading, normalise, squash

RADICALS = [*range(0x2E80, 0x2EF4), *range(0x2F00, 0x2FD6)]


@examples("printed, read")
def test_only_radicals_and_what_no_font_explains_are_replaced(printed: str, read: str) -> None:
    assert normalise(printed) == read


@given(st.text())
def test_text_without_radicals_is_untouched(text: str) -> None:
    plain = "".join(char for char in text if ord(char) not in RADICALS and char >= " ")
    assert normalise(plain) == plain


@pytest.mark.parametrize("code", range(0x2F00, 0x2FD6))
def test_every_kangxi_radical_has_its_ideograph(code: int) -> None:
    drawn_otherwise = {"戶": "户", "靑": "青"}
    ideograph = unicodedata.normalize("NFKC", chr(code))
    assert normalise(chr(code)) == drawn_otherwise.get(ideograph, ideograph) != chr(code)


@given(st.text(alphabet="预算 支出\n\t\u3000\u200b\xa0⼀（"))
def test_squashing_leaves_no_space_and_is_final(text: str) -> None:
    once = squash(text)
    assert not any(char.isspace() or char == "\u200b" for char in once)
    assert squash(once) == once


@examples("one, other")
def test_headings_that_read_alike_match(one: str, other: str) -> None:
    assert heading(one) == heading(other)


def test_headings_that_differ_do_not_match() -> None:
    assert heading("基本支出") != heading("项目支出")
