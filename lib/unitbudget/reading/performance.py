"""Forms about projects and their performance targets → what they say, field by field.

A form is a ruled grid that begins with the name of a project; it may run on over the next pages,
where the page break cuts through its merged cells. People and telephone numbers are never kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from unitbudget.documents import Cell, Grid, Printed
from unitbudget.money.amounts import UNITS, NotAnAmount, in_yuan, parse
from unitbudget.money.text import heading, squash
from unitbudget.package import Rows
from unitbudget.reading.privacy import mask, masked
from unitbudget.reference import toml

_IN_UNIT = re.compile(r"(千元|万元|亿元|元)\)?$")


@dataclass(slots=True)
class _Form:
    """One form: the ruled grids it runs over, and what has been read of it so far."""

    title: str
    grids: list[Grid]
    project: str = ""
    fields: list[dict[str, Any]] = field(default_factory=list)
    targets: list[dict[str, Any]] = field(default_factory=list)


#: The printed labels of forms, as data.
labels = partial(toml, "performance")


def read_forms(printed: Printed) -> tuple[Rows, Rows]:
    """The rows of ``indicators.csv`` and of ``projects.csv``: all forms of the document."""
    indicators: Rows = []
    projects: Rows = []
    for form in _forms(printed):
        _read(form)
        if not (form.title or form.targets):
            continue
        head = {"form": form.title, "project": form.project}
        indicators += [head | row for row in form.targets]
        said = [row for row in form.fields if row["text"] or row["value"] is not None]
        projects += [head | row for row in said]
    return indicators, projects


def _forms(printed: Printed) -> Iterator[_Form]:
    """The forms of the document, each with the grids it runs over."""
    form: _Form | None = None
    for page in printed.pages:
        for grid in page.grids:
            first = next((cell for cell in grid.rows[0] if cell), None)
            above = [
                line
                for line in page.lines
                if not line.in_grid and line.box.y0 >= grid.box.y1 - 2 and line.box.x0 < grid.box.x1
            ]
            if first and label_of(first.text) == labels()["start"]:
                if form:
                    yield form
                title = min(above, key=lambda line: -len(_form_title(line.text)), default=None)
                form = _Form(_form_title(title.text) if title else "", [grid])
            elif form and not above and grid.page == form.grids[-1].page + 1:
                form.grids.append(grid)
            elif form:
                yield form
                form = None
    if form:
        yield form


def _form_title(text: str) -> str:
    """The printed title of a form: what stands above it and speaks of targets."""
    plain = squash(text)
    return plain if re.search(r"绩效目标(申报)?表?$|绩效目标", plain) else ""


def label_of(text: str) -> str:
    """A printed label as it is listed: without a unit in brackets, without a colon."""
    plain = re.sub(r"\((?:千|万|亿)?元\)$", "", heading(text).rstrip(":")).replace("其中:", "其中")
    return plain.replace("(", "（").replace(")", "）")


def _known(label: str) -> str | None:
    """The kind of field a label announces, or nothing."""
    for kind, names in labels()["fields"].items():
        if label in names:
            return str(kind)
    return None


def _read(form: _Form) -> None:
    columns: list[tuple[str, float]] = []
    for grid in form.grids:
        for owned in _owned_rows(grid):
            starting = [cell for cell, begins in owned if begins and cell.text.strip()]
            head = _target_columns(starting)
            if head:
                columns = head
            elif columns and _known(label_of(starting[0].text if starting else "")) is None:
                _read_target(form, [cell for cell, _ in owned], columns, grid.page)
            else:
                _read_fields(form, owned, grid.page)


def _owned_rows(grid: Grid) -> Iterator[list[tuple[Cell, bool]]]:
    """Each row's cells from the left, those reaching down from above too: (cell, begins here)."""
    reaching: list[tuple[Cell, int]] = []
    for row in grid.rows:
        here = [(cell, True) for cell in row if cell]
        here += [(cell, False) for cell, left in reaching if left > 0]
        yield sorted(here, key=lambda pair: pair[0].box.x0)
        reaching = [(cell, left - 1) for cell, left in reaching if left > 1]
        reaching += [(cell, cell.rowspan - 1) for cell in row if cell and cell.rowspan > 1]


def _target_columns(cells: list[Cell]) -> list[tuple[str, float]]:
    """What each column of a table of targets holds and where its middle is."""
    names = [label_of(cell.text) for cell in cells]
    aimed = next((n for n, name in enumerate(names) if name in labels()["target_column"]), None)
    if aimed is None:
        return []
    known = {**labels()["levels"], **dict.fromkeys(labels()["target_column"], "target")}
    # Whatever its heading is called, the indicator stands right before what is aimed at.
    if aimed and names[aimed - 1] not in known and "三级指标" not in names:
        known[names[aimed - 1]] = "level3"
    return [
        (known[name], (cell.box.x0 + cell.box.x1) / 2)
        for name, cell in zip(names, cells, strict=True)
        if name in known
    ]


