"""What is judged of a document, row by row, to be held against what was recorded of it.

``python -m verdicts`` in ``tests`` records the verdicts anew: of the golden documents in full, each
beside its page; of the corpus beside the project, where it is there, as digests, for its texts are
not ours.
"""

from __future__ import annotations

import csv
import hashlib
import os
import pickle
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from io import StringIO
from pathlib import Path
from tempfile import mkstemp
from typing import Any

import pandas as pd

from unitbudget import read_disclosure
from unitbudget.errors import DisclosureError
from unitbudget.package import Package

PROJECT = Path(__file__).resolve().parents[1]
DOCUMENTS = PROJECT / "tests" / "documents"
FIRST = PROJECT / "data" / "raw" / "baoshan-workers-service-centre-2020-unit-budget.pdf"
REAL = PROJECT.parent / "shared" / "corpus" / "real"
DIGESTS = DOCUMENTS / "corpus.csv"
#: Full rows by their digest, so that what differs can be shown without being committed.
KEPT = PROJECT / ".cache" / "verdicts"

#: What of each file of the package is a verdict; where it stands on the page is not.
VERDICTS = {
    "checks": ("rule_id", "subject", "status", "stated", "computed", "suspects"),
    "suspects": ("cell", "printed", "broken", "holding", "mended_value", "likelier"),
    "claims": ("page", "subject", "quantity", "value", "unit", "computed", "status", "bound_to"),
    "implied": ("subject", "quantity", "value", "unit", "low", "high", "status"),
    "findings": ("rule_id", "severity", "money", "says"),
}
Rows = list[tuple[str, ...]]
#: Where the workers of one run of the tests leave each other what they have read.
SHARED: Path | None = None


@cache
def read_once(path: Path) -> Package:
    """A document read and judged, once however many tests of a run ask."""
    if SHARED is None:
        return read_disclosure(path)
    kept = SHARED / f"{hashlib.sha256(str(path).encode()).hexdigest()}.pickle"
    if not kept.is_file():
        number, fresh = mkstemp(dir=SHARED)
        with os.fdopen(number, "wb") as file:
            pickle.dump(read_disclosure(path), file)
        os.replace(fresh, kept)
    package: Package = pickle.loads(kept.read_bytes())
    return package


def golden() -> list[Path]:
    """The folders of the golden documents."""
    return sorted(path.parent for path in DOCUMENTS.glob("*/document.pdf"))


def verdicts(package: Package) -> dict[str, Rows]:
    """The verdicts of every kind, sorted: their order is no verdict."""
    return {
        name: sorted(_rows(getattr(package, name), columns)) for name, columns in VERDICTS.items()
    }


def _rows(frame: pd.DataFrame, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    return zip(*([_said(value) for value in frame[column]] for column in columns), strict=True)


def _said(value: Any) -> str:
    if isinstance(value, str):
        return value
    value = getattr(value, "value", value)
    return "" if pd.isna(value) else f"{Decimal(str(value)).normalize():f}"


def differing(recorded: Iterable[tuple[str, ...]], found: Iterable[tuple[str, ...]]) -> list[str]:
    """A line for every row that is recorded and not found (-), or found and not recorded (+)."""
    before, now = Counter(recorded), Counter(found)
    gone = [(row, "-") for row in (before - now).elements()]
    new = [(row, "+") for row in (now - before).elements()]
    return [f"{sign} {' | '.join(row)}" for row, sign in sorted(gone + new)]


def recorded(folder: Path, name: str) -> Rows:
    """The verdicts of one kind that were recorded beside a golden document."""
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        header, *rows = csv.reader(lines)
    assert tuple(header) == VERDICTS[name], f"{folder.name}/{name}.csv: see tests/verdicts.py"
    return [tuple(row) for row in rows]


# --- documents that may not be recorded in full ---------------------------------------------------


def judged(path: Path) -> dict[str, Rows]:
    """The verdicts of a document, or the sentence that refuses it; a crash is recorded as such."""
    try:
        return verdicts(read_once(path))
    except Exception as error:
        said = str(error) if isinstance(error, DisclosureError) else ""
        return {"refused": [(type(error).__name__, said)]}


def digest(name: str, rows: Rows) -> tuple[str, str, str]:
    """How many rows of a kind, how many of each status, and one word for all they say."""
    columns = VERDICTS.get(name, ("status",))
    place = columns.index("status" if "status" in columns else columns[0])
    counted = Counter(row[place] for row in rows)
    said = " ".join(f"{status}={count}" for status, count in sorted(counted.items()))
    return str(len(rows)), said, hashlib.sha256(_text(rows).encode()).hexdigest()[:16]


def _text(rows: Rows) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def digests() -> dict[tuple[str, str], tuple[str, str, str]]:
    """The recorded digests by document and kind."""
    with DIGESTS.open(encoding="utf-8", newline="") as lines:
        _, *rows = csv.reader(lines)
    return {(row[0], row[1]): (row[2], row[3], row[4]) for row in rows}


def keep(document: str, name: str, rows: Rows) -> Path:
    """Keep the full rows where nothing is committed, to be shown when another version differs."""
    KEPT.mkdir(parents=True, exist_ok=True)
    path = _kept(document, name, digest(name, rows)[2])
    path.write_text(_text(rows), encoding="utf-8")
    return path


def _kept(document: str, name: str, word: str) -> Path:
    return KEPT / f"{document}-{name}-{word}.csv"


def unlike(document: str, name: str, rows: Rows, expected: tuple[str, str, str]) -> list[str]:
    """What differs from the recorded digest, row by row where the recorded rows were kept."""
    path, found = keep(document, name, rows), digest(name, rows)
    if found == expected:
        return []
    said = [f"{name}: {' '.join(found)}, recorded {' '.join(expected)}"]
    before = _kept(document, name, expected[2])
    if not before.is_file():
        return [*said, f"run this test where it passes: {before.name} tells what differs"]
    with before.open(encoding="utf-8", newline="") as lines:
        return [*said, *differing(map(tuple, csv.reader(lines)), rows), f"all rows: {path}"]


def _write(path: Path, header: tuple[str, ...], rows: Rows) -> None:
    path.write_text(_text([header, *rows]), encoding="utf-8", newline="\n")


def main() -> None:
    """Record the verdicts of every document."""
    for folder in golden():
        for name, rows in verdicts(read_once(folder / "document.pdf")).items():
            _write(folder / f"{name}.csv", VERDICTS[name], rows)
    if REAL.is_dir():
        rows = [
            (path.stem, name, *digest(name, found))
            for path in sorted(REAL.glob("*.pdf"))
            for name, found in judged(path).items()
        ]
        _write(DIGESTS, ("document", "file", "rows", "counts", "digest"), rows)


if __name__ == "__main__":
    main()
