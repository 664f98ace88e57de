"""The desk in JupyterLab itself: opened by what run.py sets, run, asked, and seen to answer."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

PROJECT = Path(__file__).parents[2]
TOKEN = "only-for-this-test"
#: Starting JupyterLab, its page and a kernel each take seconds, on a busy machine many.
PATIENCE = 40
#: Where a session keeps what it remembers: nothing of the person who runs the tests.
HOMES = (
    "HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR",
    "JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR", "IPYTHONDIR",
)  # fmt: skip


CHAPTER = "02-expenditure-structure"
#: A chapter of an analyst's own, with a chart of an analyst's own.
OWN = """import unitbudget as ub
t = ub.open_budget()["general_public_budget"]
top = t[t.level == "类"].set_index("name")["total"].astype(float)
top.plot.barh(title="按类");"""
MINE = {
    "cells": [
        {"cell_type": "code", "id": "cell-01", "metadata": {}, "source": OWN,
         "execution_count": None, "outputs": []}
    ],
    "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip


@dataclass
class Lab:
    """A page of JupyterLab, and what went wrong or went elsewhere while it was used."""

    page: Any
    address: str
    errors: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def watch(self) -> None:
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._asked)

    def _said(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _asked(self, request: Any) -> None:
        own = (self.address, self.address.replace("http", "ws"), "data:", "blob:")
        if not request.url.startswith(own):
            self.elsewhere.append(request.url)

    @property
    def chart(self) -> str:
        return str(self.page.locator(".ub-chart img").get_attribute("alt"))

    def choose(self, name: str, label: str) -> None:
        """Turn one choice of the desk, and wait for the chart to follow."""
        before = self.page.locator(".ub-chart img").get_attribute("src")
        control = self.page.locator(".ub-controls .widget-dropdown", has_text=name)
        control.locator("select").select_option(label=label)
        self.page.wait_for_function(
            "before => document.querySelector('.ub-chart img').src !== before", arg=before
        )


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def copied(folder: Path) -> Path:
    """The data and the notebook, for a session that may change them."""
    shutil.copytree(PROJECT / "data" / "clean", folder / "data" / "clean")
    (folder / "notebooks").mkdir()
    for name in ("explore", "start", CHAPTER):
        shutil.copy(PROJECT / "notebooks" / f"{name}.ipynb", folder / "notebooks")
    (folder / "notebooks" / "08-mine.ipynb").write_text(json.dumps(MINE), encoding="utf-8")
    return folder


def lab_command(folder: Path, locale: str) -> list[str]:
    """What `run.py lab` runs on a system of that language, with its settings in the folder."""
    spec = importlib.util.spec_from_file_location("unitbudget_run_lab", PROJECT / "run.py")
    assert spec and spec.loader
    run = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(run)
    command: list[str] = []
    (folder / "venv").mkdir(exist_ok=True)
    run.ROOT, run.VENV, run.ANALYSIS = folder, folder / "venv", folder / "analysis"
    run.python = lambda *args: command.extend(args)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LC_ALL", locale)
        run.lab([])
    settings = folder / "venv" / "share" / "jupyter" / "lab" / "settings"
    return [sys.executable, *command, f"--LabApp.app_settings_dir={settings}"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(tmp_path_factory.mktemp("project"))


@pytest.fixture(scope="module")
def address(
    chromium: Any, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """A JupyterLab of our own on this machine only, ended with the tests."""
    folder, home = project, tmp_path_factory.mktemp("home")
    port = free_port()
    env = {
        **os.environ,
        **{name: str(home / name.lower()) for name in HOMES},
        "JUPYTER_TOKEN": TOKEN,
        "JUPYTER_PREFER_ENV_PATH": "1",
        "PYTHONPATH": str(PROJECT / "lib"),
    }
    place = ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    command = [*lab_command(folder, "zh_CN.UTF-8"), "--no-browser", "--allow-root", *place]
    with (home / "log").open("w+") as log:
        server = subprocess.Popen(command, env=env, cwd=folder, stdout=log, stderr=log)
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/api/status?token={TOKEN}", server, home / "log")
            yield address
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(url, timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def lab(chromium: Any, address: str) -> Iterator[Lab]:
    """The desk's notebook, opened and run from the menu."""
    context = chromium.new_context(viewport={"width": 1400, "height": 950})
    context.set_default_timeout(PATIENCE * 1000)
    found = Lab(context.new_page(), address)
    found.watch()
    page = found.page
    page.goto(f"{address}/lab/tree/notebooks/explore.ipynb?token={TOKEN}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    # Before there is a kernel, JupyterLab would ask which one is meant.
    page.locator(".jp-StatusBar-TextItem", has_text="| 空闲").wait_for()
    page.locator(".lm-MenuBar-item", has_text="运行").click()
    page.locator(".lm-Menu-itemLabel").get_by_text("运行所有单元格", exact=True).click()
    page.locator(".ub-controls select:visible").first.wait_for()
    page.locator(".ub-chart img").wait_for()
    yield found
    context.close()


def test_the_interface_speaks_the_language_of_the_system(lab: Lab) -> None:
    menu = lab.page.locator(".lm-MenuBar-itemLabel").all_inner_texts()
    assert {"文件", "编辑", "运行", "内核"} <= set(menu)


def test_chart_table_and_page_stand_side_by_side(lab: Lab) -> None:
    boxes = {name: lab.page.locator(f".ub-{name}").bounding_box() for name in ("table", "page")}
    chart = lab.page.locator(".ub-chart").bounding_box()
    assert chart["x"] + chart["width"] <= boxes["page"]["x"]
    assert boxes["table"]["x"] + boxes["table"]["width"] <= boxes["page"]["x"]
    assert abs(chart["y"] - boxes["page"]["y"]) < 5
    sideways = lab.page.locator(".ub-desk").evaluate("e => e.scrollWidth - e.clientWidth")
    assert sideways <= 0


def test_another_table_is_another_chart_table_and_page(lab: Lab) -> None:
    before = lab.chart
    page_before = lab.page.locator(".ub-page img").get_attribute("src")
    lab.choose("表", "一般公共预算基本支出表")
    assert lab.chart != before
    lab.page.locator(".ub-table", has_text="工资福利支出").wait_for()
    lab.page.wait_for_function(
        "before => document.querySelector('.ub-page img').src !== before", arg=page_before
    )
    shown = lab.page.locator(".ub-table tbody tr").count()
    assert lab.page.locator(".ub-number option").count() >= shown


def test_another_level_and_measure_are_another_chart(lab: Lab) -> None:
    lab.choose("级次", "款")
    whole = lab.chart
    lab.choose("度量", "公用经费")
    assert lab.chart != whole
    assert "公用经费" in lab.chart


def test_a_picked_number_is_framed_and_its_checks_are_listed(lab: Lab) -> None:
    title = lab.page.locator(".ub-picked").get_attribute("title")
    asked = lab.page.locator(".ub-uses figcaption").inner_text()
    lab.page.locator(".ub-number select").select_option(index=1)
    lab.page.wait_for_function(
        "before => document.querySelector('.ub-picked').title !== before", arg=title
    )
    lab.page.wait_for_function(
        "before => document.querySelector('.ub-uses figcaption').innerText !== before", arg=asked
    )
    assert lab.page.locator(".ub-picked").count() == 1
    assert lab.page.locator(".ub-uses tbody tr").count() > 0


def test_the_files_hold_what_is_in_view(lab: Lab) -> None:
    sheet, picture = (
        link.get_attribute("href") for link in lab.page.locator(".ub-desk .files a").all()
    )
    assert b64decode(picture.partition(",")[2]).startswith(b"\x89PNG")
    content = b64decode(sheet.partition(",")[2]).decode("utf-8-sig")
    rows = list(csv.reader(StringIO(content)))
    assert len(rows) - 1 == lab.page.locator(".ub-table tr").count() - 1
    with lab.page.expect_download() as download:
        lab.page.locator(".ub-desk .files a").first.click()
    saved = Path(download.value.path())
    assert saved.read_text("utf-8-sig") == content.replace("\r\n", "\n")
    assert download.value.suggested_filename.endswith(".csv")


def opened_and_run(lab: Lab, name: str) -> Any:
    """A page of its own with this notebook, all its cells run."""
    page = lab.page.context.new_page()
    page.goto(f"{lab.address}/lab/workspaces/{name}/tree/notebooks/{name}.ipynb?token={TOKEN}")
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
    page.locator(".jp-StatusBar-TextItem", has_text="| 空闲").wait_for()
    page.locator(".lm-MenuBar-item", has_text="运行").click()
    page.locator(".lm-Menu-itemLabel").get_by_text("运行所有单元格", exact=True).click()
    page.locator(".jp-InputPrompt", has_text="[*]").first.wait_for(state="detached")
    page.locator(".jp-StatusBar-TextItem", has_text="| 空闲").wait_for()
    return page


def test_a_click_on_a_number_opens_its_printed_place_below_the_cell(lab: Lab) -> None:
    page = opened_and_run(lab, CHAPTER)
    link = page.locator(".ub-shown td a.figure:visible").first
    link.scroll_into_view_if_needed()
    said = link.inner_text()
    link.click()
    place = page.locator(".ub-proofs article:visible")
    place.wait_for()
    assert place.count() == 1
    assert said.replace(",", "") in place.inner_text().replace(",", "")
    picture = place.locator("img").first
    page.wait_for_function("e => e.complete && e.naturalWidth > 500", arg=picture.element_handle())
    page.close()


def test_a_chapter_run_unchanged_is_saved_as_the_same_file(lab: Lab, project: Path) -> None:
    stored = project / "notebooks" / f"{CHAPTER}.ipynb"
    before = json.loads(stored.read_text("utf-8"))
    page = opened_and_run(lab, CHAPTER)
    page.locator(".jp-Notebook").click(position={"x": 5, "y": 5})
    written = stored.stat().st_mtime_ns
    page.keyboard.press("Control+S")
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and (
        stored.stat().st_mtime_ns == written or not stored.read_text("utf-8").endswith("}\n")
    ):  # it is emptied before it is written
        page.wait_for_timeout(200)
    assert json.loads(stored.read_text("utf-8")) == before
    page.close()


def test_a_chart_of_ones_own_is_in_chinese_type(lab: Lab) -> None:
    page = opened_and_run(lab, "08-mine")
    page.locator(".jp-RenderedImage img").wait_for()
    assert page.locator(".jp-RenderedText", has_text="Glyph").count() == 0
    page.close()


def test_nothing_went_wrong_and_nothing_went_elsewhere(lab: Lab) -> None:
    """Run last: what the console said, and what was asked of any other machine, in all of it."""
    lab.choose("表", "收支总表")
    assert lab.errors == []
    assert lab.elsewhere == []
