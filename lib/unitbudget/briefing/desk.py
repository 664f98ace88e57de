"""The analyst's desk: choices on top; the chart, the table and the printed page side by side.

What a browser shows is made of the same pieces as what a notebook stores, so a page without widgets
shows the usual choices, and its text holds every number in view.
"""

from __future__ import annotations

from base64 import b64encode
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from unitbudget.briefing.charts import Chart
from unitbudget.briefing.crops import Picture, read_pictures
from unitbudget.briefing.sources import Source, Sources
from unitbudget.briefing.views import CHOICES, View, view, word, wording
from unitbudget.briefing.words import Sentence
from unitbudget.errors import UnitBudgetError
from unitbudget.money import display
from unitbudget.money.display import safe
from unitbudget.picturebook import FOLDER

WIDGET = "application/vnd.jupyter.widget-view+json"

#: So many numbers are offered at a time; the others by scrolling.
ROWS = 8
SIDE_BY_SIDE = ("chart", "table", "page")


def drawn(view: View) -> str:
    """The chart as HTML, or the sentence that says what is missing."""
    if not isinstance(view.chart, Chart):
        return f'<p class="missing">{view.chart.html}</p>'
    picture = _data("image/png", view.chart.png)
    # A width of its own, because a notebook not yet trusted is shown without the style sheet.
    return f'<img alt="{safe(view.chart.alt)}" width="360" src="{picture}">'


def listed(view: View) -> str:
    return display.html(view.frame)


#: What a reader wants to see first.
ORDER = ("broken", "last_place", "cannot_check", "holds")


def uses(view: View, cell: str) -> Any:
    """Every check and every figure of the prose that rests on a number, what is wrong first."""
    rows = view.uses[view.uses["cell"] == cell].drop(columns="cell")
    rows = rows.sort_values("status", key=lambda each: each.map(ORDER.index), kind="stable")
    statements, broken = (rows["page"] > 0).sum(), (rows["status"] == "broken").sum()
    key = "uses_broken" if broken else "uses_none" if rows.empty else "uses_caption"
    about = {"title": place(view, cell).title, "relations": len(rows) - statements}
    said = word(key, statements=statements, broken=broken, **about)
    rows.attrs = {"title": str(said), "missing": str(said), "labels": {}}
    return rows.drop(columns="page")


def place(view: View, cell: str) -> Source:
    """What is printed in a cell, and where."""
    return _sources(view).of(cell)


@lru_cache(maxsize=8)
def _sources(view: View) -> Sources:
    return Sources(view.budget)


def described(view: View, cell: str) -> Sentence:
    """What is printed in a cell, and where, as a sentence."""
    source = place(view, cell)
    return word("cell", title=source.title, printed=source.printed, where=source.where)


def printed(view: View, cell: str = "") -> str:
    """The printed page with the numbers in view outlined, the chosen one enlarged above it."""
    pages = read_pictures(view.clean / FOLDER / view.document)
    number = place(view, cell).page if cell else next(iter(view.pages), 0)
    said = _page_said(view, number)
    if number not in pages:
        return f'<p class="missing">{safe(word("no_picture", page=said))}</p>'
    picture = pages[number]
    enlarged = _enlarged(view, picture, cell) if cell else ""
    boxes = "".join(_outline(view, picture, each, each == cell) for each in view.cells)
    note = f'<p class="source">{word("outlined").html}</p>' if cell else ""
    page = f'<img alt="{safe(said)}" width="360" src="{picture.href}">'
    return f'{enlarged}<div class="ub-sheet">{page}{boxes}</div>{note}'


def _enlarged(view: View, picture: Picture, cell: str) -> str:
    found = place(view, cell)
    if found.box is None:
        return ""
    part, words = picture.zoom(found.box), described(view, cell).html
    x, y, width, height = part.outline
    return (
        f'<p class="where">{words}</p><svg viewBox="{part.box}" aria-hidden="true"><image width='
        f'"{picture.width}" height="{picture.height}" href="{picture.href}"></image>'
        f'<rect x="{x}" y="{y}" width="{width:.1f}" height="{height:.1f}"></rect></svg>'
    )


