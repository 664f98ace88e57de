"""What was read or refused once: rows by the content of the document and the version of the code.

A second run, or the rest of an interrupted one, reads only what is new.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from functools import cache
from importlib.metadata import version
from pathlib import Path

from unitbudget.package import Pictures, Rows, keep

#: Programs whose version can change what is read.
READERS = ("camelot-py", "playa-pdf", "pypdfium2")
ROWS = "rows.json"


class Cache:
    """A folder of rows already read; ``None`` in place of a folder keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, sha256: str, document_id: str) -> tuple[dict[str, Rows], Pictures] | None:
        """The rows and pictures of a document that was read before by this very code."""
        place = self._place(sha256, document_id)
        if place is None or not place.is_dir():
            return None
        rows: dict[str, Rows] = json.loads((place / ROWS).read_text("utf-8"))
        return rows, {path.name: path for path in sorted(place.iterdir()) if path.name != ROWS}

    def put(self, sha256: str, document_id: str, rows: dict[str, Rows], pictures: Pictures) -> None:
        place = self._place(sha256, document_id)
        if place is None:
            return
        if not place.parent.exists():
            # What another version of the code read will not be asked for again.
            shutil.rmtree(place.parents[1], ignore_errors=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        unfinished = Path(tempfile.mkdtemp(dir=place.parent))
        (unfinished / ROWS).write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
        for name, picture in pictures.items():
            keep(picture, unfinished / name)
        shutil.rmtree(place, ignore_errors=True)
        unfinished.rename(place)

    def _place(self, sha256: str, document_id: str) -> Path | None:
        if self.folder is None:
            return None
        name = hashlib.sha256(f"{sha256} {document_id}".encode()).hexdigest()[:32]
        return self.folder / code_version()[:16] / name


@cache
def code_version() -> str:
    """One name for the code, the reference data and the programs that read."""
    here = Path(__file__).parents[1]
    digest = hashlib.sha256()
    for path in sorted([*here.rglob("*.py"), *here.glob("reference/**/*")]):
        if path.is_file():
            digest.update(path.relative_to(here).as_posix().encode() + path.read_bytes())
    for name in READERS:
        digest.update(f"{name} {version(name)}".encode())
    return digest.hexdigest()
