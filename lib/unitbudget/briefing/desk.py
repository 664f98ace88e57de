"""The analyst's desk: choices on top; the chart, the table and the printed page side by side.

A view is a value: turning one of its choices gives another view, which keeps the other choices as
far as the document offers them. What a browser shows is made of the same pieces as what a notebook
stores, so a page without widgets shows the usual choices, and its text holds every number in view.
"""

from __future__ import annotations

import csv
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.charts import Chart, bars
from unitbudget.briefing.crops import Picture, read_pictures
from unitbudget.briefing.opening import budgets
from unitbudget.briefing.sources import Source, Sources
from unitbudget.briefing.tables import TOTAL, known
from unitbudget.briefing.words import Sentence, formed, shown, text, vocabulary
from unitbudget.errors import UnitBudgetError
from unitbudget.money import display
from unitbudget.money.display import Shown, plain, safe
from unitbudget.money.figure import YUAN, Figure
from unitbudget.package import clean_folder
from unitbudget.picturebook import FOLDER
from unitbudget.reference import FOLDER as REFERENCE
from unitbudget.reference import toml

CHOICES = ("document", "table", "side", "level", "measure")
#: Every row.
ALL = "全部"
#: Text that begins so is a formula to a spreadsheet, in either width.
ACTIVE = tuple("=+-@＝＋－＠−")
#: What a reader wants to see first of the checks that use a number.
ORDER = ("broken", "last_place", "cannot_check", "holds")
WIDGET = "application/vnd.jupyter.widget-view+json"
#: So many numbers are offered at a time; the others by scrolling.
ROWS = 8
SIDE_BY_SIDE = ("chart", "table", "page")

#: The words of the desk, as data.
wording = partial(toml, "desk")


def word(key: str, **values: Any) -> Sentence:
    """The sentence of that name, its blanks filled."""
    return formed(str(wording()["sentences"][key]), **values)


