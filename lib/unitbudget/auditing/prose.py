"""Prose → what it states: every figure with its subject, its kind, and what it is compared with.

Nothing is looked up here. A mention says what the sentence says; ``binding`` says what it means.
The patterns are data (``reference/claims.toml``); a new way of putting things is a line there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from unitbudget.auditing.rules import reference
from unitbudget.money.amounts import FEN
from unitbudget.money.figure import COUNT, YUAN, ZERO, Figure
from unitbudget.reading.narrative import Section, Sentence

NOTHING = Figure(ZERO)
#: A name of a thing is at least so long.
NAMED = 4
CHANGES = ("difference", "growth")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a change is measured against: a year, and its budget or its outturn."""

    year: int | None
    what: str

    @property
    def phase(self) -> str:
        if "执行" in self.what or "决算" in self.what:
            return "executed"
        return "approved" if "预算" in self.what else ""


@dataclass(slots=True)
class Mention:
    """One thing the prose states: a figure, "the same as", or "there is none"."""

    section: Section
    sentence: Sentence
    topic: str
    quantity: str
    value: Decimal | None = None
    unit: str = ""
    printed: str = ""
    places: int = 0
    scale: Decimal = Decimal(1)
    subject: str = ""
    path: tuple[tuple[int, str], ...] = ()
    year: int | None = None
    phase: str = ""
    basis: Basis | None = None
    of: Mention | None = None
    whole: str = ""
    note: str = ""
    entry: int | None = None
    before: str = ""
    #: Its place in the document, from 1: the row of ``claims.csv`` it becomes.
    number: int = 0
    #: What is stated: as finely as figures of its kind are written, and as finely as this one is.
    stated: Figure = NOTHING
    as_printed: Figure = NOTHING

    @property
    def key(self) -> tuple[Any, ...]:
        """What the mention is about, the same for two ways of saying it."""
        if self.path:
            return "path", self.path
        return "subject", self.subject if self.entry is None else self.entry


@dataclass(slots=True)
class Context:
    """What a paragraph has established so far."""

    path: tuple[tuple[int, str], ...] = ()
    current: Mention | None = None
    basis: Basis | None = None


# ---- what is spoken of ---------------------------------------------------------------------------

_LEVELS = {"类": 1, "款": 2, "项": 3}


@cache
def patterns() -> dict[str, Any]:
    """How figures are stated, as data."""
    return reference("claims")


def topic_of(section: Section) -> str:
    """What a section is about: its own title first, then those above it."""
    for title in reversed(section.titles):
        for topic in patterns()["topic"]:
            if re.search(topic["title"], title):
                return str(topic["name"])
    return ""


def entry_of(text: str, topic: str) -> int | None:
    """The place in the list of subjects of what a text speaks of, or nothing."""
    for place, entry in enumerate(patterns()["subject"]):
        if re.search(entry.get("topic", ""), topic) and re.search(entry["match"], text):
            return place
    return None


def path_of(text: str, section: Section, opening: bool = False) -> tuple[tuple[int, str], ...]:
    """The classification path a text names, under the 类 that the titles above it name."""
    words = patterns()["words"]
    quoted = re.search(words["quoted"], text)
    inner = quoted[1] if quoted else text
    if opening:
        head = re.match(
            r"(?:\d{1,2}[、．.])?([^，。；：\d]+?（[类款项]）(?:[^，。；：\d]*（[款项]）)*)", text
        )
        inner = head[1] if head else ""
    inner = re.sub(r"^\d{1,2}[、．.]", "", inner)
    pieces = re.split(f"({words['path']})", inner)
    found: list[tuple[int, str]] = []
    for name, mark in zip(pieces[::2], pieces[1::2], strict=False):
        level = next(value for key, value in _LEVELS.items() if key in mark)
        found.append((level, name.strip('“”"-')))
    if not found and quoted and "-" in inner:
        found = [(level, part) for level, part in enumerate(inner.split("-"), start=1) if part]
    if found and found[0][0] > 1:
        above = [re.fullmatch(r"(.+)（类）", title) for title in section.titles]
        found[:0] = [(1, match[1]) for match in above if match]
    return tuple(found)


# ---- sentence by sentence ------------------------------------------------------------------------