def _outline(view: View, picture: Picture, cell: str, picked: bool) -> str:
    """A frame around a printed cell, in percent of the page."""
    found = place(view, cell)
    if found.box is None or found.page != picture.page:
        return ""
    x, y, width, height = picture.zoom(found.box).outline
    sides = {"left": x / picture.width, "top": y / picture.height,
             "width": width / picture.width, "height": height / picture.height}  # fmt: skip
    style = ";".join(f"{side}:{100 * part:.3f}%" for side, part in sides.items())
    kind = "ub-cell ub-picked" if picked else "ub-cell"
    title = f"{safe(found.title)}：{safe(found.printed)}"
    return f'<span class="{kind}" style="{style}" title="{title}"></span>'


def _page_said(view: View, number: int) -> str:
    first, last = view.pages[:1], view.pages[-1:]
    if first == last:
        return str(word("page", page=str(number)))
    span = f"{first[0]}–{last[0]}"
    return str(word("pages", page=str(number), pages=span))


def exported(view: View) -> str:
    """Links that hold what is in view as files: they work wherever the server stands."""
    sheet = view.csv.encode("utf-8-sig")  # the mark tells spreadsheets that it is UTF-8
    links = [_link(f"{view.name}.csv", "text/csv", sheet, "download_table")]
    if isinstance(view.chart, Chart):
        links.append(_link(f"{view.name}.png", "image/png", view.chart.png, "download_chart"))
    return f'<p class="files">{"".join(links)}</p>'


def _link(name: str, kind: str, content: bytes, key: str) -> str:
    said = word(key).html
    return f'<a download="{safe(name)}" href="{_data(kind, content)}">{said}</a>'


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


def _style() -> str:
    return f"<style>{(files('unitbudget') / 'reference' / 'desk.css').read_text('utf-8')}</style>"


class Desk:
    """The view chosen so far and the number picked in it, with the widgets that change them."""

    def __init__(self, start: View) -> None:
        import ipywidgets

        self.view = start
        self.cell = ""
        self._filling = False
        make, names = ipywidgets, wording()["controls"]
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
        self.widget: Any = self._arranged(make)
        self._refill()
        for name, control in self.controls.items():
            control.observe(lambda change, name=name: self._turn(name, change["new"]), "value")
        self.number.observe(lambda change: self._pick(change["new"]), "value")

    def _arranged(self, make: Any) -> Any:
        controls = make.HBox(list(self.controls.values()))
        controls.add_class("ub-controls")
        asked = make.HTML(f'<p class="says">{safe(wording()["controls"]["number"])}</p>')
        chooser = make.VBox([asked, self.number])
        chooser.add_class("ub-number")
        panes = make.Box([*(self.panes[name] for name in SIDE_BY_SIDE), chooser])
        panes.add_class("ub-panes")
        below = self.panes["files"], self.panes["uses"]
        whole = make.VBox([make.HTML(_style()), controls, panes, *below])
        whole.add_class("ub-desk")
        return whole

    def turn(self, choice: str, value: Any) -> None:
        """Change one choice, as its widget does."""
        self.view = self.view.turned(choice, value)
        self._refill()

    def pick(self, cell: str) -> None:
        """Pick one printed number, as its widget does."""
        self.cell = cell
        self._show("page", "uses")

    def _turn(self, choice: str, value: Any) -> None:
        if not self._filling:
            self.turn(choice, value)

    def _pick(self, cell: str) -> None:
        if not self._filling:
            self.pick(cell)

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
            return {"chart": drawn, "table": listed, "files": exported}[pane](self.view)
        except UnitBudgetError as error:
            return f'<p class="missing">{safe(error)}</p>'

    @property
    def html(self) -> str:
        """The desk without its widgets."""
        made = {name: self._made(name) for name in self.panes}
        panes = "".join(f'<div class="ub-pane ub-{n}">{made[n]}</div>' for n in SIDE_BY_SIDE)
        return (
            f'{_style()}<div class="ub-desk"><div class="ub-panes">{panes}</div>{made["files"]}'
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
