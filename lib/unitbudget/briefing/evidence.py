"""Every number of a page proves itself: it leads to the printed cell, the formula and the checks.

A page's numbers come as links that name their cells (``words.tag``). Here each is given an entry of
the appendix to lead to: the picture of the printed page with the cell outlined, and for a number
that was worked out the formula and the entries of its inputs. Nothing of it needs a script.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from html import unescape

from unitbudget.briefing.crops import Picture
from unitbudget.briefing.sources import Source, Sources
from unitbudget.briefing.tracing import traced

_LINK = re.compile(r'<a class="figure"(?P<attributes>[^>]*)>(?P<said>.*?)</a>', re.DOTALL)
_ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')

_ROW = re.compile(r"<tr>.*?</tr>", re.DOTALL)
_WORDS = re.compile(r"<a .*?</a>|<[^>]*>|(?P<words>[^<]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Derived:
    """A number worked out of others: how it is said, how it was formed, what it rests on."""

    number: int
    said: str
    formula: str
    inputs: tuple[Source, ...]

    @property
    def anchor(self) -> str:
        return f"e{self.number}"


@dataclass
class Evidence:
    """The numbers of one page and what each of them leads to."""

    sources: Sources
    pictures: Mapping[int, Picture]
    printed: dict[str, Source] = field(default_factory=dict)
    derived: dict[tuple[tuple[str, ...], str], Derived] = field(default_factory=dict)

    def linked(self, html: str, page: str = "") -> str:
        """HTML with every number leading to its entry in the appendix, be it on another page."""
        linked = partial(self._link, page=page)
        return _LINK.sub(linked, _ROW.sub(_along_the_row, html))

    @property
    def pages(self) -> list[Picture]:
        """The pictures that the entries of this page show, each once."""
        shown = {source.page for source in self.printed.values()} & set(self.pictures)
        return [self.pictures[page] for page in sorted(shown)]

    @property
    def groups(self) -> dict[str, list[Source]]:
        """The printed numbers by page, in the order of the document."""
        groups: dict[str, list[Source]] = {}
        for source in sorted(self.printed.values(), key=_reading_order):
            name = f"原文第 {source.page} 页" if source.page else "核对与清点"
            groups.setdefault(name, []).append(source)
        return groups

    def _link(self, match: re.Match[str], page: str) -> str:
        data = {name: unescape(value) for name, value in _ATTRIBUTE.findall(match["attributes"])}
        cells = tuple(filter(None, data.get("data-cells", "").split(";")))
        anchor = self._entry(cells, data.get("data-formula", ""), unescape(match["said"]))
        kept = "".join(
            f' {name}="{value}"'
            for name, value in _ATTRIBUTE.findall(match["attributes"])
            if name in ("data-value", "data-unit")
        )
        return f'<a class="figure" href="{page}#{anchor}"{kept}>{match["said"]}</a>'

    def _entry(self, cells: tuple[str, ...], formula: str, said: str) -> str:
        inputs = tuple(self.sources.of(cell) for cell in cells)
        for source in inputs:
            self.printed.setdefault(source.reference, source)
        if len(inputs) == 1 and " = " not in formula:
            return inputs[0].anchor
        key = cells, formula
        if key not in self.derived:
            self.derived[key] = Derived(len(self.derived) + 1, said, formula, inputs)
        return self.derived[key].anchor


def _along_the_row(match: re.Match[str]) -> str:
    """A table row whose words have numbers in them: they rest on what its figures rest on.

    A row without figures that speaks of a rule rests on the checks of that rule.
    """
    row = match[0]
    first, rule = _LINK.search(row), _RULE.search(row)
    if first:
        cells = unescape(dict(_ATTRIBUTE.findall(first["attributes"]))["data-cells"]).split(";")
    elif rule:
        cells = [f"check!{rule[1]}"]
    else:
        return row

    def traced_words(piece: re.Match[str]) -> str:
        words = piece["words"]
        if not words or _CODE.fullmatch(words):
            return piece[0]
        return _UNITS.sub("", traced(unescape(words), cells).html)

    return _WORDS.sub(traced_words, row)


_RULE = re.compile(r">\s*(R\d\d)\s*<")
_CODE = re.compile(r"\s*\d{3,7}\s*")
#: What a number in the words of a row is counted in is no matter for the switch of units.
_UNITS = re.compile(r' data-(?:value|unit)="[^"]*"')


def _reading_order(source: Source) -> tuple[bool, int, float, float]:
    left, top = (source.box.x0, -source.box.y1) if source.box else (0.0, 0.0)
    return not source.page, source.page, round(top, 1), left
