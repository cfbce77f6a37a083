"""What Numerics shows: one topic's charts; no hand moves anything on them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ce_viz.core.scenario import Scenario
from ce_viz.core.studies.clipping import clipping_curves
from ce_viz.core.studies.explicit_chain import ExplicitChain, explicit_chain
from ce_viz.core.studies.precision import DTYPES, Comparison, compare_formulas, first_breaks, gap_sweep
from ce_viz.live import Board, Chart, Event, View
from ce_viz.live.route import Question
from ce_viz.pages.numerics import charts
from ce_viz.pages.numerics.settings import CHARTS as CHARTS
from ce_viz.pages.presenting import neighbour
from ce_viz.pages.visit import Visit
from ce_viz.settings.value import Settings


def uses_scenario(settings: Settings) -> bool:
    """Whether the charts depend on the logits: where formulas break is the same for all."""
    return bool(settings["topic"] != "breaks")


def show(visit: Visit) -> View:
    """The topic's charts on one board, with what they are drawn from."""
    return _TOPICS[visit.settings["topic"]](visit)


def act(settings: Settings, _: Event) -> Settings:
    """Nothing on these charts can be moved or picked."""
    return settings


def turn(settings: Settings, by: int) -> Settings:
    """The settings one topic on or back."""
    return settings.changed(topic=neighbour(settings, "topic", by))


def is_slow(_: Question) -> bool:
    """Exact values in 60 digits take their time, and the sweeps of a type half a second."""
    return True


def board_key(topic: str) -> str:
    """Key of a topic's board."""
    return f"numerics_{topic}"


def comparison(scenario: Scenario) -> Comparison:
    """All formulas in all types; the gradient is that of the label's class, or of the largest label weight's."""
    targets = scenario.effective_targets
    true = targets.index(max(targets)) if scenario.mode == "soft" else scenario.label
    return compare_formulas(scenario.logits, targets, true, scenario.temperature)


def chain(visit: Visit) -> ExplicitChain:
    """The chain rule multiplied out in the chosen type."""
    scenario = visit.scenario
    return explicit_chain(
        scenario.logits,
        scenario.effective_targets,
        dtype=visit.settings["dtype"],
        temperature=scenario.temperature,
    )


def _compare(visit: Visit) -> View:
    compared = comparison(visit.scenario)
    return _view("compare", charts.comparisons(visit, compared), 2, 176, comparison=compared)


def _breaks(visit: Visit) -> View:
    first = {f"first_breaks_{dtype}": first_breaks(dtype) for dtype in DTYPES}
    return _view("breaks", charts.breaks(visit), 2, 170, comparison=comparison(visit.scenario), **first)


def _errors(visit: Visit) -> View:
    compared, dtype = comparison(visit.scenario), visit.settings["dtype"]
    drawn = charts.errors(visit, compared, dtype)
    return _view("errors", drawn, 2, 300, comparison=compared, gap_sweep=gap_sweep(dtype))


def _chain(visit: Visit) -> View:
    worked = chain(visit)
    compared = comparison(visit.scenario)
    return _view("chain", charts.chain(visit, worked), 3, 190, comparison=compared, explicit_chain=worked)


def _clipping(visit: Visit) -> View:
    compared, clipped = comparison(visit.scenario), clipping_curves(float(visit.settings["clip"]))
    drawn = charts.clipping(visit, compared, clipped)
    return _view("clipping", drawn, 2, 240, comparison=compared, clipping_curves=clipped)


def _view(topic: str, drawn: list[Chart], columns: int, height: int, **results: object) -> View:
    board = Board(key=board_key(topic), charts=tuple(drawn), columns=columns, height=height)
    return View((board,), results=results)


_TOPICS: Mapping[str, Callable[[Visit], View]] = {
    "compare": _compare,
    "breaks": _breaks,
    "errors": _errors,
    "chain": _chain,
    "clipping": _clipping,
}