@dataclass(frozen=True)
class View:
    """One table of one document, some of its rows, one of its columns."""

    clean: Path
    document: str
    table: str = ""
    side: str = ""
    level: str = "类"
    measure: str = "total"

    @cached_property
    def budget(self) -> Budget:
        return budgets(self.clean)[self.document]

    @cached_property
    def sources(self) -> Sources:
        """What is printed in each cell, and where."""
        return Sources(self.budget)

    @cached_property
    def sheet(self) -> Any:
        """The table, or its chosen side, whole."""
        return self.budget.table(self.table, self.side)

    @cached_property
    def choices(self) -> Mapping[str, list[tuple[str, str]]]:
        """What can be chosen here, as readers see it and what it stands for, choice by choice."""
        sides = list(dict.fromkeys(self.budget.table(self.table).get("direction", [])))
        names, levels = vocabulary()["directions"], set(self.sheet["level"])
        order = [level for level in ("类", "款", "项") if level in levels]
        labels = self.sheet.attrs["labels"]
        return {
            "document": [(plain(b.title), b.id) for b in budgets(self.clean)],
            "table": [(self._table(name), name) for name in self.budget.tables_printed],
            "side": [(names[side], side) for side in sides],
            "level": [(each, each) for each in (order if len(order) == 1 else [*order, ALL])],
            "measure": [(labels.get(name, name), name) for name in self._measures],
        }

    @property
    def _measures(self) -> list[str]:
        return [str(name) for name in self.sheet if str(self.sheet[name].dtype) == "figure"]

    def _table(self, name: str) -> str:
        said = plain(self.budget.table_name(name))
        key = f"{self.budget.tables.at[name, 'status']}_table"
        return str(word(key, table=said)) if key in wording()["sentences"] else said

    def turned(self, choice: str, value: Any) -> View:
        """Another view: this choice turned, the others kept as far as they are offered there.

        A choice and its value are meant by their identifiers, in Chinese, or nearly so.
        """
        kinds = wording()["controls"]
        name = known("选择", choice, {name: kinds[name] for name in CHOICES})
        if name == "table":
            value = self.budget[value].attrs["table"]
        elif name != "document" and self.choices[name]:
            offered = {each: said for said, each in self.choices[name]}
            # By the name of the measure too, whatever its column is headed.
            usual = {each: rule_book().measures.get(each, "") for each in offered}
            by_measure = name == "measure" and value not in offered.values()
            value = known(kinds[name], str(value), usual if by_measure else offered)
        view = _changed(self, name, value)
        for each in CHOICES[CHOICES.index(name) + 1 :]:
            left = [value for _, value in view.choices[each]]
            if getattr(view, each) not in left:
                view = _changed(view, each, left[0] if left else "")
        return view

    @cached_property
    def frame(self) -> Any:
        """The rows in view, with their shares of the printed total where that makes sense."""
        rows = self.sheet
        if self.level not in ("", ALL):
            rows = rows[rows["level"].isin([self.level, TOTAL])]
        rows = rows[rows[self._measures].notna().any(axis=1)].copy()
        if self.measure not in rows or TOTAL not in rows.index:
            return rows
        totals = rows[rows["level"] == TOTAL]
        if self.level != ALL:
            body = rows[rows["level"] != TOTAL].sort_values(self.measure, ascending=False)
            rows = pd.concat([body, totals])
        if all(each.unit == YUAN and each.value >= 0 for each in rows[self.measure].dropna()):
            rows["share"] = rows[self.measure] / totals[self.measure].iloc[-1]
        return rows

    @cached_property
    def chart(self) -> Chart | Sentence:
        """The rows as bars: the largest first on one level, as printed over all levels."""
        rows, measure = self.frame, self.measure
        if measure not in rows:
            return word("no_number")
        body = rows[(rows["level"] != TOTAL) & rows[measure].notna()]
        rows = body if len(body) else rows[rows[measure].notna()]
        if not len(rows):
            return text(self.sheet.attrs["missing"]) or word("no_number")
        key = "most_share" if "share" in rows and len(body) > 1 else "most"
        top = rows.sort_values(measure, ascending=False).iloc[0]
        about = {"label": self.sheet.attrs["labels"].get(measure, measure), "name": top["name"]}
        about |= {"value": top[measure], "share": top.get("share")}
        share = "share" if "share" in rows and len(body) else ""
        said = word("alike" if len(rows) == 1 else key, **about)
        return bars(rows, measure, share=share, message=said)

    @property
    def numbers(self) -> list[tuple[str, str]]:
        """The printed numbers in view, as read and by cell; those of the chosen column first."""
        found: dict[str, str] = {}
        labels = self.sheet.attrs["labels"]
        order = sorted(self._measures, key=lambda name: name != self.measure)
        for code, row in self.frame.iterrows():
            for column in order:
                figure = row[column]
                if isinstance(figure, Figure) and len(figure.cells) == 1:
                    name = f"{code if str(code).isdigit() else ''} {row['name']}".strip()
                    about = {"name": name, "label": labels.get(column, ""), "value": shown(figure)}
                    found.setdefault(figure.cells[0], str(word("number", **about)))
        return [(said, cell) for cell, said in found.items()]

    @property
    def cells(self) -> list[str]:
        """The cells in view, in printed order."""
        return list(dict.fromkeys(cell for f in Shown(self.frame).figures for cell in f.cells))

    @property
    def pages(self) -> list[int]:
        """The pages the rows in view are printed on, or those of the empty table."""
        amounts = self.budget.amounts
        found = set(amounts.loc[[c for c in self.cells if c in amounts.index], "page"])
        if not found and self.table in self.budget.tables.index:
            found = {self.budget.tables.at[self.table, "first_page"]}
        return sorted(map(int, found))

    @property
    def csv(self) -> str:
        """The rows in view for a spreadsheet: real numbers, their cells, and no live formula."""
        said = Shown(self.frame)
        sheet = StringIO()
        writer = csv.writer(sheet)
        heads = [inert(said.head(name)) for name, _ in said.columns]
        writer.writerow([*heads, str(word("where"))])
        for row in zip(*(values for _, values in said.columns), strict=True):
            cells = dict.fromkeys(c for each in row if isinstance(each, Figure) for c in each.cells)
            values = [str(v) if isinstance(v, Figure) else inert("" if v is pd.NA else v)
                      for v in row]  # fmt: skip
            writer.writerow([*values, ";".join(cells)])
        return sheet.getvalue()

    @property
    def name(self) -> str:
        """What a file of these rows is called."""
        parts = [self.document, self.table, self.side, self.level, self.measure]
        return "-".join(filter(None, parts))


def _changed(view: View, choice: str, value: Any) -> View:
    changed: dict[str, Any] = {choice: value}
    return replace(view, **changed)


def view(document: str = "", clean: str | Path = "", **choices: Any) -> View:
    """The view of these choices, by identifier or in Chinese, and the usual ones for the rest."""
    folder = Path(clean) if clean else clean_folder()
    start = View(folder, budgets(folder)[document].id)
    table, printed = start.budget.spending.attrs["table"], start.budget.tables_printed
    start = start.turned("table", table if table in start.budget else (printed or [table])[0])
    for name in sorted(choices, key=lambda name: CHOICES.index(name) if name in CHOICES else -1):
        start = start.turned(name, choices[name])
    return start


