"""Lists of a document as tables for readers: its tables, checks, claims, forms and findings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.budget import Budget, counted
from unitbudget.briefing.show import Content, Shown, table
from unitbudget.briefing.stated import Claim, claims, fields, inferred
from unitbudget.briefing.tracing import traced
from unitbudget.briefing.words import Sentence, joined, say, vocabulary
from unitbudget.entries import records
from unitbudget.figures import Figure

STATUSES = ("holds", "broken", "cannot_check")


def tables(budget: Budget) -> Shown:
    """The tables the document prints, empty ones too."""
    amounts = budget.package.amounts["table_id"].value_counts()
    rows = []
    for row in records(budget.package.tables):
        first, last = row["first_page"], row["last_page"]
        pages = str(first) if first == last else f"{first}–{last}"
        number = int(amounts.get(row["table_id"], 0))
        printed = counted(number, str(row["table_id"])) if number else None
        state = vocabulary()["table_status"][row["status"]]
        rows.append((row["title"], pages, row["unit"], printed, state, row["note"]))
    missing = _unless(rows, "tables_none")
    return table(say("tables_caption"), _heads("tables"), rows, missing=missing)


def sections(budget: Budget) -> Shown:
    """The parts of the explanatory prose that say something."""
    rows = [
        (row["section"], row["title"], int(row["page"]))
        for row in records(budget.package.sections)
        if str(row["text"]).strip()
    ]
    missing = _unless(rows, "sections_none")
    return table(say("sections_caption"), _heads("sections"), rows, missing=missing)


def rules(budget: Budget) -> Shown:
    """Every rule with how often it holds, is broken, and cannot be checked."""
    by_rule: dict[tuple[str, str], dict[str, int]] = {}
    for row in records(budget.package.checks):
        tally = by_rule.setdefault((row["rule_id"], row["says"]), dict.fromkeys(STATUSES, 0))
        tally[row["status"]] += 1
    rows = [
        (rule, says, *(_tally(tally[status], rule) for status in STATUSES))
        for (rule, says), tally in by_rule.items()
    ]
    missing = _unless(rows, "rules_none")
    return table(say("rules_caption"), _heads("rules"), rows, missing=missing)


def _tally(number: int, rule: str) -> Figure | None:
    return counted(number, f"checks.csv {rule}", [f"check!{rule}"]) if number else None


def unsettled(budget: Budget, status: str) -> Shown:
    """The checks that are broken, or could not be made, and what stands against what."""
    rows: list[tuple[Content, ...]] = []
    for row in records(budget.package.checks):
        if row["status"] == status:
            printed = tuple(filter(None, str(row["cells"]).split(";")))
            cells = printed or (f"check!{row['rule_id']}",)
            sides = [_side(row, side, cells) for side in ("stated", "computed", "difference")]
            reason = traced(row["reason"], cells)
            rows.append((row["rule_id"], row["subject"], row["says"], *sides, reason))
    missing = _unless(rows, f"{status}_none")
    return table(say(f"{status}_caption"), _heads("unsettled"), rows, missing=missing)


def _side(row: Any, side: str, cells: tuple[str, ...]) -> Figure | None:
    value = row[side]
    if value is None or value != value:
        return None
    return Figure(Decimal(str(value)), "CNY", cells=cells, formula=str(row["says"]))


def suspects(budget: Budget) -> Shown:
    """The amounts most likely to be wrong, and what they would have to be."""
    rows: list[tuple[Content, ...]] = []
    for row in records(budget.package.suspects):
        cells = (str(row["cell"]),)
        mended = row["mended_value"]
        value = None if mended != mended else Figure(Decimal(str(mended)), cells=cells)
        name = budget.document.table_name(str(row["table_id"]))
        measure = rule_book().measures.get(row["measure"], row["measure"])
        where = f"{name}·{row['code']} {row['name']}·{measure}"
        about = (counted(int(row[how]), "checks.csv", cells) for how in ("broken", "holding"))
        rows.append((where, traced(row["printed"], cells), *about, value,
                     vocabulary()["likelier"].get(row["likelier"], row["likelier"])))  # fmt: skip
    missing = _unless(rows, "suspects_none")
    return table(say("suspects_caption"), _heads("suspects"), rows, missing=missing)


def prose(budget: Budget, *rule_ids: str, status: str = "") -> Shown:
    """The figures of the prose, those of some rules or of one status."""
    chosen = [
        claim
        for claim in claims(budget)
        if (not rule_ids or claim.rule_id in rule_ids) and status in ("", claim.status)
    ]
    stated: dict[str, dict[Decimal, str]] = {}
    for claim in chosen:
        numbers = stated.setdefault(claim.sentence, {})
        numbers[claim.figure.value] = claim.figure.cells[0]
    rows: list[tuple[Content, ...]] = []
    for claim in chosen:
        known = stated.pop(claim.sentence, None)  # each sentence is quoted once
        sentence = traced(claim.sentence, claim.figure.cells, known) if known else ""
        rows.append((claim.subject, claim.figure, claim.page, _status(claim), sentence))
    missing = _unless(rows, "prose_none")
    return table(say("prose_caption"), _heads("prose"), rows, missing=missing)


def _status(claim: Claim) -> str:
    status = str(vocabulary()["statuses"][claim.status])
    return f"{status}：{claim.reason}" if claim.reason and claim.status != "holds" else status


def projects(budget: Budget) -> Shown:
    """The amounts in the forms of projects."""
    found = [each for each in fields(budget) if each.figure]
    above = ["", *(each.project for each in found)]
    rows: list[tuple[Content, ...]] = []
    for before, each in zip(above, found, strict=False):
        name = each.name + (f"·{each.text}" if each.text else "")
        project = "" if each.project == before else each.project
        rows.append((project, name, each.figure, each.page))
    missing = _unless(rows, "projects_none")
    return table(say("projects_caption"), _heads("projects"), rows, missing=missing)


def targets(budget: Budget) -> Shown:
    """The targets of every form side by side, one row for each indicator."""
    forms: dict[str, None] = {}
    found: dict[tuple[str, str, str], dict[str, list[Sentence]]] = {}
    for number, row in enumerate(records(budget.package.indicators), start=1):
        form = str(row["form"])
        forms[form] = None
        key = str(row["project"]), str(row["level1"]), str(row["level3"])
        said = traced(f"{row['operator']}{row['target']}{row['unit']}", [f"indicator!{number}"])
        found.setdefault(key, {}).setdefault(form, []).append(said)
    several = len({project for project, _, _ in found}) > 1
    rows: list[tuple[Content, ...]] = []
    for (project, level1, level3), by_form in found.items():
        said_by = [joined(by_form[form], "／") if form in by_form else None for form in forms]
        rows.append((*((project,) if several else ()), level1, level3, *said_by))
    heads = [*(["项目"] if several else []), *vocabulary()["heads"]["targets"], *forms]
    missing = _unless(rows, "targets_none")
    return table(say("targets_caption"), heads, rows, missing=missing)


def findings(budget: Budget, severity: str = "", about: str = "") -> Shown:
    """What is worth asking, the most money first; of one severity or about one thing."""
    rules = vocabulary()["about"].get(about, ())
    found = [
        (number, row)
        for number, row in enumerate(records(budget.package.findings), start=1)
        if severity in ("", row["severity"]) and (not about or row["rule_id"] in rules)
    ]
    found.sort(key=lambda pair: -_money(pair[1]))
    rows: list[tuple[Content, ...]] = []
    for number, row in found:
        money = Figure(Decimal(str(_money(row))), cells=(f"finding!{number}",), formula=row["says"])
        kind = vocabulary()["severities"].get(row["severity"], row["severity"])
        amount = money if _money(row) else None
        here = [f"finding!{number}", *re.findall(r"[a-z_]+!R\d+C\d+", str(row["evidence"]))]
        evidence = _readable(budget, str(row["evidence"]))
        words = [traced(text, here) for text in (row["says"], row["question"], evidence)]
        rows.append((kind, words[0], amount, *words[1:]))
    missing = _unless(rows, "omissions_none" if severity == "omission" else "findings_none")
    return table(say("findings_caption"), _heads("findings"), rows, missing=missing)


def implied(budget: Budget) -> Shown:
    """What the document does not print but implies, how, and on what assumption."""
    quantities = vocabulary()["implied"]
    rows: list[tuple[Content, ...]] = [
        (
            each.subject,
            quantities.get(each.quantity, each.quantity),
            each.figure,
            traced(each.assumption if each.figure else each.reason, each.cells),
        )
        for each in inferred(budget)
    ]
    missing = _unless(rows, "implied_none")
    return table(say("implied_list"), _heads("implied"), rows, missing=missing)


def _readable(budget: Budget, evidence: str) -> str:
    """Evidence as readers look it up: table, page, row and measure instead of identifiers."""

    def places(cells: re.Match[str]) -> str:
        return "；".join(dict.fromkeys(map(place, re.findall(r"[a-z_]+!R\d+C\d+", cells[0]))))

    def place(cell: str) -> str:
        page = budget.document.pages.get(cell, 0)
        name = budget.document.table_name(cell.partition("!")[0])
        return str(say("place", table=name, pages=str(page))) if page else name

    def amount(bound: re.Match[str]) -> str:
        row = "" if bound[2] == "-" else bound[2]
        measure = rule_book().measures.get(bound[3], "")
        return "·".join(filter(None, [budget.document.table_name(bound[1]), row, measure]))

    said = re.sub(r"(?:[a-z_]+!R\d+C\d+[;；]?)+", places, evidence)
    return re.sub(r"\b([a-z_]+)/([^/；]+)/([a-z_]+)", amount, said)


def _money(row: Any) -> float:
    return 0.0 if row["money"] is None or row["money"] != row["money"] else float(row["money"])


def _heads(name: str) -> list[str | tuple[str, str]]:
    return [tuple(h) if isinstance(h, list) else h for h in vocabulary()["heads"][name]]


def _unless(rows: Iterable[object], key: str) -> str:
    return "" if list(rows) else str(say(key))
