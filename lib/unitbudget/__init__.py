"""Published unit budgets, from the printed page to numbers people can trust."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from unitbudget.package import Package, load
from unitbudget.running.build import build

if TYPE_CHECKING:
    from unitbudget.running.disclosure import read_disclosure

__all__ = ["Package", "build", "load", "read_disclosure"]


def __getattr__(name: str) -> Any:
    # Whoever only loads the clean package need not wait for the programs that read PDFs.
    if name == "read_disclosure":
        from unitbudget.running.disclosure import read_disclosure

        return read_disclosure
    raise AttributeError(f"module 'unitbudget' has no attribute {name!r}")
