"""The clean data package: frames ↔ ``data/clean``, one schema in both directions.

CSV in UTF-8 with LF and a decimal point; codes are text end to end; ``datapackage.json`` describes
every column. A package is written beside its place and then moved there whole, never half; files in
its folder that are not its own stay there.
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import tomllib
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, fields
from decimal import Decimal
from functools import cache
from hashlib import sha256
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from unitbudget.documents import sha256_of
from unitbudget.errors import Refused, UnitBudgetError
from unitbudget.picturebook import FOLDER as PAGES

Rows = list[dict[str, Any]]
#: Pictures of pages by file name: their content, or the file that holds it.
Pictures = Mapping[str, bytes | Path]

NAME, ABOUT = "unitbudget-clean", "datapackage.json"
_PICTURE = re.compile(rf"{PAGES}/[^/]+/p\d+\.webp")


def project() -> Path:
    """The project folder: the nearest one at or above this that holds ``data``, or else ours."""
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "data" / "raw").is_dir() or (folder / "data" / "clean").is_dir():
            return folder
    return Path(__file__).parents[2]


def clean_folder() -> Path:
    """Where the clean package is kept unless somebody says otherwise."""
    return Path(os.environ.get("UNITBUDGET_CLEAN") or project() / "data" / "clean")


class BrokenPackage(UnitBudgetError):
    """A clean folder that is missing, incomplete or not what the schema says."""


@cache
def schema() -> dict[str, dict[str, Any]]:
    """Every file of the package with its title and its columns, in order."""
    text = (files("unitbudget") / "reference" / "schema.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def rules_version() -> str:
    """By which the rules, wordings and classifications of this version are told from others."""
    folder = files("unitbudget") / "reference"
    texts = (path for path in folder.iterdir() if path.name.endswith((".toml", ".csv")))
    parts = sorted((path.name, path.read_bytes()) for path in texts)
    whole = b"".join(name.encode() + b"\0" + text for name, text in parts)
    return sha256(whole).hexdigest()[:12]


@dataclass
class Package:
    """The frames of a clean folder, one attribute for each of its files."""

    documents: pd.DataFrame
    tables: pd.DataFrame
    amounts: pd.DataFrame
    checks: pd.DataFrame
    suspects: pd.DataFrame
    claims: pd.DataFrame
    implied: pd.DataFrame
    reasons: pd.DataFrame
    findings: pd.DataFrame
    indicators: pd.DataFrame
    projects: pd.DataFrame
    terms: pd.DataFrame
    sections: pd.DataFrame
    readings: pd.DataFrame
    covered: pd.DataFrame
    figures: pd.DataFrame

    def document(self, document_id: str) -> Package:
        """The part of the package that speaks of one document."""
        if document_id not in set(self.documents["document_id"]):
            known = "、".join(self.documents["document_id"])
            raise BrokenPackage(f"没有编号为 {document_id} 的文件；现有：{known}")
        parts = {}
        for field in fields(self):
            whole: pd.DataFrame = getattr(self, field.name)
            parts[field.name] = whole[whole["document_id"] == document_id].reset_index(drop=True)
        return Package(**parts)


def records(rows: pd.DataFrame | Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The rows of a frame, or rows as they are."""
    frame: Any = rows
    return list(frame.to_dict("records") if hasattr(rows, "to_dict") else rows)


