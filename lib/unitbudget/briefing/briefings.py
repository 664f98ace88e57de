"""One document → its briefing for readers without a notebook, every number with its proof.

``<document>.html`` is one file, complete in itself; the chapters of a document lie in a folder of
its name, the same numbers beside it as a workbook, and ``index.html`` leads to them all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from unitbudget import __version__
from unitbudget.auditing.rules import rules_version
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.notebooks import SUMMARY
from unitbudget.briefing.overview import INDEX, Entry, entry
from unitbudget.briefing.performing import Chapter, chapter, perform
from unitbudget.briefing.proof import Evidence, Library
from unitbudget.briefing.summary import first_page
from unitbudget.briefing.webpage import Html, asset, draft, finished
from unitbudget.briefing.workbook import write_workbook
from unitbudget.log import told
from unitbudget.money.display import plain, safe
from unitbudget.package import Package

#: How a number looks in the body of a page.
NUMBER = '<a class="figure"'


@dataclass(frozen=True, slots=True)
class Task:
    """One document to be briefed: its numbers, its pictures, and where its pages go."""

    document: Package
    pictures: Path
    folder: Path
    notebooks: tuple[Path, ...]


def brief_document(task: Task) -> Entry:
    """Write everything about one document; a chapter that fails costs itself, and says so."""
    name = str(task.document.documents["document_id"].iloc[0])
    library = Library(Budget(task.document, name, task.pictures.parent.parent))
    parts, failed = [], []
    for path in task.notebooks:
        proofs = Evidence(library)
        try:
            with proofs.collecting():
                done = perform(path, library.budget)
                part = chapter(path.stem, done)
            if not (compares(done) and NUMBER not in part.body):
                parts.append((part, proofs))
        except Exception as error:
            why = told(error)
            said = f'<p class="missing">这一章没有写成：{safe(why)}</p>'
            lost = Chapter(path.stem, f"{path.stem}（没有写成）", said)
            parts.append((lost, Evidence(library)))
            failed.append(f"{name}：{why}")
    return replace(write_document(library, parts, task.folder), failed=tuple(failed))


def compares(notebook: Any) -> bool:
    """Is it a chapter that is left out where there is nothing to compare?"""
    return any("compares" in cell["metadata"].get("tags", ()) for cell in notebook["cells"])


def write_document(
    library: Library, parts: Sequence[tuple[Chapter, Evidence]], folder: Path
) -> Entry:
    """The pages and the workbook of one document, from its chapters and their proofs."""
    budget, chapters = library.budget, [part for part, _ in parts]
    home = folder / f"{budget.id}.html"
    proofs = {part.name: proof for part, proof in parts}
    with proofs.get(SUMMARY, Evidence(library)).collecting(home.name):
        listed = entry(budget, home.name)
    pages = finished([page(budget, part, proof, chapters) for part, proof in parts])
    for part, content in zip(chapters, pages, strict=True):
        place = home if part.name == SUMMARY else folder / budget.id / f"{part.name}.html"
        write_page(place, content)
    write_workbook(budget.package, folder / f"{budget.id}.xlsx", first_page(budget))
    return listed


def page(budget: Budget, part: Chapter, evidence: Evidence, chapters: Sequence[Chapter]) -> str:
    """The draft of one page of a briefing: the body, its proof, the ways to the other pages."""
    at_home, title = part.name == SUMMARY, plain(budget.title)
    up, down = ("", f"{budget.id}/") if at_home else ("../", "")
    home = f"{up}{budget.id}.html", "简报", at_home
    return draft(
        "briefing.html.j2",
        script=asset("panel.js"),
        title=title if at_home else f"{part.title} · {title}",
        kicker="单位预算公开解读" if at_home else title,
        heading=title if at_home else part.title,
        facts=budget.facts,
        links=[(up + INDEX, "全部文件", False), home, (f"{up}{budget.id}.xlsx", "数据表", False)],
        chapters=[
            (f"{down}{each.name}.html", each.title, each is part)
            for each in chapters
            if each.name != SUMMARY
        ],
        body=Html(part.body),
        evidence=evidence,
        made_by=f"unitbudget {__version__}，规则 {rules_version()}",
    )


def write_page(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
