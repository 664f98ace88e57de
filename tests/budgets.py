"""Budgets for readers made from made-up disclosures, without a PDF or a clean folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ledgers import Disclosed, printed_in
from unitbudget.briefing.budget import Budget
from unitbudget.briefing.opening import Budgets, budgets
from unitbudget.package import Package, frame, schema, write

FACTS = {"document_id": "made-up", "title": "某中心预算", "unit": "某中心", "pages": 9}


def budget_of(disclosed: Disclosed, year: int, **others: list[dict[str, Any]]) -> Budget:
    """The budget of a disclosure, one table a page; ``others`` fill the package's other files."""
    tables = [
        {
            "title": f"{number}、{row['table_id']}",
            "status": "read" if _printed(disclosed, row) else "empty",
            "unit": "元",
            **row,
            "first_page": number,
            "last_page": number,
        }
        for number, row in enumerate(disclosed.tables, start=1)
    ]
    pages = {row["table_id"]: row["first_page"] for row in tables}
    amounts = [{**row, "page": pages[row["table_id"]]} for row in disclosed.amounts]
    facts = [FACTS | {"fiscal_year": year, "kind": disclosed.kind, "status": "read"}]
    filled = {"documents": facts, "tables": tables, "amounts": amounts, **others}
    own = {"document_id": FACTS["document_id"]}
    rows = {name: [{**row, **own} for row in filled.get(name, [])] for name in schema()}
    package = Package(**{name: frame(name, rows[name]) for name in schema()})
    return Budget(package, "made-up", Path("nowhere"))


def _printed(disclosed: Disclosed, table: dict[str, Any]) -> bool:
    return any(row["table_id"] == table["table_id"] for row in disclosed.amounts)


def written(text: str, year: int = 2031, kind: str = "budget", **rows: Any) -> Budget:
    """The budget of a disclosure written down by hand (``ledgers.printed_in``), in yuan."""
    return budget_of(printed_in(text, year, kind, "元"), year, **rows)


SMALL = """
general_public_budget | 201 一般公共服务支出 | total 600.00 | total last executed 500.00
general_public_budget | 20129 群众团体事务 | total 600.00 | total last executed 500.00
general_public_budget | 2012901 行政运行 | total 200.00 | total last executed 250.00
general_public_budget | 2012999 其他 | total 400.00 | project 400.00 | total last executed 250.00
general_public_budget | 221 住房保障支出 | total 300.00 | total last executed 300.00
general_public_budget | 22102 住房改革支出 | total 300.00 | total last executed 300.00
general_public_budget | 2210201 住房公积金 | total 300.00 | total last executed 300.00
general_public_budget | 合计 | total 900.00 | total last executed 800.00 | project 400.00
basic_expenditure | 301 工资福利支出 | total 350.00 | personnel 350.00
basic_expenditure | 30101 基本工资 | total 350.00 | personnel 350.00
basic_expenditure | 302 商品和服务支出 | total 150.00 | operating 150.00
basic_expenditure | 30201 办公费 | total 150.00 | operating 150.00
basic_expenditure | 合计 | total 500.00 | personnel 350.00 | operating 150.00
government_managed_funds | 备注：没有这项支出。
"""


def beside(folder: Path, *documents: tuple[str, int, str, str]) -> Budgets:
    """Made-up documents in one package, each a text, its year, its kind and its unit."""
    rows: dict[str, Any] = {name: [] for name in schema()}
    for text, year, kind, unit in documents:
        package = written(text, year, kind).package
        own = f"{unit}-{year}-{kind}"
        for name in schema():
            about = {"document_id": own}
            if name == "documents":
                about |= {"unit": unit, "title": f"{unit}{year}年{kind}", "level": "unit"}
            rows[name] += [row | about for row in getattr(package, name).to_dict("records")]
    write(rows, folder)
    return budgets(folder)
