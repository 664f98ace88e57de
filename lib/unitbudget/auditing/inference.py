"""One thing a document implies, with its interval and assumption, or why it is not to be known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pandas as pd

from unitbudget.auditing.contributions import Span
from unitbudget.figures import Figure

COLUMNS = [
    "document_id", "subject", "quantity", "value", "unit", "low", "high", "formula", "assumption",
    "status", "reason", "cells",
]  # fmt: skip


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
    span: Span | None = None
    formula: str = ""
    assumption: str = ""
    reason: str = ""

    def having(self, figure: Figure, assumption: str = "") -> Inference:
        """The row with a figure for its value."""
        span = Span(figure.value, figure.low, figure.high)
        return replace(
            self, unit=figure.unit, cells=figure.cells, span=span, formula=figure.formula,
            assumption=assumption,
        )  # fmt: skip

    @property
    def figure(self) -> Figure | None:
        """The value as a figure, its interval about it."""
        if self.span is None:
            return None
        slack = max(self.span.high - self.span.value, self.span.value - self.span.low)
        return Figure(self.span.value, self.unit, slack, self.cells, self.formula)


def figure_of(span: Span, cells: tuple[str, ...], formula: str = "") -> Figure:
    """A span as a figure: its interval about the value, wide enough on either side."""
    slack = max(span.high - span.value, span.value - span.low)
    return Figure(span.value, "CNY", slack, cells, formula or f"{span.value:f}")


def frame(document_id: str, found: Sequence[Inference]) -> pd.DataFrame:
    """Inferences as rows of the package."""
    return pd.DataFrame([_row(document_id, one) for one in found], columns=COLUMNS)


def _row(document_id: str, one: Inference) -> dict[str, object]:
    span = one.span
    return {
        "document_id": document_id,
        "subject": one.subject,
        "quantity": one.quantity,
        "value": span and _plain(span.value),
        "unit": one.unit,
        "low": span and _plain(span.low),
        "high": span and _plain(span.high),
        "formula": one.formula,
        "assumption": one.assumption,
        "status": "implied" if span else "not_identifiable",
        "reason": one.reason,
        "cells": ";".join(distinct(one.cells)),
    }


def distinct(cells: Iterable[str]) -> list[str]:
    """Cells in order, each once."""
    return list(dict.fromkeys(cells))


def _plain(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.01"))
