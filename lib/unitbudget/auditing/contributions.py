"""What employers contribute in percent of a monthly base, and the base behind what they paid.

A year's contribution is twelve equal monthly payments, each the rate times the base rounded to the
fen. Each printed amount therefore leaves an interval for the base; where at least two of them share
one, and no other choice of them does, the base is known to that interval. A year whose rate is not
known has none.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache
from itertools import combinations
from typing import Any

from unitbudget.money.amounts import FEN, rounded
from unitbudget.money.figure import HUNDRED, YUAN, ZERO, Figure
from unitbudget.reference import toml

MONTHS = 12
HALF_FEN = FEN / 2
#: A base is believed when at least so many contributions lead to it.
WITNESSES = 2


@cache
def known() -> list[dict[str, Any]]:
    """The contributions and their rates, from ``reference/contributions.toml``."""
    return list(toml("contributions")["contribution"])


def rate_of(economic: str, year: int, layout: str) -> Decimal | None:
    """The percentage paid for that economic line in a budget year, in documents of a layout."""
    for contribution in known():
        for rate in contribution["rate"]:
            due = contribution["economic"] == economic
            due = due and rate["from"] <= year <= rate.get("to", year)
            if due and layout.startswith(rate.get("layouts", "")):
                return Decimal(rate["percent"])
    return None


def name_of(economic: str) -> str:
    """What the contribution of that economic line is called."""
    return next((str(c["name"]) for c in known() if c["economic"] == economic), economic)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One kind of contribution in one year: its lines in the tables, and its rate in percent."""

    economic: str
    functions: tuple[str, ...]
    name: str
    rate: Decimal | None

    @property
    def label(self) -> str:
        """``基本养老保险16%``"""
        return f"{self.name}{said_rate(self.rate)}"

    def monthly(self, base: Figure) -> Figure:
        """What is paid in a month, to the fen, on a base known to an interval."""
        paid = (
            rounded((self.rate or ZERO) * each / 100, 2)
            for each in (base.value, base.low, base.high)
        )
        terms = (f"{said_rate(self.rate)} × {base.value:f}", "")
        return replace(_between(*paid), cells=base.cells, terms=terms)

    def paid_on(self, base: Figure) -> Figure:
        """What is paid in a year."""
        month = self.monthly(base)
        year = _between(*(each * MONTHS for each in (month.value, month.low, month.high)))
        return replace(year, cells=base.cells, terms=(f"{MONTHS} × {month.value:f}", ""))


@dataclass(frozen=True, slots=True)
class Payment:
    """What one contribution came to in one year."""

    of: Contribution
    paid: Figure

    @property
    def base(self) -> Figure | None:
        """The monthly bases that lead to the amount; nothing where no monthly payment does."""
        low = (self.paid.low / MONTHS).quantize(FEN, ROUND_CEILING)
        high = (self.paid.high / MONTHS).quantize(FEN, ROUND_FLOOR)
        if self.of.rate is None or low > high or self.paid.value <= 0:
            return None
        share = self.of.rate / 100
        middle = self.paid.value / MONTHS / share
        return _between(middle, (low - HALF_FEN) / share, (high + HALF_FEN) / share)

    def edge(self, of_year: Decimal, half: Decimal) -> Decimal:
        """The base at one end of what rounding leaves open in a year's amount and in a month's."""
        return (of_year / MONTHS + half) * 100 / (self.of.rate or HUNDRED)

    def edge_told(self, sign: str) -> str:
        """Its formula: ``((605800.00 + 0.005万元) ÷ 12 + 0.005) ÷ 8%``"""
        year, half = self.paid.formula, self.paid.high - self.paid.value
        if half:
            wan = half.normalize() == 10**4 * HALF_FEN
            year += f" {sign} {f'{HALF_FEN}万元' if wan else f'{half.normalize():f}'}"
        year = f"({year})" if " " in year else year
        return f"({year} ÷ {MONTHS} {sign} {HALF_FEN}) ÷ {said_rate(self.of.rate)}"


