"""Sentences that keep their figures: every number in them knows where it comes from.

A number that is quoted is shown where it is printed; what is counted is listed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from decimal import Decimal
from string import Formatter

from unitbudget.documents import Box
from unitbudget.money.amounts import UNITS, rounded
from unitbudget.money.figure import COUNT, PERCENT, YUAN, Figure
from unitbudget.money.sentence import Number, Sentence
from unitbudget.money.sentence import joined as joined
from unitbudget.money.sentence import number as number

#: Names, not numbers of anything: years, months, days, pages, ordinals.
_NAMES = r"(?:19|20)\d\d年|\d+月(?:\d+日)?|第\d+(?:[、–]\d+)*[页行列条项张章]|^\d+[、.．](?!\d)"
_QUOTED = re.compile(
    rf"(?P<name>{_NAMES})|"
    r"(?<![\d.．])\d(?:[\d,，]*\d)?(?:[.．]\d+)?(?![.．,，]?\d)(?P<unit>[%％]|[万亿]?元)?"
)


Told = Sentence


def tell(template: str, **words: object) -> Told:
    """A sentence with its words filled in, the numbers of the words kept.

    The template says how a figure reads, as in ``{amount:wan}``; what is not known is left out.
    """
    parts: list[str] = []
    for literal, name, style, _ in Formatter().parse(template):
        parts.append(literal)
        word = words[name] if name is not None else None
        if isinstance(word, Figure):
            parts.append(number(word, STYLES[style](word.value)) if style else plain(word))
        elif word is not None:
            parts.append(word if isinstance(word, str) else str(word))
    return nested(joined("", parts))


def nested(text: Told) -> Told:
    """Quotation marks inside quotation marks made single ones, as they are printed."""
    depth, marks = 0, ""
    for mark in text:
        depth -= mark == "”" and depth > 0
        marks += {"“": "‘", "”": "’"}.get(mark, mark) if depth else mark
        depth += mark == "“"
    return Told(marks, text.numbers)


def plain(figure: Figure) -> Told:
    """To the fen and without idle zeros; what is finer than that is told to the last digit."""
    value = figure.value
    cut = rounded(value, 2)
    if not cut and value:
        cut = rounded(value, 2 - value.adjusted() - 2)
    return number(figure, f"{cut.normalize():f}")


#: How a figure reads, by the name that templates have for it.
STYLES: dict[str, Callable[[Decimal], str]] = {
    "wan": lambda value: f"{rounded(value / UNITS['万元'], 2):,} 万元",
    "yuan": lambda value: f"{rounded(value, 2):,} 元",
    "percent": lambda value: f"{rounded(value, 2):,}%",
    "bare": "{:,f}".format,
}


def count(what: str, cells: Iterable[str]) -> Told:
    """How many there are of what is counted: as many as places are listed."""
    figure = counted(what, cells)
    return number(figure, f"{figure.value}")


def counted(what: str, cells: Iterable[str]) -> Figure:
    """A count as a figure: its formula says what was counted, its cells are the things.

    Two of them may stand in one printed line: the second is then its ``~2``.
    """
    met: Counter[str] = Counter()
    listed = []
    for cell in cells:
        met[cell] += 1
        listed.append(cell if met[cell] == 1 else f"{cell}~{met[cell]}")
    return Figure(Decimal(len(listed)), COUNT, cells=tuple(listed), terms=(what,))


def shown_at(cell: str, printed: str, unit: str = "") -> Figure:
    """A number as it is printed at a place, with its unit if one stands behind it."""
    value = Decimal(re.sub(r"[^\d.]", "", printed.replace("．", ".")))
    kind = YUAN if "元" in unit else PERCENT if unit else COUNT
    value *= {"万元": 10**4, "亿元": 10**8}.get(unit, 1)
    return Figure(value, kind, cells=(cell,), terms=(printed,))


def printed_on(page: int, text: str, box: Box | None = None) -> str:
    """The cell of words printed outside the tables: ``page!16@58.1,533.7,321.1,545.2:8013``."""
    corners = f"@{box.x0:.1f},{box.y0:.1f},{box.x1:.1f},{box.y1:.1f}" if box else ""
    return f"page!{page}{corners}:{text.replace(';', '；')}"


def part_of(cell: str, text: str) -> str:
    """The cell of words inside a longer printed text: ``project!3:8013``."""
    return f"{cell}:{text.replace(';', '；')}"


def official_code(listed: str, part: str = "") -> Told:
    """A code of the official classification, or one part of it, shown in that list."""
    cell, shown = part_of(f"code!{listed}", part) if part else f"code!{listed}", part or listed
    return number(shown_at(cell, shown), shown)


class Sought(str):
    """A number of the document's own words, and what stands around it, not yet found there."""

    before: str
    after: str


def sought(text: str) -> Told:
    """Words of the document: the numbers in them that are no figures yet are to be found there."""
    numbers = list(getattr(text, "numbers", ()))
    taken = {place for each in numbers for place in range(each.start, each.start + len(each.shown))}
    for match in _QUOTED.finditer(text):
        if not match["name"] and match.start() not in taken:
            cell = Sought(match[0])
            cell.before, cell.after = text[: match.start()], text[match.end() :]
            figure = shown_at(cell, match[0], match["unit"] or "")
            numbers.append(Number(match.start(), match[0], figure))
    return Told(text, sorted(numbers, key=lambda each: each.start))


def found(told: Told, find: Callable[[Sought], str]) -> Told:
    """The text with the places of what was sought; what stands nowhere is no figure."""
    numbers = []
    for each in told.numbers:
        cell = each.figure.cells[0] if each.figure.cells else ""
        if isinstance(cell, Sought):
            if not (place := find(cell)):
                continue
            each = each._replace(figure=replace(each.figure, cells=(place,)))
        numbers.append(each)
    return Told(told, numbers)


def formula_of(
    figure: Figure, operand: Callable[[Figure], str] = lambda each: each.formula
) -> Told:
    """How a figure was formed, each of its operands a number of its own."""
    if not figure.computed:
        return number(figure, operand(figure))
    parts: list[str] = []
    for term in figure.terms:
        if isinstance(term, str):
            parts.append(term)
        else:
            inner = formula_of(term, operand)
            bracketed = term.computed or inner.startswith(("-", "−"))
            parts += ["(", inner, ")"] if bracketed else [inner]
    return joined("", parts)
