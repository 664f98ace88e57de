"""The package in parts: the same rows, a folder for each year and district, whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from conftest import PROJECT
from ending import ended_before
from examples import examples
from test_nothing_lost import STRANGERS, contents
from unitbudget import budgets, build, load
from unitbudget.errors import Refused, UnitBudgetError
from unitbudget.package import BrokenPackage, Package, as_written, rows_of, schema
from unitbudget.package import write as write_csv
from unitbudget.running import build as building
from unitbudget.running.batch import Batch
from unitbudget.running.brief import brief

pytest.importorskip("pyarrow")
partitions = import_module("unitbudget.partitions")
counted, write_parts = partitions.counted, partitions.write_parts

CLEAN = PROJECT / "data" / "clean"
FIRST = "baoshan-workers-service-centre-2020-unit-budget"
GOLDEN = sorted((PROJECT / "tests" / "documents").glob("*/document.pdf"))


@cache
def first() -> dict[str, str]:
    return {
        name: (CLEAN / f"{name}.csv").read_text("utf-8").partition("\n")[2] for name in schema()
    }


@dataclass(frozen=True)
class Made:
    """The first document under another name, of another year and district."""

    name: str
    year: int | str = 2020
    district: str = "宝山区"
    status: str = "read"
    says: str = ""

    @property
    def about(self) -> Mapping[str, Any]:
        return rows_of(self.written, "documents")[0]

    @property
    def written(self) -> dict[str, str]:
        written = {name: text.replace(FIRST, self.name) for name, text in first().items()}
        (about,) = rows_of(written, "documents")
        about |= {"fiscal_year": self.year, "district": self.district, "status": self.status}
        rows = as_written({"documents": [about | {"message": self.says}]})
        return rows if self.status == "failed" else written | rows

    @property
    def mark(self) -> str:
        return repr(self)


ALL = [Made("b", 2021, "甲区"), Made("a"), Made("c", 2021, "甲区"), Made("d", "", ""),
       Made("e", "", "", "failed", "打不开")]  # fmt: skip


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, Path]:
    """The same documents as CSV, in parts, and in parts with every check."""
    root = tmp_path_factory.mktemp("parts")
    rows: dict[str, list[Any]] = {name: [] for name in schema()}
    for each in ALL:
        for name in schema():
            rows[name] += rows_of(each.written, name)
    write_csv(rows, root / "csv")
    write_parts(ALL, root / "parts", {})
    write_parts(ALL, root / "every", {}, every_check=True)
    return root / "csv", root / "parts", root / "every"


def in_order(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values("document_id", kind="stable").reset_index(drop=True)


@pytest.mark.parametrize("name", list(schema()))
def test_a_package_in_parts_holds_the_frames_of_one_as_csv(
    name: str, folders: tuple[Path, Path, Path]
) -> None:
    csv, parts, every = map(load, folders)
    whole = getattr(csv, name)
    pd.testing.assert_frame_equal(in_order(getattr(every, name)), in_order(whole))
    if name not in ("checks", "figures"):
        pd.testing.assert_frame_equal(in_order(getattr(parts, name)), in_order(whole))
    for package in (csv, every):
        alone = getattr(package.document("c"), name)
        pd.testing.assert_frame_equal(
            alone, whole[whole["document_id"] == "c"].reset_index(drop=True)
        )


def test_checks_that_hold_are_counted_and_the_others_keep_their_figures() -> None:
    rows = [
        {"document_id": "x", "rule_id": rule, "says": f"says {rule}", "status": status,
         "subject": str(n)}
        for n, (rule, status) in enumerate(
            [("R1", "holds"), ("R1", "broken"), ("R2", "holds"), ("R1", "holds"),
             ("R2", "cannot_check")]
        )
    ]  # fmt: skip
    names = [f"checks/{n}/stated" for n in (1, 2, 3, 4, 5)] + [
        "checks/2/reason/1",
        "claims/2/value",
    ]
    figures = [{"document_id": "x", "id": name, "formula": name} for name in names]
    told = counted(as_written({"checks": rows, "figures": figures}))
    assert [row["subject"] for row in rows_of(told, "checks")] == ["1", "4"]
    assert told["held"] == "x,R1,says R1,2\nx,R2,says R2,1\n"
    kept = {row["id"]: row["formula"] for row in rows_of(told, "figures")}
    assert kept == {
        "checks/1/stated": "checks/2/stated", "checks/2/stated": "checks/5/stated",
        "checks/1/reason/1": "checks/2/reason/1", "claims/2/value": "claims/2/value",
    }  # fmt: skip


def test_every_form_says_how_many_checks_hold(folders: tuple[Path, Path, Path]) -> None:
    csv, parts, every = map(load, folders)
    assert (parts.counted, every.counted, csv.counted) == (True, False, False)
    assert not set(parts.checks["status"]) & {"holds"}
    for package in (parts, every):
        pd.testing.assert_frame_equal(in_order(package.held), in_order(csv.held), check_dtype=False)
    assert len(parts.document("c").held) == len(csv.held) / 4


@examples("wanted")
def test_what_is_selected_is_the_same_in_every_form(
    wanted: dict[str, Any], folders: tuple[Path, Path, Path]
) -> None:
    frames = [in_order(load(folder).select("amounts", **wanted)) for folder in folders[:2]]
    pd.testing.assert_frame_equal(*frames)
    narrow = [
        in_order(load(folder).select("amounts", ["document_id", "value"], **wanted))
        for folder in folders[:2]
    ]
    pd.testing.assert_frame_equal(*narrow)
    pd.testing.assert_frame_equal(narrow[0], frames[0][["document_id", "value"]])
    first = load(folders[0])
    assert len(first.amounts) and len(first.select("amounts", **wanted)) == len(frames[0])


def test_a_column_nobody_has_is_refused(folders: tuple[Path, Path, Path]) -> None:
    for folder in folders:
        with pytest.raises(BrokenPackage, match="surprise"):
            load(folder).select("amounts", surprise=1)


def test_only_what_is_asked_for_is_read(folders: tuple[Path, Path, Path], tmp_path: Path) -> None:
    """Everything else could as well not be there."""
    for folder in folders[:2]:
        shutil.copytree(folder, tmp_path / folder.name)
        package = load(tmp_path / folder.name)
        for path in (tmp_path / folder.name).rglob("*"):
            if path.stem in ("amounts", "checks"):
                path.unlink()
        assert len(package.terms)
        with pytest.raises(Exception, match="amounts"):
            _ = package.amounts


@pytest.mark.parametrize("form", [0, 1])
def test_a_package_built_anew_meanwhile_is_not_mixed_with_the_old_one(
    form: int, folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    folder = shutil.copytree(folders[form], tmp_path / "clean")
    package = load(folder)
    assert len(package.documents)
    write_parts(ALL[:1], folder, {})
    with pytest.raises(BrokenPackage, match="重建"):
        _ = package.amounts


def states(folder: Path) -> dict[str, tuple[int, int]]:
    found = {path.relative_to(folder).as_posix(): path.stat() for path in folder.rglob("*.parquet")}
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in found.items()}


@pytest.mark.parametrize(
    ("after", "touched"),
    [
        ([*ALL, Made("f", 2020, "甲区")], {"year=2020/district=甲区"}),
        ([*ALL[:1], Made("a", says="changed"), *ALL[2:]], {"year=2020/district=宝山区"}),
        ([ALL[0], *ALL[2:]], {"year=2020/district=宝山区"}),
        (ALL[1:], {"year=2021/district=甲区"}),
        (ALL[::-1], set()),
    ],
    ids=["added", "changed", "removed with its part", "removed", "in another order"],
)
def test_one_document_more_or_less_touches_its_part_only(
    after: list[Made], touched: set[str], folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    write_parts(ALL, tmp_path / "clean", {})
    before = states(tmp_path / "clean")
    write_parts(after, tmp_path / "clean", {})
    now = states(tmp_path / "clean")
    changed = {name for name in {*before, *now} if before.get(name) != now.get(name)}
    assert {name.removeprefix("parts/").rpartition("/")[0] for name in changed} - {""} == touched
    write_parts(after, tmp_path / "fresh", {})
    assert contents(tmp_path / "fresh") == contents(tmp_path / "clean")


OLD, NEW = [Made("a", says="old"), Made("b", 2021)], [Made("a", says="new"), Made("b", 2021)]


def says(folder: Path) -> tuple[str, int]:
    package = load(folder)
    return package.documents["message"][0], len(package.select("amounts", document_id="b"))


@pytest.mark.parametrize("before", ["csv", "parquet"])
@pytest.mark.parametrize("step", range(0, 45, 4))
def test_whenever_a_build_is_ended_a_package_is_whole_and_nothing_lost(
    step: int, before: str, tmp_path: Path
) -> None:
    """Ended before its n-th change to the disk, also where the package was another form."""
    clean = tmp_path / "clean"
    if before == "csv":
        rows = {name: [r for each in OLD for r in rows_of(each.written, name)] for name in schema()}
        write_csv(rows, clean)
    else:
        write_parts(OLD, clean, {})
    strangers = [*STRANGERS, "parts/year=2020/notes.md"]
    for name in strangers:
        (clean / name).parent.mkdir(parents=True, exist_ok=True)
        (clean / name).write_text(name, encoding="utf-8")
    whole = says(clean)[1]

    with ended_before(step):
        write_parts(NEW, clean, {})
    assert says(clean) in (("old", whole), ("new", whole))
    write_parts(NEW, clean, {})
    assert says(clean) == ("new", whole) and whole > 100
    assert {name: (clean / name).read_text("utf-8") for name in strangers} == {
        name: name for name in strangers
    }
    assert not list(clean.glob("*.csv"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clean"]


def test_a_part_that_lost_a_file_is_written_again(tmp_path: Path) -> None:
    write_parts(ALL, tmp_path / "clean", {})
    lost = tmp_path / "clean" / "parts" / "year=2020" / "district=宝山区" / "claims.parquet"
    lost.unlink()
    write_parts(ALL, tmp_path / "clean", {})
    assert lost.is_file()


def test_a_disk_that_knows_one_name_a_file_gets_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", refused)
    for _ in range(2):
        write_parts(ALL[:1], tmp_path / "clean", {})
    assert len(load(tmp_path / "clean").amounts)


def test_many_documents_are_built_in_parts_and_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CSV is the form for a few and for handing on; nothing is read again for another form."""
    monkeypatch.setattr(building, "IN_CSV", 0)
    batch = Batch(jobs=1, cache=tmp_path / "cache")
    build(GOLDEN[0], tmp_path / "parts", batch)
    assert (tmp_path / "parts" / "documents.parquet").is_file()
    built = build(GOLDEN[0], tmp_path / "csv", Batch(1, cache=tmp_path / "cache", form="csv"))
    assert built.reused == 1
    build(GOLDEN[0], tmp_path / "parts", Batch(1, cache=tmp_path / "cache", form="csv"))
    assert contents(tmp_path / "parts") == contents(tmp_path / "csv")


