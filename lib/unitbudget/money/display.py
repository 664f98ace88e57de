"""Figures and frames of figures as readers see them: HTML whose numbers are links, CSV as text.

A link carries cells, formula and value; whoever knows the printed pages turns it into a proof.
The CSV is what a notebook stores beside the table, so that one changed digit fails its test.
"""

from __future__ import annotations

import csv
import sys
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from decimal import Decimal
from functools import partial
from html import escape
from io import StringIO
from typing import Any

import pandas as pd

from unitbudget.money.amounts import rounded
from unitbudget.money.codes import is_code
from unitbudget.money.figure import PERCENT, RATIO, YUAN, Cell, Figure
from unitbudget.money.figure import plain as short
from unitbudget.reference import toml

MINUS = "−"
#: Tables with more columns are read row by row on a telephone; longer ones are shown in part.
NARROW, LONG = 4, 400
#: Row labels that are no words for readers: bare numbers, and the names of tables and cells.
HIDDEN, IDENTIFIERS = (None,), ("table_id", "cell")
# Control characters, invisible marks (among them the overrides of writing direction), surrogates,
# private use and unassigned code points: nothing a reader of a budget ever needs.
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}
#: What stands under a shown table for its links to lead to, from whoever knows the pages.
PROOFS: list[Callable[[list[Figure]], str]] = []
#: Where a number leads on the page that is being made, from whoever keeps its proofs.
LINKS: ContextVar[Callable[[Figure, str], str] | None] = ContextVar("links", default=None)


#: The words that stand over and in tables.
wording = partial(toml, "frames")


def plain(text: object) -> str:
    """Text of a document as one line of visible characters, nothing that acts on its neighbours."""
    said = str(text)
    if said.isprintable():  # so no character of it is any of those below
        return said
    visible = (" " if c in "\t\r\n\u2028\u2029" else c for c in said)
    return "".join(c for c in visible if unicodedata.category(c) not in _INVISIBLE)


def safe(text: object) -> str:
    """Text of a document, ready to stand in HTML."""
    return escape(plain(text), quote=True)


def written(value: Decimal, unit: str) -> str:
    """A number of that unit as it stands in a table: the unit itself is said in its head."""
    if unit in (RATIO, PERCENT):
        text = f"{rounded(value * 100 if unit == RATIO else value, 2):,}%"
    elif unit == YUAN:
        text = f"{rounded(value, 2):,}"
    else:
        text = f"{short(value).normalize():,f}"
    return text.replace("-", MINUS)


def shown(figure: Figure, style: str = "") -> str:
    """A figure as it stands in a table, in the style of its column."""
    if style == "points":
        figure = Figure(figure.to(PERCENT).value, YUAN)
    text = written(figure.value, figure.unit)
    return f"+{text}" if style and figure.value > 0 else text


def tag(figure: Figure, text: str | None = None) -> str:
    """The figure for HTML: a link that carries its cells, its formula and its exact value."""
    said = plain(shown(figure) if text is None else text)
    if link := LINKS.get():
        value, unit = figure.value, figure.unit
        if unit == RATIO:
            value, unit = value * 100, PERCENT
        about = f' data-value="{short(value):f}" data-unit="{unit}"'
        return f'<a class="figure" href="{link(figure, said)}"{about}>{safe(said)}</a>'
    cells = (cell.anywhere if isinstance(cell, Cell) else cell for cell in figure.cells)
    data = {
        "cells": ";".join(dict.fromkeys(cells)),
        "formula": f"{figure.formula} = {said}" if figure.computed else figure.formula,
        "value": f"{short(figure.value):f}",
        "unit": figure.unit,
    }
    data["formula"] = data["formula"].replace("-", MINUS)
    attributes = "".join(f' data-{name}="{safe(value)}"' for name, value in data.items())
    return f'<a class="figure" href="#{anchor(figure)}"{attributes}>{safe(said)}</a>'


def anchor(figure: Figure) -> str:
    """The name of a figure's entry below a table: the same figure, the same name."""
    key = "-".join([*map(str, figure.cells), *([figure.formula] if figure.computed else [])])
    return "ub-" + "".join(c if c.isascii() and c.isalnum() else f"{ord(c):x}" for c in key)[:120]


