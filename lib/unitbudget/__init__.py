"""Published unit budgets, from the printed page to numbers people can trust."""

from unitbudget.build import build
from unitbudget.disclosure import read_disclosure
from unitbudget.package import Package, load

__all__ = ["Package", "build", "load", "read_disclosure"]
