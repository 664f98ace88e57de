"""Codes that are not those of their names: misprinted, numbered by the unit itself, another item's.

A rule that asks for a code means an item of the classification. Where code and name of a row
disagree, the row is judged under the code its name and its place in the table speak for; what is
printed stays as it is in the package, and one finding says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from unitbudget.money.codes import code_named, entries, is_code, published_as
from unitbudget.money.text import heading

#: So many rows of one category whose names are other codes' are a numbering of one's own.
OWN_NUMBERING = 3
#: The years whose economic list is known whole.
ECONOMIC_SINCE = 2018
#: A part printed with more digits than a 类 has is no misprint of one part.
LONGEST = 3
#: A code of nobody's, for a row whose item the list does not have: counted down from here.
NOBODY = 98


@dataclass(frozen=True, slots=True)
class OddCode:
    """A printed row whose code is not its name's: what it likely should be, and how one sees it.

    ``kind``: ``slip`` one part of the code is misprinted, ``zero`` it lost a nought, ``short`` rows
    print their own part of it alone; ``own`` the category is numbered by the unit itself; ``other``
    the code is another item's. ``meant`` is
    empty where no list says; ``judged`` is the code its rules are tried under.
    """

    table: str
    row: int
    page: int
    printed: str
    name: str
    kind: str
    meant: str
    judged: str


def odd_codes(rows: Iterable[Mapping[str, Any]], year: int) -> list[OddCode]:
    """The rows of a document whose codes are not those of their names, in printed order."""
    tables: dict[str, list[_Row]] = {}
    for row in _coded(rows):
        tables.setdefault(row.table, []).append(row)
    known = _known(tables.values())
    found: list[OddCode] = []
    for lines in tables.values():
        found += _slips(lines, known)
        if year >= ECONOMIC_SINCE:
            found += _economic(lines, year)
    return found


def as_meant(rows: Sequence[Mapping[str, Any]], odd: Sequence[OddCode]) -> list[Mapping[str, Any]]:
    """The amounts with the codes under which they are judged."""
    codes = {(each.table, each.row, each.printed): each.judged for each in odd}
    if not codes:
        return list(rows)
    judged: list[Mapping[str, Any]] = []
    for row in rows:
        field = "function_code" if row.get("function_code") else "economic_code"
        code = codes.get((str(row["table_id"]), int(row["row"]), str(row.get(field) or "")))
        judged.append({**row, field: code} if code else row)
    return judged


def part_of(odd: OddCode) -> tuple[str, str, str]:
    """The part of a code that is misprinted: 类, 款 or 项, as printed, as it should be."""
    found = _parts(odd.printed, odd.meant)
    return next((each for each in found if each[1] != each[2]), ("", odd.printed, odd.meant))


def _parts(printed: str, meant: str) -> Iterator[tuple[str, str, str]]:
    """Each part of a code, as printed and as it should be, where all around it is as it should."""
    parts = [meant[:3], *(meant[at : at + 2] for at in range(3, len(meant), 2))]
    for place, (name, part) in enumerate(zip("类款项", parts, strict=False)):
        before, after = "".join(parts[:place]), "".join(parts[place + 1 :])
        middle = printed[len(before) : len(printed) - len(after)]
        if printed == before + middle + after:
            yield name, middle, part


@dataclass(frozen=True, slots=True)
class _Row:
    table: str
    row: int
    page: int
    kind: str
    code: str
    name: str


def _coded(rows: Iterable[Mapping[str, Any]]) -> Iterable[_Row]:
    """The printed rows with a code, each once."""
    seen: dict[tuple[str, int, str], _Row] = {}
    for row in rows:
        function = str(row.get("function_code") or "")
        code = function or str(row.get("economic_code") or "")
        key = str(row["table_id"]), int(row["row"]), code
        if code and key not in seen:
            kind = "function" if function else "economic"
            seen[key] = _Row(*key[:2], int(row.get("page") or 0), kind, code, str(row["name"]))
    return sorted(seen.values(), key=lambda row: (row.table, row.row))


def _known(tables: Iterable[Sequence[_Row]]) -> dict[tuple[str, str], set[str]]:
    """The codes each name goes by in the document."""
    named: dict[tuple[str, str], set[str]] = {}
    for lines in tables:
        for row in lines:
            named.setdefault((row.kind, heading(row.name)), set()).add(row.code)
    return named


def _slips(lines: Sequence[_Row], known: Mapping[tuple[str, str], set[str]]) -> list[OddCode]:
    """Codes of one misprinted part: the name, and the row above, speak for another."""
    found = []
    printed = {row.code for row in lines}
    above: dict[int, str] = {}
    for row in lines:
        depth = len(row.code)
        parent = row.code[:-2] if depth > 3 else ""
        if is_code(row.code) and (not parent or parent in printed):
            above[depth] = row.code
            above = {level: code for level, code in above.items() if level <= depth}
            continue
        meant = _under(row, above, known)
        parts = _parts(row.code, meant) if meant and meant not in printed else ()
        if meant and any(len(part) <= LONGEST for _, part, _ in parts):
            lost = row.code in {
                meant[:at] + meant[at + 1 :] for at in (3, 5) if meant[at:][:1] == "0"
            }
            found.append(_odd(row, "zero" if lost else "slip", meant))
            above[len(meant)] = meant
    # A table that prints only the last part of a level's codes does so in all its rows.
    short = [each for each in found if each.printed == each.meant[-2:]]
    alike = short if len(short) > 1 else []
    return [replace(each, kind="short") if each in alike else each for each in found]


def _under(
    row: _Row, above: Mapping[int, str], known: Mapping[tuple[str, str], set[str]]
) -> str | None:
    """The code of the name below one of the rows above, in the document or in the lists."""
    others = known.get((row.kind, heading(row.name)), set()) - {row.code}
    for depth in (5, 3):
        if depth in above:
            listed = code_named(row.kind, row.name, 3 if depth == 5 else 2)
            for code in (*sorted(others), *([listed] if listed else [])):
                if len(code) == depth + 2 and code.startswith(above[depth]):
                    return code
    return None


def _economic(lines: Sequence[_Row], year: int) -> list[OddCode]:
    """Economic items under codes that the list gives to others."""
    found: list[OddCode] = []
    rows = [row for row in lines if row.kind == "economic" and len(row.code) == 5]
    for group in dict.fromkeys(row.code[:3] for row in rows):
        inside = [row for row in rows if row.code[:3] == group]
        wrong = {row: _named(row, year) for row in inside if not _is_own(row)}
        others = [row for row, meant in wrong.items() if meant]
        counted = [int(row.code[3:]) for row in inside]
        # Counted from 1 without a gap: nobody who follows the list gets there by chance.
        if len(others) >= OWN_NUMBERING and counted == list(range(1, len(inside) + 1)):
            found += _judged(inside, wrong, "own")
        else:
            found += _judged(inside, {row: wrong[row] for row in others}, "other")
    return found


def _is_own(row: _Row) -> bool:
    """Does the code have this name, in any year's list?"""
    return any(heading(entry.name) == heading(row.name) for entry in entries("economic", row.code))


def _named(row: _Row, year: int) -> str:
    """The code the list gives to the name, of the same category."""
    codes = published_as("economic", row.name, year)
    return next((c for c in codes if c[:3] == row.code[:3] and entries("economic", row.code)), "")


def _judged(inside: Sequence[_Row], wrong: Mapping[_Row, str], kind: str) -> list[OddCode]:
    """Odd rows, each under a code of its own: its name's, or one of nobody's."""
    taken = {row.code for row in inside if row not in wrong}
    found = []
    for row, meant in wrong.items():
        judged = meant if meant and meant not in taken else _free(row.code[:3], taken)
        taken.add(judged)
        found.append(OddCode(row.table, row.row, row.page, row.code, row.name, kind, meant, judged))
    return found


def _free(group: str, taken: set[str]) -> str:
    return next(
        code
        for place in range(NOBODY, 0, -1)
        if (code := f"{group}{place:02d}") not in taken and not entries("economic", code)
    )


def _odd(row: _Row, kind: str, meant: str) -> OddCode:
    return OddCode(row.table, row.row, row.page, row.code, row.name, kind, meant, meant)
