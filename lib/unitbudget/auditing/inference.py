"""One thing a document implies, with its interval and assumption, or why it is not to be known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from unitbudget.money.amounts import rounded
from unitbudget.money.figure import Figure


@dataclass(frozen=True, slots=True)
class Known:
    """A category whose budget of last year is implied: its amount now, its change, that budget."""

    code: str
    subject: str
    now: Figure
    change: Figure
    before: Figure


@dataclass(frozen=True, slots=True)
class Inference:
    """A row: what is implied of which subject, or the reason why nothing is."""

    subject: str
    quantity: str
    unit: str = "CNY"
    cells: tuple[str, ...] = ()
    figure: Figure | None = None
    assumption: str = ""
    reason: str = ""

    def having(self, figure: Figure, assumption: str = "") -> Inference:
        """The row with a figure for its value."""
        return replace(
            self, unit=figure.unit, cells=figure.cells, figure=figure, assumption=assumption
        )

    def row(self) -> dict[str, Any]:
        """The inference as a row of ``implied.csv``."""
        figure = self.figure
        known = figure is not None
        value, low, high = (
            (figure.value, figure.low, figure.high) if figure is not None else (None,) * 3
        )
        return {
            "subject": self.subject,
            "quantity": self.quantity,
            "value": _plain(value),
            "unit": self.unit,
            "low": _plain(low),
            "high": _plain(high),
            "formula": figure.formula if figure is not None else "",
            "assumption": self.assumption,
            "status": "implied" if known else "not_identifiable",
            "reason": self.reason,
            "cells": ";".join(distinct(self.cells)),
        }


def told_as(figure: Figure, cells: tuple[str, ...], formula: str = "") -> Figure:
    """A figure with the cells and the formula it is told by."""
    formula = formula or f"{figure.value:f}"
    terms = (formula, "") if " " in formula else (formula,)
    return replace(figure, cells=tuple(distinct(cells)), terms=terms)


def distinct(cells: Iterable[str]) -> list[str]:
    """Cells in order, each once."""
    return list(dict.fromkeys(cells))


def _plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else rounded(value, 2)
