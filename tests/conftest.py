"""What the tests read: the first document, and the corpus beside the project where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

import verdicts
from unitbudget import load
from unitbudget.package import Package

# An example may take its time on a busy machine.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

#: Files of tests that take longest: begun first, so that no worker is left with one at the end.
LONGEST = (
    "test_golden.py", "test_reading.py", "test_mutations.py", "test_suspects.py", "test_lab.py",
    "test_batch.py", "test_unread.py", "test_hostile.py",
)  # fmt: skip
PROJECT = Path(__file__).parents[1]
CORPUS = PROJECT.parent / "shared" / "corpus"
FIRST = PROJECT / "data" / "raw" / "baoshan-workers-service-centre-2020-unit-budget.pdf"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; the order within a file stays."""
    order = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: order.get(item.path.name, len(order)))


@pytest.fixture(scope="session", autouse=True)
def readings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What one worker has read the others need not read again."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        verdicts.SHARED = tmp_path_factory.getbasetemp().parent


@pytest.fixture(scope="session")
def first_pdf() -> Path:
    return FIRST


@pytest.fixture(scope="session")
def first(first_pdf: Path) -> Package:
    """The first document, read now."""
    return verdicts.read_once(first_pdf)


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
