"""Notebooks performed in this process, for one document: the same cells without starting a kernel.

A fresh kernel for every chapter of every document would take longer than everything else together.
The stored notebooks are tested in fresh kernels; here only their answers for a document are wanted.
"""

from __future__ import annotations

import sys
from base64 import b64encode
from collections.abc import Mapping
from contextlib import nullcontext, redirect_stdout
from copy import deepcopy
from functools import lru_cache
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from unitbudget.briefing import typeface
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.charts import Chart
from unitbudget.briefing.notebooks import NotebookFailed, nbformat, read
from unitbudget.briefing.opening import at_hand
from unitbudget.money import display

Outputs = list[dict[str, Any]]
#: Pictures of an analyst's own drawing: sharp on paper and on a telephone, and not heavy.
DOTS_PER_INCH = 160


def perform(path: Path, budget: Budget) -> Any:
    """A notebook with the outputs its cells give about this document."""
    notebook = deepcopy(_unanswered(path, path.stat().st_mtime_ns if path.is_file() else 0))
    with at_hand(budget), _typeface(notebook):
        shell, outputs = _fresh_shell()
        for cell in notebook["cells"]:
            if cell["cell_type"] != "code":
                continue
            outputs.clear()
            said = StringIO()
            with redirect_stdout(said):
                result = shell.run_cell(cell["source"], store_history=False)
            if not result.success:
                error = result.error_before_exec or result.error_in_exec
                raise NotebookFailed(f"{path.name}：{type(error).__name__}：{error}") from error
            drawn = [{"data": data, "metadata": about} for data, about in _drawn()]
            cell["outputs"] = [_output(shown) for shown in [*outputs, *drawn] if shown["data"]]
            if words := said.getvalue():
                cell["outputs"].insert(0, _stream(words))
    return notebook


@lru_cache(maxsize=64)
def _unanswered(path: Path, _changed: int) -> Any:
    """A notebook without its stored answers, read once for all documents."""
    notebook = read(path)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    return notebook


def _typeface(notebook: Any) -> Any:
    """The suite's typeface for what a notebook draws itself; nothing where it does not draw."""
    if not any("plot" in cell["source"] for cell in notebook["cells"]):
        return nullcontext()
    import matplotlib

    return matplotlib.rc_context({**typeface.rc(), "backend": "agg"})


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
    shell = kind(config=Config({"HistoryManager": {"enabled": False}}))
    # A broken cell is told as one sentence, by who asked for it.
    shell._showtraceback = lambda *_: None
    shell.display_pub = publisher()
    outputs: Outputs = shell.display_pub.outputs
    shell.display_trap.hook = hook(shell, outputs)
    own = shell.display_formatter.ipython_display_formatter
    own.for_type(Chart, lambda chart: shell.display_pub.publish({"text/html": chart.on_page}))
    own.for_type(Budget, lambda _: None)
    # What drawing returns is no answer: the drawing itself is.
    for module, name in (("matplotlib.axes._axes", "Axes"), ("matplotlib.figure", "Figure")):
        own.for_type_by_name(module, name, lambda _: None)
    display.register(shell, display.html)
    return shell, outputs


def _drawn() -> list[tuple[dict[str, str], dict[str, Any]]]:
    """The figures a cell drew with matplotlib, each as a picture with its title for words."""
    pyplot: Any = sys.modules.get("matplotlib.pyplot")
    found = []
    for number in pyplot.get_fignums() if pyplot else ():
        figure, content = pyplot.figure(number), BytesIO()
        with typeface.strict_glyphs():
            figure.savefig(content, format="png", dpi=DOTS_PER_INCH, bbox_inches="tight")
        titles = [figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)]
        alt = "；".join(filter(None, titles)) or "图"
        data = {"image/png": b64encode(content.getvalue()).decode(), "text/plain": alt}
        found.append((data, {"image/png": {"alt": alt}}))
    if pyplot:
        pyplot.close("all")
    return found


def _output(shown: Mapping[str, Any]) -> Any:
    kept = {"data": dict(shown["data"]), "metadata": dict(shown["metadata"] or {})}
    return nbformat().from_dict({"output_type": "display_data", **kept})


def _stream(words: str) -> Any:
    return nbformat().from_dict({"output_type": "stream", "name": "stdout", "text": words})
