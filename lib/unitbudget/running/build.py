"""The whole story: the PDFs of a folder → the clean data package."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from unitbudget.documents import sha256_of
from unitbudget.package import Pictures, clean_folder, project, rows_of, writable, write_all
from unitbudget.picturebook import FOLDER as PAGES
from unitbudget.picturebook import file_name
from unitbudget.reading.pictured import Book, covered, drawn, remember
from unitbudget.running import sources
from unitbudget.running.batch import AHEAD, Batch, Result, read_all
from unitbudget.running.cache import kept_in
from unitbudget.running.workers import Workers, counted, each_done

#: A package of more documents than this is written in parts, unless its form is said.
IN_CSV = 500


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
    contents = {path: sha256_of(path) for path in found}
    copies = sources.copies(contents.items())
    paths = [path for path in found if path not in copies]
    batch = batch or Batch()
    with TemporaryDirectory(prefix="unitbudget-") as room:
        # However many there are, their rows wait on the disk.
        read = read_all(paths, replace(batch, cache=batch.cache or Path(room)), contents)
        copies |= sources.copies((path, each.says) for path, each in zip(paths, read, strict=True))
        kept = {path: each for path, each in zip(paths, read, strict=True) if path not in copies}
        pictures = _pictures(kept, clean, batch)
        if (batch.form or form_for(len(kept))) == "csv":
            write_all((each.written for each in kept.values()), clean, pictures)
        else:
            from unitbudget.partitions import write_parts

            write_parts(kept.values(), clean, pictures, batch.checks)
    failures = tuple(each.message for each in kept.values() if each.message)
    reused = sum(each.reused and not each.message for each in kept.values())
    unread = tuple(note for each in kept.values() for note in each.unread)
    repeated = tuple(f"{copy} 与 {first} 内容相同，只读一次" for copy, first in copies.items())
    return Built(len(kept) - len(failures), failures, reused, unread, repeated)


def form_for(count: int) -> str:
    """How a package of so many documents is written: what any program opens, or in parts."""
    return "csv" if count <= IN_CSV or find_spec("pyarrow") is None else "parquet"


def _pictures(documents: Mapping[Path, Result], clean: Path, batch: Batch) -> dict[str, Pictures]:
    """The pictures the package is to hold: those it held of the same documents, or all of them."""
    read = [(path, each) for path, each in documents.items() if each.about["status"] != "failed"]
    remember(path for path, _ in read)
    if not batch.pictures:
        return {each.name: _held(each, clean) for _, each in read if (clean / PAGES).is_dir()}
    pictures: dict[str, Pictures] = {}
    calls = ((each.name, (draw, path, each.about["sha256"], each.told)) for path, each in read)
    with Workers(min(batch.workers, max(len(read), 1)), batch.limit) as workers:
        done = each_done(workers, calls, AHEAD)
        for name, future in counted(done, "画页面图", len(read), shown=batch.progress):
            pictures[name] = future.result()
    return pictures


def _held(result: Result, clean: Path) -> Pictures:
    book = Book(clean / PAGES / result.name)
    if not book.holds:
        return {}
    return book.held(str(result.about["sha256"]), covered(rows_of(result.written, "covered")))


def draw(pdf: Path, content: str, told: Mapping[str, str] | Path) -> Pictures:
    """The pictures of all pages that a document's numbers stand on, by file name."""
    from unitbudget.reading.pages import pages_used

    written = kept_in(told) if isinstance(told, Path) else told
    rows = {name: rows_of(written, name) for name in written}
    masks = covered(rows["covered"])
    return {
        file_name(page): drawn(pdf, content, page, masks.get(page, [])) for page in pages_used(rows)
    }
