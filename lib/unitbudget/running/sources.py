"""What there is to read: PDFs, each once; and files of other kinds, each with a sentence."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from unitbudget.errors import EmptyInput, NotAPdf
from unitbudget.package import Rows

#: Files people publish budgets in that are no PDF, and what to do about them.
OTHERS = {
    **dict.fromkeys((".doc", ".docx", ".wps"), ("是 Word 文件", "请另存为 PDF 再放入")),
    **dict.fromkeys((".xls", ".xlsx", ".et"), ("是 Excel 文件", "请另存为 PDF 再放入")),
    **dict.fromkeys((".html", ".htm", ".mht"), ("是网页", "请在浏览器里打印成 PDF 再放入")),
    **dict.fromkeys((".zip", ".rar", ".7z"), ("是压缩包", "请先解压，把里面的 PDF 放入")),
    ".ofd": ("是 OFD 文件", "请另存为 PDF 再放入"),
}
#: Columns that say where a document came from and where on its pages something stands.
_WHEREABOUTS = {"document_id", "source_file", "sha256", "pages", "page", "x0", "y0", "x1", "y1"}


def of_another_kind(path: Path) -> NotAPdf | None:
    """Why a file cannot be read, where its name says that it is no PDF."""
    found = OTHERS.get(path.suffix.lower())
    return NotAPdf(path.name, *found) if found else None


def sources(raw: str | Path | Sequence[str | Path]) -> list[Path]:
    """The PDFs of folders and the files named, in order; after them the files of other kinds.

    Raises ``EmptyInput`` where there is no PDF.
    """
    named = [Path(raw)] if isinstance(raw, str | Path) else [Path(each) for each in raw]
    paths: set[Path] = set()
    for each in named:
        if each.is_dir():
            paths |= {path for path in each.rglob("*") if _may_be_meant(path)}
        elif each.is_file():
            paths.add(each)
        else:
            raise EmptyInput(f"{each} 不存在：请给出 PDF 文件或放 PDF 的文件夹")
    others = [error for path in sorted(paths) if (error := of_another_kind(path))]
    if len(paths) == len(others):
        folders = "、".join(map(str, named))
        why = "".join(map(str, others)) or "请把公开的预算 PDF 放进去再运行"
        raise EmptyInput(f"{folders} 里没有 PDF：{why}")
    return sorted(paths, key=lambda path: (path.suffix.lower() in OTHERS, path))


def _may_be_meant(path: Path) -> bool:
    """Is it a document somebody put here, not what an office program keeps beside an open one?"""
    kind = path.suffix.lower()
    meant = kind == ".pdf" or kind in OTHERS
    return meant and not path.name.startswith(("~$", "._")) and path.is_file()


def copies(contents: Iterable[tuple[Path, str]]) -> dict[Path, Path]:
    """The files whose content an earlier file has, and which that is; no content is like none."""
    first: dict[str, Path] = {}
    return {
        path: first[content]
        for path, content in contents
        if content and first.setdefault(content, path) != path
    }


def says(rows: Mapping[str, Rows]) -> str:
    """One name for all a document says, wherever its file came from; none where it was not read."""
    said = [
        [value for column, value in row.items() if column not in _WHEREABOUTS]
        for file in ("documents", "amounts", "sections", "indicators", "projects")
        for row in rows.get(file, [])
    ]
    was_read = rows.get("amounts") or rows.get("sections")
    return hashlib.sha256(repr(said).encode()).hexdigest() if was_read else ""
