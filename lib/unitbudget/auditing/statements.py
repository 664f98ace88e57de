"""Prose → what it states: every figure with its subject, its kind, and what it is compared with.

Nothing is looked up here. A mention says what the sentence says; ``binding`` says what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from unitbudget.auditing.mention import Context, Mention
from unitbudget.auditing.phrases import basis_of, directed, equal, figure
from unitbudget.auditing.subjects import path_of, patterns, topic_of
from unitbudget.reading.narrative import Section, Sentence, sentences


def mentions(found: Iterable[Section]) -> list[Mention]:
    """Everything the prose states, in reading order."""
    stated: list[Mention] = []
    for section in found:
        topic = topic_of(section)
        if topic == "glossary":
            continue
        paragraph, context = -1, Context()
        for sentence in sentences(section):
            if sentence.paragraph != paragraph:
                paragraph, context = sentence.paragraph, Context()
            stated += _read(section, sentence, topic, context, stated)
    return stated


def _read(
    section: Section, sentence: Sentence, topic: str, context: Context, before: list[Mention]
) -> Iterator[Mention]:
    """The mentions of one sentence."""
    text, end = sentence.text, 0
    context.path = path_of(text, section, opening=True) or context.path
    for match in _events(text):
        mention = Mention(section, sentence, topic, "", before=text[: match.start()])
        left, right = text[end : match.start()], text[match.end() : match.end() + 12]
        context.basis = basis_of(text[: match.end()], end) or context.basis
        if match.re.pattern == patterns()["words"]["equal"]:
            equal(mention, match, left, context, before)
        elif match.re.pattern == patterns()["words"]["direction"]:
            directed(mention, match, left, context)
        elif not figure(mention, match, left, right, context, before):
            continue
        if mention.quantity != "not_budget":
            end = match.end()
        yield mention
    yield from _nothing(section, sentence, topic)
    yield from _years(section, sentence, topic)


def _events(text: str) -> list[re.Match[str]]:
    """Figures, "the same as" and "above the budget", in order."""
    rules, words = patterns()["figures"], patterns()["words"]
    units = [*rules["money"], *rules["percent"], *rules["counts"], *rules["other"]]
    unit = "|".join(re.escape(each) for each in units)
    found = list(re.finditer(f"(?P<number>{rules['number']})(?P<unit>{unit})?", text))
    equals = list(re.finditer(words["equal"], text))
    covered = [range(*match.span()) for match in equals]
    found = [match for match in found if not any(match.start() in span for span in covered)]
    found = [
        match for match in found if not re.fullmatch(r"[（(]\d+[类款项][）)]", _around(text, match))
    ]
    found += equals + list(re.finditer(words["direction"], text))
    return sorted(found, key=lambda match: match.start())


def _around(text: str, match: re.Match[str]) -> str:
    """A match with the characters beside it: a code in brackets is no figure."""
    return text[max(match.start() - 1, 0) : match.end() + 1]


def _nothing(section: Section, sentence: Sentence, topic: str) -> Iterator[Mention]:
    """Sentences that say there is none of something, once for every year they name."""
    for place, entry in enumerate(patterns()["none"]):
        if match := re.search(entry["match"], sentence.text):
            listed = re.search(patterns()["words"]["several_years"], sentence.text[: match.start()])
            years = re.findall(r"20\d\d", listed[1]) if listed else [""]
            for year in years:
                yield Mention(
                    *(section, sentence, topic, "none", Decimal(0), "CNY", match[0]),
                    subject=match[0],
                    year=int(year) if year else None,
                    entry=place,
                )


def _years(section: Section, sentence: Sentence, topic: str) -> Iterator[Mention]:
    """The years whose budgets or outturns a sentence speaks of, each once."""
    if topic in patterns()["words"]["without_years"]:
        return
    last = {match["year"] for match in re.finditer(patterns()["words"]["basis"], sentence.text)}
    for year in dict.fromkeys(re.findall(patterns()["words"]["years"], sentence.text)):
        note = "basis" if year in last else ""
        yield Mention(
            *(section, sentence, topic, "year", Decimal(year), "year", f"{year}年"),
            subject="年度",
            note=note,
        )
