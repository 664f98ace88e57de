"""Questions about sums within one sentence or one form: parts larger than their whole.

Areas, heads, pieces: a whole is compared with its parts only where the parts exhaust it by their
names (above ground, below ground) or where one of them exceeds it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from unitbudget.auditing.case import Case, Finding, ask, quote, wording
from unitbudget.auditing.told import number, printed_on, shown_at, tell
from unitbudget.documents import Grid
from unitbudget.money.amounts import NotAnAmount, parse
from unitbudget.money.figure import Figure, total
from unitbudget.money.text import squash
from unitbudget.reading.narrative import Section, Sentence

_NAMED = (
    r"(?P<name>[^，。；：、（）()\d]{1,16}?)(?:约|共|合计|总计)*(?:为|是|达|有)?"
    r"(?P<number>\d[\d,]*(?:\.\d+)?)"
)


def ask_about(case: Case) -> Iterator[Finding]:
    yield from _measures(case)
    yield from _forms(case)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of one unit in a sentence, with the words before it."""

    name: str
    printed: str
    value: Decimal
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sum:
    """A whole and the parts a sentence gives for it."""

    whole: Quantity
    parts: tuple[Quantity, ...]

    @property
    def total(self) -> Decimal:
        return sum((part.value for part in self.parts), Decimal(0))


def _measures(case: Case) -> Iterator[Finding]:
    """S41: measures of one sentence that do not add up."""
    seen: set[tuple[str, str]] = set()
    for section in case.sections:
        for sentence in section.sentences:
            for unit in wording()["sums"]["units"] if "其中" in sentence.text else ():
                for each, fits in _causes(wrong_sums(sentence.text, unit)):
                    key = each.whole.name, each.whole.printed
                    if key in seen:
                        continue
                    seen.add(key)
                    quoted = quote(sentence.text[max(each.whole.start - 12, 0) :])
                    yield ask(
                        "S41",
                        f"第{sentence.page}页 {quoted}",
                        page=sentence.page,
                        name=each.whole.name,
                        whole=each.whole.printed + unit,
                        parts="、".join(f"{part.name}{part.printed}" for part in each.parts),
                        outcome=_outcome(_added(each, section, sentence), unit, fits),
                    )


def _added(each: Sum, section: Section, sentence: Sentence) -> Figure | None:
    """The sum of the parts, each shown where it is printed."""
    paragraph, start = section.paragraphs[sentence.paragraph], sentence.start
    places = ((part, *paragraph.at(start + part.start)) for part in each.parts)
    return total(shown_at(printed_on(page, p.printed, box), p.printed) for p, page, box in places)


def _outcome(parts: Figure | None, unit: str, fits: Quantity | None) -> str:
    """What the parts come to, and what the sentence would say with their sum in its place."""
    if parts is None or not parts.computed:
        return "部分比总数还大"
    come_to = number(parts, f"{parts.value:f}")
    match = "；按{sum}，与上一级的{above}正好相符"
    also = tell(match, sum=come_to, above=fits.printed) if fits else ""
    return tell("合计{sum}{unit}{also}", sum=come_to, unit=unit, also=also)


def _causes(found: list[Sum]) -> Iterator[tuple[Sum, Quantity | None]]:
    """The sums that are wrong by themselves: not those another one's mending mends too."""
    for each in found:
        inner = {other.whole: other.total for other in found if other is not each}
        mended = sum((inner.get(part, part.value) for part in each.parts), Decimal(0))
        if mended == each.whole.value:
            continue
        above = (o for o in found if each.whole in o.parts)
        fits = next(
            (o.whole for o in above if o.total - each.whole.value + each.total == o.whole.value),
            None,
        )
        yield each, fits


def wrong_sums(text: str, unit: str) -> list[Sum]:
    """The wholes of a sentence whose parts exceed them, or exhaust them and come to another sum."""
    found = []
    for whole, parts in _listed(text, unit):
        larger = [part for part in parts if part.value > whole.value]
        closed = len(parts) == 2 and _opposite(parts[0].name, parts[1].name)
        if closed and sum(part.value for part in parts) != whole.value:
            found.append(Sum(whole, tuple(parts)))
        elif larger:
            found.append(Sum(whole, (larger[0],)))
    return found


