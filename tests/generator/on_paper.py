"""A mistake carried back onto paper: the sheets and paragraphs a mutant would be typeset from.

What a mutant changed in the amounts or the prose is changed in the blocks before they are set, so
that reading is on trial too: a mistake must be read as it is printed, never mended in silence.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from generator.mutants import Amount, Document, Mutant
from generator.sheets import Sheet
from generator.typeset import Block, Paragraph
from unitbudget.money.text import squash

#: What a reader must find again of an amount; where on the page it stands is another matter.
READ = (
    "table_id", "column", "function_code", "economic_code", "name", "measure",
    "fiscal_year", "phase", "printed",
)  # fmt: skip
LABELS = ("function_code", "economic_code", "name")
Rows = dict[tuple[str, int], dict[int, Amount]]


def mistaken(mutant: Mutant, document: Document, blocks: Sequence[Block]) -> list[Block] | None:
    """The blocks with the mutant's mistake in them; nothing where it cannot be told from them."""
    if mutant.in_prose:
        return _prose(mutant, document, blocks)
    if mutant.kind in ("dropped row", "duplicated row"):
        return _on_sheet(blocks, mutant, document)
    before, after = _rows(document), _rows(mutant.document)
    places = {place for place in before if before[place] != after.get(place)}
    tables = {table for table, _ in places}
    return [
        _changed(block, {n: (before[t, n], after.get((t, n), {})) for t, n in places
                         if t == block.table_id})
        if isinstance(block, Sheet) and block.table_id in tables else block
        for block in blocks
    ]  # fmt: skip


def read_otherwise(printed: Document, read: Document) -> list[str]:
    """What was read differently from what stands on the paper."""
    there, found = (
        Counter([*map(_key, each.amounts), *_paragraphs(each.sections)]) for each in (printed, read)
    )
    return [*map(str, (there - found).elements()), *map(str, (found - there).elements())]


def _key(row: Amount) -> tuple[Any, ...]:
    return tuple(row[field] for field in READ)


def _rows(document: Document) -> Rows:
    rows: Rows = {}
    for row in document.amounts:
        rows.setdefault((row["table_id"], row["row"]), {})[row["column"]] = row
    return rows


def _changed(sheet: Sheet, rows: dict[int, tuple[dict[int, Amount], dict[int, Amount]]]) -> Sheet:
    """The sheet with other numbers and labels in some rows."""
    cells = [list(line) for line in sheet.cells]
    for number, (before, after) in rows.items():
        line = cells[number - 1]
        for column in {*before, *after}:
            old, new = before.get(column), after.get(column)
            if old is None or new is None or old["printed"] != new["printed"]:
                line[column - 1] = "" if new is None else new["printed"]
            if old and new and any(old[label] != new[label] for label in LABELS):
                _relabel(sheet, line, column, old, new)
    return replace(sheet, cells=tuple(tuple(line) for line in cells))


def _relabel(sheet: Sheet, line: list[str], column: int, old: Amount, new: Amount) -> None:
    """Another code and name on the side of the row that the amount stands on."""
    side = sheet.columns[column - 1].side if _sided(sheet) else ""
    code = str(new["function_code"] or new["economic_code"])
    parts = {"class": code[:3], "section": code[3:5], "item": code[5:7], "code": code}
    for place, heading in enumerate(sheet.columns):
        if not heading.is_label or (_sided(sheet) and heading.side != side):
            continue
        what = heading.words[-1]
        if what == "name":
            line[place] = line[place].replace(str(old["name"]), str(new["name"]))
        elif line[place]:
            line[place] = parts[what]


def _sided(sheet: Sheet) -> bool:
    return any(column.is_label and column.side for column in sheet.columns)


def _on_sheet(blocks: Sequence[Block], mutant: Mutant, document: Document) -> list[Block] | None:
    """A whole row gone, or there twice; of a table of two sides only the one side is gone."""
    lost = [row for row in document.amounts if row["cell"] in mutant.cells]
    table, number = lost[0]["table_id"], min(row["row"] for row in lost)
    found = []
    for block in blocks:
        if isinstance(block, Sheet) and block.table_id == table:
            cells = list(block.cells)
            if mutant.kind == "duplicated row" and _sided(block):
                return None
            if mutant.kind == "duplicated row":
                cells.insert(number, cells[number - 1])
            elif _sided(block):
                side = block.columns[lost[0]["column"] - 1].side
                cells[number - 1] = tuple(
                    "" if column.side == side else text
                    for column, text in zip(block.columns, cells[number - 1], strict=True)
                )
            else:
                del cells[number - 1]
            block = replace(block, cells=tuple(cells), expected=())
        found.append(block)
    return found


def _prose(mutant: Mutant, document: Document, blocks: Sequence[Block]) -> list[Block] | None:
    """The one paragraph of the mutant in place of what it was before."""
    old, new = _paragraphs(document.sections), _paragraphs(mutant.document.sections)
    ((was, now),) = [(a, b) for a, b in zip(old, new, strict=True) if a != b]
    there = [n for n, block in enumerate(blocks)
             if isinstance(block, Paragraph) and squash(block.text) == was]  # fmt: skip
    if len(there) != 1:
        return None
    (place,) = there
    changed = replace(blocks[place], text=now)  # type: ignore[arg-type]
    return [*blocks[:place], changed, *blocks[place + 1 :]]


def _paragraphs(sections: Iterable[Any]) -> list[str]:
    return [paragraph.text for section in sections for paragraph in section.paragraphs]
