"""Running heads and feet: what a program prints on page after page, and no author wrote there.

Left in, a head would stand between the two halves of a table, or in the middle of a sentence.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from unitbudget.documents import Line, Page, Printed
from unitbudget.money.text import squash

#: So many pages, and so much of a document, begin or end with the same line.
FEWEST_PAGES, LEAST_SHARE = 3, 0.3
#: The title of a table that runs on, and the unit of its money, belong to the table.
_OF_A_TABLE = re.compile(r"表(?:[(（].*[)）])?$|单位\s*[:：]")
_WORD = re.compile(r"[\u4e00-\u9fff]{2}")


def without_running_heads(printed: Printed) -> Printed:
    """The document without the lines that most of its pages begin or end with."""
    counted = Counter(key for page in printed.pages for key in {*map(_key, _edges(page))})
    least = max(FEWEST_PAGES, LEAST_SHARE * len(printed.pages))
    running = {key for key, pages in counted.items() if key and pages >= least}
    if not running:
        return printed
    return replace(printed, pages=tuple(_without(page, running) for page in printed.pages))


def _edges(page: Page) -> list[Line]:
    """The first and the last line of a page, unless a table comes before or after it."""
    lines = page.lines
    return [line for line in (*lines[:1], *lines[1:][-1:]) if not line.in_grid]


def _key(line: Line) -> str:
    """The line with its numbers blotted out; nothing where it is no running head."""
    text = squash(line.text)
    if _OF_A_TABLE.search(text) or not _WORD.search(text):
        return ""
    return re.sub(r"\d+", "#", text)


def _without(page: Page, running: set[str]) -> Page:
    dropped = {id(line) for line in _edges(page) if _key(line) in running}
    return replace(page, lines=tuple(line for line in page.lines if id(line) not in dropped))
