"""Write the golden pages of ``tests/documents`` anew: ``python -m generator.golden`` in ``tests``.

They are committed and read by the tests as they are; this is where they come from. What is judged
of them is recorded by ``python -m verdicts``.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from generator.comparison import write_expected
from generator.disclosures import blocks, disclosure
from generator.drawing import draw
from generator.mutations import plant
from generator.on_paper import mistaken
from generator.sheets import families
from generator.styles import by_name
from generator.trials import document_in
from generator.typeset import typeset

DOCUMENTS = Path(__file__).resolve().parents[1] / "documents"
#: For each family a style that makes its tables run over pages, the year of its forms, the draw.
STYLES = {
    "jiangsu-budget-2017": ("large-paper", 2017, 0),
    "shanghai-budget-2020": ("grid", 2020, 1),
    "shanghai-budget-2022": ("filled-rules", 2022, 4),
    "shanghai-budget-2024": ("shaded", 2024, 2),
    "shanghai-final-2024": ("landscape", 2024, 3),
    "unified-budget-2021": ("hairline", 2022, 5),
    "unified-final-2021": ("title-inside", 2021, 6),
}
#: What is wrong in the one golden document that does not add up, in the order it goes wrong.
MISTAKES = ("digit", "prose transposition", "wrong column", "prose direction", "stale percentage")


def main() -> None:
    """One small document for each family of forms, and one with mistakes."""
    for family in families():
        name, year, number = STYLES[family]
        made = disclosure(draw(Random(number), year), by_name(name), family)
        folder = DOCUMENTS / family
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "document.pdf").write_bytes(made.pdf)
        write_expected(folder / "amounts.csv", made.amounts)
    _with_mistakes(DOCUMENTS / "shanghai-budget-2020-mistaken")


def _with_mistakes(folder: Path) -> None:
    style = by_name("grid")
    printed = blocks(draw(Random(5), 2020), style, "shanghai-budget-2020")
    document = document_in(typeset(printed, style).pdf)
    for kind in MISTAKES:
        mutant = plant(document, kind, Random(kind))
        assert mutant is not None
        wrong = mistaken(mutant, document, printed)
        assert wrong is not None
        printed, document = wrong, mutant.document
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "document.pdf").write_bytes(typeset(printed, style).pdf)
    write_expected(folder / "amounts.csv", document.amounts)


if __name__ == "__main__":
    main()
