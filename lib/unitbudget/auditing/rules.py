"""The reconciliation rules of ``reference/rules.toml``, read into values.

A rule says what must hold (in the language of ``rule_language``), how often it is applied
(``for``: each table, each row, each column, each printed time) and to which disclosures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from importlib.resources import files
from typing import Any, Protocol

from unitbudget.auditing.rule_language import (
    BadRule,
    Statement,
    Term,
    parse_expression,
    parse_statement,
)
from unitbudget.money.text import heading
from unitbudget.reference import toml

KINDS = ("budget", "final_accounts")
#: The roles whose rows sum up others, so that they are no items themselves.
SUMMING = ("total", "current", "opening")


@dataclass(frozen=True, slots=True)
class Scope:
    """What a rule is applied to: each table, each row, each column, each printed time."""

    tables: tuple[str, ...] = ()
    rows: str = ""
    across: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    times: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One identity a disclosure must satisfy, or one inference about how it was drawn up."""

    rule_id: str
    says: str
    statement: Statement
    scope: Scope = Scope()
    kinds: tuple[str, ...] = KINDS
    years: tuple[int, int] = (0, 9999)
    where: tuple[str, ...] = ()
    if_printed: tuple[Term, ...] = ()
    unless_printed: tuple[Term, ...] = ()
    otherwise: str = ""


@dataclass(frozen=True)
class RuleBook:
    """All rules, with the printed names that rows, measures and tables go by."""

    rules: tuple[Rule, ...]
    roles: Mapping[str, tuple[str, ...]]
    measures: Mapping[str, str]
    tables: Mapping[str, str]
    natures: Mapping[str, tuple[str, ...]]
    listing: Mapping[str, tuple[str, ...]]
    funds: tuple[str, ...]

    @cached_property
    def totals(self) -> frozenset[str]:
        """The names of the rows that sum up others."""
        return frozenset(heading(n) for role in SUMMING for n in self.roles.get(role, ()))

    def title(self, table: str) -> str:
        """What a table is called; one without a name goes by its identifier."""
        return self.tables.get(table, table)


@cache
def rule_book() -> RuleBook:
    """The rules of ``reference/rules.toml`` in the words of ``reference/names.toml``."""
    return read_rules(toml("names") | toml("rules"))


def read_rules(data: Mapping[str, Any]) -> RuleBook:
    """The rules written in a parsed TOML file. Raises ``BadRule``."""
    places: Mapping[str, list[str]] = data.get("places", {})
    natures = {nature: ", ".join(codes) for nature, codes in data.get("natures", {}).items()}
    spelt = [
        {**each, "check": str(each["check"]).format(**natures)}
        for entry in data["rule"]
        for each in _paired(entry, data.get("tables", {}))
    ]
    return RuleBook(
        tuple(_rule(entry, places) for entry in spelt),
        {role: tuple(names) for role, names in data.get("rows", {}).items()},
        _named(data),
        data.get("tables", {}),
        {nature: tuple(codes) for nature, codes in data.get("natures", {}).items()},
        {kind: tuple(tables) for kind, tables in data.get("listing", {}).items()},
        tuple(data.get("paid_by", {})),
    )


def _named(data: Mapping[str, Any]) -> Mapping[str, str]:
    """What every measure is called, those below a heading that says more of them too."""
    measures = data.get("measures", {})
    paid = {
        f"{name}_{fund}": said.format(called)
        for fund, said in data.get("paid_by", {}).items()
        for name, called in measures.items()
    }
    below = {
        f"{above}_{name}": said.format(called)
        for above, said in data.get("qualified", {}).items()
        for name, called in (measures | paid).items()
    }
    return {**measures, **{n: said for n, said in (paid | below).items() if n not in measures}}


def _paired(entry: Mapping[str, Any], titles: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
    """One rule for each pair of tables it is written for; a rule without pairs as it is."""
    if "pairs" not in entry:
        yield entry
        return
    rest = {key: value for key, value in entry.items() if key not in ("pairs", "rows")}
    for pair in entry["pairs"]:
        a, b = pair["of"]
        yield {
            **rest,
            **{key: value for key, value in pair.items() if key != "of"},
            "says": entry["says"].format(a=titles[a], b=titles[b]),
            "check": entry["check"].format(a=a, b=b),
            "for": {"across": [a, b], "rows": entry["rows"]},
        }


def _rule(entry: Mapping[str, Any], places: Mapping[str, list[str]]) -> Rule:
    known = {"id", "says", "check", "for", "kinds", "years", "otherwise"}
    known |= {"where", "if_printed", "unless_printed"}
    if unknown := set(entry) - known:
        raise BadRule(f"{entry.get('id')}: unknown words {sorted(unknown)}")
    try:
        first, last = entry.get("years", (0, 9999))
        return Rule(
            rule_id=entry["id"],
            says=entry["says"],
            statement=parse_statement(entry["check"]),
            scope=_scope(entry.get("for", {}), places),
            kinds=tuple(entry.get("kinds", KINDS)),
            years=(first, last),
            where=tuple(entry.get("where", ())),
            if_printed=_places(entry.get("if_printed", []), places),
            unless_printed=_places(entry.get("unless_printed", []), places),
            otherwise=entry.get("otherwise", ""),
        )
    except BadRule as error:
        raise BadRule(f"{entry['id']}: {error}") from None


def _scope(entry: Mapping[str, Any], named: Mapping[str, list[str]]) -> Scope:
    if unknown := set(entry) - {"tables", "rows", "across", "columns", "times"}:
        raise BadRule(f"unknown words after for: {sorted(unknown)}")
    return Scope(
        tuple(table for each in entry.get("tables", ()) for table in named.get(each, [each])),
        entry.get("rows", ""),
        tuple(entry.get("across", ())),
        tuple(entry.get("columns", ())),
        entry.get("times", ""),
    )


def _places(texts: list[str], named: Mapping[str, list[str]]) -> tuple[Term, ...]:
    spelt = [text for each in texts for text in named.get(each, [each])]
    terms = [parse_expression(text) for text in spelt]
    if not all(isinstance(term, Term) for term in terms):
        raise BadRule(f"{texts} should name places")
    return tuple(term for term in terms if isinstance(term, Term))


class Named(Protocol):
    """What stands in a row with a code or none, and a name."""

    @property
    def code(self) -> str: ...
    @property
    def name(self) -> str: ...


def is_total(entry: Named) -> bool:
    """Is this the row of a printed total?"""
    return not entry.code and heading(entry.name) in rule_book().totals


@cache
def rules_version() -> str:
    """By which the rules, wordings and classifications of this version are told from others."""
    folder = files("unitbudget") / "reference"
    texts = (path for path in folder.iterdir() if path.name.endswith((".toml", ".csv")))
    parts = sorted((path.name, path.read_bytes()) for path in texts)
    whole = b"".join(name.encode() + b"\0" + text for name, text in parts)
    return sha256(whole).hexdigest()[:12]
