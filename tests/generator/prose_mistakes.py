"""One mistake at a time in the explanations, of the kinds found in real disclosures."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from random import Random

from generator import slips
from generator.mutants import Document, Mutant, Planter

_FIGURE = re.compile(
    r"(?<![\d.,])(?P<number>\d[\d,]*(?:\.\d+)?)(?P<unit>元|万元|%|％|辆|台（套）|个)"
)
_NOT_BUDGET = re.compile(r"(?:单位价值|单价|设)$")
_FLAT = re.compile(
    r"比(?P<basis>[^，。]{2,12}?)(?:增加|减少)[\d.]+(?:万?元)(?:，(?:增长|下降)[\d.]+%)?"
)
_WAYS = {"增加": "减少", "减少": "增加", "增长": "下降", "下降": "增长"}


def _figures_in(document: Document, unit: str = "") -> Iterator[tuple[int, int, re.Match[str]]]:
    """Every figure of the explanations: its section, its paragraph, and where it stands."""
    for s, section in enumerate(document.sections):
        if "名词解释" in "".join(section.titles):
            continue
        for p, paragraph in enumerate(section.paragraphs):
            for match in _FIGURE.finditer(paragraph.text):
                before = paragraph.text[: match.start()]
                if not _NOT_BUDGET.search(before) and unit in match["unit"]:
                    yield s, p, match


def _rewritten(
    document: Document, kind: str, where: str, s: int, p: int, span: tuple[int, int], text: str
) -> Mutant:
    section = document.sections[s]
    paragraph = section.paragraphs[p]
    new = paragraph.text[: span[0]] + text + paragraph.text[span[1] :]
    paragraphs = (
        *section.paragraphs[:p],
        replace(paragraph, text=new),
        *section.paragraphs[p + 1 :],
    )
    changed = replace(section, paragraphs=paragraphs)
    sections = (*document.sections[:s], changed, *document.sections[s + 1 :])
    around = new[max(0, span[0] - 30) : span[0] + len(text) + 12]
    start = paragraph.text.rfind("。", 0, span[0]) + 1
    end = paragraph.text.find("。", span[0])
    sentence = paragraph.text[start : end + 1 if end >= 0 else None]
    number = _FIGURE.search(paragraph.text, span[0])
    figure = Decimal(number["number"].replace(",", "")) if number else None
    return Mutant(
        kind,
        f"{where}：{around}",
        replace(document, sections=sections),
        paragraph=new,
        before=sentence,
        figure=figure,
    )


def _number(kind: str, slip: slips.Slip) -> Planter:
    """A slip in one number of the prose."""

    def planter(document: Document, chance: Random) -> Mutant | None:
        found = list(_figures_in(document))
        for _ in range(40 if found else 0):
            s, p, match = chance.choice(found)
            old = match["number"].replace(",", "")
            new = slip(old, chance)
            if new is not None and Decimal(new) != Decimal(old) and not new.startswith("-"):
                where = f"{old}→{new}{match['unit']}"
                return _rewritten(document, kind, where, s, p, match.span("number"), new)
        return None

    return planter


def _prose_unit(document: Document, chance: Random) -> Mutant | None:
    """元 for 万元, or the other way round."""
    found = [f for f in _figures_in(document, "元") if Decimal(f[2]["number"].replace(",", ""))]
    if not found:
        return None
    s, p, match = chance.choice(found)
    new = match["number"] + ("元" if match["unit"] == "万元" else "万元")
    return _rewritten(document, "prose unit", f"{match[0]}→{new}", s, p, match.span(), new)


def _borrowed(kind: str, unit: str) -> Planter:
    """A figure of the same unit from elsewhere in the prose stands where another should."""

    def planter(document: Document, chance: Random) -> Mutant | None:
        found = [f for f in _figures_in(document, unit) if f[2]["unit"] in (unit, "％")]
        for _ in range(40 if found else 0):
            (s, p, match), other = chance.choice(found), chance.choice(found)
            new = other[2]["number"]
            if Decimal(new.replace(",", "")) != Decimal(match["number"].replace(",", "")):
                where = f"{match['number']}→{new}{unit}"
                return _rewritten(document, kind, where, s, p, match.span("number"), new)
        return None

    return planter


def _direction(document: Document, chance: Random) -> Mutant | None:
    """A rise is called a fall, or a fall a rise."""
    found = []
    for s, section in enumerate(document.sections):
        for p, paragraph in enumerate(section.paragraphs):
            for match in re.finditer(r"(增加|减少|增长|下降)(?=[\d.]+(?:万?元|%))", paragraph.text):
                number = re.match(r"[\d.]+", paragraph.text[match.end() :])
                # What rounds to nothing goes neither way.
                if number and Decimal(number[0]):
                    found.append((s, p, match))
    if not found:
        return None
    s, p, match = chance.choice(found)
    new = _WAYS[match[0]]
    return _rewritten(document, "prose direction", f"{match[0]}→{new}", s, p, match.span(), new)


def _said_flat(document: Document, chance: Random) -> Mutant | None:
    """What changed is said to be as it was."""
    found = [
        (s, p, match)
        for s, section in enumerate(document.sections)
        for p, paragraph in enumerate(section.paragraphs)
        for match in _FLAT.finditer(paragraph.text)
    ]
    if not found:
        return None
    s, p, match = chance.choice(found)
    new = f"与{match['basis']}持平"
    return _rewritten(document, "prose said flat", f"{match[0]}→{new}", s, p, match.span(), new)


def _prose_renamed(document: Document, chance: Random) -> Mutant | None:
    """A sentence about one item bears the name of another item of the same document."""
    names = sorted({
        str(row["name"]) for row in document.amounts
        if row["table_id"] == "general_public_budget" and len(str(row["function_code"])) == 7
    })  # fmt: skip
    found = [
        (s, p, name)
        for s, section in enumerate(document.sections)
        for p, paragraph in enumerate(section.paragraphs)
        for name in names
        if paragraph.text.startswith(name) and "年预算数为" in paragraph.text[: len(name) + 16]
    ]
    if not found or len(names) < 2:
        return None
    s, p, name = chance.choice(found)
    new = chance.choice([other for other in names if other != name])
    # A name that ends in 支出 takes no second one.
    reach = len(name) + (2 if new.endswith("支出") and not name.endswith("支出") else 0)
    return _rewritten(document, "prose renamed", f"{name}→{new}", s, p, (0, reach), new)


PROSE: dict[str, Planter] = {
    "prose digit": _number("prose digit", slips.digit),
    "prose transposition": _number("prose transposition", slips.transposition),
    "prose decimal shift": _number("prose decimal shift", slips.decimal_shift),
    "prose unit": _prose_unit,
    "prose stale amount": _borrowed("prose stale amount", "元"),
    "prose stale percentage": _borrowed("prose stale percentage", "%"),
    "prose direction": _direction,
    "prose said flat": _said_flat,
    "prose renamed": _prose_renamed,
}
