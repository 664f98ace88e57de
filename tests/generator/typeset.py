"""Sheets and paragraphs → a PDF, and the page each printed row came to stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from generator import typeface
from generator.headings import Box, heads
from generator.sheets import Sheet
from generator.styles import Style

MARGIN = 50.0
LEADING = 1.35
SMALLEST = 3.5
PROSE_SIZE = 10.5


@dataclass(frozen=True)
class Paragraph:
    """One paragraph of prose, a title, or a page break where the text is a form feed."""

    text: str
    centred: bool = False
    indent: bool = True


@dataclass(frozen=True)
class Form:
    """A ruled form about one project on a page of its own: labels and what is filled in."""

    title: str
    rows: tuple[tuple[str, ...], ...]


PAGE_BREAK = Paragraph("\f")
Block = Paragraph | Sheet | Form


@dataclass(frozen=True)
class Set:
    """A typeset document: its bytes, and the rows of ``amounts.csv`` a reader must find in it."""

    pdf: bytes
    amounts: tuple[dict[str, Any], ...]


def typeset(blocks: Sequence[Block], style: Style) -> Set:
    """The document in this style."""
    setter = _Setter(style)
    amounts: list[dict[str, Any]] = []
    for block in blocks:
        if isinstance(block, Sheet):
            pages = setter.sheet(block)
            amounts += [record | {"page": pages[record["row"] - 1]} for record in block.expected]
        elif isinstance(block, Form):
            setter.form(block)
        elif block is PAGE_BREAK:
            setter.new_page()
        else:
            setter.paragraph(block)
    return Set(setter.finish(), tuple(amounts))


class _Setter:
    """A canvas with a page number and a place on the page."""

    def __init__(self, style: Style) -> None:
        self.style, self.font = style, typeface.register()
        self.width, self.height = style.paper
        self.content = BytesIO()
        self.canvas = Canvas(self.content, pagesize=style.paper, invariant=1)
        self.page, self.y, self.fresh = 0, 0.0, False
        self._open_page()

    def _open_page(self) -> None:
        self.page += 1
        self.y, self.fresh = self.height - MARGIN, True
        if self.style.rotated:
            self.canvas.setPageRotation(90)
            self.canvas.transform(0, 1, -1, 0, self.height, 0)
        self.canvas.setLineWidth(self.style.line_width)

    def new_page(self) -> None:
        if not self.fresh:
            self._close_page()
            self._open_page()

    def _close_page(self) -> None:
        if self.style.running_head:
            self._line(
                self.style.running_head, self.width / 2, self.height - MARGIN / 2, 9, "centre"
            )
        if self.style.footer:
            self._line(f"- {self.page} -", self.width / 2, MARGIN / 2, 9, "centre")
        self.canvas.showPage()

    def finish(self) -> bytes:
        self._close_page()
        self.canvas.save()
        return self.content.getvalue()

    def _line(self, text: str, x: float, y: float, size: float, align: str = "left") -> None:
        self.canvas.setFont(self.font, size)
        draw = {
            "left": self.canvas.drawString,
            "right": self.canvas.drawRightString,
            "centre": self.canvas.drawCentredString,
        }[align]
        draw(x, y, text)
        self.fresh = False

    def _wrap(self, text: str, width: float, size: float, indent: float = 0.0) -> list[str]:
        lines, left = [""], width - indent
        for char in text:
            if stringWidth(lines[-1] + char, self.font, size) > left and lines[-1]:
                lines.append("")
                left = width
            lines[-1] += char
        return lines

    def paragraph(self, block: Paragraph) -> None:
        """A paragraph with an indented first line, or a centred title."""
        size = PROSE_SIZE + 3 * block.centred
        indent = 2 * size * (block.indent and not block.centred)
        lines = self._wrap(block.text, self.width - 2 * MARGIN, size, indent)
        for number, text in enumerate(lines):
            if self.y < MARGIN + size * LEADING:
                self.new_page()
            self.y -= size * 1.6
            x = self.width / 2 if block.centred else MARGIN + (indent if number == 0 else 0)
            self._line(text, x, self.y, size, "centre" if block.centred else "left")

    def form(self, block: Form) -> None:
        """A title and a grid of cells of one width."""
        self.new_page()
        self.paragraph(Paragraph(block.title, centred=True))
        self.y -= 12
        count = len(block.rows[0])
        widths = [(self.width - 2 * MARGIN) / count] * count
        boxes = [[Box(0, n, 1, 1, text, "left") for n, text in enumerate(r)] for r in block.rows]
        self._rows(boxes, [self._height(row, widths) for row in boxes], widths)

    # --- tables -----------------------------------------------------------------------------

    def sheet(self, sheet: Sheet) -> list[int]:
        """One table; the page of each of its rows."""
        widths = self._widths(sheet)
        head = heads(sheet)
        depth = 1 + max(box.row + box.rows - 1 for box in head)
        heights = self._head_heights(head, depth, widths)
        body = [self._body_row(sheet, row) for row in range(len(sheet.cells))]
        tall = [self._height(boxes, widths) for boxes in body]
        needed = 60 + sum(heights) + tall[0] + 10
        if self.style.own_pages or self.y - needed < MARGIN:
            self.new_page()
        if self.style.title_inside:
            self._rows(
                [
                    [Box(0, 0, 1, len(widths), sheet.title, "centre", True)],
                    [Box(0, 0, 1, len(widths), f"单位：{sheet.unit}", "right", True)],
                ],
                [24.0, 18.0],
                widths,
            )
        else:
            self.y -= 22
            self._line(sheet.title, self.width / 2, self.y, 12, "centre")
            self.y -= 18
            self._line(f"单位：{sheet.unit}", self.width - MARGIN, self.y, 9, "right")
            self.y -= 8
        self._head(head, heights, widths)
        pages = []
        for number, (boxes, height) in enumerate(zip(body, tall, strict=True)):
            last = number == len(body) - 1
            alone = last and self.style.total_alone and sheet.total_is_last and number > 3
            if alone or self.y - height < MARGIN:
                self._across()
                self.new_page()
                if alone:
                    boxes = self._merged_total(sheet, boxes)
                elif self.style.repeat_header:
                    self._head(head, heights, widths)
            self._rows([boxes], [height], widths)
            pages.append(self.page)
        self._across()
        if sheet.note:
            self.y -= 6
            for text in self._wrap(sheet.note, self.width - 2 * MARGIN, 9):
                self.y -= 14
                self._line(text, MARGIN, self.y, 9)
        self.y -= 16
        return pages

    def _widths(self, sheet: Sheet) -> list[float]:
        weights = [column.weight for column in sheet.columns]
        return [(self.width - 2 * MARGIN) * weight / sum(weights) for weight in weights]

    def _head_heights(self, head: list[Box], depth: int, widths: list[float]) -> list[float]:
        heights = [self.style.size * LEADING + 6] * depth
        for box in sorted(head, key=lambda box: box.rows):
            room = sum(heights[box.row : box.row + box.rows])
            lines = len(self._cell_lines(box, widths)[0])
            missing = lines * self.style.size * LEADING + 6 - room
            if missing > 0:
                heights[box.row + box.rows - 1] += missing
        return heights

    def _head(self, head: list[Box], heights: list[float], widths: list[float]) -> None:
        self._across()
        top, tops = self.y, [0.0]
        for height in heights:
            tops.append(tops[-1] + height)
        for box in head:
            y1, y0 = top - tops[box.row], top - tops[box.row + box.rows]
            self._draw(box, y0, y1, widths)
        self.y = top - tops[-1]
        self._across()

    def _across(self) -> None:
        """One of the three lines of a table that has no others."""
        if self.style.rules == "three-line":
            self.canvas.line(MARGIN, self.y, self.width - MARGIN, self.y)

    def _body_row(self, sheet: Sheet, row: int) -> list[Box]:
        return [
            Box(0, place, 1, 1, text, self._align(column.is_label, column.words[-1]))
            for place, (column, text) in enumerate(
                zip(sheet.columns, sheet.cells[row], strict=True)
            )
        ]

    @staticmethod
    def _align(label: bool, what: str) -> str:
        return ("left" if what == "name" else "centre") if label else "right"

    def _merged_total(self, sheet: Sheet, boxes: list[Box]) -> list[Box]:
        """A total under merged cells: its label reaches over the code and name columns."""
        count = 0
        while count < len(sheet.columns) and sheet.columns[count].is_label:
            count += 1
        label = "".join(box.text for box in boxes[:count])
        return [Box(0, 0, 1, count, label, "centre"), *boxes[count:]]

    def _height(self, boxes: list[Box], widths: list[float]) -> float:
        lines = max(len(self._cell_lines(box, widths)[0]) for box in boxes)
        return lines * self.style.size * LEADING + 2 * self.style.padding

    def _rows(self, rows: list[list[Box]], heights: list[float], widths: list[float]) -> None:
        for boxes, height in zip(rows, heights, strict=True):
            for box in boxes:
                self._draw(box, self.y - height, self.y, widths)
            self.y -= height

    def _cell_lines(self, box: Box, widths: list[float]) -> tuple[list[str], float]:
        """The lines of a cell and the size they are set in: numbers shrink, words wrap."""
        width = sum(widths[box.column : box.column + box.columns]) - 4
        size = self.style.size
        if box.align == "right":
            while stringWidth(box.text, self.font, size) > width and size > SMALLEST:
                size -= 0.25
            return [box.text], size
        return self._wrap(box.text, width, size), size

    def _draw(self, box: Box, y0: float, y1: float, widths: list[float]) -> None:
        x0 = MARGIN + sum(widths[: box.column])
        x1 = x0 + sum(widths[box.column : box.column + box.columns])
        self._rule(box, x0, y0, x1, y1)
        lines, size = self._cell_lines(box, widths)
        leading = size * LEADING
        y = (y0 + y1) / 2 + leading * len(lines) / 2 - size
        x = {"left": x0 + 2, "right": x1 - 2, "centre": (x0 + x1) / 2}[box.align]
        for text in lines:
            self._line(text, x, y, size, box.align)
            y -= leading

    def _rule(self, box: Box, x0: float, y0: float, x1: float, y1: float) -> None:
        canvas, style = self.canvas, self.style
        if box.head and style.header_shade < 1:
            canvas.setFillGray(style.header_shade)
            canvas.rect(x0, y0, x1 - x0, y1 - y0, stroke=0, fill=1)
            canvas.setFillGray(0)
        if style.rules == "stroked" or (style.rules == "headings" and box.head):
            canvas.rect(x0, y0, x1 - x0, y1 - y0)
        if style.rules not in ("filled", "horizontal"):
            return
        thick = style.line_width
        horizontal = [(x0, y, x1 - x0, thick) for y in (y0, y1)]
        upright = [(x, y0, thick, y1 - y0) for x in (x0, x1)]
        for rule in horizontal + (upright if style.rules == "filled" else []):
            canvas.rect(*rule, stroke=0, fill=1)
