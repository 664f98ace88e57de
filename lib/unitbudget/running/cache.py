"""What was read or refused once: rows by the content of the document and the version of the code.

A second run, or the rest of an interrupted one, reads only what is new.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import tempfile
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from unitbudget.package import Pictures, Rows, keep

#: Programs whose version can change what is read.
READERS = ("camelot-py", "playa-pdf", "pypdfium2")
ROWS, UNFINISHED = "rows.json", "unfinished-"
#: Folders the cache makes: one for each version of the code, in it one for each document.
_VERSION, _OURS = re.compile(r"[0-9a-f]{16}"), re.compile(rf"[0-9a-f]{{32}}|{UNFINISHED}\w+")


class Cache:
    """A folder of rows already read; ``None`` in place of a folder keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, sha256: str, document_id: str) -> tuple[dict[str, Rows], Pictures] | None:
        """The rows and pictures of a document that was read before by this very code."""
        place = self._place(sha256, document_id)
        try:
            rows: dict[str, Rows] = json.loads((place / ROWS).read_text("utf-8")) if place else {}
        except (OSError, ValueError):
            return None
        if not place or not rows:
            return None
        return rows, {path.name: path for path in sorted(place.iterdir()) if path.name != ROWS}

    def put(self, sha256: str, document_id: str, rows: dict[str, Rows], pictures: Pictures) -> None:
        """Keep what was read; where it cannot be kept, it will be read again."""
        place = self._place(sha256, document_id)
        if place is None:
            return
        try:
            self._forget(but=place.parent)
            place.parent.mkdir(parents=True, exist_ok=True)
            unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=place.parent))
            (unfinished / ROWS).write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
            for name, picture in pictures.items():
                keep(picture, unfinished / name)
            shutil.rmtree(place, ignore_errors=True)
            unfinished.rename(place)
        except OSError:
            self.folder = None

    def _forget(self, but: Path) -> None:
        """What another version of the code read, and nothing else: it is not asked for again."""
        for place in [] if but.exists() else but.parent.glob("*/*"):
            if _VERSION.fullmatch(place.parent.name) and _OURS.fullmatch(place.name):
                shutil.rmtree(place, ignore_errors=True)
                with suppress(OSError):
                    place.parent.rmdir()

    def _place(self, sha256: str, document_id: str) -> Path | None:
        if self.folder is None or not sha256:
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
