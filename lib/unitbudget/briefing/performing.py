"""Notebooks performed in this process, for one document: the same cells without starting a kernel.

A fresh kernel for every chapter of every document would take longer than everything else together.
The stored notebooks are tested in fresh kernels; here only their answers for a document are wanted.
"""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from contextlib import nullcontext, redirect_stdout
from copy import deepcopy
from dataclasses import dataclass
from functools import cache, lru_cache
from html import unescape
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from unitbudget.briefing import typeface
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.charts import Chart
from unitbudget.briefing.notebooks import NotebookFailed, nbformat, read
from unitbudget.briefing.opening import at_hand
from unitbudget.briefing.webpage import TEMPLATES
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
            kept = [
                {"output_type": "display_data", "data": dict(shown["data"]),
                 "metadata": dict(shown["metadata"] or {})}
                for shown in [*outputs, *drawn] if shown["data"]
            ]  # fmt: skip
            if words := said.getvalue():
                kept.insert(0, {"output_type": "stream", "name": "stdout", "text": words})
            cell["outputs"] = [nbformat().from_dict(each) for each in kept]
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


# What was performed, as a chapter for readers: what it says, without the code that says it.


@dataclass(frozen=True, slots=True)
class Chapter:
    """An executed notebook: its name, its title, and its cells as the body of a page."""

    name: str
    title: str
    body: str


def chapter(name: str, notebook: Any) -> Chapter:
    """An executed notebook as a chapter: no code, its first heading taken for its title."""
    body, _ = _exporter().from_notebook_node(notebook)
    title = re.search(r"<h1[^>]*>(.*?)</h1>", body, re.DOTALL)
    text = unescape(re.sub(r"<[^>]+>", "", title[1])).rstrip("¶").strip() if title else name
    body = body.replace(title[0], "", 1) if title else body
    return Chapter(name, text, _tidied(body))


@cache
def _exporter() -> Any:
    from nbconvert.exporters import HTMLExporter
    from nbconvert.exporters.templateexporter import TemplateExporter

    class Cells(HTMLExporter):
        """Our template alone: it leaves nothing to be mended by parsing its own output again."""

        def from_notebook_node(self, *args: Any, **keywords: Any) -> Any:
            return TemplateExporter.from_notebook_node(self, *args, **keywords)

    kind: Any = Cells
    return kind(
        template_name=TEMPLATES.name,
        extra_template_basedirs=[str(TEMPLATES.parent)],
        exclude_input=True,
        exclude_input_prompt=True,
        exclude_output_prompt=True,
        optimistic_validation=True,
    )


def _tidied(body: str) -> str:
    """The body without links to headings, and with every wide table reachable by keyboard."""
    body = re.sub(r'<a class="anchor-link"[^>]*>.*?</a>', "", body)
    reachable = '<div class="scroll" tabindex="0" role="group" aria-label="表格">'
    return body.replace('<div class="scroll">', reachable).strip()
