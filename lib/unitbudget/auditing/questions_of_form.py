"""Questions about form: spellings, references, numbering, privacy, ways of writing."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from unitbudget.auditing.case import (
    Case,
    Field,
    Finding,
    Spot,
    ask,
    asking,
    firsts,
    more,
    pages,
    wording,
)
from unitbudget.auditing.rules import rule_book
from unitbudget.auditing.side import Entry
from unitbudget.auditing.told import count, joined, number, printed_on, shown_at, tell
from unitbudget.documents import LEARNED
from unitbudget.money.amounts import misplaced
from unitbudget.money.figure import YUAN
from unitbudget.money.text import heading, squash
from unitbudget.reading.performance import label_of, labels
from unitbudget.reading.privacy import kinds_in, mask

#: How many decimals, in words.
PLACES = "零一两三四五六"
#: So many cells are listed.
CELLS = 6


def _spellings(case: Case) -> Iterator[Finding]:
    """S27: one unit or one project under several spellings."""
    short = re.sub(r"^.{2,3}?[市省](?=.{6,})", "", str(case.document.get("unit") or ""))
    prose = "\n".join([*(s.title for s in case.sections), *(s.text for s in case.sections)])
    tails = re.findall(re.escape(short) + r"([（(]单位[）)]|单位(?=[共有]))", prose)
    variants = [f"{short}{tail}" for tail in dict.fromkeys(tails if len(short) >= 4 else ())]
    if len(variants) > 1:
        where = _pages_with(case, variants)
        yield ask("S27", evidence=where, what="单位名称", variants=variants)
    for name in dict.fromkeys(field.text for field in case.fields if field.field == "子项目"):
        others = [other for other in _near_names(name, case.text) if other != name]
        if others:
            where, names = _pages_with(case, others), [name, *others]
            yield ask("S27", evidence=where, what="项目名称", variants=names)


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
    found += [match for pattern in sorted(longer) for match in re.findall(pattern, bare)]
    return list(dict.fromkeys(found))


def _pages_with(case: Case, names: list[str]) -> str:
    printed = [*((p.page, p.text) for p in case.prose), *((f.page, f.text) for f in case.fields)]
    found = {page for page, text in printed if any(name in text for name in names)}
    return pages(found) if found else ""


def _references(case: Case) -> Iterator[Finding]:
    """S29: "see the table of targets", and there is none; other units publish theirs elsewhere."""
    rules = wording()["references"]
    lines = (squash(line.text) for page in case.printed.pages if page.grids for line in page.lines)
    if case.indicators or any(re.search(rules["titled"], line) for line in lines):
        return
    for section in case.sections:
        for text in [section.title, *(p.text for p in section.paragraphs)]:
            match = re.search(rules["see"], text)
            if match and "单位" not in match["whose"]:
                page = section.page
                yield ask("S29", evidence=f"第{page}页", page=page, reference=match[0])
                return


def _numbers(case: Case) -> Iterator[Finding]:
    """S30: sections whose printed numbers leave one out."""
    children: dict[str, list[tuple[int, int]]] = {}
    for section in case.sections:
        above, _, last = section.path.rpartition(".")
        if last.isdigit() and section.level > 1:
            children.setdefault(above, []).append((int(last), section.page))
    ruled = {page.number for page in case.printed.pages if page.grids}
    for above, found in children.items():
        numbers = [number for number, _ in found]
        inside = case.below(above)
        if len(numbers) < 3 or numbers[0] != 1 or numbers == [*range(1, len(numbers) + 1)]:
            continue
        # Not where ruled grids carry some of the titles.
        on = [each.page for each in inside]
        if ruled.isdisjoint(range(min(on), max(on) + 2)):
            title = next((each.title for each in inside if each.path == above), "")
            where, shown = pages(page for _, page in found), "、".join(map(str, numbers))
            yield ask("S30", evidence=where, title=title, numbers=shown)


def _personal(case: Case) -> Iterator[Finding]:
    """S32: names and numbers of persons; none of them is repeated here."""
    personal = labels()["fields"]["personal"]
    for page in case.printed.pages:
        found = kinds_in("\n".join(squash(line.text) for line in page.lines))
        rows = (row for _, row in case.lines(page.number, page.number))
        for label, value in (pair for row in rows for pair in itertools.pairwise(row)):
            name, filled = label_of(label.text), squash(value.text)
            blank = filled in ("", mask(), "略", "/", "-", "无")
            if name in personal and not blank and label_of(value.text) not in personal:
                found = [*found, f"“{name}”"]
        for what in found:
            yield ask("S32", evidence=f"第{page.number}页", page=page.number, what=what)


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
            yield ask("R22", evidence=f"第{page}页 “{note[:60]}”", **words)
        elif row.get("status") == "empty" and not note:
            about = own or [wording()["explained"].get(row.get("table_id"), "$^")]
            expected = own or row.get("understood_by") != LEARNED
            none = (wording()["none"]["said"].replace("NAME", name) for name in about)
            if expected and not any(re.search(each, case.text) for each in none):
                yield ask("R22b", evidence=f"第{page}页", table=title)


def _unexplained_terms(case: Case) -> Iterator[Finding]:
    """S33: special terms that the prose uses and the document's own glossary passes over."""
    defined = [heading(str(row["term"])) for row in case.glossary]
    prose = [p for section in case.told for p in section.paragraphs]
    used: dict[str, int] = {}
    for term, match in wording()["terms"].items() if defined else ():
        where = [p.page for p in prose if re.search(match, p.text)]
        if where and not any(re.search(match, each) for each in defined):
            used[term] = where[0]
    if used:
        yield ask("S33", evidence=pages(used.values()), terms=list(used))


