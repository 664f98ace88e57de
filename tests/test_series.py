"""Documents beside one another: years on one classification, peers, outcome, coverage."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd
import pytest

import unitbudget as ub
from budgets import SMALL, beside
from unitbudget.briefing.coverage import coverage
from unitbudget.briefing.notebooks import folder
from unitbudget.briefing.performing import chapter, perform
from unitbudget.money import codes
from unitbudget.money.codes import Move, moved
from unitbudget.package import frame

YEARS = range(2021, 2031)
BEFORE = " | total last executed "


def printed(items: dict[str, int], last: dict[str, int]) -> str:
    """A table of items by code, with last year's execution where there is any."""
    every = {**items, **last}
    shown = sorted({code[:width] for code in every for width in (3, 5, 7)})

    def line(label: str, code: str) -> str:
        now, then = (
            sum(v for c, v in side.items() if c.startswith(code)) for side in (items, last)
        )
        before = f"{BEFORE}{then}.00" if last else ""
        return f"general_public_budget | {label} | total {now}.00{before}"

    return "\n".join([*(line(f"{c} 科目{c}", c) for c in shown), line("合计", "")])


def series(random: Random) -> tuple[list[tuple[str, int, str, str]], dict[Any, Any], list[Move]]:
    """Ten years of one unit, its codes moved on the way: documents, the truth, the moves."""
    final = random.sample([f"2{n:02}{m:02}" for n in range(1, 30) for m in range(1, 9)], 6)
    moves, old = [], {}
    for code in random.sample(final, 3):
        was = f"3{random.randint(10, 99)}{random.randint(10, 99)}"
        if was not in old.values():
            old[code] = was
            moves.append(Move(random.choice(YEARS[1:]), was, code, "published", "某通知"))
    since = {move.new: move.year for move in moves}
    truth: dict[Any, Any] = {}
    documents, last = [], dict[str, int]()
    for year in YEARS:
        spent = {code: random.randint(1, 9_999) for code in final if random.random() < 0.9}
        spent = spent or {final[0]: 1}
        for code, value in spent.items():
            truth[year, code[:3]] = truth.get((year, code[:3]), 0) + value
        there = {
            (old[c] if c in old and year < since[c] else c) + f"{random.randint(1, 99):02}": value
            for c, value in spent.items()
        }
        if random.random() < 0.8 or year in (YEARS[0], YEARS[-1]):
            documents.append((printed(there, last), year, "budget", "某中心"))
        else:
            truth = {key: value for key, value in truth.items() if key[0] != year}
        last = {}
    return documents, truth, moves


