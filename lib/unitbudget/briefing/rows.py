"""Rows of a disclosure as readers handle them: a name, its figures, its page.

A table of rows is a value: every question returns another table, and every number in it keeps its
cells and the formula that made it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from unitbudget.briefing.show import Shown, table
from unitbudget.briefing.words import plain, say, text, vocabulary
from unitbudget.figures import Figure, growth, ratio, share, total

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Column:
    """One column of figures: what it is called, and how its figures are said."""

    key: str
    label: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what it is about, its figures by column, the page it is printed on."""

    name: str
    figures: Mapping[str, Figure]
    code: str = ""
    page: int = 0

    def __getitem__(self, key: str) -> Figure | None:
        return self.figures.get(key)

    @property
    def value(self) -> Figure:
        return self.figures["value"]

    def having(self, key: str, figure: Figure | None) -> Line:
        """The row with one more figure, or as it is where there is none."""
        return self if figure is None else replace(self, figures={**self.figures, key: figure})


@dataclass(frozen=True)
class Table:
    """Rows with the columns asked for so far; an empty one says what is missing."""

    caption: str
    lines: tuple[Line, ...] = ()
    columns: tuple[Column, ...] = ()
    total: Line | None = None
    subtotals: tuple[Line, ...] = ()
    source: str = ""
    missing: str = ""
    base_label: str = ""

    def __iter__(self) -> Iterator[Line]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __getitem__(self, which: str | int) -> Line:
        """The row of that position, code or name."""
        if isinstance(which, int):
            return self.lines[which]
        for line in self.lines:
            if which in (line.code, line.name):
                return line
        raise KeyError(which)

    @property
    def label(self) -> str:
        return next((column.label for column in self.columns if column.key == "value"), "")

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every figure shown, column by column in each row."""
        keys = [column.key for column in self.columns]
        lines = [*self.lines, *filter(None, [self.total])]
        return tuple(line.figures[key] for line in lines for key in keys if key in line.figures)

    @property
    def whole(self) -> Figure | None:
        """The printed total, or the sum of the rows where none is printed."""
        if self.total:
            return self.total.value
        codes = {line.code for line in self.lines}
        tops = [
            line for line in self.lines if not codes & {line.code[:3], line.code[:5]} - {line.code}
        ]
        return total(line.value for line in tops)

    def share(self, whole: Figure | None = None) -> Table:
        """Each row in percent of the printed total, or of another whole."""
        base = self.whole if whole is None else whole
        return self._each(
            Column("share", _word("share"), "percent"),
            lambda line: share(line.value, base) if base else None,
        )

    def change(self) -> Table:
        """Each row against its base: the other time printed beside it, named in the column."""
        if not any("base" in line.figures for line in self.lines):
            missing = self.missing or str(say("no_base", table=self.caption))
            return replace(self, lines=(), total=None, missing=missing)
        shown = self._insert(Column("base", self.base_label, "bare"))
        shown = shown._each(Column("change", _word("change"), "signed_bare"), _difference)
        return shown._each(Column("growth", _word("growth"), "signed_percent"), _growth)

    def contribution(self) -> Table:
        """How many percentage points of the total's growth are each row's; together all of it."""
        changed = self if self._has("change") else self.change()
        if changed.total is None or changed.total["base"] is None:
            return changed
        base = changed.total.figures["base"]
        return changed._each(
            Column("contribution", _word("contribution"), "signed_bare"),
            lambda line: ratio(line.figures["change"], base) if line["change"] else None,
        )

    def sorted(self, by: str = "value", descending: bool = True) -> Table:
        """The rows by one of their columns, the largest first; rows without it come last."""
        having = [line for line in self.lines if by in line.figures]
        rest = [line for line in self.lines if by not in line.figures]
        having.sort(key=lambda line: line.figures[by].value, reverse=descending)
        return replace(self, lines=(*having, *rest))

    def top(self, count: int, by: str = "value") -> Table:
        """The largest rows."""
        return replace(self, lines=self.sorted(by).lines[:count])

    def only(self, *names: str) -> Table:
        """The rows of these names or codes."""
        kept = tuple(line for line in self.lines if {line.name, line.code} & set(names))
        return replace(self, lines=kept)

    def printed(self) -> Table:
        """The rows with something other than zero."""
        kept = tuple(line for line in self.lines if line.value.value != 0)
        return replace(self, lines=kept)

    def frame(self) -> pd.DataFrame:
        """The table as a DataFrame, for questions of your own."""
        import pandas as pd

        lines = [*self.lines, *filter(None, [self.total])]
        columns = {c.label: [_number(line[c.key]) for line in lines] for c in self.columns}
        head = {"code": [line.code for line in lines], "name": [line.name for line in lines]}
        return pd.DataFrame({**head, **columns, "page": [line.page for line in lines]})

    def shown(self) -> Shown:
        """The table as readers see it."""
        words = vocabulary()["columns"]
        coded = any(line.code for line in self.lines)
        paged = any(line.page for line in self.lines)
        heads: list[str | tuple[str, str]] = [words["code"]] if coded else []
        heads += [words["name"], *((column.label, column.style) for column in self.columns)]
        heads += [words["page"]] if paged else []

        def row(line: Line) -> list[str | int | Figure | None]:
            start: list[str | int | Figure | None] = [line.code] if coded else []
            cells = [line[column.key] for column in self.columns]
            return [*start, plain(line.name), *cells, *([line.page or ""] if paged else [])]

        return table(
            text(self.caption),
            heads,
            map(row, self.lines),
            self.source,
            self.missing,
            row(self.total) if self.total and self.lines else (),
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.shown()._repr_mimebundle_()

    def _has(self, key: str) -> bool:
        return any(column.key == key for column in self.columns)

    def _insert(self, column: Column) -> Table:
        kept = [each for each in self.columns if each.key != column.key]
        return replace(self, columns=(column, *kept))

    def _each(self, column: Column, formed: Callable[[Line], Figure | None]) -> Table:
        """The table with one more column, its figures formed row by row."""
        kept = tuple(each for each in self.columns if each.key != column.key)
        lines = tuple(line.having(column.key, formed(line)) for line in self.lines)
        whole = self.total and self.total.having(column.key, formed(self.total))
        return replace(self, columns=(*kept, column), lines=lines, total=whole)


def _difference(line: Line) -> Figure | None:
    """The change; nothing printed on one side counts as zero, on both as nothing."""
    new, old = line["value"], line["base"]
    if new is None:
        return -old if old else None
    return new - old if old else new


def _growth(line: Line) -> Figure | None:
    new, old = line["value"], line["base"]
    return growth(new, old) if new and old else None


def _number(figure: Figure | None) -> float:
    return float("nan") if figure is None else float(figure.value)


def _word(key: str) -> str:
    return str(vocabulary()["columns"][key])
