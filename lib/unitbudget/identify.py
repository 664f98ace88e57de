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
from dataclasses import dataclass, field, replace

from unitbudget.documents import Cell, Grid, Line, Printed
from unitbudget.errors import NotADisclosure, UnknownLayout
from unitbudget.templates import Column, Family, Table, bare_heading, bare_title, families
from unitbudget.text import heading, squash

#: A title stands close above its grid: among this many lines, over at most three of them.
LINES_ABOVE = 12
TITLE_LINES = 3
HEADER_ROWS = 6
#: A unit's own name may stand before a table's title, with at most this many characters.
LONGEST_NAME = 30
#: Rules of one table on two pages may be this many points apart.
SLANT = 3.0

_UNIT = re.compile(r"(?:金额)?单位[::]?\(?(?P<unit>亿元|万元|千元|元|万$)")
_NOTE = re.compile(r"^(?:备注|注|说明)[::]")
#: Titles of tables of figures; performance forms and lists are read elsewhere.
_TABLE_LIKE = re.compile(r"^(?!.*(?:绩效|目标|申报|一览|名单)).*(?:预算|决算|收支|收入|支出).*表$")
_FURNITURE = re.compile(r"^(?:-?\d{1,3}-?|第\d+页.*|续表|\(续\)|.*单位[::]?(?:万|千)?元\)?)$")


@dataclass
class Joined:
    """One table of a disclosure, joined over the pages it runs on."""

    table: Table
    title: str
    unit: str
    columns: tuple[Column | None, ...]
    header: Grid
    parts: list[Grid] = field(default_factory=list)
    note: str = ""

    @property
    def pages(self) -> tuple[int, int]:
        return self.header.page, max([self.header.page, *(part.page for part in self.parts)])


@dataclass
class Identified:
    """A disclosure's tables, and the grids that are none of them."""

    year: int
    tables: list[Joined]
    others: list[Grid]

    @property
    def family(self) -> str:
        """The family of layouts most of the tables are printed in."""
        return Counter(joined.table.family for joined in self.tables).most_common(1)[0][0]


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
                _take_note(reader.open_table, item)
        else:
            reader.take(item, above)
            above = []
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
        if before and not tables and _goes_on(before, grid, above):
            return
        if not tables:
            tables = self._by_headings(grid)
        if not tables:
            self._refuse_unknown(grid, above)
            self.others.append(grid)
            self.open_table = None
            return
        if before and before.table in tables and _goes_on(before, grid, []):
            return
        where = f"{self.printed.source_file} 第{grid.page}页「{squash(title)}」"
        used = Counter(joined.table.family for joined in self.tables)
        tables = sorted(tables, key=lambda table: -used[table.family])
        table, rows, columns = _fitting(tables, grid, self.year, where)
        header = replace(grid, rows=grid.rows[:rows])
        self.open_table = Joined(table, title, _unit(above, where), columns, header)
        self.open_table.parts.append(grid.without_rows(rows))
        self.tables.append(self.open_table)

    def _by_headings(self, grid: Grid) -> list[Table]:
        """The one table whose headings these are, where a title is missing or worded anew."""
        fits = [table for table in self.known if _columns(table, grid, self.year)[1] is not None]
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


def _take_note(table: Joined, line: Line) -> None:
    """The 备注 under a table, with the lines it runs on to, up to its full stop."""
    if _NOTE.match(heading(line.text)) and not table.note:
        table.note = squash(line.text)
    elif table.note and not table.note.endswith("。") and line.page == table.pages[1]:
        table.note += "" if _FURNITURE.match(squash(line.text)) else squash(line.text)


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


