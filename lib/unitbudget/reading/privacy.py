"""Names, telephones and other data of persons: found, reported, and never kept."""

from __future__ import annotations

import re
from functools import partial

from unitbudget.reference import toml

_rules = partial(toml, "privacy")


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
