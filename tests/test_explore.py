"""The analyst's desk without a browser: choices, views, pages, checks of a number, export."""

from __future__ import annotations

import csv
import json
import re
import shutil
from base64 import b64decode
from collections.abc import Callable, Iterator
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from unitbudget.briefing import notebooks
from unitbudget.briefing.desk import SIDE_BY_SIDE, Desk, desk, exported, printed
from unitbudget.briefing.explore import CHOICES, View, inert, view
from unitbudget.briefing.questions import UnknownWord
from unitbudget.briefing.uses import uses
from unitbudget.briefing.words import bare
from unitbudget.package import Package, load, schema, write

PROJECT = Path(__file__).parents[1]
CLEAN = PROJECT / "data" / "clean"
Row = dict[str, Any]
NOTEBOOK = PROJECT / "notebooks" / "explore.ipynb"


def said(found: View, choice: str) -> list[str]:
    return [words for words, _ in found.choices[choice]]


def all_views(start: View) -> Iterator[View]:
    """Every view a document offers."""
    for _, table in start.choices["table"]:
        for side in values(start.turned("table", table), "side"):
            for level in values(side, "level"):
                yield from values(level, "measure")


def values(start: View, choice: str) -> list[View]:
    return [start.turned(choice, value) for _, value in start.choices[choice]] or [start]


@pytest.fixture(scope="module")
def start() -> View:
    return view(clean=CLEAN)


@pytest.fixture(scope="module")
def views(start: View) -> list[View]:
    return list(all_views(start))


# ---- choosing -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "sides", "levels", "measures"),
    [
        ("general_public_budget", [], "类 款 项 全部行", "合计 基本支出 项目支出 增减额 增减%"),
        ("basic_expenditure", [], "类 款 全部行", "合计 人员经费 公用经费"),
        ("revenue_and_expenditure", ["收入", "支出"], "全部行", "合计"),
        ("three_public_expenses", [], "全部行", "各栏"),
        ("government_managed_funds", [], "全部行", ""),
    ],
)
def test_offers_what_the_table_prints(
    start: View, table: str, sides: list[str], levels: str, measures: str
) -> None:
    found = start.turned("table", table)
    assert said(found, "side") == sides
    assert said(found, "level") == levels.split()
    assert said(found, "measure") == measures.split()


def test_a_turn_keeps_the_choices_that_are_still_offered(start: View) -> None:
    fine = start.turned("level", 2).turned("measure", "project")
    kept = fine.turned("table", "expenditure")
    assert (kept.level, kept.measure) == (2, "project")
    other = fine.turned("table", "basic_expenditure")
    assert (other.level, other.measure) == (2, "total")
    assert start.turned("level", 3).turned("table", "basic_expenditure").level == 1


def test_choices_are_made_in_chinese_too(start: View) -> None:
    by_name = view(clean=CLEAN, measure="项目支出", table="支出总表", level="款")
    assert by_name == view(clean=CLEAN, table="expenditure", level=2, measure="project")
    assert by_name.document == start.document


@pytest.mark.parametrize(
    ("choices", "hint"),
    [
        ({"table": "revenu"}, "是不是 revenue（收入总表）"),
        ({"level": "目"}, "1（类）、2（款）、3（项）"),
        ({"measure": "personel"}, "没有度量 personel"),
        ({"mesure": "total"}, "是不是 measure（度量）"),
    ],
)
def test_a_word_nobody_knows_is_told_with_the_nearest(choices: dict[str, str], hint: str) -> None:
    with pytest.raises(UnknownWord, match=re.escape(hint)):
        view(clean=CLEAN, **choices)


# ---- every view -----------------------------------------------------------------------------


