"""What statements of the prose owe one another: parts and wholes, sides, lists, repetitions.

Each function yields (place of the mention, evidence).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from unitbudget.auditing.evidence import Evidence
from unitbudget.auditing.prose import Mention, patterns
from unitbudget.auditing.told import counted, part_of, printed_on
from unitbudget.money.figure import Figure, agrees, total
from unitbudget.reading.narrative import Section
from unitbudget.reading.paragraphs import numbering

Related = Iterator[tuple[int, Evidence]]
#: By so many of its first characters an item of a list is named.
HEAD = 12


def wholes(found: Sequence[Mention]) -> Related:
    """Totals and the complete lists of their parts, as (place of the mention, witness)."""
    for rule in patterns()["whole"]:
        for place, head in enumerate(found):
            if head.topic != rule["topic"] or head.quantity not in ("amount", "count"):
                continue
            if not re.search(rule["total"], head.subject) or _any(rule["parts"], head.subject):
                continue
            parts = list(_parts(found, place, rule)) or _parts_before(found, place, rule)
            if len(parts) < 2:
                continue
            figures = [found[i].stated for i in parts]
            whole = total(figures)
            if whole is not None:
                yield place, Evidence(whole, whole.formula)
                for i, part in zip(parts, figures, strict=True):
                    rest = [figure for figure in figures if figure is not part]
                    others = total(rest)
                    if others is not None:
                        left = head.stated - others
                        yield i, Evidence(left, left.formula)


def _parts(found: Sequence[Mention], place: int, rule: dict[str, Any]) -> Iterator[int]:
    """The parts listed after a total: in its sentence, or in the next if that opens with 其中."""
    head, names = found[place], rule["parts"]
    for i in range(place + 1, len(found)):
        part = found[i]
        if part.section is not head.section:
            return
        same = part.sentence is head.sentence
        opened = part.sentence.text.startswith("其中")
        if not (same or opened or rule.get("across")):
            return
        if _measure(part) != _measure(head):
            continue
        if _any(names, part.subject) if names else opened and not same:
            yield i


def _parts_before(found: Sequence[Mention], place: int, rule: dict[str, Any]) -> list[int]:
    """The parts a sentence lists before their total, if it names them all and then adds them up."""
    head, names = found[place], rule["parts"]
    inside = [i for i in range(place) if found[i].sentence is head.sentence]
    alike = [i for i in inside if _measure(found[i]) == _measure(head)]
    parts = [i for i in alike if _any(names, found[i].subject)]
    every = all(any(re.search(name, found[i].subject) for i in parts) for name in names)
    added = re.search(patterns()["words"]["added_up"], head.before)
    return parts if names and every and added and parts == alike else []


def _measure(mention: Mention) -> tuple[object, ...]:
    return mention.unit, mention.quantity, mention.phase, mention.year


def _any(names: Sequence[str], text: str) -> bool:
    return any(re.search(name, text) for name in names)


def orders(found: Sequence[Mention]) -> Related:
    """Figures that cannot exceed one another, within one section."""
    for rule in patterns()["order"]:
        inside = [i for i, m in enumerate(found) if m.topic == rule["topic"]]
        for _, group in groupby(inside, key=lambda i: found[i].section.path):
            places = [
                _first(found, group_places, step)
                for group_places in [list(group)]
                for step in rule["chain"]
            ]
            chain = [i for i in places if i is not None]
            for small, large in pairwise(chain):
                low, high = found[small].stated, found[large].stated
                yield (
                    small,
                    Evidence(high, f"不超过“{found[large].subject[-14:]}” {high.formula}", "≤"),
                )
                yield (
                    large,
                    Evidence(low, f"不小于“{found[small].subject[-14:]}” {low.formula}", "≥"),
                )


def _first(found: Sequence[Mention], places: list[int], step: str) -> int | None:
    """The first statement of a step; the parts of a whole are not that whole."""
    for i in places:
        mention = found[i]
        stated = mention.quantity in ("amount", "count") and re.search(step, mention.subject)
        if stated and not any(
            _any(rule["parts"], mention.subject)
            for rule in patterns()["whole"]
            if rule["topic"] == mention.topic and len(rule["parts"]) > 1
        ):
            return i
    return None


def budgets(found: Sequence[Mention]) -> Related:
    """The budgets of all items, where they are stated beside the outturn, make up the total's."""
    stating = [i for i, m in enumerate(found) if m.quantity == "amount" and m.phase]
    for _, run in groupby(stating, key=lambda i: found[i].section.path):
        by_key: dict[Any, dict[str, int]] = {}
        for i in run:
            by_key.setdefault(found[i].key, {}).setdefault(found[i].phase, i)
        pairs = [pair for pair in by_key.values() if len(pair) == 2]
        items = [pair for pair in pairs if len(found[pair["approved"]].path) > 1]
        heads = [pair for pair in pairs if not found[pair["approved"]].path]
        spent = total(found[pair["executed"]].stated for pair in items)
        planned = total(found[pair["approved"]].stated for pair in items)
        if len(items) < 2 or spent is None or planned is None:
            continue
        for head in heads:
            if not agrees(found[head["executed"]].stated, spent):
                continue
            yield head["approved"], Evidence(planned, f"各项年初预算之和 {planned.value:,.2f}")
            for pair in items:
                others = total(found[each["approved"]].stated for each in items if each is not pair)
                if others is not None:
                    left = found[head["approved"]].stated - others
                    yield pair["approved"], Evidence(left, "年初预算总数 − 其余各项")


