"""The workbook: the same numbers as real numbers, words that stay words, the same bytes."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest

from briefings import briefed, briefed_with_harm
from unitbudget.briefing.workbook import write_workbook
from unitbudget.package import Package


class Sheets:
    """The cells of a workbook by sheet, read from its XML."""

    def __init__(self, path: Path) -> None:
        with ZipFile(path) as book:
            self.about = book.read("xl/workbook.xml").decode()
            self.names = re.findall(r'<sheet name="([^"]+)"', self.about)
            shared = book.read("xl/sharedStrings.xml").decode()
            self.strings = [
                re.sub(r"<[^>]+>", "", item) for item in re.findall(r"<si>.*?</si>", shared, re.S)
            ]
            self.xml = [
                book.read(f"xl/worksheets/sheet{number}.xml").decode()
                for number in range(1, len(self.names) + 1)
            ]

    def numbers(self, name: str) -> list[float]:
        xml = self.xml[self.names.index(name)]
        return [float(v) for v in re.findall(r'<c r="[A-Z]+\d+" s="\d+"><v>([^<]+)</v>', xml)]


@pytest.fixture(scope="module")
def book(clean: Package) -> Sheets:
    return Sheets(briefed() / f"{clean.documents['document_id'].iloc[0]}.xlsx")


def test_there_is_a_sheet_for_every_table_and_every_file(book: Sheets, clean: Package) -> None:
    tables = [name for name in book.names if name.startswith("表")]
    assert len(tables) == len(clean.tables)
    assert book.names[:2] == ["一页", "说明"]
    assert {"金额明细", "勾稽核对", "正文的数", "发现"} <= set(book.names)
    assert max(map(len, book.names)) <= 31


def test_it_prints_landscape_as_wide_as_its_columns_with_the_heads_on_every_sheet(
    book: Sheets,
) -> None:
    for xml in book.xml:
        assert 'orientation="landscape"' in xml and '<pageSetUpPr fitToPage="1"/>' in xml
        assert re.search(r'<pageSetup paperSize="9" [^>]*fitToHeight="0"', xml)
    assert len(re.findall("_xlnm.Print_Titles", book.about)) == len(book.names)


def test_its_first_sheet_is_the_first_page(book: Sheets) -> None:
    words = book.strings
    assert "要点" in words and "支出用在哪里" in words
    assert any(each.startswith("钱主要用于一般公共服务支出，占88.26%") for each in words)


def test_every_printed_amount_is_a_number_in_its_table(book: Sheets, clean: Package) -> None:
    sheets = dict(zip(clean.tables["table_id"], book.names[2:], strict=False))
    for table, rows in clean.amounts.groupby("table_id"):
        found = sorted(book.numbers(sheets[table]))
        for value in rows["printed"].astype(float):
            assert value in found, (table, value)
        assert len(found) == len(rows) + rows["row"].nunique()  # and the numbers of the rows


def test_what_is_implied_has_a_sheet_with_its_interval(book: Sheets, clean: Package) -> None:
    known = clean.implied[clean.implied["status"] == "implied"]
    found = set(book.numbers("推算"))
    assert len(known)
    for column in ("value", "low", "high"):
        assert set(known[column]) <= found, column


def test_tidy_amounts_are_in_yuan(book: Sheets, clean: Package) -> None:
    found = book.numbers("金额明细")
    assert set(clean.amounts["value"]) <= set(found)


def test_words_are_never_formulas() -> None:
    (path,) = briefed_with_harm().glob("*.xlsx")
    sheets = Sheets(path)
    assert not any("<f>" in xml or "<f " in xml for xml in sheets.xml)
    assert any("=HYPERLINK(" in words for words in sheets.strings)
    assert not any("\u202e" in words for words in sheets.strings)
    with ZipFile(path) as book:
        assert not [name for name in book.namelist() if "_rels/sheet" in name]


def test_the_same_package_gives_the_same_bytes(clean: Package, tmp_path: Path) -> None:
    first, second = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    write_workbook(clean, first)
    write_workbook(clean, second)
    assert first.read_bytes() == second.read_bytes()
