"""What Camelot and playa do not promise to keep is as we found it; where it changes, look there."""

from __future__ import annotations

import hashlib
import inspect
from importlib.metadata import version
from typing import Any

import pytest
from camelot import image_processing, utils
from camelot.parsers.base import BaseParser
from camelot.parsers.lattice import Lattice
from playa.page import Page

#: Every name that is used or replaced, the beginning of the hash of its text, and what for.
PARTS: list[tuple[Any, str, str]] = [
    (Lattice._generate_table_bbox_vector, "3bf08fa45342", "replaced: rules are found by us"),
    (Lattice._compute_table_anchors, "84dbe892c004", "used: rules become rows and columns"),
    (Lattice._reject_table, "45e00ffcd2b8", "replaced: a blank table is a table"),
    (BaseParser.prepare_page_parse, "ed07af61db3e", "used: a page laid out by us is handed over"),
    (BaseParser.extract_tables, "2a8ed7e8cb76", "used: one page is read"),
    (
        image_processing.find_joints_from_lines,
        "086f0d4e0c17",
        "used: rules that cross make a table",
    ),
    (image_processing.find_lines_from_layout, "a8b8fceb9085", "used: rules of one direction"),
    (
        image_processing.coalesce_collinear_lines,
        "8c3919f91e7e",
        "used: pieces of one rule are joined",
    ),
    (image_processing._ruled_lines_from_layout, "a99393656349", "used: what is a rule"),
    (image_processing._walk_layout_objects, "ebc46a06c8e7", "used: everything on a page"),
    (Lattice.record_parse_metadata, "729d930dc043", "replaced: only the text of cells is wanted"),
    (BaseParser.compute_parse_errors, "6bec31699553", "used: texts are put into cells"),
    (utils.get_page_layout, "05abb374f784", "copied: how characters are gathered to lines"),
    (Page.set_initial_ctm, "a7658ab34ce0", "used: a page is turned"),
]


@pytest.mark.parametrize(
    ("part", "known", "use"), PARTS, ids=lambda each: getattr(each, "__qualname__", "")
)
def test_what_is_not_promised_has_not_changed(part: Any, known: str, use: str) -> None:
    text = inspect.getsource(part)
    found = hashlib.sha256(text.encode()).hexdigest()[:12]
    assert found == known, (
        f"{part.__module__}.{part.__qualname__} ({use}) is another one in "
        f"camelot-py {version('camelot-py')}, playa-pdf {version('playa-pdf')}"
    )
