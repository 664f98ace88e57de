"""Titles and headings decide which grid is which table; what they do not say is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from examples import examples
from unitbudget.documents import Box, Cell, Grid, Line, Page, Printed
from unitbudget.errors import NotADisclosure, UnknownLayout
from unitbudget.reading.identified import Identified
from unitbudget.reading.identify import concluded, survey
from unitbudget.reading.tidy import amounts

HEADER = [["项目", "<", "<", "<", "支出预算", "<", "<"],
          ["功能分类科目编码", "<", "<", "功能分类科目名称", "合计", "基本支出", "项目支出"],
          ["类", "款", "项", "^", "^", "^", "^"]]  # fmt: skip
BODY = [["201", "", "", "一般公共服务支出", "3.00", "1.00", "2.00"],
        ["201", "29", "", "群众团体事务", "3.00", "1.00", "2.00"]]  # fmt: skip
TOTAL = [["合计", "<", "<", "<", "3.00", "1.00", "2.00"]]


def grid(rows: Sequence[Sequence[str]], page: int = 1, widths: Sequence[float] = ()) -> Grid:
    """A ruled grid drawn as text: ``<`` belongs to the cell on the left, ``^`` to the one above."""
    lefts = [50.0]
    for width in widths or [60.0] * len(rows[0]):
        lefts.append(lefts[-1] + width)
    cells: list[list[Cell | None]] = []
    for r, row in enumerate(rows):
        cells.append([])
        for c, text in enumerate(row):
            if text in "<^" and text:
                cells[r].append(None)
                continue
            wide = next((n for n, t in enumerate(row[c + 1 :], 1) if t != "<"), len(row) - c)
            below = [later[c] for later in rows[r + 1 :]]
            high = next((n for n, t in enumerate(below, 1) if t != "^"), len(below) + 1)
            top = 700 - 20 * r
            box = Box(lefts[c], top - 20.0 * high, lefts[c + wide], top)
            cells[r].append(Cell(text, box, wide, high))
    box = Box(50, 700 - 20 * len(rows), lefts[-1], 700)
    return Grid(page, box, tuple(map(tuple, cells)), tuple(lefts[:-1]))


def line(text: str, y: float, page: int = 1) -> Line:
    return Line(page, text, Box(50, y, 300, y + 10))


TITLE = [line("8、2020年单位支出预算总表", 740), line("单位：元", 720)]


def printed(*pages: tuple[list[Line], list[Grid]]) -> Printed:
    made = [
        Page(number, 595, 842, tuple(lines), tuple(grids))
        for number, (lines, grids) in enumerate(pages, start=1)
    ]
    return Printed("test.pdf", "", tuple(made))


def read(
    *pages: tuple[list[Line], list[Grid]], year: int = 2020, kind: str = "budget"
) -> Identified:
    document = printed(*pages)
    return concluded(survey(document, year, kind), document)


def values(found: Identified) -> list[tuple[str, str, str]]:
    rows, _ = amounts(found, "test.pdf")
    return [(row["function_code"] or row["name"], row["measure"], row["printed"]) for row in rows]


WHOLE = [
    (code, measure, value)
    for code in ("201", "20129", "合计")
    for measure, value in (("total", "3.00"), ("basic", "1.00"), ("project", "2.00"))
]


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([(TITLE, [grid(HEADER + BODY + TOTAL)])], id="one page"),
        pytest.param(
            [(TITLE, [grid(HEADER + BODY)]), ([], [grid(TOTAL, 2)])], id="total on the next page"
        ),
        pytest.param(
            [(TITLE, [grid(HEADER + BODY[:1])]), ([], [grid(HEADER + BODY[1:] + TOTAL, 2)])],
            id="header repeated",
        ),
        pytest.param(
            [
                (TITLE, [grid(HEADER + BODY)]),
                (
                    [line("15", 30, 2)],
                    [grid([["合计", "3.00", "1.00", "2.00"]], 2, [240, 60, 60, 60])],
                ),
            ],
            id="only the total left, under merged cells",
        ),
        pytest.param(
            [([line("政府信息公开 1", 800), *TITLE], [grid(HEADER + BODY[:1])]),
             ([line("政府信息公开 2", 800, 2)], [grid(BODY[1:], 2)]),
             ([line("政府信息公开 3", 800, 3)], [grid(TOTAL, 3)])],
            id="under a running head",
        ),
        pytest.param(
            [([], [grid([["8、2020年单位支出预算总表", *"<<<<<<"], ["单位：元", *"<<<<<<"],
                         *HEADER, *BODY, *TOTAL])])],
            id="title and unit inside the grid",
        ),
        pytest.param(
            [([], [grid([["8、2020年单位支出预算总表", *"<<<<<<"],
                         ["编制单位：某中心", "<", "<", "<", "单位：元", "<", "<"],
                         *HEADER, *BODY, *TOTAL])])],
            id="the unit of money in a cell beside the name",
        ),
        pytest.param(
            [(TITLE, [grid([*HEADER, ["栏次", "<", "<", "<", "1", "2", "3"], *BODY, *TOTAL])])],
            id="a row of column numbers",
        ),
        pytest.param(
            [([line("支出预", 740), line("算总表", 730), line("单位:元", 720)],
              [grid(HEADER + BODY + TOTAL)])],
            id="title over two lines",
        ),
    ],
)  # fmt: skip
def test_a_table_is_read_however_it_is_set(pages: list[tuple[list[Line], list[Grid]]]) -> None:
    assert values(read(*pages)) == WHOLE


def test_a_name_cut_by_the_page_break_is_no_amount() -> None:
    found = read((TITLE, [grid(HEADER + BODY)]), ([], [grid(TOTAL, 2)]))
    assert found.tables[0].pages == (1, 2)


@pytest.mark.parametrize(
    ("pages", "error", "says"),
    [
        pytest.param(
            [([line("2020年政府性基金收支总表", 740), *TITLE[1:]],
              [grid([["收入", "<", "支出", "<"], ["项目", "预算数", "项目", "预算数"],
                     ["收入总计", "1.00", "支出总计", "1.00"]])])],
            UnknownLayout, "「2020年政府性基金收支总表」：表内没有合计可以印证各栏是什么",
            id="a general title with something before it",
        ),
        pytest.param(
            [(TITLE, [grid([[*HEADER[0], "<"], [*HEADER[1], "预备费"], [*HEADER[2], "^"],
                            [*BODY[0], "1.00"]])])],
            UnknownLayout, "看不懂「预备费」这一栏是什么", id="a heading nobody knows",
        ),
        pytest.param(
            [(TITLE, [grid([row[:-1] for row in HEADER + BODY])])],
            UnknownLayout, "多数合计对不上",
            id="a heading that is missing",
        ),
        pytest.param(
            [(TITLE[:1], [grid(HEADER + BODY)])],
            UnknownLayout, "没有写金额单位", id="no unit",
        ),
        pytest.param(
            [([line("2020年单位债务还本支出预算表", 740)], [grid([["债务", "数"], ["甲", "1"]])])],
            UnknownLayout, "「2020年单位债务还本支出预算表」：看不出这是哪一张表",
            id="a title nobody knows",
        ),
        pytest.param(
            [([*TITLE, line("201 一般公共服务支出 3,000.00 1,000.00", 700)], [])],
            UnknownLayout, "没有完整的表格线", id="figures without rules",
        ),
        pytest.param([([line("关于预算执行情况的报告", 740)], [])], NotADisclosure,
                     "没有一张认得出的", id="no disclosure"),
    ],
)  # fmt: skip
def test_what_is_not_known_is_refused_with_a_sentence(
    pages: list[tuple[list[Line], list[Grid]]], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=re.escape(says)):
        read(*pages)


DEBT = [line("2020年单位债务还本支出预算表", 740, 2), line("单位：元", 720, 2)]
WIDER = [[*HEADER[0], "<"], [*HEADER[1], "预备费"], [*HEADER[2], "^"], [*BODY[0], "1.00"]]


@pytest.mark.parametrize(
    ("pages", "table", "span", "says"),
    [
        pytest.param(
            [([], []), (DEBT, [grid(HEADER[:1] + TOTAL, 2)]), ([], [grid(BODY, 3)])],
            "unknown_1", (2, 3), "看不出这是哪一张表", id="a title nobody knows, over two pages",
        ),
        pytest.param(
            [([], []), (DEBT, [grid(HEADER[:1] + TOTAL, 2)]), (DEBT, [grid(HEADER[:1], 3)])],
            "unknown_1", (2, 3), "看不出这是哪一张表", id="a title nobody knows, printed twice",
        ),
        pytest.param(
            [([], []), ([line("2020年单位收入预算总表", 740, 2)], [grid(HEADER + BODY, 2)])],
            "revenue", (2, 2), "题目是收入总表，栏目却不是", id="headings of another table",
        ),
        pytest.param(
            [([], []), ([line("2020年单位收支预算总表", 740, 2), line("项目 123,456.78", 700, 2)],
                        [])],
            "revenue_and_expenditure", (2, 2), "没有完整的表格线", id="no rules",
        ),
    ],
)  # fmt: skip
def test_a_table_left_unread_costs_the_others_nothing(
    pages: list[tuple[list[Line], list[Grid]]], table: str, span: tuple[int, int], says: str
) -> None:
    found = read((TITLE, [grid(HEADER + BODY + TOTAL)]), *pages[1:])
    assert values(found) == WHOLE
    (unread,) = found.unread
    assert (unread.table_id, unread.pages) == (table, span)
    assert re.search(says, str(unread.error))


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(([line("8、2020年单位支出预算总表（续）", 740, 2), line("单位：元", 720, 2)],
                      [grid(WIDER, 2)]), id="its second half has a heading nobody knows"),
        pytest.param(([], [grid([row[:-1] for row in BODY], 2, [30] * 6)]),
                     id="its second half has other columns"),
    ],
)  # fmt: skip
def test_half_a_table_is_none(second: tuple[list[Line], list[Grid]]) -> None:
    other = [line("2020年单位收支预算总表", 740, 3), line("单位：元", 720, 3)]
    sides = [["本年收入", "<", "本年支出", "<"], ["项目", "预算数", "项目", "预算数"],
             ["收入总计", "5.00", "支出总计", "5.00"]]  # fmt: skip
    found = read((TITLE, [grid(HEADER + BODY)]), second, (other, [grid(sides, 3)]))
    assert [joined.table.table_id for joined in found.tables] == ["revenue_and_expenditure"]
    (unread,) = found.unread
    assert (unread.table_id, unread.pages) == ("expenditure", (1, 2))


def test_an_empty_table_is_a_table() -> None:
    blank = [[""] * 7, [""] * 7, ["合计", "<", "<", "<", "", "", ""]]
    found = read(
        (TITLE, [grid(HEADER + blank)]),
    )
    assert [joined.table.table_id for joined in found.tables] == ["expenditure"]
    assert values(found) == []


@examples("title, rows")
def test_other_districts_and_years_word_their_tables_so(title: str, rows: str) -> None:
    header = [row.split() for row in rows.split(";")]
    body = [["1"] * len(header[0])]
    page = ([line(f"2022年{title}", 740), line("单位：千元", 720)], [grid(header + body)])
    found = read(page, year=2022, kind="final_accounts" if "决算" in title else "budget")
    assert [(joined.title, joined.unit) for joined in found.tables] == [(f"2022年{title}", "千元")]
    assert found.unread == []


def test_figures_in_the_same_columns_are_never_dropped() -> None:
    """Something stands between the two halves of a table: it is not known to go on, nor to end."""
    between = [line("内部资料", 760, 2)]
    with pytest.raises(UnknownLayout, match="不知是不是续页"):
        read((TITLE, [grid(HEADER + BODY)]), (between, [grid(BODY + TOTAL, 2)]))
