"""Rows without codes → which are parts of which, told from their ordinals and their amounts.

``一、本年收入`` over ``（一）一般公共预算拨款`` is a whole over its part; ``公共安全支出`` over
``司法`` over ``行政运行`` is so only because the amounts say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from unitbudget.money.text import heading

#: The style of a row that says it is only some of the row above.
PART = "其中"
_STYLES = (
    (PART, re.compile(r"^其中")),
    ("一、", re.compile(r"^[一二三四五六七八九十]{1,3}[、.,:]")),
    ("(一)", re.compile(r"^\([一二三四五六七八九十]{1,3}\)")),
    ("1、", re.compile(r"^\d{1,2}[、.](?!\d)")),
    ("(1)", re.compile(r"^\(\d{1,2}\)")),
)
#: Longer runs of rows than this are not searched for what adds up.
LONGEST = 200


def ordinal(label: str) -> str:
    """The style of a row's ordinal; nothing for a row without one."""
    text = heading(label)
    return next((style for style, begins in _STYLES if begins.match(text)), "")


def nested(
    styles: Sequence[str], printed: Sequence[Decimal | None], totals: Sequence[bool], step: Decimal
) -> dict[int, int]:
    """By the place of each row that of the row it is a part of; rows of their own are left out.

    A total is the whole of the rows of their own that stand with it.
    """
    above = _by_ordinals(styles, printed, totals)
    amounts = [amount or Decimal(0) for amount in printed]
    for parent in range(len(styles)):
        below = [place for place in above if above[place] == parent and styles[place] != PART]
        if below and not _adds_up(amounts[parent], [amounts[p] for p in below], step):
            _deepen(below, amounts[parent], amounts, step, above)
    found = {place: parent for place, parent in above.items() if parent is not None}
    roots = [place for place in above if place not in found]
    return found | dict(_summed_up(roots, amounts, totals, step))


def _by_ordinals(
    styles: Sequence[str], amounts: Sequence[Decimal | None], totals: Sequence[bool]
) -> dict[int, int | None]:
    """The parents that the ordinals give; a total closes what stands above it.

    What is under a row left blank belongs to the row that one is under.
    """
    open_: list[tuple[str, int]] = []
    found: dict[int, int | None] = {}
    for place, style in enumerate(styles):
        if totals[place]:
            open_ = []
            continue
        known = [each for each, _ in open_]
        if style in known:
            open_ = open_[: known.index(style)]
        printed = [each for _, each in open_ if amounts[each] is not None]
        if amounts[place] is not None:
            found[place] = printed[-1] if printed else None
        open_.append((style, place))
    return found


def _adds_up(whole: Decimal, parts: Sequence[Decimal], step: Decimal) -> bool:
    return abs(whole - sum(parts)) <= step * (len(parts) + 1) / 2


def _deepen(
    below: Sequence[int],
    whole: Decimal,
    amounts: Sequence[Decimal],
    step: Decimal,
    above: dict[int, int | None],
) -> None:
    """Rows that together are too much for their whole: some of them are parts of others."""
    found = forest([amounts[place] for place in below], whole, step)
    if found is not None:
        for place, parent in enumerate(found):
            if parent is not None:
                above[below[place]] = below[parent]


def _summed_up(
    roots: Sequence[int], amounts: Sequence[Decimal], totals: Sequence[bool], step: Decimal
) -> Iterator[tuple[int, int]]:
    """The rows of their own under the total that sums them up, be it above or below them."""
    places = [place for place, total in enumerate(totals) if total and amounts[place]]
    if not places and len(roots) > 1:
        first, rest = roots[0], roots[1:]
        tree = forest([amounts[place] for place in rest], amounts[first], step)
        for place, parent in enumerate(tree or ()):
            yield rest[place], first if parent is None else rest[parent]
        return
    if not roots or not places:
        return
    for total in (max(places, key=lambda place: amounts[place]), *places):
        here = [p for p in roots if p < total] if total > roots[0] else list(roots)
        for rows in (here, list(roots)):
            if _adds_up(amounts[total], [amounts[place] for place in rows], step):
                yield from ((place, total) for place in rows)
                return
            tree = forest([amounts[place] for place in rows], amounts[total], step)
            if tree is not None:
                for place, parent in enumerate(tree):
                    yield rows[place], total if parent is None else rows[parent]
                return
    total = max(places, key=lambda place: amounts[place])
    yield from ((place, total) for place in roots)


def forest(amounts: Sequence[Decimal], whole: Decimal, step: Decimal) -> list[int | None] | None:
    """How rows nest so that the outermost add up to the whole and each to what is in it.

    The deepest nesting that comes out; nothing where none does.
    """
    size = len(amounts)
    if size > LONGEST or any(amount < 0 for amount in amounts):
        return None
    ends: list[dict[int, list[int]]] = [{} for _ in range(size + 1)]
    for start in reversed(range(size)):
        ends[start] = {start + 1: []}
        if amounts[start]:
            for last, heads in _reached(start + 1, amounts[start], amounts, ends, step).items():
                if last > start + 1:
                    ends[start][last] = heads
    outermost = _reached(0, whole, amounts, ends, step).get(size)
    if outermost is None:
        return None
    parents: list[int | None] = [None] * size
    _hang(outermost, size, None, ends, parents)
    return parents


def _reached(
    start: int,
    whole: Decimal,
    amounts: Sequence[Decimal],
    ends: Sequence[dict[int, list[int]]],
    step: Decimal,
) -> dict[int, list[int]]:
    """Where rows from a start on may end so that the outermost add up, and which those are."""
    states: dict[tuple[int, Decimal], list[int]] = {(start, Decimal(0)): []}
    found: dict[int, list[int]] = {}
    for place in range(start, len(amounts) + 1):
        here = [(key, heads) for key, heads in states.items() if key[0] == place]
        for (_, reached), heads in here:
            slack = step * (len(heads) + 1) / 2
            if heads and abs(reached - whole) <= slack:
                found.setdefault(place, heads)
            if place < len(amounts) and reached + amounts[place] <= whole + slack:
                for last in sorted(ends[place], reverse=True):
                    key = (last, reached + amounts[place])
                    states.setdefault(key, [*heads, place])
    return found


def _hang(
    heads: Sequence[int],
    end: int,
    parent: int | None,
    ends: Sequence[dict[int, list[int]]],
    parents: list[int | None],
) -> None:
    for place, head in enumerate(heads):
        last = heads[place + 1] if place + 1 < len(heads) else end
        parents[head] = parent
        _hang(ends[head].get(last, []), last, head, ends, parents)
