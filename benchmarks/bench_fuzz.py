"""Damaged copies of a few documents: refused with a sentence, or read as they were printed."""

from __future__ import annotations

import shutil
from collections import Counter
from random import Random

from generator import damage
from generator.comparison import differences, unsaid
from generator.disclosures import disclosure
from generator.drawing import draw
from generator.styles import STYLES
from measuring import SCRATCH, Bar, bars, seconds, table
from unitbudget import build, load
from unitbudget.running.batch import Batch
from unitbudget.running.build import Built

LIMIT = 30.0
DOCUMENTS = 5


def run(count: int) -> int:
    """So many damaged copies, read as a batch."""
    folder = SCRATCH / "fuzz"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "raw").mkdir(parents=True)
    made = [disclosure(draw(Random(n)), STYLES[n]) for n in range(DOCUMENTS)]
    for number in range(count):
        content = damage.mutated(made[number % DOCUMENTS].pdf, Random(number))
        (folder / "raw" / f"damaged-{number:04d}.pdf").write_bytes(content)
    built: list[Built] = []
    batch = Batch(2, limit=LIMIT, progress=True)
    took = seconds(lambda: built.append(build(folder / "raw", folder / "clean", batch)))
    package, counted, wrong = load(folder / "clean"), Counter[str](), []
    for document in package.documents.to_dict("records"):
        if document["status"] == "failed":
            counted[_how(document["message"])] += 1
            continue
        part = package.document(document["document_id"])
        number = int(document["document_id"].split("-")[1])
        printed = made[number % DOCUMENTS].amounts
        different = differences(part.amounts, printed)
        noticed = (part.checks["status"] == "broken").any() or len(part.readings)
        noticed = noticed or not unsaid(part, printed)
        kind = "read as printed" if not different else "read, and said not to add up"
        counted[kind if not different or noticed else "WRONG AND SILENT"] += 1
        if different and not noticed:
            wrong.append(f"{document['document_id']}: {len(different)} {different[:2]}")
    table(["", "documents"], counted.most_common())
    print("\n".join(wrong))
    return bars([
        Bar("damaged documents", len(package.documents)),
        Bar("seconds a document", took / count),
        Bar("read like another", len(built[0].repeated)),
        Bar("without a trace", count - len(package.documents) - len(built[0].repeated), 0),
        Bar("crashed the process that read them", counted["crashed"], 0),
        Bar("ended at their limit", counted["ran past the limit"]),
        Bar("met a mistake of ours", counted["unforeseen"], 0),
        Bar("read wrongly without a word", len(wrong), 0),
    ])  # fmt: skip


def _how(message: str) -> str:
    if "中途退出" in message:
        return "crashed"
    if "仍未完成" in message:
        return "ran past the limit"
    return "unforeseen" if "报告给维护者" in message else "refused with a sentence"
