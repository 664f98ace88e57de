"""Why amounts changed: the sentence of the prose that says so, bound to what it is about.

A reason may stand in the sentence of the change, in one of its own, or in the next paragraph. It
is about what its own words name (``财政拨款收支增加的主要原因是…``), else about the change before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.prose import Mention, patterns
from unitbudget.auditing.told import printed_on
from unitbudget.documents import Box
from unitbudget.reading.narrative import Section
from unitbudget.reading.paragraphs import Paragraph
from unitbudget.reference import toml

#: What states a change, or that there is none.
CHANGES = ("difference", "equal", "growth", "direction")


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one thing changed, as printed; ``words`` are empty where the document leaves them out."""

    about: str
    code: str
    name: str
    direction: str
    words: str
    sentence: str
    page: int
    box: Box
    section: Section
    change: Mention | None = None

    @property
    def cell(self) -> str:
        return printed_on(self.page, self.name, self.box)


#: How reasons are written, as data.
wording = partial(toml, "reasons")


def reasons(spoken: Prose) -> list[Reason]:
    """Every reason the prose gives for a change, in reading order."""
    found: list[Reason] = []
    for section in spoken.sections:
        stated = [m for m in spoken.mentions if m.section is section and m.quantity in CHANGES]
        for number, paragraph in enumerate(section.paragraphs):
            found += _of_paragraph(section, number, paragraph, stated, spoken)
    return found


def rows(found: Sequence[Reason]) -> list[dict[str, Any]]:
    """The rows of ``reasons.csv``."""
    return [
        {
            "about": reason.about,
            "code": reason.code,
            "name": reason.name,
            "direction": reason.direction,
            "reason": reason.words,
            "sentence": reason.sentence,
            "section": reason.section.path,
            "page": reason.page,
            **{side: round(at, 2) for side, at in reason.box._asdict().items()},
        }
        for reason in found
    ]


def _of_paragraph(
    section: Section, number: int, paragraph: Paragraph, stated: list[Mention], spoken: Prose
) -> Iterator[Reason]:
    text, done = paragraph.text, 0
    here = [m for m in stated if m.sentence.paragraph == number]
    for start, end, said in _announced(text, here):
        if start < done:
            continue
        words, done = _words(text, section, number, end)
        sentence_at = _sentence_of(text, start)
        ends = (m.end for m in here if sentence_at <= m.start < start)
        # What follows the last change may name another thing.
        left = text[max([sentence_at, *ends]) : start]
        before = [m for m in stated if (m.sentence.paragraph, m.start) < (number, start)]
        change = before[-1] if before else None
        if change is None and not said:
            continue
        page, box = paragraph.at(start)
        begin = sentence_at if left or not sentence_at else _sentence_of(text, sentence_at - 1)
        sentence = text[begin : done + 1]
        about = _about(left, section, change, spoken) or _told_before(text[:sentence_at])
        if about is not None:
            yield Reason(*about, words, sentence, page, box, section, change)


def _sentence_of(text: str, at: int) -> int:
    """Where the sentence that a place stands in begins."""
    return max(text.rfind("。", 0, at), text.rfind("；", 0, at)) + 1


def _announced(text: str, here: list[Mention]) -> list[tuple[int, int, bool]]:
    """Where reasons are announced, in so many words or by what follows a change."""
    cue = wording()["cue"]
    found = [(m.start(), m.end(), True) for m in re.finditer(cue["said"], text)]
    for at in (mention.end for mention in here):
        bracket = re.match(r"[^，。；]{0,3}[（(][^）)]*[）)]", text[at:])
        at += bracket.end() if bracket else 0
        if match := re.match(cue["after_change"], text[at:]):
            rest = text[at + match.end() :]
            if not re.match(cue["use"], rest) and not re.match("(?:主要)?原因", rest):
                found.append((at, at + match.end(), False))
    return sorted(each for each in found if not re.match(cue["never"], text[each[1] :]))


def _words(text: str, section: Section, number: int, start: int) -> tuple[str, int]:
    """The reason that begins there, and where it ends; announced at the end of a line, the next."""
    cue = wording()["cue"]
    rest = text[start:]
    if not rest and number + 1 < len(section.paragraphs):
        below = section.paragraphs[number + 1].text
        left_out = re.match(cue["empty"], below)
        return "" if left_out else re.split("[。；]", below, maxsplit=1)[0], len(text)
    if re.match(cue["empty"], rest):
        return "", start
    end = len(rest)
    stops = "。" if re.match(cue["points"], rest) else "。；;"
    if match := re.search(f"[{stops}](?![”’）)])", rest):
        end = match.start()
    words = _own(rest[:end])
    return words, start + (end if len(words) == end else len(words))


