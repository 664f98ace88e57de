"""A disclosure published again, otherwise than before: what stands, and what must not be carried.

It is printed on other pages, with a table in another place, typeset otherwise, or with other
amounts, and judged anew. Which decisions hold is told by what its findings say, page numbers aside,
and by the amounts they rest on.
"""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from unitbudget.briefing import decisions
from unitbudget.briefing.decisions import STANDS
from unitbudget.briefing.versions import CHANGED, compare
from unitbudget.documents import Line
from unitbudget.package import Package
from unitbudget.running.disclosure import Disclosure, judged

HOW = ("amount", "page", "table", "typesetting")
Rows = dict[str, list[dict[str, Any]]]
_PAGE = re.compile(r"第[\d、–-]+页")


@dataclass(frozen=True)
class Again:
    """One re-publication: decisions wrongly carried and dropped, and differences that are wrong."""

    how: str
    decided: int
    carried: tuple[str, ...]
    dropped: tuple[str, ...]
    differences: tuple[str, ...]


def again(first: Disclosure, how: str, chance: Random) -> Again:
    """Published once more in one of these ways, every finding of the first decided."""
    rows: Rows = {name: [dict(row) for row in part] for name, part in first.rows.items()}
    printed, prose, moved = first.printed, first.prose, dict[str, str]()
    changed: dict[str, tuple[float, float]] = {}
    if how == "amount":
        changed = dict(_changed(rows, chance))
    if how == "typesetting":
        for row in rows["amounts"]:
            row.update({side: row[side] + 3 for side in ("x0", "x1")})
    if how == "page":
        printed, prose = _later(printed), _later(prose)
        for part in rows.values():
            for row in part:
                for field in {"page", "first_page", "last_page"} & set(row):
                    row[field] = row[field] and row[field] + 1
    if how == "table":
        moved = _moved(rows, chance)
    second = judged(Disclosure(printed, rows, None, prose))
    return _compared(how, first.package, second.package, changed, moved)


def _changed(rows: Rows, chance: Random) -> Iterator[tuple[str, tuple[float, float]]]:
    """One to three amounts with another digit in front of their point."""
    money = [row for row in rows["amounts"] if row["unit"] == "CNY" and float(row["value"]) >= 10]
    for row in chance.sample(money, chance.randint(1, 3)):
        whole, point, part = row["printed"].partition(".")
        digit = str((int(whole[-1]) + chance.randint(1, 9)) % 10)
        before, scale = float(row["value"]), float(row["value"]) / float(row["printed"])
        row["printed"] = f"{whole[:-1]}{digit}{point}{part}"
        row["value"] = type(row["value"])(str(round(float(row["printed"]) * scale, 2)))
        yield row["cell"], (before, float(row["value"]))


def _moved(rows: Rows, chance: Random) -> dict[str, str]:
    """A table at the end of the document, its body beginning a row further down."""
    table = chance.choice([row for row in rows["tables"] if row["status"] == "read"])
    own = [row for row in rows["amounts"] if row["table_id"] == table["table_id"]]
    rows["tables"] = [*(r for r in rows["tables"] if r is not table), table]
    rows["amounts"] = [*(r for r in rows["amounts"] if r not in own), *own]
    names = {}
    for row in own:
        names[row["cell"]] = f"{table['table_id']}!R{row['row'] + 1}C{row['column']}"
        row.update(row=row["row"] + 1, cell=names[row["cell"]])
        row["part_of"] = row.get("part_of") and row["part_of"] + 1
    return names


def _later(thing: Any) -> Any:
    """The same with every line of it one page further back."""
    if type(thing) in (list, tuple):
        return type(thing)(map(_later, thing))
    if not dataclasses.is_dataclass(thing) or isinstance(thing, type):
        return thing
    fields = {f.name: getattr(thing, f.name) for f in dataclasses.fields(thing)}
    numbers = {name: n + 1 for name, n in fields.items() if name in ("page", "number")}
    inside = {} if isinstance(thing, Line) else {
        name: _later(part) for name, part in fields.items() if type(part) in (list, tuple)
    }  # fmt: skip
    return replace(thing, **numbers, **inside)


def _compared(
    how: str,
    old: Package,
    new: Package,
    changed: dict[str, tuple[float, float]],
    moved: dict[str, str],
) -> Again:
    rows = decisions.decided(old, []).assign(decision="已提出")
    table = decisions.decided(new, rows.to_dict("records"))
    state = table[table["decision"] != ""].set_index("evidence_id")["state"]
    bases = _bases(old)
    there = Counter(_said(new))
    carried, dropped, own = [], [], decisions.evidence(old)
    for finding, says, basis in zip(own, _said(old), bases, strict=True):
        stands = state[finding.fingerprint] == STANDS
        should = there[says] > 0 and not basis & set(changed)
        if stands and not should:
            carried.append("：".join(says))
        if should and not stands:
            dropped.append("：".join(says))
    found = compare(old, new).amounts
    pairs = Counter(zip(found["before"], found["after"], strict=True))
    wrong = [f"{pair}" for pair in (pairs - Counter(changed.values())).elements()]
    wrong += [f"{pair} is lost" for pair in (Counter(changed.values()) - pairs).elements()]
    wrong += [f"{each}" for each in set(found["difference"]) - {CHANGED}]
    return Again(how, len(own), tuple(carried), tuple(dropped), tuple(wrong))


def _said(package: Package) -> list[tuple[str, str]]:
    """What each finding is and says, wherever it is printed."""
    rows = package.findings
    return [(r, _PAGE.sub("", s)) for r, s in zip(rows["rule_id"], rows["says"], strict=True)]


def _bases(package: Package) -> list[set[str]]:
    """The cells each finding rests on."""
    found = []
    for row in package.findings.itertuples():
        figures = package.figures
        own = figures[figures["id"].str.startswith(f"findings/{row.finding_id}/")]
        cells = set(";".join([*own["cells"], row.evidence]).replace(" ", ";").split(";"))
        found.append(cells)
    return found
