"""Which printed grid is which table of a disclosure, and what each of its columns holds.

Tables are known by the title printed above (or in) them and by their printed headings. A grid that
follows without a title goes on with the table before it. A heading no template accounts for, or an
expected heading that is missing, is an ``UnknownLayout``: it says what is printed, where, and that
a template is the place to teach it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

from unitbudget.documents import Grid, Line, Printed
from unitbudget.errors import NotADisclosure, UnknownLayout
from unitbudget.reading.headings import columns_of, fitting
from unitbudget.reading.joining import Joined, goes_on, take_note
from unitbudget.reading.templates import Family, Table, bare_title, families
from unitbudget.text import heading, squash

#: A title stands close above its grid: among this many lines, over at most three of them.
LINES_ABOVE = 12
TITLE_LINES = 3
#: A unit's own name may stand before a table's title, with at most this many characters.
LONGEST_NAME = 30
#: A page has up to three tables; a list of contents names more.
TITLES_ON_A_PAGE = 3

_UNIT = re.compile(r"(?:金额)?单位[::]?\(?(?P<unit>亿元|万元|千元|元|万$)")
#: Titles of tables of figures; performance forms and lists are read elsewhere.
_TABLE_LIKE = re.compile(r"^(?!.*(?:绩效|目标|申报|一览|名单)).*(?:预算|决算|收支|收入|支出).*表$")
_FIGURES = re.compile(r"(?<!\d)\d{1,3}(?:,\d{3})*\.\d{1,2}(?!\d)|(?<!\d)\d{4,}(?!\d|年)")


@dataclass
class Identified:
    """A disclosure's tables, and the grids that are none of them."""

    year: int
    tables: list[Joined]
    others: list[Grid]

    @property
    def family(self) -> str:
        """The family of layouts most of the tables are printed in; none for prose alone."""
        used = Counter(joined.table.family for joined in self.tables).most_common(1)
        return used[0][0] if used else ""


def identify(printed: Printed, year: int, kind: str) -> Identified:
    """The tables of a disclosure.

    Raises ``NotADisclosure`` when no template knows any of it, ``UnknownLayout`` when a table would
    stay unread.
    """
    reader = _Reader(printed, year, [each for each in families() if each.kind == kind])
    above: list[Line] = []
    for item in _in_reading_order(printed):
        if isinstance(item, Line):
            above.append(item)
            if reader.open_table:
                take_note(reader.open_table, item)
        else:
            reader.take(item, above)
            above = []
    reader.refuse_unread(printed)
    if not reader.tables:
        raise NotADisclosure(
            printed.source_file,
            f"{len(printed.pages)} 页里没有一张认得出的单位预算或决算表",
            "请确认这是单位（部门）预算公开文件；若是新版式，请在 reference/templates 添加模板",
        )
    return Identified(year, reader.tables, reader.others)


