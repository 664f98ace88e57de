"""What is lost of a table is told: rows outside its grid, a page gone, half of its characters."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pypdfium2 as pdfium
import pytest

from examples import examples
from generator.disclosures import disclosure
from generator.drawing import draw
from generator.styles import by_name
from test_identify import BODY, HEADER, TITLE, TOTAL, grid, line, printed
from unitbudget.documents import Grid, Line
from unitbudget.errors import DisclosureError, NoTextLayer
from unitbudget.reading import extract
from unitbudget.reading.identified import Identified
from unitbudget.reading.identify import concluded, survey
from unitbudget.reading.lost import is_row
from unitbudget.reading.sheets import Sheet

Pages = list[tuple[list[Line], list[Grid]]]
WHOLE = ([*TITLE], [grid(HEADER + BODY + TOTAL)])
CUT = ([*TITLE], [grid(HEADER + BODY)])
BLANK: tuple[list[Line], list[Grid]] = ([], [])


def told(pages: Pages) -> dict[str, str]:
    """The tables left unread, and why; those read say nothing."""
    document = printed(*pages)
    surveyed = survey(document, 2020, "budget")
    try:
        found: Identified = concluded(surveyed, document)
    except DisclosureError:
        found = surveyed
    read = {joined.table.table_id: "" for joined in found.tables}
    return read | {each.table_id: each.error.what for each in found.unread}


def behind(*texts: str, page: int = 2) -> Pages:
    return [([line(text, 780 - 20 * n, page) for n, text in enumerate(texts)], [])]


@pytest.mark.parametrize(
    ("pages", "says"),
    [
        pytest.param([WHOLE], "", id="whole"),
        pytest.param([WHOLE, BLANK], "", id="a blank page behind a whole table"),
        pytest.param([CUT, BLANK], "空白", id="a blank page where the total should be"),
        pytest.param([CUT], "", id="no total, and nothing behind"),
        pytest.param(
            [CUT, *behind("201 29 01 行政运行 3.00 1.00 2.00")], "1 行", id="a row of figures"
        ),
        pytest.param([CUT, *behind("合计 1234.00")], "1 行", id="a total"),
        pytest.param(
            [CUT, *behind("- 2 -", "单位：元", "201 29 甲 3.00", "201 30 乙 4.00")],
            "2 行",
            id="rows behind a page number",
        ),
        pytest.param([CUT, *behind("单价 1234.00")], "", id="one figure alone is no row"),
        pytest.param(
            [CUT, *behind("以上各数均为年初数。", "电话 1234.00", "传真 1234.00")],
            "",
            id="behind a sentence they are not of this table",
        ),
    ],
)
def test_a_table_whose_rows_stand_outside_is_left_unread(pages: Pages, says: str) -> None:
    why = told(pages)["expenditure"]
    assert says in why and bool(why) == bool(says)


def test_rows_of_no_table_are_a_table_nobody_read() -> None:
    pages = [WHOLE, *behind("六、公共安全支出 1.00", "七、教育支出 2.00", "支出总计 3.00")]
    pages[1][0].insert(0, line("以下没有标题。", 800, 2))
    assert told(pages) == {
        "expenditure": "",
        "unknown_1": "从“六、公共安全支出1.00”起有 3 行像是表里的数，却不在读出的任何一张表里",
    }


@examples("text, row")
def test_what_is_printed_like_a_row(text: str, row: bool) -> None:
    assert is_row(line(text, 0)) == row


def test_characters_one_reader_alone_knows_are_a_broken_font(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = disclosure(draw(Random(0)), by_name("large-paper"))
    path = tmp_path / "made.pdf"
    path.write_bytes(made.pdf)
    assert extract.read_printed(path).grids
    real = extract.sheet

    def blind(page: pdfium.PdfPage, number: int) -> Sheet:
        """A page of which pdfium has no 万."""
        seen = real(page, number)
        return replace(seen, glyphs=[each for each in seen.glyphs if each.char not in "万一"])

    monkeypatch.setattr(extract, "sheet", blind)
    with pytest.raises(NoTextLayer, match="文字层已损坏"):
        extract.read_printed(path)
