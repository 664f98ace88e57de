"""Numbers inside text of a document, made to lead where they come from.

A sentence quoted from the prose, or a finding, already has its numbers in it as words. Each becomes
a figure that rests on the sources given: the statement of the same value where there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from unitbudget.briefing.words import Said, Sentence, plain
from unitbudget.figures import Figure

#: A number with its unit; years, dates, pages, ordinals and codes in brackets are no amounts.
_NUMBER = re.compile(
    r"(?P<skip>(?:19|20)\d\d\s*年(?:\d+月(?:\d+日)?)?|\d+月\d+日|第\s*\d+\s*[页条行列项张]"
    r"|表\s*\d+|[RS]\d\d|(?<![\d.,])\d{3,7}(?=\s[\u4e00-\u9fff])|(?<=[（(])\d{3,7}(?=[）)]))"
    r"|(?P<number>[-−+]?\d[\d,]*(?:\.\d+)?)\s?(?P<unit>亿元|万元|元|[%％])?"
)
_FACTOR = {"亿元": Decimal(100_000_000), "万元": Decimal(10_000), "元": Decimal(1)}


def traced(
    words: object, sources: Iterable[str], known: Mapping[Decimal, str] | None = None
) -> Sentence:
    """Words whose numbers rest on these sources, or on the one known to state the same value."""
    text, fallback = plain(words), tuple(sources)
    parts: list[str | Said] = []
    end = 0
    for match in _NUMBER.finditer(text):
        if match["skip"]:
            continue
        figure = _figure(match["number"], match["unit"] or "")
        source = (known or {}).get(figure.value)
        cells = (source,) if source else fallback
        parts += [text[end : match.start()], Said(_resting(figure, cells, match[0]), match[0])]
        end = match.end()
    return Sentence((*parts, text[end:]))


def _figure(digits: str, unit: str) -> Figure:
    value = Decimal(digits.replace(",", "").replace("−", "-"))
    if unit in _FACTOR:
        return Figure(value * _FACTOR[unit], "CNY")
    return Figure(value, "percent" if unit else "count")


def _resting(figure: Figure, cells: tuple[str, ...], said: str) -> Figure:
    return Figure(figure.value, figure.unit, cells=cells, formula=said.replace(" ", ""))
