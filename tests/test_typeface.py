"""The typeface: ours by name and file, complete for Chinese, loud about what it cannot draw."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import matplotlib
import pytest
from fontTools.ttLib import TTFont
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager

import unitbudget
from unitbudget.briefing import typeface
from unitbudget.briefing.typeface import (
    FACES,
    MissingGlyph,
    css_font_faces,
    require_glyphs,
    strict_glyphs,
    woff2_subset,
)
from unitbudget.errors import UnitBudgetError

FONTS = Path(unitbudget.__file__).parent / "fonts"
HANZI = range(0x4E00, 0xA000)
SENTENCE = "2020年单位预算：财政拨款收入 6,307,683.64 元，比上年增加（−3.5％）①“三公”经费≥0"


def written_in(encoding: str) -> set[int]:
    codes = set()
    for code in HANZI:
        try:
            chr(code).encode(encoding)
        except UnicodeEncodeError:
            continue
        codes.add(code)
    return codes


def drawn(face: str) -> dict[int, str]:
    return dict(FACES[face].open().getBestCmap())


def picture(text: str, weight: str = "normal") -> bytes:
    with matplotlib.rc_context(typeface.rc()):
        figure = Figure(figsize=(4, 1))
        figure.text(0.1, 0.4, text, weight=weight)
        file = BytesIO()
        figure.savefig(file, format="png", metadata={"Software": None})
        return file.getvalue()


@pytest.mark.parametrize("face", FACES)
def test_the_family_is_ours_and_the_licence_stays(face: str) -> None:
    font = FACES[face].open()
    names = font["name"]
    assert {record.toUnicode() for record in names.names if record.nameID == 1} == {
        FACES[face].family
    }
    ours = [
        record.toUnicode() for record in names.names if record.nameID in (1, 2, 3, 4, 6, 16, 17)
    ]
    ours += [font["CFF "].cff.fontNames[0], font["CFF "].cff.topDictIndex[0].FamilyName]
    ours += [part.FontName for part in font["CFF "].cff.topDictIndex[0].FDArray]
    assert not [name for name in ours if "Noto" in name or "Source" in name]
    assert "Adobe" in names.getDebugName(0)
    assert "SIL Open Font License" in names.getDebugName(13)
    assert font["OS/2"].usWeightClass == FACES[face].weight
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_the_files_are_those_the_readme_describes() -> None:
    told = dict(
        re.findall(r"([0-9a-f]{64})  (\S+\.otf)", (FONTS / "README.md").read_text(encoding="utf-8"))
    )
    assert told == {
        hashlib.sha256(path.read_bytes()).hexdigest(): path.name for path in FONTS.glob("*.otf")
    }


@pytest.mark.parametrize("face", FACES)
def test_every_hanzi_of_gb2312_can_be_drawn(face: str) -> None:
    assert len(written_in("gb2312")) == 6763
    assert written_in("gb2312") <= drawn(face).keys()


def test_every_hanzi_of_gbk_can_be_drawn_in_the_text_face() -> None:
    assert len(written_in("gbk")) >= 20902
    assert written_in("gbk") <= drawn("sans-regular").keys()


@pytest.mark.parametrize("face", FACES)
def test_the_signs_of_a_budget_can_be_drawn(face: str) -> None:
    require_glyphs("".join(map(chr, range(0x20, 0x7F))), face)
    require_glyphs("，。、；：？！“”‘’（）《》〈〉【】〔〕「」—…·～＋－％￥１２３〇", face)
    require_glyphs("①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳≥≤≈≠×÷±√%‰−¥€→←↑↓▲▼■□●○★✓⚠※㎡℃", face)


@pytest.mark.parametrize("face", ["sans-regular", "sans-bold"])
def test_digits_and_minus_are_equally_wide(face: str) -> None:
    widths = FACES[face].open()["hmtx"]
    assert len({widths[drawn(face)[ord(sign)]][0] for sign in "0123456789−"}) == 1


def test_matplotlib_takes_the_file_of_the_package() -> None:
    assert typeface.register() == "Unitbudget Sans"
    for face in FACES.values():
        wanted = FontProperties(family=face.family, weight=face.weight)
        assert Path(findfont(wanted, fallback_to_default=False)) == face.path
    assert FONTS in FACES["sans-regular"].path.parents


def test_registering_again_changes_nothing() -> None:
    typeface.register()
    before = len(fontManager.ttflist)
    typeface.register()
    assert len(fontManager.ttflist) == before


def test_matplotlib_draws_chinese_with_it() -> None:
    with strict_glyphs():
        assert picture("中文") == picture("中文")
        assert picture("中文") != picture("口口")
        assert picture("中文", weight="bold") != picture("中文")


def test_a_box_in_a_figure_is_an_error() -> None:
    with pytest.raises(MissingGlyph, match=r"✗ \(U\+2717 BALLOT X\)"), strict_glyphs():
        picture("不符 ✗")


def test_a_missing_glyph_is_an_error_that_names_the_character() -> None:
    assert issubclass(MissingGlyph, UnitBudgetError)
    require_glyphs(f"{SENTENCE}\r\n\t甪直")
    with pytest.raises(MissingGlyph, match=r"^sans-bold has no glyph for 甪 \(U\+752A .*\)"):
        require_glyphs("甪直", "sans-bold")
    with pytest.raises(MissingGlyph, match="✗"):
        woff2_subset("✓✗", "sans-regular")


@pytest.mark.parametrize("face", FACES)
def test_a_subset_draws_what_was_asked_and_nothing_else(face: str) -> None:
    font = TTFont(BytesIO(woff2_subset(SENTENCE + "\n", face)))
    assert font.flavor == "woff2"
    assert set(map(chr, font.getBestCmap())) == set(SENTENCE)
    assert set(font.getGlyphOrder()) == {".notdef", *font.getBestCmap().values()}
    assert font["name"].getDebugName(1) == FACES[face].family
    assert "Adobe" in font["name"].getDebugName(0)


def test_the_same_characters_give_the_same_bytes_in_every_process() -> None:
    def elsewhere(text: str, seed: str) -> str:
        program = (
            "import hashlib, sys; from unitbudget.briefing.typeface import woff2_subset; "
            "print(hashlib.sha256(woff2_subset(sys.argv[1], 'serif-bold')).hexdigest())"
        )
        environment = {
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": str(FONTS.parents[1]),
            "PYTHONUTF8": "1",
        }
        run = subprocess.run(
            [sys.executable, "-c", program, text],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return run.stdout.strip()

    here = hashlib.sha256(woff2_subset(SENTENCE, "serif-bold")).hexdigest()
    assert {here} == {elsewhere(SENTENCE, "1"), elsewhere(SENTENCE[::-1] * 2, "2")}


def test_a_page_carries_its_faces_inside() -> None:
    css = css_font_faces({"serif-bold": "单位预算", "sans-regular": SENTENCE, "sans-bold": ""})
    assert re.findall(r'font-family:"([^"]+)";font-weight:(\d+)', css) == [
        ("Unitbudget Sans", "400"),
        ("Unitbudget Serif", "700"),
    ]
    assert set(re.findall(r"url\(([^,]+),", css)) == {"data:font/woff2;base64"}
    assert "unicode-range" not in css
    assert css_font_faces({}) == ""


def test_a_rare_name_in_a_heading_borrows_from_the_text_face() -> None:
    css = css_font_faces({"sans-bold": "甪直镇"})
    assert re.findall(r"font-weight:(\d+);font-style:normal;(?:unicode-range:([^;]+))?", css) == [
        ("700", ""),
        ("700", "U+752A"),
    ]
    with pytest.raises(MissingGlyph, match="✗"):
        css_font_faces({"sans-bold": "不符✗"})


@pytest.mark.parametrize("face", FACES)
def test_no_glyph_needs_another(face: str) -> None:
    """Subsets copy glyphs as they are, which would lose parts that glyphs share."""
    outlines = FACES[face].open()["CFF "].cff
    (font,) = outlines.topDictIndex
    assert hasattr(font, "ROS")  # keyed by character, where no accent is set upon a letter
    assert len(outlines.GlobalSubrs) == 0
    assert not any(getattr(part.Private, "Subrs", None) for part in font.FDArray)
