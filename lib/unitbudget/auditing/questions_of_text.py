"""Questions about what a template or an earlier text left behind.

Alternatives nobody chose, blanks nobody filled, notes to the writer, reasons announced and left
out, the level of another administration, years gone by, a standard term with a slip in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from unitbudget.auditing.case import (
    Case,
    Finding,
    Spot,
    ask,
    asking,
    firsts,
    is_glossary,
    of_section,
    pages,
    quote,
    wording,
)
from unitbudget.auditing.told import printed_on
from unitbudget.reading.narrative import Section


def _lines(section: Section) -> Iterator[tuple[str, int]]:
    """The title of a section and its sentences, each with its page."""
    if section.title:
        yield section.title, section.page
    for sentence in section.sentences:
        yield sentence.text, sentence.page


def _residue(case: Case) -> Iterator[Finding]:
    """S38: what should have been chosen, filled in or taken out."""
    for kind in wording()["residue"]:
        found = [
            (Spot(page, printed_on(page, match[0]), match[0]), text)
            for section in case.told
            for text, page in _lines(section)
            for match in re.finditer(kind["match"], text)
        ]
        if found:
            spots, texts = zip(*found, strict=True)
            yield ask("S38", spots, quote(texts[0]), words=spots[0].text, what=kind["what"])


def _empty_reasons(case: Case) -> Iterator[Finding]:
    """S04: a reason announced, and none given."""
    if empty := [reason for reason in case.reasons if not reason.words]:
        names = list(dict.fromkeys(reason.name for reason in empty))
        yield ask("S04b", empty, quote(empty[0].sentence), names=names)


def _other_administration(case: Case) -> Iterator[Finding]:
    """S39: a district's document that speaks of the city's budget, or the other way round."""
    unit = str(case.document.get("district") or "")
    rules = wording()["administration"].items()
    others = next((others for own, others in rules if re.search(own, unit)), "$^")
    found = [
        (match, each)
        for section in case.sections
        if is_glossary(section)
        for each in section.paragraphs
        if (match := re.search(others, each.text))
    ]
    if found:
        terms = [
            Spot(each.page, printed_on(each.page, match[0], each.at(match.start())[1]), match[0])
            for match, each in firsts(found, lambda term: term[1].text)
        ]
        yield ask("S39", terms, quote(found[0][1].text), words=terms[0].text, district=unit)


def _past_period(case: Case) -> Iterator[Finding]:
    """S36: the period of a project that ended before the year of the budget."""
    rules = wording()["period"]
    for section in case.told:
        years = [int(year) for year in re.findall(r"(20\d\d)年", section.text)]
        past = max(years, default=case.year) < case.year
        lasting = re.search(rules["lasting"], section.text)
        if past and not lasting and re.search(rules["title"], section.title):
            yield of_section("S36b", section, section.text, last=max(years), year=case.year)


def _no_body(case: Case) -> Iterator[Finding]:
    """S40: a heading that promises who is responsible over a text that names nobody."""
    rules, unit = wording()["body"], str(case.document.get("unit") or "")
    for section in case.told:
        text = "".join(each.text for each in case.below(section.path))
        if text and re.search(rules["title"], section.title):
            bare = re.sub(rules["never"], "", text)
            if not re.search(rules["named"], bare) and not (unit and unit in text):
                yield of_section("S40", section, text)


def _slips(case: Case) -> Iterator[Finding]:
    """S31: words often mistyped, standard terms with one character exchanged or put in."""
    found: dict[str, tuple[str, list[int]]] = {}
    for section in case.sections:
        for text, page in _lines(section):
            for wrong, meant in wording()["typos"].items():
                if wrong in text:
                    bare, right = (each.rstrip("0123456789") for each in (wrong, meant))
                    found.setdefault(bare, (right, []))[1].append(page)
            for core, tail in (term.split("|") for term in wording()["misspelt"]["terms"]):
                for match in re.finditer(_near(core, tail), text) if tail in text else ():
                    if core + tail not in match[0]:
                        found.setdefault(match[0], (core + tail, []))[1].append(page)
    if found:
        told = (f"{pages(where)}“{words}”疑为“{term}”" for words, (term, where) in found.items())
        everywhere = pages(page for _, where in found.values() for page in where)
        yield ask("S31", evidence=everywhere, words="，".join(told))


@cache
def _near(core: str, tail: str) -> str:
    """A term with one character of its core exchanged, or one put in."""
    other = r"[\u4e00-\u9fff]"
    forms = [f"{core[:at]}{other}{core[at + 1 :]}{tail}" for at in range(1, len(core))]
    particles = wording()["misspelt"]["particles"]
    forms += [f"{core[:at]}(?![{particles}]){other}{core[at:]}{tail}" for at in range(2, len(core))]
    return "|".join(forms)


ask_about = asking(_residue, _empty_reasons, _other_administration, _past_period, _no_body, _slips)
