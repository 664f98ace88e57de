"""The tables of one disclosure: those that are read, and those we could not read.

A refusal is as large as its cause. One table nobody can read costs the others nothing: it is kept
with the sentence that says why, and no amount of it goes any further.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from unitbudget.documents import LEARNED, UNKNOWN, Grid
from unitbudget.errors import DisclosureError, NoRules, UnknownLayout
from unitbudget.money.text import squash
from unitbudget.reading.joining import Joined, where


@dataclass(frozen=True)
class Unread:
    """A table that is printed and was not read: which one, on which pages, and why."""

    table_id: str
    title: str
    pages: tuple[int, int]
    error: DisclosureError


@dataclass
class Identified:
    """A disclosure's tables, and those left unread."""

    year: int
    tables: list[Joined] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)
    #: Pages on which a title stands over a table that lacks rules.
    unruled: set[int] = field(default_factory=set)

    @property
    def family(self) -> str:
        """The family of layouts most of the tables are printed in; none for prose alone.

        A damaged table is learned: of as many of both kinds, those a template knows count.
        """
        used = Counter(joined.table.family for joined in self.tables)
        return max(used, key=lambda family: (used[family], family != LEARNED), default="")

    def leave(
        self, table_id: str, title: str, pages: tuple[int, int], error: DisclosureError
    ) -> None:
        """Leave a table unread; without an identifier it is one nobody knows.

        Whatever was read of the same table before goes with it: half a table is none.
        """
        for joined in [each for each in self.tables if each.table.table_id == table_id]:
            self.tables.remove(joined)
            pages = min(pages[0], joined.pages[0]), max(pages[1], joined.pages[1])
        if self._again(table_id, title, pages):
            return
        unknown = sum(each.table_id.startswith(UNKNOWN) for each in self.unread)
        name = table_id or f"{UNKNOWN}{unknown + 1}"
        self.unread.append(Unread(name, squash(title), pages, error))

    def give_up(self, table_id: str, error: DisclosureError) -> None:
        """Leave a table unread that was found, but holds what cannot be read."""
        first = next(each for each in self.tables if each.table.table_id == table_id)
        self.leave(table_id, first.title, first.pages, error)

    def settled(self) -> Identified:
        """The disclosure without what contradicts itself. Raises where no table is left to read."""
        for each in list(self.unread):
            if any(joined.table.table_id == each.table_id for joined in self.tables):
                self.leave(each.table_id, each.title, each.pages, each.error)
        if self.unread and not self.tables:
            raise self.unread[0].error
        return self

    def goes_on(self, page: int) -> None:
        """The last unread table runs on to this page."""
        last = self.unread[-1]
        self.unread[-1] = replace(last, pages=(last.pages[0], max(last.pages[1], page)))

    def _again(self, table_id: str, title: str, pages: tuple[int, int]) -> bool:
        """Is it a table already left unread? If so it runs on to these pages."""
        for place, each in enumerate(self.unread):
            same = each.table_id == table_id if table_id else each.title == squash(title)
            if same:
                span = min(each.pages[0], pages[0]), max(each.pages[1], pages[1])
                self.unread[place] = replace(each, pages=span)
                return True
        return False


def no_rules(source_file: str, page: int, title: str) -> NoRules:
    """A table below this title that lacks rules."""
    return NoRules(
        where(source_file, page, title),
        "标题下没有完整的表格线，分不清哪个数属于哪一栏",
        "请换用带表格线的原始 PDF；没有把握的表我们不读",
    )


def no_unit(place: str) -> UnknownLayout:
    """Why a table is left unread of which nobody knows what its amounts are counted in."""
    return UnknownLayout(place, "表上没有写金额单位（元或万元）", "请核对原件；没有单位的数不能读")


def cut_off(source_file: str, grid: Grid, before: Joined) -> UnknownLayout:
    """Why a table is left unread when the figures behind it may be more of it."""
    behind = f"后面紧接着 {grid.width} 栏数字，接不到它的 {before.header.width} 栏下面"
    place = where(source_file, grid.page, before.title)
    return UnknownLayout(place, f"{behind}，不知是不是续页")
