"""What the money is for, as frames: expenditure by function and nature, the three public expenses.

Which printed table tells it differs from city to city; what no table tells is blank.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.found import told
from unitbudget.briefing.tables import TOTAL, leaves
from unitbudget.briefing.words import say, vocabulary
from unitbudget.money.figure import agrees
from unitbudget.money.frames import FigureArray
from unitbudget.money.text import heading

#: The tables that tell of revenue, the fullest first.
REVENUE = ("revenue_and_expenditure", "appropriation")
#: What expenditure divides into, along a row.
PARTS = ("basic", "project", "personnel", "operating")
#: Less than this, in yuan, is not seen in an amount of ten thousands.
SEEN = 50
#: The tables of expenditure by function, those first that are compared with last year.
SPENDING = ("general_public_budget", "appropriation_expenditure", "expenditure")


def by_function(b: Any) -> Any:
    """Expenditure by function: ``total``, ``basic``, ``project``, and ``last``, the other time.

    ``last`` is last year's execution, or else its budget, or else the own year's budget; where
    no table prints one, as the prose states it item by item; what is not printed is blank.
    """
    return compared(b, told(b, b.first(*SPENDING)), *PARTS)


def outlay(b: Any) -> Any:
    """All expenditure by function: as much as the revenue, whichever table tells it.

    Where none does it is ``spending``.
    """
    for name in filter(b.__contains__, SPENDING):
        table = compared(b, b.table(name), *PARTS)
        whole, tops = table.at[TOTAL, "total"], table.loc[table["level"] == "类", "total"]
        told = len(tops) and whole is not pd.NA and b.revenue is not pd.NA
        if told and agrees(whole, b.revenue) and agrees(whole, tops.sum()):
            return table
    return b.spending


def changes(b: Any) -> Any:
    """Expenditure item by item against the other time printed, with its points of the whole."""
    table = leaves(b.spending)
    whole = b.spending.loc[TOTAL]
    table = table[table["total"].notna() | table["last"].notna()].copy()
    # Where no total tells of the other time, an item without an amount then may have had one.
    nothing = None if whole["last"] is pd.NA else 0
    table["change"] = table["total"].sub(table["last"], fill_value=nothing)
    table.loc[table["last"].isna() & table["total"].isna(), "change"] = pd.NA
    table["growth"] = (table["total"] - table["last"]) / table["last"]
    table["points"] = table["change"] / whole["last"]
    return table.sort_values("change", ascending=False)


def revenue(b: Any) -> Any:
    """The printed total of revenue, the grand one; blank where none is printed."""
    table = b.first(*REVENUE, side="revenue")
    sums = table.loc[table["level"] == TOTAL, "total"]
    return sums.iloc[-1] if len(sums) else pd.NA


def basics(b: Any) -> Any:
    """Basic expenditure by economic item, with its ``nature``: personnel or operating funds."""
    table = b.first("basic_expenditure", "appropriation_basic_expenditure")
    table = compared(b, table, "personnel", "operating")
    kinds = [nature_of(str(code), row) for code, row in table.iterrows()]
    table.insert(2, "nature", kinds)
    return table


def nature(b: Any) -> Any:
    """Expenditure as personnel funds, operating funds, projects, and what is not told apart."""
    names, spending = rule_book().measures, b.outlay
    whole, basic = (spending.at[TOTAL, name] for name in ("total", "basic"))
    kinds = {
        kind: own if (own := spending.at[TOTAL, kind]) is not pd.NA
        else sum_of_nature(b.basics, kind)
        for kind in ("personnel", "operating")
    }  # fmt: skip
    apart = [figure for figure in kinds.values() if figure is not pd.NA]
    if basic is not pd.NA and not (apart and agrees(sum(apart[1:], apart[0]), basic)):
        kinds = {"basic": basic}  # personnel and operating funds of a part of it only
    kinds["project"] = spending.at[TOTAL, "project"]
    found = {names[kind]: figure for kind, figure in kinds.items() if figure is not pd.NA}
    if found and whole is not pd.NA:
        rest: Any = whole
        for figure in found.values():
            rest = rest - figure
        if rest.low > 0 and rest.value >= SEEN:
            found |= _classified(b, rest) or {str(say("unassigned")): rest}
    frame: Any = pd.DataFrame({"total": FigureArray.of(found.values())}, index=list(found))
    frame.index.name = "name"
    about = dict(spending.attrs)
    missing = about["missing"] or ("" if found else str(say("no_nature")))
    title = str(say("by_nature", table=about["title"]))
    frame.attrs = about | {"title": title, "missing": missing}
    return frame


def _classified(b: Any, rest: Any) -> dict[str, Any]:
    """What is left over, where the table of all expenditure says what exactly that much is."""
    table = b.table("expenditure") if "expenditure" in b else None
    if table is None or TOTAL not in table.index:
        return {}
    names = rule_book().measures
    parts = {names[m]: table.at[TOTAL, m] for m in ("project", "contingency") if m in table}
    known = {name: figure for name, figure in parts.items() if figure is not pd.NA}
    whole = sum(figure.value for figure in known.values())
    return known if known and whole == rest.value else {}


def compared(b: Any, table: Any, *measures: str) -> Any:
    """The table with these measures and the time it is compared with, blank where unprinted."""
    others = ("total_last_executed", "total_last_approved", "total_approved")
    base = next((name for name in others if name in table), "")
    labels = table.attrs["labels"]
    last = table[base] if base else FigureArray.of([None] * len(table))
    table.insert(table.columns.get_loc("total"), "last", last)
    labels["last"] = labels.get(base, "")
    labels.setdefault("total", b.time_name(b.time))
    for measure in ("total", *measures):
        if measure not in table:
            table[measure] = FigureArray.of([None] * len(table))
            labels[measure] = rule_book().measures[measure]
    dropped = [name for name in table if name.removesuffix("_percent") == "change" or name == base]
    if TOTAL not in table.index:  # the sums of both natures are printed, and not their own
        sums = table["name"].map(heading).isin(vocabulary()["nature_totals"].values())
        whole = table.loc[sums, "total"].sum()
        table.loc[TOTAL] = [TOTAL if n in ("name", "level") else pd.NA for n in table.columns]
        table.loc[TOTAL, "total"] = whole
    if not base and not table.attrs["missing"]:
        table.attrs["no_last"] = str(say("no_base", table=table.attrs["title"]))
    return table.drop(columns=dropped)


def three_public(b: Any) -> Any:
    """The three public expenses of the whole body in one row, each time in columns of its own.

    Units listed beside each other without a total leave it blank.
    """
    return body_row(b.first("three_public_expenses"), b.time_name(b.time))


def body_row(table: Any, now: str) -> Any:
    """One row for the whole body: its totals, where a row is printed for each year joined.

    Where a single fund pays for everything, its columns are the whole.
    """
    own = table["level"] == TOTAL
    row = table[own].iloc[[-1]].copy() if own.any() else table.iloc[[-1]].copy()
    for column in row.columns[2:]:
        printed, alone = table.loc[own, column].dropna(), table[column].dropna()
        figure = printed.iloc[-1] if len(printed) else alone.iloc[0] if len(alone) == 1 else None
        row[column] = FigureArray.of([figure])
    labels, said = table.attrs["labels"], rule_book().measures
    fund, *others = rule_book().funds
    for column in [name for name in row if f"_{fund}" in name]:
        beside = [column.replace(fund, other) for other in others]
        if any(row[name].iloc[0] for name in beside if name in row and row[name].notna().all()):
            continue
        plain = column.replace(f"_{fund}", "")
        row[plain] = row[column]
        paid = said[f"total_{fund}"].removeprefix(said["total"])
        labels[plain] = labels[column].replace(paid, "").removeprefix(said["total"]) or now
        labels[plain] = labels[plain].strip("（）") if plain.startswith("total") else labels[plain]
        row = row.drop(columns=[name for name in (column, *beside) if name in row])
    row.attrs = table.attrs
    return row


def nature_of(code: str, row: Any) -> str:
    """Personnel or operating funds: by the column an item stands in, or else by its code."""
    names = rule_book().measures
    if row["level"] == TOTAL:
        return ""
    for kind, codes in rule_book().natures.items():
        if row[kind] is not pd.NA or (
            row["personnel"] is row["operating"] is pd.NA and code.startswith(tuple(codes))
        ):
            return str(names[kind])
    return ""


def sum_of_nature(basics: Any, kind: str) -> Any:
    """Personnel or operating funds as printed, or the sum of their economic categories."""
    printed = basics.at[TOTAL, kind]
    if printed is not pd.NA:
        return printed
    sums = basics[basics["name"].map(heading) == vocabulary()["nature_totals"][kind]]
    if len(sums):
        return sums["total"].iloc[0]
    codes = rule_book().natures[kind]
    return basics.loc[basics.index.isin(codes), "total"].sum()
