"""Printed lines → paragraphs, sections, sentences and terms: breaks undone, furniture dropped."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from unitbudget.documents import Box, Cell, Grid, Line, Page, Printed
from unitbudget.reading.extract import read_printed
from unitbudget.reading.narrative import Section, sections, terms
from unitbudget.reading.paragraphs import paragraphs, title
from verdicts import read_once

EM = 10.0
WIDE = 40


def page(number: int, texts: Sequence[str], indent: Sequence[int] = (), top: float = 800) -> Page:
    """A page of lines set full width at the left margin, some indented by so many characters."""
    lines = []
    for place, text in enumerate(texts):
        x0 = 50 + EM * (indent[place] if place < len(indent) else 0)
        y1 = top - 20 * place
        width = EM * sum(1 if ord(char) > 0x2000 else 0.5 for char in text)
        lines.append(Line(number, text, Box(x0, y1 - EM, x0 + width, y1)))
    return Page(number, 500, 842, tuple(lines), ())


def printed(*pages: Page) -> Printed:
    return Printed("a.pdf", "", pages)


FULL = "本单位按照职责开展工作并接受监督依法履行职能保障机构正常运转完成日常工作任务和事业发"


@pytest.fixture(scope="module")
def seed(first_pdf: Path) -> list[Section]:
    return sections(read_printed(first_pdf))


def test_a_full_line_goes_on_in_the_next() -> None:
    found = paragraphs(printed(page(1, [FULL, "展目标。", FULL[:20] + "。"], (2, 0, 2))))
    assert [p.text for p in found] == [FULL + "展目标。", FULL[:20] + "。"]


def test_a_paragraph_goes_on_over_the_page_break() -> None:
    two = printed(page(1, [FULL, FULL, FULL], (2, 0, 0)), page(2, [FULL, FULL, "完。"]))
    assert [(p.page, len(p.lines)) for p in paragraphs(two)] == [(1, 6)]


def test_page_numbers_are_no_prose() -> None:
    two = printed(page(1, [FULL, FULL, FULL, "- 1 -"]), page(2, ["2", FULL, FULL, "完。"]))
    assert "".join(p.text for p in paragraphs(two)) == FULL * 5 + "完。"


def test_a_number_in_the_middle_of_a_page_is_prose() -> None:
    assert "13" in [p.text for p in paragraphs(printed(page(1, ["基本支出", "13", "项目支出"])))]


def test_captions_of_grids_are_no_prose() -> None:
    cell = Cell("合计", Box(50, 600, 200, 620))
    grid = Grid(1, Box(50, 500, 450, 700), ((cell,),), (50.0,))
    lines = page(1, ["1、2020年收支预算总表", "单位：元"], (8, 30)).lines
    note = Line(1, "注：本表无数据。", Box(50, 480, 130, 490))
    document = printed(Page(1, 500, 842, (*lines, note), (grid,)))
    assert [p.text for p in paragraphs(document)] == ["注：本表无数据。"]


def test_lines_beyond_the_edge_of_the_page_are_not_printed() -> None:
    assert paragraphs(printed(page(1, ["看不见的字"], top=900))) == []


def test_the_contents_list_is_not_taken_for_titles() -> None:
    contents = page(1, ["目 录", "第一部分 单位概况", "一、主要职能", "第二部分 情况说明"])
    body = page(2, ["第一部分 单位概况", "一、主要职能", "负责服务。", "第二部分 情况说明"])
    found = sections(printed(contents, body))
    assert [(s.path, s.title) for s in found] == [
        ("1", "单位概况"),
        ("1.1", "主要职能"),
        ("2", "情况说明"),
    ]


@examples("text, rank, number, words")
def test_titles(text: str, rank: int, number: str, words: str) -> None:
    found = title(text.replace(" ", ""))
    assert found is not None
    assert found[:2] == (rank, number)
    assert not words or found[2] == words


@examples("text")
def test_sentences_and_figures_are_no_titles(text: str) -> None:
    assert title(text) is None


def test_short_numbered_lines_without_text_are_a_list() -> None:
    texts = ["（一）内设机构", "1、办公室", "2、财务处", "（二）派出机构", "1、法院"]
    assert [(s.title, s.text) for s in sections(printed(page(1, texts)))] == [
        ("内设机构", "1、办公室\n2、财务处"),
        ("派出机构", "1、法院"),
    ]


def test_the_seed_is_sectioned(seed: list[Section]) -> None:
    titles = {s.path: s.title for s in seed}
    assert titles["1.2"] == "机构设置"
    assert titles["3.2.3"] == "一般公共预算当年拨款具体使用情况"
    assert titles["3.9.5"] == "绩效目标设置情况"
    assert titles["3.10.1.6.1"] == "工会会员卡"
    assert [s.path for s in seed if s.level == 1] == ["1", "2", "3", "4"]
    assert all(len(s.path.split(".")) == s.level for s in seed if s.title)
    assert [p for s in seed if s.path == "3.6" for p in [len(s.paragraphs)]] == [1]


def test_a_sentence_knows_its_line(seed: list[Section]) -> None:
    (section,) = (s for s in seed if s.path == "3.6")
    first, second = section.sentences[:2]
    assert first.text.startswith("2020年宝山区职工服务中心（单位）收入预算为6307683.64元")
    assert second.text.startswith("其中：财政拨款收入") and second.box.y1 < first.box.y1
    assert {s.page for s in section.sentences} == {16}


def test_the_glossary_of_the_seed(seed: list[Section]) -> None:
    found = terms(seed)
    words = [row["term"] for row in found]
    assert words == ["基本支出预算", "项目支出预算", "“三公”经费", "机关运行经费"]
    assert all(row["definition"].endswith("。") for row in found)


@pytest.mark.parametrize("other", ["typeset/as-web-page.pdf"])
def test_the_prose_does_not_depend_on_the_typesetting(
    corpus: Path, seed: list[Section], other: str
) -> None:
    again = sections(read_printed(corpus / other))
    assert [(s.path, s.titles, s.text) for s in again] == [(s.path, s.titles, s.text) for s in seed]


@examples("name, terms_found, wanted")
def test_real_documents_are_sectioned(
    corpus: Path, name: str, terms_found: int, wanted: dict[str, str]
) -> None:
    package = read_once(corpus / "real" / f"{name}.pdf")
    found = package.sections
    assert wanted.items() <= dict(zip(found["section"], found["title"], strict=True)).items()
    assert len(package.terms) == terms_found


@given(st.integers(50, 300), st.randoms(use_true_random=False))
def test_breaking_a_paragraph_into_lines_changes_nothing(length: int, chance: Random) -> None:
    text = "".join(chance.choices("的一是不了在人有我他这为之大来以个中上们", k=length)) + "。"
    pieces = [text[i : i + WIDE] for i in range(0, len(text), WIDE)]
    half = len(pieces) // 2 + 1
    margin = ["满" * WIDE] * 3
    two = printed(page(1, margin + pieces[:half]), page(2, [*pieces[half:], *margin, "完。"]))
    assert text in "".join(p.text for p in paragraphs(two))