def mentions(found: Iterable[Section]) -> list[Mention]:
    """Everything the prose states, in reading order."""
    stated: list[Mention] = []
    for section in found:
        topic = topic_of(section)
        if topic == "glossary":
            continue
        paragraph, context = -1, Context()
        for sentence in section.sentences:
            if sentence.paragraph != paragraph:
                paragraph, context = sentence.paragraph, Context()
            stated += _read(section, sentence, topic, context, stated)
    finest = _finest_places(stated)
    for number, mention in enumerate(stated, start=1):
        mention.number = number
        mention.as_printed = _figure(mention, mention.places)
        mention.stated = _figure(mention, max(finest.get(_word(mention), 0), mention.places))
    return stated


def _figure(mention: Mention, places: int) -> Figure:
    """Nothing, money to the fen and counted things are exact; the rest is rounded in print."""
    value = mention.value if mention.value is not None else ZERO
    half = mention.scale.scaleb(-places) / 2
    fen = mention.unit == YUAN and (half < FEN or value == 0)
    exact = fen or mention.unit in (COUNT, "year")
    text = mention.printed if value >= 0 else f"−{mention.printed}"
    cell = f"claim!{mention.number}"
    return Figure.printed(value, ZERO if exact else half, mention.unit, cell, text)


def _word(mention: Mention) -> str:
    return f"{mention.unit}{mention.scale}"


def _finest_places(found: Iterable[Mention]) -> dict[str, int]:
    """By unit, how many decimals the prose prints at most: trailing zeros may be left out."""
    finest: dict[str, int] = {}
    for mention in found:
        if mention.quantity != "not_budget" and mention.unit:
            word = _word(mention)
            finest[word] = max(finest.get(word, 0), mention.places)
    return finest


def _read(
    section: Section, sentence: Sentence, topic: str, context: Context, before: list[Mention]
) -> Iterator[Mention]:
    """The mentions of one sentence."""
    text, end = sentence.text, 0
    context.path = path_of(text, section, opening=True) or context.path
    for match in _events(text):
        mention = Mention(section, sentence, topic, "", before=text[: match.start()])
        left, right = text[end : match.start()], text[match.end() : match.end() + 12]
        context.basis = basis_of(text[: match.end()], end) or context.basis
        if match.re.pattern == patterns()["words"]["equal"]:
            equal(mention, match, left, context, before)
        elif match.re.pattern == patterns()["words"]["direction"]:
            directed(mention, match, left, context)
        elif not figure(mention, match, left, right, context, before):
            continue
        if mention.quantity != "not_budget":
            end = match.end()
        yield mention
    yield from _nothing(section, sentence, topic)
    yield from _years(section, sentence, topic)


def _events(text: str) -> list[re.Match[str]]:
    """Figures, "the same as" and "above the budget", in order."""
    rules, words = patterns()["figures"], patterns()["words"]
    units = [*rules["money"], *rules["percent"], *rules["counts"], *rules["other"]]
    unit = "|".join(re.escape(each) for each in units)
    found = list(re.finditer(f"(?P<number>{rules['number']})(?P<unit>{unit})?", text))
    equals = list(re.finditer(words["equal"], text))
    covered = [range(*match.span()) for match in equals]
    found = [match for match in found if not any(match.start() in span for span in covered)]
    found = [
        match for match in found if not re.fullmatch(r"[（(]\d+[类款项][）)]", _around(text, match))
    ]
    found += equals + list(re.finditer(words["direction"], text))
    return sorted(found, key=lambda match: match.start())


def _around(text: str, match: re.Match[str]) -> str:
    """A match with the characters beside it: a code in brackets is no figure."""
    return text[max(match.start() - 1, 0) : match.end() + 1]


def _nothing(section: Section, sentence: Sentence, topic: str) -> Iterator[Mention]:
    """Sentences that say there is none of something, once for every year they name."""
    for place, entry in enumerate(patterns()["none"]):
        if match := re.search(entry["match"], sentence.text):
            listed = re.search(patterns()["words"]["several_years"], sentence.text[: match.start()])
            years = re.findall(r"20\d\d", listed[1]) if listed else [""]
            for year in years:
                yield Mention(
                    *(section, sentence, topic, "none", Decimal(0), "CNY", match[0]),
                    subject=match[0],
                    year=int(year) if year else None,
                    entry=place,
                )


