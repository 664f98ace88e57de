"""One mistake at a time, of the kinds found in real disclosures, planted in a clean one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any

from generator import catalogue, slips
from unitbudget.narrative import Section

Amount = dict[str, Any]
CODED = ("general_public_budget", "basic_expenditure", "revenue", "expenditure",
         "government_managed_funds")  # fmt: skip
CODE_COLUMNS = ("function_code", "economic_code")


@dataclass(frozen=True)
class Document:
    """What the checkers see of one disclosure."""

    about: dict[str, Any]
    tables: tuple[Amount, ...]
    amounts: tuple[Amount, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Mutant:
    """A document with one mistake: its kind, where it is, and the cells or paragraph it is in.

    ``before`` is the sentence as it was, and ``figure`` the number in it that was changed.
    """

    kind: str
    where: str
    document: Document
    cells: frozenset[str] = frozenset()
    paragraph: str = ""
    before: str = ""
    figure: Decimal | None = None

    @property
    def in_prose(self) -> bool:
        return bool(self.paragraph)


Planter = Callable[[Document, Random], Mutant | None]


def plant(document: Document, kind: str, chance: Random) -> Mutant | None:
    """A mutant of this kind; nothing where the document offers no place for it."""
    return {**TABLES, **PROSE}[kind](document, chance)


# --- one cell --------------------------------------------------------------------------------


def _cell(kind: str, slip: slips.Slip) -> Planter:
    """A slip in one printed number."""

    def planter(document: Document, chance: Random) -> Mutant | None:
        for _ in range(40):
            place = chance.randrange(len(document.amounts))
            row = document.amounts[place]
            printed = slip(row["printed"], chance)
            if printed is not None and Decimal(printed) != Decimal(row["printed"]):
                return _reprinted(document, kind, {place: printed})
        return None

    return planter


def _reprinted(document: Document, kind: str, changes: dict[int, str]) -> Mutant:
    amounts = list(document.amounts)
    said = []
    for place, printed in changes.items():
        row = amounts[place]
        factor = Decimal(10_000) if _unit(document, row["table_id"]) == "万元" else Decimal(1)
        value = Decimal(printed) * (1 if row["unit"] == "percent" else factor)
        amounts[place] = row | {"printed": printed, "value": value}
        said.append(f"{_label(row)} {row['printed']}→{printed}")
    cells = frozenset(amounts[place]["cell"] for place in changes)
    return Mutant(kind, "；".join(said), replace(document, amounts=tuple(amounts)), cells)


def _unit(document: Document, table_id: str) -> str:
    return next(str(t["unit"]) for t in document.tables if t["table_id"] == table_id)


def _label(row: Amount) -> str:
    code = row["function_code"] or row["economic_code"]
    return f"{row['table_id']}/{code or row['name']}/{row['measure']}@{row['fiscal_year']}"


# --- whole rows ------------------------------------------------------------------------------

Line = tuple[str, int, str]


def _lines(document: Document, coded: bool = False) -> dict[Line, list[int]]:
    """The places of the amounts of each printed row of each side."""
    found: dict[Line, list[int]] = {}
    for place, row in enumerate(document.amounts):
        if not coded or row["table_id"] in CODED:
            side = "" if row["table_id"] in CODED else row["direction"]
            found.setdefault((row["table_id"], row["row"], side), []).append(place)
    return found


def _pick_line(document: Document, chance: Random, coded: bool = False) -> list[int] | None:
    lines = [p for line, p in _lines(document, coded).items() if line[0] != "three_public_expenses"]
    return chance.choice(lines) if lines else None


def _swapped_rows(document: Document, chance: Random) -> Mutant | None:
    """The labels of two rows of one level and one table have changed places."""
    labels = ("function_code", "economic_code", "name")
    for _ in range(40):
        one, other = _pick_line(document, chance, True), _pick_line(document, chance, True)
        if one is None or other is None:
            return None
        a, b = document.amounts[one[0]], document.amounts[other[0]]
        alike = a["table_id"] == b["table_id"] and len(_code(a)) == len(_code(b)) > 0
        if not alike or _code(a) == _code(b) or _figures(document, one) == _figures(document, other):
            continue
        amounts = list(document.amounts)
        for places, source in ((one, b), (other, a)):
            for place in places:
                amounts[place] = amounts[place] | {key: source[key] for key in labels}
        cells = frozenset(amounts[place]["cell"] for place in one + other)
        where = f"{_label(a)} ↔ {_label(b)}"
        return Mutant("swapped rows", where, replace(document, amounts=tuple(amounts)), cells)
    return None


def _code(row: Amount) -> str:
    return str(row["function_code"] or row["economic_code"])


def _figures(document: Document, places: list[int]) -> set[tuple[int, Decimal]]:
    return {(document.amounts[p]["column"], Decimal(document.amounts[p]["printed"])) for p in places}


def _swapped_columns(document: Document, chance: Random) -> Mutant | None:
    """Two numbers of one row have changed places."""
    for _ in range(40):
        places = chance.choice(list(_lines(document).values()))
        if len(places) < 2:
            continue
        one, other = chance.sample(places, 2)
        a, b = document.amounts[one], document.amounts[other]
        if a["unit"] == b["unit"] and Decimal(a["printed"]) != Decimal(b["printed"]):
            return _reprinted(document, "swapped columns", {one: b["printed"], other: a["printed"]})
    return None


def _wrong_column(document: Document, chance: Random) -> Mutant | None:
    """A number stands in a neighbouring column that should be blank."""
    for _ in range(40):
        table = chance.choice(sorted({row["table_id"] for row in document.amounts}))
        kinds = {(r["column"], r["measure"], r["fiscal_year"], r["phase"], r["direction"])
                 for r in document.amounts if r["table_id"] == table and r["unit"] == "CNY"}  # fmt: skip
        line, places = chance.choice([x for x in _lines(document).items() if x[0][0] == table])
        used = {document.amounts[place]["column"] for place in places}
        free = sorted(kind for kind in kinds if kind[0] not in used and line[2] in ("", kind[4]))
        movable = [place for place in places if document.amounts[place]["unit"] == "CNY"]
        if not free or not movable:
            continue
        place, target = chance.choice(movable), chance.choice(free)
        row = document.amounts[place]
        keys = ("column", "measure", "fiscal_year", "phase", "direction")
        moved = row | dict(zip(keys, target, strict=True))
        moved["cell"] = f"{table}!R{row['row']}C{target[0]}"
        amounts = list(document.amounts)
        amounts[place] = moved
        where = f"{_label(row)} → {moved['measure']}@{moved['fiscal_year']}"
        cells = frozenset({row["cell"], moved["cell"]})
        return Mutant("wrong column", where, replace(document, amounts=tuple(amounts)), cells)
    return None


def _dropped_row(document: Document, chance: Random) -> Mutant | None:
    places = _pick_line(document, chance)
    return _without(document, "dropped row", places) if places else None


def _missing(document: Document, chance: Random) -> Mutant | None:
    """One number is not printed."""
    filled = [p for p, row in enumerate(document.amounts) if Decimal(row["printed"])]
    return _without(document, "missing number", [chance.choice(filled)])


def _without(document: Document, kind: str, places: list[int]) -> Mutant | None:
    gone = set(places)
    if not any(Decimal(document.amounts[place]["printed"]) for place in gone):
        return None
    rows = tuple(row for place, row in enumerate(document.amounts) if place not in gone)
    cells = frozenset(document.amounts[place]["cell"] for place in gone)
    where = _label(document.amounts[places[0]])
    return Mutant(kind, where, replace(document, amounts=rows), cells)


def _duplicated_row(document: Document, chance: Random) -> Mutant | None:
    """A row is printed twice; all below it move down."""
    places = _pick_line(document, chance, True)
    if places is None:
        return None
    first = document.amounts[places[0]]
    table, number = first["table_id"], first["row"]
    amounts: list[Amount] = []
    for row in document.amounts:
        below = row["table_id"] == table and row["row"] > number
        amounts.append(_at_row(row, row["row"] + 1) if below else row)
    amounts += [_at_row(document.amounts[place], number + 1) for place in places]
    cells = frozenset(f"{table}!R{n}C{document.amounts[p]['column']}" for p in places
                      for n in (number, number + 1))  # fmt: skip
    return Mutant("duplicated row", _label(first), replace(document, amounts=tuple(amounts)), cells)


def _at_row(row: Amount, number: int) -> Amount:
    return row | {"row": number, "cell": f"{row['table_id']}!R{number}C{row['column']}"}


def _copied(document: Document, chance: Random) -> Mutant | None:
    """Last year's figure is printed for this year, or the other way round."""
    pairs = []
    for places in _lines(document).values():
        for a in places:
            for b in places:
                one, other = document.amounts[a], document.amounts[b]
                if one["measure"] == other["measure"] and one["fiscal_year"] > other["fiscal_year"] \
                        and Decimal(one["printed"]) != Decimal(other["printed"]):  # fmt: skip
                    pairs.append((a, b))
    if not pairs:
        return None
    one, other = chance.choice(pairs)
    if chance.random() < 0.5:
        one, other = other, one
    return _reprinted(document, "copied last year", {one: document.amounts[other]["printed"]})


