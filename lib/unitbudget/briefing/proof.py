"""Every number proves itself: it leads to where it is printed, computed or counted.

``Evidence`` keeps
the entries that the numbers of one page lead to; ``below`` gives a notebook the same under a cell.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from unitbudget.briefing import typeface
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.crops import Picture, read_pictures
from unitbudget.briefing.sources import Source, Sources
from unitbudget.briefing.words import Sentence, text
from unitbudget.money import display
from unitbudget.money.display import LINKS, PROOFS, anchor, anchors, plain, safe, wording
from unitbudget.money.display import shown as in_table
from unitbudget.money.figure import COUNT, ZERO, Cell, Figure
from unitbudget.picturebook import FOLDER as PAGES
from unitbudget.picturebook import file_name
from unitbudget.reference import FOLDER


class Library:
    """The sources and page pictures of the documents that the numbers of a page come from."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._sources = {budget.id: Sources(budget)}
        self._pictures = dict[str, Mapping[int, Picture]]()

    def of(self, cell: str) -> Source:
        """The place a cell names, in its own document."""
        document = cell.document if isinstance(cell, Cell) and cell.document else self.budget.id
        place = cell.place if isinstance(cell, Cell) else cell
        if document not in self._sources:
            self._sources[document] = Sources(self.budget_of(document))
        found = self._sources[document].of(place)
        if document == self.budget.id:
            return found
        title = f"《{self._sources[document].budget.title}》{found.title}"
        where = found.where.replace("原文第", f"《{self._sources[document].budget.title}》第")
        name = f"{document}:{place}"
        return replace(found, reference=name, title=title, where=where, document=document)

    def budget_of(self, document: str) -> Budget:
        opened = (each for each in reversed(Budget.opened) if each.id == document)
        return self.budget if document in ("", self.budget.id) else next(opened)

    def pictures(self, document: str) -> Mapping[int, Picture]:
        if document not in self._pictures:
            folder = self.budget.folder / PAGES / (document or self.budget.id)
            self._pictures[document] = read_pictures(folder)
        return self._pictures[document]


def is_counted(figure: Figure) -> bool:
    """Was it counted, its formula in words saying what; or is it printed somewhere?"""
    if figure.unit != COUNT or figure.computed or not figure.terms:
        return False
    return len(figure.cells) != 1 or not figure.formula[:1].isdigit()


@dataclass(frozen=True, slots=True)
class Derived:
    """A number worked out of others or counted: how it is said, how formed, what it rests on."""

    number: int
    said: str
    formula: str
    inputs: tuple[Source | Derived, ...]
    counted: bool = False
    #: Among the inputs of another: nothing is printed there, and the number is its title.
    printed: str = ""

    @property
    def title(self) -> str:
        return self.said

    @property
    def anchor(self) -> str:
        return f"e{self.number}"


