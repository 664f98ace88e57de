"""Is a table understood right? Its own sums say so, and what other tables of the document print.

A budget is a code that corrects itself: rows add up to their 合计, 款 to their 类, columns to
theirs. What adds up where nothing forces it to is read right; what does not is left unread.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import NamedTuple

from unitbudget.errors import DisclosureError, UnknownLayout
from unitbudget.money.amounts import UNITS, Amount
from unitbudget.money.codes import nearest_above
from unitbudget.reading.identified import Identified, no_unit
from unitbudget.reading.joining import Joined
from unitbudget.reading.nesting import PART, nested, ordinal
from unitbudget.reading.tidy import places, read_amount
from unitbudget.reading.understanding import not_understood, understood, unknown
from unitbudget.reading.vocabulary import QUALIFYING, UNCLASSIFIED, plain, vocabulary

#: Of the sums that say something, so many may fail: the body's own mistakes.
MOST_BROKEN = 0.25

#: A column, as the sums of a row know it: what it measures, of last year or not, planned or spent.
Key = tuple[str, bool, str]


class Sum(NamedTuple):
    """An amount in a sum, and half a unit in its last printed place."""

    value: Decimal
    slack: Decimal


NOTHING = Sum(Decimal(0), Decimal(0))


#: How many sums come out (``holds``), of how many all parts but one are blank (``trivial``), and
#: how many do not come out (``broken``).
Evidence = Counter[str]


def note(found: Evidence, stated: Sum, parts: Sequence[Sum]) -> None:
    """Count one sum: is it right, give or take what rounding leaves open?"""
    given = [part for part in parts if part.value]
    slack = stated.slack + sum(part.slack for part in given)
    if abs(stated.value - sum(part.value for part in given)) > slack:
        found["broken"] += 1
    elif len(given) > 1 or stated.value:
        found["holds" if len(given) > 1 else "trivial"] += 1


@dataclass
class Line:
    """One printed row of one side: its code, its name as printed, its amounts by column."""

    row: int
    code: str
    label: str
    amounts: dict[Key, Sum] = field(default_factory=dict)

    @property
    def is_total(self) -> bool:
        return not self.code and bool(vocabulary().rows["total"].fullmatch(plain(self.label, 0)))


@dataclass
class Confirmed:
    """What the sums of a table say of how it was read, and which rows are parts of which."""

    evidence: Evidence
    totals: set[Decimal]
    amounts: set[Decimal]
    part_of: dict[tuple[int, int], int]
    unproved: set[str]
    #: Does no row say that it is the total, or one of some?
    is_open: bool

    def stands(self, elsewhere: Collection[Decimal]) -> bool:
        """Is the reading right?

        Its sums say so, or another table that prints its total.
        """
        found = self.evidence
        contradicted = found["broken"] > MOST_BROKEN * found.total()
        if contradicted or (self.is_open and found["broken"]):
            return False
        if found["holds"] or not self.totals or (found["trivial"] and not found["broken"]):
            return True
        return bool(self.totals & set(elsewhere))


def confirmed(joined: Joined, year: int) -> Confirmed:
    """The sums of one table as read; amounts in yuan where its unit is known."""
    sides: dict[int, dict[int, Line]] = defaultdict(dict)
    factor = UNITS.get(joined.unit, Decimal(1))
    for place in places(joined, year):
        row = 0 if joined.table.rows_measure else place.row
        line = sides[place.side].setdefault(row, Line(row, place.code, place.label))
        amount = read_amount(place.cell.text)
        if not isinstance(amount, Amount) or amount.percent:
            continue
        meaning = place.meaning
        key = (meaning.measure, meaning.last_year, meaning.phase)
        slack = Decimal(1).scaleb(-amount.places) / 2
        line.amounts.setdefault(key, Sum(amount.value, slack))
    found = Confirmed(Counter(), set(), set(), {}, set(), is_open=True)
    for side, lines in sides.items():
        printed = list(lines.values())
        above = _down(printed, found.evidence)
        found.part_of |= {(side, row): parent for row, parent in above.items()}
        found.unproved |= _across(printed, found.evidence)
        given = [line for line in printed if line.amounts]
        for line in [line for line in given if line.is_total] or given[:1]:
            sums = (amount for key, amount in line.amounts.items() if key[0] == "total")
            found.totals |= {amount.value * factor for amount in sums if amount.value}
        every = (amount for line in printed for amount in line.amounts.values())
        found.amounts |= {amount.value * factor for amount in every if amount.value}
        if any(line.is_total or line.label.endswith("计") for line in printed):
            found.is_open = False
    return found


def _down(lines: Sequence[Line], evidence: Evidence) -> dict[int, int]:
    """The sums from top to bottom: by codes where rows have them, else by how the amounts nest."""
    keys = list(dict.fromkeys(key for line in lines for key in line.amounts))
    coded = [line for line in lines if line.code and line.amounts]
    if not keys:
        return {}
    if coded and len({line.code for line in coded}) == len(coded):
        _by_codes(lines, coded, keys, evidence)
        return {}
    main = max(keys, key=lambda key: sum(key in line.amounts for line in lines))
    return _by_nesting(lines, keys, main, evidence)


def _by_codes(
    lines: Sequence[Line], coded: Sequence[Line], keys: Sequence[Key], evidence: Evidence
) -> None:
    printed = {line.code: line for line in coded}
    totals = [line for line in lines if line.is_total] or [x for x in lines if not x.code]
    children: dict[str, list[Line]] = defaultdict(list)
    for line in coded:
        children[nearest_above(line.code, printed)].append(line)
    for code, below in children.items():
        for line in [printed[code]] if code else totals[:1]:
            evidence.update(_in_columns(line, below, keys))


def _by_nesting(
    lines: Sequence[Line], keys: Sequence[Key], main: Key, evidence: Evidence
) -> dict[int, int]:
    """Which rows are parts of which, as ordinals and amounts say; every column must agree."""
    amounts = [line.amounts.get(main) for line in lines]
    styles = [ordinal(line.label) for line in lines]
    above = nested(
        styles,
        [amount.value if amount else None for amount in amounts],
        [line.is_total for line in lines],
        max(2 * amount.slack for amount in amounts if amount),
    )
    children: dict[int, list[Line]] = defaultdict(list)
    for place, parent in above.items():
        if styles[place] != PART:
            children[parent].append(lines[place])
    for parent, below in children.items():
        evidence.update(_in_columns(lines[parent], below, keys))
    return {
        lines[place].row: lines[parent].row
        for place, parent in above.items()
        if not lines[parent].is_total
    }


def _in_columns(above: Line, below: Sequence[Line], keys: Sequence[Key]) -> Evidence:
    """One row and its parts, column by column, counted as one sum: all must come out."""
    found: Evidence = Counter()
    for key in keys:
        parts = [line.amounts.get(key, NOTHING) for line in below]
        stated = above.amounts.get(key, NOTHING)
        if stated.value or any(part.value for part in parts):
            note(found, stated, parts)
    return Counter(["broken"] if found["broken"] else [*found])


def _across(lines: Sequence[Line], evidence: Evidence) -> set[str]:
    """The sums along the rows, each in the way that comes out in most of them.

    Returns the columns nobody knows that no sum needs: what they hold is open.
    """
    keys = dict.fromkeys(key for line in lines for key in line.amounts)
    unproved = {
        key
        for key in keys
        if UNCLASSIFIED in key[0] and any(x.amounts.get(key, NOTHING).value for x in lines)
    }
    for time in dict.fromkeys((last, phase) for _, last, phase in keys):
        for whole, ways in vocabulary().sums.items():
            if (whole, *time) not in keys:
                continue
            printed = list(_printed(ways, time, keys))
            best, found = _best(lines, (whole, *time), printed)
            if unknown := [key for key in _unknown(whole, keys) if key[1:] == time]:
                among = [[*way, *unknown] for way in (*printed, [])]
                more, needing = _best(lines, (whole, *time), among)
                if needing["holds"] and not needing["broken"] and (found["broken"] or not best):
                    found = needing
                    unproved -= set(more)
            evidence.update(found)
    return {key[0] for key in unproved}


def _unknown(whole: str, keys: Iterable[Key]) -> list[Key]:
    """The columns nobody knows that stand among the parts of a sum."""
    above = "" if whole == "total" else f"{QUALIFYING.get(whole, whole)}_"
    return [key for key in keys if key[0].startswith(above + UNCLASSIFIED)]


def _printed(
    ways: Iterable[Sequence[str]], time: tuple[bool, str], keys: Collection[Key]
) -> Iterator[list[Key]]:
    """The ways in which a sum could be printed: those of which a part is."""
    for way in ways:
        parts = [(measure, *time) for measure in way if (measure, *time) in keys]
        if parts:
            yield parts


def _best(
    lines: Sequence[Line], whole: Key, ways: Sequence[list[Key]]
) -> tuple[list[Key], Evidence]:
    """The way a sum comes out in most rows, and how often; no way where none of its parts is."""
    best, found = list[Key](), Evidence()
    for way in ways:
        tried = Evidence()
        for line in lines:
            parts = [line.amounts.get(key, NOTHING) for key in way]
            if whole in line.amounts or any(part.value for part in parts):
                note(tried, line.amounts.get(whole, NOTHING), parts)
        if not best or (tried["broken"], -tried["holds"]) < (found["broken"], -found["holds"]):
            best, found = way, tried
    return best, found


# ---- A document's tables together ----------------------------------------------------------------


def settle(found: Identified, source_file: str, kind: str) -> None:
    """Keep the tables understood without a template that their sums confirm; leave the others."""
    _look_again(found, source_file, kind)
    judged = [(joined, confirmed(joined, found.year)) for joined in found.tables]
    _find_units(judged)
    while True:
        printed = Counter(amount for _, each in judged for amount in each.amounts)
        wrong = [
            pair
            for pair in judged
            if pair[0].is_learned
            and (pair[1].unproved or not pair[1].stands({t for t, n in printed.items() if n > 1}))
        ]
        if not wrong:
            break
        for joined, each in wrong:
            _leave(found, joined, _doubtful(source_file, joined, each))
        judged = [pair for pair in judged if pair not in wrong]
    for joined, each in judged:
        joined.adds_up = bool(each.evidence["holds"]) and not each.evidence["broken"]
        if joined.is_learned:
            joined.part_of = each.part_of
            if not joined.unit:
                _leave(found, joined, no_unit(joined.where(source_file)))


def _look_again(found: Identified, source_file: str, kind: str) -> None:
    """Understand each table once more, now that all its pages are joined."""
    seen: set[int] = set()
    for first in [joined for joined in found.tables if joined.is_learned]:
        if id(first.parts) in seen:
            continue
        seen.add(id(first.parts))
        same = [joined for joined in found.tables if joined.parts is first.parts]
        place = first.where(source_file)
        body = [row for part in first.parts for row in part.rows]
        try:
            readings = understood(first.title, first.header, body, found.year, kind, place)
        except UnknownLayout as error:
            for joined in same:
                _leave(found, joined, error)
            continue
        at = found.tables.index(first)
        for joined in same:
            found.tables.remove(joined)
        found.tables[at:at] = [
            replace(first, table=each.table, columns=each.columns) for each in readings
        ]
    _refuse_doubles(found, source_file)


def _refuse_doubles(found: Identified, source_file: str) -> None:
    """Two tables of one kind: the one a template knows is it; of two learned ones neither."""
    counted = Counter(joined.table.table_id for joined in found.tables)
    for table_id in [name for name, number in counted.items() if number > 1]:
        same = [joined for joined in found.tables if joined.table.table_id == table_id]
        learned = [joined for joined in same if joined.is_learned]
        keep = len(same) - len(learned) == 1
        for joined in learned if keep else same:
            if joined.is_learned:
                said = "同一份文件里有两张这样的表，分不清哪一张才是"
                todo = "请核对原件；一份文件里若有几个单位的预算，请分成几份"
                _leave(found, joined, UnknownLayout(joined.where(source_file), said, todo))


def _leave(found: Identified, joined: Joined, error: DisclosureError) -> None:
    """Leave one table unread, the others of the same kind where they are."""
    found.tables = [each for each in found.tables if each is not joined]
    taken = {each.table.table_id for each in (*found.tables,)}
    name = joined.table.table_id
    found.leave("" if name in taken else name, joined.title, joined.pages, error)


def _find_units(judged: Sequence[tuple[Joined, Confirmed]]) -> None:
    """A table that prints no unit of money has that in which another prints its total."""
    known = {total for joined, each in judged if joined.unit for total in each.totals}
    units = {joined.unit for joined, _ in judged if joined.unit}
    for joined, each in judged:
        if joined.unit or not joined.is_learned:
            continue
        fitting = [u for u in units if {total * UNITS[u] for total in each.totals} & known]
        if len(fitting) == 1:
            joined.unit = fitting[0]
            each.totals = {total * UNITS[fitting[0]] for total in each.totals}
        elif not each.totals and len(units) == 1:
            joined.unit = next(iter(units))


def _doubtful(source_file: str, joined: Joined, each: Confirmed) -> UnknownLayout:
    found = each.evidence
    place = joined.where(source_file)
    if each.unproved:
        return not_understood(unknown(joined.columns, each.unproved), place)
    most = found["broken"] > found["holds"] + found["trivial"]
    why = "表内没有合计可以印证各栏是什么"
    if found["broken"]:
        why = f"照表头读出的数，{'多数' if most else '有的'}合计对不上"
    return UnknownLayout(place, why)
