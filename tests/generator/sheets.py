"""A budget → its tables as they are printed, cell by cell, and what a reader must find in them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

from generator import catalogue
from generator.budgets import Budget, ThreePublic, plus

LAYOUTS = Path(__file__).parent / "layouts"
UNITS = {"元": Decimal(1), "万元": Decimal(10_000)}
ORDINALS = "一 二 三 四 五 六 七 八 九 十".split()
CODE_PARTS = {"class": slice(0, 3), "section": slice(3, 5), "item": slice(5, 7)}


@dataclass(frozen=True)
class Digits:
    """How a document writes its numbers."""

    separators: bool = False
    blank: str = ""
    trim: bool = False
    percent_sign: bool = False

    def write(self, value: Decimal | None, places: int = 2) -> str:
        """The number as it stands in a cell."""
        if value is None:
            return self.blank
        rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
        if self.trim and rounded == rounded.to_integral_value():
            rounded = rounded.quantize(Decimal(1))
        return f"{rounded:,}" if self.separators else f"{rounded}"


@dataclass(frozen=True)
class Row:
    """One row of a table: its code, the names on its sides and its amounts by meaning."""

    code: str = ""
    names: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    amounts: Mapping[str, Decimal | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """One printed column: the headings over it, what it holds, how wide it is."""

    path: tuple[str, ...]
    meaning: str
    weight: float

    @property
    def words(self) -> list[str]:
        return self.meaning.split()

    @property
    def side(self) -> str:
        return self.words[0] if self.words[0] in ("revenue", "expenditure") else ""

    @property
    def is_label(self) -> bool:
        return self.words[-1] in (*CODE_PARTS, "name")


@dataclass(frozen=True)
class Sheet:
    """One table ready to be set: its texts, and one expected amount or none for each cell."""

    table_id: str
    title: str
    unit: str
    note: str
    columns: tuple[Column, ...]
    cells: tuple[tuple[str, ...], ...]
    expected: tuple[dict[str, Any], ...]

    @property
    def total_is_last(self) -> bool:
        return self.cells[-1][-1] != "" and any("合计" in text for text in self.cells[-1])


@cache
def layout(family: str) -> list[dict[str, Any]]:
    """The tables of one family of forms, in printed order."""
    tables: list[dict[str, Any]] = tomllib.loads((LAYOUTS / f"{family}.toml").read_text("utf-8"))[
        "table"
    ]
    return tables


def families() -> list[str]:
    """The families of forms the generator can fill in."""
    return sorted(path.stem for path in LAYOUTS.glob("*.toml"))


def sheets(budget: Budget, family: str, digits: Digits) -> list[Sheet]:
    """Every table of the budget on the forms of a family."""
    return [_sheet(budget, family, table, digits) for table in layout(family)]


def _sheet(budget: Budget, family: str, table: dict[str, Any], digits: Digits) -> Sheet:
    words = {"year": budget.year, "last": budget.year - 1, "unit": budget.unit}
    columns = tuple(
        Column(tuple(part.strip() for part in path.format(**words).split(">")), meaning, weight)
        for path, meaning, weight in table["columns"]
    )
    rows = CONTENT[table["id"]](budget, bool(table.get("short")), family)
    blank = not rows
    if blank:
        rows = [Row() for _ in range(3)] + [Row(names={"": ("合计", "合计")})]
        digits = Digits(blank="")
    cells, expected = [], []
    for number, row in enumerate(rows, start=1):
        texts = [_text(column, row, table["unit"], digits) for column in columns]
        cells.append(tuple(texts))
        for place, (column, text) in enumerate(zip(columns, texts, strict=True), start=1):
            if not column.is_label and text not in ("", "-", "—"):
                record = _record(budget, table, column, row, text)
                expected.append(record | {"row": number, "column": place})
    return Sheet(
        table["id"],
        table["title"].format(**words),
        table["unit"],
        table.get("note", "").format(**words) if blank else "",
        columns,
        tuple(cells),
        tuple(expected),
    )


def _text(column: Column, row: Row, unit: str, digits: Digits) -> str:
    last = column.words[-1]
    if last in CODE_PARTS:
        return row.code[CODE_PARTS[last]]
    if last == "name":
        return row.names.get(column.side, ("", ""))[0]
    if column.meaning not in row.amounts:
        return digits.blank if row.amounts and _is_line(row, column) else ""
    value = row.amounts[column.meaning]
    if value is not None and last != "change_percent":
        value /= UNITS[unit]
    text = digits.write(value)
    return text + "%" if last == "change_percent" and value is not None and digits.percent_sign else text


def _is_line(row: Row, column: Column) -> bool:
    """Is anything at all printed on this side of the row?"""
    return column.side in row.names or "" in row.names or not row.names


def _record(
    budget: Budget, table: dict[str, Any], column: Column, row: Row, text: str
) -> dict[str, Any]:
    """What ``amounts.csv`` must say of this cell."""
    words = column.words
    (measure,) = [w for w in words if w not in ("revenue", "expenditure", "last", "executed")]
    printed = text.replace(",", "").rstrip("%")
    percent = measure.endswith("_percent")
    names = row.names.get(column.side) or row.names.get("") or ("", "")
    economic = table["id"] == "basic_expenditure"
    return {
        "table_id": table["id"],
        "direction": column.side or table.get("direction", "expenditure"),
        "function_code": "" if economic else row.code,
        "economic_code": row.code if economic else "",
        "name": names[1],
        "measure": measure,
        "fiscal_year": budget.year - ("last" in words),
        "phase": "executed" if "executed" in words else "approved",
        "value": Decimal(printed) * (1 if percent else UNITS[table["unit"]]),
        "unit": "percent" if percent else "CNY",
        "printed": printed,
    }


# --- what each table holds -------------------------------------------------------------------


def _named(code: str, budget: Budget, file: str = "function") -> dict[str, tuple[str, str]]:
    find = catalogue.function_name if file == "function" else catalogue.economic_name
    name = find(code, budget.year)
    return {"": (name, name)}


def _coded(
    budget: Budget, present: str, amounts: Callable[[str], Mapping[str, Decimal | None]]
) -> list[Row]:
    """A row for every code with money of this kind below it, and the total."""
    items = [item for item in budget.items if getattr(item, present) is not None]
    rows = [Row(code, _named(code, budget), amounts(code)) for code in budget.codes(items)]
    return [*rows, Row("", {"": ("合计", "合计")}, amounts(""))] if rows else []


def _general(budget: Budget, short: bool, family: str) -> list[Row]:
    def amounts(code: str) -> dict[str, Decimal | None]:
        total, before = budget.sum_of("general", code), budget.sum_of("before", code)
        change = (total or Decimal(0)) - (before or Decimal(0))
        share = change * 100 / before if before else None
        return {
            "total last executed": before,
            "total": total,
            "basic": budget.sum_of("basic", code),
            "project": budget.sum_of("project", code),
            "change": change,
            "change_percent": share,
        }

    return _coded(budget, "general", amounts)


def _economic(budget: Budget, short: bool, family: str) -> list[Row]:
    def amounts(code: str) -> dict[str, Decimal | None]:
        own = (code,) if code else ("3",)
        total = budget.economic(*own)
        personnel = [line for line in ("301", "303") if not code or code.startswith(line)]
        operating = [line for line in ("302", "310") if not code or code.startswith(line)]
        return {
            "total": total,
            "personnel": budget.economic(*([code] if code else personnel)) if personnel else None,
            "operating": budget.economic(*([code] if code else operating)) if operating else None,
        }

    codes = sorted({code[:length] for code, _ in budget.economics for length in (3, 5)})
    rows = [Row(code, _named(code, budget, "economic"), amounts(code)) for code in codes]
    return [*rows, Row("", {"": ("合计", "合计")}, amounts(""))]


def _three_public(budget: Budget, short: bool, family: str) -> list[Row]:
    stages = ("{} last", "{} last executed", "{}")
    amounts: dict[str, Decimal | None] = {}
    for stage, figures in zip(stages, budget.three_public, strict=True):
        for measure, value in _parts(figures).items():
            amounts[stage.format(measure)] = value
    return [Row(amounts=amounts)]


def _parts(figures: ThreePublic) -> dict[str, Decimal]:
    return {
        "total": figures.total,
        "overseas_travel": figures.overseas,
        "hospitality": figures.hospitality,
        "vehicles": figures.vehicles,
        "vehicle_purchase": figures.purchase,
        "vehicle_running": figures.running,
        "agency_running_costs": figures.agency,
    }


def _funds(budget: Budget, short: bool, family: str) -> list[Row]:
    return _coded(
        budget,
        "funds",
        lambda code: {
            "revenue total": budget.sum_of("funds", code),
            "total": budget.sum_of("funds", code),
            "project": budget.sum_of("funds", code),
        },
    )


def _state_capital(budget: Budget, short: bool, family: str) -> list[Row]:
    return []


def _revenue(budget: Budget, short: bool, family: str) -> list[Row]:
    return _coded(
        budget,
        "total",
        lambda code: {
            "total": budget.sum_of("total", code),
            "general_public_budget": budget.sum_of("general", code),
            "government_managed_funds": budget.sum_of("funds", code),
            "appropriation": plus([budget.sum_of("general", code), budget.sum_of("funds", code)]),
            "other": None if short or "2020" not in family else budget.sum_of("earned", code),
            "service": budget.sum_of("earned", code),
        },
    )


def _expenditure(budget: Budget, short: bool, family: str) -> list[Row]:
    return _coded(
        budget,
        "total",
        lambda code: {
            "total": budget.sum_of("total", code),
            "basic": budget.sum_of("basic", code),
            "project": budget.sum_of("projects", code),
        },
    )


def _two_sides(
    left: list[tuple[str, str, Decimal | None]],
    right: list[tuple[str, str, dict[str, Decimal | None]]],
    grand: tuple[Decimal | None, dict[str, Decimal | None]],
) -> list[Row]:
    """A 收支总表: sources on the left, categories on the right, one total each."""
    rows = []
    for place in range(max(len(left), len(right))):
        names: dict[str, tuple[str, str]] = {}
        amounts: dict[str, Decimal | None] = {}
        if place < len(left):
            names["revenue"] = left[place][:2]
            amounts["revenue total"] = left[place][2]
        if place < len(right):
            names["expenditure"] = right[place][:2]
            amounts |= {f"expenditure {key}": value for key, value in right[place][2].items()}
        rows.append(Row(names=names, amounts=amounts))
    totals = {"revenue total": grand[0]}
    totals |= {f"expenditure {key}": value for key, value in grand[1].items()}
    names = {"revenue": ("收入总计", "收入总计"), "expenditure": ("支出总计", "支出总计")}
    return [*rows, Row(names=names, amounts=totals)]


def _ordinal(number: int) -> str:
    tens, ones = divmod(number, 10)
    return (ORDINALS[tens - 1] if tens > 1 else "") + ("十" if tens else "") + (
        ORDINALS[ones - 1] if ones else ""
    )


def _categories(
    budget: Budget, short: bool, amounts: Callable[[str], dict[str, Decimal | None]]
) -> list[tuple[str, str, dict[str, Decimal | None]]]:
    used = set(budget.classes)
    codes = [code for code in catalogue.CATEGORIES if not short or code in used]
    lines = []
    for number, code in enumerate(codes, start=1):
        name = catalogue.function_name(code, budget.year)
        lines.append((f"{_ordinal(number)}、{name}", name, amounts(code) if code in used else {}))
    return lines


def _appropriation(budget: Budget, short: bool, family: str) -> list[Row]:
    def amounts(code: str) -> dict[str, Decimal | None]:
        general, funds = budget.sum_of("general", code), budget.sum_of("funds", code)
        total = plus([general, funds])
        names = ("total", "general_public_budget", "government_managed_funds")
        return dict(zip(names, (total, general, funds), strict=True))

    left = [
        ("一、一般公共预算资金", "一般公共预算资金", budget.sum_of("general")),
        ("二、政府性基金", "政府性基金", budget.sum_of("funds")),
    ]
    if short:
        left.append(("三、国有资本经营预算", "国有资本经营预算", None))
    grand = amounts("")
    return _two_sides(left, _categories(budget, short, amounts), (grand["total"], grand))


def _both(budget: Budget, short: bool, family: str) -> list[Row]:
    general, funds, earned = (budget.sum_of(f) for f in ("general", "funds", "earned"))
    appropriated = plus([general, funds])
    operating = budget.operating_by_class()

    def amounts(code: str) -> dict[str, Decimal | None]:
        basic = budget.sum_of("basic", code)
        running = operating.get(code) if code else plus(operating.values())
        personnel = None if basic is None else basic - (running or Decimal(0))
        return {
            "total": budget.sum_of("total", code),
            "personnel": personnel,
            "operating": running,
            "project": budget.sum_of("projects", code),
        }

    left = _sources_2024 if short else _sources_2020
    grand = amounts("")
    return _two_sides(
        left(general, funds, appropriated, earned),
        _categories(budget, short, amounts),
        (grand["total"], grand),
    )


Source = tuple[str, str, Decimal | None]


def _sources_2020(
    general: Decimal | None,
    funds: Decimal | None,
    appropriated: Decimal | None,
    earned: Decimal | None,
) -> list[Source]:
    return [
        ("一、财政拨款收入", "财政拨款收入", appropriated),
        ("1. 一般公共预算收入", "一般公共预算收入", general),
        ("2. 政府性基金收入", "政府性基金收入", funds),
        ("二、财政专户管理资金收入", "财政专户管理资金收入", None),
        ("三、其他收入", "其他收入", earned),
        ("四、结余结转收入", "结余结转收入", None),
        ("1. 一般公共预算结余结转", "一般公共预算结余结转", None),
        ("2. 政府性基金结余结转", "政府性基金结余结转", None),
        ("3. 非财政拨款结余结转", "非财政拨款结余结转", None),
    ]


def _sources_2024(
    general: Decimal | None,
    funds: Decimal | None,
    appropriated: Decimal | None,
    earned: Decimal | None,
) -> list[Source]:
    return [
        ("一、财政拨款收入", "财政拨款收入", appropriated),
        ("1、一般公共预算资金", "一般公共预算资金", general),
        ("2、政府性基金", "政府性基金", funds),
        ("3、国有资本经营预算", "国有资本经营预算", None),
        ("二、事业收入", "事业收入", earned),
        ("三、事业单位经营收入", "事业单位经营收入", None),
        ("四、其他收入", "其他收入", None),
    ]


CONTENT: dict[str, Callable[[Budget, bool, str], list[Row]]] = {
    "appropriation": _appropriation,
    "general_public_budget": _general,
    "basic_expenditure": _economic,
    "three_public_expenses": _three_public,
    "government_managed_funds": _funds,
    "state_capital_operations": _state_capital,
    "revenue_and_expenditure": _both,
    "revenue": _revenue,
    "expenditure": _expenditure,
}
