"""What rows and tables are called, how often and in which order they are printed."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from unitbudget.auditing.naming import mismatch, proper_name
from unitbudget.auditing.places import Places
from unitbudget.auditing.rule_language import Call, Expression, Term
from unitbudget.entries import Entry
from unitbudget.figures import ZERO, Figure
from unitbudget.money.codes import is_code

UNLISTED = "未列"


class Text(NamedTuple):
    """A printed text, the cells beside it, and what is missing to know it."""

    text: str
    cells: tuple[str, ...] = ()
    missing: str = ""


def text(places: Places, expression: Expression, table: str, row: str) -> Text:
    """What is printed at the place a textual expression speaks of."""
    if not isinstance(expression, Call):
        raise TypeError(f"{expression} is no text")
    terms = [term for term in expression.arguments if isinstance(term, Term)]
    if expression.function in ("is_empty", "declared_empty"):
        return _emptiness(places, expression.function, terms[0].table or terms[0].measure)
    if expression.function in ("name", "proper_name"):
        return _named(places, expression.function, terms[0], table, row)
    if expression.function in ("code", "namesake"):
        return _coded(places, expression.function, terms[0], table, row)
    rows = [places.row(term, table, row) for term in terms]
    missing = next((row.missing for row in rows if row.missing), "")
    found = [entry for row in rows for entry in row.entries]
    cells = tuple(entry.cell for entry in found)
    if found:
        return Text("列有", cells)
    tables = [(term.table or table).partition("/")[0] for term in terms]
    unread = [places.absent(name) for name in tables if places.ledger.may_be_unread(name)]
    there = any(map(places.ledger.has, tables))
    return Text(UNLISTED, cells, unread[0] if unread else "" if there else missing)


def _named(places: Places, function: str, term: Term, table: str, row: str) -> Text:
    """The printed name of a row, or the name its code should have.

    Of a row printed more than once it is the one whose name belongs to another code.
    """
    lines, year = places.lines(term, table, row), places.ledger.year
    if not lines:
        return Text("", (), places.row(term, table, row).missing)
    proper = [proper_name(line[0].code, line[0].name, year) for line in lines]
    odd = [n for n, line in enumerate(lines) if proper[n] not in ("", line[0].name)]
    place = odd[0] if odd else 0
    text = lines[place][0].name if function == "name" else proper[place]
    return Text(text, tuple(entry.cell for entry in lines[place]))


def _coded(places: Places, function: str, term: Term, table: str, row: str) -> Text:
    """The code of a row, or the one its name goes by in another table of the document."""
    if function == "code":
        lines = places.lines(term, table, row)
        return Text(row, tuple(e.cell for e in lines[0])) if lines and is_code(row) else Text("")
    namesake = places.namesake(term, table, row)
    return Text(namesake[0].code, tuple(e.cell for e in namesake)) if namesake else Text("")


def _emptiness(places: Places, function: str, table: str) -> Text:
    """Is the table empty, or declared to be?"""
    if not places.ledger.has(table):
        return Text("", (), places.absent(table))
    empty, declared = places.ledger.empty(table), places.declared_empty(table)
    if empty and not declared:
        return Text("", (), f"{places.title(table)}为空，表下没有说明")
    yes = empty if function == "is_empty" else declared
    return Text("空表" if yes else "有数据")


def difference(places: Places, left: Text, of: Expression, right: Text) -> str:
    """In which way two texts that should be the same are not."""
    if isinstance(of, Call) and of.function == "proper_name":
        code = places.ledger.by_cell[left.cells[0]].code
        return mismatch(code, left.text, places.ledger.year)
    return f"一处为“{left.text}”，另一处为“{right.text}”"


def counted(places: Places, function: str, term: Term, table: str, row: str) -> Figure | None:
    """How often a row is printed, or how many rows stand in each other's place."""
    if function == "exchanged":
        return _exchanged(places, term, table, row)
    lines = places.lines(term, table, row)
    return _count(len(lines), lines, f"列 {len(lines)} 次")


def _exchanged(places: Places, term: Term, table: str, row: str) -> Figure | None:
    astray, rows = places.exchanged(term, table, row)
    if not astray:
        return _count(0, [line[:1] for line in rows], "0")
    names = "与".join(f"“{line[0].code} {line[0].name}”" for line in astray)
    return _count(len(astray), astray, f"{names}互换了位置")


def _count(number: int, lines: list[list[Entry]], said: str) -> Figure | None:
    cells = tuple(entry.cell for line in lines for entry in line)
    return Figure(Decimal(number), "count", ZERO, cells, said) if cells else None
