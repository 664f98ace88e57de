"""Follows every number of a page to its proof and works it out again.

A number is a link ``<a class="figure" href="#id">`` to an entry ``<article class="proof" id="id">``
that proves it in one of three ways:

* *shown*: the entry is the place where just this number is printed, ``印作 <b>…</b>``; a page
  number is shown by an entry that stands on this page;
* *computed*: ``<p class="formula">expression = result</p>`` gives just this number, and every
  operand is what an entry among its inputs shows or computes;
* *counted*: the formula names what was counted, ``清点自 …``, and each of it is an entry among its
  inputs; of checks, of which there are hundreds, it names the rows that are counted.

Digits a reader sees outside of a link, and that are no name, date or place, are orphans: they prove
nothing. No document has any of either.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, DivisionByZero, InvalidOperation
from html.parser import HTMLParser
from itertools import combinations
from pathlib import Path

import pypdfium2 as pdfium

from briefings import briefed_alone
from unitbudget.money.text import squash
from unitbudget.package import Package
from verdicts import FIRST, REAL, golden, read_once

UNITS = {"": Decimal(1), "元": Decimal(1), "千元": Decimal(10**3), "万元": Decimal(10**4),
         "万": Decimal(10**4), "亿元": Decimal(10**8), "%": Decimal("0.01"),
         "个百分点": Decimal("0.01")}  # fmt: skip
_NUMBER = re.compile(r"([+\-−]?)\s*(\d[\d,]*(?:\.\d+)?)\s*(个百分点|亿元|万元|千元|元|%|％|万)?")
#: What a formula may hold without an entry: months, halves, hundreds; statutory rates.
CONSTANTS = {Decimal(number) for number in ("0", "1", "2", "12", "100")}
#: Half a unit of the last printed place.
HALF = re.compile(r"0\.0*5(?:万元)?")
RATE = re.compile(r"\d{1,2}(?:\.\d)?%")


@dataclass(frozen=True)
class Number:
    """A number as a reader sees it: its value, half a unit of its last place, its unit."""

    value: Decimal
    half: Decimal
    unit: str
    signed: bool

    @classmethod
    def of(cls, text: str) -> Number | None:
        match = _NUMBER.fullmatch(text.strip())
        if not match:
            return None
        sign, digits, unit = match.groups()
        plain = digits.replace(",", "")
        unit = (unit or "").replace("％", "%")
        places = len(plain.partition(".")[2])
        value = Decimal(plain) * UNITS[unit] * (-1 if sign in ("-", "−") else 1)
        return cls(value, UNITS[unit].scaleb(-places) / 2, unit, bool(sign))

    def is_said_of(self, value: Decimal, falls: bool = False) -> bool:
        """Would this value be printed so? What is said to fall may be said without its sign."""
        if falls and not self.signed:
            value = abs(value)
        if value * self.value < 0:
            return False
        off = abs(value) - abs(self.value)
        return -self.half <= off < self.half


@dataclass
class Entry:
    """One proof: where it stands, what is printed there, its formula, the entries it rests on."""

    where: str = ""
    printed: str = ""
    formula: str = ""
    inputs: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Link:
    """A number of the page: where it leads, what is said, the words before it and over it."""

    target: str
    said: str
    unit: str
    before: str
    heading: str


# --- reading a page -------------------------------------------------------------------------------


VOID = {"meta", "img", "br", "hr", "input", "link", "wbr", "col", "use", "image", "rect", "line",
        "path", "polygon", "circle", "polyline"}  # fmt: skip
#: Numbers inside these either lead to their proof, are the proof, or say where something stands;
#: a title is a name, and what is said of a file that could not be read has no page to lead to.
PROVED = {
    "figure", "source", "masthead", "tools", "imprint", "where", "hint", "failures", "title",
}  # fmt: skip
#: Columns that say where a number is printed or what it is called, by their heading.
NAMING = re.compile(r"^(页|页码|编码|规则|章节|编号|单位|年度|节)$")
#: Years, dates, pages, numbers of tables and rules, months of a plan, ordinals.
NAMED = re.compile(
    r"(?:19|20)\d\d\s*年(?:\d+月(?:\d+日)?)?|\d+月\d*日?|第\s*\d+(?:[–、-]\d+)*\s*[页行列条项张章]"
    r"|表\s*\d+|《[^》]*》|(?:编码|分类|、)\d{3,7}|\d+-(?=[\u4e00-\u9fff])|空白或 0"
    r"|[RS]\d\d(?:-[RS]?\d\d)?|\d{3,7}(?=\s?[\u4e00-\u9fff]{2,})|(?<=[（(])\d{3,7}(?=[）)])"
    r"|^\s*\d+[、.．]|\d+(?:–\d+)?处(?:以上)?$"
)


class Page(HTMLParser):
    """The numbers of a page, their proofs, and the digits that lead nowhere."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self.entries: dict[str, Entry] = {}
        self.orphans: list[str] = []
        self._open: list[tuple[str, set[str], bool]] = []
        self._heads: list[str] = []
        self._column = -1
        self._entry: Entry | None = None
        self._link: dict[str, str] | None = None
        self._words = self._before = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        names = {key: value or "" for key, value in attrs}
        classes = set(names.get("class", "").split())
        if tag == "table":
            self._heads = []
        if tag == "tr":
            self._column = -1
        if tag in ("td", "th"):
            self._column += 1
        if tag in ("td", "p", "li", "figcaption", "dd"):
            self._words = ""
        proved = bool(classes & (PROVED if tag != "figure" else PROVED - {"figure"}))
        proved |= tag in ("script", "style", "title", "dialog", "h1")
        proved |= names.get("id") == "evidence"
        proved |= tag == "td" and bool(NAMING.match(self._head))
        self._open.append((tag, classes, proved))
        if tag == "th":
            self._heads.append("")
        if tag == "article" and "proof" in classes:
            self._entry = self.entries[names["id"]] = Entry()
        elif tag == "a" and self._entry and any("inputs" in each[1] for each in self._open):
            self._entry.inputs.append(names.get("href", "").lstrip("#"))
        elif tag == "a" and "figure" in classes:
            self._link, self._before, self._words = names, self._words, ""

    @property
    def _head(self) -> str:
        return self._heads[self._column] if 0 <= self._column < len(self._heads) else ""

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._link is not None:
            link, self._link = self._link, None
            leads = link.get("href", "").partition("#")[2]
            unit = link.get("data-unit", "")
            self.links.append(Link(leads, self._words.strip(), unit, self._before, self._head))
            self._words = self._before + self._words
        while self._open and self._open.pop()[0] != tag:
            pass
        if tag == "article":
            self._entry = None

    def handle_data(self, data: str) -> None:
        self._words += data
        if not self._open:
            return
        tag, classes, _ = self._open[-1]
        if tag == "th":
            self._heads[-1] += data
        if self._entry is not None:
            if "formula" in classes:
                self._entry.formula += data
            elif tag == "b" and any("where" in each[1] for each in self._open):
                self._entry.printed += data
            elif "where" in classes:
                self._entry.where += data
        elif not any(proved for *_, proved in self._open) and re.search(r"\d", NAMED.sub("", data)):
            self.orphans.append(data.strip())


