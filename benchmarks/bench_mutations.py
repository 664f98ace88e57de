"""One mistake at a time, planted in the first document and in made-up budgets: who notices?"""

from __future__ import annotations

from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tqdm import tqdm

from generator.disclosures import disclosure
from generator.drawing import draw
from generator.styles import draw_style
from generator.trials import Outcome, document_of, judge, trials
from measuring import ROOT, SCRATCH, Bar, bars, table

#: Mutants of every kind in every budget, and clean budgets judged besides those.
EACH = 4
CLEAN = 200
Found = tuple[int, list[Outcome], list[str]]


def run(count: int) -> int:
    """The first document and so many budgets with mutants; more budgets left clean."""
    jobs = [(number, EACH if number < count else 0) for number in range(-1, max(count, CLEAN))]
    with get_context("spawn").Pool(2) as pool:
        found = list(tqdm(pool.imap(one, jobs), total=len(jobs), leave=False))
    outcomes = [outcome for _, tried, _ in found for outcome in tried]
    _report(outcomes, [alarm for _, _, alarms in found for alarm in alarms])
    _by_kind(outcomes)
    tables = [outcome for outcome in outcomes if not outcome.in_prose]
    prose = [outcome for outcome in outcomes if outcome.in_prose]
    return bars([
        Bar("mutants", len(outcomes), 5000 if count >= 50 else None, at_least=True),
        Bar("table mistakes detected", _share(tables), 0.99, at_least=True),
        Bar("  of those with a second witness", _share([o for o in tables if not o.excuse])),
        Bar("prose mistakes detected", _share(prose), 0.95, at_least=True),
        Bar("  of those with a second witness", _share([o for o in prose if not o.excuse])),
        Bar("culprit first, of those detected", _culprits(outcomes), 0.95, at_least=True),
        Bar("clean documents", len(found)),
        Bar("clean documents with a false alarm", sum(bool(a) for _, _, a in found), 0),
    ])  # fmt: skip


def one(job: tuple[int, int]) -> Found:
    """One document: its mutants tried, and the alarms it raised while it was clean."""
    number, each = job
    document = document_of(_first()) if number < 0 else _made_up(number)
    verdict = judge(document)
    alarms = [f"{number}: {' '.join(map(str, key))}"
              for key in (*verdict.broken_checks, *verdict.broken_claims)]  # fmt: skip
    tried = list(trials(document, verdict, Random(number), each)) if each else []
    return number, [outcome.of(number) for outcome in tried], alarms


def _first() -> Path:
    (path,) = (ROOT / "data" / "raw").glob("baoshan*.pdf")
    return path


def _made_up(number: int):  # type: ignore[no-untyped-def]
    chance = Random(number)
    budget, style = draw(chance), draw_style(chance)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{number}.pdf"
        path.write_bytes(disclosure(budget, style).pdf)
        return document_of(path)


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


def _report(outcomes: list[Outcome], alarms: list[str]) -> None:
    """Every survivor with the reason, and every alarm over a clean document, in a file each."""
    SCRATCH.mkdir(parents=True, exist_ok=True)
    lines = [
        f"{outcome.kind}\t{outcome.excuse or 'MISSED'}\tbudget {outcome.number}\t{outcome.where}"
        for outcome in outcomes
        if not outcome.detected
    ]
    (SCRATCH / "survivors.tsv").write_text("\n".join(sorted(lines)) + "\n", encoding="utf-8")
    (SCRATCH / "false-alarms.txt").write_text("\n".join(alarms) + "\n", encoding="utf-8")
    others = [
        f"{o.kind}\tbudget {o.number}\t{o.where}"
        for o in outcomes
        if o.detected and not o.culprit_first
    ]
    (SCRATCH / "other-suspects.tsv").write_text("\n".join(sorted(others)) + "\n", encoding="utf-8")
    reasons = Counter(outcome.excuse or "MISSED" for outcome in outcomes if not outcome.detected)
    table(["survivors because", ""], reasons.most_common())
    print(f"each of them: {SCRATCH.relative_to(ROOT)}/survivors.tsv\n")
