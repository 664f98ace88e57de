"""Files that are no readable disclosure: broken, locked, empty of text, or about something else."""

from __future__ import annotations

from io import BytesIO
from random import Random

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from generator import typeface
from generator.styles import A4


def mutated(pdf: bytes, chance: Random) -> bytes:
    """The file with a few bytes changed, lost, doubled or moved, as after a bad download."""
    content = bytearray(pdf)
    for _ in range(chance.choice([1, 1, 2, 5, 20])):
        at = chance.randrange(len(content))
        span = chance.choice([1, 1, 4, 64, 1024])
        kind = chance.choice(["flip", "flip", "drop", "double", "zero", "swap", "cut"])
        if kind == "flip":
            content[at] ^= 1 << chance.randrange(8)
        elif kind == "drop":
            del content[at : at + span]
        elif kind == "double":
            content[at:at] = content[at : at + span]
        elif kind == "zero":
            content[at : at + span] = bytes(len(content[at : at + span]))
        elif kind == "swap":
            other = chance.randrange(len(content))
            content[at], content[other] = content[other], content[at]
        elif chance.random() < 0.1:
            del content[max(at, 100) :]
    return bytes(content)


def truncated(pdf: bytes) -> bytes:
    """The first two thirds of a file."""
    return pdf[: len(pdf) * 2 // 3]


def locked() -> bytes:
    """A file that opens only with a password."""
    return _pages(["二〇二〇年单位预算"], encrypt=StandardEncryption("secret", canPrint=0))


def picture_only(pages: int = 3) -> bytes:
    """Pages that are pictures, like a scan: nothing to read."""
    content = BytesIO()
    canvas = Canvas(content, pagesize=A4, invariant=1)
    for _ in range(pages):
        for place in range(40):
            canvas.rect(50, 60 + 18 * place, 480, 9, stroke=0, fill=1)
        canvas.showPage()
    canvas.save()
    return content.getvalue()


def essay() -> bytes:
    """A readable document about something else."""
    line = "本报告介绍农业技术推广的经验，与单位的收支安排没有关系，也没有任何表格。"
    return _pages([line] * 30)


def report_of_a_year() -> bytes:
    """A report that names a year and a budget, but discloses none."""
    lines = ["某市2025年预算执行情况与工作报告", "各位代表：现将有关情况报告如下，请予审议。"]
    return _pages(lines + ["全市经济运行总体平稳，财政收支实现平衡，各项工作有序推进。"] * 30)


def _pages(lines: list[str], encrypt: StandardEncryption | None = None) -> bytes:
    content, font = BytesIO(), typeface.register()
    canvas = Canvas(content, pagesize=A4, invariant=1, encrypt=encrypt)
    canvas.setFont(font, 12)
    for number, text in enumerate(lines):
        canvas.drawString(60, 780 - 22 * number, text)
    canvas.showPage()
    canvas.save()
    return content.getvalue()
