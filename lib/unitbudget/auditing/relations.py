"""What statements of the prose owe one another: parts and wholes, sides, lists, repetitions.

Each function yields (the statement that is to be checked, evidence).
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from itertools import groupby, pairwise
from typing import Any

from unitbudget.auditing.evidence import Evidence
from unitbudget.auditing.prose import Mention, patterns
from unitbudget.auditing.told import counted, part_of, printed_on
from unitbudget.money.figure import agrees, total
from unitbudget.reading.narrative import Section
from unitbudget.reading.paragraphs import numbering

Mentions = Sequence[Mention]
Related = Iterator[tuple[Mention, Evidence]]
#: By so many of its first characters an item of a list is named.
HEAD = 12


def _any(names: Sequence[str], text: str) -> bool:
    return any(re.search(name, text) for name in names)


def _every(names: Sequence[str], found: Iterable[Mention]) -> bool:
    """Is each of these names that of something said?"""
    subjects = [each.subject for each in found]
    return all(any(re.search(name, subject) for subject in subjects) for name in names)


def _added_up(head: Mention, parts: Mentions, text: str = "", others: str = "") -> Related:
    """A whole against the sum of its parts, and each part against what the others leave for it."""
    whole = total(part.stated for part in parts)
    if whole is None:
        return
    yield head, Evidence(whole, text or whole.formula)
    for part in parts:
        rest = total(other.stated for other in parts if other is not part)
        if rest is not None:
            left = head.stated - rest
            yield part, Evidence(left, others or left.formula)


# ---- parts of a whole, figures in order ----------------------------------------------------------


def wholes(found: Mentions) -> Related:
    """Totals and the complete lists of their parts."""
    for rule in patterns()["whole"]:
        for place, head in enumerate(found):
            if head.topic != rule["topic"] or head.quantity not in ("amount", "count"):
                continue
            if not re.search(rule["total"], head.subject) or _any(rule["parts"], head.subject):
                continue
            parts = list(_parts(head, found[place + 1 :], rule))
            parts = parts or _parts_before(head, found[:place], rule)
            if len(parts) >= 2:
                yield from _added_up(head, parts)


def _parts(head: Mention, after: Mentions, rule: dict[str, Any]) -> Iterator[Mention]:
    """The parts listed after a total: in its sentence, or in the next if that opens with 其中."""
    names = rule["parts"]
    for part in after:
        same = part.sentence is head.sentence
        opened = part.sentence.text.startswith("其中")
        if part.section is not head.section or not (same or opened or rule.get("across")):
            return
        fits = _any(names, part.subject) if names else opened and not same
        if fits and _measure(part) == _measure(head):
            yield part


def _parts_before(head: Mention, before: Mentions, rule: dict[str, Any]) -> list[Mention]:
    """The parts a sentence lists before their total, if it names them all and then adds them up."""
    inside = [part for part in before if part.sentence is head.sentence]
    parts = [part for part in inside if _measure(part) == _measure(head)]
    named = rule["parts"] and all(_any(rule["parts"], part.subject) for part in parts)
    added = re.search(patterns()["words"]["added_up"], head.before)
    return parts if named and added and _every(rule["parts"], parts) else []


def _measure(mention: Mention) -> tuple[object, ...]:
    return mention.unit, mention.quantity, mention.phase, mention.year


def orders(found: Mentions) -> Related:
    """Figures that cannot exceed one another, within one section."""
    for rule in patterns()["order"]:
        inside = [each for each in found if each.topic == rule["topic"]]
        for _, group in groupby(inside, key=lambda each: each.section.path):
            here = list(group)
            chain = [each for step in rule["chain"] if (each := _first(here, step))]
            for small, large in pairwise(chain):
                low, high = small.stated, large.stated
                most = f"不超过“{large.subject[-14:]}” {high.formula}"
                least = f"不小于“{small.subject[-14:]}” {low.formula}"
                yield small, Evidence(high, most, "≤")
                yield large, Evidence(low, least, "≥")


def _first(found: Mentions, step: str) -> Mention | None:
    """The first statement of a step; the parts of a whole are not that whole."""
    rules = [rule for rule in patterns()["whole"] if len(rule["parts"]) > 1]
    for each in found:
        stated = each.quantity in ("amount", "count") and re.search(step, each.subject)
        parts = (rule["parts"] for rule in rules if rule["topic"] == each.topic)
        if stated and not any(_any(names, each.subject) for names in parts):
            return each
    return None


def budgets(found: Mentions) -> Related:
    """The budgets of all items, where they are stated beside the outturn, make up the total's."""
    stating = [each for each in found if each.quantity == "amount" and each.phase]
    for _, run in groupby(stating, key=lambda each: each.section.path):
        by_key: dict[object, dict[str, Mention]] = {}
        for each in run:
            by_key.setdefault(each.key, {}).setdefault(each.phase, each)
        pairs = [(p["approved"], p["executed"]) for p in by_key.values() if len(p) == 2]
        items = [pair for pair in pairs if len(pair[0].path) > 1]
        spent = total(executed.stated for _, executed in items)
        planned = total(approved.stated for approved, _ in items)
        if len(items) < 2 or spent is None or planned is None:
            continue
        for approved, executed in pairs:
            if not approved.path and agrees(executed.stated, spent):
                text = f"各项年初预算之和 {planned.value:,.2f}"
                parts = [each for each, _ in items]
                yield from _added_up(approved, parts, text, "年初预算总数 − 其余各项")


