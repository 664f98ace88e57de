"""How right the findings are: scored against what two people found by eye in real documents.

Pages and rows that the labels do not list were read and found right. A finding is matched to a
label on its page when it names what is printed there; an error or an omission that matches no
defect is an accusation. ``docs/accuracy.md`` holds the counts, and every miss by name.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cached_property
from pathlib import Path

from measuring import CORPUS, ROOT, SCRATCH, Bar, bars
from unitbudget import build, load
from unitbudget.package import Package
from unitbudget.running.batch import Batch

#: Findings that say the document is wrong; the others ask, or remark on its style.
ACCUSING = ("error", "omission")
#: Those of a sort that points at a place on a page, so that an undisturbed page should have none.
FLAGS = (*ACCUSING, "style")
DEFECT, ROUNDING, ARGUABLE = "defect", "rounding", "acceptable"
MOST_FLAGS_ON_CLEAN_PAGES = 1
_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_WORDS = re.compile(r"[\u4e00-\u9fff]{2,}(?:（[^）]*）)?")
_PAGES = re.compile(r"第([\d、]+)页")
_CELL = re.compile(r"\w+!R\d+C\d+")
WAN = Decimal(10_000)


@dataclass(frozen=True)
class Label:
    """One place of a document as two people judged it."""

    document: str
    page: int
    label: str
    kind: str
    where: str
    printed: str
    expected: str

    @property
    def name(self) -> str:
        return f"{self.document} 第{self.page}页 {self.where}：{self.printed} → {self.expected}"


@dataclass(frozen=True)
class Flag:
    """One finding, with the pages it points at and all it says."""

    document: str
    finding: str
    severity: str
    rule: str
    says: str
    text: str
    pages: frozenset[int]

    @cached_property
    def numbers(self) -> set[Decimal]:
        return numbers(self.text)

    @cached_property
    def squeezed(self) -> str:
        return squeeze(self.text)


def squeeze(text: str) -> str:
    return re.sub(r"[\s“”\"'‘’·,，]", "", text).replace("（", "(").replace("）", ")")


def numbers(text: str) -> set[Decimal]:
    found = set()
    for printed in _NUMBER.findall(text):
        try:
            value = abs(Decimal(printed.replace(",", "")))
        except InvalidOperation:
            continue
        found |= {value, value * WAN}
    return found


def matches(flag: Flag, label: Label) -> bool:
    """Does the finding point at the place that the label is about?"""
    if flag.document != label.document or label.page not in flag.pages:
        return False
    if label.kind == "code":
        code, name = _code_and_name(label)
        return code in flag.squeezed.replace("-", "") and name in flag.squeezed
    wanted = {value for value in numbers(label.printed) if value >= 1} & flag.numbers
    if wanted and (len(_NUMBER.findall(label.printed)) > 1 or _specific(label.printed)):
        return True
    # What is said in English brackets is the labeller's remark, not printed.
    printed = re.sub(r" \([a-zA-Z ]+\)", "", label.printed)
    said = [squeeze(part) for part in re.split(r"[…/|;；]", printed)]
    if any(len(part) >= 3 and part in flag.squeezed for part in said if not part[:1].isdigit()):
        return True
    names = [squeeze(name) for name in _WORDS.findall(label.where) if len(name) >= 4]
    about = any(name.split("(")[0] in flag.squeezed for name in names)
    if not numbers(label.printed) and not numbers(label.expected):
        return about and all(part in flag.squeezed for part in said)
    return about and bool(numbers(label.expected) & flag.numbers or wanted)


def _code_and_name(label: Label) -> tuple[str, str]:
    row = label.where.rpartition("/")[2].strip()
    name = re.sub(r"[\d\s]", "", row) or row
    return squeeze(label.printed.replace(" ", "")), squeeze(name)


def _specific(printed: str) -> bool:
    """Does the printed text hold a figure that hardly stands for anything else?"""
    digits = max((re.sub(r"\D", "", each) for each in _NUMBER.findall(printed)), key=len)
    return len(digits) >= 3


def labels(path: Path) -> list[Label]:
    columns = ("document", "label", "kind", "where", "printed", "expected")
    with path.open(encoding="utf-8") as file:
        return [
            Label(page=int(row["page"]), **{name: row[name] for name in columns})
            for row in csv.DictReader(file)
        ]


def flags(package: Package) -> list[Flag]:
    """Every finding with its pages: those it names, and those its cells stand on."""
    amounts = package.amounts
    places = zip(amounts["document_id"], amounts["cell"], amounts["page"], amounts["printed"],
                 amounts["function_code"] + amounts["economic_code"], amounts["name"],
                 strict=True)  # fmt: skip
    cells = {(document, cell): rest for document, cell, *rest in places}
    found = []
    for row in package.findings.fillna("").to_dict("records"):
        own = [cells[key] for cell in _CELL.findall(row["evidence"])
               if (key := (row["document_id"], cell)) in cells]  # fmt: skip
        pages = {int(page) for each in _PAGES.findall(row["says"] + row["evidence"])
                 for page in each.split("、")}  # fmt: skip
        pages |= {int(page) for page, *_ in own}
        text = " ".join([row["says"], row["question"], row["evidence"],
                         *(" ".join(map(str, each[1:])) for each in own)])  # fmt: skip
        found.append(Flag(row["document_id"], row["finding_id"], row["severity"], row["rule_id"],
                          row["says"], text, frozenset(pages)))  # fmt: skip
    return found


@dataclass
class Score:
    """Labels and findings of the same documents, matched."""

    labels: list[Label]
    flags: list[Flag]
    hits: dict[Label, list[Flag]] = field(init=False)

    def __post_init__(self) -> None:
        documents = {label.document for label in self.labels}
        self.flags = [flag for flag in self.flags if flag.document in documents]
        self.hits = {label: [f for f in self.flags if matches(f, label)] for label in self.labels}

    def of(self, label: str) -> list[Label]:
        return [each for each in self.labels if each.label == label]

    @cached_property
    def missed(self) -> list[Label]:
        return [label for label in self.of(DEFECT) if not self.hits[label]]

    def accused(self, label: str) -> list[tuple[Flag, Label]]:
        """Errors and omissions that are about such places and about no defect."""
        return [
            (flag, each)
            for each in self.of(label)
            for flag in self.hits[each]
            if flag.severity in ACCUSING and flag not in self._right
        ]

    @cached_property
    def _right(self) -> set[Flag]:
        return {flag for label in self.of(DEFECT) for flag in self.hits[label]}

    @cached_property
    def wrong(self) -> list[Flag]:
        """Errors and omissions about places that nobody found anything wrong with."""
        about = {flag for found in self.hits.values() for flag in found}
        return [flag for flag in self.flags if flag.severity in ACCUSING and flag not in about]

    @cached_property
    def on_clean_pages(self) -> Counter[str]:
        """By document, how many flags stand only on pages where nobody found anything."""
        marked = {(label.document, label.page) for label in self.labels}
        return Counter(
            flag.document
            for flag in self.flags
            if flag.severity in FLAGS
            and flag.pages
            and not {(flag.document, page) for page in flag.pages} & marked
        )

    @cached_property
    def twice(self) -> list[Label]:
        """Defects that more than one error points at."""
        return [label for label in self.of(DEFECT)
                if sum(flag.severity == "error" for flag in self.hits[label]) > 1]  # fmt: skip


def run(count: int) -> int:
    """Build the labelled documents and score them, or only the first ``count`` of them."""
    if not CORPUS.is_dir():
        print("../shared/corpus is not there: nothing is measured")
        return 0
    labelled = labels(CORPUS / "labels.csv")
    names = sorted({label.document for label in labelled})[: count or None]
    labelled = [label for label in labelled if label.document in names]
    clean = SCRATCH / "accuracy"
    cache = ROOT / ".cache" / "documents"
    build([CORPUS / "real" / f"{name}.pdf" for name in names], clean, Batch(cache=cache))
    score = Score(labelled, flags(load(clean)))
    report = described(score)
    (ROOT / "docs" / "accuracy.md").write_text(report, encoding="utf-8")
    print(report)
    return bars(_bars(score))


def _bars(score: Score) -> list[Bar]:
    hard = [label for label in score.missed if label.kind in ("table", "prose", "code")]
    soft = [label for label in score.of(DEFECT) if label.kind in ("name", "completeness")]
    found = sum(label not in score.missed for label in soft)
    errors = Counter(flag.document for flag in score.flags if flag.severity == "error")
    return [
        Bar("defects of tables, prose and codes missed", len(hard), 3),
        Bar("names and completeness found", 100 * found / len(soft), 90, at_least=True, unit=" %"),
        Bar("roundings called mistakes", len(score.accused(ROUNDING)), 0),
        Bar("arguable places accused", len(score.accused(ARGUABLE)), 0),
        Bar("accusations nobody can confirm", len(score.wrong)),
        Bar("flags on undisturbed pages, worst document",
            max(score.on_clean_pages.values(), default=0), MOST_FLAGS_ON_CLEAN_PAGES),
        Bar("errors in a document, worst", max(errors.values(), default=0), 8),
    ]  # fmt: skip


def described(score: Score) -> str:
    """The report in Markdown."""
    lines = ["# How right the findings are", "", _HOW, ""]
    lines += ["| kind | labelled | found | missed |", "|---|---|---|---|"]
    for kind in sorted({label.kind for label in score.of(DEFECT)}):
        of_kind = [label for label in score.of(DEFECT) if label.kind == kind]
        missed = sum(label in score.missed for label in of_kind)
        lines.append(f"| {kind} | {len(of_kind)} | {len(of_kind) - missed} | {missed} |")
    lines += ["", "| | count |", "|---|---|"]
    for label, what in ((ROUNDING, "roundings called mistakes"), (ARGUABLE, "arguable, accused")):
        lines.append(f"| {what}, of {len(score.of(label))} | {len(score.accused(label))} |")
    lines += [
        f"| accusations about nothing labelled | {len(score.wrong)} |",
        f"| defects that more than one error points at | {len(score.twice)} |",
    ]
    lines += ["", "## By rule", "", "| rule | findings | about a defect |", "|---|---|---|"]
    right = {flag for label in score.of(DEFECT) for flag in score.hits[label]}
    for rule, found in sorted(_by_rule(score.flags).items()):
        lines.append(f"| {rule} | {len(found)} | {sum(flag in right for flag in found)} |")
    lines += _list("Missed", (label.name for label in score.missed))
    lines += _list(
        "Accused without a label",
        (f"{flag.document} {flag.finding}：{flag.says}" for flag in score.wrong),
    )
    for label, title in ((ROUNDING, "Roundings accused"), (ARGUABLE, "Arguable places accused")):
        lines += _list(
            title, (f"{f.finding}：{f.says}（{w.name}）" for f, w in score.accused(label))
        )
    return "\n".join(lines) + "\n"


_HOW = """Two people read eight real documents by eye, pages and rows, and wrote down every mistake
(*defect*), every rounding and every arguable place; what they did not list they found right.
`python3 run.py bench accuracy` builds those documents and matches findings with labels on the same
page by what is printed there. The labels are never edited to fit."""


def _by_rule(found: Iterable[Flag]) -> dict[str, list[Flag]]:
    rules: dict[str, list[Flag]] = {}
    for flag in found:
        rules.setdefault(flag.rule, []).append(flag)
    return rules


def _list(title: str, items: Iterable[str]) -> list[str]:
    rows = [f"* {item}" for item in dict.fromkeys(items)]
    return ["", f"## {title}", "", *rows] if rows else []