@dataclass
class Evidence:
    """The numbers of one page and what each of them leads to."""

    library: Library
    printed: dict[str, Source] = field(default_factory=dict)
    derived: dict[tuple[object, ...], Derived] = field(default_factory=dict)

    @contextmanager
    def collecting(self, page: str = "") -> Iterator[None]:
        """Meanwhile every number that is written leads to its entry here, be it on another page."""
        token = LINKS.set(lambda figure, said: f"{page}#{self.entry(figure, said)}")
        try:
            yield
        finally:
            LINKS.reset(token)

    def entry(self, figure: Figure, said: str) -> str:
        """The name of a number's entry: the place it is printed at, or how it was formed."""
        inputs = tuple(dict.fromkeys(map(self._input, figure.cells)))
        counted = is_counted(figure)
        if len(inputs) == 1 and not figure.computed and not counted:
            return inputs[0].anchor
        formula = figure.formula.replace("-", "−")
        key = inputs, formula, said
        if key not in self.derived:
            text = formula if counted else f"{formula} = {said}"
            self.derived[key] = Derived(len(self.derived) + 1, said, text, inputs, counted)
        return self.derived[key].anchor

    def _input(self, cell: str) -> Source | Derived:
        """What a figure rests on: a printed place, or a number that was itself inferred."""
        place = cell.place if isinstance(cell, Cell) else cell
        if place.startswith("implied!") and isinstance(cell, Cell):
            inferred = self.library.budget_of(cell.document).implied.at[int(place[8:]), "value"]
            anchor_ = self.entry(inferred, in_table(inferred))
            return next(each for each in self.derived.values() if each.anchor == anchor_)
        source = self.library.of(cell)
        self.printed.setdefault(source.reference, source)
        return source

    def picture(self, source: Source) -> Picture | None:
        """The picture of the page a source is printed on; of other documents the first few."""
        if source.box is None or (source.document and self.page_id(source) not in self.others):
            return None
        return self.library.pictures(source.document).get(source.page)

    @property
    def others(self) -> list[str]:
        """The pages of other documents that are pictured."""
        others = (each for each in self.printed.values() if each.document and each.box)
        return list(dict.fromkeys(map(self.page_id, others)))[:MOST_OTHERS]

    def page_id(self, source: Source) -> str:
        """The name of that picture on the page being made."""
        if not source.document:
            return f"page-{source.page}"
        documents = list(dict.fromkeys(each.document for each in self.printed.values()))
        return f"page-{documents.index(source.document)}-{source.page}"

    @property
    def pages(self) -> dict[str, Picture]:
        """The pictures that the entries of this page show, each once, by name."""
        found = {}
        for source in self.printed.values():
            if source.box and (picture := self.picture(source)):
                found[self.page_id(source)] = picture
        return dict(sorted(found.items(), key=lambda item: (len(item[0]), item[0])))

    @property
    def groups(self) -> dict[str, list[Source]]:
        """The printed numbers by page, in the order of the document."""
        groups: dict[str, list[Source]] = {}
        for source in sorted(self.printed.values(), key=_reading_order):
            name = f"原文第 {source.page} 页" if source.page else "核对与清点"
            if source.document:
                name = source.title.partition("》")[0] + f"》第 {source.page} 页"
            groups.setdefault(name, []).append(source)
        return groups


#: So many pages of other documents are pictured on one page, lest it be too heavy to send.
MOST_OTHERS = 12
#: A number that rests on more places than this names them without their pictures.
PICTURED = 3

# In a notebook: the printed places of a table's numbers, folded under it until one is asked for.

_SCRIPT, _STYLE = (
    (FOLDER / f"proofs.{kind}").read_text("utf-8").replace("\n", "") for kind in ("js", "css")
)


def below(figures: list[Figure]) -> str:
    """The entries of these figures, as they stand under a cell of a notebook."""
    entries = [_entry(name, figure) for name, figure in anchors(figures).items()]
    said = safe(wording()["words"]["proofs"])
    return (
        f'<details class="ub-proofs"><summary>{said}</summary>{"".join(entries)}</details>'
        f"<style>{_STYLE}</style><script>{_SCRIPT}</script>"
    )


def _entry(name: str, figure: Figure) -> str:
    said = in_table(figure)
    formula = ""
    if figure.computed:
        formula = f'<p class="formula">{safe(figure.formula.replace("-", "−"))} = {said}</p>'
    elif is_counted(figure):
        of = safe(wording()["words"]["counted"] + figure.formula)
        formula = f'<p class="formula">{of}：{said}</p>'
    cells = dict.fromkeys(figure.cells)
    places = "".join(_place(cell, len(cells) <= PICTURED) for cell in cells)
    return f'<article class="proof" id="{name}"><b>{said}</b>{formula}{places}</article>'


def _place(cell: str, pictured: bool) -> str:
    """One printed place as a notebook shows it: its title, its crop, how its checks came out."""
    if not isinstance(cell, Cell) or not cell.document:
        return f"<p>{safe(cell)}</p>"
    budget = _document(cell.document)
    if budget is None:
        return f"<p>{safe(cell.label)}</p>"
    source = _library(budget).of(cell)
    printed = f"，印作 <b>{safe(source.printed)}</b>" if source.printed else ""
    where = f"<p>{safe(source.title)}（{safe(source.where)}{printed}）</p>"
    if not pictured:
        return where
    quote = f"<blockquote>{safe(source.quote)}</blockquote>" if source.quote else ""
    tally = f'<p class="tally">核对：{safe(source.tally)}</p>' if source.verdicts else ""
    broken = "".join(
        f"<li>{v.rule} {v.word}：{safe(v.detail or v.says)}</li>" for v in source.broken
    )
    broken = f'<ul class="broken">{broken}</ul>' if broken else ""
    return f"{where}{quote}{_crop(budget, source)}{tally}{broken}"


