"""What the parts of Why cross-entropy call alike: both losses, the axes, and the mark where one is."""

from __future__ import annotations

from ce_viz.strings import Words


def loss_names(words: Words) -> tuple[str, str]:
    """Cross-entropy and squared error, as the curves and tables name them."""
    return words["why.cross_entropy"], words["why.squared_error"]


def axis_words(words: Words, name: str, here: str = "here") -> dict[str, str]:
    """What a drawing writes below its axis, and at the visitor's place on it."""
    axes = words.section("why.axes")
    return {f"{name}_axis": axes[name], "here": axes[here]}
