"""What is known of the field, as data: layouts, headings, rules, wordings, classifications."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@cache
def toml(name: str) -> dict[str, Any]:
    """The file ``name.toml``, read once."""
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of the file ``name.csv``, every value as text."""
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
