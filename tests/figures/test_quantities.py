"""The figures that pages share draw what the core says, and Plotly takes them as they are."""

import math
import re

import numpy as np
import plotly.graph_objects as go
import pytest

from ce_viz.core import Scenario, explain
from ce_viz.figures import quantities, style
from ce_viz.strings.numbers import number
from tests.figures.colours import colours
from tests.for_each import for_each

NAMES = ("cat", "dog", "owl")
BARS = ["logits", "probs", "targets", "loss", "probs_grad", "logits_grad"]
MATRICES = ["jacobian", "chain_rule"]
SCENARIOS = {
    "default": Scenario(),
    "two classes": Scenario((1.0, -1.0)),
    "soft, not one": Scenario(targets=(0.7, 0.7, 0.1), mode="soft"),
    "masked": Scenario((1.0, -math.inf, 2.0)),
    "infinite loss": Scenario((1.0, -math.inf, 2.0), label=1),
    "huge": Scenario((1000.0, 0.0, -1000.0)),
    "no weight": Scenario(targets=(0.0, 0.0, 0.0), mode="soft"),
    "eight classes": Scenario(tuple(range(8))),
    "hundred classes": Scenario(tuple(float(k % 7) for k in range(100)), temperature=0.05),
}


def draw(name: str, scenario: Scenario) -> dict:
    explanation = explain(scenario)
    names = (
        NAMES if explanation.num_classes == 3 else tuple(str(k + 1) for k in range(explanation.num_classes))
    )
    function = getattr(quantities, name)
    return function(explanation) if name in MATRICES else function(explanation, names)


def bar_values(figure: dict) -> list[float]:
    """What the bars stand for: one that fills the axis to its end is infinite."""
    low, high = figure["layout"]["yaxis"]["range"]
    ends = {end: math.copysign(math.inf, end) for end in (low, high) if end}
    drawn = (math.nan if value is None else value for value in figure["data"][0]["y"])
    return [ends.get(value, value) for value in drawn]


@for_each("scenario", SCENARIOS.values(), ids=SCENARIOS)
@pytest.mark.parametrize("name", BARS + MATRICES)
def test_plotly_accepts_the_figure(name, scenario):
    go.Figure(draw(name, scenario))


@for_each("scenario", SCENARIOS.values(), ids=SCENARIOS)
@pytest.mark.parametrize("name", BARS + MATRICES)
def test_figure_holds_only_colours_that_have_a_dark_twin(name, scenario):
    assert colours(draw(name, scenario)) <= set(style.DARK)


@pytest.mark.parametrize("name", BARS)
def test_bars_are_the_explanations_values(name):
    explanation = explain(Scenario())
    field = {"loss": "loss_terms"}.get(name, name)
    assert draw(name, Scenario())["data"][0]["y"][:3] == pytest.approx(getattr(explanation, field), rel=1e-5)


def test_last_loss_bar_is_the_total():
    assert draw("loss", Scenario())["data"][0]["y"][3] == pytest.approx(explain(Scenario()).loss, rel=1e-5)


def plain(axis: dict) -> list[str]:
    """The names on an axis without what sets one of them in bold."""
    return [re.sub("</?b[^>]*>", "", text) for text in axis["ticktext"]]


def test_rows_of_the_jacobian_are_outputs_and_row_one_is_on_top():
    scenario = Scenario((1.0, -math.inf, 2.0))
    figure = draw("jacobian", scenario)
    assert np.allclose(figure["data"][0]["z"], explain(scenario).jacobian, rtol=1e-5)
    assert plain(figure["layout"]["yaxis"]) == ["S₁", "S₂", "S₃"]
    assert plain(figure["layout"]["xaxis"]) == ["o₁", "o₂", "o₃"]
    low, high = figure["layout"]["yaxis"]["range"]
    assert low > high
    assert figure["layout"]["xaxis"]["side"] == "top"


def test_last_row_of_the_terms_is_the_gradient():
    scenario = SCENARIOS["soft, not one"]
    assert draw("chain_rule", scenario)["data"][0]["z"][3] == pytest.approx(
        explain(scenario).logits_grad, rel=1e-5
    )


def test_terms_put_the_target_of_row_i_on_row_i():
    rows = draw("chain_rule", Scenario(label=1))["data"][0]["z"]
    assert any(rows[1])
    assert not any(rows[0])


