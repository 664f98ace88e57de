"""Reading one document: ours beside pdfplumber, Camelot as it comes, and pdfium's own floor."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from pathlib import Path
from statistics import median

import camelot
import camelot.parsers.lattice as lattice

#: Camelot as it comes: reading a disclosure sets this limit higher.
CAMELOTS_OWN_LIMIT = lattice._GRID_WHITESPACE_REJECT

import pdfplumber  # noqa: E402
import pypdfium2 as pdfium  # noqa: E402
from tqdm import tqdm  # noqa: E402

from measuring import CORPUS, CPU, ROOT, Bar, bars, peak_megabytes, side_by_side, table  # noqa: E402
from unitbudget import read_disclosure  # noqa: E402
from unitbudget.errors import DisclosureError  # noqa: E402
from unitbudget.package import rows_of  # noqa: E402
from unitbudget.reading.pages import pages_used, pictures  # noqa: E402
from unitbudget.reading.pictured import covered  # noqa: E402
from unitbudget.running.batch import read_one  # noqa: E402
from unitbudget.running.disclosure import read  # noqa: E402

MEMORY = "import sys\nfrom unitbudget import read_disclosure\nread_disclosure(sys.argv[1])"


def run(rounds: int) -> int:
    """Medians over the documents, each read so many times."""
    warnings.simplefilter("ignore")
    for name in ("camelot", "pdfminer"):
        logging.getLogger(name).setLevel(logging.ERROR)
    paths = _documents()
    rows, ratios = [], {"plumber": [], "camelot": [], "floor": [], "judging": [],
                    "built": [], "pictured": []}  # fmt: skip
    for path in tqdm(paths, unit="份", leave=False):
        took = side_by_side(_calls(path), rounds, CPU)
        took |= side_by_side({"camelot": lambda path=path: _camelot(path)}, 1, CPU)
        ours = took["reading"]
        ratios["plumber"].append(ours / took["pdfplumber"])
        ratios["camelot"].append(ours / took["camelot"])
        ratios["floor"].append(ours / took["pdfium"])
        ratios["judging"].append(took["judged"] / ours)
        for name in ("built", "pictured"):
            ratios[name].append(took[name] / took["pdfplumber"])
        columns = ("reading", "judged", "pdfplumber", "camelot", "pdfium")
        times = [took[name] for name in columns]
        rows.append([path.stem[:36], *times, ratios["plumber"][-1], ratios["camelot"][-1]])
    table(["CPU seconds", "reading", "and judging", "pdfplumber", "camelot", "pdfium", "÷ plumber",
           "÷ camelot"], rows)  # fmt: skip
    peaks = [peak_megabytes(MEMORY, str(path)) for path in tqdm(paths, leave=False)]
    return bars([
        Bar("reading ÷ pdfplumber (tables and text), median", median(ratios["plumber"]), 0.6),
        Bar("reading ÷ pdfplumber, worst", max(ratios["plumber"])),
        Bar("build without pictures ÷ pdfplumber, median", median(ratios["built"]), 0.8),
        Bar("build with its pictures ÷ pdfplumber, median", median(ratios["pictured"]), 1.2),
        Bar("reading ÷ camelot with defaults, median", median(ratios["camelot"]), 0.1),
        Bar("reading ÷ camelot with defaults, worst", max(ratios["camelot"])),
        Bar("reading ÷ pdfium reading every character and path, median", median(ratios["floor"])),
        Bar("reading and judging ÷ reading, median", median(ratios["judging"])),
        Bar("peak memory of one document, worst", max(peaks), 400, unit=" MB"),
    ])  # fmt: skip


def _documents() -> list[Path]:
    paths = [*(ROOT / "data" / "raw").glob("*.pdf")]
    if CORPUS.is_dir():
        paths += [p for kind in ("typeset", "real") for p in (CORPUS / kind).glob("*.pdf")]
    else:
        print("../shared/corpus is not there: only the first document is measured")
    return sorted({path.name: path for path in paths if _is_read(path)}.values())


def _is_read(path: Path) -> bool:
    """A first reading, which also warms everything up."""
    try:
        return read(path) is not None
    except DisclosureError as error:
        print(f"left out: {error}")
        return False


def _calls(path: Path) -> dict[str, Callable[[], object]]:
    return {
        "reading": lambda: read(path),
        "judged": lambda: read_disclosure(path),
        "built": lambda: read_one(path, "one"),
        "pictured": lambda: _pictured(path),
        "pdfplumber": lambda: _pdfplumber(path),
        "pdfium": lambda: _pdfium(path),
    }


def _pictured(path: Path) -> None:
    """Built, and every page drawn that a briefing may show."""
    told = read_one(path, "one").written
    rows = {name: rows_of(told, name) for name in told}
    pictures(path, pages_used(rows), covered(rows["covered"]))


def _pdfplumber(path: Path) -> None:
    with pdfplumber.open(path) as document:
        for page in document.pages:
            page.extract_tables()
            page.extract_text()


def _camelot(path: Path) -> None:
    ours = lattice._GRID_WHITESPACE_REJECT
    lattice._GRID_WHITESPACE_REJECT = CAMELOTS_OWN_LIMIT
    try:
        camelot.read_pdf(str(path), pages="all")
    finally:
        lattice._GRID_WHITESPACE_REJECT = ours


def _pdfium(path: Path) -> None:
    document = pdfium.PdfDocument(path)
    for page in document:
        text = page.get_textpage()
        text.get_text_range()
        for number in range(text.count_chars()):
            text.get_charbox(number)
        list(page.get_objects(max_depth=4))
    document.close()
