"""The small language reconciliation rules are written in, read into expressions.

An accountant writes::

    total = basic? + project?                        columns of the row at hand; ? = may be missing
    column = sum [children].column                   the row at hand against the rows below it
    expenditure[row].total = revenue[row].total      one row in two tables
    appropriation/revenue[total].total               one side of a two-sided table
    total@last.executed                              last year's execution
    sum basic_expenditure[30101, 30102].total        rows by code or by printed name
    2% * a    a - b    share(a, b)    growth(a, b)   exact rates; percentages as they are printed
    monthly(a, rate(30108))                          the base that its monthly payments rest on
    rate(30108)    rate(30108@last)                  what is paid on it, this year or last, if known
    name(revenue[row]) = name(expenditure[row])      what is printed there, as text
    name([row]) = proper_name([row])                 the name that published lists give the code
    code(a[row]) = namesake(b[row])                  its code, or its name's code where b lacks it
    times_printed([row]) = 1                         how often the row is printed
    exchanged(sum [leaves]) = 0                      rows in each other's place, by order of codes
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from unitbudget.errors import UnitBudgetError


class BadRule(UnitBudgetError):
    """A rule that says something the rule language cannot say."""


@dataclass(frozen=True, slots=True)
class Term:
    """An amount, or a sum of amounts, named by table, rows and column."""

    table: str = ""
    side: str = ""
    rows: str = "row"
    measure: str = "total"
    time: str = ""
    may_be_missing: bool = False
    table_may_be_missing: bool = False
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """An exact number, such as a rate."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Sum:
    """Terms added and subtracted."""

    terms: tuple[tuple[int, Expression], ...]


@dataclass(frozen=True, slots=True)
class Product:
    """An exact number times an amount."""

    factor: Decimal
    of: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A percentage or base reckoned from amounts; how often or under what name a row is printed."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Rate:
    """What is paid for the contribution of an economic line, in percent of its base."""

    economic: str
    time: str = ""


Expression = Term | Number | Sum | Product | Call | Rate
NUMERIC = {"share": 2, "growth": 2, "monthly": 2, "times_printed": 1, "exchanged": 1}
TEXTUAL = {"name": 1, "proper_name": 1, "code": 1, "namesake": 1, "printed": -1}
TEXTUAL |= {"declared_empty": 1, "is_empty": 1}
COUNTING = frozenset({"times_printed", "exchanged"})
#: What looks at the codes and names of rows rather than at amounts.
LABELS = frozenset({"proper_name", "namesake", "times_printed", "exchanged"})


@dataclass(frozen=True, slots=True)
class Statement:
    """Two sides and what must hold between them: ``=``, ``<=`` or ``>=``."""

    left: Expression
    relation: str
    right: Expression
    text: str

    @property
    def textual(self) -> bool:
        return isinstance(self.left, Call) and self.left.function in TEXTUAL

    @property
    def sums(self) -> bool:
        """Does it compare amounts, rather than texts or how often a row is printed?"""
        counting = isinstance(self.left, Call) and self.left.function in COUNTING
        return not (self.textual or counting)

    @property
    def about_presence(self) -> bool:
        """Does it speak of rows that are printed or not?"""
        return isinstance(self.left, Call) and self.left.function == "printed"

    @property
    def about_label(self) -> bool:
        """Does it speak of a row's own code and name, rather than of amounts?"""
        sides = (side for side in (self.left, self.right) if isinstance(side, Call))
        return any(side.function in LABELS for side in sides)


def terms_of(expression: Expression) -> list[Term]:
    """Every amount an expression speaks of."""
    match expression:
        case Term():
            return [expression]
        case Product(_, of):
            return terms_of(of)
        case Sum(terms):
            return [found for _, term in terms for found in terms_of(term)]
        case Call(_, arguments):
            return [found for argument in arguments for found in terms_of(argument)]
    return []


_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?%?)|(?P<word>[A-Za-z_]\w*)|(?P<rows>\[[^\]]*\])"
    r"|(?P<sign><=|>=|[-+*(),/.@?=]))"
)
#: Row words that stand for several rows: a reader must see that they are summed.
SETS = frozenset({"children", "parts", "tops", "leaves", "items"})


