"""What statements of the prose owe one another: parts and wholes, orders, lists, repetitions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from unitbudget.binding import agrees, stated
from unitbudget.figures import Figure, meets, total
from unitbudget.narrative import Section
from unitbudget.paragraphs import numbering
from unitbudget.statements import Mention, patterns

_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)|《[^》]*》|“[^”]*”")
NATURES = re.compile(r"基本支出|项目(?:经费)?支出|单位预留机动经费")


@dataclass(frozen=True, slots=True)
class Witness:
    """Something that must agree with a stated figure, and how."""

    figure: Figure
    text: str
    relation: str = "="
    hard: bool = True


def wholes(all_mentions: Sequence[Mention], finest: dict[str, int]) -> Iterator[tuple[int, Witness]]:
    """Totals and the complete lists of their parts, as (place of the mention, witness)."""
    for rule in patterns()["whole"]:
        for place, head in enumerate(all_mentions):
            if head.topic != rule["topic"] or head.quantity not in ("amount", "count"):
                continue
            if not re.search(rule["total"], head.subject) or _any(rule["parts"], head.subject):
                continue
            parts = list(_parts(all_mentions, place, rule))
            if len(parts) < 2:
                continue
            figures = [stated(all_mentions[i], finest) for i in parts]
            whole = total(figures)
            if whole is not None:
                yield place, Witness(whole, whole.formula)
                for i, part in zip(parts, figures, strict=True):
                    rest = [figure for figure in figures if figure is not part]
                    others = total(rest)
                    if others is not None:
                        left = stated(head, finest) - others
                        yield i, Witness(left, left.formula)


def _parts(
    all_mentions: Sequence[Mention], place: int, rule: dict[str, Any]
) -> Iterator[int]:
    """The parts listed after a total: in its sentence, or in the next if that opens with 其中."""
    head, names = all_mentions[place], rule["parts"]
    for i in range(place + 1, len(all_mentions)):
        part = all_mentions[i]
        if part.section is not head.section:
            return
        same = part.sentence is head.sentence
        opened = part.sentence.text.startswith("其中")
        if not (same or opened or rule.get("across")):
            return
        if (part.unit, part.quantity) != (head.unit, head.quantity):
            continue
        if (part.phase, part.year) != (head.phase, head.year):
            continue
        if _any(names, part.subject) if names else opened and not same:
            yield i


def _any(names: Sequence[str], text: str) -> bool:
    return any(re.search(name, text) for name in names)


def orders(all_mentions: Sequence[Mention], finest: dict[str, int]) -> Iterator[tuple[int, Witness]]:
    """Figures that cannot exceed one another, within one section."""
    for rule in patterns()["order"]:
        inside = [i for i, m in enumerate(all_mentions) if m.topic == rule["topic"]]
        for _, group in groupby(inside, key=lambda i: all_mentions[i].section.path):
            places = [_first(all_mentions, group_places, step) for group_places in [list(group)] for step in rule["chain"]]
            chain = [i for i in places if i is not None]
            for small, large in zip(chain, chain[1:], strict=False):
                low, high = stated(all_mentions[small], finest), stated(all_mentions[large], finest)
                yield small, Witness(high, f"不超过“{all_mentions[large].subject[-14:]}” {high.formula}", "≤")
                yield large, Witness(low, f"不小于“{all_mentions[small].subject[-14:]}” {low.formula}", "≥")


def _first(all_mentions: Sequence[Mention], places: list[int], step: str) -> int | None:
    for i in places:
        mention = all_mentions[i]
        if mention.quantity in ("amount", "count") and re.search(step, mention.subject):
            return i
    return None


def changes(all_mentions: Sequence[Mention], finest: dict[str, int]) -> Iterator[tuple[int, Witness]]:
    """Where listed parts make up a whole, their changes make up the change of the whole."""
    kinds = ("difference", "equal")
    every = [i for i, m in enumerate(all_mentions) if m.quantity in kinds and _amount(m, all_mentions)]
    for group in _groups(all_mentions, every):
        amounts = [_stated_amount(all_mentions[i], all_mentions, finest) for i in group]
        whole, change = total(amounts), total(stated(all_mentions[i], finest) for i in group)
        if whole is None or change is None:
            continue
        heads = [i for i in every if i not in group and _heads(all_mentions, i, group, whole, finest)]
        agreeing = [i for i in heads if meets(stated(all_mentions[i], finest), change)]
        # Wholes of one size but other scope (a fund, all revenue) may have changed otherwise.
        alike = {all_mentions[i].value for i in heads}
        for i in agreeing or (heads if len(alike) == 1 else []):
            yield i, Witness(change, change.formula)
            for j in group:
                others = total(stated(all_mentions[k], finest) for k in group if k != j)
                if others is not None:
                    left = stated(all_mentions[i], finest) - others
                    yield j, Witness(left, left.formula)


def _heads(
    all_mentions: Sequence[Mention],
    place: int,
    group: list[int],
    whole: Figure,
    finest: dict[str, int],
) -> bool:
    """May this be the change of the whole that the group makes up?"""
    head = all_mentions[place]
    top = _stated_amount(head, all_mentions, finest)
    inside = head.key in {all_mentions[j].key for j in group}
    return top is not None and not inside and _near(head, all_mentions[group[0]]) and meets(top, whole)


def budgets(all_mentions: Sequence[Mention], finest: dict[str, int]) -> Iterator[tuple[int, Witness]]:
    """The budgets of all items, where they are stated beside the outturn, make up the total's."""
    stating = [i for i, m in enumerate(all_mentions) if m.quantity == "amount" and m.phase]
    for _, run in groupby(stating, key=lambda i: all_mentions[i].section.path):
        by_key: dict[Any, dict[str, int]] = {}
        for i in run:
            by_key.setdefault(all_mentions[i].key, {}).setdefault(all_mentions[i].phase, i)
        pairs = [pair for pair in by_key.values() if len(pair) == 2]
        items = [pair for pair in pairs if len(all_mentions[pair["approved"]].path) > 1]
        heads = [pair for pair in pairs if not all_mentions[pair["approved"]].path]
        spent = total(stated(all_mentions[pair["executed"]], finest) for pair in items)
        planned = total(stated(all_mentions[pair["approved"]], finest) for pair in items)
        if len(items) < 2 or spent is None or planned is None:
            continue
        for head in heads:
            if not meets(stated(all_mentions[head["executed"]], finest), spent):
                continue
            yield head["approved"], Witness(planned, f"各项年初预算之和 {planned.value:,.2f}")
            for pair in items:
                own = stated(all_mentions[pair["approved"]], finest)
                rest = stated(all_mentions[head["approved"]], finest) - (planned - own)
                left = Figure(rest.value, rest.unit, rest.slack - 2 * own.slack, (), rest.formula)
                yield pair["approved"], Witness(left, "年初预算总数 − 其余各项")


