"""A budget → a whole disclosure: cover, tables, explanations, in the order of its form."""

from __future__ import annotations

from dataclasses import replace

from generator import prose_2024
from generator.balances import ordinal
from generator.budgets import Budget
from generator.prose import prose
from generator.sheets import Sheet, sheets
from generator.styles import Style
from generator.typeset import PAGE_BREAK, Block, Paragraph, Set, typeset

#: What the first page says, where a form has no opening part.
COVERS = {
    "shanghai-budget-2024": ("上海市{district}{year}年区级单位预算", "预算单位：{unit}"),
    "shanghai-final-2024": ("{unit}", "{year}年度单位决算"),
    "jiangsu-budget-2017": ("{unit}", "{year}年部门预算公开"),
    "shanghai-budget-2022": ("上海市{district}{year}年区级部门预算", "预算主管部门：{unit}"),
    "unified-budget-2021": ("{unit}", "{year}年部门预算"),
    "unified-final-2021": ("{unit}", "{year}年度部门决算"),
}


def disclosure(budget: Budget, style: Style, family: str = "shanghai-budget-2020") -> Set:
    """The budget published in this style on the forms of this family."""
    return typeset(blocks(budget, style, family), style)


def blocks(budget: Budget, style: Style, family: str) -> list[Block]:
    """Everything the document prints, in order."""
    short = budget.unit.removeprefix("上海市")
    tables = sheets(budget, family, style.digits)
    if family == "shanghai-budget-2020":
        return [*_opening(budget, short), *_numbered(tables), PAGE_BREAK, *_set(prose(budget))]
    words = {"unit": budget.unit, "district": budget.district, "year": budget.year}
    cover = [Paragraph(line.format(**words), centred=True) for line in COVERS[family]]
    if family != "shanghai-budget-2024":
        return [*cover, PAGE_BREAK, *_headed(tables, family)]
    before, after = _set(prose_2024.compilation(budget)), _set(prose_2024.others(budget))
    return [*cover, PAGE_BREAK, *before, PAGE_BREAK, *tables, PAGE_BREAK, *after]


def _headed(tables: list[Sheet], family: str) -> list[Sheet]:
    """Jiangsu numbers its tables in words."""
    if not family.startswith("jiangsu"):
        return tables
    return [replace(t, title=f"{ordinal(n)}、{t.title}") for n, t in enumerate(tables, start=1)]


def _opening(budget: Budget, short: str) -> list[Block]:
    kind = "区政府工作部门" if budget.administrative else "全额拨款事业单位"
    return [
        Paragraph(f"第一部分 {short}（单位）概况", centred=True),
        Paragraph("一、主要职能", indent=False),
        Paragraph(f"{short}是{kind}。主要职能包括：按规定承担本区有关公共服务。"),
        Paragraph("二、机构设置", indent=False),
        Paragraph(f"{short}（单位）设 3 个内设机构，包括：办公室、业务部、综合部。"),
        PAGE_BREAK,
        Paragraph(f"第二部分 {short} {budget.year} 年单位预算报表", centred=True),
    ]


def _numbered(tables: list[Sheet]) -> list[Block]:
    return [replace(t, title=f"{n}、{t.title}") for n, t in enumerate(tables, start=1)]


def _set(parts: list[tuple[int, str]]) -> list[Block]:
    """Titles centred, paragraphs indented."""
    return [Paragraph(text, centred=rank == 0, indent=rank == 9) for rank, text in parts]
