"""Notebooks performed in this process, for one document: the same cells without starting a kernel.

A fresh kernel for every chapter of every document would take longer than everything else together.
The stored notebooks are tested in fresh kernels; here only their answers for a document are wanted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from unitbudget.publishing.notebooks import NotebookFailed

Outputs = list[dict[str, Any]]


def perform(path: Path, env: Mapping[str, str]) -> Any:
    """A notebook with the outputs its cells give under these environment variables."""
    import nbformat

    reads: Any = nbformat.reads
    notebook = reads(path.read_text("utf-8"), as_version=4)
    with _environment(env):
        shell, outputs = _fresh_shell()
        for cell in notebook["cells"]:
            if cell["cell_type"] != "code":
                continue
            outputs.clear()
            result = shell.run_cell(cell["source"], store_history=False)
            if not result.success:
                error = result.error_before_exec or result.error_in_exec
                raise NotebookFailed(f"{path.name}：{type(error).__name__}：{error}") from error
            cell["outputs"] = [_output(shown) for shown in outputs if shown["data"]]
    return notebook


def _fresh_shell() -> tuple[Any, Outputs]:
    """A shell that has seen nothing yet and keeps no history, and the list its answers go to."""
    from IPython.core import displayhook, displaypub
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    publisher: Any = displaypub.CapturingDisplayPublisher
    hook: Any = displayhook.CapturingDisplayHook
    kind: Any = InteractiveShell
    kind.clear_instance()
    shell = kind.instance(config=Config({"HistoryManager": {"enabled": False}}))
    # A broken cell is told as one sentence, by who asked for it.
    shell._showtraceback = lambda *_: None
    shell.display_pub = publisher()
    outputs: Outputs = shell.display_pub.outputs
    shell.display_trap.hook = hook(shell, outputs)
    return shell, outputs


def _output(shown: Mapping[str, Any]) -> Any:
    from nbformat import v4

    make: Any = v4.new_output
    metadata = dict(shown["metadata"] or {})
    return make("display_data", data=dict(shown["data"]), metadata=metadata)


@contextmanager
def _environment(env: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
