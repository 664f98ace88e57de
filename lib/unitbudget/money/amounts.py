"""Money as printed and money as counted: every amount exact to the fen, no tolerance anywhere.

A printed amount keeps how finely it was printed, because that is all that rounding may explain.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext

UNITS = {
    "元": Decimal(1),
    "千元": Decimal(1_000),
    "万元": Decimal(10_000),
    "亿元": Decimal(100_000_000),
}
FEN = Decimal("0.01")

_BLANKS = frozenset({"", "-", "—", "－", "–", "―", "——", "--", "/", "／"})
_WIDTHS = str.maketrans("０１２３４５６７８９．，﹣－−△％（）", "0123456789.,----%()")
# Accountants write a negative amount in brackets, or behind a triangle; (1) is a numbering.
_BRACKETED = re.compile(r"^\((?=.*[.,])([\d.,]+%?)\)$")
_AMOUNT = re.compile(
    r"""(?P<minus>-?)
        (?P<whole>\d{1,3}(?:,\d{3})+|\d+)
        (?:\.(?P<fraction>\d+))?
        (?P<percent>%?)
        (?P<note>(?:[①-⑳]|\[\d+\]|［\d+］|注\d*)*)""",
    re.VERBOSE,
)


_MISPLACED = re.compile(r"-?\d+(?:,\d+)+(?:\.\d+)?")


class NotAnAmount(ValueError):
    """What is printed is neither an amount nor a blank."""

    def __init__(self, printed: str) -> None:
        super().__init__(f"“{printed}” is neither an amount nor a blank")
        self.printed = printed


class InexactAmount(ValueError):
    """An amount with digits below the fen: no sum of money has them."""


@dataclass(frozen=True, slots=True)
class Amount:
    """One amount as printed: its value in the unit of its table, its decimals, its footnote."""

    value: Decimal
    places: int
    printed: str
    note: str = ""
    percent: bool = False


def parse(printed: str) -> Amount | None:
    """The amount printed in one cell; ``None`` where the cell is blank or holds a dash."""
    text = printed.strip().strip("\u3000\xa0").strip()
    if text in _BLANKS:
        return None
    match = _AMOUNT.fullmatch(_BRACKETED.sub(r"-\1", text.translate(_WIDTHS)))
    if not match:
        raise NotAnAmount(printed)
    fraction = match["fraction"] or ""
    digits = match["minus"] + match["whole"].replace(",", "")
    plain = f"{digits}.{fraction}" if fraction else digits
    return Amount(Decimal(plain), len(fraction), plain, match["note"], bool(match["percent"]))


def misplaced(printed: str) -> str:
    """An amount whose separators stand where none belong, without them: ``120258,600``.

    Empty for every other text. It is what its digits say only where sums say so too.
    """
    text = printed.strip().translate(_WIDTHS)
    return (
        text.replace(",", "") if _MISPLACED.fullmatch(text) and not _AMOUNT.fullmatch(text) else ""
    )


def in_yuan(amount: Amount, unit: str) -> Decimal:
    """The amount in yuan with exactly two decimals, or an error where that would lose a digit."""
    with localcontext() as context:
        context.prec = 60
        yuan_value = amount.value * UNITS[unit]
        exact = yuan_value.quantize(FEN)
        if exact != yuan_value:
            raise InexactAmount(f"{amount.printed} {unit} has digits below the fen")
    return exact


def half_unit(amount: Amount, unit: str) -> Decimal:
    """Half a unit in the last printed place, in yuan: what rounding in print leaves open."""
    return UNITS[unit].scaleb(-amount.places) / 2


def rounded(value: Decimal, places: int) -> Decimal:
    """The value as it is printed with that many decimals: half up, as budgets round."""
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def digits(value: Decimal) -> str:
    """The significant digits of an amount as they would be printed, with its sign."""
    return f"{value.normalize():f}".replace(".", "").lstrip("0") or "0"


def slip(meant: Decimal, printed: Decimal) -> int:
    """How likely a slip of the pen leads from one amount to the other.

    2 for one wrong digit, two swapped ones or a shifted point, 1 for a digit too many or few.
    """
    one, other = digits(meant), digits(printed)
    if one.strip("0-") == other.strip("0-"):
        return 2
    length = max(len(one), len(other))
    full = [each.ljust(length, "0") for each in (one, other)]
    differing = sum(a != b for a, b in zip(*full, strict=True))
    if differing == 1 or (differing == 2 and sorted(full[0]) == sorted(full[1])):
        return 2
    longer, shorter = sorted((one, other), key=len, reverse=True)
    dropped = (longer[:i] + longer[i + 1 :] for i in range(len(longer)))
    return int(len(longer) == len(shorter) + 1 and shorter in dropped)
