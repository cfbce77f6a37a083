"""The drawings of Train: what stands in them is what the classifier has."""

import plotly.graph_objects as go
import pytest

from ce_viz.core.studies.classified import classify_image, worst_mistakes
from ce_viz.core.studies.training import (
    LOSSES,
    MAX_STEPS,
    TrainingSettings,
    next_weights_grad,
    split_images,
    start_training,
    train,
)
from ce_viz.data import load_digits
from ce_viz.figures import style
from ce_viz.pages.train import figures
from ce_viz.pages.train.run import history_until
from tests.figures.colours import colours

DIGITS = load_digits()
DATA = split_images(DIGITS.images, DIGITS.labels)
START = start_training(DATA, TrainingSettings())
TRAINED = train(DATA, START, 60)
NAMES = ("training", "test")


def runs(steps, lead=10.0):
    return [
        train(DATA, start_training(DATA, TrainingSettings(loss=loss, initial_lead=lead)), steps)
        for loss in LOSSES
    ]


def weight_pictures(state):
    return state.weights.reshape(10, 8, 8).tolist()


def all_figures(state):
    image = classify_image(DATA, state, 1611)
    worst = worst_mistakes(DATA, state, 12)
    captions = [f"{mistake.label}" for mistake in worst]
    histories = [run.history for run in runs(20)]
    return {
        "losses": figures.losses(state.history, NAMES),
        "accuracies": figures.accuracies(state.history, NAMES),
        "weights": figures.weights(weight_pictures(state)),
        "weights_grad": figures.signed_pictures(
            next_weights_grad(DATA, state).tolist(), limit=figures.GRADIENT_LIMIT
        ),
        "image_grad": figures.signed_pictures(image.weights_grad.tolist(), limit=1.0),
        "pixels": figures.pixels(image),
        "logits": figures.logits(image),
        "probs": figures.probs(image),
        "targets": figures.targets(image),
        "logits_grad": figures.logits_grad(image),
        "mistakes": figures.mistakes(worst, captions),
        "no_mistakes": figures.mistakes([], []),
        "race_accuracies": figures.race_accuracies(histories, NAMES),
        "race_gradients": figures.race_gradients(histories, NAMES),
    }


@pytest.mark.parametrize("state", [START, TRAINED], ids=["start", "trained"])
@pytest.mark.parametrize("name", all_figures(START))
def test_plotly_takes_every_figure(name, state):
    go.Figure(all_figures(state)[name])


@pytest.mark.parametrize("name", all_figures(START))
def test_every_colour_has_a_twin_in_the_dark_theme(name):
    assert colours(all_figures(TRAINED)[name]) <= set(style.DARK)


def tile(figure, k, columns, trace=0):
    """The k-th picture back out of the common heat map."""
    left, above = k % columns * 9, k // columns * 12
    return [row[left : left + 8] for row in figure["data"][trace]["z"][above : above + 8]]


@pytest.mark.parametrize("k", range(10))
def test_picture_k_shows_row_k_of_the_weights(k):
    figure = figures.weights(weight_pictures(TRAINED))
    limit = figure["data"][0]["zmax"]
    for shown, true in zip(tile(figure, k, 5), weight_pictures(TRAINED)[k], strict=True):
        assert shown == pytest.approx(true, abs=limit / 100)


def test_pictures_have_their_first_row_on_top():
    low, high = figures.weights(weight_pictures(TRAINED))["layout"]["yaxis"]["range"]
    assert low > high


def test_pictures_are_named_by_their_digits():
    figure = figures.weights(weight_pictures(TRAINED))
    assert figure["data"][-1]["text"] == [str(k) for k in range(10)]


def test_pixels_are_square():
    assert figures.pixels(classify_image(DATA, START, 0))["layout"]["yaxis"]["scaleanchor"] == "x"


def test_colours_of_signed_pictures_are_centred_at_zero():
    trace = figures.weights(weight_pictures(TRAINED))["data"][0]
    assert trace["zmin"] == -trace["zmax"]
    assert trace["colorscale"][1] == [0.5, style.CARD]


def test_no_weight_lies_beyond_the_colours():
    largest = max(abs(value) for rows in weight_pictures(TRAINED) for row in rows for value in row)
    assert figures.weights_limit(weight_pictures(TRAINED)) >= largest


def test_colours_of_the_weights_stand_still_while_they_hardly_change():
    near = [train(DATA, TRAINED, steps) for steps in (1, 2, 3)]
    assert len({figures.weights_limit(weight_pictures(state)) for state in near}) == 1


def test_image_shows_its_ink():
    figure = figures.pixels(classify_image(DATA, START, 5))
    assert tile(figure, 0, 1) == (DIGITS.images[5] / 16).round(2).tolist()


def test_bars_hold_the_values_of_the_image():
    image = classify_image(DATA, TRAINED, 1611)
    pairs = {
        "logits": image.logits,
        "probs": image.probs,
        "targets": image.targets,
        "logits_grad": image.logits_grad,
    }
    for name, values in pairs.items():
        assert getattr(figures, name)(image)["data"][0]["y"] == pytest.approx(values.tolist(), rel=1e-5)


