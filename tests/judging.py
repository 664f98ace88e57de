"""The judges one by one, on what is made up: their objects as the frames they are written as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from unitbudget.auditing import claims
from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.inference import Inference
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.reconcile import collapse, reconcile, row
from unitbudget.auditing.suspects import culprits
from unitbudget.package import Package, frame, schema
from unitbudget.reading.narrative import Section

Rows = Sequence[Mapping[str, Any]]


def claims_of(
    sections: Sequence[Section], ledger: Ledger, kind: str = "budget", projects: Rows = ()
) -> pd.DataFrame:
    """What the prose states and how it is judged, as ``claims.csv``."""
    stated = claims.check(Prose(sections, ledger, kind, projects))
    return frame("claims", [claim.row() for claim in stated])


def checks_of(
    ledger: Ledger, kind: str = "budget", layout: str = ""
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The checks of a document and their first suspects, as they are written."""
    checks, suspects = reconcile(ledger, kind, layout)
    printed = set(ledger.by_cell)
    return (
        frame("checks", [row(check, suspects, printed) for check in collapse(checks)]),
        frame("suspects", [suspect.row() for suspect in culprits(suspects)]),
    )


def implied_of(found: Sequence[Inference]) -> pd.DataFrame:
    """What is implied, as ``implied.csv``, its values exact."""
    columns = list(schema()["implied"]["fields"])
    return pd.DataFrame([each.row() for each in found], columns=columns)


def ledger_of(package: Package) -> Ledger:
    """The amounts of one document of a package."""
    return Ledger(package.amounts, package.tables)
