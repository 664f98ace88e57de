"""What in a document speaks for or against each thing its prose states."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from unitbudget.auditing.binding import Binder, Place
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.prose import Mention, entry_of, mentions, patterns
from unitbudget.auditing.told import counted, part_of, shown_at
from unitbudget.money.amounts import FEN, digits, slip
from unitbudget.money.figure import (
    PERCENT,
    YUAN,
    Figure,
    Relation,
    agrees,
    derived,
    growth,
    share,
)
from unitbudget.money.text import squash
from unitbudget.reading.narrative import Section

#: Of so many digits, one may be a slip; shorter figures are alike by chance.
MANY = 5


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that must agree with a stated figure, and how."""

    figure: Figure
    text: str
    relation: Relation = "="
    hard: bool = True
    #: Is it said of a row of that very name, of which it is at most a slip of the pen away?
    near: bool = False
    #: Where in the tables it is printed, or blank.
    place: Place | None = None


def _at(place: Place, relation: Relation = "=", **more: Any) -> Evidence:
    """What is printed at a place of the tables, as evidence."""
    most = "不超过 " if relation == "≤" else ""
    return Evidence(place.figure, f"{most}{place.text}", relation, place=place, **more)


class Prose:
    """The statements of one document, and the tables and statements they can be held against."""

    def __init__(
        self,
        sections: Sequence[Section],
        ledger: Ledger,
        kind: str,
        projects: Sequence[Mapping[str, Any]] = (),
    ) -> None:
        self.sections = sections
        self.ledger = ledger
        self.projects = projects
        self.binder = Binder(ledger, kind)
        self.mentions = mentions(sections)
        self._paragraphs: dict[tuple[str, int], list[Mention]] = {}
        for mention in self.mentions:
            self._paragraphs.setdefault(_where(mention), []).append(mention)

    def of(self, mention: Mention) -> list[Evidence]:
        """The tables' and the paragraph's evidence for one mention."""
        readers: dict[str, Callable[[Mention], list[Evidence]]] = {
            "amount": self._amount,
            "base": self._compared,
            "difference": self._difference,
            "equal": self._difference,
            "growth": self._growth,
            "share": self._share,
            "completion": self._completion,
            "direction": self._directed,
            "none": self._none,
            "plan": self._plan,
            "count": self._count,
            "year": self._year,
        }
        reader = readers.get(mention.quantity)
        return reader(mention) if reader else []

    def time(self, mention: Mention) -> tuple[int, str]:
        """The year and the phase an amount is stated for."""
        year = mention.year or self.ledger.year
        own = "executed" if year < self.ledger.year else self.ledger.phase
        return year, mention.phase or own

    def paragraph(self, mention: Mention) -> list[Mention]:
        """Everything stated in the same paragraph."""
        return self._paragraphs[_where(mention)]

    def earlier(self, mention: Mention, quantity: str = "") -> list[Mention]:
        """What the paragraph states before, or what of one kind."""
        here = (other for other in self.paragraph(mention) if other.number < mention.number)
        return [other for other in here if quantity in ("", other.quantity)]

    def printed(self, mention: Mention, year: int | None = None, phase: str = "") -> list[Place]:
        """Where the amount a mention speaks of is printed: what agrees first, no blanks."""
        places = [p for p in self.binder.places(mention, year, phase) if not p.blank]
        return sorted(places, key=lambda place: not agrees(mention.stated, place.figure))

    def exact(self, mention: Mention | None) -> list[Figure]:
        """The amount a mention speaks of: as the tables print it, then as it is stated."""
        if mention is None:
            return []
        return [*(place.figure for place in self.printed(mention)[:1]), mention.stated]

    def choose(self, mention: Mention, options: Iterable[Figure | None]) -> list[Evidence]:
        """The computed figure that agrees, else the first: a wrong amount is judged where it is."""
        figures = [figure for figure in options if figure is not None]
        fitting = [figure for figure in figures if agrees(mention.stated, figure)]
        return [Evidence(figure, figure.formula) for figure in (fitting or figures)[:1]]

    # ---- amounts and shares ----------------------------------------------------------------------

    def _amount(self, mention: Mention) -> list[Evidence]:
        relation: Relation = "≤" if self.binder.at_most(mention) else "="
        figure, last = mention.stated, self.ledger.year - 1
        places = self.binder.places(mention)
        fitting = [place for place in places if agrees(figure, place.figure, relation)]
        own = mention.phase in ("", self.ledger.phase) and mention.year in (None, self.ledger.year)
        speaking = [p for p in places if not p.blank or (own and self._speaks(p, figure))]
        # What we add up ourselves in a layout nobody taught may not be what the prose means.
        sure = not self.ledger.untaught
        found = [
            _at(place, relation, hard=sure or not place.summed)
            for place in (fitting or speaking)[:1]
            if sure or not place.summed or fitting
        ]
        for place in self.binder.soft_places(mention):
            if not found and agrees(figure, place.figure):
                found.append(_at(place, hard=False))
        for place in self.binder.called(mention) if own and not found else ():
            near = slip(place.figure.value, figure.value) == 2 and digits(figure.value)[MANY:] != ""
            if agrees(figure, place.figure) or near:
                found.append(_at(place, near=True))
        if mention.value and ((not found and mention.year == last) or mention.phase == "approved"):
            found += self._implied(mention)
        return found

    def _speaks(self, place: Place, figure: Figure) -> bool:
        """Does a blank cell say "none"? Not where its table prints the amount elsewhere."""
        speaking = patterns()["blank_says_none"].get(place.table)
        if speaking is None or not self.ledger.rows(place.table):
            return False
        if bool(place.row) != speaking["named"] or place.measure in speaking["except"]:
            return False
        inside = (entry for entry in self.ledger.entries if entry.table == place.table)
        return not any(entry.unit == YUAN and agrees(figure, entry.figure) for entry in inside)

    def _implied(self, mention: Mention) -> list[Evidence]:
        """Last year's amount from the growth since, or a budget from its rate of completion."""
        for other in self.paragraph(mention):
            if other.of is None or other.of is mention or other.key != mention.key:
                continue
            if other.quantity == "growth":
                bases = [base_before(new, other) for new in self.exact(other.of)]
                return self.choose(mention, bases) if other.stated.low > -100 else []
            mine = other.quantity == "completion" and self._approved(other) is mention
            if mine and other.stated.low > 0:
                return self.choose(mention, [new / other.stated for new in self.exact(other.of)])
        return []

    def _share(self, mention: Mention) -> list[Evidence]:
        """A share of what the sentence says, else of what the section is about."""
        entry = entry_of(mention.whole, mention.topic) if mention.whole else None
        if entry is not None:
            specs = patterns()["subject"][entry]["cells"]
        else:
            topics = [t for t in patterns()["topic"] if t["name"] == mention.topic]
            specs = topics[0].get("whole", []) if topics else []
        return self._shares(mention, self.binder.printed(specs))

    def _shares(self, mention: Mention, wholes: Iterable[Place]) -> list[Evidence]:
        """The amount a share is stated of, in percent of the first of these that is no blank."""
        whole = next((place.figure for place in wholes if not place.blank), None)
        parts = self.exact(mention.of) if whole is not None else []
        return self.choose(mention, [share(part, whole) for part in parts if whole is not None])

    def _approved(self, mention: Mention) -> Mention | None:
        """The budget an outturn is compared with, where the paragraph states it."""
        amounts = reversed(self.earlier(mention, "amount"))
        budget = next((other for other in amounts if other.phase == "approved"), None)
        return budget if budget is not None and budget.key == mention.key else None

    def _completion(self, mention: Mention) -> list[Evidence]:
        if mention.of is None:
            return []
        printed, budget = self.printed(mention.of, None, "approved"), self._approved(mention)
        return self._shares(mention, [Place(budget.stated, "")] if budget else printed)

    def _directed(self, mention: Mention) -> list[Evidence]:
        same = [m for m in self.earlier(mention, "amount") if m.key == mention.key]
        last = {other.phase: other.stated for other in same}
        if not {"executed", "approved"} <= last.keys():
            return []
        gap = last["executed"] - last["approved"]
        vague = mention.note == "大致等于" and gap.value != 0
        return [] if vague else [Evidence(gap, gap.formula)]

    def _none(self, mention: Mention) -> list[Evidence]:
        entry = patterns()["none"][mention.entry or 0]
        if places := self.binder.printed(entry["cells"], mention.year):
            return [_at(places[0])]
        other = self.binder.sum_of(entry["otherwise"]) if "otherwise" in entry else None
        return [_at(other)] if other and not other.blank else []

    def _year(self, mention: Mention) -> list[Evidence]:
        """Budgets speak of their own year and the one before, and compare with the one before."""
        own = self.ledger.year
        last = mention.note == "basis" or mention.value != own
        figure = Figure(Decimal(own - 1 if last else own), "year")
        return [Evidence(figure, "上一年度" if last else "本年度")] if own else []

    def _plan(self, mention: Mention) -> list[Evidence]:
        """A figure of a monthly plan, printed again in the form of the project."""
        months = re.findall(r"(\d{1,2})月", mention.before)
        for number, row in enumerate(self.projects if months else (), start=1):
            match = re.search(rf"(?<!\d){months[-1]}月，(?:计划)?(\d+)人", squash(str(row["text"])))
            if match:
                text = f"第{row['page']}页《{row['form']}》{row['field']} {months[-1]}月"
                figure = shown_at(part_of(f"project!{number}", match[1]), match[1])
                return [Evidence(figure, text)]
        return []

    def _count(self, mention: Mention) -> list[Evidence]:
        """Projects said to be managed: at least those whose forms are printed."""
        managed = mention.topic == "performance" and "项目" in mention.subject
        if not managed or not self.projects:
            return []
        first: dict[str, str] = {}
        for number, row in enumerate(self.projects, start=1):
            first.setdefault(str(row["project"]), f"project!{number}")
        text = "附有绩效目标表的项目"
        return [Evidence(counted(text, first.values()), f"{text}{len(first)}个", "≥")]

    # ---- changes ---------------------------------------------------------------------------------

    def _difference(self, mention: Mention) -> list[Evidence]:
        """What speaks for "so much more", "so much less" and "the same"."""
        found: list[Evidence] = []
        base, now = self._base(mention), self.printed(mention.of or mention)
        amounts = self.exact(mention.of)
        old = self._old(mention) if mention.of else None
        if change := self._change(mention, "change"):
            found.append(_at(change))
        elif base and now:
            gap = now[0].figure - base[0].figure
            found.append(Evidence(gap, f"{now[0].text} − {base[0].text}"))
        elif old is not None:
            found += self.choose(mention, [new - old for new in amounts])
        rate = self._sibling(mention, "growth")
        if rate is None or not (rate.value or mention.value):
            return found
        if not within_last_place([growth_by(new, mention.stated) for new in amounts], rate):
            found += self.choose(mention, [change_by(new, rate.stated) for new in amounts])
        return found

    def _growth(self, mention: Mention) -> list[Evidence]:
        """What speaks for "so many percent more"."""
        if mention.of is None:
            return []
        printed, base = self._change(mention, "change_percent"), self._base(mention)
        found = [_at(printed)] if printed else []
        amounts, old = self.exact(mention.of), self._old(mention)
        if change := self._sibling(mention, "difference"):
            return found + self.choose(mention, [growth_by(n, change.stated) for n in amounts])
        if old is None and base and not found:
            old = base[0].figure
        if old is not None:
            found += self.choose(mention, [growth(new, old) for new in amounts])
        return found

    def _change(self, mention: Mention, measure: str) -> Place | None:
        """Where the change since last year's outturn is printed, in yuan or percent."""
        executed = mention.basis is not None and mention.basis.phase == "executed"
        if not executed or mention.of is None:
            return None
        return self.binder.change(mention, measure, mention.of.stated)

    def _compared(self, mention: Mention) -> list[Evidence]:
        """What speaks for the amount that another one is compared with in so many words."""
        if printed := self._base(mention):
            return [_at(printed[0])]
        amounts = self.exact(mention.of)
        if change := self._sibling(mention, "difference"):
            return self.choose(mention, [new - change.stated for new in amounts])
        rate = self._sibling(mention, "growth")
        if rate is None or rate.stated.low <= -100:
            return []
        return self.choose(mention, [base_before(new, rate) for new in amounts])

    def base_is_zero(self, mention: Mention) -> bool:
        """Is growth stated from nothing?"""
        old = self._old(mention)
        return old is not None and old.low <= 0 <= old.high

    def _base(self, mention: Mention) -> list[Place]:
        """Where last year's amount is printed, if it is: first in the row the amount is in."""
        basis, asked = mention.basis, mention.of or mention
        last = self.ledger.year - 1
        if basis is None or not basis.phase or (basis.year or last) != last:
            return []
        amount = replace(asked, quantity="amount", year=None, phase="")
        now = [(place.table, place.row) for place in self.printed(asked)[:1]]
        places = self.printed(amount, last, basis.phase)
        return sorted(places, key=lambda place: (place.table, place.row) not in now)

    def _old(self, mention: Mention) -> Figure | None:
        """Last year's amount of the same thing, where the paragraph states it."""
        for other in reversed(self.earlier(mention)):
            if other.quantity == "base" and other.of is mention.of:
                return other.stated
            if other.quantity == "amount" and other.year == self.ledger.year - 1:
                return other.stated if other.key == mention.key else None
        return None

    def _sibling(self, mention: Mention, quantity: str) -> Mention | None:
        """The other half of "by so much, that is so many percent"."""
        phase = mention.basis and mention.basis.phase
        for other in self.paragraph(mention) if mention.of is not None else ():
            alike = other.quantity == quantity and (other.basis and other.basis.phase) == phase
            if alike and other.of is mention.of:
                return other
        return None


