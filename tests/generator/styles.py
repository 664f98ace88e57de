"""How documents are typeset: the ways of drawing one content that real disclosures show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from random import Random

from generator.sheets import Digits

PLAIN = Digits()
A4 = (595.0, 842.0)
A3 = (842.0, 1191.0)


@dataclass(frozen=True)
class Style:
    """One way of typesetting: paper, rules, headers, numbers."""

    name: str
    paper: tuple[float, float] = A4
    rotated: bool = False
    rules: str = "stroked"
    line_width: float = 0.5
    header_shade: float = 1.0
    repeat_header: bool = False
    title_inside: bool = False
    total_alone: bool = False
    own_pages: bool = True
    footer: bool = False
    running_head: str = ""
    size: float = 8.0
    padding: float = 4.0
    digits: Digits = PLAIN


LANDSCAPE = (A4[1], A4[0])

STYLES = (
    Style("grid", padding=9.0),
    Style("hairline", line_width=0.1, footer=True, digits=Digits(separators=True, blank="-")),
    Style("shaded", header_shade=0.85, repeat_header=True, digits=Digits(separators=True)),
    Style("landscape", LANDSCAPE, repeat_header=True, digits=Digits(blank="—"), footer=True),
    Style("rotated", LANDSCAPE, rotated=True, padding=7.0, digits=Digits(separators=True)),
    Style("total-alone", total_alone=True, padding=6.0),
    Style("title-inside", title_inside=True, size=7.5),
    Style("filled-rules", rules="filled", padding=6.0, repeat_header=True),
    Style("large-paper", (A3[1], A3[0]), own_pages=False, size=9.0, digits=Digits(trim=True)),
    Style("zeros", LANDSCAPE, padding=5.0, digits=Digits(blank="0.00")),
    Style("running-head", padding=9.0, running_head="政府信息公开", footer=True),
    Style("percent-signs", header_shade=0.9, digits=Digits(percent_sign=True, separators=True)),
)

#: Rules between rows only, three in all, around the headings only, or none: refused.
UNRULED = (
    Style("horizontal-rules", LANDSCAPE, rules="horizontal", padding=5.0),
    Style("three-line", LANDSCAPE, rules="three-line", repeat_header=True, footer=True),
    Style("no-rules", LANDSCAPE, rules="none", digits=Digits(separators=True)),
    Style("ruled-headings", LANDSCAPE, rules="headings", repeat_header=True, padding=5.0),
)


def by_name(name: str) -> Style:
    return next(style for style in (*STYLES, *UNRULED) if style.name == name)


def draw_style(chance: Random, styles: tuple[Style, ...] = STYLES) -> Style:
    """Any of these styles with any way of writing numbers."""
    digits = Digits(
        separators=chance.random() < 0.5,
        blank=chance.choice(["", "", "", "-", "—", "0.00"]),
        trim=chance.random() < 0.3,
        percent_sign=chance.random() < 0.2,
    )
    style = chance.choice(styles)
    return replace(
        style,
        digits=digits,
        padding=chance.choice([3.0, 5.0, 8.0, 12.0]),
        size=chance.choice([7.0, 8.0, 9.0]),
        footer=chance.random() < 0.5,
    )
