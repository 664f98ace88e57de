"""Mutants before the checkers: what they notice, whom they suspect, what escapes them and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from generator import excuses
from generator.mutants import Document, Mutant
from generator.mutations import KINDS, plant
from generator.on_paper import mistaken, read_otherwise
from generator.styles import Style
from generator.typeset import Block, typeset
from judging import checks_of, claims_of
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.rules import rule_book
from unitbudget.errors import DisclosureError
from unitbudget.reading import narrative
from unitbudget.running.disclosure import read

Broken = Counter[tuple[Any, ...]]
#: Rows known by their table alone; that one is missing is what rules about totals say.
TOTALS = rule_book().roles["total"] + rule_book().roles["current"]


@dataclass(frozen=True)
class Verdict:
    """What the checkers say of one document."""

    checks: pd.DataFrame
    suspects: pd.DataFrame
    claims: pd.DataFrame

    @property
    def broken_checks(self) -> Broken:
        rows = self.checks[self.checks["status"] == "broken"]
        return Counter(zip(rows["rule_id"], rows["subject"], rows["says"], strict=True))

    @property
    def broken_claims(self) -> Broken:
        rows = self.claims[self.claims["status"] == "broken"]
        columns = ("sentence", "subject", "quantity", "value", "rule_id")
        return Counter(zip(*(rows[name].astype(str) for name in columns), strict=True))


@dataclass(frozen=True)
class Outcome:
    """One mutant tried; ``excuse`` says why nobody can notice it, where nobody can.

    ``misread`` says what was read differently from what a typeset mutant prints.
    """

    kind: str
    in_prose: bool
    where: str
    detected: bool
    culprit_first: bool
    excuse: str = ""
    number: int = 0
    on_paper: bool = False
    refused: str = ""
    misread: tuple[str, ...] = ()

    def of(self, number: int) -> Outcome:
        """The outcome with the number of its budget."""
        return replace(self, number=number)


def document_of(path: Path) -> Document:
    """What is read of a PDF, as the checkers get it."""
    disclosure = read(path)
    rows = disclosure.rows
    return Document(
        dict(rows["documents"][0]),
        tuple(rows["tables"]),
        tuple(rows["amounts"]),
        tuple(narrative.sections(disclosure.printed)),
    )


def judge(document: Document) -> Verdict:
    """Every check and every claim of a document."""
    checks, suspects = judge_tables(document)
    return Verdict(checks, suspects, judge_prose(document))


def judge_tables(document: Document) -> tuple[pd.DataFrame, pd.DataFrame]:
    about, ledger = document.about, Ledger(document.amounts, document.tables)
    return checks_of(ledger, str(about["kind"]), str(about.get("template") or ""))


def judge_prose(document: Document) -> pd.DataFrame:
    ledger = Ledger(document.amounts, document.tables)
    return claims_of(document.sections, ledger, str(document.about.get("kind", "budget")))


def trials(document: Document, clean: Verdict, chance: Random, each: int) -> Iterator[Outcome]:
    """So many mutants of every kind, tried."""
    for kind in KINDS:
        for _ in range(each):
            mutant = plant(document, kind, chance)
            if mutant is not None:
                yield try_one(mutant, document, clean)


def pairs(document: Document, clean: Verdict, chance: Random, count: int) -> Iterator[Outcome]:
    """So many documents with two mistakes, both of them noticed: are both named first?"""
    for _ in range(count):
        # A row printed twice moves the rows below it, so it is there before the other mistake.
        kinds = sorted(chance.sample(KINDS, 2), key=lambda kind: kind != "duplicated row")
        one = plant(document, kinds[0], chance)
        both = plant(one.document, kinds[1], chance) if one else None
        if one is None or both is None or (one.cells & both.cells) or one.where == both.where:
            continue
        alone, together = judge(one.document), judge(both.document)
        steps = [(one, clean, alone), (both, alone, together)]
        if all(_broken(after) - _broken(before) for _, before, after in steps):
            named = all(_is_named(mutant, document, together, before, after)
                        for mutant, before, after in steps)  # fmt: skip
            where = f"{one.kind} {one.where} + {both.kind} {both.where}"
            yield Outcome("two mistakes", False, where, True, named)


def _broken(verdict: Verdict) -> Broken:
    return verdict.broken_checks + verdict.broken_claims


def _is_named(
    mutant: Mutant, document: Document, found: Verdict, before: Verdict, after: Verdict
) -> bool:
    """Is it among the first two suspects of a document in which it is the one or the other?

    In prose, or where only the prose noticed when it was made, its own sentence must be accused.
    """
    if mutant.in_prose:
        new = found.broken_claims - before.broken_claims
        return any(claim[0] in mutant.paragraph for claim in new)
    checks = after.broken_checks - before.broken_checks
    first = (found.suspects.iloc[place:] for place in range(2))
    named = any(_is_culprit(mutant, document, suspects, checks) for suspects in first)
    return named or (not checks and _named_by_claims(mutant, found))


def trials_on_paper(
    document: Document,
    clean: Verdict,
    blocks: Sequence[Block],
    style: Style,
    chance: Random,
    kinds: Iterable[str],
) -> Iterator[Outcome]:
    """One mutant of each of these kinds, typeset, read and tried."""
    for kind in kinds:
        mutant = plant(document, kind, chance)
        wrong = mistaken(mutant, document, blocks) if mutant else None
        if mutant is not None and wrong is not None:
            yield try_on_paper(mutant, document, clean, typeset(wrong, style).pdf)


def try_on_paper(mutant: Mutant, document: Document, clean: Verdict, pdf: bytes) -> Outcome:
    """One mutant read from its own PDF and judged beside its clean twin."""
    try:
        read = document_in(pdf)
    except DisclosureError as error:
        return _refused(mutant, str(error))
    known = {table["table_id"] for table in document.tables if table["status"] == "unread"}
    for table in read.tables:
        if table["status"] == "unread" and table["table_id"] not in known:
            return _refused(mutant, str(table["note"]))
    misread = tuple(read_otherwise(mutant.document, read))
    outcome = try_one(replace(mutant, document=read), document, clean)
    return replace(outcome, on_paper=True, misread=misread)


def _refused(mutant: Mutant, why: str) -> Outcome:
    """What is not read is noticed, and the sentence that says so names the place."""
    return Outcome(
        mutant.kind, mutant.in_prose, mutant.where, True, True, on_paper=True, refused=why
    )


def document_in(pdf: bytes) -> Document:
    """What is read of a typeset document."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(pdf)
        return document_of(path)


