"""A disclosure as the checkers see it, and a copy of it with one mistake."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from unitbudget.reading.narrative import Section

Amount = dict[str, Any]


@dataclass(frozen=True)
class Document:
    """What the checkers see of one disclosure."""

    about: dict[str, Any]
    tables: tuple[Amount, ...]
    amounts: tuple[Amount, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Mutant:
    """A document with one mistake: its kind, where it is, and the cells or paragraph it is in.

    ``before`` is the sentence as it was, and ``figure`` the number in it that was changed.
    """

    kind: str
    where: str
    document: Document
    cells: frozenset[str] = frozenset()
    paragraph: str = ""
    before: str = ""
    figure: Decimal | None = None

    @property
    def in_prose(self) -> bool:
        return bool(self.paragraph)


Planter = Callable[[Document, Random], Mutant | None]
