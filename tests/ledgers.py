"""Amounts of made-up disclosures, as the clean package would hold them, without a PDF between."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from generator.drawing import draw
from generator.sheets import Digits, layout, sheets
from unitbudget.auditing import claims
from unitbudget.auditing.claims import Claim
from unitbudget.auditing.evaluate import Check, Evaluator
from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.facts import gathered
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.reconcile import expand
from unitbudget.auditing.side import Entry
from unitbudget.documents import Box, Line
from unitbudget.money.amounts import half_unit, parse
from unitbudget.package import Package, load
from unitbudget.reading.narrative import Section
from unitbudget.reading.paragraphs import Paragraph

CLEAN = Path(__file__).parents[1] / "data" / "clean"
WRITTEN = Path(__file__).parent / "documents" / "written"
SEED = "baoshan-workers-service-centre-2020-unit-budget"
Rows = list[dict[str, Any]]
STYLES = (Digits(), Digits(trim=True), Digits(blank="0.00"), Digits(blank="-", separators=True))


class Disclosed(NamedTuple):
    """The amounts and tables of one disclosure, and whether it is a budget or final accounts."""

    amounts: Rows
    tables: Rows
    kind: str = "budget"
    layout: str = "shanghai-budget-2020"
    #: What is stated outside the tables.
    stated: tuple[Entry, ...] = ()

    def evaluator(self) -> Evaluator:
        return Evaluator(Ledger(self.amounts, self.tables).beside(self.stated), self.layout)

    def checks(self) -> list[Check]:
        return expand(self.evaluator(), self.kind)

    def printing(self, cell: str, printed: str) -> Disclosed:
        """The same disclosure with another number printed in one cell."""
        rows = [
            _amount({**row, "printed": printed}) if row["cell"] == cell else row
            for row in self.amounts
        ]
        return self._replace(amounts=rows)


def seed() -> Disclosed:
    """The committed clean package of the first document, with what its prose and forms state."""
    package = load(CLEAN).document(SEED)
    return Disclosed(
        package.amounts.to_dict("records"),
        package.tables.to_dict("records"),
        stated=tuple(facts_of(package)),
    )


def facts_of(package: Package) -> list[Entry]:
    """What the forms of a document and, as the package records it, its prose state."""
    ledger = Ledger(package.amounts, package.tables)
    return gathered(stated_in(package), package.projects.to_dict("records"), ledger)


def stated_in(package: Package) -> list[Claim]:
    """The claims of a document, its prose read again from its sections."""
    ledger = Ledger(package.amounts, package.tables)
    kind = str(package.documents["kind"].iloc[0])
    projects = package.projects.to_dict("records")
    return claims.check(Prose(prose_of(package), ledger, kind, projects))


def prose_of(package: Package) -> list[Section]:
    """The sections of a package, each paragraph on the first page of its section."""
    titles: dict[str, str] = {}
    found = []
    for row in package.sections.to_dict("records"):
        titles[row["section"]] = row["title"]
        parts = row["section"].split(".")
        above = [".".join(parts[: n + 1]) for n in range(len(parts))]
        line = Line(row["page"], "", Box(0, 0, 1, 1))
        body = tuple(Paragraph(text, (0,), (line,)) for text in row["text"].splitlines() if text)
        path = tuple(titles[each] for each in above if each in titles)
        found.append(Section(row["section"], row["title"], len(path), row["page"], path, body))
    return found


def generated(seed: int, family: str = "shanghai-budget-2020") -> Disclosed:
    """A disclosure drawn at random on the forms of a family; every identity holds in it."""
    chance = Random(seed)
    budget = draw(chance)
    printed = sheets(budget, family, chance.choice(STYLES))
    amounts = [
        _amount({**row, "printed_unit": sheet.unit, "cell": _cell(row)})
        for sheet in printed
        for row in sheet.expected
    ]
    tables = [{"table_id": sheet.table_id, "note": sheet.note} for sheet in printed]
    return Disclosed(amounts, tables, layout(family).get("kind", "budget"), family)


def printed_in(text: str, year: int, kind: str, unit: str = "万元") -> Disclosed:
    """A disclosure written down by hand, a row a line::

    general_public_budget | 201 一般公共服务支出 | total 10.00 | basic 6.00
    revenue_and_expenditure/revenue | 收入总计 | total 10.00
    government_managed_funds | （注：本单位没有这项支出，本表为空表。）
    """
    amounts: Rows = []
    tables: dict[str, dict[str, Any]] = {}
    for line in filter(str.strip, text.splitlines()):
        place, label, *cells = (part.strip() for part in line.split("|"))
        table, _, side = place.partition("/")
        about = tables.setdefault(table, {"table_id": table, "note": "", "rows": 0})
        about["rows"] += 1
        if not cells:
            about["note"] = label
        for number, cell in enumerate(cells, start=1):
            *words, printed = cell.split()
            amounts.append(_written(table, side, label, words, printed, about["rows"], number))
            amounts[-1] |= {"fiscal_year": year - ("last" in words), "printed_unit": unit}
            default = "executed" if kind == "final_accounts" else "approved"
            phase = next((word for word in words if word in ("approved", "executed")), default)
            amounts[-1] = _amount(amounts[-1] | {"phase": phase})
    return Disclosed(amounts, list(tables.values()), kind)


def written_down(name: str) -> str:
    """A disclosure of ``documents/written``, in the lines ``printed_in`` reads."""
    return (WRITTEN / f"{name}.txt").read_text("utf-8")


def _written(
    table: str, side: str, label: str, words: list[str], printed: str, row: int, column: int
) -> dict[str, Any]:
    code, _, name = label.partition(" ") if label[:1].isdigit() else ("", "", label)
    return {
        "table_id": table,
        "row": row,
        "direction": side or ("revenue" if table == "revenue" else "expenditure"),
        "function_code": code,
        "economic_code": "",
        "name": name,
        "measure": words[0],
        "unit": "percent" if words[0].endswith("_percent") else "CNY",
        "printed": printed,
        "column": column,
        "cell": f"{table}!R{row}C{column}",
    }


def _cell(row: dict[str, Any]) -> str:
    return f"{row['table_id']}!R{row['row']}C{row['column']}"


def _amount(row: dict[str, Any]) -> dict[str, Any]:
    """The row with the value and precision of what is printed in it."""
    read = parse(row["printed"])
    assert read is not None
    if row["unit"] == "percent":
        return row | {"value": read.value, "precision": half_unit(read, "元")}
    half = half_unit(read, row["printed_unit"])
    scale = half * 2 * 10**read.places
    return row | {"value": read.value * scale, "precision": half}
