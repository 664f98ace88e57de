"""What was understood without a template, as the template that would have taught it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from unitbudget.money.text import heading
from unitbudget.reading.again import surveyed
from unitbudget.reading.joining import Joined
from unitbudget.reading.templates import Column, bare_heading, bare_title


def teach(path: str | Path) -> str:
    """The tables of one document nobody taught, as a template's TOML; a sentence where none is."""
    path = Path(path)
    _, about, found = surveyed(path)
    learned = [joined for joined in found.tables if joined.is_learned]
    if not learned:
        return f"# {path.name}：每张读出来的表都有模板，没有什么要教\n"
    describes = f"{about.unit}{about.fiscal_year}年：请核对后写明是哪里的版式"
    lines = [f'kind = "{about.kind}"', f"describes = {_quoted(describes)}"]
    for joined in learned:
        lines += ["", *_table(joined, about.fiscal_year)]
    return "\n".join(lines) + "\n"


def _table(joined: Joined, year: int) -> Iterator[str]:
    first, last = joined.pages
    table = joined.table
    yield f"# 第{first}页" + (f"至第{last}页" if last > first else "")
    yield f"[{table.table_id}]"
    yield f"titles = [{_quoted(bare_title(joined.title))}]"
    if table.codes:
        yield f'codes = "{table.codes}"'
    yield ""
    yield f"[{table.table_id}.columns]"
    meanings: dict[str, str] = {}
    for place, column in enumerate(joined.columns):
        said = column or _ignored(joined, place)
        if said and said.path:
            key = " > ".join(bare_heading(part, year) or part for part in said.path)
            meanings.setdefault(key, _meaning(said))
    for key, meaning in meanings.items():
        yield f"{_quoted(key)} = {_quoted(meaning)}"


def _ignored(joined: Joined, place: int) -> Column | None:
    """A column that was left aside, by its headings."""
    cells = [joined.header.covering(row, place) for row in range(len(joined.header.rows))]
    path = tuple(dict.fromkeys(heading(cell.text) for cell in cells if heading(cell.text)))
    return Column(path, "ignore", "", "", "", False, False) if path else None


def _meaning(column: Column) -> str:
    if not column.is_amount:
        known = {"code": "code", "name": "name", "group": "group"}
        side = [column.direction] if column.role == "name" and column.direction else []
        return " ".join([*side, known.get(column.role, "ignore")])
    time = ["last_year", column.phase] if column.last_year else []
    return " ".join([column.direction, column.measure, *time])


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
