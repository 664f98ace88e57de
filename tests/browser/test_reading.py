"""The briefings as people read them: on a desk, on a telephone, on paper, without a script."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from briefings import OVER_ALL, briefed, pages
from test_overview import several
from unitbudget.briefing.overview import index

WIDTHS = (390, 768, 1280)
MOST_SHEETS = 6
PHONE, MOST_SCREENS = {"width": 390, "height": 844}, 15
A4 = (595, 842)
LABEL = "svg.drawing a.figure"
#: Words of charts that reach over the edge of their chart or into other words of it.
CROWDED = """() => [...document.querySelectorAll("svg.drawing")].flatMap(drawing => {
  const edge = drawing.getBoundingClientRect();
  const words = [...drawing.querySelectorAll("text")]
    .map(text => [text, text.getBoundingClientRect()]);
  const off = ([, box]) => box.left < edge.left - 1 || box.right > edge.right + 1;
  const within = (box, y) => y > box.top + 1 && y < box.bottom - 1;
  const meet = ([one, a], [other, b]) => one !== other
    && a.left < b.right - 1 && b.left < a.right - 1 && within(b, (a.top + a.bottom) / 2);
  return words.filter(word => off(word) || words.some(each => meet(word, each)))
    .map(([text]) => text.textContent);
})"""
DERIVED = 'main a.figure[href^="#e"][data-unit="percent"]:visible'


@contextmanager
def opened(chromium: Any, path: Path, **how: Any) -> Iterator[Any]:
    """A page in a browser of its own, and everything it asked for or complained about."""
    context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **how})
    page = context.new_page()
    page.complaints = []
    page.on("console", lambda message: page.complaints.append(message.text))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.asked = []
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(path.as_uri())
    yield page
    context.close()


def every_page() -> list[Path]:
    return [*(briefed() / name for name in OVER_ALL), *pages(briefed())]


def test_every_page_is_at_rest_and_whole_on_every_screen(chromium: Any) -> None:
    """Nothing is fetched or complained about or scrolls sideways; words in charts are apart."""
    for path in every_page():
        with opened(chromium, path) as page:
            page.evaluate("document.fonts.ready.then(() => true)")
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                assert page.evaluate(CROWDED) == [], (path.name, width)
                for scheme in ("light", "dark"):
                    page.emulate_media(color_scheme=scheme)
                    found = page.evaluate("document.documentElement.scrollWidth")
                    assert found <= width, (path.name, width, scheme)
            page.wait_for_load_state("networkidle")
            fetched = [url for url in page.asked if not url.startswith("data:")]
            assert (fetched, page.complaints) == ([path.as_uri()], [])


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "light"), (1280, "dark")])
def test_everybody_can_read_it(
    chromium: Any, axe: str, briefing: Path, width: int, scheme: str
) -> None:
    size = {"width": width, "height": 900}
    for path in every_page() if (width, scheme) == (390, "light") else [briefing]:
        with opened(chromium, path, viewport=size, color_scheme=scheme, bypass_csp=True) as page:
            page.evaluate(axe)
            found = page.evaluate("axe.run().then(result => result.violations)")
            told = [(v["id"], [node["html"][:160] for node in v["nodes"][:3]]) for v in found]
            assert told == [], path.name


def test_the_open_panel_can_be_read_too(chromium: Any, axe: str, briefing: Path) -> None:
    with opened(chromium, briefing, bypass_csp=True) as page:
        page.locator(DERIVED).first.click()
        page.evaluate(axe)
        found = page.evaluate("axe.run('#panel').then(result => result.violations)")
        assert [violation["id"] for violation in found] == []


@pytest.fixture
def overview(tmp_path: Path) -> Path:
    """The page over several made-up documents."""
    path = tmp_path / "index.html"
    path.write_text(index(several()), "utf-8")
    return path


@pytest.mark.parametrize("width", [390, 1280])
def test_the_page_over_all_documents_is_sorted_by_a_click(
    chromium: Any, axe: str, overview: Path, width: int
) -> None:
    size = {"width": width, "height": 900}
    with opened(chromium, overview, viewport=size, bypass_csp=True) as page:
        rows = page.locator("tbody tr td.unit")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for head, first, again in (("合计", "丙院", "乙局"), ("单位", "丙院", "乙局")):
            button = page.locator("th button", has_text=head)
            button.click()
            assert first in rows.first.inner_text()
            button.click()
            assert again in rows.first.inner_text()
        page.evaluate(axe)
        found = page.evaluate("axe.run().then(result => result.violations)")
        assert [violation["id"] for violation in found] == []
        assert page.complaints == []


def test_without_a_script_the_page_over_all_documents_is_still_a_table(
    chromium: Any, overview: Path
) -> None:
    with opened(chromium, overview, java_script_enabled=False) as page:
        assert page.locator("th button").count() == 0
        assert page.locator(".overview tbody tr").count() == 3


def _click(page: Any) -> None:
    page.locator(DERIVED).first.click()


def _tap(page: Any) -> None:
    page.locator(DERIVED).first.tap()


def _press_enter(page: Any) -> None:
    page.locator(DERIVED).first.focus()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("ask", [_click, _tap, _press_enter])
def test_a_number_shows_its_proof(
    chromium: Any, briefing: Path, ask: Callable[[Any], None]
) -> None:
    with opened(chromium, briefing, has_touch=True) as page:
        panel = page.locator("#panel")
        assert not panel.is_visible()
        said = page.locator(DERIVED).first.inner_text()
        ask(page)
        assert panel.is_visible()
        assert panel.locator("h4").first.inner_text() == said
        assert panel.locator(".formula").first.inner_text().endswith(said)
        assert panel.locator("svg.crop.zoom").count() >= 1
        page.keyboard.press("Escape")
        assert not panel.is_visible()
        assert page.evaluate("document.activeElement.className") == "figure"
        assert page.complaints == []


def _point_at(page: Any, label: Any) -> tuple[float, float]:
    """The middle of a word in a drawing: Playwright's own aim misses those."""
    label.scroll_into_view_if_needed()
    left, top, wide, high = label.evaluate(
        "e => (({x, y, width, height}) => [x, y, width, height])(e.getBoundingClientRect())"
    )
    return left + wide / 2, top + high / 2


