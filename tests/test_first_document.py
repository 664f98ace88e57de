"""The first document, number by number: what is printed is what is in the package."""

from __future__ import annotations

import filecmp
from decimal import Decimal
from pathlib import Path

import pypdfium2 as pdfium
import pytest

from conftest import PROJECT
from examples import examples
from unitbudget import build
from unitbudget.money.amounts import parse
from unitbudget.package import Package
from unitbudget.reading.glyphs import rows_of, text_of
from unitbudget.reading.sheets import sheet
from verdicts import read_once

PRINTED = {
    "appropriation": 12,
    "general_public_budget": 79,
    "basic_expenditure": 49,
    "three_public_expenses": 20,
    "revenue_and_expenditure": 8,
    "revenue": 30,
    "expenditure": 34,
}


def test_every_printed_amount_is_there_and_nothing_else(first: Package) -> None:
    assert first.amounts.groupby("table_id").size().to_dict() == PRINTED


def test_the_empty_table_is_kept_with_its_note(first: Package) -> None:
    funds = first.tables.set_index("table_id").loc["government_managed_funds"]
    assert funds["status"] == "empty"
    assert "无政府性基金预算财政拨款支出" in funds["note"]


@examples("table, code, name, measure, year, phase, value")
def test_an_amount_is_found_by_what_it_is(
    first: Package,
    table: str,
    code: str,
    name: str,
    measure: str,
    year: int,
    phase: str,
    value: str,
) -> None:
    rows = first.amounts.query(
        "table_id == @table and measure == @measure and fiscal_year == @year and phase == @phase"
    )
    printed_code = rows["function_code"] + rows["economic_code"]
    rows = rows[(printed_code == code) & ((rows["name"] == name) if name else True)]
    assert [Decimal(str(each)) for each in rows["value"]] == [Decimal(value)]


def test_the_box_of_every_amount_holds_its_digits(first: Package, first_pdf: Path) -> None:
    """Read the page once more, knowing nothing of tables: the digits stand inside the box."""
    document = pdfium.PdfDocument(first_pdf)
    glyphs = {page: sheet(document[page - 1], page).glyphs for page in set(first.amounts["page"])}
    for row in first.amounts.itertuples():
        inside = [
            glyph
            for glyph in glyphs[row.page]
            if row.x0 <= glyph.middle[0] <= row.x1 and row.y0 <= glyph.middle[1] <= row.y1
        ]
        amount = parse("".join(text_of(line) for line in rows_of(inside)))
        assert amount is not None and amount.printed == row.printed, row.cell


def test_no_blank_cell_became_a_number(first: Package) -> None:
    zeros = first.amounts[first.amounts["value"] == 0]
    assert set(zeros["table_id"]) == {"three_public_expenses"}, "only the 三公 table prints zeros"


def test_cells_are_unique_and_codes_are_text(first: Package) -> None:
    assert first.amounts["cell"].is_unique
    assert first.amounts["function_code"].map(len).isin([0, 3, 5, 7]).all()
    assert first.amounts["economic_code"].map(len).isin([0, 3, 5]).all()


def test_the_committed_package_is_what_a_fresh_build_gives(tmp_path: Path) -> None:
    fresh = tmp_path / "clean"
    build(PROJECT / "data" / "raw", fresh)
    committed = PROJECT / "data" / "clean"
    names = sorted(path.name for path in committed.iterdir() if path.is_file())
    assert sorted(path.name for path in fresh.iterdir() if path.is_file()) == names
    same, different, unreadable = filecmp.cmpfiles(committed, fresh, names, shallow=False)
    assert not different and not unreadable, "run `python3 run.py build` and commit data/clean"
    assert len(same) == len(names) > 10


@pytest.mark.parametrize("typesetting", ["as-worksheets.pdf", "as-web-page.pdf"])
def test_other_typesettings_give_the_same_data(
    first: Package, corpus: Path, typesetting: str
) -> None:
    other = read_once(corpus / "typeset" / typesetting)
    places = ["document_id", "page", "x0", "y0", "x1", "y1"]
    assert other.amounts.drop(columns=places).equals(first.amounts.drop(columns=places))
    told = ["district", "fiscal_year", "kind", "level"]
    assert other.documents[told].equals(first.documents[told])
    # The worksheets leave out the form that prints the unit's name in full.
    assert str(first.documents["unit"][0]).endswith(str(other.documents["unit"][0]))
    assert len(other.documents["unit"][0]) > 4
