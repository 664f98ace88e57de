"""What the tests read: the first document, and the corpus beside the project where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from unitbudget import load
from unitbudget.package import Package

PROJECT = Path(__file__).parents[1]
CORPUS = PROJECT.parent / "shared" / "corpus"
FIRST = PROJECT / "data" / "raw" / "baoshan-workers-service-centre-2020-unit-budget.pdf"


@pytest.fixture(scope="session")
def first_pdf() -> Path:
    return FIRST


@pytest.fixture(scope="session")
def first(first_pdf: Path) -> Package:
    """The first document, read now."""
    from unitbudget import read_disclosure

    return read_disclosure(first_pdf)


@pytest.fixture(scope="session")
def clean() -> Package:
    """The committed clean package."""
    return load(PROJECT / "data" / "clean")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The real and hostile documents, which are not ours to commit."""
    if not CORPUS.is_dir():
        pytest.skip("the corpus of real documents is not beside the project")
    return CORPUS
