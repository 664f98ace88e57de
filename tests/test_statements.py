"""Made-up sentences beside made-up tables: each kind of statement as it holds and as it breaks."""

from __future__ import annotations

import pytest

from examples import examples
from judging import checks_of, claims_of
from ledgers import printed_in
from test_claims import section
from unitbudget.auditing.ledger import Ledger
from unitbudget.documents import LEARNED

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


def broken(tables: str, learned: bool = False) -> list[str]:
    """The rules some made-up tables break, each once."""
    disclosed = printed_in(tables, YEAR, "budget", "万元")
    about = [row | {"understood_by": LEARNED if learned else ""} for row in disclosed.tables]
    checks, _ = checks_of(Ledger(disclosed.amounts, about), "budget", disclosed.layout)
    return sorted(set(checks.loc[checks["status"] == "broken", "rule_id"]))


BASE = "2031年收入预算1200.00万元，{}增加200.00万元，增长20.00%。"


@examples("words, broken")
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


@examples("amount, broken")
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


# ---- parts and wholes: what is no part is not added, what is one still is ---------------------

AMONG = """
revenue_and_expenditure/revenue | 一、财政拨款收入 | total 100.00
revenue_and_expenditure/revenue | 其中：专项拨款 | total 80.00
revenue_and_expenditure/revenue | 二、事业收入 | total {}
revenue_and_expenditure/revenue | 收入总计 | total 150.00
revenue_and_expenditure/expenditure | 一般公共服务支出 | total 150.00
revenue_and_expenditure/expenditure | 支出总计 | total 150.00
"""
ITEMS = """
general_public_budget | {} | total {} | basic 60.00 | project 40.00
general_public_budget | 201 一般公共服务支出 | total 100.00 | basic 60.00 | project 40.00
general_public_budget | 20129 群众团体事务 | total 100.00 | basic 60.00 | project 40.00
general_public_budget | 2012901 行政运行 | total 60.00 | basic 60.00
general_public_budget | 2012999 其他群众团体事务支出 | total 40.00 | project 40.00
general_public_budget | 合计 | total 100.00 | basic 60.00 | project 40.00
"""
NATURES = """
basic_expenditure | 301 工资福利支出 | total 70.00 | personnel 70.00
basic_expenditure | 302 商品和服务支出 | total 20.00 | operating 20.00
basic_expenditure | 303 对个人和家庭的补助 | total 10.00 | {} 10.00
basic_expenditure | 合计 | total 100.00 | personnel {} | operating {}
"""
PROCURED = """
procurement | 货物A | total 10.00
procurement | 工程B | total 20.00
procurement | 服务C | total {}
procurement | 预留给中小企业 | total 25.00
procurement | 合计 | total 60.00
"""
#: Nothing is listed on the side of expenditure: that is missing, and not nothing.
UNLISTED = "\n".join(AMONG.splitlines()[:5] + AMONG.splitlines()[6:])


@pytest.mark.parametrize(
    ("tables", "rules"),
    [
        (AMONG.format("50.00"), []),
        (AMONG.format("51.00"), ["R11"]),
        (ITEMS.format("101001 某局本级", "100.00"), []),
        (ITEMS.format("135 某局", "100.00"), []),
        (ITEMS.format("207 文化旅游体育与传媒支出", "100.00"), ["R01", "R02", "R03"]),
        (NATURES.format("personnel", "80.00", "20.00"), []),
        (NATURES.format("operating", "70.00", "30.00"), []),
        (NATURES.format("operating", "80.00", "20.00"), ["R02", "R03", "R09"]),
        (PROCURED.format("30.00"), []),
        (PROCURED.format("31.00"), ["R33"]),
        (UNLISTED.format("50.00"), []),
    ],
    ids=[
        "among", "among-wrong", "a-units-own-row", "a-units-short-number", "a-category",
        "303-personnel", "303-operating", "303-twice", "set-aside", "set-aside-wrong", "unlisted",
    ],
)  # fmt: skip
def test_what_is_no_part_is_not_added(tables: str, rules: list[str]) -> None:
    assert broken(tables) == rules
    assert broken(tables, learned=True) in ([], rules)


FUNDED = """
revenue_and_expenditure/revenue | 一般公共预算拨款收入 | total 100.00
revenue_and_expenditure/revenue | {} | total {}
revenue_and_expenditure/revenue | 收入总计 | total 130.00
revenue_and_expenditure/expenditure | 支出总计 | total 130.00
appropriation/expenditure | 支出总计 | total 100.00
expenditure | 201 一般公共服务支出 | total 130.00
expenditure | 20129 群众团体事务 | total 130.00
expenditure | 2012901 行政运行 | total 130.00
expenditure | 合计 | total 130.00
general_public_budget | 201 一般公共服务支出 | total 100.00
general_public_budget | 20129 群众团体事务 | total 100.00
general_public_budget | 2012901 行政运行 | total 100.00
general_public_budget | 合计 | total 100.00
government_managed_funds | 本表无数据
"""
OTHER_SOURCES = [
    "上年结转", "上年结转结余", "上年结余、结转", "年初结转和结余", "非财政拨款结余",
    "其他收入资金", "上年实户资金余额", "用事业基金弥补收支差额", "财政专户管理资金",
    "上级补助收入", "单位资金", "附属单位上缴收入", "事业单位经营收入",
]  # fmt: skip


