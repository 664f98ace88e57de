"""The whole story: the PDFs of a folder → the clean data package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from unitbudget.documents import sha256_of
from unitbudget.package import clean_folder, project, schema, writable, write
from unitbudget.picturebook import FOLDER as PAGES
from unitbudget.reading.pictured import Book, covered, draw, remember
from unitbudget.running import sources
from unitbudget.running.batch import Batch, Result, read_all
from unitbudget.running.workers import Workers, counted, each_done


@dataclass(frozen=True)
class Built:
    """What a build did: how many documents it read, why not the others, and which tables not.

    ``repeated`` are the documents that were there more than once, a sentence for each copy.
    """

    read: int
    failures: tuple[str, ...]
    reused: int
    unread: tuple[str, ...] = ()
    repeated: tuple[str, ...] = ()


def build(
    raw: str | Path | Sequence[str | Path] | None = None,
    clean: str | Path | None = None,
    batch: Batch | None = None,
) -> Built:
    """Read every PDF of a folder (or the files named) and write the clean package.

    Raises ``EmptyInput`` when there is nothing to read and ``Refused`` when something would be
    lost; ``clean`` is then left as it was.
    """
    clean = writable(clean or clean_folder())
    found = sources.sources(raw or project() / "data" / "raw")
    copies = sources.copies((path, sha256_of(path)) for path in found)
    paths = [path for path in found if path not in copies]
    batch = batch or Batch()
    read = dict(zip(paths, read_all(paths, batch), strict=True))
    copies |= sources.copies((path, sources.text(result.rows)) for path, result in read.items())
    kept = {path: result for path, result in read.items() if path not in copies}
    documents = list(kept.values())
    tables = {
        name: [row for each in documents for row in each.rows.get(name, [])] for name in schema()
    }
    write(tables, clean, _pictures(kept, clean, batch))
    failures = tuple(result.message for result in documents if result.message)
    reused = sum(result.reused and not result.message for result in documents)
    unread = tuple(str(row["note"]) for row in tables["tables"] if row["status"] == "unread")
    repeated = tuple(f"{copy} 与 {first} 内容相同，只读一次" for copy, first in copies.items())
    return Built(len(documents) - len(failures), failures, reused, unread, repeated)


def _pictures(
    documents: Mapping[Path, Result], clean: Path, batch: Batch
) -> dict[str, Mapping[str, bytes | Path]]:
    """The pictures the package is to hold: those it held of the same documents, or all of them."""
    pictures: dict[str, Mapping[str, bytes | Path]] = {}
    calls = []
    for path, result in documents.items():
        (about,) = result.rows["documents"]
        name, content, rows = str(about["document_id"]), str(about["sha256"]), result.rows
        if about["status"] == "failed":
            continue
        remember(path, content)
        pictures[name] = Book(clean / PAGES / name).held(content, covered(rows["covered"]))
        calls.append((name, (draw, path, content, rows)))
    if batch.pictures:
        with Workers(min(batch.workers, max(len(calls), 1)), batch.limit) as workers:
            done = each_done(workers, calls, len(calls))
            for name, future in counted(done, "画页面图", len(calls), shown=batch.progress):
                pictures[name] = future.result()
    return pictures
