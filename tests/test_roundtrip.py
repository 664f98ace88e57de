"""What is printed is what is read: made-up budgets, other typesettings, cells others read too."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generator.budgets import Budget
from generator.comparison import differences
from generator.disclosures import disclosure
from generator.drawing import draw
from generator.sheets import families
from generator.styles import STYLES, UNRULED, Style, by_name, draw_style
from generator.truth import TRUTH, Truth, disagreements, documents
from unitbudget import read_disclosure
from unitbudget.errors import NoRules
from unitbudget.package import frame
from unitbudget.running.disclosure import read
from verdicts import read_once

ROOT = Path(__file__).resolve().parents[1]
CORPUS = ROOT.parent / "shared" / "corpus"
NO_CORPUS = "needs ../shared/corpus, which is not part of the project"

budgets = st.builds(draw, st.randoms(use_true_random=False))
styles = st.builds(draw_style, st.randoms(use_true_random=False))


def read_back(budget: Budget, style: Style, family: str, folder: Path) -> list[str]:
    """What is read differently from what was generated."""
    made = disclosure(budget, style, family)
    path = folder / "document.pdf"
    path.write_bytes(made.pdf)
    rows = read(path).rows
    (about,) = rows["documents"]
    assert about["fiscal_year"] == budget.year
    assert about["unit"].removeprefix("上海市") == budget.unit.removeprefix("上海市")
    return differences(frame("amounts", rows["amounts"]), made.amounts)


@pytest.mark.parametrize("number", range(len(STYLES)), ids=[style.name for style in STYLES])
def test_a_generated_budget_is_read_as_generated(number: int, tmp_path: Path) -> None:
    family = families()[number % len(families())]
    assert read_back(draw(Random(number)), STYLES[number], family, tmp_path) == []


@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(budget=budgets, style=styles, family=st.sampled_from(families()))
def test_any_budget_in_any_style_is_read_as_generated(
    budget: Budget, style: Style, family: str, tmp_path: Path
) -> None:
    assert read_back(budget, style, family, tmp_path) == []


@pytest.mark.parametrize("style", UNRULED, ids=[style.name for style in UNRULED])
def test_tables_without_rules_are_refused_and_never_half_read(style: Style, tmp_path: Path) -> None:
    """Which figure belongs to which column is not on the paper: white space does not say it."""
    made = disclosure(draw(Random(7)), style, families()[0])
    (tmp_path / "document.pdf").write_bytes(made.pdf)
    with pytest.raises(NoRules, match="没有完整的表格线"):
        read_disclosure(tmp_path / "document.pdf")


def test_the_comparison_notices_a_single_changed_digit(tmp_path: Path) -> None:
    made = disclosure(draw(Random(1)), by_name("grid"))
    (tmp_path / "document.pdf").write_bytes(made.pdf)
    amounts = read(tmp_path / "document.pdf").package.amounts
    amounts.loc[5, "value"] += 0.01
    assert len(differences(amounts, made.amounts)) == 2


# --- cells on which two other readers agree ---------------------------------------------------


@pytest.mark.skipif(not TRUTH.is_dir(), reason=NO_CORPUS)
@pytest.mark.parametrize("document", documents() or ["none"])
def test_every_cell_others_vouch_for_is_read_on_its_page(document: str) -> None:
    amounts = read_once(CORPUS / "real" / f"{document}.pdf").amounts
    assert [each for truth in Truth.of(document) for each in disagreements(truth, amounts)] == []