def _read_target(
    form: _Form, cells: list[Cell], columns: list[tuple[str, float]], page: int
) -> None:
    texts = {name: squash(_over(cells, middle)) for name, middle in columns}
    if not texts.get("target") or not texts.get("level3"):
        return
    operator, target, unit = target_of(texts.pop("target"))
    levels = {name: texts.get(name, "") for name in ("level1", "level2", "level3")}
    form.targets.append(
        levels | {"operator": operator, "target": target, "unit": unit, "page": page}
    )


def _over(cells: list[Cell], middle: float) -> str:
    """The text of the cell that stands over the middle of a column."""
    return next((cell.text for cell in cells if cell.box.x0 <= middle <= cell.box.x1), "")


def target_of(printed: str) -> tuple[str, str, str]:
    """A printed target as operator, number and unit; a target in words has neither."""
    rules = labels()["targets"]
    text = squash(printed)
    match = re.match(rules["number"], text)
    before = rules["before"].get(match["before"]) if match else None
    if match is None or before is None:
        return "", text, ""
    operator = rules["after"].get(match["after"], before)
    number = Decimal(match["number"].replace(",", "")).normalize()
    return operator, f"{number:f}", match["unit"].replace("％", "%")


def _read_fields(form: _Form, owned: list[tuple[Cell, bool]], page: int) -> None:
    """One row of labels and what stands beside, below or further down from each."""
    parts = labels()["parts"]
    names = [label_of(cell.text) for cell, _ in owned]
    fresh = [cell for cell, begins in owned if begins]
    if parts["label"] in names:
        cells = [cell for cell in fresh if label_of(cell.text) != parts["label"]]
        _read_part(form, cells, page)
    elif len(fresh) == 1 and _known(label_of(fresh[0].text)):
        _store(form, label_of(fresh[0].text), "", "", page)
    elif len(fresh) == 1 or (fresh and not label_of(fresh[0].text)):
        _append(form, "".join(cell.text for cell in fresh))
    else:
        place = 0
        while place < len(fresh) - 1:
            label, value = fresh[place : place + 2]
            known = _known(label_of(label.text)) is not None
            if known:
                _store(form, label_of(label.text), _unit(label, owned), value.text, page)
            place += 2 if known else 1


def _unit(label: Cell, owned: list[tuple[Cell, bool]]) -> str:
    """The unit of money a label prints, or else the heading left of it over several rows."""
    left = [cell for cell, _ in owned if cell.box.x0 <= label.box.x0]
    found = (_IN_UNIT.search(heading(cell.text).rstrip(":")) for cell in reversed(left))
    return next((match[1] for match in found if match), "元")


def _read_part(form: _Form, cells: list[Cell], page: int) -> None:
    parts = labels()["parts"]
    if len(cells) < 2 or label_of(cells[0].text) == parts["name_column"]:
        return
    amount = money(cells[-1].text, "元")
    form.fields.append(_row(parts["field"], amount, cells[-1].text, page, squash(cells[0].text)))


def _store(form: _Form, label: str, unit: str, printed: str, page: int) -> None:
    kind = _known(label)
    if kind == "personal":
        form.fields.append(_row(label, None, "", page, mask()))
    elif kind == "money":
        amount = money(printed, unit)
        text = "" if amount is not None else squash(printed)
        form.fields.append(_row(label, amount, printed, page, text))
    elif kind is not None:
        if kind == "name" and not form.project:
            form.project = squash(printed)
        form.fields.append(_row(label, None, "", page, squash(printed)))


def _append(form: _Form, text: str) -> None:
    """More of the field before: the form went on below its label, or over the page break."""
    if form.fields and form.fields[-1]["text"] != mask():
        form.fields[-1]["text"] = masked(form.fields[-1]["text"] + squash(text))


def money(printed: str, unit: str) -> Decimal | None:
    """The amount in yuan that a field prints, or nothing where it prints none."""
    try:
        amount = parse(squash(printed))
    except NotAnAmount:
        return None
    return in_yuan(amount, unit) if amount and unit in UNITS else None


def _row(name: str, amount: Decimal | None, printed: str, page: int, text: str) -> dict[str, Any]:
    return {
        "field": name,
        "value": float(amount) if amount is not None else None,
        "unit": "CNY" if amount is not None else "",
        "printed": squash(printed).replace(",", "") if amount is not None else "",
        "page": page,
        "text": masked(text),
    }
