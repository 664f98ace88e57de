"""The clean data package: frames ↔ ``data/clean``, one schema in both directions.

CSV in UTF-8 with LF and a decimal point; codes are text end to end; ``datapackage.json`` describes
every column. A package is written beside its place and then moved there whole, never half; files in
its folder that are not its own stay there. Of very many documents it is written in parts
(``partitions.py``).
"""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from unitbudget.documents import sha256_of
from unitbudget.errors import Refused, UnitBudgetError
from unitbudget.picturebook import FOLDER as PAGES
from unitbudget.reference import toml

Rows = list[dict[str, Any]]
#: Pictures of pages by file name: their content, or the file that holds it.
Pictures = Mapping[str, bytes | Path]
#: Values of columns, one of which a row is to have.
Wanted = Mapping[str, list[Any]]
#: Writes the files of a package into an empty folder, beside the old package, and describes them.
Filler = Callable[[Path, Path], dict[str, Any]]

NAME, ABOUT, PARTS, HELD = "unitbudget-clean", "datapackage.json", "parts", "held"
# Text is kept as it is: pyarrow, where it is installed, would lose the figures of a sentence.
pd.set_option("mode.string_storage", "python")
_PICTURE = re.compile(rf"{PAGES}/[^/]+/p\d+\.(png|webp)")


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


#: Every file of the package with its title and its columns, in order.
schema = partial(toml, "schema")


@dataclass(init=False, repr=False, eq=False)
class Package:
    """The frames of a clean folder, one attribute for each of its files, read when asked for."""

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

    def __init__(
        self,
        read: Callable[[str], pd.DataFrame] | None = None,
        parts: Any = None,
        counted: bool = False,
        /,
        **frames: pd.DataFrame,
    ) -> None:
        self._read, self._parts = read, parts
        #: Of checks that hold, does ``held`` say how many there are, in place of ``checks``?
        self.counted = counted
        self._rows_of: dict[str, Mapping[Any, Any]] = {}
        self.__dict__ |= frames

    def __getattr__(self, name: str) -> pd.DataFrame:
        if name not in schema() or self._read is None:
            raise AttributeError(name)
        self.__dict__[name] = found = self._read(name)
        return found

    def __getstate__(self) -> dict[str, Any]:
        # Who is sent a package need not have its folder.
        frames = {name: getattr(self, name) for name in schema()}
        return self.__dict__ | {"_read": None, "_parts": None, "_rows_of": {}} | frames

    @property
    def held(self) -> pd.DataFrame:
        """How many checks of each rule hold in each document, in the column ``holds``."""
        if self.counted and self._read:
            return self._read(HELD)
        holding = self.checks[self.checks["status"] == "holds"]
        by = holding.groupby(["document_id", "rule_id", "says"], sort=False)
        return by.size().reset_index(name="holds")

    def select(self, name: str, columns: Sequence[str] = (), **wanted: Any) -> pd.DataFrame:
        """The rows of a file whose columns have these values, or one of several each.

        Columns of ``documents`` choose among the documents; ``columns`` are all unless said. Of a
        package in parts little else is read. Raises ``BrokenPackage`` for a column nobody has.

        >>> load().select("amounts", function_code="2101101", level="unit")  # doctest: +SKIP
        """
        own, about = schema()[name]["fields"], schema()["documents"]["fields"]
        if unknown := [column for column in wanted if column not in {**own, **about}]:
            raise BrokenPackage(f"{name} 和 documents 都没有这一列：{'、'.join(unknown)}")
        values = {
            column: [value] if isinstance(value, str | int | float) else list(value)
            for column, value in wanted.items()
        }
        here = {column: value for column, value in values.items() if column in own}
        if len(here) < len(values):
            of = {each: value for each, value in values.items() if each not in own}
            of |= {each: value for each, value in here.items() if each == "document_id"}
            here["document_id"] = list(rows_where(self.documents, of)["document_id"])
        if self._parts and name not in self.__dict__:
            selected: pd.DataFrame = self._parts.read(name, here, columns)
            return selected
        found = rows_where(getattr(self, name), here)
        return found[list(columns)] if columns else found

    def among(self, **wanted: Any) -> Package:
        """The part of the package that speaks of the documents ``select`` would choose."""
        names = list(self.select("documents", **wanted)["document_id"])
        return Package(partial(self._some, names), None, self.counted)

    def _some(self, documents: list[str], name: str) -> pd.DataFrame:
        if self._parts and name not in self.__dict__:
            of = {"document_id": documents}
            return rows_where(self._parts.read(name, of), of)
        places = self._places(name)
        own = sorted(place for each in documents for place in places.get(each, ()))
        found: pd.DataFrame = getattr(self, name).iloc[own].reset_index(drop=True)
        return found

    def document(self, document_id: str) -> Package:
        """The part of the package that speaks of one document."""
        if document_id not in self._places("documents"):
            known = "、".join(self.documents["document_id"])
            raise BrokenPackage(f"没有编号为 {document_id} 的文件；现有：{known}")
        return Package(partial(self._some, [document_id]), None, self.counted)

    def _places(self, name: str) -> Mapping[Any, Any]:
        """Where in a file the rows of each document are."""
        if name not in self._rows_of:
            self._rows_of[name] = getattr(self, name).groupby("document_id").indices
        return self._rows_of[name]


