"""Everything known about one document when questions are asked of it, and how a question is put."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, partial
from typing import Any, NamedTuple, Protocol

from unitbudget.auditing.claims import Claim
from unitbudget.auditing.codes import OddCode
from unitbudget.auditing.evaluate import Check
from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.facts import field_figure
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.prose import Mention
from unitbudget.auditing.reasons import Reason, reasons
from unitbudget.auditing.suspects import Suspect
from unitbudget.auditing.told import (
    Sought,
    Told,
    count,
    found,
    joined,
    nested,
    number,
    printed_on,
    sought,
    tell,
)
from unitbudget.documents import Box, Cell, Grid, Printed
from unitbudget.money.figure import COUNT, PERCENT, Figure
from unitbudget.money.text import squash
from unitbudget.reading.narrative import Section, Sentence
from unitbudget.reading.paragraphs import Paragraph, layout
from unitbudget.reference import toml

Rows = Sequence[Mapping[str, Any]]
#: How much of a sentence is quoted.
QUOTED = 40
#: A quoted number is sought with so many characters around it, then with fewer.
NEAR = (8, 4, 2, 0)
WHOLE = r"(?<![\d.,]){}(?![\d,]|\.\d)"
#: Quotation marks inside a quotation, which may be cut off before they close.
INNER = str.maketrans("“”", "‘’")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth asking: what is printed, where, how much money it concerns, the question."""

    rule_id: str
    severity: str
    says: Told
    question: Told
    evidence: Told
    money: Figure | None = None


class Placed(Protocol):
    """What stands on a page and can be pointed at there."""

    @property
    def page(self) -> int: ...
    @property
    def cell(self) -> str: ...


class Spot(NamedTuple):
    """Some words of the document: the page they are on, their cell, and how they read."""

    page: int
    cell: str
    text: str


class Indicator(NamedTuple):
    """One target of a project's form, with the figure aimed at if it is one."""

    form: str
    project: str
    level2: str
    level3: str
    operator: str
    target: str
    unit: str
    page: int
    cell: str
    figure: Figure | None

    @property
    def aim(self) -> Told:
        """The target as it reads: operator, number and unit, or words."""
        if self.figure is None:
            return Told(f"{self.operator}{self.target}{self.unit}")
        percent = self.unit == "%"
        shown = number(self.figure, self.target + "%" * percent)
        return joined("", [self.operator, shown, "" if percent else self.unit])


class Field(NamedTuple):
    """One field of a project's form: an amount, or words."""

    form: str
    project: str
    field: str
    text: str
    page: int
    cell: str
    figure: Figure | None


