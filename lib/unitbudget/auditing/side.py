"""One printed amount, and one side of a printed table with its rows as rules name them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from unitbudget.auditing.rules import SUMMING
from unitbudget.money.amounts import FEN, UNITS
from unitbudget.money.codes import LISTS, code_named, groups, is_code, nearest_above, parent
from unitbudget.money.figure import YUAN, ZERO, Figure
from unitbudget.money.text import heading


class Column(NamedTuple):
    """One printed column: what it measures, of which year, planned or done."""

    measure: str
    year: int
    phase: str


class Row(NamedTuple):
    """One printed row of one side of a table."""

    number: int
    direction: str
    code: str
    name: str
    level: int  # 1-3 for 类, 款, 项; 0 without a code or with a misprinted one


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed amount: where it stands, what it says, what rounding leaves open around it."""

    table: str
    row: int
    direction: str
    code: str
    name: str
    measure: str
    year: int
    phase: str
    value: Decimal
    unit: str
    printed: str
    precision: Decimal
    cell: str
    page: int = 0
    #: The row of the same side this one is part of, where no code says so; 0 for none.
    part_of: int = 0
    figure: Figure = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        if self.figure is None:
            object.__setattr__(self, "figure", self.open_by(ZERO))

    def open_by(self, half: Decimal) -> Figure:
        """The amount as a figure, open by so much each way."""
        return Figure.printed(self.value, half, self.unit, self.cell, f"{self.value:f}")

    @property
    def key(self) -> str:
        """What its row goes by."""
        return self.code or heading(self.name)

    @property
    def column(self) -> Column:
        return Column(self.measure, self.year, self.phase)

    @property
    def label(self) -> str:
        """The amount as people point at it: ``table/code or name/measure=printed``."""
        return f"{self.table}/{self.code or self.name or '-'}/{self.measure}={self.printed}"


def entries_of(rows: Iterable[Mapping[str, Any]]) -> list[Entry]:
    """The printed amounts of rows of ``amounts.csv``, each with what rounding leaves open.

    A table is as exact as its finest amount: trailing zeros may be left out. To the fen, nothing
    is left open, unless digits below the fen were printed and cut; and a bare 0 among decimals is
    nil, for rounding to decimals would have printed them.
    """
    read = [_read(row) for row in rows]
    finest: dict[tuple[str, str], Decimal] = {}
    for entry in read:
        key = entry.table, entry.unit
        finest[key] = min(finest.get(key, entry.precision), entry.precision)
    for entry in read:
        half = finest[entry.table, entry.unit]
        if (entry.printed == "0" and half < entry.precision) or (entry.unit == YUAN and half < FEN):
            half = ZERO
        exact = _uncut(entry)
        if exact is not None:
            around = replace(entry.figure, low=exact - FEN / 2, high=exact + FEN / 2)
            object.__setattr__(entry, "figure", around)
        elif half:
            object.__setattr__(entry, "figure", entry.open_by(half))
    return read


def _uncut(entry: Entry) -> Decimal | None:
    """What is printed to digits below the fen, in yuan; nothing where no digit was cut off."""
    places = len(entry.printed.partition(".")[2])
    if places <= 2 or entry.unit != YUAN:
        return None
    printed = [Decimal(entry.printed) * unit for unit in UNITS.values()]
    near = [each for each in printed if abs(each - entry.value) <= FEN / 2]
    return near[0] if near and near[0] != entry.value else None


def _read(row: Mapping[str, Any]) -> Entry:
    unit = _text(row["unit"])
    value = Decimal(str(row["value"]))
    return Entry(
        table=_text(row["table_id"]),
        row=int(row["row"]),
        direction=_text(row["direction"]),
        code=_text(row["function_code"]) or _text(row["economic_code"]),
        name=_text(row["name"]),
        measure=_text(row["measure"]),
        year=int(row["fiscal_year"]),
        phase=_text(row["phase"]),
        value=value.quantize(FEN) if unit == YUAN else value,
        unit=unit,
        printed=_text(row["printed"]),
        precision=Decimal(str(row["precision"])),
        cell=_text(row["cell"]),
        page=int(row.get("page") or 0),
        part_of=int(part) if (part := row.get("part_of")) and part == part else 0,
    )


def _text(value: Any) -> str:
    """A text, a missing one read as blank."""
    return "" if value is None or value != value else str(value)