def _stale_percentage(document: Document, chance: Random) -> Mutant | None:
    places = [p for p, row in enumerate(document.amounts) if row["unit"] == "percent"]
    if len(places) < 2:
        return None
    place = chance.choice(places)
    here = Decimal(document.amounts[place]["printed"])
    others = [document.amounts[p]["printed"] for p in places]
    others = [text for text in others if Decimal(text) != here]
    return _reprinted(document, "stale percentage", {place: chance.choice(others)}) if others else None


def _relabelled(kind: str, change: Callable[[Amount, Random], Amount | None]) -> Planter:
    def planter(document: Document, chance: Random) -> Mutant | None:
        places = _pick_line(document, chance, coded=True)
        if places is None or not _code(document.amounts[places[0]]):
            return None
        amounts, first = list(document.amounts), document.amounts[places[0]]
        changed = change(first, chance)
        if changed is None:
            return None
        labels = {key: changed[key] for key in (*CODE_COLUMNS, "name")}
        for place in places:
            amounts[place] = amounts[place] | labels
        cells = frozenset(amounts[place]["cell"] for place in places)
        where = f"{_label(first)} → {_code(changed)} {changed['name']}"
        return Mutant(kind, where, replace(document, amounts=tuple(amounts)), cells)

    return planter


def _renamed(row: Amount, chance: Random) -> Amount:
    """The item bears a name of another."""
    file = "functions.csv" if row["function_code"] else "economics.csv"
    names = [name for code, name in catalogue.all_names(file) if len(code) == len(_code(row))]
    return row | {"name": chance.choice([name for name in names if name != row["name"]])}


