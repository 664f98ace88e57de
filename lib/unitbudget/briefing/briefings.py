"""One document → its briefing for readers without a notebook, every number with its proof.

``<document>.html`` is one file, complete in itself; the chapters of a document lie in a folder of
its name, the same numbers beside it as a workbook, and ``index.html`` leads to them all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from unitbudget import __version__
from unitbudget.auditing.rules import rules_version
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.chapter import Chapter, chapter
from unitbudget.briefing.notebooks import SUMMARY
from unitbudget.briefing.overview import INDEX, Entry, entry
from unitbudget.briefing.performing import perform
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
class Link:
    """A page that belongs to a page, and whether it is the one being read."""

    href: str
    label: str
    current: bool = False


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
    setting = Setting(Budget(task.document, name, task.pictures.parent.parent))
    parts, failed = [], []
    for path in task.notebooks:
        proofs = setting.evidence()
        try:
            with proofs.collecting():
                done = perform(path, setting.budget)
                part = chapter(path.stem, done)
            if not (compares(done) and NUMBER not in part.body):
                parts.append((part, proofs))
        except Exception as error:
            why = told(error)
            said = f'<p class="missing">这一章没有写成：{safe(why)}</p>'
            lost = Chapter(path.stem, f"{path.stem}（没有写成）", said)
            parts.append((lost, setting.evidence()))
            failed.append(f"{name}：{why}")
    return replace(write_document(setting, parts, task.folder), failed=tuple(failed))


def compares(notebook: Any) -> bool:
    """Is it a chapter that is left out where there is nothing to compare?"""
    return any("compares" in cell["metadata"].get("tags", ()) for cell in notebook["cells"])


def write_document(
    setting: Setting, parts: Sequence[tuple[Chapter, Evidence]], folder: Path
) -> Entry:
    """The pages and the workbook of one document, from its chapters and their proofs."""
    name, chapters = setting.budget.id, [part for part, _ in parts]
    home = folder / f"{name}.html"
    proofs = {part.name: proof for part, proof in parts}
    with proofs.get(SUMMARY, setting.evidence()).collecting(home.name):
        listed = entry(setting.budget, home.name)
    pages = finished([page(setting, part, proof, chapters) for part, proof in parts])
    for part, content in zip(chapters, pages, strict=True):
        write_page(home if part.name == SUMMARY else folder / name / f"{part.name}.html", content)
    write_workbook(setting.budget.package, folder / f"{name}.xlsx", first_page(setting.budget))
    return listed


@dataclass(frozen=True)
class Setting:
    """What the pages of one document share: its facts, its pictures, its sources."""

    budget: Budget

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.budget.facts

    @property
    def title(self) -> str:
        return plain(self.budget.title)

    @property
    def byline(self) -> str:
        return f"据原文 {self.facts['pages']} 页逐数核对 · 点带点线的数，看它印在哪里"

    @property
    def imprint(self) -> list[str]:
        return [
            "数字只取自公开的原文，或由原文的数算出；点任何一个数，可以看到原文的那一格、算式和核对结果。",
            f"原文件 {plain(self.facts['source_file'])}，SHA-256 {self.facts['sha256']}；"
            f"unitbudget {__version__}，规则 {rules_version()}",
        ]

    def evidence(self) -> Evidence:
        return Evidence(self.library)

    @cached_property
    def library(self) -> Library:
        return Library(self.budget)

    def links(self, current: Chapter) -> list[Link]:
        """The pages a reader of one of them may want, but the chapters."""
        at_home = current.name == SUMMARY
        up = "" if at_home else "../"
        home = Link(f"{up}{self.budget.id}.html", "简报", at_home)
        return [Link(up + INDEX, "全部文件"), home, Link(f"{up}{self.budget.id}.xlsx", "数据表")]

    def chapters(self, parts: Iterable[Chapter], current: Chapter) -> list[Link]:
        """The chapters of the document, as they are reached from one of its pages."""
        down = f"{self.budget.id}/" if current.name == SUMMARY else ""
        return [
            Link(f"{down}{part.name}.html", part.title, part is current)
            for part in parts
            if part.name != SUMMARY
        ]


def page(setting: Setting, part: Chapter, evidence: Evidence, chapters: Sequence[Chapter]) -> str:
    """The draft of one page of a briefing: the body, its proof, the ways to the other pages."""
    at_home = part.name == SUMMARY
    return draft(
        "briefing.html.j2",
        script=asset("panel.js"),
        title=setting.title if at_home else f"{part.title} · {setting.title}",
        kicker="单位预算公开解读" if at_home else setting.title,
        heading=setting.title if at_home else part.title,
        byline=setting.byline,
        links=setting.links(part),
        chapters=setting.chapters(chapters, part),
        body=Html(part.body),
        evidence=evidence,
        imprint=setting.imprint,
    )


def write_page(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
