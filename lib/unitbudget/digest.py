"""The first page of a briefing: what a leader asks, answered from the figures, in a line each.

What was got and spent, on what, how it changed and why, what adds up, what to ask. A document that
does not print something is said not to; nothing is guessed.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from unitbudget.budget import Budget, counted
from unitbudget.entries import records
from unitbudget.figures import Figure, share, total
from unitbudget.rows import Line, Table
from unitbudget.tracing import traced
from unitbudget.words import Sentence, formed, joined, moved, safe, shown, tag, text

#: So many parts of a whole are named; the rest are summed up.
NAMED = 4
MOST_QUESTIONS = 5
#: No more than this many questions of one kind.
OF_ONE_KIND = 2
SEVERITIES = ("error", "question", "omission", "style", "privacy")

_REASON = re.compile(r"(?:主要)?原因(?:是|为|：|:|在于|主要是)+([^，。；]+)")


@cache
def wording() -> dict[str, Any]:
    """The sentences of the first page, as data."""
    source = files("unitbudget") / "reference" / "briefing.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _said(part: str, key: str, **values: Any) -> Sentence:
    return formed(str(wording()[part][key]), **values)


@dataclass(frozen=True, slots=True)
class Tile:
    """One headline figure: what it is, how it is said, and a quieter line below."""

    label: str
    figure: Figure
    style: str
    below: Sentence

    def __str__(self) -> str:
        return f"{self.label} {shown(self.figure, self.style)}：{self.below}"


@dataclass(frozen=True, slots=True)
class Tiles:
    """The headline figures of a document."""

    tiles: tuple[Tile, ...]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        boxes = "".join(
            f"<div><dt>{safe(tile.label)}</dt><dd><b>{tag(tile.figure, shown(tile.figure, tile.style))}</b>"
            f"<small>{tile.below.html}</small></dd></div>"
            for tile in self.tiles
        )
        return {
            "text/html": f'<dl class="tiles">{boxes}</dl>',
            "text/plain": "\n".join(map(str, self.tiles)),
        }


@dataclass(frozen=True, slots=True)
class Answers:
    """Questions of a leader, each with the sentences that answer it."""

    answers: tuple[tuple[str, tuple[Sentence, ...]], ...]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        html = "".join(
            f"<dt>{safe(question)}</dt><dd>{''.join(s.html for s in sentences)}</dd>"
            for question, sentences in self.answers
        )
        lines = [f"{q}：{''.join(map(str, sentences))}" for q, sentences in self.answers]
        return {"text/html": f'<dl class="answers">{html}</dl>', "text/plain": "\n".join(lines)}


@dataclass(frozen=True, slots=True)
class Asked:
    """Questions worth asking the unit, each with what it rests on."""

    questions: tuple[tuple[Sentence, Sentence], ...]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        if not self.questions:
            said = text(wording()["ask"]["none"])
            return said._repr_mimebundle_()
        html = "".join(
            f'<li>{ask.html}<div class="why">{why.html}</div></li>' for ask, why in self.questions
        )
        lines = [f"{n}. {ask}（{why}）" for n, (ask, why) in enumerate(self.questions, start=1)]
        return {
            "text/html": f'<ol class="questions">{html}</ol>',
            "text/plain": "\n".join(lines),
        }


def tiles(budget: Budget) -> Tiles:
    """The headline figures: got, spent, the largest part by nature, what adds up."""
    found: list[Tile] = []
    got, spent = _revenue(budget), budget.spending().measure("total")
    if got.whole and got.lines:
        first = got[0]
        below = _said("tiles", "revenue_below", share=first["share"] or text(""), name=first.name)
        found.append(Tile(wording()["tiles"]["revenue"], got.whole, "wan", below))
    if spent.whole:
        changed = spent.change().total
        grown = changed["growth"] if changed else None
        below = text(spent.label)
        if grown:
            below = _said("tiles", "spending_below", base=spent.base_label, growth=grown)
        found.append(Tile(wording()["tiles"]["spending"], spent.whole, "wan", below))
    nature = budget.nature().share().sorted()
    if nature.lines and nature[0]["share"]:
        label = str(_said("tiles", "largest", name=nature[0].name))
        below = _said("tiles", "largest_below", amount=nature[0].value)
        found.append(Tile(label, nature[0].figures["share"], "percent", below))
    if len(budget.package.checks):
        counts = _checks(budget)
        below = _said("tiles", "checks_below", **counts)
        found.append(Tile(wording()["tiles"]["checks"], counts["all"], "count", below))
    return Tiles(tuple(found))


def answers(budget: Budget) -> Answers:
    """The questions everybody has, answered."""
    asked = wording()["questions"]
    found = [
        (asked["got"], _got(budget)),
        (asked["spent"], _spent(budget)),
        (asked["changed"], _changed(budget)),
        (asked["why"], _why(budget)),
        (asked["checked"], _checked(budget)),
    ]
    return Answers(tuple((question, tuple(said)) for question, said in found if said))


def questions(budget: Budget) -> Asked:
    """Three to five questions to put to the unit: the gravest first, of different kinds."""
    found = list(enumerate(records(budget.package.findings), start=1))
    found.sort(key=lambda item: (_gravity(item[1]), -_money(item[1]), item[0]))
    kinds: Counter[str] = Counter()
    chosen = []
    for number, row in found:
        kinds[row["finding_id"]] += 1
        if kinds[row["finding_id"]] <= OF_ONE_KIND and len(chosen) < MOST_QUESTIONS:
            chosen.append((number, row))
    return Asked(tuple(_asked(number, row) for number, row in chosen))


def _asked(number: int, row: Any) -> tuple[Sentence, Sentence]:
    cells = re.findall(r"[a-z_]+!R\d+C\d+", str(row["evidence"]))
    sources = (f"finding!{number}", *dict.fromkeys(cells))
    ask = row["question"] or row["says"]
    return traced(ask, sources), traced(row["says"] if row["question"] else "", sources)


def _gravity(row: Any) -> int:
    severity = str(row["severity"])
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)


def _money(row: Any) -> float:
    return float(row["money"]) if row["money"] == row["money"] else 0.0


def _revenue(budget: Budget) -> Table:
    """Where the money comes from: the sources of revenue, the largest first."""
    question = budget.first_of("revenue_and_expenditure", "appropriation").direction("revenue")
    table = question.measure("total").printed().share().sorted()
    # The funds an appropriation comes from are printed below it, and are no sources beside it.
    names = wording()["sources"]
    if any(re.search(names["appropriation"], line.name) for line in table):
        kept = (
            line
            for line in table
            if re.search(names["appropriation"], line.name) or not re.search(names["funds"], line.name)
        )
        return replace(table, lines=tuple(kept))
    return table


def _got(budget: Budget) -> list[Sentence]:
    table = _revenue(budget)
    if not table.lines or not table.whole:
        return [text(table.missing)] if table.missing else []
    parts = _parts(table)
    return [_said("answers", "got", time=table.label, total=table.whole, parts=parts)]


def _spent(budget: Budget) -> list[Sentence]:
    table = budget.spending().level(1).measure("total").printed().share().sorted()
    if not table.lines or not table.whole:
        return [text(table.missing)] if table.missing else []
    said = [_said("answers", "spent", time=table.label, total=table.whole, parts=_parts(table))]
    nature = budget.nature().share().sorted()
    return said + ([_said("answers", "nature", parts=_parts(nature))] if nature.lines else [])


def _parts(table: Table) -> Sentence:
    named = [
        _said("answers", "part", name=line.name, amount=line.value, share=line["share"] or text("—"))
        for line in table.lines[:NAMED]
    ]
    rest = table.lines[NAMED:]
    if summed := total(line.value for line in rest):
        count = counted(len(rest), "其余各项的项数", summed.cells)
        named.append(_said("answers", "rest", count=_bare(count), amount=summed))
    return joined(named, "，")


def _bare(figure: Figure) -> Sentence:
    return formed("{figure:count}", figure=figure)


def _changed(budget: Budget) -> list[Sentence]:
    table = _changes(budget)
    whole = table.total
    if not table.lines or whole is None or not whole["change"]:
        quote = _stated_change(budget)
        return [quote or text(wording()["answers"]["no_change"])]
    change = whole.figures["change"]
    if change.value == 0:
        return [_said("answers", "changed_same", time=table.label, base=table.base_label)]
    said = [
        _said("answers", "changed", time=table.label, base=table.base_label,
              change=change, growth=whole["growth"] or text("—"))
    ]  # fmt: skip
    same_way = [line for line in table if line["change"] and _along(line.figures["change"], change)]
    if len(table) > 1 and same_way:
        most = max(same_way, key=lambda line: abs(line.figures["change"].value))
        part = share(most.figures["change"], change)
        if part:
            said.append(
                _said("answers", "most", moved=moved(change), name=most.name,
                      change=most.figures["change"], share=part)
            )  # fmt: skip
    return said


def _changes(budget: Budget) -> Table:
    """Expenditure item by item against the other time printed beside it."""
    return budget.spending().items().measure("total").change()


def _along(one: Figure, other: Figure) -> bool:
    return (one.value > 0) == (other.value > 0) and one.value != 0


def _stated_change(budget: Budget) -> Sentence | None:
    """What the prose says of the change where no table prints it."""
    for number, row in enumerate(records(budget.package.claims), start=1):
        if row["quantity"] in ("difference", "growth") and re.search("收入|支出|拨款", row["subject"]):
            quote = traced(row["sentence"], [f"claim!{number}"], _stated(budget, row["sentence"]))
            return _said("answers", "stated_change", quote=quote)
    return None


def _stated(budget: Budget, sentence: str) -> dict[Decimal, str]:
    """The statements of one sentence, by their value."""
    return {
        Decimal(str(row["value"])): f"claim!{number}"
        for number, row in enumerate(records(budget.package.claims), start=1)
        if row["sentence"] == sentence and row["value"] == row["value"]
    }


def _why(budget: Budget) -> list[Sentence]:
    reasons = _reasons(budget)
    if not reasons:
        return [text(wording()["answers"]["no_reason"])]
    listed = [
        _said("answers", "reason", reason=traced(reason, claims[:1]),
              count=counted(len(claims), f"正文写明“{reason}”的句子数", claims))
        for reason, claims in list(reasons.items())[:NAMED]
    ]  # fmt: skip
    said = [_said("answers", "reasons", reasons=joined(listed, "，"))]
    first, claims = next(iter(reasons.items()))
    return said + _support(_changes(budget), traced(first, claims[:1]))


def _reasons(budget: Budget) -> dict[str, list[str]]:
    """The reasons given for changes, the most frequent first, with a statement of each sentence."""
    found: dict[str, list[str]] = {}
    seen: set[str] = set()
    for number, row in enumerate(records(budget.package.claims), start=1):
        sentence = str(row["sentence"])
        if sentence in seen:
            continue
        seen.add(sentence)
        for reason in _REASON.findall(sentence):
            found.setdefault(reason.strip(), []).append(f"claim!{number}")
    return dict(sorted(found.items(), key=lambda item: -len(item[1])))


def _support(table: Table, reason: Sentence) -> list[Sentence]:
    """Whether the printed items that the reason must move did move that way."""
    rule = next((rule for rule in wording()["reason"] if re.search(rule["says"], str(reason))), None)
    lines = _moved_by(table, rule["codes"]) if rule else []
    whole = table.total["change"] if table.total else None
    change = total(line["change"] for line in lines)
    if rule is None or whole is None or change is None or not whole.value:
        return [_said("answers", "cannot_tell", reason=reason)]
    about = {"label": rule["label"], "change": change, "reason": reason}
    if not _along(change, whole):
        return [_said("answers", "contrary", **about)]
    part = share(change, whole) or text("—")
    said = [_said("answers", "supported", **about, moved=moved(whole), share=part)]
    rest = whole - change
    return said + ([_said("answers", "unexplained", rest=rest)] if rest.value else [])


def _moved_by(table: Table, codes: list[str]) -> list[Line]:
    return [line for line in table if line.code.startswith(tuple(codes)) and line["change"]]


def _checked(budget: Budget) -> list[Sentence]:
    if not len(budget.package.checks):
        return [text(wording()["answers"]["no_checks"])]
    said = [_said("answers", "checks", **_checks(budget))]
    claims = _claims(budget)
    said += [_said("answers", "claims", **claims)] if claims["all"].value else []
    tables = list(records(budget.package.tables))
    refs = [f"table!{row['table_id']}" for row in tables]
    empty = [f"table!{row['table_id']}" for row in tables if row["status"] == "empty"]
    every = counted(len(refs), "公开的表，逐张清点", refs)
    return [*said, _said("answers", "tables", all=every,
                         empty=counted(len(empty), "公开为空表的表，逐张清点", empty))]  # fmt: skip


def _checks(budget: Budget) -> dict[str, Figure]:
    """How the checks came out, counted."""
    statuses = Counter(budget.package.checks["status"])
    return _counts(statuses, "勾稽关系", {s: ("check!",) for s in (*statuses, "all")})


def _claims(budget: Budget) -> dict[str, Figure]:
    """How the numbers stated in prose came out, counted; years are no amounts."""
    rows = [
        (f"claim!{number}", str(row["status"]))
        for number, row in enumerate(records(budget.package.claims), start=1)
        if row["unit"] != "year" and row["quantity"] != "not_budget"
    ]
    sources = {s: tuple(ref for ref, status in rows if status == s) for _, s in rows}
    return _counts(Counter(s for _, s in rows), "正文里的数", sources)


def _counts(
    statuses: Counter[str], of: str, sources: dict[str, tuple[str, ...]]
) -> dict[str, Figure]:
    words = {"holds": "成立", "broken": "不成立", "unknown": "无法核对"}
    keys = {"holds": "holds", "broken": "broken", "unknown": "cannot_check"}
    found = {
        key: counted(statuses[status], f"{of}中{words[key]}的条数", _few(sources.get(status, ())))
        for key, status in keys.items()
    }
    return {"all": counted(statuses.total(), f"{of}的条数", sources.get("all", ()))} | found


def _few(references: tuple[str, ...]) -> tuple[str, ...]:
    """Counts of many rest on too many places to show each."""
    return references if len(references) <= 12 else ()
