"""Many documents: one that fails costs the others nothing, and nothing is read twice."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from unitbudget import build, load
from unitbudget.errors import Unforeseen
from unitbudget.package import rows_of, write_all
from unitbudget.running import batch
from unitbudget.running.batch import Batch
from unitbudget.running.cache import Cache
from unitbudget.running.workers import WorkerLost, Workers


def double(number: int) -> int:
    return number * 2


def crash(_number: int) -> int:
    os._exit(3)


def hang(_number: int) -> int:
    time.sleep(60)
    return 0


def refuse(number: int) -> int:
    raise ValueError(f"{number} is refused")


def test_a_crash_a_hang_and_an_error_cost_only_themselves() -> None:
    with Workers(2, limit=8) as workers:
        tasks: list[Future[int]] = [
            workers.submit(work, number)
            for number, work in enumerate([double, crash, double, hang, refuse, double, double])
        ]
    assert [tasks[i].result() for i in (0, 2, 5, 6)] == [0, 4, 10, 12]
    with pytest.raises(WorkerLost, match="退出码 3"):
        tasks[1].result()
    with pytest.raises(WorkerLost, match="超过 8 秒"):
        tasks[3].result()
    with pytest.raises(Unforeseen, match="ValueError：4 is refused"):
        tasks[4].result()


GOLDEN = sorted((Path(__file__).parent / "documents").glob("*/document.pdf"))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """Two documents of one file name, with a file that is no PDF between them."""
    folder = tmp_path / "raw"
    for name, golden in zip(("one", "two"), GOLDEN, strict=False):
        (folder / name).mkdir(parents=True)
        shutil.copy(golden, folder / name / "budget.pdf")
    (folder / "page.pdf").write_bytes(b"<html>not found</html>")
    return folder


@pytest.mark.usefixtures("workers")
def test_the_others_go_on_and_the_failed_one_says_why(
    raw: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = build(raw, tmp_path / "clean", Batch(cache=tmp_path / "cache"))
    package = load(tmp_path / "clean")
    status = package.documents.set_index("document_id")["status"].to_dict()
    assert status == {"budget": "read", "budget-2": "read", "page": "failed"}
    assert built.read == 2
    assert built.failures == ("page.pdf：文件开头没有 %PDF 标记，不是 PDF。请重新下载原文件。",)
    assert set(package.amounts["document_id"]) == {"budget", "budget-2"}

    def nothing_is_read_twice(*_arguments: object) -> None:
        raise AssertionError("a document read or refused before was read again")

    monkeypatch.setattr(batch, "_executor", nothing_is_read_twice)
    again = build(raw, tmp_path / "again", Batch(cache=tmp_path / "cache"))
    assert (again.read, again.reused, again.failures) == (2, 2, built.failures)
    for path in (tmp_path / "clean").rglob("*"):
        if path.is_file():
            twin = tmp_path / "again" / path.relative_to(tmp_path / "clean")
            assert twin.read_bytes() == path.read_bytes()


@pytest.mark.usefixtures("workers")
def test_a_document_out_of_time_is_tried_again(raw: Path, tmp_path: Path) -> None:
    cached = Batch(jobs=1, limit=0.01, cache=tmp_path / "cache")
    (late,) = build(raw / "one", tmp_path / "clean", cached).failures
    assert "仍未完成" in late
    assert build(raw / "one", tmp_path / "clean", replace(cached, limit=60)).failures == ()


def test_changed_content_is_read_again(raw: Path, tmp_path: Path) -> None:
    cached = Batch(cache=tmp_path / "cache")
    build(raw / "one", tmp_path / "clean", cached)
    pdf = raw / "one" / "budget.pdf"
    pdf.write_bytes(pdf.read_bytes() + b"\n% changed\n")
    assert build(raw / "one", tmp_path / "clean", cached).reused == 0


def test_what_older_code_read_is_forgotten_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    older, mixed = folder / ("0" * 16), folder / ("1" * 16)
    (older / ("a" * 32)).mkdir(parents=True)
    (mixed / ("b" * 32)).mkdir(parents=True)
    strangers = [folder / "thesis.txt", mixed / "notes.txt", folder / "photos" / ("c" * 32) / "a"]
    for path in strangers:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("not ours", encoding="utf-8")
    Cache(folder).put("5a", "budget", {"documents": [{"document_id": "budget"}]})
    assert not older.exists() and not (mixed / ("b" * 32)).exists()
    assert all(path.read_text("utf-8") == "not ours" for path in strangers)
    assert "documents" in (Cache(folder).get("5a", "budget") or {})


def test_a_cache_that_is_damaged_or_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.put("5a", "budget", {"documents": []})
    (rows,) = (tmp_path / "cache").rglob("*.told")
    rows.write_text('{"documents": [', encoding="utf-8")
    assert cache.get("5a", "budget") is None
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    Cache(tmp_path / "file").put("5a", "budget", {"documents": []})


def test_a_thousand_documents_wait_on_the_disk(tmp_path: Path) -> None:
    """Each is in memory only while it is written, however many there are."""
    living = 0

    class Written(dict[str, str]):
        def __init__(self) -> None:
            nonlocal living
            living += 1
            assert living < 3, "more documents in memory than the one being written"
            super().__init__(terms="one,基本支出,,1\n")

        def __del__(self) -> None:
            nonlocal living
            living -= 1

    write_all((Written() for _ in range(1000)), tmp_path / "clean", {})
    assert len(load(tmp_path / "clean").terms) == 1000


def test_what_is_read_is_not_kept_in_memory(raw: Path, tmp_path: Path) -> None:
    for _ in range(2):
        (read,) = batch.read_all([raw / "one" / "budget.pdf"], Batch(1, cache=tmp_path / "cache"))
        assert isinstance(read.told, Path)
        assert len(rows_of(read.written, "amounts")) > 10 and read.has_tables


@pytest.fixture
def cluster() -> Iterator[tuple[str, list[int]]]:
    """Two workers on this machine: their scheduler's address and their process numbers."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as local:
        numbers = [worker.pid for worker in local.workers.values()]
        yield local.scheduler_address, numbers


