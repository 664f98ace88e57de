"""What the tests read: the first document, and the corpus beside the project where there is one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

import verdicts
from unitbudget import load
from unitbudget.log import told
from unitbudget.package import Package
from unitbudget.running import batch, brief, build
from unitbudget.running.workers import Workers

# An example may take its time on a busy machine.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

#: Files of tests that take longest: begun first, so that no worker is left with one at the end.
LONGEST = (
    "test_golden.py", "test_reading.py", "test_mutations.py", "test_defects.py", "test_setup.py",
    "test_lab.py", "test_unread.py", "test_suspects.py", "test_briefing.py", "test_reconcile.py",
    "test_roundtrip.py", "test_nothing_lost.py", "test_hostile.py", "test_batch.py",
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


class Here(Executor):
    """Workers that are this very process: starting one takes longer than most documents."""

    def __init__(self, *_: object) -> None:
        return

    def submit(self, fn: Any, /, *arguments: Any, **_: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(fn(*arguments))
        except Exception as error:
            done.set_exception(told(error))
        return done


@pytest.fixture(scope="session", autouse=True)
def here() -> Iterator[None]:
    """Documents are read and briefed in the process of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (batch, build, brief):
            patch.setattr(module, "Workers", Here)
        yield


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tested is about processes: they are real."""
    for module in (batch, build, brief):
        monkeypatch.setattr(module, "Workers", Workers)


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