# --- proving --------------------------------------------------------------------------------------


#: Words that say the number behind them is a fall, so that its sign is in the word.
FALLS = re.compile(
    r"(?:减少|下降|降低|减|降|少|低|缺|差)[^。；，]{0,12}$|减少最多的是[^。；，]+，$"
)
WHOLE = re.compile(r"\d[\d,]*")


@dataclass
class Proofs:
    """The proofs of one page, and what can be counted of the package it was made from."""

    page: Page
    #: How many checks there are of each kind.
    checks: dict[str, int]
    _known: dict[str, Decimal | None] = field(default_factory=dict)
    #: What an entry gives as it is said there: another formula may go on with the rounded number.
    _said: dict[str, Decimal] = field(default_factory=dict)

    def kind(self, link: Link) -> str:
        """How the number is proved; nothing where it is not."""
        entry, said = self.page.entries.get(link.target), Number.of(link.said)
        if entry is None:
            return ""
        if (NAMING.match(link.heading) or not link.unit) and WHOLE.fullmatch(link.said):
            here = rf"第 (?:\d+–)?{link.said}(?:–\d+)? 页"
            if re.search(here, entry.where):
                return "shown"
        if said is None:
            return ""
        falls = bool(FALLS.search(link.before))
        if entry.printed:
            return "shown" if self._agrees(said, entry.printed, falls) else ""
        value = self._value(link.target)
        if value is not None:
            told = self._in_units(said, link, value)
            return "computed" if any(each.is_said_of(value, falls) for each in told) else ""
        return "counted" if self._counted(said, entry) else ""

    @staticmethod
    def _agrees(said: Number, printed: str, falls: bool) -> bool:
        """Is what is said what is printed there, in its unit or in yuan?"""
        there = Number.of(printed)
        if there is None:
            return False
        bare = Number.of(re.sub(r"[^\d.,+−-]", "", printed))
        return said.is_said_of(there.value, falls or said.value >= 0 > there.value) or (
            not said.unit and bare is not None and said.is_said_of(bare.value, falls)
        )

    @staticmethod
    def _in_units(said: Number, link: Link, value: Decimal) -> list[Number]:
        """A bare number may be a percentage where its column says so."""
        if said.unit or link.unit not in ("percent", ""):
            return [said]
        hundredth = Number(said.value / 100, said.half / 100, "%", said.signed)
        return [hundredth] if link.unit == "percent" else [said, hundredth]

    def _value(self, target: str) -> Decimal | None:
        """What an entry shows or computes, in yuan or as a ratio."""
        if target not in self._known:
            self._known[target] = None  # an entry that rests on itself has no value
            entry = self.page.entries.get(target)
            self._known[target] = self._worked_out(entry)
            said = Number.of(entry.formula.rpartition(" = ")[2]) if entry else None
            if said and self._known[target] is not None:
                self._said[target] = said.value
        return self._known[target]

    def _worked_out(self, entry: Entry | None) -> Decimal | None:
        if entry is None:
            return None
        if entry.printed:
            there = Number.of(entry.printed)
            return there.value if there else None
        expression, equals, result = entry.formula.rpartition(" = ")
        if not equals:
            return None
        try:
            worked = Expression(expression)
        except (ValueError, DivisionByZero, InvalidOperation):
            return None
        told = Number.of(result)
        as_ratio = told and Number(told.value / 100, told.half / 100, "%", told.signed)
        if not any(each and each.is_said_of(worked.value, True) for each in (told, as_ratio)):
            return None
        shown = {abs(self._value(name) or 0) for name in entry.inputs}
        shown |= {abs(self._said[name]) for name in entry.inputs if name in self._said}
        for operand, text in worked.operands:
            constant = operand in CONSTANTS or RATE.fullmatch(text) or HALF.fullmatch(text)
            if not (constant or abs(operand) in shown):
                return None
        return worked.value

    def _counted(self, said: Number, entry: Entry) -> bool:
        """Is all that the formula names listed; or, of checks, are there so many such rows?"""
        if said.unit or said.value != said.value.to_integral_value():
            return False
        what = entry.formula.removeprefix("清点自").strip()
        if rows := re.search(r"checks\.csv .*", what):
            return said.value == self.checks.get(rows[0])
        return what != "" and len(set(entry.inputs)) == said.value