ASKING: dict[str, Callable[[Any, Any], None]] = {
    "click": lambda page, label: page.mouse.click(*_point_at(page, label)),
    "tap": lambda page, label: page.touchscreen.tap(*_point_at(page, label)),
    "key": lambda page, label: label.press("Enter"),
}


@pytest.mark.parametrize("way", ASKING)
def test_a_number_in_a_chart_shows_its_proof(chromium: Any, briefing: Path, way: str) -> None:
    with opened(chromium, briefing, has_touch=True) as page:
        panel = page.locator("#panel")
        for label in page.locator(LABEL).all()[:6]:
            ASKING[way](page, label)
            assert panel.is_visible()
            entry = page.locator(label.get_attribute("href")).locator("h4").text_content()
            assert panel.locator("h4").first.text_content() == entry
            assert panel.locator("svg.crop.zoom").count() >= 1
            page.keyboard.press("Escape")
            assert label.evaluate("link => link === document.activeElement")
        assert page.complaints == []


def test_a_chart_is_one_stop_of_the_tabulator_key(chromium: Any, briefing: Path) -> None:
    with opened(chromium, briefing) as page:
        for drawing in page.locator("svg.drawing").all():
            links = drawing.locator("a.figure")
            assert drawing.locator('a.figure[tabindex="0"]').count() == 1
            links.first.focus()
            for number in range(1, links.count()):
                page.keyboard.press("ArrowDown")
                assert links.nth(number).evaluate("link => link === document.activeElement")
            page.keyboard.press("ArrowUp")
            assert drawing.locator('a.figure[tabindex="0"]').count() == 1
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('svg') === null")


def test_back_closes_the_panel_and_stays_on_the_page(chromium: Any, briefing: Path) -> None:
    with opened(chromium, briefing, viewport=PHONE) as page:
        for _ in range(2):
            _click(page)
            assert page.locator("#panel").is_visible()
            page.go_back()
            page.locator("#panel").wait_for(state="hidden")
            assert page.url == briefing.as_uri()
        _click(page)
        page.keyboard.press("Escape")  # and closing it leaves no step behind
        page.wait_for_function("!history.state")
        assert page.complaints == []


def test_on_a_telephone_the_panel_shows_the_enlarged_cell_alone(
    chromium: Any, briefing: Path
) -> None:
    with opened(chromium, briefing, viewport=PHONE) as page:
        _click(page)
        assert page.locator("#panel svg.crop.zoom").first.is_visible()
        assert not page.locator("#panel svg.crop.row").first.is_visible()