def _wrong_code(row: Amount, chance: Random) -> Amount:
    """Two digits of the code are others."""
    key = "function_code" if row["function_code"] else "economic_code"
    code = row[key]
    tail = f"{(int(code[-2:]) + chance.randint(1, 98)) % 100:02d}"
    return row | {key: code[:-2] + tail}


TABLES: dict[str, Planter] = {
    "digit": _cell("digit", slips.digit),
    "transposition": _cell("transposition", slips.transposition),
    "decimal shift": _cell("decimal shift", slips.decimal_shift),
    "sign": _cell("sign", slips.sign),
    "unit": _cell("unit", slips.unit),
    "one fen": _cell("one fen", slips.last_place),
    "swapped rows": _swapped_rows,
    "swapped columns": _swapped_columns,
    "wrong column": _wrong_column,
    "dropped row": _dropped_row,
    "duplicated row": _duplicated_row,
    "missing number": _missing,
    "copied last year": _copied,
    "stale percentage": _stale_percentage,
    "renamed item": _relabelled("renamed item", _renamed),
    "wrong code": _relabelled("wrong code", _wrong_code),
}


# --- prose -----------------------------------------------------------------------------------

_FIGURE = re.compile(r"(?<![\d.,])(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>元|万元|%|％|辆|台（套）|个)")
_NOT_BUDGET = re.compile(r"(?:单位价值|单价|设)$")
_FLAT = re.compile(r"比(?P<basis>[^，。]{2,12}?)(?:增加|减少)[\d.]+(?:万?元)(?:，(?:增长|下降)[\d.]+%)?")
_WAYS = {"增加": "减少", "减少": "增加", "增长": "下降", "下降": "增长"}


def _figures_in(document: Document, unit: str = "") -> Iterator[tuple[int, int, re.Match[str]]]:
    """Every figure of the explanations: its section, its paragraph, and where it stands."""
    for s, section in enumerate(document.sections):
        if "名词解释" in "".join(section.titles):
            continue
        for p, paragraph in enumerate(section.paragraphs):
            for match in _FIGURE.finditer(paragraph.text):
                before = paragraph.text[: match.start()]
                if not _NOT_BUDGET.search(before) and unit in match["unit"]:
                    yield s, p, match


def _rewritten(
    document: Document, kind: str, where: str, s: int, p: int, span: tuple[int, int], text: str
) -> Mutant:
    section = document.sections[s]
    paragraph = section.paragraphs[p]
    new = paragraph.text[: span[0]] + text + paragraph.text[span[1] :]
    paragraphs = (*section.paragraphs[:p], replace(paragraph, text=new), *section.paragraphs[p + 1 :])
    changed = replace(section, paragraphs=paragraphs)
    sections = (*document.sections[:s], changed, *document.sections[s + 1 :])
    around = new[max(0, span[0] - 30) : span[0] + len(text) + 12]
    start = paragraph.text.rfind("。", 0, span[0]) + 1
    end = paragraph.text.find("。", span[0])
    sentence = paragraph.text[start : end + 1 if end >= 0 else None]
    # The unit stands behind its number, everything else before it.
    number = _FIGURE.search(paragraph.text, span[0] - (20 if kind == "prose unit" else 0))
    figure = Decimal(number["number"].replace(",", "")) if number else None
    return Mutant(
        kind,
        f"{where}：{around}",
        replace(document, sections=sections),
        paragraph=new,
        before=sentence,
        figure=figure,
    )


