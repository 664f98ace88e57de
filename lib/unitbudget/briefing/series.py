"""Documents beside one another: one unit over the years, and units of one kind in one year.

All are frames to go on with in pandas. Where there is nothing to compare with, the frame has no
rows and ``frame.attrs["missing"]`` says in one sentence what would be needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.charts import MOST
from unitbudget.briefing.opening import Budgets, budgets
from unitbudget.briefing.tables import LEVELS, TOTAL, is_total
from unitbudget.briefing.words import say, vocabulary
from unitbudget.money.codes import moved
from unitbudget.money.figure import COUNT, YUAN, Cell, Figure, agrees
from unitbudget.money.frames import FigureArray

#: What expenditure by function is taken from: the same table in all documents of a series.
TABLES = ("general_public_budget", "appropriation_expenditure", "expenditure")
#: What makes two documents speak of one unit, and two units of one kind.
SAME_UNIT = ("unit", "level", "district")
LIKE = ("kind", "fiscal_year", "level", "district")
#: Fewer units of one kind than this have no rank worth telling.
RANKED = 5
LONG = ("document", "kind", "year", "phase", "code", "name", "level", "value", "printed_code")


def years(b: Budget, among: Budgets | None = None) -> Any:
    """What the documents of a unit print of its expenditure, one row for each item, year and phase.

    ``code`` and ``name`` are those of the last year (``printed_code`` is as printed), ``phase`` is
    预算数, 执行数 or 决算数; a year that two documents print stands there twice.
    """
    own = _alike(b, SAME_UNIT, among)
    table = next((name for name in TABLES if sum(name in each for each in own) > 1), "")
    last = max((each.year for each in own), default=0)
    rows = [row for each in own if table in each for row in _rows(each, table, last)]
    frame = _frame(rows if len(own) > 1 else [], LONG, ["value"], "no_years", b)
    names = {row[4]: row[5] for row in rows}  # of one code the last document's name
    frame["name"] = [names[code] for code in frame["code"]]
    return frame


def _rows(b: Budget, table: str, last: int) -> Iterable[tuple[Any, ...]]:
    amounts = b.amounts
    printed = amounts[(amounts["table_id"] == table) & (amounts["measure"] == "total")]
    printed = printed[printed["direction"] != "revenue"]
    values = b.table(table).loc[[TOTAL]].to_numpy().flat
    sums = {str(cell) for each in values if isinstance(each, Figure) for cell in each.cells}
    for row in printed.itertuples():
        year, code = int(row.fiscal_year), str(row.code)
        whole = is_total(code, str(row.name))
        if row.value.unit != YUAN or (whole and row.Index not in sums):
            continue
        now, _ = moved(code, year, last)
        level = TOTAL if whole else LEVELS.get(len(now), "")
        phase = b.time_name((year, str(row.phase))).partition("年")[2]
        name = TOTAL if whole else str(row.name)
        yield b.id, b.kind, year, phase, TOTAL if whole else now, name, level, row.value, code


def items(frame: Any) -> Any:
    """The rows of ``years`` that no other row of the same document and time details further."""
    kept = []
    for _, part in frame.groupby(["document", "year", "phase"], sort=False):
        codes = set(part["printed_code"])
        above = {code[:width] for code in codes for width in (3, 5) if width < len(code)}
        kept.append(part[(part["level"] != TOTAL) & ~part["printed_code"].isin(above)])
    return pd.concat(kept) if kept else frame.iloc[:0]


def once(frame: Any) -> Any:
    """Of what several documents print of one year and phase, what the document of that year does.

    Where that one is not there, what the nearest later document prints.
    """
    latest = {name: part["year"].max() for name, part in frame.groupby("document")}
    ago = [latest[name] - year for name, year in zip(frame["document"], frame["year"], strict=True)]
    order = frame.assign(ago=ago).sort_values("ago", kind="stable")
    first = order.groupby(["year", "phase"])["document"].transform("first")
    return frame.loc[(order["document"] == first).reindex(frame.index)]


def taken(frame: Any) -> Any:
    """The moves of codes that a frame of ``years`` was restated by, with who says so."""
    last = int(frame["year"].max()) if len(frame) else 0
    pairs = zip(frame["printed_code"], frame["year"], strict=True)
    found = dict.fromkeys(m for code, year in pairs for m in moved(code, year, last)[1])
    rows = [(m.year, m.old, m.new, m.source) for m in found]
    return _frame(rows, ["year", "old", "new", "source"], [], "no_moves")


def inferred(b: Budget, among: Budgets | None = None) -> Any:
    """Last year's budget as each document implies it, beside what the document of that year prints.

    One row for each document of the unit whose last year's budget is there; ``difference`` is what
    is printed less what follows.
    """
    own = _alike(b, SAME_UNIT, among)
    rows = []
    for each in own:
        found = each.implied[each.implied["quantity"] == "last_year_budget"]
        found = found[found["value"].notna() & found["subject"].str.endswith(TOTAL)]
        before = [e for e in own if e.kind == "budget" and e.year == each.year - 1]
        total = before[0].spending.at[TOTAL, "total"] if before else pd.NA
        if each.kind == "budget" and len(found) and total is not pd.NA:
            value = found["value"].iloc[0]
            rows.append((str(each.year - 1), value, total, total - value))
    numbers = ["inferred", "stated", "difference"]
    return _frame(rows, ["year", *numbers], numbers, "no_inferred", b)


def printed_twice(frame: Any) -> Any:
    """What two documents print of the same item, year and phase, and do not print alike."""
    rows = []
    for (year, phase, code), part in frame.groupby(["year", "phase", "printed_code"], sort=False):
        by = part.drop_duplicates("document").set_index("document")
        first, last = by["value"].iloc[0], by["value"].iloc[-1]
        if len(by) > 1 and not agrees(first, last):
            rows.append((f"{year}年{phase}", code, by["name"].iloc[0], first, last, last - first))
    numbers = ["first", "again", "difference"]
    return _frame(rows, ["phase", "code", "name", *numbers], numbers, "not_printed_twice")


def _frame(
    rows: Any, columns: Sequence[str], numbers: Iterable[str], missing: str, b: Budget | None = None
) -> Any:
    """Rows as a frame, some of its columns figures; without rows it says what would be needed."""
    frame: Any = pd.DataFrame(rows, columns=list(columns))
    for column in numbers:
        frame[column] = FigureArray.of(frame[column])
    about = {"unit": b.unit, "year": b.year} if b else {}
    frame.attrs = {
        "missing": "" if len(rows) else str(say(missing, **about)),
        "labels": dict(vocabulary()["series"]),
        **({"document": b.id, "title": ""} if b else {}),
    }
    return frame


def peers(b: Budget, among: Budgets | None = None) -> Any:
    """Units of one kind and year, one row each, with what they are compared by.

    ``total``; ``personnel_share`` of it; ``operating_per_project``, operating funds for each yuan
    of projects; ``three_public``. Of a unit with several such documents the first counts.
    """
    alike = {b.unit: _compared(b)}
    for each in _alike(b, LIKE, among):
        if each.unit not in alike:
            alike[each.unit] = _compared(each)
    # Only where the same part of the money is told of.
    rows = [row for row in alike.values() if row["table"] == alike[b.unit]["table"]]
    columns = [name for name in rows[0] if name != "table"]
    return _frame(rows if len(rows) > 1 else [], columns, columns[2:], "no_peers", b)


@lru_cache(maxsize=4096)
def _compared(b: Budget) -> dict[str, Any]:
    """What a document is compared by: worked out once, however many it is beside."""
    nature, total = b.nature["total"], b.spending.at[TOTAL, "total"]
    kinds = ("personnel", "operating", "project")
    names = {kind: nature.get(rule_book().measures[kind], pd.NA) for kind in kinds}
    three = b["three_public_expenses"]
    return {
        "name": b.unit,
        "document": b.id,
        "table": b.spending.attrs["table"],
        "total": total,
        "personnel_share": _ratio(names["personnel"], total),
        "operating_per_project": _ratio(names["operating"], names["project"]),
        "three_public": three["total"].iloc[-1] if len(three) else pd.NA,
    }


def _ratio(part: Any, whole: Any) -> Any:
    if part is pd.NA or whole is pd.NA or whole.low <= 0 <= whole.high:
        return pd.NA
    return part / whole


def standing(frame: Any, column: str, unit: str) -> dict[str, Figure] | None:
    """Which place a unit has among those of ``peers`` that print a number, and among how many.

    ``None`` where fewer than five do, or it does not itself.
    """
    known = frame[frame[column].notna()]
    own = known.loc[known["name"] == unit, column]
    if len(known) < RANKED or not len(own):
        return None
    above = known[(known[column] > own.iloc[0]).astype(bool) | (known["name"] == unit)]
    return {"place": _documents(above, "larger"), "among": _documents(known, "among")}


def ranked(frame: Any, column: str, unit: str) -> Any:
    """The units of ``peers`` by a number, the largest first: of very many those around this one."""
    known = frame[frame[column].notna()].sort_values(column, ascending=False)
    own = next((n for n, name in enumerate(known["name"]) if name == unit), 0)
    start = max(min(own - MOST // 2, len(known) - MOST), 0)
    return known.iloc[start : start + MOST][["name", column]]


def _documents(frame: Any, what: str) -> Figure:
    cells = tuple(Cell("document!1", name) for name in frame["document"])
    return Figure(Decimal(len(cells)), COUNT, cells=cells, terms=(str(say(f"counted_{what}")),))


def outcome(b: Budget, among: Budgets | None = None) -> Any:
    """Budget and final account of the same unit and year, item by item; blank where unprinted."""
    own = [each for each in _alike(b, SAME_UNIT, among) if each.year == b.year]
    sides = {kind: next((e for e in own if e.kind == kind), None) for kind in _KINDS}
    table = next(
        (name for name in TABLES if all(e is not None and name in e for e in sides.values())), ""
    )
    both: Any = []
    if table:
        parts = [_side(each, table, kind) for kind, each in sides.items() if each is not None]
        both = parts[1].join(parts[0][["budget"]], how="outer", sort=False)
        other = parts[0].reindex(both.index)
        for column in ("name", "level"):
            both[column] = both[column].fillna(other[column])
        both = both.loc[[*sorted(i for i in both.index if i != TOTAL), TOTAL]]
    columns = ["name", "level", "budget", "final"]
    frame = _frame(both, columns, columns[2:], "no_outcome", b)
    frame.index.name = "code"
    return frame


_KINDS = {"budget": "budget", "final_accounts": "final"}


def _side(b: Budget, table: str, kind: str) -> Any:
    t = b.table(table)
    t = t[[code == TOTAL or level in LEVELS.values() for code, level in t["level"].items()]]
    return t[["name", "level", "total"]].rename(columns={"total": _KINDS[kind]})


def _alike(b: Budget, by: Iterable[str], among: Budgets | None) -> list[Budget]:
    """The documents that agree with this one in these facts, itself included, by year."""
    every = among or budgets(b.folder)
    facts = every.documents
    same = facts[[all(str(row[n]) == str(b.facts[n]) for n in by) for _, row in facts.iterrows()]]
    found = [b if name == b.id else every[str(name)] for name in same["document_id"]]
    return sorted(found, key=lambda each: (each.year, each.kind))


__all__ = [
    "inferred", "items", "once", "outcome", "peers", "printed_twice", "ranked", "standing", "taken",
    "years",
]  # fmt: skip
