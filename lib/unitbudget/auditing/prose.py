"""Prose → what it states: every figure with its subject, its kind, and what it is compared with.

Nothing is looked up here. A mention says what the sentence says; ``binding`` says what it means.
The patterns are data (``reference/claims.toml``); a new way of putting things is a line there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any

from unitbudget.money.amounts import FEN
from unitbudget.money.figure import COUNT, PERCENT, YUAN, ZERO, Figure
from unitbudget.reading.narrative import Section, Sentence
from unitbudget.reading.paragraphs import Paragraph
from unitbudget.reference import toml

#: The names of a classification path, each with its level: 1-3 for 类, 款, 项.
Path = tuple[tuple[int, str], ...]
NOTHING = Figure(ZERO)
#: A name of a thing is at least so long.
NAMED = 4
#: What states by how much something has changed.
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

    @property
    def told(self) -> str:
        """``2024年预算数``, ``上年执行数``"""
        return f"{self.year}年{self.what or '数'}" if self.year else f"上年{self.what or '数'}"


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
    path: Path = ()
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
    def page(self) -> int:
        return self.sentence.page

    @property
    def cell(self) -> str:
        """Where other figures find it: the row of ``claims.csv``."""
        return f"claim!{self.number}"

    @property
    def start(self) -> int:
        """Where in its paragraph it stands."""
        return self.sentence.start + len(self.before)

    @property
    def end(self) -> int:
        return self.start + len(self.printed)

    @property
    def paragraph(self) -> Paragraph:
        return self.section.paragraphs[self.sentence.paragraph]

    @property
    def key(self) -> tuple[Any, ...]:
        """What the mention is about, the same for two ways of saying it."""
        if self.path:
            return "path", self.path
        return "subject", self.subject if self.entry is None else self.entry

    def about(self, amount: Mention | None) -> None:
        """Makes it a statement about an amount: what it says is of that amount's subject."""
        self.of = amount
        if amount is not None:
            self.subject, self.entry, self.path = amount.subject, amount.entry, amount.path


# ---- what is spoken of ---------------------------------------------------------------------------

_LEVELS = {"类": 1, "款": 2, "项": 3}


#: How figures are stated, as data.
patterns = partial(toml, "claims")


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


def path_of(text: str, section: Section, opening: bool = False) -> Path:
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
        topic, reader = topic_of(section), None
        for sentence in section.sentences if topic != "glossary" else ():
            if reader is None or reader.paragraph != sentence.paragraph:
                reader = _Reader(section, topic, sentence.paragraph, stated)
            reader.read(sentence)
    finest: dict[tuple[str, Decimal], int] = {}
    for mention in stated:
        if mention.quantity != "not_budget" and mention.unit:
            word = mention.unit, mention.scale
            finest[word] = max(finest.get(word, 0), mention.places)
    for number, mention in enumerate(stated, start=1):
        mention.number = number
        # Trailing zeros may be left out: a unit is as exact as the prose prints it anywhere.
        places = max(finest.get((mention.unit, mention.scale), 0), mention.places)
        mention.as_printed = _figure(mention, mention.places)
        mention.stated = _figure(mention, places)
    return stated


def _figure(mention: Mention, places: int) -> Figure:
    """Nothing, money to the fen and counted things are exact; the rest is rounded in print."""
    value = mention.value if mention.value is not None else ZERO
    half = mention.scale.scaleb(-places) / 2
    fen = mention.unit == YUAN and (half < FEN or value == 0)
    exact = fen or mention.unit in (COUNT, "year")
    text = mention.printed if value >= 0 else f"−{mention.printed}"
    return Figure.printed(value, ZERO if exact else half, mention.unit, mention.cell, text)


def _events(text: str) -> list[re.Match[str]]:
    """Figures, "the same as" and "above the budget", in order; a code in brackets is no figure."""
    rules, words = patterns()["figures"], patterns()["words"]
    units = [*rules["money"], *rules["percent"], *rules["counts"], *rules["other"]]
    unit = "|".join(re.escape(each) for each in units)
    equals = list(re.finditer(words["equal"], text))
    covered = {place for match in equals for place in range(*match.span())}
    covered |= {m.start() + 1 for m in re.finditer(r"[（(]\d+[类款项][）)]", text)}
    figures = re.finditer(f"(?P<number>{rules['number']})(?P<unit>{unit})?", text)
    found = [match for match in figures if match.start() not in covered]
    found += equals + list(re.finditer(words["direction"], text))
    return sorted(found, key=lambda match: match.start())


_CLAUSE = re.compile(r"[，；。：,;:]")


def clause_of(left: str) -> str:
    """The words before a figure since the last comma."""
    return re.sub(r"^[、和与及]|^其中|^另|^[（(](?=[^）)]+$)", "", _CLAUSE.split(left)[-1])