def counts_of_checks(package: Package) -> dict[str, int]:
    """How many rows of ``checks.csv`` there are, all and of each kind, by how these are named."""
    frame, near = package.checks, package.checks["reason"].str.startswith("尾差")
    if near.any():  # off by the last place only: told apart from what is broken
        said = near.map({True: "broken 且 reason 写明尾差", False: "broken 且 reason 没有写明尾差"})
        frame = frame.assign(status=frame["status"].mask(frame["status"] == "broken", said))
    found = {"checks.csv 各行": len(frame)}
    by = ["rule_id", "says", "status"]
    for names in (c for n in range(1, len(by) + 1) for c in combinations(by, n)):
        for values, count in Counter(zip(*(frame[name] for name in names), strict=True)).items():
            said = "、".join(f"{name}＝{value}" for name, value in zip(names, values, strict=True))
            found[f"checks.csv 里 {said} 的各行"] = count
    return found


class Expression:
    """A printed formula worked out: ``(a − b) ÷ c × 12``, numbers with their units.

    A term in square brackets may bear a name: ``职业年金 [a − b]``.
    """

    _NAME = re.compile(r"[\u4e00-\u9fff]+ (?=\[)")
    _TOKEN = re.compile(r"\s*(?:([()+−\-×÷\[\]])|(\d[\d,]*(?:\.\d+)?\s*(?:亿元|万元|千元|元|%)?))")

    def __init__(self, text: str) -> None:
        self.operands: list[tuple[Decimal, str]] = []
        self._tokens = list(self._cut(self._NAME.sub("", text)))
        self.value = self._sum()
        if self._tokens:
            raise ValueError(text)

    def _cut(self, text: str) -> Iterator[str]:
        at = 0
        while at < len(text.rstrip()):
            match = self._TOKEN.match(text, at)
            if not match:
                raise ValueError(text[at:])
            at = match.end()
            yield (match[1] or match[2]).replace("-", "−")

    def _next(self, among: str) -> str:
        return self._tokens.pop(0) if self._tokens and self._tokens[0] in among else ""

    def _sum(self) -> Decimal:
        value = self._product()
        while sign := self._next("+−"):
            other = self._product()
            value = value + other if sign == "+" else value - other
        return value

    def _product(self) -> Decimal:
        value = self._factor()
        while sign := self._next("×÷"):
            other = self._factor()
            value = value * other if sign == "×" else value / other
        return value

    def _factor(self) -> Decimal:
        if sign := self._next("−+"):
            return -self._factor() if sign == "−" else self._factor()
        if self._next("(["):
            value = self._sum()
            if not self._next(")]"):
                raise ValueError("a bracket is not closed")
            return value
        token = self._tokens.pop(0).strip() if self._tokens else ""
        number = Number.of(token)
        if number is None:
            raise ValueError("a number is missing")
        self.operands.append((number.value, token))
        return number.value


