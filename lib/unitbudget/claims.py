"""Every figure of the prose, bound to what it must agree with: ``claims.csv``.

A claim holds when the stated interval meets the computed one; nothing else is a tolerance. What
nothing in the document speaks for is listed as unbound, never passed off as right.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from unitbudget.binding import (
    Binder,
    Place,
    agrees,
    as_printed,
    change_from_growth,
    finest_places,
    growth_from_change,
    of_percent,
    stated,
)
from unitbudget.figures import Figure, Ledger, growth, ratio
from unitbudget.narrative import Section
from unitbudget.relations import Witness, budgets, changes, lists, orders, repetitions, wholes
from unitbudget.statements import Mention, mentions, patterns
from unitbudget.text import squash

COLUMNS = [
    *("document_id", "section", "page", "sentence", "subject", "quantity", "value", "unit"),
    *("bound_to", "computed", "status", "reason", "x0", "y0", "x1", "y1", "cells", "rule_id"),
]
#: A blank cell of this table says "none", for every such table has these columns.
_SPEAKING = re.compile(r"three_public_expenses/-/(?!agency|total)")
UNBOUND = "unbound：文件里没有第二处可以与它核对"


class _Checker:
    """The statements of one document and everything that can speak for or against them."""

    def __init__(
        self,
        sections: Sequence[Section],
        ledger: Ledger,
        kind: str,
        projects: pd.DataFrame | None,
    ) -> None:
        self.sections = sections
        self.ledger = ledger
        self.projects = projects
        self.binder = Binder(ledger, kind)
        self.mentions = mentions(sections)
        self.finest = finest_places(self.mentions)
        self.related: dict[int, list[Witness]] = {}
        pairs = [
            *wholes(self.mentions, self.finest),
            *orders(self.mentions, self.finest),
            *changes(self.mentions, self.finest),
            *budgets(self.mentions, self.finest),
            *lists(self.mentions, sections),
        ]
        for place, witness in pairs:
            self.related.setdefault(place, []).append(witness)
        self.again = dict(repetitions(self.mentions, self.finest))

    def row(self, place: int) -> dict[str, Any]:
        mention = self.mentions[place]
        row = _head(mention)
        if mention.quantity == "not_budget":
            return row | {"status": "cannot_check", "reason": f"not_budget：{mention.note}"}
        found = self._witnesses(mention) + self.related.get(place, [])
        hard = [witness for witness in found if witness.hard]
        if not hard and place in self.again:
            found.append(self.again[place])
        if not found:
            return row | {"status": "cannot_check", "reason": self._why_not(mention)}
        verdicts = [(self._agrees(mention, witness), witness) for witness in found]
        failing = [witness for verdict, witness in verdicts if verdict is False and witness.hard]
        agreeing = [witness for verdict, witness in verdicts if verdict]
        shown = (failing or agreeing or found)[0]
        if not failing and not agreeing:
            return row | {"status": "cannot_check", "reason": self._why_not(mention)}
        reason = self._explain(mention, shown) if failing else ""
        if not failing and len(agreeing) > 1:
            reason = f"另有{len(agreeing) - 1}处相符"
        return row | {
            "bound_to": shown.text,
            "computed": float(shown.figure.value),
            "status": "broken" if failing else "holds",
            "reason": reason,
            "cells": ";".join(dict.fromkeys(c for w in found for c in w.figure.cells)),
        }

    def _agrees(self, mention: Mention, witness: Witness) -> bool:
        figure = stated(mention, self.finest)
        if mention.quantity == "direction":
            return _direction(mention.note, witness.figure.value)
        if agrees(figure, witness.figure, witness.relation):
            return True
        coarse = as_printed(mention)
        return bool(mention.value) and agrees(coarse, witness.figure, witness.relation)

    def _explain(self, mention: Mention, witness: Witness) -> str:
        if mention.quantity == "direction":
            return f"写作“{mention.note}”，按两数相减为 {witness.figure.value:,.2f} 元"
        gap = stated(mention, self.finest).value - witness.figure.value
        unit = {"CNY": "元", "percent": "个百分点"}.get(mention.unit, "")
        return f"写作 {mention.printed}，按 {witness.figure.formula} 应为 {_shown(witness.figure)}，差 {gap:,.2f} {unit}".rstrip()

    def _why_not(self, mention: Mention) -> str:
        if mention.quantity == "growth" and mention.of is not None:
            old = self._old(mention)
            if old is not None and old.low <= 0 <= old.high:
                return "基数为 0，百分比无从计算"
        if mention.quantity in ("equal", "difference", "growth") and mention.basis:
            return f"{UNBOUND}（上年数没有印在文件里）"
        return UNBOUND

    # --- what can speak for each kind of statement --------------------------------------------

    def _witnesses(self, mention: Mention) -> list[Witness]:
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
        }.get(mention.quantity)
        return reader(mention) if reader else []

    def _amount(self, mention: Mention) -> list[Witness]:
        relation = "≤" if self.binder.at_most(mention) else "="
        found = self._printed(mention, self.binder.places(mention), relation)
        soft = [p for p in self.binder.soft_places(mention) if agrees(stated(mention, self.finest), p.figure)]
        found += [Witness(place.figure, place.text, hard=False) for place in soft[:1]]
        if not found and mention.year == self.ledger.year - 1 or mention.phase == "approved":
            found += self._implied_base(mention)
        return found

    def _printed(self, mention: Mention, places: list[Place], relation: str = "=") -> list[Witness]:
        """The first place that agrees, else the first that speaks of it."""
        figure = stated(mention, self.finest)
        fitting = [place for place in places if agrees(figure, place.figure, relation)]
        speaking = [place for place in places if not place.blank or _SPEAKING.match(place.text)]
        chosen = fitting[:1] or speaking[:1]
        return [Witness(place.figure, place.text, relation) for place in chosen]

    def _best(self, mention: Mention) -> Figure:
        """The amount a mention states, as exactly as the document prints it anywhere."""
        figure = stated(mention, self.finest)
        places = [p for p in self.binder.places(mention) if not p.blank]
        return next((p.figure for p in places if agrees(figure, p.figure)), figure)

    def _implied_base(self, mention: Mention) -> list[Witness]:
        """Last year's amount and the growth from it, or a budget and its rate of completion."""
        for other in self.mentions:
            if other.section is not mention.section or other.sentence.paragraph != mention.sentence.paragraph:
                continue
            if other.of is None or other.key != mention.key or other.of is mention:
                continue
            new, rate = stated(other.of, self.finest), stated(other, self.finest)
            if other.quantity == "growth" and rate.value > -100:
                base = new - (change_from_growth(new, rate) or new)
                return [Witness(base, f"{new.formula} ÷ (1 + {other.printed})")]
            if other.quantity == "completion" and rate.low > 0 and self._approved(other) is mention:
                corners = [n * 100 / r for n in (new.low, new.high) for r in (rate.low, rate.high)]
                middle = new.value * 100 / rate.value
                slack = max(abs(corner - middle) for corner in corners)
                figure = Figure(middle, new.unit, slack, new.cells, f"{new.formula} ÷ {other.printed}")
                return [Witness(figure, figure.formula)]
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
            asked.section, asked.sentence, asked.topic, "amount",
            subject=asked.subject, path=asked.path, entry=mention.entry if mention.of is None else asked.entry,
        )
        return [p for p in self.binder.places(last, year, phase) if not p.blank]

    def _difference(self, mention: Mention) -> list[Witness]:
        found: list[Witness] = []
        executed = mention.basis is not None and mention.basis.phase == "executed"
        printed = self.binder.change(mention, "change") if executed and mention.of else None
        base = self._base(mention)
        now = [p for p in self.binder.places(mention.of or mention) if not p.blank]
        if printed is not None:
            found.append(Witness(printed.figure, printed.text))
        elif base and now:
            figure = now[0].figure - base[0].figure
            found.append(Witness(figure, f"{now[0].text} − {base[0].text}"))
        rate = self._sibling(mention, "growth")
        if rate is not None and mention.of is not None and rate.value is not None:
            implied = change_from_growth(self._best(mention.of), stated(rate, self.finest))
            if implied is not None and not (rate.value == 0 and not mention.value):
                found.append(Witness(implied, implied.formula))
        return found

    def _growth(self, mention: Mention) -> list[Witness]:
        found: list[Witness] = []
        if mention.of is None:
            return found
        executed = mention.basis is not None and mention.basis.phase == "executed"
        printed = self.binder.change(mention, "change_percent") if executed else None
        if printed is not None:
            found.append(Witness(printed.figure, printed.text))
        change = self._sibling(mention, "difference")
        if change is not None:
            rate = growth_from_change(self._best(mention.of), stated(change, self.finest))
            if rate is not None:
                found.append(Witness(rate, rate.formula))
        else:
            old = self._old(mention)
            rate = growth(self._best(mention.of), old) if old else None
            if rate is not None:
                found.append(Witness(rate, rate.formula))
        base, last = self._base(mention), None
        if base and not found:
            last = growth(self._best(mention.of), base[0].figure)
        return found + ([Witness(last, last.formula)] if last else [])

    def _old(self, mention: Mention) -> Figure | None:
        """Last year's amount of the same thing, where the paragraph states it."""
        for other in reversed(self._before(mention)):
            if other.quantity == "amount" and other.year == self.ledger.year - 1:
                return stated(other, self.finest) if other.key == mention.key else None
        return None

    def _before(self, mention: Mention) -> list[Mention]:
        place = next(i for i, m in enumerate(self.mentions) if m is mention)
        return [
            m
            for m in self.mentions[:place]
            if m.section is mention.section and m.sentence.paragraph == mention.sentence.paragraph
        ]

    def _sibling(self, mention: Mention, quantity: str) -> Mention | None:
        """The other half of "by so much, that is so many percent"."""
        for other in self.mentions:
            if other.quantity == quantity and other.of is mention.of and mention.of is not None:
                same = (other.basis and other.basis.phase) == (mention.basis and mention.basis.phase)
                if same and other.section is mention.section:
                    return other
        return None

    def _share(self, mention: Mention) -> list[Witness]:
        part = self._best(mention.of) if mention.of else self._part_named(mention)
        whole = self._whole(mention)
        if part is None or whole is None:
            return []
        rate = of_percent(part, whole)
        return [Witness(rate, rate.formula)] if rate else []

    def _part_named(self, mention: Mention) -> Figure | None:
        return None

    def _whole(self, mention: Mention) -> Figure | None:
        """What a share is a share of: what the sentence says, else what the section is about."""
        from unitbudget.statements import entry_of

        entry = entry_of(mention.whole, mention.topic) if mention.whole else None
        specs: list[str] = []
        if entry is not None:
            specs = patterns()["subject"][entry]["cells"]
        else:
            specs = next((t.get("whole", []) for t in patterns()["topic"] if t["name"] == mention.topic), [])
        places = [p for p in self.binder.printed(specs) if not p.blank]
        return places[0].figure if places else None

    def _approved(self, mention: Mention) -> Mention | None:
        before = [m for m in self._before(mention) if m.quantity == "amount" and m.key == mention.key]
        return next((m for m in reversed(before) if m.phase == "approved"), None)

    def _completion(self, mention: Mention) -> list[Witness]:
        budget = self._approved(mention)
        whole = stated(budget, self.finest) if budget else None
        if whole is None and mention.of is not None:
            places = [p for p in self.binder.places(mention.of, None, "approved") if not p.blank]
            whole = places[0].figure if places else None
        if whole is None or mention.of is None:
            return []
        rate = of_percent(self._best(mention.of), whole)
        return [Witness(rate, rate.formula)] if rate else []

    def _directed(self, mention: Mention) -> list[Witness]:
        before = [
            m for m in self._before(mention) if m.quantity == "amount" and m.key == mention.key
        ]
        spent = next((m for m in reversed(before) if m.phase == "executed"), None)
        budget = next((m for m in reversed(before) if m.phase == "approved"), None)
        if spent is None or budget is None or spent.key != budget.key:
            return []
        figure = stated(spent, self.finest) - stated(budget, self.finest)
        if mention.note == "大致等于" and figure.value != 0:
            return []
        return [Witness(figure, figure.formula)]

    def _none(self, mention: Mention) -> list[Witness]:
        entry = next(e for e in patterns()["none"] if re.search(e["match"], mention.sentence.text))
        year = mention.year
        places = self.binder.printed(entry["cells"], year)
        if year == self.ledger.year - 1 and not places:
            return []
        spoken = [place for place in places if not place.blank] or places
        if spoken:
            return [Witness(spoken[0].figure, spoken[0].text)]
        other = self.binder.sum_of(entry["otherwise"]) if "otherwise" in entry else None
        return [Witness(other.figure, other.text)] if other and not other.blank else []

    def _plan(self, mention: Mention) -> list[Witness]:
        """A figure of a monthly plan, printed again in the form of the project."""
        at = mention.sentence.text.find(mention.printed)
        months = re.findall(r"(\d{1,2})月", mention.sentence.text[: self._offset(mention)])
        if self.projects is None or not months or at < 0:
            return []
        for row in self.projects.to_dict("records"):
            match = re.search(rf"(?<!\d){months[-1]}月，(?:计划)?(\d+)人", squash(str(row["text"])))
            if match:
                text = f"第{row['page']}页《{row['form']}》{row['field']} {months[-1]}月"
                return [Witness(Figure(Decimal(match[1]), "count", formula=match[0]), text)]
        return []

    def _offset(self, mention: Mention) -> int:
        """Where in its sentence a mention stands."""
        same = [m for m in self.mentions if m.sentence is mention.sentence]
        at = -1
        for other in same:
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


