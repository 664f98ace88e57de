"""When identities break: which printed amount explains most of it, and what would mend it.

A wrong amount breaks the identities it stands in; one other value mends them and breaks none that
hold. Right amounts in wrong places, one column off or in each other's rows, do so by exactly their
difference. Amounts are ranked by what they explain, and by whether a likely slip of the pen leads
to what is printed. Only checks that touch a changed place are judged again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from heapq import heappop, heappush
from itertools import islice
from typing import Any

from unitbudget.auditing.evaluate import NOTHING, RELATIONS, Check, Evaluator, Trial
from unitbudget.auditing.ledger import Ledger, Slot
from unitbudget.auditing.rule_language import Expression, Number, Product, Sum, Term, terms_of
from unitbudget.auditing.side import Entry, Side
from unitbudget.money.amounts import FEN, digits, slip
from unitbudget.money.figure import ZERO, Figure, agrees

ONE = Decimal(1)
#: How many values to try in one cell: those that mend most of its broken checks.
TRIALS = 3
#: How many other places to try in one document, the first broken check's first.
REARRANGED = 200
#: The broken checks that would hold, and how many that hold would break.
Effect = tuple[tuple[Check, ...], int]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A printed amount that takes part in broken checks, and the value that would mend them."""

    entry: Entry
    #: The broken checks it stands in, and how many of its checks hold.
    broken: tuple[Check, ...]
    holding: int
    mended_value: Decimal | None = None
    #: The broken checks that would hold, and how many that hold would break.
    mended: tuple[Check, ...] = ()
    spoils: int = 0
    #: The cells that mend with it: those that say the same elsewhere, those in each other's place.
    together: tuple[str, ...] = ()
    exchanged: bool = False
    echoed: bool = False
    copied: bool = False

    @property
    def explained(self) -> int:
        """How many more checks it would mend than spoil."""
        return len(self.mended) - self.spoils

    @property
    def labels(self) -> list[Check]:
        """The broken checks that speak of the label of its row."""
        return [check for check in self.broken if check.rule.statement.about_label]

    def rank(self, left: Container[int]) -> tuple[int, ...]:
        """Smallest first, of the checks ``left``: its own row has a wrong label; explains most and
        spoils least; then, it is another year's figure, the mending value is printed elsewhere too,
        is a likely slip away, and few checks hold."""
        labels = sum(id(check) in left for check in self.labels)
        mends = sum(id(check) in left for check in self.mended)
        broken = sum(id(check) in left for check in self.broken)
        likely = not self.copied, not self.echoed, -self.slip
        return -labels, self.spoils - mends, -mends, *likely, -broken, self.holding

    def better(self, value: Decimal, effect: Effect, **how: Any) -> Suspect:
        """Mended by that value, alone or with other cells, where this explains more."""
        mended, spoils = effect
        if len(mended) - spoils <= self.explained:
            return self
        return replace(self, mended_value=value, mended=mended, spoils=spoils, **how)

    @property
    def slip(self) -> int:
        """How likely a slip leads from the mending value to the printed one: 2, 1 or 0."""
        if self.mended_value is None or self.mended_value < 0:
            return 0
        return 2 if self.exchanged else slip(self.mended_value, self.entry.value)

    @property
    def likelier(self) -> str:
        """Digits cut off or glued on point to our reading, anything else to the document."""
        if self.mended_value is None:
            return "document"
        meant, read = digits(abs(self.mended_value)), digits(abs(self.entry.value))
        cut = meant != read and min(len(meant), len(read)) > 1 and (meant in read or read in meant)
        return "reading" if cut else "document"

    def row(self) -> dict[str, Any]:
        """The suspect as a row of ``suspects.csv``."""
        value = self.mended_value
        return {
            "cell": self.entry.cell,
            "table_id": self.entry.table,
            "code": self.entry.code,
            "name": self.entry.name,
            "measure": self.entry.measure,
            "printed": self.entry.printed,
            "broken": len(self.broken),
            "holding": self.holding,
            "mended_value": None if value is None else float(value),
            "likelier": self.likelier,
        }