@pytest.mark.slow
def test_a_cluster_that_loses_a_worker_loses_no_document(
    cluster: tuple[str, list[int]], tmp_path: Path
) -> None:
    import signal
    import threading

    address, numbers = cluster
    folder = tmp_path / "raw"
    folder.mkdir()
    for number, golden in enumerate(GOLDEN[:6]):
        shutil.copy(golden, folder / f"budget-{number}.pdf")
    killer = threading.Timer(4, os.kill, [numbers[0], signal.SIGKILL])
    killer.start()
    built = build(folder, tmp_path / "clean", Batch(scheduler=address))
    killer.join()
    assert (built.read, built.failures) == (6, ())
    assert load(tmp_path / "clean").amounts["document_id"].nunique() == 6


TABLES = {
    "documents": [{"document_id": "tables", "unit": "某局", "fiscal_year": 2020, "kind": "budget"}],
    "tables": [{"table_id": "revenue", "status": "read"}],
    "amounts": [],
}


@pytest.mark.parametrize("lost", [WorkerLost("超过 8 秒仍未完成，已中止"), KeyError("ours")])
def test_an_explanation_lost_beside_its_tables_costs_itself_only(
    lost: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read alone it stays as it was, and says that it was not checked."""
    prose = {"documents": [{"document_id": "prose", "unit": "某局", "fiscal_year": 2020,
                            "kind": "budget", "status": "read"}]}  # fmt: skip
    rows = {"tables": TABLES, "prose": prose, "prose-2": prose}
    paths = [tmp_path / f"{name}.pdf" for name in rows]
    for path in paths:
        path.write_text(path.name, encoding="utf-8")

    class Losing(Executor):
        def submit(self, fn: Any, /, *arguments: Any, **_: Any) -> Future[Any]:
            done: Future[Any] = Future()
            path = Path(arguments[0])
            if fn is batch.read_beside and path.stem == "prose":
                done.set_exception(lost)
            else:
                told = {"sections": [{"text": "核对过"}]} if fn is batch.read_beside else {}
                done.set_result(batch.result({**rows[path.stem], **told}))
            return done

    monkeypatch.setattr(batch, "_executor", lambda *_: Losing())
    tables, prose_1, prose_2 = batch.read_all(paths, Batch())
    assert (tables.message, prose_2.message) == ("", "")
    assert "核对过" in prose_2.written["sections"]
    assert prose_1.message.startswith("prose.pdf：")
    assert prose_1.message.endswith("正文没有与表核对。")
    (document,) = rows_of(prose_1.written, "documents")
    assert (document["status"], document["message"]) == ("partial", prose_1.message)
    assert prose_1.about == document
