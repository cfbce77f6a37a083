"""The loss in its parts, smoothing and temperature: what is drawn is what was computed."""

import math

import numpy as np
import plotly.graph_objects as go
import pytest

from ce_viz.core import Scenario, explain
from ce_viz.core.studies.optimum import smoothing_curves, temperature_sweep
from ce_viz.pages.why import label_figures as why_label

NAMES = ("one-hot", "smoothed")
AXES = {"lead_axis": "lead", "steps_axis": "steps", "temperature_axis": "T", "here": "here"}
SCENARIOS = [
    Scenario(),
    Scenario(logits=(1000.0, 0.0), label=1, temperature=0.05),
    Scenario(logits=(1.0, -math.inf, 0.5), label=0, mode="smoothed", label_smoothing=0.0),
    Scenario(logits=(2.0, 1.0, 0.1), targets=(0.7, 0.7, 0.1), mode="soft", temperature=20.0),
    Scenario(logits=tuple(float(k % 7) for k in range(100)), label=3),
]


def sweep(scenario):
    return temperature_sweep(scenario, (0.05, 20.0))


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_plotly_takes_every_chart(scenario):
    explanation = explain(scenario)
    names = [str(k) for k in range(explanation.num_classes)]
    go.Figure(why_label.label_and_model(explanation, names))
    go.Figure(why_label.temperature_probs(sweep(scenario), explanation, 0, names, AXES))
    go.Figure(why_label.temperature_gradient(sweep(scenario), explanation, ("a", "b"), AXES))


@pytest.mark.parametrize("label_smoothing", [0.0, 0.1, 1.0])
@pytest.mark.parametrize("temperature", [0.05, 1.0, 20.0])
def test_plotly_takes_the_smoothing_charts(label_smoothing, temperature):
    smoothing = smoothing_curves(3, label_smoothing, temperature=temperature)
    go.Figure(why_label.smoothing_losses(smoothing, NAMES, AXES))
    go.Figure(why_label.smoothing_run(smoothing, NAMES, AXES))


def test_label_and_model_stand_side_by_side():
    explanation = explain(Scenario(mode="smoothed"))
    figure = why_label.label_and_model(explanation, ("a", "b", "c"))
    assert figure["layout"]["barmode"] == "group"
    np.testing.assert_allclose(figure["data"][0]["y"], explanation.targets, rtol=1e-5)
    np.testing.assert_allclose(figure["data"][1]["y"], explanation.probs, rtol=1e-5)


def test_the_entropys_bar_lies_on_the_losss_and_the_numbers_are_written_beside():
    figure = why_label.loss_parts([("now", 0.291, 1.123), ("best", 0.291, 0.0)])
    assert figure["layout"]["barmode"] == "overlay"
    losses, entropies = (trace["y"] for trace in figure["data"][:2])
    assert losses == pytest.approx([1.414, 0.0])
    assert entropies == pytest.approx([0.291, 0.291])
    texts = [text for trace in figure["data"][2:] for text in trace["text"]]
    assert texts == ["L = 1.414", "L = 0.291", " H(y) = 0.291", " KL = 1.123", " H(y) = 0.291"]


def test_without_the_model_only_the_label_is_drawn():
    explanation = explain(Scenario(mode="smoothed"))
    figure = why_label.label_and_model(explanation, ("a", "b", "c"), with_model=False)
    assert [trace["name"] for trace in figure["data"]] == ["y"]


def test_names_of_slivers_do_not_lie_on_each_other():
    figure = why_label.loss_parts([("now", 0.001, 1.0), ("best", 0.001, 0.0)])
    heights = figure["data"][-1]["y"]
    assert abs(heights[1] - heights[0]) > 0.05


def test_optimum_is_marked_where_the_smoothed_loss_is_lowest():
    smoothing = smoothing_curves(3, 0.1)
    dot = why_label.smoothing_losses(smoothing, NAMES, AXES)["data"][-1]
    assert (dot["x"][0], dot["y"][0]) == pytest.approx(
        (smoothing.optimal_lead, smoothing.lowest_loss), rel=1e-5
    )


def test_without_smoothing_no_optimum_is_marked():
    smoothing = smoothing_curves(3, 0.0)
    assert len(why_label.smoothing_losses(smoothing, NAMES, AXES)["data"]) == 2  # the two curves
    assert why_label.smoothing_run(smoothing, NAMES, AXES)["layout"]["shapes"] == []


def test_run_has_a_log_axis_of_steps():
    axis = why_label.smoothing_run(smoothing_curves(3, 0.1), NAMES, AXES)["layout"]["xaxis"]
    assert (axis["type"], axis["range"]) == ("log", [0.0, 3.0])


def test_with_many_classes_only_the_strongest_have_lines():
    scenario = SCENARIOS[-1]
    names = [str(k) for k in range(100)]
    figure = why_label.temperature_probs(sweep(scenario), explain(scenario), 3, names, AXES)
    assert figure["data"][0]["name"] == "3"
    assert sum("name" in trace for trace in figure["data"]) == why_label.LINES


def test_temperature_dots_lie_on_their_curves():
    scenario = Scenario(temperature=2.0)
    explanation, curve = explain(scenario), sweep(scenario)
    gradient, error, *_, above, below = why_label.temperature_gradient(curve, explanation, ("a", "b"), AXES)[
        "data"
    ]
    for trace, dot in zip((gradient, error), (above, below), strict=True):
        assert dot["y"][0] == pytest.approx(np.interp(2.0, trace["x"], trace["y"]), rel=0.01)


def test_current_temperature_is_marked():
    scenario = Scenario(temperature=2.0)
    figure = why_label.temperature_gradient(sweep(scenario), explain(scenario), ("a", "b"), AXES)
    assert [trace["x"] for trace in figure["data"] if trace.get("text") == ["here"]] == [[2.0]]


def test_value_axis_of_the_gradient_holds_and_changes_in_powers_of_ten():
    scenarios = [Scenario(logits=(lead, 1.0, 0.0), label=1) for lead in (2.0, 2.1)]
    axes = [
        why_label.temperature_gradient(sweep(scenario), explain(scenario), ("a", "b"), AXES)["layout"][
            "yaxis"
        ]
        for scenario in scenarios
    ]
    assert axes[0] == axes[1]