def _where(mention: Mention) -> tuple[str, int]:
    return f"{mention.section.path}|{mention.section.page}", mention.sentence.paragraph


def _by(figure: Figure, unit: str = "") -> Figure:
    """A figure as an operand that reads so much, whichever way."""
    return replace(figure, terms=(f"{abs(figure.value):f}{unit}",))


def growth_by(amount: Figure, change: Figure) -> Figure | None:
    """By how many percent something grew that is now so much and changed by so much.

    Of the two only the new amount and the change are known, the old one is implied.
    """
    old = amount - change
    if old.low <= 0 <= old.high:
        return None
    sign = " − " if change.value >= 0 else " + "
    terms = (change, " ÷ (", amount, sign, _by(change), ")")
    return derived(lambda a, c: c * 100 / (a - c), amount, change, PERCENT, terms)


def change_by(amount: Figure, rate: Figure) -> Figure | None:
    """The change of something that is now so much and grew by so many percent."""
    if rate.low <= -100:
        return None
    sign = "+" if rate.value >= 0 else "−"
    terms = (amount, " − ", amount, f" ÷ (1 {sign} ", _by(rate, "%"), ")")
    return derived(lambda a, r: a - a * 100 / (100 + r), amount, rate, amount.unit, terms)


def base_before(new: Figure, rate: Mention) -> Figure:
    """What grew to the new amount at the stated rate."""
    sign = "+" if rate.stated.value >= 0 else "−"
    terms = (new, f" ÷ (1 {sign} ", replace(rate.stated, terms=(rate.printed,)), ")")
    return derived(lambda n, r: n * 100 / (100 + r), new, rate.stated, new.unit, terms)


def within_last_place(computed: Iterable[Figure | None], mention: Mention) -> bool:
    """Does the figure miss what is computed, but by less than one unit of its last place?"""
    unit = mention.scale.scaleb(-mention.places)
    mine = mention.as_printed
    if mention.unit not in (YUAN, PERCENT) or (unit <= FEN and mention.unit == YUAN):
        return False
    figures = [figure for figure in computed if figure is not None]
    near = [figure.low - unit <= mine.value <= figure.high + unit for figure in figures]
    return any(near) and not any(agrees(mine, figure) for figure in figures)