@pytest.mark.parametrize("source", OTHER_SOURCES)
def test_spending_from_other_sources_is_not_missed_among_the_appropriations(source: str) -> None:
    assert "R15" not in broken(FUNDED.format(source, "30.00"))
    assert "R15" in broken(FUNDED.format(source, "0.00"))


CHANGED = [
    ("2031年收入1200.00万元，其中：事业收入200.00万元，收入比上年增加100.00万元，增长9.09%。",
     ["2031年收入", "2031年收入"]),
    ("（一）收入预算：2031年年初预算数1200.00万元，其中：其他收入200.00万元。收入比上年减少9.00万元。",
     ["收入"]),
    ("2031年其他收入200.00万元。支出较去年增加9.00万元，上升2.88%。", ["支出", "支出"]),
    ("2031年支出1200.00万元，比上年增加9.00万元，主要是住房保障支出增加8.00万元，增长4.00%。",
     ["2031年支出", "住房保障支出", "住房保障支出"]),
    ("教育支出700.00万元、农林水支出500.00万元。教育支出减少9.00万元，农林水支出增加8.00万元。",
     ["教育支出", "农林水支出"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "subjects"), CHANGED)
def test_a_change_is_of_what_its_clause_names(text: str, subjects: list[str]) -> None:
    found = claims_of([section("收支预算情况说明", text)], Ledger([]))
    changes = found[found["quantity"].isin(["difference", "growth"])]
    assert list(changes["subject"]) == subjects


LISTED = "2031年支出预算1200.00万元，其中：教育支出700.00万元，住房保障支出500.00万元。"
PARTS = "支出比上年增加{}万元，其中：教育支出增加9.00万元，{}住房保障支出增加1.00万元。"


@pytest.mark.parametrize(
    ("change", "gone", "holds"),
    [("10.00", "", True), ("4.00", "", False), ("4.00", "农林水支出减少6.00万元，", True)],
    ids=["adds-up", "does-not", "no-longer-spent-on"],
)
def test_changes_that_are_listed_add_up(change: str, gone: str, holds: bool) -> None:
    prose = LISTED, PARTS.format(change, gone)
    assert (stated("支出预算情况说明", *prose, tables="") == []) is holds


PROCURING = (
    "2031年政府采购预算{}万元，其中：货物10.00万元、工程20.00万元、服务30.00万元。"
    "预留给中小企业{}万元，其中小微企业20.00万元。"
)
SHARES = (
    "2031年支出预算100.00万元。一般公共服务支出100.00万元，占{}；"
    "行政运行60.00万元，占支出预算的{}。"
)
LISTS = (
    "2031年一般公共预算拨款100.00万元，比上年增加{}万元。",
    "（一）按功能分：1.公共安全支出60.00万元，比上年增加6.00万元；"
    "2.教育支出40.00万元，比上年增加4.00万元。",
    "（二）按性质分：①公共安全支出60.00万元，比上年增加6.00万元；"
    "②教育支出40.00万元，比上年增加4.00万元。",
)
WHOLE = (
    ITEMS.format("220 自然资源海洋气象等支出", "0.00")
    + """
procurement | 合计 | total 60.00
expenditure | 合计 | total 100.00
"""
)


@pytest.mark.parametrize(
    ("title", "prose", "wrong"),
    [
        ("政府采购情况", [PROCURING.format("60.00", "25.00")], []),
        ("政府采购情况", [PROCURING.format("61.00", "25.00")], ["amount 610000"]),
        ("支出预算情况", [SHARES.format("100.00%", "60.00%")], []),
        ("支出预算情况", [SHARES.format("100.00%", "61.00%")], ["share 61"]),
        ("一般公共预算拨款规模变化情况", [LISTS[0].format("10.00"), *LISTS[1:]], []),
    ],
    ids=["set-aside", "total-wrong", "its-base", "its-base-wrong", "listed-twice"],
)
def test_what_a_sentence_adds_up_is_what_it_names(
    title: str, prose: list[str], wrong: list[str]
) -> None:
    found = stated(title, *prose, tables=WHOLE)
    assert set(wrong) <= set(found) and bool(wrong) == bool(found), found