class Trials:
    """The checks of a document, judged again as if other amounts stood in some places."""

    def __init__(self, evaluator: Evaluator, checks: Iterable[Check]) -> None:
        self.evaluator = evaluator
        self.ledger = evaluator.ledger
        self.checks = [one for one in checks if one.rule.statement.sums]
        #: How much of each place the difference of a check holds, and the checks of a place.
        self.weights: dict[int, dict[Slot, Decimal] | None] = {}
        self.touching: dict[Slot, list[int]] = defaultdict(list)
        #: The amounts of broken checks, by item and time.
        self.same: dict[object, list[Entry]] = defaultdict(list)
        broken = (one.outcome.cells for one in self.checks if one.status == "broken")
        for cell in dict.fromkeys(cell for cells in broken for cell in cells):
            entry = self.ledger.by_cell[cell]
            self.same[_alike(entry)].append(entry)
        for number, one in enumerate(self.checks):
            left, right = one.rule.statement.left, one.rule.statement.right
            weights = _weights(evaluator, Sum(((1, left), (-1, right))), one)
            self.weights[id(one)] = weights
            for slot in _slots(evaluator, one) if weights is None else weights:
                self.touching[slot].append(number)

    def effect(self, trial: Trial) -> Effect:
        """The broken checks that would hold, and how many that hold would break."""
        touched = sorted({number for slot in trial for number in self.touching.get(slot, ())})
        again = [(check := self.checks[n], self.judged(check, trial)[0]) for n in touched]
        mended = tuple(check for check, holds in again if holds and check.status == "broken")
        return mended, sum(not holds for check, holds in again if check.status == "holds")

    def judged(self, check: Check, trial: Trial) -> tuple[bool, Decimal | None]:
        """Would a check hold, and what would its difference be?"""
        weights, statement = self.weights[id(check)], check.rule.statement
        if weights is None:
            outcome = self.evaluator.on_trial(trial).judge(statement, check.at)
            if outcome is None:
                return True, None
            return outcome.status == "holds", outcome.difference
        sides = check.outcome.stated, check.outcome.computed
        left, right = (NOTHING if side is None else side for side in sides)
        left = _moved_by(left, weights, trial, self.ledger)
        return agrees(left, right, RELATIONS[statement.relation]), left.value - right.value


def _moved_by(side: Figure, weights: dict[Slot, Decimal], trial: Trial, ledger: Ledger) -> Figure:
    """One side of a check with other amounts in some of its places."""
    value, low, high = side.value, side.low, side.high
    for slot in weights.keys() & trial.keys():
        weight, entry = weights[slot], ledger.at(slot)
        for figure, sign in ((entry.figure if entry else None, -1), (trial[slot], 1)):
            if figure is not None:
                ends = figure.low * weight, figure.high * weight
                value += sign * figure.value * weight
                low, high = low + sign * min(ends), high + sign * max(ends)
    return Figure(value, side.unit, low, high)


def _weights(
    evaluator: Evaluator, expression: Expression, check: Check
) -> dict[Slot, Decimal] | None:
    """How much of each place an expression adds up; nothing where it does more than that."""
    match expression:
        case Term():
            return dict.fromkeys(evaluator.slots(expression, check.at), ONE)
        case Number():
            return {}
        case Product(factor, of):
            inner = _weights(evaluator, of, check)
            return None if inner is None else {slot: w * factor for slot, w in inner.items()}
        case Sum(terms):
            found: dict[Slot, Decimal] = {}
            for sign, term in terms:
                inner = _weights(evaluator, term, check)
                if inner is None:
                    return None
                for slot, weight in inner.items():
                    found[slot] = found.get(slot, ZERO) + sign * weight
            return found
    return None


def _slots(evaluator: Evaluator, check: Check) -> set[Slot]:
    statement = check.rule.statement
    terms = [*terms_of(statement.left), *terms_of(statement.right)]
    return {slot for term in terms for slot in evaluator.slots(term, check.at)}


def rank(evaluator: Evaluator, checks: Iterable[Check]) -> list[Suspect]:
    """The amounts in broken checks: one for each cause, the likeliest first, then the others."""
    checks = [one for one in checks if one.status != "cannot_check" and not _lacks_a_row(one)]
    if all(one.status == "holds" for one in checks):
        return []
    within: dict[str, list[Check]] = {}
    for one in checks:
        for cell in one.outcome.cells:
            within.setdefault(cell, []).append(one)
    trials = Trials(evaluator, checks)
    suspects = []
    for cell, its in within.items():
        if broken := tuple(one for one in its if one.status == "broken"):
            entry = trials.ledger.by_cell[cell]
            suspects.append(_mended(trials, Suspect(entry, broken, len(its) - len(broken))))
    return _cause_by_cause(_with_misplaced(suspects, trials), trials.ledger)


