"""A Chromium to read the briefings with; where there is none, these tests say so and skip."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from briefings import PROJECT, briefed, briefing_of
from unitbudget.briefing.printing import QUIET, find_browser

AXE = PROJECT / ".cache" / "axe" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")  # two of Playwright's own loops cannot run at once
def chromium() -> Iterator[Any]:
    path = find_browser()
    if path is None:
        pytest.skip("no Chromium on this machine: the briefings were not opened")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*QUIET, "--no-sandbox"], chromium_sandbox=False
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def briefing() -> Path:
    return briefing_of(briefed())


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (.ci/run does it): accessibility was not tested")
    return AXE.read_text("utf-8")
