"""Tables for readers: figures aligned and traceable in HTML, and the whole table as CSV.

The CSV is the text a notebook stores beside the table, so that one changed digit fails its test.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

from unitbudget.briefing.words import Said, Sentence, plain, safe, shown, tag, text, vocabulary
from unitbudget.figures import Figure

Content = str | int | Figure | Said | Sentence | None

# Tables with more columns are read row by row on a telephone.
NARROW = 4
# What a blank is shown as: printed blank is not zero.
BLANK = "—"


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column: its words, and how the figures below it are said."""

    label: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as readers see it; without rows it says in a sentence what is missing."""

    caption: Sentence
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Content, ...], ...]
    source: str = ""
    missing: str = ""
    total: tuple[Content, ...] = ()

    @property
    def figures(self) -> tuple[Figure, ...]:
        found: list[Figure] = []
        for cell in (cell for row in (*self.rows, self.total) for cell in row):
            found += [cell] if isinstance(cell, Figure) else []
            found += [cell.figure] if isinstance(cell, Said) else []
            found += cell.figures if isinstance(cell, Sentence) else ()
        return tuple(found)

    @property
    def csv(self) -> str:
        sheet = StringIO()
        writer = csv.writer(sheet, lineterminator="\n")
        writer.writerow([heading.label for heading in self.headings])
        for row in (*self.rows, *filter(None, [self.total])):
            writer.writerow([_raw(cell) for cell in row])
        return sheet.getvalue().rstrip("\n")

    @property
    def html(self) -> str:
        if self.missing and not self.rows:
            return f'<p class="missing">{safe(self.missing)}</p>'
        kinds = [self._kind(column) for column in range(len(self.headings))]
        head = "".join(
            f'<th class="{kind}">{safe(heading.label)}</th>'
            for heading, kind in zip(self.headings, kinds, strict=True)
        )
        body = "".join(self._row(row, kinds) for row in self.rows)
        foot = f"<tfoot>{self._row(self.total, kinds)}</tfoot>" if self.total else ""
        wide = ' class="wide"' if len(self.headings) > NARROW else ""
        caption = f"<figcaption>{self.caption.html}</figcaption>" if self.caption.parts else ""
        notes = "".join(
            f'<p class="{kind}">{safe(note)}</p>'
            for kind, note in (("missing", self.missing), ("source", self.source))
            if note
        )
        grid = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>{foot}"
        return (
            f'<figure class="table">{caption}<div class="scroll"><table{wide}>{grid}</table></div>'
            f"{notes}</figure>"
        )

    def _kind(self, column: int) -> str:
        """What a column holds: numbers, the names its rows go by, their codes, or other words."""
        if any(isinstance(row[column], (Figure, Said, int)) for row in self.rows):
            return "number"
        coded = self.headings[0].label == vocabulary()["columns"]["code"]
        return {0: "code" if coded else "name", 1: "name" if coded else "text"}.get(column, "text")

    def _row(self, row: Sequence[Content], kinds: Sequence[str]) -> str:
        """The row; each cell carries its heading for screens too narrow for columns."""
        cells = zip(row, self.headings, kinds, strict=True)
        return (
            "<tr>"
            + "".join(
                f'<td class="{kind}{_blank(cell)}" data-label="{safe(heading.label)}">'
                f"{_cell(cell, heading.style)}</td>"
                for cell, heading, kind in cells
            )
            + "</tr>"
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        notes = [note for note in (self.missing, self.source) if note]
        lines = [str(self.caption)] if self.caption.parts else []
        lines += [self.csv] if self.rows else []
        return {"text/html": self.html, "text/plain": "\n".join(lines + notes)}


def table(
    caption: Sentence | str,
    headings: Sequence[str | tuple[str, str]],
    rows: Iterable[Sequence[Content]],
    source: str = "",
    missing: str = "",
    total: Sequence[Content] = (),
) -> Shown:
    """A table of words and figures; a heading may say how its figures are said."""
    heads = tuple(Heading(head) if isinstance(head, str) else Heading(*head) for head in headings)
    said = text(caption) if isinstance(caption, str) else caption
    return Shown(said, heads, tuple(map(tuple, rows)), source, missing, tuple(total))


def _blank(cell: Content) -> str:
    return " blank" if cell in (None, "") else ""


def _cell(cell: Content, style: str) -> str:
    if cell is None:
        return BLANK
    if isinstance(cell, Figure):
        return tag(cell, shown(cell, style))
    if isinstance(cell, Said):
        return tag(cell.figure, cell.text)
    return cell.html if isinstance(cell, Sentence) else safe(cell)


def _raw(cell: Content) -> str:
    if isinstance(cell, Figure):
        return f"{cell.value:f}"
    if isinstance(cell, Said):
        return f"{cell.figure.value:f}"
    return "" if cell is None else plain(cell)