def inert(said: object) -> str:
    """Text of a document that no spreadsheet takes for a formula."""
    words = plain(said)
    return "'" + words if words.lstrip().startswith(ACTIVE) else words


def uses(view: View, cell: str) -> Any:
    """Every check and every figure of the prose that rests on a number, what is wrong first."""
    checks = view.budget.checks.assign(page=0)
    claims = view.budget.claims.rename(columns={"value": "stated"})
    columns = ["rule_id", "status", "says", "subject", "stated", "computed", "reason", "page"]
    rows = pd.concat([
        frame.loc[[cell in cells.split(";") for cells in frame["cells"]], columns]
        for frame in (checks, claims.assign(says=claims["sentence"]))
    ])  # fmt: skip
    rows = rows.sort_values("status", key=lambda each: each.map(ORDER.index), kind="stable")
    statements, broken = (rows["page"] > 0).sum(), (rows["status"] == "broken").sum()
    key = "uses_broken" if broken else "uses_none" if rows.empty else "uses_caption"
    about = {"title": view.sources.of(cell).title, "relations": len(rows) - statements}
    said = word(key, statements=statements, broken=broken, **about)
    rows = rows.drop(columns="page").reset_index(drop=True)
    rows.attrs = {"title": str(said), "missing": str(said), "labels": {}}
    return rows


def described(view: View, cell: str) -> Sentence:
    """What is printed in a cell, and where, as a sentence."""
    source = view.sources.of(cell)
    return word("cell", title=source.title, printed=source.printed, where=source.where)


def drawn(view: View) -> str:
    """The chart as HTML, or the sentence that says what is missing."""
    if not isinstance(view.chart, Chart):
        return f'<p class="missing">{view.chart.html}</p>'
    picture = _data("image/png", view.chart.png)
    # A width of its own, because a notebook not yet trusted is shown without the style sheet.
    return f'<img alt="{safe(view.chart.alt)}" width="360" src="{picture}">'


def printed(view: View, cell: str = "") -> str:
    """The printed page with the numbers in view outlined, the chosen one enlarged above it."""
    number = view.sources.of(cell).page if cell else next(iter(view.pages), 0)
    first, last = view.pages[:1], view.pages[-1:]
    span = "" if first == last else f"{first[0]}–{last[0]}"
    said = str(word("pages" if span else "page", page=str(number), pages=span))
    picture = read_pictures(view.clean / FOLDER / view.document).get(number)
    if picture is None:
        return f'<p class="missing">{safe(word("no_picture", page=said))}</p>'
    there = [(each, view.sources.of(each)) for each in view.cells]
    there = [(each, source) for each, source in there if source.page == number and source.box]
    enlarged = "".join(_enlarged(view, picture, source) for each, source in there if each == cell)
    boxes = "".join(_outlined(picture, source, each == cell) for each, source in there)
    note = f'<p class="source">{word("outlined").html}</p>' if cell else ""
    page = f'<img alt="{safe(said)}" width="360" src="{picture.href}">'
    return f'{enlarged}<div class="ub-sheet">{page}{boxes}</div>{note}'


def _enlarged(view: View, picture: Picture, source: Source) -> str:
    assert source.box
    part, words = picture.zoom(source.box), described(view, source.reference).html
    x, y, width, height = part.outline
    return (
        f'<p class="where">{words}</p><svg viewBox="{part.box}" aria-hidden="true"><image width='
        f'"{picture.width}" height="{picture.height}" href="{picture.href}"></image>'
        f'<rect x="{x}" y="{y}" width="{width:.1f}" height="{height:.1f}"></rect></svg>'
    )


def _outlined(picture: Picture, source: Source, picked: bool) -> str:
    """A frame around a printed cell, in percent of the page."""
    assert source.box
    x, y, width, height = picture.zoom(source.box).outline
    sides = {"left": x / picture.width, "top": y / picture.height,
             "width": width / picture.width, "height": height / picture.height}  # fmt: skip
    style = ";".join(f"{side}:{100 * part:.3f}%" for side, part in sides.items())
    title = f"{safe(source.title)}：{safe(source.printed)}"
    kind = "ub-cell ub-picked" if picked else "ub-cell"
    return f'<span class="{kind}" style="{style}" title="{title}"></span>'


def exported(view: View) -> str:
    """Links that hold what is in view as files: they work wherever the server stands."""
    sheet = view.csv.encode("utf-8-sig")  # the mark tells spreadsheets that it is UTF-8
    files = [("csv", "text/csv", sheet, "download_table")]
    if isinstance(view.chart, Chart):
        files.append(("png", "image/png", view.chart.png, "download_chart"))
    links = (
        f'<a download="{safe(view.name)}.{end}" href="{_data(kind, content)}">{word(key).html}</a>'
        for end, kind, content, key in files
    )
    return f'<p class="files">{"".join(links)}</p>'


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


