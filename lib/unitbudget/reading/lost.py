"""Rows that are printed like those of a table and stand in none: that table is not read whole.

Half a page may be lost, or its rules: what is left of a table still adds up, as far as it goes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from unitbudget.documents import Grid, Line, Printed
from unitbudget.errors import UnknownLayout
from unitbudget.money.text import squash
from unitbudget.reading.joining import Joined, is_furniture
from unitbudget.reading.vocabulary import plain, vocabulary

#: A name or a code with figures behind it, and nothing a sentence would have; one of them is money.
#: A figure alone stands beside a chart.
_ROW = re.compile(r"[^，。；：:%元]+?\s-?\d[\d,.\s-]*")
_MONEY = re.compile(r"\d\s?\.\s?\d\d(?!\d)|\d,\d{3}(?!\d)|\d{5,}")


@dataclass(frozen=True, slots=True)
class Stray:
    """Rows that stand in no table, those of one page; the table they go on with, if it was read."""

    rows: list[Line]
    of: Joined | None
    is_first: bool

    @property
    def counts(self) -> bool:
        """Two rows below one another are no accident, nor one of several figures, or a total,
        behind a table.
        """
        text = self.rows[0].text
        behind = self.of is not None and (_is_total(text) or len(_MONEY.findall(text)) > 1)
        return len(self.rows) > 1 or behind

    @property
    def pages(self) -> tuple[int, int]:
        """Where the table is; it began on the page before if these rows begin theirs."""
        page = self.rows[0].page
        return page - (self.is_first and page > 1), page

    def error(self, source_file: str) -> UnknownLayout:
        """Why their table is left unread."""
        first = squash(self.rows[0].text)
        said = f"从“{first[:16]}”起有 {len(self.rows)} 行像是表里的数，却不在读出的任何一张表里"
        return _not_whole(source_file, self.rows[0].page, said)


def blank_behind(table: Joined, printed: Printed) -> UnknownLayout | None:
    """Why a table is left unread that ends without a total before a page with nothing on it."""
    after = table.pages[1] + 1
    if after > len(printed.pages) or printed.pages[after - 1].lines or not _lacks_total(table):
        return None
    return _not_whole(printed.source_file, after, "这一页是空白，前一页的表到页末还没有合计")


def _lacks_total(table: Joined) -> bool:
    """Does a table that lists items by their codes end without a row that sums them up?"""
    roles = [column.role if column else "" for column in table.columns]
    if "code" not in roles:
        return False
    texts = (cell.text for part in table.parts for row in part.rows for cell in row if cell)
    total = vocabulary().rows["total"]
    return not any(total.fullmatch(plain(squash(text), 0)) for text in texts)


def _not_whole(source_file: str, page: int, said: str) -> UnknownLayout:
    todo = "请核对原件是否完整；没有把握的表我们不读"
    return UnknownLayout(f"{source_file} 第{page}页", said, todo)


def strays(
    items: Iterable[Line | Grid], tables: Iterable[Joined], is_title: Callable[[Line], bool]
) -> Iterator[Stray]:
    """The rows outside all tables, items coming in reading order.

    Silent below the title, or behind a grid, of a table that is told to be unread.
    """
    owners = {(g.page, g.box): each for each in tables for g in (each.header, *each.parts)}
    owner: Joined | None = None
    told, page, run = False, 0, list[Line]()
    for item in items:
        if isinstance(item, Line) and is_row(item) and (not run or run[0].page == item.page):
            run.append(item)
            continue
        if run and not told:
            yield Stray(run, owner, run[0].page != page)
        page, run = run[-1].page if run else page, []
        if isinstance(item, Grid):
            owner = owners.get((item.page, item.box))
            told = owner is None
        elif is_row(item):
            run = [item]
            continue
        elif is_furniture(item.text):
            continue
        elif is_title(item) or "。" in item.text:
            owner, told = None, "。" not in item.text
        page = item.page
    if run and not told:
        yield Stray(run, owner, run[0].page != page)


def is_row(line: Line) -> bool:
    """Is this printed like a row of a table?"""
    return bool(_ROW.fullmatch(line.text) and _MONEY.search(line.text))


def _is_total(text: str) -> bool:
    name = plain(re.split(r"[\s\d]", text, maxsplit=1)[0], 0)
    return bool(vocabulary().rows["total"].fullmatch(name))
