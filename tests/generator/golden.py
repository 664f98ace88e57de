"""Write the golden pages of ``tests/documents`` anew: ``python -m generator.golden`` in ``tests``.

They are committed and read by the tests as they are; this is where they come from.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

from generator.comparison import write_expected
from generator.disclosures import disclosure
from generator.drawing import draw
from generator.sheets import families
from generator.styles import by_name

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


def main() -> None:
    """One small document for each family of forms."""
    for family in families():
        name, year, number = STYLES[family]
        made = disclosure(draw(Random(number), year), by_name(name), family)
        folder = DOCUMENTS / family
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "document.pdf").write_bytes(made.pdf)
        write_expected(folder / "amounts.csv", made.amounts)


if __name__ == "__main__":
    main()
