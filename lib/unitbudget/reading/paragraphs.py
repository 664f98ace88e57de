"""Printed lines → paragraphs: page breaks, line breaks and page furniture undone.

A line goes on in the next one unless the next begins something (a number, an indent, a caption)
or its first word would still have fitted at the end of this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from statistics import median

from unitbudget.documents import Box, Line, Page, Printed
from unitbudget.money.text import squash
from unitbudget.reading.privacy import masked
from unitbudget.reference import toml

# The first word of a line: what typesetting never parts (a number, a quoted opening, its comma).
_FIRST_WORD = re.compile(r"[“‘《（(]*(?:[0-9A-Za-z.,%％]+|.)[，。；：、！？）)”’》%％]*")
_GOES_ON = re.compile(r"^[，。；：、！？）)”’》%％]")
_CLOSED = re.compile(r"[。；！？：:]$")
#: A line of at least so many characters is body text.
LONG = 15


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Consecutive prose as it reads, without spaces, and where each printed line of it stands."""

    text: str
    starts: tuple[int, ...]
    lines: tuple[Line, ...]

    @property
    def page(self) -> int:
        return self.lines[0].page

    def at(self, offset: int) -> tuple[int, Box]:
        """The page and box of the printed line that holds the character at the offset."""
        place = max(i for i, start in enumerate(self.starts) if start <= max(offset, 0))
        return self.lines[place].page, self.lines[place].box


@dataclass(frozen=True, slots=True)
class _Margins:
    left: float
    right: float


#: What is known about the layout of explanatory prose, as data.
layout = partial(toml, "narrative")


def numbering(text: str) -> tuple[int, str] | None:
    """The depth and the printed number at the head of the text, or nothing."""
    for style in layout()["numbering"]:
        if match := re.match(style["match"], text):
            return style["rank"], match[1]
    return None


def title(text: str) -> tuple[int, str, str] | None:
    """The depth, printed number and words of a title; nothing where the text is a sentence."""
    rules = layout()["title"]
    bare = text[:-1] if re.search(rules["closed"], text) else text
    head = numbering(bare)
    rank, number = head or (rules["unnumbered_rank"], "")
    words = re.sub(_style(rank), "", bare, count=1) if head else bare
    if rank == 0 and head:
        return rank, number, words
    plain = re.sub(r"（[^（）]*）|\([^()]*\)", "", bare)
    if len(bare) > rules["longest"] or re.search(rules["never"], plain):
        return None
    if head or re.search(rules["unnumbered"], bare):
        return rank, number, words
    return None


def _style(rank: int) -> str:
    return str(next(style["match"] for style in layout()["numbering"] if style["rank"] == rank))


def paragraphs(printed: Printed) -> list[Paragraph]:
    """The prose of the document, without contents list, captions and page numbers."""
    margins = _margins(printed)
    pages = {page.number: page for page in printed.pages}
    groups: list[list[Line]] = []
    for line in _without_contents(list(_body(printed))):
        if groups and _continues(groups[-1], line, margins, pages):
            groups[-1].append(line)
        else:
            groups.append([line])
    joined = [_joined(group) for group in groups]
    return [each for each in joined if each.text and not _is_caption(each, pages)]


def _joined(lines: list[Line]) -> Paragraph:
    texts = [squash(line.text) for line in lines]
    starts = [sum(map(len, texts[:i])) for i in range(len(texts))]
    return Paragraph(masked("".join(texts)), tuple(starts), tuple(lines))


def _body(printed: Printed) -> Iterator[Line]:
    """The visible lines outside grids, without numbers of pages."""
    pattern = re.compile(layout()["furniture"]["page_number"])
    for page in printed.pages:
        seen = [line for line in page.lines if line.box.y0 >= 0 and line.box.y1 <= page.height]
        edges = {id(line) for line in (*seen[:1], *seen[-1:])}
        for line in seen:
            number = id(line) in edges and pattern.match(squash(line.text))
            if not line.in_grid and squash(line.text) and not number:
                yield line


def _without_contents(lines: list[Line]) -> list[Line]:
    """The lines but for the contents list: it ends where its first entry comes back as a title."""
    contents = re.compile(layout()["furniture"]["contents"])
    at = next((i for i, line in enumerate(lines) if contents.match(squash(line.text))), None)
    if at is None or at + 1 >= len(lines):
        return lines
    first, page = squash(lines[at + 1].text), lines[at].page
    key = numbering(first)
    end = at + 2
    while end < len(lines):
        text = squash(lines[end].text)
        again = text == first or (key is not None and key[0] == 0 and numbering(text) == key)
        if again or (lines[end].page > page and numbering(text) is None):
            break
        end += 1
    return lines[:at] + lines[end:]


