"""Which checks and which sentences use one printed number: what does not hold comes first."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from unitbudget.briefing.explore import View
from unitbudget.briefing.offers import word, wording
from unitbudget.briefing.show import Content, Shown, table
from unitbudget.briefing.stated import claims
from unitbudget.briefing.words import Said, Sentence, shown, vocabulary
from unitbudget.entries import records
from unitbudget.figures import Figure

#: What a reader wants to see first.
ORDER = ("broken", "cannot_check", "holds")


def uses(view: View, cell: str = "") -> Shown:
    """Every check and every figure of the prose that rests on a number, or the first in view."""
    cell = cell or next((cell for _, cell in view.numbers), "")
    if not cell:
        return table("", [], [], missing=str(word("no_number")))
    relations, statements = _relations(view, cell), _statements(view, cell)
    rows = sorted([*relations, *statements], key=lambda row: ORDER.index(row[0]))
    title = view.sources.of(cell).title
    caption = word(
        "uses_caption",
        title=title,
        relations=_counted(relations, cell),
        statements=_counted(statements, cell),
    )
    broken = [row for row in rows if row[0] == "broken"]
    if broken:
        caption += word("uses_broken", broken=_counted(broken, cell))
    heads = [tuple(h) if isinstance(h, list) else h for h in wording()["heads"]["uses"]]
    missing = "" if rows else str(word("uses_none"))
    return table(caption, heads, [row[1] for row in rows], missing=missing)


def described(view: View, cell: str) -> Sentence:
    """What is printed in a cell, and where, as a sentence."""
    place = view.sources.of(cell)
    return word("cell", title=place.title, printed=place.printed, where=place.where)


Row = tuple[str, tuple[Content, ...]]


def _counted(rows: list[Row], cell: str) -> Figure:
    return Figure(Decimal(len(rows)), "count", cells=(cell,), formula="checks.csv, claims.csv")


def _relations(view: View, cell: str) -> list[Row]:
    found: list[Row] = []
    for row in records(view.budget.package.checks):
        cells = tuple(filter(None, str(row["cells"]).split(";")))
        if cell in cells:
            sides = [_side(row[side], cells, str(row["says"])) for side in ("stated", "computed")]
            said = row["rule_id"], _status(row["status"]), row["says"], row["subject"]
            found.append((str(row["status"]), (*said, *sides, row["reason"])))
    return found


def _side(value: Any, cells: tuple[str, ...], formula: str) -> Figure | None:
    if value is None or value != value:
        return None
    return Figure(Decimal(str(value)), cells=cells, formula=formula)


def _statements(view: View, cell: str) -> list[Row]:
    """The figures of the prose that are checked against this number."""
    found: list[Row] = []
    computed = [row["computed"] for row in records(view.budget.package.claims)]
    for claim in claims(view.budget):
        if cell in claim.cells:
            where = str(word("statement", page=str(claim.page)))
            said = claim.rule_id or where, _status(claim.status), claim.sentence
            about = f"{where}·{claim.subject}"
            again = _again(computed[claim.number - 1], claim.figure)
            reason = claim.reason if claim.status != "holds" else ""
            found.append((claim.status, (*said, about, _said(claim.figure), again, reason)))
    return found


def _again(value: Any, of: Figure) -> Content:
    """What the tables give for a figure of the prose, in its unit."""
    if value is None or value != value or value == "":
        return None
    return _said(replace(of, value=Decimal(str(value))))


def _said(figure: Figure) -> Content:
    """Money without its unit, as all money in the list; anything else with its own."""
    return figure if figure.unit == "CNY" else Said(figure, shown(figure))


def _status(status: str) -> str:
    return str(vocabulary()["statuses"].get(status, status))
