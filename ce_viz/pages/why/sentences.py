"""What Why cross-entropy says of the numbers that it shows."""

from __future__ import annotations

from ce_viz.pages.visit import Visit
from ce_viz.pages.why import example


def case(visit: Visit) -> str:
    """What the example is; nothing where the visitor's own numbers are shown."""
    if not example.is_example(visit.settings):
        return ""
    kind = "soft" if visit.settings["part"] == "meaning" else "wrong"
    names = visit.markdown_names
    return visit.words.fill(f"why.example_{kind}_readout", leader=names[0], label=names[1])
