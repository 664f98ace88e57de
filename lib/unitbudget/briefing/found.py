"""What was found out about a document, as frames whose numbers are figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pandas as pd

from unitbudget.auditing.told import part_of, sought
from unitbudget.briefing.decisions import OPEN, decided, read, sheet
from unitbudget.briefing.tables import TOTAL, exact, is_total
from unitbudget.briefing.words import Sentence, say, vocabulary
from unitbudget.errors import UnitBudgetError
from unitbudget.money.display import plain
from unitbudget.money.figure import COUNT, PERCENT, YUAN, Figure
from unitbudget.money.frames import FigureArray
from unitbudget.money.sentence import Number, joined
from unitbudget.money.sentence import number as number_of
from unitbudget.package import records


def checks(b: Any) -> Any:
    """Every instance of every rule: what is printed, what was computed, and how it came out.

    One that is off by its last place only is not ``broken`` but ``last_place``.
    """
    if b.package.counted:
        raise UnitBudgetError(str(say("checks_counted")))
    frame: Any = b.package.checks[["rule_id", "subject", "says", "status"]].copy()
    numbers = range(1, len(frame) + 1)
    names = ("stated", "computed")
    sides = {side: [b.kept(f"checks/{n}/{side}") for n in numbers] for side in names}
    for side, found in sides.items():
        frame[side] = FigureArray.of(found)
    frame["difference"] = [
        a - b if a is not None and b is not None and a.unit == b.unit else None
        for a, b in zip(*sides.values(), strict=True)
    ]
    frame["difference"] = FigureArray.of(frame["difference"])
    frame["reason"] = _sentences(b, "checks", "reason")
    frame["cells"] = b.package.checks["cells"]
    return b.numbered(_last_place(frame), "checks", "check")


def _sentences(b: Any, name: str, column: str) -> pd.Series[Any]:
    """The sentences of ours in a column, the numbers that they hand on figures."""
    words: pd.Series[Any] = getattr(b.package, name)[column]
    said = (b.sentence(f"{name}/{n}/{column}", each) for n, each in enumerate(words, start=1))
    kept = [each if each.figures else str(each) for each in said]
    return pd.Series(kept, index=words.index, dtype=object)


def claims(b: Any) -> Any:
    """Every figure of the prose: what it says of whom, where, and whether it holds.

    One that is off by its last place only is not ``broken`` but ``last_place``.
    """
    frame: Any = b.package.claims[["section", "page", "subject", "quantity", "status"]].copy()
    rows = records(b.package.claims)
    computed = [b.kept(f"claims/{n}/computed") for n in range(1, len(rows) + 1)]
    frame.insert(4, "value", FigureArray.of(_stated(b, *each) for each in enumerate(rows, 1)))
    frame.insert(5, "computed", FigureArray.of(computed))
    frame["reason"] = _sentences(b, "claims", "reason")
    frame["rule_id"] = b.package.claims["rule_id"]
    frame["sentence"] = _printed_sentences(b)
    frame["cells"] = b.package.claims["cells"]
    return b.numbered(_last_place(frame), "claims", "claim")


def _last_place(frame: Any) -> Any:
    """What is off by its last place only, which is a remark on style and not ``broken``."""
    begins = frame["reason"].str.startswith(vocabulary()["reasons"]["last_place"])
    frame["status"] = frame["status"].mask((frame["status"] == "broken") & begins, "last_place")
    return frame


def _stated(b: Any, number: int, row: Mapping[Any, Any]) -> Figure | None:
    """The figure a statement states, at its place in the prose."""
    kept: Figure | None = b.kept(f"claims/{number}/value")
    if kept is not None or pd.isna(row["value"]):
        return kept
    unit = str(row["unit"]) if row["unit"] in (YUAN, PERCENT) else COUNT
    return Figure(exact(row["value"], unit), unit, cells=(b.cell(f"claim!{number}"),))


def _printed_sentences(b: Any) -> pd.Series[Any]:
    """The sentences that state figures, each number leading to its own statement."""
    words: pd.Series[Any] = b.package.claims["sentence"]
    first: dict[str, str] = {}
    stated: dict[tuple[str, int], Figure] = {}
    for n, sentence in enumerate(words, start=1):
        first.setdefault(sentence, f"claim!{n}")
        kept = b.named(f"claims/{n}/value")
        if kept is not None and not pd.isna(kept["start"]):
            start, figure = int(kept["start"]), b.figure_of(kept)
            stated |= {(sentence, start + at): figure for at in range(len(str(kept["shown"])))}
    said = {each: quoted(b, cell, each, stated) for each, cell in first.items()}
    return pd.Series([said[each] for each in words], index=words.index, dtype=object)


def implied(b: Any) -> Any:
    """What is not printed but follows, with the assumption; or why it does not follow."""
    rows = records(b.package.implied)
    frame: Any = b.package.implied[["subject", "quantity", "status"]].copy()
    found = [_implied(b, n, row) for n, row in enumerate(rows, start=1)]
    frame.insert(2, "value", FigureArray.of(found))
    for column in ("assumption", "reason"):
        frame[column] = b.package.implied[column]
    return b.numbered(frame, "implied", "implied")


def _implied(b: Any, number: int, row: Mapping[Any, Any]) -> Any:
    if row["status"] != "implied":
        return None
    figure = b.kept(f"implied/{number}/value") or b.figure_of(row)
    # Another inference among its operands is one of its sources too.
    words = set(re.findall(r"\d+(?:\.\d+)?", figure.formula))
    others = records(b.package.implied)
    cells = [
        b.cell(f"implied!{n}")
        for n, other in enumerate(others, start=1)
        if n != number
        and other["status"] == "implied"
        and f"{exact(other['value'], other['unit']):f}" in words
    ]
    return replace(figure, cells=(*figure.cells, *cells))


def quoted(
    b: Any, row: str, words: str, stated: Mapping[tuple[str, int], Figure] | None = None
) -> Sentence:
    """Words of a row such as ``reason!3``: each number is a statement there, or is shown there."""
    told, numbers = sought(plain(words)), list[Number]()
    for each in told.numbers:
        shown = replace(each.figure, cells=(b.cell(part_of(row, each.shown)),))
        figure = (stated or {}).get((words, each.start), shown)
        numbers.append(each._replace(figure=figure))
    return Sentence(told, numbers)


def reasons(b: Any) -> Any:
    """Why amounts changed, as the prose says it: about what, which way, for what reason."""
    frame: Any = b.package.reasons.drop(columns=["document_id", "x0", "y0", "x1", "y1"])
    words = [quoted(b, f"reason!{n}", each) for n, each in enumerate(frame["reason"], start=1)]
    frame["reason"] = pd.Series(words, index=frame.index, dtype=object)
    return b.numbered(frame, "reasons", "reason")


def findings(b: Any) -> Any:
    """What is worth asking, the most money first."""
    columns = ["severity", "says", "money", "question", "rule_id", "evidence", "finding_id"]
    frame: Any = b.package.findings[columns].copy()
    for field in ("says", "question"):
        words = zip(frame["finding_id"], b.package.findings[field], strict=True)
        said = [b.sentence(f"findings/{name}/{field}", each) for name, each in words]
        frame[field] = pd.Series(said, index=frame.index, dtype=object)
    money = [b.kept(f"findings/{name}/money") for name in frame["finding_id"]]
    frame["money"] = FigureArray.of(money)
    frame["where"] = [_readable(b, each) for each in frame["evidence"]]
    order = b.package.findings["money"].fillna(0).reset_index(drop=True)
    numbered = b.numbered(frame, "findings", "finding")
    return numbered.iloc[order.sort_values(ascending=False, kind="stable").index]


def decisions(b: Any) -> Any:
    """What is decided about findings and unchecked rules, what is open, and what is void."""
    rows = (row for row in read(sheet(b.folder)) if row["document_id"] == b.id)
    frame = decided(b.package, rows)
    frame["state"] = frame["state"].replace("", OPEN)
    return b.numbered(frame.drop(columns="document_id"), "decisions", "decision")


def suspects(b: Any) -> Any:
    """The amounts most likely to be wrong, and what they would have to be."""
    rows = b.package.suspects
    frame: Any = rows[["cell", "broken", "holding", "likelier"]].copy()
    frame.insert(0, "where", [b.cell(cell).label for cell in rows["cell"]])
    frame.insert(1, "printed", FigureArray.of(b.figures.get(cell) for cell in rows["cell"]))
    names = (f"suspects/{n}/mended_value" for n in range(1, len(rows) + 1))
    frame.insert(4, "mended", FigureArray.of(map(b.kept, names)))
    return b.numbered(frame, "suspects", "suspect")


def _readable(b: Any, evidence: str) -> str:
    """Evidence as readers look it up: table and page instead of the names of cells."""
    found: dict[str, None] = {}
    for part in re.split("[;；]|(?<=页) ", str(evidence)):
        if part in b.figures:
            table, page = part.partition("!")[0], int(b.amounts.at[part, "page"])
            part = str(say("place", table=b.table_name(table), pages=str(page)))
        found[part] = None
    return "；".join(filter(None, found))


def indicators(b: Any) -> Any:
    """The targets of the performance forms."""
    frame: Any = b.package.indicators.drop(columns="document_id")
    rows = enumerate(records(b.package.indicators), start=1)
    goals = [_goal(b, number, row) for number, row in rows]
    frame["value"] = FigureArray.of(figure for _, figure in goals)
    frame["goal"] = pd.Series([said for said, _ in goals], index=frame.index, dtype=object)
    return b.numbered(frame, "indicators", "indicator")


def _goal(b: Any, number: int, row: Mapping[Any, Any]) -> tuple[Sentence, Figure | None]:
    """A target as it is printed, its numbers figures; the figure it is if it is a number alone."""
    target, unit = str(row["target"]), str(row["unit"])
    if not re.fullmatch(r"\d+(?:\.\d+)?", target):
        return quoted(b, f"indicator!{number}", f"{row['operator']}{target}{unit}"), None
    kind = PERCENT if unit in ("%", "％") else COUNT
    figure = Figure(Decimal(target), kind, cells=(b.cell(f"indicator!{number}"),))
    said = number_of(figure, target + (unit if kind == PERCENT else ""))
    return joined("", [row["operator"], said, "" if kind == PERCENT else unit]), figure


def projects(b: Any) -> Any:
    """The fields of the project forms, their amounts as figures."""
    frame: Any = b.package.projects[["form", "project", "field", "text", "page"]].copy()
    numbers = enumerate(b.package.projects["value"], start=1)
    found = [
        None if pd.isna(value)
        else Figure(exact(value, YUAN), cells=(b.cell(f"project!{n}"),))
        for n, value in numbers
    ]  # fmt: skip
    frame.insert(3, "value", FigureArray.of(found))
    return b.numbered(frame, "projects", "project")


def told(b: Any, table: Any) -> Any:
    """A table of spending with what the prose states of its rows for the time it is compared with.

    A total is also told of where another table prints the same one.
    """
    year, final = b.time[0], b.kind == "final_accounts"
    time = (year, "approved") if final else (year - 1, "executed")
    name = f"total_{'' if final else 'last_'}{time[1]}"
    if name in table or "total" not in table or not len(table):
        return table
    stated: dict[str, Any] = {}
    for row, value in zip(records(b.package.claims), b.claims["value"], strict=True):
        if pd.isna(row["fiscal_year"]) or row["status"] == "broken":
            continue
        if (int(row["fiscal_year"]), row["phase"]) == time:
            for cell in filter(None, str(row["about"]).split(";")):
                stated.setdefault(b.cell(cell), value)
    rows = [() if figure is pd.NA else figure.cells for figure in table["total"]]
    values = [next((stated[cell] for cell in cells if cell in stated), None) for cells in rows]
    for at in [n for n, key in enumerate(table.index) if key == TOTAL and values[n] is None]:
        totals = _totals(b, table["total"].iloc[at])
        values[at] = next((value for cell, value in stated.items() if cell in totals), None)
    if any(value is not None for value in values):
        table[name] = FigureArray.of(values)
        table.attrs["labels"][name] = str(say("stated_time", time=b.time_name(time)))
    return table


def _totals(b: Any, whole: Any) -> set[str]:
    """The cells of totals that print this amount."""
    return {
        b.cell(row["cell"])
        for row in records(b.package.amounts)
        if is_total(str(row["function_code"]), str(row["name"]))
        and whole is not pd.NA
        and b.figures[row["cell"]].value == whole.value
    }
