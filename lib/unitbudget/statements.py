"""Prose → what it states: every figure with its subject, its kind, and what it is compared with.

Nothing is looked up here. A mention says what the sentence says; ``binding`` says what it means.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from unitbudget.narrative import Section, Sentence, sentences

_CLAUSE = re.compile(r"[，；。：,;:]")
_LEVELS = {"类": 1, "款": 2, "项": 3}


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

    @property
    def key(self) -> tuple[Any, ...]:
        """What the mention is about, the same for two ways of saying it."""
        if self.path:
            return "path", self.path
        return "subject", self.subject if self.entry is None else self.entry


@dataclass(slots=True)
class _Context:
    """What a paragraph has established so far."""

    path: tuple[tuple[int, str], ...] = ()
    current: Mention | None = None
    basis: Basis | None = None


@cache
def patterns() -> dict[str, Any]:
    """How figures are stated, as data."""
    source = files("unitbudget") / "reference" / "claims.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def topic_of(section: Section) -> str:
    """What a section is about: its own title first, then those above it."""
    for title in reversed(section.titles):
        for topic in patterns()["topic"]:
            if re.search(topic["title"], title):
                return str(topic["name"])
    return ""


def mentions(found: Iterable[Section]) -> list[Mention]:
    """Everything the prose states, in reading order."""
    stated: list[Mention] = []
    for section in found:
        topic = topic_of(section)
        if topic == "glossary":
            continue
        paragraph, context = -1, _Context()
        for sentence in sentences(section):
            if sentence.paragraph != paragraph:
                paragraph, context = sentence.paragraph, _Context()
            stated += _read(section, sentence, topic, context, stated)
    return stated


def _read(
    section: Section, sentence: Sentence, topic: str, context: _Context, before: list[Mention]
) -> Iterator[Mention]:
    """The mentions of one sentence."""
    text, end = sentence.text, 0
    context.path = _path(text, section, opening=True) or context.path
    for match in _events(text):
        mention = Mention(section, sentence, topic, "")
        left, right = text[end : match.start()], text[match.end() : match.end() + 12]
        context.basis = _basis(text[: match.end()], end) or context.basis
        if match.re.pattern == patterns()["words"]["equal"]:
            _equal(mention, match, left, context, before)
        elif match.re.pattern == patterns()["words"]["direction"]:
            mention.quantity, mention.note = "direction", match["word"]
            mention.of, mention.subject = context.current, _subject_of(context)
            _inherit(mention)
            named = entry_of(_clause(left), topic)
            if named is not None and (mention.entry is None or named != mention.entry):
                mention.entry, mention.path, mention.subject = named, (), _clause(left)
        elif not _figure(mention, match, left, right, context, before):
            continue
        if mention.quantity != "not_budget":
            end = match.end()
        yield mention
    yield from _nothing(section, sentence, topic)


def _events(text: str) -> list[re.Match[str]]:
    """Figures, "the same as" and "above the budget", in order."""
    rules, words = patterns()["figures"], patterns()["words"]
    units = [*rules["money"], *rules["percent"], *rules["counts"], *rules["other"]]
    unit = "|".join(re.escape(each) for each in units)
    found = list(re.finditer(f"(?P<number>{rules['number']})(?P<unit>{unit})?", text))
    equals = list(re.finditer(words["equal"], text))
    covered = [range(*match.span()) for match in equals]
    found = [match for match in found if not any(match.start() in span for span in covered)]
    found += equals + list(re.finditer(words["direction"], text))
    return sorted(found, key=lambda match: match.start())


def _figure(
    mention: Mention,
    match: re.Match[str],
    left: str,
    right: str,
    context: _Context,
    before: list[Mention],
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
    clause = _clause(left)
    if mention.quantity in ("difference", "growth"):
        mention.value *= cue["sign"]
        mention.basis = context.basis
        _qualify(mention, groups.get("subject") or "", clause, context, before)
    elif mention.quantity in ("share", "completion"):
        mention.of, mention.whole = context.current, groups.get("whole") or ""
        mention.subject = _subject_of(context)
        _inherit(mention)
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


def _clause(left: str) -> str:
    """The words before a figure since the last comma."""
    return re.sub(r"^[、和与及]|^其中|^另", "", _CLAUSE.split(left)[-1])


def _amount(mention: Mention, clause: str, context: _Context) -> None:
    """Whose amount it is, of which year, budgeted or spent."""
    words, current = patterns()["words"], context.current
    if year := re.search(words["last_year"], clause):
        mention.year = int(year["year"])
        mention.phase = Basis(None, year["what"]).phase
    elif re.search(words["executed"], clause):
        mention.phase = "executed"
    elif re.search("年初预算", clause):
        mention.phase = "approved"
    path = _path(clause, mention.section)
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
    mention: Mention, named: str, clause: str, context: _Context, before: list[Mention]
) -> None:
    """Which amount a change belongs to: the one named in its clause, or the last one."""
    if named:
        mention.subject, mention.entry = named, entry_of(named, mention.topic)
        mention.note = "reason"
        return
    entry = entry_of(re.sub(patterns()["words"]["basis"], "", clause), mention.topic)
    mention.of = context.current
    if entry is not None and (context.current is None or context.current.entry != entry):
        same = [m for m in before if m.entry == entry and m.quantity == "amount"]
        near = [m for m in same if m.section is mention.section]
        mention.of = near[-1] if near else context.current
    mention.subject = mention.of.subject if mention.of else clause
    _inherit(mention)


def _equal(
    mention: Mention, match: re.Match[str], left: str, context: _Context, before: list[Mention]
) -> None:
    mention.quantity, mention.basis, mention.value = "equal", context.basis, Decimal(0)
    mention.unit, mention.printed = "CNY", match[0]
    clause = re.sub(patterns()["words"]["verbs"], "", _clause(left))
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
        _inherit(mention)


def _nothing(section: Section, sentence: Sentence, topic: str) -> Iterator[Mention]:
    """Sentences that say there is none of something, once for every year they name."""
    for place, entry in enumerate(patterns()["none"]):
        if match := re.search(entry["match"], sentence.text):
            listed = re.search(r"((?:20\d\d年(?:度)?[、和])+20\d\d年)(?:度)?均$", sentence.text[: match.start()])
            years = [int(year) for year in re.findall(r"20\d\d", listed[1])] if listed else [None]
            for year in years:
                yield Mention(
                    section,
                    sentence,
                    topic,
                    "none",
                    Decimal(0),
                    "CNY",
                    match[0],
                    subject=match[0],
                    year=year,
                    entry=place,
                )


def _basis(text: str, start: int) -> Basis | None:
    """The last comparison spoken of since the figure before."""
    found = list(re.finditer(patterns()["words"]["basis"], text[start:]))
    if not found:
        return None
    year = found[-1]["year"]
    return Basis(int(year) if year else None, found[-1]["what"])


def _path(text: str, section: Section, opening: bool = False) -> tuple[tuple[int, str], ...]:
    """The classification path a text names, under the 类 that the titles above it name."""
    words = patterns()["words"]
    quoted = re.search(words["quoted"], text)
    inner = quoted[1] if quoted else text
    if opening:
        head = re.match(r"(?:\d{1,2}[、．.])?([^，。；：\d]+?（[类款项]）(?:[^，。；：\d]*（[款项]）)*)", text)
        inner = head[1] if head else ""
    inner = re.sub(r"^\d{1,2}[、．.]", "", inner)
    pieces = re.split(f"({words['path']})", inner)
    found: list[tuple[int, str]] = []
    for name, mark in zip(pieces[::2], pieces[1::2], strict=False):
        level = next(value for key, value in _LEVELS.items() if key in mark)
        found.append((level, name.strip("“”\"-")))
    if not found and quoted and "-" in inner:
        found = [(level, part) for level, part in enumerate(inner.split("-"), start=1) if part]
    if found and found[0][0] > 1:
        above = [re.fullmatch(r"(.+)（类）", title) for title in section.titles]
        found[:0] = [(1, match[1]) for match in above if match]
    return tuple(found)


def entry_of(text: str, topic: str) -> int | None:
    """The place in the list of subjects of what a text speaks of, or nothing."""
    for place, entry in enumerate(patterns()["subject"]):
        if re.search(entry.get("topic", ""), topic) and re.search(entry["match"], text):
            return place
    return None


def _subject_of(context: _Context) -> str:
    return context.current.subject if context.current else ""


def _inherit(mention: Mention) -> None:
    """A mention about an amount is about that amount's subject."""
    if mention.of:
        mention.entry, mention.path = mention.of.entry, mention.of.path
