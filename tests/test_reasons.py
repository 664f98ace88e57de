"""Why amounts changed: the sentence that says so, wherever it stands, bound to what it is about."""

from __future__ import annotations

from pathlib import Path

from examples import examples
from unitbudget.auditing.evidence import Prose
from unitbudget.auditing.ledger import Ledger
from unitbudget.auditing.reasons import Reason, reasons, rows
from unitbudget.documents import Box, Line
from unitbudget.package import schema
from unitbudget.reading.narrative import Section
from unitbudget.reading.paragraphs import Paragraph
from verdicts import read_once


def section(title: str, *texts: str) -> Section:
    line = Line(7, "", Box(10, 20, 30, 40))
    body = tuple(Paragraph(text, (0,), (line,)) for text in texts)
    return Section("3.1", title, 2, 7, ("情况说明", title), body)


def given(*sections: Section) -> list[Reason]:
    return reasons(Prose(sections, Ledger([]), "budget"))


def told(title: str, *texts: str) -> list[tuple[str, str, str, str]]:
    found = given(section(title, *texts))
    return [(each.about, each.code or each.name, each.direction, each.words) for each in found]


@examples("texts, expected")
def test_a_reason_and_what_it_is_about(texts: list[str], expected: list[str]) -> None:
    assert told("预算编制说明", *texts) == [tuple(expected)]


@examples("text")
def test_a_use_is_no_reason(text: str) -> None:
    assert told("预算编制说明", text) == []


def test_each_of_several_things_in_one_sentence_has_its_own_reason() -> None:
    text = (
        "公务用车购置费0.00万元，与2023年预算持平，主要原因是无购置；"
        "公务用车运行费6.40万元，比2023年预算增加1.00万元，主要原因是油价上涨。"
    )
    assert told("“三公”经费预算情况说明", text) == [
        ("measure", "vehicle_purchase", "same", "无购置"),
        ("measure", "vehicle_running", "up", "油价上涨"),
    ]


def test_the_rows_are_those_of_the_package() -> None:
    (row,) = rows(given(section("编制说明", "财政拨款收入支出减少的主要原因是项目调整。")))
    assert {"document_id", *row} == set(schema()["reasons"]["fields"])
    assert (row["page"], row["y1"]) == (7, 40)
    assert row["sentence"] == "财政拨款收入支出减少的主要原因是项目调整。"


@examples("name, begins")
def test_the_total_has_the_reason_a_reader_finds(corpus: Path, name: str, begins: str) -> None:
    found = read_once(corpus / "real" / f"{name}.pdf").reasons
    total = found[found["about"] == "total"]
    assert total["reason"].iloc[0].startswith(begins)
