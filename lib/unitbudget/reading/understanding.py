"""What a table holds that no template knows, proposed from the field's vocabulary.

The heading ends where the first row of names, codes or figures begins; rows of column numbers go.
Each column is what its heading, the headings above it and its own cells say. What is proposed here
counts for nothing until the table's own sums confirm it (``confirming.py``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from unitbudget.documents import LEARNED, Grid, Row
from unitbudget.errors import UnknownLayout
from unitbudget.money.text import heading
from unitbudget.reading.columns import PrintedColumn, blocks_of, column_of, role_of, together
from unitbudget.reading.templates import Column, Columns, Table, bare_heading, bare_title
from unitbudget.reading.vocabulary import QUALIFYING, UNCLASSIFIED, Kind, plain, vocabulary


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a table: which it is and what its columns hold."""

    table: Table
    columns: Columns


def understood(
    title: str, header: Grid, body: Sequence[Row], year: int, kind: str, where: str
) -> list[Reading]:
    """The tables one printed grid holds, as its headings and cells say.

    A grid whose expenditure stands in several columns of names holds one table for each. Raises
    ``UnknownLayout`` with what is not understood.
    """
    printed = [column_of(header, body, column) for column in range(header.width)]
    roles = together([role_of(column, year) for column in printed], printed)
    blocks = blocks_of(roles)
    if len(blocks) > 1 and not any(roles[index] == "amount" for index in blocks[-1]):
        blocks[-2:] = [blocks[-2] + blocks[-1]]
    systems = {role.removeprefix("code ") for role in roles if role.startswith(("code ", "name "))}
    codes = {each.removeprefix("name ") for each in systems} - {"", "government", "other"}
    name = bare_title(title)
    what = vocabulary().kind(plain(name, year) if len(name) < 3 else name, codes)
    if what is None or what.table_id == "performance":
        raise UnknownLayout(where, "看不出这是哪一张表")
    if strange := what.never & {
        m for c in printed if (m := vocabulary().measure(plain(c.leaf, year)))
    }:
        raise UnknownLayout(where, f"题目是{what.says}，栏目却不是（{len(strange)} 栏）")
    names = [
        text for c, role in zip(printed, roles, strict=True) if role == "name" for text in c.filled
    ]
    reader = _Reader(what, year, kind, printed, roles, len(blocks), where)
    found: dict[str, dict[int, Column]] = {}
    for number, block in enumerate(blocks):
        by, columns = reader.block(number, block)
        found.setdefault(by, {}).update(columns)
    readings = []
    for by, columns in found.items():
        kinds = tuple(columns[index] for index in sorted(columns))
        if not any(column.is_amount for column in kinds):
            raise UnknownLayout(where, "看不出哪一栏是金额")
        one = next(iter(codes)) if len(codes) == 1 else ""
        rows, titles = _rows_measure(what, kinds, names), (heading(title),)
        table = Table(LEARNED, what.table_id + by, titles, kinds, one, (), rows)
        readings.append(Reading(table, tuple(map(columns.get, range(header.width)))))
    return readings


