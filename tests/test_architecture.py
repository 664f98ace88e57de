"""One direction of imports: what is right of the clean package never opens a PDF, and so on."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from conftest import PROJECT
from examples import FOLDER, rows

LIB = PROJECT / "lib" / "unitbudget"
#: The rooms from left to right; each may use what is left of it, and the vocabulary at the root.
ROOMS = ["money", "reading", "auditing", "briefing", "running"]
#: Left of the clean package a document is read and judged; right of it nothing knows of PDFs.
LEFT, RIGHT = {"reading", "auditing"}, {"briefing"}
#: The vocabulary, and at its edge the few modules that tell the whole story.
VOCABULARY = {"documents", "errors", "log", "package", "partitions", "picturebook", "reference"}
STORY = {"__init__", "__main__"}
#: Data, read by whoever needs it: the rules are values, and the reading helpers know no PDF.
SHARED = {
    "auditing.rules", "auditing.rule_language", "auditing.told", "reading.paragraphs",
    "reading.narrative", "reading.nesting", "reading.performance", "reading.pictured",
    "reading.privacy", "reading.tidy",
}  # fmt: skip
KNOWS_CAMELOT = "reading.camelot_parts"
MODULES = sorted(LIB.rglob("*.py"))


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(LIB).with_suffix("").parts)


def imports(path: Path) -> set[str]:
    """The modules of ours that a module names, without the package's own name."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("unitbudget"):
            base = (node.module or "").partition(".")[2]
            for alias in node.names:
                whole = f"{base}.{alias.name}".strip(".")
                is_module = (LIB / (whole.replace(".", "/") + ".py")).is_file()
                found.add(whole if is_module else base)
    return found - {""}


def room(module: str) -> str:
    first = module.split(".")[0]
    return first if first in ROOMS else ""


def test_a_module_uses_only_what_is_left_of_it() -> None:
    wrong = [
        f"{name_of(path)} → {used}"
        for path in MODULES
        for used in imports(path)
        if not may_use(name_of(path), used)
    ]
    assert wrong == []


def may_use(own: str, used: str) -> bool:
    if room(own) and room(used):
        leftward = ROOMS.index(room(used)) <= ROOMS.index(room(own))
        return leftward and (room(own) not in RIGHT or room(used) not in LEFT or used in SHARED)
    if room(own) or own in VOCABULARY:
        return used in VOCABULARY or room(used) == "money"
    return own in STORY or own.startswith("fonts")


@pytest.mark.parametrize(
    ("own", "used"),
    [
        ("reading.cells", "auditing.rules"),
        ("briefing.budget", "reading.pages"),
        ("money.amounts", "reading.tidy"),
        ("figures", "reading.tidy"),
    ],
)
def test_what_points_the_other_way_is_noticed(own: str, used: str) -> None:
    assert not may_use(own, used)


def test_no_two_modules_need_each_other() -> None:
    uses = {name_of(path): imports(path) for path in MODULES}

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = list(uses.get(start, ()))
        while waiting:
            module = waiting.pop()
            if module not in seen:
                seen.add(module)
                waiting += uses.get(module, ())
        return seen

    lazily = {"auditing.reconcile", "auditing.suspects", "running.disclosure", "__init__"}
    rounds = {module for module in uses if module in reached(module)} - lazily
    assert not rounds


def test_only_one_module_knows_camelot_and_only_readers_know_pdfium() -> None:
    texts = {name_of(path): path.read_text("utf-8") for path in MODULES}
    loads = re.compile(r"^\s*(?:import|from) (?:camelot|playa)\b", re.MULTILINE)
    assert {name for name, text in texts.items() if loads.search(text)} == {KNOWS_CAMELOT}
    assert {room(name) for name, text in texts.items() if "pypdfium2 as" in text} == {"reading"}


def test_a_module_is_one_sitting() -> None:
    texts = {name_of(path): path.read_text("utf-8") for path in MODULES}
    silent = [name for name, text in texts.items() if not ast.get_docstring(ast.parse(text))]
    assert silent == [], "a module begins by saying what it is"
    assert {name for name, text in texts.items() if len(text.splitlines()) > 450} == set()


def test_no_year_and_no_unit_is_written_into_code() -> None:
    units = ("宝山", "普陀", "职工服务中心", "检察院")
    for path in MODULES:
        code = [
            node.value
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        for text in code:
            assert not any(unit in text for unit in units), f"{name_of(path)}: {text[:40]}"


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.toml")), ids=lambda path: path.stem)
def test_every_example_written_down_is_tried(path: Path) -> None:
    text = (PROJECT / "tests" / f"test_{path.stem}.py").read_text("utf-8")
    tried = re.findall(r"^@examples\(.*\n(?:@.*\n)*def test_(\w+)", text, re.MULTILINE)
    assert set(tried) == set(rows(path.stem))
