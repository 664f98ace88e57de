"""Which printed grid is which table of a disclosure, and what each of its columns holds.

Tables are known by the title printed above (or in) them and by their printed headings. A grid that
follows without a title goes on with the table before it. A table with a heading no template
accounts for, without an expected heading or without a unit is left unread, with a sentence that
says what is printed, where, and that a template is the place to teach it; the others are read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from unitbudget.documents import Grid, Line, Printed
from unitbudget.errors import NotADisclosure, UnknownLayout
from unitbudget.money.text import heading, squash
from unitbudget.reading.headings import columns_of, fitting
from unitbudget.reading.identified import Identified, cut_off, no_rules
from unitbudget.reading.joining import (
    FIGURES,
    Joined,
    follows,
    goes_on,
    is_hollow,
    is_next,
    take_note,
)
from unitbudget.reading.running import without_running_heads
from unitbudget.reading.templates import Family, Table, bare_title, families
from unitbudget.reading.unruled import Title

#: A title stands close above its grid: among this many lines, over at most three of them.
LINES_ABOVE = 12
TITLE_LINES = 3
#: A unit's own name may stand before a table's title, with at most this many characters.
LONGEST_NAME = 30
#: So begins in a template a title too general for anything to stand before it.
WHOLE = "^"
#: A page has up to three tables; a list of contents names more.
TITLES_ON_A_PAGE = 3

_UNIT = re.compile(r"(?:金额)?单位[::]?\(?(?P<unit>亿元|万元|千元|元|万$)")
#: Titles of tables of figures; performance forms and lists are read elsewhere.
_TABLE_LIKE = re.compile(r"^(?!.*(?:绩效|目标|申报|一览|名单)).*(?:预算|决算|收支|收入|支出).*表$")


def identify(printed: Printed, year: int, kind: str) -> Identified:
    """The tables of a disclosure.

    Raises ``NotADisclosure`` when no template knows any of it, ``UnknownLayout`` when every table
    would stay unread.
    """
    return concluded(survey(printed, year, kind), printed)


def survey(printed: Printed, year: int, kind: str) -> Identified:
    """The tables of a disclosure, those left unread and those that lack rules."""
    printed = without_running_heads(printed)
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
    return reader.found


def concluded(found: Identified, printed: Printed) -> Identified:
    """The tables that can be told, if there are any; raises as ``identify`` does."""
    found = found.settled()
    if not found.tables:
        raise NotADisclosure(
            printed.source_file,
            f"{len(printed.pages)} 页里没有一张认得出的单位预算或决算表",
            "请确认这是单位（部门）预算公开文件；若是新版式，请在 reference/templates 添加模板",
        )
    return found


class _Reader:
    """The grids of one document taken in reading order, each put where it belongs."""

    def __init__(self, printed: Printed, year: int, known: list[Family]) -> None:
        self.printed, self.year = printed, year
        self.known = [table for family in known for table in family.tables]
        self.found = Identified(year)
        self.open_table: Joined | None = None
        self.open_unread = False

    def take(self, grid: Grid, above: list[Line]) -> None:
        """Put one grid into the table it is, or goes on with; or leave it unread."""
        grid, inside = _title_rows(grid)
        above = above + inside
        title, tables = _titled(self.known, above)
        if not tables and self._goes_on(grid, above):
            return
        before, self.open_table, self.open_unread = self.open_table, None, False
        if not tables and not _title_like(above):
            tables = self._by_headings(grid)
        if before and before.table in tables and goes_on(before, grid, []):
            self.open_table = before
            return
        try:
            if tables:
                self._begin(tables, grid, above, title)
            elif before and not _title_like(above) and is_next(before, grid, above):
                tables, title = [before.table], before.title
                raise cut_off(self.printed.source_file, grid, before)
            else:
                self._refuse_unknown(grid, above)
        except UnknownLayout as error:
            names = {table.table_id for table in tables}
            name = names.pop() if len(names) == 1 else ""
            self.found.leave(name, title or _title_like(above), (grid.page, grid.page), error)
            self.open_unread = True

    def _goes_on(self, grid: Grid, above: list[Line]) -> bool:
        """Does a grid without a title belong to the table before it, be that one unread?"""
        if self.open_unread and follows(self.found.unread[-1].pages[1], grid, above):
            self.found.goes_on(grid.page)
            return True
        return bool(self.open_table and goes_on(self.open_table, grid, above))

    def _begin(self, tables: list[Table], grid: Grid, above: list[Line], title: str) -> None:
        """A new table, as the first family prints it whose headings these are."""
        where = f"{self.printed.source_file} 第{grid.page}页「{squash(title)}」"
        used = Counter(joined.table.family for joined in self.found.tables)
        tables = sorted(tables, key=lambda table: -used[table.family])
        table, rows, columns = fitting(tables, grid, self.year, where)
        header = replace(grid, rows=grid.rows[:rows])
        self.open_table = Joined(table, title, _unit(above, where), columns, header)
        self.open_table.parts.append(grid.without_rows(rows))
        self.found.tables.append(self.open_table)

    def refuse_unread(self, printed: Printed) -> None:
        """A title with figures but no ruled grid below it is a table we cannot see.

        So is one with ruled headings only. A page with many titles is the list of contents.
        """
        for joined in [each for each in self.found.tables if is_hollow(each, printed)]:
            self._lacks_rules(joined.header.page, joined.title, joined.header.box.y1, joined)
        known = {joined.table.table_id for joined in self.found.tables}
        known |= {each.table_id for each in self.found.unread}
        for page in printed.pages:
            titles = [(line, table) for line in page.lines for table in self._titles(line)]
            if not 0 < len({table.table_id for _, table in titles}) <= TITLES_ON_A_PAGE:
                continue
            figures = any(FIGURES.search(heading(each.text)) for each in page.lines)
            for line, table in titles:
                if table.table_id not in known and figures:
                    self._lacks_rules(page.number, line.text, line.box.y0, table)
                    known.add(table.table_id)
                elif table.table_id not in known and self.found.unruled:
                    self._look_below(page.number, line.box.y0, table)

    def _look_below(self, page: int, y: float, table: Table, head: Grid | None = None) -> None:
        """Have another look for a table, be it one disclosed as empty, below this height."""
        tables = tuple(each for each in self.known if each.table_id == table.table_id)
        if (missing := Title(page, y, tables, head)) not in self.found.unruled:
            self.found.unruled.append(missing)

    def _lacks_rules(self, page: int, title: str, y: float, which: Table | Joined) -> None:
        """Leave a table unread that may be read again when its rules are found."""
        table = which.table if isinstance(which, Joined) else which
        self._look_below(page, y, table, which.header if isinstance(which, Joined) else None)
        error = no_rules(self.printed.source_file, page, title)
        self.found.leave(table.table_id, title, (page, page), error)

    def _titles(self, line: Line) -> list[Table]:
        return [] if line.in_grid else _titled(self.known, [line])[1]

    def _by_headings(self, grid: Grid) -> list[Table]:
        """The one table whose headings these are, where no title is printed."""
        fits = [table for table in self.known if columns_of(table, grid, self.year)[1] is not None]
        taken = {joined.table.table_id for joined in self.found.tables}
        return fits if len({t.table_id for t in fits} - taken) == 1 else []

    def _refuse_unknown(self, grid: Grid, above: list[Line]) -> None:
        """A grid under what reads like a table title is a table we must not lose."""
        if title := _title_like(above):
            raise UnknownLayout(
                f"{self.printed.source_file} 第{grid.page}页",
                f"没有模板认得标题为「{squash(title)}」的表",
                "请在 reference/templates 的一个模板里为它写 titles 与 columns",
            )
        self.found.others.append(grid)


def _title_like(above: list[Line]) -> str:
    """What reads like the title of a table of figures, close above a grid."""
    for line in above[-TITLE_LINES - 1 :]:
        if _TABLE_LIKE.search(bare_title(line.text)) and len(line.text) < 60:
            return line.text
    return ""


def _in_reading_order(printed: Printed) -> Iterator[Line | Grid]:
    for page in printed.pages:
        items: list[Line | Grid] = [line for line in page.lines if not line.in_grid]
        items += page.grids
        yield from sorted(items, key=lambda item: (item.half, -item.box.y1))


def _title_rows(grid: Grid) -> tuple[Grid, list[Line]]:
    """The grid without leading rows that only name the table, the body or the unit of money."""
    inside: list[Line] = []
    while len(grid.rows) > 1 and (cells := [cell for cell in grid.rows[0] if cell and cell.text]):
        texts = [heading(cell.text) for cell in cells]
        across, unit = cells[0].colspan == grid.width > 1, _UNIT.search(texts[-1])
        about = unit and all(":" in text for text in texts)
        if not about and not (across and (unit or _TABLE_LIKE.search(bare_title(texts[0])))):
            break
        inside += [Line(grid.page, cell.text, cell.box) for cell in cells]
        grid = grid.without_rows(1)
    return grid, inside


def _titled(known: list[Table], above: list[Line]) -> tuple[str, list[Table]]:
    """The title printed nearest above and the tables it names, by its longest wording."""
    near = above[-LINES_ABOVE:]
    last = {title[-1] for table in known for title in table.titles}
    for start in reversed(range(len(near))):
        longest, title, named = 0, "", list[Table]()
        for count in range(1, TITLE_LINES + 1):
            text = "".join(line.text for line in near[start : start + count])
            bare = bare_title(_UNIT.split(heading(text))[0])
            for table in known if bare[-1:] in last else ():
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
    if title.startswith(WHOLE):
        return bare == title.removeprefix(WHOLE)
    return bare.endswith(title) and len(bare) <= len(title) + LONGEST_NAME


def _unit(above: list[Line], where: str) -> str:
    for line in reversed(above[-LINES_ABOVE:]):
        if found := _UNIT.search(heading(line.text)):
            return found["unit"].replace("万元", "万").replace("万", "万元")
    raise UnknownLayout(where, "表上没有写金额单位（元或万元）", "请核对原件；没有单位的数不能读")
