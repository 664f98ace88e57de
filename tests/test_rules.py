"""The rule language says what an accountant means, and refuses what it cannot say."""

import tomllib
from decimal import Decimal
from importlib.resources import files

import pytest

from examples import examples
from unitbudget.auditing.rule_language import (
    BadRule,
    Call,
    Number,
    Product,
    Rate,
    Sum,
    Term,
    parse_expression,
    parse_statement,
)
from unitbudget.auditing.rules import read_rules, rule_book
from unitbudget.auditing.side import Side
from unitbudget.reading.templates import Family, families


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("total", Term(measure="total")),
        ("project?", Term(measure="project", may_be_missing=True)),
        ("total@last.executed", Term(measure="total", time="last.executed")),
        ("[total].basic", Term(rows="total", measure="basic")),
        ("sum [children].column", Term(rows="children", measure="column", summed=True)),
        ("revenue[row].other", Term("revenue", rows="row", measure="other")),
        ("appropriation/revenue[total].total", Term("appropriation", "revenue", "total", "total")),
        ("a?[row].b?", Term("a", "", "row", "b", "", True, True)),
        ("sum a[301, 303].total", Term("a", rows="301, 303", measure="total", summed=True)),
        ("2% * total", Product(Decimal("0.02"), Term(measure="total"))),
        ("a - b", Sum(((1, Term(measure="a")), (-1, Term(measure="b"))))),
        ("a - (b + c)", Sum(((1, Term(measure="a")), (-1, parse_expression("b + c"))))),
        ("rate(30110)", Rate("30110")),
        ("rate(30110@last)", Rate("30110", "last")),
        ("monthly(total, 16%)", Call("monthly", (Term(measure="total"), Number(Decimal("0.16"))))),
    ],
)  # fmt: skip
def test_expressions_mean_what_they_say(text: str, meaning: object) -> None:
    assert parse_expression(text) == meaning


@pytest.mark.parametrize("text", ["total = a + b", "a <= b", "a >= 2% * b"])
def test_statements_have_two_sides(text: str) -> None:
    statement = parse_statement(text)
    assert statement.relation in text and statement.text == text


@examples("text")
def test_what_cannot_be_said_is_refused(text: str) -> None:
    with pytest.raises(BadRule):
        parse_statement(text)


@pytest.mark.parametrize(
    "entry",
    [
        {"id": "R99", "says": "…", "check": "total = basic", "for": {"each": "row"}},
        {"id": "R99", "says": "…", "check": "total = basic", "unless": ["x"]},
        {"id": "R99", "says": "…", "check": "total = basic", "if_printed": ["1 * total + 2"]},
    ],
)
def test_a_rule_with_unknown_words_is_refused(entry: dict[str, object]) -> None:
    with pytest.raises(BadRule):
        read_rules({"rule": [entry]})


def test_rules_cover_their_numbers_in_order() -> None:
    numbers = [rule.rule_id for rule in rule_book().rules]
    on_tables = {f"R{n:02}" for n in [*range(1, 23), 37, *range(39, 44)]}
    assert on_tables <= set(numbers)
    assert numbers == sorted(numbers)


def test_every_table_and_measure_a_rule_speaks_of_has_a_chinese_name() -> None:
    book = rule_book()
    for rule in book.rules:
        terms = [*_terms(rule.statement.left), *_terms(rule.statement.right)]
        terms += [*rule.if_printed, *rule.unless_printed]
        scope = [
            name.rstrip("?").partition("/")[0] for name in rule.scope.tables + rule.scope.across
        ]
        tables = {term.table for term in terms if term.table} | {*scope, *rule.where}
        assert tables <= set(book.tables), rule.statement.text
        measures = {term.measure for term in terms if not _names_a_table(rule.statement.text)}
        assert measures - {"column"} <= set(book.measures), rule.statement.text


@pytest.mark.parametrize("family", families(), ids=lambda family: family.name)
def test_every_column_a_family_adds_up_is_in_its_sum(family: Family) -> None:
    """A template with a new source of revenue must name it in R05, or sums would break falsely."""
    sums = {
        rule.rule_id: {term.measure for term in _terms(rule.statement.right)} | {"total"}
        for rule in rule_book().rules
        if rule.statement.text.startswith("total =") and rule.rule_id in ("R04", "R05")
    }
    elsewhere = {"change", "change_percent", "personnel", "operating"}
    for table in family.tables:
        measures = {column.measure for column in table.columns if column.is_amount} - elsewhere
        if table.table_id == "revenue":
            assert measures <= sums["R05"]
        if table.table_id in ("expenditure", "general_public_budget"):
            assert measures <= sums["R04"]


def test_rules_are_written_once() -> None:
    text = (files("unitbudget") / "reference" / "rules.toml").read_text(encoding="utf-8")
    rules = tomllib.loads(text)["rule"]
    assert len({str(sorted(rule.items())) for rule in rules}) == len(rules)
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_kinds_of_rows_are_known() -> None:
    with pytest.raises(ValueError, match="no kind of rows"):
        Side({}).each("sideways")


def _names_a_table(text: str) -> bool:
    return text.startswith("is_empty")


def _terms(expression: object) -> list[Term]:
    match expression:
        case Term():
            return [expression]
        case Product(_, of):
            return _terms(of)
        case Sum(terms):
            return [found for _, term in terms for found in _terms(term)]
        case Call(_, arguments):
            return [found for argument in arguments for found in _terms(argument)]
    return []
