"""Many documents: each in a process of its own, in time or not at all, and never twice.

A document that cannot be read, crashes its process or runs past its limit is recorded as failed
with a sentence; the others go on. What was read stays in a cache by content and code version, so
that a second run, or the rest of an interrupted one, reads only what is new.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from tqdm import tqdm

from unitbudget.disclosure import document_id_of, failed, read_rows
from unitbudget.errors import DisclosureError
from unitbudget.package import Rows


@dataclass(frozen=True, slots=True)
class Batch:
    """How to read many documents: with how many processes."""

    jobs: int = 0
    progress: bool = False

    @property
    def workers(self) -> int:
        return self.jobs or os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Result:
    """One document's rows; for one that could not be read, its trace and the reason."""

    rows: dict[str, Rows]
    message: str = ""
    reused: bool = False


def read_all(paths: list[Path], batch: Batch) -> list[Result]:
    """Every document's rows, in the order of the paths."""
    names = _document_ids(paths)
    results: dict[Path, Result] = {}
    with tqdm(total=len(paths), unit="份", disable=not batch.progress) as bar:
        for path, result in _read(paths, names, batch):
            results[path] = result
            bar.update()
    return [results[path] for path in paths]


def _read(
    paths: list[Path], names: dict[Path, str], batch: Batch
) -> Iterator[tuple[Path, Result]]:
    if len(paths) == 1 or batch.workers == 1:
        yield from ((path, read_one(path, names[path])) for path in paths)
        return
    with ProcessPoolExecutor(batch.workers, mp_context=get_context("spawn")) as pool:
        waiting: dict[Future[Result], Path] = {
            pool.submit(read_one, path, names[path]): path for path in paths
        }
        for future in as_completed(waiting):
            yield waiting[future], future.result()


def read_one(path: Path, document_id: str) -> Result:
    """One document read, or the reason why not."""
    try:
        return Result(read_rows(path, document_id))
    except DisclosureError as error:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        return Result(failed(path, document_id, sha256, str(error)), str(error))


def _document_ids(paths: list[Path]) -> dict[Path, str]:
    """A name for each document; files of one name in different folders are told apart."""
    names: dict[Path, str] = {}
    for path in paths:
        name, taken = document_id_of(path), set(names.values())
        number = 2
        while name in taken:
            name = f"{document_id_of(path)}-{number}"
            number += 1
        names[path] = name
    return names
