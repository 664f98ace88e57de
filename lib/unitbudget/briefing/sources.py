"""What a number rests on: printed amounts, statements of the prose, checks, rows of forms.

A figure names its sources by short references: ``revenue!R15C6`` is a printed cell, ``claim!3`` the
third statement, ``check!R01`` all instances of a rule, ``check!`` those of all rules,
``table!revenue`` a table, ``indicator!2``, ``project!5``, ``finding!1`` a row of that file,
``page!16@58.1,533.7,321.1,545.2:8013`` these words on that page, ``project!5:8013`` these words of
that row, ``code!2101102`` an item of the official classification.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from typing import Any

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing.budget import Budget
from unitbudget.documents import Box
from unitbudget.money.amounts import UNITS as MONEY
from unitbudget.money.codes import entries
from unitbudget.package import records

PHASES = {"approved": "预算数", "executed": "执行数"}
VERDICTS = {"holds": "成立", "broken": "不成立", "cannot_check": "无法核对"}
UNITS = {"CNY": "元", "percent": "%", "count": ""}
#: A source names this many of its broken checks in full.
NAMED = 8
_NOT_IN_ANCHORS = re.compile(r"[^0-9A-Za-z]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One check a source took part in: the rule, what came out, and the sums where it is broken."""

    rule: str
    says: str
    status: str
    detail: str = ""

    @property
    def word(self) -> str:
        return VERDICTS.get(self.status, self.status)


@dataclass(frozen=True, slots=True)
class Source:
    """One place in a document: what stands there, on which page, and which checks it is part of."""

    reference: str
    title: str
    where: str
    printed: str = ""
    quote: str = ""
    page: int = 0
    box: Box | None = None
    verdicts: tuple[Verdict, ...] = ()
    document: str = ""

    def __hash__(self) -> int:
        return hash(self.reference)

    @property
    def anchor(self) -> str:
        return "c-" + _NOT_IN_ANCHORS.sub(
            lambda sign: "-" if sign[0].isascii() else f"{ord(sign[0]):x}", self.reference
        )

    @property
    def broken(self) -> tuple[Verdict, ...]:
        return tuple(v for v in self.verdicts if v.status == "broken")[:NAMED]

    @property
    def tally(self) -> str:
        """How the checks of this place came out: ``5 条成立（R01 R04）``."""
        counts = Counter(verdict.status for verdict in self.verdicts)
        parts = []
        for status, word in VERDICTS.items():
            if counts[status]:
                rules = dict.fromkeys(v.rule for v in self.verdicts if v.status == status)
                parts.append(f"{counts[status]} 条{word}（{' '.join(rules)}）")
        return "，".join(parts)


