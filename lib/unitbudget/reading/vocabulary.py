"""What tables, columns and rows of budgets are called from city to city: the field's vocabulary.

All of it is data (``reference/vocabulary.toml``); here is how a heading is compared.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from unitbudget.money.text import heading
from unitbudget.reading.templates import bare_heading
from unitbudget.reference import toml

#: What a column measures whose heading nobody knows: a part of a sum, where the sums prove it.
UNCLASSIFIED = "unclassified"
#: What a heading above adds to what a column below measures.
QUALIFYING = {"carried_in": "carryover", "change": "change", "basic": "basic", "project": "project"}

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_ORDINAL = re.compile(
    r"^(?:其中:?|[一二三四五六七八九十]+[、.]|\d{1,2}[、.](?!\d)|\([一二三四五六七八九十\d]+\))+"
)
_NUMBERED = re.compile(r"[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}、")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of table: how it is titled and what in it is the whole."""

    table_id: str
    title: re.Pattern[str]
    without: re.Pattern[str] | None
    codes: str
    own: frozenset[str]
    never: frozenset[str]
    beyond: str
    says: str

    def fits(self, title: str, codes: Collection[str]) -> bool:
        """Is a table of this title, whose rows carry such codes, of this kind?"""
        if not self.title.search(title) or (self.without and self.without.search(title)):
            return False
        if self.codes == "both":
            return {"function", "economic"} <= set(codes)
        return not self.codes or set(codes) == {self.codes}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything tables and headings are known by."""

    kinds: tuple[Kind, ...]
    measures: Mapping[str, re.Pattern[str]]
    natures: Mapping[str, re.Pattern[str]]
    times: Mapping[str, re.Pattern[str]]
    roles: Mapping[str, re.Pattern[str]]
    rows: Mapping[str, re.Pattern[str]]
    sums: Mapping[str, Sequence[Sequence[str]]]

    def kind(self, title: str, codes: Collection[str]) -> Kind | None:
        """The kind of table this is; nothing for a title that says nothing."""
        return next((kind for kind in self.kinds if kind.fits(title, codes)), None)

    def measure(self, said: str) -> str:
        """What an amount under this heading measures; nothing where the word is not known."""
        known = (*self.measures.items(), *self.natures.items())
        return next((name for name, words in known if words.fullmatch(said)), "")

    def time(self, said: str) -> str:
        """Of which year, planned or spent, a heading says its amounts are."""
        named = (name for name, words in self.times.items() if words.fullmatch(said))
        return next(named, "")


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary, read once."""
    data = toml("vocabulary")
    kinds = tuple(
        Kind(
            entry["id"],
            re.compile(entry["title"]),
            re.compile(entry["without"]) if "without" in entry else None,
            entry.get("codes", ""),
            frozenset(entry.get("own", ())),
            frozenset(entry.get("never", ())),
            entry.get("beyond", ""),
            entry.get("says", ""),
        )
        for entry in data["table"]
    )
    words = {
        part: {name: re.compile(said) for name, said in data[part].items()}
        for part in ("measures", "natures", "times", "roles", "rows")
    }
    sums = {
        whole: [[each for part in way for each in _each(part, words["natures"])] for way in ways]
        for whole, ways in data["sums"].items()
    }
    return Vocabulary(kinds=kinds, sums=sums, **words)


def _each(part: str, natures: Collection[str]) -> Iterator[str]:
    """One part of a sum, or every nature where it says so."""
    yield from (part.replace("*", each) for each in natures) if "*" in part else (part,)


@cache
def plain(printed: str, year: int) -> str:
    """A printed heading or name as the vocabulary has it.

    Numbering, 其中, what brackets add and quotation marks go; this year is left out, last year
    reads 上年.
    """
    text = _BRACKETS.sub("", bare_heading(printed, year).replace("它", "他"))
    return re.sub(r"[\"'“”‘’:、.*]+$|[\"“”‘’]", "", _ORDINAL.sub("", text)) or heading(printed)


def has_ordinal(printed: str) -> bool:
    """Is this a numbered item, as no heading of a column is?"""
    return bool(_NUMBERED.match(heading(printed)))