def try_one(mutant: Mutant, document: Document, clean: Verdict) -> Outcome:
    """One mutant judged beside its clean twin."""
    if mutant.in_prose:
        found = Verdict(clean.checks, clean.suspects, judge_prose(mutant.document))
        new = found.broken_claims - clean.broken_claims
        named = any(claim[0] in mutant.paragraph for claim in new)
        excuse = "" if new else excuses.of_prose(mutant, clean.claims)
        return Outcome(mutant.kind, True, mutant.where, bool(new), named, excuse)
    checks, suspects = judge_tables(mutant.document)
    verdict = Verdict(checks, suspects, clean.claims)
    new = verdict.broken_checks - clean.broken_checks
    named = _is_culprit(mutant, document, suspects, new)
    if not new:
        verdict = Verdict(checks, suspects, judge_prose(mutant.document))
        new = verdict.broken_claims - clean.broken_claims
        named = bool(new) and _named_by_claims(mutant, verdict)
    excuse = "" if new else excuses.of_cells(mutant, document, clean.checks, clean.claims)
    return Outcome(mutant.kind, False, mutant.where, bool(new), named, excuse)


def _is_culprit(mutant: Mutant, document: Document, suspects: pd.DataFrame, new: Broken) -> bool:
    """Is the first suspect at fault? Of what is not printed, its row or its sum must be named."""
    if not suspects.empty and suspects.iloc[0]["cell"] in mutant.cells:
        return True
    if mutant.kind not in ("dropped row", "missing number"):
        return False
    lost = [row for row in document.amounts if row["cell"] in mutant.cells]
    names = {str(row["function_code"] or row["economic_code"] or row["name"]) for row in lost}
    names |= {f"《{rule_book().tables[row['table_id']]}》" for row in lost if row["name"] in TOTALS}
    if any("列有" in says for _, _, says in new) and any(row["name"] in TOTALS for row in lost):
        return True
    if any(name and name in subject for _, subject, _ in new for name in names):
        return True
    return not suspects.empty and suspects.iloc[0]["table_id"] in {r["table_id"] for r in lost}


def _named_by_claims(mutant: Mutant, verdict: Verdict) -> bool:
    broken = verdict.claims[verdict.claims["status"] == "broken"]
    return any(set(cells.split(";")) & mutant.cells for cells in broken["cells"].fillna(""))
