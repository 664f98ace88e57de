"""Questions about projects and their performance targets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from unitbudget.auditing.case import Case, Finding, Indicator, ask, asking, pages, wording
from unitbudget.auditing.told import (
    Told,
    count,
    joined,
    part_of,
    shown_at,
    tell,
)
from unitbudget.money.figure import share, total


def _shown(rows: list[Indicator]) -> Told:
    names = [tell("{name} {aim}", name=row.level3, aim=row.aim) for row in rows[:6]]
    return joined("、", names)


def _by(rows: Iterable[Indicator], *fields: str) -> list[tuple[str, list[Indicator]]]:
    """The indicators of each project or, by title and project, of each form, in printed order."""
    found: dict[tuple[str, ...], list[Indicator]] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, field) for field in fields), []).append(row)
    return [(key[0], those) for key, those in found.items()]


def _plan(case: Case) -> Iterator[Finding]:
    """S17, S18: a plan by months, against the stock and against the project's period."""
    plan = next((f for f in case.fields if re.search(r"\d+月，计划\d+人", f.text)), None)
    if plan is None or not case.indicators:
        return
    months = re.findall(r"(?<!\d)(\d{1,2})月，(?:计划)?(\d+)人", plan.text)
    planned = total(shown_at(part_of(plan.cell, people), people) for _, people in months)
    stock = re.search(r"已达(?:到)?(\d+(?:\.\d+)?)(万?)", case.text)
    if planned is None:
        return
    if stock and Decimal(stock[1]) * (10000 if stock[2] else 1) == planned.value:
        said = [*((f.text, f.page) for f in case.fields), *((p.text, p.page) for p in case.prose)]
        where = pages([plan.page, *(page for text, page in said if stock[0] in text)])
        where = f"{where} “{stock[0]}”"
        yield ask("S17", evidence=where, planned=planned, stock=stock[1] + stock[2])
    dates = {field.field: re.match(r"(\d{4})-(\d{2})", field.text) for field in case.fields}
    start, end = dates.get("计划开始日期"), dates.get("计划完成日期")
    if start and end and start[1] == end[1]:
        first, last = int(start[2]), int(end[2])
        listed = [int(month) for month, _ in months]
        missing = [f"{month}月" for month in range(first, last + 1) if month not in listed]
        if missing:
            yield ask(
                "S18",
                [plan],
                start=f"{start[1]}年{first}月",
                end=f"{end[1]}年{last}月",
                months=f"{min(listed)}月至{max(listed)}月",
                missing="、".join(missing),
            )


def _below_last_year(case: Case) -> Iterator[Finding]:
    """S19: a target for a project's spending below what its last year's spending reached."""
    for project, rows in _by(case.indicators, "project"):
        form = {f.field: f.figure for f in reversed(case.fields) if f.project == project}
        budget, spent = form.get("同名项目上年预算额"), form.get("同名项目上年预算执行数")
        if budget is None or spent is None or (rate := share(spent, budget)) is None:
            continue
        for row in rows:
            aimed = row.unit == "%" and row.level3.endswith("执行率")
            if aimed and row.figure is not None and row.figure.value < rate.value:
                yield ask(
                    "S19",
                    [row],
                    _shown([row]),
                    indicator=row.level3,
                    target=row.aim,
                    executed=spent,
                    budget=budget,
                    rate=rate,
                )


def _odd_targets(case: Case) -> Iterator[Finding]:
    """S20: a count aimed at as a percentage; "equal to" less than everything."""
    rules = wording()["targets"]
    for row in case.indicators:
        if row.unit != "%" or row.figure is None:
            continue
        counted = re.search(rules["counted"], row.level3)
        less = row.operator == "=" and row.figure.value < 100
        why = rules["equal_why"] if less else ""
        if counted and not re.search("率|占比", row.level3):
            why = rules["counted_why"]
        if why:
            yield ask("S20", [row], _shown([row]), indicator=row.level3, target=row.aim, why=why)


def _under_wrong_heading(case: Case) -> Iterator[Finding]:
    """S21: indicators that do not fit the heading they stand under."""
    for title, fits in wording()["targets"]["headings"].items():
        rows = [row for row in case.indicators if row.level2 == title]
        if odd := [row for row in rows if not re.search(fits, row.level3)]:
            names = [row.level3 for row in odd]
            yield ask("S21", odd, _shown(odd), heading=title, indicators=names)


def _listed_twice(case: Case) -> Iterator[Finding]:
    """S22: one indicator under two headings of one form."""
    for form, rows in _by(case.indicators, "form", "project"):
        under = Counter(name for name, _ in {(row.level3, row.level2) for row in rows})
        if again := [row for row in rows if under[row.level3] > 1]:
            names = list(dict.fromkeys(row.level3 for row in again))
            yield ask("S22", again, f"《{form}》", indicators=names)


def _circular(case: Case) -> Iterator[Finding]:
    """S23: a target that says nothing but the indicator's own name."""
    every = case.indicators
    rows = [r for r in every if not r.unit and len(r.target) >= 2 and r.target in r.level3]
    if rows:
        yield ask(
            "S23",
            rows,
            _shown(rows),
            total=count("绩效指标", [row.cell for row in every]),
            example=f"{rows[0].level3}：{rows[0].target}",
        )


def _two_forms(case: Case) -> Iterator[Finding]:
    """S24: one indicator in two forms of one project, with two targets."""
    for _, rows in _by(case.indicators, "project"):
        every = [row for row in rows if row.unit]
        pairs = ((one, other) for at, one in enumerate(every) for other in every[at + 1 :])
        for one, other in pairs:
            # One name is the other, or the other with its object before it.
            short, long = sorted((one.level3, other.level3), key=len)
            if one.form != other.form and long.endswith(short) and one.aim != other.aim:
                first, second = (
                    tell(f"“{{aim}}”（第{each.page}页）", aim=each.aim) for each in (one, other)
                )
                pair = [one, other]
                yield ask("S24", pair, _shown(pair), indicator=long, first=first, second=second)


def _procurement(case: Case) -> Iterator[Finding]:
    """S25: an indicator about procurement in a project that says it has none."""
    said = [field for field in case.fields if field.field == "政府采购"]
    rows = [row for row in case.indicators if "采购" in row.level3]
    if rows and {field.text for field in said} == {"否"}:
        where = joined("；", [pages(said), joined(" ", [pages(rows), _shown(rows)])])
        yield ask("S25", evidence=where, indicator=rows[0].level3)


def _dimensions(case: Case) -> Iterator[Finding]:
    """S26: dimensions every form sets targets for, where the form has headings to tell by."""
    lacking: dict[str, list[tuple[str, list[Indicator]]]] = {}
    for form, rows in _by(case.indicators, "form", "project"):
        headings = "、".join(row.level2 for row in rows if row.level2)
        for name, sign in wording()["targets"]["dimensions"].items() if headings else ():
            if not re.search(sign, headings):
                lacking.setdefault(name, []).append((form, rows))
    if lacking:
        counted = {
            name: count("绩效目标表", [rows[0].cell for _, rows in forms])
            for name, forms in lacking.items()
        }
        told = [tell("{n}张没有{name}方面的指标", n=n, name=name) for name, n in counted.items()]
        every = [row for forms in lacking.values() for _, rows in forms for row in rows]
        yield ask("S26", every, lacking=joined("、", told), form=every[0].form)


ask_about = asking(
    *(_plan, _below_last_year, _odd_targets, _under_wrong_heading, _listed_twice),
    *(_circular, _two_forms, _procurement, _dimensions),
)
