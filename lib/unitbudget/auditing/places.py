"""Where in a document a rule's words point: rows by code, name or role, columns by measure."""

from __future__ import annotations

import re
from copy import copy
from typing import NamedTuple

from unitbudget.auditing.rule_language import Term
from unitbudget.auditing.rules import RuleBook
from unitbudget.auditing.sides import Column, Side
from unitbudget.entries import Entry
from unitbudget.figures import Ledger
from unitbudget.money.codes import code_named, is_code, parent
from unitbudget.money.text import heading

_DECLARES_NONE = re.compile(r"空表|无数据|未安排|没有|无.{0,40}([收支]|拨款|安排|预算|经费)")


class Found(NamedTuple):
    """The amounts a rule's words point at, or why there is no such place."""

    entries: tuple[Entry, ...] = ()
    missing: str = ""
    known_empty: bool = False
    table: str = ""


class Places:
    """The tables of one document, indexed for rules."""

    def __init__(self, ledger: Ledger, book: RuleBook) -> None:
        self.ledger = ledger
        self.book = book
        roles = {role: [heading(name) for name in names] for role, names in book.roles.items()}
        self._none = Side(roles)
        self._sides: dict[tuple[str, str], Side] = {}
        for entry in ledger.entries:
            self._sides.setdefault((entry.table, entry.direction), Side(roles)).file(entry)
        for side in self._sides.values():
            side.arrange()
        self._name_categories()

    def side(self, table: str, side: str = "") -> Side | None:
        """One side of a table; the expenditure side where a table has both."""
        for direction in [side] if side else ["expenditure", "revenue"]:
            if found := self._sides.get((table, direction)):
                return found
        return None

    def rearranged(
        self, table: str, direction: str, rows: dict[str, dict[Column, Entry]]
    ) -> Places:
        """The same document with the amounts of one side of a table put elsewhere."""
        other, side = copy(self), copy(self._sides[table, direction])
        side.rows = rows
        other._sides = self._sides | {(table, direction): side}
        return other

    def rows(self, tables: tuple[str, ...], kind: str) -> list[str]:
        """The rows of that kind over all these tables, each once, in printed order."""
        rows: dict[str, None] = {}
        for name in tables:
            table, _, direction = name.partition("/")
            if side := self.side(table, direction):
                rows |= dict.fromkeys(side.each(kind))
        return list(rows)

    def find(self, term: Term, table: str, row: str, column: Column | None) -> Found:
        """The amounts that a term points at where a rule is applied."""
        table, direction = _place(term, table)
        side, keys, nothing = self._locate(term, table, direction, row)
        if nothing:
            return nothing._replace(table=table)
        wanted = self._column(term, column)
        if wanted not in side.columns and not side.leaves_blank(wanted):
            return Found(missing=self._no_column(table, wanted), table=table)
        entries = (side.rows[key].get(wanted) for key in keys)
        return Found(tuple(entry for entry in entries if entry))

    def row(self, term: Term, table: str, row: str) -> Found:
        """The row or rows that a term points at, with everything printed in them."""
        table, direction = _place(term, table)
        side, keys, nothing = self._locate(term, table, direction, row)
        return nothing or Found(tuple(e for key in keys for e in side.rows[key].values()))

    def lines(self, term: Term, table: str, row: str) -> list[list[Entry]]:
        """Every printing of the row a term points at, be it printed more than once."""
        table, direction = _place(term, table)
        side, keys, _ = self._locate(term, table, direction, row)
        return [line for key in keys for line in side.lines[key].values()]

    def namesake(self, term: Term, table: str, row: str) -> list[Entry]:
        """That table's row of this code, or of this code's name in the same section."""
        side = self.side(*_place(term, table))
        if side is None or not is_code(row):
            return []
        if row in side.rows:
            return list(side.rows[row].values())
        name, section = heading(self.category(row)), parent(row)
        for code in side.codes if section else ():
            line = list(side.rows[code].values())
            if is_code(code) and parent(code) == section and heading(line[0].name) == name:
                return line
        return []

    def exchanged(
        self, term: Term, table: str, row: str
    ) -> tuple[list[list[Entry]], list[list[Entry]]]:
        """Those of the rows that stand in each other's place, and all of the rows."""
        table, direction = _place(term, table)
        side, keys, _ = self._locate(term, table, direction, row)
        rows = {key: next(iter(side.lines[key].values())) for key in keys}
        return [rows[key] for key in side.exchanged(keys)], list(rows.values())

    def _locate(
        self, term: Term, table: str, direction: str, row: str
    ) -> tuple[Side, list[str], Found | None]:
        """The rows a term points at, or the ``Found`` that says why there are none."""
        side = self.side(table, direction)
        if side is None:
            return self._none, [], self._nowhere(term, table)
        if row.isdigit() and term.rows == "row" and not (side.codes or side.categories):
            return side, [], Found(missing=self.no_codes(table))
        keys = side.select(term.rows, row)
        role = row if term.rows == "row" else term.rows
        if not keys and role == "parts":
            return side, keys, Found(missing="没有列出各部分")
        if not keys and role in side.roles:
            return side, keys, Found(missing=f"{self.title(table)}没有“{self._called(role)}”行")
        return side, keys, None

    def _nowhere(self, term: Term, table: str) -> Found:
        """What is known of a table, or a side of it, that prints no amount."""
        if not self.ledger.has(table):
            none = term.table_may_be_missing and not self.ledger.may_be_unread(table)
            known, missing = none, self.absent(table)
        elif self.ledger.empty(table):
            known = self.declared_empty(table) or term.table_may_be_missing
            missing = f"{self.title(table)}为空而未说明"
        else:
            known, missing = False, f"{self.title(table)}的这一侧没有印数"
        return Found(known_empty=True) if known else Found(missing=missing)

    def _called(self, role: str) -> str:
        return self.book.roles[role][0]

    def columns(self, table: str, unit: str = "CNY") -> list[Column]:
        """The printed columns of a table, or of one side of it, that hold amounts."""
        name, _, direction = table.partition("/")
        side = self.side(name, direction)
        return [column for column, its in side.columns.items() if its == unit] if side else []

    def times(self, table: str) -> list[Column]:
        """The years and phases a table speaks of."""
        sides = (side for (name, _), side in self._sides.items() if name == table)
        seen = {(column.year, column.phase): None for side in sides for column in side.columns}
        return [Column("", year, phase) for year, phase in seen]

    def default(self, measure: str) -> Column:
        """A measure in the document's own year and phase."""
        return Column(measure, self.ledger.year, self.ledger.phase)

    def classified(self, table: str) -> bool:
        """Are the rows of the table classified? One without rows counts as classified."""
        name, _, direction = table.partition("/")
        side = self.side(name, direction)
        return side is None or side.classified

    def declared_empty(self, table: str) -> bool:
        """Does the note under the table, or the prose, say that there is nothing to report?"""
        stated = self.side("stated_none")
        said = stated is not None and heading(table) in stated.rows
        return said or bool(_DECLARES_NONE.search(heading(self.ledger.note(table))))

    def title(self, table: str) -> str:
        name, _, direction = table.partition("/")
        side = "的收入" if direction == "revenue" else ""
        return f"《{self.book.tables.get(name, name)}》{side}"

    def absent(self, table: str) -> str:
        """Why nothing is known of a table: it is not printed, or we could not read it."""
        if table in self.ledger.unread:
            return f"{self.title(table)}这张表没有读出来"
        other = "，另有认不出的表没有读出来" if self.ledger.may_be_unread(table) else ""
        return f"未见{self.title(table)}{other}"

    def no_codes(self, table: str) -> str:
        return f"{self.title(table)}没有按科目分列"

    def category(self, row: str) -> str:
        """The printed name of a category known by its code."""
        names = (side.rows[row] for side in self._sides.values() if row in side.rows)
        return next((entry.name for cells in names for entry in cells.values()), row)

    def _name_categories(self) -> None:
        """Give category rows without code the code that their name has elsewhere."""
        known = {
            _category_name(entry.name): code
            for side in self._sides.values()
            for code in side.children.get("", ())
            for entry in side.rows[code].values()
        }
        for side in self._sides.values():
            for key in side.items:
                name = _category_name(key)
                code = known.get(name) or code_named("function", f"{name}支出", 1)
                if code:
                    side.categories.setdefault(code, key)

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


def _place(term: Term, table: str) -> tuple[str, str]:
    """The table and side a term speaks of: its own, or those the rule is applied to."""
    name, _, direction = (term.table or table).partition("/")
    return name, term.side or direction


def _category_name(printed: str) -> str:
    """The name of a 类 without the words that some tables add to it."""
    return heading(printed).removesuffix("(类)").removesuffix("支出")
