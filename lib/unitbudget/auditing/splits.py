"""What each change of a category is made of: the base of contributions, their rates, the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from unitbudget.auditing.bases import SPENDING, cells_of, current, former, leaves, unknown, whole
from unitbudget.auditing.contributions import (
    Base,
    Contribution,
    Span,
    contributions,
    said_rate,
    words,
)
from unitbudget.auditing.inference import Inference, Known, figure_of
from unitbudget.figures import ZERO, Figure, Ledger, share, total
from unitbudget.money.text import heading

NIL = Span(ZERO, ZERO, ZERO)


@dataclass(frozen=True, slots=True)
class Part:
    """A contribution within a category: its items, what is paid now, and what was paid before."""

    of: Contribution
    before_rate: Contribution
    codes: tuple[str, ...]
    now: Figure
    before: Span
    at_old_rate: Span
    before_formula: str
    old_rate_formula: str
    cells: tuple[str, ...]

    @property
    def exact(self) -> Span:
        """What is paid now."""
        return Span(self.now.value, self.now.low, self.now.high)


def split(
    ledger: Ledger, known: Sequence[Known], layout: str, project_changes: Sequence[Figure]
) -> Iterator[Inference]:
    """The monthly bases of both years, and each category's change taken apart."""
    now, found = current(ledger, layout)
    yield from found
    own = [each for each in known if whole(ledger, each)]
    if not found or not own:
        return
    last, found = former(ledger, own, layout, now)
    yield from found
    rates = contributions(ledger.year - 1, layout)
    for each in own:
        yield from _category(ledger, each, now, last, rates, project_changes)


def _category(
    ledger: Ledger,
    known: Known,
    now: Base,
    last: Base,
    rates: Sequence[Contribution],
    projects: Sequence[Figure],
) -> Iterator[Inference]:
    """One category's change taken apart as far as it can be."""
    reason = words()["reason"]
    within = [of for of in rates if set(of.functions) & set(leaves(ledger, known.code))]
    why = ""
    if not within:
        why = str(reason["no_base"])
    elif now.span is None:
        why = str(reason["no_current_base"]).format(why=now.reason)
    elif last.span is None:
        why = str(reason["no_last_base"]).format(why=last.reason)
    parts = [] if why else [_part(ledger, known, of, now, last) for of in within]
    usable = [part for part in parts if part]
    if len(usable) < len(parts):
        names = "、".join(of.name for of, part in zip(within, parts, strict=True) if not part)
        why = str(reason["mixed"]).format(names=names)
    elif usable and _before_rest(known, usable).high < 0:
        why = str(reason["refuted"])
    if why:
        cells = known.now.cells + known.change.cells
        for quantity in ("change_base", "change_rate"):
            yield unknown(known.subject, quantity, why, cells)
        if not within:
            yield from _project(ledger, known, projects)
        return
    yield from _parted(ledger, known, usable)


def _part(ledger: Ledger, known: Known, of: Contribution, now: Base, last: Base) -> Part | None:
    """A contribution within the category, if both years' amounts of it are known."""
    lowest = leaves(ledger, known.code)
    codes = tuple(code for code in of.functions if code in lowest)
    paid = now.payment(of.economic)
    amount = total(ledger.one(SPENDING, code) for code in codes)
    if paid is None or amount is None or amount.value != paid.paid.value or of.rate is None:
        return None
    if now.span is None or last.span is None:
        return None
    if set(lowest) <= set(of.functions):
        if last.payment(of.economic) is None:
            return None
        before, before_formula = _span(known.before), known.before.formula
    else:
        before, before_formula = of.paid_on(last.span), _paid(of, last.span)
    at_old, old_formula = _span(amount), amount.formula
    if of.rate != paid.of.rate:
        at_old, old_formula = of.paid_on(now.span), _paid(of, now.span)
    cells = amount.cells + cells_of(last.payments)
    return Part(paid.of, of, codes, amount, before, at_old, before_formula, old_formula, cells)


def _paid(of: Contribution, base: Span) -> str:
    return f"12 × {said_rate(of.rate)} × {base.value:f}"


def _span(figure: Figure) -> Span:
    return Span(figure.value, figure.low, figure.high)


def _before_rest(known: Known, parts: Sequence[Part]) -> Span:
    """What last year's budget of the category leaves for lines other than these."""
    return reduce(Span.__sub__, [part.before for part in parts], _span(known.before))


