"""The whole story: the PDFs of a folder → the clean data package."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from unitbudget.errors import EmptyInput
from unitbudget.package import Rows, clean_folder, project, schema, write
from unitbudget.running.batch import Batch, read_all


@dataclass(frozen=True)
class Built:
    """What a build did: how many documents it read, why not the others, and which tables not."""

    read: int
    failures: tuple[str, ...]
    reused: int
    unread: tuple[str, ...] = ()


def build(
    raw: str | Path | Sequence[str | Path] | None = None,
    clean: str | Path | None = None,
    batch: Batch | None = None,
) -> Built:
    """Read every PDF of a folder (or the files named) and write the clean package.

    Raises ``EmptyInput`` when there is nothing to read; ``clean`` is then left as it was.
    """
    paths = _pdfs(raw or project() / "data" / "raw")
    documents = read_all(paths, batch or Batch())
    tables: dict[str, Rows] = {name: [] for name in schema()}
    for result in documents:
        for name, rows in result.rows.items():
            tables[name] += rows
    pictures = {each.rows["documents"][0]["document_id"]: each.pictures for each in documents}
    write(tables, clean or clean_folder(), pictures)
    failures = tuple(result.message for result in documents if result.message)
    reused = sum(result.reused and not result.message for result in documents)
    unread = tuple(str(row["note"]) for row in tables["tables"] if row["status"] == "unread")
    return Built(len(documents) - len(failures), failures, reused, unread)


def _pdfs(raw: str | Path | Sequence[str | Path]) -> list[Path]:
    named = [Path(raw)] if isinstance(raw, str | Path) else [Path(each) for each in raw]
    paths: list[Path] = []
    for each in named:
        if each.is_dir():
            paths += [path for path in each.rglob("*") if path.suffix.lower() == ".pdf"]
        elif each.is_file():
            paths.append(each)
        else:
            raise EmptyInput(f"{each} 不存在：请给出 PDF 文件或放 PDF 的文件夹")
    if not paths:
        folders = "、".join(map(str, named))
        raise EmptyInput(f"{folders} 里没有 PDF：请把公开的预算 PDF 放进去再运行")
    return sorted(set(paths))
