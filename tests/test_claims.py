"""Every figure of the prose is bound, holds on the seed, and breaks when it is changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from judging import claims_of
from unitbudget.auditing import claims
from unitbudget.auditing.evidence import change_by, growth_by
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.prose import mentions
from unitbudget.documents import Box, Line
from unitbudget.money.figure import Figure, agrees
from unitbudget.package import Package
from unitbudget.reading.extract import read_printed
from unitbudget.reading.narrative import Section, sections
from unitbudget.reading.paragraphs import Paragraph
from verdicts import read_once


@pytest.fixture(scope="module")
def prose(first_pdf: Path) -> list[Section]:
    return sections(read_printed(first_pdf))


@pytest.fixture(scope="module")
def ledger(first: Package) -> Ledger:
    return Ledger(first.amounts, first.tables)


def section(title: str, *texts: str) -> Section:
    """A section of explanatory prose as it would be read."""
    line = Line(1, "", Box(0, 0, 1, 1))
    body = tuple(Paragraph(text, (0,), (line,)) for text in texts)
    return Section("3.1", title, 2, 1, ("情况说明", title), body)


def judged(prose: Sequence[Section], ledger: Ledger, package: Package) -> pd.DataFrame:
    return claims_of(prose, ledger, "budget", package.projects.to_dict("records"))


def test_every_figure_of_the_seed_is_bound_and_holds(
    prose: list[Section], ledger: Ledger, first: Package
) -> None:
    found = judged(prose, ledger, first)
    figures = found[found["quantity"] != "not_budget"]
    assert set(figures["status"]) == {"holds"}
    assert (figures["bound_to"] != "").all()
    beside = found[found["quantity"] == "not_budget"]
    assert set(beside["sentence"].str.contains("单位价值")) == {True}
    assert beside["reason"].str.startswith(claims.NOT_BUDGET).all()


@pytest.mark.parametrize(
    ("quantity", "count"),
    [("amount", 43), ("difference", 14), ("growth", 13), ("share", 7), ("equal", 1), ("none", 6)],
)
def test_the_kinds_of_claims_of_the_seed(
    prose: list[Section], ledger: Ledger, first: Package, quantity: str, count: int
) -> None:
    assert (judged(prose, ledger, first)["quantity"] == quantity).sum() == count


def test_no_number_with_a_unit_is_passed_over(
    prose: list[Section], ledger: Ledger, first: Package
) -> None:
    found = judged(prose, ledger, first)
    for part in prose:
        if part.path.startswith("3"):
            printed = re.findall(r"\d(?=(?:万元|元|%|辆|台（套）|个|项|人))", part.text)
            stated = found[
                (found["section"] == part.path) & found["unit"].isin(["CNY", "percent", "count"])
            ]
            assert (stated["quantity"].isin(["none", "equal"])).sum() + len(printed) == len(stated)


@examples("path, right, wrong")
def test_a_slip_of_the_pen_breaks_a_claim(
    prose: list[Section], ledger: Ledger, first: Package, path: str, right: str, wrong: str
) -> None:
    changed = []
    for part in prose:
        texts = [p.text.replace(right, wrong) for p in part.paragraphs if part.path == path]
        body = tuple(
            replace(p, text=t) for p, t in zip(part.paragraphs, texts or [], strict=bool(texts))
        )
        changed.append(replace(part, paragraphs=body) if texts else part)
    assert changed != prose
    found = judged(changed, ledger, first)
    broken = found[found["status"] == "broken"]
    assert len(broken) > 0
    assert set(broken["section"]) == {path}


@examples("text, quantity, value, subject")
def test_what_a_figure_is(text: str, quantity: str, value: str | int, subject: str) -> None:
    (mention, *_) = mentions([section("收支预算情况的总体说明", text)])
    assert (mention.quantity, mention.value) == (quantity, Decimal(value))
    assert not subject or mention.subject == subject


@examples("text, path")
def test_paths_of_the_classification(text: str, path: list[str]) -> None:
    (mention, *_) = [m for m in mentions([section("编制说明", text)]) if m.quantity == "amount"]
    assert [name for _, name in mention.path] == path


def test_dates_are_no_figures() -> None:
    text = "截至2019年12月31日，按沪府规〔2016〕168号文办理，共3层。"
    assert mentions([section("国有资产占有使用情况", text)]) == []


money = st.decimals(min_value=1, max_value=10**9, places=2)


@given(money, money)
def test_growth_and_change_imply_each_other(amount: Decimal, old: Decimal) -> None:
    rate = growth_by(Figure(amount), Figure(amount - old))
    assert rate is not None
    back = change_by(Figure(amount), rate)
    assert back is not None
    assert abs(back.value - (amount - old)) <= Decimal("0.01")


@given(st.integers(1, 10**6))
def test_neighbours_in_the_last_place_are_not_the_same(hundredths: int) -> None:
    one = Figure.printed(Decimal(hundredths) * 100, Decimal(50))
    other = Figure.printed(Decimal(hundredths + 1) * 100, Decimal(50))
    assert agrees(one, one) and not agrees(one, other)
    assert agrees(one, Figure(one.value + 49)) and not agrees(one, Figure(one.value + 51))


@examples("name, values")
def test_what_is_broken_in_real_documents_and_nothing_else(
    corpus: Path, name: str, values: list[float]
) -> None:
    """Each of these was looked up on its page: the prose differs from the tables there."""
    found = read_once(corpus / "real" / f"{name}.pdf").claims
    broken = found[found["status"] == "broken"]
    scale = broken["unit"].map({"CNY": 10000, "percent": 1}).astype(float)
    assert sorted((broken["value"].astype(float) / scale).abs().round(2)) == sorted(values)
    unbound = found[(found["status"] == "cannot_check") & (found["quantity"] != "not_budget")]
    assert len(unbound) <= 0.1 * len(found)


CARS = "（二）公务用车购置及运行费{cars}。其中：公务用车购置费0万元，与2018年预算持平；{run}。"


def three_public(top: str, cars: str, run: str, guests: str) -> list[Section]:
    """The three public expenses as one year's prose compares them with last year's budget."""
    return [
        section(
            "“三公”经费预算情况说明",
            f"2019年“三公”经费预算数为{top}。其中：",
            "（一）因公出国（境）费0万元，与2018年预算持平。",
            CARS.format(cars=cars, run=f"公务用车运行费{run}"),
            f"（三）公务接待费{guests}。",
        )
    ]


LESS, MORE = "0万元，比2018年预算减少{}万元", "27.27万元，比2018年预算增加{}万元"


@pytest.mark.parametrize(
    ("prose", "broken"),
    [
        (three_public(LESS.format("12.62"), *[LESS.format("7.19")] * 2, LESS.format("5.43")), 0),
        (three_public(MORE.format("27.01"), *[MORE.format("27.27")] * 2, LESS.format("0.26")), 0),
        (three_public(LESS.format("12.62"), *[LESS.format("7.19")] * 2, LESS.format("5.34")), 4),
        (
            three_public(
                LESS.format("12.62"), LESS.format("7.19"), LESS.format("7.91"), LESS.format("5.43")
            ),
            3,
        ),
    ],
    ids=["nothing-left", "only-cars-left", "a-part-wrong", "running-wrong"],
)
def test_changes_of_cars_are_held_against_cars_alone(prose: list[Section], broken: int) -> None:
    found = claims_of(prose, Ledger([]))
    assert (found["status"] == "broken").sum() == broken, found[found["status"] == "broken"]


@pytest.mark.parametrize("mark", ["/", ">", ";"])
def test_a_name_with_a_mark_of_ours_in_it_is_a_name(first_pdf: Path, mark: str) -> None:
    """Damaged text layers print such names; they are bound or not, but never a mistake of ours."""
    from unitbudget.running.disclosure import read

    document = read(first_pdf)
    pages = tuple(
        replace(
            page,
            lines=tuple(
                replace(each, text=re.sub("(支出|收入|保障|公积)", rf"{mark}\1", each.text))
                for each in page.lines
            ),
        )
        for page in document.printed.pages
    )
    ledger = Ledger(document.rows["amounts"], document.rows["tables"])
    told = sections(replace(document.printed, pages=pages))
    found = claims_of(told, ledger)
    assert len(found) > 50
