"""A disclosure's tables → one row per printed amount, in yuan, with the place it is printed at."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from unitbudget.documents import Cell, Grid
from unitbudget.errors import UnreadableAmount
from unitbudget.money.amounts import (
    FEN,
    UNITS,
    Amount,
    InexactAmount,
    NotAnAmount,
    half_unit,
    in_yuan,
    misplaced,
    parse,
    rounded,
)
from unitbudget.money.codes import is_code, join_code
from unitbudget.money.text import squash
from unitbudget.reading.columns import CODE_LABELS, blocks_of, coded_name
from unitbudget.reading.headings import is_numbering
from unitbudget.reading.identified import Identified
from unitbudget.reading.joining import Joined, where
from unitbudget.reading.templates import Column, Columns
from unitbudget.reading.understanding import of_row

_ORDINAL = re.compile(
    r"^(?:[一二三四五六七八九十百]+[、.．]|\d{1,2}[、.．](?!\d)|[(（][一二三四五六七八九十\d]+[)）])"
)
#: What a row of column numbers is called, in whatever order they are.
COLUMN_NUMBERS = frozenset({"栏次", "行次"})
_NAMING = frozenset({"code", "name", "group", "time"})


@dataclass(frozen=True, slots=True)
class Place:
    """One printed amount column of one row: where it stands, and what row and column it is."""

    joined: Joined
    row: int
    column: int
    cell: Cell
    page: int
    meaning: Column
    codes: Mapping[str, str]
    name: str
    label: str
    side: int

    @property
    def code(self) -> str:
        """The row's code, functional before economic."""
        return self.codes.get("function") or self.codes.get("economic", "")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A cell its two readers read differently, and the amount the other reading would be."""

    table_id: str
    row: int
    column: int
    page: int
    first: str
    second: str
    taken: str
    other: dict[str, Any] | None = None

    @property
    def cell(self) -> str:
        return f"{self.table_id}!R{self.row}C{self.column}"


def amounts(identified: Identified, source_file: str) -> tuple[list[dict[str, Any]], list[Doubt]]:
    """The rows of ``amounts.csv`` for one document, and the cells that were read in two ways.

    A table whose amount columns hold something that is no amount is left unread.
    """
    rows: list[dict[str, Any]] = []
    doubts: list[Doubt] = []
    for joined in list(identified.tables):
        try:
            found = _table(joined, identified.year, source_file)
        except UnreadableAmount as error:
            identified.give_up(joined.table.table_id, error)
        else:
            rows += found[0]
            doubts += found[1]
    read = {joined.table.table_id for joined in identified.settled().tables}
    return [r for r in rows if r["table_id"] in read], [d for d in doubts if d.table_id in read]


def _table(joined: Joined, year: int, source_file: str) -> tuple[list[dict[str, Any]], list[Doubt]]:
    """The amounts and doubts of one table. Raises ``UnreadableAmount``."""
    rows: list[dict[str, Any]] = []
    doubts: list[Doubt] = []
    _refuse_unclear(joined, source_file)
    for place in places(joined, year):
        taken, other = _readings(place, source_file)
        if taken is not None:
            rows.append(_record(place, taken, year))
        if place.cell.second is not None:
            doubts.append(_doubt(place, taken, other, year))
    return rows, doubts


def _refuse_unclear(joined: Joined, source_file: str) -> None:
    for part, index in _body(joined):
        for cell in part.rows[index]:
            if cell and cell.unclear:
                raise UnreadableAmount(
                    where(source_file, part.page, joined.title),
                    f"「{squash(cell.text)}」这一格的字与旁边一格叠印，或是两个数印在一格里，或字体编码已损坏，读不准",
                    "请换用文字没有挤出格子、能正常复制的原件；没有把握的表我们不读",
                )


def places(joined: Joined, year: int) -> Iterator[Place]:
    """Every place of a table that holds an amount or could, row by row."""
    row, blocks = 0, blocks_of([column.role if column else "" for column in joined.columns])
    seen = [_Codes(joined.table.codes) for _ in blocks]
    above: list[dict[str, str]] = [{} for _ in blocks]
    for part, index in _body(joined):
        row += 1
        if is_numbering(part.rows[index]):
            continue
        for side, (block, codes) in enumerate(zip(blocks, seen, strict=True)):
            named, label, time = codes.of_row(part, index, joined.columns, block)
            name = "·".join(_ORDINAL.sub("", each) for each in label)
            is_only = _is_under(named, above[side])
            above[side] = named
            if name in COLUMN_NUMBERS:
                continue
            for column in block:
                meaning, cell = joined.columns[column], part.rows[index][column]
                if cell is None and is_only:
                    cell = _shared(part, index, column)
                if meaning and meaning.is_amount and cell:
                    said, bare = of_row(joined.table, meaning, name, time, year)
                    yield Place(
                        joined, row, column + 1, cell, part.page, said, named, bare, label[0], side
                    )


def _is_under(named: dict[str, str], above: dict[str, str]) -> bool:
    """Is a row part of the one right above it, by its code?"""
    return any(
        above.get(system) and code != above[system] and code.startswith(above[system])
        for system, code in named.items()
    )


def _shared(part: Grid, index: int, column: int) -> Cell | None:
    """The amount printed once for a row and the only row below it, in a cell merged over both."""
    cell = part.covering(index, column)
    return cell if (cell.colspan, cell.rowspan) == (1, 2) else None


def _body(joined: Joined) -> Iterator[tuple[Grid, int]]:
    """The printed rows below the header, over all pages."""
    for part in joined.parts:
        for index in range(len(part.rows)):
            yield part, index


@dataclass
class _Codes:
    """The codes of one side, row by row: 款 and 项 printed alone belong under the row above."""

    system: str
    last: dict[str, str] = field(default_factory=dict)

    def of_row(
        self, part: Grid, index: int, columns: Columns, block: list[int]
    ) -> tuple[dict[str, str], list[str], str]:
        """The codes, the names and the time printed in one row; a total has a name only."""
        codes: dict[str, list[str]] = {}
        names: list[str] = []
        seen: list[Cell] = []
        time, levels = "", Counter[str]()
        for position in block:
            column = columns[position]
            if column is None or column.role not in _NAMING:
                continue
            cell = part.covering(index, position)
            text = squash(cell.text)
            system = column.measure or self.system
            levels[system] += column.role == "code"
            if cell in seen or not text or text in CODE_LABELS:
                continue
            seen.append(cell)
            if column.role == "time":
                time = text
            elif column.role == "code" and re.fullmatch(r"[\d.]+", text):
                codes.setdefault(system, []).append(
                    self._whole(system, text, codes, levels[system])
                )
            elif column.measure and (both := coded_name(text)):
                codes.setdefault(system, []).append(both["code"])
                names += [] if system == "government" else [both["name"]]
            elif column.measure != "government" or "government" not in codes:
                names.append(text)
        whole = {system: _joined_code(parts) for system, parts in codes.items()}
        self.last |= {system: code for system, code in whole.items() if is_code(code)}
        return whole, names or [""], time

    def _whole(self, system: str, text: str, codes: dict[str, list[str]], level: int) -> str:
        """Two digits without the 类 (or 款) before them, as the row above has it."""
        before, length = self.last.get(system, ""), 2 * level - 1
        if len(text) != 2 or codes.get(system) or level < 2 or len(before) < length:
            return text
        return before[:length] + text


def _joined_code(parts: list[str]) -> str:
    """The code as the classification writes it; a misprinted one stays as printed."""
    try:
        return join_code(parts)
    except ValueError:
        return "".join(parts)


def _readings(place: Place, source_file: str) -> tuple[Amount | None, Amount | None]:
    """The amount printed at a place and, where a second reading is another amount, that one too."""
    first = read_amount(place.cell.text)
    if misplaced(place.cell.text) and not place.joined.adds_up:
        raise _unreadable(place, source_file, place.cell.text)
    second = None if place.cell.second is None else read_amount(place.cell.second)
    taken, other = (second, None) if isinstance(first, NotAnAmount) else (first, second)
    if isinstance(taken, NotAnAmount) or (taken is None and isinstance(first, NotAnAmount)):
        raise _unreadable(place, source_file, place.cell.text)
    return taken, None if isinstance(other, NotAnAmount) or other == taken else other


def _doubt(place: Place, taken: Amount | None, other: Amount | None, year: int) -> Doubt:
    return Doubt(
        place.joined.table.table_id,
        place.row,
        place.column,
        place.page,
        place.cell.text,
        place.cell.second or "",
        taken.printed if taken else "",
        _record(place, other, year) if other and not place.joined.adds_up else None,
    )


def read_amount(text: str) -> Amount | NotAnAmount | None:
    """The amount a text is, wherever its separators stand.

    Two numbers side by side are none, though glued they would be one.
    """
    try:
        amount = parse(misplaced(text) or squash(text))
    except NotAnAmount as error:
        return error
    glued = amount is not None and amount.places > 2 and squash(text) != text.strip()
    return NotAnAmount(text) if glued else amount


def _unreadable(place: Place, source_file: str, printed: str) -> UnreadableAmount:
    return UnreadableAmount(
        where(source_file, place.page, place.joined.title)
        + f"第{place.row}行第{place.column}列（{place.code or place.name}）",
        f"金额栏里印着「{printed}」，既不是数也不是空白",
        "请核对原件；若版式特殊，请在模板里把这一栏写成 ignore",
    )


def _money(amount: Amount, unit: str) -> tuple[Decimal, Decimal]:
    """An amount and its precision in yuan.

    Some programs print every digit of a division, below the fen; such digits are no money.
    """
    try:
        return in_yuan(amount, unit), half_unit(amount, unit)
    except InexactAmount:
        return rounded(amount.value * UNITS[unit], 2), FEN / 2


def _record(place: Place, amount: Amount, year: int) -> dict[str, Any]:
    table, meaning = place.joined.table, place.meaning
    is_percent = meaning.measure.endswith("_percent") or amount.percent
    value, precision = amount.value, Decimal(1).scaleb(-amount.places) / 2
    if not is_percent:
        value, precision = _money(amount, place.joined.unit)
    box = place.cell.box
    return {
        "table_id": table.table_id,
        "row": place.row,
        "page": place.page,
        "x0": round(box.x0, 2),
        "y0": round(box.y0, 2),
        "x1": round(box.x1, 2),
        "y1": round(box.y1, 2),
        "direction": meaning.direction,
        "function_code": place.codes.get("function", ""),
        "economic_code": place.codes.get("economic", ""),
        "name": place.name,
        "measure": meaning.measure,
        "fiscal_year": year - meaning.last_year,
        "phase": meaning.phase,
        "value": value,
        "unit": "percent" if is_percent else "CNY",
        "printed": amount.printed,
        "precision": precision,
        "column": place.column,
        "cell": f"{table.table_id}!R{place.row}C{place.column}",
        "part_of": place.joined.part_of.get((place.side, place.row)),
    }
