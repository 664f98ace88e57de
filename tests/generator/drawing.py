"""A budget drawn at random: how many people, what they cost, what the unit does and bought."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from random import Random

from generator import catalogue
from generator.budgets import OPERATING, Budget, Item, Procurement, ThreePublic, fen, plus

TWELVE = 12


def draw(chance: Random, year: int | None = None) -> Budget:
    """A budget, drawn with this source of chance."""
    year = year or chance.randint(2019, 2022)
    administrative = chance.random() < 0.4
    last, executed, planned = _three_public(chance, administrative)
    economics = _economics(chance, planned, administrative)
    if administrative:
        planned = _with_agency(planned, plus(v for c, v in economics if c.startswith(OPERATING)))
    items = _items(chance, year, administrative, dict(economics))
    classes = sorted({item.code[:3] for item in items})
    totals = {code: plus(item.total for item in items if item.code[:3] == code) for code in classes}
    district, unit = catalogue.unit_name(chance, administrative)
    vehicles = _vehicles(chance, planned)
    projects = plus(item.project for item in items)
    return Budget(
        unit=unit,
        district=district,
        year=year,
        administrative=administrative,
        items=tuple(sorted(items, key=lambda item: item.code)),
        economics=tuple(sorted(economics)),
        three_public=(last, executed, planned),
        last_budget=tuple((code, _last_year(chance, total)) for code, total in totals.items()),
        procurement=_procurement(chance),
        vehicles=vehicles,
        equipment=_nested(chance),
        projects=chance.randint(1, 9) if projects else 0,
    )


def running_otherwise(budget: Budget, amount: Decimal = Decimal("39900.00")) -> Budget:
    """The budget with operating funds that are neither goods, services nor equipment."""
    lines = [*budget.economics, ("39999", amount)]
    place = next(n for n, item in enumerate(budget.items) if item.basic is not None)
    first = budget.items[place]
    items = list(budget.items)
    items[place] = replace(first, basic=(first.basic or Decimal(0)) + amount)
    last = [(c, v + amount) if first.code.startswith(c) else (c, v) for c, v in budget.last_budget]
    return replace(
        budget, economics=tuple(sorted(lines)), items=tuple(items), last_budget=tuple(last)
    )


def below_the_fen(budget: Budget) -> Budget:
    """The budget with an eighth of every amount, written out to the last digit."""

    def eighth(value: Decimal | None) -> Decimal | None:
        return None if value is None else value / 8

    fields = ("before", "basic", "project", "funds", "earned")
    return replace(
        budget,
        items=tuple(
            replace(item, **{name: eighth(getattr(item, name)) for name in fields})
            for item in budget.items
        ),
        economics=tuple((code, value / 8) for code, value in budget.economics),
        last_budget=tuple((code, value / 8) for code, value in budget.last_budget),
    )


def _last_year(chance: Random, total: Decimal | None) -> Decimal:
    """What last year's budget gave to a class: now and then the same, mostly not."""
    amount = total or Decimal("0.00")
    if chance.random() < 0.08:
        return amount
    return fen(int(amount * chance.randint(55, 150)) + chance.randint(1, 99))


def _three_public(
    chance: Random, administrative: bool
) -> tuple[ThreePublic, ThreePublic, ThreePublic]:
    """Last year's budget, what was spent of it, this year's budget: hundreds of yuan."""

    def hundreds(most: int, often: float) -> Decimal:
        return Decimal(chance.randint(1, most) * 100) if chance.random() < often else Decimal(0)

    def one() -> ThreePublic:
        agency = hundreds(90_000, 1.0) if administrative else Decimal(0)
        running = hundreds(3_000, 0.4)
        return ThreePublic(
            hundreds(9_000, 0.2), hundreds(800, 0.7), hundreds(2_500, 0.15), running, agency
        )

    last = one()
    spent = ThreePublic(
        *(_part(chance, getattr(last, name)) for name in ThreePublic.__annotations__)
    )
    return last, spent, last if chance.random() < 0.4 else one()


def _part(chance: Random, whole: Decimal) -> Decimal:
    return Decimal(int(whole / 100 * chance.randint(0, 100) / 100) * 100)


def _with_agency(planned: ThreePublic, operating: Decimal | None) -> ThreePublic:
    """An office's running costs are its operating funds, printed in 万元."""
    exact = operating or Decimal(0)
    return ThreePublic(
        planned.overseas, planned.hospitality, planned.purchase, planned.running, exact
    )


