"""The stored notebooks: run in order from fresh kernels, generated, and hard to forge."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from conftest import PROJECT
from unitbudget.briefing.notebooks import KERNEL, NotebookFailed, chapters, execute, tidied
from unitbudget.errors import UnitBudgetError
from unitbudget.package import load

NOTEBOOKS = chapters()
SANITIZER = PROJECT / "tests" / "nbval_sanitize.cfg"
named = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])


def code_cells(path: Path) -> list[nbformat.NotebookNode]:
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def test_there_are_notebooks_in_reading_order() -> None:
    names = [path.name for path in NOTEBOOKS]
    assert [name[:2] for name in names if name[0].isdigit()] == [f"{n:02}" for n in range(1, 11)]
    assert all(name.isascii() for name in names)


@named
def test_cells_ran_once_each_in_order_and_said_something(path: Path) -> None:
    cells = code_cells(path)
    assert [cell.execution_count for cell in cells] == list(range(1, len(cells) + 1))
    for cell in cells:
        assert cell.outputs, f"nothing came of: {cell.source}"
        kinds = {output.output_type for output in cell.outputs}
        assert kinds <= {"execute_result", "display_data"}, cell.source
        for output in cell.outputs:
            assert output.data["text/plain"].strip()


@named
def test_metadata_say_nothing_of_when_and_where(path: Path) -> None:
    notebook = nbformat.read(path, 4)
    assert notebook.metadata.kernelspec == KERNEL
    assert notebook.metadata.lang == "zh"
    assert set(notebook.metadata) == {"kernelspec", "language_info", "lang"}
    assert set(notebook.metadata.language_info) == {"name"}
    assert all(set(cell.metadata) <= {"tags"} for cell in notebook.cells)
    assert str(PROJECT.parent) not in path.read_text("utf-8")


@named
def test_words_typed_into_notebooks_know_no_document(path: Path) -> None:
    """Years, unit names and numbers come from the data, or the next document would be told lies."""
    documents = load(PROJECT / "data" / "clean").documents
    names = {*documents["unit"], *documents["district"], *documents["document_id"]} - {""}
    for cell in nbformat.read(path, 4).cells:
        assert not any(name in cell.source for name in names), cell.source
        if cell.cell_type == "markdown":
            assert not re.search(r"\d", cell.source), cell.source
        else:
            assert not re.search(r"(?<!\w)\d{2,}", cell.source), cell.source


@named
def test_every_picture_has_words_for_who_cannot_see_it(path: Path) -> None:
    for cell in code_cells(path):
        for output in cell.outputs:
            if "image/png" in output.data:
                alt = output.metadata["image/png"]["alt"]
                assert alt.startswith(output.data["text/plain"].split("\n")[0])


def nbval(*paths: Path) -> subprocess.CompletedProcess[str]:
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rf", "--rootdir"),
        *(str(paths[0].parent), "-c", os.devnull, "--nbval", "--nbval-current-env"),
        *("--nbval-cell-timeout=300", f"--nbval-sanitize-with={SANITIZER}", *map(str, paths)),
    ]
    return subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", cwd=paths[0].parent
    )


def forged(text: str) -> str:
    """The text with the last digit of its last printed amount changed."""
    at = [match.end() - 1 for match in re.finditer(r"\d\.\d\d(?!\d)", text)][-1]
    return text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1 :]


def test_one_changed_digit_in_a_stored_output_fails(tmp_path: Path) -> None:
    """The smallest notebook, a digit forged in each kind of output, each kind in another cell."""
    telling = [p for p in NOTEBOOKS if p.name[0].isdigit() and "image/png" in p.read_text("utf-8")]
    smallest = min(telling, key=lambda p: p.stat().st_size)
    notebook = json.loads(smallest.read_text("utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    wrong: set[int] = set()
    for kind, picture in (("text/plain", True), ("text/html", False), ("text/plain", False)):
        places = [
            (number, output["data"])
            for number, cell in enumerate(cells)
            for output in cell["outputs"]
            if ("image/png" in output["data"]) == picture
            and number not in wrong
            and re.search(r"\d\.\d\d(?!\d)", "".join(output["data"].get(kind, "")))
        ]
        number, data = places[-1]
        data[kind] = forged("".join(data[kind]))
        wrong.add(number)
    path = tmp_path / "forged.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    result = nbval(path)
    failed = re.findall(r"^FAILED \S+?\.ipynb::Cell (\d+)", result.stdout, re.MULTILINE)
    assert {int(number) for number in failed} == wrong, result.stdout + result.stderr


def write(path: Path, *sources: str) -> Path:
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = tidied(nbformat.v4.new_notebook(cells=cells))
    path.write_text(nbformat.writes(notebook), encoding="utf-8")
    return path


def test_notebooks_run_side_by_side_each_with_its_environment(tmp_path: Path) -> None:
    source = "import os\nos.environ['UNITBUDGET_DOCUMENT']"
    paths = [write(tmp_path / f"{name}.ipynb", source) for name in "ab"]
    for notebook in execute(paths, {"UNITBUDGET_DOCUMENT": "chosen"}):
        assert notebook.cells[0].outputs[0].data["text/plain"] == "'chosen'"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.ipynb", "b.ipynb"]


def test_a_cell_that_fails_is_named(tmp_path: Path) -> None:
    path = write(tmp_path / "broken.ipynb", "1", "1 / 0")
    with pytest.raises(NotebookFailed, match=r"broken\.ipynb.*ZeroDivisionError") as error:
        execute([path])
    assert isinstance(error.value, UnitBudgetError)