def check(
    sections: Sequence[Section],
    ledger: Ledger,
    document: Mapping[str, Any],
    projects: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row for every figure the prose states: what it is bound to, and whether it holds."""
    checker = _Checker(sections, ledger, str(document.get("kind", "budget")), projects)
    rows = [checker.row(place) for place in range(len(checker.mentions))]
    head = {"document_id": document.get("document_id", "")}
    return pd.DataFrame([head | row for row in rows], columns=COLUMNS)


def _head(mention: Mention) -> dict[str, Any]:
    """Where a mention stands and what it says, before anything is compared."""
    box = mention.sentence.box
    value = float(mention.value) if mention.value is not None else None
    rule = next((t["rule"] for t in patterns()["topic"] if t["name"] == mention.topic), "")
    if mention.quantity == "none":
        entry = next(e for e in patterns()["none"] if re.search(e["match"], mention.sentence.text))
        rule = entry["rule"]
    return {
        "section": mention.section.path,
        "page": mention.sentence.page,
        "sentence": mention.sentence.text,
        "subject": mention.subject,
        "quantity": mention.quantity,
        "value": value,
        "unit": mention.unit,
        "bound_to": "",
        "computed": None,
        "cells": "",
        "rule_id": rule if mention.quantity != "not_budget" else "",
        "x0": round(box.x0, 2),
        "y0": round(box.y0, 2),
        "x1": round(box.x1, 2),
        "y1": round(box.y1, 2),
    }


def _shown(figure: Figure) -> str:
    if figure.unit == "CNY":
        return f"{figure.value:,.2f} 元"
    return f"{figure.value:.2f}%" if figure.unit == "percent" else f"{figure.value:f}"


def _direction(word: str, value: Decimal) -> bool:
    if word in ("大于", "高于"):
        return value > 0
    if word in ("小于", "低于"):
        return value < 0
    return value == 0


__all__ = ["COLUMNS", "UNBOUND", "check", "ratio"]
