"""Whatever is put into the folder: a sentence, never a crash, never half a package."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

import pytest

from generator import damage
from generator.comparison import differences, unsaid
from generator.disclosures import disclosure
from generator.drawing import draw
from generator.styles import by_name
from generator.typeset import Set
from unitbudget import build, load, read_disclosure
from unitbudget.__main__ import main
from unitbudget.errors import (
    DisclosureError,
    EmptyInput,
    EncryptedPdf,
    NotADisclosure,
    NotAPdf,
    NoTextLayer,
)
from unitbudget.running.batch import Batch

LIB = Path(__file__).resolve().parents[1] / "lib"
#: Damaged copies of one document, for the tests; the benchmark reads five hundred.
DAMAGED = 12
ONE_BY_ONE = Batch(jobs=1, limit=60)


@pytest.fixture(scope="module")
def made() -> Set:
    """A small disclosure with every table."""
    return disclosure(draw(Random(0)), by_name("large-paper"))


def hostile(made: Set) -> dict[str, tuple[bytes, type[DisclosureError]]]:
    """Files nobody can read, and the error each deserves."""
    return {
        "empty.pdf": (b"", NotAPdf),
        "text.pdf": ("这不是 PDF，只是改了名的文本。".encode(), NotAPdf),
        "header.pdf": (b"%PDF-1.7\n", NotAPdf),
        "truncated.pdf": (damage.truncated(made.pdf), NotAPdf),
        "locked.pdf": (damage.locked(), EncryptedPdf),
        "picture.pdf": (damage.picture_only(), NoTextLayer),
        "essay.pdf": (damage.essay(), NotADisclosure),
        "report.pdf": (damage.report_of_a_year(), NotADisclosure),
    }


def assert_is_a_sentence(message: str, file: str) -> None:
    """Where, what, and what to do: one line that begins with the file and ends with a stop."""
    assert message.startswith(file)
    assert message.endswith("。")
    assert "\n" not in message and "Traceback" not in message
    assert len(message) < 300


@pytest.mark.parametrize("name", sorted(hostile(Set(b"%PDF-1.4 cut off", ()))))
def test_a_file_nobody_can_read_earns_a_sentence(name: str, made: Set, tmp_path: Path) -> None:
    content, expected = hostile(made)[name]
    (tmp_path / name).write_bytes(content)
    with pytest.raises(expected) as caught:
        read_disclosure(tmp_path / name)
    assert_is_a_sentence(str(caught.value), name)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("damaged", NotAPdf),
        ("not_a_disclosure", NotADisclosure),
        ("password", EncryptedPdf),
        ("scan", NoTextLayer),
    ],
)
def test_real_hostile_files_earn_a_sentence(
    start: str, expected: type[DisclosureError], corpus: Path
) -> None:
    (path,) = (corpus / "hostile").glob(f"{start}*.pdf")
    with pytest.raises(expected) as caught:
        read_disclosure(path)
    assert_is_a_sentence(str(caught.value), path.name)


def test_bad_files_do_not_keep_good_ones_out(
    made: Set, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    (raw / "good.pdf").write_bytes(made.pdf)
    bad = hostile(made)
    for name, (content, _) in bad.items():
        (raw / name).write_bytes(content)
    status = main(["build", "--raw", str(raw), "--clean", str(clean), "--jobs", "2", "--fresh"])
    said = capsys.readouterr().err.strip().splitlines()
    assert status == 1
    assert len(said) == len(bad)
    package = load(clean)
    states = dict(zip(package.documents["document_id"], package.documents["status"], strict=True))
    assert states.pop("good") == "read"
    assert set(states.values()) == {"failed"} and len(states) == len(bad)
    failed = package.documents[package.documents["status"] == "failed"]
    for file, message in zip(failed["source_file"], failed["message"], strict=True):
        assert_is_a_sentence(message, file)
    assert differences(package.amounts, made.amounts) == []


def test_nothing_to_read_is_said_and_leaves_the_package_alone(
    made: Set, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    (raw / "good.pdf").write_bytes(made.pdf)
    build(raw, clean, ONE_BY_ONE)
    before = fingerprint(clean)
    empty = tmp_path / "empty"
    empty.mkdir()
    (empty / "notes.txt").write_text("no PDF here", encoding="utf-8")
    for folder in (empty, tmp_path / "missing"):
        with pytest.raises(EmptyInput):
            build(folder, clean, ONE_BY_ONE)
        assert main(["build", "--raw", str(folder), "--clean", str(clean)]) == 1
        assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert fingerprint(clean) == before


@pytest.mark.usefixtures("workers")
def test_a_damaged_copy_is_read_rightly_or_refused_or_found_not_to_add_up(
    made: Set, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for number in range(DAMAGED):
        path = raw / f"damaged-{number:03d}.pdf"
        path.write_bytes(damage.mutated(made.pdf, Random(number)))
    built = build(raw, tmp_path / "clean", Batch(jobs=2, limit=60))
    package = load(tmp_path / "clean")
    assert len(package.documents) + len(built.repeated) == DAMAGED
    for document in package.documents.to_dict("records"):
        if document["status"] == "failed":
            assert_is_a_sentence(document["message"], document["source_file"])
            continue
        part = package.document(document["document_id"])
        wrong = differences(part.amounts, made.amounts)
        noticed = (part.checks["status"] == "broken").any() or len(part.readings)
        noticed = noticed or not unsaid(part, made.amounts)
        assert not wrong or noticed, (document["document_id"], wrong[:3])


def test_a_build_killed_in_the_middle_leaves_the_old_package_whole(
    made: Set, tmp_path: Path
) -> None:
    raw, clean = tmp_path / "raw", tmp_path / "clean"
    raw.mkdir()
    (raw / "first.pdf").write_bytes(made.pdf)
    build(raw, clean, ONE_BY_ONE)
    before = fingerprint(clean)
    for number in range(40):
        (raw / f"more-{number}.pdf").write_bytes(made.pdf + b"\n" * number)
    for seconds in (0.5, 2.5):
        running = subprocess.Popen(
            [sys.executable, "-m", "unitbudget", "build", "--raw", str(raw), "--clean", str(clean),
             "--jobs", "1", "--fresh"],
            env=os.environ | {"PYTHONPATH": str(LIB)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )  # fmt: skip
        time.sleep(seconds)
        assert running.poll() is None, "the build was over before it could be ended"
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        assert fingerprint(clean) == before
        assert len(load(clean).documents) == 1


def fingerprint(folder: Path) -> str:
    """The content of every file of a folder, in one number."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
