"""The whole story: the PDFs of a folder → the clean data package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from unitbudget.package import clean_folder, project, schema, writable, write
from unitbudget.running import sources
from unitbudget.running.batch import Batch, read_all


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
    copies = sources.copies((path, sources.content(path)) for path in found)
    paths = [path for path in found if path not in copies]
    read = dict(zip(paths, read_all(paths, batch or Batch()), strict=True))
    copies |= sources.copies((path, sources.text(result.rows)) for path, result in read.items())
    documents = [result for path, result in read.items() if path not in copies]
    tables = {
        name: [row for each in documents for row in each.rows.get(name, [])] for name in schema()
    }
    pictures = {str(each.rows["documents"][0]["document_id"]): each.pictures for each in documents}
    write(tables, clean, pictures)
    failures = tuple(result.message for result in documents if result.message)
    reused = sum(result.reused and not result.message for result in documents)
    unread = tuple(str(row["note"]) for row in tables["tables"] if row["status"] == "unread")
    repeated = tuple(f"{copy} 与 {first} 内容相同，只读一次" for copy, first in copies.items())
    return Built(len(documents) - len(failures), failures, reused, unread, repeated)
