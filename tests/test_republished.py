"""Published again: decisions are carried where nothing printed has changed, and nowhere else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import pytest

from conftest import FIRST
from generator.republished import HOW, again
from unitbudget.running.disclosure import Disclosure, judged, read
from verdicts import DOCUMENTS

MISTAKEN = DOCUMENTS / "shanghai-budget-2020-mistaken" / "document.pdf"


@cache
def first_of(path: Path) -> Disclosure:
    return judged(read(path))


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("path", [FIRST, MISTAKEN], ids=["first", "mistaken"])
def test_no_decision_is_wrongly_carried_and_the_differences_are_exact(path: Path, how: str) -> None:
    drawn = 4 if how in ("amount", "table") else 1  # the others leave nothing to chance
    every = [again(first_of(path), how, Random(seed)) for seed in range(drawn)]
    assert all(each.decided > 8 for each in every)
    assert [each.carried for each in every if each.carried] == []
    assert [each.differences for each in every if each.differences] == []
    assert [each.dropped for each in every if each.dropped] == []