def _years(section: Section, sentence: Sentence, topic: str) -> Iterator[Mention]:
    """The years whose budgets or outturns a sentence speaks of, each once."""
    if topic in patterns()["words"]["without_years"]:
        return
    last = {match["year"] for match in re.finditer(patterns()["words"]["basis"], sentence.text)}
    for year in dict.fromkeys(re.findall(patterns()["words"]["years"], sentence.text)):
        note = "basis" if year in last else ""
        yield Mention(
            *(section, sentence, topic, "year", Decimal(year), "year", f"{year}年"),
            subject="年度",
            note=note,
        )


# ---- figure by figure ----------------------------------------------------------------------------

_CLAUSE = re.compile(r"[，；。：,;:]")


def figure(
    mention: Mention,
    match: re.Match[str],
    left: str,
    right: str,
    context: Context,
    before: Sequence[Mention],
) -> bool:
    """Fills the mention of one number; false where the number is no figure."""
    rules, unit = patterns()["figures"], match["unit"] or ""
    number = match["number"].replace(",", "")
    if unit in rules["other"] or (not unit and "." not in number):
        return False
    kind = "CNY" if unit in rules["money"] else "percent" if unit in rules["percent"] else "count"
    mention.scale = Decimal(rules["money"].get(unit, 1))
    mention.unit, mention.printed = kind, match[0]
    mention.places = len(number.partition(".")[2])
    mention.value = Decimal(number) * mention.scale
    cue, hit = _cue(left, right, unit, kind)
    mention.quantity, mention.note = cue["quantity"], cue.get("says", "")
    groups = hit.groupdict() if hit else {}
    clause = clause_of(left)
    if mention.quantity in ("difference", "growth"):
        mention.value *= cue["sign"]
        mention.basis = context.basis
        _qualify(mention, groups.get("subject") or "", clause, context, before)
    elif mention.quantity in ("share", "completion"):
        mention.of, mention.whole = context.current, groups.get("whole") or ""
        mention.subject = subject_of(context)
        inherit(mention)
    elif mention.quantity == "base":
        mention.basis, mention.of = context.basis, context.current
        mention.subject = subject_of(context)
        inherit(mention)
    elif mention.quantity == "amount":
        _amount(mention, clause, context)
        context.current = mention
    else:
        mention.subject = clause
    return True


def _cue(
    left: str, right: str, unit: str, kind: str
) -> tuple[dict[str, Any], re.Match[str] | None]:
    for cue in patterns()["cue"]:
        if cue.get("unit", kind) not in (kind, unit):
            continue
        if "after" in cue and not re.search(cue["after"], right):
            continue
        hit = re.search(cue["before"], left) if "before" in cue else None
        if "before" in cue and hit is None:
            continue
        return cue, hit
    return {"quantity": "count"}, None


def clause_of(left: str) -> str:
    """The words before a figure since the last comma."""
    return re.sub(r"^[、和与及]|^其中|^另|^[（(](?=[^）)]+$)", "", _CLAUSE.split(left)[-1])


def _amount(mention: Mention, clause: str, context: Context) -> None:
    """Whose amount it is, of which year, budgeted or spent."""
    words, current = patterns()["words"], context.current
    if year := re.search(words["last_year"], clause):
        mention.year = int(year["year"])
        mention.phase = Basis(None, year["what"]).phase
    elif re.search(words["executed"], clause):
        mention.phase = "executed"
    elif re.search("年初预算", clause):
        mention.phase = "approved"
    path = path_of(clause, mention.section)
    bare = clause
    for pattern in ("last_year", "approved", "executed", "verbs"):
        bare = re.sub(words[pattern], "", bare)
    if path:
        mention.path = context.path = path
        mention.subject = path[-1][1]
    elif bare:
        mention.subject, mention.entry = bare, entry_of(clause, mention.topic)
        if mention.entry is not None or mention.year is None:
            context.path = ()
    elif context.path:
        mention.path, mention.subject = context.path, context.path[-1][1]
    elif current:
        mention.subject, mention.entry, mention.path = current.subject, current.entry, current.path