def _own(words: str) -> str:
    """The words up to the clause that speaks of something else again."""
    kept = ""
    for clause in re.split(r"(?=，|,(?!\d))", words):
        if kept and re.search(wording()["cue"]["apart"], clause.lstrip("，,")):
            break
        kept += clause
    return kept


#: What a reason is about, the code and the name of it, and which way it went.
_About = tuple[str, str, str, str]


def _about(left: str, section: Section, change: Mention | None, spoken: Prose) -> _About | None:
    """What a reason is about: what the words before it name, else the change before it."""
    found = re.search(wording()["cue"]["subject"], left)
    named, way = (found["subject"], found["way"] or "") if found else ("", "")
    if named and way and (entry := _entry(named)):
        return _listed(entry, named, _direction(way) or _of_section(section, entry, spoken))
    if change is None:
        return _without_unit(left)
    direction, names = _direction(way) or _sign(change), _names(change, section, spoken)
    codes = spoken.binder.codes(change) if change.path or change.entry is None else []
    nearest = _entry(names[0]) if names and not change.path else None
    if nearest is None and (change.path or codes):
        name = change.path[-1][1] if change.path else change.subject
        return "code", codes[0][1] if codes else "", bare(name), direction
    for name in names:
        if entry := _entry(name):
            return _listed(entry, name, direction)
    titled = next(filter(None, map(_entry, reversed(section.titles))), None)
    if titled and not names:
        return _listed(titled, section.title, direction)
    money = next((name for name in names if re.search(wording()["cue"]["money"], name)), "")
    return ("name", "", bare(money), direction) if money else None


def _without_unit(left: str) -> _About | None:
    """What a clause says changed, by a number without a unit: that is stated as no figure."""
    for clause in reversed(re.split("[，；]", left)):
        named = re.match(wording()["cue"]["clause"], clause.rstrip("0123456789.,%"))
        if named and (entry := _entry(named["subject"])):
            return _listed(entry, named["subject"], _direction(clause.rstrip("0123456789.,%")))
    return None


def _listed(entry: dict[str, Any], name: str, direction: str) -> _About:
    return entry["about"], entry.get("code", ""), bare(name), direction


def _names(change: Mention, section: Section, spoken: Prose) -> list[str]:
    """What a change may be of, nearest first: its clause, its amount, the head of its paragraph.

    A rate without words of its own is of what the amount beside it is of.
    """
    chain = [change]
    if change.quantity == "growth":
        here = [m for m in spoken.paragraph(change) if m.quantity == "difference"]
        chain += [m for m in here if m.start < change.start][-1:]
    cue, found = wording()["cue"], []
    for mention in chain:
        clause = re.split("[，。；：;:]|,(?!\\d)", mention.before)[-1]
        clause = re.sub("^其中|^另", "", clause)
        own = re.match(cue["clause"], clause)
        found += [own["subject"]] if own else []
    opening = re.match(cue["opening"], section.paragraphs[change.sentence.paragraph].text)
    found += [each.subject for each in (change, change.of) if each is not None]
    found += [opening["subject"]] if opening else []
    found += [
        each.subject for each in reversed(spoken.earlier(change)) if each.quantity == "amount"
    ]
    return list(
        dict.fromkeys(name for name in found if name and not re.match(cue["nameless"], name))
    )


def _entry(words: str) -> dict[str, Any] | None:
    return next((each for each in wording()["about"] if re.search(each["match"], words)), None)


def is_of_all(name: str) -> bool:
    """Is it all revenue or expenditure, or all that is appropriated?"""
    entry = _entry(name) or {}
    return entry.get("about") in ("total", "revenue", "expenditure") or (
        entry.get("code") == "appropriation"
    )


def _told_before(text: str) -> _About | None:
    """What the sentence before says changed, where it states no figure."""
    found = re.search(wording()["cue"]["subject"], text.rstrip("。"))
    entry = _entry(found["subject"]) if found and found["way"] else None
    return _listed(entry, found["subject"], _direction(found["way"])) if found and entry else None


def _of_section(section: Section, entry: dict[str, Any], spoken: Prose) -> str:
    """Which way a total went, as its section states it."""
    for mention in spoken.mentions:
        if mention.section is section and mention.quantity == "difference" and mention.value:
            told = _entry(mention.subject)
            if told and (entry["about"] == "total" or told["about"] == entry["about"]):
                return _sign(mention)
    return ""


def bare(name: str) -> str:
    """The name of a thing without whose it is, of which year, and its number."""
    return re.sub(wording()["cue"]["whose"], "", name) or name


def _direction(way: str) -> str:
    cue = wording()["cue"]
    return next((name for name in ("up", "down", "same") if re.search(cue[name], way)), "")


def _sign(change: Mention) -> str:
    value = change.value or 0
    if change.quantity == "direction":
        value = patterns()["words"]["directions"].get(change.note, 0)
    return "up" if value > 0 else "down" if value < 0 else "same"