class Shown:
    """A frame as readers see it: which columns, under which heads, the total at the foot."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.attrs: Mapping[Any, Any] = frame.attrs
        self.length = len(frame)
        frame = frame.head(LONG)
        self.levels = list(frame["level"]) if "level" in frame else [""] * len(frame)
        self.columns: list[tuple[str, list[Any]]] = []
        self.numeric = any(str(dtype) == "figure" for dtype in frame.dtypes)
        coded = frame.index.name == "code" and "name" in frame
        for depth, name in enumerate(frame.index.names):
            if name in HIDDEN and frame.index.inferred_type != "string":
                continue
            if name in IDENTIFIERS:
                continue
            values = list(frame.index.get_level_values(depth))
            if coded:
                values = [value if is_code(str(value)) else "" for value in values]
            if not coded or any(values):
                self.columns.append((str(name or ""), values))
        for place, name in enumerate(frame.columns):
            values = list(frame.iloc[:, place])
            nothing = str(frame.dtypes.iloc[place]) == "figure" and all(map(_blank, values))
            if not nothing and (name not in ("level", "direction", "nature") or not coded):
                self.columns.append((str(name), values))

    @property
    def figures(self) -> list[Figure]:
        """Every figure in it, row by row."""
        rows = zip(*(values for _, values in self.columns), strict=True)
        return [value for row in rows for value in row if isinstance(value, Figure)]

    def head(self, column: str) -> str:
        """What a column is called: by the frame itself, or as everywhere."""
        own = self.attrs.get("labels", {})
        return str(own.get(column) or wording()["heads"].get(column, column))

    def _title(self, column: str) -> str:
        """A head that is no word of ours is one that the document prints: a title."""
        ours = column in self.attrs.get("labels", {}) or column in wording()["heads"]
        return "" if ours else " title"

    @property
    def html(self) -> str:
        missing, source = self.attrs.get("missing", ""), self.attrs.get("source", "")
        if not self.length or (missing and self.numeric and not self.figures):
            return f'<p class="missing">{safe(missing or wording()["words"]["empty"])}</p>'
        kinds = [self._kind(values) for _, values in self.columns]
        heads = "".join(
            f'<th class="{kind}{self._title(name)}">{safe(self.head(name))}</th>'
            for (name, _), kind in zip(self.columns, kinds, strict=True)
        )
        rows = [self._row(number, kinds) for number in range(len(self.levels))]
        total = wording()["levels"]["total"]
        feet = [row for row, level in zip(rows, self.levels, strict=True) if level == total]
        body = [row for row, level in zip(rows, self.levels, strict=True) if level != total]
        if not body:
            body, feet = feet, []
        foot = f"<tfoot>{''.join(feet)}</tfoot>" if feet else ""
        wide = ' class="wide"' if len(self.columns) > NARROW else ""
        title = safe(self.attrs.get("title", ""))
        more = wording()["words"]["more"].format(count=self.length, shown=LONG)
        notes = [("missing", missing), ("source", source)]
        notes += [("source", more)] if self.length > LONG else []
        return (
            f'<figure class="table">{f"<figcaption>{title}</figcaption>" if title else ""}'
            f'<div class="scroll"><table{wide}><thead><tr>{heads}</tr></thead>'
            f"<tbody>{''.join(body)}</tbody>{foot}</table></div>"
            + "".join(f'<p class="{kind}">{safe(said)}</p>' for kind, said in notes if said)
            + "</figure>"
        )

    def _kind(self, values: list[Any]) -> str:
        if any(isinstance(each, Figure | int | float) and not _blank(each) for each in values):
            return "number"
        if any(map(is_code, map(str, values))):
            return "code"
        return "name" if not any(len(str(each)) > 40 for each in values) else "text"

    def _row(self, number: int, kinds: list[str]) -> str:
        depth = {wording()["levels"][str(n)]: n - 1 for n in (1, 2, 3)}.get(self.levels[number], 0)
        alone = len({*self.levels} - {wording()["levels"]["total"]}) < 2
        cells = []
        for (name, values), kind in zip(self.columns, kinds, strict=True):
            value = values[number]
            blank = " blank" if _blank(value) else ""
            quoted = name in wording()["quotes"]["columns"] and not hasattr(value, "html")
            kind = f"{kind} title" if quoted else kind
            deep = f" deep{depth}" if name == "name" and depth and not alone else ""
            label = safe(self.head(name))
            said = self._said(name, value)
            cells.append(f'<td class="{kind}{deep}{blank}" data-label="{label}">{said}</td>')
        return f"<tr>{''.join(cells)}</tr>"

    def _said(self, column: str, value: Any) -> str:
        if _blank(value):
            return "" if isinstance(value, str) else str(wording()["words"]["blank"])
        if isinstance(value, Figure):
            return tag(value, shown(value, wording()["styles"].get(column, "")))
        if hasattr(value, "html"):
            return str(value.html)
        return safe(f"{value:,.2f}" if isinstance(value, float) else translated(column, value))

    @property
    def csv(self) -> str:
        """The frame as text: money exact, shares in percent."""
        if not self.length or (self.attrs.get("missing") and self.numeric and not self.figures):
            return str(self.attrs.get("missing", "") or wording()["words"]["empty"])
        sheet = StringIO()
        writer = csv.writer(sheet, lineterminator="\n")
        writer.writerow([self.head(name) for name, _ in self.columns])
        for row in zip(*(values for _, values in self.columns), strict=True):
            pairs = zip(self.columns, row, strict=True)
            writer.writerow([translated(name, _plain(value)) for (name, _), value in pairs])
        lines = [self.attrs.get("title", ""), sheet.getvalue().rstrip("\n")]
        return "\n".join(filter(None, [*lines, self.attrs.get("source", "")]))


def translated(column: str, value: Any) -> Any:
    """A word of the package as readers say it: ``holds`` is 对得上."""
    return wording()["said"].get(column, {}).get(value, value)


def _blank(value: Any) -> bool:
    return value is None or value is pd.NA or value == "" or (value != value) is True


def _plain(value: Any) -> str:
    if _blank(value):
        return ""
    if isinstance(value, Figure):
        return written(value.value, value.unit) if value.unit in (RATIO, PERCENT) else str(value)
    return plain(value)


def html(thing: Any) -> str:
    """A frame, a column or a figure as HTML, each number a link."""
    if isinstance(thing, Figure):
        unit = wording()["words"]["yuan"] if thing.unit == YUAN else ""
        return f'<p class="says">{tag(thing, shown(thing) + unit)}</p>'
    return Shown(_frame(thing)).html


def text(thing: Any) -> str:
    """A frame or a column as CSV, a figure as its number."""
    if isinstance(thing, Figure):
        return shown(thing)
    return Shown(_frame(thing)).csv


def proved(thing: Any) -> str:
    """As ``html``, with the printed places of the numbers below, folded until one is asked for."""
    frame = None if isinstance(thing, Figure) else Shown(_frame(thing))
    body = html(thing) if frame is None else frame.html
    proofs = proofs_of([thing] if frame is None else frame.figures)
    return f'<div class="ub-shown">{body}{proofs}</div>' if proofs else body


def proofs_of(figures: Iterable[Figure]) -> str:
    """The printed places of figures, folded, for the links above them to lead to."""
    found = list(anchors(figures).values())
    return "".join(prove(found) for prove in PROOFS) if found else ""


def anchors(figures: Iterable[Figure]) -> dict[str, Figure]:
    """The figures by the names their links lead to, each once."""
    return {anchor(figure): figure for figure in figures}


def _frame(thing: Any) -> Any:
    if isinstance(thing, pd.Series):
        frame = thing.to_frame(thing.name if thing.name is not None else "value")
        frame.attrs = thing.attrs
        return frame
    return thing


def in_kernel() -> bool:
    """Is this a notebook's kernel?"""
    shell = sys.modules.get("IPython")
    running: Any = shell.get_ipython() if shell else None
    return running is not None and hasattr(running, "kernel")


def register(shell: Any = None, as_html: Callable[[Any], str] = proved) -> None:
    """Show frames, columns and figures in this shell as readers see them."""
    if shell is None:
        from IPython import get_ipython

        shell = get_ipython()
    if shell is None:
        return
    for kind in (pd.DataFrame, pd.Series, Figure):
        shell.display_formatter.formatters["text/html"].for_type(kind, as_html)
        shell.display_formatter.formatters["text/plain"].for_type(
            kind, lambda thing, printer, cycle: printer.text(text(thing))
        )


def numbers_in_excel() -> None:
    """Let ``to_excel`` write figures as numbers: by itself pandas writes what it does not know."""
    from pandas.io import excel

    pandas: Any = excel

    class Writer(pandas._xlsxwriter.XlsxWriter):  # type: ignore[misc]
        _engine = "xlsxwriter"

        def _value_with_fmt(self, val: Any) -> Any:
            return super()._value_with_fmt(float(val) if isinstance(val, Figure) else val)

    pandas.register_writer(Writer)


numbers_in_excel()
__all__ = ["html", "proved", "register", "short", "shown", "tag", "text"]
