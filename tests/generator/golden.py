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
#: One style for each family that makes its tables run over pages, and the year of its forms.
STYLES = {
    "jiangsu-budget-2017": ("large-paper", 2017),
    "shanghai-budget-2020": ("grid", 2020),
    "shanghai-budget-2024": ("shaded", 2024),
    "shanghai-final-2024": ("landscape", 2024),
}


def main() -> None:
    """One small document for each family of forms."""
    for number, family in enumerate(families()):
        name, year = STYLES[family]
        made = disclosure(draw(Random(number), year), by_name(name), family)
        folder = DOCUMENTS / family
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "document.pdf").write_bytes(made.pdf)
        write_expected(folder / "amounts.csv", made.amounts)


if __name__ == "__main__":
    main()
