"""What kind of column each printed column is: codes, names, amounts, times, or nothing to read.

Its heading says so and its cells do: codes of the classification tell by how they begin what they
classify, be they in a column of their own, cut into 类, 款 and 项, or in front of a name.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from unitbudget.documents import Cell, Grid, Row
from unitbudget.money.amounts import NotAnAmount, misplaced, parse
from unitbudget.money.codes import is_code
from unitbudget.money.text import squash
from unitbudget.reading.headings import is_numbering
from unitbudget.reading.templates import bare_heading
from unitbudget.reading.vocabulary import plain, vocabulary

#: What stands over or in columns of codes and is none.
CODE_LABELS = frozenset({"类", "款", "项", "目", "科目编码"})
#: A text longer than this explains; it names no row.
LONGEST_NAME = 40

#: Codes of the classification begin so: what money is for, what it is spent on, and by whom.
_SYSTEMS = {"2": "function", "3": "economic", "5": "government"}
_CODED = re.compile(
    r"^[\[(]?(?P<code>\d{3}(?:\d{2}){0,2})[\])]?\s*[-—_.、:]?\s*(?P<name>[^\d\s].*)$"
)
_PERIOD = re.compile(r"(?:19|20)\d\d年?(?:度)?(?:预算数?|决算数?)?|增减.*|上年.*|本年.*")


@dataclass(slots=True)
class PrintedColumn:
    """One column as printed: its headings from the top, and what is printed below them."""

    path: list[str]
    cells: list[str]

    @property
    def leaf(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def filled(self) -> list[str]:
        return [text for text in self.cells if text]


def column_of(header: Grid, body: Sequence[Row], column: int) -> PrintedColumn:
    """One column of a table: the headings above it and what is printed in each row below them."""
    path, seen = [], list[Cell]()
    for row in range(len(header.rows)):
        if is_numbering(header.rows[row]):
            continue
        cell = header.covering(row, column)
        if squash(cell.text) and cell not in seen:
            seen.append(cell)
            path.append(cell.text)
    cells = [squash(below.text) if (below := row[column]) else "" for row in body]
    return PrintedColumn(path, cells)


def role_of(column: PrintedColumn, year: int) -> str:
    """What a column is: ``code function``, ``name``, ``name economic``, ``amount``, ``time`` …"""
    if not column.path and not column.filled:
        return "ignore"
    roles, leaf = vocabulary().roles, plain(column.leaf, year)
    aside = vocabulary().rows["total"]
    filled = [x for x in column.filled if not aside.fullmatch(x) and x not in CODE_LABELS]
    if roles["unit_code"].fullmatch(leaf):
        return "ignore"
    if filled and all(text.isdigit() for text in filled) and roles["code"].fullmatch(leaf):
        return f"code {_system(filled, column.path)}"
    if roles["code"].fullmatch(leaf) and not filled:
        return f"code {_system([], column.path)}"
    measured = bool(vocabulary().measure(leaf) or vocabulary().time(bare_heading(leaf, year)))
    if filled and sum(map(_numeric, filled)) * 2 > len(filled):
        if roles["ignore"].fullmatch(leaf) and not measured:
            return "ignore"
        if roles["name"].fullmatch(leaf) and not measured:
            return "name"
        return "ignore" if roles["code"].fullmatch(leaf) else "amount"
    if not filled and measured and not (roles["name"].fullmatch(leaf) and _alone(column)):
        return "amount"
    if filled and all(_PERIOD.fullmatch(text) for text in filled) and len(filled) > 1:
        return "time"
    coded = [match["code"] for text in filled if (match := coded_name(text))]
    if coded and len(coded) * 2 > len(filled):
        return f"name {_system(coded, column.path)}"
    if roles["ignore"].fullmatch(leaf) and not roles["name"].fullmatch(leaf):
        return "ignore"
    longest = sum(map(len, filled)) / max(1, len(filled))
    return "ignore" if longest > LONGEST_NAME else "name"


def together(roles: Sequence[str], printed: Sequence[PrintedColumn]) -> list[str]:
    """The roles of the columns, 款 and 项 in columns of their own being of their 类's system."""
    found: list[str] = []
    for role, column in zip(roles, printed, strict=True):
        levels = [text for text in column.filled if text.isdigit()]
        before = found[-1] if found else ""
        if role.startswith("code") and before.startswith("code"):
            below = bool(levels) and all(len(text) == 2 for text in levels)
            blank = not levels and plain(column.leaf, 0) in CODE_LABELS - {"类"}
            role = before if below or blank else role
        found.append(role)
    return found


def _alone(column: PrintedColumn) -> bool:
    return len(column.path) == 1


def coded_name(text: str) -> re.Match[str] | None:
    """A code and a name in one cell: ``2150701-行政运行``, ``[201]一般公共服务支出``."""
    match = _CODED.match(text)
    return match if match and match["code"][0] in _SYSTEMS else None


def _system(codes: Sequence[str], path: Sequence[str]) -> str:
    """Which classification codes belong to, by how they begin or by what stands over them."""
    begin = Counter(_SYSTEMS.get(code[0], "other") for code in codes if is_code(code))
    if begin:
        return begin.most_common(1)[0][0]
    said = "".join(path)
    if codes and not any(len(code) == 2 for code in codes):
        return "other"
    return "government" if "政府" in said else "economic" if "经济" in said else "function"


def _numeric(text: str) -> bool:
    try:
        parse(misplaced(text) or text)
    except NotAnAmount:
        return False
    return True


def blocks_of(roles: Sequence[str]) -> list[list[int]]:
    """The columns of each side: a new side begins where names come after amounts."""
    blocks: list[list[int]] = [[]]
    amounts = False
    for index, role in enumerate(roles):
        if role.startswith(("name", "code", "group")) and amounts:
            blocks.append([])
            amounts = False
        amounts = amounts or role == "amount"
        blocks[-1].append(index)
    return blocks
