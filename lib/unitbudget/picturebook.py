"""Where pictures of printed pages are kept: ``pages/<document_id>/p004.png``, with their scale.

Who draws them and who shows them agree here, and know nothing else of each other.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = "pages"
SUFFIX = ".png"
POINTS_PER_INCH = 72


def file_name(page: int) -> str:
    return f"p{page:03d}{SUFFIX}"


def kept(folder: Path) -> dict[int, Path]:
    """The pictures in a folder by page; nothing where there is none."""
    return {int(path.stem[1:]): path for path in sorted(folder.glob(f"p*{SUFFIX}"))}
