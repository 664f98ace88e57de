"""Who published the document, for which year, and on which level: read from the document itself.

No file name and no manifest is asked. Where the document contradicts itself, the most frequent
statement is taken and the others are kept as ``contradictions``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from unitbudget.documents import Printed
from unitbudget.errors import NotADisclosure
from unitbudget.money.text import heading, squash
from unitbudget.reference import toml

_PAGE_NUMBER = re.compile(r"^(?:-?\d{1,3}-?|第\d+页.*)$")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a disclosure says about itself."""

    unit: str
    district: str
    fiscal_year: int
    kind: str
    level: str
    contradictions: tuple[str, ...]


def metadata(printed: Printed) -> Metadata:
    """The unit, district, year, kind and level of a disclosure. Raises ``NotADisclosure``."""
    rules = toml("metadata")
    lines = _short_lines(printed)
    years = _votes(rules["year"], lines) or _only_year(printed, rules)
    if not years:
        raise NotADisclosure(
            printed.source_file,
            "没有一处写着“某年预算”或“某年决算”，不知道是哪一年的文件",
            "请确认这是单位（部门）预算或决算公开文件",
        )
    kinds = Counter[str]()
    levels = Counter[str]()
    for tally, names in ((kinds, rules["kind"]), (levels, rules["level"])):
        for name, patterns in names.items():
            tally[name] = sum(len(re.findall(p, line)) for p in patterns for line in lines)
    unit = _unit(printed, rules, lines)
    year = int(years.most_common(1)[0][0])
    return Metadata(
        unit=unit,
        district=_district(unit, rules),
        fiscal_year=year,
        kind=kinds.most_common(1)[0][0],
        level=levels.most_common(1)[0][0],
        contradictions=tuple(
            f"多数标题写 {year} 年，另有 {count} 处写 {other} 年"
            for other, count in years.most_common()[1:]
        ),
    )


def _short_lines(printed: Printed) -> list[str]:
    """Lines that can be a title: the first page in one piece, then all lines but sentences."""
    cover = [heading(line.text) for line in printed.pages[0].lines]
    first = "".join(text for text in cover if not _PAGE_NUMBER.match(text))
    return [first] + [
        text
        for line in printed.lines
        if len(text := heading(line.text)) < 60
        and (text.startswith(("注:", "备注:")) or not re.search(r"[。；;,]", text))
    ]


def _votes(patterns: list[str], lines: list[str]) -> Counter[str]:
    return Counter(found[1] for line in lines for p in patterns if (found := re.search(p, line)))


def _only_year(printed: Printed, rules: dict[str, Any]) -> Counter[str]:
    """The year nearly all years printed are, where tables stand alone without a title's year."""
    text = "".join(heading(line.text) for line in printed.lines)
    years = Counter(re.findall(r"(?<!\d)((?:19|20)\d\d)年", text))
    if not years or years.most_common(1)[0][1] < rules["only_year"] * years.total():
        return Counter()
    return Counter(dict(years.most_common(1)))


def _unit(printed: Printed, rules: dict[str, Any], lines: list[str]) -> str:
    """The unit's name: the one most titles, covers and tables print, in its longest form."""
    named = rules["unit"]
    cells = [
        heading(cell.text) for grid in printed.grids for row in grid.rows for cell in row if cell
    ]
    found = [
        name
        for pattern in named["patterns"]
        for text in lines + cells
        for name in re.findall(pattern, text)
    ]
    found += [name for pattern in named["cover"] for name in re.findall(pattern, lines[0])]
    found += _beside_labels(printed, named["labels"])
    names = Counter(name for each in found if (name := _cleaned(each, named)))
    if not names:
        return ""
    best = names.most_common(1)[0][0]
    full = [name for name in names if name.endswith(best)]
    return max(full, key=len, default=best)


def _cleaned(name: str, named: dict[str, Any]) -> str:
    """A name without what a form adds to it; nothing where it is none."""
    bare = re.sub(named["drop"], "", name)
    bare = re.sub(named["drop"], "", bare)
    return "" if len(bare) < named["shortest"] or re.search(named["never"], bare) else bare


def _beside_labels(printed: Printed, labels: str) -> Iterator[str]:
    """What stands in the cell right of a label such as 部门名称."""
    for grid in printed.grids:
        for row in grid.rows:
            cells = [heading(cell.text) for cell in row if cell]
            yield from (after for cell, after in pairwise(cells) if re.fullmatch(labels, cell))


def _district(unit: str, rules: dict[str, Any]) -> str:
    """The district its name begins with; of no phrase of the prose."""
    found = re.match(rules["district"], unit)
    return squash(next(filter(None, found.groups()))) if found else ""
