"""Nothing of the user's is lost, and whatever a user does earns a sentence, never a traceback."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conftest import PROJECT
from ending import ended_before
from examples import examples
from unitbudget import build, load, package
from unitbudget.__main__ import main
from unitbudget.errors import EmptyInput, Refused, UnitBudgetError
from unitbudget.package import writable, write
from unitbudget.running import brief as briefing
from unitbudget.running.batch import Batch
from unitbudget.running.brief import brief
from unitbudget.running.workers import Workers

GOLDEN = sorted((PROJECT / "tests" / "documents").glob("*/document.pdf"))
CLEAN = PROJECT / "data" / "clean"
#: Files of the user's in a package's folder: beside its own, among its pictures, in folders.
STRANGERS = ("notes.md", "own/thesis.docx", "pages/one/margin.txt", "pages/p001.png", ".hidden")
OLD = {"terms": [{"document_id": "one", "term": "旧"}]}
NEW = {"terms": [{"document_id": "one", "term": "新"}]}
PICTURES: dict[str, package.Pictures] = {"one": {"p001.png": b"old"}}


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    """A package with files of the user's in its folder."""
    folder = tmp_path / "clean"
    write(OLD, folder, PICTURES)
    for name in STRANGERS:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    (folder / "link").symlink_to(folder.parent)
    return folder


def kept(folder: Path) -> dict[str, str]:
    return {name: (folder / name).read_text("utf-8") for name in STRANGERS}


EVERYTHING = {name: name for name in STRANGERS}


def test_files_that_are_not_the_packages_own_survive_a_build(clean: Path) -> None:
    write(NEW, clean)
    assert kept(clean) == EVERYTHING
    assert (clean / "link").is_symlink()
    assert load(clean).terms["term"].tolist() == ["新"]
    assert not (clean / "pages" / "one" / "p001.png").exists()
    assert sorted(path.name for path in clean.parent.iterdir()) == ["clean"]


@pytest.mark.parametrize("step", range(30))
def test_whenever_a_build_is_ended_a_package_is_whole_and_nothing_lost(
    step: int, clean: Path
) -> None:
    """Ended without a word before its n-th change to the disk; the next build finds everything."""
    with ended_before(step):
        write(NEW, clean, PICTURES)
    assert load(clean).terms["term"].tolist() in (["旧"], ["新"])
    write(NEW, clean, PICTURES)
    assert load(clean).terms["term"].tolist() == ["新"]
    assert kept(clean) == EVERYTHING
    assert sorted(path.name for path in clean.parent.iterdir()) == ["clean"]


def taken(folder: Path) -> Path:
    """A package in which the user has put a file that a newer one would write."""
    write(OLD, folder)
    about = (folder / "datapackage.json").read_text("utf-8").replace("amounts.csv", "other.csv")
    (folder / "datapackage.json").write_text(about, encoding="utf-8")
    return folder


def with_thesis(folder: Path) -> Path:
    folder.mkdir()
    (folder / "thesis.txt").write_text("three years of work", encoding="utf-8")
    return folder


def other_package(folder: Path) -> Path:
    with_thesis(folder)
    (folder / "datapackage.json").write_text('{"name": "theirs", "resources": []}', "utf-8")
    return folder


def a_file(path: Path) -> Path:
    path.write_text("a plain file", encoding="utf-8")
    return path


def below_a_file(path: Path) -> Path:
    return a_file(path) / "clean"


