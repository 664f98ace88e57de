"""When identities break: which printed amount explains most of it, and what would mend it.

A wrong amount breaks the identities it stands in; one other value mends them and breaks none that
hold. Amounts are ranked by that, and by whether the mending value is a likely slip of the pen.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from unitbudget.auditing.checks import Check
from unitbudget.auditing.evaluate import Evaluator, Outcome
from unitbudget.auditing.misplaced import best as best_rearrangement
from unitbudget.entries import Entry
from unitbudget.figures import Figure, Ledger
from unitbudget.money.amounts import FEN

ONE = Decimal(1)
#: How many values to try in one cell: those that mend most of its broken checks.
TRIALS = 3


@dataclass(frozen=True, slots=True)
class Suspect:
    """A printed amount that takes part in broken checks, and the value that would mend them."""

    entry: Entry
    broken: int
    holding: int
    mended_value: Decimal | None
    mends: int
    spoils: int
    echoed: bool
    mislabelled: int = 0
    copied: bool = False

    @property
    def rank(self) -> tuple[int, int, int, bool, bool, int, int, int]:
        """Smallest first: its own row has a wrong label; explains most and spoils least; then, it
        is another year's figure, the mending value is printed elsewhere too, is a likely slip
        away, and few checks hold."""
        explained = self.mends - self.spoils
        likely = not self.copied, not self.echoed, -self.slip
        return (-self.mislabelled, -explained, -self.mends, *likely, -self.broken, self.holding)

    @property
    def slip(self) -> int:
        """How likely a slip leads from the mending value to the printed one: 2, 1 or 0."""
        if self.mended_value is None or self.mended_value < 0:
            return 0
        return _slip(_digits(self.mended_value), _digits(self.entry.value))

    @property
    def likelier(self) -> str:
        """Digits cut off or glued on point to our reading, anything else to the document."""
        if self.mended_value is None:
            return "document"
        meant, read = _digits(abs(self.mended_value)), _digits(abs(self.entry.value))
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
            "broken": self.broken,
            "holding": self.holding,
            "mended_value": None if value is None else float(value),
            "likelier": self.likelier,
        }


def rank(evaluator: Evaluator, checks: Iterable[Check]) -> list[Suspect]:
    """The amounts in broken checks, the likeliest culprits first."""
    checks = list(checks)
    involved: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        if check.status != "cannot_check" and not _lacks_a_row(check):
            for cell in check.outcome.cells:
                involved[cell].append(check)
    suspects = [
        _suspect(evaluator, cell, within)
        for cell, within in involved.items()
        if any(check.status == "broken" for check in within)
    ]
    suspects = _with_misplaced(suspects, evaluator, checks)
    return sorted(suspects, key=lambda suspect: suspect.rank)


def _lacks_a_row(check: Check) -> bool:
    """Is a total missing? Then no amount that is printed is to blame."""
    return check.rule.statement.about_presence and not check.at.row


def _with_misplaced(
    suspects: list[Suspect], evaluator: Evaluator, checks: list[Check]
) -> list[Suspect]:
    """The suspects, those better explained by a wrong place with what stands there instead."""
    broken = sum(check.status == "broken" for check in checks)
    if any(one.mends - one.spoils == broken for one in suspects):
        return suspects
    misplaced = best_rearrangement(evaluator, checks)
    return [
        replace(
            one,
            mended_value=misplaced.values[one.entry.cell],
            mends=misplaced.mends,
            spoils=misplaced.spoils,
        )
        if one.entry.cell in misplaced.values
        and misplaced.mends - misplaced.spoils > one.mends - one.spoils
        else one
        for one in suspects
    ]


def culprits(suspects: Sequence[Suspect], checks: Iterable[Check]) -> list[Suspect]:
    """The suspects that come first in at least one broken check, in their order."""
    order = {suspect.entry.cell: place for place, suspect in enumerate(suspects)}
    broken = (
        check.outcome.cells
        for check in checks
        if check.status == "broken" and not _lacks_a_row(check)
    )
    first = {min(cells, key=order.__getitem__) for cells in broken if cells}
    return [suspect for suspect in suspects if suspect.entry.cell in first]


def _suspect(evaluator: Evaluator, cell: str, within: list[Check]) -> Suspect:
    entry = evaluator.ledger.by_cell[cell]
    broken = [check for check in within if check.status == "broken"]
    holding = [check for check in within if check.status == "holds"]
    best: tuple[int, int, Decimal | None] = (0, 0, None)
    for value in _trials(evaluator, entry, broken):
        changed = evaluator.with_changes({cell: value})
        mends = sum(_holds(changed, check) for check in broken)
        spoils = sum(not _holds(changed, check) for check in holding)
        if mends - spoils > best[0] - best[1]:
            best = mends, spoils, value
    mends, spoils, mending = best
    beside = {other for check in broken for other in check.outcome.cells}
    echoed = bool(mending) and any(
        other.value == mending for other in evaluator.ledger.entries if other.cell not in beside
    )
    mislabelled = sum(check.rule.statement.about_label for check in broken)
    copied = bool(mending is not None and _copied(evaluator.ledger, entry))
    return Suspect(
        *(entry, len(broken), len(holding), mending, mends, spoils, echoed, mislabelled, copied)
    )


def _copied(ledger: Ledger, entry: Entry) -> bool:
    """Does another year or phase of the same line say the same, while most of its row differs?

    Two budgets are often alike, so more of the row must differ between them.
    """
    row = [each for each in ledger.entries if (each.table, each.row) == (entry.table, entry.row)]
    stages: dict[tuple[int, str], dict[str, Decimal]] = {}
    for each in row:
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


def _holds(evaluator: Evaluator, check: Check) -> bool:
    outcome = check.again(evaluator)
    return outcome is not None and outcome.status == "holds"


def _trials(evaluator: Evaluator, entry: Entry, broken: list[Check]) -> list[Decimal]:
    """The values that would mend one broken check each, the most often wanted first."""
    wanted: Counter[Decimal] = Counter()
    for check in broken:
        gap = _gap(check.outcome)
        moved = evaluator.with_changes({entry.cell: entry.value + ONE})
        slope = _gap(check.again(moved))
        if gap is not None and slope is not None and slope != gap:
            wanted[(entry.value - gap / (slope - gap)).quantize(FEN)] += 1
    return [value for value, _ in wanted.most_common(TRIALS)]


def _gap(outcome: Outcome | None) -> Decimal | None:
    if outcome is None or not isinstance(outcome.stated, Figure):
        return None
    return outcome.difference


def _digits(value: Decimal) -> str:
    """The significant digits of an amount as they would be printed, with its sign."""
    return f"{value.normalize():f}".replace(".", "").lstrip("0") or "0"


def _slip(meant: str, printed: str) -> int:
    """2 for one wrong digit, two swapped ones or a shifted point, 1 for a digit too many or few."""
    if meant.strip("0-") == printed.strip("0-"):
        return 2
    length = max(len(meant), len(printed))
    meant_full, printed_full = meant.ljust(length, "0"), printed.ljust(length, "0")
    differing = [i for i in range(length) if meant_full[i] != printed_full[i]]
    if len(meant) == len(printed) or len(differing) <= 2:
        if len(differing) == 1:
            return 2
        if len(differing) == 2 and sorted(meant_full) == sorted(printed_full):
            return 2
    longer, shorter = sorted((meant, printed), key=len, reverse=True)
    dropped = (longer[:i] + longer[i + 1 :] for i in range(len(longer)))
    return int(len(longer) == len(shorter) + 1 and shorter in dropped)
