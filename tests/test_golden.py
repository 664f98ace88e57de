"""What is read and judged of the golden documents and of the corpus is what was recorded.

A change that alters a verdict has to show it: ``python -m verdicts`` in ``tests`` records anew.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from generator.comparison import differences, load_expected
from proofs import documents, followed, misquoted
from verdicts import (
    DIGESTS,
    REAL,
    VERDICTS,
    differing,
    digest,
    digests,
    golden,
    judged,
    read_once,
    recorded,
    unlike,
    verdicts,
)

folders = pytest.mark.parametrize("folder", golden(), ids=lambda folder: folder.name)


@folders
def test_golden_amounts_are_read_as_recorded(folder: Path) -> None:
    read = read_once(folder / "document.pdf")
    assert folder.name.startswith(read.documents["template"].item().rstrip("0123456789"))
    assert differences(read.amounts, load_expected(folder / "amounts.csv")) == []


@folders
def test_golden_verdicts_are_as_recorded(folder: Path) -> None:
    found = verdicts(read_once(folder / "document.pdf"))
    unlike = {name: differing(recorded(folder, name), found[name]) for name in VERDICTS}
    assert {name: rows for name, rows in unlike.items() if rows} == {}


def test_golden_verdicts_are_of_every_kind() -> None:
    """No file of verdicts is empty everywhere, and no status is missing."""
    said = {name: [row for each in golden() for row in recorded(each, name)] for name in VERDICTS}
    assert all(said.values())
    for name, places in (("checks", 2), ("claims", 6)):
        assert {row[places] for row in said[name]} == {"holds", "broken", "cannot_check"}


@pytest.mark.skipif(not REAL.is_dir(), reason="needs ../shared/corpus, not part of the project")
@pytest.mark.parametrize("document", sorted({document for document, _ in digests()}))
def test_verdicts_on_the_corpus_are_as_recorded(document: str) -> None:
    found = judged(REAL / f"{document}.pdf")
    expected = {name: digest for (of, name), digest in digests().items() if of == document}
    assert set(found) == set(expected), f"{DIGESTS.name} has {sorted(expected)}: {found}"[:2000]
    lines = [line for name in found for line in unlike(document, name, found[name], expected[name])]
    assert not lines, "\n".join(["", *lines])


@pytest.mark.parametrize("name", documents())
def test_every_number_of_every_page_is_proved(name: str, tmp_path: Path) -> None:
    """Shown, computed or counted; and what is quoted is printed on the page it is quoted from."""
    path = documents()[name]
    if "refused" in judged(path):
        pytest.skip(f"{name} is refused: there is no page")
    found = followed(name, path, tmp_path)
    assert sum(found.kinds.values()) > 20
    assert not found.orphans, "\n".join(found.orphans)
    assert not found.unproved, "\n".join([f"{found.kinds}", *found.unproved])
    assert misquoted(read_once(path), path) == []


def test_a_changed_verdict_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = [("R01", "甲", "holds", "1"), ("R02", "甲", "holds", "2")]
    after = [before[0], ("R02", "甲", "broken", "2")]
    lines = ["+ R02 | 甲 | broken | 2", "- R02 | 甲 | holds | 2"]
    assert differing(before, after) == lines
    monkeypatch.setattr("verdicts.KEPT", tmp_path)
    expected = digest("checks", before)
    assert unlike("某文件", "checks", after, expected)[1].startswith(
        "run this test where it passes"
    )
    assert unlike("某文件", "checks", before, expected) == []
    assert unlike("某文件", "checks", after, expected)[1:3] == lines
