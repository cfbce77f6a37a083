"""What Train says in words that follow a play: how far the runs are, and what they make of the picked image."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ce_viz.core.studies.classified import ClassifiedImage
from ce_viz.core.studies.training import LOSSES, MAX_STEPS, Evaluation
from ce_viz.live import Pieces
from ce_viz.pages.text import joined
from ce_viz.pages.visit import Visit
from ce_viz.strings import Words
from ce_viz.strings.numbers import field

_TELL_THE_IMAGE = ("pixels", "logits", "probs", "targets")  # charts that show what is said of one run's image
_TELL_THE_RACE = ("pixels", *(f"probs_{loss}" for loss in LOSSES))


def reached(words: Words, now: Sequence[Evaluation], test_count: int, hidden: Collection[str]) -> Pieces:
    """The step, and the share of test images that each run reads right, unless its chart is covered."""
    step = words.fill("train.progress_readout", step=now[0].step, last=MAX_STEPS)
    if ("accuracy" if len(now) == 1 else "race_accuracy") in hidden:
        return [[step]]
    shares = [f"**{_percent(entry.test_accuracy)}**" for entry in now]
    if len(now) > 1:
        named = dict(zip(LOSSES, shares, strict=True))
        return _pieces(f"{step} · {words.fill('train.race_readout', count=test_count, **named)}")
    wrong = round((1 - now[0].test_accuracy) * test_count)
    told = words.fill("train.reached_readout", accuracy=shares[0], count=test_count, wrong=wrong)
    return _pieces(f"{step} · {told}")


def image(words: Words, images: Sequence[ClassifiedImage], hidden: Collection[str]) -> Pieces:
    """The digit that was meant and what it is read as; nothing where a chart that shows it is covered."""
    first = images[0]
    side = words["train.unseen" if first.held_out else "train.seen"]
    if len(images) > 1:
        if not set(_TELL_THE_RACE).isdisjoint(hidden):
            return []
        read = {loss: each.predicted for loss, each in zip(LOSSES, images, strict=True)}
        return _pieces(words.fill("train.race_image_readout", label=first.label, side=side, **read))
    if not set(_TELL_THE_IMAGE).isdisjoint(hidden):
        return []
    prob = _percent(first.probs[first.predicted])
    return _pieces(
        words.fill("train.image_readout", label=first.label, predicted=first.predicted, prob=prob, side=side)
    )


def race_story(visit: Visit) -> str:
    """Where both runs start, and why one of them learns little from it."""
    words, lead = visit.words, visit.settings["lead"]
    start = words.fill("train.race_start_readout", lead=field(lead)) if lead else words["train.race_level"]
    return joined(start, words["train.race_story"])


def _percent(share: float) -> str:
    """A share in [0, 1] as a person reads it."""
    return f"{100 * share:.1f}%"


def _pieces(text: str) -> Pieces:
    """A catalogue's sentence with its ``**bold**`` parts, as a board's headline holds it."""
    return [[part, "b"] if k % 2 else [part] for k, part in enumerate(text.split("**")) if part]
