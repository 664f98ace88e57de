"""Printed Chinese as people read it: radicals back to characters, spaces and widths out of the way.

Some programs put Kangxi or CJK radicals (⼀ ⼈ ⻔ ⻋) into a PDF where the page shows ordinary
characters. Only those code points are ever changed: full-width brackets, ％ and the rest keep
their meaning in everything that is shown again.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# The radicals supplement that compatibility normalisation leaves alone, each before its ideograph.
_SUPPLEMENT = (
    "⺁厂⺅亻⺆冂⺇几⺈刀⺉刂⺊卜⺌小⺍小⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺘扌⺙攵⺛旡⺜日⺝月⺞歺"
    "⺠民⺡氵⺢氺⺣灬⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺫目⺬示⺭礻⺮竹⺯糹⺰纟⺱罓⺲罒⺶羊⺷羊⺹耂⺺肀⺻聿"
    "⺼月⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西⻅见⻆角⻇角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长"
    "⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣⻡首⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾"
    "⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
_KANGXI = range(0x2F00, 0x2FD6)
_RADICALS = {code: unicodedata.normalize("NFKC", chr(code)) for code in (*_KANGXI, 0x2E9F, 0x2EF3)}
_RADICALS |= {
    ord(radical): ideograph
    for radical, ideograph in zip(_SUPPLEMENT[::2], _SUPPLEMENT[1::2], strict=True)
}
# Simplified fonts draw these as 户 and 青; compatibility normalisation makes them 戶 and 靑.
_RADICALS |= {0x2F3E: "户", 0x2FAD: "青"}

#: What stands where a font does not say which character it prints.
UNREADABLE = "\ufffd"
_SHOWN = _RADICALS | {
    c: UNREADABLE for c in range(0x20) if not chr(c).isspace() and c not in (0, 2)
}

# Spaces, and the marks of no width that typesetting programs leave between characters.
_SPACE = re.compile(r"[\s\u200b-\u200f\u2060\ufeff]+")

_UNIFIED = str.maketrans(
    "（）［］【】｛｝：；，．－–—―﹣−／％“”‘’＂＇｀0123456789",
    "()[][]{}:;,.------/%\"\"''\"''0123456789",
) | {ord("０") + digit: str(digit) for digit in range(10)}


_ZERO = "〇○零OoＯ0"
_CHINESE_YEAR = re.compile(
    f"(?:二[{_ZERO}]|一九)[一二三四五六七八九{_ZERO}]{{2}}(?=(?:年|[-至~](?:二[{_ZERO}]|一九)))"
)
_DIGITS = str.maketrans("一二三四五六七八九" + _ZERO, "123456789" + "0" * len(_ZERO))


def normalise(text: str) -> str:
    """The text with every radical code point replaced by the character the page shows.

    Where a broken font shows something and says nothing, it is ``UNREADABLE``.
    """
    return text.translate(_SHOWN)


@lru_cache(100_000)
def squash(text: str) -> str:
    """The text without the spaces and line breaks that typesetting put into it."""
    return _SPACE.sub("", normalise(text))


@lru_cache(100_000)
def heading(text: str) -> str:
    """The text as two people would agree it reads: for matching only, never for showing.

    A year in Chinese numerals is one in digits: 二〇二〇年 reads 2020年.
    """
    same = squash(text).translate(_UNIFIED)
    return _CHINESE_YEAR.sub(_in_digits, same) if "年" in same else same


def _in_digits(year: re.Match[str]) -> str:
    return year[0].translate(_DIGITS)
