"""Made-up sentences beside made-up tables: each kind of statement as it holds and as it breaks."""

from __future__ import annotations

import pytest

from judging import claims_of
from ledgers import printed_in
from test_claims import section
from unitbudget.auditing.ledger import Ledger

YEAR = 2031
TABLES = """
revenue_and_expenditure/revenue | 收入总计 | total 1200.00
revenue_and_expenditure/expenditure | 支出总计 | total 1200.00
"""


def stated(title: str, *prose: str, tables: str = TABLES, kind: str = "budget") -> list[str]:
    """The figures of some paragraphs that do not agree with the tables, as they are printed."""
    disclosed = printed_in(tables, YEAR, kind, "万元")
    ledger = Ledger(disclosed.amounts, disclosed.tables)
    found = claims_of([section(title, *prose)], ledger, kind)
    broken = found[found["status"] == "broken"]
    return [f"{row['quantity']} {row['value']:g}" for row in broken.to_dict("records")]


BASE = "2031年收入预算1200.00万元，{}增加200.00万元，增长20.00%。"


@pytest.mark.parametrize(
    ("words", "broken"),
    [
        ("比2030年年初预算数1000.00万元", []),
        ("比上年预算1000.00万元", []),
        ("较2030年执行数1000.00万元", []),
        ("与2030年预算数1000.00万元相比，", []),
        ("比2030年年初预算数1100.00万元", ["base 1.1e+07", "difference 2e+06"]),
        ("比2030年年初预算数", []),
    ],
)
def test_the_amount_compared_with_is_last_years(words: str, broken: list[str]) -> None:
    assert stated("收入预算情况说明", BASE.format(words)) == broken


def test_whose_budget_is_compared_with_may_be_said_first() -> None:
    text = "2031年收入预算1200万元，比2030年部门收入年初预算增加200万元。"
    (claim,) = [
        row
        for row in claims_of([section("收入预算情况说明", text)], Ledger([])).to_dict("records")
        if row["quantity"] == "difference"
    ]
    assert claim["value"] == 2_000_000


NAMED = """
revenue_and_expenditure/revenue | 使用非财政拨款结余 | total 18953.78
revenue_and_expenditure/revenue | 上年结转 | total 81714.17
revenue_and_expenditure/revenue | 收入总计 | total 100667.95
revenue_and_expenditure/expenditure | 支出总计 | total 100667.95
"""


@pytest.mark.parametrize(
    ("amount", "broken"),
    [
        ("18953.78", []),
        ("18953.73", ["amount 1.89537e+08"]),
        ("18593.78", ["amount 1.85938e+08"]),
        ("1895.38", []),
        ("20000.00", []),
    ],
    ids=["as-printed", "a-digit", "turned", "another-scope", "another-amount"],
)
def test_a_row_called_by_its_name_is_a_slip_away_or_not_meant(
    amount: str, broken: list[str]
) -> None:
    text = f"本年收支总计100667.95万元，其中使用非财政拨款结余{amount}万元。"
    assert stated("收支预算情况的总体说明", text, tables=NAMED) == broken


AGAIN = (
    "2031年本部门预算收入1200.00万元，其中一般公共预算拨款收入1200.00万元、政府性基金拨款收入0万元，"
    "{}较上年增加{}万元，增长20.00%。"
)


@pytest.mark.parametrize(
    ("named", "by", "broken"),
    [
        ("2031年本部门预算收入", "200.00", []),
        ("2031年本部门预算收入", "210.00", ["difference 2.1e+06", "growth 20"]),
    ],
)
def test_the_whole_named_again_after_its_parts_is_the_whole(
    named: str, by: str, broken: list[str]
) -> None:
    assert stated("收支预算总体情况", AGAIN.format(named, by)) == broken