@pytest.mark.parametrize("seed", range(8))
def test_ten_years_restated_add_up_to_what_is_printed(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents, truth, moves = series(Random(seed))
    monkeypatch.setattr(codes, "moves", lambda: tuple(sorted(moves, key=lambda m: m.year)))
    every = beside(tmp_path / "clean", *documents)
    t = ub.series.once(ub.series.years(next(iter(every)), every))
    totals = t[t.level == "合计"].set_index("year")["value"]
    items = ub.series.items(t)
    assert set(totals.index) == {year for _, year, *_ in documents}
    assert (items.groupby("year")["value"].sum() == totals).all()
    by_class = items.assign(cls=items["code"].str[:3]).groupby(["year", "cls"])["value"].sum()
    assert {key: int(value.value) for key, value in by_class.items()} == truth
    assert set(ub.series.taken(t)["old"]) <= {move.old for move in moves}


def test_a_year_prefers_its_own_document_and_differences_are_named(tmp_path: Path) -> None:
    first = printed({"2010101": 500, "2080502": 40}, {})
    second = printed({"2010101": 700}, {"2010101": 450})
    third = printed({"2010101": 900}, {"2010101": 600}).replace(
        BEFORE, " | total last approved 701.00" + BEFORE
    )
    rows = [(first, 2028, "budget"), (second, 2029, "budget"), (third, 2030, "budget")]
    every = beside(tmp_path / "clean", *((*row, "某中心") for row in rows))
    t = ub.series.years(next(iter(every)), every)
    once = ub.series.once(t)
    sums = once[once.level == "合计"].pivot(index="year", columns="phase", values="value")
    assert sums.loc[2029].to_dict() == {"执行数": Decimal(600), "预算数": Decimal(700)}
    assert sums.loc[2028].to_dict() == {"执行数": Decimal(450), "预算数": Decimal(540)}
    twice = ub.series.printed_twice(t)
    assert set(twice["phase"]) == {"2029年预算数"}
    assert {int(each.value) for each in twice["difference"]} == {1}
    assert {cell.document for each in twice["first"] for cell in each.cells} == {
        "某中心-2029-budget"
    }


def test_what_follows_of_last_year_stands_beside_what_was_printed(tmp_path: Path) -> None:
    every = beside(
        tmp_path / "clean", (SMALL, 2030, "budget", "某中心"), (SMALL, 2031, "budget", "某中心")
    )
    b = every["某中心-2031-budget"]
    whole = b.spending.loc[["合计"], "total"]
    about = {"quantity": ["last_year_budget"], "subject": ["支出合计"]}
    b.__dict__["implied"] = pd.DataFrame(about).assign(value=whole.array)
    found = ub.series.inferred(b, every)
    assert found["year"].item() == "2030" and found["difference"].item() == 0


@pytest.mark.parametrize(("count", "ranked"), [(2, False), (4, False), (5, True), (17, True)])
def test_few_units_have_no_rank(tmp_path: Path, count: int, ranked: bool) -> None:
    texts = [SMALL.replace("900.00", f"{900 + n}.00") for n in range(count)]
    documents = [(text, 2031, "budget", f"第{n:02}馆") for n, text in enumerate(texts)]
    other = (SMALL, 2030, "budget", "别的年度")
    every = beside(tmp_path / "clean", *documents, other)
    b = every[f"第{count - 2:02}馆-2031-budget"]
    t = ub.series.peers(b, every)
    assert sorted(t["name"]) == [unit for *_, unit in documents]
    place = ub.series.standing(t, "total", b.unit)
    if not ranked:
        assert place is None
    else:
        assert place is not None
        assert (place["place"], place["among"]) == (Decimal(2), Decimal(count))
        assert len(set(place["among"].cells)) == count
    shown = ub.series.ranked(t, "total", b.unit)
    assert b.unit in set(shown["name"]) and len(shown) <= 15


def test_budget_and_outcome_item_by_item_a_blank_is_no_zero(tmp_path: Path) -> None:
    budget = printed({"2010101": 500, "2080502": 40}, {})
    final = printed({"2010101": 450, "2210201": 30}, {}).replace("total", "total executed")
    every = beside(
        tmp_path / "clean", (budget, 2030, "budget", "某中心"),
        (final, 2030, "final_accounts", "某中心"),
    )  # fmt: skip
    t = ub.series.outcome(next(iter(every)), every)
    assert t.loc["合计", ["budget", "final"]].tolist() == [Decimal(540), Decimal(480)]
    assert t.at["2080502", "final"] is pd.NA and t.at["2210201", "budget"] is pd.NA
    assert t.loc["2010101", ["name", "level"]].tolist() == ["科目2010101", "项"]


# ---- chapters


def told(name: str, every: Any, document: str) -> tuple[str, int]:
    notebook = perform(folder() / f"{name}.ipynb", every[document])
    body = chapter(name, notebook).body
    return body, body.count('class="figure"')


@pytest.mark.parametrize("name", ["08-years", "09-peers", "10-budget-and-outcome"])
def test_alone_a_chapter_says_in_one_sentence_what_would_be_needed(
    name: str, tmp_path: Path
) -> None:
    every = beside(tmp_path / "clean", (SMALL, 2031, "budget", "某中心"))
    body, numbers = told(name, every, "某中心-2031-budget")
    assert numbers == 0 and "还要" in body


def test_chapters_over_many_documents_tell_with_proof(tmp_path: Path) -> None:
    old = SMALL.replace("201 一般", "215 一般").replace("20129 群", "21506 群")
    old = old.replace("2012901", "2150601").replace("2012999", "2150699")
    documents = [(old, year, "budget", "某中心") for year in (2016, 2017)]
    documents += [(SMALL, year, "budget", "某中心") for year in (2019, 2020)]
    documents += [(SMALL, 2020, "budget", f"第{n}馆") for n in range(5)]
    lines = [line for line in SMALL.splitlines() if line.startswith("general")]
    final = "\n".join(line.partition(" | total last")[0] for line in lines)
    final = final.replace(" | project 400.00", "").replace("| total", "| total executed")
    documents += [(final, 2020, "final_accounts", "某中心")]
    every = beside(tmp_path / "clean", *documents)
    body, numbers = told("08-years", every, "某中心-2020-budget")
    assert numbers > 20 and "中间缺" not in body  # 2018 is printed as last year's execution
    assert "21506" in body and "22401" in body
    body, numbers = told("09-peers", every, "某中心-2020-budget")
    assert numbers > 20 and "从大到小排第" in body
    body, numbers = told("10-budget-and-outcome", every, "某中心-2020-final_accounts")
    assert numbers > 10


# ---- coverage


@pytest.mark.parametrize("seed", range(20))
def test_coverage_confuses_no_gap(seed: int) -> None:
    random = Random(seed)
    rows, truth = [], dict[tuple[str, str, int], str]()
    words = {"read": "有", "partial": "部分", "failed": "没读成"}
    for unit in ("甲馆", "乙局"):
        for kind, word in (("budget", "单位预算"), ("final_accounts", "单位决算")):
            there = sorted(random.sample(YEARS, random.randint(1, 6)))
            for year in there:
                status = random.choice(list(words))
                about = {"unit": unit, "kind": kind, "fiscal_year": year, "level": "unit"}
                rows.append(about | {"document_id": f"{len(rows)}", "status": status})
                truth[unit, word, year] = words[status]
            for year in range(there[0], there[-1]):
                truth.setdefault((unit, word, year), "缺")
    rows.append({"document_id": "nobody's", "status": "failed", "source_file": "a.pdf"})
    random.shuffle(rows)
    found = coverage(frame("documents", rows))
    shown = {
        (*key, year): state  # type: ignore[misc]
        for key, row in found.iterrows()
        for year, state in row.items()
        if state
    }
    assert shown == truth


def test_below_a_moved_code_items_are_money_of_the_new_one() -> None:
    code, taken = moved("2011506", 2018, 2020)
    assert code == "20138" and [move.year for move in taken] == [2019]
    assert moved("2011506", 2019, 2020) == ("2011506", ())
    assert moved("2011506", 2016, 2018) == ("2011506", ())
