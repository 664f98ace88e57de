"""What was read beside what was printed, amount by amount."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.package import Package
from unitbudget.running.disclosure import NO_TABLES

#: The columns of ``amounts.csv`` that say what is printed; the rest say where on the page.
FIELDS = (
    "table_id", "row", "column", "page", "direction", "function_code", "economic_code", "name",
    "measure", "fiscal_year", "phase", "value", "unit", "printed",
)  # fmt: skip
NUMBERS = ("row", "column", "page", "fiscal_year", "value")

Key = tuple[Any, ...]


def expected_keys(
    rows: Iterable[Mapping[str, Any]], fields: Iterable[str] = FIELDS
) -> Counter[Key]:
    """The generated amounts as comparable values."""
    return Counter(tuple(_plain(row[field]) for field in fields) for row in rows)


def read_keys(amounts: pd.DataFrame, fields: Iterable[str] = FIELDS) -> Counter[Key]:
    """The amounts read as comparable values."""
    return expected_keys(amounts.to_dict("records"), fields)  # type: ignore[arg-type]


def write_expected(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Record what a document holds."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(FIELDS)
        writer.writerows([row[field] for field in FIELDS] for row in rows)


def load_expected(path: Path) -> list[dict[str, Any]]:
    """What was recorded of a document."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            {key: Decimal(text) if key in NUMBERS else text for key, text in row.items()}
            for row in csv.DictReader(lines)
        ]


def _plain(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return Decimal(str(value)).normalize()
    return Decimal(value).normalize()


def differences(
    amounts: pd.DataFrame, rows: Iterable[Mapping[str, Any]], fields: tuple[str, ...] = FIELDS
) -> list[str]:
    """A sentence for every amount that was read and not printed, or printed and not read."""
    read, printed = read_keys(amounts, fields), expected_keys(rows, fields)
    lost = [f"not read: {_said(key)}" for key in (printed - read).elements()]
    made_up = [f"not printed: {_said(key)}" for key in (read - printed).elements()]
    return lost + made_up


def unsaid(package: Package, rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """The differences between what was read and printed that the package does not speak of.

    It may say that a table is unread or missing, that the total of a table was not seen, that a row
    has no name (or that of another), or that there is no table at all.
    """
    if NO_TABLES in package.documents["message"].item():
        return differences(package.amounts, [])
    findings, known = package.findings, package.tables.set_index("table_id")["status"]
    says = "".join(findings["says"])
    nameless = "；".join(findings["evidence"][findings["says"].str.contains("没有名称")])

    def is_said(row: Mapping[str, Any]) -> bool:
        table, names = row["table_id"], rule_book()
        if table not in known.index:
            return "应有而未见" in says
        total = row["name"] in names.roles["total"] and f"《{names.tables[table]}》没有读到" in says
        return known[table] == "unread" or total

    def as_told(row: Mapping[str, Any]) -> Mapping[str, Any]:
        code = row["function_code"] or row["economic_code"]
        return {**row, "name": ""} if code and f" {code}" in nameless else row

    fields = tuple(each for each in FIELDS if each not in ("row", "column", "page"))
    read = [as_told(row) for row in package.amounts.to_dict("records")]
    printed = [as_told(row) for row in rows if not is_said(row)]
    return differences(pd.DataFrame(read, columns=package.amounts.columns), printed, fields)


def _said(key: Key) -> str:
    return " ".join(f"{part:f}" if isinstance(part, Decimal) else str(part) for part in key)
