"""Notebooks performed in this process, for one document: the same cells without starting a kernel.

A fresh kernel for every chapter of every document would take longer than everything else together.
The stored notebooks are tested in fresh kernels; here only their answers for a document are wanted.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unitbudget.notebooks import NotebookFailed

if TYPE_CHECKING:
    from nbformat import NotebookNode


def perform(path: Path, env: Mapping[str, str]) -> NotebookNode:
    """A notebook with the outputs its cells give under these environment variables."""
    import nbformat

    notebook = nbformat.reads(path.read_text("utf-8"), as_version=4)
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


def _fresh_shell() -> tuple[Any, list[dict[str, Any]]]:
    """A shell that has seen nothing yet and keeps no history, and the list its answers go to."""
    from IPython.core.displayhook import CapturingDisplayHook
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    shell.display_pub = CapturingDisplayPublisher()
    outputs = shell.display_pub.outputs
    shell.display_trap.hook = CapturingDisplayHook(shell, outputs)
    return shell, outputs


def _output(shown: Mapping[str, Any]) -> NotebookNode:
    from nbformat.v4 import new_output

    return new_output("display_data", data=dict(shown["data"]), metadata=dict(shown["metadata"] or {}))


@contextmanager
def _environment(env: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(env)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
