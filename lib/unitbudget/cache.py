"""What was read once: rows by the content of the document and the version of the code.

A second run, or the rest of an interrupted one, reads only what is new.
"""

from __future__ import annotations

import hashlib
import json
import os
from functools import cache
from importlib.metadata import version
from pathlib import Path

from unitbudget.package import Rows

#: Programs whose version can change what is read.
READERS = ("camelot-py", "playa-pdf", "pypdfium2")


class Cache:
    """A folder of rows already read; ``None`` in place of a folder keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, sha256: str, document_id: str) -> dict[str, Rows] | None:
        """The rows of a document that was read before by this very code."""
        path = self._path(sha256, document_id)
        if path is None or not path.is_file():
            return None
        try:
            rows: dict[str, Rows] = json.loads(path.read_text("utf-8"))
        except ValueError:
            return None
        return rows

    def put(self, sha256: str, document_id: str, rows: dict[str, Rows]) -> None:
        path = self._path(sha256, document_id)
        if path is None:
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}.new")
        unfinished.write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        unfinished.replace(path)

    def _path(self, sha256: str, document_id: str) -> Path | None:
        if self.folder is None:
            return None
        name = hashlib.sha256(f"{sha256} {document_id}".encode()).hexdigest()[:32]
        return self.folder / code_version()[:16] / f"{name}.json"


@cache
def code_version() -> str:
    """One name for the code, the reference data and the programs that read."""
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*here.glob("*.py"), *here.glob("reference/**/*")]):
        if path.is_file():
            digest.update(path.relative_to(here).as_posix().encode() + path.read_bytes())
    for name in READERS:
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()
