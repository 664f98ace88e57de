"""Finds numbers on a page that prove nothing: digits a reader sees that lead to no evidence."""

from __future__ import annotations

import re
from html.parser import HTMLParser

VOID = {"meta", "img", "br", "hr", "input", "link", "wbr", "col"}
#: Numbers inside these either lead to their proof, are the proof, or say where something stands;
#: a title is a name, and what is said of a file that could not be read has no page to lead to.
PROVED = {
    "figure", "source", "masthead", "tools", "imprint", "where", "hint", "failures", "title",
}  # fmt: skip
#: Columns that say where a number is printed or what it is called, by their heading.
NAMING = re.compile(r"^(页|页码|编码|规则|章节|编号|单位|年度|节)$")
#: Years, dates, pages, numbers of tables and rules, months of a plan, ordinals.
NAMED = re.compile(
    r"(?:19|20)\d\d\s*年(?:\d+月(?:\d+日)?)?|\d+月\d*日?|第\s*\d+(?:[–-]\d+)?\s*[页行列条项张章]"
    r"|表\s*\d+|[RS]\d\d(?:-[RS]?\d\d)?|\d{3,7}(?=\s?[\u4e00-\u9fff]{2,})|(?<=[（(])\d{3,7}(?=[）)])|^\s*\d+[、.]|\d+(?:–\d+)?处(?:以上)?$"
)


class Orphans(HTMLParser):
    """Collects the visible digits of a page that no figure carries."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.found: list[str] = []
        self.heads: list[str] = []
        self.column = -1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        names = dict(attrs)
        if tag == "table":
            self.heads = []
        if tag == "tr":
            self.column = -1
        if tag in ("td", "th"):
            self.column += 1
        proved = bool(set((names.get("class") or "").split()) & PROVED & self._unless(tag))
        proved |= tag in ("script", "style", "title", "dialog")
        proved |= names.get("id") == "evidence"
        if tag == "td" and self.column < len(self.heads):
            proved |= bool(NAMING.match(self.heads[self.column]))
        self.open.append((tag, proved))
        if tag == "th":
            self.heads.append("")

    @staticmethod
    def _unless(tag: str) -> set[str]:
        """``figure`` is a class of links; the element of that name holds tables and charts."""
        return PROVED if tag != "figure" else PROVED - {"figure"}

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        return

    def handle_endtag(self, tag: str) -> None:
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] == "th":
            self.heads[-1] += data
        if any(proved for _, proved in self.open) or self._inside("h1"):
            return
        if re.search(r"\d", NAMED.sub("", data)):
            self.found.append(data.strip())

    def _inside(self, tag: str) -> bool:
        return any(name == tag for name, _ in self.open)


def orphans(html: str) -> list[str]:
    """The pieces of visible text with a number that leads nowhere."""
    reader = Orphans()
    reader.feed(html)
    return reader.found
