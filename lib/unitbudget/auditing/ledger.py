"""The one index of a document's amounts: by cell, by row and column, by the names prose uses.

Three things are kept apart: an amount that is printed, a blank (nothing inside a sum), and a place
the document does not have, of which nothing can be said.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from functools import cache, cached_property
from typing import Any, NamedTuple

from unitbudget.auditing.rule_language import Term
from unitbudget.auditing.rules import RuleBook, rule_book
from unitbudget.auditing.side import Column, Entry, Row, Side, entries_of
from unitbudget.documents import LEARNED, UNKNOWN
from unitbudget.money.codes import LEVELS, code_named, is_code, nearest_above, parent
from unitbudget.money.figure import YUAN, Figure
from unitbudget.money.text import heading

#: So much of its tables learned, and the whole document is laid out in a way nobody taught.
MOST_LEARNED = 0.25
_DECLARES_NONE = re.compile(r"空表|无数据|未安排|没有|无.{0,40}([收支]|拨款|安排|预算|经费)")


class Slot(NamedTuple):
    """A place of the grid, printed or blank: a side of a table, a row of it, a column."""

    table: str
    direction: str
    key: str
    column: Column


class Found(NamedTuple):
    """The rows a rule's words point at in one side of a table, or why there are none."""

    table: str = ""
    side: Side | None = None
    keys: tuple[str, ...] = ()
    missing: str = ""
    known_empty: bool = False


