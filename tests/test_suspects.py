"""One wrong digit anywhere in the tables breaks identities, and its cell is named first."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from examples import examples
from generator.sheets import families
from ledgers import Disclosed, generated, printed_in, seed
from unitbudget.auditing.evaluate import Check, Evaluator
from unitbudget.auditing.reconcile import _at, expand
from unitbudget.auditing.side import Entry
from unitbudget.auditing.suspects import Suspect, culprits, rank

#: What no table speaks of twice; the prose does.
WITHOUT_WITNESS = {"agency_running_costs"}
ERRORS = ("digit", "transposition", "shift", "sign")


def misprint(printed: str, kind: str, chance: Random) -> str | None:
    """The number with one slip of the pen in it, or nothing where that slip changes nothing."""
    digits = [place for place, char in enumerate(printed) if char.isdigit()]
    if kind == "digit":
        place = chance.choice(digits)
        other = chance.choice([d for d in "0123456789" if d != printed[place]])
        wrong = printed[:place] + other + printed[place + 1 :]
    elif kind == "transposition":
        pairs = [(a, b) for a, b in pairwise(digits) if printed[a] != printed[b]]
        if not pairs:
            return None
        a, b = chance.choice(pairs)
        chars = list(printed)
        chars[a], chars[b] = chars[b], chars[a]
        wrong = "".join(chars)
    elif kind == "shift":
        wrong = f"{Decimal(printed) * 10:f}"
    else:
        wrong = printed[1:] if printed.startswith("-") else f"-{printed}"
    return None if Decimal(wrong) == Decimal(printed) else wrong


def misprints(
    disclosed: Disclosed, kind: str, chance: Random
) -> Iterator[tuple[dict[str, Any], str]]:
    """Each amount of the tables with one misprint of it."""
    for row in disclosed.amounts:
        wrong = misprint(row["printed"], kind, chance) if row.get("printed_unit") else None
        if wrong is not None and row["measure"] not in WITHOUT_WITNESS:
            yield row, wrong


def within_rounding(row: dict[str, Any], wrong: str) -> bool:
    """Is the misprint no more than what rounding to units of 万元 leaves open?"""
    off = abs(Decimal(wrong) - Decimal(row["printed"])) * 10_000
    return bool(row["printed_unit"] == "万元" and off <= 4 * row["precision"])


class Tried:
    """A document, of which only what touches a misprint is judged again."""

    def __init__(self, document: Disclosed) -> None:
        self.document, self.checks = document, document.checks()
        self.touching: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(self.checks):
            for cell in one.outcome.cells:
                self.touching[cell].append(number)

    def judged(self, cell: str, wrong: str) -> tuple[Evaluator, list[Check]]:
        evaluator, checks = self.document.printing(cell, wrong).evaluator(), [*self.checks]
        for number in self.touching[cell]:
            one = checks[number]
            checks[number] = _at(one.rule, evaluator, one.at) or one
        return evaluator, checks

    def broken_and_first(self, cell: str, wrong: str) -> tuple[bool, str]:
        evaluator, checks = self.judged(cell, wrong)
        first = next(iter(rank(evaluator, checks)), None)
        return any(one.status == "broken" for one in checks), first.entry.cell if first else ""


def first_document() -> Disclosed:
    """The first document's tables, each amount knowing the unit it is printed in."""
    document = seed()
    units = {table["table_id"]: table["unit"] for table in document.tables}
    rows = [
        {**row, "printed_unit": units[row["table_id"]]} if row["table_id"] in units else row
        for row in document.amounts
    ]
    return document._replace(amounts=rows)


@pytest.mark.parametrize(
    ("kind", "sampled"), [("digit", None), *((kind, 60) for kind in ERRORS[1:])]
)
def test_every_amount_of_the_first_document_has_a_second_witness(
    kind: str, sampled: int | None
) -> None:
    chance = Random(kind)
    tried = Tried(first_document())
    every = list(misprints(tried.document, kind, chance))
    assert len(every) > 200
    verdicts = {
        row["cell"]: tried.broken_and_first(row["cell"], wrong)
        for row, wrong in chance.sample(every, sampled or len(every))
    }
    assert [cell for cell, (broken, _) in verdicts.items() if not broken] == []
    assert {cell: first for cell, (_, first) in verdicts.items() if first != cell} == {}


@pytest.mark.parametrize("family", families())
def test_what_no_misprint_touches_is_judged_as_before(family: str) -> None:
    chance, tried = Random(family), Tried(generated(100, family))
    for row, wrong in chance.sample([*misprints(tried.document, "digit", chance)], 4):
        whole = tried.document.printing(row["cell"], wrong).checks()
        assert [(one.rule, one.at, one.outcome.status, one.outcome.stated) for one in whole] == [
            (one.rule, one.at, one.outcome.status, one.outcome.stated)
            for one in tried.judged(row["cell"], wrong)[1]
        ]


@pytest.mark.parametrize("family", families())
def test_misprints_in_made_up_budgets_are_found_and_named(family: str) -> None:
    chance = Random(family)
    tried, found, named = 0, 0, 0
    for number in range(100, 103):
        disclosed = generated(number, family)
        every = [
            (row["cell"], wrong)
            for kind in ERRORS
            for row, wrong in misprints(disclosed, kind, chance)
            if not within_rounding(row, wrong)
        ]
        document = Tried(disclosed)
        for cell, wrong in chance.sample(every, 8):
            broken, first = document.broken_and_first(cell, wrong)
            tried, found, named = tried + 1, found + broken, named + (first == cell)
    assert found == tried
    assert named >= 0.95 * tried


