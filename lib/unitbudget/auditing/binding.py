"""What a subject of the prose is called in the tables → the printed figures behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import cache, cached_property
from typing import Any

from unitbudget.auditing.ledger import Ledger, bare_name
from unitbudget.auditing.prose import Mention, Path, patterns
from unitbudget.auditing.rules import rule_book
from unitbudget.money.figure import ZERO, Figure, agrees, total
from unitbudget.money.text import heading

#: Names at least so alike, under the same parent, are two spellings of one name.
ALIKE = 0.75


BLANK = Figure(ZERO, terms=("空白",))


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the tables something is printed: the figure, and the place as people write it."""

    figure: Figure
    text: str
    #: The table, row and column it is in; of a sum those of its first part.
    table: str = ""
    row: str = ""
    measure: str = ""
    blank: bool = False
    summed: bool = False


class Binder:
    """One document's tables, asked for by the names its prose uses."""

    def __init__(self, ledger: Ledger, kind: str) -> None:
        self.ledger = ledger
        self.kind = kind
        #: The unread tables somebody wanted to look into since this was last emptied.
        self.unread: set[str] = set()
        # Many sentences speak of the same items.
        self._of_path = cache(self._codes_of_path)

    def places(self, mention: Mention, year: int | None = None, phase: str = "") -> list[Place]:
        """Where the amount a mention speaks of is printed, best first."""
        year, phase, entry = year or mention.year, phase or mention.phase, self._entry(mention)
        if entry is None or self.is_item(mention):
            return self._functions(mention, year, phase)
        return self.printed(entry["cells"] if entry.get("kind", self.kind) == self.kind else [],
                            year, phase)  # fmt: skip

    def _entry(self, mention: Mention) -> dict[str, Any] | None:
        """What is known of the subject of a mention that is no classification path."""
        if mention.path or mention.entry is None:
            return None
        return dict(patterns()["subject"][mention.entry])

    def is_item(self, mention: Mention) -> bool:
        """Is the subject, word for word, the name of a printed item?"""
        return not mention.path and _plain(mention.subject) in self.ledger.named

    def soft_places(self, mention: Mention) -> list[Place]:
        """Where it may be printed under another name: bound only where it agrees."""
        entry = self._entry(mention) or {}
        return self.printed(entry.get("only_if", []), None, "")

    def called(self, mention: Mention) -> list[Place]:
        """The row without a code of that very name, in the table of all revenue and expenditure."""
        table, name = "revenue_and_expenditure", heading(mention.subject)
        rows = [row for row in self.ledger.rows(table) if heading(row.name) == name]
        found = [self._cell(f"{table}/{row.name}/total>{row.direction}", None, "") for row in rows]
        printed = [place for place in found if place is not None and not place.blank]
        return printed if len(rows) == 1 and not rows[0].code else []

    def at_most(self, mention: Mention) -> bool:
        """Is the amount a part of what is printed, by its nature?"""
        return mention.entry is not None and bool(
            patterns()["subject"][mention.entry].get("at_most")
        )

    def printed(self, specs: list[str], year: int | None = None, phase: str = "") -> list[Place]:
        """The listed places that are printed, blanks last; sums only where there are none."""
        found = [place for spec in specs if (place := self.sum_of(spec, year, phase))]
        single = [place for place in found if not place.summed and not place.blank]
        return sorted(single or found, key=lambda place: place.blank)

    def sum_of(self, spec: str, year: int | None = None, phase: str = "") -> Place | None:
        """``table/row/measure + table/row/measure``: blanks count as nothing, tables must exist."""
        parts = re.split(r" ([+-]) ", self._spelt(spec))
        found = [self._cell(part, year, phase) for part in parts[::2]]
        places = [place for place in found if place is not None]
        if len(places) < len(found) or len(found) == 1:
            return found[0]
        signed = list(zip(["+", *parts[1::2]], places, strict=True))
        printed = [(sign, place.figure) for sign, place in signed if not place.blank]
        figure = total(each if sign == "+" else -each for sign, each in printed)
        text = "".join(f" {sign} {place.text}" for sign, place in signed).removeprefix(" + ")
        first = replace(places[0], text=text, blank=not printed, summed=True)
        return replace(first, figure=BLANK if figure is None else figure)

    def _spelt(self, spec: str) -> str:
        """The spec with a nature of spending spelt out as the categories of it that are printed."""

        def categories(match: re.Match[str]) -> str:
            table, nature, measure = match.groups()
            codes = rule_book().natures[nature.lower()]
            printed = [code for code in codes if self.ledger.entry(table, code)]
            return " + ".join(f"{table}/{code}/{measure}" for code in printed or codes)

        return re.sub(r"(\w+)/(PERSONNEL|OPERATING)/(\w+)", categories, spec)

    def _cell(self, spec: str, year: int | None, phase: str) -> Place | None:
        where, _, direction = spec.partition(">")
        table, _, rest = where.partition("/")
        row, _, measure = rest.rpartition("/")
        if not self._looked_into(table):
            return None
        when = {"year": year, "phase": phase or None, "direction": direction or None}
        for name in _names(row):
            figure = self.ledger.one(table, name, measure, **when)
            if figure is not None:
                at = f"@{year}" if year and year != self.ledger.year else ""
                text = f"{table}/{name or '-'}/{measure}{at}"
                return Place(figure, text, table, name, measure)
        if year not in (None, self.ledger.year):
            return None
        return Place(BLANK, f"{table}/{row or '-'}/{measure}（空白）", table, row, measure, True)

    def _functions(self, mention: Mention, year: int | None, phase: str) -> list[Place]:
        """Where an item of the functional classification, or a category by its name, is printed."""
        listing, codes = rule_book().listing, self.codes(mention)
        # Where a table that is read has the item, one that is not does not speak for it.
        for table in listing["by_function"] if not codes else ():
            self._looked_into(table)
        by_code = [f"{table}/{code}/total" for table, code in codes]
        by_name = []
        if len(mention.path) < 2:
            name = mention.path[0][1] if mention.path else mention.subject
            variants = dict.fromkeys((name, f"{name}支出", name.removesuffix("支出")))
            by_name = [
                f"{table}/{variant}/total>expenditure"
                for table in listing["by_category"]
                for variant in variants
            ]
        # A section about all revenue and expenditure speaks of the table that has all of it.
        specs = [*by_name, *by_code] if mention.topic == "both" else [*by_code, *by_name]
        places = (self._cell(spec, year, phase) for spec in specs)
        return [place for place in places if place is not None and not place.blank]

    def _looked_into(self, table: str) -> bool:
        """Is the table there to look into? One that could not be read is remembered."""
        unknown = table in rule_book().listing["everywhere"] and self.ledger.may_be_unread(table)
        if unknown or table in self.ledger.unread:
            self.unread.add(table)
        return self.ledger.has(table)

    def codes(self, mention: Mention) -> list[tuple[str, str]]:
        """The printed (table, code) a path or a name speaks of."""
        return self._of_path(mention.path) if mention.path else self._of_name(mention.subject)

    def _codes_of_path(self, path: Path) -> list[tuple[str, str]]:
        wanted = {level: bare_name(name) for level, name in path}
        last = wanted[max(wanted)]
        every = [
            (key, table, code)
            for key, places in self.ledger.named.items()
            for table, code in places
            if len(code) == 1 + 2 * max(wanted) and self._under(code, wanted)
        ]
        likeness = {key: float(key == last) for key, _, _ in every}
        if 1 not in likeness.values():
            likeness = {key: SequenceMatcher(None, key, last).ratio() for key in likeness}
        best = max(likeness.values(), default=0)
        return [(table, code) for key, table, code in every if likeness[key] == best >= ALIKE]

    def _of_name(self, subject: str) -> list[tuple[str, str]]:
        key = _plain(subject)
        ends = [name for name in self.ledger.named if name and key.endswith(name)]
        found = self.ledger.named[max(ends, key=len)] if ends else []
        # One name on two levels: prose that goes item by item means the lower one.
        return sorted(found, key=lambda place: -len(place[1]))

    @cached_property
    def _names(self) -> dict[str, str]:
        """The printed name of each code."""
        return {code: key for key, places in self.ledger.named.items() for _, code in places}

    def _under(self, code: str, wanted: dict[int, str]) -> bool:
        """Do the printed names above a code agree with the path?"""
        pairs = (
            (self._names.get(code[: 1 + 2 * level]), name)
            for level, name in wanted.items()
            if level < max(wanted)
        )
        return all(
            printed in (None, name) or SequenceMatcher(None, printed or "", name).ratio() >= ALIKE
            for printed, name in pairs
        )

    def change(self, mention: Mention, measure: str, amount: Figure) -> Place | None:
        """The printed change of what a mention is about, in yuan or percent.

        Of several items of one name it is the one with the stated amount.
        """
        table = "general_public_budget"
        if not self._looked_into(table):
            return None
        entry = self._entry(mention)
        if entry is not None and not self.is_item(mention):
            whole = entry["cells"][0].startswith(f"{table}/TOTAL/total")
            return self._printed_only(f"{table}/TOTAL/{measure}") if whole else None
        codes = [code for found, code in self.codes(mention) if found == table]
        printed = {code: self.ledger.one(table, code) for code in codes}
        stated = [
            code for code, each in printed.items() if each is not None and agrees(amount, each)
        ]
        chosen = next(iter(stated or codes), None)
        return self._printed_only(f"{table}/{chosen}/{measure}") if chosen else None

    def _printed_only(self, spec: str) -> Place | None:
        place = self._cell(spec, None, "")
        return place if place and not place.blank else None


def _names(row: str) -> list[str]:
    """The names a row goes by: a total under any of its names, anything else under its own."""
    roles = patterns()["rows"].get(row)
    if roles is None:
        return [row]
    book = rule_book().roles
    return [name for role in roles for name in book.get(role, [role])]


def _plain(subject: str) -> str:
    """The name in a subject, without the year and without what the sentence says of it."""
    return bare_name(re.sub(r"20\d\d年(?:度)?", "", subject))
