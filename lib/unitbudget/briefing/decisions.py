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

import pandas as pd

from unitbudget.errors import UnitBudgetError
from unitbudget.package import Package

#: What can be decided, as it is written in the file; the last three leave nothing to ask.
DECISIONS = ("已提出", "已答复", "接受", "不适用")
CLOSED = DECISIONS[1:]
COLUMNS = ("document_id", "finding_id", "evidence_id", "says", "decision", "by", "when", "note")
STANDS, VOID, GONE, OPEN = "有效", "证据已变", "这一条已不存在", "待决定"
_PAGES = re.compile(r"第[\d、]+页")
_QUOTED = re.compile(r"“([^”]*)”")
_CELL = re.compile(r"\w+!(?:R\d+C\d+|\d+)")


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
    printed = {**_amounts(package.amounts), **_numbered(package)}
    behind: dict[tuple[str, str], set[str]] = {}
    for document, name, cells in package.figures[["document_id", "id", "cells"]].itertuples(
        index=False
    ):
        file, _, rest = name.partition("/")
        if file == "findings":
            key = document, rest.partition("/")[0]
            behind.setdefault(key, set()).update(cells.split(";"))
    found = []
    for row in package.findings.to_dict("records"):
        document = row["document_id"]
        cells = behind.get((document, row["finding_id"]), set())
        cells |= set(_CELL.findall(row["evidence"]))
        known = sorted({printed[document, cell] for cell in cells if (document, cell) in printed})
        quotes = _QUOTED.findall(row["evidence"])
        # Without a cell or a quotation the sentence itself is all there is.
        told = quotes or ([] if known else [_PAGES.sub("", row["says"])])
        places = tuple(place for place, _ in known)
        found.append(Evidence(row["rule_id"], places, (*(text for _, text in known), *told)))
    return found


def _amounts(amounts: pd.DataFrame) -> dict[tuple[str, str], tuple[str, str]]:
    """By document and cell: which row and column that is, and what is printed there."""
    code = amounts["function_code"] + amounts["economic_code"]
    what = code.where(code != "", amounts["name"])
    place = _joined(amounts["table_id"], amounts["direction"], what, amounts["measure"],
                    amounts["fiscal_year"], amounts["phase"])  # fmt: skip
    keys = zip(amounts["document_id"], amounts["cell"], strict=True)
    return dict(zip(keys, zip(place, amounts["printed"], strict=True), strict=True))


def _numbered(package: Package) -> dict[tuple[str, str], tuple[str, str]]:
    """The same for statements of the prose and fields of forms, named by their row."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    for name, frame, place, printed in (
        ("claim", package.claims, ["subject", "quantity"], ["value", "unit"]),
        ("project", package.projects, ["form", "project", "field"], ["printed", "text"]),
    ):
        number = frame.groupby("document_id").cumcount() + 1
        keys = zip(frame["document_id"], (f"{name}!{each}" for each in number), strict=True)
        where = _joined(*(frame[column] for column in place))
        what = _joined(*(frame[column] for column in printed))
        found.update(zip(keys, zip(where, what, strict=True), strict=True))
    return found


def _joined(*columns: pd.Series) -> list[str]:
    return ["/".join(map(str, each)) for each in zip(*columns, strict=True)]


def read(path: Path) -> list[dict[str, str]]:
    """The lines of the file; none where there is no file, and blank decisions are open.

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
        if row["decision"] not in ("", *DECISIONS):
            raise BadDecision(
                f"{path.name} 第{number}行的决定写作“{row['decision']}”："
                f"请写{'、'.join(DECISIONS)}之一，还没有决定就留空"
            )
    return rows


def sheet(clean: Path) -> Path:
    """Where the decisions about a clean package are written down: beside its folder."""
    return clean.resolve().parent / "decisions.csv"


def asked(package: Package) -> pd.DataFrame:
    """What can be decided: every finding, and every rule that could not be checked, each once.

    Columns as ``decisions.csv`` up to ``says``, and ``about``, what stays of ``evidence_id`` when
    only what is printed has changed.
    """
    rests = evidence(package)
    found = package.findings.assign(
        evidence_id=[each.fingerprint for each in rests], about=[each.about for each in rests]
    )
    rows = package.checks[package.checks["status"] == "cannot_check"]
    rows = rows.drop_duplicates(["document_id", "rule_id", "reason"])
    pairs = zip(rows["rule_id"], rows["reason"], strict=True)
    marks = [Evidence(f"check/{rule}", ("",), (str(why),)) for rule, why in pairs]
    checks = rows.assign(
        finding_id=rows["rule_id"],
        evidence_id=[each.fingerprint for each in marks],
        about=[each.about for each in marks],
        says=rows["subject"] + "：" + rows["says"] + "，没有核对：" + rows["reason"],
    )
    columns = [*COLUMNS[:4], "about"]
    return pd.concat([found[columns], checks[columns]], ignore_index=True)


def decided(package: Package, rows: Iterable[Mapping[str, str]]) -> pd.DataFrame:
    """What can be decided, with what was decided about each; and decisions that are void.

    Columns as ``decisions.csv``, then ``state``: 有效, 证据已变 (what is printed has changed
    since), 这一条已不存在, or blank where nothing was decided.
    """
    every = [{str(k): v for k, v in row.items()} for row in asked(package).to_dict("records")]
    own = {(row["document_id"], row["evidence_id"]): row for row in every}
    about = {(row["document_id"], row["about"]) for row in every if row["about"]}
    merged, known = [], set()
    for row in rows:
        if not row["decision"]:
            continue
        key = row["document_id"], row["evidence_id"]
        if key in own:
            known.add(key)
            merged.append({**row, "finding_id": own[key]["finding_id"], "state": STANDS})
        else:
            changed = (key[0], key[1].partition("-")[0]) in about
            merged.append({**row, "state": VOID if changed else GONE})
    blank = dict.fromkeys(("decision", "by", "when", "note", "state"), "")
    merged += [{**row, **blank} for key, row in own.items() if key not in known]
    return pd.DataFrame(merged, columns=[*COLUMNS, "state"])


def write(path: Path, table: pd.DataFrame) -> None:
    """Write the sheet to be filled in: what was decided, then what is open, void lines last.

    A mark in front lets spreadsheets see that it is UTF-8.
    """
    lasting = table.sort_values(
        "state", key=lambda s: s.map({STANDS: 0, "": 1}).fillna(2), kind="stable"
    )
    unfinished = path.with_suffix(".new")
    text = lasting[list(COLUMNS)].to_csv(index=False, lineterminator="\n")
    unfinished.write_text(text, encoding="utf-8-sig", newline="")
    unfinished.replace(path)