def test_bars_name_all_ten_digits():
    axis = figures.probs(classify_image(DATA, START, 0))["layout"]["xaxis"]
    assert axis["ticktext"] == [str(k) for k in range(10)]


def test_mark_beside_the_gradient_is_s_minus_y():
    image = classify_image(DATA, runs(5)[1], 1611)
    marks = figures.logits_grad(image)["data"][1]["y"]
    assert marks == pytest.approx(image.probs_minus_targets.tolist(), rel=1e-5)
    assert max(map(abs, image.logits_grad.tolist())) < 1e-2 < max(map(abs, marks))


def drawn(trace):
    """The values of a curve as far as its run has come."""
    values = [value for value in trace["y"] if value is not None]
    assert trace["y"][: len(values)] == values
    return values


def test_curves_hold_the_history():
    train_curve, test_curve = figures.losses(TRAINED.history, NAMES)["data"]
    assert train_curve["x"][:7] == [0, 10, 20, 30, 40, 50, 60]
    assert drawn(train_curve) == pytest.approx([entry.train_loss for entry in TRAINED.history], rel=1e-5)
    assert drawn(test_curve) == pytest.approx([entry.test_loss for entry in TRAINED.history], rel=1e-5)
    assert (train_curve["name"], test_curve["name"]) == NAMES


def test_a_curve_has_as_many_points_at_every_step():
    lengths = {
        len(trace[axis])
        for steps in (0, 3, 60, MAX_STEPS - 5, MAX_STEPS)
        for trace in figures.losses(history_until(train(DATA, START, steps)), NAMES)["data"]
        for axis in ("x", "y")
    }
    assert lengths == {101}


def test_step_axis_does_not_move():
    for state in (START, TRAINED):
        for name in ("losses", "accuracies"):
            assert getattr(figures, name)(state.history, NAMES)["layout"]["xaxis"]["range"] == [
                0.0,
                MAX_STEPS,
            ]


def test_race_draws_each_runs_gradient_on_a_log_axis():
    histories = [run.history for run in runs(20)]
    figure = figures.race_gradients(histories, NAMES)
    assert figure["layout"]["yaxis"]["type"] == "log"
    for trace, history in zip(figure["data"], histories, strict=True):
        assert drawn(trace) == pytest.approx([entry.gradient_norm for entry in history], rel=1e-5)


@pytest.mark.parametrize("lead", [0.0, 10.0, 20.0])
def test_race_gradients_stay_within_the_axis(lead):
    low, high = figures.race_gradients([run.history for run in runs(0, lead)], NAMES)["layout"]["yaxis"][
        "range"
    ]
    for run in runs(0, lead):
        assert 10**low < run.history[0].gradient_norm < 10**high


@pytest.mark.parametrize("draw", [figures.race_accuracies, figures.race_gradients])
def test_race_names_its_runs_above_the_curves(draw):
    layout = draw([run.history for run in runs(3)], NAMES)["layout"]
    legend = layout["legend"]
    assert (legend["yref"], legend["yanchor"], legend["y"]) == ("container", "top", 1)
    assert layout["margin"]["t"] >= 40


def test_race_accuracies_are_those_on_the_test_images():
    histories = [run.history for run in runs(20)]
    for trace, history in zip(figures.race_accuracies(histories, NAMES)["data"], histories, strict=True):
        assert drawn(trace) == pytest.approx([entry.test_accuracy for entry in history], rel=1e-5)


def test_gallery_has_one_cell_to_pick_for_each_place():
    worst = worst_mistakes(DATA, START, 12)
    cells = figures.mistakes(worst, [str(k) for k in range(12)])["data"][0]
    assert len(cells["z"]) == figures.GALLERY_ROWS
    assert {len(row) for row in cells["z"]} == {figures.GALLERY_COLUMNS}
    assert cells["text"][1][2] == "8"


def test_gallery_shows_each_mistakes_image_in_its_place():
    worst = worst_mistakes(DATA, TRAINED, 12)
    figure = figures.mistakes(worst, [""] * 12)
    for k, mistake in enumerate(worst):
        assert tile(figure, k, 6, trace=1) == mistake.pixels.round(2).tolist()


def test_cell_of_the_gallery_spans_its_picture():
    cells = figures.mistakes(worst_mistakes(DATA, START, 12), ["x"] * 12)["data"][0]
    for column, centre in enumerate(cells["x"]):
        half = (cells["x"][1] - cells["x"][0]) / 2
        assert centre - half <= column * 9
        assert centre + half >= column * 9 + 7


def test_gallery_with_few_mistakes_keeps_the_size_of_its_pictures():
    worst = worst_mistakes(DATA, TRAINED, 12)
    few, many = (figures.mistakes(worst[:n], [""] * n)["layout"] for n in (1, 12))
    assert [few[axis]["range"] for axis in ("xaxis", "yaxis")] == [
        many[axis]["range"] for axis in ("xaxis", "yaxis")
    ]
