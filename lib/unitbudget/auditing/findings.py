"""What is worth asking about a document: ``findings.csv``.

A finding states what is printed and asks; it never judges. Broken identities and broken claims are
findings too, gathered by what they point at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

import pandas as pd

from unitbudget.auditing import (
    soft_complete,
    soft_form,
    soft_money,
    soft_prose,
    soft_reasons,
    soft_style,
    soft_tables,
    soft_targets,
)
from unitbudget.auditing.case import Case, Finding, ask, pages, quote
from unitbudget.auditing.claims import LAST_PLACE
from unitbudget.auditing.rules import rule_book
from unitbudget.documents import Printed
from unitbudget.figures import Ledger
from unitbudget.money.amounts import FEN, yuan
from unitbudget.reading.narrative import Section

COLUMNS = [
    *("document_id", "finding_id", "severity", "says", "evidence", "rule_id", "money", "question"),
]
#: Of several figures of one sentence, the one to be shown.
_SHOWN_FIRST = {"amount": 0, "none": 0, "share": 1, "growth": 2, "completion": 2, "difference": 3}
_WORDING = {"direction": "broken_direction", "none": "broken_direction", "year": "broken_year"}
#: What leaders look at first.
SEVERITIES = ("unread", "error", "privacy", "question", "omission", "style")


def find(
    printed: Printed,
    sections: Sequence[Section],
    ledger: Ledger,
    tables: pd.DataFrame,
    checks: pd.DataFrame,
    claims: pd.DataFrame,
    indicators: pd.DataFrame,
    projects: pd.DataFrame,
    document: Mapping[str, Any],
) -> pd.DataFrame:
    """The findings of one document, the gravest first and within a kind by the money at stake."""
    case = Case(printed, sections, ledger, tables, checks, claims, indicators, projects, document)
    found = [
        *_broken_checks(case),
        *_broken_claims(case),
        *soft_money.ask_about(case),
        *soft_reasons.ask_about(case),
        *soft_prose.ask_about(case),
        *soft_targets.ask_about(case),
        *soft_form.ask_about(case),
        *soft_style.ask_about(case),
        *soft_complete.ask_about(case),
        *soft_tables.ask_about(case),
    ]
    found.sort(key=lambda each: (SEVERITIES.index(each.severity), -(each.money or Decimal(0))))
    counts: dict[str, int] = {}
    rows = []
    for each in found:
        counts[each.rule_id] = counts.get(each.rule_id, 0) + 1
        rows.append(
            {
                "document_id": document.get("document_id", ""),
                "finding_id": f"{each.rule_id}-{counts[each.rule_id]}",
                "severity": each.severity,
                "says": each.says,
                "evidence": each.evidence,
                "rule_id": each.rule_id,
                "money": float(each.money) if each.money is not None else None,
                "question": each.question,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def _broken_checks(case: Case) -> Iterator[Finding]:
    """Broken identities, gathered by the cell that most of them point at."""
    if not len(case.checks):
        return
    broken = case.checks[case.checks["status"] == "broken"].astype(object)
    broken = broken.where(broken.notna(), "")
    blamed = broken["suspects"].str.split(";").str[0]
    key = blamed.where(blamed != "", broken["rule_id"].astype(str) + broken["subject"].astype(str))
    for _, group in broken.groupby(key, sort=False):
        first = group.iloc[0]
        suspect = str(first["suspects"]).split(";")[0]
        rest = f"；另有{len(group) - 1}条关系因此不成立" if len(group) > 1 else ""
        sums = first["difference"] != ""
        doubt = f"，最可能出在{_named(suspect)}" if sums and suspect else ""
        cells = dict.fromkeys(c for each in group["cells"] for c in str(each).split(";") if c)
        places = ";".join(list(cells)[:6])
        yield ask(
            "broken_check" if sums else "broken_label",
            f"{_pages_of(case, cells)}{places}",
            _gap(first["difference"]),
            str(first["rule_id"]),
            says=str(first["says"]).rstrip("。"),
            where=f"{first['subject']}",
            stated=_number(first["stated"]),
            computed=_number(first["computed"]),
            reason=str(first["reason"]),
            gap=_number(abs(float(first["difference"] or 0))),
            more=doubt + rest,
        )


def _named(suspect: str) -> str:
    """A suspect as a reader would point at it: table, row, column and what is printed there."""
    found = re.fullmatch(r"(?P<table>\w+)/(?P<row>.*)/(?P<measure>\w+)=(?P<printed>.*)", suspect)
    if not found:
        return suspect
    book = rule_book()
    table = book.tables.get(found["table"], found["table"])
    measure = book.measures.get(found["measure"], found["measure"])
    row = "" if found["row"] == "-" else f"“{found['row']}”"
    return f"《{table}》{row}{measure}栏的 {found['printed']}"


def _pages_of(case: Case, cells: dict[str, None]) -> str:
    tables = {cell.partition("!")[0] for cell in cells}
    known = case.tables[case.tables["table_id"].isin(tables)] if len(case.tables) else case.tables
    if not len(known) or "first_page" not in known:
        return ""
    return pages(int(page) for page in known["first_page"]) + " "


def _broken_claims(case: Case) -> Iterator[Finding]:
    """Broken statements of the prose, the same one printed twice taken once."""
    broken = case.claims[case.claims["status"] == "broken"]
    cut_off = broken[broken["reason"].str.startswith(LAST_PLACE)]
    if len(cut_off):
        first = cut_off.iloc[0]
        distinct = len(cut_off.drop_duplicates(["subject", "quantity", "value"]))
        yield ask(
            "last_place",
            pages(cut_off["page"]) + " " + quote(str(first["sentence"])),
            None,
            str(first["rule_id"]) or "R23",
            count=distinct,
            example=str(first["reason"]).removeprefix(f"{LAST_PLACE}：").partition("，不超过")[0],
        )
    for _, same in broken.drop(cut_off.index).groupby("sentence", sort=False):
        yield _broken_sentence(same)


def _broken_sentence(same: pd.DataFrame) -> Finding:
    """What one sentence states and the tables do not; printed twice, it is asked about once."""
    distinct = same.drop_duplicates(["subject", "quantity", "value"])
    order = distinct["quantity"].map(lambda name: _SHOWN_FIRST.get(str(name), 9))
    first = distinct.iloc[int(order.to_numpy().argmin())]
    sums = distinct[(distinct["unit"] == "CNY") & distinct["computed"].notna()]
    gaps = [
        abs(Decimal(str(value or 0)) - Decimal(str(computed))).quantize(FEN)
        for value, computed in zip(sums["value"], sums["computed"], strict=True)
    ]
    twice = len(same) > len(distinct)
    others = f"；同一句另有{len(distinct) - 1}个数不符" if len(distinct) > 1 else ""
    subject = f"“{str(first['subject'])[-24:]}”" if first["quantity"] != "none" else ""
    return ask(
        _WORDING.get(str(first["quantity"]), "broken_claim"),
        f"{pages(same['page'])} {quote(str(first['sentence']))} {first['bound_to']}".strip(),
        max(gaps, default=None),
        str(first["rule_id"]) or "R23",
        pages=pages(same["page"]),
        reason=f"{subject}{first['reason']}",
        more=others + ("，这段话印了两遍" if twice else ""),
    )


def _gap(value: object) -> Decimal | None:
    return abs(Decimal(str(value))) if value not in ("", None) else None


def _number(value: object) -> str:
    if value in ("", None):
        return "空白"
    number = Decimal(str(value))
    return yuan(number) if abs(number) >= 1000 else f"{number:,.2f}"
