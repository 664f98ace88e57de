"""Tables for readers: figures aligned and traceable in HTML, and the whole table as CSV.

The CSV is the text a notebook stores beside the table, so that one changed digit fails its test.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO

from unitbudget.figures import Figure
from unitbudget.words import Said, Sentence, plain, safe, shown, tag, text

Content = str | int | Figure | Said | Sentence | None

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
        numeric = [self._numeric(column) for column in range(len(self.headings))]
        head = "".join(
            f"<th{_class(number)}>{safe(heading.label)}</th>"
            for heading, number in zip(self.headings, numeric, strict=True)
        )
        body = "".join(self._row(row, numeric) for row in self.rows)
        foot = f"<tfoot>{self._row(self.total, numeric)}</tfoot>" if self.total else ""
        caption = f"<figcaption>{self.caption.html}</figcaption>" if self.caption.parts else ""
        notes = "".join(
            f'<p class="{kind}">{safe(note)}</p>'
            for kind, note in (("missing", self.missing), ("source", self.source))
            if note
        )
        return (
            f'<figure class="table">{caption}<div class="scroll"><table><thead><tr>{head}</tr>'
            f"</thead><tbody>{body}</tbody>{foot}</table></div>{notes}</figure>"
        )

    def _numeric(self, column: int) -> bool:
        cells = [row[column] for row in self.rows]
        return any(isinstance(cell, (Figure, Said, int)) for cell in cells)

    def _row(self, row: Sequence[Content], numeric: Sequence[bool]) -> str:
        cells = zip(row, self.headings, numeric, strict=True)
        return (
            "<tr>"
            + "".join(
                f"<td{_class(number)}>{_cell(cell, heading.style)}</td>"
                for cell, heading, number in cells
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


def _class(number: bool) -> str:
    return ' class="number"' if number else ""


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