def test_a_package_sent_elsewhere_does_not_need_its_folder(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    import pickle

    folder = shutil.copytree(folders[2], tmp_path / "clean")
    sent = pickle.dumps(load(folder).document("c"))
    shutil.rmtree(folder)
    there: Package = pickle.loads(sent)
    assert set(there.amounts["document_id"]) == {"c"} and there.held["holds"].sum() > 100


def test_who_needs_every_check_is_told_where_they_are_only_counted(
    folders: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    """Never "0 hold": neither a briefing nor a question of one's own."""
    with pytest.raises(Refused, match="--checks"):
        brief(folders[1], tmp_path / "briefings")
    assert not (tmp_path / "briefings").exists()
    counting, every = (budgets(folder)["c"] for folder in folders[1:])
    assert repr(counting) == repr(every)
    with pytest.raises(UnitBudgetError, match="--checks"):
        _ = counting.checks
    assert len(every.checks) > 100


def test_one_table_over_the_documents_asked_for(folders: tuple[Path, Path, Path]) -> None:
    tables = [budgets(folder).table("expenditure", fiscal_year=2021) for folder in folders]
    assert sorted(set(tables[0]["document"])) == ["b", "c"]
    for table in tables[1:]:
        assert sorted(map(str, table["total"])) == sorted(map(str, tables[0]["total"]))
    assert list(budgets(folders[1]).table("expenditure", unit="nobody")) == []


@pytest.mark.slow
def test_a_cluster_lays_out_the_same_table(folders: tuple[Path, Path, Path]) -> None:
    distributed = pytest.importorskip("distributed")
    of = budgets(folders[1])
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, dashboard_address=None, host="127.0.0.1"
    ) as local:
        spread = of.table("expenditure", scheduler=local.scheduler_address, district="甲区")
    pd.testing.assert_frame_equal(spread, of.table("expenditure", district="甲区"))
    assert str(spread["total"].iloc[-1]) == str(of["b"]["expenditure"]["total"].iloc[-1])
