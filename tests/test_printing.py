"""Briefings as PDF, where a Chromium is installed; a sentence where none is."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from briefings import CLEAN, OVER_ALL, briefed, briefing_of
from conftest import PROJECT
from unitbudget.briefing import printing
from unitbudget.briefing.printing import NoBrowser, find_browser, print_pages
from unitbudget.running import brief as module
from unitbudget.running.brief import brief


def test_a_briefing_becomes_a_pdf_beside_it(tmp_path: Path) -> None:
    if find_browser() is None:
        pytest.skip("no Chromium on this machine: nothing was printed")
    page = tmp_path / "briefing.html"
    page.write_bytes(briefing_of(briefed()).read_bytes())
    (made,) = print_pages([page])
    assert made == tmp_path / "briefing.pdf"
    with pdfium.PdfDocument(made) as paper:
        assert 1 <= len(paper) <= 6


def test_without_a_browser_it_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printing, "find_browser", lambda: None)
    with pytest.raises(NoBrowser, match="请安装 Chromium"):
        print_pages([Path("briefing.html")])


def test_a_pdf_is_never_older_than_its_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is there is printed anew with its page; where nothing can be printed it goes."""
    printed: list[str] = []
    monkeypatch.setattr(module, "print_pages", lambda pages: printed.extend(p.stem for p in pages))
    monkeypatch.setattr(module, "chapters", lambda: [PROJECT / "notebooks" / "unit-briefing.ipynb"])
    assert not brief(CLEAN, tmp_path, jobs=1).failures and printed == []
    (page,) = (path for path in tmp_path.glob("*.html") if path.name not in OVER_ALL)
    old = page.with_suffix(".pdf")
    old.write_bytes(b"%PDF-old")
    assert not brief(CLEAN, tmp_path, jobs=1).failures
    assert printed == [page.stem] and not old.exists()
