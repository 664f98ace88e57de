"""What each change of a category is made of: the base of contributions, their rates, the rest.

The monthly bases come first: this year's from the tables, last year's from the prose.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from unitbudget.auditing.contributions import (
    Base,
    Contribution,
    Payment,
    base_behind,
    contributions,
    said_rate,
    words,
)
from unitbudget.auditing.inference import Inference, Known, told_as
from unitbudget.auditing.ledger import Ledger
from unitbudget.money.figure import ZERO, Figure, growth, share, total
from unitbudget.money.text import heading

SPENDING = "general_public_budget"
BASICS = ("basic_expenditure", "appropriation_basic_expenditure")
NIL = Figure(ZERO)


@dataclass(frozen=True, slots=True)
class Part:
    """A contribution within a category: its items, what is paid now, and what was paid before."""

    of: Contribution
    before_rate: Contribution
    codes: tuple[str, ...]
    now: Figure
    before: Figure
    at_old_rate: Figure
    cells: tuple[str, ...]
    #: What was reckoned to be paid a month, and of which year it is told.
    months: tuple[tuple[str, Figure], ...] = ()


def split(
    ledger: Ledger, known: Sequence[Known], layout: str, project_changes: Sequence[Figure]
) -> Iterator[Inference]:
    """The monthly bases of both years, and each category's change taken apart."""
    now, found = current(ledger, layout)
    yield from found
    own = [each for each in known if whole(ledger, each)]
    if not found or not own:
        return
    last, found = former(ledger, own, layout, now)
    yield from found
    rates = contributions(ledger.year - 1, layout)
    for each in own:
        yield from _category(ledger, each, now, last, rates, project_changes)


def _category(
    ledger: Ledger,
    known: Known,
    now: Base,
    last: Base,
    rates: Sequence[Contribution],
    projects: Sequence[Figure],
) -> Iterator[Inference]:
    """One category's change taken apart as far as it can be."""
    reason = words()["reason"]
    within = [of for of in rates if set(of.functions) & set(leaves(ledger, known.code))]
    why = ""
    if not within:
        why = str(reason["no_base"])
    elif now.span is None:
        why = str(reason["no_current_base"]).format(why=now.reason)
    elif last.span is None:
        why = str(reason["no_last_base"]).format(why=last.reason)
    parts = [] if why else [_part(ledger, known, of, now, last) for of in within]
    usable = [part for part in parts if part]
    if len(usable) < len(parts):
        names = "、".join(of.name for of, part in zip(within, parts, strict=True) if not part)
        why = str(reason["mixed"]).format(names=names)
    elif usable and _before_rest(known, usable).high < 0:
        why = str(reason["refuted"])
    if why:
        cells = known.now.cells + known.change.cells
        for quantity in ("change_base", "change_rate"):
            yield unknown(known.subject, quantity, why, cells)
        if not within:
            yield from _project(ledger, known, projects)
        return
    yield from _parted(ledger, known, usable)


def _part(ledger: Ledger, known: Known, of: Contribution, now: Base, last: Base) -> Part | None:
    """A contribution within the category, if both years' amounts of it are known."""
    lowest = leaves(ledger, known.code)
    codes = tuple(code for code in of.functions if code in lowest)
    paid = now.payment(of.economic)
    amount = total(ledger.one(SPENDING, code) for code in codes)
    if paid is None or amount is None or amount.value != paid.paid.value or of.rate is None:
        return None
    if now.span is None or last.span is None:
        return None
    months: list[tuple[str, Figure]] = []
    if set(lowest) <= set(of.functions):
        if last.payment(of.economic) is None:
            return None
        before = known.before
    else:
        before = of.paid_on(last.span)
        months.append(("last_month", of.monthly(last.span)))
    at_old = amount
    if of.rate != paid.of.rate:
        at_old = of.paid_on(now.span)
        months.append(("old_rate_month", of.monthly(now.span)))
    cells = amount.cells + cells_of(last.payments)
    return Part(paid.of, of, codes, amount, before, at_old, cells, tuple(months))


def _before_rest(known: Known, parts: Sequence[Part]) -> Figure:
    """What last year's budget of the category leaves for lines other than these."""
    return reduce(Figure.__sub__, [part.before for part in parts], known.before)


