"""Paragraphs → the sections, sentences and defined terms of the explanatory part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from unitbudget.documents import Box, Printed
from unitbudget.reading.paragraphs import Paragraph, layout, numbering, paragraphs, title

_DIGITS = {char: value for value, char in enumerate("〇一二三四五六七八九")}
_SENTENCE_END = re.compile(r"(?<=[。！？])(?![”’）)])")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence as it reads, with the page and box of the printed line it begins on."""

    text: str
    page: int
    box: Box
    paragraph: int
    start: int


@dataclass(frozen=True)
class Section:
    """A titled stretch of prose: its path of printed numbers, its titles, what it says.

    ``path`` joins the numbers of all titles above it, ``3.2.1``; a title printed without a number
    takes its place among its unnumbered neighbours. ``titles`` are those titles, outermost first.
    """

    path: str
    title: str
    level: int
    page: int
    titles: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = field(default=())

    @cached_property
    def text(self) -> str:
        return "\n".join(paragraph.text for paragraph in self.paragraphs)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Its sentences in reading order, each with the place it begins at."""
        found = []
        for number, paragraph in enumerate(self.paragraphs):
            start = 0
            for text in _SENTENCE_END.split(paragraph.text):
                if text:
                    page, box = paragraph.at(start)
                    found.append(Sentence(text, page, box, number, start))
                start += len(text)
        return tuple(found)


@dataclass(slots=True)
class _Open:
    """A section being filled."""

    rank: int
    number: str
    title: str
    page: int
    head: Paragraph
    body: list[Paragraph] = field(default_factory=list)


def sections(printed: Printed) -> list[Section]:
    """The explanatory prose of the document in reading order, by title."""
    opened: list[_Open] = []
    loose: list[_Open] = []
    for paragraph in paragraphs(printed):
        head = title(paragraph.text)
        if head is not None:
            rank, number, words = head
            ordinal = str(_ordinal(number)) if number else ""
            opened.append(_Open(rank, ordinal, words, paragraph.page, paragraph))
        elif opened:
            opened[-1].body.append(paragraph)
        else:
            loose.append(_Open(0, "", "", paragraph.page, paragraph, [paragraph]))
    return _numbered(loose + _without_list_items(opened))


def _ordinal(number: str) -> int:
    """A printed ordinal as a number: ``十二`` → 12."""
    if number.isdigit():
        return int(number)
    tens, has_ten, ones = number.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if has_ten else 0) + _DIGITS.get(ones, 0)


def _without_list_items(opened: list[_Open]) -> list[_Open]:
    """Short numbered lines with nothing under them are items of a list, not titles."""
    kept: list[_Open] = []
    for place, each in enumerate(opened):
        follower = opened[place + 1] if place + 1 < len(opened) else None
        leaf = not each.body and (follower is None or follower.rank <= each.rank)
        if leaf and each.rank > 3 and kept and not _has_sibling(kept, each.rank):
            kept[-1].body.append(each.head)
        else:
            kept.append(each)
    return kept


def _has_sibling(kept: list[_Open], rank: int) -> bool:
    """Does a title of the same rank stand before, under the same title?"""
    for each in reversed(kept):
        if each.rank <= rank:
            return each.rank == rank
    return False


def _numbered(opened: list[_Open]) -> list[Section]:
    """Sections with the path of numbers and titles that leads to each."""
    in_parts = any(each.rank == 0 and each.number for each in opened)
    stack: list[tuple[int, str, str]] = []
    counts: dict[str, int] = {}
    found = []
    for each in opened:
        rank = each.rank
        if not each.number and rank and not in_parts:
            rank = 0
        while stack and stack[-1][0] >= rank:
            stack.pop()
        number = each.number
        if not number and each.title:
            above = ".".join(entry[1] for entry in stack)
            counts[above] = counts.get(above, 0) + 1
            number = str(counts[above])
        if each.title:
            stack.append((rank, number, each.title))
        path = ".".join(entry[1] for entry in stack)
        titles = tuple(entry[2] for entry in stack)
        found.append(Section(path, each.title, len(stack), each.page, titles, tuple(each.body)))
    return found


def terms(found: Iterable[Section]) -> list[dict[str, Any]]:
    """The document's own glossary: the terms it defines and how, as rows of ``terms.csv``."""
    entry = re.compile(layout()["glossary"]["entry"])
    rows: list[dict[str, Any]] = []
    for section in found:
        if not any(layout()["glossary"]["title"] in title for title in section.titles):
            continue
        for paragraph in section.paragraphs:
            match = entry.match(paragraph.text)
            if match and (numbering(paragraph.text) or not rows):
                rows.append(match.groupdict() | {"page": paragraph.page})
            elif rows:
                rows[-1]["definition"] += paragraph.text
    return rows
