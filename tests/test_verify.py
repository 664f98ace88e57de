"""A briefing is verified against the one made anew: any byte that was altered is named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from briefings import CLEAN, briefed, briefing_of
from unitbudget.errors import Refused
from unitbudget.running.verify import compared, differences, verify


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A copy sent to somebody, under another name."""
    copy = tmp_path / "收到的简报.html"
    copy.write_bytes(briefing_of(briefed()).read_bytes())
    return copy


def test_what_the_package_makes_is_verified_whatever_its_name(page: Path) -> None:
    assert verify(page, CLEAN) == []


def test_a_changed_figure_is_named(page: Path) -> None:
    text = page.read_text("utf-8")
    assert text.count("556.70") > 1
    page.write_text(text.replace("556.70", "566.70", 1), "utf-8", newline="\n")
    (said,) = verify(page, CLEAN)
    assert "556.70" in said and "566.70" in said


@settings(max_examples=30)
@given(st.data())
def test_any_altered_byte_of_a_briefing_is_named(data: st.DataObject) -> None:
    content = briefing_of(briefed()).read_bytes()
    made = content.decode()
    assert compared(made, content) == []
    at = data.draw(st.integers(0, len(content) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[at]))
    (said, *_) = compared(made, content[:at] + bytes([other]) + content[at + 1 :])
    assert said
    assert compared(made, content[:at] + content[at + 1 :])


def test_a_page_of_another_document_is_refused(page: Path) -> None:
    page.write_text("<title>别的</title>", "utf-8")
    with pytest.raises(Refused, match="SHA-256"):
        verify(page, CLEAN)
    with pytest.raises(Refused, match="没有"):
        verify(page.with_name("missing.html"), CLEAN)


pages = st.text("<p class=a>一二 1.5%\n</p>", min_size=1, max_size=80)


@given(pages, st.data())
def test_any_altered_character_is_a_difference(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text) - 1))
    other = data.draw(st.characters(exclude_characters=text[at], codec="utf-8"))
    assert differences(text, text[:at] + other + text[at + 1 :])
    assert differences(text, text[:at] + text[at + 1 :])
    assert not differences(text, text)