def rows_where(rows: pd.DataFrame, wanted: Wanted) -> pd.DataFrame:
    """The rows of a frame whose columns have one of the values wanted of them."""
    for column, values in wanted.items():
        rows = rows[rows[column].isin(values)]
    found: pd.DataFrame = rows.reset_index(drop=True)
    return found


def records(rows: pd.DataFrame | Iterable[Any]) -> list[dict[str, Any]]:
    """The rows of a frame, or rows as they are."""
    if not isinstance(rows, pd.DataFrame):
        return list(rows)
    names = list(map(str, rows))
    columns = (rows[name].tolist() for name in names)
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def frame(name: str, rows: Iterable[Mapping[str, Any]]) -> pd.DataFrame:
    """Rows as the frame that loading the written file would give."""
    columns: dict[str, list[str]] = schema()[name]["fields"]
    kinds = {
        column: "str" if kind == "string" else "object" for column, (kind, _) in columns.items()
    }
    data = {column: [_plain(row.get(column)) for row in rows] for column in columns}
    return _typed(pd.DataFrame({c: pd.Series(data[c], dtype=kinds[c]) for c in columns}), columns)


def _typed(raw: pd.DataFrame, columns: Mapping[str, list[str]]) -> pd.DataFrame:
    for column, (kind, _) in columns.items():
        series = raw[column]
        if kind == "string":
            raw[column] = series.fillna("").astype("str")
        else:
            numbers = pd.to_numeric(series.mask(series.isin([None, ""])))
            raw[column] = numbers.astype("Int64" if kind == "integer" else "float64")
    return raw


def _plain(value: Any) -> Any:
    return None if value is None or (isinstance(value, float) and value != value) else value


def load(clean: str | Path | None = None) -> Package:
    """The clean package of a folder. Raises ``BrokenPackage`` with what to do about it."""
    clean = Path(clean) if clean else clean_folder()
    _recover(clean)
    about = about_of(clean)
    if not about:
        raise BrokenPackage(f"{clean} 里没有 datapackage.json：请先运行 python3 run.py build")
    if PARTS in about:
        parts = import_module("unitbudget.partitions").Parts(clean, about)
        return Package(parts.read, parts, about["counted"])
    for name, entry in schema().items():
        path = clean / f"{name}.csv"
        if not path.is_file():
            raise BrokenPackage(f"{clean} 里缺 {name}.csv：请重新运行 python3 run.py build")
        with path.open(encoding="utf-8") as file:
            head = file.readline().rstrip("\n").split(",")
        if head != list(entry["fields"]):
            raise BrokenPackage(f"{path} 的列与 schema.toml 不符：请重新运行 python3 run.py build")
    return Package(partial(_read_csv, clean, about))


