"""Where the logits on Explore come from, if another page sent them; forgotten once they are changed."""

from __future__ import annotations

from dataclasses import dataclass

from ce_viz.pages.visit import Visit

_PAGES = {"digit": "train", "row": "inspect"}


@dataclass(frozen=True)
class Origin:
    """What is said of it, the words of the way back, and the page that it leads to."""

    sentence: str
    back: str
    page: str


def origin_of(visit: Visit) -> Origin | None:
    """Which image or row the logits belong to; None if a person set them."""
    kind, _, number = visit.settings["origin"].partition("-")
    if not kind:
        return None
    words = visit.words
    values = {"number": number}
    if kind == "digit":
        values |= {
            "label": visit.markdown_names[visit.scenario.label],
            "predicted": visit.markdown_names[visit.explanation.predicted],
        }
    return Origin(words.fill(f"origin.{kind}_readout", **values), words[f"origin.back_{kind}"], _PAGES[kind])
