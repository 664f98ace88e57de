"""Soft rules about projects and their performance targets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from unitbudget.auditing.case import Case, Finding, ask, pages, wording
from unitbudget.money.amounts import percent, wan


def ask_about(case: Case) -> Iterator[Finding]:
    if not len(case.indicators):
        return
    yield from _plan(case)
    yield from _below_last_year(case)
    yield from _odd_targets(case)
    yield from _under_wrong_heading(case)
    yield from _listed_twice(case)
    yield from _circular(case)
    yield from _two_forms(case)
    yield from _procurement(case)
    yield from _dimensions(case)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(key): value for key, value in row.items()} for row in frame.to_dict("records")]


def _target(row: dict[str, Any]) -> str:
    """A target as it reads: operator, number and unit, or words."""
    return f"{row['operator']}{row['target']}{row['unit']}"


def _evidence(rows: list[dict[str, Any]]) -> str:
    names = "、".join(f"{row['level3']} {_target(row)}" for row in rows[:6])
    return f"{pages(int(row['page']) for row in rows)} {names}"


def _plan(case: Case) -> Iterator[Finding]:
    """S17, S18: a plan by months, against the stock and against the project's period."""
    text = next((t for t in case.projects["text"] if re.search(r"\d+月，计划\d+人", str(t))), "")
    months = re.findall(r"(?<!\d)(\d{1,2})月，(?:计划)?(\d+)人", str(text))
    page = case.projects.loc[case.projects["text"] == text, "page"]
    if not months:
        return
    planned = sum(int(number) for _, number in months)
    stock = re.search(r"已达(?:到)?(\d+(?:\.\d+)?)(万?)", case.text)
    if stock and Decimal(stock[1]) * (10000 if stock[2] else 1) == planned:
        known = case.projects["text"].str.contains(stock[0], regex=False)
        where = pages([*page, *case.projects.loc[known, "page"]])
        yield ask("S17", where, planned=f"{planned:,}", stock=f"{stock[1]}{stock[2]}")
    dates = {
        field: re.match(r"(\d{4})-(\d{2})", str(value))
        for field, value in zip(case.projects["field"], case.projects["text"], strict=True)
    }
    start, end = dates.get("计划开始日期"), dates.get("计划完成日期")
    if start and end and start[1] == end[1]:
        due = range(int(start[2]), int(end[2]) + 1)
        named = [int(month) for month, _ in months]
        missing = [f"{month}月" for month in due if month not in named]
        if missing:
            words = {"start": f"{start[1]}年{int(start[2])}月", "end": f"{end[1]}年{int(end[2])}月"}
            shown = f"{min(named)}月至{max(named)}月"
            yield ask(
                "S18", pages(page), None, "", months=shown, missing="、".join(missing), **words
            )


def _below_last_year(case: Case) -> Iterator[Finding]:
    """S19: a target for spending below what last year's spending reached."""
    budget, spent = case.money_of("同名项目上年预算额"), case.money_of("同名项目上年预算执行数")
    if not budget or spent is None:
        return
    rate = spent * 100 / budget
    for row in _rows(case.indicators):
        aimed = row["unit"] == "%" and str(row["level3"]).endswith("执行率")
        if aimed and Decimal(str(row["target"])) < rate:
            words = {"executed": wan(spent), "budget": wan(budget), "rate": percent(rate)}
            yield ask(
                "S19", _evidence([row]), None, indicator=row["level3"], target=_target(row), **words
            )


def _odd_targets(case: Case) -> Iterator[Finding]:
    """S20: a count aimed at as a percentage; "equal to" less than everything."""
    rules = wording()["targets"]
    for row in _rows(case.indicators):
        name, percentage = str(row["level3"]), row["unit"] == "%"
        why = ""
        if percentage and re.search(rules["counted"], name) and not re.search("率|占比", name):
            why = "数量指标用了百分数，没有说明以什么为 100%"
        elif percentage and row["operator"] == "=" and Decimal(str(row["target"])) < 100:
            why = "写成了等号，多做了也算没有达到"
        if why:
            yield ask("S20", _evidence([row]), None, indicator=name, target=_target(row), why=why)


def _under_wrong_heading(case: Case) -> Iterator[Finding]:
    """S21: indicators that do not fit the heading they stand under."""
    for title, fits in wording()["targets"]["headings"].items():
        rows = [row for row in _rows(case.indicators) if row["level2"] == title]
        odd = [row for row in rows if not re.search(fits, str(row["level3"]))]
        if odd:
            names = "、".join(f"“{row['level3']}”" for row in odd)
            yield ask("S21", _evidence(odd), None, heading=title, indicators=names)


def _listed_twice(case: Case) -> Iterator[Finding]:
    """S22: one indicator under two headings of one form."""
    for form, rows in case.indicators.groupby("form", sort=False):
        again = rows[rows.duplicated(["level3"], keep=False)]
        names = list(dict.fromkeys(again["level3"]))
        if names:
            words = "、".join(f"“{name}”" for name in names)
            yield ask("S22", f"{pages(again['page'])} 《{form}》", None, indicators=words)


def _circular(case: Case) -> Iterator[Finding]:
    """S23: a target that says nothing but the indicator's own name."""
    rows = [
        row
        for row in _rows(case.indicators)
        if not row["unit"] and len(str(row["target"])) >= 2 and str(row["target"]) in row["level3"]
    ]
    if rows:
        example = f"{rows[0]['level3']}：{rows[0]['target']}"
        count = len(rows)
        yield ask(
            "S23", _evidence(rows), None, total=len(case.indicators), count=count, example=example
        )


def _two_forms(case: Case) -> Iterator[Finding]:
    """S24: one indicator in two forms of one project, with two targets."""
    for _, rows in case.indicators.groupby("project", sort=False):
        every = [row for row in _rows(rows) if row["unit"]]
        for place, one in enumerate(every):
            for other in every[place + 1 :]:
                alike = _same_indicator(str(one["level3"]), str(other["level3"]))
                if one["form"] != other["form"] and alike and _target(one) != _target(other):
                    name = max(str(one["level3"]), str(other["level3"]), key=len)
                    first = f"“{_target(one)}”（第{one['page']}页）"
                    second = f"“{_target(other)}”（第{other['page']}页）"
                    words = {"indicator": name, "first": first, "second": second}
                    yield ask("S24", _evidence([one, other]), None, **words)


def _same_indicator(one: str, other: str) -> bool:
    """Is one name the other, or the other with its object before it?"""
    short, long = sorted((one, other), key=len)
    return long.endswith(short)


def _procurement(case: Case) -> Iterator[Finding]:
    """S25: an indicator about procurement in a project that says it has none."""
    said = case.projects[case.projects["field"] == "政府采购"]
    rows = [row for row in _rows(case.indicators) if "采购" in str(row["level3"])]
    if rows and len(said) and set(said["text"]) == {"否"}:
        where = f"{pages(said['page'])}；{_evidence(rows)}"
        yield ask("S25", where, None, indicator=rows[0]["level3"])


def _dimensions(case: Case) -> Iterator[Finding]:
    """S26: dimensions every form sets targets for, where the form has headings to tell by."""
    for form, rows in case.indicators.groupby("form", sort=False):
        headings = "、".join(str(name) for name in rows["level2"] if name)
        if not headings:
            continue
        wanted = wording()["targets"]["dimensions"]
        missing = [name for name, sign in wanted.items() if not re.search(sign, headings)]
        if missing:
            yield ask("S26", pages(rows["page"]), None, form=form, missing="、".join(missing))
