"""Everything known about one document when questions are asked of it, and how a question is put."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation
from functools import cache, cached_property
from typing import Any, NamedTuple

from unitbudget.auditing.claims import Claim
from unitbudget.auditing.codes import OddCode
from unitbudget.auditing.evaluate import Check
from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.facts import field_figure
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.prose import Mention
from unitbudget.auditing.reasons import Reason, reasons
from unitbudget.auditing.rules import reference
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
from unitbudget.documents import Box, Printed
from unitbudget.money.figure import COUNT, PERCENT, Figure
from unitbudget.money.text import squash
from unitbudget.reading.narrative import Section, Sentence

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


class Indicator(NamedTuple):
    """One target of a project's form."""

    form: str
    project: str
    level2: str
    level3: str
    operator: str
    target: str
    unit: str
    page: int
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

    @cached_property
    def names_printed(self) -> dict[int, set[str]]:
        """The names without ordinals in the ruled grids of each page."""
        return {
            page.number: {
                re.sub(r"^[一二三四五六七八九十]+[、．.]", "", squash(cell.text))
                for grid in page.grids
                for line in grid.rows
                for cell in line
                if cell
            }
            for page in self.printed.pages
        }

    @cached_property
    def pieces(self) -> dict[int, list[tuple[str, Box]]]:
        """The cells and the lines of each page, as they read."""
        return {
            page.number: [
                *((squash(c.text), c.box) for g in page.grids for row in g.rows for c in row if c),
                *((squash(line.text), line.box) for line in page.lines),
            ]
            for page in self.printed.pages
        }

    @cached_property
    def reasons(self) -> list[Reason]:
        """Why things changed, as the prose says."""
        return reasons(self.spoken)

    @cached_property
    def indicators(self) -> list[Indicator]:
        return [_indicator(row, n) for n, row in enumerate(self.targets, start=1)]

    @cached_property
    def fields(self) -> list[Field]:
        return [_field(row, n) for n, row in enumerate(self.forms, start=1)]

    @cached_property
    def projects(self) -> list[str]:
        """The projects that have a form."""
        return list(dict.fromkeys(field.project for field in self.fields))

    def counted_projects(self) -> Told:
        """How many projects have a form."""
        first: dict[str, str] = {}
        for n, field in enumerate(self.fields, start=1):
            first.setdefault(field.project, f"project!{n}")
        return count("附有绩效目标表的项目", first.values())

    @cached_property
    def text(self) -> str:
        """All prose and all forms, for names and words."""
        return "\n".join([*(s.text for s in self.sections), *(f.text for f in self.fields)])

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
        numbers = [
            (len(mention.before), mention)
            for mention in self.mentions
            if mention.sentence is sentence and mention.printed and mention.unit != "year"
        ]
        parts: list[str] = ["“"]
        end = 0
        for start, mention in sorted(numbers, key=lambda pair: pair[0]):
            if start >= end and text[start:].startswith(mention.printed):
                parts += [text[end:start], number(mention.stated, mention.printed)]
                end = start + len(mention.printed)
        parts += [text[end:], "…" if len(sentence.text) > len(text) else "", "”"]
        quoted = joined("", parts)
        return Told(quoted[0] + quoted[1:-1].translate(INNER) + quoted[-1], quoted.numbers)


def _indicator(row: Mapping[str, Any], place: int) -> Indicator:
    unit, cell = str(row["unit"] or ""), f"indicator!{place}"
    try:
        value = Decimal(str(row["target"])) if unit else None
    except InvalidOperation:
        value = None
    kind = PERCENT if unit == "%" else COUNT
    text = f"{row['target']}{unit}"
    figure = None if value is None else Figure(value, kind, cells=(cell,), terms=(text,))
    return Indicator(
        form=str(row["form"] or ""),
        project=str(row["project"] or ""),
        level2=str(row["level2"] or ""),
        level3=str(row["level3"] or ""),
        operator=str(row["operator"] or ""),
        target=str(row["target"] or ""),
        unit=unit,
        page=int(row["page"]),
        figure=figure,
    )


def _field(row: Mapping[str, Any], place: int) -> Field:
    return Field(
        form=str(row["form"] or ""),
        project=str(row["project"] or ""),
        field=str(row["field"] or ""),
        text=str(row["text"] or ""),
        page=int(row["page"]),
        figure=field_figure(row, place),
    )


@cache
def wording() -> dict[str, Any]:
    """How findings are worded, as data."""
    return reference("findings")


def ask(
    key: str,
    evidence: str,
    money: Figure | None = None,
    rule_id: str = "",
    **words: object,
) -> Finding:
    """The finding of that kind, its words filled in.

    Words that are text are the document's own: their numbers are sought on the pages it names.
    """
    kind = wording()[key]
    told = {name: sought(word) if isinstance(word, str) else word for name, word in words.items()}
    says, question = tell(kind["says"], **told), Told(kind["question"])
    rule_id, shown = rule_id or key.rstrip("b"), nested(joined("", [evidence]))
    return Finding(rule_id, kind["severity"], says, question, shown, money)


def pages(numbers: Iterable[int]) -> str:
    """``第16、17页``"""
    return f"第{'、'.join(str(n) for n in sorted(set(numbers)))}页"


def quote(text: str) -> str:
    """The beginning of a printed text, in quotation marks; of a sentence see ``Case.quote``."""
    cut = _cut(text)
    return f"“{text[:cut].translate(INNER)}{'…' if len(text) > cut else ''}”"


def _cut(text: str) -> int:
    """Where a quotation ends: never within a number."""
    return next((m.start() for m in re.finditer(r"\d[\d.,]*", text)
                 if m.start() < QUOTED < m.end()), QUOTED)  # fmt: skip


def more(places: Sequence[str]) -> Told:
    """``（另有3处）`` where there are more places than the first, which is shown."""
    others = count("另外的同类之处", places[1:])
    return tell("（另有{others}处）", others=others) if places[1:] else Told()


def place(figure: Figure | None) -> str:
    """The cells a figure stands in, for evidence."""
    return "；".join(figure.cells) if figure is not None else ""
