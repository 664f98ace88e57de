"""Notebooks run from fresh kernels; ``python -m unitbudget notebooks`` stores what they say.

Starting kernels is most of the time, so as many start at once as there are cores. A stored notebook
holds what its cells say and nothing about when or where they were run.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from unitbudget.errors import UnitBudgetError
from unitbudget.package import project

if TYPE_CHECKING:
    from nbformat import NotebookNode

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
SUMMARY = "unit-briefing"
#: Where an analyst begins, and the notebook that answers by widgets.
OTHERS = ("start", "explore")
#: What a browser shows widgets by while a kernel runs.
WIDGET = "application/vnd.jupyter.widget-view+json"
#: A cell that takes longer than this, in seconds, is stuck.
PATIENCE = 300


class NotebookFailed(UnitBudgetError):
    """A notebook whose cell raised an error, with the error and the notebook's name."""


def folder() -> Path:
    """Where the project keeps its notebooks."""
    return project() / "notebooks"


def every() -> list[Path]:
    """The notebooks of the project in reading order, and none that somebody left beside them."""
    names = ("[0-9][0-9]-*", SUMMARY, *OTHERS)
    return sorted(path for name in names for path in folder().glob(f"{name}.ipynb"))


def chapters() -> list[Path]:
    """The notebooks that tell of a document; the others are for asking, not for telling."""
    return [path for path in every() if path.stem not in OTHERS]


def read(path: Path) -> Any:
    """A notebook as it is stored. Raises ``NotebookFailed`` where there is none."""
    try:
        return nbformat().reads(path.read_text("utf-8"), as_version=4)
    except FileNotFoundError as error:
        known = "、".join(each.name for each in every())
        raise NotebookFailed(f"没有笔记本 {path}；有：{known}") from error
    except (ValueError, AttributeError, nbformat().reader.NotJSONError) as error:
        raise NotebookFailed(f"{path.name} 不是笔记本，或已损坏") from error


def execute(
    paths: Iterable[Path | str], env: Mapping[str, str] | None = None, jobs: int = 0
) -> list[NotebookNode]:
    """The notebooks executed, each in a kernel of its own, in the order they were named.

    As many at a time as there are cores, or ``jobs``; the kernels see the variables of ``env``.
    """
    with ThreadPoolExecutor(jobs or os.cpu_count() or 1) as pool:
        return list(pool.map(partial(_execute, env=env or {}), map(Path, paths)))


def _execute(path: Path, env: Mapping[str, str]) -> NotebookNode:
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = read(path)
    client = NotebookClient(
        notebook,
        timeout=PATIENCE,
        kernel_name=KERNEL["name"],
        record_timing=False,
        resources={"metadata": {"path": str(path.resolve().parent)}},
    )
    manager = client.create_kernel_manager()
    with TemporaryDirectory(prefix="unitbudget-") as private:
        if os.name != "nt":
            # Files of our own instead of ports that anybody on the machine can listen to.
            manager.transport, manager.ip = "ipc", f"{private}/kernel"
        try:
            client.execute(env={**os.environ, **env})
        except CellExecutionError as error:
            raise NotebookFailed(f"{path.name}：{error.ename}：{error.evalue}") from error
    return tidied(notebook)


def tidied(notebook: NotebookNode) -> NotebookNode:
    """The notebook as it is stored: its cells and outputs, its kernel and its language."""
    node = nbformat().from_dict
    about = {"kernelspec": KERNEL, "language_info": {"name": "python"}, "lang": "zh"}
    notebook["metadata"] = node(about)
    for number, cell in enumerate(notebook["cells"], start=1):
        cell["id"] = f"cell-{number:02}"
        kept = {key: value for key, value in cell["metadata"].items() if key == "tags"}
        cell["metadata"] = node(kept)
        for output in cell.get("outputs", []):
            output.get("data", {}).pop(WIDGET, None)
    ran = [cell for cell in notebook["cells"] if cell.get("execution_count")]
    for number, cell in enumerate(ran, start=1):  # however often each was run
        cell["execution_count"] = number
        for output in cell["outputs"]:
            if "execution_count" in output:
                output["execution_count"] = number
    return notebook


def as_stored(model: dict[str, Any], path: str, **_: Any) -> None:
    """Before JupyterLab saves one of the project's notebooks: only what its cells say is kept.

    So a notebook that was run unchanged is the same file, and one that is opened again shows its
    last answers. Notebooks elsewhere are saved as they are.
    """
    if model.get("type") == "notebook" and path.strip("/").startswith("notebooks/"):
        model["content"] = tidied(nbformat().from_dict(model["content"]))


def nbformat() -> Any:
    """The library of that name, without the second it would take to learn to check web addresses.

    It compiles their grammars for whoever validates addresses; nothing in a notebook is one.
    """
    sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
    return import_module("nbformat")


def store(paths: Iterable[Path | str], jobs: int = 0) -> list[Path]:
    """Run notebooks and keep their outputs in them."""
    places = [Path(path) for path in paths]
    for place, notebook in zip(places, execute(places, jobs=jobs), strict=True):
        fresh = place.with_suffix(".ipynb.new")
        fresh.write_text(nbformat().writes(notebook) + "\n", encoding="utf-8", newline="\n")
        fresh.replace(place)
    return places
