"""Briefings as PDF, where a Chromium is installed; a sentence where none is."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
import pytest

from briefings import briefed, briefing_of
from unitbudget.briefing import printing
from unitbudget.briefing.printing import NoBrowser, find_browser, print_pages


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
