"""What a document implies without printing it, in sentences that never let it pass for printed."""

from __future__ import annotations

from dataclasses import dataclass

from unitbudget.briefing.budget import Budget, counted
from unitbudget.briefing.rows import Line
from unitbudget.briefing.stated import Inferred, implied, inferred
from unitbudget.briefing.tracing import traced
from unitbudget.briefing.words import Findings, Sentence, findings, joined, say, text
from unitbudget.figures import Figure

#: What each change is taken apart into, in the order it is told.
CHANGES = ("change_base", "change_rate", "change_project")
REST = "change_rest"


def sentences(budget: Budget) -> Findings:
    """Last year's budget, the base of contributions, and what the changes are made of."""
    return findings(last_budget(budget), base(budget), *splits(budget))


def last_budget(budget: Budget) -> Sentence | None:
    """Last year's budget, which is not printed, and how much of it was spent."""
    table = implied(budget)
    whole = table.total
    if whole is None or not whole["growth"]:
        return None
    rates = {each.name: each for each in inferred(budget, "execution_rate")}
    about = {"year": str(budget.year - 1), "implied": whole["implied"], "growth": whole["growth"]}
    said = say("last_budget", **about)
    spent = _rate(budget, whole)
    if spent and spent.figure:
        said += say("last_budget_spent", rate=spent.figure)
        above = [line for line in table if line["over"] and line.name in rates]
        if len(above) > 1:
            most = rates[max(above, key=lambda line: line.figures["over"].value).name]
            said += say("last_budget_most", name=most.name, rate=most.figure)
    return said + say("only_implied")


def _rate(budget: Budget, line: Line) -> Inferred | None:
    """How much of last year's implied budget of a subject was spent."""
    behind = set(line.figures["implied"].cells)
    rates = inferred(budget, "execution_rate")
    return next((each for each in rates if behind < set(each.cells)), None)


@dataclass(frozen=True, slots=True)
class Bases:
    """The monthly base of contributions, of how many; last year's; what they do not tell."""

    now: Inferred
    last: Inferred | None
    growth: Inferred | None
    untold: str

    @property
    def count(self) -> Figure:
        """How many contributions are paid on the base."""
        paid = self.now.cells
        return counted(len(paid), str(say("contributions_formula")), paid)


def bases(budget: Budget) -> Bases | None:
    """The one monthly base behind the contributions, where it is implied."""
    now, last = (_one(budget, "contribution_base", f"{budget.year - ago}年") for ago in (0, 1))
    if now is None:
        return None
    untold = next((each.reason for each in inferred(budget, "headcount") if each.reason), "")
    grown = _one(budget, "contribution_base_growth", f"{budget.year}年")
    return Bases(now, last, grown, untold.rstrip("。"))


def base(budget: Budget) -> Sentence | None:
    """The base behind the contributions and on which assumption it is told."""
    found = bases(budget)
    if found is None:
        return None
    printed = [budget.ledger.by_cell.get(cell) for cell in found.now.cells]
    # Where the tables are in a file of their own, only their cells are known here.
    names = joined([text(entry.name) for entry in printed if entry])
    listed = say("contributions_named", names=names) if all(printed) else text("")
    said = say("one_base", count=found.count, names=listed, base=found.now.figure)
    if found.last and found.growth:
        last, grown = found.last.figure, found.growth.figure
        said += say("base_grown", year=str(budget.year - 1), last=last, growth=grown)
    said += say("base_untold", why=found.untold) if found.untold else text("")
    drawn = [found.now, *([found.last] if found.last else [])]
    return said + say("only_implied") + _assumed(drawn)


def splits(budget: Budget) -> list[Sentence]:
    """Which changes are known to come from the base, from a rate, from a project; which are not."""
    return [_split(p) + _rest_of(p) for p in taken_apart(budget) if _known(p)]


def taken_apart(budget: Budget) -> list[dict[str, Inferred]]:
    """The parts of each category's change, by what brought them about."""
    found: dict[str, dict[str, Inferred]] = {}
    for each in inferred(budget):
        if each.quantity.startswith("change_"):
            found.setdefault(each.subject, {})[each.quantity] = each
    return list(found.values())


def _split(parts: dict[str, Inferred]) -> Sentence:
    """What the known parts of one category's change come to."""
    known = [say(each.quantity, change=each.figure) for each in _known(parts)]
    return say("change_split", name=next(iter(parts.values())).name, parts=joined(known, "，"))


def moved_by_rate(parts: dict[str, Inferred]) -> bool:
    """Did a change of rates move the category?"""
    return any(each.quantity == "change_rate" for each in _known(parts))


def _known(parts: dict[str, Inferred]) -> list[Inferred]:
    """The parts that are implied and not nil; nothing where only the rest is."""
    known = [parts[name] for name in (*CHANGES, REST) if name in parts]
    some = [each for each in known if each.figure and each.figure.value]
    return some if any(each.quantity != REST for each in some) else []


def _rest_of(parts: dict[str, Inferred]) -> Sentence:
    """On what assumption a change was taken apart, and why part of it was not."""
    unknown = next((each for each in parts.values() if not each.figure), None)
    if unknown:
        return traced(unknown.reason, unknown.cells)
    return _assumed([parts["change_rate"]]) if moved_by_rate(parts) else text("")


def _assumed(drawn: list[Inferred]) -> Sentence:
    """The assumptions of inferences, each once."""
    said = {each.assumption: traced(each.assumption, each.cells) for each in drawn}
    return say("assumed", what=joined(list(said.values()), ""))


def _one(budget: Budget, quantity: str, subject: str) -> Inferred | None:
    """What is implied of that subject, if anything is."""
    every = (each for each in inferred(budget, quantity) if each.subject == subject)
    return next((each for each in every if each.figure), None)
