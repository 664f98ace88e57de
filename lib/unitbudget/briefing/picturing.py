"""What the pictures of a budget have in common: rows as bars, rows as parts, labels."""

from __future__ import annotations

from unitbudget.briefing.charts import Bar, Chart, bars
from unitbudget.briefing.rows import Line, Table
from unitbudget.briefing.strips import Part
from unitbudget.briefing.words import Sentence, number, say, text
from unitbudget.figures import Figure, share, total

Picture = Chart | Sentence

# More bars, or parts of a strip, than this are no longer read one by one.
MOST, FEW = 15, 6


def from_to(old: Figure | None, base: str, new: Figure | None, time: str) -> Sentence:
    """Both amounts of a comparison, each with what it is."""
    return say("from_to", base=base, old=old or text(""), time=time, new=new or text(""))


def bars_of(message: Sentence, table: Table) -> Chart:
    """The rows of a table as bars, the smallest of many together."""
    found = [
        Bar(line.name, line.value, label(line, "value", "wan"), label(line, "share"), strong=not n)
        for n, line in enumerate(few(table, MOST))
    ]
    return bars(message, found, table.shown(), source=table.source)


def label(line: Line, key: str, style: str = "") -> Sentence:
    return number(line[key], style)


def parts(table: Table, whole: Figure | None = None) -> tuple[Part, ...]:
    """The rows as parts of the whole, the largest strong, the smallest of many together."""
    base = whole or table.whole
    lines = few(table, FEW)
    most = max(lines, key=lambda line: (bool(line.page), line.value.value))
    shares = [(line, share(line.value, base) if base else None) for line in lines]
    return tuple(
        Part(line.name, part, number(line.value, "wan"), line is most)
        for line, part in shares
        if part and part.value > 0
    )


def few(table: Table, most: int, key: str = "value") -> list[Line]:
    """The rows, those that weigh least beyond a number together as one."""
    if len(table) <= most:
        return list(table.lines)
    weighed = sorted(table.lines, key=lambda line: -abs(line.figures[key].value))
    kept = [line for line in table.lines if line in weighed[: most - 1]]
    rest = weighed[most - 1 :]
    figures = {}
    if summed := total(line[key] for line in rest):
        figures[key] = summed
        part = share(summed, table.whole) if key == "value" and table.whole else None
        figures |= {"share": part} if part else {}
    return [*kept, Line(str(say("rest", count=str(len(rest)))), figures)]


def most_changed(table: Table) -> Line:
    """The row whose change weighs most, whichever way it goes."""
    return max(table.lines, key=lambda line: abs(line.figures["change"].value))
