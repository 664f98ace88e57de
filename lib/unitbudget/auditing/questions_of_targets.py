"""Questions about projects and their performance targets."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from unitbudget.auditing.case import Case, Finding, Indicator, ask, pages, wording
from unitbudget.auditing.told import (
    Told,
    count,
    joined,
    number,
    part_of,
    percent,
    shown_at,
    tell,
    wan,
)
from unitbudget.money.figure import share, total


def ask_about(case: Case) -> Iterator[Finding]:
    if not case.indicators:
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


def _evidence(rows: list[Indicator]) -> Told:
    names = [tell("{name} {aim}", name=row.level3, aim=row.aim) for row in rows[:6]]
    return joined(" ", [pages(row.page for row in rows), joined("、", names)])


def _by(rows: Iterable[Indicator], *fields: str) -> list[tuple[str, list[Indicator]]]:
    """The indicators of each project or, by title and project, of each form, in printed order."""
    found: dict[tuple[str, ...], list[Indicator]] = {}
    for row in rows:
        found.setdefault(tuple(getattr(row, field) for field in fields), []).append(row)
    return [(key[0], those) for key, those in found.items()]


def _plan(case: Case) -> Iterator[Finding]:
    """S17, S18: a plan by months, against the stock and against the project's period."""
    place, plan = next(
        ((n, f) for n, f in enumerate(case.fields, 1) if re.search(r"\d+月，计划\d+人", f.text)),
        (0, None),
    )
    if plan is None:
        return
    months = re.findall(r"(?<!\d)(\d{1,2})月，(?:计划)?(\d+)人", plan.text)
    row = f"project!{place}"
    planned = total(shown_at(part_of(row, people), people) for _, people in months)
    stock = re.search(r"已达(?:到)?(\d+(?:\.\d+)?)(万?)", case.text)
    if planned is None:
        return
    if stock and Decimal(stock[1]) * (10000 if stock[2] else 1) == planned.value:
        texts = [(field.text, field.page) for field in case.fields]
        texts += [(p.text, p.page) for s in case.sections for p in s.paragraphs]
        where = pages([plan.page, *(page for text, page in texts if stock[0] in text)])
        planned_ = number(planned, f"{planned.value:,}")
        yield ask("S17", f"{where} “{stock[0]}”", planned=planned_, stock=stock[1] + stock[2])
    dates = {field.field: re.match(r"(\d{4})-(\d{2})", field.text) for field in case.fields}
    start, end = dates.get("计划开始日期"), dates.get("计划完成日期")
    if start and end and start[1] == end[1]:
        due = range(int(start[2]), int(end[2]) + 1)
        named = [int(month) for month, _ in months]
        missing = [f"{month}月" for month in due if month not in named]
        if missing:
            span = {"start": f"{start[1]}年{int(start[2])}月", "end": f"{end[1]}年{int(end[2])}月"}
            shown = f"{min(named)}月至{max(named)}月"
            yield ask(
                "S18",
                f"第{plan.page}页",
                None,
                "",
                months=shown,
                missing="、".join(missing),
                **span,
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
                words = {"executed": wan(spent), "budget": wan(budget), "rate": percent(rate)}
                yield ask(
                    "S19", _evidence([row]), None, "", indicator=row.level3, target=row.aim, **words
                )


def _odd_targets(case: Case) -> Iterator[Finding]:
    """S20: a count aimed at as a percentage; "equal to" less than everything."""
    rules = wording()["targets"]
    for row in case.indicators:
        percentage = row.unit == "%" and row.figure is not None
        why = ""
        if (
            percentage
            and re.search(rules["counted"], row.level3)
            and not re.search("率|占比", row.level3)
        ):
            why = rules["counted_why"]
        elif (
            percentage and row.operator == "=" and row.figure is not None and row.figure.value < 100
        ):
            why = rules["equal_why"]
        if why:
            yield ask("S20", _evidence([row]), indicator=row.level3, target=row.aim, why=why)


def _under_wrong_heading(case: Case) -> Iterator[Finding]:
    """S21: indicators that do not fit the heading they stand under."""
    for title, fits in wording()["targets"]["headings"].items():
        rows = [row for row in case.indicators if row.level2 == title]
        odd = [row for row in rows if not re.search(fits, row.level3)]
        if odd:
            names = "、".join(f"“{row.level3}”" for row in odd)
            yield ask("S21", _evidence(odd), heading=title, indicators=names)


def _listed_twice(case: Case) -> Iterator[Finding]:
    """S22: one indicator under two headings of one form."""
    for form, rows in _by(case.indicators, "form", "project"):
        under: dict[str, set[str]] = {}
        for row in rows:
            under.setdefault(row.level3, set()).add(row.level2)
        again = [row for row in rows if len(under[row.level3]) > 1]
        if again:
            words = "、".join(f"“{name}”" for name in dict.fromkeys(row.level3 for row in again))
            where = f"{pages(row.page for row in again)} 《{form}》"
            yield ask("S22", where, indicators=words)


def _circular(case: Case) -> Iterator[Finding]:
    """S23: a target that says nothing but the indicator's own name."""
    rows = [
        (n, row)
        for n, row in enumerate(case.indicators, start=1)
        if not row.unit and len(row.target) >= 2 and row.target in row.level3
    ]
    if rows:
        first = rows[0][1]
        circular = count("目标值重复指标名的指标", [f"indicator!{n}" for n, _ in rows])
        everywhere = [f"indicator!{n}" for n in range(1, len(case.indicators) + 1)]
        every = count("绩效指标", everywhere)
        words = {"example": f"{first.level3}：{first.target}"}
        yield ask(
            "S23",
            _evidence([row for _, row in rows]),
            None,
            "",
            total=every,
            count=circular,
            **words,
        )


def _two_forms(case: Case) -> Iterator[Finding]:
    """S24: one indicator in two forms of one project, with two targets."""
    for _, rows in _by(case.indicators, "project"):
        every = [row for row in rows if row.unit]
        for place, one in enumerate(every):
            for other in every[place + 1 :]:
                alike = _same_indicator(one.level3, other.level3)
                if one.form != other.form and alike and one.aim != other.aim:
                    name = max(one.level3, other.level3, key=len)
                    first = tell(f"“{{aim}}”（第{one.page}页）", aim=one.aim)
                    second = tell(f"“{{aim}}”（第{other.page}页）", aim=other.aim)
                    words = {"indicator": name, "first": first, "second": second}
                    yield ask("S24", _evidence([one, other]), None, "", **words)


def _same_indicator(one: str, other: str) -> bool:
    """Is one name the other, or the other with its object before it?"""
    short, long = sorted((one, other), key=len)
    return long.endswith(short)


def _procurement(case: Case) -> Iterator[Finding]:
    """S25: an indicator about procurement in a project that says it has none."""
    said = [field for field in case.fields if field.field == "政府采购"]
    rows = [row for row in case.indicators if "采购" in row.level3]
    if rows and {field.text for field in said} == {"否"}:
        where = joined("；", [pages(field.page for field in said), _evidence(rows)])
        yield ask("S25", where, indicator=rows[0].level3)


def _dimensions(case: Case) -> Iterator[Finding]:
    """S26: dimensions every form sets targets for, where the form has headings to tell by."""
    lacking: dict[str, list[tuple[str, list[Indicator]]]] = {}
    for form, rows in _by(case.indicators, "form", "project"):
        headings = "、".join(row.level2 for row in rows if row.level2)
        for name, sign in wording()["targets"]["dimensions"].items() if headings else ():
            if not re.search(sign, headings):
                lacking.setdefault(name, []).append((form, rows))
    if lacking:
        told = [
            tell(
                "{n}张没有{name}方面的指标",
                n=count("绩效目标表", _of_forms(case, forms)),
                name=name,
            )
            for name, forms in lacking.items()
        ]
        rows = [row for forms in lacking.values() for _, rows in forms for row in rows]
        first = next(iter(lacking.values()))[0][0]
        where = pages(row.page for row in rows)
        yield ask("S26", where, lacking=joined("、", told), form=first)


def _of_forms(case: Case, forms: Iterable[tuple[str, list[Indicator]]]) -> list[str]:
    """A cell of each form: its first indicator."""
    return [f"indicator!{case.indicators.index(rows[0]) + 1}" for _, rows in forms]
