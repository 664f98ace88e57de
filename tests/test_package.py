"""The clean package: written and loaded by one schema, described, whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import json
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from conftest import PROJECT
from unitbudget.package import BrokenPackage, Package, frame, load, schema, write

CLEAN = PROJECT / "data" / "clean"


def test_what_is_written_is_what_is_loaded(first: Package, tmp_path: Path) -> None:
    rows = {name: getattr(first, name).to_dict("records") for name in schema()}
    write(rows, tmp_path / "clean")
    loaded = load(tmp_path / "clean")
    for name in schema():
        pd.testing.assert_frame_equal(getattr(loaded, name), getattr(first, name))


def test_codes_stay_text_and_blanks_stay_blank(tmp_path: Path) -> None:
    row = {"document_id": "05", "function_code": "05", "value": Decimal("0.10"), "row": 7}
    write({"amounts": [row]}, tmp_path / "clean")
    amounts = load(tmp_path / "clean").amounts
    assert amounts.loc[0, "function_code"] == "05"
    assert amounts.loc[0, "economic_code"] == ""
    assert amounts.loc[0, "value"] == 0.1
    assert pd.isna(amounts.loc[0, "page"])
    assert (tmp_path / "clean" / "amounts.csv").read_text("utf-8").count("0.10") == 1


def test_values_are_exact_to_the_fen(clean: Package) -> None:
    with (CLEAN / "amounts.csv").open(encoding="utf-8", newline="") as file:
        written = [Decimal(row["value"]) for row in csv.DictReader(file)]
    assert [Decimal(repr(value)) for value in clean.amounts["value"]] == written
    assert all(value == value.quantize(Decimal("0.01")) for value in written)


def test_the_description_describes_every_file_and_column() -> None:
    described = json.loads((CLEAN / "datapackage.json").read_text("utf-8"))
    assert {resource["name"] for resource in described["resources"]} == set(schema())
    for resource in described["resources"]:
        path = CLEAN / resource["path"]
        with path.open(encoding="utf-8", newline="") as file:
            header = next(csv.reader(file))
        fields = resource["schema"]["fields"]
        assert [field["name"] for field in fields] == header
        assert all(field["description"] for field in fields)
        assert resource["hash"] == "sha256:" + hashlib.sha256(path.read_bytes()).hexdigest()
        assert b"\r" not in path.read_bytes()


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (lambda folder: (folder / "amounts.csv").unlink(), "缺 amounts.csv"),
        (lambda folder: (folder / "datapackage.json").unlink(), "没有 datapackage.json"),
        (lambda folder: (folder / "terms.csv").write_text("term\n基本支出\n"), "列与 schema"),
    ],
)
def test_a_damaged_package_says_what_to_do(damage, says: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    write({}, tmp_path / "clean")
    damage(tmp_path / "clean")
    with pytest.raises(BrokenPackage, match=says) as refusal:
        load(tmp_path / "clean")
    assert "run.py build" in str(refusal.value)


def test_a_column_nobody_described_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenPackage, match="surprise"):
        write({"terms": [{"surprise": 1}]}, tmp_path / "clean")


def test_a_document_that_is_not_there_is_named_with_those_that_are(clean: Package) -> None:
    known = clean.documents["document_id"].iloc[0]
    assert len(clean.document(known).documents) == 1
    with pytest.raises(BrokenPackage, match=f"nowhere.*{known}"):
        clean.document("nowhere")


@pytest.mark.parametrize("name", list(schema()))
def test_an_empty_frame_has_every_column_with_its_type(name: str) -> None:
    empty = frame(name, [])
    assert list(empty.columns) == list(schema()[name]["fields"])
    expected = {"string": "str", "integer": "Int64", "number": "float64"}
    kinds = [expected[kind] for kind, _ in schema()[name]["fields"].values()]
    assert [str(dtype) for dtype in empty.dtypes] == kinds
