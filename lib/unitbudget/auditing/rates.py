"""What employers contribute in percent of a monthly base, by year; a year not known has no rate."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def known() -> list[dict[str, Any]]:
    """The contributions and their rates, from ``reference/contributions.toml``."""
    source = files("unitbudget") / "reference" / "contributions.toml"
    return list(tomllib.loads(source.read_text("utf-8"))["contribution"])


def rate_of(economic: str, year: int, layout: str) -> Decimal | None:
    """The percentage paid for that economic line in a budget year, in documents of a layout."""
    for contribution in known():
        for rate in contribution["rate"]:
            due = contribution["economic"] == economic
            due = due and rate["from"] <= year <= rate.get("to", year)
            if due and layout.startswith(rate.get("layouts", "")):
                return Decimal(rate["percent"])
    return None


def name_of(economic: str) -> str:
    """What the contribution of that economic line is called."""
    return next((str(c["name"]) for c in known() if c["economic"] == economic), economic)