def _read_csv(clean: Path, about: object, name: str) -> pd.DataFrame:
    require_same(clean, about)
    raw = pd.read_csv(clean / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8")
    return _typed(raw, schema()[name]["fields"])


def require_same(clean: Path, about: object) -> None:
    """Raises ``BrokenPackage`` where another package stands in the place of the one described."""
    if about_of(clean) != about:
        raise BrokenPackage(f"{clean} 里的数据包已经重建：请重新打开")


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


def about_of(folder: Path) -> dict[str, Any]:
    """What the package in a folder says of itself; nothing where there is none of ours."""
    try:
        about: dict[str, Any] = json.loads((folder / ABOUT).read_text("utf-8"))
        return about if about["name"] == NAME and about["resources"] is not None else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _own(folder: Path) -> set[str]:
    """The files that the package in a folder says are its own; none where there is no package."""
    about = about_of(folder)
    paths = [resource["path"] for resource in about.get("resources", ())]
    named = {each for path in paths for each in ([path] if isinstance(path, str) else path)}
    return {ABOUT, *named} if about else set()


def _hand_over(old: Path, clean: Path) -> None:
    """Remove the files of the old package; whatever else lies in its folder goes to the new one."""
    own = _own(old)
    inside = [path for folder in (PAGES, PARTS) for path in (old / folder).rglob("*")]
    inside = [path for path in inside if path.is_symlink() or path.is_file()]
    others = [path for path in old.iterdir() if path.name not in (PAGES, PARTS, ABOUT)]
    for path in [*inside, *others]:
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
    columns, text = list(schema()[name]["fields"]), StringIO(written.get(name, ""), newline="")
    return [dict(zip(columns, row, strict=True)) for row in csv.reader(text)]


def write(tables: Mapping[str, Rows], clean: Path, pictures: Any = None) -> None:
    """Write the package of these rows; see ``write_all``."""
    write_all([as_written(tables)], clean, pictures or {})


def write_all(
    documents: Iterable[Mapping[str, str]], clean: str | Path, pictures: Mapping[str, Pictures]
) -> None:
    """Write the package whole, as CSV; the documents come one by one, as they are written.

    ``pictures`` are those of each document's pages and go to ``pages/<document_id>/``.
    """
    write_whole(partial(_as_csv, documents), clean, pictures)


def write_whole(fill: Filler, clean: str | Path, pictures: Mapping[str, Pictures]) -> None:
    """Write the package beside its place first, then move it there."""
    clean = writable(clean)
    fresh, old = _beside(clean)
    shutil.rmtree(fresh, ignore_errors=True)
    if old.exists():
        _hand_over(old, clean)
    try:
        fresh.mkdir(parents=True)
        about = {"name": NAME, "title": "单位预算公开数据包", **fill(fresh, clean)}
        text = json.dumps(about, ensure_ascii=False, indent=2) + "\n"
        (fresh / ABOUT).write_text(text, encoding="utf-8", newline="\n")
        _add_pictures(fresh, pictures)
        if clean.exists():
            clean.rename(old)
        fresh.rename(clean)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        _recover(clean)
        raise
    if old.exists():
        _hand_over(old, clean)


def _as_csv(documents: Iterable[Mapping[str, str]], fresh: Path, _old: Path) -> dict[str, Any]:
    with ExitStack() as opened:
        files = {name: opened.enter_context(_started(fresh, name)) for name in schema()}
        for written in documents:
            for name, text in written.items():
                files[name].write(text)
    return {"resources": [_described(fresh, name) for name in schema()]}


def _add_pictures(fresh: Path, pictures: Mapping[str, Pictures]) -> None:
    for document_id, drawn in pictures.items():
        if not drawn:
            continue
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
    path, about = f"{name}.csv", described(name)
    kind = {"format": "csv", "mediatype": "text/csv", "encoding": "utf-8"}
    content = {"hash": "sha256:" + sha256_of(folder / path), "schema": about.pop("schema")}
    return {"name": name, "path": path, **about, **kind, **content}


def described(name: str) -> dict[str, Any]:
    """What a file of the package is, and what each of its columns."""
    entry = schema()[name]
    fields = [
        {"name": column, "type": kind, "description": text}
        for column, (kind, text) in entry["fields"].items()
    ]
    columns = {"fields": fields, "missingValues": [""]}
    return {"name": name, "title": entry["title"], "schema": columns}


def _text(value: Any) -> str:
    """A value as the CSV holds it: decimals without exponent or float noise."""
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, float):
        return f"{Decimal(repr(float(value))):f}" if not value.is_integer() else f"{value:.0f}"
    return str(value)