def _number(kind: str, slip: slips.Slip) -> Planter:
    """A slip in one number of the prose."""

    def planter(document: Document, chance: Random) -> Mutant | None:
        found = list(_figures_in(document))
        for _ in range(40):
            s, p, match = chance.choice(found)
            old = match["number"].replace(",", "")
            new = slip(old, chance)
            if new is not None and Decimal(new) != Decimal(old) and not new.startswith("-"):
                where = f"{old}→{new}{match['unit']}"
                return _rewritten(document, kind, where, s, p, match.span("number"), new)
        return None

    return planter


def _prose_unit(document: Document, chance: Random) -> Mutant | None:
    """元 for 万元, or the other way round."""
    found = [f for f in _figures_in(document, "元") if Decimal(f[2]["number"].replace(",", ""))]
    s, p, match = chance.choice(found)
    new = "元" if match["unit"] == "万元" else "万元"
    return _rewritten(document, "prose unit", f"{match[0]}→{new}", s, p, match.span("unit"), new)


def _borrowed(kind: str, unit: str) -> Planter:
    """A figure of the same unit from elsewhere in the prose stands where another should."""

    def planter(document: Document, chance: Random) -> Mutant | None:
        found = [f for f in _figures_in(document, unit) if f[2]["unit"] in (unit, "％")]
        for _ in range(40 if found else 0):
            (s, p, match), other = chance.choice(found), chance.choice(found)
            new = other[2]["number"]
            if Decimal(new.replace(",", "")) != Decimal(match["number"].replace(",", "")):
                where = f"{match['number']}→{new}{unit}"
                return _rewritten(document, kind, where, s, p, match.span("number"), new)
        return None

    return planter


def _direction(document: Document, chance: Random) -> Mutant | None:
    """A rise is called a fall, or a fall a rise."""
    found = []
    for s, section in enumerate(document.sections):
        for p, paragraph in enumerate(section.paragraphs):
            for match in re.finditer(r"(增加|减少|增长|下降)(?=[\d.]+(?:万?元|%))", paragraph.text):
                found.append((s, p, match))
    if not found:
        return None
    s, p, match = chance.choice(found)
    new = _WAYS[match[0]]
    return _rewritten(document, "prose direction", f"{match[0]}→{new}", s, p, match.span(), new)


def _said_flat(document: Document, chance: Random) -> Mutant | None:
    """What changed is said to be as it was."""
    found = [
        (s, p, match)
        for s, section in enumerate(document.sections)
        for p, paragraph in enumerate(section.paragraphs)
        for match in _FLAT.finditer(paragraph.text)
    ]
    if not found:
        return None
    s, p, match = chance.choice(found)
    new = f"与{match['basis']}持平"
    return _rewritten(document, "prose said flat", f"{match[0]}→{new}", s, p, match.span(), new)


def _prose_renamed(document: Document, chance: Random) -> Mutant | None:
    """A sentence about one item bears the name of another item of the same document."""
    names = sorted({
        str(row["name"]) for row in document.amounts
        if row["table_id"] == "general_public_budget" and len(_code(row)) == 7
    })  # fmt: skip
    found = [
        (s, p, name)
        for s, section in enumerate(document.sections)
        for p, paragraph in enumerate(section.paragraphs)
        for name in names
        if paragraph.text.startswith(name) and "年预算数为" in paragraph.text[: len(name) + 16]
    ]
    if not found or len(names) < 2:
        return None
    s, p, name = chance.choice(found)
    new = chance.choice([other for other in names if other != name])
    # A name that ends in 支出 takes no second one.
    reach = len(name) + (2 if new.endswith("支出") and not name.endswith("支出") else 0)
    return _rewritten(document, "prose renamed", f"{name}→{new}", s, p, (0, reach), new)


PROSE: dict[str, Planter] = {
    "prose digit": _number("prose digit", slips.digit),
    "prose transposition": _number("prose transposition", slips.transposition),
    "prose decimal shift": _number("prose decimal shift", slips.decimal_shift),
    "prose unit": _prose_unit,
    "prose stale amount": _borrowed("prose stale amount", "元"),
    "prose stale percentage": _borrowed("prose stale percentage", "%"),
    "prose direction": _direction,
    "prose said flat": _said_flat,
    "prose renamed": _prose_renamed,
}
