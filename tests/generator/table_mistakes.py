"""One mistake at a time in the tables, of the kinds found in real disclosures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random

from generator import catalogue, slips
from generator.mutants import Amount, Document, Mutant, Planter

CODED = ("general_public_budget", "basic_expenditure", "revenue", "expenditure",
         "government_managed_funds")  # fmt: skip
CODE_COLUMNS = ("function_code", "economic_code")


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


def _one_fen(document: Document, chance: Random) -> Mutant | None:
    """One fen too many or too few, where fen are printed."""
    exact = {table["table_id"] for table in document.tables if table["unit"] == "元"}
    for _ in range(40):
        place = chance.randrange(len(document.amounts))
        row = document.amounts[place]
        if row["table_id"] in exact and row["unit"] == "CNY":
            return _reprinted(document, "one fen", {place: slips.one_fen(row["printed"], chance)})
    return None


# --- whole rows ------------------------------------------------------------------------------

Line = tuple[str, int, str, str]


def _lines(document: Document, coded: bool = False) -> dict[Line, list[int]]:
    """The places of the amounts of each printed row of each side."""
    found: dict[Line, list[int]] = {}
    for place, row in enumerate(document.amounts):
        if not coded or row["table_id"] in CODED:
            side = "" if row["table_id"] in CODED else row["direction"]
            line = row["table_id"], row["row"], side, _code(row) or row["name"]
            found.setdefault(line, []).append(place)
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
        if (
            not alike
            or _code(a) == _code(b)
            or _figures(document, one) == _figures(document, other)
        ):
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
    return {
        (document.amounts[p]["column"], Decimal(document.amounts[p]["printed"])) for p in places
    }


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
        own = [r for r in document.amounts if r["table_id"] == table and r["unit"] == "CNY"]
        keys = ("column", "measure", "fiscal_year", "phase", "direction")
        kinds = {tuple(row[key] for key in keys) for row in own}
        line, places = chance.choice([x for x in _lines(document).items() if x[0][0] == table])
        used = {document.amounts[place]["column"] for place in places}
        here = {tuple(document.amounts[place][key] for key in keys[1:]) for place in places}
        free = sorted(
            kind
            for kind in kinds
            if kind[0] not in used and kind[1:] not in here and line[2] in ("", kind[4])
        )
        movable = [place for place in places if document.amounts[place]["unit"] == "CNY"]
        if not free or not movable:
            continue
        place, target = chance.choice(movable), chance.choice(free)
        row = document.amounts[place]
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
                later = one["fiscal_year"] > other["fiscal_year"]
                differ = Decimal(one["printed"]) != Decimal(other["printed"])
                if one["measure"] == other["measure"] and later and differ:
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
    return (
        _reprinted(document, "stale percentage", {place: chance.choice(others)}) if others else None
    )


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
    "one fen": _one_fen,
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