# --- documents ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tally:
    """How the numbers of one document's pages are proved, and which are not."""

    kinds: Counter[str]
    unproved: tuple[str, ...]
    orphans: tuple[str, ...]


def tally(pages: dict[str, str], package: Package) -> Tally:
    """Every number of every page followed."""
    kinds: Counter[str] = Counter()
    unproved, loose, checks = [], [], counts_of_checks(package)
    for name, html in pages.items():
        page = Page(html)
        proofs = Proofs(page, checks)
        loose += [f"{name}: {each}" for each in page.orphans]
        for link in page.links:
            kind = proofs.kind(link)
            kinds[kind] += 1
            if not kind:
                entry = page.entries.get(link.target, Entry())
                proof = entry.formula or entry.printed or entry.where
                unproved.append(f"{name}: …{link.before[-16:]}[{link.said}] #{link.target} {proof}")
    return Tally(kinds, tuple(unproved), tuple(loose))


def orphans(html: str) -> list[str]:
    """The pieces of visible text with a number that leads nowhere."""
    return Page(html).orphans


def misquoted(package: Package, path: Path) -> list[str]:
    """The words that are said to be printed on a page, or in a row, and are not."""
    with pdfium.PdfDocument(path) as pdf:
        pages = [squash(page.get_textpage().get_text_bounded()) for page in pdf]
    rows = {
        name: [" ".join(map(str, row)) for row in getattr(package, f"{name}s").to_numpy()]
        for name in ("claim", "project", "indicator", "reason")
    }
    found = []
    for cell in {cell for cells in package.figures["cells"].dropna() for cell in cells.split(";")}:
        whole, quoted, words = cell.partition(":")
        file, _, number = whole.partition("!")
        if quoted and file != "code":
            at = int(number.partition("@")[0]) - 1
            text = pages[at] if file == "page" else squash(rows[file][at])
            if squash(re.sub(r"~\d+$", "", words)) not in text.replace(";", "；"):
                found.append(cell)
    return sorted(found)


def followed(name: str, path: Path, folder: Path) -> Tally:
    """The tally of a document, briefed in this folder."""
    package = read_once(path)
    return tally(briefed_alone(package, folder), package)


def documents() -> dict[str, Path]:
    """The first document, the golden ones, and where they are beside the project real ones."""
    found = {"first": FIRST}
    found |= {folder.name: folder / "document.pdf" for folder in golden()}
    return found | {path.stem: path for path in sorted(REAL.glob("*.pdf"))}
