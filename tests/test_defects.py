"""Defects of the first version, each by the letter it has in the review: none may come back.

What is made up here is true: whatever accuses it, or says of it what it does not print, is wrong.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from briefings import briefed_alone, visible
from budgets import written
from examples import examples
from generator.budgets import Budget, Manner
from generator.disclosures import blocks
from generator.drawing import below_the_fen, draw, running_otherwise
from generator.mutants import Document
from generator.sheets import Sheet, families
from generator.styles import Style, by_name
from generator.trials import Verdict, judge
from generator.typeset import Block, Form, Paragraph, typeset
from ledgers import printed_in
from unitbudget import build, load, read_disclosure
from unitbudget.documents import Box, Line
from unitbudget.package import Package
from unitbudget.reading.narrative import Section
from unitbudget.reading.paragraphs import Paragraph as Prose
from unitbudget.running import batch
from unitbudget.running.batch import Batch
from unitbudget.running.cache import Cache

FORM = "shanghai-budget-2020"
WIDE = replace(by_name("large-paper"), digits=by_name("grid").digits)
Typeset = Callable[..., Package]


@pytest.fixture
def printed(tmp_path: Path) -> Typeset:
    """Typesets a budget, with more behind it if need be, and reads it."""

    def read(budget: Budget, family: str = FORM, style: Style = WIDE, *more: Block) -> Package:
        path = tmp_path / "made-up.pdf"
        path.write_bytes(typeset([*blocks(budget, style, family), *more], style).pdf)
        return read_disclosure(path)

    return read


def drawn(**manner: object) -> Budget:
    return replace(draw(Random(1), 2020), manner=Manner(**manner))  # type: ignore[arg-type]


def said_of(text: str, *sentences: str, title: str = "预算情况说明") -> Verdict:
    """What is judged of tables and sentences written down by hand, in 2031."""
    disclosed = printed_in(text, 2031, "budget")
    line = Line(1, "", Box(0, 0, 1, 1))
    body = tuple(Prose(sentence, (0,), (line,)) for sentence in sentences)
    section = Section("3.1", title, 2, 1, ("情况说明", title), body)
    about = {"document_id": "made-up", "kind": "budget", "fiscal_year": 2031, "template": FORM}
    tables = tuple({"unit": "万元", "status": "read", **table} for table in disclosed.tables)
    return judge(Document(about, tables, tuple(disclosed.amounts), (section,)))


def broken(package: Package | Verdict) -> list[str]:
    """Everything of a document that is said not to add up."""
    checks, claims = package.checks, package.claims
    checks, claims = (each[each["status"] == "broken"] for each in (checks, claims))
    return [*(checks["rule_id"] + " " + checks["subject"]), *claims["sentence"]]


@pytest.mark.parametrize(
    ("family", "places"),
    [(FORM, 1), (FORM, 3), (FORM, 4), ("shanghai-budget-2024", 3), ("unified-budget-2021", 4)],
)
def test_a_percentages_of_any_decimals(printed: Typeset, family: str, places: int) -> None:
    assert broken(printed(drawn(places=places), family)) == []


def test_b_neighbours_agree_or_not_wherever_they_stand() -> None:
    """0.53 and 0.54 万元 are the same to all judges or to none."""
    found = said_of(
        """
        three_public_expenses | | total 0.53 | hospitality 0.53
        general_public_budget | 合计 | total 0.53 | basic 0.53
        basic_expenditure | 合计 | total 0.54
        """,
        "公务接待费预算为0.54万元。",
    )
    beside = found.checks[(found.checks["stated"] - found.checks["computed"]).abs().round(2) == 100]
    stated = found.claims[found.claims["value"] == 5400]
    assert len(beside) and len(stated)
    assert len({*beside["status"], *stated["status"]}) == 1


@pytest.mark.parametrize(
    "family",
    families(),
)
def test_c_digits_below_the_fen(printed: Typeset, family: str) -> None:
    style = replace(WIDE, digits=replace(WIDE.digits, places=5))
    assert broken(printed(below_the_fen(draw(Random(1), 2020)), family, style)) == []


@pytest.mark.parametrize("family", families())
def test_d_operating_funds_of_every_kind_are_no_mistake(printed: Typeset, family: str) -> None:
    assert broken(printed(running_otherwise(drawn()), family)) == []


OPERATING = """
basic_expenditure | 301 工资福利支出 | total 375.00
basic_expenditure | 30101 基本工资 | total 375.00
basic_expenditure | 302 商品和服务支出 | total 150.00
basic_expenditure | 30201 办公费 | total 150.00
basic_expenditure | 399 其他支出 | total 150.00
basic_expenditure | 39999 其他支出 | total 150.00
basic_expenditure | 合计 | total 675.00
"""
SPENDING = """
general_public_budget | 201 一般公共服务支出 | total 675.00 | basic 675.00
general_public_budget | 20129 群众团体事务 | total 675.00 | basic 675.00
general_public_budget | 2012901 行政运行 | total 675.00 | basic 675.00
general_public_budget | 合计 | total 675.00 | basic 675.00
"""


def test_d_operating_funds_no_column_names_are_what_the_prose_says() -> None:
    said = "基本支出675万元，其中：人员经费375万元，公用经费300万元。"
    assert broken(said_of(OPERATING, said)) == []


def test_d_operating_funds_no_column_names_are_added_up_whole(tmp_path: Path) -> None:
    html = briefed_alone(written(OPERATING + SPENDING).package, tmp_path)
    said = "".join(map(visible, html.values()))
    assert "44.44%" in said and not re.search(r"公用经费[^%]{0,16}22\.22%", said)


def test_e_last_years_execution_of_a_public_expense(printed: Typeset) -> None:
    assert broken(printed(drawn(last_execution=True))) == []


def test_f_a_project_in_two_forms_is_one_project(printed: Typeset, tmp_path: Path) -> None:
    rows = (
        ("项目名称", "道路养护"),
        ("项目总预算（元）", "123400"),
        ("项目当年预算（元）", "123400"),
    )
    twice = [Form(f"某区财政支出项目{title}", rows) for title in ("绩效目标表", "绩效目标申报表")]
    package = printed(drawn(), FORM, WIDE, *twice)
    assert (package.projects["value"] == 123400).sum() == 4
    said = "".join(visible(html) for html in briefed_alone(package, tmp_path).values())
    assert re.search(r"12\.34|123,400", said)
    assert not re.search(r"24\.68|246,800", said)


def test_g_a_whole_stated_behind_its_parts(printed: Typeset) -> None:
    assert broken(printed(drawn(parts_first=True))) == []


@examples("behind, wrong")
def test_g_what_stands_behind_parts_is_their_whole_if_it_says_so(behind: str, wrong: int) -> None:
    parts = "政府采购货物预算1.00万元、政府采购工程预算2.00万元、政府采购服务预算3.00万元"
    said, title = f"2031年某单位{parts}，{behind}。", "政府采购情况"
    found = said_of("expenditure | 合计 | total 90.00", said, title=title)
    assert len(broken(found)) == wrong


def test_g_a_whole_stated_behind_its_parts_is_told_as_the_whole(
    printed: Typeset, tmp_path: Path
) -> None:
    budget = drawn(parts_first=True)
    (page,) = [
        visible(html)
        for name, html in briefed_alone(printed(budget), tmp_path).items()
        if "政府采购预算" in visible(html) and name.startswith("05")
    ]
    told = re.search(r"政府采购预算(?:总额)?为?\s*([\d.,]+)\s*万元", page)
    assert told and told[1] == f"{budget.procurement.total / 10_000:,.2f}"


def test_h_what_is_not_printed_this_year_is_not_nil(tmp_path: Path) -> None:
    html = briefed_alone(
        written("""
