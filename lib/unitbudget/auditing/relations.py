"""What statements of the prose owe one another: parts and wholes, orders, budgets, repetitions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from unitbudget.auditing.intervals import Witness, agrees, stated
from unitbudget.auditing.mention import Mention
from unitbudget.auditing.subjects import patterns
from unitbudget.figures import Figure, meets, total


def wholes(
    all_mentions: Sequence[Mention], finest: dict[str, int]
) -> Iterator[tuple[int, Witness]]:
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


def _parts(all_mentions: Sequence[Mention], place: int, rule: dict[str, Any]) -> Iterator[int]:
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


def orders(
    all_mentions: Sequence[Mention], finest: dict[str, int]
) -> Iterator[tuple[int, Witness]]:
    """Figures that cannot exceed one another, within one section."""
    for rule in patterns()["order"]:
        inside = [i for i, m in enumerate(all_mentions) if m.topic == rule["topic"]]
        for _, group in groupby(inside, key=lambda i: all_mentions[i].section.path):
            places = [
                _first(all_mentions, group_places, step)
                for group_places in [list(group)]
                for step in rule["chain"]
            ]
            chain = [i for i in places if i is not None]
            for small, large in pairwise(chain):
                low, high = stated(all_mentions[small], finest), stated(all_mentions[large], finest)
                yield (
                    small,
                    Witness(
                        high, f"不超过“{all_mentions[large].subject[-14:]}” {high.formula}", "≤"
                    ),
                )
                yield (
                    large,
                    Witness(low, f"不小于“{all_mentions[small].subject[-14:]}” {low.formula}", "≥"),
                )


def _first(all_mentions: Sequence[Mention], places: list[int], step: str) -> int | None:
    for i in places:
        mention = all_mentions[i]
        if mention.quantity in ("amount", "count") and re.search(step, mention.subject):
            return i
    return None


def budgets(
    all_mentions: Sequence[Mention], finest: dict[str, int]
) -> Iterator[tuple[int, Witness]]:
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
