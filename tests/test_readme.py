"""What the README promises is there: commands, data dictionary, links, code."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PROJECT
from unitbudget.package import schema

READMES = ["README.md", "README.zh-CN.md"]


def text(name: str) -> str:
    return (PROJECT / name).read_text("utf-8")


@pytest.mark.parametrize("name", READMES)
def test_the_data_dictionary_is_the_schema(name: str) -> None:
    rows = re.findall(r"^\| `(\w+)\.csv` \| [^|]+ \| (.+) \|$", text(name), re.MULTILINE)
    told = {file: re.findall(r"`(\w+)`", columns) for file, columns in rows}
    assert told == {file: list(entry["fields"]) for file, entry in schema().items()}


@pytest.mark.parametrize("name", [*READMES, "docs/architecture.md"])
def test_every_link_leads_somewhere(name: str) -> None:
    here = (PROJECT / name).parent
    targets = re.findall(r"\]\(([^)#:]+)\)", text(name))
    assert targets
    for target in targets:
        assert (here / target).exists(), target


@pytest.mark.parametrize("name", READMES)
def test_the_python_shown_runs(name: str) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", text(name), re.DOTALL)
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("name", READMES)
def test_every_command_shown_exists(name: str) -> None:
    words = set(re.findall(r"^python3 run\.py *(\w*)", text(name), re.MULTILINE))
    assert {"", "test", "lab", "build", "brief", "bench"} <= words
    listed = subprocess.run(
        [sys.executable, "run.py", "--help"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    own = subprocess.run(
        [sys.executable, "-m", "unitbudget", "--help"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    for word in words - {""}:
        assert re.search(rf"\b{word}\b", listed + own), word


@pytest.mark.parametrize("word", ["build", "brief"])
def test_every_command_explains_itself(word: str) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "unitbudget", word, "--help"],
        cwd=PROJECT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "--clean" in run.stdout


def test_the_raw_folder_says_where_each_document_comes_from() -> None:
    told = text("data/raw/README.md")
    for path in (PROJECT / "data" / "raw").glob("*.pdf"):
        assert path.name in told


def test_the_repository_speaks_of_the_project_alone() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    if not listed:
        pytest.skip("no git checkout")
    foreign = re.compile(r"/(?:home|root|Users)/\w|/tmp/\w+/|https?://(?:\w+\.)*(?:pypi|npmjs)\b")
    for name in listed:
        path = PROJECT / name
        if path.suffix in {".py", ".md", ".toml", ".yml", ".lock", ".csv", ".ipynb", ".cfg"}:
            assert not foreign.search(Path(path).read_text("utf-8")), name