class Desk:
    """The view chosen so far and the number picked in it, with the widgets that change them."""

    def __init__(self, start: View) -> None:
        import ipywidgets as make

        self.view, self.cell, self._filling = start, "", False
        names = wording()["controls"]
        layout = {"width": "max-content", "max_width": "100%"}
        style = {"description_width": "initial"}
        self.controls: dict[str, Any] = {
            name: make.Dropdown(description=names[name], layout=layout, style=style)
            for name in CHOICES
        }
        self.number: Any = make.Select(
            description="", layout={"width": "calc(100% - 4px)"}, tooltip=names["number"]
        )
        self.panes: dict[str, Any] = {
            name: make.HTML() for name in ("chart", "table", "page", "files", "uses")
        }
        for name in (*SIDE_BY_SIDE, "uses"):
            self.panes[name].add_class("ub-pane")
            self.panes[name].add_class(f"ub-{name}")
        controls = make.HBox(list(self.controls.values()))
        controls.add_class("ub-controls")
        chooser = make.VBox(
            [make.HTML(f'<p class="says">{safe(names["number"])}</p>'), self.number]
        )
        chooser.add_class("ub-number")
        panes = make.Box([*(self.panes[name] for name in SIDE_BY_SIDE), chooser])
        panes.add_class("ub-panes")
        below = self.panes["files"], self.panes["uses"]
        self.widget: Any = make.VBox([make.HTML(self._style), controls, panes, *below])
        self.widget.add_class("ub-desk")
        self._refill()
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._turn(name, change["new"]), "value")
        self.number.observe(lambda change: self._pick(change["new"]), "value")

    @property
    def _style(self) -> str:
        return f"<style>{(REFERENCE / 'desk.css').read_text('utf-8')}</style>"

    def turn(self, choice: str, value: Any) -> None:
        """Change one choice, as its widget does."""
        self.view = self.view.turned(choice, value)
        self._refill()

    def _turn(self, choice: str, value: Any) -> None:
        if not self._filling:
            self.turn(choice, value)

    def _pick(self, cell: str) -> None:
        if not self._filling:
            self.cell = cell
            self._show("page", "uses")

    def _refill(self) -> None:
        """Offer what there is to choose in the view, then show it."""
        self._filling = True
        try:
            for name, control in self.controls.items():
                offered = self.view.choices[name]
                control.options = offered
                control.value = getattr(self.view, name) if offered else None
                control.layout.display = None if len(offered) > 1 else "none"
            numbers = self.view.numbers
            self.number.rows = min(max(len(numbers), 2), ROWS)
            self.number.options = numbers or [(str(word("no_number")), "")]
            self.cell = self.number.value = numbers[0][1] if numbers else ""
        finally:
            self._filling = False
        self._show(*self.panes)

    def _show(self, *panes: str) -> None:
        for name in panes:
            self.panes[name].value = self._made(name)

    def _made(self, pane: str) -> str:
        """One pane; what cannot be shown says why, and the others stay."""
        try:
            if pane == "page":
                return printed(self.view, self.cell)
            if pane == "uses":
                return display.html(uses(self.view, self.cell)) if self.cell else ""
            if pane == "table":
                return display.html(self.view.frame)
            return drawn(self.view) if pane == "chart" else exported(self.view)
        except UnitBudgetError as error:
            return f'<p class="missing">{safe(error)}</p>'

    @property
    def html(self) -> str:
        """The desk without its widgets."""
        made = {name: self._made(name) for name in self.panes}
        panes = "".join(f'<div class="ub-pane ub-{n}">{made[n]}</div>' for n in SIDE_BY_SIDE)
        return (
            f'{self._style}<div class="ub-desk"><div class="ub-panes">{panes}</div>{made["files"]}'
            f'<div class="ub-uses">{made["uses"]}</div></div>'
        )

    @property
    def text(self) -> str:
        """Everything in view, as text that a test compares."""
        chart = self.view.chart
        said = [str(chart.message if isinstance(chart, Chart) else chart)]
        said.append(display.text(self.view.frame))
        if self.cell:
            asked = display.text(uses(self.view, self.cell))
            said += [str(described(self.view, self.cell)), asked]
        return "\n\n".join(said)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        data: dict[str, Any] = {"text/html": self.html, "text/plain": self.text}
        return data | {WIDGET: self.widget._repr_mimebundle_()[WIDGET]}


def desk(document: str = "", clean: str | Path = "", **choices: Any) -> Desk:
    """A desk with these choices made, by identifier or in Chinese; the rest is as usual."""
    return Desk(view(document, clean, **choices))
