"""A document as it is read: once, and again where the rules of a table are printed in pieces."""

from __future__ import annotations

from pathlib import Path

from unitbudget.documents import Printed
from unitbudget.reading.extract import read_again, read_printed
from unitbudget.reading.identified import Identified
from unitbudget.reading.identify import survey
from unitbudget.reading.metadata import Metadata, metadata
from unitbudget.reading.rules import pieced

#: No table runs over more pages than this.
LONGEST = 12


def surveyed(path: Path) -> tuple[Printed, Metadata, Identified]:
    """What a document prints, what it says of itself, and its tables; raises as its readers do."""
    printed = read_printed(path)
    about = metadata(printed)
    found = survey(printed, about.fiscal_year, about.kind)
    if found.unruled:
        printed = read_again(path, printed, _pages(printed, found), pieced)
        found = survey(printed, about.fiscal_year, about.kind)
    return printed, about, found


def _pages(printed: Printed, found: Identified) -> list[int]:
    """The pages a missing table may run over: those below its title that hold no table read."""
    read = {part.page for joined in found.tables for part in (joined.header, *joined.parts)}
    near = {page + after for page in found.unruled for after in range(LONGEST)}
    return [page.number for page in printed.pages if page.number in near - read]