def _listed(text: str, unit: str) -> Iterator[tuple[Quantity, list[Quantity]]]:
    """Every whole of a sentence with what is listed after "among them", outer lists first."""
    quantities = _quantities(text, unit)
    for whole in quantities:
        match = re.match(
            r"(?:（(?:以[^（）]*为准)）)?(?P<open>[（(])?，?其中[，：:]?", text[whole.end :]
        )
        if match is None:
            continue
        begin = whole.end + match.end()
        end = _closing(text, begin) if match["open"] else _stop(text, begin)
        inside = [q for q in quantities if begin <= q.start < end]
        depth = {q: _depth(text[begin : q.start]) for q in inside}
        yield whole, [q for q in inside if depth[q] == 0]


def _quantities(text: str, unit: str) -> list[Quantity]:
    pattern = _NAMED + rf"{unit}(?!/)"
    found = []
    for match in re.finditer(pattern, text):
        value = Decimal(match["number"].replace(",", ""))
        name = re.sub("^其中|(?:约|共|合计|总计)+$", "", match["name"])
        found.append(Quantity(name, match["number"], value, match.start("number"), match.end()))
    return found


def _closing(text: str, begin: int) -> int:
    """Where the bracket that is open at a place closes."""
    depth = 1
    for place in range(begin, len(text)):
        depth += (text[place] in "（(") - (text[place] in "）)")
        if not depth:
            return place
    return len(text)


def _stop(text: str, begin: int) -> int:
    """Where a list without a bracket ends."""
    depth = 0
    for place in range(begin, len(text)):
        depth += (text[place] in "（(") - (text[place] in "）)")
        if depth < 0 or (not depth and text[place] in "。；;"):
            return place
    return len(text)


def _depth(text: str) -> int:
    return sum(text.count(each) for each in "（(") - sum(text.count(each) for each in "）)")


def _opposite(one: str, other: str) -> bool:
    """Do two names exhaust what they divide: X and not X, above and below ground?"""
    bare = [re.sub(wording()["sums"]["nouns"], "", name) for name in (one, other)]
    for first, second in (bare, bare[::-1]):
        if first and second in {f"{no}{first}" for no in ("不", "非", "未")}:
            return True
    return any({*bare} == {*pair} for pair in wording()["sums"]["opposites"])


def _forms(case: Case) -> Iterator[Finding]:
    """S42: a part of a project's money that is larger than the whole above it."""
    for page in case.printed.pages:
        for grid in page.grids:
            project = _project(grid)
            for whole, part in _larger_parts(grid) if project else ():
                yield ask(
                    "S42",
                    f"第{page.number}页 “{project}” {part[0]} {part[1]}",
                    page=page.number,
                    project=project,
                    whole=whole[0],
                    total=whole[1],
                    part=part[0],
                    amount=part[1],
                )


_Field = tuple[str, str, Decimal]


def _project(grid: Grid) -> str:
    """The name of the project a form is about."""
    for row in grid.rows:
        cells = [squash(cell.text) for cell in row if cell]
        if "项目名称" in cells[:-1]:
            return cells[cells.index("项目名称") + 1]
    return ""


def _larger_parts(grid: Grid) -> Iterator[tuple[_Field, _Field]]:
    """A whole and each of its parts below it in the same column of labels that exceeds it."""
    rules = wording()["forms"]
    wholes: dict[float, _Field] = {}
    for row in grid.rows:
        cells = [cell for cell in row if cell]
        for label, value in itertools.pairwise(cells):
            name, amount = squash(label.text), _amount(value.text)
            if amount is None:
                continue
            field = name.removeprefix("其中：").removeprefix("其中:"), squash(value.text), amount
            column = round(label.box.x0)
            if re.search(rules["whole"], name):
                wholes[column] = field
            elif column in wholes and re.search(rules["part"], name) and amount > wholes[column][2]:
                yield wholes[column], field


def _amount(text: str) -> Decimal | None:
    try:
        amount = parse(squash(text))
    except NotAnAmount:
        return None
    return amount.value if amount else None