class Sources:
    """The sources of one document, found by reference."""

    def __init__(self, budget: Budget) -> None:
        self.budget, self._document = budget, budget.package
        self._known: dict[str, Source] = {}
        self._parts: dict[str, list[dict[str, Any]]] = {}

    def of(self, reference: str) -> Source:
        """The place a reference names; one the document does not hold says only its name."""
        if reference not in self._known:
            self._known[reference] = self._found(reference)
        return self._known[reference]

    def _found(self, reference: str) -> Source:
        if reference in self._amounts:
            return self._amount(reference, self._amounts[reference])
        whole, inside, words = reference.partition(":")
        if inside:
            return self._words(reference, whole, re.sub(r"~\d+$", "", words))
        file, _, key = reference.partition("!")
        if file == "code":
            names = entries("function" if key.startswith("2") else "economic", key)
            valid = [each for each in names if each.holds_in(self.budget.year)]
            name = next((each.name for each in (*valid, *names)), "")
            return Source(reference, f"政府收支分类科目 {key} {name}", "科目表", printed=key)
        if file == "check":
            return self._rule(reference, key)
        if file == "table":
            row = next((row for row in self._rows("tables") if row["table_id"] == key), None)
            return self._table(reference, row) if row else Source(reference, reference, "")
        row = self._row(file, key)
        if row is None:
            return Source(reference, reference, "")
        if file == "reason":
            return self._reason(reference, row)
        return self._claim(reference, row) if file == "claim" else _listed(reference, file, row)

    def _words(self, reference: str, whole: str, words: str) -> Source:
        """Words on a page, or a part of what a row holds."""
        if not whole.startswith("page!"):
            return replace(self.of(whole), reference=reference, printed=words)
        page, _, corners = whole.removeprefix("page!").partition("@")
        box = Box(*map(float, corners.split(","))) if corners else None
        where = f"原文第 {page} 页"
        return Source(reference, "原文所印", where, printed=words, page=int(page), box=box)

    def _row(self, file: str, key: str) -> dict[str, Any] | None:
        """The row a 1-based number names in claims, findings, indicators, projects, ..."""
        rows = self._rows(f"{file}s") if hasattr(self._document, f"{file}s") else []
        return rows[int(key) - 1] if key.isdigit() and 0 < int(key) <= len(rows) else None

    def _rows(self, part: str) -> list[dict[str, Any]]:
        """The rows of a part of the document, read once."""
        if part not in self._parts:
            frame: pd.DataFrame = getattr(self._document, part)
            self._parts[part] = [_filled(row) for row in records(frame)]
        return self._parts[part]

    @cached_property
    def _amounts(self) -> dict[str, dict[str, Any]]:
        return {row["cell"]: row for row in self._rows("amounts")}

    @cached_property
    def _checks(self) -> dict[str, list[dict[str, Any]]]:
        """The checks each cell takes part in."""
        by_cell: dict[str, list[dict[str, Any]]] = {}
        for row in self._rows("checks"):
            for cell in dict.fromkeys(str(row["cells"] or "").split(";")):
                by_cell.setdefault(cell, []).append(row)
        return by_cell

    def _amount(self, reference: str, row: Mapping[str, Any]) -> Source:
        tables = {table["table_id"]: table for table in self._rows("tables")}
        table = tables.get(row["table_id"], {})
        measure = rule_book().measures.get(row["measure"], row["measure"])
        code = row["function_code"] or row["economic_code"]
        name = " ".join(filter(None, [code, row["name"]]))
        unit = "%" if row["unit"] == "percent" else table.get("unit") or "元"
        column = f"{row['fiscal_year']}年{PHASES.get(row['phase'], '')}“{measure}”栏"
        return Source(
            reference,
            f"{name}：{column}" if name else column,
            f"{table.get('title') or row['table_id']}，第 {row['row']} 行第 {row['column']} 列，"
            f"原文第 {row['page']} 页",
            printed=f"{row['printed']} {unit}",
            page=int(row["page"]),
            box=_box(row),
            verdicts=tuple(map(_verdict, self._checks.get(reference, []))),
        )

    def _claim(self, reference: str, row: Mapping[str, Any]) -> Source:
        computed = row["computed"]
        detail = "" if computed is None else f"按表重算为 {_number(computed, row['unit'])}"
        says = "；".join(filter(None, [detail, row["reason"]]))
        return Source(
            reference,
            f"正文所述：{row['subject']}",
            "，".join(filter(None, [self._section(row["section"]), f"原文第 {row['page']} 页"])),
            printed="" if row["value"] is None else _number(row["value"], row["unit"]),
            quote=row["sentence"],
            page=int(row["page"] or 0),
            box=_box(row),
            verdicts=(Verdict(row["rule_id"] or "正文", says, row["status"], says),)
            if row["status"]
            else (),
        )

    def _reason(self, reference: str, row: Mapping[str, Any]) -> Source:
        return Source(
            reference,
            f"正文所写的原因：{row['name']}",
            "，".join(filter(None, [self._section(row["section"]), f"原文第 {row['page']} 页"])),
            quote=row["sentence"],
            page=int(row["page"] or 0),
            box=_box(row),
        )

    def _section(self, number: str) -> str:
        """The heading over a statement."""
        titles = (row["title"] for row in self._rows("sections") if row["section"] == number)
        return next((f"说明“{title}”" for title in titles), "")

    def _rule(self, reference: str, rule: str) -> Source:
        every = self._rows("checks")
        if rule.isdigit():
            every, rule = every[int(rule) - 1 :][:1], ""
        rows = [row for row in every if rule in ("", row["rule_id"])]
        says = dict.fromkeys(str(row["says"]) for row in rows)
        return Source(
            reference,
            f"勾稽关系 {rule}" if rule else "全部勾稽关系",
            f"在这份文件里有 {len(rows)} 处",
            quote="；".join(says) if rule else "",
            verdicts=tuple(map(_verdict, rows)),
        )

    def _table(self, reference: str, row: Mapping[str, Any]) -> Source:
        pages = dict.fromkeys((int(row["first_page"]), int(row["last_page"])))
        where = f"原文第 {'–'.join(map(str, pages))} 页"
        state = {"empty": "，公开为空表", "unread": "，没有读出来"}.get(row["status"], "")
        printed = sum(each["table_id"] == row["table_id"] for each in self._rows("amounts"))
        state = state or f"，印有 {printed} 个数"
        note = row["note"] or ""
        return Source(reference, row["title"], where + state, quote=note, page=min(pages))


