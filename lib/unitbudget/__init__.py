"""Published unit budgets, from the printed page to numbers people can trust."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unitbudget.briefing import series
    from unitbudget.briefing.charts import bars, lines, steps, tiles
    from unitbudget.briefing.coverage import coverage
    from unitbudget.briefing.desk import desk
    from unitbudget.briefing.opening import budgets, open_budget
    from unitbudget.briefing.strips import strip
    from unitbudget.briefing.tables import leaves
    from unitbudget.briefing.words import findings, joined, listed
    from unitbudget.briefing.words import told as say
    from unitbudget.package import Package, load
    from unitbudget.running.build import build
    from unitbudget.running.disclosure import read_disclosure

__version__ = "0.1.0"
__all__ = [
    "Package", "bars", "budgets", "build", "coverage", "desk", "findings", "joined", "leaves",
    "lines", "listed", "load", "open_budget", "read_disclosure", "say", "series", "steps", "strip",
    "tiles",
]  # fmt: skip

#: Where each name lives: whoever only loads the clean package need not wait for what reads PDFs.
_HOMES = {
    "Package": "package",
    "load": "package",
    "build": "running.build",
    "read_disclosure": "running.disclosure",
    "open_budget": "briefing.opening",
    "budgets": "briefing.opening",
    "leaves": "briefing.tables",
    "bars": "briefing.charts",
    "lines": "briefing.charts",
    "coverage": "briefing.coverage",
    "steps": "briefing.charts",
    "tiles": "briefing.charts",
    "strip": "briefing.strips",
    "say": "briefing.words",
    "findings": "briefing.words",
    "listed": "briefing.words",
    "joined": "briefing.words",
    "desk": "briefing.desk",
}
_NAMED = {"say": "told"}


def __getattr__(name: str) -> Any:
    if name == "series":
        return import_module("unitbudget.briefing.series")
    if name in _HOMES:
        return getattr(import_module(f"unitbudget.{_HOMES[name]}"), _NAMED.get(name, name))
    raise AttributeError(f"module 'unitbudget' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__


if "ipykernel" in sys.modules:  # in a notebook frames show themselves, and charts are in Chinese
    import_module("unitbudget.briefing.proof").register()
