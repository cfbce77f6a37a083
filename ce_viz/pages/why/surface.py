"""Why cross-entropy, part two: both losses over two logits, and the way down each."""

from __future__ import annotations

import math

from ce_viz.core import Scenario
from ce_viz.core.once import once_per_key
from ce_viz.core.scenario import MAX_ABS_LOGIT
from ce_viz.core.studies.comparison import LossSurfaces, labelled_class, loss_surfaces, strongest_rival
from ce_viz.figures import surfaces as figures
from ce_viz.live import Board, Chart, Pick, Pieces, View
from ce_viz.pages.visit import Visit
from ce_viz.pages.why.names import loss_names
from ce_viz.settings.value import Settings
from ce_viz.strings.numbers import number

BOARD = "why_board_surface"
VIEWS = ("contour", "space")
MAPS = tuple(f"surface_{loss}" for loss in figures.LOSSES)

# A drawing in space is another card than a map: only it takes hold of the mouse.
_NAMES = {"contour": MAPS, "space": tuple(f"space_{loss}" for loss in figures.LOSSES)}
_BOTH = range(len(figures.LOSSES))
_FORMULAS = ("−Σ y log S", "½ Σ(S − y)²")


@once_per_key(maxsize=64)
def _surfaces(scenario: Scenario, pair: tuple[int, int], learning_rate: float) -> LossSurfaces:
    return loss_surfaces(scenario, pair, learning_rate=learning_rate)


def surfaces_of(settings: Settings) -> LossSurfaces:
    """Both surfaces that the settings ask for; raises as ``pair_of``."""
    return _surfaces(settings.scenario, pair_of(settings), settings["learning_rate"])


def show(visit: Visit) -> View:
    """Both surfaces, as maps or in space."""
    surfaces = surfaces_of(visit.settings)
    charts = tuple(_chart(visit, surfaces, which) for which in _BOTH)
    board = Board(BOARD, charts, headline=_headline(visit, surfaces), columns=2, height=390)
    return View((board,), results={"loss_surfaces": surfaces})


def pair_of(settings: Settings) -> tuple[int, int]:
    """The classes along x and y, from 0: the picked ones; else the strongest wrong class and the label's.

    Raises:
      ValueError: There is no unmasked wrong class.
    """
    logits = settings["logits"]
    if settings["pair"] is not None and not is_masked(settings):
        x, y = settings["pair"]
        return x - 1, y - 1
    label = labelled_class(settings.scenario.effective_targets)
    rival = strongest_rival(logits, label)
    if rival is None:
        raise ValueError(f"a surface needs an unmasked wrong class, got logits {logits}")
    return rival, label


def is_masked(settings: Settings) -> bool:
    """Whether a pair is picked that spans no surface, since one of its logits is −∞."""
    picked = settings["pair"]
    return picked is not None and not all(math.isfinite(settings["logits"][k - 1]) for k in picked)


def unmasked(settings: Settings) -> list[int]:
    """The classes that can span an axis, from 1."""
    return [k for k, logit in enumerate(settings["logits"], start=1) if math.isfinite(logit)]


def with_axis_class(settings: Settings, axis: int, chosen: int) -> Settings:
    """The settings with a class, from 1, along an axis: 0 across, 1 upwards.

    No class can span both: the other axis takes over what this one had.
    """
    pair = [k + 1 for k in pair_of(settings)]
    if chosen == pair[1 - axis]:
        pair.reverse()
    pair[axis] = chosen
    return settings.changed(pair=tuple(pair))


def started_at(settings: Settings, pick: Pick) -> Settings:
    """The settings with a place on a map as the start; beyond the largest logit, the nearest that can be set."""
    ticks = surfaces_of(settings).ticks.tolist()
    if max(pick.i, pick.j) >= len(ticks):
        return settings
    logits = list(settings["logits"])
    for k, value in zip(pair_of(settings), (ticks[pick.j], ticks[-1 - pick.i]), strict=True):
        logits[k] = max(-MAX_ABS_LOGIT, min(value, MAX_ABS_LOGIT))
    return settings.changed(logits=tuple(logits))


def _headline(visit: Visit, surfaces: LossSurfaces) -> Pieces:
    """How far down each loss the descent comes; it moves with the hand, and a hint would have its map drawn anew."""
    words, names = visit.words, _NAMES[visit.settings["surface"]]
    pieces: list[list[str]] = []
    for which in _BOTH:
        if names[which] in visit.hidden:
            continue
        heights = surfaces.heights[which].tolist()
        reached = words.fill(
            "why.surface.hint_readout",
            steps=len(heights) - 1,
            loss=number(heights[-1]),
            start=number(heights[0]),
        )
        pieces += [["\u2003 "]] if pieces else []
        pieces += [[loss_names(words)[which], "b"], [f"\u2002{reached}"]]
    return pieces


def _chart(visit: Visit, surfaces: LossSurfaces, which: int) -> Chart:
    words, settings = visit.words, visit.settings
    title, kind = loss_names(words)[which], settings["surface"]
    axes = [f"o ({visit.class_labels[k]})" for k in surfaces.pair]
    path, heights = surfaces.paths[which].tolist(), surfaces.heights[which].tolist()
    (x, y), (x_end, y_end) = path[0], path[-1]
    return Chart(
        name=_NAMES[kind][which],
        figure=figures.contour(surfaces, which, axes)
        if kind == "contour"
        else figures.space(surfaces, which, axes, turn=settings["turn"]),
        title=title[:1].upper() + title[1:],
        formula=_FORMULAS[which],
        alt=words.fill(
            "why.surface.alt_readout",
            title=title,
            low=number(surfaces.ticks[0], 0),
            high=number(surfaces.ticks[-1], 0),
            x=number(x),
            y=number(y),
            start=number(heights[0]),
            steps=len(path) - 1,
            x_end=number(x_end),
            y_end=number(y_end),
            loss=number(heights[-1]),
        ),
        kind="matrix" if kind == "contour" else "plain",
        hint="" if kind == "contour" else words["why.surface.space_hint"],
    )
