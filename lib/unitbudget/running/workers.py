"""Processes that read documents, one task each at a time, in time or not at all.

An ``Executor`` like those of the standard library, with two differences: a task that crashes its
process costs nobody else anything, and one that runs past its limit is ended together with it.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from multiprocessing import get_context
from multiprocessing.connection import Connection
from typing import Any

from unitbudget.errors import UnitBudgetError

#: pdfium is not thread-safe and must not be forked while open: every worker starts afresh.
_CONTEXT = get_context("spawn")


class WorkerLost(UnitBudgetError):
    """The process that worked on a document crashed or ran past its limit."""


Task = tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]


class Workers(Executor):
    """So many processes, each with a limit of seconds for a task."""

    def __init__(self, count: int, limit: float) -> None:
        self._limit = limit
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=self._serve, name=f"worker-{number}", daemon=True)
            for number in range(count)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, fn: Callable[..., Any], /, *arguments: Any, **_keywords: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self._tasks.put((future, fn, arguments))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        while cancel_futures and not self._tasks.empty():
            if task := self._tasks.get():
                task[0].cancel()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            if wait:
                thread.join()

    def _serve(self) -> None:
        """One worker's life: a process, replaced whenever a task ended it."""
        child = _Child()
        while task := self._tasks.get():
            future, fn, arguments = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(child.run(fn, arguments, self._limit))
            except WorkerLost as lost:
                future.set_exception(lost)
                child = _Child()
            except BaseException as error:
                future.set_exception(error)
        child.end()


class _Child:
    """One process and the line to it; started when the first task comes."""

    def __init__(self) -> None:
        self._line, far_end = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_work, args=(far_end,), daemon=True)
        self._process.start()
        far_end.close()

    def run(self, fn: Callable[..., Any], arguments: tuple[Any, ...], limit: float) -> Any:
        try:
            self._line.send((fn, arguments))
            if not self._line.poll(limit):
                self._process.kill()
                raise WorkerLost(f"超过 {limit:g} 秒仍未读完，已中止")
            succeeded, outcome = self._line.recv()
        except (EOFError, OSError) as error:
            self._process.join(1)
            raise WorkerLost(
                f"读取进程中途退出（退出码 {self._process.exitcode}），文件可能已损坏"
            ) from error
        if not succeeded:
            raise outcome
        return outcome

    def end(self) -> None:
        self._line.close()
        self._process.join(5)
        self._process.kill()


def _work(line: Connection) -> None:
    """Take tasks until the line is closed."""
    while True:
        try:
            fn, arguments = line.recv()
        except (EOFError, KeyboardInterrupt):
            return
        try:
            line.send((True, fn(*arguments)))
        except KeyboardInterrupt:
            return
        except BaseException as error:
            line.send((False, error))