def test_mark_beside_the_gradient_is_s_minus_y():
    scenario = SCENARIOS["soft, not one"]
    explanation, marks = explain(scenario), draw("logits_grad", scenario)["data"][1]
    heights = [start for start, end in lines(marks)[::2] if start == end]
    assert heights == pytest.approx(explanation.probs_minus_targets, rel=1e-5)
    assert heights != pytest.approx(explanation.logits_grad, rel=1e-5)


@pytest.mark.parametrize("name", ["probs_beside_targets", "logits_grad"])
@for_each("seed", range(20))
def test_no_line_strikes_a_number_through(name, seed):
    rng = np.random.default_rng(seed)
    scenario = Scenario(tuple(rng.normal(0, 2, 3)), tuple(rng.uniform(0, 1, 3)), mode="soft")
    bars, marks = draw(name, scenario)["data"]
    low, high = draw(name, scenario)["layout"]["yaxis"]["range"]
    for k, value in enumerate(bars["y"]):
        inner, mark = marks["x"][6 * k + 3], marks["y"][6 * k + 3]
        beyond = (mark - value) * math.copysign(1, value) / (high - low)
        assert (inner == k) == (not 0 < beyond < 0.14)


@pytest.mark.parametrize("count", [2, 8, 9, 30])
def test_numbers_are_printed_up_to_eight_classes(count):
    scenario = Scenario(tuple(0.1 * k for k in range(count)))
    assert ("text" in draw("jacobian", scenario)["data"][0]) == (count <= 8)


def test_value_axis_moves_in_steps_only():
    ranges = {
        tuple(draw("logits", Scenario((x, 1.0, 0.1)))["layout"]["yaxis"]["range"])
        for x in np.linspace(0, 1.9, 20)
    }
    assert len(ranges) == 1


@pytest.mark.parametrize("name", BARS)
@pytest.mark.parametrize("scenario", ["masked", "infinite loss"])
def test_infinite_bar_fills_the_axis_on_its_side_and_says_so_inside(name, scenario):
    scenario = SCENARIOS[scenario]
    explanation, figure = explain(scenario), draw(name, scenario)
    values = getattr(explanation, {"loss": "loss_terms"}.get(name, name)).tolist()
    trace, (low, high) = figure["data"][0], figure["layout"]["yaxis"]["range"]
    for k, value in enumerate(values):
        if math.isinf(value):
            assert trace["y"][k] == (high if value > 0 else low) != 0
            assert (trace["text"][k], trace["textposition"][k]) == (number(value), "inside")
            assert trace["insidetextfont"] == {"color": style.CARD}  # dark on light bars in the dark theme
        else:
            assert low < trace["y"][k] < high or trace["y"][k] == low == 0
    assert bar_values(figure)[: len(values)] == pytest.approx(values, rel=1e-5)


def test_infinite_bars_of_the_infinite_loss_are_there_to_be_seen():
    scenario = SCENARIOS["infinite loss"]
    for name, infinite in {"logits": [1], "loss": [1, 3], "probs_grad": [1]}.items():
        shown = bar_values(draw(name, scenario))
        assert [k for k, value in enumerate(shown) if math.isinf(value)] == infinite


@pytest.mark.parametrize(
    ("logits", "label", "texts"),
    [
        ((0.0, 1.0, 2.0, 3.0, -4.0, 5.0, -6.0), 1, ["0.00", "4.19", *["0.00"] * 5, "4.19"]),
        ((1e4, -1e4), 1, ["0.00", "20000.00", "20000.00"]),
        ((1000.0, 0.0, -1000.0), 1, ["0.00", "1000.00", "0.00", "1000.00"]),
    ],
)
def test_numbers_of_the_loss_have_the_decimals_that_do_not_run_into_each_other(logits, label, texts):
    assert draw("loss", Scenario(logits, label=label))["data"][0]["text"] == texts


def test_numbers_on_either_side_of_the_axis_do_not_count_as_neighbours():
    signed = Scenario((1.0, -2.5, 3.0, -4.0, 5.0, -6.0, 7.0, -8.0))
    assert draw("logits", signed)["data"][0]["text"][1] == "−2.500"


@pytest.mark.parametrize("count", [2, 8, 9, 30, 100])
def test_the_row_of_sums_is_named_below_the_last_class(count):
    figure = quantities.chain_rule(explain(Scenario(tuple(float(k % 7) for k in range(count)))))
    ticks = figure["layout"]["yaxis"]
    assert (ticks["tickvals"][-1], ticks["ticktext"][-1]) == (count, "Σ")
    assert len(set(ticks["tickvals"])) == len(ticks["tickvals"]) == len(ticks["ticktext"]) <= 10