def test_every_view_shows_only_its_own_measure_and_level(views: list[View], clean: Package) -> None:
    cells = clean.amounts.set_index("cell")
    shown = 0
    for each in views:
        for cell in each.cells:
            row = cells.loc[cell]
            assert row["table_id"] == each.table
            assert each.side in ("", row["direction"])
            assert each.measure in ("", row["measure"])
        codes = {line.code for line in each.rows}
        assert each.level == 0 or {len(code) // 2 for code in codes} <= {each.level}
        shown += len(each.cells)
    assert shown > len(cells)


def test_every_printed_amount_is_in_some_view(views: list[View], clean: Package) -> None:
    seen = {cell for each in views for cell in each.cells}
    assert seen == set(clean.amounts["cell"])


def test_every_chart_shows_every_row_of_its_table_once(views: list[View]) -> None:
    for each in views:
        if each.rows.lines:
            names = [str(row[:2]) for row in each.chart.numbers.rows]
            assert len(names) == len(set(names)) == len(each.rows.lines)
        else:
            assert str(each.chart) == each.rows.missing != ""


def test_all_rows_hold_the_sums_among_them_too(tmp_path: Path) -> None:
    rows = tables_of(CLEAN)
    table = [row for row in rows["amounts"] if row["table_id"] == "revenue_and_expenditure"]
    (foot,) = [row for row in table if row["name"] == "收入总计"]
    above = {"row": foot["row"] - 1, "name": "本年收入合计", "cell": "revenue_and_expenditure!R0C2"}
    rows["amounts"].append(foot | above | {"value": 1.0, "printed": "1.00"})
    write(rows, tmp_path / "clean")
    found = view(clean=tmp_path / "clean", table="收支总表", side="收入")
    assert found.rows["本年收入合计"].value.value == 1
    assert "本年收入合计" in found.csv
    assert all(bar in str(found.chart.alt) for bar in ("财政拨款收入", "本年收入合计"))


def test_a_table_of_nothing_but_a_total_shows_the_total(tmp_path: Path) -> None:
    rows = tables_of(CLEAN)
    rows["amounts"] = [
        row for row in rows["amounts"] if row["table_id"] != "expenditure" or row["name"] == "合计"
    ]
    write(rows, tmp_path / "clean")
    found = view(clean=tmp_path / "clean", table="支出总表")
    assert [line.name for line in found.rows] == ["合计"]
    assert found.numbers


def test_shares_are_not_shown_where_parts_are_negative(tmp_path: Path) -> None:
    amounts = planted(tmp_path, lambda row: row | negative(row))
    change = view(clean=amounts, level="类", measure="增减额")
    assert all(line["share"] is None for line in change.rows)
    assert any(line.value.value < 0 for line in change.rows)
    assert all(line["share"] for line in change.turned("measure", "total").rows)


def negative(row: Row) -> Row:
    chosen = row["measure"] == "change" and row["function_code"] == "208"
    return {"value": -5.0, "printed": "-5.00"} if chosen else {}


def test_numbers_to_pick_are_the_cells_in_view(views: list[View], clean: Package) -> None:
    printed_as = clean.amounts.set_index("cell")["value"]
    for each in views:
        for words, cell in each.numbers:
            value = Decimal(str(printed_as[cell]))
            assert bare(value) in words or f"{value.normalize():f}" in words


# ---- the page -------------------------------------------------------------------------------

SPAN = re.compile(
    r'<span class="(?P<kind>[^"]*)" style="left:(?P<left>[\d.]+)%;top:(?P<top>[\d.]+)%;'
    r'width:(?P<width>[\d.]+)%;height:(?P<height>[\d.]+)%" title="(?P<title>[^"]*)">'
)


def test_a_picked_number_is_framed_where_it_is_printed(start: View, clean: Package) -> None:
    for row in clean.amounts.groupby("page").head(2).to_dict("records"):
        found = start.turned("table", row["table_id"])
        path = CLEAN / "pages" / row["document_id"] / f"p{row['page']:03}.webp"
        with Image.open(path) as image:
            scale = float(image.getexif()[ExifTags.Base.XResolution]) / 72
            width, height = image.width / scale, image.height / scale
        picked = [m for m in SPAN.finditer(printed(found, row["cell"])) if "picked" in m["kind"]]
        if row["cell"] not in found.cells:
            assert not picked
            continue
        (span,) = picked
        assert float(span["left"]) * width / 100 == pytest.approx(row["x0"], abs=0.2)
        assert float(span["width"]) * width / 100 == pytest.approx(row["x1"] - row["x0"], abs=0.3)
        assert height - float(span["top"]) * height / 100 == pytest.approx(row["y1"], abs=0.2)
        assert row["printed"] in span["title"]


def test_only_the_numbers_in_view_are_framed(start: View) -> None:
    first = start.numbers[0][1]
    page = start.sources.of(first).page
    spans = list(SPAN.finditer(printed(start, first)))
    on_page = [cell for cell in start.cells if start.sources.of(cell).page == page]
    assert len(spans) == len(on_page) < len(start.cells)
    assert [s["kind"] for s in spans].count("ub-cell ub-picked") == 1


def test_an_empty_table_shows_its_page_and_its_note(start: View) -> None:
    empty = start.turned("table", "government_managed_funds")
    assert "公开为空表" in str(empty.chart)
    assert "data:image/webp" in printed(empty)
    assert not SPAN.search(printed(empty))
    assert not empty.numbers


def test_a_page_is_drawn_where_the_package_holds_no_picture_and_else_says_so(
    tmp_path: Path,
) -> None:
    shutil.copytree(CLEAN, tmp_path / "clean", ignore=shutil.ignore_patterns("pages"))
    bare_view = view(clean=tmp_path / "clean")
    assert "data:image/webp" in printed(bare_view, bare_view.numbers[0][1])
    shutil.copytree(tmp_path / "clean", tmp_path / "alone")
    documents = tmp_path / "alone" / "documents.csv"
    sha256 = bare_view.budget.facts["sha256"]
    documents.write_text(documents.read_text("utf-8").replace(sha256, "0" * 64), "utf-8")
    bare_view = view(clean=tmp_path / "alone")
    assert "没有存下原文" in printed(bare_view, bare_view.numbers[0][1])


# ---- which checks use a number --------------------------------------------------------------


def test_every_check_and_claim_of_a_number_is_listed(start: View, clean: Package) -> None:
    used = [str(cells).split(";") for cells in [*clean.checks["cells"], *clean.claims["cells"]]]
    for _, cell in start.numbers:
        expected = sum(cell in cells for cells in used)
        assert len(uses(start, cell).rows) == expected > 0


def test_what_does_not_hold_comes_first_and_is_counted(tmp_path: Path, start: View) -> None:
    cell = start.numbers[0][1]
    rows = tables_of(CLEAN)
    used = [row for row in rows["checks"] if cell in str(row["cells"]).split(";")]
    used[-1]["status"] = "broken"
    write(rows, tmp_path / "clean")
    listed = uses(view(clean=tmp_path / "clean"), cell)
    assert [row[1] for row in listed.rows].index("对不上") == 0
    assert str(listed.caption).endswith("，其中1处对不上")


def test_without_a_cell_the_first_number_is_asked_about(start: View) -> None:
    first = uses(start, start.numbers[0][1])
    assert uses(start)._repr_mimebundle_() == first._repr_mimebundle_()
    nothing = uses(start.turned("table", "government_managed_funds"))
    assert not nothing.rows and nothing.missing


# ---- taking it away -------------------------------------------------------------------------


def test_the_sheet_holds_the_rows_in_view_with_their_cells(views: list[View]) -> None:
    for each in views:
        head, *rows = csv.reader(StringIO(each.csv))
        lines = [*each.rows.lines, *filter(None, [each.rows.total])]
        assert len(rows) == (len(lines) if each.rows.lines else 0)
        for row, line in zip(rows, lines, strict=False):
            assert len(row) == len(head)
            figure = line["value"]
            assert figure is None or f"{figure.value:f}" in row
            assert figure is None or set(figure.cells) <= set(row[-1].split(";"))


@pytest.mark.parametrize(
    ("printed_text", "kept"),
    [
        ("工资福利支出", "工资福利支出"),
        ('=HYPERLINK("http://x","y")', '\'=HYPERLINK("http://x","y")'),
        ("+1", "'+1"),
        ("-其他", "'-其他"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1+1", "'＝1+1"),
        ("\t=1", "' =1"),
        ("\u202e=1", "'=1"),
        ("", ""),
    ],
)
def test_text_is_never_a_formula(printed_text: str, kept: str) -> None:
    assert inert(printed_text) == kept


@given(st.text())
def test_no_text_begins_as_a_formula(text: str) -> None:
    assert not inert(text).lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def planted(folder: Path, change: Callable[[Row], Row]) -> Path:
    """The clean package with its amounts changed."""
    rows = tables_of(CLEAN)
    rows["amounts"] = [change(row) for row in rows["amounts"]]
    write(rows, folder / "clean")
    return folder / "clean"


def tables_of(clean: Path) -> dict[str, list[Row]]:
    package = load(clean)
    frames = {name: getattr(package, name).astype(object) for name in schema()}
    return {name: f.where(f.notna(), None).to_dict("records") for name, f in frames.items()}


def test_names_that_would_act_are_only_words(tmp_path: Path) -> None:
    evil = '=1<script>alert(1)</script>"\u202e'
    found = desk(clean=planted(tmp_path, lambda row: row | {"name": evil + str(row["name"])}))
    html = found._repr_mimebundle_()["text/html"]
    assert "<script" not in html and "\u202e" not in html
    assert "&lt;script&gt;" in html
    sheet = list(csv.reader(StringIO(found.view.csv)))
    assert all(not cell.startswith("=") for row in sheet for cell in row)
    assert any(cell.startswith("'=1<script>") for row in sheet for cell in row)


def test_negative_amounts_stay_numbers(tmp_path: Path) -> None:
    found = view(clean=planted(tmp_path, lambda row: row | negative(row)), measure="增减额")
    assert any("-5.00" in row for row in csv.reader(StringIO(found.csv)))


def test_the_files_have_names_a_disk_takes(views: list[View]) -> None:
    assert all(re.fullmatch(r"[\w.-]+", each.name) for each in views)
    names = [each.name for each in views]
    assert len(set(names)) == len(names)


def test_the_sheet_says_that_it_is_utf8(start: View) -> None:
    (sheet,) = re.findall(r"data:text/csv;base64,([^\"]+)", exported(start))
    assert b64decode(sheet).startswith(b"\xef\xbb\xbf")
    assert b64decode(sheet).decode("utf-8-sig") == start.csv


# ---- the desk -------------------------------------------------------------------------------


@pytest.fixture
def open_desk() -> Desk:
    return desk(clean=CLEAN)


def panes(found: Desk) -> dict[str, str]:
    return {name: pane.value for name, pane in found.panes.items()}


def test_a_widget_turns_every_pane(open_desk: Desk) -> None:
    before = panes(open_desk)
    open_desk.controls["table"].value = "basic_expenditure"
    after = panes(open_desk)
    assert [name for name in before if before[name] == after[name]] == []
    assert open_desk.view.table == "basic_expenditure"
    assert open_desk.cell.startswith("basic_expenditure!")


def test_picking_a_number_moves_the_page_and_the_checks_only(open_desk: Desk) -> None:
    before, last = panes(open_desk), open_desk.view.numbers[-1][1]
    open_desk.number.value = last
    after = panes(open_desk)
    assert {name for name in before if before[name] != after[name]} == {"page", "uses"}
    assert open_desk.cell == last


def test_a_choice_without_an_alternative_is_not_shown(open_desk: Desk) -> None:
    def visible() -> set[str]:
        controls = open_desk.controls
        return {name for name in CHOICES if controls[name].layout.display != "none"}

    assert visible() == {"table", "level", "measure"}
    open_desk.turn("table", "revenue_and_expenditure")
    assert visible() == {"table", "side"}
    open_desk.turn("table", "government_managed_funds")
    assert visible() == {"table"}


def test_what_a_notebook_stores_is_the_same_every_time(open_desk: Desk) -> None:
    first, second = open_desk._repr_mimebundle_(), desk(clean=CLEAN)._repr_mimebundle_()
    for kind in ("text/html", "text/plain"):
        assert first[kind] == second[kind]
    assert first[notebooks.WIDGET] != second[notebooks.WIDGET]


def test_the_text_holds_every_number_in_view(open_desk: Desk) -> None:
    text = open_desk._repr_mimebundle_()["text/plain"]
    for figure in open_desk.view.rows.figures:
        assert f"{figure.value:f}" in text
    html = open_desk.html
    assert all(open_desk.panes[name].value in html for name in SIDE_BY_SIDE)


# ---- the notebook ---------------------------------------------------------------------------


def cells_of(path: Path) -> list[dict[str, object]]:
    return list(json.loads(path.read_text("utf-8"))["cells"])


def test_the_stored_notebook_keeps_no_widget_and_hides_nothing_from_its_test() -> None:
    text = NOTEBOOK.read_text("utf-8")
    assert notebooks.WIDGET not in text and "widget-state" not in text
    assert "NBVAL" not in text and "nbval-" not in text
    code = [cell for cell in cells_of(NOTEBOOK) if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    for cell in code:
        assert cell["outputs"] and cell["metadata"] == {}
        assert all("text/plain" in output["data"] for output in cell["outputs"])


def test_what_the_sanitiser_takes_out_of_the_notebook_is_pictures_only() -> None:
    rules = (PROJECT / "tests" / "nbval_sanitize.cfg").read_text("utf-8")
    (pattern,) = re.findall(r"\[picture\]\nregex: (.*)\n", rules)
    text = NOTEBOOK.read_text("utf-8")
    assert re.search(pattern, text)
    taken_out = re.findall(pattern, text)
    assert all(re.fullmatch(r"data:image/(png|webp);base64,[\w+/=]+", each) for each in taken_out)


def test_briefings_are_written_from_the_other_notebooks() -> None:
    every, chapters = notebooks.every(), notebooks.chapters()
    assert {path.stem for path in set(every) - set(chapters)} == {"start", NOTEBOOK.stem}