def test_the_appendix_is_folded_until_somebody_wants_it(chromium: Any, briefing: Path) -> None:
    with opened(chromium, briefing, viewport=PHONE) as page:
        entry = page.locator("#evidence .proof").first
        height = page.evaluate("document.documentElement.scrollHeight")
        assert height <= MOST_SCREENS * PHONE["height"]
        assert not entry.is_visible()
        page.locator(".unfold").click()
        assert entry.is_visible()
        name = entry.get_attribute("id")
    with opened(chromium, briefing, viewport=PHONE) as page:
        page.goto(f"{briefing.as_uri()}#{name}")  # as from the page over all documents
        page.reload()
        assert page.locator("#panel").is_visible()


def test_the_panel_shows_the_printed_cell_outlined(chromium: Any, briefing: Path) -> None:
    with opened(chromium, briefing) as page:
        _click(page)
        crop = page.locator("#panel svg.crop.zoom").first
        image = Image.open(BytesIO(crop.screenshot())).convert("RGB")
        pixels = list(
            image.get_flattened_data() if hasattr(image, "get_flattened_data") else image.getdata()
        )
        red = sum(r > 170 and g < 60 and b < 80 for r, g, b in pixels)
        ink = sum(max(pixel) < 110 for pixel in pixels)
        assert red > 200
        assert ink > 60


def test_an_input_of_a_formula_opens_in_turn(chromium: Any, briefing: Path) -> None:
    with opened(chromium, briefing) as page:
        _click(page)
        page.locator("#panel .inputs a").first.click()
        assert page.locator("#panel h4").count() == 1
        assert page.locator("#panel .where").count() == 1
        page.locator("#panel .close").click()
        assert not page.locator("#panel").is_visible()


def test_without_a_script_a_number_leads_to_the_appendix(chromium: Any, briefing: Path) -> None:
    with opened(chromium, briefing, java_script_enabled=False) as page:
        for number in (DERIVED, LABEL):
            page.locator(number).first.press("Enter")
            anchor = re.search(r"#([ce][\w-]+)$", page.url)
            assert anchor
            assert page.locator(f"#{anchor[1]}").is_visible()
            page.goto(briefing.as_uri())
        assert not page.locator(".units").is_visible()


def test_tables_are_in_yuan_or_ten_thousands_as_the_reader_likes(
    chromium: Any, briefing: Path
) -> None:
    with opened(chromium, briefing) as page:
        cell = page.locator('td .figure[data-unit="CNY"]:visible').first
        value, yuan = float(cell.get_attribute("data-value")), cell.inner_text()
        page.get_by_text("万元", exact=True).first.click()
        assert cell.inner_text() == f"{value / 10_000:,.2f}"
        page.get_by_text("元", exact=True).first.click()
        assert cell.inner_text() == yuan


def test_it_prints_on_few_sheets_with_nothing_cut_off(chromium: Any, briefing: Path) -> None:
    with opened(chromium, briefing) as page:
        printed = page.pdf(prefer_css_page_size=True)
        words = re.sub(r"\s", "", page.locator("main").inner_text())
    with pdfium.PdfDocument(printed) as paper:
        assert len(paper) <= MOST_SHEETS
        text = ""
        for number, sheet in enumerate(paper, start=1):
            assert tuple(map(round, sheet.get_size())) == A4
            layer = sheet.get_textpage()
            here = re.sub(r"\s", "", layer.get_text_bounded())
            assert f"—{number}—" in here
            text += here
            # What a leader reads first is whole on the first sheet.
            assert ("要问的一件事" in here) == ("对得上：" in here) == (number == 1)
            assert ("支出结构" in here) <= (number > 1)
            boxes = [layer.get_charbox(index) for index in range(layer.count_chars())]
            inked = [box for box in boxes if box[2] > box[0]]
            assert min(box[0] for box in inked) > 50
            assert max(box[2] for box in inked) < A4[0] - 50
    for figure in re.findall(r"\d[\d,]*\.\d\d", words):
        assert figure in text, figure
    assert "数从哪里来" not in text


def test_chinese_is_drawn_with_the_fonts_inside(chromium: Any, briefing: Path) -> None:
    with opened(chromium, briefing) as page:
        page.evaluate("document.fonts.ready.then(() => true)")
        client = page.context.new_cdp_session(page)
        client.send("DOM.enable")
        client.send("CSS.enable")
        root = client.send("DOM.getDocument")["root"]["nodeId"]
        for selector in ("h1", "main h2", "main dt", "main dd", "main li"):
            node = client.send("DOM.querySelector", {"nodeId": root, "selector": selector})
            fonts = client.send("CSS.getPlatformFontsForNode", {"nodeId": node["nodeId"]})["fonts"]
            assert fonts, selector
            assert all(font["isCustomFont"] for font in fonts), (selector, fonts)
