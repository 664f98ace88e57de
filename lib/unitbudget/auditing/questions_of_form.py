"""Questions about form: spellings, references, numbering, privacy, ways of writing."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator

from unitbudget.auditing.case import Case, Finding, ask, more, pages, wording
from unitbudget.auditing.rules import rule_book
from unitbudget.auditing.side import Entry
from unitbudget.auditing.told import count, joined, number, printed_on, shown_at, tell, yuan
from unitbudget.documents import LEARNED
from unitbudget.money.amounts import misplaced
from unitbudget.money.figure import Figure
from unitbudget.money.text import heading, squash
from unitbudget.reading.paragraphs import layout
from unitbudget.reading.performance import label_of, labels
from unitbudget.reading.privacy import kinds_in, mask

#: How many decimals, in words.
PLACES = "零一两三四五六"


def ask_about(case: Case) -> Iterator[Finding]:
    yield from _spellings(case)
    yield from _references(case)
    yield from _numbers(case)
    yield from _personal(case)
    yield from _notes(case)
    yield from _decimals(case)
    yield from _zero_and_blank(case)
    yield from _unexplained_terms(case)
    yield from _repeated(case)
    yield from _widths(case)
    yield from _separators(case)


def _spellings(case: Case) -> Iterator[Finding]:
    """S27: one unit or one project under several spellings."""
    unit = str(case.document.get("unit") or "")
    short = re.sub(r"^.{2,3}?[市省](?=.{6,})", "", unit)
    prose = "\n".join([*(s.title for s in case.sections), *(s.text for s in case.sections)])
    if len(short) >= 4:
        tails = re.findall(re.escape(short) + r"([（(]单位[）)]|单位(?=[共有]))", prose)
        variants = list(dict.fromkeys(f"{short}{tail}" for tail in tails))
        if len(variants) > 1:
            words = "、".join(f"“{name}”" for name in variants)
            yield ask("S27", _pages_with(case, variants), what="单位名称", variants=words)
    for name in dict.fromkeys(field.text for field in case.fields if field.field == "子项目"):
        others = [other for other in _near_names(name, case.text) if other != name]
        if others:
            words = "、".join(f"“{each}”" for each in [name, *others])
            yield ask("S27", _pages_with(case, others), what="项目名称", variants=words)


def _near_names(name: str, text: str) -> list[str]:
    """Forms of a name with two characters left out or put in that the text uses."""
    if len(name) < 5:
        return []
    shorter = {name[:i] + name[i + 2 :] for i in range(1, len(name) - 2)}
    longer = {
        f"{re.escape(name[:i])}[\u4e00-\u9fff]{{2}}{re.escape(name[i:])}"
        for i in range(2, len(name))
    }
    bare = text.replace(name, "　")
    found = [each for each in sorted(shorter) if len(each) >= 5 and each in bare]
    for pattern in sorted(longer):
        found += [match for match in re.findall(pattern, bare) if match not in found]
    return list(dict.fromkeys(found))


def _pages_with(case: Case, names: list[str]) -> str:
    numbers = {
        p.page for s in case.sections for p in s.paragraphs if any(n in p.text for n in names)
    }
    numbers |= {field.page for field in case.fields if any(n in field.text for n in names)}
    return pages(numbers) if numbers else ""


def _references(case: Case) -> Iterator[Finding]:
    """S29: "see the table of targets", and there is none; other units publish theirs elsewhere."""
    titled = re.compile("绩效目标.{0,6}表$")
    lines = (squash(line.text) for page in case.printed.pages if page.grids for line in page.lines)
    if case.indicators or any(titled.search(line) for line in lines):
        return
    for section in case.sections:
        for text in [section.title, *(p.text for p in section.paragraphs)]:
            match = re.search(r"详?见([^。；，]{0,10})绩效目标[^。；，）]{0,6}表", text)
            if match and "单位" not in match[1]:
                yield ask("S29", f"第{section.page}页", page=section.page, reference=match[0])
                return


def _numbers(case: Case) -> Iterator[Finding]:
    """S30: sections whose printed numbers leave one out."""
    children: dict[str, list[tuple[int, str, int]]] = {}
    for section in case.sections:
        above, _, last = section.path.rpartition(".")
        if last.isdigit() and section.level > 1:
            children.setdefault(above, []).append((int(last), section.title, section.page))
    for above, found in children.items():
        numbers = [number for number, _, _ in found]
        expected = list(range(1, len(numbers) + 1))
        if (
            numbers != expected
            and len(numbers) >= 3
            and numbers[0] == 1
            and not _tabled(case, above)
        ):
            title = next((s.title for s in case.sections if s.path == above), "")
            shown = "、".join(str(number) for number in numbers)
            yield ask("S30", pages(page for _, _, page in found), title=title, numbers=shown)


def _tabled(case: Case, path: str) -> bool:
    """Do ruled grids carry some of the titles under this one?"""
    inside = [s.page for s in case.sections if s.path == path or s.path.startswith(path + ".")]
    ruled = {page.number for page in case.printed.pages if page.grids}
    return any(page in ruled for page in range(min(inside), max(inside) + 2))


def _personal(case: Case) -> Iterator[Finding]:
    """S32: names and numbers of persons; none of them is repeated here."""
    for page in case.printed.pages:
        text = "\n".join(squash(line.text) for line in page.lines)
        for what in kinds_in(text):
            yield ask("S32", f"第{page.number}页", page=page.number, what=what)
        for grid in page.grids:
            for row in grid.rows:
                cells = [cell for cell in row if cell]
                for label, value in itertools.pairwise(cells):
                    name = label_of(label.text)
                    filled = squash(value.text) not in ("", mask(), "略", "/", "-", "无")
                    personal = name in labels()["fields"]["personal"]
                    if (
                        personal
                        and filled
                        and label_of(value.text) not in labels()["fields"]["personal"]
                    ):
                        yield ask("S32", f"第{page.number}页", page=page.number, what=f"“{name}”")


def _notes(case: Case) -> Iterator[Finding]:
    """R22: empty tables without a word, and notes that speak of another table."""
    funds = wording()["funds"]
    for row in case.disclosed:
        title, note = str(row["title"]), str(row.get("note", ""))
        own = [name for name in funds if name in title]
        said = [name for name in funds if name in note]
        page = row.get("last_page", "")
        if own and said and not set(own) & set(said):
            words = {"page": page, "table": title, "said": funds[said[0]]}
            yield ask("R22", f"第{page}页 “{note[:60]}”", **words)
        elif row.get("status") == "empty" and not note:
            about = own or [wording()["explained"].get(row.get("table_id"), "$^")]
            expected = own or row.get("understood_by") != LEARNED
            if expected and not _said_in_prose(case, about):
                yield ask("R22b", f"第{page}页", rule_id="R22", table=title)


def _said_in_prose(case: Case, names: list[str]) -> bool:
    """Does the prose say that there is none?"""
    return any(
        re.search(
            rf"(?:无|没有|未安排)[^。；]*(?:{name})|(?:{name})[^。；]*?(?<![\d.,])0(?:\.0+)?(?![\d.,])",
            case.text,
        )
        for name in names
    )


# ---- one way of writing --------------------------------------------------------------------------


def _widths(case: Case) -> Iterator[Finding]:
    """S28: full and half width, with and without separators, in the numbers of one text."""
    for kind in wording()["widths"]:
        ways = [
            [(match[0], *p.at(match.start())) for s in case.sections for p in s.paragraphs
             for match in re.finditer(kind[way], p.text)]
            for way in ("one", "other")
        ]  # fmt: skip
        if all(ways):
            few, many = sorted(ways, key=len)
            seldom, often = (
                [printed_on(page, text, box) for text, page, box in way] for way in (few, many)
            )
            yield ask(
                "S28", pages(page for _, page, _ in few), what=kind["what"],
                many=_example(many[0][0], often[0]), often=count("这样写的地方", often),
                few=_example(few[0][0], seldom[0]), seldom=count("那样写的地方", seldom),
            )  # fmt: skip


def _example(text: str, cell: str) -> str:
    """A number as it is printed there; signs alone are none."""
    return number(shown_at(cell, text), text) if re.search(r"\d", text) else text


def _separators(case: Case) -> Iterator[Finding]:
    """S28: separators where none belong; the sums of their tables say what the digits mean."""
    for row in case.tables:
        if row.get("status") != "read":
            continue
        odd = [
            printed_on(page.number, squash(cell.text), cell.box)
            for page in case.printed.pages[int(row["first_page"]) - 1 : int(row["last_page"])]
            for grid in page.grids
            for line in grid.rows
            for cell in line
            if cell and misplaced(cell.text)
        ]
        if odd:
            example = odd[0].rpartition(":")[2]
            yield ask(
                "S28d", pages((int(row["first_page"]),)), table=str(row["title"]),
                count=count("逗号放错的数", odd), example=example,
            )  # fmt: skip


def _decimals(case: Case) -> Iterator[Finding]:
    """S28: amounts of one table written to different places; nil is written as it pleases."""
    found = []
    for table in case.ledger.tables:
        printed = [e for e in _amounts(case, table) if e.value]
        places = Counter(len(entry.printed.partition(".")[2]) for entry in printed)
        if len(places) > 1:
            usual = places.most_common(1)[0][0]
            odd = [e for e in printed if len(e.printed.partition(".")[2]) != usual]
            found.append((table, usual, odd))
    if found:
        table, usual, odd = found[0]
        tables = [f"table!{name}" for name, _, _ in found[1:]]
        others = count("小数位数不一的其余各表", tables)
        yield ask(
            "S28b", "；".join(entry.cell for entry in odd[:6]), rule_id="S28",
            usual=f"小数点后{PLACES[usual]}位" if usual else "元",
            table=rule_book().tables.get(table, table),
            count=count("小数位数不同的金额", [entry.cell for entry in odd]),
            example=number(odd[0].figure, odd[0].printed),
            more=tell("（另有{n}张表也是这样）", n=others)
            if len(found) > 1 else "",
        )  # fmt: skip


def _zero_and_blank(case: Case) -> Iterator[Finding]:
    """S28: in one column some rows without money print a nil and others nothing."""
    for table in case.ledger.tables:
        coded = [entry for entry in _amounts(case, table) if entry.code]
        rows: dict[tuple[int, str], str] = {}
        for entry in coded:
            rows.setdefault((entry.row, entry.code), entry.cell)
        columns: dict[tuple[str, int, str], list[Entry]] = {}
        for entry in coded:
            columns.setdefault((entry.measure, entry.year, entry.phase), []).append(entry)
        mixed = [
            (measure, nil, rows.keys() - {(entry.row, entry.code) for entry in printed})
            for (measure, _, _), printed in columns.items()
            if (nil := [e for e in printed if not e.value]) and len(printed) < len(rows)
        ]
        if mixed:
            measure, nil, blank = mixed[0]
            book = rule_book()
            yield ask(
                "S28c", "；".join(entry.cell for entry in nil[:6]), rule_id="S28",
                table=book.tables.get(table, table),
                zeros=count("写零的行", [entry.cell for entry in nil]),
                blanks=count("留空的行", [rows[row] for row in sorted(blank)]),
                column=book.measures.get(measure, measure),
                more=more([nil[0].cell for _, nil, _ in mixed]),
            )  # fmt: skip
            return


def _amounts(case: Case, table: str) -> list[Entry]:
    return [e for e in case.ledger.entries if e.table == table and e.unit == "CNY"]


def _unexplained_terms(case: Case) -> Iterator[Finding]:
    """S33: special terms that the prose uses and the document's own glossary passes over."""
    title = layout()["glossary"]["title"]
    told = [s for s in case.sections if not any(title in each for each in s.titles)]
    defined = [heading(str(row["term"])) for row in case.glossary]
    if not defined:
        return
    used: dict[str, int] = {}
    for term, match in wording()["terms"].items():
        where = [p.page for s in told for p in s.paragraphs if re.search(match, p.text)]
        if where and not any(re.search(match, each) for each in defined):
            used[term] = where[0]
    if used:
        yield ask("S33", pages(used.values()), terms="、".join(f"“{term}”" for term in used))


def _repeated(case: Case) -> Iterator[Finding]:
    """S37: a project's amount printed again in another form of the same body, and not the same."""
    seen: dict[tuple[str, ...], dict[Figure, int]] = {}
    starts = wording()["forms"]
    forms = list(itertools.accumulate(field.field == starts["start"] for field in case.fields))
    bodies = {
        form: heading(field.text)
        for form, field in zip(forms, case.fields, strict=True)
        if field.field in starts["body"]
    }
    for form, field in zip(forms, case.fields, strict=True):
        if field.figure is not None:
            part = heading(field.text) if field.field == "子项目" else ""
            key = heading(field.project), field.field, part, bodies.get(form, "")
            seen.setdefault(key, {}).setdefault(field.figure, field.page)
    for (project, name, part, _), values in seen.items():
        if len(values) > 1:
            shown = [tell(f"{{v}}（第{page}页）", v=yuan(v)) for v, page in values.items()]
            apart = max(values, key=lambda v: v.value) - min(values, key=lambda v: v.value)
            words = {"project": part or project, "field": name, "values": joined("、", shown)}
            yield ask("S37", pages(values.values()), apart, **words)