def _basis_of(text: str) -> Basis | None:
    """The last comparison spoken of."""
    *_, last = [None, *re.finditer(patterns()["words"]["basis"], text)]
    return last and Basis(int(last["year"]) if last["year"] else None, last["what"])


def _cue(
    left: str, right: str, unit: str, kind: str
) -> tuple[dict[str, Any], re.Match[str] | None]:
    """What the text around a figure says it is."""
    for cue in patterns()["cue"]:
        if cue.get("unit", kind) in (kind, unit) and re.search(cue.get("after", ""), right):
            hit = re.search(cue.get("before", ""), left)
            if hit is not None:
                return cue, hit
    return {"quantity": "count"}, None


def _is_called(mention: Mention | None, name: str) -> bool:
    """Is an amount called so, with or without whose it is?"""
    if mention is None or len(name) >= NAMED:
        return mention is not None and (name in mention.subject or mention.subject in name)
    return re.sub(patterns()["words"]["whose"], "", mention.subject) == name


class _Reader:
    """Reads one paragraph, sentence by sentence, and knows what it has established so far."""

    def __init__(self, section: Section, topic: str, paragraph: int, stated: list[Mention]) -> None:
        self.section, self.topic, self.paragraph = section, topic, paragraph
        #: Everything stated so far, in this paragraph and before.
        self.stated = stated
        self.path: Path = ()
        self.current: Mention | None = None
        self.basis: Basis | None = None

    def read(self, sentence: Sentence) -> None:
        """Takes in what one sentence states."""
        text, end = sentence.text, 0
        self.path = path_of(text, self.section, opening=True) or self.path
        for match in _events(text):
            mention = Mention(self.section, sentence, self.topic, "", before=text[: match.start()])
            left, right = text[end : match.start()], text[match.end() : match.end() + 12]
            self.basis = _basis_of(text[end : match.end()]) or self.basis
            if match.re.pattern == patterns()["words"]["equal"]:
                self._equal(mention, match, clause_of(left))
            elif match.re.pattern == patterns()["words"]["direction"]:
                self._directed(mention, match, clause_of(left))
            elif not self._number(mention, match, left, right):
                continue
            if mention.quantity != "not_budget":
                end = match.end()
            self.stated.append(mention)
        self._nothing(sentence)
        self._years(sentence)

    def _state(
        self, sentence: Sentence, quantity: str, value: Decimal, unit: str, text: str, **more: Any
    ) -> None:
        about = (self.section, sentence, self.topic)
        self.stated.append(Mention(*about, quantity, value, unit, text, **more))

    def _nothing(self, sentence: Sentence) -> None:
        """Sentences that say there is none of something, once for every year they name."""
        for place, entry in enumerate(patterns()["none"]):
            if match := re.search(entry["match"], sentence.text):
                before, several = (
                    sentence.text[: match.start()],
                    patterns()["words"]["several_years"],
                )
                listed = re.search(several, before)
                for year in re.findall(r"20\d\d", listed[1]) if listed else [None]:
                    words = {"subject": match[0], "year": year and int(year), "entry": place}
                    self._state(sentence, "none", ZERO, YUAN, match[0], **words)

    def _years(self, sentence: Sentence) -> None:
        """The years whose budgets or outturns a sentence speaks of, each once."""
        words, text = patterns()["words"], sentence.text
        if self.topic not in words["without_years"]:
            last = {match["year"] for match in re.finditer(words["basis"], text)}
            for year in dict.fromkeys(re.findall(words["years"], text)):
                more = {"subject": "年度", "note": "basis" if year in last else ""}
                self._state(sentence, "year", Decimal(year), "year", f"{year}年", **more)

    # ---- figure by figure ------------------------------------------------------------------------

    def _number(self, mention: Mention, match: re.Match[str], left: str, right: str) -> bool:
        """Fills the mention of one number; false where the number is no figure."""
        rules, unit = patterns()["figures"], match["unit"] or ""
        number = match["number"].replace(",", "")
        if unit in rules["other"] or (not unit and "." not in number):
            return False
        kind = YUAN if unit in rules["money"] else PERCENT if unit in rules["percent"] else COUNT
        mention.scale = Decimal(rules["money"].get(unit, 1))
        mention.unit, mention.printed = kind, match[0]
        mention.places = len(number.partition(".")[2])
        mention.value = Decimal(number) * mention.scale
        cue, hit = _cue(left, right, unit, kind)
        mention.quantity, mention.note = cue["quantity"], cue.get("says", "")
        groups, clause = hit.groupdict() if hit else {}, clause_of(left)
        match mention.quantity:
            case "difference" | "growth":
                mention.value *= cue["sign"]
                mention.basis = self.basis
                self._qualify(mention, groups.get("subject") or "", clause)
            case "share" | "completion":
                mention.about(self.current)
                mention.whole = groups.get("whole") or ""
            case "base":
                mention.about(self.current)
                mention.basis = self.basis
            case "amount":
                self._amount(mention, clause)
                self.current = mention
            case _:
                mention.subject = clause
        return True

    def _amount(self, mention: Mention, clause: str) -> None:
        """Whose amount it is, of which year, budgeted or spent."""
        words, bare = patterns()["words"], clause
        if year := re.search(words["last_year"], clause):
            mention.year = int(year["year"])
            mention.phase = Basis(None, year["what"]).phase
        elif re.search(words["executed"], clause):
            mention.phase = "executed"
        elif re.search("年初预算", clause):
            mention.phase = "approved"
        for pattern in ("last_year", "approved", "executed", "verbs"):
            bare = re.sub(words[pattern], "", bare)
        path = path_of(clause, self.section)
        self.path = path or self.path
        if bare and not path:
            mention.subject, mention.entry = bare, entry_of(clause, self.topic)
            if mention.entry is not None or mention.year is None:
                self.path = ()
        elif self.path:
            mention.path, mention.subject = self.path, self.path[-1][1]
        elif last := self.current:
            mention.subject, mention.entry, mention.path = last.subject, last.entry, last.path

    def _qualify(self, mention: Mention, named: str, clause: str) -> None:
        """Which amount a change belongs to: the one named in its clause, or the last one.

        The whole named again after its parts is the whole.
        """
        if named:
            mention.subject, mention.entry = named, entry_of(named, self.topic)
            mention.note = "reason"
            return
        words, amount = patterns()["words"], self.current
        entry = entry_of(re.sub(words["basis"], "", clause), self.topic)
        changing = re.match(words["changing"], clause)
        name = changing["name"] if changing else ""
        if entry is not None and (amount is None or amount.entry != entry):
            alike = (m for m in reversed(self.stated) if m.entry == entry)
            here = (m for m in alike if m.quantity == "amount" and m.section is self.section)
            amount = next(here, amount if not name or _is_called(amount, name) else None)
            mention.entry = entry
        elif entry is None and (again := self._called(name or clause)):
            amount = self.current = again
        elif entry is None and name and not _is_called(amount, name):
            amount = self._whole(name)
            self.current = amount or self.current
        elif not name and (last := self._change_before(mention)):
            amount, name = last.of, last.subject
        mention.about(amount)
        mention.subject = mention.of.subject or name if mention.of else name or clause

    def _change_before(self, mention: Mention) -> Mention | None:
        """The statement before, where it is of a change in the same sentence."""
        last = self.stated[-1] if self.stated else None
        same = last is not None and last.sentence is mention.sentence
        return last if same and last and last.quantity in CHANGES else None

    def _whole(self, name: str) -> Mention | None:
        """The amount a paragraph of the section begins with and calls so: all revenue, spending."""
        firsts: dict[int, Mention] = {}
        for other in self.stated:
            if other.section is self.section and other.quantity == "amount":
                firsts.setdefault(other.sentence.paragraph, other)
        begun = ((m, m.paragraph.text.partition(m.printed)[0]) for m in reversed(firsts.values()))
        return next((mention for mention, text in begun if name in text), None)

    def _called(self, clause: str) -> Mention | None:
        """The amount of the paragraph whose very name a clause begins with."""
        for other in reversed(self.stated):
            if other.sentence.paragraph != self.paragraph:
                break
            here = other.section is self.section and other.quantity == "amount"
            if here and len(other.subject) >= NAMED and clause.startswith(other.subject):
                return other
        return None

    def _equal(self, mention: Mention, match: re.Match[str], clause: str) -> None:
        """ "The same as": a change of nothing, or an outturn as large as its budget."""
        mention.quantity, mention.basis, mention.value = "equal", self.basis, ZERO
        mention.unit, mention.printed = YUAN, match[0]
        clause = re.sub(patterns()["words"]["verbs"], "", clause)
        entry = entry_of(clause, self.topic) if clause else None
        if "决算数与预算数" in match[0]:
            mention.quantity, entry = "direction", None
            mention.note = "大致等于" if match["vague"] else "等于"
        if entry is None:
            mention.about(self.current)
        else:
            mention.entry, mention.subject = entry, clause

    def _directed(self, mention: Mention, match: re.Match[str], clause: str) -> None:
        """ "Above the budget", "below it": of the subject of the clause, else of the last."""
        mention.quantity, mention.note = "direction", match["word"]
        mention.about(self.current)
        named = entry_of(clause, self.topic)
        if named is not None and named != mention.entry:
            mention.entry, mention.path, mention.subject = named, (), clause
