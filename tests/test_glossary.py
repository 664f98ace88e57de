"""The field's words in Chinese, in English and in code: one of each, and none missing."""

from __future__ import annotations

import csv
from importlib.resources import files

from unitbudget.package import Package


def glossary() -> list[dict[str, str]]:
    source = files("unitbudget") / "reference" / "glossary.csv"
    with source.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_word_has_one_identifier() -> None:
    rows = glossary()
    for column in ("identifier", "zh", "en"):
        words = [row[column] for row in rows]
        assert len(words) == len(set(words)) and all(words)
    assert all(row["identifier"].isidentifier() for row in rows)


def test_the_words_of_the_amounts_are_explained(first: Package) -> None:
    known = {row["identifier"] for row in glossary()}
    for column in ("table_id", "measure", "phase", "direction"):
        assert set(first.amounts[column]) <= known
