"""The clean package → the briefings of all its documents, and the index over them.

They are written beside the old ones and moved there together, the index first: whoever interrupts
it keeps the old briefings, and no page is newer than its index.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from unitbudget.briefing import coverage
from unitbudget.briefing.briefings import Task, brief_document, write_page
from unitbudget.briefing.notebooks import chapters
from unitbudget.briefing.overview import INDEX, Entry, index
from unitbudget.briefing.printing import print_pages
from unitbudget.errors import Refused
from unitbudget.log import told
from unitbudget.package import clean_folder, load, project, require_writable
from unitbudget.picturebook import FOLDER as PAGES
from unitbudget.running.workers import Workers, counted, each_done

#: A document whose chapters take longer than this, in seconds, is stuck.
PATIENCE = 600.0
FRESH = ".unitbudget-new"
#: How a page of ours says in its head that it is.
MARK = b'<meta name="generator" content="unitbudget">'


@dataclass(frozen=True, slots=True)
class Briefed:
    """What was written: for each document its briefing; and what could not be, and why."""

    written: tuple[Path, ...]
    failures: tuple[str, ...]


def brief(
    clean: str | Path | None = None,
    folder: str | Path | None = None,
    jobs: int = 0,
    pdf: bool = False,
    progress: bool = False,
) -> Briefed:
    """Write the briefings of all documents of a clean package, and the index over them.

    Raises ``Refused``, with nothing touched, where a file that is not ours would be overwritten,
    and for a package in which checks that hold are only counted.
    """
    clean = Path(clean or clean_folder()).resolve()
    folder = Path(folder or project() / "briefings").resolve()
    package, notebooks = load(clean), tuple(chapters())
    if package.counted:
        raise Refused(f"{clean} 里成立的勾稽只有条数，写不成简报：请先运行 run.py build --checks")
    rows = package.documents.to_dict("records")
    names = [str(row["document_id"]) for row in rows if row["status"] != "failed"]
    _refuse_to_overwrite(folder, names, [path.stem for path in notebooks])
    fresh = folder / FRESH
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    try:
        tasks = (
            (name, Task(package.document(name), clean / PAGES / name, fresh, notebooks))
            for name in names
        )
        count = min(jobs or os.cpu_count() or 1, max(len(names), 1))
        written = dict(counted(_written(tasks, count), "写简报", len(names), shown=progress))
        entries = [
            written.get(str(row["document_id"]))
            or Entry(str(row["source_file"]), failure=str(row["message"]))
            for row in rows
        ]
        write_page(fresh / INDEX, index(entries))
        write_page(fresh / coverage.PAGE, coverage.page(package.documents, INDEX))
        done = [name for name in names if not written[name].failure]
        failures = [each for name in names for each in written[name].failures]
        # A PDF is never older than its page: one that is there is printed anew, or goes.
        old = [name for name in done if _is_ours(folder / f"{name}.html")]
        old = [name for name in old if (folder / f"{name}.pdf").exists()]
        if printed := done if pdf else old:
            failures += _printed([fresh / f"{name}.html" for name in printed])
        for name in old:
            (folder / f"{name}.pdf").unlink()
        _move(fresh, folder, done)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return Briefed(tuple(folder / f"{name}.html" for name in done), tuple(failures))


def _written(tasks: Iterable[tuple[str, Task]], count: int) -> Iterator[tuple[str, Entry]]:
    """What the index says of each document, once its pages are there."""
    with Workers(count, PATIENCE) as workers:
        calls = ((name, (brief_document, task)) for name, task in tasks)
        for name, future in each_done(workers, calls, 2 * count):
            lost = future.exception()
            yield name, Entry(name, failure=f"{name}：{told(lost)}") if lost else future.result()


def _printed(pages: Iterable[Path]) -> list[str]:
    """The pages on paper; what went wrong takes nothing from the pages themselves."""
    try:
        print_pages(pages)
    except Exception as error:
        return [str(told(error))]
    return []


def _move(fresh: Path, folder: Path, names: Iterable[str]) -> None:
    """Put the new pages in the place of the old; chapters that are no longer told go."""
    for page in (INDEX, coverage.PAGE):
        (fresh / page).replace(folder / page)
    for name in names:
        (folder / name).mkdir(exist_ok=True)
        for old in (folder / name).glob("*.html"):
            if _is_ours(old):
                old.unlink()
        for new in [*fresh.glob(f"{escape(name)}.*"), *(fresh / name).glob("*.html")]:
            new.replace(folder / new.relative_to(fresh))


def _refuse_to_overwrite(folder: Path, names: list[str], chapters: list[str]) -> None:
    require_writable(folder, "--briefings")
    pages = [INDEX, coverage.PAGE, *(f"{name}.html" for name in names)]
    pages += [f"{name}/{chapter}.html" for name in names for chapter in chapters]
    strange = [page for page in pages if (folder / page).exists() and not _is_ours(folder / page)]
    if not (folder / INDEX).exists():
        strange += [f"{name}.xlsx" for name in names if (folder / f"{name}.xlsx").exists()]
    if strange:
        strange_one = folder / strange[0]
        raise Refused(f"{strange_one} 不是简报写的，没有动它：请用 --briefings 另给一个文件夹")


def _is_ours(page: Path) -> bool:
    if not page.is_file():
        return False
    with page.open("rb") as file:
        return MARK in file.read(2000)
