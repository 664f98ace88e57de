"""A budget → a whole disclosure: cover, tables, explanations, in the order of its form."""

from __future__ import annotations

from dataclasses import replace

from generator.budgets import Budget
from generator.prose import prose
from generator.sheets import Sheet, sheets
from generator.styles import Style
from generator.typeset import PAGE_BREAK, Block, Paragraph, Set, typeset


def disclosure(budget: Budget, style: Style, family: str = "shanghai-budget-2020") -> Set:
    """The budget published in this style on the forms of this family."""
    return typeset(blocks(budget, style, family), style)


def blocks(budget: Budget, style: Style, family: str) -> list[Block]:
    """Everything the document prints, in order."""
    short = budget.unit.removeprefix("上海市")
    tables = sheets(budget, family, style.digits)
    if family == "shanghai-budget-2020":
        return [*_opening(budget, short), *_numbered(tables), PAGE_BREAK, *_explained(budget)]
    cover = [
        Paragraph(f"上海市{budget.district}{budget.year}年区级单位预算", centred=True),
        Paragraph(f"预算单位：{budget.unit}", centred=True),
    ]
    return [*cover, PAGE_BREAK, *tables]


def _opening(budget: Budget, short: str) -> list[Block]:
    return [
        Paragraph(f"第一部分 {short}（单位）概况", centred=True),
        Paragraph("一、主要职能", indent=False),
        Paragraph(f"{short}是全额拨款事业单位。主要职能包括：按规定承担本区有关公共服务。"),
        Paragraph("二、机构设置", indent=False),
        Paragraph(f"{short}（单位）设 3 个内设机构，包括：办公室、业务部、综合部。"),
        PAGE_BREAK,
        Paragraph(f"第二部分 {short} {budget.year} 年单位预算报表", centred=True),
    ]


def _numbered(tables: list[Sheet]) -> list[Block]:
    return [replace(t, title=f"{n}、{t.title}") for n, t in enumerate(tables, start=1)]


def _explained(budget: Budget) -> list[Block]:
    return [Paragraph(text, centred=rank == 0, indent=rank == 9) for rank, text in prose(budget)]