def _qualify(
    mention: Mention, named: str, clause: str, context: Context, before: Sequence[Mention]
) -> None:
    """Which amount a change belongs to: the one named in its clause, or the last one.

    The whole named again after its parts is the whole.
    """
    if named:
        mention.subject, mention.entry = named, entry_of(named, mention.topic)
        mention.note = "reason"
        return
    words = patterns()["words"]
    entry = entry_of(re.sub(words["basis"], "", clause), mention.topic)
    mention.of, name = context.current, _changing(clause)
    if entry is not None and (context.current is None or context.current.entry != entry):
        same = [m for m in before if m.entry == entry and m.quantity == "amount"]
        near = [m for m in same if m.section is mention.section]
        known = not name or _is_called(context.current, name)
        mention.of = near[-1] if near else context.current if known else None
        mention.entry = entry
    elif entry is None and (again := _called(name or clause, mention, before)):
        mention.of = context.current = again
    elif entry is None and name and not _is_called(context.current, name):
        mention.of = _whole(name, mention, before)
        context.current = mention.of or context.current
    elif not name and before and before[-1].quantity in CHANGES and _follows(mention, before[-1]):
        mention.of, name = before[-1].of, before[-1].subject
    mention.subject = (mention.of.subject or name) if mention.of else name or clause
    inherit(mention)


def _changing(clause: str) -> str:
    """What a clause says has changed, where it names an amount of money."""
    found = re.match(patterns()["words"]["changing"], clause)
    return found["name"] if found else ""


def _is_called(mention: Mention | None, name: str) -> bool:
    """Is an amount called so, with or without whose it is?"""
    if mention is None or len(name) >= NAMED:
        return mention is not None and (name in mention.subject or mention.subject in name)
    return re.sub(patterns()["words"]["whose"], "", mention.subject) == name


def _follows(mention: Mention, other: Mention) -> bool:
    return mention.section is other.section and mention.sentence is other.sentence


def _whole(name: str, mention: Mention, before: Sequence[Mention]) -> Mention | None:
    """The amount a paragraph of the section begins with and calls so: all revenue, all spending."""
    firsts: dict[int, Mention] = {}
    for other in before:
        if other.section is mention.section and other.quantity == "amount":
            firsts.setdefault(other.sentence.paragraph, other)
    for place, other in reversed(firsts.items()):
        if name in other.section.paragraphs[place].text.partition(other.printed)[0]:
            return other
    return None


def _called(clause: str, mention: Mention, before: Sequence[Mention]) -> Mention | None:
    """The amount of the paragraph whose very name a clause begins with."""
    for other in reversed(before):
        if other.sentence.paragraph != mention.sentence.paragraph:
            break
        here = other.section is mention.section and other.quantity == "amount"
        if here and len(other.subject) >= NAMED and clause.startswith(other.subject):
            return other
    return None


def equal(
    mention: Mention, match: re.Match[str], left: str, context: Context, before: Sequence[Mention]
) -> None:
    mention.quantity, mention.basis, mention.value = "equal", context.basis, Decimal(0)
    mention.unit, mention.printed = "CNY", match[0]
    clause = re.sub(patterns()["words"]["verbs"], "", clause_of(left))
    if "决算数与预算数" in match[0]:
        mention.quantity = "direction"
        mention.note = "大致等于" if match["vague"] else "等于"
        mention.of = context.current
    else:
        mention.entry = entry_of(clause, mention.topic) if clause else None
        mention.of = None if mention.entry is not None else context.current
        mention.subject = clause if mention.entry is not None else ""
    if mention.of:
        mention.subject = mention.of.subject
        inherit(mention)


def directed(mention: Mention, match: re.Match[str], left: str, context: Context) -> None:
    """ "Above the budget", "below the budget": of the subject of the clause, else of the last."""
    mention.quantity, mention.note = "direction", match["word"]
    mention.of, mention.subject = context.current, subject_of(context)
    inherit(mention)
    clause = clause_of(left)
    named = entry_of(clause, mention.topic)
    if named is not None and named != mention.entry:
        mention.entry, mention.path, mention.subject = named, (), clause


def basis_of(text: str, start: int) -> Basis | None:
    """The last comparison spoken of since the figure before."""
    found = list(re.finditer(patterns()["words"]["basis"], text[start:]))
    if not found:
        return None
    year = found[-1]["year"]
    return Basis(int(year) if year else None, found[-1]["what"])


def subject_of(context: Context) -> str:
    return context.current.subject if context.current else ""


def inherit(mention: Mention) -> None:
    """A mention about an amount is about that amount's subject."""
    if mention.of:
        mention.entry, mention.path = mention.of.entry, mention.of.path
