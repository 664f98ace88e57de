"""What in a document can speak for or against each thing its prose states."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal

import pandas as pd

from unitbudget.auditing.binding import Place
from unitbudget.auditing.intervals import Witness, agrees, whole_of
from unitbudget.auditing.mention import Mention
from unitbudget.auditing.subjects import entry_of, patterns
from unitbudget.auditing.trends import Trends
from unitbudget.figures import Figure, Ledger, share
from unitbudget.money.text import squash
from unitbudget.reading.narrative import Section

#: Blank cells that say "none": every such table has these rows and columns.
_SPEAKING = re.compile(
    r"three_public_expenses/-/(?!agency|total)|(?:revenue_and_expenditure|appropriation)/(?!-)"
)


class Testimony(Trends):
    """The statements of one document, and the tables and statements they can be held against."""

    def __init__(
        self, sections: Sequence[Section], ledger: Ledger, kind: str, projects: pd.DataFrame | None
    ) -> None:
        super().__init__(sections, ledger, kind)
        self.projects = projects

    def of(self, mention: Mention) -> list[Witness]:
        """The tables' and the paragraph's witnesses for one mention."""
        readers: dict[str, Callable[[Mention], list[Witness]]] = {
            "amount": self._amount,
            "difference": self.difference,
            "equal": self.difference,
            "growth": self.growth,
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

    def _amount(self, mention: Mention) -> list[Witness]:
        relation = "≤" if self.binder.at_most(mention) else "="
        figure = self.stated(mention)
        places = self.binder.places(mention)
        fitting = [place for place in places if agrees(figure, place.figure, relation)]
        own = mention.phase in ("", self.ledger.phase) and mention.year in (None, self.ledger.year)
        speaking = [p for p in places if not p.blank or (own and self._speaks(p, figure))]
        chosen = fitting[:1] or speaking[:1]
        most = "不超过 " if relation == "≤" else ""
        found = [Witness(place.figure, f"{most}{place.text}", relation) for place in chosen]
        for place in self.binder.soft_places(mention):
            if not found and agrees(figure, place.figure):
                found.append(Witness(place.figure, place.text, hard=False))
        last = mention.year == self.ledger.year - 1
        if mention.value and ((not found and last) or mention.phase == "approved"):
            found += self._implied(mention)
        return found

    def _speaks(self, place: Place, figure: Figure) -> bool:
        """Does a blank cell say "none"? Not where its table prints the amount elsewhere."""
        table = place.text.partition("/")[0]
        if not _SPEAKING.match(place.text) or not self.ledger.rows(table):
            return False
        inside = [entry for entry in self.ledger.entries if entry.table == table]
        return not any(agrees(figure, self.ledger.figure(entry)) for entry in inside)

    def _implied(self, mention: Mention) -> list[Witness]:
        """Last year's amount from the growth since, or a budget from its rate of completion."""
        for other in self.paragraph(mention):
            if other.of is None or other.of is mention or other.key != mention.key:
                continue
            if other.quantity == "growth":
                return self.before_growth(mention, other)
            rate = self.stated(other)
            mine = other.quantity == "completion" and self._approved(other) is mention
            if mine and rate.low > 0:
                wholes = [whole_of(part, rate, other.printed) for part in self.exact(other.of)]
                return self.choose(mention, wholes)
        return []

    def _share(self, mention: Mention) -> list[Witness]:
        whole = self._whole(mention)
        if mention.of is None or whole is None:
            return []
        return self.choose(mention, [share(part, whole) for part in self.exact(mention.of)])

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

    def _approved(self, mention: Mention) -> Mention | None:
        """The budget an outturn is compared with, where the paragraph states it."""
        for other in reversed(self.earlier(mention)):
            if other.quantity == "amount" and other.phase == "approved":
                return other if other.key == mention.key else None
        return None

    def _completion(self, mention: Mention) -> list[Witness]:
        if mention.of is None:
            return []
        budget = self._approved(mention)
        printed = self.printed(mention.of, None, "approved")
        whole = self.stated(budget) if budget else printed[0].figure if printed else None
        if whole is None:
            return []
        return self.choose(mention, [share(part, whole) for part in self.exact(mention.of)])

    def _directed(self, mention: Mention) -> list[Witness]:
        before = [m for m in self.earlier(mention) if m.quantity == "amount"]
        same = [m for m in before if m.key == mention.key]
        spent = next((m for m in reversed(same) if m.phase == "executed"), None)
        budget = next((m for m in reversed(same) if m.phase == "approved"), None)
        if spent is None or budget is None:
            return []
        gap = self.stated(spent) - self.stated(budget)
        vague = mention.note == "大致等于" and gap.value != 0
        return [] if vague else [Witness(gap, gap.formula)]

    def _none(self, mention: Mention) -> list[Witness]:
        entry = patterns()["none"][mention.entry or 0]
        places = self.binder.printed(entry["cells"], mention.year)
        if places:
            return [Witness(places[0].figure, places[0].text)]
        other = self.binder.sum_of(entry["otherwise"]) if "otherwise" in entry else None
        return [Witness(other.figure, other.text)] if other and not other.blank else []

    def _year(self, mention: Mention) -> list[Witness]:
        """Budgets speak of their own year and the one before, and compare with the one before."""
        own, last = self.ledger.year, self.ledger.year - 1
        if not own:
            return []
        is_last = mention.note == "basis" or mention.value != own
        year = last if is_last else own
        figure = Figure(Decimal(year), "year", formula=str(year))
        return [Witness(figure, "上一年度" if is_last else "本年度")]

    def _plan(self, mention: Mention) -> list[Witness]:
        """A figure of a monthly plan, printed again in the form of the project."""
        months = re.findall(r"(\d{1,2})月", mention.before)
        if self.projects is None or not months:
            return []
        for row in self.projects.to_dict("records"):
            match = re.search(rf"(?<!\d){months[-1]}月，(?:计划)?(\d+)人", squash(str(row["text"])))
            if match:
                text = f"第{row['page']}页《{row['form']}》{row['field']} {months[-1]}月"
                return [Witness(Figure(Decimal(match[1]), "count", formula=match[0]), text)]
        return []

    def _count(self, mention: Mention) -> list[Witness]:
        """Projects said to be managed: at least those whose forms are printed."""
        managed = mention.topic == "performance" and "项目" in mention.subject
        if not managed or self.projects is None or self.projects.empty:
            return []
        shown = self.projects["project"].nunique()
        text = f"附有绩效目标表的项目{shown}个"
        return [Witness(Figure(Decimal(shown), "count", formula=text), text, "≥")]
