"""An executed notebook as a chapter for readers: what it says, without the code that says it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import unescape
from typing import Any

from unitbudget.briefing.webpage import TEMPLATES


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