def repetitions(found: Sequence[Mention]) -> Related:
    """The same thing said again elsewhere in the same words: evidence, if weak."""
    alike: dict[tuple[str, str], list[Mention]] = {}
    for mention in found:
        if mention.quantity != "not_budget":
            alike.setdefault((mention.quantity, mention.unit), []).append(mention)
    for place, mention in enumerate(found):
        for other in alike.get((mention.quantity, mention.unit), ()) if mention.value != 0 else ():
            if other is mention or (other.sentence is mention.sentence and mention.entry is None):
                continue
            again = other.key == mention.key or other.subject == mention.subject
            figure = other.stated
            if again and agrees(mention.stated, figure):
                text = f"第{other.sentence.page}页重述 {other.printed}"
                yield place, Evidence(figure, text, hard=False)
                break


# ---- changes of parts and wholes, of two sides ---------------------------------------------------

NATURES = re.compile(r"基本支出|项目(?:经费)?支出|单位预留机动经费")


def changes(found: Sequence[Mention]) -> Related:
    """Where listed parts make up a whole, their changes make up the change of the whole."""
    kinds = ("difference", "equal")
    every = [i for i, m in enumerate(found) if m.quantity in kinds and _amount(m, found)]
    # What is no longer spent on has a change and no amount: a list it stands in is not whole.
    spent = {id(found[i]) for i in every}
    gone = {id(m.sentence) for m in found
            if m.quantity in kinds and m.note != "reason" and id(m) not in spent}  # fmt: skip
    for group in _groups(found, every):
        if any(id(found[i].sentence) in gone for i in group):
            continue
        amounts = [_stated_amount(found[i], found) for i in group]
        whole, change = total(amounts), total(found[i].stated for i in group)
        if whole is None or change is None:
            continue
        for i in every:
            if i in group or not _heads(found, i, group, whole):
                continue
            if not _makes_up(found[i], [found[j] for j in group]):
                continue
            # A fund as large as the whole may have been smaller than the whole last year.
            part = not _is_whole(found[i], found[group[0]])
            if part and not agrees(found[i].stated, change):
                continue
            yield i, Evidence(change, change.formula)
            for j in group:
                others = total(found[k].stated for k in group if k != j)
                if others is not None:
                    left = found[i].stated - others
                    yield j, Evidence(left, left.formula)


def _heads(found: Sequence[Mention], place: int, group: list[int], whole: Figure) -> bool:
    """May this be the change of the whole that the group makes up?"""
    head = found[place]
    top = _stated_amount(head, found)
    inside = head.key in {found[j].key for j in group}
    return top is not None and not inside and _near(head, found[group[0]]) and agrees(top, whole)


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


def twins(found: Sequence[Mention]) -> Related:
    """Changes of two sides that balance in both years, and of one thing said twice."""
    every = [i for i, m in enumerate(found) if m.quantity == "difference"]
    for i in every:
        for j in every:
            one, other = found[i], found[j]
            if i == j or not (_balance(one, other) or _main_of_reason(one, other)):
                continue
            top, second = (_stated_amount(m, found) for m in (one, other))
            if one.note == "reason" or (
                top is not None and second is not None and agrees(top, second) and _near(one, other)
            ):
                text = f"第{other.sentence.page}页“{other.subject[-12:]}”{other.printed}"
                yield i, Evidence(other.stated, text)
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


