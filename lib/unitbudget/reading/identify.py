"""Which printed grid is which table of a disclosure, and what each of its columns holds.

Tables are known by the title printed above (or in) them and by their printed headings. A grid that
follows without a title goes on with the table before it. A table with a heading no template
accounts for, without an expected heading or without a unit is left unread, with a sentence that
says what is printed, where, and that a template is the place to teach it; the others are read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from unitbudget.documents import Cell, Grid, Line, Printed
from unitbudget.errors import NotADisclosure, UnknownLayout
from unitbudget.money.text import heading, squash
from unitbudget.reading.confirming import settle
from unitbudget.reading.headings import fitting, heading_rows
from unitbudget.reading.identified import Identified, cut_off, no_rules, no_unit
from unitbudget.reading.joining import (
    FIGURES,
    Joined,
    follows,
    goes_on,
    is_hollow,
    is_next,
    take_note,
    where,
)
from unitbudget.reading.lost import blank_behind, is_row, strays
from unitbudget.reading.running import without_running_heads
from unitbudget.reading.templates import Family, Table, bare_title, families
from unitbudget.reading.understanding import not_understood, understood, unknown
from unitbudget.reading.vocabulary import vocabulary

#: A title stands close above its grid: among this many lines, over at most three of them.
LINES_ABOVE = 12
TITLE_LINES = 3
#: A unit's own name may stand before a table's title, with at most this many characters.
LONGEST_NAME = 30
#: So begins in a template a title too general for anything to stand before it.
WHOLE = "^"
#: A page has up to three tables; a list of contents names more.
TITLES_ON_A_PAGE = 3

#: The unit of money, and no place such as 元氏 or 元江; another field may follow on the line.
_UNIT = re.compile(
    r"(?:金额)?单位[::]?\(?(?:人民币)?(?P<unit>亿元|万元|千元|元|万$)"
    r"(?:(?![\u4e00-\u9fff])|(?=部门|单位|编制|预算|填报|公开|制表|日期))"
)
#: Behind a title or in a heading the unit may stand in brackets by itself.
_IN_BRACKETS = re.compile(r"\((?:金额)?(?:单位[::]?)?(?:人民币)?(?P<unit>亿元|万元|千元|元)\)")
#: A title close enough to one of a table of figures for a look at what is below it.
_LIKELY = re.compile(
    r"^(?!.*(?:绩效|目标(?!类)|申报|一览|名单|资产(?!配置))).*"
    r"(?:预算|决算|收支|收入|支出|采购|购买服务|拨款|经费|资金).*表$"
)
#: Titles of tables of figures; performance forms and lists are read elsewhere.
_TABLE_LIKE = re.compile(
    r"^(?!.*(?:绩效|目标(?!类)|申报|一览|名单)).*(?:预算|决算|收支|收入|支出).*表$"
)


def survey(printed: Printed, year: int, kind: str) -> Identified:
    """The tables of a disclosure, those left unread and those that lack rules."""
    printed = without_running_heads(printed)
    known = [each for each in families() if each.kind == kind]
    reader = _Reader(printed, year, kind, known)
    above: list[Line] = []
    for item in _in_reading_order(printed):
        if isinstance(item, Line):
            above.append(item)
            if reader.open_table:
                take_note(reader.open_table, item)
        else:
            reader.take(item, above)
            above = []
    settle(reader.found, printed.source_file, kind)
    reader.refuse_unread(printed)
    return reader.found


def concluded(found: Identified, printed: Printed) -> Identified:
    """The tables that can be told whole.

    Raises ``NotADisclosure`` when there is none at all, ``UnknownLayout`` when every table would
    stay unread.
    """
    for joined in list(found.tables):
        if error := blank_behind(joined, printed):
            found.give_up(joined.table.table_id, error)
    _leave_cut(found, printed)
    found = found.settled()
    if not found.tables:
        raise NotADisclosure(
            printed.source_file,
            f"{len(printed.pages)} 页里没有一张认得出的单位预算或决算表",
            "请确认这是单位（部门）预算公开文件；若是新版式，请在 reference/templates 添加模板",
        )
    return found


def _leave_cut(found: Identified, printed: Printed) -> None:
    """Leave tables unread of which rows stand outside, and say of rows of no table that they do."""
    if not any(is_row(line) for line in printed.prose):
        return
    titles = {each.title for each in found.unread}
    known = [table for family in families() for table in family.tables]

    def is_title(line: Line) -> bool:
        return squash(line.text) in titles or bool(_titled(known, [line])[0])

    for each in list(strays(_in_reading_order(printed), found.tables, is_title)):
        if each.counts:
            title = each.of.title if each.of else f"第{each.rows[0].page}页没有标题的表"
            name = each.of.table.table_id if each.of else ""
            found.leave(name, title, each.pages, each.error(printed.source_file))


class _Reader:
    """The grids of one document taken in reading order, each put where it belongs."""

    def __init__(self, printed: Printed, year: int, kind: str, known: list[Family]) -> None:
        self.printed, self.year, self.kind = printed, year, kind
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
        again = before and (
            before.table in tables or squash(_title_like(above)) == squash(before.title)
        )
        if before and again and goes_on(before, grid, []):
            self.open_table = before
            return
        try:
            if tables:
                self._begin(tables, grid, above, title)
            elif title := _title_like(above, _LIKELY):
                self._understand(grid, above, title)
            elif title := _title_like(above):
                # A grid under what reads like a table's title is a table we must not lose.
                place = f"{self.printed.source_file} 第{grid.page}页"
                todo = "请在 reference/templates 的一个模板里为它写 titles 与 columns"
                raise UnknownLayout(place, f"没有模板认得标题为「{squash(title)}」的表", todo)
            elif before and is_next(before, grid, above):
                tables, title = [before.table], before.title
                raise cut_off(self.printed.source_file, grid, before)
        except UnknownLayout as error:
            if not tables and not _title_like(above):
                return
            title = title or _title_like(above)
            kind = vocabulary().kind(bare_title(title), ())
            names = {kind.table_id} if kind else {table.table_id for table in tables}
            name = names.pop() if tables and len(names) == 1 else ""
            self.found.leave(name, title, (grid.page, grid.page), error)
            self.open_unread = True

    def _goes_on(self, grid: Grid, above: list[Line]) -> bool:
        """Does a grid without a title belong to the table before it, be that one unread?"""
        if self.open_unread and follows(self.found.unread[-1].pages[1], grid, above):
            self.found.goes_on(grid.page)
            return True
        return bool(self.open_table and goes_on(self.open_table, grid, above))

    def _begin(self, tables: list[Table], grid: Grid, above: list[Line], title: str) -> None:
        """A new table, as the first family prints it whose headings these are."""
        place = where(self.printed.source_file, grid.page, title)
        used = Counter(joined.table.family for joined in self.found.tables)
        tables = sorted(tables, key=lambda table: -used[table.family])
        fitted = fitting(tables, grid, self.year)
        if fitted is None or heading_rows(grid) > fitted[1]:
            self._understand(grid, above, title)
            return
        table, rows, columns = fitted
        header = replace(grid, rows=grid.rows[:rows])
        self.open_table = Joined(table, title, _unit(above, place), columns, header)
        self.open_table.parts.append(grid.without_rows(rows))
        self.found.tables.append(self.open_table)

    def _understand(self, grid: Grid, above: list[Line], title: str) -> None:
        """A new table no template knows, as its headings and cells say; its sums decide later."""
        place = where(self.printed.source_file, grid.page, title)
        rows = heading_rows(grid)
        header, body = replace(grid, rows=grid.rows[:rows]), grid.without_rows(rows)
        readings = understood(title, header, body.rows, self.year, self.kind, place)
        taken = {joined.table.table_id for joined in self.found.tables}
        for each in readings:
            if each.table.table_id in taken and (strange := unknown(each.columns)):
                raise not_understood(strange, place)
        unit = _unit_above(above) or _unit_in([title, *(t for row in header.texts() for t in row)])
        parts = [body]
        begun = [Joined(each.table, title, unit, each.columns, header, parts) for each in readings]
        self.open_table = begun[0]
        self.found.tables += begun

    def refuse_unread(self, printed: Printed) -> None:
        """A title with figures but no ruled grid below it is a table we cannot see.

        So is one with ruled headings only. A page with many titles is the list of contents.
        """
        for joined in [each for each in self.found.tables if is_hollow(each, printed)]:
            self._lacks_rules(joined.header.page, joined.title, joined.table)
        known = {joined.table.table_id for joined in self.found.tables}
        known |= {each.table_id for each in self.found.unread}
        titled = {squash(joined.title) for joined in self.found.tables}
        titled |= {each.title for each in self.found.unread}
        for page in printed.pages:
            titles = [(line, table) for line in page.lines for table in self._titles(line)]
            if not 0 < len({table.table_id for _, table in titles}) <= TITLES_ON_A_PAGE:
                continue
            figures = any(FIGURES.search(heading(each.text)) for each in page.lines)
            for line, table in titles:
                if squash(line.text) in titled:
                    continue
                if table.table_id not in known and figures:
                    self._lacks_rules(page.number, line.text, table)
                    known.add(table.table_id)
                elif table.table_id not in known and self.found.unruled:
                    self.found.unruled.add(page.number)  # it may be one disclosed as empty

    def _lacks_rules(self, page: int, title: str, table: Table) -> None:
        """Leave a table unread that may be read again when its rules are found."""
        self.found.unruled.add(page)
        error = no_rules(self.printed.source_file, page, title)
        self.found.leave(table.table_id, title, (page, page), error)

    def _titles(self, line: Line) -> list[Table]:
        return [] if line.in_grid else _titled(self.known, [line])[1]

    def _by_headings(self, grid: Grid) -> list[Table]:
        """The one table whose headings these are, where no title is printed."""
        fits = [table for table in self.known if fitting([table], grid, self.year)]
        taken = {joined.table.table_id for joined in self.found.tables}
        return fits if len({t.table_id for t in fits} - taken) == 1 else []


def _title_like(above: list[Line], pattern: re.Pattern[str] = _TABLE_LIKE) -> str:
    """What reads like the title of a table of figures, close above a grid."""
    near = above[-TITLE_LINES - 1 :]
    for start in reversed(range(len(near))):
        for count in range(1, TITLE_LINES + 1):
            text = "".join(line.text for line in near[start : start + count])
            if start + count <= len(near) and len(text) < 60 and pattern.search(bare_title(text)):
                return text
    return ""


def _in_reading_order(printed: Printed) -> Iterator[Line | Grid]:
    for page in printed.pages:
        items: list[Line | Grid] = [line for line in page.lines if not line.in_grid]
        items += page.grids
        yield from sorted(items, key=lambda item: (item.half, -item.box.y1))


def _title_rows(grid: Grid) -> tuple[Grid, list[Line]]:
    """The grid without leading rows that only name the table, the body or the unit of money."""
    inside: list[Line] = []
    while len(grid.rows) > 1:
        cells = [cell for cell in grid.rows[0] if cell and squash(cell.text)]
        if not cells:
            if not _is_about(grid.rows[1], grid.width):
                break
        elif not _is_about(grid.rows[0], grid.width):
            break
        inside += [Line(grid.page, cell.text, cell.box) for cell in cells]
        grid = grid.without_rows(1)
    return grid, inside


def _is_about(row: Sequence[Cell | None], width: int) -> bool:
    """Does a row only name the table, the body or the unit of money?"""
    cells = [cell for cell in row if cell and squash(cell.text)]
    if not cells:
        return False
    texts = [heading(cell.text) for cell in cells]
    unit = _UNIT.search(texts[-1])
    if unit and all(":" in text for text in texts):
        return True
    across = len(cells) == 1 and width > 1
    return across and bool(unit or _LIKELY.search(bare_title(texts[0])))


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


def _unit(above: list[Line], place: str) -> str:
    if unit := _unit_above(above):
        return unit
    raise no_unit(place)


def _unit_above(above: list[Line]) -> str:
    """The unit of money printed nearest above a grid."""
    for line in reversed(above[-LINES_ABOVE:]):
        for found in reversed([*_UNIT.finditer(heading(line.text))]):
            return found["unit"].replace("万元", "万").replace("万", "万元")
    return ""


def _unit_in(texts: list[str]) -> str:
    """The unit of money in the title or the headings themselves."""
    found = (pattern.search(heading(text)) for text in texts for pattern in (_IN_BRACKETS, _UNIT))
    return next((match["unit"] for match in found if match), "")