@dataclass(frozen=True)
class Case:
    """One document, read and reckoned: what the questions are about.

    ``document``, ``tables``, ``forms``, ``targets`` and ``glossary`` are rows of ``documents.csv``,
    ``tables.csv``, ``projects.csv``, ``indicators.csv`` and ``terms.csv``.
    """

    printed: Printed
    spoken: Prose
    document: Mapping[str, Any]
    tables: Rows = ()
    checks: Sequence[Check] = ()
    suspects: Sequence[Suspect] = ()
    claims: Sequence[Claim] = ()
    forms: Rows = ()
    targets: Rows = ()
    glossary: Rows = ()
    odd_codes: Sequence[OddCode] = ()

    @property
    def ledger(self) -> Ledger:
        return self.spoken.ledger

    @property
    def sections(self) -> Sequence[Section]:
        return self.spoken.sections

    @property
    def mentions(self) -> Sequence[Mention]:
        """What the prose states."""
        return self.spoken.mentions

    @property
    def year(self) -> int:
        return int(self.document.get("fiscal_year") or self.ledger.year)

    @property
    def is_budget(self) -> bool:
        return str(self.document.get("kind", "budget")) == "budget"

    @cached_property
    def disclosed(self) -> Rows:
        """The tables that are printed, without those we could not read."""
        return [row for row in self.tables if row.get("status") != "unread"]

    # ---- what is printed -------------------------------------------------------------------------

    def lines(self, first: int = 1, last: int | None = None) -> Iterator[tuple[Grid, list[Cell]]]:
        """The rows of the ruled grids of some pages, without the places that a merge covers."""
        for page in self.printed.pages[first - 1 : last]:
            for grid in page.grids:
                yield from ((grid, [cell for cell in row if cell]) for row in grid.rows)

    @cached_property
    def names_printed(self) -> dict[int, set[str]]:
        """The names without ordinals in the ruled grids of each page."""
        names: dict[int, set[str]] = {}
        for grid, row in self.lines():
            texts = (re.sub(r"^[一二三四五六七八九十]+[、．.]", "", squash(c.text)) for c in row)
            names.setdefault(grid.page, set()).update(texts)
        return names

    @cached_property
    def pieces(self) -> dict[int, list[tuple[str, Box]]]:
        """The cells and the lines of each page, as they read."""
        found: dict[int, list[tuple[str, Box]]] = {}
        for grid, row in self.lines():
            found.setdefault(grid.page, []).extend((squash(c.text), c.box) for c in row)
        for line in self.printed.lines:
            found.setdefault(line.page, []).append((squash(line.text), line.box))
        return found

    # ---- what is told ----------------------------------------------------------------------------

    @cached_property
    def told(self) -> list[Section]:
        """The prose without the glossary."""
        return [section for section in self.sections if not is_glossary(section)]

    @property
    def prose(self) -> list[Paragraph]:
        return [paragraph for section in self.sections for paragraph in section.paragraphs]

    def below(self, path: str) -> list[Section]:
        """The section of that path and those under it."""
        return [each for each in self.sections if f"{each.path}.".startswith(f"{path}.")]

    @cached_property
    def text(self) -> str:
        """All prose and all forms, for names and words."""
        return "\n".join([*(s.text for s in self.sections), *(f.text for f in self.fields)])

    @cached_property
    def reasons(self) -> list[Reason]:
        """Why things changed, as the prose says."""
        return reasons(self.spoken)

    @cached_property
    def indicators(self) -> list[Indicator]:
        return [_indicator(row, f"indicator!{n}") for n, row in enumerate(self.targets, start=1)]

    @cached_property
    def fields(self) -> list[Field]:
        return [_field(row, n) for n, row in enumerate(self.forms, start=1)]

    # ---- how it is shown -------------------------------------------------------------------------

    def placed(self, finding: Finding) -> Finding:
        """The finding with the places of the numbers it quotes, on the pages it names."""
        named = re.findall(r"第([\d、]+)页", f"{finding.evidence} {finding.says}")
        numbers = dict.fromkeys(int(n) for each in named for n in each.split("、") if n)
        printed = [(number, *each) for number in numbers for each in self.pieces.get(number, ())]

        def place(word: Sought) -> str:
            for near in NEAR:
                before, after = word.before[-near:] if near else "", word.after[:near]
                wanted = squash(f"{before}{word}{after}")
                for page, text, box in printed:
                    if wanted in text and (
                        near or re.search(WHOLE.format(re.escape(wanted)), text)
                    ):
                        return printed_on(page, word, box)
            return ""

        return replace(finding, says=found(finding.says, place))

    def quote(self, sentence: Sentence) -> Told:
        """The beginning of a printed sentence, in quotation marks, with the figures it states."""
        text = sentence.text[: _cut(sentence.text)]
        stated = [
            mention
            for mention in self.mentions
            if mention.sentence is sentence and mention.printed and mention.unit != "year"
        ]
        parts: list[str] = ["“"]
        end = 0
        for mention in sorted(stated, key=lambda each: len(each.before)):
            start = len(mention.before)
            if start >= end and text[start:].startswith(mention.printed):
                parts += [text[end:start], number(mention.stated, mention.printed)]
                end = start + len(mention.printed)
        parts += [text[end:], "…" if len(sentence.text) > len(text) else "", "”"]
        quoted = joined("", parts)
        return Told(quoted[0] + quoted[1:-1].translate(INNER) + quoted[-1], quoted.numbers)


def is_glossary(section: Section) -> bool:
    """Does a section, or one it stands under, explain terms?"""
    return any(layout()["glossary"]["title"] in title for title in section.titles)


def _indicator(row: Mapping[str, Any], cell: str) -> Indicator:
    words = {name: str(row[name] or "") for name in Indicator._fields[:7]}
    unit, figure = words["unit"], None
    if unit and re.fullmatch(r"-?\d+(?:\.\d+)?", words["target"]):
        kind, text = PERCENT if unit == "%" else COUNT, f"{row['target']}{unit}"
        figure = Figure(Decimal(words["target"]), kind, cells=(cell,), terms=(text,))
    return Indicator(**words, page=int(row["page"]), cell=cell, figure=figure)


