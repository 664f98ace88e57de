"""Briefings: one file, complete and sealed, every number with its proof, the same every time."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from base64 import b64encode
from pathlib import Path

import pytest

from briefings import CLEAN, HARM, OVER_ALL, briefed, briefed_with_harm, briefing_of, pages, visible
from proofs import orphans
from unitbudget import __version__
from unitbudget.auditing.rules import rules_version
from unitbudget.briefing.notebooks import chapters
from unitbudget.briefing.opening import open_budget
from unitbudget.briefing.performing import chapter, perform
from unitbudget.briefing.summary import answers, questions, tiles
from unitbudget.briefing.typeface import drawable
from unitbudget.briefing.webpage import characters
from unitbudget.package import Package
from unitbudget.running.brief import brief

HEAVIEST = 2_000_000
NOTEBOOKS = Path(__file__).parents[1] / "notebooks"


@pytest.fixture(scope="module")
def html() -> str:
    return briefing_of(briefed()).read_text("utf-8")


@pytest.fixture(scope="module")
def all_pages() -> dict[str, str]:
    return {path.stem: path.read_text("utf-8") for path in pages(briefed())}


def test_there_is_a_briefing_with_its_chapters_an_index_and_a_workbook(clean: Package) -> None:
    (document,) = clean.documents["document_id"]
    found = {str(path.relative_to(briefed())) for path in briefed().rglob("*.*")}
    compared = {"08-years", "09-peers", "10-budget-and-outcome"}  # nothing to compare with
    names = {path.stem for path in chapters()} - {"unit-briefing", *compared}
    expected = {f"{document}/{name}.html" for name in names}
    assert found == expected | {f"{document}.html", f"{document}.xlsx", *OVER_ALL}


def test_no_page_is_too_heavy(all_pages: dict[str, str]) -> None:
    sizes = {name: len(html.encode()) for name, html in all_pages.items()}
    assert {name: size for name, size in sizes.items() if size > HEAVIEST} == {}


def test_every_number_of_the_index_leads_to_its_proof_in_a_briefing() -> None:
    html = (briefed() / "index.html").read_text("utf-8")
    assert orphans(html) == []
    links = re.findall(r'<a class="figure" href="([^"#]+)#([^"]+)"', html)
    assert len(links) >= 4
    for page, anchor in links:
        assert f'id="{anchor}"' in (briefed() / page).read_text("utf-8"), anchor


def test_every_number_in_a_chart_leads_to_its_proof(html: str) -> None:
    drawings = re.findall(r'<svg class="drawing".*?</svg>', html, re.DOTALL)
    assert len(drawings) == html.count('<figure class="chart">') > 3
    for drawing in drawings:
        assert len(re.findall(r'<a class="figure" href="#[ce]', drawing)) > 1
    assert "<img" not in html


def test_every_link_inside_a_page_leads_somewhere(all_pages: dict[str, str]) -> None:
    for name, html in all_pages.items():
        ids = re.findall(r'\bid="([^"]+)"', html)
        assert len(ids) == len(set(ids)), name
        assert set(re.findall(r'href="#([^"]*)"', html)) <= set(ids), name


def test_every_link_to_another_page_leads_to_a_file() -> None:
    for path in [*pages(briefed()), briefed() / "index.html"]:
        for href in re.findall(r'<a href="([^"#]+)"', path.read_text("utf-8")):
            assert (path.parent / href).is_file(), (path.name, href)


def test_every_entry_with_a_place_shows_the_printed_page(html: str) -> None:
    entries = re.findall(r'<article class="proof" id="c-[a-z-]+-R\d+C\d+".*?</article>', html, re.S)
    assert len(entries) > 20
    assert all('<use href="#page-' in entry and "<rect " in entry for entry in entries)


def test_a_picture_of_a_page_is_in_the_file_once(html: str) -> None:
    pictures = re.findall(r"data:image/png;base64,([^\"]+)", html)
    assert len(pictures) == len(set(pictures)) > 4


def test_nothing_is_fetched_and_only_our_script_runs(all_pages: dict[str, str]) -> None:
    for html in [*all_pages.values(), (briefed() / "index.html").read_text("utf-8")]:
        policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', html)
        assert policy
        assert policy[1].startswith("default-src 'none'; img-src data:; font-src data:;")
        assert "unsafe" not in policy[1]
        for tag in ("script", "style"):
            for content in re.findall(rf"<{tag}>(.*?)</{tag}>", html, re.DOTALL):
                seal = b64encode(hashlib.sha256(content.encode()).digest()).decode()
                assert f"{tag}-src 'sha256-{seal}'" in policy[1]
        assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", html)
        assert not re.search(r'<[^>]+ (?:style|on\w+)="', html)


def test_a_page_says_its_language_and_describes_its_pictures(all_pages: dict[str, str]) -> None:
    for html in all_pages.values():
        assert '<html lang="zh-CN">' in html
        images = re.findall(r"<img [^>]+>", html)
        assert all(re.search(r'alt="[^"]{12,}"', image) for image in images)


def test_the_imprint_names_the_file_and_what_made_the_page(html: str, clean: Package) -> None:
    imprint = visible(html.partition('<footer class="imprint">')[2].partition("</footer>")[0])
    row = clean.documents.iloc[0]
    for word in (row["source_file"], row["sha256"], f"unitbudget {__version__}", rules_version()):
        assert word in imprint


def test_no_code_is_shown(all_pages: dict[str, str]) -> None:
    for html in all_pages.values():
        assert not re.search(r"open_budget|import |b\.spending|Traceback", visible(html))


def test_every_character_shown_has_a_glyph_inside(all_pages: dict[str, str]) -> None:
    for name, html in all_pages.items():
        shown = set(visible(html)) - set("\n\t")
        assert shown <= drawable("sans-regular"), (name, shown - drawable("sans-regular"))
        assert shown <= characters(html)["sans-regular"] | {" "}


@pytest.mark.usefixtures("workers")
def test_the_same_package_gives_the_same_bytes(tmp_path: Path) -> None:
    brief(CLEAN, tmp_path, jobs=2)
    files = {str(p.relative_to(briefed())): p.read_bytes() for p in briefed().rglob("*.*")}
    assert {str(p.relative_to(tmp_path)): p.read_bytes() for p in tmp_path.rglob("*.*")} == files


def test_harm_in_a_document_does_none_to_its_readers() -> None:
    for path in [*pages(briefed_with_harm()), briefed_with_harm() / "index.html"]:
        html = path.read_text("utf-8")
        assert "<script>alert" not in html
        assert "\u202e" not in html
        assert html.count("<script>") <= 1
    html = briefing_of(briefed_with_harm()).read_text("utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;=HYPERLINK(" in html


def test_a_document_that_was_not_read_is_on_the_index_with_its_sentence() -> None:
    html = (briefed_with_harm() / "index.html").read_text("utf-8")
    assert "broken.pdf" in html
    assert "请重新下载" in visible(html)
    assert HARM not in html


def test_a_chapter_takes_its_title_from_its_first_heading() -> None:
    notebook = perform(NOTEBOOKS / "02-expenditure-structure.ipynb", open_budget(clean=CLEAN))
    part = chapter("02-expenditure-structure", notebook)
    assert re.fullmatch(r"[\u4e00-\u9fff：，、“”]+", part.title)
    assert "<h1" not in part.body


def test_the_first_page_says_what_the_tables_say(clean: Package) -> None:
    budget = open_budget(clean=CLEAN)
    said = dict(answers(budget).answers)
    text = {question: "".join(map(str, sentences)) for question, sentences in said.items()}
    spent = clean.amounts.query("table_id == 'general_public_budget' and name == '合计'")
    total = spent.query("measure == 'total' and fiscal_year == 2020")["value"].iloc[0]
    last = spent.query("measure == 'total' and fiscal_year == 2019")["value"].iloc[0]
    assert f"{total / 10_000:,.2f}万元" in text["支出用在哪里"]
    assert f"增加{(total - last) / 10_000:,.2f}万元" in text["比上年增减多少"]
    assert f"（+{(total / last - 1) * 100:.2f}%）" in text["比上年增减多少"]
    assert "方向与“人员增加”一致" in text["为什么增减，数字能否印证"]
    assert len(tiles(budget).tiles) == 3
    assert 3 <= len(questions(budget).questions) <= 5


def test_questions_are_of_different_kinds_the_gravest_first(clean: Package) -> None:
    asked = [str(why) for _, why in questions(open_budget(clean=CLEAN)).questions]
    rows = clean.findings.set_index("says").loc[asked]
    assert rows["rule_id"].is_unique
    assert list(rows["severity"]) == sorted(
        rows["severity"], key=["error", "question", "omission"].index
    )


OWN = """import unitbudget as ub
t = ub.open_budget()["general_public_budget"]
print("说明", 1)
top = t[t.level == "类"].set_index("name")["total"].astype(float)
top.plot.barh(title="按类")"""


def test_a_drawing_of_ones_own_reaches_the_briefing(tmp_path: Path) -> None:
    own = tmp_path / "08-mine.ipynb"
    cell = {"cell_type": "code", "id": "a", "source": OWN, "metadata": {}, "outputs": []}
    notebook = {"cells": [cell | {"execution_count": None}], "metadata": {}}
    own.write_text(json.dumps(notebook | {"nbformat": 4, "nbformat_minor": 5}), "utf-8")
    body = chapter("08-mine", perform(own, open_budget(clean=CLEAN))).body
    assert re.search(r'<img src="data:image/png;base64,[^"]{2000,}" alt="按类"', body)
    assert "<pre>说明 1" in body and "Axes" not in body


def test_an_installed_package_briefs_a_project_of_data_and_notebooks(tmp_path: Path) -> None:
    """What the wheel holds is enough: beside it only the data and the notebooks are needed."""
    config = tomllib.loads((CLEAN.parents[1] / "pyproject.toml").read_text("utf-8"))
    shipped = config["tool"]["setuptools"]["package-data"]["unitbudget"]
    source, site, own = CLEAN.parents[1] / "lib", tmp_path / "site", tmp_path / "project"
    for pattern in ["**/*.py", *(each.replace("**", "**/*") for each in shipped)]:
        for path in (source / "unitbudget").glob(pattern):
            if path.is_file():
                place = site / path.relative_to(source)
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, place)
    shutil.copytree(CLEAN, own / "data" / "clean")
    (own / "notebooks").mkdir()
    for name in ("unit-briefing", "02-expenditure-structure"):
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", own / "notebooks")
    subprocess.run(
        [sys.executable, "-m", "unitbudget", "brief"], cwd=own, check=True, capture_output=True,
        env={"PYTHONPATH": str(site), "PATH": os.environ["PATH"]},
    )  # fmt: skip
    assert (own / "briefings" / "index.html").is_file()
    assert "88.26%" in briefing_of(own / "briefings").read_text("utf-8")