class _Reader:
    """The grids of one document taken in reading order, each put where it belongs."""

    def __init__(self, printed: Printed, year: int, known: list[Family]) -> None:
        self.printed, self.year = printed, year
        self.known = [table for family in known for table in family.tables]
        self.tables: list[Joined] = []
        self.others: list[Grid] = []
        self.open_table: Joined | None = None

    def take(self, grid: Grid, above: list[Line]) -> None:
        """Put one grid into the table it is, or goes on with. Raises ``UnknownLayout``."""
        grid, inside = _title_rows(grid)
        above = above + inside
        title, tables = _titled(self.known, above)
        before = self.open_table
        if before and not tables and goes_on(before, grid, above):
            return
        if not tables:
            tables = self._by_headings(grid)
        if not tables:
            self._refuse_unknown(grid, above)
            self.others.append(grid)
            self.open_table = None
            return
        if before and before.table in tables and goes_on(before, grid, []):
            return
        where = f"{self.printed.source_file} 第{grid.page}页「{squash(title)}」"
        used = Counter(joined.table.family for joined in self.tables)
        tables = sorted(tables, key=lambda table: -used[table.family])
        table, rows, columns = fitting(tables, grid, self.year, where)
        header = replace(grid, rows=grid.rows[:rows])
        self.open_table = Joined(table, title, _unit(above, where), columns, header)
        self.open_table.parts.append(grid.without_rows(rows))
        self.tables.append(self.open_table)

    def refuse_unread(self, printed: Printed) -> None:
        """A title with figures but no ruled grid below it is a table we cannot see.

        A page with many titles is the list of contents.
        """
        read = {joined.table.table_id for joined in self.tables}
        for page in printed.pages:
            titles = [(line, table) for line in page.lines for table in self._titles(line)]
            if len({table.table_id for _, table in titles}) > TITLES_ON_A_PAGE:
                continue
            for line, table in titles:
                figures = [each for each in page.lines if _FIGURES.search(heading(each.text))]
                if table.table_id not in read and figures:
                    raise UnknownLayout(
                        f"{printed.source_file} 第{page.number}页「{squash(line.text)}」",
                        "标题下没有完整的表格线，分不清哪个数属于哪一栏",
                        "请换用带表格线的原始 PDF；没有把握的表我们不读",
                    )

    def _titles(self, line: Line) -> list[Table]:
        return [] if line.in_grid else _titled(self.known, [line])[1]

    def _by_headings(self, grid: Grid) -> list[Table]:
        """The one table whose headings these are, where a title is missing or worded anew."""
        fits = [table for table in self.known if columns_of(table, grid, self.year)[1] is not None]
        taken = {joined.table.table_id for joined in self.tables}
        return fits if len({t.table_id for t in fits} - taken) == 1 else []

    def _refuse_unknown(self, grid: Grid, above: list[Line]) -> None:
        """A grid under what reads like a table title is a table we must not lose."""
        for line in above[-TITLE_LINES - 1 :]:
            if _TABLE_LIKE.search(bare_title(line.text)) and len(line.text) < 60:
                raise UnknownLayout(
                    f"{self.printed.source_file} 第{grid.page}页",
                    f"没有模板认得标题为「{squash(line.text)}」的表",
                    "请在 reference/templates 的一个模板里为它写 titles 与 columns",
                )


def _in_reading_order(printed: Printed) -> Iterator[Line | Grid]:
    for page in printed.pages:
        items: list[Line | Grid] = [line for line in page.lines if not line.in_grid]
        items += page.grids
        yield from sorted(items, key=lambda item: -item.box.y1)


def _title_rows(grid: Grid) -> tuple[Grid, list[Line]]:
    """The grid without leading rows that are one cell across: titles and units set inside it."""
    inside = []
    while len(grid.rows) > 1 and (first := grid.rows[0][0]) and first.colspan == grid.width > 1:
        if not (_TABLE_LIKE.search(bare_title(first.text)) or _UNIT.search(heading(first.text))):
            break
        inside.append(Line(grid.page, first.text, first.box))
        grid = grid.without_rows(1)
    return grid, inside


def _titled(known: list[Table], above: list[Line]) -> tuple[str, list[Table]]:
    """The title printed nearest above and the tables it names, by its longest wording."""
    near = above[-LINES_ABOVE:]
    for start in reversed(range(len(near))):
        longest, title, named = 0, "", list[Table]()
        for count in range(1, TITLE_LINES + 1):
            text = "".join(line.text for line in near[start : start + count])
            bare = bare_title(_UNIT.split(heading(text))[0])
            for table in known:
                length = max((len(t) for t in table.titles if _names(bare, t)), default=0)
                if length > longest:
                    longest, title, named = length, text, []
                if length and length == longest and table not in named:
                    named.append(table)
        if named:
            return title, named
    return "", []


def _names(bare: str, title: str) -> bool:
    """Is this title printed here, after at most the name of the unit?"""
    return bare.endswith(title) and len(bare) <= len(title) + LONGEST_NAME


def _unit(above: list[Line], where: str) -> str:
    for line in reversed(above[-LINES_ABOVE:]):
        if found := _UNIT.search(heading(line.text)):
            return found["unit"].replace("万元", "万").replace("万", "万元")
    raise UnknownLayout(where, "表上没有写金额单位（元或万元）", "请核对原件；没有单位的数不能读")
