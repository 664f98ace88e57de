"""The printed tables of a document laid out as DataFrames of figures.

Each cell knows what it is a part of: the codes above it, the totals of its column, and along its
row what the total is made of. So no sum of a printed table counts an amount twice.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.words import say, vocabulary
from unitbudget.errors import UnitBudgetError
from unitbudget.money.amounts import FEN, rounded
from unitbudget.money.figure import COUNT, YUAN, Cell, Figure
from unitbudget.money.frames import FigureArray
from unitbudget.money.text import heading
from unitbudget.package import records

TOTAL, LEVELS = "合计", {3: "类", 5: "款", 7: "项"}


class UnknownWord(UnitBudgetError):
    """A table, measure, row or document nobody has heard of, and the nearest one that exists."""


def known(kind: str, word: str, names: Mapping[str, str]) -> str:
    """The identifier a reader means: itself, in Chinese, or the beginning of either."""
    if word in names:
        return word
    chinese = {heading(said): name for name, said in reversed(list(names.items())) if said}
    wanted = heading(word)
    if wanted in chinese:
        return chinese[wanted]
    for fits in (str.startswith, str.__contains__):
        found = [
            name
            for name, said in names.items()
            if wanted and (fits(name, word) or fits(heading(said), wanted))
        ]
        if len(found) == 1 or (found and fits is str.startswith):
            return found[0]
    near = get_close_matches(word, names, 1, 0.6)
    near = near or get_close_matches(wanted, chinese, 1, 0.4)
    if near:
        name = chinese.get(near[0], near[0])
        raise UnknownWord(str(say("did_you_mean", kind=kind, word=word, name=_both(name, names))))
    listed = "、".join(_both(name, names) for name in names) or "（无）"
    raise UnknownWord(str(say("unknown_word", kind=kind, word=word, names=listed)))


def _both(name: str, names: Mapping[str, str]) -> str:
    return f"{name}（{names[name]}）" if names[name] else name


@dataclass(frozen=True, slots=True)
class _Row:
    """One printed row of one side of a table, and the rows it is part of where it has no code."""

    number: int
    direction: str
    code: str
    name: str
    above: tuple[int, ...] = ()
    sums_up: bool = False

    @property
    def is_total(self) -> bool:
        return self.sums_up or is_total(self.code, self.name)


def exact(value: Any, unit: str) -> Decimal:
    """A number of the package: money to the fen, counts without decimals."""
    exact = Decimal(str(value))
    if unit == YUAN:
        return rounded(exact, 2)
    whole = unit == COUNT and exact == exact.to_integral_value()
    return exact.quantize(Decimal(1)) if whole else exact


def figure_at(row: Mapping[Any, Any], finest: float, cell: Cell) -> Figure:
    """A printed amount with what its rounding leaves open: as for the finest of its table.

    A bare 0 among decimals is nil: rounding to decimals would have printed them.
    """
    unit, half = str(row["unit"]), Decimal(str(finest))
    nil = (unit == YUAN and half < FEN) or (row["printed"] == "0" and finest < row["precision"])
    value = exact(row["value"], unit)
    return Figure.printed(value, Decimal(0) if nil else half, unit, cell, f"{value:f}")


def is_total(code: str, name: str) -> bool:
    """Is this the row of a printed total?"""
    return not code and heading(name) in _names_of_totals()


@cache
def _names_of_totals() -> frozenset[str]:
    roles = rule_book().roles
    words = (name for role in ("total", "current", "opening") for name in roles.get(role, ()))
    return frozenset(
        {heading(word) for word in words} | set(vocabulary()["nature_totals"].values())
    )


def cells_of(budget: Any, amounts: pd.DataFrame) -> dict[str, Cell]:
    """The cells of one table: a code is a part of the codes above it, all of the totals.

    Along a row the parts of the total are parts of it as well.
    """
    rows = records(amounts)
    printed = _rows(rows)
    at: dict[tuple[Any, ...], list[tuple[_Row, str]]] = {}
    for row, own in zip(rows, printed, strict=True):
        at.setdefault(_column(row), []).append((own, str(row["cell"])))
    parts = vocabulary()["parts"]
    above = {part: whole for whole, names in parts.items() for part in names}
    found = {}
    for row, own in zip(rows, printed, strict=True):
        column = _column(row)
        wholes = [cell for other, cell in at[column] if _is_part(own, other)]
        measure = str(row["measure"])
        while measure in above:
            measure = above[measure]
            beside = at.get((*column[:-1], measure), [])
            wholes += [cell for other, cell in beside if other == own or _is_part(own, other)]
        label = _label(budget, own, row)
        place = str(row["cell"])
        found[place] = Cell(place, budget.id, label, wholes)
    return found


def _column(row: Mapping[Any, Any]) -> tuple[Any, ...]:
    return row["direction"], row["fiscal_year"], row["phase"], row["unit"], row["measure"]


def _rows(rows: list[dict[Any, Any]]) -> list[_Row]:
    """The printed row each amount stands in.

    Where all rows but the first have codes and add up to it, the first one sums them up, whatever
    it is called: some print the body's own name there.
    """
    parent = {(r["direction"], int(r["row"])): r["part_of"] for r in rows}
    sums = {side: _first_sums_up([r for r in rows if r["direction"] == side])
            for side in dict.fromkeys(r["direction"] for r in rows)}  # fmt: skip
    found = []
    for row in rows:
        side, number = str(row["direction"]), int(row["row"])
        above: list[int] = []
        place = parent[side, number]
        while not pd.isna(place) and int(place) not in above:
            above.append(int(place))
            place = parent.get((side, int(place)), pd.NA)
        name, code = str(row["name"]), str(row["function_code"] or row["economic_code"] or "")
        found.append(_Row(number, side, code, name, tuple(above), number == sums[side]))
    return found


def _first_sums_up(rows: list[dict[Any, Any]]) -> int | None:
    """The first row, if it alone has no code and what is coded shortest adds up to it."""
    coded = {int(r["row"]): str(r["function_code"] or r["economic_code"] or "") for r in rows}
    bare = [number for number, code in coded.items() if not code]
    if len(bare) != 1 or bare[0] != min(coded) or len(coded) == 1:
        return None
    top = min(len(code) for code in coded.values() if code)
    totals = [
        (coded[int(r["row"])], Decimal(str(r["value"]))) for r in rows if r["measure"] == "total"
    ]
    whole = [value for code, value in totals if not code]
    parts = [value for code, value in totals if len(code) == top]
    return bare[0] if whole and sum(whole) == sum(parts) else None


def _is_part(part: _Row, whole: _Row) -> bool:
    if part.number == whole.number and part.name == whole.name:
        return False
    if whole.code:
        return part.code.startswith(whole.code) and part.code != whole.code
    if kind := _nature_summed(whole):  # sums up the items of its own nature, and no other sum
        return bool(part.code) and part.code.startswith(tuple(rule_book().natures[kind]))
    if whole.is_total or (whole.number in part.above and whole.direction == part.direction):
        return True
    words = vocabulary()["funds"]
    own, name = heading(part.name), heading(whole.name)
    return not part.code and bool(re.search(words["whole"], name) and re.search(words["part"], own))


def _nature_summed(row: _Row) -> str:
    """Whose sum a row is: of personnel or of operating funds, or of neither."""
    sums = {words: kind for kind, words in vocabulary()["nature_totals"].items()}
    return "" if row.code else str(sums.get(heading(row.name), ""))


def _label(budget: Any, own: _Row, row: Mapping[Any, Any]) -> str:
    name = " ".join(filter(None, [own.code, own.name])) or TOTAL
    measure = rule_book().measures.get(str(row["measure"]), str(row["measure"]))
    time = budget.time_name((int(row["fiscal_year"]), str(row["phase"])))
    return f"{name}·{time}" + ("" if row["measure"] == "total" else f"·{measure}")


class Sheet:
    """One printed table, or one side of it, laid out as a DataFrame."""

    def __init__(self, budget: Any, table: str, side: str, spanning: bool) -> None:
        self.budget, self.table, self.side, self.spanning = budget, table, side, spanning
        amounts = budget.amounts_of(table)
        self.amounts = amounts[amounts["direction"] == side] if side else amounts

    @property
    def frame(self) -> Any:
        rows = records(self.amounts)
        by_row: dict[_Row, dict[str, Figure]] = {}
        labels: dict[str, str] = {}
        for row, own in zip(rows, _rows(rows), strict=True):
            name = self._name(row)
            labels.setdefault(name, self._label(row))
            by_row.setdefault(own, {}).setdefault(name, self._figure(row))
        ordered = sorted(by_row, key=lambda row: (row.direction != "revenue", row.number))
        body = [*ordered] or [_Row(0, self.side, "", TOTAL)]
        columns = sorted({*labels, "total"}, key=self._order)
        foot = self._foot(body)
        coded = {row.direction for row in body if row.code}
        data: dict[str, Any] = {
            "name": [row.name or TOTAL for row in body],
            "level": [self._level(row, foot, row.direction in coded) for row in body],
        }
        sides = dict.fromkeys(row.direction for row in body)
        if len(sides) > 1:
            data["direction"] = [row.direction for row in body]
        for column in columns:
            found = (by_row.get(row, {}).get(column) for row in body)
            data[column] = FigureArray.of(found)
        index = self._index(body, foot)
        frame: Any = pd.DataFrame(data, index=pd.Index(index, name="code", dtype=object))
        frame.attrs = self._about(labels, rows)
        return frame

    @staticmethod
    def _index(body: list[_Row], foot: set[_Row]) -> list[str]:
        """What each row is found by; a 合计 that a side prints once more is 合计（2）."""
        again = f"{TOTAL}（2）"
        names = (row.code or (again if row.name == TOTAL else row.name) for row in body)
        return [TOTAL if row in foot else name for row, name in zip(body, names, strict=True)]

    def _about(self, labels: Mapping[str, str], rows: list[dict[Any, Any]]) -> dict[str, Any]:
        words = str(vocabulary()["directions"].get(self.side, ""))
        title = "·".join(filter(None, [self.budget.table_name(self.table), words]))
        missing = self.budget.missing(self.table)
        if not missing and not rows:
            missing = str(
                say("no_measure", table=self.budget.table_name(self.table), measure=words)
            )
        return {
            "title": title,
            "document": self.budget.id,
            "table": self.table,
            "missing": missing,
            "source": self.budget.source(self.table, {int(row["page"]) for row in rows}),
            "labels": dict(labels),
        }

    def _name(self, row: Mapping[Any, Any]) -> str:
        """The column of an amount: its measure, and its time where that is not the table's own."""
        measure, (year, phase) = str(row["measure"]), self.budget.time
        if int(row["fiscal_year"]) == year:
            return measure if row["phase"] == phase else f"{measure}_{row['phase']}"
        ago = year - int(row["fiscal_year"])
        return f"{measure}_last_{row['phase']}" if ago == 1 else f"{measure}_{row['fiscal_year']}"

    def _label(self, row: Mapping[Any, Any]) -> Any:
        time = self.budget.time_name((int(row["fiscal_year"]), str(row["phase"])))
        if row["measure"] == "total":
            return time
        said = rule_book().measures.get(str(row["measure"]), str(row["measure"]))
        own = (int(row["fiscal_year"]), str(row["phase"])) == self.budget.time
        return said if own else str(say("measured", time=time, measure=said))

    @staticmethod
    def _order(column: str) -> tuple[int, bool, str]:
        measures = list(rule_book().measures)
        base = re.sub(r"_(?:last_)?(?:executed|approved)$|_\d{4}$", "", column)
        place = measures.index(base) if base in measures else len(measures)
        return place, column != base, column

    def _figure(self, row: Mapping[Any, Any]) -> Any:
        figure = self.budget.figures[str(row["cell"])]
        if not self.spanning:
            return figure
        own = self.budget.cell(str(row["cell"]))
        cell = Cell(own.place, own.document, f"{self.budget.title}·{own.label}", own.wholes, True)
        return Figure(figure.value, figure.unit, figure.low, figure.high, (cell,), figure.terms)

    @staticmethod
    def _foot(rows: list[_Row]) -> set[_Row]:
        """The total of each side: the grand total where several sums are printed."""
        found: dict[str, list[_Row]] = {}
        for row in rows:
            if row.is_total and not _nature_summed(row):
                found.setdefault(row.direction, []).append(row)
        grand = rule_book().roles.get("total", ())
        return {
            next(
                (row for row in reversed(sums) if heading(row.name) in map(heading, grand)),
                sums[-1],
            )
            for sums in found.values()
        }

    @staticmethod
    def _level(row: _Row, foot: set[_Row], coded: bool) -> str:
        if row in foot or row.is_total:
            return TOTAL
        if row.code:
            return LEVELS.get(len(row.code), "")
        if row.above:
            return (*LEVELS.values(), "")[min(len(row.above), len(LEVELS))]
        words = vocabulary()["funds"]
        below = re.search(words["part"], heading(row.name)) and not coded
        return "款" if below else "类"


def leaves(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a table that no other row details further, without its totals."""
    codes = [str(code) for code in table.index]
    above = {code[:width] for code in codes for width in (3, 5) if width < len(code)}
    depths = [[TOTAL, *LEVELS.values()].index(each or "项") for each in table["level"]]
    detailed = [below > own for own, below in zip(depths, [*depths[1:], 0], strict=False)]
    kept = [
        bool(depth) and code not in above and (code.isdigit() or not more)
        for code, depth, more in zip(codes, depths, detailed, strict=True)
    ]
    return table[pd.array(kept, dtype=bool)]