@dataclass
class _Reader:
    """What the columns of one table hold, side by side."""

    what: Kind
    year: int
    kind: str
    printed: list[PrintedColumn]
    roles: list[str]
    sides: int
    where: str

    def block(self, number: int, block: list[int]) -> tuple[str, dict[int, Column]]:
        """By which other classification a side tells its amounts, and what its columns hold."""
        amounts = [index for index in block if self.roles[index] == "amount"]
        names = [index for index in block if self.roles[index].startswith("name")]
        direction = self._direction(number, amounts)
        said = "".join(self.printed[index].leaf for index in names)
        by = ""
        if number and self.sides > 2 and "经济" in said:
            by = "_by_government_economic" if "政府" in said else "_by_economic"
        shared = self._shared(amounts)
        columns, twice = dict[int, Column](), None
        for own in (self.what.own, frozenset[str]()):
            columns = self._apart(self._columns(block, direction, shared, own), amounts)
            if not (twice := _twice(columns.values())):
                break
        if twice:
            raise UnknownLayout(self.where, f"「{twice[0]}」与「{twice[1]}」两栏分不清各是什么")
        return by, columns

    def _columns(
        self, block: list[int], direction: str, shared: int, own: Collection[str]
    ) -> dict[int, Column]:
        """What each column of a side means; what is this table's ``own`` is its total."""
        meant = {index: self._meaning(index, direction, shared, own) for index in block}
        columns = {index: column for index, column in meant.items() if column}
        unknown = [index for index in columns if columns[index].measure.endswith(UNCLASSIFIED)]
        for number, index in enumerate(unknown[1:], start=2):
            columns[index] = replace(columns[index], measure=f"{columns[index].measure}_{number}")
        return columns

    def _direction(self, number: int, amounts: list[int]) -> str:
        """Revenue or expenditure: as the side's own heading says, or the table's title."""
        tops = {plain(path[0], self.year) for i in amounts if (path := self.printed[i].path)}
        for direction in ("revenue", "expenditure"):
            if tops and all(vocabulary().rows[direction].fullmatch(top) for top in tops):
                return direction
        if self.sides > 1 and self._balances:
            return "expenditure" if number else "revenue"
        return "revenue" if self.what.table_id == "revenue" else "expenditure"

    @property
    def _balances(self) -> bool:
        return self.what.table_id in ("revenue_and_expenditure", "appropriation") or (
            self.sides > 1 and "收支" in self.what.says
        )

    def _shared(self, amounts: list[int]) -> int:
        """How many upper headings stand over all amounts of a side: they tell none apart."""
        paths = [self.printed[index].path for index in amounts]
        if not paths:
            return 0
        count = 0
        while all(len(path) > count + 1 for path in paths):
            said = {path[count] for path in paths}
            if len(said) > 1 or vocabulary().time(bare_heading(said.pop(), self.year)).startswith(
                "last"
            ):
                break
            count += 1
        return count

    def _side(self, path: Sequence[str], direction: str, tops: Collection[str]) -> str:
        """Revenue that stands as one column beside the expenditure it pays for."""
        revenue = self.what.table_id != "revenue" and re.search("收入(?!支出)", path[0])
        beside = any("支出" in top and "收入" not in top for top in tops)
        return "revenue" if revenue and beside else direction

    def _meaning(
        self, index: int, direction: str, shared: int, own: Collection[str]
    ) -> Column | None:
        role, path = self.roles[index], self.printed[index].path
        said = tuple(heading(part) for part in path)
        if role == "ignore":
            return None
        if role != "amount":
            what, _, system = role.partition(" ")
            return Column(said, what, system, direction, self._phase, False, False)
        measure, time = self._measure(path[shared:], own)
        phase = time.removeprefix("last_") if time else self._phase
        if self.sides == 1 and said:
            tops = {heading(column.path[0]) for column in self.printed if column.path}
            direction = self._side(said, direction, tops)
        return Column(said, "amount", measure, direction, phase, time.startswith("last"), False)

    @property
    def _is_three(self) -> bool:
        return self.what.table_id == "three_public_expenses"

    @property
    def _phase(self) -> str:
        return "executed" if self.kind == "final_accounts" else "approved"

    def _measure(self, path: Sequence[str], own: Collection[str]) -> tuple[str, str]:
        """What is measured below these headings and when; the lowest that says so decides."""
        words, time, found, fund, beyond = vocabulary(), "", "", "", list[str]()
        for place, part in enumerate(reversed(path)):
            said = plain(part, self.year)
            measure = words.measure(heading(part)) or words.measure(said)
            when = words.time(said) or words.time(bare_heading(part, self.year))
            if said.startswith("上年") and not measure and not when:
                measure = words.measure(said.removeprefix("上年"))
                when = "last_executed" if "执行" in said or "决算" in said else "last_approved"
                when = when if measure else ""
            if when == "adjusted":
                beyond.append("adjusted")
            if when and not time:
                time = "" if when == "approved" and self.kind == "budget" else when
            if measure in ("revenue", "expenditure") or measure in own:
                measure = "total"
            if not (measure or when or place):
                found = UNCLASSIFIED
            if found and measure in QUALIFYING and found != measure:
                if measure in ("carried_in", "change") or found in {*words.natures, UNCLASSIFIED}:
                    beyond.append(QUALIFYING[measure])
            elif not found and measure not in ("", "total"):
                found = measure
            elif measure in _THREE and self._is_three and (found in _FUNDS or found == "total"):
                fund, found = fund or found, measure
        if fund or (found in _FUNDS and self._is_three):
            found = f"{found if fund else 'total'}_{fund or found}"
        if "change" in beyond and found.startswith("change"):
            beyond.remove("change")
        for each in beyond:
            found = f"{each}_{found}" if found else each
        return found or "total", time.replace("adjusted", "approved")

    def _apart(self, columns: dict[int, Column], amounts: list[int]) -> dict[int, Column]:
        """Two columns that both claim the whole: the one named so is it, the other is more."""
        if not self.what.beyond or not {"meetings", "training"} & {
            column.measure for column in columns.values()
        }:
            return columns
        whole = [i for i in amounts if i in columns and columns[i].measure in _WHOLE]
        for what in {columns[i].what for i in whole}:
            same = [i for i in whole if columns[i].what == what]
            unnamed = [
                i
                for i in same
                if not any(
                    vocabulary().measure(plain(part, self.year)) in self.what.own
                    for part in self.printed[i].path
                )
            ]
            if len(same) == 2 and len(unnamed) == 1:
                old = columns[unnamed[0]]
                measure = self.what.beyond
                if old.measure == "change":
                    measure = f"change_{measure}"
                columns[unnamed[0]] = replace(old, measure=measure)
        return columns


