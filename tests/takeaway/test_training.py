"""A training run taken away reads back to the last bit."""

import csv
import io
import json

import numpy as np
import pytest

from ce_viz.core.studies.classified import classify_image
from ce_viz.core.studies.training import (
    LOSSES,
    TrainingSettings,
    next_weights_grad,
    split_images,
    start_training,
    train,
)
from ce_viz.data import load_digits
from ce_viz.takeaway import training

DIGITS = load_digits()
DATA = split_images(DIGITS.images, DIGITS.labels)
RUNS = [
    train(DATA, start_training(DATA, TrainingSettings(loss=loss, initial_lead=10.0)), 20) for loss in LOSSES
]
LINK = "http://x/train?train_step=20"
IMAGE = 1611


def expected(state):
    picked = classify_image(DATA, state, IMAGE)
    return {
        "weights": state.weights.reshape(10, 8, 8),
        "bias": state.bias,
        "next_weights_grad": next_weights_grad(DATA, state),
        "image_logits": picked.logits,
        "image_weights_grad": picked.weights_grad,
        "image_probs_minus_targets": picked.probs_minus_targets,
    }


@pytest.mark.parametrize("run", [0, 1])
def test_json_reads_back_exactly_with_its_shapes(run):
    document = json.loads(training.as_json(DATA, RUNS, IMAGE, LINK))
    assert document["link"] == LINK
    for name, array in expected(RUNS[run]).items():
        given = document["runs"][run]["arrays"][name]
        assert given["shape"] == list(array.shape)
        np.testing.assert_array_equal(given["values"], array)


@pytest.mark.parametrize("run", [0, 1])
def test_json_tells_the_settings_that_replay_the_run(run):
    told = json.loads(training.as_json(DATA, RUNS, IMAGE, LINK))["runs"][run]
    again = train(DATA, start_training(DATA, TrainingSettings(**told["settings"])), told["step"])
    np.testing.assert_array_equal(again.weights, RUNS[run].weights)


@pytest.mark.parametrize("run", [0, 1])
def test_csv_reads_back_exactly(run):
    rows = list(csv.DictReader(io.StringIO(training.as_csv(DATA, RUNS, IMAGE, LINK))))
    for name, array in expected(RUNS[run]).items():
        own = [row for row in rows if (row["loss"], row["array"]) == (LOSSES[run], name)]
        assert [float(row["value"]) for row in own] == array.ravel().tolist()
        last = tuple(int(row) for row in (own[-1]["i"], own[-1]["j"], own[-1]["k"]) if row)
        assert last == tuple(side - 1 for side in array.shape)


def test_csv_holds_the_history_by_step():
    rows = csv.DictReader(io.StringIO(training.as_csv(DATA, RUNS[:1], IMAGE, LINK)))
    told = {int(row["i"]): float(row["value"]) for row in rows if row["array"] == "test_accuracy"}
    assert told == {entry.step: entry.test_accuracy for entry in RUNS[0].history}


def test_csv_carries_the_link_back():
    assert LINK in training.as_csv(DATA, RUNS, IMAGE, LINK)
