"""What does not add up is told once for each cause, and only what explains it is named."""

from __future__ import annotations

import pytest

from ledgers import Disclosed, printed_in
from unitbudget.auditing import findings
from unitbudget.auditing.case import Case, Finding
from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.reconcile import reconcile
from unitbudget.documents import Page, Printed

TABLE = """
{table} | 204 公共安全支出 | total {whole} | basic {basic} | project 60.00
{table} | 20406 司法 | total {whole} | basic {basic} | project 60.00
{table} | 2040601 行政运行 | total {basic} | basic {basic} | project {astray}
{table} | 2040604 基层司法业务 | total 20.00 | project 20.00
{table} | 2040699 其他司法支出 | total 40.00 | project 40.00
{table} | 合计 | total {whole} | basic {sum} | project 60.00
"""


def written(astray: str = "0.00", sum_of_basic: str = "14.34", basic: str = "14.34") -> Disclosed:
    """Two tables by function that say the same, in yuan."""
    whole = f"{float(basic) + 60:.2f}"
    words = {"whole": whole, "basic": basic, "sum": sum_of_basic, "astray": astray}
    tables = ("general_public_budget", "expenditure")
    text = "".join(TABLE.format(table=table, **words) for table in tables)
    return printed_in(text, 2031, "budget", "元")


def asked(disclosed: Disclosed) -> list[Finding]:
    ledger = Ledger(disclosed.amounts, disclosed.tables)
    spoken = Prose([], ledger, "budget")
    checks, suspects = reconcile(ledger, "budget")
    printed = Printed("made-up.pdf", "", (Page(1, 595, 842, (), ()),))
    pages = {"first_page": 1, "last_page": 1}
    tables = [{"title": "", **pages, **table} for table in disclosed.tables]
    case = Case(printed, spoken, {"kind": "budget"}, tables, checks, suspects)
    return [each for each in findings.find(case) if each.severity in ("error", "style")]


def test_what_adds_up_is_not_asked_about() -> None:
    assert asked(written()) == []


def test_one_amount_too_many_in_two_tables_is_one_finding() -> None:
    (found,) = asked(written(astray="60.00"))
    assert found.severity == "error"
    assert found.says.startswith(
        "《一般公共预算支出表》与《支出总表》“2040601 行政运行”项目支出栏印作 60.00"
    )
    assert "应为空白或 0，像是抄了上一行的数" in found.says
    assert [each.shown for each in found.says.numbers] == ["60.00"]


def test_whole_yuan_beside_fen_are_a_matter_of_style() -> None:
    found = asked(written(sum_of_basic="14"))
    assert {each.severity for each in found} == {"style"}
    assert sum("只差末位" in each.says for each in found) == 1


@pytest.mark.parametrize("wrong", ["15.34", "14.43"])
def test_more_than_cut_off_fen_is_a_mistake(wrong: str) -> None:
    found = asked(written(sum_of_basic=wrong))
    assert found and {each.severity for each in found} == {"error"}


def test_a_right_amount_is_never_named_where_either_side_may_be_wrong() -> None:
    text = """
basic_expenditure | 合计 | total 100.00 | personnel 80.00 | operating 20.00
revenue_and_expenditure/expenditure | 支出总计 | total 100.00 | personnel 81.00 | operating 19.00
"""
    found = asked(printed_in(text, 2031, "budget", "元"))
    assert not any("印作" in each.says for each in found)