_WHOLE = frozenset({"total", "change"})
_FUNDS = frozenset(
    {"general_public_budget", "government_managed_funds", "state_capital_operations"}
)
_ITEMS = frozenset(
    {"overseas_travel", "hospitality", "vehicles", "vehicle_purchase", "vehicle_running"}
)
_THREE = _ITEMS | {"total"}


def _rows_measure(what: Kind, columns: Sequence[Column], names: Sequence[str]) -> bool:
    """Do the rows, not the columns, say which of the three public expenses is meant?"""
    if what.table_id != "three_public_expenses" or any(c.measure in _ITEMS for c in columns):
        return False
    return len({vocabulary().measure(plain(name, 0)) for name in names} & _ITEMS) > 1


def _twice(columns: Iterable[Column]) -> tuple[str, str] | None:
    """The headings of two columns that say the same: which is which is open."""
    seen: dict[tuple[object, ...], Column] = {}
    for column in filter(lambda each: each.is_amount, columns):
        other = seen.setdefault(column.what, column)
        if other is not column:
            one, two = ("".join(each.path[-1:]) for each in (other, column))
            return one, two
    return None


def unknown(columns: Columns, measures: Collection[str] = ()) -> list[str]:
    """The headings of columns of amounts nobody knows, or of these."""
    amounts = [column for column in columns if column and column.is_amount]
    return [
        column.path[-1]
        for column in amounts
        if UNCLASSIFIED in column.measure and (not measures or column.measure in measures)
    ]


def not_understood(headings: Sequence[str], where: str) -> UnknownLayout:
    """Why a table is left unread that has columns nobody knows and no sum needs."""
    strange = "」「".join(headings[:3])
    return UnknownLayout(where, f"看不懂「{strange}」这一栏是什么")


def of_row(table: Table, column: Column, name: str, time: str, year: int) -> tuple[Column, str]:
    """What a column holds in one row, where the row says so: of which year, or what is measured."""
    if time:
        said = bare_heading(time, year)
        if vocabulary().measure(plain(said, year)) == "change":
            whole = column.measure == "total"
            column = replace(column, measure="change" if whole else f"change_{column.measure}")
        elif vocabulary().time(said).startswith("last"):
            column = replace(column, last_year=True)
    if not table.rows_measure:
        return column, name
    measure = vocabulary().measure(plain(name, year)) or "total"
    measure = "total" if measure == "three_public_expenses" else measure
    whole = column.measure == "total"
    fund = column.measure.removeprefix("total_")
    return replace(column, measure=measure if whole else f"{measure}_{fund}"), ""
