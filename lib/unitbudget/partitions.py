"""The package of very many documents: Parquet, one folder for each year and district.

The same files with the same columns, cut where an analyst cuts and where one document more is one
folder more. Folders in which nothing changed are taken over as they are. Checks that hold, nine
tenths of all rows, are only counted, unless every one of them is asked for.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cache, cached_property, partial
from hashlib import sha256
from io import BytesIO, StringIO
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

import pandas as pd

from unitbudget.errors import UnitBudgetError
from unitbudget.package import (
    HELD,
    PARTS,
    Pictures,
    Wanted,
    about_of,
    described,
    require_same,
    rows_of,
    schema,
    write_whole,
)

try:
    import pyarrow as pa
    import pyarrow.compute as pc
    from pyarrow import csv as pa_csv
    from pyarrow import dataset, parquet
except ImportError as error:
    raise UnitBudgetError(
        "分块的数据包需要 pyarrow：请在环境里安装 pip install 'unitbudget[fleet]'"
    ) from error

#: What is written as Parquet is written anew when this changes.
VERSION = f"1 {pa.__version__}"
#: So many documents are in memory at a time, and in one row group.
AT_A_TIME = 32
TYPES = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64()}
HELD_FIELDS = {
    "document_id": ["string", "文件编号"],
    "rule_id": ["string", "规则编号"],
    "says": ["string", "这条关系说的是什么"],
    "holds": ["integer", "在这份文件里成立几处"],
}
_NUMBERED = re.compile(r"checks/(\d+)/(.*)")


class Told(Protocol):
    """One document to be written: what is known of it, and its rows as CSV."""

    @property
    def about(self) -> Mapping[str, Any]: ...
    @property
    def written(self) -> Mapping[str, str]: ...
    @property
    def mark(self) -> str: ...


def write_parts(
    documents: Iterable[Told],
    clean: str | Path,
    pictures: Mapping[str, Pictures],
    every_check: bool = False,
) -> None:
    """Write the package in parts; those that are there already, of the same rows, stay."""
    write_whole(partial(_fill, list(documents), every_check), clean, pictures)


def _fill(documents: Sequence[Told], every: bool, fresh: Path, old: Path) -> dict[str, Any]:
    facts = pa.Table.from_pylist([_typed(each.about) for each in documents], fields("documents"))
    parquet.write_table(facts, fresh / "documents.parquet", compression="zstd")
    before = {part["path"]: part for part in about_of(old).get(PARTS, [])}
    parts = []
    ordered = sorted(documents, key=lambda each: (_folder(each.about), each.about["document_id"]))
    for folder, group in groupby(ordered, key=lambda each: _folder(each.about)):
        told = [each for each in group if each.about["status"] != "failed"]
        if not told:
            continue
        mark = sha256(" ".join([VERSION, str(every), *(each.mark for each in told)]).encode())
        part = before.get(folder, {})
        if part.get("mark") != mark.hexdigest() or not _taken_over(old, fresh, part):
            files = _write_part(told, every, fresh / folder)
            part = {"path": folder, "mark": mark.hexdigest(), "files": files}
        parts.append(part)
    where: dict[str, list[str]] = {"documents": ["documents.parquet"]}
    for part in parts:
        for name in part["files"]:
            where.setdefault(name, []).append(f"{part['path']}/{name}.parquet")
    resources = [_resource(name, where.get(name, [])) for name in _names(every)]
    return {"resources": resources, PARTS: parts, "counted": not every}


def _names(every: bool) -> list[str]:
    return [*schema(), *([] if every else [HELD])]


def _folder(about: Mapping[str, Any]) -> str:
    """The part of a document: readable to whatever reads folders named as Hive names them."""
    district = re.sub(r"[^\w.-]+", "-", str(about["district"] or "")).strip("-.") or "none"
    return f"{PARTS}/year={about['fiscal_year'] or 'none'}/district={district}"


def _taken_over(old: Path, fresh: Path, part: Mapping[str, Any]) -> bool:
    """Put the files of an unchanged part into the fresh package; not if one is not there."""
    folder = str(part["path"])
    (fresh / folder).mkdir(parents=True)
    for name in part["files"]:
        source, target = old / folder / f"{name}.parquet", fresh / folder / f"{name}.parquet"
        try:
            os.link(source, target)
        except FileNotFoundError:
            shutil.rmtree(fresh / folder)
            return False
        except OSError:  # some disks know no second name for a file
            shutil.copy2(source, target)
    return True


def _write_part(documents: Sequence[Told], every: bool, folder: Path) -> list[str]:
    """The files of one part; one that no document has rows for is not written."""
    folder.mkdir(parents=True, exist_ok=True)
    writers: dict[str, Any] = {}
    with ExitStack() as opened:
        for start in range(0, len(documents), AT_A_TIME):
            some = [each.written for each in documents[start : start + AT_A_TIME]]
            some = some if every else [counted(written) for written in some]
            for name in _names(every):
                text = "".join(written.get(name, "") for written in some)
                if name == "documents" or not text:
                    continue
                if name not in writers:
                    file = parquet.ParquetWriter(
                        folder / f"{name}.parquet", fields(name), compression="zstd"
                    )
                    writers[name] = opened.enter_context(file)
                writers[name].write_table(_table(name, text))
    return list(writers)


def counted(written: Mapping[str, str]) -> dict[str, str]:
    """The rows of a document with the checks that hold counted by rule, and without their figures.

    The others are numbered anew, as they will stand in the file.
    """
    checks, kept, number = rows_of(written, "checks"), [], dict[int, int]()
    holding: dict[tuple[str, ...], int] = {}
    for n, row in enumerate(checks, start=1):
        if row["status"] == "holds":
            key = row["document_id"], row["rule_id"], row["says"]
            holding[key] = holding.get(key, 0) + 1
        else:
            kept.append(row)
            number[n] = len(kept)
    figures = []
    for row in rows_of(written, "figures"):
        if of := _NUMBERED.fullmatch(row["id"]):
            if int(of[1]) not in number:
                continue
            row["id"] = f"checks/{number[int(of[1])]}/{of[2]}"
        figures.append(row)
    rows = {
        "checks": [list(row.values()) for row in kept],
        "figures": [list(row.values()) for row in figures],
        HELD: [[*key, count] for key, count in holding.items()],
    }
    return {**written, **{name: _csv(each) for name, each in rows.items()}}


def _csv(rows: Iterable[Iterable[object]]) -> str:
    text = StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


@cache
def fields(name: str) -> Any:
    """The columns of a file as Parquet types: text, whole numbers, and numbers as in frames."""
    columns = HELD_FIELDS if name == HELD else schema()[name]["fields"]
    return pa.schema([(column, TYPES[kind]) for column, (kind, _) in columns.items()])


def _table(name: str, text: str) -> Any:
    """CSV without a header as a table; a blank number is missing, blank text is blank."""
    columns = fields(name)
    return pa_csv.read_csv(
        BytesIO(text.encode()),
        pa_csv.ReadOptions(column_names=columns.names, block_size=max(len(text) * 4, 1 << 20)),
        pa_csv.ParseOptions(newlines_in_values=True),
        pa_csv.ConvertOptions(column_types=columns, null_values=[""], strings_can_be_null=False),
    )


def _typed(about: Mapping[str, Any]) -> dict[str, Any]:
    """The row of ``documents``, as it was written, with its whole numbers as numbers."""
    kinds = schema()["documents"]["fields"]
    blank = {"string": "", "integer": None}
    return {
        column: (int(about[column]) if kind == "integer" else str(about[column]))
        if about.get(column)
        else blank[kind]
        for column, (kind, _) in kinds.items()
    }


def _resource(name: str, paths: list[str]) -> dict[str, Any]:
    about = described(name) if name != HELD else {
        "name": HELD, "title": "每份文件每条规则一行：成立几处",
        "schema": {"fields": [{"name": column, "type": kind, "description": text}
                              for column, (kind, text) in HELD_FIELDS.items()]},
    }  # fmt: skip
    return about | {
        "path": paths,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
    }


class Parts:
    """Reads rows of a package in parts: no other parts and row groups than may hold them."""

    def __init__(self, clean: Path, about: Mapping[str, Any]) -> None:
        self.clean, self.about = clean, about
        self._paths = {str(each["name"]): list(each["path"]) for each in about["resources"]}

    @cached_property
    def _part_of(self) -> dict[str, str]:
        columns = ["document_id", "fiscal_year", "district"]
        rows = parquet.read_table(self.clean / "documents.parquet", columns=columns).to_pylist()
        return {row["document_id"]: _folder(row) for row in rows}

    def read(
        self, name: str, wanted: Wanted | None = None, columns: Sequence[str] = ()
    ) -> pd.DataFrame:
        """The rows of a file whose columns have one of the values wanted of them."""
        wanted = wanted or {}
        require_same(self.clean, self.about)
        paths = self._paths[name]
        if name != "documents" and "document_id" in wanted:
            parts = {self._part_of.get(str(each)) for each in wanted["document_id"]}
            paths = [path for path in paths if path.rpartition("/")[0] in parts]
        condition = None
        for column, values in wanted.items():
            one = pc.field(column).isin(pa.array(values, fields(name).field(column).type))
            condition = one if condition is None else condition & one
        names = list(columns or fields(name).names)
        if not paths:
            table = fields(name).empty_table().select(names)
        else:
            files = [str(self.clean / path) for path in paths]
            found = dataset.dataset(files, schema=fields(name), format="parquet")
            table = found.to_table(columns=names, filter=condition)
        kinds = {pa.string(): pd.StringDtype(na_value=float("nan")), pa.int64(): pd.Int64Dtype()}
        frame: pd.DataFrame = table.to_pandas(types_mapper=kinds.get)
        return frame
