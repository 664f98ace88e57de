"""Figures that remember where they are printed and how exactly, and the ledger that holds them.

A figure is an interval: a value, and the half-width that rounding in print leaves open around it.
Two figures agree when their intervals meet; nothing else is a tolerance.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, Any

from unitbudget.entries import Entry, Row, finest_precision, read_entry, records
from unitbudget.money.amounts import rounded
from unitbudget.money.codes import LEVELS, nearest_above
from unitbudget.money.text import heading

if TYPE_CHECKING:
    import pandas as pd

ZERO = Decimal(0)
HUNDRED = Decimal(100)
#: How the identifier of a table begins that is printed under a title nobody knows.
UNKNOWN = "unknown_"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of a document: value, unit, what rounding leaves open, cells, how it was formed."""

    value: Decimal
    unit: str = "CNY"
    slack: Decimal = ZERO
    cells: tuple[str, ...] = ()
    formula: str = ""

    def __add__(self, other: Figure) -> Figure:
        return self._with(self.value + other.value, other, "+")

    def __sub__(self, other: Figure) -> Figure:
        return self._with(self.value - other.value, other, "−")

    def __neg__(self) -> Figure:
        return Figure(-self.value, self.unit, self.slack, self.cells, f"−{self._inner()}")

    def __abs__(self) -> Figure:
        return self if self.value >= 0 else -self

    def times(self, factor: Decimal) -> Figure:
        """The figure multiplied by an exact number, such as a rate."""
        formula = f"{self._inner()} × {factor.normalize():f}"
        return Figure(self.value * factor, self.unit, self.slack * abs(factor), self.cells, formula)

    @property
    def low(self) -> Decimal:
        return self.value - self.slack

    @property
    def high(self) -> Decimal:
        return self.value + self.slack

    def _with(self, value: Decimal, other: Figure, sign: str) -> Figure:
        if self.unit != other.unit:
            raise ValueError(f"cannot combine {self.unit} with {other.unit}")
        right = other._inner() if sign == "−" else other.formula
        formula = f"{self.formula} {sign} {right}"
        cells = self.cells + other.cells
        return Figure(value, self.unit, self.slack + other.slack, cells, formula)

    def _inner(self) -> str:
        """The formula, in brackets where it is itself a sum."""
        return f"({self.formula})" if " " in self.formula else self.formula


NOTHING = Figure(ZERO, formula="0")


def meets(a: Figure, b: Figure) -> bool:
    """Could both figures be roundings of one and the same number?"""
    return abs(a.value - b.value) <= a.slack + b.slack


def total(figures: Iterable[Figure | None]) -> Figure | None:
    """The sum, a blank counting as zero; nothing where every term is blank."""
    printed = [figure for figure in figures if figure is not None]
    return reduce(Figure.__add__, printed) if printed else None


def share(part: Figure, whole: Figure, places: int = 2) -> Figure | None:
    """The part in percent of the whole; nothing where there is no whole."""
    if whole.low <= 0 <= whole.high:
        return None
    formula = f"{part._inner()} ÷ {whole._inner()}"
    corners = [p * HUNDRED / w for p in (part.low, part.high) for w in (whole.low, whole.high)]
    return _percent(part.value * HUNDRED / whole.value, corners, places, part, whole, formula)


def growth(new: Figure, old: Figure, places: int = 2) -> Figure | None:
    """By how many percent the new figure exceeds the old; nothing where the base is zero."""
    if old.low <= 0 <= old.high:
        return None
    formula = f"({new.formula} − {old._inner()}) ÷ {old._inner()}"
    corners = [(n / o - 1) * HUNDRED for n in (new.low, new.high) for o in (old.low, old.high)]
    middle = (new.value / old.value - 1) * HUNDRED
    return _percent(middle, corners, places, new, old, formula)


def ratio(part: Figure, base: Figure, places: int = 2) -> Figure | None:
    """A change in percent of what it is measured against; as ``share``, for signed parts."""
    return share(part, base, places)


def _percent(
    middle: Decimal, corners: list[Decimal], places: int, a: Figure, b: Figure, formula: str
) -> Figure:
    value = rounded(middle, places)
    slack = max(rounded(max(corners), places) - value, value - rounded(min(corners), places), ZERO)
    return Figure(value, "percent", slack, a.cells + b.cells, formula)


