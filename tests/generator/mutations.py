"""Every kind of mistake, and the planting of one."""

from __future__ import annotations

from random import Random

from generator.mutants import Document, Mutant
from generator.prose_mistakes import PROSE
from generator.table_mistakes import TABLES

KINDS = (*TABLES, *PROSE)


def plant(document: Document, kind: str, chance: Random) -> Mutant | None:
    """A mutant of this kind; nothing where the document offers no place for it."""
    return {**TABLES, **PROSE}[kind](document, chance)
