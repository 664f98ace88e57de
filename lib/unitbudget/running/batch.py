"""Many documents: each in a process of its own, in time or not at all, and never twice.

A document that cannot be read, crashes its process or runs past its limit is recorded as failed
with a sentence; the others go on.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from unitbudget.documents import document_id_of, sha256_of
from unitbudget.errors import DisclosureError, Unforeseen, UnitBudgetError
from unitbudget.log import told
from unitbudget.package import Rows, as_written, rows_of
from unitbudget.running.cache import Cache, kept_in
from unitbudget.running.companions import companions, pointing
from unitbudget.running.sources import of_another_kind, says
from unitbudget.running.workers import Workers, counted, each_done

#: So many documents at most are given out at a time, and so many read and not yet taken back.
AHEAD = 64
#: What is kept of a document between runs.
RECORDED = ("about", "told", "mark", "says", "unread", "has_tables", "message")


@dataclass(frozen=True, slots=True)
class Batch:
    """How to read many documents.

    ``jobs`` processes on this machine (0: one for each core), or the cluster at ``scheduler``;
    ``limit`` seconds for a document; ``cache`` is the folder of what was read before; with
    ``pictures`` the package holds the pictures of all pages that its numbers stand on. The package
    is written as ``form`` says, ``csv`` or ``parquet``, or as suits how many documents there are;
    in parts, checks that hold are only counted unless ``checks`` asks for every one.
    """

    jobs: int = 0
    limit: float = 120.0
    scheduler: str = ""
    cache: Path | None = None
    progress: bool = False
    pictures: bool = False
    form: str = ""
    checks: bool = False

    @property
    def workers(self) -> int:
        return self.jobs or os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class Result:
    """One document read, or the ``message`` why not.

    ``about`` is its row in ``documents.csv``; ``told`` are its rows as they will be written, or the
    file that keeps them, and ``mark`` is one name for them all. ``says`` is alike for documents
    that say the same; ``unread`` are the
    reasons of its tables that could not be read. ``final`` is a result that reading the same
    content again would give again.
    """

    about: Mapping[str, Any]
    told: Mapping[str, str] | Path
    mark: str
    says: str = ""
    unread: Sequence[str] = ()
    has_tables: bool = False
    message: str = ""
    reused: bool = False
    final: bool = True

    @property
    def written(self) -> Mapping[str, str]:
        """The document's rows as the text of each file."""
        return kept_in(self.told) if isinstance(self.told, Path) else self.told

    @property
    def name(self) -> str:
        return str(self.about["document_id"])


def result(rows: Mapping[str, Rows], message: str = "") -> Result:
    """What is to be known of a document once its rows are there."""
    written = as_written(rows)
    (about,) = rows_of(written, "documents")
    unread = [str(row["note"]) for row in rows.get("tables", []) if row["status"] == "unread"]
    has_tables = bool(rows.get("tables"))
    return Result(about, written, mark_of(written), says(rows), unread, has_tables, message)


