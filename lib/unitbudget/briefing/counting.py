"""How many there are of something, as figures that lead to where each one is listed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from itertools import combinations
from typing import Any

import pandas as pd

from unitbudget.briefing.words import vocabulary
from unitbudget.money.figure import COUNT, Figure
from unitbudget.money.frames import FigureArray

#: What tells checks apart where some of them are counted.
CHECK_KINDS = ("rule_id", "says", "status")


def count(b: Any, frame: Any) -> Figure:
    """How many rows a frame of this document has: a figure that leads to where they are."""
    refs, which = str(frame.attrs.get("refs", "")), ""
    if frame.index.name == "cell":
        names, refs = list(frame.index), "amount"
    elif frame.index.name == "table_id":
        names, refs = [f"table!{table}" for table in frame.index], "table"
    elif refs == "check" and (which := _which_checks(b, frame.index)):
        # A rule has hundreds of instances: it is named, and which of its rows are counted.
        rules = dict.fromkeys(b.check_kinds[number - 1][0] for number in frame.index)
        names = [f"check!{rule}" for rule in rules]
    else:
        names = [f"{refs}!{row}" for row in frame.index]
    of = str(vocabulary()["counted"].get(refs, refs))
    return counted(b, names, frame.index, of + which)


def _which_checks(b: Any, chosen: Any) -> str:
    """The rows of ``checks.csv`` that are chosen, by what just they have in common."""
    rows = b.check_kinds
    if len(chosen) == len(rows):
        return "：checks.csv 各行"
    picked = {rows[number - 1] for number in chosen}
    first = next(iter(picked), ("",) * len(CHECK_KINDS))
    common = [n for n in range(len(CHECK_KINDS)) if len({kind[n] for kind in picked}) == 1]
    for several in range(1, len(common) + 1):
        for places in combinations(common, several):
            if b.checks_alike[places][tuple(first[n] for n in places)] == len(chosen):
                said = "、".join(f"{CHECK_KINDS[n]}＝{_written(b, first[n])}" for n in places)
                return f"：checks.csv 里 {said} 的各行"
    return ""


def _written(b: Any, kind: str) -> str:
    """A kind as ``checks.csv`` has it: off by the last place is broken there, with a reason."""
    near = {"last_place": "broken 且 reason 写明尾差", "broken": "broken 且 reason 没有写明尾差"}
    apart = any(status == "last_place" for *_, status in b.check_kinds)
    return near.get(kind, kind) if apart else kind


def check_kinds(b: Any) -> list[tuple[str, ...]]:
    return list(zip(*(b.checks[name] for name in CHECK_KINDS), strict=True))


def checks_alike(b: Any) -> dict[tuple[int, ...], Counter[tuple[str, ...]]]:
    """How many checks are of each kind, by each choice of what tells kinds apart."""
    every = range(1, len(CHECK_KINDS) + 1)
    chosen = [places for n in every for places in combinations(range(len(CHECK_KINDS)), n)]
    kinds = b.check_kinds
    return {p: Counter(tuple(kind[n] for n in p) for kind in kinds) for p in chosen}


def counts(b: Any, frame: Any, rows: str | list[str], columns: str, *order: str) -> Any:
    """How many rows there are of each kind, as ``pd.crosstab``, each count a figure."""
    by = [rows] if isinstance(rows, str) else rows
    found: dict[Any, dict[str, Figure]] = {}
    for key, part in frame.groupby([*by, columns], sort=False):
        part.attrs = frame.attrs
        found.setdefault(key[:-1] if len(by) > 1 else key[0], {})[key[-1]] = b.count(part)
    names = order or tuple(dict.fromkeys(frame[columns]))
    index = pd.MultiIndex.from_tuples(found, names=by) if len(by) > 1 else pd.Index(found)
    data = {name: FigureArray.of(each.get(name) for each in found.values()) for name in names}
    table: Any = pd.DataFrame(data, index=index if found else pd.Index([], dtype=object))
    table.index.names = by if found else table.index.names
    table.attrs = {"missing": frame.attrs.get("missing", ""), "labels": {}}
    return table


def counted(b: Any, references: Iterable[str], things: Iterable[object], of: str) -> Figure:
    """How many things there are: a figure that names where they are listed."""
    cells = tuple(b.cell(reference) for reference in dict.fromkeys(references))
    return Figure(Decimal(len(list(things))), COUNT, cells=cells, terms=(of,))