def _groups(found: Sequence[Mention], every: list[int]) -> Iterator[list[int]]:
    """Changes that may be parts of one whole: one level of one list, each thing once."""

    def kind(i: int) -> tuple[str, ...]:
        mention = found[i]
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
            seen.setdefault(found[i].key, i)
        if len(seen) >= 2 and label != ("",):
            yield sorted(seen.values())
    levels = [i for i in every if found[i].path and len(found[i].path) > 1]
    for _, run in groupby(levels, key=lambda i: found[i].section.path.split(".")[:2]):
        once: dict[object, int] = {}
        for i in run:
            once.setdefault(found[i].key, i)
        if len(once) >= 2:
            yield sorted(once.values())


def _amount(mention: Mention, found: Sequence[Mention]) -> Mention | None:
    """The amount whose change a mention states."""
    if mention.of is not None:
        return mention.of
    same = [m for m in found if m.quantity == "amount" and m.key == mention.key]
    near = [m for m in same if m.section is mention.section]
    spent = [m for m in near if m.phase != "approved"]
    return next(iter(spent or near), None)


def _stated_amount(mention: Mention, found: Sequence[Mention]) -> Figure | None:
    amount = _amount(mention, found)
    return amount.stated if amount else None


def _near(a: Mention, b: Mention) -> bool:
    """Do two mentions stand under the same title and compare with the same?"""
    same = a.section.path.split(".")[:2] == b.section.path.split(".")[:2]
    return same and (a.basis and a.basis.phase) == (b.basis and b.basis.phase)


# ---- counts of things that are then listed -------------------------------------------------------

_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)|《[^》]*》|“[^”]*”")


def lists(found: Sequence[Mention], sections: Sequence[Section]) -> Related:
    """Counts of things that are then listed: ``设8个内设机构，包括：…``."""
    for place, mention in enumerate(found):
        if mention.quantity != "count":
            continue
        text = mention.sentence.text
        at = text.find(mention.printed)
        listed = _listed_after(text[at + len(mention.printed) :]) or _listed_before(text[:at])
        if listed:
            cell = f"claim!{mention.number}"
            yield place, _counted([part_of(cell, item) for item in listed])
    for section in sections:
        yield from _numbered_lists(found, section, sections)


def _covered(text: str) -> str:
    """A text with its brackets and quotations covered: what stands in them parts nothing."""
    return _BRACKETS.sub(lambda match: "□" * len(match[0]), text)


def _listed_after(text: str) -> list[str]:
    """The things a sentence lists after a colon."""
    match = re.match(
        r"(?:□*[^，。；：□]){0,12}□*(?:，(?:具体)?包括)?：([^：；]+?)。?$", _covered(text)
    )
    return _parted(text, match, r"[、，]|以及|和(?=[^、]*$)") if match and "、" in match[1] else []


def _listed_before(text: str) -> list[str]:
    match = re.search(r"包括：([^：；。]+)等$", _covered(text))
    return _parted(text, match, "、") if match else []


def _parted(text: str, match: re.Match[str], marks: str) -> list[str]:
    """The parts of what was matched, in the words of the text itself."""
    begin, ends = match.start(1), [m.span() for m in re.finditer(marks, match[1])]
    starts = [0, *(end for _, end in ends)]
    stops = [*(start for start, _ in ends), len(match[1])]
    return [text[begin + a : begin + b] for a, b in zip(starts, stops, strict=True)]


def _numbered_lists(
    found: Sequence[Mention], section: Section, sections: Sequence[Section]
) -> Related:
    """Counts in a sentence that ends in a colon, and the numbered items under it."""
    counts = [
        i
        for i, m in enumerate(found)
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
    unit = found[counts[-1]].printed.lstrip("0123456789")
    counts = [i for i in counts if found[i].printed.endswith(unit)]
    if below and len(below) == len(counts):
        for i, under in zip(counts, below, strict=True):
            inner = [s for s in sections if s.path.startswith(under.path + ".")]
            titles = [printed_on(each.page, each.title) for each in inner]
            yield i, _counted([*_items(under), *titles])
        return
    items = _items(section)
    stated = [int(found[i].stated.value) for i in counts]
    for place, i in enumerate(counts if items else ()):
        # What the others leave: those before it take theirs from the top, those after from the end.
        stop = len(items) - sum(stated[place + 1 :])
        yield i, _counted(items[sum(stated[:place]) : max(stop, 0)])


def _items(section: Section) -> list[str]:
    """The numbered paragraphs of a section."""
    return [
        printed_on(paragraph.page, paragraph.text[:HEAD], paragraph.at(0)[1])
        for paragraph in section.paragraphs
        if numbering(paragraph.text) is not None
    ]


def _counted(listed: Sequence[str]) -> Evidence:
    return Evidence(counted("文中逐项列出的", listed), "逐项清点")