def test_names_leave_room_for_the_bar_of_the_total():
    explanation, names = explain(Scenario()), ("golden retriever", "mountain dog", "owl")
    assert plain(quantities.probs(explanation, names)["layout"]["xaxis"]) == [
        "golden r…",
        "mountain…",
        "owl",
    ]
    assert plain(quantities.loss(explanation, names)["layout"]["xaxis"]) == ["golde…", "mount…", "owl", "L"]


def test_names_are_text_to_plotly():
    explanation = explain(Scenario())
    ticks = quantities.probs(explanation, ("<b>x</b>", "a&b", "y"))["layout"]["xaxis"]
    assert plain(ticks) == ["&lt;b&gt;x&lt;/b&gt;", "a&amp;b", "y"]


def test_loss_curve_holds_every_step():
    figure = quantities.loss_curve([3.0, 2.0, 1.0])
    assert figure["data"][0]["y"] == [3.0, 2.0, 1.0, *[None] * 8]
    go.Figure(figure)


def bold(axis: dict) -> dict[float, str]:
    """What is set in bold on an axis: place and text."""
    ticks = zip(axis["tickvals"], axis["ticktext"], strict=True)
    return {at: re.sub("<[^>]*>", "", text) for at, text in ticks if text.startswith("<b")}


@pytest.mark.parametrize("name", BARS)
@pytest.mark.parametrize(("count", "text"), [(3, "dog"), (9, "2"), (100, "2")])
def test_the_true_class_and_no_other_is_bold(name, count, text):
    axis = draw(name, Scenario(tuple(float(k % 7) for k in range(count))))["layout"]["xaxis"]
    assert bold(axis) == {1: text}
    assert sorted(axis["tickvals"]) == axis["tickvals"]


@pytest.mark.parametrize("name", MATRICES)
def test_the_true_class_is_bold_beside_its_row_and_above_its_column(name):
    layout = draw(name, Scenario())["layout"]
    assert (bold(layout["yaxis"]), bold(layout["xaxis"])) == ({1: "S₂"}, {1: "o₂"})


def test_a_label_of_ones_own_weights_names_no_true_class():
    assert bold(draw("probs", Scenario(mode="soft"))["layout"]["xaxis"]) == {}


def lines(trace: dict) -> list[tuple[float, float]]:
    """Both heights of each line of a trace."""
    ys = trace["y"]
    return [(ys[at], ys[at + 1]) for at in range(0, len(ys), 3)]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_the_label_lies_across_the_softmax_and_is_seen(scenario):
    explanation = explain(scenario)
    figure = draw("probs_beside_targets", scenario)
    go.Figure(figure)
    assert lines(figure["data"][1])[::2] == [(y, y) for y in explanation.targets.tolist()]
    low, high = figure["layout"]["yaxis"]["range"]
    assert low <= 0 <= max(1, *explanation.targets) <= high


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=SCENARIOS)
def test_an_arrow_goes_from_the_line_to_the_bar_and_nothing_else_is_seen(scenario):
    explanation = explain(scenario)
    drawn = quantities.with_arrows(draw("probs_beside_targets", scenario), explanation)
    go.Figure(drawn)
    up, up_heads, down, down_heads = drawn["data"][2:]
    gaps = explanation.probs_minus_targets.tolist()
    for k, gap in enumerate(gaps):
        rising, falling = lines(up)[k], lines(down)[k]
        seen = [span for span in (rising, falling) if span[0] >= 0]
        assert len(seen) == (gap != 0)
        if gap:
            (start, end) = seen[0]
            assert end - start == pytest.approx(gap, abs=1e-5)
            assert (up_heads if gap > 0 else down_heads)["y"][k] == end


def test_the_gradient_can_be_drawn_without_what_it_should_be():
    explanation = explain(Scenario())
    assert len(quantities.logits_grad(explanation, NAMES, marks=False)["data"]) == 1


@pytest.mark.parametrize(("lowest", "tick"), [(-0.9, "−0.5"), (-5800.0, "−4000"), (-11600.0, "−0.5×10⁴")])
def test_a_value_axis_has_room_for_its_longest_number(lowest, tick):
    left = style.bars([lowest, 0.0], ("cat", "dog"), colour=style.PROBS, limits=(lowest, 0.0))["layout"][
        "margin"
    ]["l"]
    small = sum(sign in "⁰¹²³⁴⁵⁶⁷⁸⁹" for sign in tick)
    assert left >= 7 * (len(tick) - small) + 5 * small + 3  # pixels of DejaVu Sans, wide as faces go, at 11
