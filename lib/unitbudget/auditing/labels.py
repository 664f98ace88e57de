"""What rows and tables are called, how often and in which order they are printed."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import NamedTuple

from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.rule_language import Call, Expression, Term
from unitbudget.auditing.side import Entry
from unitbudget.money.codes import entries, is_code, published_as
from unitbudget.money.figure import COUNT, Figure
from unitbudget.money.text import heading

UNLISTED = "未列"
#: The classification a code belongs to, by its first digit.
CLASSIFICATIONS = {"1": "revenue", "2": "function", "3": "economic", "5": "economic_government"}
#: Lists of which every code is known, since the year given.
COMPLETE_SINCE = {"economic": 2018}
NO_SUCH_CODE = "（无此编码）"


class Text(NamedTuple):
    """A printed text, the cells beside it, and what is missing to know it."""

    text: str
    cells: tuple[str, ...] = ()
    missing: str = ""


def text(ledger: Ledger, expression: Expression, table: str, row: str) -> Text:
    """What is printed at the place a textual expression speaks of."""
    if not isinstance(expression, Call):
        raise TypeError(f"{expression} is no text")
    terms = [term for term in expression.arguments if isinstance(term, Term)]
    if expression.function in ("is_empty", "declared_empty"):
        return _emptiness(ledger, expression.function, terms[0].table or terms[0].measure)
    if expression.function in ("name", "proper_name"):
        return _named(ledger, expression.function, terms[0], table, row)
    if expression.function in ("code", "namesake"):
        return _coded(ledger, expression.function, terms[0], table, row)
    found = [ledger.find(term, table, row) for term in terms]
    missing = next((each.missing for each in found if each.missing), "")
    rows = [each.side.rows[key] for each in found if each.side for key in each.keys]
    cells = tuple(entry.cell for entries in rows for entry in entries.values())
    if cells:
        return Text("列有", cells)
    tables = [(term.table or table).partition("/")[0] for term in terms]
    unread = [ledger.absent(name) for name in tables if ledger.may_be_unread(name)]
    there = any(map(ledger.has, tables))
    return Text(UNLISTED, cells, unread[0] if unread else "" if there else missing)


def _named(ledger: Ledger, function: str, term: Term, table: str, row: str) -> Text:
    """The printed name of a row, or the name its code should have.

    Of a row printed more than once it is the one whose name belongs to another code.
    """
    lines, year = ledger.lines(term, table, row), ledger.year
    if not lines:
        return Text("", (), ledger.find(term, table, row).missing)
    proper = [proper_name(line[0].code, line[0].name, year) for line in lines]
    odd = [n for n, line in enumerate(lines) if proper[n] not in ("", line[0].name)]
    place = odd[0] if odd else 0
    text = lines[place][0].name if function == "name" else proper[place]
    return Text(text, tuple(entry.cell for entry in lines[place]))


def _coded(ledger: Ledger, function: str, term: Term, table: str, row: str) -> Text:
    """The code of a row, or the one its name goes by in another table of the document."""
    if function == "code":
        lines = ledger.lines(term, table, row)
        return Text(row, tuple(e.cell for e in lines[0])) if lines and is_code(row) else Text("")
    namesake = ledger.namesake(term, table, row)
    return Text(namesake[0].code, tuple(e.cell for e in namesake)) if namesake else Text("")


def _emptiness(ledger: Ledger, function: str, table: str) -> Text:
    """Is the table empty, or declared to be?"""
    if not ledger.has(table):
        return Text("", (), ledger.absent(table))
    empty, declared = ledger.empty(table), ledger.declared_empty(table)
    if empty and not declared:
        return Text("", (), f"{ledger.title(table)}为空，表下没有说明")
    yes = empty if function == "is_empty" else declared
    return Text("空表" if yes else "有数据")


def difference(ledger: Ledger, left: Text, of: Expression, right: Text) -> str:
    """In which way two texts that should be the same are not."""
    if isinstance(of, Call) and of.function == "proper_name":
        code = ledger.by_cell[left.cells[0]].code
        return mismatch(code, left.text, ledger.year)
    return f"一处为“{left.text}”，另一处为“{right.text}”"


def counted(ledger: Ledger, function: str, term: Term, table: str, row: str) -> Figure | None:
    """How often a row is printed, or how many rows stand in each other's place."""
    if function == "exchanged":
        return _exchanged(ledger, term, table, row)
    lines = ledger.lines(term, table, row)
    return _count(len(lines), lines, f"列 {len(lines)} 次")


def _exchanged(ledger: Ledger, term: Term, table: str, row: str) -> Figure | None:
    astray, rows = ledger.exchanged(term, table, row)
    if not astray:
        return _count(0, [line[:1] for line in rows], "0")
    names = "与".join(f"“{line[0].code} {line[0].name}”" for line in astray)
    return _count(len(astray), astray, f"{names}互换了位置")


def _count(number: int, lines: list[list[Entry]], said: str) -> Figure | None:
    cells = tuple(entry.cell for line in lines for entry in line)
    return Figure(Decimal(number), COUNT, cells=cells, terms=(said,)) if cells else None


def mismatch(code: str, printed: str, year: int) -> str:
    """What the published lists say of a name that is another code's, for readers."""
    proper = proper_name(code, printed, year)
    own = "公布的科目没有这一编码" if proper == NO_SUCH_CODE else f"编码{code}是“{proper}”"
    others = "、".join(published_as(CLASSIFICATIONS[code[:1]], printed, year))
    return f"{own}，“{printed}”的编码是{others}"


@cache
def proper_name(code: str, printed: str, year: int) -> str:
    """The name that belongs to the code: as printed, or another; nothing where lists are silent."""
    kind = CLASSIFICATIONS.get(code[:1])
    if kind is None:
        return ""
    own = entries(kind, code)
    if any(heading(entry.name) == heading(printed) for entry in own):
        return printed if code in published_as(kind, printed, year) else ""
    others = [each for each in published_as(kind, printed, year) if each != code]
    if not others:
        return ""
    if own:
        return own[0].name
    return NO_SUCH_CODE if year >= COMPLETE_SINCE.get(kind, year + 1) else ""