def _parted(ledger: Ledger, known: Known, parts: Sequence[Part]) -> Iterator[Inference]:
    """Base, rate and rest of a change; and last year's lines, where they are not printed either."""
    base = reduce(Figure.__add__, [part.at_old_rate - part.before for part in parts])
    moved = [part for part in parts if part.of.rate != part.before_rate.rate]
    rate = reduce(Figure.__add__, [part.now - part.at_old_rate for part in moved], NIL)
    change, paid = known.change, [part.now - part.before for part in parts]
    alone = len(parts) == 1 and set(leaves(ledger, known.code)) <= set(parts[0].codes)
    rest = NIL if alone else reduce(Figure.__sub__, paid, change)
    assumption = str(words()["assumption"]["split"]).format(
        old="、".join(part.before_rate.label for part in parts),
        new="、".join(part.of.label for part in parts),
    )
    cells = known.now.cells + known.change.cells
    cells += tuple(cell for part in parts for cell in part.cells)
    told = (
        ("change_base", base, _formula((p, p.at_old_rate, p.before) for p in parts)),
        ("change_rate", rate, _formula((p, p.now, p.at_old_rate) for p in moved)),
        ("change_rest", rest, f"{change.value:f}{_minus(base)}{_minus(rate)}"),
    )
    for part in parts:
        name = f"{part.of.economic} {part.of.name}"
        for kind, month in part.months:
            about = {"rate": said_rate(part.before_rate.rate)}
            why = str(words()["assumption"][kind]).format(**about)
            year = ledger.year - (kind == "last_month")
            yield Inference(f"{year}年 {name}", "monthly_contribution").having(month, why)
    for quantity, span, formula in told:
        figure = told_as(span, cells, formula)
        yield Inference(known.subject, quantity).having(figure, assumption)
    if not alone:
        yield from _lines(ledger, known, parts)


def _formula(terms: Iterable[tuple[Part, Figure, Figure]]) -> str:
    """``基本养老保险 [283291.56 − 12 × 29509.53]``"""
    told = [
        f"{part.of.name} [{new.formula} − {f'({before})' if ' − ' in before else before}]"
        for part, new, old in terms
        for before in (old.formula,)
    ]
    return " + ".join(told) or "比例未变"


def _minus(span: Figure) -> str:
    """`` − 158905.80``, `` + 70822.80``"""
    if not span.value:
        return ""
    return f" {'−' if span.value > 0 else '+'} {abs(span.value):f}"


def _lines(ledger: Ledger, known: Known, parts: Sequence[Part]) -> Iterator[Inference]:
    """Last year's budget of the lines within a category, and what was spent of it."""
    told = words()["assumption"]
    for part in parts:
        assumption = str(told["line"]).format(
            rate=said_rate(part.before_rate.rate), witnesses="只含一项缴费的各类支出"
        )
        spent = total(_spent(ledger, code) for code in part.codes)
        subject = "、".join(_named(ledger, code) for code in part.codes)
        before = told_as(part.before, part.cells, part.before.formula)
        yield from _line(subject, before, spent, assumption)
    rest = _before_rest(known, parts)
    if rest.low <= 0:
        return
    taken = {code for part in parts for code in part.codes}
    left = [code for code in leaves(ledger, known.code) if code not in taken]
    assumption = str(told["rest"]).format(
        lines="、".join(part.of.name for part in parts),
        rates="、".join(said_rate(part.before_rate.rate) for part in parts),
    )
    spent = total(_spent(ledger, code) for code in left)
    name = f"{known.subject} 其余" if len(left) != 1 else _named(ledger, left[0])
    formula = known.before.formula + "".join(_minus(part.before) for part in parts)
    cells = known.before.cells + tuple(cell for part in parts for cell in part.cells)
    yield from _line(name, told_as(rest, cells, formula), spent, assumption)


def _line(
    subject: str, before: Figure, spent: Figure | None, assumption: str
) -> Iterator[Inference]:
    """Last year's budget of one line, and how much of it was spent."""
    yield Inference(subject, "last_year_budget").having(before, assumption)
    rate = share(spent, before) if spent is not None else None
    if rate is not None:
        yield Inference(subject, "execution_rate", "percent").having(rate, assumption)


def _project(ledger: Ledger, known: Known, projects: Sequence[Figure]) -> Iterator[Inference]:
    """What projects of the same name explain, if all projects are in this one category."""
    holding = [code for code in ledger.children(SPENDING) if _has_projects(ledger, code)]
    part = total(projects)
    if holding != [known.code] or part is None:
        return
    assumption = str(words()["assumption"]["project"])
    yield Inference(known.subject, "change_project").having(part, assumption)
    yield Inference(known.subject, "change_rest").having(known.change - part, assumption)


