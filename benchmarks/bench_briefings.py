"""Ten documents to briefings: the export, after the notebooks have run, beside nbconvert's own."""

from __future__ import annotations

import shutil
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from measuring import CORPUS, SCRATCH, Bar, bars, seconds, side_by_side, table
from unitbudget import build, load
from unitbudget.briefing.briefings import write_document
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.notebooks import chapters
from unitbudget.briefing.performing import chapter, perform
from unitbudget.briefing.proof import Evidence, Library
from unitbudget.package import Package
from unitbudget.running.brief import brief

OUT = SCRATCH / "briefings"
DOCUMENTS, PROCESSES = 10, 2


def run(rounds: int) -> int:
    """Pages and workbooks of ten real documents, in two processes that have run their notebooks."""
    if not CORPUS.is_dir():
        print(f"没有 {CORPUS}，不量这一项")
        return 0
    shutil.rmtree(OUT, ignore_errors=True)
    build(sorted((CORPUS / "real").glob("*.pdf"))[:DOCUMENTS], OUT / "clean")
    package = load(OUT / "clean")
    documents = [package.document(str(name)) for name in package.documents["document_id"]]
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        ran = list(pool.map(_run, documents))
        ways = {
            "ours": lambda: list(pool.map(_export, documents, ran)),
            "stock": lambda: list(pool.map(_stock, ran)),
        }
        took = side_by_side(ways, rounds)
    whole = seconds(lambda: brief(OUT / "clean", OUT / "briefed", jobs=PROCESSES))
    every = len(documents) * len(chapters())
    table(
        ["seconds", f"{len(documents)} documents, {every} pages, {PROCESSES} processes"],
        [
            ["export: pages with their proof, fonts and workbooks", took["ours"]],
            ["nbconvert's stock pages of the same notebooks, without any of it", took["stock"]],
            ["brief: processes started, notebooks run, exported", whole],
        ],
    )
    heaviest = max(path.stat().st_size for path in OUT.rglob("*.html")) / 1e6
    return bars(
        [
            Bar("export of ten documents", took["ours"], 5, unit=" s"),
            Bar("the heaviest page", heaviest, 2, unit=" MB"),
        ]
    )


def _run(document: Package) -> list[Any]:
    budget = Budget(document, _name(document), OUT / "clean")
    return [perform(path, budget) for path in chapters()]


def _export(document: Package, ran: list[Any]) -> None:
    library = Library(Budget(document, _name(document), OUT / "clean"))
    pairs = zip(chapters(), ran, strict=True)
    parts = [(chapter(path.stem, each), Evidence(library)) for path, each in pairs]
    write_document(library, parts, OUT / "pages")


def _stock(ran: list[Any]) -> None:
    from nbconvert.exporters import HTMLExporter

    exporter: Any = HTMLExporter()
    for notebook in ran:
        exporter.from_notebook_node(notebook)


def _name(document: Package) -> str:
    return str(document.documents["document_id"].iloc[0])