class Ledger:
    """The amounts of one document, found by table, row and column as a reader would name them."""

    def __init__(
        self,
        rows: pd.DataFrame | Iterable[Mapping[str, Any]],
        tables: pd.DataFrame | Iterable[Mapping[str, Any]] = (),
    ) -> None:
        self.entries = [read_entry(row) for row in records(rows)]
        self._tables = {str(row["table_id"]): row for row in records(tables)}
        #: The tables that are printed and that we could not read.
        self.unread = [t for t, row in self._tables.items() if row.get("status") == "unread"]
        self.by_cell = {entry.cell: entry for entry in self.entries}
        self.year = max((entry.year for entry in self.entries), default=0)
        phases = {entry.phase for entry in self.entries if entry.year == self.year}
        self.phase = "executed" if "executed" in phases else "approved"
        self._precision = finest_precision(self.entries)
        self._rows: dict[str, dict[Row, list[Entry]]] = {}
        self._index: dict[tuple[str, str, str], list[Entry]] = {}
        for entry in self.entries:
            row = Row(
                entry.row, entry.direction, entry.code, entry.name, LEVELS.get(len(entry.code), 0)
            )
            self._rows.setdefault(entry.table, {}).setdefault(row, []).append(entry)
            keys = {("code", entry.code)} if entry.code else {("name", heading(entry.name))}
            for kind, key in keys:
                self._index.setdefault((entry.table, kind, key), []).append(entry)

    @property
    def tables(self) -> list[str]:
        """The tables the document prints, those that are empty or unread too."""
        return list(dict.fromkeys([*self._tables, *self._rows]))

    def has(self, table: str) -> bool:
        """Is the table printed, be it empty, and was it read?"""
        return table in self._rows or (table in self._tables and table not in self.unread)

    def empty(self, table: str) -> bool:
        """Is the table printed without a single amount?"""
        return self.has(table) and table not in self._rows

    def may_be_unread(self, table: str) -> bool:
        """Can one of the unread tables be this one? One nobody knows may be any."""
        unknown = any(name.startswith(UNKNOWN) for name in self.unread)
        return table in self.unread or (unknown and not self.has(table))

    def note(self, table: str) -> str:
        """What is printed under the table to explain it."""
        return str(self._tables.get(table, {}).get("note") or "")

    def rows(self, table: str, direction: str | None = None) -> list[Row]:
        """The printed rows with at least one amount, in order."""
        rows = sorted(self._rows.get(table, {}), key=lambda row: (row.number, row.direction))
        return [row for row in rows if direction in (None, row.direction)]

    def codes(self, table: str, direction: str | None = None) -> list[str]:
        """The codes of the table in printed order, each once."""
        return list(dict.fromkeys(row.code for row in self.rows(table, direction) if row.code))

    def children(self, table: str, code: str = "") -> list[str]:
        """The codes whose nearest printed ancestor is this one; without a code, the topmost."""
        codes = self.codes(table)
        return [child for child in codes if nearest_above(child, set(codes)) == code]

    def one(
        self,
        table: str,
        code: str = "",
        name: str = "",
        measure: str = "total",
        year: int | None = None,
        phase: str | None = None,
        direction: str | None = None,
    ) -> Figure | None:
        """The figure printed there, or nothing; the document's own year and phase if not said."""
        entry = self.entry(table, code, name, measure, year, phase, direction)
        return self.figure(entry) if entry else None

    def entry(
        self,
        table: str,
        code: str = "",
        name: str = "",
        measure: str = "total",
        year: int | None = None,
        phase: str | None = None,
        direction: str | None = None,
    ) -> Entry | None:
        """The printed amount there, or nothing."""
        key = ("code", code) if code else ("name", heading(name))
        year = self.year if year is None else year
        phase = self.phase if phase is None and year == self.year else phase
        for entry in self._index.get((table, *key), ()):
            if (
                entry.measure == measure
                and entry.year == year
                and phase in (None, entry.phase)
                and direction in (None, entry.direction)
            ):
                return entry
        return None

    def figure(self, entry: Entry) -> Figure:
        """The printed amount with what its rounding leaves open."""
        return Figure(entry.value, entry.unit, self.slack(entry), (entry.cell,), f"{entry.value:f}")

    def slack(self, entry: Entry) -> Decimal:
        """What rounding in print leaves open: as for the finest amount of the table.

        A bare 0 among decimals is nil: rounding to decimals would have printed them.
        """
        finest = self._precision[entry.table, entry.unit]
        return ZERO if entry.printed == "0" and finest < entry.precision else finest
