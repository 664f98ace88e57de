"""Names, telephones and other data of persons: found, reported, and never kept."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _rules() -> dict[str, Any]:
    source = files("unitbudget") / "reference" / "privacy.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def masked(text: str) -> str:
    """The text with every personal detail left out, as far as its form gives it away."""
    for pattern in _rules()["patterns"].values():
        text = re.sub(pattern, _without, text)
    return text


def kinds_in(text: str) -> list[str]:
    """What kinds of personal data a text holds; what is left out already does not count."""
    patterns = _rules()["patterns"].items()
    return [kind for kind, pattern in patterns if re.search(pattern, text)]


def mask() -> str:
    """What is printed in place of personal data."""
    return str(_rules()["masked"])


def _without(match: re.Match[str]) -> str:
    return (match.groupdict().get("kept") or "") + mask()
