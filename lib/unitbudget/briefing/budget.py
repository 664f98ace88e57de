"""One document for its readers: each printed table a DataFrame of figures, and what was found out.

A table that a document does not print comes out with a blank total and says so in a sentence; only
a word nobody knows is an error, and it names the nearest one of this very document.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property, partial
from importlib import import_module
from pathlib import Path
from typing import Any, ClassVar

import pandas as pd

from unitbudget.auditing.rules import rule_book
from unitbudget.briefing import counting, found
from unitbudget.briefing import spending as laid
from unitbudget.briefing.tables import Sheet, UnknownWord, cells_of, exact, figure_at, known
from unitbudget.briefing.words import Sentence, say, vocabulary
from unitbudget.money.display import plain, safe
from unitbudget.money.figure import COUNT, Cell, Figure
from unitbudget.money.frames import FigureArray
from unitbudget.money.sentence import Number
from unitbudget.money.text import heading
from unitbudget.package import Package, records

#: The number before a table's name: ``3、``, ``预算03表``.
_NUMBERED = re.compile(r"^(?:[\u4e00-\u9fff]{0,6}?(?=\d{1,2}表))?(\d{1,2})[表、.．]\s*")


def without_number(title: str) -> str:
    """A table's title without the number before it."""
    return _NUMBERED.sub("", title)


def _copied(lay: Callable[[Any], Any]) -> Any:
    """A frame laid out once, and a copy for each who asks, to be changed as they please."""
    return property(lambda b: b._once(lay.__name__, partial(lay, b)), doc=lay.__doc__)


