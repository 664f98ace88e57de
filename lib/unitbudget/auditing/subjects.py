"""What the prose speaks of: the topic of a section, the subject of a clause, a classification path.

The patterns are data (``reference/claims.toml``); a new way of putting things is a line there.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from unitbudget.reading.narrative import Section

_LEVELS = {"类": 1, "款": 2, "项": 3}


@cache
def patterns() -> dict[str, Any]:
    """How figures are stated, as data."""
    source = files("unitbudget") / "reference" / "claims.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def topic_of(section: Section) -> str:
    """What a section is about: its own title first, then those above it."""
    for title in reversed(section.titles):
        for topic in patterns()["topic"]:
            if re.search(topic["title"], title):
                return str(topic["name"])
    return ""


def entry_of(text: str, topic: str) -> int | None:
    """The place in the list of subjects of what a text speaks of, or nothing."""
    for place, entry in enumerate(patterns()["subject"]):
        if re.search(entry.get("topic", ""), topic) and re.search(entry["match"], text):
            return place
    return None


def path_of(text: str, section: Section, opening: bool = False) -> tuple[tuple[int, str], ...]:
    """The classification path a text names, under the 类 that the titles above it name."""
    words = patterns()["words"]
    quoted = re.search(words["quoted"], text)
    inner = quoted[1] if quoted else text
    if opening:
        head = re.match(
            r"(?:\d{1,2}[、．.])?([^，。；：\d]+?（[类款项]）(?:[^，。；：\d]*（[款项]）)*)", text
        )
        inner = head[1] if head else ""
    inner = re.sub(r"^\d{1,2}[、．.]", "", inner)
    pieces = re.split(f"({words['path']})", inner)
    found: list[tuple[int, str]] = []
    for name, mark in zip(pieces[::2], pieces[1::2], strict=False):
        level = next(value for key, value in _LEVELS.items() if key in mark)
        found.append((level, name.strip('“”"-')))
    if not found and quoted and "-" in inner:
        found = [(level, part) for level, part in enumerate(inner.split("-"), start=1) if part]
    if found and found[0][0] > 1:
        above = [re.fullmatch(r"(.+)（类）", title) for title in section.titles]
        found[:0] = [(1, match[1]) for match in above if match]
    return tuple(found)
