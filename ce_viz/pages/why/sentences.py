"""What Why cross-entropy says of the numbers that it shows."""

from __future__ import annotations

from ce_viz.pages.visit import Visit
from ce_viz.pages.why import example, meaning, temperature, view


def case(visit: Visit) -> str:
    """What the example is; nothing where the visitor's own numbers are shown."""
    if not example.is_example(visit.settings):
        return ""
    kind = "soft" if visit.settings["part"] == "meaning" else "wrong"
    names = visit.markdown_names
    return visit.words.fill(f"why.example_{kind}_readout", leader=names[0], label=names[1])


def claim(visit: Visit) -> str:
    """What the part is to show."""
    return visit.words[f"why.{visit.settings['part']}.claim"]


def obstacle(visit: Visit) -> str:
    """Why the part cannot be drawn; nothing where it can."""
    reason = view.obstacle(visit.settings)
    return visit.words[f"why.{reason}"] if reason else ""


def story(visit: Visit) -> list[str]:
    """What there is to be seen, and what its numbers say, in order."""
    words, part = visit.words, visit.settings["part"]
    if part == "meaning":
        numbers = meaning.sentence(visit) if visit.sums_to_one else words["why.meaning.not_one"]
        return [meaning.story(visit), numbers]
    if part == "temperature":
        return [words["why.temperature.story"], temperature.sentence(visit)]
    if part == "gradient":
        return [words["why.gradient.story"], words["why.gradient.why"]]
    in_space = part == "surface" and visit.settings["surface"] == "space"
    return [words[f"why.{part}.story{'_space' if in_space else ''}"]]
