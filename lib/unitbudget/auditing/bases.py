"""The monthly bases of contributions: this year's from tables, last year's from the prose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unitbudget.auditing.contributions import (
    Base,
    Contribution,
    Payment,
    base_behind,
    contributions,
    said_rate,
    words,
)
from unitbudget.auditing.inference import Inference, Known, figure_of
from unitbudget.figures import Ledger, growth

SPENDING = "general_public_budget"
BASICS = ("basic_expenditure", "appropriation_basic_expenditure")


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
    if base.span:
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
        if any(figure for _, figure in printed):
            yield from (Payment(of, figure) for of, figure in printed if figure and figure.value)
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
    formulas = "；".join(
        f"{each.paid.formula if ' ' not in each.paid.formula else f'({each.paid.formula})'}"
        f" ÷ 12 ÷ {said_rate(each.of.rate)}"
        for each in base.payments
    )
    yield Inference(
        f"{year}年", "contribution_base", cells=cells_of(base.payments), span=base.span,
        formula=f"各项区间的公共部分：{formulas}",
        assumption=str(words()["assumption"][assumption]).format(rates=rates),
    )  # fmt: skip
    for payment, why in base.apart:
        subject = f"{payment.of.economic} {payment.of.name}"
        yield unknown(f"{year}年 {subject}", "contribution_base", why, payment.paid.cells)


def _growth(now: Base, last: Base, year: int) -> Iterator[Inference]:
    if now.span is None or last.span is None:
        return
    new = figure_of(now.span, cells_of(now.payments))
    rate = growth(new, figure_of(last.span, cells_of(last.payments)))
    if rate:
        assumption = str(words()["assumption"]["growth"])
        yield Inference(f"{year}年", "contribution_base_growth").having(rate, assumption)


def cells_of(payments: Sequence[Payment]) -> tuple[str, ...]:
    """The cells payments are printed in."""
    return tuple(cell for each in payments for cell in each.paid.cells)


def unknown(subject: str, quantity: str, reason: str, cells: tuple[str, ...]) -> Inference:
    """A row for what is not to be known, and why."""
    return Inference(subject, quantity, cells=cells, reason=reason)