class Side:
    """The rows of one side of a table in printed order, each known by its code or its name.

    ``roles`` says under which names a row such as the grand total may go.
    """

    def __init__(self, roles: Mapping[str, list[str]], direction: str = "") -> None:
        self.roles, self.direction = roles, direction
        self.sums = {name for role in SUMMING for name in roles.get(role, ())}
        self.inner: set[str] = set()
        self.rows: dict[str, dict[Column, Entry]] = {}
        self.lines: dict[str, dict[int, list[Entry]]] = {}
        self.columns: dict[Column, str] = {}
        self.codes: list[str] = []
        self.children: dict[str, list[str]] = {}
        self.categories: dict[str, str] = {}

    def file(self, entry: Entry) -> None:
        """Take in one printed amount."""
        column, key = entry.column, entry.key
        if (entry.part_of or entry.name.startswith("其中")) and key not in self.rows:
            self.inner.add(key)
        self.rows.setdefault(key, {}).setdefault(column, entry)
        self.lines.setdefault(key, {}).setdefault(entry.row, []).append(entry)
        self.columns.setdefault(column, entry.unit)

    def arrange(self) -> None:
        """Find out which code belongs under which, once everything is taken in."""
        self.codes = [key for key in self.rows if key.isdigit() and not self._is_unit(key)]
        printed = set(self.codes)
        for code in self.codes:
            self.children.setdefault(nearest_above(code, printed), []).append(code)

    def _is_unit(self, code: str) -> bool:
        """Is it the row of a unit under its own number: of no category, and no item by its name?"""
        if is_code(code) and code[:3] in groups():
            return False
        name = next(iter(self.rows[code].values())).name
        levels = ((kind, level) for kind in LISTS for level in (1, 2, 3))
        return bool(name) and not any(code_named(kind, name, level) for kind, level in levels)

    @property
    def items(self) -> list[str]:
        """The rows without code that are no totals and no parts of other rows."""
        return [key for key in self.rows if not key.isdigit() and key not in self.sums | self.inner]

    @property
    def classified(self) -> bool:
        """Are the rows classified? A table of nothing but totals counts as classified."""
        if self.codes or self.categories:
            return True
        return "" not in self.rows and self.sums >= self.rows.keys()

    def role(self, role: str) -> list[str]:
        """The row that plays a part such as the grand total, under whichever name."""
        return [name for name in self.roles.get(role, ()) if name in self.rows][:1]

    def leaves_blank(self, column: Column) -> bool:
        """Is it printed and blank? In a table of one row its measure at another time tells."""
        if len(self.rows) != 1:
            return False
        stages = {(at.year, at.phase) for at in self.columns}
        measures = {at.measure for at in self.columns}
        return (column.year, column.phase) in stages and column.measure in measures

    def each(self, kind: str) -> list[str]:
        """The rows a rule is applied to one by one. Raises ``ValueError`` for an unknown kind."""
        if kind not in KINDS:
            raise ValueError(f"no kind of rows “{kind}”")
        return KINDS[kind](self)

    @property
    def _total(self) -> list[str]:
        return ["total"] if self.role("total") else []

    def exchanged(self, codes: list[str]) -> list[str]:
        """The two of these rows that stand in each other's place, all others in order of code."""
        astray: list[str] = []
        for printed in self._columns_of([code for code in codes if is_code(code)]):
            astray += [a for a, b in zip(printed, sorted(printed), strict=True) if a != b]
        return astray if len(astray) == 2 else []

    def _columns_of(self, codes: list[str]) -> list[list[str]]:
        """The codes from top to bottom; where codes stand side by side, each column of them."""
        places = [(min(self.lines[code]), code) for code in codes]
        if len({number for number, _ in places}) == len(places):
            return [[code for _, code in sorted(places)]]
        columns: dict[str, list[tuple[int, str]]] = {}
        for number, code in places:
            _, _, column = self.lines[code][number][0].cell.rpartition("C")
            columns.setdefault(column, []).append((number, code))
        return [[code for _, code in sorted(column)] for column in columns.values()]

    def select(self, rows: str, row: str) -> list[str]:
        """The rows a rule's words mean when it is applied to ``row``."""
        match rows:
            case "row":
                return self._one(row)
            case "children":
                return self.children.get(row, [])
            case "parent":
                return self._one(parent(row)) if is_code(row) else []
            case "parts":
                return [key for key in self.rows if row and key.startswith(f"{row}/")]
            case "tops":
                return self.children.get("", [])
            case "leaves":
                return [code for code in self.codes if not self.children.get(code)]
        if rows in self.roles:
            return self.role(rows)
        if rows.startswith("items"):
            return self._items(rows.removeprefix("items").strip())
        wanted = patterns(rows)
        return [key for key in self.rows if wanted.fullmatch(key)]

    def _items(self, which: str) -> list[str]:
        """Rows that are no totals: all, all ``except`` some, or those ``before`` a row."""
        if which.startswith("before "):
            limit = [self._number(key) for key in self.role(which.removeprefix("before "))]
            return [key for key in self.items if limit and self._number(key) < limit[0]]
        excepted = patterns(which.removeprefix("except"))
        return [key for key in self.items if not excepted.fullmatch(key)]

    def _one(self, row: str) -> list[str]:
        if row in self.rows:
            return [row]
        if row in self.categories:
            return [self.categories[row]]
        return self.role(row) if row in self.roles else []

    def _number(self, key: str) -> int:
        """The printed row number of a row."""
        return next(iter(self.rows[key].values())).row


def _broken_down(side: Side) -> list[str]:
    """The codes with money, of the levels that are broken down further in this table."""
    levels = {len(code) for code in side.codes if side.children.get(code)}
    inside = (code for code in side.codes if len(code) in levels)
    return [code for code in inside if any(entry.value for entry in side.rows[code].values())]


def _under_a_level(side: Side) -> list[str]:
    levels = {len(code) for code in side.codes}
    return [code for code in side.codes if is_code(code) and len(code) - 2 in levels]


#: The rows rules are applied to one by one, as rules.toml names them.
KINDS: dict[str, Callable[[Side], list[str]]] = {
    "all": lambda side: [*side.codes, *side._total] if side.codes else list(side.rows),
    "codes": lambda side: side.codes,
    "codes and total": lambda side: [*side.codes, *side._total],
    "parents": lambda side: [code for code in side.codes if side.children.get(code)],
    "categories": lambda side: [*side.children.get("", []), *side.categories],
    "total": lambda side: side._total,
    "broken down": _broken_down,
    "under a level": _under_a_level,
    "total over codes": lambda side: side._total if side.codes else [],
    "once over codes": lambda side: [""] if side.codes else [],
}


@cache
def patterns(text: str) -> re.Pattern[str]:
    """Names or codes separated by commas, ``*`` standing for anything."""
    names = [re.escape(heading(name)).replace(r"\*", ".*") for name in text.split(",")]
    return re.compile("|".join(name for name in names if name) or r"(?!)")
