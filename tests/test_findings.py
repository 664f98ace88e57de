"""Findings ask about what is printed, and stay silent where all is as it should be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from examples import examples
from ledgers import printed_in
from unitbudget.auditing import claims, findings
from unitbudget.auditing.case import Case, wording
from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.findings import SEVERITIES
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.questions_of_form import _near_names
from unitbudget.auditing.reconcile import reconcile
from unitbudget.documents import Box, Cell, Grid, Line, Page, Printed
from unitbudget.package import frame
from unitbudget.reading.narrative import Section, sections
from unitbudget.running.disclosure import read
from verdicts import read_once


@pytest.fixture(scope="module")
def inputs(first_pdf: Path) -> dict[str, Any]:
    document = read(first_pdf)
    rows = document.rows
    about = {name: rows[name] for name in ("amounts", "tables", "indicators", "projects", "terms")}
    made = {"ledger": Ledger(rows["amounts"], rows["tables"]), "document": rows["documents"][0]}
    return about | made | {"printed": document.printed, "sections": sections(document.printed)}


def find(inputs: dict[str, Any], **changes: Any) -> pd.DataFrame:
    """The findings of a document that may be made up in part, as they are written."""
    it = inputs | changes
    kind, layout = (str(it["document"][name]) for name in ("kind", "template"))
    spoken = Prose(it["sections"], it["ledger"], kind, it["projects"])
    checks, suspects = reconcile(it["ledger"], kind, layout)
    case = Case(
        *(it["printed"], spoken, it["document"], it["tables"], checks, suspects),
        *(claims.check(spoken), it["projects"], it["indicators"], it["terms"]),
    )
    return frame("findings", findings.rows(findings.find(case)))


@pytest.fixture(scope="module")
def found(inputs: dict[str, Any]) -> pd.DataFrame:
    return find(inputs)


def with_text(parts: list[Section], path: str, old: str, new: str) -> list[Section]:
    """The prose with some words of one section changed."""
    return [
        replace(
            s, paragraphs=tuple(replace(p, text=p.text.replace(old, new)) for p in s.paragraphs)
        )
        if s.path == path
        else s
        for s in parts
    ]


def test_the_frame(found: pd.DataFrame) -> None:
    assert found["finding_id"].is_unique
    assert set(found["severity"]) <= set(SEVERITIES)
    ranks = [SEVERITIES.index(severity) for severity in found["severity"]]
    assert ranks == sorted(ranks)
    assert (found["evidence"] != "").all()


def test_a_finding_asks_and_never_judges(found: pd.DataFrame) -> None:
    assert found["question"].str.endswith("？").all()
    for word in ("违规", "违法", "造假", "错误", "必须", "不合理"):
        assert not found["says"].str.contains(word).any()
    assert not found["says"].str.contains("[{}]").any()


@examples("rule, money, words")
def test_what_is_asked_of_the_seed(
    found: pd.DataFrame, rule: str, money: float | str, words: list[str]
) -> None:
    rows = found[found["rule_id"] == rule]
    assert len(rows) == 1
    row = rows.iloc[0]
    assert all(word in row["says"] for word in words)
    assert (row["money"] == pytest.approx(money)) if money else pd.isna(row["money"])


def test_the_false_alarm_traps_stay_silent(found: pd.DataFrame) -> None:
    """Receptions without their economic row, equal amounts for small firms, an empty table with
    its note, 47.17 % twice, 30108 − 2 × 30109, other transport without vehicles: all is well."""
    assert not (found["severity"] == "error").any()
    assert not (found["severity"] == "privacy").any()
    assert not found["rule_id"].isin(["S12", "S05", "S07", "S08", "S34", "R22"]).any()
    says = "".join(found["says"])
    for word in ("47.17", "30217", "30239", "小微", "0.12", "空表"):
        assert word not in says


def misprinted(inputs: dict[str, Any], cell: str, **changes: Any) -> dict[str, Any]:
    """The document with something else in one cell."""
    rows = [row | (changes if row["cell"] == cell else {}) for row in inputs["amounts"]]
    return inputs | {"amounts": rows, "ledger": Ledger(rows, inputs["tables"])}


def test_broken_checks_of_one_cause_become_one_finding(inputs: dict[str, Any]) -> None:
    cell = str(inputs["ledger"].entry("revenue", "2080505", "total").cell)
    found = find(misprinted(inputs, cell, value=283291.65, printed="283291.65"))
    errors = found[found["severity"] == "error"]
    assert len(errors) == 1
    named = "《收入总表》“2080505 机关事业单位基本养老保险缴费支出”合计栏印作 283291.65"
    assert named in errors["says"].iloc[0] and "283,291.56 元" in errors["says"].iloc[0]
    assert "其余有关的合计也因此不合" in errors["says"].iloc[0]


def test_an_item_and_the_sums_above_wrong_by_the_same_are_one(inputs: dict[str, Any]) -> None:
    rows = ["208 社会保障和就业支出", "20802 民政管理事务", "2080299 其他民政管理事务支出", "合计"]
    apart = {"expenditure": "130.00", "general_public_budget": "100.00"}
    text = "\n".join(f"{t} | {row} | total {n}" for t, n in apart.items() for row in rows)
    disclosed = printed_in(text + "\ngovernment_managed_funds | 本表无数据", 2031, "budget")
    ledger = Ledger(disclosed.amounts, disclosed.tables)
    tables = [{"first_page": 1, "last_page": 1, "title": "", **row} for row in disclosed.tables]
    found = find(inputs, sections=[], ledger=ledger, tables=tables)
    (error,) = found[found["rule_id"] == "R15"]["says"]
    assert (
        "“2080299 其他民政管理事务支出”合计栏是 1,300,000.00 元" in error
        and error.startswith("《支出总表》“")
        and "别处也这样不合" in error
    )


def test_a_broken_name_blames_no_amount(inputs: dict[str, Any]) -> None:
    entries = [e for e in inputs["ledger"].entries if (e.table, e.code) == ("revenue", "2012999")]
    wrong = inputs
    for entry in entries:
        wrong = misprinted(wrong, entry.cell, name="其他群众事务支出")
    (finding,) = [each for each in find(wrong).to_dict("records") if each["rule_id"] == "R17"]
    assert "不符：一处为“" in finding["says"]
    assert "最可能" not in finding["says"] and "编码和名称" in finding["question"]


def test_a_broken_claim_becomes_one_finding(inputs: dict[str, Any]) -> None:
    wrong = with_text(inputs["sections"], "3.8", "3053683.64", "3053638.64")
    found = find(inputs, sections=wrong)
    (error,) = found[found["severity"] == "error"].to_dict("records")
    assert "3053638.64元" in error["says"] and "3,053,683.64 元" in error["says"]
    assert error["money"] == pytest.approx(45.00)
    assert "第17页" in error["evidence"]


def test_what_else_is_wrong_in_a_sentence_is_named(inputs: dict[str, Any]) -> None:
    """The rate is wrong by itself; the amount is not wrong for being reckoned back from it."""
    wrong = with_text(inputs["sections"], "3.8", "48.41%", "48.14%")
    wrong = with_text(wrong, "3.8", "3053683.64", "3053638.64")
    (error,) = (f for f in find(inputs, sections=wrong).to_dict("records")
                if f["severity"] == "error")  # fmt: skip
    assert "；同一句的 48.14% 也不符" in error["says"]


@examples("path, old, new, rule")
def test_what_a_change_of_words_brings_up(
    inputs: dict[str, Any], found: pd.DataFrame, path: str, old: str, new: str, rule: str
) -> None:
    changed = with_text(inputs["sections"], path, old, new)
    assert changed != inputs["sections"]
    rules = set(find(inputs, sections=changed)["rule_id"])
    assert rules - set(found["rule_id"]) == ({rule} if rule else set())
    assert rule or "S15" not in rules


def test_personal_data_is_reported_and_not_repeated(inputs: dict[str, Any]) -> None:
    secret = Line(1, "联系电话：13912345678", Box(50, 700, 200, 710))
    label = Cell("联系人", Box(50, 600, 100, 620))
    name = Cell("王小明", Box(100, 600, 150, 620))
    grid = Grid(1, Box(50, 600, 150, 620), ((label, name),), (50.0, 100.0))
    page = Page(1, 595, 842, (secret,), (grid,))
    printed = Printed("a.pdf", "", (page, *inputs["printed"].pages[1:]))
    rows = find(inputs, printed=printed)
    private = rows[rows["severity"] == "privacy"]
    assert len(private) == 2
    text = rows.to_csv()
    assert "13912345678" not in text and "王小明" not in text


@examples("name, text, near")
def test_names_that_vary(name: str, text: str, near: list[str]) -> None:
    assert _near_names(name, text) == near


def test_every_wording_is_a_sentence_and_a_question() -> None:
    for key, kind in wording().items():
        if isinstance(kind, dict) and "says" in kind:
            assert kind["says"].endswith("。"), key
            assert kind["severity"] in SEVERITIES, key
            assert key == "missing" or kind["question"].endswith("？"), key


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("revenue", "《收入预算总表》"),
        ("three_public_expenses", "《“三公”经费和机关运行经费预算表》"),
    ],
)
def test_the_table_that_vanished_is_named(inputs: dict[str, Any], table: str, name: str) -> None:
    tables = inputs["tables"]
    rest = [row for row in tables if row["table_id"] != table]
    rows = find(inputs, tables=rest)
    assert rows["says"].str.contains(f"未见：{name}。", regex=False).sum() == 1


def test_a_table_that_vanished_is_asked_about(inputs: dict[str, Any]) -> None:
    tables = inputs["tables"]
    without = [row for row in tables if row["table_id"] != "revenue_and_expenditure"]
    rows = find(inputs, tables=without)
    (asked,) = rows[rows["says"].str.contains("应有而未见")].to_dict("records")
    assert asked["severity"] == "omission"
    assert "《收支预算总表》" in asked["says"] and "财政拨款" not in asked["says"]
    (table,) = [row for row in tables if row not in without]
    assert f"{table['first_page']}" in asked["evidence"]


@pytest.mark.parametrize(
    "tables",
    [
        lambda tables: tables,
        lambda tables: [],
        lambda tables: [row | {"status": "empty"} for row in tables],
    ],
    ids=["all-printed", "in-another-file", "all-empty"],
)
def test_no_table_is_missed_without_cause(inputs: dict[str, Any], tables: Any) -> None:
    rows = find(inputs, tables=tables(inputs["tables"]))
    assert not rows["says"].str.contains("应有而未见").any()


def test_real_documents_print_all_their_tables(corpus: Path) -> None:
    for path in sorted((corpus / "real").glob("sh_*budget.pdf")):
        assert not read_once(path).findings["says"].str.contains("应有而未见").any(), path


# --- consistency and completeness ---------------------------------------------------------------


def asked(inputs: dict[str, Any], rule: str, **changes: Any) -> list[str]:
    """What is asked under one rule."""
    rows = find(inputs, **changes)
    return list(rows.loc[rows["rule_id"] == rule, "says"])


@examples("path, old, new, words")
def test_two_ways_of_writing_numbers(
    inputs: dict[str, Any], path: str, old: str, new: str, words: str
) -> None:
    assert asked(inputs, "S28") == []
    changed = with_text(inputs["sections"], path, old, new)
    assert any(words in says for says in asked(inputs, "S28", sections=changed))


def test_one_amount_with_fewer_decimals(inputs: dict[str, Any]) -> None:
    cell = "general_public_budget!R2C5"
    (says,) = asked(misprinted(inputs, cell, printed="6307683.6"), "S28")
    assert "1个不是（如 6307683.6）" in says


def test_nil_in_one_row_and_nothing_in_the_next(inputs: dict[str, Any]) -> None:
    rows = inputs["amounts"]
    blanks = [
        row for row in rows if (row["table_id"], row["measure"]) == ("expenditure", "project")
    ]
    nil = {**blanks[0], "value": 0.0, "printed": "0.00"}
    changed = [nil if row is blanks[0] else row for row in rows]
    (says,) = asked(inputs, "S28", ledger=Ledger(changed, inputs["tables"]))
    assert "有1行写零" in says and "行留空" in says


def test_a_term_the_glossary_passes_over(inputs: dict[str, Any]) -> None:
    changed = with_text(inputs["sections"], "3.7", "财政拨款收入", "上级补助收入")
    assert asked(inputs, "S33") == []
    (says,) = asked(inputs, "S33", sections=changed)
    assert "“上级补助收入”" in says


def test_one_project_two_amounts(inputs: dict[str, Any]) -> None:
    projects = inputs["projects"]
    again = [row for row in projects if row["field"] == "项目总预算"]
    changed = [*projects, *(row | {"value": 1_889_000.0, "page": 21} for row in again)]
    assert asked(inputs, "S37") == []
    (says,) = asked(inputs, "S37", projects=changed)
    assert "项目总预算" in says and "第20页" in says and "第21页" in says
    first = next(row for row in projects if row["field"] == "项目名称")
    body = first | {"field": "实施单位", "text": "某分局", "page": 21}
    other = [*projects, first | {"page": 21}, body, *changed[len(projects) :]]
    assert asked(inputs, "S37", projects=other) == []


@examples("cover, lacks")
def test_what_a_cover_says(inputs: dict[str, Any], cover: list[str], lacks: str) -> None:
    lines = tuple(Line(1, text, Box(50, 700, 300, 710)) for text in cover)
    page = Page(1, 595, 842, lines, ())
    printed = Printed("a.pdf", "", (page, *inputs["printed"].pages[1:]))
    says = [one for one in asked(inputs, "完整性", printed=printed) if "封面" in one]
    assert says == ([f"封面没有写明{lacks}。"] if lacks else [])


def test_a_table_without_a_sentence(inputs: dict[str, Any]) -> None:
    silent = [
        replace(
            s,
            title=s.title.replace("三公", "有关"),
            paragraphs=tuple(replace(p, text=p.text.replace("三公", "有关")) for p in s.paragraphs),
        )
        for s in inputs["sections"]
    ]
    assert not any("在文字说明里没有提到" in says for says in asked(inputs, "完整性"))
    found = asked(inputs, "完整性", sections=silent)
    assert "《“三公”经费表》在文字说明里没有提到。" in found
