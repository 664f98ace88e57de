"""Counts of things that are then listed: ``设8个内设机构，包括：…``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from unitbudget.auditing.intervals import Witness
from unitbudget.auditing.mention import Mention
from unitbudget.figures import Figure, total
from unitbudget.reading.narrative import Section
from unitbudget.reading.paragraphs import numbering

_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)|《[^》]*》|“[^”]*”")


def lists(
    all_mentions: Sequence[Mention], sections: Sequence[Section]
) -> Iterator[tuple[int, Witness]]:
    """Counts of things that are then listed: ``设8个内设机构，包括：…``."""
    for place, mention in enumerate(all_mentions):
        if mention.quantity != "count":
            continue
        text = mention.sentence.text
        at = text.find(mention.printed)
        listed = _listed_after(text[at + len(mention.printed) :]) or _listed_before(text, at)
        if listed:
            yield (
                place,
                Witness(
                    Figure(Decimal(listed), "count", formula=f"文中列出{listed}项"), "逐项清点"
                ),
            )
    for section in sections:
        yield from _numbered_lists(all_mentions, section, sections)


def _listed_after(text: str) -> int:
    """How many things a sentence lists after a colon, brackets and quotations taken whole."""
    match = re.match(
        r"[^，。；：]{0,12}(?:，(?:具体)?包括)?：([^：；]+)。?$", _BRACKETS.sub("", text)
    )
    items = match[1].rstrip("。") if match else ""
    return len(re.split(r"[、，]|以及|和(?=[^、]*$)", items)) if "、" in items else 0


def _listed_before(text: str, at: int) -> int:
    match = re.search(r"包括：([^：；。]+)等$", _BRACKETS.sub("", text[:at]))
    return len(match[1].split("、")) if match else 0


def _numbered_lists(
    all_mentions: Sequence[Mention], section: Section, sections: Sequence[Section]
) -> Iterator[tuple[int, Witness]]:
    """Counts in a sentence that ends in a colon, and the numbered items under it."""
    counts = [
        i
        for i, m in enumerate(all_mentions)
        if m.section is section
        and m.quantity == "count"
        and re.search(r"包括(?:（[^）]*）)?：$", m.sentence.text)
    ]
    if not counts:
        return
    below = [
        s
        for s in sections
        if s.path.startswith(section.path + ".") and s.level == section.level + 1
    ]
    unit = all_mentions[counts[-1]].printed.lstrip("0123456789")
    counts = [i for i in counts if all_mentions[i].printed.endswith(unit)]
    if below and len(below) == len(counts):
        for i, under in zip(counts, below, strict=True):
            inner = [s for s in sections if s.path.startswith(under.path + ".")]
            yield i, _counted(_items(under) + len(inner))
        return
    after = _items(section)
    figure = total(Figure(all_mentions[i].value or Decimal(0), "count") for i in counts)
    if after and figure:
        for i in counts:
            rest = figure.value - (all_mentions[i].value or Decimal(0))
            yield i, _counted(after - int(rest))


def _items(section: Section) -> int:
    return sum(numbering(paragraph.text) is not None for paragraph in section.paragraphs)


def _counted(number: int) -> Witness:
    return Witness(Figure(Decimal(number), "count", formula=f"文中列出{number}项"), "逐项清点")
