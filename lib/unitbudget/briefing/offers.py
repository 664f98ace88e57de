"""What a document offers an analyst to choose from, and the words of the desk."""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.budget import Budget, open_budget
from unitbudget.briefing.questions import Question
from unitbudget.briefing.words import Sentence, formed, plain, vocabulary
from unitbudget.package import load

#: A choice as readers see it, and what it stands for.
Choice = tuple[str, Any]

#: Every row, and every measure of a table printed as one row.
ALL, EVERY = 0, ""


@cache
def wording() -> dict[str, Any]:
    source = files("unitbudget") / "reference" / "desk.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def word(key: str, **values: Any) -> Sentence:
    """The sentence of that name, its blanks filled."""
    return formed(str(wording()["sentences"][key]), **values)


def opened(clean: Path, document: str) -> Budget:
    """A document of the package as it is on disk now."""
    return _opened(clean, document, _stamp(clean))


@lru_cache(maxsize=8)
def _opened(clean: Path, document: str, _written: int) -> Budget:
    return open_budget(document, clean)


def _stamp(clean: Path) -> int:
    """When the package was last written: what was read before that is read again."""
    return (clean / "datapackage.json").stat().st_mtime_ns


@lru_cache(maxsize=8)
def _listed(clean: Path, _written: int) -> tuple[tuple[str, str], ...]:
    documents = load(clean).documents
    read = documents[documents["status"] != "failed"]
    pairs = zip(read["title"], read["document_id"], strict=True)
    return tuple((plain(title) or str(name), str(name)) for title, name in pairs)


def documents(clean: Path) -> list[Choice]:
    """The documents that were read, by title."""
    return list(_listed(clean, _stamp(clean)))


def tables(budget: Budget) -> list[Choice]:
    """The tables a document prints, in printed order."""
    found = []
    for table in budget.document.tables:
        name = budget.document.table_name(table)
        key = "unread_table" if table in budget.ledger.unread else "empty_table"
        said = name if budget.of(table).rows else str(word(key, table=name))
        found.append((plain(said), table))
    return found


def sides(question: Question) -> list[Choice]:
    """The sides of a two-sided table; nothing where there is one."""
    names = vocabulary()["directions"]
    sides = dict.fromkeys(row[0].direction for row in question.rows)
    return [(names[side], side) for side in names if side in sides] if len(sides) > 1 else []


def levels(question: Question) -> list[Choice]:
    """The levels the codes of the rows go down to."""
    widths = sorted({len(row[0].code) for row in question.rows if row[0].code})
    names = wording()["levels"]
    levels = [(names[str(w // 2)], w // 2) for w in widths if str(w // 2) in names]
    return [*levels, (names["all"], ALL)] if len(levels) != 1 else levels


def measures(question: Question) -> list[Choice]:
    """What is printed of the rows in the document's own year and phase."""
    if question.rows and not any(row[0].code or row[0].name for row in question.rows):
        return [(str(word("every_measure")), EVERY)]
    ledger, names = question.document.ledger, rule_book().measures
    own = ledger.year, ledger.phase
    entries = [entry for row in question.rows for entry in row]
    found = dict.fromkeys(e.measure for e in entries if (e.year, e.phase) == own)
    return [(names.get(measure, measure), measure) for measure in found]