def repetitions(found: Mentions) -> Related:
    """The same thing said again elsewhere in the same words: evidence, if weak."""
    alike: dict[tuple[str, str], list[Mention]] = {}
    for mention in found:
        if mention.quantity != "not_budget" and mention.value != 0:
            alike.setdefault((mention.quantity, mention.unit), []).append(mention)
    for mention in found:
        for other in alike.get((mention.quantity, mention.unit), ()):
            if other is mention or (other.sentence is mention.sentence and mention.entry is None):
                continue
            again = other.key == mention.key or other.subject == mention.subject
            if again and agrees(mention.stated, other.stated):
                text = f"第{other.page}页重述 {other.printed}"
                yield mention, Evidence(other.stated, text, hard=False)
                break


# ---- changes of parts and wholes, of two sides ---------------------------------------------------

NATURES = re.compile(r"基本支出|项目(?:经费)?支出|单位预留机动经费")


def changes(found: Mentions) -> Related:
    """Where listed parts make up a whole, their changes make up the change of the whole."""
    amounts = {
        each.number: amount
        for each in found
        if each.quantity in ("difference", "equal") and (amount := _amount(each, found))
    }
    every = [each for each in found if each.number in amounts]
    # What is no longer spent on has a change and no amount: a list it stands in is not whole.
    gone = {
        id(each.sentence)
        for each in found
        if each.quantity in ("difference", "equal")
        and each.note != "reason"
        and each.number not in amounts
    }
    for group in _groups(every):
        if any(id(each.sentence) in gone for each in group):
            continue
        whole, change = (
            total(amounts[m.number].stated for m in group),
            total(m.stated for m in group),
        )
        if whole is None or change is None:
            continue
        keys = {each.key for each in group}
        for head in every:
            if head.key in keys or not _near(head, group[0]) or not _makes_up(head, group):
                continue
            # A fund as large as the whole may have been smaller than the whole last year.
            sure = _is_whole(head, group[0]) or agrees(head.stated, change)
            if sure and agrees(amounts[head.number].stated, whole):
                yield from _added_up(head, group)


def _whole_of(part: Mention) -> dict[str, Any] | None:
    """The named whole, as data, that a thing of the three public expenses is a part of."""
    for rule in patterns()["whole"]:
        if part.topic == rule["topic"] == "three_public" and _any(rule["parts"], part.subject):
            return dict(rule)
    return None


def _makes_up(head: Mention, parts: Mentions) -> bool:
    """Do parts of a named whole head to that whole, every one of them named?

    With nothing spent on the rest, cars alone amount to as much as all three public expenses; the
    rest may have changed all the same.
    """
    rules = [rule for part in parts if not part.path and (rule := _whole_of(part))]
    return all(
        re.search(rule["total"], head.subject) and _every(rule["parts"], parts) for rule in rules
    )


def _is_whole(head: Mention, part: Mention) -> bool:
    """Is it the whole of all parts by its name, or by what the sentence of the parts says?"""
    words = patterns()["words"]
    sided = any(
        re.search(side, head.subject) and re.search(other, part.sentence.text)
        for side, other in words["sides"]
    )
    return sided or re.search(words["whole"], head.subject) is not None


def twins(found: Mentions) -> Related:
    """Changes of two sides that balance in both years, and of one thing said twice."""
    every = [each for each in found if each.quantity == "difference"]
    for one in every:
        for other in every:
            if one is other or not (_main_of_reason(one, other) or _balance(one, other)):
                continue
            top, second = (_amount(each, found) for each in (one, other))
            same = top and second and agrees(top.stated, second.stated) and _near(one, other)
            if one.note == "reason" or same:
                text = f"第{other.page}页“{other.subject[-12:]}”{other.printed}"
                yield one, Evidence(other.stated, text)
                break


def _balance(one: Mention, other: Mention) -> bool:
    """Do the two speak of the revenue and of the expenditure side of one appropriation?"""
    return any(
        re.search(a, one.subject) and re.search(b, other.subject)
        for left, right in patterns()["words"]["sides"]
        for a, b in ((left, right), (right, left))
    )


