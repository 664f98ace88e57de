"""One thing a document implies, with its interval and assumption, or why it is not to be known."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
        bounds = (figure.value, figure.low, figure.high) if figure is not None else (None,) * 3
        value, low, high = (each if each is None else rounded(each, 2) for each in bounds)
        return {
            "subject": self.subject,
            "quantity": self.quantity,
            "value": value,
            "unit": self.unit,
            "low": low,
            "high": high,
            "formula": figure.formula if figure is not None else "",
            "assumption": self.assumption,
            "status": "implied" if figure is not None else "not_identifiable",
            "reason": self.reason,
            "cells": ";".join(dict.fromkeys(self.cells)),
        }


def told_as(figure: Figure, cells: tuple[str, ...], formula: str = "") -> Figure:
    """A figure with the cells and the formula it is told by."""
    formula = formula or f"{figure.value:f}"
    terms = (formula, "") if " " in formula else (formula,)
    return replace(figure, cells=tuple(dict.fromkeys(cells)), terms=terms)
