"""Two versions of one disclosure: what a body that published again has changed.

Rows are told apart by what they are (table, code or name, measure, year), never by where they are
printed: another typesetting, a new page or a moved table is no difference.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.decisions import evidence
from unitbudget.briefing.page import wording
from unitbudget.briefing.sources import PHASES
from unitbudget.briefing.webpage import of_tables
from unitbudget.package import Package

#: What an amount is, wherever it is printed.
AMOUNT = ["table_id", "direction", "code", "row_name", "measure", "fiscal_year", "phase"]
#: What a statement of the prose is about.
CLAIM = ["subject", "quantity", "unit"]
PARTS = ("amounts", "claims", "findings")
ADDED, REMOVED, CHANGED, RENAMED = "added", "removed", "changed", "renamed"


@dataclass(frozen=True)
class Versions:
    """What differs between two versions, as frames; all three are empty where nothing does.

    ``amounts`` and ``claims`` have one row for each that was added, removed or changed
    (``difference``), with ``before``, ``after`` and both pages; ``findings`` those that came or
    went.
    """

    amounts: pd.DataFrame
    claims: pd.DataFrame
    findings: pd.DataFrame

    @property
    def alike(self) -> bool:
        """Do both versions say the same?"""
        return not (len(self.amounts) or len(self.claims) or len(self.findings))

    def page(self, before: str, after: str) -> str:
        """The differences as one page, under the titles of both versions."""
        words = wording()["versions"]
        parts = [(words[name], _shown(getattr(self, name), words)) for name in PARTS]
        return of_tables(words["title"], f"{before} → {after}", parts)


def _shown(frame: pd.DataFrame, words: Mapping[str, Any]) -> pd.DataFrame:
    """A frame of differences in the words of readers, without columns that say nothing."""
    labels = {name: words["heads"][name] for name in frame if name in words["heads"]}
    shown = frame[list(labels)].astype(object).replace({"difference": words["differences"]})
    shown = shown.where(shown.notna(), "")
    book = {"table_id": rule_book().tables, "measure": rule_book().measures, "phase": PHASES}
    shown = shown.replace({name: known for name, known in book.items() if name in shown})
    shown.attrs = {"missing": "" if len(frame) else words["alike"], "labels": labels}
    return shown


def compare(before: Package, after: Package) -> Versions:
    """What the second version of a document changes; each package holds that one document.

    >>> compare(old.document("a-2024"), new.document("a-2024")).amounts  # doctest: +SKIP
    """
    return Versions(
        _differences(_amounts(before), _amounts(after), AMOUNT, ["name"]),
        _differences(before.claims, after.claims, CLAIM, []),
        _findings(before, after),
    )


def _amounts(package: Package) -> pd.DataFrame:
    """Amounts with one code column; rows without code are known by their name."""
    amounts = package.amounts.sort_values(["table_id", "row"], kind="stable")
    code = amounts["function_code"] + amounts["economic_code"]
    return amounts.assign(code=code, row_name=amounts["name"].where(code == "", ""))


def _differences(
    before: pd.DataFrame, after: pd.DataFrame, key: list[str], named: list[str]
) -> pd.DataFrame:
    """The rows whose values differ, and those that only one side has."""
    sides = []
    for side in (before, after):
        # The same thing may be said more than once: then the first answers the first.
        again = side.groupby(key, dropna=False, sort=False).cumcount()
        sides.append(side.assign(again=again)[[*key, *named, "again", "value", "page"]])
    joined = sides[0].merge(
        sides[1], "outer", [*key, "again"], suffixes=("_before", "_after"), indicator="side"
    )
    kind = joined["side"].astype("str").map({"left_only": REMOVED, "right_only": ADDED})
    moved = joined["value_before"].ne(joined["value_after"]) & kind.isna()
    kind = kind.mask(moved, CHANGED)
    for name in named:
        renamed = joined[f"{name}_before"].ne(joined[f"{name}_after"]) & kind.isna()
        kind = kind.mask(renamed, RENAMED)
    columns = {"value_before": "before", "value_after": "after"}
    joined = joined.assign(difference=kind).rename(columns=columns)
    drop = [name for name in ("side", "again", "row_name") if name in joined]
    return joined[joined["difference"].notna()].drop(columns=drop).reset_index(drop=True)


def _findings(before: Package, after: Package) -> pd.DataFrame:
    """The findings that only one version gives rise to, with what they say there."""
    marked = [
        package.findings.assign(evidence_id=[each.fingerprint for each in evidence(package)])
        for package in (before, after)
    ]
    was, now = (set(side["evidence_id"]) for side in marked)
    gone = marked[0][~marked[0]["evidence_id"].isin(now)].assign(difference=REMOVED)
    came = marked[1][~marked[1]["evidence_id"].isin(was)].assign(difference=ADDED)
    columns = ["difference", "finding_id", "severity", "says", "evidence"]
    return pd.concat([gone, came])[columns].reset_index(drop=True)