def _field(row: Mapping[str, Any], place: int) -> Field:
    words = {name: str(row[name] or "") for name in Field._fields[:4]}
    cell, figure = f"project!{place}", field_figure(row, place)
    return Field(**words, page=int(row["page"]), cell=cell, figure=figure)


# ---- how a question is put -----------------------------------------------------------------------

Question = Callable[[Case], Iterator[Finding]]


def asking(*questions: Question) -> Question:
    """Several questions as one, asked in this order."""

    def ask_about(case: Case) -> Iterator[Finding]:
        for question in questions:
            yield from question(case)

    return ask_about


#: How findings are worded, as data.
wording = partial(toml, "findings")


def ask(
    key: str,
    found: Sequence[Placed | Figure] = (),
    quoted: str = "",
    *,
    evidence: str = "",
    money: Figure | None = None,
    rule_id: str = "",
    **words: object,
) -> Finding:
    """The finding of that kind, its words filled in.

    ``found`` is what it is about: the cells of figures, else the pages and what is ``quoted``, are
    the evidence where nothing else is; the first page, all pages, how many there are and how many
    more than the first are words of any kind. Words that are text or lists of names are the
    document's own: their numbers are sought on the pages it names.
    """
    kind = wording()[key]
    figures = [each for each in found if isinstance(each, Figure)]
    spots = [each for each in found if not isinstance(each, Figure)]
    if spots:
        cells = [each.cell for each in spots]
        counted = count(kind.get("counted", ""), cells)
        common = {"page": spots[0].page, "pages": pages(spots), "count": counted}
        words = common | {"more": more(cells)} | words
        evidence = evidence or joined(" ", [pages(spots), *filter(None, [quoted])])
    evidence = evidence or "；".join(map(place, figures))
    told = {name: _said(word) for name, word in words.items()}
    says, shown = tell(kind["says"], **told), nested(joined("", [evidence]))
    rule_id = rule_id or kind.get("rule", key.rstrip("bcd"))
    return Finding(rule_id, kind["severity"], says, Told(kind["question"]), shown, money)


def _said(word: object) -> object:
    """A word of a sentence; of text and of names the numbers are to be sought."""
    word = named(word) if isinstance(word, list) else word
    return sought(word) if isinstance(word, str) else word


def of_section(key: str, section: Section, text: str, **words: Any) -> Finding:
    """What is asked of a section: its page, its title, the beginning of its text."""
    evidence = f"第{section.page}页 {quote(text)}"
    return ask(key, evidence=evidence, page=section.page, title=section.title, **words)


def pages(found: Iterable[Placed | int]) -> str:
    """``第16、17页``"""
    numbers = {each if isinstance(each, int) else each.page for each in found}
    return f"第{'、'.join(str(n) for n in sorted(numbers))}页"


def quote(text: str) -> str:
    """The beginning of a printed text, in quotation marks; of a sentence see ``Case.quote``."""
    cut = _cut(text)
    return f"“{text[:cut].translate(INNER)}{'…' if len(text) > cut else ''}”"


def _cut(text: str) -> int:
    """Where a quotation ends: never within a number."""
    return next((m.start() for m in re.finditer(r"\d[\d.,]*", text)
                 if m.start() < QUOTED < m.end()), QUOTED)  # fmt: skip


def firsts(found: Iterable[Any], key: Callable[[Any], object]) -> list[Any]:
    """What is found, of things that are the same by a key the first."""
    once: dict[object, Any] = {}
    for each in found:
        once.setdefault(key(each), each)
    return list(once.values())


def named(names: Iterable[object]) -> str:
    """``“甲”、“乙”``"""
    return "、".join(f"“{name}”" for name in names)


def more(cells: Sequence[str]) -> Told:
    """``（另有3处）`` where there are more places than the first, which is shown."""
    others = count("另外的同类之处", cells[1:])
    return tell("（另有{others}处）", others=others) if cells[1:] else Told()


def place(figure: Figure | None) -> str:
    """The cells a figure stands in, for evidence."""
    return "；".join(figure.cells) if figure is not None else ""
