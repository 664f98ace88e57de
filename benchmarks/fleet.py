"""A fleet of disclosures as rows, not PDFs: units × years × kinds, in the package's own files.

Each is the first document under another name, year and kind, all its money times one whole number,
so that what added up adds up. Sentences and formulas stay those of the first document.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from io import StringIO

from measuring import ROOT
from unitbudget.package import rows_of, schema

FIRST = ROOT / "data" / "clean"
#: Cities of sixteen districts, as Shanghai; and so many sizes of budgets.
DISTRICTS, SIZES, LAST_YEAR = 16, 25, 2026
KINDS = ("budget", "final_accounts")
#: What a template holds in the place of a document's own.
NAME, UNIT, DISTRICT, KIND, THIS, LAST = (f"\x02{number}\x03" for number in range(6))
MONEY = {
    "amounts": ("value", "printed"),
    "checks": ("stated", "computed", "difference", "allowed"),
    "claims": ("value", "computed"),
    "implied": ("value", "low", "high"),
    "findings": ("money",),
    "projects": ("value",),
    "figures": ("value", "low", "high"),
}


@dataclass(frozen=True, slots=True)
class Made:
    """One disclosure of the fleet, its rows made when they are asked for."""

    unit: int
    year: int
    kind: str

    @property
    def name(self) -> str:
        return f"unit-{self.unit:04d}-{self.year}-{self.kind}"

    @property
    def content(self) -> str:
        """What stands for its PDF."""
        return f"%PDF-1.7 {self.name}"

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content.encode()).hexdigest()

    @property
    def written(self) -> dict[str, str]:
        own = {
            NAME: self.name, UNIT: f"第{self.unit}中心", DISTRICT: f"第{self.unit % DISTRICTS}区",
            KIND: self.kind, THIS: str(self.year), LAST: str(self.year - 1),
            hashlib.sha256(b"").hexdigest(): self.sha256,
        }  # fmt: skip
        return {name: _filled(text, own) for name, text in _template(self.unit % SIZES + 1).items()}


def fleet(count: int) -> Iterator[Made]:
    """So many disclosures, a unit with ten years and both kinds after the other."""
    years, unit = range(LAST_YEAR - 9, LAST_YEAR + 1), 0
    while count > 0:
        each = [Made(unit, year, kind) for year in years for kind in KINDS]
        yield from each[:count]
        count, unit = count - len(each), unit + 1


def _filled(text: str, own: Mapping[str, str]) -> str:
    for place, value in own.items():
        text = text.replace(place, value)
    return text


@cache
def _template(size: int) -> dict[str, str]:
    """The rows of a document of that size as text, with places for what is its own."""
    own = {name: (FIRST / f"{name}.csv").read_text("utf-8").partition("\n")[2] for name in schema()}
    yuan = {row["id"] for row in rows_of(own, "figures") if row["unit"] == "CNY"}
    (document,) = rows_of(own, "documents")
    year = int(document["fiscal_year"])
    times = {str(year): THIS, str(year - 1): LAST}
    texts = {}
    for name, entry in schema().items():
        text = StringIO(newline="")
        writer = csv.DictWriter(text, list(entry["fields"]), lineterminator="\n")
        for number, row in enumerate(rows_of(own, name), start=1):
            row["document_id"] = NAME
            if "fiscal_year" in row:
                row["fiscal_year"] = times.get(row["fiscal_year"], row["fiscal_year"])
            if name == "documents":
                row |= {"title": f"{UNIT}{THIS}年单位预算", "unit": UNIT, "district": DISTRICT,
                        "kind": KIND, "source_file": f"{NAME}.pdf",
                        "sha256": hashlib.sha256(b"").hexdigest()}  # fmt: skip
            if row.get("unit", "CNY") == "CNY" and (
                name != "checks" or f"checks/{number}/stated" in yuan
            ):
                for column in MONEY.get(name, ()):
                    row[column] = row[column] and f"{Decimal(row[column]) * size:f}"
            writer.writerow(row)
        texts[name] = text.getvalue()
    return texts
