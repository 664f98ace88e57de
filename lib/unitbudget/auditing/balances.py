"""Changes that owe one another something: of parts and their whole, of two sides that balance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from unitbudget.auditing.intervals import Witness, agrees, stated
from unitbudget.auditing.mention import Mention
from unitbudget.auditing.subjects import patterns
from unitbudget.figures import Figure, meets, total

NATURES = re.compile(r"基本支出|项目(?:经费)?支出|单位预留机动经费")


def changes(
    all_mentions: Sequence[Mention], finest: dict[str, int]
) -> Iterator[tuple[int, Witness]]:
    """Where listed parts make up a whole, their changes make up the change of the whole."""
    kinds = ("difference", "equal")
    every = [
        i for i, m in enumerate(all_mentions) if m.quantity in kinds and _amount(m, all_mentions)
    ]
    for group in _groups(all_mentions, every):
        amounts = [_stated_amount(all_mentions[i], all_mentions, finest) for i in group]
        whole, change = total(amounts), total(stated(all_mentions[i], finest) for i in group)
        if whole is None or change is None:
            continue
        for i in every:
            if i in group or not _heads(all_mentions, i, group, whole, finest):
                continue
            if not _makes_up(all_mentions[i], [all_mentions[j] for j in group]):
                continue
            # A fund as large as the whole may have been smaller than the whole last year.
            part = not _is_whole(all_mentions[i], all_mentions[group[0]])
            if part and not agrees(stated(all_mentions[i], finest), change):
                continue
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
    return (
        top is not None and not inside and _near(head, all_mentions[group[0]]) and meets(top, whole)
    )


def _whole_of(part: Mention) -> dict[str, Any] | None:
    """The named whole, as data, that a thing of the three public expenses is a part of."""
    for rule in patterns()["whole"]:
        parted = any(re.search(each, part.subject) for each in rule["parts"])
        if parted and part.topic == rule["topic"] == "three_public":
            return dict(rule)
    return None


def _makes_up(head: Mention, parts: Sequence[Mention]) -> bool:
    """Do parts of a named whole head to that whole, every one of them named?

    With nothing spent on the rest, cars alone amount to as much as all three public expenses; the
    rest may have changed all the same.
    """
    rules = [rule for part in parts if not part.path and (rule := _whole_of(part))]
    return all(
        re.search(rule["total"], head.subject)
        and all(any(re.search(p, part.subject) for part in parts) for p in rule["parts"])
        for rule in rules
    )


def _is_whole(head: Mention, part: Mention) -> bool:
    """Is it the whole of all parts by its name, or by what the sentence of the parts says?"""
    words = patterns()["words"]
    for side, other in words["sides"]:
        if re.search(side, head.subject) and re.search(other, part.sentence.text):
            return True
    return re.search(words["whole"], head.subject) is not None


def twins(all_mentions: Sequence[Mention], finest: dict[str, int]) -> Iterator[tuple[int, Witness]]:
    """Changes of two sides that balance in both years, and of one thing said twice."""
    every = [i for i, m in enumerate(all_mentions) if m.quantity == "difference"]
    for i in every:
        for j in every:
            one, other = all_mentions[i], all_mentions[j]
            if i == j or not (_balance(one, other) or _main_of_reason(one, other)):
                continue
            top, second = (_stated_amount(m, all_mentions, finest) for m in (one, other))
            if one.note == "reason" or (
                top and second and meets(top, second) and _near(one, other)
            ):
                text = f"第{other.sentence.page}页“{other.subject[-12:]}”{other.printed}"
                yield i, Witness(stated(other, finest), text)
                break


def _balance(one: Mention, other: Mention) -> bool:
    """Do the two speak of the revenue and of the expenditure side of one appropriation?"""
    sides = patterns()["words"]["sides"]
    return any(
        re.search(a, one.subject) and re.search(b, other.subject)
        for left, right in sides
        for a, b in ((left, right), (right, left))
    )


def _main_of_reason(one: Mention, other: Mention) -> bool:
    """Is the other the statement that a reason refers back to?"""
    if one.note != "reason" or other.note == "reason":
        return False
    words = [NATURES.search(m.subject) for m in (one, other)]
    names = [word[0].replace("经费支出", "支出") if word else "" for word in words]
    return names[0] != "" and names[0] == names[1]


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
        if rule := _whole_of(mention):
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
    return next(iter(spent or near), None)


def _stated_amount(
    mention: Mention, all_mentions: Sequence[Mention], finest: dict[str, int]
) -> Figure | None:
    amount = _amount(mention, all_mentions)
    return stated(amount, finest) if amount else None


def _near(a: Mention, b: Mention) -> bool:
    """Do two mentions stand under the same title and compare with the same?"""
    same = a.section.path.split(".")[:2] == b.section.path.split(".")[:2]
    return same and (a.basis and a.basis.phase) == (b.basis and b.basis.phase)
