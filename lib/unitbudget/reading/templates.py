"""The families of layouts: which printed headings mean which measures. All of it is data.

A family is one TOML file in ``reference/templates``. A table lists the titles it is printed under
and, heading by heading, what a column holds::

    [general_public_budget]
    titles = ["一般公共预算支出功能分类预算表"]
    codes = "function"
    direction = "expenditure"
    columns = { "上年执行数" = "total last_year executed", "一般公共预算支出 > 合计" = "total" }

Headings are written without the document's year: ``2020 年`` over a 2020 budget is left out and
``2019 年`` reads ``上年``. ``A > B`` is a heading B below a heading A.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from unitbudget.errors import UnitBudgetError
from unitbudget.money.text import heading
from unitbudget.reference import FOLDER, toml

#: What a column can hold besides an amount.
ROLES = frozenset({"code", "name", "group", "ignore"})
DIRECTIONS = frozenset({"revenue", "expenditure"})
PHASES = frozenset({"approved", "executed"})


class BadTemplate(UnitBudgetError):
    """A template file that says something no template can say."""


@dataclass(frozen=True, slots=True)
class Column:
    """What the columns printed under one heading hold."""

    path: tuple[str, ...]
    role: str
    measure: str
    direction: str
    phase: str
    last_year: bool
    optional: bool

    @property
    def is_amount(self) -> bool:
        return self.role == "amount"

    @property
    def what(self) -> tuple[object, ...]:
        """What tells the columns of one table apart, however they are headed."""
        return self.role, self.measure, self.direction, self.phase, self.last_year

    def fits(self, printed: tuple[str, ...]) -> bool:
        """Does a printed heading path end in this heading, under these upper headings?

        The heading over 类, 款, 项 stands for all of them, whether or not they are printed; the
        word 合计 printed in the last line of a heading belongs to the total row.
        """
        last = printed[:-1] if self.role == "name" and printed[-1:] == ("合计",) else printed
        if self.role != "code" and last[-1:] != self.path[-1:]:
            return False
        rest = iter(printed)
        return all(part in rest for part in self.path)


#: What each printed column holds; ``None`` where that is not read.
Columns = tuple[Column | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a family: its titles, its columns and what its rows are.

    ``totals`` are the rows that sum it up, where that is not one grand total on each side;
    ``rows_measure`` says that each row is named after what it measures.
    """

    family: str
    table_id: str
    titles: tuple[str, ...]
    columns: tuple[Column, ...]
    codes: str
    totals: tuple[str, ...]
    rows_measure: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """One layout family: the tables its documents print."""

    name: str
    kind: str
    tables: tuple[Table, ...]


@cache
def families() -> tuple[Family, ...]:
    """Every family there is a file for, by name."""
    names = sorted(path.stem for path in (FOLDER / "templates").glob("*.toml"))
    return tuple(family(name, toml(f"templates/{name}")) for name in names)


def family(name: str, data: Mapping[str, Any]) -> Family:
    """One family from the content of its file. Raises ``BadTemplate``."""
    kind = data.get("kind")
    if kind not in ("budget", "final_accounts"):
        raise BadTemplate(f"{name}: kind 应为 budget 或 final_accounts，写的是 {kind!r}")
    tables = [
        _table(name, kind, table_id, entry)
        for table_id, entry in data.items()
        if isinstance(entry, dict)
    ]
    return Family(name, kind, tuple(tables))


def _table(family_name: str, kind: str, table_id: str, entry: Mapping[str, Any]) -> Table:
    side = entry.get("direction", "expenditure")
    phase = "executed" if kind == "final_accounts" else "approved"
    columns = tuple(
        _column(f"{family_name}/{table_id}", printed, meaning, side, phase)
        for printed, meaning in entry["columns"].items()
    )
    return Table(
        family_name,
        table_id,
        tuple(heading(title) for title in entry["titles"]),
        columns,
        entry.get("codes", ""),
        tuple(heading(name) for name in entry.get("totals", [])),
    )


def _column(where: str, printed: str, meaning: str, side: str, phase: str) -> Column:
    words = meaning.split()
    path = tuple(heading(part) for part in printed.split(">"))
    optional = "?" in words
    last_year = "last_year" in words
    for word in words:
        side = word if word in DIRECTIONS else side
        phase = word if word in PHASES else phase
    rest = [w for w in words if w not in {"?", "last_year"} | DIRECTIONS | PHASES]
    if len(rest) != 1:
        raise BadTemplate(f"{where}: “{printed}” 应恰好写一个度量或角色，写的是 {meaning!r}")
    (what,) = rest
    role = what if what in ROLES else "amount"
    return Column(path, role, "" if role != "amount" else what, side, phase, last_year, optional)


_NUMBERING = re.compile(
    r"^(?:第[一二三四五六七八九十]+部分|(?:公开|预算|附)*[表件](?:\d+|[一二三四五六七八九十]+)?[:.、-]?|"
    r"(?:公开|预算|附)\d+表[:.、-]?|[\d一二三四五六七八九十]+[、.]|\([\d一二三四五六七八九十]+\))+"
)
_YEAR = re.compile(r"(?P<year>(?:19|20)\d\d)年度?")


def bare_title(printed: str) -> str:
    """A printed table title without numbering, year and what brackets add, for matching."""
    bare = _NUMBERING.sub("", _YEAR.sub("", _NUMBERING.sub("", heading(printed))))
    return re.sub(r"\([^()]*\)$", "", bare)


def bare_heading(printed: str, year: int) -> str:
    """A printed column heading as templates write it: this year left out, last year as 上年."""

    def relative(match: re.Match[str]) -> str:
        found = int(match["year"])
        return {year: "", year - 1: "上年"}.get(found, match[0])

    return _YEAR.sub(relative, heading(printed))
