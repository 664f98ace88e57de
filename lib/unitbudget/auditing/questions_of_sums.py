"""Questions about sums within one sentence or one form: parts larger than their whole.

Areas, heads, pieces: a whole is compared with its parts only where the parts exhaust it by their
names (above ground, below ground) or where one of them exceeds it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import NamedTuple

from unitbudget.auditing.case import Case, Finding, ask, asking, firsts, quote, wording
from unitbudget.auditing.told import number, printed_on, shown_at, tell
from unitbudget.documents import Cell
from unitbudget.money.amounts import NotAnAmount, parse
from unitbudget.money.figure import total
from unitbudget.money.text import squash
from unitbudget.reading.narrative import Section, Sentence

_NAMED = (
    r"(?P<name>[^，。；：、（）()\d]{1,16}?)(?:约|共|合计|总计)*(?:为|是|达|有)?"
    r"(?P<number>\d[\d,]*(?:\.\d+)?)"
)
_AMONG = re.compile(r"(?:（(?:以[^（）]*为准)）)?(?P<open>[（(])?，?其中[，：:]?")


class Quantity(NamedTuple):
    """A number of one unit in a sentence, with the words before it."""

    name: str
    printed: str
    value: Decimal
    start: int
    end: int


class Sum(NamedTuple):
    """A whole and the parts a sentence gives for it."""

    whole: Quantity
    parts: list[Quantity]

    @property
    def total(self) -> Decimal:
        return sum((part.value for part in self.parts), Decimal(0))


def _measures(case: Case) -> Iterator[Finding]:
    """S41: measures of one sentence that do not add up."""
    wrong = [
        (section, sentence, unit, each, fits)
        for section in case.sections
        for sentence in section.sentences
        for unit in (wording()["sums"]["units"] if "其中" in sentence.text else ())
        for each, fits in _causes(wrong_sums(sentence.text, unit))
    ]
    for section, sentence, unit, each, fits in firsts(wrong, lambda row: row[3].whole[:2]):
        yield ask(
            "S41",
            evidence=f"第{sentence.page}页 {quote(sentence.text[max(each.whole.start - 12, 0) :])}",
            page=sentence.page,
            name=each.whole.name,
            whole=each.whole.printed + unit,
            parts="、".join(f"{part.name}{part.printed}" for part in each.parts),
            outcome=_outcome(each, unit, fits, section, sentence),
        )


def _outcome(
    each: Sum, unit: str, fits: Quantity | None, section: Section, sentence: Sentence
) -> str:
    """What the parts come to, and what the sentence would say with their sum in its place."""
    paragraph = section.paragraphs[sentence.paragraph]
    places = ((part, *paragraph.at(sentence.start + part.start)) for part in each.parts)
    added = total(
        shown_at(printed_on(page, part.printed, box), part.printed) for part, page, box in places
    )
    if added is None or not added.computed:
        return "部分比总数还大"
    come_to = number(added, f"{each.total:f}")
    match = "；按{sum}，与上一级的{above}正好相符"
    also = tell(match, sum=come_to, above=fits.printed) if fits else ""
    return tell("合计{sum}{unit}{also}", sum=come_to, unit=unit, also=also)


def _causes(found: list[Sum]) -> Iterator[tuple[Sum, Quantity | None]]:
    """The sums that are wrong by themselves: not those another one's mending mends too."""
    for each in found:
        inner = {other.whole: other.total for other in found if other is not each}
        mended = sum((inner.get(part, part.value) for part in each.parts), Decimal(0))
        if mended != each.whole.value:
            above = (other for other in found if each.whole in other.parts)
            apart = each.total - each.whole.value
            fitting = (o.whole for o in above if o.total + apart == o.whole.value)
            yield each, next(fitting, None)