def _has_projects(ledger: Ledger, code: str) -> bool:
    figure = ledger.one(SPENDING, code, measure="project")
    return figure is not None and figure.value != 0


def _spent(ledger: Ledger, code: str) -> Figure | None:
    return ledger.one(SPENDING, code, year=ledger.year - 1, phase="executed")


def _named(ledger: Ledger, code: str) -> str:
    return f"{code} {heading(ledger.name(SPENDING, code))}"


# ---- the monthly bases ---------------------------------------------------------------------------


def current(ledger: Ledger, layout: str) -> tuple[Base, list[Inference]]:
    """This year's base, and how it is told; nothing where no contribution is printed."""
    year, reason = ledger.year, words()["reason"]
    paid = list(_payments(ledger, contributions(year, layout)))
    if not paid:
        return Base(), []
    if ledger.phase == "executed":
        why = str(reason["executed"])
        return Base(reason=why), [unknown(f"{year}年", "contribution_base", why, cells_of(paid))]
    base = base_behind(paid, year)
    found = list(_told(base, paid, year, "base"))
    if base.span is not None:
        why, cells = str(reason["no_headcount"]), cells_of(base.payments)
        found.append(Inference(f"{year}年", "headcount", "count", cells, reason=why))
    return base, found


def former(
    ledger: Ledger, known: Sequence[Known], layout: str, now: Base
) -> tuple[Base, list[Inference]]:
    """Last year's base, and how it is told beside this year's."""
    year = ledger.year - 1
    paid = list(_past_payments(ledger, known, contributions(year, layout)))
    base = base_behind(paid, year)
    found = [*_told(base, paid, year, "last_base"), *_growth(now, base, ledger.year)]
    return base, found


def _payments(ledger: Ledger, known: Sequence[Contribution]) -> Iterator[Payment]:
    """What is budgeted for each contribution this year."""
    for table in BASICS:
        printed = [(each, ledger.one(table, each.economic)) for each in known]
        if any(figure is not None for _, figure in printed):
            yield from (
                Payment(of, figure) for of, figure in printed if figure is not None and figure.value
            )
            return


def _past_payments(
    ledger: Ledger, known: Sequence[Known], contributions: Sequence[Contribution]
) -> Iterator[Payment]:
    """Last year's contributions, where a category holds nothing else."""
    for of in contributions:
        for category in known:
            if set(leaves(ledger, category.code)) <= set(of.functions):
                yield Payment(of, category.before)


def leaves(ledger: Ledger, code: str) -> list[str]:
    """The lowest items of a category, of which there is always one: itself."""
    below = [each for each in ledger.codes(SPENDING) if each.startswith(code)]
    return [each for each in below if not ledger.children(SPENDING, each)]


def whole(ledger: Ledger, known: Known) -> bool:
    """Is the category paid out of the general public budget alone?"""
    printed = ledger.one(SPENDING, known.code)
    return printed is not None and printed.value == known.now.value


def _told(base: Base, paid: Sequence[Payment], year: int, assumption: str) -> Iterator[Inference]:
    """The base of one year, and the contributions that do not lead to it."""
    if base.span is None:
        yield unknown(f"{year}年", "contribution_base", base.reason, cells_of(paid))
        return
    rates = "、".join(each.of.label for each in base.payments)
    told = str(words()["assumption"][assumption]).format(rates=rates)
    yield Inference(f"{year}年", "contribution_base").having(base.span, told)
    for payment, why in base.apart:
        subject = f"{payment.of.economic} {payment.of.name}"
        yield unknown(f"{year}年 {subject}", "contribution_base", why, payment.paid.cells)


def _growth(now: Base, last: Base, year: int) -> Iterator[Inference]:
    if now.span is None or last.span is None:
        return
    new = told_as(now.span, cells_of(now.payments))
    rate = growth(new, told_as(last.span, cells_of(last.payments)))
    if rate is not None:
        assumption = str(words()["assumption"]["growth"])
        yield Inference(f"{year}年", "contribution_base_growth").having(rate, assumption)


def cells_of(payments: Sequence[Payment]) -> tuple[str, ...]:
    """The cells payments are printed in."""
    return tuple(cell for each in payments for cell in each.paid.cells)


def unknown(subject: str, quantity: str, reason: str, cells: tuple[str, ...]) -> Inference:
    """A row for what is not to be known, and why."""
    return Inference(subject, quantity, cells=cells, reason=reason)