def _listed(reference: str, file: str, row: Mapping[str, Any]) -> Source:
    """A row of a list: its words, and its page where it has one."""
    words = {
        "indicator": ("绩效指标", ("project", "level1", "level2", "level3", "operator", "target")),
        "project": ("项目表", ("project", "field", "printed", "text")),
        "document": ("文件", ("title",)),
        "finding": ("发现", ("says",)),
        "section": ("说明", ("title",)),
        "term": ("名词解释", ("term", "definition")),
    }
    title, columns = words.get(file, (file, ()))
    quote = " · ".join(str(row[column]) for column in columns if row.get(column))
    page = int(row.get("page") or 0)
    printed = ""
    if file == "indicator" and str(row.get("target") or "").replace(".", "", 1).isdigit():
        printed = f"{row['target']}{row['unit'] if row['unit'] in ('%', '％') else ''}"
    if file == "project" and row.get("value") is not None:
        printed = f"{row['printed']}{_printed_in(str(row['printed']), row['value'])}"
        title = f"{row['project']}：{row['field']}"
    return Source(
        reference,
        title,
        f"原文第 {page} 页" if page else "",
        printed=printed,
        quote=quote,
        page=page,
    )


def _printed_in(printed: str, value: object) -> str:
    """The unit of money a form prints an amount in, where that is not yuan."""
    number = Decimal(printed)
    factors = {number * factor: unit for unit, factor in MONEY.items() if factor != 1}
    return factors.get(Decimal(str(value)), "") if number else ""


def _verdict(row: Mapping[str, Any]) -> Verdict:
    sums = []
    if row["stated"] is not None and row["computed"] is not None:
        sums = [f"印 {_plain(row['stated'])}", f"算 {_plain(row['computed'])}"]
        sums += [f"差 {_plain(row['difference'])}"] if row["difference"] is not None else []
    detail = "；".join(filter(None, [row["subject"], "，".join(sums), row["reason"]]))
    return Verdict(row["rule_id"], row["says"], row["status"], detail)


def _filled(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A frame's row with its missing values as nothing."""
    return {str(key): None if pd.isna(value) else value for key, value in row.items()}


def _box(row: Mapping[str, Any]) -> Box | None:
    corners = [row.get(side) for side in ("x0", "y0", "x1", "y1")]
    return None if any(map(pd.isna, corners)) else Box(*(float(str(c)) for c in corners))


def _plain(value: Any) -> str:
    return f"{float(value):,.2f}"


def _number(value: Any, unit: str) -> str:
    shown = f"{float(value):,.2f}" if unit != "count" else f"{float(value):,.12g}"
    return f"{shown} {UNITS.get(unit, '')}".strip()
