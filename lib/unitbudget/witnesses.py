"""What can speak for or against each kind of statement of the prose."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

import pandas as pd

from unitbudget.binding import Binder, Place
from unitbudget.figures import Figure, Ledger, growth, share
from unitbudget.intervals import (
    Witness,
    agrees,
    change_from_growth,
    finest_places,
    growth_from_change,
    stated,
)
from unitbudget.mention import Mention
from unitbudget.narrative import Section
from unitbudget.statements import mentions
from unitbudget.subjects import entry_of, patterns
from unitbudget.text import squash

#: A blank cell of this table says "none", for every such table has these columns.
_SPEAKING = re.compile(r"three_public_expenses/-/(?!agency|total)")


class Witnesses:
    """The statements of one document, and the tables, forms and sentences that speak for them."""

    def __init__(
        self,
        sections: Sequence[Section],
        ledger: Ledger,
        kind: str,
        projects: pd.DataFrame | None,
    ) -> None:
        self.ledger = ledger
        self.projects = projects
        self.binder = Binder(ledger, kind)
        self.mentions = mentions(sections)
        self.finest = finest_places(self.mentions)

    def of(self, mention: Mention) -> list[Witness]:
        """What in the document speaks for this statement, whether it agrees or not."""
        reader = {
            "amount": self._amount,
            "difference": self._difference,
            "growth": self._growth,
            "share": self._share,
            "completion": self._completion,
            "equal": self._difference,
            "direction": self._directed,
            "none": self._none,
            "plan": self._plan,
            "count": self._count,
            "year": self._year,
        }.get(mention.quantity)
        return reader(mention) if reader else []

    def stated(self, mention: Mention) -> Figure:
        """The figure a mention states, as finely as the prose prints any."""
        return stated(mention, self.finest)

    def base_is_zero(self, mention: Mention) -> bool:
        """Is what the growth is measured against stated to be nothing?"""
        old = self._old(mention) if mention.of is not None else None
        return old is not None and old.low <= 0 <= old.high

    def _amount(self, mention: Mention) -> list[Witness]:
        relation = "≤" if self.binder.at_most(mention) else "="
        found = self._printed(mention, self.binder.places(mention), relation)
        figure = self.stated(mention)
        soft = [p for p in self.binder.soft_places(mention) if agrees(figure, p.figure)]
        found += [Witness(place.figure, place.text, hard=False) for place in soft[:1]]
        if (not found and mention.year == self.ledger.year - 1) or mention.phase == "approved":
            found += self._implied_base(mention)
        return found

    def _printed(self, mention: Mention, places: list[Place], relation: str) -> list[Witness]:
        """The first place that agrees, else the first that speaks of it."""
        figure = self.stated(mention)
        fitting = [place for place in places if agrees(figure, place.figure, relation)]
        speaking = [place for place in places if not place.blank or _SPEAKING.match(place.text)]
        chosen = fitting[:1] or speaking[:1]
        return [Witness(place.figure, place.text, relation) for place in chosen]

    def _best(self, mention: Mention) -> Figure:
        """The amount a mention states, as exactly as the document prints it anywhere."""
        figure = self.stated(mention)
        places = [place for place in self.binder.places(mention) if not place.blank]
        return next((p.figure for p in places if agrees(figure, p.figure)), figure)

    def _implied_base(self, mention: Mention) -> list[Witness]:
        """Last year's amount from the growth on it, or a budget from its rate of completion."""
        for other in self._paragraph(mention):
            if other.of is None or other.key != mention.key or other.of is mention:
                continue
            new, rate = self.stated(other.of), self.stated(other)
            if other.quantity == "growth" and rate.value > -100:
                base = new - (change_from_growth(new, rate) or new)
                return [Witness(base, f"{new.formula} ÷ (1 + {other.printed})")]
            if other.quantity == "completion" and rate.low > 0 and self._plan_of(other) is mention:
                return [_completed(new, rate, other.printed)]
        return []

    def _base(self, mention: Mention) -> list[Place]:
        """Where last year's amount is printed, if it is."""
        if mention.basis is None:
            return []
        asked = mention.of or mention
        year = mention.basis.year or self.ledger.year - 1
        phase = mention.basis.phase
        if year != self.ledger.year - 1 or not phase:
            return []
        last = Mention(
            *(asked.section, asked.sentence, asked.topic, "amount"),
            subject=asked.subject,
            path=asked.path,
            entry=mention.entry if mention.of is None else asked.entry,
        )
        return [place for place in self.binder.places(last, year, phase) if not place.blank]

    def _difference(self, mention: Mention) -> list[Witness]:
        found: list[Witness] = []
        executed = mention.basis is not None and mention.basis.phase == "executed"
        printed = self.binder.change(mention, "change") if executed and mention.of else None
        base = self._base(mention)
        now = [place for place in self.binder.places(mention.of or mention) if not place.blank]
        if printed is not None:
            found.append(Witness(printed.figure, printed.text))
        elif base and now:
            figure = now[0].figure - base[0].figure
            found.append(Witness(figure, f"{now[0].text} − {base[0].text}"))
        rate = self._sibling(mention, "growth")
        if rate is not None and mention.of is not None and rate.value is not None:
            implied = change_from_growth(self._best(mention.of), self.stated(rate))
            if implied is not None and not (rate.value == 0 and not mention.value):
                found.append(Witness(implied, implied.formula))
        return found

    def _growth(self, mention: Mention) -> list[Witness]:
        if mention.of is None:
            return []
        found: list[Witness] = []
        executed = mention.basis is not None and mention.basis.phase == "executed"
        printed = self.binder.change(mention, "change_percent") if executed else None
        if printed is not None:
            found.append(Witness(printed.figure, printed.text))
        rate = self._growth_stated(mention)
        if rate is not None:
            found.append(Witness(rate, rate.formula))
        base = self._base(mention)
        last = growth(self._best(mention.of), base[0].figure) if base and not found else None
        return found + ([Witness(last, last.formula)] if last else [])

    def _growth_stated(self, mention: Mention) -> Figure | None:
        """The growth that the stated change, or the stated amount of last year, comes to."""
        if mention.of is None:
            return None
        change = self._sibling(mention, "difference")
        if change is not None:
            return growth_from_change(self._best(mention.of), self.stated(change))
        old = self._old(mention)
        return growth(self._best(mention.of), old) if old else None

    def _old(self, mention: Mention) -> Figure | None:
        """Last year's amount of the same thing, where the paragraph states it."""
        for other in reversed(self._before(mention)):
            if other.quantity == "amount" and other.year == self.ledger.year - 1:
                return self.stated(other) if other.key == mention.key else None
        return None

    def _paragraph(self, mention: Mention) -> Iterator[Mention]:
        """The statements of the same paragraph, in reading order."""
        for other in self.mentions:
            same = other.sentence.paragraph == mention.sentence.paragraph
            if other.section is mention.section and same:
                yield other

    def _before(self, mention: Mention) -> list[Mention]:
        found: list[Mention] = []
        for other in self._paragraph(mention):
            if other is mention:
                break
            found.append(other)
        return found

    def _sibling(self, mention: Mention, quantity: str) -> Mention | None:
        """The other half of "by so much, that is so many percent"."""
        for other in self.mentions:
            if other.quantity == quantity and other.of is mention.of and mention.of is not None:
                same = (other.basis and other.basis.phase) == (
                    mention.basis and mention.basis.phase
                )
                if same and other.section is mention.section:
                    return other
        return None

    def _share(self, mention: Mention) -> list[Witness]:
        whole = self._whole(mention)
        if mention.of is None or whole is None:
            return []
        rate = share(self._best(mention.of), whole)
        return [Witness(rate, rate.formula)] if rate else []

    def _whole(self, mention: Mention) -> Figure | None:
        """What a share is a share of: what the sentence says, else what the section is about."""
        entry = entry_of(mention.whole, mention.topic) if mention.whole else None
        if entry is not None:
            specs = patterns()["subject"][entry]["cells"]
        else:
            topics = [t for t in patterns()["topic"] if t["name"] == mention.topic]
            specs = topics[0].get("whole", []) if topics else []
        places = [place for place in self.binder.printed(specs) if not place.blank]
        return places[0].figure if places else None

    def _plan_of(self, mention: Mention) -> Mention | None:
        """The budget that a rate of completion is measured against, where it is stated."""
        return self._last(mention, "approved")

    def _last(self, mention: Mention, phase: str) -> Mention | None:
        """The nearest amount of the same thing and that phase before it in the paragraph."""
        for other in reversed(self._before(mention)):
            if (other.quantity, other.key, other.phase) == ("amount", mention.key, phase):
                return other
        return None

    def _completion(self, mention: Mention) -> list[Witness]:
        if mention.of is None:
            return []
        budget = self._plan_of(mention)
        whole = self.stated(budget) if budget else None
        if whole is None:
            places = [p for p in self.binder.places(mention.of, None, "approved") if not p.blank]
            whole = places[0].figure if places else None
        rate = share(self._best(mention.of), whole) if whole else None
        return [Witness(rate, rate.formula)] if rate else []

    def _directed(self, mention: Mention) -> list[Witness]:
        spent, budget = self._last(mention, "executed"), self._last(mention, "approved")
        if spent is None or budget is None:
            return []
        figure = self.stated(spent) - self.stated(budget)
        if mention.note == "大致等于" and figure.value != 0:
            return []
        return [Witness(figure, figure.formula)]

    def _none(self, mention: Mention) -> list[Witness]:
        entry = patterns()["none"][mention.entry or 0]
        places = self.binder.printed(entry["cells"], mention.year)
        if mention.year == self.ledger.year - 1 and not places:
            return []
        spoken = [place for place in places if not place.blank] or places
        if spoken:
            return [Witness(spoken[0].figure, spoken[0].text)]
        other = self.binder.sum_of(entry["otherwise"]) if "otherwise" in entry else None
        return [Witness(other.figure, other.text)] if other and not other.blank else []

    def _plan(self, mention: Mention) -> list[Witness]:
        """A figure of a monthly plan, printed again in the form of the project."""
        months = re.findall(r"(\d{1,2})月", mention.sentence.text[: self._offset(mention)])
        if self.projects is None or not months:
            return []
        for row in self.projects.to_dict("records"):
            match = re.search(rf"(?<!\d){months[-1]}月，(?:计划)?(\d+)人", squash(str(row["text"])))
            if match:
                text = f"第{row['page']}页《{row['form']}》{row['field']} {months[-1]}月"
                return [Witness(Figure(Decimal(match[1]), "count", formula=match[0]), text)]
        return []

    def _offset(self, mention: Mention) -> int:
        """Where in its sentence a mention stands."""
        at = -1
        for other in self.mentions:
            if other.sentence is mention.sentence and other.quantity != "year":
                at = mention.sentence.text.find(other.printed, at + 1)
                if other is mention:
                    break
        return at

    def _count(self, mention: Mention) -> list[Witness]:
        """Projects said to be managed: at least those whose forms are printed."""
        if mention.topic != "performance" or self.projects is None or self.projects.empty:
            return []
        if "项目" not in mention.subject:
            return []
        shown = self.projects["project"].nunique()
        figure = Figure(Decimal(shown), "count", formula=f"附有绩效目标表的项目{shown}个")
        return [Witness(figure, figure.formula, "≥")]

    def _year(self, mention: Mention) -> list[Witness]:
        """A disclosure speaks of its own year and of the one before it."""
        own = self.ledger.year
        last = mention.note == "basis" or mention.value == own - 1
        year, text = (own - 1, "上一年度") if last else (own, "本年度")
        return [Witness(Figure(Decimal(year), "year", formula=str(year)), text)]


def _completed(new: Figure, rate: Figure, printed: str) -> Witness:
    """The budget of which the new amount is so many percent."""
    corners = [n * 100 / r for n in (new.low, new.high) for r in (rate.low, rate.high)]
    middle = new.value * 100 / rate.value
    slack = max(abs(corner - middle) for corner in corners)
    formula = f"{new.formula} ÷ {printed}"
    return Witness(Figure(middle, new.unit, slack, new.cells, formula), formula)
