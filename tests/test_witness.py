"""The picture of a page as a second witness: it agrees with the grid drawn, and with no other."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from types import SimpleNamespace

import pypdfium2 as pdfium
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from test_sheets import read
from unitbudget.reading import witness
from unitbudget.reading.gutters import gutter
from unitbudget.reading.sheets import Sheet, sheet
from unitbudget.reading.witness import Rules, contradicted

Cells = list[list[SimpleNamespace]]
Sizes = tuple[tuple[int, ...], tuple[int, ...]]

#: Widths of columns and heights of rows, in points, on a page of 400 by 300.
GRIDS = st.tuples(
    st.lists(st.integers(20, 60), min_size=2, max_size=5).map(tuple),
    st.lists(st.integers(12, 40), min_size=2, max_size=5).map(tuple),
)
LEFT, TOP = 30, 240


def edges(sizes: Sizes) -> tuple[list[int], list[int]]:
    """Where the rules of a grid are, from the left and from the top."""
    xs, ys = [LEFT], [TOP]
    for width in sizes[0]:
        xs.append(xs[-1] + width)
    for height in sizes[1]:
        ys.append(ys[-1] - height)
    return xs, ys


@cache
def drawn(sizes: Sizes) -> Sheet:
    xs, ys = edges(sizes)

    def draw(canvas: Canvas) -> None:
        canvas.setLineWidth(0.7)
        canvas.grid(xs, ys)
        for x in xs[:-1]:
            canvas.drawString(x + 3, ys[1] + 2, "12")

    return read(draw)


def cells(xs: Sequence[int], ys: Sequence[int]) -> Cells:
    """The grid as Camelot would hand it over, every cell with all its sides."""
    return [
        [
            SimpleNamespace(x1=left, x2=right, y1=bottom, y2=top, left=True, top=True)
            for left, right in pairwise(xs)
        ]
        for top, bottom in pairwise(ys)
    ]


@given(GRIDS)
@settings(max_examples=25, deadline=None)
def test_the_grid_that_is_drawn_is_not_contradicted(sizes: Sizes) -> None:
    rules = Rules(drawn(sizes))
    assert rules.may_be_grid
    assert contradicted(rules, cells(*edges(sizes))) == ""


@given(GRIDS, st.sampled_from(["column", "row", "merged", "cut", "split"]), st.data())
@settings(max_examples=60, deadline=None)
def test_any_other_grid_is_contradicted(sizes: Sizes, fault: str, data: st.DataObject) -> None:
    xs, ys = edges(sizes)
    rules = Rules(drawn(sizes))
    if fault == "column":
        del xs[data.draw(st.integers(1, len(xs) - 2))]
    elif fault == "row":
        del ys[data.draw(st.integers(1, len(ys) - 2))]
    elif fault == "cut":
        del (xs if data.draw(st.booleans()) else ys)[-1]
    elif fault == "split":
        place = data.draw(st.integers(0, len(xs) - 2))
        xs.insert(place + 1, (xs[place] + xs[place + 1]) // 2)
    other = cells(xs, ys)
    if fault == "merged":
        row, column = data.draw(st.integers(0, len(ys) - 2)), data.draw(st.integers(1, len(xs) - 2))
        other[row][column].left = False
    assert contradicted(rules, other)


@pytest.mark.parametrize(
    ("told", "seen"), [(60, 100), (92, 100), (98, 98), (100, 100), (350, None)]
)
def test_of_a_rule_only_what_is_to_be_seen_counts(told: int, seen: int | None) -> None:
    rules = Rules(read(lambda canvas: canvas.line(100, 150, 300, 150)))
    pieces = [*rules.shown(told, 150, 300 if seen else 380, 150)]
    if seen is None:
        assert pieces == []
    else:
        ((x0, _, x1, _),) = pieces
        assert abs(x0 - seen) <= 2 and abs(x1 - 300) <= 2


def prose(canvas: Canvas, x: float) -> None:
    for line in range(8):
        canvas.drawString(x, 200 - 15 * line, "a long line full of prose")


def left(canvas: Canvas) -> None:
    prose(canvas, 20)


def both(canvas: Canvas) -> None:
    prose(canvas, 20)
    prose(canvas, 240)


def across(canvas: Canvas) -> None:
    both(canvas)
    canvas.drawString(130, 210, "a title over both of the halves")


@pytest.mark.parametrize(
    ("draw", "size", "halves"),
    [
        (both, (400.0, 300.0), True),
        (left, (400.0, 300.0), False),
        (across, (400.0, 300.0), False),
        (both, (400.0, 500.0), False),
    ],
)
def test_two_pages_on_one_sheet_have_a_gutter(
    draw: object, size: tuple[float, float], halves: bool
) -> None:
    page = read(draw, size)  # type: ignore[arg-type]
    body = [glyph for glyph in page.glyphs if glyph.baseline < 240]
    assert (gutter(body, [], size) is not None) == halves


def test_a_layer_that_is_off_is_not_seen() -> None:
    shown = {state: _layered(state) for state in ("ON", "OFF")}
    assert "".join(glyph.char for glyph in shown["ON"].glyphs) == "alwaysonce1,234.56"
    assert "".join(glyph.char for glyph in shown["OFF"].glyphs) == "always"
    assert "".join(glyph.char for glyph in shown["OFF"].erased) == "once1,234.56"


def _layered(state: str) -> Sheet:
    """A page with one line on a layer, written out as no library at hand writes it."""
    content = (
        b"BT /F 10 Tf 20 100 Td (always) Tj ET "
        b"/OC /L BDC BT /F 10 Tf 20 60 Td (once 1,234.56) Tj ET EMC"
    )
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/OCProperties<</OCGs[6 0 R]/D<</%s[6 0 R]>>>>>>"
        % state.encode(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 150]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>/Properties<</L 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Type/OCG/Name(layer)>>",
    ]
    parts = [b"%d 0 obj%s endobj\n" % (n, each) for n, each in enumerate(objects, start=1)]
    pdf = b"%PDF-1.5\n" + b"".join(parts) + b"trailer<</Root 1 0 R/Size 7>>\n%%EOF"
    return sheet(pdfium.PdfDocument(pdf)[0], 1)


def test_a_thicket_of_rules_is_no_table(monkeypatch: pytest.MonkeyPatch) -> None:
    page = Rules(drawn(((40, 40, 40), (20, 20, 20))))
    assert page.may_be_grid
    monkeypatch.setattr(witness, "THICKET", 15)
    assert not page.may_be_grid
