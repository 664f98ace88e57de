"""The classification of government revenue and expenditure: 类, 款, 项 and their official names.

A functional code has 3, 5 or 7 digits (类 款 项), an economic one 3 or 5 (类 款). Codes are text:
``05`` is never 5. The codebook under ``reference/`` is incomplete and partly unverified: a name it
does not know is no mistake of the document.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from functools import cache

from unitbudget.money.text import heading
from unitbudget.reference import rows

LEVELS = {3: 1, 5: 2, 7: 3}
LISTS = {
    "function": "functions",
    "economic": "economics",
    "economic_government": "economics_government",
    "revenue": "revenues",
}

_CODE = re.compile(r"\d{3}(?:\d{2}){0,2}")


@dataclass(frozen=True, slots=True)
class OfficialName:
    """One name of one code in the official list, with the years it is known to hold for."""

    code: str
    name: str
    valid_from: int | None
    valid_to: int | None
    evidence: str

    def holds_in(self, year: int) -> bool:
        return (self.valid_from or year) <= year <= (self.valid_to or year)


def is_code(text: str) -> bool:
    """Is this a 类, 款 or 项 code, whole?"""
    return bool(_CODE.fullmatch(text))


def join_code(parts: Sequence[str]) -> str:
    """The code that printed 类 / 款 / 项 columns mean together: ``201 29 99`` → ``2012999``.

    A joined code printed in one column, alone or repeated in full at each level, is taken as it is.
    """
    code = ""
    for part in (part.strip() for part in parts):
        if not part:
            continue
        code = part if is_code(part) and part.startswith(code) else code + part
    if code and not is_code(code):
        raise ValueError(f"“{' '.join(parts)}” is no classification code")
    return code


def level(code: str) -> int:
    """1 for 类, 2 for 款, 3 for 项; 0 for a row without a code, such as a total."""
    if not code:
        return 0
    if not is_code(code):
        raise ValueError(f"“{code}” is no classification code")
    return LEVELS[len(code)]


def parent(code: str) -> str:
    """The code one level up; empty above a 类."""
    return code[:-2] if level(code) > 1 else ""


@dataclass(frozen=True, slots=True)
class Move:
    """A code whose money stands under another one from a year on, and who says so."""

    year: int
    old: str
    new: str
    evidence: str
    source: str


@cache
def moves() -> tuple[Move, ...]:
    """The functional codes that were moved, the earliest first; split ones are not among them."""
    found = [Move(int(row.pop("year")), **row) for row in rows("moves")]
    return tuple(sorted(found, key=lambda move: move.year))


def moved(code: str, year: int, to: int) -> tuple[str, tuple[Move, ...]]:
    """Where the money of a code of one year stands in a later year, and by which moves.

    Below a moved code nothing is known to correspond: an item of it is money of the new code.
    """
    taken = []
    for move in moves():
        if year < move.year <= to and code.startswith(move.old):
            code = move.new
            taken.append(move)
    return code, tuple(taken)


def nearest_above(code: str, printed: Container[str]) -> str:
    """The nearest printed code this one belongs under; misprinted codes too have one."""
    above = (code[:length] for length in range(len(code) - 1, 2, -1))
    return next((prefix for prefix in above if prefix in printed), "")


def entries(kind: str, code: str) -> tuple[OfficialName, ...]:
    """Every name the code is known to have had, published ones first."""
    return _codebook(kind).get(code, ())


def categories(kind: str) -> list[str]:
    """The codes of the first level, in order."""
    return sorted(code for code in _codebook(kind) if LEVELS.get(len(code)) == 1)


@cache
def groups() -> frozenset[str]:
    """The codes of the first level of the lists of expenditure."""
    kinds = (kind for kind in LISTS if kind != "revenue")
    return frozenset(code for kind in kinds for code in categories(kind))


def official(kind: str, code: str, year: int) -> OfficialName | None:
    """The entry of that year's list for the code, the published one where several are known."""
    return next((entry for entry in entries(kind, code) if entry.holds_in(year)), None)


def code_named(kind: str, name: str, depth: int) -> str | None:
    """The code of that depth which has, or once had, this official name."""
    return _codes_by_name(kind, depth).get(heading(name))


def published_as(kind: str, name: str, year: int) -> tuple[str, ...]:
    """The codes that go by this name in that year's published list."""
    named = _published(kind).get(heading(name), ())
    return tuple(entry.code for entry in named if entry.holds_in(year))


@cache
def _codebook(kind: str) -> dict[str, tuple[OfficialName, ...]]:
    book: dict[str, list[OfficialName]] = {}
    for row in rows(LISTS[kind]):
        first, last = (int(row[at]) if row[at] else None for at in ("valid_from", "valid_to"))
        entry = OfficialName(row["code"], row["name"], first, last, row["evidence"])
        book.setdefault(entry.code, []).append(entry)
    return {code: tuple(sorted(names, key=_trust)) for code, names in book.items()}


@cache
def _published(kind: str) -> dict[str, tuple[OfficialName, ...]]:
    named: dict[str, tuple[OfficialName, ...]] = {}
    for entry in (entry for names in _codebook(kind).values() for entry in names):
        if entry.evidence == "published":
            named[heading(entry.name)] = (*named.get(heading(entry.name), ()), entry)
    return named


def _trust(entry: OfficialName) -> tuple[bool, bool, int, str]:
    """Published before unverified, dated before undated, the later name before the earlier."""
    dated = entry.valid_from is not None or entry.valid_to is not None
    return entry.evidence != "published", not dated, -(entry.valid_from or 0), entry.name


@cache
def _codes_by_name(kind: str, depth: int) -> dict[str, str]:
    named: dict[str, str] = {}
    for code, names in _codebook(kind).items():
        if LEVELS.get(len(code)) == depth:
            for entry in names:
                named.setdefault(heading(entry.name), code)
    return named