class Budget:
    """One budget or final account: its facts, its tables, and what was found out about it.

    ``b["收支总表"]`` is a DataFrame, ``b["收支总表", "revenue"]`` one side of it. ``b.checks``,
    ``b.claims``, ``b.findings``, ``b.implied``, ``b.indicators``, ``b.projects`` are frames too.
    """

    #: The documents opened so far, for whoever shows where a number is printed.
    opened: ClassVar[list[Budget]] = []

    def __init__(self, package: Package, document: str, folder: Path) -> None:
        Budget.opened.append(self)
        self.whole, self.id, self.folder = package, document, folder
        about = package.documents[package.documents["document_id"] == document].iloc[0]
        self.facts = {str(key): value for key, value in about.items()}
        self.unit, self.title = str(self.facts["unit"]), str(self.facts["title"])
        self.kind = str(self.facts["kind"])
        amounts = self.package.amounts
        printed = int(amounts["fiscal_year"].max()) if len(amounts) else 0
        year = self.facts.get("fiscal_year")
        self.year = int(year) if year is not pd.NA and year else printed
        #: The year and phase the amounts speak of: what other times are compared with.
        self.time = printed, self._phase(printed)

    def _phase(self, year: int) -> str:
        own = self.package.amounts
        phases = set(own["phase"][own["fiscal_year"] == year])
        return "executed" if "executed" in phases else "approved"

    @cached_property
    def package(self) -> Package:
        """The part of the package that speaks of this document."""
        return self.whole.document(self.id)

    def __repr__(self) -> str:
        return f"《{self.title}》（{self.id}）\n" + "\n".join(f"  {line}" for line in self._card())

    def _repr_html_(self) -> str:
        lines = "<br>".join(safe(line) for line in self._card())
        return f'<p class="says"><b>《{safe(self.title)}》</b><br>{lines}</p>'

    def _card(self) -> list[str]:
        holding = int(self.package.held["holds"].sum())
        broken = int((self.package.checks["status"] == "broken").sum())
        tables = [self.table_name(name) for name in self.tables_printed]
        return [
            f"{self.facts['pages']} 页，{len(tables)} 张表，{len(self.package.amounts)} 个数；"
            f"勾稽 {holding} 处成立、{broken} 处不成立",
            "表：" + "、".join(tables),
        ]

    # The printed tables.

    @cached_property
    def _printed(self) -> dict[str, dict[str, Any]]:
        rows = self.package.tables.to_dict("records")
        return {str(row["table_id"]): {str(k): v for k, v in row.items()} for row in rows}

    @property
    def tables_printed(self) -> list[str]:
        """The identifiers of the tables, in printed order."""
        return list(self._printed)

    def table_name(self, table: str) -> str:
        """The usual name of a table, or the printed one where it has no usual name."""
        printed = str(self._printed.get(table, {}).get("title") or table)
        return rule_book().tables.get(table, without_number(printed))

    def __getitem__(self, name: str | tuple[str, str]) -> Any:
        table, side = (name, "") if isinstance(name, str) else name
        return self.table(table, side)

    def __contains__(self, table: str) -> bool:
        return table in self._printed and self._printed[table]["status"] == "read"

    def first(self, *tables: str, side: str = "") -> Any:
        """The first of these tables that has amounts, or the first."""
        return self.table(next((name for name in tables if name in self), tables[0]), side)

    def table(self, name: str, side: str = "", spanning: bool = False) -> Any:
        printed = {table: self.table_name(table) for table in self._printed}
        try:
            table = known("表", name, printed)
        except UnknownWord:
            titles = {table: str(row["title"]) for table, row in self._printed.items()}
            usual = dict(rule_book().tables)
            if heading(name) in {heading(word) for word in (*usual, *usual.values())}:
                table = known("表", name, usual)
            elif any(heading(name) in heading(title) for title in titles.values()):
                table = known("表", name, titles)
            else:
                raise
        side = known("方向", side, vocabulary()["directions"]) if side else ""
        lay = Sheet(self, table, side, spanning)
        return self._once((table, side, spanning), lambda: lay.frame)

    def _once(self, name: object, lay: Callable[[], Any]) -> Any:
        if name not in self._laid:
            self._laid[name] = lay()
        return self._laid[name].copy()

    @cached_property
    def _laid(self) -> dict[object, Any]:
        return {}

    spending: Any = _copied(laid.by_function)
    outlay: Any = _copied(laid.outlay)
    basics: Any = _copied(laid.basics)
    nature: Any = _copied(laid.nature)
    three_public: Any = _copied(laid.three_public)
    revenue = cached_property(laid.revenue)

    @cached_property
    def amounts(self) -> Any:
        """Every printed amount: its table, row, measure, time and page; ``value`` is a figure."""
        rows = self.package.amounts
        frame: Any = pd.DataFrame({
            "table": [self.table_name(name) for name in rows["table_id"]],
            "code": rows["function_code"].where(rows["function_code"] != "", rows["economic_code"]),
            "name": rows["name"],
            "measure": rows["measure"],
            "fiscal_year": rows["fiscal_year"],
            "phase": rows["phase"],
            "value": FigureArray.of(self.figures[cell] for cell in rows["cell"]),
            "page": rows["page"],
            "table_id": rows["table_id"],
            "direction": rows["direction"],
        })  # fmt: skip
        frame.index = pd.Index(rows["cell"], name="cell")
        frame.attrs = {"missing": str(say("tables_none")), "document": self.id}
        return frame

    @cached_property
    def tables(self) -> Any:
        """The printed tables, empty and unread ones too, each with how many amounts it prints."""
        rows = self.package.tables
        printed = self.package.amounts.groupby("table_id")["cell"].agg(list)
        frame = rows[["title", "first_page", "last_page", "unit", "status", "note"]].copy()
        frame["pages"] = [
            str(a) if a == b else f"{a}–{b}"
            for a, b in zip(rows["first_page"], rows["last_page"], strict=True)
        ]
        frame["name"] = [self.table_name(name) for name in rows["table_id"]]
        counts = [
            self.counted(printed[name], printed[name], str(vocabulary()["counted"]["amount"]))
            if name in printed else None
            for name in rows["table_id"]
        ]  # fmt: skip
        frame["printed"] = FigureArray.of(counts)
        frame.index = pd.Index(rows["table_id"], name="table_id")
        frame.attrs = {"missing": str(say("tables_none")), "document": self.id}
        return frame

    @cached_property
    def sections(self) -> Any:
        """The parts of the explanatory prose that say something."""
        rows = self.package.sections[["section", "title", "page", "text"]]
        return self.numbered(rows[rows["text"].str.strip() != ""].copy(), "sections", "section")

    def proof(self, of: Any) -> Any:
        """Where a figure, a row of ``b.checks`` or ``b.claims``, or a cell is printed, shown."""
        return import_module("unitbudget.briefing.proof").proof(self, of)

    count, counts, counted = counting.count, counting.counts, counting.counted
    check_kinds = cached_property(counting.check_kinds)
    checks_alike = cached_property(counting.checks_alike)

    def time_name(self, time: tuple[int, str]) -> str:
        """A year and a phase as the document's readers say it: 2019年执行数, 2020年预算数."""
        year, phase = time
        own = self.kind == "final_accounts" and year == self.time[0]
        word = "final" if own and phase == "executed" else phase
        return str(say("time", year=str(year), phase=vocabulary()["phases"][word]))

    def missing(self, table: str) -> str:
        """Why a table has no rows: not printed, not read, or printed empty, with its note."""
        name, row = self.table_name(table), self._printed.get(table)
        unread = [t for t, each in self._printed.items() if each["status"] == "unread"]
        if not self._printed:
            return str(say("tables_none"))
        if row is None or row["status"] == "unread":
            lost = row is not None
            unknown = any(each.startswith("unknown_") for each in unread)
            key = "not_read" if lost else "perhaps_not_read" if unknown else "not_printed"
            return str(say(key, table=name))
        if row["status"] == "empty" or not len(self.amounts_of(table)):
            return str(say("printed_empty", table=name, note=str(row["note"] or "")))
        return ""

    def source(self, table: str, pages: Iterable[int]) -> str:
        """The table and pages that amounts are printed on, as a line under what shows them."""
        row = self._printed.get(table, {})
        numbered = _NUMBERED.match(str(row.get("title") or ""))
        first, last = min(pages, default=0), max(pages, default=0)
        if not first:
            return ""
        span = f"{first}–{last}" if first != last else str(first)
        about = {"table": self.table_name(table), "pages": span}
        key = "place_numbered" if numbered else "place"
        place = say(key, number=numbered[1] if numbered else "", **about)
        return str(say("source", places=place))

    def amounts_of(self, table: str) -> Any:
        return self._by_table.get(table, self.package.amounts.iloc[:0])

    @cached_property
    def _by_table(self) -> dict[object, Any]:
        return dict(iter(self.package.amounts.groupby("table_id", sort=False)))

    @cached_property
    def _sheets(self) -> dict[str, dict[str, Cell]]:
        return {}

    def cells(self, table: str) -> Mapping[str, Cell]:
        """The printed places of a table: what each says, and what each is a part of."""
        if table not in self._sheets:
            self._sheets[table] = cells_of(self, self.amounts_of(table))
        return self._sheets[table]

    def cell(self, place: str) -> Cell:
        """A printed place, or a row of a file such as ``claim!3``, that knows its document."""
        table = place.partition("!")[0]
        found = self.cells(table).get(place) if table in self._printed else None
        return found or Cell(place, self.id)

    @cached_property
    def figures(self) -> Mapping[str, Figure]:
        """Every printed amount by its cell."""
        amounts = self.package.amounts
        finest = amounts.groupby(["table_id", "unit"])["precision"].transform("min")
        printed = {}
        for row, fine in zip(records(amounts), finest, strict=True):
            printed[str(row["cell"])] = figure_at(row, fine, self.cell(str(row["cell"])))
        return printed

    # What was found out: frames whose numbers are figures.

    def numbered(self, frame: Any, name: str, refs: str) -> Any:
        """A frame of found things, its rows numbered from 1 as in the package."""
        frame.index = pd.RangeIndex(1, len(frame) + 1)
        missing = str(say(f"{name}_none"))
        frame.attrs = {"missing": missing, "refs": refs, "document": self.id, "labels": {}}
        return frame

    @cached_property
    def _kept(self) -> Mapping[str, Mapping[Any, Any]]:
        """The figures behind checks, claims, findings and inferences."""
        kept = getattr(self.package, "figures", None)
        return {} if kept is None else {str(row["id"]): row for row in records(kept)}

    def kept(self, name: str) -> Figure | None:
        """The figure of that name in ``figures.csv``, such as ``checks/3/stated``."""
        row = self.named(name)
        return None if row is None else self.figure_of(row)

    def named(self, name: str) -> Mapping[Any, Any] | None:
        """The row of that name in ``figures.csv``."""
        return self._kept.get(name)

    def figure_of(self, row: Mapping[Any, Any]) -> Figure:
        """A row of ``figures.csv`` as a figure: printed, computed or counted."""
        cells = tuple(map(self.cell, filter(None, str(row["cells"]).split(";"))))
        value, low, high = (exact(row[name], str(row["unit"])) for name in ("value", "low", "high"))
        formula = str(row["formula"] or "")
        counted = row["unit"] == COUNT and not set("+−×÷") & set(formula)
        if counted and len(cells) == 1 and formula[:1].isdigit():
            formula = ""  # a number of people or things: what they are is said beside it
        alone = counted or (len(cells) == 1 and " " not in formula.strip())
        terms = () if not formula else (formula,) if alone else (formula, "")
        return Figure(value, str(row["unit"]), low, high, cells, terms)

    def sentence(self, name: str, words: object) -> Sentence:
        """A sentence of the package such as ``findings/F012/says``, its numbers figures."""
        whole, numbers = plain(words), list[Number]()
        for number in range(1, len(whole)):
            kept = self._kept.get(f"{name}/{number}")
            if kept is None:
                break
            bare = str(kept["shown"]).lstrip("=≥≤><")
            start = int(kept["start"]) + len(str(kept["shown"])) - len(bare)
            numbers.append(Number(start, bare, self.figure_of(kept)))
        return Sentence(whole, numbers)

    checks = cached_property(found.checks)
    claims = cached_property(found.claims)
    implied = cached_property(found.implied)
    reasons = cached_property(found.reasons)
    findings = cached_property(found.findings)
    decisions = cached_property(found.decisions)
    suspects = cached_property(found.suspects)
    indicators = cached_property(found.indicators)
    projects = cached_property(found.projects)
