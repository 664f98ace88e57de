"""One printed amount of a document, and the printed row it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from unitbudget.money.amounts import FEN

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Entry:
    """One printed amount: where it stands and what it says."""

    table: str
    row: int
    direction: str
    code: str
    name: str
    measure: str
    year: int
    phase: str
    value: Decimal
    unit: str
    printed: str
    precision: Decimal
    cell: str

    @property
    def label(self) -> str:
        """The amount as people point at it: ``table/code or name/measure=printed``."""
        return f"{self.table}/{self.code or self.name or '-'}/{self.measure}={self.printed}"


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row of one side of a table."""

    number: int
    direction: str
    code: str
    name: str
    level: int  # 1-3 for 类, 款, 项; 0 without a code or with a misprinted one


def finest_precision(entries: list[Entry]) -> dict[tuple[str, str], Decimal]:
    """By table and unit, what rounding leaves open: nothing where the fen is printed."""
    finest: dict[tuple[str, str], Decimal] = {}
    for entry in entries:
        key = entry.table, entry.unit
        finest[key] = min(finest.get(key, entry.precision), entry.precision)
    return {
        (table, unit): Decimal(0) if unit == "CNY" and precision < FEN else precision
        for (table, unit), precision in finest.items()
    }


def records(rows: pd.DataFrame | Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    frame: Any = rows
    return list(frame.to_dict("records") if hasattr(rows, "to_dict") else rows)


def _text(value: Any) -> str:
    """A frame's text, its missing values read as blank."""
    return "" if value is None or value != value else str(value)


def read_entry(row: Mapping[str, Any]) -> Entry:
    unit = _text(row["unit"])
    value = Decimal(str(row["value"]))
    return Entry(
        table=_text(row["table_id"]),
        row=int(row["row"]),
        direction=_text(row["direction"]),
        code=_text(row["function_code"]) or _text(row["economic_code"]),
        name=_text(row["name"]),
        measure=_text(row["measure"]),
        year=int(row["fiscal_year"]),
        phase=_text(row["phase"]),
        value=value.quantize(FEN) if unit == "CNY" else value,
        unit=unit,
        printed=_text(row["printed"]),
        precision=Decimal(str(row["precision"])),
        cell=_text(row["cell"]),
    )
