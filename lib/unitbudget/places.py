"""Where in a document a rule's words point: rows by code, name or role, columns by measure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from unitbudget.codes import code_named, nearest_above
from unitbudget.entries import Entry
from unitbudget.figures import Ledger
from unitbudget.rule_language import Term
from unitbudget.rules import RuleBook
from unitbudget.text import heading

_DECLARES_NONE = re.compile(r"空表|无数据|未安排|没有|无.{0,40}(支出|收入|拨款|安排|预算|经费)")


class Column(NamedTuple):
    """One printed column: what it measures, of which year, planned or done."""

    measure: str
    year: int
    phase: str


class Found(NamedTuple):
    """The amounts a rule's words point at, or why there is no such place."""

    entries: tuple[Entry, ...] = ()
    missing: str = ""
    known_empty: bool = False


@dataclass(slots=True)
class Side:
    """One side of one table: its rows in printed order, each by code or name."""

    rows: dict[str, dict[Column, Entry]] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    columns: dict[Column, str] = field(default_factory=dict)
    children: dict[str, list[str]] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)


class Places:
    """The tables of one document, indexed for rules."""

    def __init__(self, ledger: Ledger, book: RuleBook) -> None:
        self.ledger = ledger
        self.book = book
        self._roles = {
            role: [heading(name) for name in names] for role, names in book.roles.items()
        }
        self._sums = {*self._roles.get("total", ()), *self._roles.get("current", ())}
        self._sides: dict[tuple[str, str], Side] = {}
        for entry in ledger.entries:
            self._file(entry)
        for side in self._sides.values():
            self._arrange(side)
        self._name_categories()

    def side(self, table: str, side: str = "") -> Side | None:
        """One side of a table; the expenditure side where a table has both."""
        for direction in [side] if side else ["expenditure", "revenue"]:
            if found := self._sides.get((table, direction)):
                return found
        return None

    def rows(self, tables: tuple[str, ...], kind: str) -> list[str]:
        """The rows of that kind over all these tables, each once, in printed order."""
        rows: dict[str, None] = {}
        for name in tables:
            table, _, direction = name.partition("/")
            if side := self.side(table, direction):
                rows |= dict.fromkeys(self._rows_of(side, kind))
        return list(rows)

    def find(self, term: Term, table: str, row: str, column: Column | None) -> Found:
        """The amounts that a term points at where a rule is applied."""
        there = self.row(term, table, row)
        if there.missing or there.known_empty:
            return there
        side = self.side(term.table or table, term.side)
        wanted = self._column(term, column)
        if side is None or wanted not in side.columns:
            return Found(missing=self._no_column(term.table or table, wanted))
        entries = (side.rows[key].get(wanted) for key in self._keys(side, term.rows, row))
        return Found(tuple(entry for entry in entries if entry))

    def row(self, term: Term, table: str, row: str) -> Found:
        """The row or rows that a term points at, with everything printed in them."""
        table = term.table or table
        side = self.side(table, term.side)
        if not self.ledger.has(table):
            if term.table_may_be_missing:
                return Found(known_empty=True)
            return Found(missing=self.absent(table))
        if side is None and self.ledger.empty(table):
            known = self.declared_empty(table) or term.table_may_be_missing
            missing = f"{self.title(table)}为空而未说明"
            return Found(known_empty=True) if known else Found(missing=missing)
        if side is None:
            return Found(missing=f"{self.title(table)}没有这一侧")
        if row.isdigit() and term.rows == "row" and not (side.codes or side.categories):
            return Found(missing=self.no_codes(table))
        keys = self._keys(side, term.rows, row)
        role = row if term.rows == "row" else term.rows
        if not keys and role in self._roles:
            return Found(missing=f"{self.title(table)}没有“{self.book.roles[role][0]}”行")
        return Found(tuple(entry for key in keys for entry in side.rows[key].values()))

    def columns(self, table: str, unit: str = "CNY") -> list[Column]:
        """The printed columns of a table that hold amounts."""
        side = self.side(table)
        return [column for column, its in side.columns.items() if its == unit] if side else []

    def times(self, table: str) -> list[Column]:
        """The years and phases a table speaks of."""
        sides = (side for (name, _), side in self._sides.items() if name == table)
        seen = {(column.year, column.phase): None for side in sides for column in side.columns}
        return [Column("", year, phase) for year, phase in seen]

    def default(self, measure: str) -> Column:
        """A measure in the document's own year and phase."""
        return Column(measure, self.ledger.year, self.ledger.phase)

    def coded(self, table: str) -> bool:
        """Are the rows of the table classified by code? An empty table counts as classified."""
        name, _, direction = table.partition("/")
        side = self.side(name, direction)
        return side is None or bool(side.codes or side.categories)

    def declared_empty(self, table: str) -> bool:
        """Does the note under the table say that there is nothing to report?"""
        return bool(_DECLARES_NONE.search(heading(self.ledger.note(table))))

    def title(self, table: str) -> str:
        return f"《{self.book.tables.get(table, table)}》"

    def absent(self, table: str) -> str:
        return f"未见{self.title(table)}"

    def no_codes(self, table: str) -> str:
        return f"{self.title(table)}没有按科目分列"

    def category(self, row: str) -> str:
        """The printed name of a category known by its code."""
        names = (side.rows[row] for side in self._sides.values() if row in side.rows)
        return next((entry.name for cells in names for entry in cells.values()), row)

    def _file(self, entry: Entry) -> None:
        side = self._sides.setdefault((entry.table, entry.direction), Side())
        column = Column(entry.measure, entry.year, entry.phase)
        row = side.rows.setdefault(entry.code or heading(entry.name), {})
        row.setdefault(column, entry)
        side.columns.setdefault(column, entry.unit)

    def _arrange(self, side: Side) -> None:
        side.codes = [key for key in side.rows if key.isdigit()]
        printed = set(side.codes)
        for code in side.codes:
            side.children.setdefault(nearest_above(code, printed), []).append(code)

    def _name_categories(self) -> None:
        """Give category rows without code the code that their name has elsewhere."""
        known = {
            heading(entry.name): code
            for side in self._sides.values()
            for code in side.children.get("", ())
            for entry in side.rows[code].values()
        }
        for side in self._sides.values():
            for key in side.rows:
                if key in self._sums or key.isdigit():
                    continue
                code = known.get(key) or code_named("function", key, 1)
                if code:
                    side.categories.setdefault(code, key)

    def _rows_of(self, side: Side, kind: str) -> list[str]:
        total = [role for role in ("total",) if self._role(side, role)]
        match kind:
            case "all":
                return [*side.codes, *total] if side.codes else list(side.rows)
            case "codes":
                return side.codes
            case "codes and total":
                return [*side.codes, *total]
            case "parents":
                return [code for code in side.codes if side.children.get(code)]
            case "categories":
                return [*side.children.get("", []), *side.categories]
            case "total":
                return total
            case "total over codes":
                return total if side.codes else []
        raise ValueError(f"no kind of rows “{kind}”")

    def _keys(self, side: Side, rows: str, row: str) -> list[str]:
        match rows:
            case "row":
                return self._one(side, row)
            case "children":
                return side.children.get(row, [])
            case "tops":
                return side.children.get("", [])
            case "leaves":
                return [code for code in side.codes if not side.children.get(code)]
        if rows in self._roles:
            return self._role(side, rows)
        if rows.startswith("items"):
            return self._items(side, rows.removeprefix("items").strip())
        wanted = _patterns(rows)
        return [key for key in side.rows if wanted.fullmatch(key)]

    def _items(self, side: Side, which: str) -> list[str]:
        """Rows without code that are no totals: all, all ``except`` some, or those ``before`` one."""
        items = [key for key in side.rows if not key.isdigit() and key not in self._sums]
        if which.startswith("before "):
            last = self._role(side, which.removeprefix("before "))
            return [key for key in items if last and _number(side, key) < _number(side, last[0])]
        excepted = _patterns(which.removeprefix("except"))
        return [key for key in items if not excepted.fullmatch(key)]

    def _one(self, side: Side, row: str) -> list[str]:
        if row in side.rows:
            return [row]
        if row in side.categories:
            return [side.categories[row]]
        return self._role(side, row) if row in self._roles else []

    def _role(self, side: Side, role: str) -> list[str]:
        """The row that plays a part such as the grand total, under whichever name."""
        return [name for name in self._roles[role] if name in side.rows][:1]

    def _column(self, term: Term, column: Column | None) -> Column:
        if term.measure == "column" and column and not term.time:
            return column
        measure = column.measure if term.measure == "column" and column else term.measure
        year, phase = self.ledger.year, self.ledger.phase
        if term.time == "time" and column:
            year, phase = column.year, column.phase
        elif term.time:
            when, _, done = term.time.rpartition(".")
            year, phase = year - (when == "last"), done
        return Column(measure, year, phase)

    def _no_column(self, table: str, column: Column) -> str:
        if (column.year, column.phase) not in {(at.year, at.phase) for at in self.times(table)}:
            stage = {"approved": "预算数", "executed": "执行数"}[column.phase]
            return f"{self.title(table)}没有{column.year}年{stage}"
        measure = self.book.measures.get(column.measure, column.measure)
        return f"{self.title(table)}没有“{measure}”"


def _number(side: Side, key: str) -> int:
    """The printed row number of a row."""
    return next(iter(side.rows[key].values())).row


@cache
def _patterns(text: str) -> re.Pattern[str]:
    """Names or codes separated by commas, ``*`` standing for any ending."""
    names = [re.escape(heading(name)).replace(r"\*", ".*") for name in text.split(",")]
    return re.compile("|".join(name for name in names if name) or r"(?!)")