def _cause_by_cause(suspects: list[Suspect], ledger: Ledger) -> list[Suspect]:
    """First those that explain most of what all before them leave unexplained."""
    left = {id(check): check for one in suspects for check in one.broken}
    suspects = sorted(suspects, key=lambda one: one.rank(left))
    queue = [(one.rank(left), place) for place, one in enumerate(suspects)]
    first: list[int] = []
    while left and queue:
        # The less is left, the later the rank: only who comes next is ranked again.
        _, place = heappop(queue)
        again = suspects[place].rank(left), place
        if queue and again > queue[0]:
            heappush(queue, again)
        elif explained := _explained(suspects[place], left, ledger):
            first.append(place)
            left = {number: check for number, check in left.items() if number not in explained}
    return [suspects[place] for place in dict.fromkeys([*first, *range(len(suspects))])]


def _explained(one: Suspect, left: Mapping[int, Check], ledger: Ledger) -> set[int]:
    """Those of the checks that hang on it: that it mends; about its row, where a label is wrong."""
    found = {id(check) for check in one.mended}
    if labels := [check for check in one.labels if id(check) in left]:
        keys = {ledger.by_cell[cell].key for check in labels for cell in check.outcome.cells}
        row = {each.cell for each in _row(ledger, one.entry)}
        found |= {
            number
            for number, check in left.items()
            if check.at.row in keys or not row.isdisjoint(check.outcome.cells)
        }
    return found & left.keys() or {id(check) for check in one.broken} & left.keys()


def _lacks_a_row(check: Check) -> bool:
    """Is a total missing? Then no amount that is printed is to blame."""
    return check.rule.statement.about_presence and not check.at.row


def culprits(suspects: Iterable[Suspect]) -> list[Suspect]:
    """The suspects that come first in at least one broken check, in their order."""
    told: set[int] = set()
    first = []
    for one in suspects:
        broken = {id(check) for check in one.broken}
        if not broken <= told:
            first.append(one)
            told |= broken
    return first


def _mended(trials: Trials, one: Suspect) -> Suspect:
    """The suspect with the value that mends most of its broken checks."""
    ledger, entry = trials.ledger, one.entry
    alike = [each for each in trials.same.get(_alike(entry), ()) if each is not entry]
    cells = tuple(each.cell for each in alike)
    for value in _values(trials, one):
        trial: dict[Slot, Figure | None] = {ledger.slot(entry): _worth(entry, value)}
        one = one.better(value, trials.effect(trial))
        if alike and value >= 0:
            trial |= {ledger.slot(each): _worth(each, value) for each in alike}
            one = one.better(value, trials.effect(trial), together=cells)
    if one.mended_value is None:
        return one
    beside = {cell for check in one.broken for cell in check.outcome.cells}
    others = (each.value for each in ledger.entries if each.cell not in beside)
    echoed = one.mended_value != 0 and one.mended_value in others
    return replace(one, echoed=echoed, copied=_copied(ledger, entry))


def _alike(entry: Entry) -> object:
    """What amounts have in common that say the same of one item, in other tables or columns."""
    return entry.key, entry.year, entry.phase, entry.value


def _worth(entry: Entry, value: Decimal) -> Figure:
    """Another value in a cell, as open as what is printed there."""
    half = (entry.figure.high - entry.figure.low) / 2
    return Figure.printed(value, half, entry.unit, entry.cell, f"{value:f}")


def _values(trials: Trials, one: Suspect) -> list[Decimal]:
    """The values that would mend most of the broken checks, each found from one of them."""
    wanted: Counter[Decimal] = Counter()
    entry, slot = one.entry, trials.ledger.slot(one.entry)
    if trials.ledger.at(slot) is not entry:
        return []
    for check in one.broken:
        gap = check.outcome.difference
        if gap is not None:
            _, moved = trials.judged(check, {slot: _worth(entry, entry.value + ONE)})
            if moved is not None and moved != gap:
                wanted[(entry.value - gap / (moved - gap)).quantize(FEN)] += 1
    return [value for value, _ in wanted.most_common(TRIALS)]


def _row(ledger: Ledger, entry: Entry) -> list[Entry]:
    """What is printed in the same row, on both sides of the table."""
    return [each for each in ledger.entries if (each.table, each.row) == (entry.table, entry.row)]


