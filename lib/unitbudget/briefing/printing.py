"""Briefings on paper: the finished pages as PDF, through a Chromium that is already installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from unitbudget.errors import UnitBudgetError

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "msedge")
QUIET = (
    "--headless", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run", "--no-pdf-header-footer",
)  # fmt: skip
SECONDS = 60


class NoBrowser(UnitBudgetError):
    """There is no Chromium here that could print."""


def find_browser() -> str | None:
    """The Chromium of this machine, or nothing."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def print_pages(pages: Iterable[Path]) -> list[Path]:
    """Each page as a PDF beside it. Raises ``NoBrowser`` with what to do about it."""
    browser = find_browser()
    if browser is None:
        raise NoBrowser(
            "没有找到 Chromium，打不出 PDF：请安装 Chromium，或在浏览器里打开简报后打印"
        )
    return [_print(browser, page) for page in pages]


def _print(browser: str, page: Path) -> Path:
    target = page.with_suffix(".pdf")
    # Chromium refuses to shut root into its sandbox; the page brings no code but our own.
    alone = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    command = [browser, *QUIET, *alone, f"--print-to-pdf={target}", page.resolve().as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    if done.returncode or not target.is_file():
        raise NoBrowser(
            f"{Path(browser).name} 没有打出 {target.name}：请在浏览器里打开 {page.name} 后打印"
        )
    return target