def _economics(
    chance: Random, planned: ThreePublic, administrative: bool
) -> list[tuple[str, Decimal]]:
    """Basic expenditure by economic line; contributions follow one monthly base."""
    people = chance.randint(4, 160)
    base = fen(people * chance.randint(900_000, 2_600_000) + chance.randint(0, 99))
    monthly = {
        code: (base * rate).quantize(Decimal("0.01")) * TWELVE
        for code, rate in catalogue.CONTRIBUTIONS.items()
    }
    lines = dict(monthly)
    for code in catalogue.SALARIES:
        lines[code] = Decimal(chance.randint(500, 9000) * TWELVE * people)
    if administrative:
        lines["30103"] = Decimal(chance.randint(500, 6000) * people)
    lines["30112"] = fen(chance.randint(200_000, 90_000_00))
    if chance.random() < 0.4:
        lines["30199"] = fen(chance.randint(100_000, 80_000_000))
    lines["30228"] = (
        sum((lines[code] for code in catalogue.SALARIES), Decimal(0)) * 2 / 100
    ).quantize(Decimal("0.01"))
    for code in chance.sample(catalogue.GOODS, chance.randint(4, len(catalogue.GOODS))):
        lines[code] = Decimal(chance.randint(1, 3000) * 100)
    for code, limit in (
        ("30212", planned.overseas),
        ("30217", planned.hospitality),
        ("30231", planned.running),
    ):
        if limit and chance.random() < 0.7:
            lines[code] = limit
    lines["30302"] = Decimal(chance.randint(10, 4000) * 100)
    for code in ("30305", "30309", "30399"):
        if chance.random() < 0.4:
            lines[code] = Decimal(chance.randint(1, 900) * 120)
    if chance.random() < 0.35:
        lines["31002"] = Decimal(chance.randint(5, 900) * 100)
    return [(code, value.quantize(Decimal("0.01"))) for code, value in lines.items()]


def _items(
    chance: Random, year: int, administrative: bool, economics: dict[str, Decimal]
) -> list[Item]:
    """The items of the unit: its own functions, and those every employer has."""
    own = catalogue.own_functions(chance, year, administrative)
    apart = ("30108", "30109", "30110", "30113", "30302")
    rest = plus(value for code, value in economics.items() if code not in apart)
    basics = _split(chance, rest or Decimal(0), min(len(own), 2 if chance.random() < 0.3 else 1))
    items = []
    for place, code in enumerate(own):
        basic = basics[place] if place < len(basics) else None
        project = None
        if basic is None or chance.random() < 0.5:
            project = Decimal(chance.randint(1, 90_000) * 100).quantize(Decimal("0.01"))
        items.append(Item(code, basic=basic, project=project))
    retired, medical = ("01", "01") if administrative else ("02", "02")
    for code, line in (
        (f"20805{retired}", "30302"),
        ("2080505", "30108"),
        ("2080506", "30109"),
        (f"21011{medical}", "30110"),
        ("2210201", "30113"),
    ):
        items.append(Item(code, basic=economics[line]))
    items = [_with_history(chance, item) for item in items]
    if chance.random() < 0.15:
        items += [
            Item(code, funds=Decimal(chance.randint(1, 60_000) * 100).quantize(Decimal("0.01")))
            for code in chance.sample(catalogue.FUND_ITEMS, chance.randint(1, 2))
        ]
    if chance.random() < 0.12:
        first = items[0]
        earned = fen(chance.randint(10_000, 90_000_000))
        items[0] = Item(first.code, first.before, first.basic, first.project, None, earned)
    return items


def _split(chance: Random, whole: Decimal, parts: int) -> list[Decimal]:
    if parts == 1:
        return [whole]
    first = fen(int(whole * chance.randint(55, 90)))
    return [first, whole - first]


def _with_history(chance: Random, item: Item) -> Item:
    """The item with last year's execution: new items have none, some did not change."""
    total = item.general or Decimal(0)
    luck = chance.random()
    before: Decimal | None = fen(int(total * chance.randint(40, 160)) + chance.randint(1, 99))
    if luck < 0.07:
        before = None
    elif luck < 0.12:
        before = total
    return Item(item.code, before, item.basic, item.project)


def _procurement(chance: Random) -> Procurement:
    goods, works, services = (
        Decimal(chance.randint(1, 5000) * 100) if chance.random() < often else Decimal(0)
        for often in (0.8, 0.2, 0.6)
    )
    total = goods + works + services
    medium = total if chance.random() < 0.5 else _part(chance, total)
    small = medium if chance.random() < 0.5 else _part(chance, medium)
    return Procurement(goods, works, services, medium, small)


def _vehicles(chance: Random, planned: ThreePublic) -> tuple[int, int, int, int]:
    """General, enforcement, technical and other vehicles; some where they cost something."""
    fewest = 1 if planned.vehicles else 0
    general = chance.randint(fewest, 6) if planned.vehicles or chance.random() < 0.3 else 0
    return general, *(chance.choice([0, 0, 0, 1, 2]) if general else 0 for _ in range(3))


def _nested(chance: Random) -> tuple[int, int, int]:
    """Pieces of equipment above 50, above 100 and above 200 万元 each."""
    over50 = chance.choice([0, 0, 0, 1, 3, 8])
    over100 = chance.randint(0, over50)
    return over50, over100, chance.randint(0, over100)