def frame(name: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as the frame that loading the written file would give."""
    columns: dict[str, list[str]] = schema()[name]["fields"]
    data = {column: [_plain(row.get(column)) for row in rows] for column in columns}
    return pd.DataFrame(
        {
            column: pd.Series(data[column], dtype="str" if kind == "string" else "object")
            for column, (kind, _) in columns.items()
        }
    ).pipe(_typed, columns)


def _typed(raw: pd.DataFrame, columns: Mapping[str, list[str]]) -> pd.DataFrame:
    for column, (kind, _) in columns.items():
        series = raw[column]
        if kind == "string":
            raw[column] = series.fillna("").astype("str")
        else:
            blank = series.map(lambda value: value is None or value == "")
            numbers = pd.to_numeric(series.mask(blank))
            raw[column] = numbers.astype("Int64" if kind == "integer" else "float64")
    return raw


def _plain(value: Any) -> Any:
    return None if value is None or (isinstance(value, float) and value != value) else value


def load(clean: str | Path | None = None) -> Package:
    """The clean package of a folder. Raises ``BrokenPackage`` with what to do about it."""
    clean = Path(clean) if clean else clean_folder()
    _recover(clean)
    if not (clean / ABOUT).is_file():
        raise BrokenPackage(f"{clean} 里没有 datapackage.json：请先运行 python3 run.py build")
    frames = {}
    for name, entry in schema().items():
        path = clean / f"{name}.csv"
        if not path.is_file():
            raise BrokenPackage(f"{clean} 里缺 {name}.csv：请重新运行 python3 run.py build")
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
        if list(raw.columns) != list(entry["fields"]):
            raise BrokenPackage(f"{path} 的列与 schema.toml 不符：请重新运行 python3 run.py build")
        frames[name] = _typed(raw, entry["fields"])
    return Package(**frames)


def _beside(clean: Path) -> tuple[Path, Path]:
    """Where a package is written before it is moved to its place, and where the old one goes."""
    name = clean.resolve().parent / f".{clean.resolve().name}.unitbudget"
    return Path(f"{name}-new"), Path(f"{name}-old")


def _recover(clean: Path) -> None:
    """Put back the package of a run that was ended between its two last moves."""
    _, old = _beside(clean)
    if old.is_dir() and not clean.exists():
        old.rename(clean)


def writable(clean: str | Path) -> Path:
    """The folder in full, if a package may be written there.

    Raises ``Refused`` for a file, for a folder that is neither empty nor a package, for one in
    which a file would be overwritten, and for one that cannot be written; nothing is touched.
    """
    clean = Path(clean).resolve()
    _recover(clean)
    if clean.exists() and not clean.is_dir():
        raise Refused(f"{clean} 是一个文件，没有动它：请用 --clean 另给一个文件夹")
    present = {path.name for path in clean.iterdir()} if clean.exists() else set()
    own = _own(clean)
    if present and not own:
        raise Refused(
            f"{clean} 里有别的东西，又不是数据包，没有动它：请用 --clean 另给一个空文件夹"
        )
    if taken := sorted(present & {f"{name}.csv" for name in schema()} - own):
        raise Refused(f"{clean} 里的 {taken[0]} 不是数据包写的，没有动它：请先把它改名或移走")
    require_writable(clean.parent, "--clean")
    return clean


def require_writable(folder: Path, option: str) -> None:
    """Raises ``Refused`` where nothing can be written to a folder, or where it cannot be made."""
    above = next(each for each in (folder, *folder.parents) if each.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise Refused(f"{above} 不能写入：请用 {option} 换一个可以写入的位置")


def _own(folder: Path) -> set[str]:
    """The files that the package in a folder says are its own; none where there is no package."""
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        named = {str(resource["path"]) for resource in about["resources"]}
        return {ABOUT, *named} if about["name"] == NAME else set()
    except (OSError, ValueError, KeyError, TypeError):
        return set()


def _hand_over(old: Path, clean: Path) -> None:
    """Remove the files of the old package; whatever else lies in its folder goes to the new one."""
    own = _own(old)
    pictures = [path for path in (old / PAGES).rglob("*") if path.is_symlink() or path.is_file()]
    others = [path for path in old.iterdir() if path.name not in (PAGES, ABOUT)]
    for path in [*pictures, *others]:
        name = path.relative_to(old)
        if name.as_posix() in own or _PICTURE.fullmatch(name.as_posix()):
            path.unlink()
        else:
            (clean / name).parent.mkdir(parents=True, exist_ok=True)
            path.rename(clean / name)
    shutil.rmtree(old)


def as_written(tables: Mapping[str, Rows]) -> dict[str, str]:
    """Rows as the text each file will hold of them, without its header."""
    written = {}
    for name, rows in tables.items():
        columns = schema()[name]["fields"]
        unknown = {column for row in rows for column in row} - set(columns)
        if unknown:
            raise BrokenPackage(f"{name}.csv 没有这些列：{'、'.join(sorted(unknown))}")
        text = StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([_text(_plain(row.get(column))) for column in columns] for row in rows)
        written[name] = text.getvalue()
    return written


def rows_of(written: Mapping[str, str], name: str) -> Rows:
    """The rows of one file, every value as it is written."""
    text = StringIO(written.get(name, ""), newline="")
    return list(csv.DictReader(text, fieldnames=list(schema()[name]["fields"])))


def write(
    tables: Mapping[str, Rows],
    clean: str | Path,
    pictures: Mapping[str, Pictures] | None = None,
) -> None:
    """Write the package of these rows; see ``write_all``."""
    write_all([as_written(tables)], clean, pictures or {})


def write_all(
    documents: Iterable[Mapping[str, str]], clean: str | Path, pictures: Mapping[str, Pictures]
) -> None:
    """Write the package whole: beside its place first, then moved there.

    The documents come one by one, as they are written; ``pictures`` are those of each document's
    pages and go to ``pages/<document_id>/``.
    """
    clean = writable(clean)
    fresh, old = _beside(clean)
    shutil.rmtree(fresh, ignore_errors=True)
    if old.exists():
        _hand_over(old, clean)
    try:
        _write_whole(fresh, documents, pictures)
        if clean.exists():
            clean.rename(old)
        fresh.rename(clean)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        _recover(clean)
        raise
    if old.exists():
        _hand_over(old, clean)


def _write_whole(
    fresh: Path, documents: Iterable[Mapping[str, str]], pictures: Mapping[str, Pictures]
) -> None:
    fresh.mkdir(parents=True)
    with ExitStack() as opened:
        files = {name: opened.enter_context(_started(fresh, name)) for name in schema()}
        for written in documents:
            for name, text in written.items():
                files[name].write(text)
    resources = [_described(fresh, name) for name in schema()]
    about = {"name": NAME, "title": "单位预算公开数据包", "resources": resources}
    text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
    (fresh / ABOUT).write_text(text, encoding="utf-8", newline="\n")
    for document_id, drawn in pictures.items():
        folder = fresh / PAGES / document_id
        folder.mkdir(parents=True)
        for name, picture in drawn.items():
            if isinstance(picture, bytes):
                (folder / name).write_bytes(picture)
            else:
                shutil.copyfile(picture, folder / name)


def _started(folder: Path, name: str) -> TextIO:
    """A file of the package with its header."""
    file = (folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
    file.write(",".join(schema()[name]["fields"]) + "\n")
    return file


def _described(folder: Path, name: str) -> dict[str, Any]:
    entry = schema()[name]
    return {
        "name": name,
        "path": f"{name}.csv",
        "title": entry["title"],
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "hash": "sha256:" + sha256_of(folder / f"{name}.csv"),
        "schema": {
            "fields": [
                {"name": column, "type": kind, "description": text}
                for column, (kind, text) in entry["fields"].items()
            ],
            "missingValues": [""],
        },
    }


def _text(value: Any) -> str:
    """A value as the CSV holds it: decimals without exponent or float noise."""
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return f"{Decimal(repr(float(value))):f}" if not value.is_integer() else f"{value:.0f}"
    return str(value)