general_public_budget | 201 一般公共服务支出 | total 600.00 | total last executed 550.00
general_public_budget | 20129 群众团体事务 | total 600.00 | total last executed 550.00
general_public_budget | 2012901 行政运行 | total 600.00 | total last executed 300.00
general_public_budget | 2012950 事业运行 | total last executed 250.00
general_public_budget | 合计 | total 600.00 | total last executed 550.00
""").package,
        tmp_path,
    )
    rows = [row for page in html.values() for row in re.findall(r"<tr.*?</tr>", page, re.DOTALL)]
    cells = [visible(cell) for row in rows if "事业运行" in row for cell in row.split("</td>")]
    assert "250.00" in cells
    assert not {"0", "0.00", "0%", "0.00%"} & set(cells)


def crash(*_arguments: object) -> None:
    os._exit(3)


def test_i_an_explanation_that_is_lost_costs_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    every = blocks(drawn(), WIDE, FORM)
    start = next(n for n, block in enumerate(every) if isinstance(block, Sheet))
    parts = {
        "tables": [*every[:start], *(b for b in every[start:] if isinstance(b, Sheet))],
        "explained": [b for b in every if isinstance(b, Paragraph)],
    }
    for name, part in parts.items():
        (tmp_path / f"{name}.pdf").write_bytes(typeset(part, WIDE).pdf)
    paths = [tmp_path / f"{name}.pdf" for name in parts]
    build(paths, tmp_path / "together", Batch(jobs=1))
    documents = load(tmp_path / "together").documents.set_index("document_id")
    assert "表格见 tables" in documents.loc["explained", "message"]
    request.getfixturevalue("workers")  # this one will crash its process
    monkeypatch.setattr(batch, "read_beside", crash)
    build(paths, tmp_path / "clean", Batch(jobs=1))
    again = load(tmp_path / "clean").documents.set_index("document_id")["status"]
    assert again["tables"] == "read"


def test_j_the_cache_deletes_what_is_its_own(tmp_path: Path) -> None:
    for name in ("thesis.txt", "0123456789abcdef/notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("mine")
    Cache(tmp_path).put("1234", "document", {"documents": [{"status": "read"}]})
    assert Cache(tmp_path).get("1234", "document") is not None
    assert (tmp_path / "thesis.txt").exists()
    assert (tmp_path / "0123456789abcdef" / "notes.txt").exists()


def test_k_a_figure_of_the_prose_keeps_what_its_rounding_leaves_open(printed: Typeset) -> None:
    """An amount in 万元 to two decimals is known to 50 yuan, in the package too."""
    package = printed(drawn())
    claims = package.claims[package.claims["sentence"].str.contains("万元")]
    stated = claims[(claims["unit"] == "CNY") & (claims["value"] % 10_000 > 0)]
    names = {f"claims/{place + 1}/value" for place in stated.index}
    figures = package.figures
    stated = figures[figures["id"].isin(names)]
    assert len(stated)
    assert (stated["high"] - stated["low"] == 100).all()
