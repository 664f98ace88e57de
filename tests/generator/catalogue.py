"""What units are called and what they spend on: real codes and names from the codebook."""

from __future__ import annotations

import csv
from decimal import Decimal
from functools import cache
from importlib.resources import files
from random import Random

#: Rates of the contributions on one monthly base, by economic line.
CONTRIBUTIONS = {
    "30108": Decimal("0.16"),
    "30109": Decimal("0.08"),
    "30110": Decimal("0.095"),
    "30113": Decimal("0.07"),
}
#: Salaries the trade union funds are 2 % of.
SALARIES = ("30101", "30102", "30107")
GOODS = (
    "30201", "30202", "30204", "30205", "30206", "30207", "30209", "30211", "30213", "30214",
    "30215", "30216", "30226", "30227", "30229", "30239", "30299",
)  # fmt: skip
#: What every unit that employs people spends, whatever its function.
EVERY_EMPLOYER = ("20805", "21011", "22102")
#: Items that government-managed funds pay for.
FUND_ITEMS = ("2120803", "2120899", "2296002", "2296003")
#: The classes a unit can have its own functions in, the more likely ones more often.
OWN_CLASSES = ("201", "201", "201", "204", "205", "206", "207", "208", "211", "212", "213", "215")

#: The lines of a 收支总表, as the 2020 form prints them whether or not they are used.
CATEGORIES = (
    "201", "203", "204", "205", "206", "207", "208", "210", "211", "212", "213", "214", "215",
    "216", "220", "221", "222", "224", "229",
)  # fmt: skip

DISTRICTS = ("宝山", "普陀", "嘉定", "奉贤", "松江", "青浦", "金山", "崇明", "静安", "长宁")
INSTITUTIONS = (
    "职工服务中心", "社会福利中心", "就业促进中心", "市容环境质量监察中心",
    "建设工程安全质量监督站",
    "青少年活动中心", "文化馆", "图书馆", "农业技术推广中心", "社区事务受理服务中心",
    "国有土地上房屋征收补偿和旧住房综合改造管理事务中心",
)  # fmt: skip
OFFICES = ("审计局", "统计局", "总工会", "司法局", "人民政府办公室", "机关事务管理局", "生态环境局")


@cache
def _names(file: str) -> dict[str, list[tuple[str, int, int, bool]]]:
    """Every name of every code, with the years it holds and whether it was seen in print."""
    book: dict[str, list[tuple[str, int, int, bool]]] = {}
    with (files("unitbudget") / "reference" / file).open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            first, last = int(row["valid_from"] or 0), int(row["valid_to"] or 9999)
            known = row["evidence"] == "published"
            book.setdefault(row["code"], []).append((row["name"], first, last, known))
    return book


def function_name(code: str, year: int) -> str:
    """The functional name of a code in a year, the one seen in print where there are several."""
    return _name("functions.csv", code, year)


def economic_name(code: str, year: int) -> str:
    """The economic name of a code in a year."""
    return _name("economics.csv", code, year)


def _name(file: str, code: str, year: int) -> str:
    names = [entry for entry in _names(file)[code] if entry[1] <= year <= entry[2]]
    return max(names or _names(file)[code], key=lambda entry: (entry[3], entry[1]))[0]


def unit_name(chance: Random, administrative: bool) -> tuple[str, str]:
    """A district and a unit of it."""
    district = chance.choice(DISTRICTS) + "区"
    return district, f"上海市{district}{chance.choice(OFFICES if administrative else INSTITUTIONS)}"


def own_functions(chance: Random, year: int, administrative: bool) -> list[str]:
    """The items of the unit's own functions: one to fourteen, in one class or two."""
    picked: list[str] = []
    for main in dict.fromkeys(chance.choices(OWN_CLASSES, k=chance.choice([1, 1, 1, 2]))):
        sections = _sections(main, year)
        for section in chance.sample(sections, min(len(sections), chance.choice([1, 1, 2, 3]))):
            items = _below(section, year)
            count = min(len(items), chance.choice([1, 1, 2, 3, 5]))
            picked += chance.sample(items, count)
    running = "01" if administrative else "50"
    return sorted(picked, key=lambda code: (code[5:] != running, picked.index(code)))


def _sections(main: str, year: int) -> list[str]:
    """The 款 of a class that have items, without those every employer has."""
    return [
        code
        for code in _names("functions.csv")
        if len(code) == 5
        and code.startswith(main)
        and code not in EVERY_EMPLOYER
        and _below(code, year)
    ]


def _below(section: str, year: int) -> list[str]:
    return [
        code
        for code, names in _names("functions.csv").items()
        if len(code) == 7
        and code.startswith(section)
        and any(first <= year <= last for _, first, last, _ in names)
    ]


def all_names(file: str) -> list[tuple[str, str]]:
    """Every code with each of its names."""
    return [(code, name) for code, names in _names(file).items() for name, *_ in names]