def _fitting(
    tables: list[Table], grid: Grid, year: int, where: str
) -> tuple[Table, int, tuple[Column | None, ...]]:
    """The first of these tables whose headings are printed here. Raises ``UnknownLayout``."""
    closest: list[str] | None = None
    for table in tables:
        rows, columns, wrong = _columns(table, grid, year)
        if columns is not None:
            return table, rows, columns
        if closest is None or len(wrong) < len(closest):
            closest = wrong
    raise UnknownLayout(
        where,
        "表头与模板不符：" + "；".join((closest or ["没有表头"])[:6]),
        f"若这是新版式，请在模板的 [{tables[0].table_id}.columns] 写明这些栏目",
    )


def _columns(
    table: Table, grid: Grid, year: int
) -> tuple[int, tuple[Column | None, ...] | None, list[str]]:
    """How many rows the header has, what each column holds; or what is wrong with the headings."""
    closest: list[str] | None = None
    for rows in reversed(range(1, min(HEADER_ROWS, len(grid.rows)) + 1)):
        paths = [_path(grid, column, rows, year) for column in range(grid.width)]
        fitted = [_best(table, path) for path in paths]
        wrong = _mismatches(table, paths, fitted)
        if not wrong:
            return rows, tuple(fitted), []
        if closest is None or len(wrong) <= len(closest):
            closest = wrong
    return 0, None, closest or []


def _path(grid: Grid, column: int, rows: int, year: int) -> tuple[str, ...]:
    """The headings printed over one column, from the top."""
    path: list[str] = []
    cells = []
    for row in range(rows):
        cell = grid.covering(row, column)
        if cell.text and cell not in cells:
            cells.append(cell)
            path.append(bare_heading(cell.text, year))
    return tuple(path)


def _best(table: Table, path: tuple[str, ...]) -> Column | None:
    fitting = [column for column in table.columns if column.fits(path)]
    return max(fitting, key=lambda column: len(column.path), default=None)


def _mismatches(
    table: Table, paths: list[tuple[str, ...]], fitted: list[Column | None]
) -> list[str]:
    wrong = [
        f"印有「{' › '.join(path)}」而模板没有"
        for path, column in zip(paths, fitted, strict=True)
        if path and column is None
    ]
    found = {(c.role, c.measure, c.direction, c.last_year, c.phase) for c in fitted if c}
    for column in table.columns:
        key = (column.role, column.measure, column.direction, column.last_year, column.phase)
        if not column.optional and key not in found:
            found.add(key)
            wrong.append(f"模板要求「{' › '.join(column.path)}」而没有印")
    return wrong


def _goes_on(before: Joined, grid: Grid, above: list[Line]) -> bool:
    """Does this grid continue the table before it? If so it is joined to it."""
    printed = [line for line in above if not _FURNITURE.match(squash(line.text))]
    if printed or grid.page - before.pages[1] > 1:
        return False
    body = grid.without_rows(_repeated_header(before.header, grid))
    fitted = _onto(before.header, body)
    if fitted is None:
        return False
    before.parts.append(fitted)
    return True


def _repeated_header(header: Grid, grid: Grid) -> int:
    rows = len(header.rows)
    if len(grid.rows) < rows or grid.width != header.width:
        return 0

    def texts(source: Grid) -> list[list[str]]:
        return [[heading(text) for text in row] for row in source.texts()[:rows]]

    return rows if texts(header) == texts(grid) else 0


def _onto(header: Grid, body: Grid) -> Grid | None:
    """The rows of a continuation, its cells moved under the columns of the header they stand in.

    A page that holds only the 合计 row has fewer columns: its first cell spans several.
    """
    if body.width == header.width:
        return body
    rows = []
    for row in body.rows:
        placed: list[Cell | None] = [None] * header.width
        for cell in filter(None, row):
            under = [
                c
                for c, left in enumerate(header.lefts)
                if cell.box.x0 - SLANT <= left < cell.box.x1 - SLANT
            ]
            if not under or placed[under[0]] is not None:
                return None
            placed[under[0]] = replace(cell, colspan=len(under))
        rows.append(tuple(placed))
    return Grid(body.page, body.box, tuple(rows), header.lefts)