def wrong_sums(text: str, unit: str) -> list[Sum]:
    """The wholes of a sentence whose parts exceed them, or exhaust them and come to another sum."""
    found = []
    for each in _listed(text, unit):
        larger = [part for part in each.parts if part.value > each.whole.value]
        closed = len(each.parts) == 2 and _opposite(each.parts[0].name, each.parts[1].name)
        if closed and each.total != each.whole.value:
            found.append(each)
        elif larger:
            found.append(Sum(each.whole, larger[:1]))
    return found


def _listed(text: str, unit: str) -> Iterator[Sum]:
    """Every whole of a sentence with what is listed after "among them", outer lists first."""
    quantities = _quantities(text, unit)
    for whole in quantities:
        if match := _AMONG.match(text, whole.end):
            begin = match.end()
            end = _end(text, begin, "" if match["open"] else "。；;")
            inside = [each for each in quantities if begin <= each.start < end]
            yield Sum(whole, [each for each in inside if not _depth(text[begin : each.start])])


def _quantities(text: str, unit: str) -> list[Quantity]:
    found = []
    for match in re.finditer(rf"{_NAMED}{unit}(?!/)", text):
        value = Decimal(match["number"].replace(",", ""))
        name = re.sub("^其中|(?:约|共|合计|总计)+$", "", match["name"])
        found.append(Quantity(name, match["number"], value, match.start("number"), match.end()))
    return found


def _end(text: str, begin: int, marks: str) -> int:
    """Where a list ends: at one of these marks, or where the bracket around it closes."""
    depth = 0
    for place in range(begin, len(text)):
        depth += _depth(text[place])
        if depth < 0 or (not depth and text[place] in marks):
            return place
    return len(text)


def _depth(text: str) -> int:
    return sum(text.count(each) for each in "（(") - sum(text.count(each) for each in "）)")


def _opposite(one: str, other: str) -> bool:
    """Do two names exhaust what they divide: X and not X, above and below ground?"""
    rules = wording()["sums"]
    names = {re.sub(rules["nouns"], "", name) for name in (one, other)}
    negated = any({name, f"{no}{name}"} == names for name in names if name for no in "不非未")
    return negated or any(names == {*pair} for pair in rules["opposites"])


def _forms(case: Case) -> Iterator[Finding]:
    """S42: a part of a project's money that is larger than the whole above it."""
    for page in case.printed.pages:
        for grid in page.grids:
            rows = [[cell for cell in row if cell] for row in grid.rows]
            project = _project(rows)
            for whole, part in _larger_parts(rows) if project else ():
                yield ask(
                    "S42",
                    evidence=f"第{page.number}页 “{project}” {part.name} {part.printed}",
                    page=page.number,
                    project=project,
                    whole=whole.name,
                    total=whole.printed,
                    part=part.name,
                    amount=part.printed,
                )


class _Money(NamedTuple):
    name: str
    printed: str
    value: Decimal


def _project(rows: list[list[Cell]]) -> str:
    """The name of the project a form is about."""
    for label, value in (pair for row in rows for pair in itertools.pairwise(row)):
        if squash(label.text) == "项目名称":
            return squash(value.text)
    return ""


def _larger_parts(rows: list[list[Cell]]) -> Iterator[tuple[_Money, _Money]]:
    """A whole and each of its parts below it in the same column of labels that exceeds it."""
    rules = wording()["forms"]
    wholes: dict[int, _Money] = {}
    for label, cell in (pair for row in rows for pair in itertools.pairwise(row)):
        name, printed = squash(label.text), squash(cell.text)
        try:
            amount = parse(printed)
        except NotAnAmount:
            continue
        if amount is None:
            continue
        money = _Money(re.sub("^其中[:：]", "", name), printed, amount.value)
        column = round(label.box.x0)
        if re.search(rules["whole"], name):
            wholes[column] = money
        elif re.search(rules["part"], name) and column in wholes:
            whole = wholes[column]
            yield from [(whole, money)] if money.value > whole.value else []


ask_about = asking(_measures, _forms)
