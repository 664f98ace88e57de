"""Why amounts changed: the sentence that says so, wherever it stands, bound to what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

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


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        # In the sentence of the change.
        (
            ["2026年收入预算10.00万元，比2025年预算增加2.00万元，主要原因是人员增加，经费相应增加。"],
            ("revenue", "收入", "up", "人员增加，经费相应增加"),
        ),
        # In a sentence of its own, about what it names: not about the change just before it.
        (
            [
                "支出预算10.00万元，比2025年预算减少2.00万元；政府性基金0万元，与2025年预算持平。",
                "财政拨款收入支出减少的主要原因是项目调整。",
            ],
            ("total", "财政拨款收入支出", "down", "项目调整"),
        ),
        # Without a figure, the announcement at the end of one paragraph, the reason in the next.
        (
            ["2026年度财政拨款收入支出总计减少。主要原因：", "合同进度变化。"],
            ("total", "财政拨款收入支出总计", "down", "合同进度变化"),
        ),
        # Both ways left in: the way is that of the stated change.
        (
            [
                "支出预算10.00万元，比2025年预算减少2.00万元。",
                "财政拨款收入支出增加（减少）的主要原因是任务减少。",
            ],
            ("total", "财政拨款收入支出", "down", "任务减少"),
        ),
        # Several reasons one by one.
        (
            ["预算收支增加主要原因说明：一是增加人员；二是增加项目。"],
            ("total", "预算收支", "up", "一是增加人员；二是增加项目"),
        ),
        # A base between the amount and the change.
        (
            ["2026年支出预算9.00万元，比2025年预算数8.00万元增加1.00万元，增长12.50%。原因是增资。"],
            ("expenditure", "支出", "up", "增资"),
        ),
        # Parts of the change are the reason; the next statement is not.
        (
            ["支出比2025年增加3,000.00万元，主要是基本支出增加1,000.00万元，项目支出增加2,000.00万元。"],
            ("expenditure", "支出", "up", "基本支出增加1,000.00万元，项目支出增加2,000.00万元"),
        ),
        # A title before the amount says whose it is.
        (
            ["2.公务接待费。2026年预算数1.00万元，较2025年年初预算减少0.50万元，主要是厉行节约。"],
            ("measure", "hospitality", "down", "厉行节约"),
        ),
        (
            ["1.教育支出（类）普通教育（款）小学教育（项）5.00万元，比上年减少1.00万元。由于学生减少。"],
            ("code", "小学教育", "down", "学生减少"),
        ),
        # Announced and left out.
        (
            ["（二）公务用车购置及运行费6.40万元，与2023年预算持平，主要原因是。其中：甲0万元。"],
            ("measure", "vehicles", "same", ""),
        ),
    ],
)  # fmt: skip
def test_a_reason_and_what_it_is_about(
    texts: Sequence[str], expected: tuple[str, str, str, str]
) -> None:
    assert told("预算编制说明", *texts) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "公务接待费1.00万元，与上年持平，主要是用于接待来访。",
        "公务接待费1.00万元，与上年持平，主要是按规定开支的各类公务接待费用。",
        "支出预算10.00万元，比2025年预算减少2.00万元。",
        "主要职责是：贯彻执行国家政策。",
        "支出预算10.00万元，主要原因如下：",
    ],
)
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


#: How the reason of the total begins, as read by eye in each document.
BY_EYE = {
    "js_gy_2019": "基本支出增加人员工资、",
    "js_jcy_2017": "员额制检察官工资改革、",
    "sh_putuo_czj_2024_dept_final": "基本支出中人员进出及退休变化，",
    "sh_putuo_czj_2025_dept_budget": "人员经费增加、",
    "sh_putuo_fuliyuan_2024_unit_budget": "机关事业单位退休人员活动费增加",
    "sh_putuo_qfb_2025_dept_budget": "项目调整",
    "sh_putuo_qfb_2025_unit_budget": "项目调整",
    "sh_putuo_sfj_2026_unit_budget": "业务量增加",
    "sh_putuo_wanli_2023_dept_budget": "项目调整",
    "sh_putuo_wanli_2024_dept_budget": "项目调整",
}


@pytest.mark.parametrize("name", BY_EYE)
def test_the_total_has_the_reason_a_reader_finds(corpus: Path, name: str) -> None:
    found = read_once(corpus / "real" / f"{name}.pdf").reasons
    total = found[found["about"] == "total"]
    assert total["reason"].iloc[0].startswith(BY_EYE[name])
