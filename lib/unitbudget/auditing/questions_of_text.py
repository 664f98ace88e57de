"""Questions about what a template or an earlier text left behind.

Alternatives nobody chose, blanks nobody filled, notes to the writer, reasons announced and left
out, the level of another administration, years gone by, a standard term with a slip in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from unitbudget.auditing.case import Case, Finding, ask, more, pages, quote, wording
from unitbudget.auditing.told import count, printed_on
from unitbudget.reading.narrative import Section
from unitbudget.reading.paragraphs import layout


def ask_about(case: Case) -> Iterator[Finding]:
    yield from _residue(case)
    yield from _empty_reasons(case)
    yield from _other_administration(case)
    yield from _past_period(case)
    yield from _no_body(case)
    yield from _slips(case)


def _told(case: Case) -> list[Section]:
    """The prose without the glossary."""
    title = layout()["glossary"]["title"]
    return [s for s in case.sections if not any(title in each for each in s.titles)]


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
            (match[0], text, page)
            for section in _told(case)
            for text, page in _lines(section)
            for match in re.finditer(kind["match"], text)
        ]
        if found:
            words, text, page = found[0]
            yield ask(
                "S38",
                f"{pages(each[2] for each in found)} {quote(text)}",
                page=page,
                words=words,
                what=kind["what"],
                more=more([printed_on(at, shown) for shown, _, at in found]),
            )


def _empty_reasons(case: Case) -> Iterator[Finding]:
    """S04: a reason announced, and none given."""
    empty = [reason for reason in case.reasons if not reason.words]
    if empty:
        names = "、".join(dict.fromkeys(f"“{reason.name}”" for reason in empty))
        yield ask(
            "S04b",
            f"{pages(reason.page for reason in empty)} {quote(empty[0].sentence)}",
            rule_id="S04",
            names=names,
        )


def _other_administration(case: Case) -> Iterator[Finding]:
    """S39: a district's document that speaks of the city's budget, or the other way round."""
    title = layout()["glossary"]["title"]
    unit = str(case.document.get("district") or "")
    own = next((level for level, ends in _LEVELS.items() if unit.endswith(ends)), "")
    if not own:
        return
    found = [
        (match[0], paragraph)
        for section in case.sections
        if any(title in each for each in section.titles)
        for paragraph in section.paragraphs
        for match in re.finditer(wording()["administration"][own], paragraph.text)
    ]
    if found:
        words, first = found[0]
        where = f"{pages(each.page for _, each in found)} {quote(first.text)}"
        once = {each.text: (word, each) for word, each in found}
        terms = [printed_on(p.page, w, p.at(p.text.find(w))[1]) for w, p in once.values()]
        told = count("写着别级的名词解释", terms)
        yield ask("S39", where, page=first.page, words=words, own=own, district=unit, count=told)


#: The administration a place belongs to, by the end of its name.
_LEVELS = {"区": ("区", "县", "旗"), "市": ("市",)}


def _past_period(case: Case) -> Iterator[Finding]:
    """S36: the period of a project that ended before the year of the budget."""
    for section in _told(case):
        if not re.search(wording()["period"]["title"], section.title):
            continue
        years = [int(year) for year in re.findall(r"(20\d\d)年", section.text)]
        if (
            years
            and max(years) < case.year
            and not re.search(wording()["period"]["lasting"], section.text)
        ):
            yield ask(
                "S36b",
                f"第{section.page}页 {quote(section.text)}",
                rule_id="S36",
                page=section.page,
                title=section.title,
                last=max(years),
                year=case.year,
            )


def _no_body(case: Case) -> Iterator[Finding]:
    """S40: a heading that promises who is responsible over a text that names nobody."""
    rules = wording()["body"]
    unit = str(case.document.get("unit") or "")
    for section in _told(case):
        below = [s for s in case.sections if (s.path + ".").startswith(section.path + ".")]
        text = "".join(s.text for s in below)
        if not re.search(rules["title"], section.title) or not text:
            continue
        bare = re.sub(rules["never"], "", text)
        if not re.search(rules["named"], bare) and not (unit and unit in text):
            yield ask("S40", f"第{section.page}页 {quote(text)}", page=section.page,
                      title=section.title)  # fmt: skip


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
        yield ask("S31", everywhere, words="，".join(told))


@cache
def _near(core: str, tail: str) -> str:
    """A term with one character of its core exchanged, or one put in."""
    other = r"[\u4e00-\u9fff]"
    forms = [f"{core[:at]}{other}{core[at + 1 :]}{tail}" for at in range(1, len(core))]
    particles = wording()["misspelt"]["particles"]
    forms += [f"{core[:at]}(?![{particles}]){other}{core[at:]}{tail}" for at in range(2, len(core))]
    return "|".join(forms)
