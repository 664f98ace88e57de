"""What the person who signs has decided about findings and unchecked rules: ``decisions.csv``.

A decision is bound to its evidence, that is to what is printed and in which row and column, so it
is carried over when only the page moved, and shown as void when what is printed has changed.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from unitbudget.errors import UnitBudgetError
from unitbudget.package import Package

#: What can be decided, as it is written in the file.
DECISIONS = ("已提出", "已答复", "接受", "不适用")
COLUMNS = ("document_id", "finding_id", "evidence_id", "says", "decision", "by", "when", "note")
STANDS, VOID, GONE = "有效", "证据已变", "这一条已不存在"
_PAGES = re.compile(r"第[\d、]+页")
_QUOTED = re.compile(r"“([^”]*)”")
_CELL = re.compile(r"\w+!R\d+C\d+")


class BadDecision(UnitBudgetError):
    """A line of ``decisions.csv`` that says nothing we know, with the line and what to write."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding rests on: places (table, row, column) and what is printed there."""

    rule_id: str
    places: tuple[str, ...]
    printed: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        """What it is about, a dash, and what is printed there; neither changes with the page."""
        return f"{_short([self.rule_id, *self.places])}-{_short(self.printed)}"

    @property
    def about(self) -> str:
        """The part of its fingerprint that stays when only what is printed has changed."""
        return self.fingerprint.partition("-")[0] if self.places else ""


def _short(parts: Iterable[str]) -> str:
    text = json.dumps(list(parts), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def evidence(package: Package) -> list[Evidence]:
    """What each finding of a package rests on, in the order of its rows."""
    places, printed = _printed(package.amounts)
    found = []
    for row in package.findings.to_dict("records"):
        cells = dict.fromkeys((row["document_id"], cell) for cell in _CELL.findall(row["evidence"]))
        known = sorted((places[key], printed[key]) for key in cells if key in places)
        quotes = _QUOTED.findall(row["evidence"])
        # Without a cell or a quotation the sentence itself is all there is.
        told = quotes or ([] if known else [_PAGES.sub("", row["says"])])
        found.append(
            Evidence(
                row["rule_id"],
                tuple(place for place, _ in known),
                (*(text for _, text in known), *told),
            )
        )
    return found


def fingerprints(package: Package) -> list[str]:
    """By which each finding is recognised in another version of its document."""
    return [each.fingerprint for each in evidence(package)]


def _printed(amounts: pd.DataFrame) -> tuple[dict[Any, str], dict[Any, str]]:
    """By document and cell: which row and column that is, and what is printed there."""
    code = amounts["function_code"] + amounts["economic_code"]
    what = code.where(code != "", amounts["name"])
    columns = zip(amounts["table_id"], amounts["direction"], what, amounts["measure"],
                  amounts["fiscal_year"].astype("str"), amounts["phase"], strict=True)  # fmt: skip
    keys = list(zip(amounts["document_id"], amounts["cell"], strict=True))
    places = dict(zip(keys, ("/".join(map(str, each)) for each in columns), strict=True))
    return places, dict(zip(keys, amounts["printed"], strict=True))


def read(path: Path) -> list[dict[str, str]]:
    """The decisions as written; none where there is no file.

    Raises ``BadDecision`` that names the line, what stands there and what may stand there.
    """
    if not path.is_file():
        return []
    # Spreadsheets put a mark in front of UTF-8.
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
        if missing:
            raise BadDecision(f"{path.name} 缺少这些列：{'、'.join(missing)}；请补上表头再运行")
        rows = [{name: (row[name] or "").strip() for name in COLUMNS} for row in reader]
    for number, row in enumerate(rows, start=2):
        if row["decision"] not in DECISIONS:
            raise BadDecision(
                f"{path.name} 第{number}行的决定写作“{row['decision']}”："
                f"请写{'、'.join(DECISIONS)}之一"
            )
    return rows


def decided(package: Package, rows: Iterable[Mapping[str, str]]) -> pd.DataFrame:
    """The findings of a package with what was decided about each, and decisions that are void.

    Columns as ``decisions.csv``, then ``state``: 有效, 证据已变 (what is printed has changed
    since), 这一条已不存在, or blank where nothing was decided.
    """
    rests = evidence(package)
    findings = package.findings.assign(evidence_id=[each.fingerprint for each in rests])
    own = dict(zip(findings["evidence_id"], findings["finding_id"], strict=True))
    about = {each.about for each in rests} - {""}
    merged, known = [], set()
    for row in rows:
        if row["evidence_id"] in own:
            known.add(row["evidence_id"])
            merged.append({**row, "finding_id": own[row["evidence_id"]], "state": STANDS})
        else:
            changed = row["evidence_id"].partition("-")[0] in about
            merged.append({**row, "state": VOID if changed else GONE})
    for row in findings.to_dict("records"):
        if row["evidence_id"] not in known:
            blank = dict.fromkeys(("decision", "by", "when", "note", "state"), "")
            merged.append({**{name: row.get(name, "") for name in COLUMNS}, **blank})
    return pd.DataFrame(merged, columns=[*COLUMNS, "state"])
