"""The set-up: one command on a bare Python, and three lists of packages that say the same."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from urllib.parse import quote

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import unitbudget
from examples import examples

ROOT = Path(__file__).resolve().parents[1]
RUN = ROOT / "run.py"

# The one package whose name on conda-forge is not its name here.
CONDA_NAMES = {"brotli-python": "brotli"}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def load_run():
    spec = importlib.util.spec_from_file_location("unitbudget_run", RUN)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def run(tmp_path, monkeypatch):
    """run.py as a module, with its environment in an empty folder."""
    module = load_run()
    venv = tmp_path / ".venv"
    monkeypatch.setattr(module, "VENV", venv)
    monkeypatch.setattr(module, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(module, "STAMP", venv / module.STAMP.name)
    return module


def project() -> dict:
    return tomllib.loads(read("pyproject.toml"))["project"]


def test_the_package_knows_its_own_version() -> None:
    assert unitbudget.__version__ == project()["version"]


def requirements(lines: list[str]) -> dict[str, Requirement]:
    parsed = map(Requirement, lines)
    return {canonicalize_name(requirement.name): requirement for requirement in parsed}


def lock_entries() -> list[str]:
    """Each entry of the lock as one line: name==version ; marker --hash=… --hash=…"""
    return read("requirements.lock").replace("\\\n", " ").splitlines()


def locked() -> dict[str, list[Requirement]]:
    """Every locked version by name: several, with markers, where one Python needs another."""
    versions: dict[str, list[Requirement]] = {}
    for entry in lock_entries():
        requirement = Requirement(entry.split(" --hash=")[0])
        versions.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return versions


def conda() -> tuple[dict[str, Requirement], list[str]]:
    listed = yaml.safe_load(read("environment.yml"))["dependencies"]
    (pip,) = (entry["pip"] for entry in listed if isinstance(entry, dict))
    named = requirements([entry for entry in listed if isinstance(entry, str)])
    return {CONDA_NAMES.get(name, name): spec for name, spec in named.items()}, pip


# ---- the three lists ------------------------------------------------------------------------


def test_the_lock_has_a_version_that_fits_every_range():
    declared = [*project()["dependencies"]]
    for extra in project()["optional-dependencies"].values():
        declared += extra
    versions = locked()
    for name, wanted in requirements(declared).items():
        assert name in versions, f"{name} is in pyproject.toml but not in requirements.lock"
        for pin in versions[name]:
            (version,) = (part.version for part in pin.specifier)
            assert wanted.specifier.contains(version), f"locked {pin}, but the range is {wanted}"


def test_conda_asks_for_the_same_ranges_as_the_project():
    from_conda, from_pip = conda()
    assert from_pip[-1] == "-e ."
    asked = {**from_conda, **requirements(from_pip[:-1])}
    python = asked.pop("python")
    assert str(python.specifier) == project()["requires-python"]
    assert str(asked.pop("pip").specifier) == ""
    declared = requirements(project()["dependencies"])
    assert {name: str(spec.specifier) for name, spec in asked.items()} == {
        name: str(spec.specifier) for name, spec in declared.items()
    }


def test_every_locked_package_is_exact_and_has_hashes():
    for entry in lock_entries():
        pin, *hashes = entry.split(" --hash=")
        assert [part.operator for part in Requirement(pin).specifier] == ["=="], pin
        assert hashes, f"{pin} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}\s*", each) for each in hashes), pin


def test_the_lock_serves_other_systems_too():
    """A lock made for one system would list one file of each compiled package."""
    hashes = {entry.split("==")[0]: entry.count("--hash=") for entry in lock_entries()}
    for compiled in ("pandas", "matplotlib", "opencv-python-headless", "pypdfium2"):
        assert hashes[compiled] >= 5, compiled


@pytest.mark.parametrize(
    "name", ["requirements.lock", "pyproject.toml", "environment.yml", "run.py", ".ci/run"]
)
def test_the_set_up_names_no_address(name):
    assert "://" not in read(name)


def test_the_reader_is_pinned_exactly():
    assert str(requirements(project()["dependencies"])["camelot-py"].specifier) == "==2.0.0"


# ---- run.py on any Python -------------------------------------------------------------------


def test_run_py_can_be_read_by_an_old_python():
    ast.parse(read("run.py"), feature_version=(3, 6))


def test_run_py_needs_only_the_standard_library():
    imported = set()
    for node in ast.walk(ast.parse(read("run.py"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module
            imported.add(node.module.split(".")[0])
    assert imported <= sys.stdlib_module_names


def test_run_py_stays_short_enough_to_be_read():
    assert len(read("run.py").splitlines()) <= 265


@pytest.mark.parametrize("version", [(3, 6, 9), (3, 10, 14)])
def test_an_old_python_is_told_what_to_do(run, version):
    with pytest.raises(run.Problem) as problem:
        run.require_python(version)
    assert f"Python {version[0]}.{version[1]}," in str(problem.value)
    assert "needs Python 3.11 or newer" in str(problem.value)


def test_run_py_and_the_project_need_the_same_python(run):
    assert project()["requires-python"] == ">=" + ".".join(map(str, run.OLDEST_PYTHON))
    run.require_python(run.OLDEST_PYTHON)
    run.require_python((3, 14, 0, "final", 0))


def test_a_python_without_ensurepip_is_told_what_to_install(run, monkeypatch):
    monkeypatch.setattr(run, "find_spec", lambda name: None if name == "ensurepip" else object())
    monkeypatch.setattr(run.shutil, "which", lambda name: None)
    with pytest.raises(run.Problem, match=r"apt install python3-venv"):
        run.set_up()
    assert not run.VENV.exists()


def test_help_needs_no_environment(tmp_path):
    alone = tmp_path / "run.py"
    shutil.copy(RUN, alone)
    shown = subprocess.run(
        [sys.executable, str(alone), "--help"], capture_output=True, text=True, check=True
    )
    for word in ("test", "lab", "bench", "build", "brief"):
        assert f"run.py {word}" in shown.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["run.py"]


# ---- setting up -----------------------------------------------------------------------------


def test_a_failed_installation_is_explained_and_leaves_nothing_that_looks_finished(
    run, monkeypatch
):
    run.VENV.mkdir()
    run.STAMP.write_text("what an older set-up left", encoding="utf-8")
    monkeypatch.setattr(run, "call", lambda command, cwd=None: 1)
    with pytest.raises(run.Problem, match="需要联网一次"):
        run.set_up()
    assert not run.is_ready()
    assert not run.STAMP.exists()


def test_pip_is_tried_when_uv_fails(run, monkeypatch):
    commands = []

    def call(command, cwd=None):
        commands.append(command)
        return 1 if "uv" in Path(command[0]).name else 0

    monkeypatch.setattr(run.shutil, "which", lambda name: f"/somewhere/{name}")
    monkeypatch.setattr(run, "call", call)
    run.install()
    assert Path(commands[0][0]).name == "uv"
    assert commands[-1][1:4] == ["-m", "pip", "--disable-pip-version-check"]
    assert {"--no-deps", "--require-hashes", "--only-binary"} <= set(commands[-1])


def test_an_environment_is_ready_only_for_the_lock_python_and_folder_it_was_made_for(run):
    run.PYTHON.parent.mkdir(parents=True)
    run.PYTHON.touch()
    assert not run.is_ready()
    finished = run.wanted()
    assert finished["lock"] == hashlib.sha256(run.LOCK.read_bytes()).hexdigest()
    for key, stale in {"lock": "0" * 64, "python": [3, 11, 99], "place": "elsewhere"}.items():
        run.STAMP.write_text(json.dumps({**finished, key: stale}), encoding="utf-8")
        assert not run.is_ready(), key
    run.STAMP.write_text(json.dumps(finished)[:-5], encoding="utf-8")
    assert not run.is_ready()
    run.STAMP.write_text(json.dumps(finished), encoding="utf-8")
    assert run.is_ready()
    run.PYTHON.unlink()
    assert not run.is_ready()


def test_nothing_outside_the_environment_leaks_in(run, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", "/other/packages")
    monkeypatch.setenv("PYTHONHOME", "/other/python")
    inside = run.environment()
    assert "PYTHONPATH" not in inside and "PYTHONHOME" not in inside
    assert inside["PATH"].split(os.pathsep)[0] == str(run.SCRIPTS)


# ---- what run.py does with its words --------------------------------------------------------


def test_one_unreadable_document_does_not_withhold_the_briefings(run, monkeypatch):
    called = []

    def python(*args):
        called.append(args[2])
        return 1 if args[2] == "build" else 0

    monkeypatch.setattr(run, "python", python)
    assert run.everything() == 1
    assert called == ["build", "brief"]


REPORT = '<testsuites><testsuite tests="{}" failures="{}" errors="{}" skipped="{}"/></testsuites>'


@pytest.mark.parametrize(
    ("status", "report", "args", "code", "said"),
    [
        (0, (5, 0, 0, 1), [], 0, "4 passed, 0 failed, 1 skipped"),
        (1, (5, 1, 0, 1), [], 1, "3 passed, 1 failed, 1 skipped"),
        (1, (5, 0, 0, 1), [], 1, "4 passed, 0 failed, 1 skipped"),
        (0, None, [], 1, "0 passed, 0 failed, 0 skipped"),
        (0, (3, 0, 0, 3), [], 1, "0 passed, 0 failed, 3 skipped"),
        (0, (3, 0, 0, 3), ["-k", "x"], 0, "0 passed, 0 failed, 3 skipped"),
    ],
)
def test_a_failing_run_fails_and_so_does_one_that_tested_nothing(
    run, monkeypatch, tmp_path, capsys, status, report, args, code, said
):
    def python(*command):
        assert [*command[:2]] == ["-m", "pytest"] and args == [*command[2 : 2 + len(args)]]
        target = Path(command[-1].partition("--junitxml=")[2])
        target.parent.mkdir(parents=True)
        target.write_text(REPORT.format(*report) if report else "", encoding="utf-8")
        return status

    monkeypatch.setattr(run, "REPORTS", tmp_path / "reports")
    monkeypatch.setattr(run, "python", python)
    assert run.test(args) == code
    assert capsys.readouterr().out.splitlines() == [said]


@pytest.mark.parametrize("check", ["ruff check .", "ruff format --check .", "mypy --strict lib"])
def test_the_code_is_as_it_should_be(check):
    command = [sys.executable, "-m", *check.split()]
    checked = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_errors_count_as_failures(run, tmp_path):
    report = tmp_path / "report.xml"
    report.write_text(REPORT.format(9, 2, 1, 1), encoding="utf-8")
    assert run.counts(report) == [5, 3, 1]


@pytest.mark.skipif(os.name == "nt", reason="Windows is asked, not its environment")
@examples("variables, chinese")
def test_jupyterlab_speaks_the_language_of_the_system(run, monkeypatch, variables, chinese):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert run.speaks_chinese() is chinese
    monkeypatch.setattr(run, "python", lambda *args: 0)
    monkeypatch.setattr(run, "ANALYSIS", run.VENV.parent / "analysis")
    run.VENV.mkdir()
    assert run.lab([]) == 0
    (written,) = run.VENV.rglob("overrides.json")
    settings = json.loads(written.read_text(encoding="utf-8"))
    language = settings.get("@jupyterlab/translation-extension:plugin", {}).get("locale")
    assert language == ("zh_CN" if chinese else None)


@pytest.fixture
def analysis(run, monkeypatch, tmp_path):
    """Where the lab opens, in an empty folder, and the words it was opened with."""
    opened = []
    monkeypatch.setattr(run, "ANALYSIS", tmp_path / "analysis")
    monkeypatch.setattr(run, "python", lambda *args: opened.extend(args) or 0)
    run.VENV.mkdir()
    return run, tmp_path / "analysis", opened


def test_the_lab_opens_in_a_folder_of_the_analysts_own(analysis):
    run, folder, opened = analysis
    run.lab([])
    (start,) = folder.iterdir()
    assert start.read_bytes() == (ROOT / "notebooks" / "start.ipynb").read_bytes()
    assert f"--ServerApp.root_dir={ROOT}" in opened
    assert f"--LabApp.default_url=/lab/tree/analysis/{quote(start.name)}" in opened


def test_what_the_analyst_made_of_the_folder_stays(analysis):
    run, folder, opened = analysis
    folder.mkdir()
    run.lab([])
    assert list(folder.iterdir()) == []
    assert "--LabApp.default_url=/lab/tree/analysis/" in opened
    (folder / run.START).write_text("mine", encoding="utf-8")
    run.lab([])
    assert (folder / run.START).read_text("utf-8") == "mine"


def test_a_start_notebook_is_no_chapter_and_shows_where_to_begin():
    from unitbudget.briefing.notebooks import chapters, every

    assert "start" in [path.stem for path in every()]
    assert "start" not in [path.stem for path in chapters()]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGTERM to send")
def test_who_ends_run_py_ends_what_it_started(tmp_path):
    """JupyterLab must not be left behind: it would go on serving without anybody knowing."""
    note = tmp_path / "child"
    started = "import os, time; open({!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    code = (
        f"import sys, signal; sys.path.insert(0, {str(ROOT)!r}); import run; "
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143)); "
        f"run.call([sys.executable, '-c', {started.format(str(note))!r}])"
    )
    running = subprocess.Popen([sys.executable, "-c", code])
    while not note.exists() or not note.read_text():
        time.sleep(0.05)
    running.terminate()
    assert running.wait(10) == 143
    with pytest.raises(ProcessLookupError):
        os.kill(int(note.read_text()), 0)


def test_an_environment_that_cannot_be_written_is_said(run, monkeypatch):
    monkeypatch.setattr(run.os, "access", lambda *_: False)
    monkeypatch.setattr(run, "install", None)
    with pytest.raises(run.Problem, match="不能写入"):
        run.set_up()


# ---- the folder -----------------------------------------------------------------------------


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a git work tree")
@pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
@examples("path, hidden")
def test_git_hides_what_is_made_and_nothing_that_is_written(path, hidden):
    answer = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", path], cwd=ROOT)
    assert answer.returncode == (0 if hidden else 1)