def test_nothing_is_suspected_where_everything_holds() -> None:
    document = seed()
    evaluator = document.evaluator()
    assert rank(evaluator, expand(evaluator, document.kind)) == []


def test_two_mistakes_are_both_named() -> None:
    document = first_document()
    wrong = document.printing(_cell(document, "basic_expenditure", "30201"), "120100.00")
    wrong = wrong.printing(_cell(document, "expenditure", "2080502"), "23500.00")
    evaluator = wrong.evaluator()
    checks = expand(evaluator, wrong.kind)
    named = culprits(rank(evaluator, checks))
    mended = {(one.entry.table, one.entry.code): one.mended_value for one in named}
    assert mended["basic_expenditure", "30201"] == 120_000
    assert mended["expenditure", "2080502"] == 23_600


def _cell(document: Disclosed, table: str, code: str) -> str:
    return next(
        row["cell"]
        for row in document.amounts
        if row["table_id"] == table and code in (row["function_code"], row["economic_code"])
    )


@examples("meant, printed, slip, likelier")
def test_slips_of_the_pen_and_cut_digits(
    meant: str, printed: str, slip: int, likelier: str
) -> None:
    entry = Entry(
        "expenditure", 1, "expenditure", "201", "甲", "total", 2020, "approved",
        Decimal(printed), "CNY", printed, Decimal("0.005"), "expenditure!R1C1",
    )  # fmt: skip
    suspect = Suspect(entry, (), 0, Decimal(meant))
    assert (suspect.slip, suspect.likelier) == (slip, likelier)


def test_labels_point_at_the_amount() -> None:
    document = first_document().printing("three_public_expenses!R1C3", "5.53")
    evaluator = document.evaluator()
    checks: list[Check] = expand(evaluator, "budget")
    (first, *_) = rank(evaluator, checks)
    assert first.entry.label == "three_public_expenses/-/hospitality=5.53"
    assert first.row()["mended_value"] == 5300


def test_a_number_one_column_off_is_named_and_should_be_blank() -> None:
    document = first_document()
    (row,) = [
        row
        for row in document.amounts
        if (row["economic_code"], row["measure"]) == ("30101", "personnel")
    ]
    moved = [{**each, "measure": "operating"} if each is row else each for each in document.amounts]
    first = _first(document._replace(amounts=moved))
    assert (first.entry.cell, first.mended_value) == (row["cell"], 0)


def test_two_rows_with_each_others_amounts_are_named() -> None:
    document = first_document()
    codes = {"30101": "30201", "30201": "30101"}
    place = {
        row["economic_code"]: row["row"]
        for row in document.amounts
        if row["economic_code"] in codes
    }
    swapped = [
        {
            **row,
            "row": place[codes[row["economic_code"]]],
            "economic_code": codes[row["economic_code"]],
        }
        if row["economic_code"] in codes
        else row
        for row in document.amounts
    ]
    first = _first(document._replace(amounts=swapped))
    assert first.entry.code in codes


def test_a_row_with_a_wrong_code_is_named() -> None:
    document = first_document()
    wrong = [
        {**row, "economic_code": "30166"} if row["economic_code"] == "30108" else row
        for row in document.amounts
    ]
    assert _first(document._replace(amounts=wrong)).entry.code == "30166"


def _first(document: Disclosed) -> Suspect:
    evaluator = document.evaluator()
    return rank(evaluator, expand(evaluator, document.kind))[0]


def test_another_years_figure_is_the_likelier_slip() -> None:
    first = _first(printed_in("""
three_public_expenses | | total last approved 5.30 | total last executed 0.70 | total 5.30 | \
hospitality last approved 5.30 | hospitality last executed 5.30 | hospitality 5.30
""", 2020, "budget"))  # fmt: skip
    assert (first.entry.cell, first.mended_value) == ("three_public_expenses!R1C5", 7000)


def test_two_numbers_in_each_others_column_are_named() -> None:
    first = _first(printed_in("""
three_public_expenses | | total 2.00 | hospitality 3.00 | vehicles 5.00 | \
vehicle_purchase 1.00 | vehicle_running 1.00
""", 2020, "budget"))  # fmt: skip
    assert {first.entry.measure, first.mended_value} & {"total", "vehicles"}
    assert first.mended_value in (20_000, 50_000)


def test_of_two_rows_with_one_code_the_misnamed_one_is_named() -> None:
    first = _first(printed_in("""
basic_expenditure | 302 商品和服务支出 | total 6.00
basic_expenditure | 30209 物业管理费 | total 2.00
basic_expenditure | 30209 培训费 | total 4.00
basic_expenditure | 合计 | total 6.00
""", 2022, "budget"))  # fmt: skip
    assert first.entry.name == "培训费"


def test_where_a_total_is_missing_no_printed_amount_is_to_blame() -> None:
    document = printed_in("expenditure | 201 一般公共服务支出 | total 6.00", 2020, "budget")
    evaluator = document.evaluator()
    checks = expand(evaluator, "budget")
    assert {one.rule.rule_id for one in checks if one.status == "broken"} == {"R02"}
    assert rank(evaluator, checks) == []
