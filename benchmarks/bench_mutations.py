"""One mistake at a time, planted in the first document and in made-up budgets: who notices?"""

from __future__ import annotations

from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from random import Random

from tqdm import tqdm

from generator.disclosures import blocks
from generator.drawing import draw
from generator.mutations import KINDS
from generator.sheets import families
from generator.styles import draw_style
from generator.trials import (
    Outcome,
    document_in,
    document_of,
    judge,
    pairs,
    trials,
    trials_on_paper,
)
from generator.typeset import typeset
from measuring import ROOT, SCRATCH, Bar, bars, table

#: Mutants of every kind in every budget, and clean budgets judged besides those.
EACH = 6
CLEAN = 200
#: Pairs of mistakes planted together in every budget.
PAIRS = 6
#: Kinds of which one mutant of every made-up budget is typeset and read; all of them in turn.
TYPESET = 6
#: How outcomes of two mistakes in one document are called.
TWICE = "two mistakes"
Found = tuple[int, list[Outcome], list[str]]


def run(count: int) -> int:
    """The first document and so many budgets with mutants; more budgets left clean."""
    jobs = [(number, EACH if number < count else 0) for number in range(-1, max(count, CLEAN))]
    with get_context("spawn").Pool(2) as pool:
        found = list(tqdm(pool.imap(one, jobs), total=len(jobs), leave=False))
    every = [outcome for _, tried, _ in found for outcome in tried]
    _report(every, [alarm for _, _, alarms in found for alarm in alarms])
    _by_kind(every)
    twice = [outcome for outcome in every if outcome.kind == TWICE]
    outcomes = [outcome for outcome in every if not outcome.on_paper and outcome.kind != TWICE]
    paper = [outcome for outcome in every if outcome.on_paper]
    tables = [outcome for outcome in outcomes if not outcome.in_prose]
    prose = [outcome for outcome in outcomes if outcome.in_prose]
    return bars([
        Bar("mutants", len(outcomes), 5000 if count >= 50 else None, at_least=True),
        Bar("table mistakes detected", _share(tables), 0.99, at_least=True),
        Bar("  of those with a second witness", _share([o for o in tables if not o.excuse])),
        Bar("prose mistakes detected", _share(prose), 0.95, at_least=True),
        Bar("  of those with a second witness", _share([o for o in prose if not o.excuse])),
        Bar("culprit first, of those detected", _culprits(outcomes), 0.95, at_least=True),
        Bar("two mistakes, both noticed", len(twice)),
        Bar("  both named first", _culprits(twice), 0.90, at_least=True),
        Bar("mutants typeset and read", len(paper), 200 if count >= 50 else None, at_least=True),
        Bar("  mistakes read otherwise than printed", sum(bool(o.misread) for o in paper), 0),
        Bar("  mistakes for which reading is refused", sum(bool(o.refused) for o in paper)),
        Bar("  table mistakes detected", _share([o for o in paper if not o.in_prose]), 0.99,
            at_least=True),
        Bar("  prose mistakes detected", _share([o for o in paper if o.in_prose]), 0.95,
            at_least=True),
        Bar("  culprit first, of those detected", _culprits(paper), 0.95, at_least=True),
        Bar("clean documents", len(found)),
        Bar("clean documents with a false alarm", sum(bool(a) for _, _, a in found), 0),
    ])  # fmt: skip


def one(job: tuple[int, int]) -> Found:
    """One document: its mutants tried, and the alarms it raised while it was clean."""
    number, each = job
    chance = Random(number)
    if number < 0:
        document, printed, style = document_of(_first()), [], draw_style(chance)
    else:
        budget, style = draw(chance), draw_style(chance)
        printed = blocks(budget, style, families()[number % len(families())])
        document = document_in(typeset(printed, style).pdf)
    verdict = judge(document)
    alarms = [f"{number}: {' '.join(map(str, key))}"
              for key in (*verdict.broken_checks, *verdict.broken_claims)]  # fmt: skip
    tried = list(trials(document, verdict, Random(number), each)) if each else []
    tried += pairs(document, verdict, Random(number), PAIRS if each else 0)
    if each and printed:
        turn = [KINDS[(number * TYPESET + k) % len(KINDS)] for k in range(TYPESET)]
        tried += trials_on_paper(document, verdict, printed, style, chance, turn)
    return number, [outcome.of(number) for outcome in tried], alarms


def _first() -> Path:
    (path,) = (ROOT / "data" / "raw").glob("baoshan*.pdf")
    return path


def _share(outcomes: list[Outcome]) -> float:
    return sum(outcome.detected for outcome in outcomes) / max(1, len(outcomes))


def _culprits(outcomes: list[Outcome]) -> float:
    detected = [outcome for outcome in outcomes if outcome.detected]
    return sum(outcome.culprit_first for outcome in detected) / max(1, len(detected))


def _by_kind(outcomes: list[Outcome]) -> None:
    rows = []
    for kind in dict.fromkeys(outcome.kind for outcome in outcomes):
        some = [outcome for outcome in outcomes if outcome.kind == kind]
        excused = sum(bool(o.excuse) for o in some if not o.detected)
        missed = sum(not o.detected for o in some) - excused
        rows.append([kind, len(some), _share(some), _culprits(some), excused, missed])
    table(["kind", "mutants", "detected", "culprit first", "no witness", "missed"], rows)


def _place(outcome: Outcome) -> str:
    return f"budget {outcome.number}{' on paper' if outcome.on_paper else ''}"


def _report(outcomes: list[Outcome], alarms: list[str]) -> None:
    """Every survivor with the reason, and every alarm over a clean document, in a file each."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{outcome.kind}\t{outcome.excuse or 'MISSED'}\t{_place(outcome)}\t{outcome.where}"
        for outcome in outcomes
        if not outcome.detected
    ]
    (SCRATCH / "survivors.tsv").write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    (SCRATCH / "false-alarms.txt").write_text("\n".join(alarms) + "\n", encoding="utf-8")
    others = [
        f"{o.kind}\t{_place(o)}\t{o.where}" for o in outcomes if o.detected and not o.culprit_first
    ]
    (SCRATCH / "other-suspects.tsv").write_text("\n".join(sorted(others)) + "\n", encoding="utf-8")
    unread = [
        f"{o.kind}\t{_place(o)}\t{o.where}\t{o.refused or ' | '.join(o.misread)}"
        for o in outcomes
        if o.refused or o.misread
    ]
    (SCRATCH / "misread.tsv").write_text("\n".join(sorted(unread)) + "\n", encoding="utf-8")
    reasons = Counter(outcome.excuse or "MISSED" for outcome in outcomes if not outcome.detected)
    table(["survivors because", ""], reasons.most_common())
    print(f"each of them: {SCRATCH.relative_to(ROOT)}/survivors.tsv\n")
