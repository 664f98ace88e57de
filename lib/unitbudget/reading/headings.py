"""Printed column headings against those a template knows: what each column of a grid holds."""

from __future__ import annotations

from unitbudget.documents import Grid
from unitbudget.errors import UnknownLayout
from unitbudget.reading.templates import Column, Table, bare_heading

HEADER_ROWS = 6

Columns = tuple[Column | None, ...]


def fitting(tables: list[Table], grid: Grid, year: int, where: str) -> tuple[Table, int, Columns]:
    """The first of these tables whose headings are printed here. Raises ``UnknownLayout``."""
    closest: list[str] | None = None
    for table in tables:
        rows, columns, wrong = columns_of(table, grid, year)
        if columns is not None:
            return table, rows, columns
        if closest is None or len(wrong) < len(closest):
            closest = wrong
    raise UnknownLayout(
        where,
        "表头与模板不符：" + "；".join([*dict.fromkeys(closest or ["没有表头"])][:6]),
        f"若这是新版式，请在模板的 [{tables[0].table_id}.columns] 写明这些栏目",
    )


def columns_of(table: Table, grid: Grid, year: int) -> tuple[int, Columns | None, list[str]]:
    """How many rows the header has, what each column holds; or what is wrong with the headings."""
    closest: list[str] | None = None
    for rows in reversed(range(1, min(HEADER_ROWS, len(grid.rows)) + 1)):
        paths = [_path(grid, column, rows, year) for column in range(grid.width)]
        fitted = [_best(table, path) for path in paths]
        wrong = _mismatches(table, paths, fitted)
        if not wrong:
            return rows, tuple(fitted), []
        if closest is None or len(wrong) <= len(closest):
            closest = wrong
    return 0, None, closest or []


def _path(grid: Grid, column: int, rows: int, year: int) -> tuple[str, ...]:
    """The headings printed over one column, from the top."""
    path: list[str] = []
    cells = []
    for row in range(rows):
        cell = grid.covering(row, column)
        if cell.text and cell not in cells:
            cells.append(cell)
            path.append(bare_heading(cell.text, year))
    return tuple(path)


def _best(table: Table, path: tuple[str, ...]) -> Column | None:
    fitting = [column for column in table.columns if column.fits(path)]
    return max(fitting, key=lambda column: len(column.path), default=None)


def _mismatches(
    table: Table, paths: list[tuple[str, ...]], fitted: list[Column | None]
) -> list[str]:
    wrong = [
        f"印有「{' › '.join(path)}」而模板没有"
        for path, column in zip(paths, fitted, strict=True)
        if path and column is None
    ]
    found = {(c.role, c.measure, c.direction, c.last_year, c.phase) for c in fitted if c}
    for column in table.columns:
        key = (column.role, column.measure, column.direction, column.last_year, column.phase)
        if not column.optional and key not in found:
            found.add(key)
            wrong.append(f"模板要求「{' › '.join(column.path)}」而没有印")
    return wrong
