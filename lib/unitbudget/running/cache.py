"""What was read or refused once: rows by the content of the document and the version of the code.

A second run, or the rest of an interrupted one, reads only what is new.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import zlib
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

#: Programs whose version can change what is read.
READERS = ("camelot-py", "playa-pdf", "pypdfium2")
#: A folder for each version of the code, and in it a file, once a folder, for each document.
_VERSION, _OURS = re.compile("[0-9a-f]{16}"), re.compile(r"[0-9a-f]{32}(\.json|\.told|\.new)?")


class Cache:
    """A folder of rows already read; ``None`` in place of a folder keeps nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, sha256: str, document_id: str) -> dict[str, Any] | None:
        """What was kept of a document that was read before by this very code.

        ``told``, the most of it, stays there: in its place is the file, which ``kept_in`` reads.
        """
        place = self._place(sha256, document_id)
        if place is None:
            return None
        try:
            with place.open("rb") as file:
                head = file.readline()
                record: dict[str, Any] = json.loads(head)
            whole = place.stat().st_size == len(head) + record.pop("size")
        except (OSError, ValueError, KeyError):
            return None
        return record | {"told": place} if whole else None

    def put(self, sha256: str, document_id: str, record: Mapping[str, Any]) -> Path | None:
        """Keep what was read, and say in which file; what cannot be kept will be read again."""
        place = self._place(sha256, document_id)
        if place is None:
            return None
        try:
            self._forget(but=place.parent)
            place.parent.mkdir(parents=True, exist_ok=True)
            unfinished = place.with_suffix(".new")
            # What is known of it first, in a line of its own: of most no more is asked.
            told = zlib.compress(json.dumps(record.get("told"), ensure_ascii=False).encode(), 1)
            about = {**record, "told": None, "size": len(told)}
            unfinished.write_bytes(json.dumps(about).encode() + b"\n" + told)
            unfinished.replace(place)
        except OSError:
            self.folder = place = None
        return place

    def _forget(self, but: Path) -> None:
        """What another version of the code read, and nothing else: it is not asked for again."""
        for place in [] if but.exists() else but.parent.glob("*/*"):
            if _VERSION.fullmatch(place.parent.name) and _OURS.fullmatch(place.name):
                shutil.rmtree(place) if place.is_dir() else place.unlink()
                with suppress(OSError):
                    place.parent.rmdir()

    def _place(self, sha256: str, document_id: str) -> Path | None:
        if self.folder is None or not sha256:
            return None
        name = hashlib.sha256(f"{sha256} {document_id}".encode()).hexdigest()[:32]
        return self.folder / code_version()[:16] / f"{name}.told"


def kept_in(place: Path) -> dict[str, str]:
    """The rows of a document as they will be written, from the file that keeps them."""
    told: dict[str, str] = json.loads(zlib.decompress(place.read_bytes().partition(b"\n")[2]))
    return told


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
