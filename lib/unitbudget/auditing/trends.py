"""What speaks for a stated change: the printed change, last year's amount, the rate beside it."""

from __future__ import annotations

from collections.abc import Sequence

from unitbudget.auditing.binding import Binder, Place
from unitbudget.auditing.intervals import (
    Witness,
    agrees,
    base_of_growth,
    change_from_growth,
    finest_places,
    growth_from_change,
    stated,
    within_last_place,
)
from unitbudget.auditing.mention import Mention
from unitbudget.auditing.statements import mentions
from unitbudget.figures import Figure, Ledger, growth
from unitbudget.reading.narrative import Section


class Trends:
    """The statements of one document, and what its changes are measured against."""

    def __init__(self, sections: Sequence[Section], ledger: Ledger, kind: str) -> None:
        self.ledger = ledger
        self.binder = Binder(ledger, kind)
        self.mentions = mentions(sections)
        self.finest = finest_places(self.mentions)
        self._paragraphs: dict[tuple[str, int], list[Mention]] = {}
        for mention in self.mentions:
            self._paragraphs.setdefault(_where(mention), []).append(mention)

    def stated(self, mention: Mention) -> Figure:
        """The figure a mention states, with what rounding leaves open."""
        return stated(mention, self.finest)

    def paragraph(self, mention: Mention) -> list[Mention]:
        """Everything stated in the same paragraph."""
        return self._paragraphs[_where(mention)]

    def earlier(self, mention: Mention) -> list[Mention]:
        """What the paragraph states before."""
        here = self.paragraph(mention)
        return here[: next(i for i, other in enumerate(here) if other is mention)]

    def printed(self, mention: Mention, year: int | None = None, phase: str = "") -> list[Place]:
        """Where the amount a mention speaks of is printed: what agrees first, no blanks."""
        places = [p for p in self.binder.places(mention, year, phase) if not p.blank]
        mine = self.stated(mention)
        return sorted(places, key=lambda place: not agrees(mine, place.figure))

    def exact(self, mention: Mention) -> list[Figure]:
        """The amount a mention speaks of: as the tables print it, then as it is stated."""
        return [*(place.figure for place in self.printed(mention)[:1]), self.stated(mention)]

    def choose(self, mention: Mention, options: Sequence[Figure | None]) -> list[Witness]:
        """The computed figure that agrees, else the first: a wrong amount is judged where it is."""
        figures = [figure for figure in options if figure is not None]
        mine = self.stated(mention)
        fitting = [figure for figure in figures if agrees(mine, figure)]
        return [Witness(figure, figure.formula) for figure in (fitting[:1] or figures[:1])]

    def difference(self, mention: Mention) -> list[Witness]:
        """What speaks for "so much more", "so much less" and "the same"."""
        found: list[Witness] = []
        executed = mention.basis is not None and mention.basis.phase == "executed"
        change = None
        if executed and mention.of is not None:
            change = self.binder.change(mention, "change", self.stated(mention.of))
        base, now = self._base(mention), self.printed(mention.of or mention)
        old = self._old(mention) if mention.of else None
        if change is not None:
            found.append(Witness(change.figure, change.text))
        elif base and now:
            gap = now[0].figure - base[0].figure
            found.append(Witness(gap, f"{now[0].text} − {base[0].text}"))
        elif old is not None and mention.of is not None:
            found += self.choose(mention, [new - old for new in self.exact(mention.of)])
        rate = self._sibling(mention, "growth")
        if rate is None or mention.of is None or not (rate.value or mention.value):
            return found
        amounts = self.exact(mention.of)
        if not within_last_place(self._rates(mention, amounts), rate):
            implied = [change_from_growth(new, self.stated(rate)) for new in amounts]
            found += self.choose(mention, implied)
        return found

    def growth(self, mention: Mention) -> list[Witness]:
        """What speaks for "so many percent more"."""
        found: list[Witness] = []
        if mention.of is None:
            return found
        executed = mention.basis is not None and mention.basis.phase == "executed"
        amount = self.stated(mention.of)
        printed = self.binder.change(mention, "change_percent", amount) if executed else None
        if printed is not None:
            found.append(Witness(printed.figure, printed.text))
        amounts, change = self.exact(mention.of), self._sibling(mention, "difference")
        old = None if change else self._old(mention)
        base = self._base(mention)
        if change is not None:
            found += self.choose(mention, self._rates(change, amounts))
        elif old is not None:
            found += self.choose(mention, [growth(new, old) for new in amounts])
        elif base and not found:
            found += self.choose(mention, [growth(new, base[0].figure) for new in amounts])
        return found

    def before_growth(self, mention: Mention, rate: Mention) -> list[Witness]:
        """Last year's amount, from this year's and the growth since."""
        if rate.of is None or self.stated(rate).low <= -100:
            return []
        figure = self.stated(rate)
        bases = [base_of_growth(new, figure, rate.printed) for new in self.exact(rate.of)]
        return self.choose(mention, bases)

    def base_is_zero(self, mention: Mention) -> bool:
        """Is growth stated from nothing?"""
        old = self._old(mention)
        return old is not None and old.low <= 0 <= old.high

    def _rates(self, change: Mention, amounts: Sequence[Figure]) -> list[Figure | None]:
        return [growth_from_change(new, self.stated(change)) for new in amounts]

    def _base(self, mention: Mention) -> list[Place]:
        """Where last year's amount is printed, if it is."""
        basis, asked = mention.basis, mention.of or mention
        last = self.ledger.year - 1
        if basis is None or not basis.phase or (basis.year or last) != last:
            return []
        amount = Mention(
            *(asked.section, asked.sentence, asked.topic, "amount"),
            subject=asked.subject,
            path=asked.path,
            entry=asked.entry,
        )
        now = [place.text.rpartition("/")[0] for place in self.printed(asked)[:1]]
        places = self.printed(amount, last, basis.phase)
        return sorted(places, key=lambda place: place.text.rpartition("/")[0] not in now)

    def _old(self, mention: Mention) -> Figure | None:
        """Last year's amount of the same thing, where the paragraph states it."""
        for other in reversed(self.earlier(mention)):
            if other.quantity == "amount" and other.year == self.ledger.year - 1:
                return self.stated(other) if other.key == mention.key else None
        return None

    def _sibling(self, mention: Mention, quantity: str) -> Mention | None:
        """The other half of "by so much, that is so many percent"."""
        phase = mention.basis and mention.basis.phase
        for other in self.paragraph(mention):
            alike = other.quantity == quantity and (other.basis and other.basis.phase) == phase
            if alike and other.of is mention.of and mention.of is not None:
                return other
        return None


def _where(mention: Mention) -> tuple[str, int]:
    return f"{mention.section.path}|{mention.section.page}", mention.sentence.paragraph
