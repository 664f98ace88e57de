"""What is written for analysts works as it is written, in a fresh kernel and in time."""

from __future__ import annotations

import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import PROJECT

TEXT = (PROJECT / "docs" / "for-analysts.md").read_text("utf-8")
SECTIONS = re.split(r"^## ", TEXT, flags=re.MULTILINE)
START = "\n".join(re.findall(r"```python\n(.*?)```", SECTIONS[0], re.DOTALL))
SHARES = 't["share"] = t["total"] / t.at["合计", "total"]\n'
TOP = 'top = t[t.level == "类"].sort_values("total", ascending=False)\n'
#: A task that takes longer, in seconds of processor time, makes an analyst wait.
PATIENCE = 2.0


def code(section: str) -> str:
    return "\n".join(re.findall(r"```python\n(.*?)```", section, re.DOTALL))


def test_there_are_ten_tasks() -> None:
    assert [part.split(" ")[0] for part in SECTIONS[1:]] == [str(n) for n in range(1, 11)]


@pytest.mark.parametrize("section", SECTIONS[1:], ids=lambda part: part.split("\n")[0])
def test_a_task_runs_as_it_is_written(section: str, tmp_path: Path) -> None:
    program = f"{START}\n{SHARES}{TOP}{code(section)}"
    env = {"UNITBUDGET_CLEAN": str(PROJECT / "data" / "clean"), "MPLBACKEND": "agg"}
    env["PYTHONPATH"] = str(PROJECT / "lib")
    before = worked()
    run = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=env,
        capture_output=True, text=True, encoding="utf-8",
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    assert worked() - before < PATIENCE


def worked() -> float:
    """The processor time of the programs run so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_the_largest_items_are_those_of_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UNITBUDGET_CLEAN", str(PROJECT / "data" / "clean"))
    names: dict[str, object] = {}
    lines = code(SECTIONS[1]).strip().splitlines()
    exec("\n".join([START, *lines[:-1], f"found = {lines[-1]}"]), names)
    assert list(names["found"]["name"]) == [  # type: ignore[index]
        "绩效工资", "基本工资", "机关事业单位基本养老保险缴费",
    ]  # fmt: skip
