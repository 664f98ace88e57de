"""Is a briefing what this package, these rules and this version of the suite make?"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from difflib import SequenceMatcher
from pathlib import Path

from unitbudget.briefing.briefings import Task, brief_document
from unitbudget.briefing.notebooks import chapters
from unitbudget.errors import Refused
from unitbudget.package import Package, clean_folder, load
from unitbudget.picturebook import FOLDER as PAGES

_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_SHA256 = re.compile(r"SHA-256 ([0-9a-f]{64})")
_TOKENS = re.compile(r"<[^>]*>|[^<\s]+|\s+|<")
#: How much of a difference is quoted, and how many differences.
QUOTED, LISTED = 60, 20


def verify(page: Path, clean: str | Path | None = None) -> list[str]:
    """What differs between a briefing and the one made anew from the package; nothing if alike.

    Works offline. Raises ``Refused`` for a page that no document of the package can have made.
    """
    if not page.is_file():
        raise Refused(f"没有 {page} 这个文件：请给出一份简报的 HTML")
    content = page.read_bytes()
    clean = Path(clean or clean_folder()).resolve()
    return compared(_made_again(load(clean), _text(content), clean, page.name), content)


def compared(made: str, content: bytes) -> list[str]:
    """What differs between the page made anew and the bytes of the one found, to the last one."""
    if content == made.encode():
        return []
    return differences(made, _text(content)) or ["有读不出来的字节"]


def _text(content: bytes) -> str:
    return content.decode("utf-8", errors="replace")


def _made_again(package: Package, found: str, clean: Path, name: str) -> str:
    """The page of that title, made anew from the document it says it was made from."""
    sources = set(_SHA256.findall(found))
    documents = package.documents
    ids = documents.loc[documents["sha256"].isin(sources), "document_id"]
    title = _TITLE.search(found)
    if not len(ids) or not title:
        raise Refused(f"{name} 的版权页没有写出本数据包里哪份原文件的 SHA-256，无从比较")
    with tempfile.TemporaryDirectory() as folder:
        for document in ids:
            pictures, into = clean / PAGES / document, Path(folder)
            brief_document(Task(package.document(document), pictures, into, tuple(chapters())))
            name = str(document)
            pages = [into / f"{name}.html", *sorted((into / name).glob("*.html"))]
            for path in pages:
                text = path.read_text("utf-8")
                if f"<title>{title[1]}</title>" in text:
                    return text
    raise Refused(f"{name} 的标题“{title[1][:QUOTED]}”不是这份原文件任何一页的标题")


def differences(made: str, found: str) -> list[str]:
    """One sentence for each place where the page found is not the page made, the first ones."""
    ours, theirs = _TOKENS.findall(made), _TOKENS.findall(found)
    start = _alike(ours, theirs)
    end = _alike(ours[start:][::-1], theirs[start:][::-1])
    ours, theirs = ours[start : len(ours) - end], theirs[start : len(theirs) - end]
    if len(ours) * len(theirs) > 4_000_000:
        places = [(0, len(ours), 0, len(theirs))]
    else:
        matcher = SequenceMatcher(None, ours, theirs, autojunk=False)
        places = [each[1:] for each in matcher.get_opcodes() if each[0] != "equal"]
    told = [f"应为{_quoted(ours[a:b])}，文件里是{_quoted(theirs[c:d])}" for a, b, c, d in places]
    rest = len(told) - LISTED
    return told[:LISTED] + ([f"另有{rest}处不同"] if rest > 0 else [])


def _alike(ours: Sequence[str], theirs: Sequence[str]) -> int:
    """How many tokens the two have in common from the beginning."""
    pairs = zip(ours, theirs, strict=False)
    return next(
        (place for place, (a, b) in enumerate(pairs) if a != b), min(len(ours), len(theirs))
    )


def _quoted(tokens: Sequence[str]) -> str:
    text = "".join(tokens)
    return f"“{text[:QUOTED]}{'…' if len(text) > QUOTED else ''}”" if text else "空"
