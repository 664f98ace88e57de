"""Sentences keep the figures of their numbers, and figures.csv says where in them each begins."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from unitbudget.auditing.told import Told, count, formula_of, joined, number, sought, tell
from unitbudget.money.figure import Figure
from unitbudget.package import Package

texts = st.text("，。（）元一二三0123456789", max_size=12)
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@given(texts, st.lists(st.tuples(texts, amounts), min_size=1, max_size=4))
def test_every_number_is_found_where_it_begins(
    start: str, parts: list[tuple[str, Decimal]]
) -> None:
    said = [tell("{value:wan}", value=Figure(value)) for _, value in parts]
    told = joined("", [start, *(each for (text, _), n in zip(parts, said, strict=True)
                                for each in (n, text))])  # fmt: skip
    assert [told[n.start : n.start + len(n.shown)] for n in told.numbers] == list(said)
    assert [n.figure.value for n in told.numbers] == [value for _, value in parts]


def test_a_sentence_keeps_the_numbers_of_its_words() -> None:
    inner = tell("（占 {share}）", share=number(Figure(Decimal("4.69"), "percent"), "4.69%"))
    told = tell("共 {n} 项{more}。", n=count("项", ["甲", "乙", "丙"]), more=inner)
    assert told == "共 3 项（占 4.69%）。"
    assert [(n.start, n.shown) for n in told.numbers] == [(2, "3"), (8, "4.69%")]


def test_a_formula_names_each_of_its_operands() -> None:
    a, b = (Figure.printed(Decimal(n), Decimal(0), cell=f"t!R{n}C1") for n in (5, -3))
    told = formula_of((a - b) / 2)
    assert isinstance(told, Told)
    assert [n.figure.cells for n in told.numbers][:2] == [a.cells, b.cells]


def test_the_figures_of_the_first_document_stand_where_they_are_said_to(first: Package) -> None:
    ids = {name: getattr(first, name) for name in ("claims", "checks", "implied", "findings")}
    findings = first.findings.set_index("finding_id")
    seen = 0
    for row in first.figures.to_dict("records"):
        file, name, field, *_ = str(row["id"]).split("/")
        assert file in ids and (name in findings.index or 0 < int(name) <= len(ids[file]))
        assert row["cells"] or row["formula"]
        if row["shown"] and file == "findings":
            text, start = str(findings.at[name, field]), int(row["start"])
            assert text[start : start + len(row["shown"])] == row["shown"]
            seen += 1
    assert seen > 30


@examples("text, printed")
def test_a_quotation_in_a_quotation_has_single_marks(text: str, printed: str) -> None:
    assert tell("{text}", text=text) == printed == tell("{text}", text=printed)


@examples("text, numbers")
def test_what_is_no_number_is_not_sought(text: str, numbers: list[str]) -> None:
    assert [each.shown for each in sought(text).numbers] == numbers


def test_amounts_for_readers() -> None:
    whole = Figure(Decimal("6307683.64"))
    assert tell("{a:yuan}，{a:wan}", a=whole) == "6,307,683.64 元，630.77 万元"
    assert tell("{a:wan}", a=Figure(Decimal(5300))) == "0.53 万元"
    assert tell("{a:percent}", a=Figure(Decimal("4.686"), "percent")) == "4.69%"
