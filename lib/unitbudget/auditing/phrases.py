"""The words around a figure → whose figure it is, of what kind, measured against what."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from unitbudget.auditing.mention import Basis, Context, Mention
from unitbudget.auditing.subjects import entry_of, path_of, patterns

_CLAUSE = re.compile(r"[，；。：,;:]")


def figure(
    mention: Mention,
    match: re.Match[str],
    left: str,
    right: str,
    context: Context,
    before: Sequence[Mention],
) -> bool:
    """Fills the mention of one number; false where the number is no figure."""
    rules, unit = patterns()["figures"], match["unit"] or ""
    number = match["number"].replace(",", "")
    if unit in rules["other"] or (not unit and "." not in number):
        return False
    kind = "CNY" if unit in rules["money"] else "percent" if unit in rules["percent"] else "count"
    mention.scale = Decimal(rules["money"].get(unit, 1))
    mention.unit, mention.printed = kind, match[0]
    mention.places = len(number.partition(".")[2])
    mention.value = Decimal(number) * mention.scale
    cue, hit = _cue(left, right, unit, kind)
    mention.quantity, mention.note = cue["quantity"], cue.get("says", "")
    groups = hit.groupdict() if hit else {}
    clause = clause_of(left)
    if mention.quantity in ("difference", "growth"):
        mention.value *= cue["sign"]
        mention.basis = context.basis
        _qualify(mention, groups.get("subject") or "", clause, context, before)
    elif mention.quantity in ("share", "completion"):
        mention.of, mention.whole = context.current, groups.get("whole") or ""
        mention.subject = subject_of(context)
        inherit(mention)
    elif mention.quantity == "amount":
        _amount(mention, clause, context)
        context.current = mention
    else:
        mention.subject = clause
    return True


def _cue(
    left: str, right: str, unit: str, kind: str
) -> tuple[dict[str, Any], re.Match[str] | None]:
    for cue in patterns()["cue"]:
        if cue.get("unit", kind) not in (kind, unit):
            continue
        if "after" in cue and not re.search(cue["after"], right):
            continue
        hit = re.search(cue["before"], left) if "before" in cue else None
        if "before" in cue and hit is None:
            continue
        return cue, hit
    return {"quantity": "count"}, None


def clause_of(left: str) -> str:
    """The words before a figure since the last comma."""
    return re.sub(r"^[、和与及]|^其中|^另", "", _CLAUSE.split(left)[-1])


def _amount(mention: Mention, clause: str, context: Context) -> None:
    """Whose amount it is, of which year, budgeted or spent."""
    words, current = patterns()["words"], context.current
    if year := re.search(words["last_year"], clause):
        mention.year = int(year["year"])
        mention.phase = Basis(None, year["what"]).phase
    elif re.search(words["executed"], clause):
        mention.phase = "executed"
    elif re.search("年初预算", clause):
        mention.phase = "approved"
    path = path_of(clause, mention.section)
    bare = clause
    for pattern in ("last_year", "approved", "executed", "verbs"):
        bare = re.sub(words[pattern], "", bare)
    if path:
        mention.path = context.path = path
        mention.subject = path[-1][1]
    elif bare:
        mention.subject, mention.entry = bare, entry_of(clause, mention.topic)
        if mention.entry is not None or mention.year is None:
            context.path = ()
    elif context.path:
        mention.path, mention.subject = context.path, context.path[-1][1]
    elif current:
        mention.subject, mention.entry, mention.path = current.subject, current.entry, current.path


def _qualify(
    mention: Mention, named: str, clause: str, context: Context, before: Sequence[Mention]
) -> None:
    """Which amount a change belongs to: the one named in its clause, or the last one."""
    if named:
        mention.subject, mention.entry = named, entry_of(named, mention.topic)
        mention.note = "reason"
        return
    entry = entry_of(re.sub(patterns()["words"]["basis"], "", clause), mention.topic)
    mention.of = context.current
    if entry is not None and (context.current is None or context.current.entry != entry):
        same = [m for m in before if m.entry == entry and m.quantity == "amount"]
        near = [m for m in same if m.section is mention.section]
        mention.of = near[-1] if near else context.current
    mention.subject = mention.of.subject if mention.of else clause
    inherit(mention)


def equal(
    mention: Mention, match: re.Match[str], left: str, context: Context, before: Sequence[Mention]
) -> None:
    mention.quantity, mention.basis, mention.value = "equal", context.basis, Decimal(0)
    mention.unit, mention.printed = "CNY", match[0]
    clause = re.sub(patterns()["words"]["verbs"], "", clause_of(left))
    if "决算数与预算数" in match[0]:
        mention.quantity = "direction"
        mention.note = "大致等于" if match["vague"] else "等于"
        mention.of = context.current
    else:
        mention.entry = entry_of(clause, mention.topic) if clause else None
        mention.of = None if mention.entry is not None else context.current
        mention.subject = clause if mention.entry is not None else ""
    if mention.of:
        mention.subject = mention.of.subject
        inherit(mention)


def directed(mention: Mention, match: re.Match[str], left: str, context: Context) -> None:
    """ "Above the budget", "below the budget": of the subject of the clause, else of the last."""
    mention.quantity, mention.note = "direction", match["word"]
    mention.of, mention.subject = context.current, subject_of(context)
    inherit(mention)
    clause = clause_of(left)
    named = entry_of(clause, mention.topic)
    if named is not None and named != mention.entry:
        mention.entry, mention.path, mention.subject = named, (), clause


def basis_of(text: str, start: int) -> Basis | None:
    """The last comparison spoken of since the figure before."""
    found = list(re.finditer(patterns()["words"]["basis"], text[start:]))
    if not found:
        return None
    year = found[-1]["year"]
    return Basis(int(year) if year else None, found[-1]["what"])


def subject_of(context: Context) -> str:
    return context.current.subject if context.current else ""


def inherit(mention: Mention) -> None:
    """A mention about an amount is about that amount's subject."""
    if mention.of:
        mention.entry, mention.path = mention.of.entry, mention.of.path