def _parted(ledger: Ledger, known: Known, parts: Sequence[Part]) -> Iterator[Inference]:
    """Base, rate and rest of a change; and last year's lines, where they are not printed either."""
    base = reduce(Span.__add__, [part.at_old_rate - part.before for part in parts])
    moved = [part for part in parts if part.of.rate != part.before_rate.rate]
    rate = reduce(Span.__add__, [part.exact - part.at_old_rate for part in moved], NIL)
    change, paid = _span(known.change), [part.exact - part.before for part in parts]
    alone = len(parts) == 1 and set(leaves(ledger, known.code)) <= set(parts[0].codes)
    rest = NIL if alone else reduce(Span.__sub__, paid, change)
    assumption = str(words()["assumption"]["split"]).format(
        old="、".join(part.before_rate.label for part in parts),
        new="、".join(part.of.label for part in parts),
    )
    cells = known.now.cells + known.change.cells
    cells += tuple(cell for part in parts for cell in part.cells)
    told = (
        ("change_base", base, _formula((p, p.old_rate_formula, p.before_formula) for p in parts)),
        ("change_rate", rate, _formula((p, p.now.formula, p.old_rate_formula) for p in moved)),
        ("change_rest", rest, f"{change.value:f}{_minus(base)}{_minus(rate)}"),
    )
    for quantity, span, formula in told:
        yield Inference(known.subject, quantity, "CNY", cells, span, formula, assumption)
    if not alone:
        yield from _lines(ledger, known, parts)


def _formula(terms: Iterable[tuple[Part, str, str]]) -> str:
    """``基本养老保险 [283291.56 − 12 × 20% × 147547.67]``"""
    told = [
        f"{part.of.name} [{new} − {f'({old})' if ' − ' in old else old}]"
        for part, new, old in terms
    ]
    return " + ".join(told) or "比例未变"


def _minus(span: Span) -> str:
    """`` − 158905.80``, `` + 70822.80``"""
    if not span.value:
        return ""
    return f" {'−' if span.value > 0 else '+'} {abs(span.value):f}"


def _lines(ledger: Ledger, known: Known, parts: Sequence[Part]) -> Iterator[Inference]:
    """Last year's budget of the lines within a category, and what was spent of it."""
    told = words()["assumption"]
    for part in parts:
        assumption = str(told["line"]).format(
            rate=said_rate(part.before_rate.rate), witnesses="只含一项缴费的各类支出"
        )
        spent = total(_spent(ledger, code) for code in part.codes)
        subject = "、".join(_named(ledger, code) for code in part.codes)
        before = figure_of(part.before, part.cells, part.before_formula)
        yield from _line(subject, before, part.before, spent, assumption)
    rest = _before_rest(known, parts)
    if rest.low <= 0:
        return
    taken = {code for part in parts for code in part.codes}
    left = [code for code in leaves(ledger, known.code) if code not in taken]
    assumption = str(told["rest"]).format(
        lines="、".join(part.of.name for part in parts),
        rates="、".join(said_rate(part.before_rate.rate) for part in parts),
    )
    spent = total(_spent(ledger, code) for code in left)
    name = f"{known.subject} 其余" if len(left) != 1 else _named(ledger, left[0])
    formula = known.before.formula + "".join(_minus(part.before) for part in parts)
    cells = known.before.cells + tuple(cell for part in parts for cell in part.cells)
    yield from _line(name, figure_of(rest, cells, formula), rest, spent, assumption)


def _line(
    subject: str, before: Figure, span: Span, spent: Figure | None, assumption: str
) -> Iterator[Inference]:
    """Last year's budget of one line, and how much of it was spent."""
    row = Inference(subject, "last_year_budget", "CNY", before.cells, span)
    yield replace(row, formula=before.formula, assumption=assumption)
    rate = share(spent, before) if spent else None
    if rate:
        yield Inference(subject, "execution_rate", "percent").having(rate, assumption)


def _project(ledger: Ledger, known: Known, projects: Sequence[Figure]) -> Iterator[Inference]:
    """What projects of the same name explain, if all projects are in this one category."""
    holding = [code for code in ledger.children(SPENDING) if _has_projects(ledger, code)]
    part = total(projects)
    if holding != [known.code] or part is None:
        return
    assumption = str(words()["assumption"]["project"])
    yield Inference(known.subject, "change_project").having(part, assumption)
    yield Inference(known.subject, "change_rest").having(known.change - part, assumption)


def _has_projects(ledger: Ledger, code: str) -> bool:
    figure = ledger.one(SPENDING, code, measure="project")
    return figure is not None and figure.value != 0


def _spent(ledger: Ledger, code: str) -> Figure | None:
    return ledger.one(SPENDING, code, year=ledger.year - 1, phase="executed")


def _named(ledger: Ledger, code: str) -> str:
    name = next(row.name for row in ledger.rows(SPENDING) if row.code == code)
    return f"{code} {heading(name)}"
