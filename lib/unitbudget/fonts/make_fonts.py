"""Cuts the Unitbudget faces out of Debian's Noto CJK collections; see README.md beside this file.

python make_fonts.py SANS_REGULAR.ttc SANS_BOLD.ttc SERIF_BOLD.ttc [--into FOLDER]
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTCollection, TTFont


@dataclass(frozen=True)
class Cut:
    """One face: where it comes from, what it is called here and which characters it keeps."""

    source: str  # the PostScript name inside the collection
    family: str
    style: str
    repertoire: str  # a Chinese character set that Python can decode

    @property
    def postscript(self) -> str:
        return f"{self.family.replace(' ', '')}-{self.style}"


CUTS = (
    Cut("NotoSansCJKsc-Regular", "Unitbudget Sans", "Regular", "gbk"),
    Cut("NotoSansCJKsc-Bold", "Unitbudget Sans", "Bold", "gb2312"),
    Cut("NotoSerifCJKsc-Bold", "Unitbudget Serif", "Bold", "gb2312"),
)

# Kept in every face, as far as Noto draws them.
SYMBOLS = (
    range(0x0020, 0x0100),  # ASCII and Latin-1
    range(
        0x2000, 0x2400
    ),  # general punctuation, currencies, ℃ Ⅷ, arrows, mathematical and technical signs
    range(0x2460, 0x27C0),  # ①-⑳ ⑴ ⒈, rules, blocks, ■●▲, ★ ⚠ ✓
    range(0x3000, 0x3040),  # Chinese punctuation, 〇
    range(0x3200, 0x3400),  # ㈠ ㊣ ㎡
    range(0xFE30, 0xFE50),  # vertical and small forms
    range(0xFF00, 0xFFF0),  # full-width forms
)

UNUSED_TABLES = [
    "BASE",
    "GDEF",
    "GPOS",
    "GSUB",
    "VORG",
    "vhea",
    "vmtx",
]  # vertical setting, kerning, alternates


def characters(encoding: str) -> Iterator[str]:
    """Every character that the two-byte encoding can write."""
    for lead in range(0x81, 0xFF):
        for trail in range(0x40, 0xFF):
            text = bytes((lead, trail)).decode(encoding, errors="ignore")
            if len(text) == 1 and ord(text) > 0x7F:
                yield text


def subset(font: TTFont, encoding: str) -> None:
    """Keep the encoding's characters and the symbols; drop every layout table."""
    options = Options(
        drop_tables=[*Options().drop_tables, *UNUSED_TABLES],
        desubroutinize=True,
        notdef_outline=True,
        name_IDs=["*"],
        name_languages=["*"],
    )
    subsetter = Subsetter(options)
    subsetter.populate(
        text="".join(characters(encoding)), unicodes=[code for block in SYMBOLS for code in block]
    )
    subsetter.subset(font)
    font["cmap"].tables = [
        table for table in font["cmap"].tables if table.format == 4 and table.platformID == 3
    ]


def rename(font: TTFont, cut: Cut) -> None:
    """Give the face our family name wherever programs look; copyright and licence stay."""
    full_name = f"{cut.family} {cut.style}"
    names = font["name"]
    version = names.getDebugName(5).split(";")[0]
    names.names = [
        record for record in names.names if record.langID == 0x409 and record.nameID not in (16, 17)
    ]
    for name_id, text in {
        1: cut.family,
        2: cut.style,
        3: f"{version};{cut.postscript}",
        4: full_name,
        5: f"{version};subset of {cut.source}",
        6: cut.postscript,
    }.items():
        names.setName(text, name_id, 3, 1, 0x409)

    cff = font["CFF "].cff
    old_name, cff.fontNames = cff.fontNames[0], [cut.postscript]
    top = cff.topDictIndex[0]
    top.FullName, top.FamilyName = full_name, cut.family
    for part in top.FDArray:
        part.FontName = part.FontName.replace(old_name, cut.postscript)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("collections", nargs="+", type=Path)
    parser.add_argument("--into", type=Path, default=Path(__file__).parent)
    arguments = parser.parse_args()

    faces = {
        font["name"].getDebugName(6): font
        for path in arguments.collections
        for font in TTCollection(path, lazy=True)
    }
    for cut in CUTS:
        font = faces[cut.source]
        subset(font, cut.repertoire)
        rename(font, cut)
        font.recalcTimestamp = False  # the same input gives the same bytes
        font.save(arguments.into / f"{cut.postscript}.otf", reorderTables=True)


if __name__ == "__main__":
    main()
