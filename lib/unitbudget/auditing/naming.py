"""Does a printed name belong to its code? What the published lists can and cannot say of it.

Lists change from year to year and ours are incomplete: an old or unknown name is no mistake. A name
is another code's only where that is published and no list gives it to the printed code.
"""

from __future__ import annotations

from functools import cache

from unitbudget.money.codes import entries, published_as
from unitbudget.money.text import heading

#: The classification a code belongs to, by its first digit.
CLASSIFICATIONS = {"1": "revenue", "2": "function", "3": "economic", "5": "economic_government"}
#: Lists of which every code is known, since the year given.
COMPLETE_SINCE = {"economic": 2018}
NO_SUCH_CODE = "（无此编码）"


def mismatch(code: str, printed: str, year: int) -> str:
    """What the published lists say of a name that is another code's, for readers."""
    proper = proper_name(code, printed, year)
    own = "公布的科目没有这一编码" if proper == NO_SUCH_CODE else f"编码{code}是“{proper}”"
    others = "、".join(published_as(CLASSIFICATIONS[code[:1]], printed, year))
    return f"{own}，“{printed}”的编码是{others}"


@cache
def proper_name(code: str, printed: str, year: int) -> str:
    """The name that belongs to the code: as printed, or another; nothing where lists are silent."""
    kind = CLASSIFICATIONS.get(code[:1])
    if kind is None:
        return ""
    own = entries(kind, code)
    if any(heading(entry.name) == heading(printed) for entry in own):
        return printed if code in published_as(kind, printed, year) else ""
    others = [each for each in published_as(kind, printed, year) if each != code]
    if not others:
        return ""
    if own:
        return own[0].name
    return NO_SUCH_CODE if year >= COMPLETE_SINCE.get(kind, year + 1) else ""
