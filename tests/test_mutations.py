"""The checks on trial: clean budgets raise no alarm, planted mistakes do, and the culprit is named.

A small sample; ``python3 run.py bench mutations`` tries thousands and lists every survivor.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from generator.disclosures import blocks, disclosure
from generator.drawing import draw
from generator.mutants import Document
from generator.mutations import KINDS, plant
from generator.on_paper import mistaken, read_otherwise
from generator.sheets import families
from generator.styles import by_name
from generator.trials import (
    Outcome,
    Verdict,
    document_in,
    document_of,
    judge,
    pairs,
    trials_on_paper,
    try_one,
)
from generator.typeset import typeset

#: Made-up budgets: one with government-managed funds, one with other revenue, offices and others.
BUDGETS = (1, 2, 5)
#: Kinds of mistakes typeset here, the first and third on the forms of every other family.
ON_PAPER = ("transposition", "dropped row", "wrong code", "prose digit")
#: Mutants of a kind in each document.
EACH = 2


@pytest.fixture(scope="module")
def documents(
    first_pdf: Path, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Document, Verdict]]:
    """The first document and the made-up ones, with what the checkers say of them."""
    folder = tmp_path_factory.mktemp("budgets")
    paths = [first_pdf]
    for number in BUDGETS:
        paths.append(folder / f"{number}.pdf")
        paths[-1].write_bytes(disclosure(draw(Random(number)), by_name("large-paper")).pdf)
    found = [document_of(path) for path in paths]
    return [(document, judge(document)) for document in found]


@pytest.fixture(scope="module")
def outcomes(documents: list[tuple[Document, Verdict]]) -> dict[str, list[Outcome]]:
    """What became of every mutant, by the kind of its mistake."""
    return {kind: list(_tried(documents, kind)) for kind in KINDS}


def _tried(documents: list[tuple[Document, Verdict]], kind: str) -> Iterator[Outcome]:
    for number, (document, clean) in enumerate(documents):
        chance = Random(f"{kind} {number}")
        for _ in range(EACH):
            mutant = plant(document, kind, chance)
            if mutant is not None:
                yield try_one(mutant, document, clean)


def test_clean_documents_raise_no_alarm(documents: list[tuple[Document, Verdict]]) -> None:
    for _, clean in documents:
        assert not clean.broken_checks
        assert not clean.broken_claims
        assert (clean.checks["status"] == "holds").sum() > 300
        assert (clean.claims["status"] == "holds").sum() > 60


@pytest.mark.parametrize("kind", KINDS)
def test_a_planted_mistake_is_noticed_wherever_it_has_a_witness(
    kind: str, outcomes: dict[str, list[Outcome]]
) -> None:
    tried = outcomes[kind]
    assert len(tried) >= EACH
    assert [each.where for each in tried if not each.detected and not each.excuse] == []
    noticed = [each for each in tried if each.detected]
    named = sum(each.culprit_first for each in noticed)
    assert named >= len(noticed) / 2, [each.where for each in noticed if not each.culprit_first]


def test_few_mistakes_are_excused(outcomes: dict[str, list[Outcome]]) -> None:
    tried = [each for some in outcomes.values() for each in some]
    excused = [each for each in tried if each.excuse]
    assert len(excused) < 0.08 * len(tried)
    assert not any(each.detected for each in excused)


def test_of_two_mistakes_neither_hides_the_other(
    documents: list[tuple[Document, Verdict]],
) -> None:
    tried = [
        each
        for number, (document, clean) in enumerate(documents)
        for each in pairs(document, clean, Random(number), 2 * EACH)
    ]
    assert len(tried) > 2 * len(documents)
    assert [each.where for each in tried if not each.culprit_first] == []


# --- typeset with the mistake in it ---------------------------------------------------------------


@pytest.mark.parametrize(("number", "family"), [*enumerate(families())])
def test_a_mistake_on_paper_is_read_as_printed_and_noticed(number: int, family: str) -> None:
    kinds = ON_PAPER[number % 2 :: 2]
    printed, style = blocks(draw(Random(5)), by_name("grid"), family), by_name("grid")
    document = document_in(typeset(printed, style).pdf)
    clean = judge(document)
    assert not clean.broken_checks and not clean.broken_claims
    tried = list(trials_on_paper(document, clean, printed, style, Random(family), kinds))
    assert tried
    for each in tried:
        assert not each.misread and not each.refused, each.where
        assert each.detected and each.culprit_first, each.where


def test_what_is_mended_in_silence_would_be_noticed() -> None:
    style = by_name("grid")
    printed = blocks(draw(Random(5)), style, "shanghai-budget-2020")
    document = document_in(typeset(printed, style).pdf)
    mutant = plant(document, "digit", Random(1))
    assert mutant is not None
    wrong = mistaken(mutant, document, printed)
    assert wrong is not None
    read = document_in(typeset(wrong, style).pdf)
    assert read_otherwise(mutant.document, read) == []
    assert len(read_otherwise(mutant.document, document)) == 2
