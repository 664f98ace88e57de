"""Published unit budgets, from the printed page to numbers people can trust."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unitbudget.package import Package, load
    from unitbudget.running.build import build
    from unitbudget.running.disclosure import read_disclosure

__all__ = ["Package", "build", "load", "read_disclosure"]

#: Where each name lives: whoever only loads the clean package need not wait for what reads PDFs.
_HOMES = {
    "Package": "package",
    "load": "package",
    "build": "running.build",
    "read_disclosure": "running.disclosure",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"unitbudget.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'unitbudget' has no attribute {name!r}")
