"""The page over all documents: a row each, what is wrong in red, one picture, to be sorted."""

from __future__ import annotations

import re
from dataclasses import replace

from briefings import visible
from budgets import SMALL, written
from proofs import orphans
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.overview import Entry, entry, index
from unitbudget.money.display import LINKS

CHECK = {"rule_id": "R01", "subject": "甲", "says": "和", "stated": 1, "computed": 1}
FAILED = Entry("扫描件.pdf", failure="扫描件.pdf：没有文字")


def of(b: Budget, unit: str) -> Entry:
    """The entry of a budget as if it had been briefed."""
    b.unit = unit
    token = LINKS.set(lambda figure, said: f"{unit}.html#e{abs(hash((figure.formula, said)))}")
    try:
        return entry(b, f"{unit}.html")
    finally:
        LINKS.reset(token)


def several() -> list[Entry]:
    """A document that adds up, one that does not, and one with a table we could not read."""
    wrong = [CHECK | {"status": "broken", "computed": 2}, CHECK | {"status": "holds"}]
    unread = {"table_id": "revenue", "title": "收入表", "status": "unread", "note": "表头不认得"}
    partial = written(SMALL.replace("600.00", "6000.00").replace("900.00", "6300.00"))
    package = replace(
        partial.package,
        tables=partial.package.tables.assign(
            status=[*partial.package.tables["status"][:-1], unread["status"]]
        ),
    )
    return [
        of(written(SMALL, checks=[CHECK | {"status": "holds"}]), "甲馆"),
        of(written(SMALL, year=2030, checks=wrong), "乙局"),
        of(Budget(package, "made-up", partial.folder), "丙院"),
    ]


def cells(html: str) -> list[dict[str, str]]:
    """The rows of the table, what each cell says by its column."""
    found = []
    table = html.partition("</table>")[0]
    for row in re.findall(r"<tr>(<td.*?)</tr>", table, re.DOTALL):
        pairs = re.findall(r'<td class="(\w+)[^>]*>(.*?)</td>', row, re.DOTALL)
        found.append({name: visible(said).strip() for name, said in pairs})
    return found


def test_every_document_is_a_row_of_what_a_leader_asks() -> None:
    html = index(several())
    first, second, third = sorted(cells(html), key=lambda row: "甲乙丙".index(row["unit"][0]))
    assert first == {
        "unit": "甲馆", "year": "2031", "kind": "预算", "total": "0.09万元 一般公共预算支出",
        "change": "+12.50% 比2030年执行数", "largest": "一般公共服务支出 66.67%",
        "wrong": "✓", "ask": "0", "state": "读全",
    }  # fmt: skip
    assert second["wrong"] == "勾稽1处" and second["year"] == "2030"
    assert re.search(r'<span class="bad">勾稽<a class="figure" href="乙局.html#e', html)
    assert third["state"] == "1张表没有读出来" and third["wrong"] == "—"
    assert "3 份文件 · 1 份有对不上的地方" in html
    assert orphans(html) == []


def test_columns_sort_by_what_they_mean_and_not_by_how_it_is_said() -> None:
    html = index(several())
    orders = re.findall(r'<td class="total[^>]* data-order="([^"]*)"', html)
    assert sorted(map(float, orders)) == [900, 900, 6300]
    assert re.findall(r'<td class="year[^>]* data-order="([^"]*)"', html)
    assert set(re.findall(r'<td class="wrong[^>]* data-order="([^"]*)"', html)) == {"0", "1", ""}


def test_one_picture_shows_them_all_the_largest_first_with_year_and_kind() -> None:
    html = index(several())
    (drawing,) = re.findall(r'<svg class="drawing".*?</svg>', html, re.DOTALL)
    names = re.findall(r"(\w馆|\w局|\w院)（(\d{4})年预算）", visible(drawing))
    assert names[0][0] == "丙院" and len(names) == 3
    assert "<svg" not in index(several()[:1])


def test_what_was_not_read_at_all_has_its_sentence() -> None:
    assert "扫描件.pdf：没有文字" in visible(index([*several(), FAILED]))
    assert "数据包里还没有文件" in visible(index([]))