def _groups(all_mentions: Sequence[Mention], every: list[int]) -> Iterator[list[int]]:
    """Changes that may be parts of one whole: one level of one list, each thing once."""

    def kind(i: int) -> tuple[str, ...]:
        mention = all_mentions[i]
        top = ".".join(mention.section.path.split(".")[:2])
        basis = mention.basis.phase if mention.basis else ""
        if mention.path:
            above = mention.path[0][1] if len(mention.path) > 1 else ""
            return top, basis, f"level {mention.path[-1][0]}", above
        if NATURES.search(mention.subject):
            return top, basis, "nature", ""
        for rule in patterns()["whole"]:
            if mention.topic == rule["topic"] == "three_public":
                if _any(rule["parts"], mention.subject):
                    return top, basis, rule["total"], ""
        if re.search("一般公共预算|政府性基金|国有资本", mention.subject):
            return top, basis, "fund", ""
        return (top, basis, "category", "") if mention.entry is None else ("",)

    for label, places in groupby(sorted(every, key=kind), key=kind):
        seen: dict[object, int] = {}
        for i in places:
            seen.setdefault(all_mentions[i].key, i)
        if len(seen) >= 2 and label != ("",):
            yield sorted(seen.values())
    levels = [i for i in every if all_mentions[i].path and len(all_mentions[i].path) > 1]
    for _, run in groupby(levels, key=lambda i: all_mentions[i].section.path.split(".")[:2]):
        once: dict[object, int] = {}
        for i in run:
            once.setdefault(all_mentions[i].key, i)
        if len(once) >= 2:
            yield sorted(once.values())


def _amount(mention: Mention, all_mentions: Sequence[Mention]) -> Mention | None:
    """The amount whose change a mention states."""
    if mention.of is not None:
        return mention.of
    same = [m for m in all_mentions if m.quantity == "amount" and m.key == mention.key]
    near = [m for m in same if m.section is mention.section]
    spent = [m for m in near if m.phase != "approved"]
    return (spent or near or [None])[0]


def _stated_amount(
    mention: Mention, all_mentions: Sequence[Mention], finest: dict[str, int]
) -> Figure | None:
    amount = _amount(mention, all_mentions)
    return stated(amount, finest) if amount else None


def _near(a: Mention, b: Mention) -> bool:
    """Do two mentions stand under the same title and compare with the same?"""
    same = a.section.path.split(".")[:2] == b.section.path.split(".")[:2]
    return same and (a.basis and a.basis.phase) == (b.basis and b.basis.phase)


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
            yield place, Witness(Figure(Decimal(listed), "count", formula=f"文中列出{listed}项"), "逐项清点")
    for section in sections:
        yield from _numbered_lists(all_mentions, section, sections)


def _listed_after(text: str) -> int:
    """How many things a sentence lists after a colon, brackets and quotations taken whole."""
    match = re.match(r"[^，。；：]{0,12}(?:，(?:具体)?包括)?：([^：；]+)。?$", _BRACKETS.sub("", text))
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
        if m.section is section and m.quantity == "count"
        and re.search(r"包括(?:（[^）]*）)?：$", m.sentence.text)
    ]
    if not counts:
        return
    below = [
        s for s in sections if s.path.startswith(section.path + ".") and s.level == section.level + 1
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


def repetitions(
    all_mentions: Sequence[Mention], finest: dict[str, int]
) -> Iterator[tuple[int, Witness]]:
    """The same thing said again elsewhere in the same words: a witness, if a weak one."""
    for place, mention in enumerate(all_mentions):
        for other in all_mentions:
            if other is mention or other.quantity != mention.quantity:
                continue
            if other.sentence is mention.sentence and mention.entry is None:
                continue
            if mention.value == 0 or other.unit != mention.unit or mention.quantity == "not_budget":
                continue
            again = other.key == mention.key or other.subject == mention.subject
            figure = stated(other, finest)
            if again and agrees(stated(mention, finest), figure):
                text = f"第{other.sentence.page}页重述 {other.printed}"
                yield place, Witness(figure, text, hard=False)
                break
