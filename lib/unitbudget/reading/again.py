"""A second look at the pages of tables whose rules the first look did not find.

First rules printed in pieces are joined; then, where none are printed, they are drawn from the
headings. Either way the cells are read as on every other page, twice.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from unitbudget.documents import Printed
from unitbudget.reading import extract
from unitbudget.reading.identified import Identified
from unitbudget.reading.rules import missing, pieced
from unitbudget.reading.unruled import missing_rules

#: No table runs over more pages than this.
LONGEST = 12


def completed(
    path: Path, printed: Printed, survey: Callable[[Printed], Identified]
) -> tuple[Printed, Identified]:
    """The document and its tables, with those whose rules had to be looked for."""
    found = survey(printed)
    for look in (_in_pieces, _not_printed):
        if found.unruled:
            printed = look(path, printed, found)
            found = survey(printed)
    return printed, found


def _in_pieces(path: Path, printed: Printed, found: Identified) -> Printed:
    return extract.with_rules(printed, extract.again(path, _pages(printed, found)), pieced)


def _not_printed(path: Path, printed: Printed, found: Identified) -> Printed:
    second = extract.again(path, _pages(printed, found))
    rules = missing_rules(printed, found.unruled, second.glyphs, found.year)
    return extract.with_rules(printed, second.on(rules), missing(rules), drawn=True)


def _pages(printed: Printed, found: Identified) -> list[int]:
    """The pages a missing table may run over: those below its title that hold no table read."""
    read = {part.page for joined in found.tables for part in (joined.header, *joined.parts)}
    near = {title.page + after for title in found.unruled for after in range(LONGEST)}
    return [page.number for page in printed.pages if page.number in near - read]
