"""One document judged: its claims, checks, suspects, implied figures and findings, as objects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from unitbudget.auditing import claims, codes, facts, findings
from unitbudget.auditing.case import Case, Finding
from unitbudget.auditing.claims import Claim
from unitbudget.auditing.evaluate import Check
from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.implied import imply
from unitbudget.auditing.inference import Inference
from unitbudget.auditing.layouts import vouched
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.reasons import Reason
from unitbudget.auditing.reasons import rows as reason_rows
from unitbudget.auditing.reconcile import collapse, reconcile, row
from unitbudget.auditing.suspects import Suspect, culprits
from unitbudget.auditing.told import Told, formula_of, tell
from unitbudget.documents import Printed
from unitbudget.money.figure import COUNT, PERCENT, Figure
from unitbudget.reading.narrative import Section

Rows = list[dict[str, Any]]
Document = Mapping[str, Rows]
#: An operand as a formula needs it, without a unit in words.
_PLAIN = re.compile(r"\d+(?:\.\d+)?%?")


@dataclass(frozen=True, slots=True)
class Audit:
    """What is found in one document. Rows are made of it once, to be written."""

    document_id: str
    ledger: Ledger
    claims: Sequence[Claim]
    checks: Sequence[Check]
    suspects: Sequence[Suspect]
    implied: Sequence[Inference]
    findings: Sequence[Finding]
    reasons: Sequence[Reason]

    def rows(self) -> dict[str, Rows]:
        """The rows of ``claims.csv``, ``checks.csv`` and so on, ``figures.csv`` among them."""
        printed = set(self.ledger.by_cell)
        found = {
            "claims": [claim.row() for claim in self.claims],
            "implied": [one.row() for one in self.implied],
            "checks": [row(check, self.suspects, printed) for check in self._told],
            "suspects": [each.row() for each in self._culprits],
            "findings": findings.rows(self.findings),
            "reasons": reason_rows(self.reasons),
        }
        found["figures"] = list(self._figures(found))
        own = {"document_id": self.document_id}
        return {name: [own | each for each in part] for name, part in found.items()}

    @property
    def _told(self) -> list[Check]:
        """The checks as they are written: one that is off by its last place says so first."""
        found = []
        for check in self.checks:
            if check.status == "broken" and findings.last_place(self.ledger, check):
                said = check.outcome.reason or "不超过末位一个单位"
                reason = tell("{mark}：{says}", mark=claims.LAST_PLACE, says=said)
                check = replace(check, outcome=replace(check.outcome, reason=reason))
            found.append(check)
        return found

    @property
    def _culprits(self) -> list[Suspect]:
        """The suspected amounts that this file prints."""
        first = culprits(self.suspects)
        return [each for each in first if each.entry.cell in self.ledger.by_cell]

    def _figures(self, written: Mapping[str, Rows]) -> Iterator[dict[str, Any]]:
        """Every figure behind what is written, by the row and the field it stands in."""
        for n, check in enumerate(self._told, start=1):
            outcome = check.outcome
            sides = {"stated": outcome.stated, "computed": outcome.computed}
            yield from _fields(f"checks/{n}", **sides, reason=outcome.reason)
        for n, claim in enumerate(self.claims, start=1):
            mention = claim.mention
            if mention.value is not None:
                start = len(mention.before)
                begins = mention.before or mention.sentence.text.startswith(mention.printed)
                shown = mention.printed, start if begins else None
                yield _row(f"claims/{n}/value", mention.stated, *shown)
            yield from _fields(f"claims/{n}", computed=claim.computed, reason=claim.reason)
        for n, each in enumerate(self._culprits, start=1):
            if each.mended_value is not None:
                yield _row(f"suspects/{n}/mended_value", findings.mended(each))
        for n, one in enumerate(self.implied, start=1):
            yield from _fields(f"implied/{n}", value=one.figure)
        for found, line in zip(self.findings, written["findings"], strict=True):
            told = {"says": found.says, "evidence": found.evidence, "question": found.question}
            yield from _fields(f"findings/{line['finding_id']}", money=found.money, **told)


def _fields(name: str, **fields: Figure | str | None) -> Iterator[dict[str, Any]]:
    """The figures of some fields of a row, and those in their sentences, in order."""
    for field, said in fields.items():
        if isinstance(said, Figure):
            yield _row(f"{name}/{field}", said)
        for n, each in enumerate(said.numbers if isinstance(said, Told) else (), start=1):
            yield _row(f"{name}/{field}/{n}", each.figure, each.shown, each.start)


def _row(name: str, figure: Figure, shown: str = "", start: int | None = None) -> dict[str, Any]:
    """A figure as a row of ``figures.csv``."""
    value = low = high = _written(figure.value)
    if not figure.exact:
        low, high = _written(figure.low), _written(figure.high)
    return {
        "id": name,
        "value": value,
        "low": low,
        "high": high,
        "unit": figure.unit,
        "cells": ";".join(dict.fromkeys(figure.cells)),
        "formula": _formula(figure),
        "shown": shown,
        "start": start,
    }


def _formula(figure: Figure) -> str:
    """How the figure was formed, its operands in yuan and per cent; of a count what was counted."""
    if figure.computed:
        return formula_of(figure, _operand)
    return figure.formula if figure.unit == COUNT else _printed(figure)


def _printed(figure: Figure) -> str:
    text = figure.formula
    plain = _PLAIN.fullmatch(text) or (figure.terms and " " in text)
    return text if plain else f"{_written(figure.value):f}{'%' * (figure.unit == PERCENT)}"


def _operand(figure: Figure) -> str:
    if figure.unit == COUNT:
        return f"{_written(figure.value):f}"
    return _printed(figure).removesuffix("%") + "%" * (figure.unit == PERCENT)


def _written(value: Decimal) -> Decimal:
    """To at most twelve decimals, without idle zeros."""
    return round(value, 12).normalize()


def audited(printed: Printed, prose: Sequence[Section], read: Document, tables: Document) -> Audit:
    """One document judged; ``tables`` are the rows of the one its tables are printed in."""
    document = read["documents"][0]
    kind, layout = str(document.get("kind", "budget")), str(document.get("template") or "")
    odd = codes.odd_codes(tables["amounts"], int(document.get("fiscal_year") or 0))
    ledger = Ledger(codes.as_meant(tables["amounts"], odd), tables["tables"])
    projects = read["projects"]
    spoken = Prose(prose, ledger, kind, projects)
    stated = vouched(claims.check(spoken), ledger)
    own = ledger if tables is read else Ledger(read["amounts"], read["tables"])
    checks, suspects = reconcile(own.beside(facts.gathered(stated, projects, ledger)), kind, layout)
    case = Case(
        *(printed, spoken, document, read["tables"], checks, suspects, stated),
        *(projects, read["indicators"], read["terms"], odd),
    )
    return Audit(
        *(str(document.get("document_id", "")), own, stated, collapse(checks), suspects),
        *(imply(ledger, stated, projects, document), findings.find(case), case.reasons),
    )
