"""What importing ``unitbudget`` does in a notebook: frames with links, charts in Chinese type."""

from __future__ import annotations

from unitbudget.briefing import proof, typeface
from unitbudget.money import display


def register() -> None:
    """Show figures and frames as readers see them; draw with the suite's typeface."""
    if not display.in_kernel():
        return
    import matplotlib

    proof.register()
    display.register()
    matplotlib.rcParams.update(typeface.rc())
