"""The tests that follow a number to its proof have teeth."""

from __future__ import annotations

from decimal import Decimal

import pytest

from examples import examples
from proofs import Expression, orphans, tally
from unitbudget.package import Package


def place(name: str, printed: str) -> str:
    where = f'<p class="where">原文第 4 页，印作 <b>{printed}</b></p>'
    return f'<article class="proof" id="{name}">{where}</article>'


CELL, WAN = place("a", "250.00 元"), place("b", "0.10 万元")
INPUTS = '<ul class="inputs"><li><a href="#a">甲</a></li><li><a href="#b">乙</a></li></ul>'


def worked_out(formula: str, inputs: str = INPUTS) -> str:
    article = f'<article class="proof" id="e"><p class="formula">{formula}</p>{inputs}</article>'
    return CELL + WAN + article


COUNTED = worked_out("清点自 公开的表")
CHECKS = worked_out("清点自 勾稽关系：checks.csv 里 rule_id＝R09、status＝holds 的各行", "")
FINDING = '<article class="proof" id="f"><blockquote>写作 250.00 元</blockquote></article>'


@pytest.mark.parametrize(
    ("said", "proof", "kind"),
    [
        ("#a>250.00", CELL, "shown"),
        ("#a>0.03万元", CELL, "shown"),
        ("#b>1,000.00元", WAN, "shown"),
        ("#b>0.10", WAN, "shown"),
        ("#b>4", WAN, "shown"),  # the page it stands on
        ("#a>250.01", CELL, ""),
        ("#a>0.02万元", CELL, ""),
        ("#a>-250.00", CELL, ""),
        ("#z>250.00", CELL, ""),
        ("#f>250.00 元", FINDING, ""),
        ("#e>25.00%", worked_out("250.00 ÷ 1000.00 = 25.00%"), "computed"),
        ("#e>25%", worked_out("250.00 ÷ 0.10万元 = 25%"), "computed"),
        ("#e>25.1%", worked_out("250.00 ÷ 1000.00 = 25.1%"), ""),
        ("#e>24.00%", worked_out("250.00 ÷ 1000.00 = 25.00%"), ""),
        ("#e>25.00%", worked_out("250.00 ÷ 1000.00 = 25.00%", ""), ""),
        ("#e>25.00%", worked_out("25.00%"), ""),
        ("#e>250.00", worked_out("250.00 = 250.00"), "computed"),
        ("#e>251.00", worked_out("251.00 = 251.00"), ""),
        ("#e>−750.00元", worked_out("250.00 − 1000.00 = −750.00元"), "computed"),
        ("#e>750.00元", worked_out("250.00 − 1000.00 = −750.00元"), ""),
        ("#e>750.00", worked_out("第4页的数 − 250.00 = 750.00"), ""),
        ("#e>600.00元", worked_out("12 × 20% × 250.00 = 600.00元"), "computed"),
        ("#e>2", COUNTED, "counted"),
        ("#e>3", COUNTED, ""),
        ("#e>2元", COUNTED, ""),
        ("#e>2", CHECKS, "counted"),
        ("#e>1", CHECKS, ""),
        ("#e>2", CHECKS.replace("holds", "broken"), ""),
    ],
)
def test_a_number_is_shown_computed_or_counted(
    said: str, proof: str, kind: str, clean: Package
) -> None:
    target, _, words = said.partition(">")
    found = tally({"page": f'<p>为<a class="figure" href="{target}">{words}</a></p>{proof}'}, clean)
    assert dict(found.kinds) == {kind: 1}
    assert len(found.unproved) == (not kind)


def test_what_falls_may_be_said_without_its_sign(clean: Package) -> None:
    proof = worked_out("250.00 − 1000.00 = −750.00元")
    link = '<a class="figure" href="#e">750.00元</a>'
    assert tally({"": f"<p>比上年减少{link}</p>{proof}"}, clean).kinds == {"computed": 1}
    assert tally({"": f"<p>比上年增加{link}</p>{proof}"}, clean).kinds == {"": 1}


@examples("formula, value")
def test_a_formula_is_worked_out_as_it_is_written(formula: str, value: str) -> None:
    assert Expression(formula).value == Decimal(value)


@pytest.mark.parametrize("formula", ["1 +", "(1", "正文第18页 + 1", "1 2", ""])
def test_what_is_no_formula_is_none(formula: str) -> None:
    with pytest.raises(ValueError):
        Expression(formula)


@examples("html, found")
def test_the_scan_for_orphans_has_teeth(html: str, found: int) -> None:
    assert len(orphans(html)) == found