def _margins(printed: Printed) -> dict[int, _Margins]:
    """Where body text begins and ends on each page."""
    found: dict[int, _Margins] = {}
    for page in printed.pages:
        body = [line for line in page.lines if _is_long(line)]
        if len(body) >= 3:
            ends = sorted(line.box.x1 for line in body)
            right = ends[min(len(ends) - 1, round(0.8 * len(ends)))]
            found[page.number] = _Margins(min(line.box.x0 for line in body), right)
    for page in printed.pages:
        if page.number not in found:
            found[page.number] = _usual(page, printed, found)
    return found


def _is_long(line: Line) -> bool:
    return not line.in_grid and len(squash(line.text)) >= LONG


def _usual(page: Page, printed: Printed, found: dict[int, _Margins]) -> _Margins:
    """The margins of the document's other pages of this width."""
    alike = [
        found[other.number]
        for other in printed.pages
        if other.number in found and abs(other.width - page.width) < 1
    ]
    if not alike:
        return _Margins(page.width * 0.1, page.width * 0.9)
    return _Margins(median(m.left for m in alike), median(m.right for m in alike))


def _em(line: Line) -> float:
    """The width of one Chinese character of the line."""
    text = squash(line.text)
    wide = sum(1.0 if ord(char) > 0x2000 else 0.5 for char in text)
    return (line.box.x1 - line.box.x0) / max(wide, 1.0)


def _continues(
    group: list[Line], line: Line, margins: dict[int, _Margins], pages: dict[int, Page]
) -> bool:
    last, text = group[-1], squash(line.text)
    before = squash(last.text)
    if _is_split_title(group[0], last, line):
        return True
    if numbering(text) or _apart(text) or _apart(before) or _grid_between(last, line, pages):
        return False
    if _GOES_ON.match(text):
        return True
    em = _em(last)
    so_far = "".join(squash(each.text) for each in group)
    if title(so_far):
        if re.search(layout()["title"]["complete"], so_far):
            return bool(re.search(layout()["title"]["tail"], text))
    elif len(before) >= LONG and not _CLOSED.search(before) and _below(line, last, em):
        return True
    word = _FIRST_WORD.match(text)
    room = margins[last.page].right - last.box.x1
    need = em * sum(1.0 if ord(char) > 0x2000 else 0.5 for char in (word[0] if word else text[:1]))
    fitted = room > need + em
    indented = line.box.x0 > margins[line.page].left + 1.3 * em
    if line.page == last.page and line.box.x0 < last.box.x0 - 0.5 * em and not title(so_far):
        indented = False
    elif indented and line.page == last.page and abs(line.box.x0 - last.box.x0) < 0.5 * em:
        indented = bool(_CLOSED.search(before))
    return not fitted and not (indented and (_CLOSED.search(before) or numbering(before)))


def _below(line: Line, last: Line, em: float) -> bool:
    """Does a line begin right under the one before?"""
    return line.page == last.page and abs(line.box.x0 - last.box.x0) < 0.5 * em


def _is_split_title(first: Line, last: Line, line: Line) -> bool:
    """A centred title of a part, set in two lines."""
    head = numbering(squash(first.text))
    if head is None or head[0] != 0 or last.page != line.page:
        return False
    middle = (last.box.x0 + last.box.x1) / 2 - (line.box.x0 + line.box.x1) / 2
    close = last.box.y0 - line.box.y1 < 1.5 * (last.box.y1 - last.box.y0)
    return abs(middle) < _em(last) and close and numbering(squash(line.text)) is None


def _grid_between(last: Line, line: Line, pages: dict[int, Page]) -> bool:
    """Does a ruled grid stand between two lines of prose?"""
    if last.page == line.page:
        return any(
            line.box.y0 < grid.box.y1 and grid.box.y0 < last.box.y1
            for grid in pages[last.page].grids
        )
    below = any(grid.box.y0 < last.box.y0 for grid in pages[last.page].grids)
    above = any(grid.box.y1 > line.box.y1 for grid in pages[line.page].grids)
    return below or above or line.page > last.page + 1


def _apart(text: str) -> bool:
    """Does the line always stand for itself, as the unit of a table does?"""
    furniture = layout()["furniture"]
    return not re.search("[。；]", text) and any(re.search(p, text) for p in furniture["apart"])


def _caption_like(text: str) -> bool:
    if len(text) > layout()["title"]["longest"] or re.search("[。；]", text):
        return False
    return _apart(text) or any(re.search(p, text) for p in layout()["furniture"]["caption"])


def _is_caption(paragraph: Paragraph, pages: dict[int, Page]) -> bool:
    head = numbering(paragraph.text)
    if not _caption_like(paragraph.text) or (head is not None and head[0] == 0):
        return False
    last = paragraph.lines[-1]
    return any(grid.box.y1 <= last.box.y1 for grid in pages[last.page].grids)