def _repeated(case: Case) -> Iterator[Finding]:
    """S37: a project's amount printed again in another form of the same body, and not the same."""
    rules = wording()["forms"]
    forms = list(itertools.accumulate(field.field == rules["start"] for field in case.fields))
    fields = list(zip(forms, case.fields, strict=True))
    bodies = {form: heading(each.text) for form, each in fields if each.field in rules["body"]}
    seen: dict[tuple[str, ...], list[Field]] = {}
    for form, each in fields:
        if each.figure is not None:
            part = heading(each.text) if each.field == "子项目" else ""
            key = heading(each.project), each.field, part, bodies.get(form, "")
            seen.setdefault(key, []).append(each)
    for (project, name, part, _), printed in seen.items():
        values = firsts(printed, lambda field: field.figure)
        if len(values) > 1:
            shown = [tell(f"{{v:yuan}}（第{each.page}页）", v=each.figure) for each in values]
            figures = sorted((each.figure for each in values), key=lambda each: each.value)
            words = {"project": part or project, "field": name, "values": joined("、", shown)}
            yield ask("S37", values, money=figures[-1] - figures[0], **words)


# ---- one way of writing --------------------------------------------------------------------------


def _widths(case: Case) -> Iterator[Finding]:
    """S28: full and half width, with and without separators, in the numbers of one text."""
    for kind in wording()["widths"]:
        ways = [
            [
                Spot(page, printed_on(page, match[0], box), match[0])
                for paragraph in case.prose
                for match in re.finditer(kind[way], paragraph.text)
                for page, box in [paragraph.at(match.start())]
            ]
            for way in ("one", "other")
        ]
        if all(ways):
            few, many = sorted(ways, key=len)
            yield ask(
                "S28",
                few,
                what=kind["what"],
                many=_example(many[0]),
                often=count("这样写的地方", [each.cell for each in many]),
                few=_example(few[0]),
                seldom=count("那样写的地方", [each.cell for each in few]),
            )


def _example(spot: Spot) -> str:
    """A number as it is printed there; signs alone are none."""
    shown = re.search(r"\d", spot.text)
    return number(shown_at(spot.cell, spot.text), spot.text) if shown else spot.text


def _separators(case: Case) -> Iterator[Finding]:
    """S28: separators where none belong; the sums of their tables say what the digits mean."""
    for row in case.tables:
        if row.get("status") != "read":
            continue
        first, last = int(row["first_page"]), int(row["last_page"])
        odd = [
            Spot(grid.page, printed_on(grid.page, squash(cell.text), cell.box), squash(cell.text))
            for grid, cells in case.lines(first, last)
            for cell in cells
            if misplaced(cell.text)
        ]
        if odd:
            example = odd[0].text.replace(";", "；")
            yield ask(
                "S28d", odd, evidence=pages([first]), table=str(row["title"]), example=example
            )


def _decimals(case: Case) -> Iterator[Finding]:
    """S28: amounts of one table written to different places; nil is written as it pleases."""
    found = []
    for table in case.ledger.tables:
        printed = [(e, len(e.printed.partition(".")[2])) for e in _amounts(case, table) if e.value]
        usual = Counter(places for _, places in printed).most_common(1)
        odd = [entry for entry, places in printed if places != usual[0][0]]
        if odd:
            found.append((table, usual[0][0], odd))
    if found:
        table, places, odd = found[0]
        others = count("小数位数不一的其余各表", [f"table!{name}" for name, _, _ in found[1:]])
        yield ask(
            "S28b",
            odd,
            evidence=_cells(odd),
            usual=f"小数点后{PLACES[places]}位" if places else "元",
            table=rule_book().title(table),
            example=number(odd[0].figure, odd[0].printed),
            more=tell("（另有{n}张表也是这样）", n=others) if found[1:] else "",
        )


def _zero_and_blank(case: Case) -> Iterator[Finding]:
    """S28: in one column some rows without money print a nil and others nothing."""
    for table in case.ledger.tables:
        coded = [entry for entry in _amounts(case, table) if entry.code]
        rows = {(entry.row, entry.code): entry.cell for entry in reversed(coded)}
        mixed = []
        for column in dict.fromkeys(entry.column for entry in coded):
            printed = [entry for entry in coded if entry.column == column]
            nil = [entry for entry in printed if not entry.value]
            blank = rows.keys() - {(entry.row, entry.code) for entry in printed}
            if nil and blank:
                mixed.append((nil, blank))
        if mixed:
            nil, blank = mixed[0]
            measure = nil[0].measure
            yield ask(
                "S28c",
                nil,
                evidence=_cells(nil),
                table=rule_book().title(table),
                zeros=count("写零的行", [entry.cell for entry in nil]),
                blanks=count("留空的行", [rows[row] for row in sorted(blank)]),
                column=rule_book().measures.get(measure, measure),
                more=more([nil[0].cell for nil, _ in mixed]),
            )
            return


def _amounts(case: Case, table: str) -> list[Entry]:
    return [e for e in case.ledger.entries if e.table == table and e.unit == YUAN]


def _cells(found: Sequence[Entry]) -> str:
    return "；".join(entry.cell for entry in found[:CELLS])


ask_about = asking(
    *(_spellings, _references, _numbers, _personal, _notes, _decimals, _zero_and_blank),
    *(_unexplained_terms, _repeated, _widths, _separators),
)
