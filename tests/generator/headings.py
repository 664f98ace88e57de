"""The heading cells of a table: which reach over several columns, which down to the body."""

from __future__ import annotations

from dataclasses import dataclass

from generator.sheets import Sheet


@dataclass(frozen=True)
class Box:
    """One cell to be drawn: where in the grid it begins, how far it reaches, what it says."""

    row: int
    column: int
    rows: int
    columns: int
    text: str
    align: str = "left"
    head: bool = False


def heads(sheet: Sheet) -> list[Box]:
    """The heading cells: equal headings side by side are one cell, the lowest reach down."""
    paths = [column.path for column in sheet.columns]
    depth = max(map(len, paths))
    boxes, taken = [], set()
    for column, path in enumerate(paths):
        for row, text in enumerate(path):
            if (row, column) in taken:
                continue
            lowest = row == len(path) - 1
            reach = column + 1
            while not lowest and reach < len(paths) and paths[reach][: row + 1] == path[: row + 1]:
                reach += 1
            taken |= {(row, c) for c in range(column, reach)}
            rows = depth - row if lowest else 1
            boxes.append(Box(row, column, rows, reach - column, text, "centre", True))
    return boxes
