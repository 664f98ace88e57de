"""A web page that is one file: its fonts, styles and script inside, sealed, nothing fetched.

The templates lie beside this module, in ``templates``. The page carries the glyphs it
shows and no others, so it looks the same on every machine; the same page is always the same bytes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from html import escape, unescape
from pathlib import Path
from typing import Any

from unitbudget.briefing.typeface import css_font_faces, drawable
from unitbudget.money.display import Shown, plain

TEMPLATES = Path(__file__).parent / "templates"

#: Where the styles and their seal go once it is known which glyphs are shown.
STYLE, STYLE_HASH = "/*styles*/", "sealed-styles"
_UNSEEN = re.compile(r"<(script|style)\b.*?</\1>|(?<=\")data:image/[^\"]*", re.DOTALL)
#: Before the year in a title, and after it.
_YEAR = re.compile(r"(?=(?:19|20)\d\d年)|(?<=\d{4}年)")
_TAG = re.compile(r"<[^>]*>")
#: What the style sheet sets in the bold face, and in the serif of titles.
_BOLD = re.compile(
    r"<(h[2-4]|th|strong|b|dt|figcaption|tfoot|caption)\b[^>]*>.*?</\1>"
    r"|<(\w+) class=\"(?:lead|mark|says|bad|title|state-\w+|verdict \w+|\w+ heavy)\"[^>]*>.*?</\2>",
    re.DOTALL,
)
_TITLE = re.compile(r"<h1\b[^>]*>.*?</h1>", re.DOTALL)
#: Set by the style sheet and the script: page numbers in print, the units of tables.
ALWAYS = {"sans-regular": "0123456789,.+−— 展开收起", "sans-bold": "0123456789,.+−—（）万元↑↓"}


class Html(str):
    """Text that is HTML already."""

    def __html__(self) -> str:
        return self


def draft(template: str, script: str = "", **values: Any) -> str:
    """The page of a template, still without its styles."""
    sealed = {"style": STYLE, "style_hash": STYLE_HASH, "script_hash": _hash(script)}
    values |= {"html": lambda sentence: Html(sentence.html), "titled": titled}
    shell = _templates().get_template(template)
    return str(shell.render(**values, script=Html(script), **sealed)) + "\n"


def of_tables(
    title: str, byline: str, parts: Sequence[tuple[str, Any]], kind: str = "", up: str = ""
) -> str:
    """A page of frames, each under its head; ``up`` leads to the page over all documents."""
    shown = [{"head": head, "table": Html(Shown(frame).html)} for head, frame in parts]
    whole = draft("tables.html.j2", title=title, byline=byline, parts=shown, kind=kind, up=up)
    return finished([whole])[0]


def titled(title: str) -> Html:
    """A title that breaks before its year, and never before the last characters of a name."""
    parts = [part for part in _YEAR.split(plain(title)) if part]
    held = [f'{escape(part[:-3])}<span class="end">{escape(part[-3:])}</span>' for part in parts]
    return Html("<wbr>".join(held))


def finished(drafts: Sequence[str]) -> list[str]:
    """Pages that belong together, with one set of fonts cut to what they show, sealed."""
    shown: dict[str, set[str]] = {}
    for page in drafts:
        for face, found in characters(page).items():
            shown.setdefault(face, set()).update(found)
    fonts = css_font_faces({face: "".join(sorted(found)) for face, found in shown.items()})
    style = f"{fonts}\n{asset('style.css')}"
    return [page.replace(STYLE_HASH, _hash(style), 1).replace(STYLE, style, 1) for page in drafts]


@cache
def asset(name: str) -> str:
    """A style sheet or script of the templates."""
    return (TEMPLATES / name).read_text("utf-8")


def _hash(content: str) -> str:
    return b64encode(sha256(content.encode()).digest()).decode()


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        finalize=lambda value: plain(value) if type(value) is str else value,
    )


def characters(html: str) -> dict[str, set[str]]:
    """The characters a page shows, by the face they are set in; the regular one has all of them.

    A character no face of the suite can draw is left to the reader's own fonts.
    """
    text = _UNSEEN.sub("", html)
    shown = {
        "sans-regular": _visible(text),
        "sans-bold": _visible("".join(match[0] for match in _BOLD.finditer(text))),
        "serif-bold": _visible("".join(match[0] for match in _TITLE.finditer(text))),
    }
    known = drawable("sans-regular")
    return {face: (found | set(ALWAYS.get(face, ""))) & known for face, found in shown.items()}


def _visible(html: str) -> set[str]:
    return set(unescape(_TAG.sub("", html)))
