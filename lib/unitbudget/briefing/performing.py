"""Notebooks performed in this process, for one document: the same cells without starting a kernel.

A fresh kernel for every chapter of every document would take longer than everything else together.
The stored notebooks are tested in fresh kernels; here only their answers for a document are wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unitbudget.briefing.budget import Budget, at_hand
from unitbudget.briefing.charts import Chart
from unitbudget.briefing.drawn import on_page
from unitbudget.briefing.notebooks import NotebookFailed, nbformat, read

Outputs = list[dict[str, Any]]


def perform(path: Path, budget: Budget) -> Any:
    """A notebook with the outputs its cells give about this document."""
    notebook = read(path)
    with at_hand(budget):
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
    """A shell that has seen nothing yet and keeps no history, and the list its answers go to.

    Charts are drawn for a page here, without the picture that a notebook keeps of them; and which
    document it is, the head of a page has said.
    """
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
    own = shell.display_formatter.ipython_display_formatter
    own.for_type(Chart, lambda chart: shell.display_pub.publish({"text/html": on_page(chart)}))
    own.for_type(Budget, lambda _: None)
    return shell, outputs


def _output(shown: Mapping[str, Any]) -> Any:
    kept = {"data": dict(shown["data"]), "metadata": dict(shown["metadata"] or {})}
    return nbformat().from_dict({"output_type": "display_data", **kept})