def mark_of(written: Mapping[str, str]) -> str:
    """One name for all rows of a document as they are written."""
    return hashlib.sha256(repr(sorted(written.items())).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Job:
    """One document to read: its name in the package and its content."""

    path: Path
    document_id: str
    sha256: str


def read_all(
    paths: list[Path], batch: Batch, contents: Mapping[Path, str] | None = None
) -> list[Result]:
    """Every document, in the order of the paths; ``contents`` are their SHA-256, where known."""
    cache = Cache(batch.cache)
    jobs = _jobs(paths, contents or {})
    results: dict[Path, Result] = {}
    for job in jobs:
        if record := cache.get(job.sha256, job.document_id):
            results[job.path] = Result(**record, reused=True)
    new = [job for job in jobs if job.path not in results]
    done = _done(((job, _call(job, batch)) for job in new), len(new), batch)
    for job, read in counted(done, "读取", len(jobs), len(results), batch.progress):
        results[job.path] = _kept(cache, job.sha256, job.document_id, read)
    _explain(jobs, results, cache, batch)
    return [results[path] for path in paths]


def _kept(cache: Cache, content: str, name: str, read: Result) -> Result:
    """The same with its rows on the disk, where they can be kept there."""
    record = {field: getattr(read, field) for field in RECORDED}
    place = cache.put(content, name, record) if read.final else None
    return replace(read, told=place or read.told)


def _explain(jobs: list[Job], results: dict[Path, Result], cache: Cache, batch: Batch) -> None:
    """Check each explanation published without tables against the tables published beside it."""
    new: dict[Job, Result] = {}
    for job, tables in zip(jobs, companions([results[job.path] for job in jobs]), strict=True):
        if tables and (record := cache.get(job.sha256, _explained(job, tables))):
            results[job.path] = Result(**record, reused=True)
        elif tables:
            new[job] = tables
    calls = ((job, (read_beside, job.path, job.document_id, new[job])) for job in new)
    for job, read in _done(calls, len(new), replace(batch, scheduler="")):
        if read.message:
            results[job.path] = _unexplained(results[job.path], read)
        else:
            results[job.path] = _kept(cache, job.sha256, _explained(job, new[job]), read)


def _explained(job: Job, tables: Result) -> str:
    """The name by which an explanation checked against those tables is kept."""
    return f"{job.document_id} {tables.mark}"


def _unexplained(before: Result, lost: Result) -> Result:
    """An explanation as it was first read, with the reason why it was not checked."""
    message = f"{lost.message}正文没有与表核对。"
    about = {**before.about, "status": "partial", "message": message}
    written = {**before.written, **as_written({"documents": [about]})}
    return replace(before, about=about, told=written, mark=mark_of(written), message=message)


def read_beside(path: Path, document_id: str, beside: Result) -> Result:
    """An explanation read again, now with the tables it explains."""
    from unitbudget.running.disclosure import judged, read

    tables = {name: rows_of(beside.written, name) for name in beside.written}
    disclosure = judged(read(path, document_id), tables)
    return result(pointing(disclosure.rows, tables))


def _call(job: Job, batch: Batch) -> tuple[Any, ...]:
    """How one document is read: here from its file, or elsewhere from its content."""
    if not batch.scheduler:
        return read_one, job.path, job.document_id
    return _read_sent, job.document_id, batch.limit, job.path.name, job.path.read_bytes()


def _done(
    calls: Iterable[tuple[Job, tuple[Any, ...]]], count: int, batch: Batch
) -> Iterator[tuple[Job, Result]]:
    """The results of so many calls as they come; a lost one is a failed document."""
    if not count:
        return
    with _executor(batch, count) as executor:
        for job, future in each_done(executor, calls, AHEAD):
            error = future.exception()
            yield job, _lost(job, error) if error else future.result()


@contextmanager
def _executor(batch: Batch, count: int) -> Iterator[Executor]:
    if not batch.scheduler:
        with Workers(min(batch.workers, count), batch.limit) as workers:
            yield workers
        return
    try:
        from distributed import Client
    except ImportError as error:
        raise UnitBudgetError(
            "用集群需要 distributed：请在环境里安装 pip install 'unitbudget[cluster]'"
        ) from error
    with Client(batch.scheduler, set_as_default=False) as client:  # type: ignore[no-untyped-call]
        yield client.get_executor(pure=False)


def _read_sent(document_id: str, limit: float, name: str, content: bytes) -> Result:
    """Read a document sent to another machine; past its limit the worker ends itself.

    The cluster starts a new worker, tries again a few times, and then gives the document up.
    """
    watchdog = threading.Timer(limit, os._exit, [1])
    watchdog.daemon = True
    watchdog.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / Path(name).name
            path.write_bytes(content)
            return read_one(path, document_id)
    finally:
        watchdog.cancel()


def read_one(path: Path, document_id: str) -> Result:
    """One document read, or the reason why not."""
    # Only the process that reads loads the programs that read.
    from unitbudget.running.disclosure import judged, read

    try:
        if other := of_another_kind(path):
            raise other
        return result(judged(read(path, document_id)).rows)
    except DisclosureError as error:
        return _failed(path, document_id, str(error))


def _failed(path: Path, document_id: str, message: str) -> Result:
    """The trace of a document that could not be read: its row in ``documents.csv``."""
    row = {
        "document_id": document_id,
        "source_file": path.name,
        "sha256": sha256_of(path),
        "status": "failed",
        "message": message,
    }
    return result({"documents": [row]}, message)


def _lost(job: Job, error: BaseException) -> Result:
    """A document whose reading ended its process, or met a mistake of ours."""
    if not isinstance(error, Exception):
        raise error
    known = told(error)
    advice = (
        "" if isinstance(known, Unforeseen) else "请核对原件；若能正常打开，请把它报告给维护者。"
    )
    message = f"{job.path.name}：{known}。{advice}"
    return replace(_failed(job.path, job.document_id, message), final=False)


def _jobs(paths: list[Path], contents: Mapping[Path, str]) -> list[Job]:
    """A name for each document; files of one name in different folders are told apart."""
    jobs: list[Job] = []
    taken: set[str] = set()
    for path in paths:
        name, number = document_id_of(path), 2
        while name in taken:
            name, number = f"{document_id_of(path)}-{number}", number + 1
        taken.add(name)
        content = contents.get(path)
        jobs.append(Job(path, name, sha256_of(path) if content is None else content))
    return jobs