def _main_of_reason(one: Mention, other: Mention) -> bool:
    """Is the other the statement that a reason refers back to?"""
    if one.note != "reason" or other.note == "reason":
        return False
    words = [NATURES.search(each.subject) for each in (one, other)]
    first, second = (word and word[0].replace("经费支出", "支出") for word in words)
    return first is not None and first == second


def _groups(every: Mentions) -> Iterator[list[Mention]]:
    """Changes that may be parts of one whole: one level of one list, each thing once."""

    def kind(mention: Mention) -> tuple[str, ...]:
        basis = mention.basis.phase if mention.basis else ""
        first = ".".join(_part(mention)), basis
        if mention.path:
            above = mention.path[0][1] if len(mention.path) > 1 else ""
            return *first, f"level {mention.path[-1][0]}", above
        if NATURES.search(mention.subject):
            return *first, "nature", ""
        if rule := _whole_of(mention):
            return *first, rule["total"], ""
        if re.search("一般公共预算|政府性基金|国有资本", mention.subject):
            return *first, "fund", ""
        return (*first, "category", "") if mention.entry is None else ("",)

    alike = [(label, list(run)) for label, run in groupby(sorted(every, key=kind), key=kind)]
    listed = [each for each in every if len(each.path) > 1]
    groups = [run for label, run in alike if label != ("",)]
    groups += [list(run) for _, run in groupby(listed, key=_part)]
    for group in groups:
        once: dict[Hashable, Mention] = {}
        for each in group:
            once.setdefault(each.key, each)
        if len(once) >= 2:
            yield sorted(once.values(), key=lambda each: each.number)


def _amount(mention: Mention, found: Mentions) -> Mention | None:
    """The amount whose change a mention states."""
    if mention.of is not None:
        return mention.of
    near = [
        each
        for each in found
        if each.quantity == "amount" and each.key == mention.key
        and each.section is mention.section
    ]  # fmt: skip
    spent = [each for each in near if each.phase != "approved"]
    return next(iter(spent or near), None)


def _near(one: Mention, other: Mention) -> bool:
    """Do two mentions stand under the same title and compare with the same?"""
    phases = [each.basis and each.basis.phase for each in (one, other)]
    return _part(one) == _part(other) and phases[0] == phases[1]


def _part(mention: Mention) -> list[str]:
    """The part of the document a mention stands in."""
    return mention.section.path.split(".")[:2]


# ---- counts of things that are then listed -------------------------------------------------------

_BRACKETS = re.compile(r"（[^（）]*）|\([^()]*\)|《[^》]*》|“[^”]*”")


def lists(found: Mentions, sections: Sequence[Section]) -> Related:
    """Counts of things that are then listed: ``设8个内设机构，包括：…``."""
    counts = [mention for mention in found if mention.quantity == "count"]
    for mention in counts:
        before, _, after = mention.sentence.text.partition(mention.printed)
        if listed := _listed_after(after) or _listed_before(before):
            yield mention, _counted([part_of(mention.cell, item) for item in listed])
    announced = [m for m in counts if re.search(r"包括(?:（[^）]*）)?：$", m.sentence.text)]
    for section in sections:
        if here := [mention for mention in announced if mention.section is section]:
            yield from _numbered_lists(here, section, sections)


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


def _numbered_lists(counts: Mentions, section: Section, sections: Sequence[Section]) -> Related:
    """Counts in a sentence that ends in a colon, and the numbered items under it."""
    unit = counts[-1].printed.lstrip("0123456789")
    counts = [mention for mention in counts if mention.printed.endswith(unit)]
    under = [each for each in sections if each.path.startswith(section.path + ".")]
    below = [each for each in under if each.level == section.level + 1]
    if len(below) == len(counts):
        for mention, head in zip(counts, below, strict=True):
            inner = [each for each in under if each.path.startswith(head.path + ".")]
            titles = [printed_on(each.page, each.title) for each in inner]
            yield mention, _counted([*_items(head), *titles])
        return
    items = _items(section)
    stated = [int(mention.stated.value) for mention in counts]
    for place, mention in enumerate(counts if items else ()):
        # What the others leave: those before it take theirs from the top, those after from the end.
        stop = len(items) - sum(stated[place + 1 :])
        yield mention, _counted(items[sum(stated[:place]) : max(stop, 0)])


def _items(section: Section) -> list[str]:
    """The numbered paragraphs of a section."""
    return [
        printed_on(paragraph.page, paragraph.text[:HEAD], paragraph.at(0)[1])
        for paragraph in section.paragraphs
        if numbering(paragraph.text) is not None
    ]


def _counted(listed: Sequence[str]) -> Evidence:
    return Evidence(counted("文中逐项列出的", listed), "逐项清点")
