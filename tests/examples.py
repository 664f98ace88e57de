"""Examples written down as data, a file for each file of tests: ``documents/examples/*.toml``.

Under the name of a test stand its rows, or, where each has a name of its own, a table of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent / "documents" / "examples"


@cache
def rows(file: str) -> dict[str, Any]:
    """The rows of every test of one file."""
    return tomllib.loads((FOLDER / f"{file}.toml").read_text("utf-8"))


def examples(names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Runs a test once for each row that is written down under its name."""

    def tried(test: Callable[..., None]) -> Callable[..., None]:
        file = Path(test.__code__.co_filename).stem.removeprefix("test_")
        told = rows(file)[test.__name__.removeprefix("test_")]
        values, ids = (told.values(), [*told]) if isinstance(told, dict) else (told, None)
        marked: Callable[..., None] = pytest.mark.parametrize(names, values, ids=ids)(test)
        return marked

    return tried
