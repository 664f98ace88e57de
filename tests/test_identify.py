"""Titles and headings decide which grid is which table; what they do not say is refused."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest

from unitbudget.documents import Box, Cell, Grid, Line, Page, Printed
from unitbudget.errors import NotADisclosure, UnknownLayout
from unitbudget.reading.identify import Identified, identify
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


def read(*pages: tuple[list[Line], list[Grid]]) -> Identified:
    return identify(printed(*pages), 2020, "budget")


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
            [([], [grid([["8、2020年单位支出预算总表", *"<<<<<<"], ["单位：元", *"<<<<<<"],
                         *HEADER, *BODY, *TOTAL])])],
            id="title and unit inside the grid",
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
            [(TITLE, [grid([[*HEADER[0], "<"], [*HEADER[1], "预备费"], [*HEADER[2], "^"],
                            [*BODY[0], "1.00"]])])],
            UnknownLayout, "印有「支出预算 › 预备费」而模板没有", id="a heading nobody knows",
        ),
        pytest.param(
            [(TITLE, [grid([row[:-1] for row in HEADER + BODY])])],
            UnknownLayout, "模板要求「支出预算 › 项目支出」而没有印",
            id="a heading that is missing",
        ),
        pytest.param(
            [(TITLE[:1], [grid(HEADER + BODY)])],
            UnknownLayout, "没有写金额单位", id="no unit",
        ),
        pytest.param(
            [(TITLE, [grid(HEADER + BODY)]),
             ([line("2020年单位债务还本支出预算表", 740, 2)],
              [grid([["债务", "数"], ["甲", "1"]], 2)])],
            UnknownLayout, "没有模板认得标题为「2020年单位债务还本支出预算表」的表",
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


def test_an_empty_table_is_a_table() -> None:
    blank = [[""] * 7, [""] * 7, ["合计", "<", "<", "<", "", "", ""]]
    found = read(
        (TITLE, [grid(HEADER + blank)]),
    )
    assert [joined.table.table_id for joined in found.tables] == ["expenditure"]
    assert values(found) == []
