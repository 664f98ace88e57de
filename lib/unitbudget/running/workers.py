"""Processes that read documents, one task each at a time, in time or not at all.

An ``Executor`` like those of the standard library, with three differences: a task that crashes its
process costs nobody else anything, one that runs past its limit is ended together with it, and an
interruption ends them all at once.
"""

from __future__ import annotations

import gc
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice
from multiprocessing import get_context, resource_tracker
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from tqdm import tqdm

from unitbudget.errors import UnitBudgetError
from unitbudget.log import keep_remarks, told

#: pdfium is not thread-safe and must not be forked while open: every worker starts afresh.
_CONTEXT = get_context("spawn")
#: So many seconds pass between two lines that say how far we are, where no bar can be drawn.
_SILENCE = 5.0
#: A worker looks for dead objects when so many more were made: a document is many small ones that
#: live until it is done.
_MADE = 200_000

Key = TypeVar("Key")
Item = TypeVar("Item")
Task = tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]


class WorkerLost(UnitBudgetError):
    """The process that worked on a document crashed or ran past its limit."""


class Workers(Executor):
    """So many processes, each with a limit of seconds for a task."""

    def __init__(self, count: int, limit: float) -> None:
        self._limit = limit
        self._tasks: queue.SimpleQueue[Task | None] = queue.SimpleQueue()
        self._children: dict[str, _Child] = {}
        if sys.platform != "win32":
            resource_tracker.ensure_running()  # it would let Ctrl-C through to our processes
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
        for child in list(self._children.values()) if cancel_futures else []:
            child.kill()
        for thread in self._threads:
            if wait:
                thread.join()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.shutdown(wait=kind is None, cancel_futures=kind is not None)

    def _serve(self) -> None:
        """One worker's life: a process, replaced whenever a task ended it."""
        if sys.platform != "win32":
            # Handed down to the process: Ctrl-C is for the one who started it, who then ends it.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        name = threading.current_thread().name
        while task := self._tasks.get():
            future, fn, arguments = task
            if not future.set_running_or_notify_cancel():
                continue
            try:
                child = self._children.get(name) or self._children.setdefault(name, _Child())
                future.set_result(child.run(fn, arguments, self._limit))
            except BaseException as error:
                if isinstance(error, WorkerLost):
                    del self._children[name]
                future.set_exception(error)
        if name in self._children:
            self._children.pop(name).end()


class _Child:
    """One process and the line to it; started when the first task comes."""

    def __init__(self) -> None:
        self._line, far_end = _CONTEXT.Pipe()
        self._process = _CONTEXT.Process(target=_work, args=(far_end,), daemon=True)
        self._process.start()
        far_end.close()
        self._started = False

    def run(self, fn: Callable[..., Any], arguments: tuple[Any, ...], limit: float) -> Any:
        try:
            if not self._started:  # which takes its time on a busy machine
                self._started = self._line.recv()
            self._line.send((fn, arguments))
            if not self._line.poll(limit):
                self._process.kill()
                raise WorkerLost(f"超过 {limit:g} 秒仍未完成，已中止")
            succeeded, outcome = self._line.recv()
        except (EOFError, OSError) as error:
            self._process.join(1)
            raise WorkerLost(f"进程中途退出（退出码 {self._process.exitcode}）") from error
        if not succeeded:
            raise outcome
        return outcome

    def kill(self) -> None:
        self._process.kill()

    def end(self) -> None:
        self._line.close()
        self._process.join(5)
        self._process.kill()


def _work(line: Connection) -> None:
    """Take tasks until the line is closed."""
    # Nothing a worker does needs it, and pandas would load it at every start.
    sys.modules.setdefault("pyarrow", None)  # type: ignore[arg-type]
    keep_remarks()
    gc.set_threshold(_MADE, 10, 10)
    line.send(True)
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
            line.send((False, told(error)))


def each_done(
    executor: Executor, calls: Iterable[tuple[Key, tuple[Any, ...]]], ahead: int
) -> Iterator[tuple[Key, Future[Any]]]:
    """Every call made, as it is done; no more than ``ahead`` of them are given out at a time."""
    waiting: dict[Future[Any], Key] = {}
    left = iter(calls)
    while True:
        for key, call in islice(left, ahead - len(waiting)):
            waiting[executor.submit(*call)] = key
        if not waiting:
            return
        # Woken now and then, because on some systems a wait without end does not hear Ctrl-C.
        for future in wait(waiting, timeout=1, return_when=FIRST_COMPLETED).done:
            yield waiting.pop(future), future


def counted(
    done: Iterable[Item], doing: str, total: int, so_far: int = 0, shown: bool = True
) -> Iterator[Item]:
    """The same, with a bar on a terminal, and elsewhere a line from time to time."""
    if not shown:
        yield from done
        return
    if sys.stderr.isatty():
        yield from tqdm(done, desc=doing, total=total, initial=so_far, unit="份", leave=False)
        return
    said = time.monotonic()
    for number, each in enumerate(done, start=so_far + 1):
        yield each
        if time.monotonic() - said > _SILENCE and number < total:
            said = time.monotonic()
            print(f"{doing} {number}/{total}", flush=True)
