"""Errors are sentences: where it happened, what was printed there, what to do about it.

They mean only one thing: *we could not read it*. A document that does not add up raises nothing;
it earns rows in ``checks.csv`` and ``findings.csv``.
"""

from __future__ import annotations


class UnitBudgetError(Exception):
    """Anything the suite refuses to do, said in one sentence."""


class DisclosureError(UnitBudgetError):
    """A document that could not be read: ``where`` · ``what`` was found · ``todo``."""

    def __init__(
        self, where: str, what: str, todo: str = "请核对原件；没有把握的表我们不读"
    ) -> None:
        super().__init__(f"{where}：{what}。{todo}。")
        self.where, self.what, self.todo = where, what, todo

    def __reduce__(self) -> tuple[type[DisclosureError], tuple[str, str, str]]:
        return type(self), (self.where, self.what, self.todo)


class NotAPdf(DisclosureError):
    """The file is no PDF, or is cut off before its end."""


class EncryptedPdf(DisclosureError):
    """The PDF opens only with a password."""


class NoTextLayer(DisclosureError):
    """The pages are pictures, or their fonts broken: guessing digits is not reading."""


class NotADisclosure(DisclosureError):
    """A readable PDF that holds no budget or final-accounts tables we know."""


class UnknownLayout(DisclosureError):
    """A table of a disclosure whose printed headings no template accounts for."""


class NoRules(UnknownLayout):
    """A table whose rules are not printed, or not all: which figure is in which column is open."""


class UnreadableAmount(DisclosureError):
    """A cell in an amount column that is neither a number nor blank."""


class UnsureReading(DisclosureError):
    """Two readings of one page differ and the document's own sums favour neither."""


class EmptyInput(UnitBudgetError):
    """There is no document to read."""


class Refused(UnitBudgetError):
    """What was asked for would lose or overwrite something that is not ours."""


class Unforeseen(UnitBudgetError):
    """A mistake of ours; its traceback is in the log."""