def parse_statement(text: str) -> Statement:
    """``left = right`` and its kin."""
    parser = _Parser(text)
    left, relation, right = parser.sum(), parser.take("=", "<=", ">="), parser.sum()
    parser.take("end")
    return Statement(left, relation, right, text)


def parse_expression(text: str) -> Expression:
    """One side of a statement."""
    parser = _Parser(text)
    expression = parser.sum()
    parser.take("end")
    return expression


class _Parser:
    """Reads the rule language from left to right, one token ahead."""

    def __init__(self, text: str) -> None:
        self.text, self.tokens, at = text, list[tuple[str, str]](), 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if not match:
                raise BadRule(f"cannot read “{text[at:]}” in “{text}”")
            at = match.end()
            self.tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
        self.tokens.append(("end", ""))

    def peek(self, *wanted: str) -> bool:
        """Is the next token one of these signs, or of these kinds?"""
        return not set(wanted).isdisjoint(self.tokens[0])

    def take(self, *wanted: str) -> str:
        if not self.peek(*wanted):
            found = self.tokens[0][1]
            raise BadRule(f"expected {' or '.join(wanted)}, not “{found}”, in “{self.text}”")
        return self.tokens.pop(0)[1]

    def maybe(self, *wanted: str) -> str:
        return self.take(*wanted) if self.peek(*wanted) else ""

    def sum(self) -> Expression:
        terms: list[tuple[int, Expression]] = [(1, self.product())]
        while sign := self.maybe("+", "-"):
            terms.append((1 if sign == "+" else -1, self.product()))
        return Sum(tuple(terms)) if len(terms) > 1 else terms[0][1]

    def product(self) -> Expression:
        if text := self.maybe("number"):
            number = Decimal(text[:-1]) / 100 if text.endswith("%") else Decimal(text)
            return Product(number, self.atom()) if self.maybe("*") else Number(number)
        return self.atom()

    def atom(self) -> Expression:
        if self.maybe("("):
            inside = self.sum()
            self.take(")")
            return inside
        return self.call() if self.tokens[1:2] == [("sign", "(")] else self.term()

    def call(self) -> Call | Rate:
        function = self.take("word")
        self.take("(")
        if function == "rate":
            rate = Rate(self.take("number"), self.time())
            self.take(")")
            return rate
        arguments = [self.sum()]
        while self.maybe(","):
            arguments.append(self.sum())
        self.take(")")
        arity = (NUMERIC | TEXTUAL).get(function)
        if arity is None:
            raise BadRule(f"no function “{function}” in “{self.text}”")
        if arity not in (-1, len(arguments)):
            raise BadRule(f"{function} takes {arity} arguments in “{self.text}”")
        return Call(function, tuple(arguments))

    def term(self) -> Term:
        summed = bool(self.maybe("sum"))
        table = self.maybe("word")
        uncertain = bool(table and self.maybe("?"))
        side = self.take("word") if table and self.maybe("/") else ""
        rows = self.maybe("rows")[1:-1].strip()
        if not rows and (side or not table):
            raise BadRule(f"an amount is missing in “{self.text}”")
        if not rows:
            time, missing = self.time(), bool(self.maybe("?"))
            return Term(measure=table, time=time, may_be_missing=missing or uncertain)
        measure = self.take("word") if self.maybe(".") else "total"
        time, missing = self.time(), bool(self.maybe("?"))
        if _several(rows) and not summed:
            raise BadRule(f"“[{rows}]” is several rows: write sum before it in “{self.text}”")
        return Term(table, side, rows, measure, time, missing, uncertain, summed)

    def time(self) -> str:
        if not self.maybe("@"):
            return ""
        year = self.take("word")
        return f"{year}.{self.take('word')}" if self.maybe(".") else year


def _several(rows: str) -> bool:
    return rows.split(" ")[0] in SETS or "," in rows or "*" in rows
