"""One thing the prose states, as it is written: nothing looked up, nothing compared."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from unitbudget.reading.narrative import Section, Sentence


@dataclass(frozen=True, slots=True)
class Basis:
    """What a change is measured against: a year, and its budget or its outturn."""

    year: int | None
    what: str

    @property
    def phase(self) -> str:
        if "执行" in self.what or "决算" in self.what:
            return "executed"
        return "approved" if "预算" in self.what else ""


@dataclass(slots=True)
class Mention:
    """One thing the prose states: a figure, "the same as", or "there is none"."""

    section: Section
    sentence: Sentence
    topic: str
    quantity: str
    value: Decimal | None = None
    unit: str = ""
    printed: str = ""
    places: int = 0
    scale: Decimal = Decimal(1)
    subject: str = ""
    path: tuple[tuple[int, str], ...] = ()
    year: int | None = None
    phase: str = ""
    basis: Basis | None = None
    of: Mention | None = None
    whole: str = ""
    note: str = ""
    entry: int | None = None
    before: str = ""

    @property
    def key(self) -> tuple[Any, ...]:
        """What the mention is about, the same for two ways of saying it."""
        if self.path:
            return "path", self.path
        return "subject", self.subject if self.entry is None else self.entry


@dataclass(slots=True)
class Context:
    """What a paragraph has established so far."""

    path: tuple[tuple[int, str], ...] = ()
    current: Mention | None = None
    basis: Basis | None = None