@dataclass(frozen=True, slots=True)
class Base:
    """What is known of a year's monthly base: its interval and the payments that lead to it."""

    span: Figure | None = None
    payments: tuple[Payment, ...] = ()
    reason: str = ""
    #: What was left aside, and why.
    apart: tuple[tuple[Payment, str], ...] = ()

    @property
    def told(self) -> Figure:
        """The base as it follows: midway between the ends that its payments leave open."""
        span = self.span or _between(ZERO, ZERO, ZERO)
        low, lowest = max((p.edge(p.paid.low, -HALF_FEN), n) for n, p in enumerate(self.payments))
        high, highest = min((p.edge(p.paid.high, HALF_FEN), n) for n, p in enumerate(self.payments))
        ends = self.payments[lowest].edge_told("−"), self.payments[highest].edge_told("+")
        value = min(max(rounded((low + high) / 2, 2), span.low), span.high)
        cells = tuple(cell for each in self.payments for cell in each.paid.cells)
        return replace(
            span,
            value=value,
            cells=tuple(dict.fromkeys(cells)),
            terms=(f"({ends[0]} + {ends[1]}) ÷ 2", ""),
        )

    def payment(self, economic: str) -> Payment | None:
        """The payment of that line, if it is one of those that lead to the base."""
        return next((each for each in self.payments if each.of.economic == economic), None)


@cache
def words() -> dict[str, Any]:
    """How what contributions imply is worded."""
    return toml("implied")


def contributions(year: int, layout: str) -> list[Contribution]:
    """The contributions of a budget year, with the rates known for it and for that layout."""
    return [
        Contribution(
            each["economic"],
            tuple(each["functions"]),
            each["name"],
            rate_of(each["economic"], year, layout),
        )
        for each in known()
    ]


def base_behind(payments: Sequence[Payment], year: int) -> Base:
    """The one monthly base of these payments, or why there is none to be known."""
    reason = words()["reason"]
    usable, apart = [], []
    for each in payments:
        about = {"name": each.of.name, "code": each.of.economic, "year": year}
        if each.of.rate is None:
            apart.append((each, str(reason["no_rate"]).format(**about)))
        elif each.base is None:
            apart.append((each, str(reason["not_twelve"]).format(**about)))
        else:
            usable.append(each)
    if len(usable) < WITNESSES:
        names = "、".join(each.of.name for each in usable)
        why = [str(reason["one_witness"]).format(names=names)] if names else []
        return Base(reason="".join([*why, *(text for _, text in apart)]), apart=tuple(apart))
    agreeing = _agreeing(usable)
    if not agreeing:
        why = [str(reason["no_agreement"]).format(bases="；".join(map(_told, usable)))]
        return Base(reason="".join([*why, *(text for _, text in apart)]), apart=tuple(apart))
    if len(agreeing) > 1:
        return Base(reason=str(reason["several"]), apart=tuple(apart))
    chosen, span = agreeing[0]
    for each in usable:
        if each not in chosen:
            apart.append((each, _apart(each)))
    base = Base(span, chosen, apart=tuple(apart))
    return replace(base, span=base.told)


def _agreeing(payments: Sequence[Payment]) -> list[tuple[tuple[Payment, ...], Figure]]:
    """The largest sets of payments that share a base, which is a whole number of fen."""
    for size in range(len(payments), WITNESSES - 1, -1):
        sets = [(chosen, shared(chosen)) for chosen in combinations(payments, size)]
        if found := [(chosen, span) for chosen, span in sets if span is not None]:
            return found
    return []


def shared(payments: Iterable[Payment]) -> Figure | None:
    """The bases, to the fen, that lead to all of these payments: half a fen is rounded up."""
    spans = [each.base for each in payments]
    known = [span for span in spans if span is not None]
    low = max(span.low for span in known).quantize(FEN, ROUND_CEILING)
    high = min(span.high for span in known).quantize(FEN, ROUND_CEILING) - FEN
    return _between(rounded((low + high) / 2, 2), low, high) if low <= high else None


def _between(value: Decimal, low: Decimal, high: Decimal) -> Figure:
    return Figure(value, YUAN, low, high)


def said_rate(rate: Decimal | None) -> str:
    """``9.5%``"""
    return f"{rate.normalize():f}%" if rate is not None else ""


def _told(payment: Payment) -> str:
    span = payment.base
    return (
        f"{payment.of.label}得{span.low:.2f}～{span.high:.2f}元"
        if span is not None
        else payment.of.label
    )


def _apart(payment: Payment) -> str:
    span = payment.base or _between(ZERO, ZERO, ZERO)
    return str(words()["reason"]["apart"]).format(
        name=payment.of.name, code=payment.of.economic, rate=said_rate(payment.of.rate),
        low=f"{span.low:.2f}", high=f"{span.high:.2f}",
    )  # fmt: skip