@pytest.mark.parametrize("made", [taken, with_thesis, other_package, a_file, below_a_file])
def test_what_is_not_ours_is_refused_in_a_sentence_before_anything_is_read(
    made: Callable[[Path], Path],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    target = made(tmp_path / "X")
    before = contents(tmp_path)
    monkeypatch.setattr("unitbudget.running.build.read_all", None)
    assert main(["build", "--raw", str(GOLDEN[0]), "--clean", str(target)]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert "X" in said and "请" in said
    assert contents(tmp_path) == before


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("clean", [".", "..", "/"])
def test_the_folder_one_stands_in_is_refused(
    clean: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(with_thesis(tmp_path / "here"))
    with pytest.raises(Refused, match="没有动它"):
        writable(clean)


def test_an_empty_folder_and_a_new_one_are_taken(tmp_path: Path) -> None:
    for name in ("empty", "new/below"):
        if name == "empty":
            (tmp_path / name).mkdir()
        write(OLD, tmp_path / name)
        assert len(load(tmp_path / name).terms) == 1


def test_a_folder_that_cannot_be_written_is_said_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda *_: False)
    monkeypatch.setattr("unitbudget.running.build.read_all", None)
    assert main(["build", "--raw", str(GOLDEN[0]), "--clean", str(tmp_path / "clean")]) == 1
    assert main(["brief", "--clean", str(CLEAN), "--briefings", str(tmp_path / "out")]) == 1
    for line, option in zip(
        capsys.readouterr().err.splitlines(), ("--clean", "--briefings"), strict=True
    ):
        assert line == f"{tmp_path} 不能写入：请用 {option} 换一个可以写入的位置"


def test_a_disk_that_is_full_is_a_sentence_and_leaves_the_old_package(
    clean: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device", "amounts.csv")

    monkeypatch.setattr(package, "_started", full)
    arguments = ["build", "--raw", str(GOLDEN[0]), "--clean", str(clean)]
    before = contents(clean)
    assert main(arguments) == 1
    assert capsys.readouterr().err == "amounts.csv：磁盘已满\n"
    assert contents(clean.parent) == {f"clean/{name}": it for name, it in before.items()}


# ---- what is put into data/raw --------------------------------------------------------------


OTHERS = {
    "预算.doc": "是 Word 文件",
    "预算.DOCX": "是 Word 文件",
    "表.xls": "是 Excel 文件",
    "表.xlsx": "是 Excel 文件",
    "公开.html": "是网页",
    "公开.htm": "是网页",
    "附件.zip": "是压缩包",
    "附件.rar": "是压缩包",
}


@pytest.fixture
def others(tmp_path: Path) -> Path:
    """A folder with a file of each kind that is no PDF, and what lies beside them without harm."""
    folder = tmp_path / "raw"
    folder.mkdir()
    for name in [*OTHERS, "README.md", "~$预算.docx"]:
        (folder / name).write_text(f"{name} is no PDF", encoding="utf-8")
    return folder


def test_files_of_other_kinds_are_named_and_the_rest_is_built(
    others: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(GOLDEN[0], others / "预算.pdf")
    clean = tmp_path / "clean"
    assert main(["build", "--raw", str(others), "--clean", str(clean), "--fresh"]) == 1
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("未读：")]
    assert len(said) == len(OTHERS)
    for name, kind in OTHERS.items():
        (line,) = [line for line in said if line.startswith(f"未读：{name}：")]
        assert kind in line and "PDF" in line
    documents = load(clean).documents.set_index("source_file")
    assert documents.at["预算.pdf", "status"] == "read"
    assert documents.at["预算.pdf", "document_id"] == "预算"
    assert set(documents.drop("预算.pdf")["status"]) == {"failed"}


@pytest.mark.parametrize("name", ["", "预算.DOCX"])
def test_nothing_but_files_of_other_kinds_says_so(name: str, others: Path, tmp_path: Path) -> None:
    with pytest.raises(EmptyInput, match=r"预算.DOCX：是 Word 文件。请另存为 PDF 再放入"):
        build(others / name, tmp_path / "clean")
    assert not (tmp_path / "clean").exists()


def test_the_same_document_twice_is_read_once_and_said(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    for name in ("a", "b", "c"):
        shutil.copy(GOLDEN[0], raw / f"{name}.pdf")
    # Another file with the same pages, as a second download of them often is.
    (raw / "c.pdf").write_bytes((raw / "c.pdf").read_bytes() + b"\n% again\n")
    shutil.copy(GOLDEN[1], raw / "d.pdf")
    built = build(raw, tmp_path / "clean", Batch(jobs=2))
    assert (built.read, built.failures) == (2, ())
    assert built.repeated == tuple(
        f"{raw / name} 与 {raw / 'a.pdf'} 内容相同，只读一次" for name in ("b.pdf", "c.pdf")
    )
    package = load(tmp_path / "clean")
    assert package.documents["document_id"].tolist() == ["a", "d"]
    assert set(package.amounts["document_id"]) == {"a", "d"}


# ---- briefings ------------------------------------------------------------------------------


@pytest.fixture
def chapters(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A notebook folder with two chapters, and what an analyst leaves beside them."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("unit-briefing", "02-expenditure-structure"):
        shutil.copy(PROJECT / "notebooks" / f"{name}.ipynb", folder)
    (folder / "Untitled.ipynb").write_text("{ half a notebook", encoding="utf-8")
    (folder / "02-copy").mkdir()
    monkeypatch.setattr("unitbudget.briefing.notebooks.folder", lambda: folder)
    return folder


def cell(source: str) -> str:
    return (
        '{"cells": [{"cell_type": "code", "id": "a", "metadata": {}, "outputs": [],'
        f' "execution_count": null, "source": "{source}"}}],'
        ' "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    )


def test_only_numbered_notebooks_are_chapters_and_a_failing_one_costs_itself(
    chapters: Path, tmp_path: Path
) -> None:
    (chapters / "08-mine.ipynb").write_text(cell("1 / 0"), encoding="utf-8")
    (chapters / "09-half.ipynb").write_text("{ half a notebook", encoding="utf-8")
    briefed = brief(CLEAN, tmp_path / "out")
    name = load(CLEAN).documents["document_id"].iloc[0]
    assert briefed.written == (tmp_path / "out" / f"{name}.html",)
    assert briefed.failures == (
        f"{name}：08-mine.ipynb：ZeroDivisionError：division by zero",
        f"{name}：09-half.ipynb 不是笔记本，或已损坏",
    )
    pages = {path.stem: path.read_text("utf-8") for path in (tmp_path / "out").rglob("*.html")}
    over_all = {"index", "coverage"}
    assert set(pages) == {*over_all, name, "02-expenditure-structure", "08-mine", "09-half"}
    assert "这一章没有写成：08-mine.ipynb" in pages["08-mine"]
    assert "没有写成" in pages[name] and "没有简报的文件" not in pages["index"]
    assert pages[name].count('class="figure"') > 20


def test_a_briefing_whose_own_notebook_fails_still_leads_to_its_chapters(
    chapters: Path, tmp_path: Path
) -> None:
    (chapters / "unit-briefing.ipynb").write_text(cell("raise KeyError(1)"), encoding="utf-8")
    briefed = brief(CLEAN, tmp_path / "out")
    (home,) = briefed.written
    html = home.read_text("utf-8")
    assert "这一章没有写成：unit-briefing.ipynb：KeyError" in html
    assert "02-expenditure-structure.html" in html


def test_files_of_the_user_among_the_briefings_survive(chapters: Path, tmp_path: Path) -> None:
    out, name = tmp_path / "out", load(CLEAN).documents["document_id"].iloc[0]
    brief(CLEAN, out)
    own = [out / "README.md", out / name / "notes.html", out / name / "sum.xlsx"]
    for path in own:
        path.write_text("mine", encoding="utf-8")
    (out / name / "07-gone.html").write_bytes(b"<head>" + briefing.MARK)
    brief(CLEAN, out)
    assert all(path.read_text("utf-8") == "mine" for path in own)
    assert not (out / name / "07-gone.html").exists()
    assert not list(out.glob(".*"))


@pytest.mark.parametrize("kind", ["index.html", "{}.html", "{}.xlsx", "{}/02-structure.html"])
def test_a_page_that_is_not_ours_is_not_overwritten(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(briefing, "chapters", lambda: [Path("02-structure.ipynb")])
    name = load(CLEAN).documents["document_id"].iloc[0]
    page = tmp_path / "out" / kind.format(name)
    page.parent.mkdir(parents=True)
    page.write_text("<h1>my own page</h1>", encoding="utf-8")
    before = contents(tmp_path)
    with pytest.raises(Refused, match="没有动它"):
        brief(CLEAN, tmp_path / "out")
    assert contents(tmp_path) == before


# ---- Ctrl-C ---------------------------------------------------------------------------------


def interrupted(arguments: list[str], after: float) -> tuple[int, str, float]:
    """What a command says when Ctrl-C is pressed, its status, and how long it takes to end.

    The seconds count from where the command has the word: before that a Ctrl-C is Python's own.
    """
    start_up = (
        "import sys; from unitbudget.__main__ import main; print(flush=True); sys.exit(main())"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", start_up, *arguments],
        cwd=PROJECT,
        env=os.environ | {"PYTHONPATH": str(PROJECT / "lib"), "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    assert process.stdout and process.stdout.readline() == "\n"
    time.sleep(after)
    assert process.poll() is None, "it was over before it could be interrupted"
    start = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: everybody hears it
    said = process.communicate()[1]
    return process.returncode, said, time.monotonic() - start


@pytest.mark.skipif(os.name == "nt", reason="a terminal of Windows cannot be imitated")
@pytest.mark.parametrize("after", [0.5, 1.5, 4])
def test_ctrl_c_in_a_build_is_one_line_and_over_at_once(
    after: float, clean: Path, tmp_path: Path
) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    pdf = PROJECT / "data" / "raw" / "baoshan-workers-service-centre-2020-unit-budget.pdf"
    for number in range(20):
        (raw / f"{number}.pdf").write_bytes(pdf.read_bytes() + b"\n" * number)
    before = contents(clean)
    status, said, took = interrupted(
        ["build", "--raw", str(raw), "--clean", str(clean), "--fresh"], after
    )
    assert (status, said.count("\n")) == (130, 1)
    assert said.startswith("已停止")
    assert took < 2
    assert contents(clean) == before


@pytest.mark.skipif(os.name == "nt", reason="a terminal of Windows cannot be imitated")
def test_ctrl_c_in_a_briefing_leaves_the_old_ones_with_their_index(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "index.html").write_bytes(briefing.MARK)
    status, said, took = interrupted(["brief", "--briefings", str(out)], 3)
    assert (status, said) == (130, "已停止：原来的简报没有动\n")
    assert took < 2
    assert contents(out) == {"index.html": briefing.MARK}


# ---- what a user can do wrong ---------------------------------------------------------------


@examples("arguments, says, status")
def test_a_slip_earns_one_sentence(
    arguments: list[str],
    says: str,
    status: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    try:
        code: object = main(arguments)
    except SystemExit as leaving:
        code = leaving.code
    (said,) = capsys.readouterr().err.splitlines()
    assert says in said
    assert code == status


def test_an_unknown_command_lists_them_all(capsys: pytest.CaptureFixture[str]) -> None:
    main(["frobnicate"])
    said = capsys.readouterr().err
    assert all(f"{word}（" in said for word in ("build", "brief", "lab", "test", "bench"))


@pytest.mark.parametrize("word", ["", "build", "brief", "notebooks"])
def test_help_is_in_one_language_and_tells_every_default(
    word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main([word, "--help"] if word else ["--help"])
    said = capsys.readouterr().out
    assert said.startswith("用法：run.py")
    assert not any(english in said for english in ("usage", "options", "show this", "``", "Raises"))
    if word:
        options = [line for line in said.split("参数:")[1].splitlines() if "显示" not in line]
        assert all("默认" in line for line in options if line.strip())


def test_a_mistake_of_ours_is_a_sentence_that_names_the_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(*_: object) -> None:
        raise ZeroDivisionError("not the\nuser's fault")

    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("unitbudget.running.build.build", mistaken)
    assert main(["build"]) == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith("程序出错（ZeroDivisionError：not the user's fault）")
    assert ".cache/unitbudget.log" in said
    log = (tmp_path / ".cache" / "unitbudget.log").read_text("utf-8")
    assert "Traceback" in log and "in mistaken" in log


def test_errors_are_sentences_even_where_no_log_can_be_kept(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from unitbudget.log import told

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refused)
    assert isinstance(told(KeyError("x")), UnitBudgetError)
    assert str(told(PermissionError(13, "denied", "data/raw"))) == "data/raw：没有权限"


def remark() -> int:
    import logging
    import warnings

    logging.getLogger("a.library").warning("an odd PDF")
    warnings.warn("a library will change", stacklevel=1)
    return 1


def test_what_libraries_remark_is_for_the_log_and_not_for_the_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data" / "raw").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    with Workers(1, limit=60) as workers:
        assert workers.submit(remark).result() == 1
    assert capfd.readouterr().err == ""
    log = (tmp_path / ".cache" / "unitbudget.log").read_text("utf-8")
    assert "an odd PDF" in log and "a library will change" in log


def test_paper_that_could_not_be_printed_takes_nothing_from_the_pages(
    chapters: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("unitbudget.briefing.printing.find_browser", lambda: None)
    briefed = brief(CLEAN, tmp_path / "out", pdf=True)
    assert [path.is_file() for path in briefed.written] == [True]
    assert len(briefed.failures) == 1 and "请安装 Chromium" in briefed.failures[0]
