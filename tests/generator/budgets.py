"""A unit's budget drawn at random so that every identity of a disclosure holds by construction.

Amounts are whole fen. What one table prints is counted from the same few items as what another
prints, so no two of them can disagree.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from generator import catalogue

WAN = Decimal(10_000)
#: What pays for staff and pensioners, and what keeps the unit running.
PERSONNEL = ("301", "303")
OPERATING = ("302", "307", "309", "310", "311", "312", "313", "399")


def fen(count: int) -> Decimal:
    """An amount in yuan, from whole fen."""
    return Decimal(count).scaleb(-2)


def plus(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """A sum in which a blank counts as nothing; blank where all terms are."""
    printed = [amount for amount in amounts if amount is not None]
    return sum(printed, Decimal("0.00")) if printed else None


@dataclass(frozen=True)
class Item:
    """One 项: what was spent on it last year and what is planned, by kind of money."""

    code: str
    before: Decimal | None = None
    basic: Decimal | None = None
    project: Decimal | None = None
    funds: Decimal | None = None
    earned: Decimal | None = None

    @property
    def general(self) -> Decimal | None:
        """What the general public budget pays."""
        return plus([self.basic, self.project])

    @property
    def projects(self) -> Decimal | None:
        """Project expenditure whoever pays it."""
        return plus([self.project, self.funds, self.earned])

    @property
    def total(self) -> Decimal | None:
        return plus([self.basic, self.projects])


@dataclass(frozen=True)
class ThreePublic:
    """The three public expenses and the running costs of one year and phase, in whole yuan."""

    overseas: Decimal
    hospitality: Decimal
    purchase: Decimal
    running: Decimal
    agency: Decimal

    @property
    def vehicles(self) -> Decimal:
        return self.purchase + self.running

    @property
    def total(self) -> Decimal:
        return self.overseas + self.hospitality + self.vehicles


@dataclass(frozen=True)
class Procurement:
    """What is to be bought, and how much of it from smaller firms, in yuan."""

    goods: Decimal
    works: Decimal
    services: Decimal
    small_and_medium: Decimal
    small: Decimal

    @property
    def total(self) -> Decimal:
        return self.goods + self.works + self.services


@dataclass(frozen=True)
class Manner:
    """What one document words or prints otherwise than another: all of it true.

    ``places`` are the decimals of its percentages, in tables and prose.
    """

    places: int = 2
    last_execution: bool = False
    parts_first: bool = False


@dataclass(frozen=True)
class Budget:
    """One unit's budget of one year: the few numbers everything printed is counted from."""

    unit: str
    district: str
    year: int
    administrative: bool
    items: tuple[Item, ...]
    economics: tuple[tuple[str, Decimal], ...]
    three_public: tuple[ThreePublic, ThreePublic, ThreePublic]
    last_budget: tuple[tuple[str, Decimal], ...]
    procurement: Procurement
    vehicles: tuple[int, int, int, int]
    equipment: tuple[int, int, int]
    projects: int
    manner: Manner = Manner()

    @property
    def classes(self) -> list[str]:
        """The 类 the unit spends in, in order."""
        return sorted({item.code[:3] for item in self.items})

    def codes(self, items: Iterable[Item]) -> list[str]:
        """类 款 项 of these items in the order they are printed."""
        return sorted({item.code[:length] for item in items for length in (3, 5, 7)})

    def sum_of(self, field: str, code: str = "") -> Decimal | None:
        """The sum over the items below a code."""
        return plus(getattr(item, field) for item in self.items if item.code.startswith(code))

    def economic(self, *codes: str) -> Decimal | None:
        """The sum over the economic lines below these codes."""
        return plus(value for code, value in self.economics if code.startswith(codes))

    @property
    def personnel(self) -> Decimal:
        return self.economic(*PERSONNEL) or Decimal("0.00")

    @property
    def operating(self) -> Decimal:
        return self.economic(*OPERATING) or Decimal("0.00")

    def operating_by_class(self) -> dict[str, Decimal]:
        """Operating funds, which pay for the unit's own functions, by class."""
        left, found = self.operating, dict[str, Decimal]()
        for item in self.items:
            if item.basic is None or item.code.startswith(catalogue.EVERY_EMPLOYER) or not left:
                continue
            part = min(left, item.basic)
            found[item.code[:3]] = found.get(item.code[:3], Decimal("0.00")) + part
            left -= part
        return found
