"""Each family's template deleted in turn: what of its documents is understood without it.

Real documents where they are at hand, and made-up ones of every family; the amounts as with the
template, none otherwise. ``teach`` prints what was understood as the template that was missing.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from generator import sheets
from generator.disclosures import disclosure
from generator.drawing import draw
from generator.styles import STYLES, draw_style
from measuring import CORPUS, ROOT, Bar, bars, table
from unitbudget.documents import Printed
from unitbudget.errors import DisclosureError
from unitbudget.reading import identify
from unitbudget.reading.extract import read_printed
from unitbudget.reading.metadata import metadata
from unitbudget.reading.templates import Family, families
from unitbudget.reading.tidy import amounts

#: What makes an amount the same: which it is, where it is printed, what it says.
SAME = (
    "table_id", "direction", "function_code", "economic_code", "measure", "fiscal_year", "phase",
    "value", "page",
)  # fmt: skip


def run(count: int) -> int:
    """The real documents, and so many made-up ones of each family."""
    rows, left = [], {}
    for name, documents in _documents(count):
        whole, found, other = Counter[str](), Counter[str](), Counter[str]()
        for origin, printed in documents:
            wanted, family = _read(printed, families())
            got, _ = _read(printed, [each for each in families() if each.name != family])
            whole[origin] += wanted.total()
            found[origin] += (wanted & got).total()
            other[origin] += (got - wanted).total()
        for origin in whole:
            share = found[origin] / max(1, whole[origin])
            rows.append([name, origin, whole[origin], f"{share:.1%}", other[origin]])
            left[name, origin] = share, other[origin]
    table(["family", "documents", "amounts", "without its template", "otherwise"], rows)
    return bars([
        Bar("families", len({name for name, _ in left}), len(families()), at_least=True),
        Bar("lowest share of amounts", min(s for s, _ in left.values()), 0.9, at_least=True),
        Bar("amounts read otherwise", sum(n for _, n in left.values()), 0),
    ])  # fmt: skip


def _documents(count: int) -> Iterator[tuple[str, list[tuple[str, Printed]]]]:
    """By family, its real documents and made-up ones."""
    real: dict[str, list[tuple[str, Printed]]] = defaultdict(list)
    for path in [*sorted((CORPUS / "real").glob("*.pdf")), *(ROOT / "data" / "raw").glob("*.pdf")]:
        printed = read_printed(path)
        real[_read(printed, families())[1]].append(("real", printed))
    for name in sheets.families():
        made = [("made up", _made(name, number)) for number in range(count)]
        yield name, real[name] + made


def _made(family: str, number: int) -> Printed:
    chance = Random(number)
    made = disclosure(draw(chance), draw_style(chance, STYLES), family)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(made.pdf)
        return read_printed(path)


def _read(printed: Printed, known: Sequence[Family]) -> tuple[Counter[tuple[str, ...]], str]:
    """The amounts of a document read with these templates, and the family it is of."""
    try:
        with _knowing(known):
            about = metadata(printed)
            found = identify.survey(printed, about.fiscal_year, about.kind)
        rows, _ = amounts(found, printed.source_file)
    except DisclosureError:
        return Counter(), ""
    return Counter(tuple(str(row[key]) for key in SAME) for row in rows), found.family


@contextmanager
def _knowing(known: Sequence[Family]) -> Iterator[None]:
    own = identify.families
    identify.families = lambda: tuple(known)
    try:
        yield
    finally:
        identify.families = own