def _copied(ledger: Ledger, entry: Entry) -> bool:
    """Does another year or phase of the same line say the same, while most of its row differs?

    Two budgets are often alike, so more of the row must differ between them.
    """
    stages: dict[tuple[int, str], dict[str, Decimal]] = {}
    for each in _row(ledger, entry):
        stages.setdefault((each.year, each.phase), {})[each.measure] = each.value
    here = stages.pop((entry.year, entry.phase))
    for (_, phase), there in stages.items():
        pairs = [(here[name], there[name]) for name in here.keys() & there.keys()
                 if name != entry.measure and (here[name] or there[name])]  # fmt: skip
        differing = sum(one != other for one, other in pairs)
        enough = differing > len(pairs) / 2 and differing >= 1 + (phase == entry.phase)
        if entry.value and there.get(entry.measure) == entry.value and enough:
            return True
    return False


# ---- right amounts in wrong places ---------------------------------------------------------------


def _with_misplaced(suspects: list[Suspect], trials: Trials) -> list[Suspect]:
    """The suspects, those better explained by a wrong place with what stands there instead."""
    broken = {id(check): check for one in suspects for check in one.broken}
    if any(one.explained == len(broken) for one in suspects):
        return suspects
    better = {one.entry.cell: one for one in suspects}
    for trial in islice(_rearrangements(trials.ledger, broken.values()), REARRANGED):
        effect = trials.effect(trial)
        here = {entry.cell: trial[slot] for slot in trial if (entry := trials.ledger.at(slot))}
        for cell in here.keys() & better:
            figure = here[cell]
            value = ZERO if figure is None else figure.value
            others = tuple(other for other in here if other != cell)
            how = {"together": others, "exchanged": bool(others)}
            better[cell] = better[cell].better(value, effect, **how)
    return list(better.values())


def _rearrangements(ledger: Ledger, broken: Iterable[Check]) -> Iterator[Trial]:
    """The document with amounts put elsewhere."""
    seen: set[object] = set()
    for check in broken:
        off = abs(check.outcome.difference or ZERO)
        for cell in check.outcome.cells if off else ():
            entry = ledger.by_cell[cell]
            side = ledger.side(entry.table, entry.direction)
            if side is None or entry.key not in side.rows:
                continue
            if (cell, off) not in seen:
                seen.add((cell, off))
                if abs(entry.value) == off:
                    yield from _moved(ledger, side, entry)
                yield from _traded(ledger, side, entry, off)
            for other in _apart(side, entry, off):
                if (pair := frozenset((entry.code, other, id(side)))) not in seen:
                    seen.add(pair)
                    yield _swapped(ledger, side, entry, other)


def _moved(ledger: Ledger, side: Side, entry: Entry) -> Iterator[Trial]:
    """The amount in each blank column of its row."""
    for column, unit in side.columns.items():
        if column not in side.rows[entry.key] and unit == entry.unit:
            yield {(here := ledger.slot(entry)): None, here._replace(column=column): entry.figure}


def _traded(ledger: Ledger, side: Side, entry: Entry, off: Decimal) -> Iterator[Trial]:
    """The amount and each other one of its row that differs by so much, in each other's column."""
    for other in side.rows[entry.key].values():
        if other.unit == entry.unit and abs(other.value - entry.value) == off:
            yield {ledger.slot(other): entry.figure, ledger.slot(entry): other.figure}


def _apart(side: Side, entry: Entry, off: Decimal) -> list[str]:
    """The other codes of its level whose amount in this column differs by exactly so much."""
    return [
        code
        for code in side.codes
        if len(code) == len(entry.code) > 0
        and (other := side.rows[code].get(entry.column))
        and abs(other.value - entry.value) == off
    ]


def _swapped(ledger: Ledger, side: Side, entry: Entry, other: str) -> Trial:
    """Two rows with each other's amounts."""
    here = ledger.slot(entry)
    one, two = side.rows[entry.code], side.rows[other]
    trial: dict[Slot, Figure | None] = {}
    for column in dict.fromkeys([*one, *two]):
        mine, theirs = one.get(column), two.get(column)
        trial[here._replace(column=column)] = theirs.figure if theirs else None
        trial[here._replace(key=other, column=column)] = mine.figure if mine else None
    return trial