def _crop(budget: Budget, source: Source) -> str:
    """The strip of the page a cell stands in, from the file the package keeps of it."""
    folder = budget.folder / PAGES / (source.document or budget.id)
    picture = read_pictures(folder).get(source.page)
    if picture is None or source.box is None:
        return ""
    place = folder / file_name(source.page)
    if not place.is_file():  # a notebook shows files: what was drawn to be looked at is kept
        try:
            folder.mkdir(parents=True, exist_ok=True)
            place.write_bytes(picture.content)
        except OSError:
            return ""
    part, wide = picture.zoom(source.box), 420.0
    scale = wide / part.width
    x, y, width, height = part.outline
    href = os.path.relpath(place, Path.cwd()).replace(os.sep, "/")
    frame = f"left:{(x - part.x) * scale:.0f}px;top:{(y - part.y) * scale:.0f}px"
    frame += f";width:{width * scale:.0f}px;height:{height * scale:.0f}px"
    at = f"left:{-part.x * scale:.0f}px;top:{-part.y * scale:.0f}px"
    at += f";width:{picture.width * scale:.0f}px"
    return (
        f'<div class="ub-crop" style="width:{wide:.0f}px;height:{part.height * scale:.0f}px">'
        f'<img loading="lazy" src="{safe(href)}" alt="原文第 {source.page} 页" style="{at}">'
        f'<i style="{frame}"></i></div>'
    )


def _document(name: str) -> Budget | None:
    """An opened document of that name, from the package it was opened from last."""
    return next((each for each in reversed(Budget.opened) if each.id == name), None)


@lru_cache(maxsize=16)
def _library(budget: Budget) -> Library:
    return Library(budget)


class Printed:
    """Where numbers are printed, shown at once: what ``b.proof(row)`` gives."""

    def __init__(self, figures: list[Figure]) -> None:
        self.figures = figures

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        entries = [_entry(anchor(figure), figure) for figure in self.figures]
        html = f'<div class="ub-shown">{"".join(entries)}<style>{_STYLE}</style></div>'
        return {"text/html": html, "text/plain": str(self)}

    def __str__(self) -> str:
        lines = []
        for figure in self.figures:
            lines.append(
                f"{in_table(figure)}" + (f" = {figure.formula}" if figure.computed else "")
            )
            for cell in dict.fromkeys(figure.cells):
                budget = _document(cell.document) if isinstance(cell, Cell) else None
                if budget:
                    source = _library(budget).of(cell)
                    lines.append(f"  {source.title}（{source.where}，印作 {source.printed}）")
        return "\n".join(lines)

    __repr__ = __str__


def proof(budget: Budget, of: Any) -> Printed | Sentence:
    """The printed places of a figure, of a row such as a broken check, or of a cell's name."""
    if isinstance(of, Figure):
        return Printed([of])
    if isinstance(of, str):
        cell = budget.cell(of)
        return Printed([budget.figures.get(of) or Figure(ZERO, cells=(cell,))])
    if isinstance(of, pd.DataFrame) and of.empty:
        return text(of.attrs.get("missing", ""))
    row = of.iloc[0] if isinstance(of, pd.DataFrame) else of
    figures = [value for value in row if isinstance(value, Figure)]
    named = filter(None, str(row.get("cells", "")).split(";"))
    seen = {cell for figure in figures for cell in figure.cells}
    more = [budget.figures[cell] for cell in named if cell in budget.figures and cell not in seen]
    return Printed([*figures, *more])


def register() -> None:
    """In a notebook: show figures and frames with their proofs below; draw in Chinese type."""
    if not display.in_kernel():
        return
    import matplotlib

    if below not in PROOFS:
        PROOFS.append(below)
    display.register()
    matplotlib.rcParams.update(typeface.rc())


def _reading_order(source: Source) -> tuple[str, bool, int, float, float]:
    left, top = (source.box.x0, -source.box.y1) if source.box else (0.0, 0.0)
    return source.document, not source.page, source.page, round(top, 1), left


__all__ = ["Evidence", "Library", "Source", "Sources", "plain", "proof"]