class Ledger:
    """The amounts of one document, found as a rule names them and as a reader would.

    ``rows`` are those of ``amounts.csv`` or frames of them; ``tables`` those of ``tables.csv``.
    """

    def __init__(
        self, rows: Iterable[Mapping[str, Any]], tables: Iterable[Mapping[str, Any]] = ()
    ) -> None:
        self.book = rule_book()
        self.entries = entries_of(_records(rows))
        #: What is known of each table: title, pages, unit, status, note.
        self.about = {str(row["table_id"]): row for row in _records(tables)}
        #: The tables that are printed and that we could not read.
        self.unread = [t for t, row in self.about.items() if row.get("status") == "unread"]
        self.year = max((entry.year for entry in self.entries), default=0)
        phases = {entry.phase for entry in self.entries if entry.year == self.year}
        self.phase = "executed" if "executed" in phases else "approved"
        self._sides: dict[str, dict[str, Side]] = {}
        self._file(self.entries)

    def _file(self, entries: Iterable[Entry]) -> None:
        fresh: list[Side] = []
        for entry in entries:
            sides = self._sides.setdefault(entry.table, {})
            side = sides.get(entry.direction)
            if side is None:
                side = sides[entry.direction] = Side(_roles(), entry.direction)
                fresh.append(side)
            side.file(entry)
        for side in fresh:
            side.arrange()
        self.by_cell = {entry.cell: entry for entry in self.entries}
        self._found: dict[tuple[int, str, str], tuple[Term, Found]] = {}
        self.no_column = cache(self._no_column)
        self._rows = {
            table: sorted(
                (row for side in sides.values() for row in _rows_of(side)),
                key=lambda row: (row.number, row.direction),
            )
            for table, sides in self._sides.items()
        }
        self._name_categories()

    @property
    def _every(self) -> Iterator[Side]:
        """Every side of every table."""
        return (side for sides in self._sides.values() for side in sides.values())

    def beside(self, stated: Iterable[Entry]) -> Ledger:
        """The same document with what is stated outside its tables, as tables of their own."""
        other = copy(self)
        more = list(stated)
        other.entries = [*self.entries, *more]
        other._sides = {table: {**sides} for table, sides in self._sides.items()}
        other._file(more)
        return other

    # ---- what is printed and what is not ---------------------------------------------------------

    @property
    def tables(self) -> list[str]:
        """The tables the document prints, those that are empty or unread too."""
        return list(dict.fromkeys([*self.about, *self._rows]))

    def has(self, table: str) -> bool:
        """Is the table printed, be it empty, and was it read?"""
        return table in self._rows or (table in self.about and table not in self.unread)

    def empty(self, table: str) -> bool:
        """Is the table printed without a single amount?"""
        return self.has(table) and table not in self._rows

    def may_be_unread(self, table: str) -> bool:
        """Can one of the unread tables be this one? One nobody knows may be any."""
        unknown = any(name.startswith(UNKNOWN) for name in self.unread)
        return table in self.unread or (unknown and not self.has(table))

    def note(self, table: str) -> str:
        """What is printed under the table to explain it."""
        return str(self.about.get(table, {}).get("note") or "")

    def declared_empty(self, table: str) -> bool:
        """Does the note under the table, or the prose, say that there is nothing to report?"""
        stated = self.side("stated_none")
        said = stated is not None and heading(table) in stated.rows
        return said or bool(_DECLARES_NONE.search(heading(self.note(table))))

    @cached_property
    def untaught(self) -> set[str]:
        """The tables rules may not be written for: those learned, or all where many are."""
        read = {name: row for name, row in self.about.items() if row.get("status") != "unread"}
        learned = {name for name, row in read.items() if row.get("understood_by") == LEARNED}
        return set(read) if len(learned) > MOST_LEARNED * len(read) else learned

    def classified(self, table: str) -> bool:
        """Are the rows of the table classified? One without rows counts as classified."""
        name, _, direction = table.partition("/")
        side = self.side(name, direction)
        return side is None or side.classified

    # ---- as a reader looks it up -----------------------------------------------------------------

    def rows(self, table: str, direction: str | None = None) -> list[Row]:
        """The printed rows with at least one amount, in order."""
        rows = self._rows.get(table, [])
        return [row for row in rows if direction in (None, row.direction)]

    def codes(self, table: str, direction: str | None = None) -> list[str]:
        """The codes of the table in printed order, each once."""
        return list(dict.fromkeys(row.code for row in self.rows(table, direction) if row.code))

    def children(self, table: str, code: str = "") -> list[str]:
        """The codes whose nearest printed ancestor is this one; without a code, the topmost."""
        codes = self.codes(table)
        return [child for child in codes if nearest_above(child, set(codes)) == code]

    def name(self, table: str, code: str) -> str:
        """The name printed beside a code."""
        return next((row.name for row in self.rows(table) if row.code == code), "")

    def one(self, table: str, row: str = "", measure: str = "total", **when: Any) -> Figure | None:
        """The figure printed there, or nothing; as ``entry``."""
        entry = self.entry(table, row, measure, **when)
        return entry.figure if entry else None

    def entry(
        self,
        table: str,
        row: str = "",
        measure: str = "total",
        *,
        year: int | None = None,
        phase: str | None = None,
        direction: str | None = None,
    ) -> Entry | None:
        """The amount printed in the row of that code or name, or nothing.

        Without a year and a phase it is the document's own; of another year any phase will do.
        """
        year = self.year if year is None else year
        phase = self.phase if phase is None and year == self.year else phase
        key = row if row.isdigit() else heading(row)
        for side in self._sides.get(table, {}).values():
            if direction not in (None, side.direction):
                continue
            for column, entry in side.rows.get(key, {}).items():
                here = column.measure == measure and column.year == year
                if here and phase in (None, column.phase):
                    return entry
        return None

    @cached_property
    def named(self) -> dict[str, list[tuple[str, str]]]:
        """Where each name of a functional code is printed: (table, code), as prose looks for it."""
        found: dict[str, list[tuple[str, str]]] = {}
        for table in self.book.listing["by_function"]:
            for row in self.rows(table):
                if row.code:
                    found.setdefault(bare_name(row.name), []).append((table, row.code))
        return found

    # ---- as a rule points at it ------------------------------------------------------------------

    def side(self, table: str, side: str = "") -> Side | None:
        """One side of a table; the expenditure side where a table has both."""
        sides = self._sides.get(table, {})
        return sides.get(side) if side else sides.get("expenditure") or sides.get("revenue")

    def slot(self, entry: Entry) -> Slot:
        """Where in the grid an amount stands."""
        return Slot(entry.table, entry.direction, entry.key, entry.column)

    def at(self, slot: Slot) -> Entry | None:
        """What is printed there, or nothing."""
        side = self.side(slot.table, slot.direction)
        return side.rows.get(slot.key, {}).get(slot.column) if side else None

    def each(self, tables: Iterable[str], kind: str) -> list[str]:
        """The rows of that kind over all these tables, each once, in printed order."""
        rows: dict[str, None] = {}
        for name in tables:
            table, _, direction = name.partition("/")
            if side := self.side(table, direction):
                rows |= dict.fromkeys(side.each(kind))
        return list(rows)

    def find(self, term: Term, table: str, row: str) -> Found:
        """The rows a term points at where a rule is applied, or why there are none."""
        key = id(term), table, row
        kept = self._found.get(key)
        if kept is None or kept[0] is not term:
            kept = self._found[key] = term, self._find(term, table, row)
        return kept[1]

    def _find(self, term: Term, table: str, row: str) -> Found:
        table, direction = _place(term, table)
        side = self.side(table, direction)
        if side is None:
            return self._nowhere(term, table)
        if row.isdigit() and term.rows == "row" and not (side.codes or side.categories):
            return Found(table, side, missing=self.no_codes(table))
        keys = tuple(side.select(term.rows, row))
        role = row if term.rows == "row" else term.rows
        missing = ""
        if not keys and role == "parts":
            missing = "没有列出各部分"
        elif not keys and role.startswith("items"):
            missing = f"{self.title(table)}没有列出各项"
        elif not keys and role in side.roles:
            missing = f"{self.title(table)}没有“{self.book.roles[role][0]}”行"
        return Found(table, side, keys, missing)

    def _nowhere(self, term: Term, table: str) -> Found:
        """What is known of a table, or a side of it, that prints no amount."""
        if not self.has(table):
            known = term.table_may_be_missing and not self.may_be_unread(table)
            missing = self.absent(table)
        elif self.empty(table):
            known = self.declared_empty(table) or term.table_may_be_missing
            missing = f"{self.title(table)}为空而未说明"
        else:
            known, missing = False, f"{self.title(table)}的这一侧没有印数"
        return Found(table, known_empty=known, missing="" if known else missing)

    def lines(self, term: Term, table: str, row: str) -> list[list[Entry]]:
        """Every printing of the rows a term points at, be they printed more than once."""
        found = self.find(term, table, row)
        side = found.side
        return [line for key in found.keys for line in side.lines[key].values()] if side else []

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
        found = self.find(term, table, row)
        if found.side is None:
            return [], []
        rows = {key: next(iter(found.side.lines[key].values())) for key in found.keys}
        return [rows[key] for key in found.side.exchanged(list(found.keys))], list(rows.values())

    def columns(self, table: str, unit: str = YUAN) -> list[Column]:
        """The printed columns of a table, or of one side of it, that hold amounts."""
        name, _, direction = table.partition("/")
        side = self.side(name, direction)
        return [column for column, its in side.columns.items() if its == unit] if side else []

    def times(self, table: str) -> list[Column]:
        """The years and phases a table speaks of."""
        sides = self._sides.get(table, {}).values()
        seen = {(column.year, column.phase): None for side in sides for column in side.columns}
        return [Column("", year, phase) for year, phase in seen]

    def column(self, term: Term, column: Column | None) -> Column:
        """The column a term means where a rule is applied to another one."""
        if term.measure == "column" and column and not term.time:
            return column
        measure = column.measure if term.measure == "column" and column else term.measure
        year, phase = self.year, self.phase
        if term.time == "time" and column:
            year, phase = column.year, column.phase
        elif term.time:
            when, _, done = term.time.rpartition(".")
            year, phase = year - (when == "last"), done
        return Column(measure, year, phase)

    # ---- as readers call it ----------------------------------------------------------------------

    def title(self, table: str) -> str:
        name, _, direction = table.partition("/")
        side = "的收入" if direction == "revenue" else ""
        return f"《{self.book.tables.get(name, name)}》{side}"

    def absent(self, table: str) -> str:
        """Why nothing is known of a table: it is not printed, or we could not read it."""
        if table in self.unread:
            return f"{self.title(table)}这张表没有读出来"
        other = "，另有认不出的表没有读出来" if self.may_be_unread(table) else ""
        return f"未见{self.title(table)}{other}"

    def no_codes(self, table: str) -> str:
        return f"{self.title(table)}没有按科目分列"

    def _no_column(self, table: str, column: Column) -> str:
        if (column.year, column.phase) not in {(at.year, at.phase) for at in self.times(table)}:
            stage = {"approved": "预算数", "executed": "执行数"}[column.phase]
            return f"{self.title(table)}没有{column.year}年{stage}"
        measure = self.book.measures.get(column.measure, column.measure)
        return f"{self.title(table)}没有“{measure}”"

    def category(self, row: str) -> str:
        """The printed name of a category known by its code."""
        names = (side.rows[row] for side in self._every if row in side.rows)
        return next((entry.name for cells in names for entry in cells.values()), row)

    def _name_categories(self) -> None:
        """Give category rows without code the code that their name has elsewhere."""
        known = {
            _category_name(entry.name): code
            for side in self._every
            for code in side.children.get("", ())
            for entry in side.rows[code].values()
        }
        for side in self._every:
            for key in side.items:
                name = _category_name(key)
                code = known.get(name) or code_named("function", f"{name}支出", 1)
                if code:
                    side.categories.setdefault(code, key)


def bare_name(name: str) -> str:
    """A name as prose and table agree on it: spaces, widths and a closing 支出 aside."""
    return heading(name).removesuffix("支出") or heading(name)


@cache
def _roles() -> dict[str, list[str]]:
    roles: RuleBook = rule_book()
    return {role: [heading(name) for name in names] for role, names in roles.roles.items()}


def _rows_of(side: Side) -> Iterator[Row]:
    for lines in side.lines.values():
        for number, line in lines.items():
            for name in dict.fromkeys(entry.name for entry in line):
                code = line[0].code
                yield Row(number, side.direction, code, name, LEVELS.get(len(code), 0))


def _records(rows: Any) -> list[Mapping[str, Any]]:
    return list(rows.to_dict("records") if hasattr(rows, "to_dict") else rows)


def _place(term: Term, table: str) -> tuple[str, str]:
    """The table and side a term speaks of: its own, or those the rule is applied to."""
    name, _, direction = (term.table or table).partition("/")
    return name, term.side or direction


@cache
def _category_name(printed: str) -> str:
    """The name of a 类 without the words that some tables add to it."""
    return heading(printed).removesuffix("(类)").removesuffix("支出")
