"""What the classifier makes of single images, and its worst mistakes."""

from __future__ import annotations

import numpy as np
import pytest

from ce_viz.core import softmax
from ce_viz.core.studies.classified import classify_image, worst_mistakes
from ce_viz.core.studies.training import TrainingSettings, classify, split_images, start_training, train
from ce_viz.data import load_digits


@pytest.fixture(scope="module")
def data():
    digits = load_digits()
    return split_images(digits.images, digits.labels)


@pytest.fixture(scope="module")
def trained(data):
    return train(data, start_training(data, TrainingSettings()), 200)


@pytest.mark.parametrize("number", [0, 3, 1796])
def test_classified_image_shows_the_image_of_that_number(data, trained, number):
    image = classify_image(data, trained, number)
    np.testing.assert_array_equal(image.pixels * 16, load_digits().images[number])
    assert image.label == load_digits().labels[number]


def test_classified_image_says_which_images_were_held_out(data, trained):
    assert [classify_image(data, trained, number).held_out for number in range(4)] == [
        False,
        False,
        False,
        True,
    ]


def test_classified_image_has_the_logits_of_the_classifier(data, trained):
    np.testing.assert_allclose(
        classify_image(data, trained, 7).logits, classify(trained, data.test)[1], atol=1e-13
    )


def test_weights_gradient_is_s_minus_y_times_x(data, trained):
    image = classify_image(data, trained, 3)
    expected = np.einsum("k,hw->khw", softmax(image.logits) - np.eye(10)[image.label], image.pixels)
    np.testing.assert_allclose(image.weights_grad, expected, atol=1e-15)


def test_cross_entropy_gradient_by_the_logits_is_s_minus_y(data, trained):
    image = classify_image(data, trained, 3)
    np.testing.assert_allclose(image.logits_grad, image.probs_minus_targets, atol=1e-15)


def test_squared_error_gradient_by_the_logits_is_not_s_minus_y(data):
    start = start_training(data, TrainingSettings(loss="squared_error", initial_lead=10.0))
    image = classify_image(data, start, 3)
    assert np.abs(image.probs_minus_targets).max() > 0.99
    assert np.abs(image.logits_grad).max() < 1e-3


def test_classified_image_is_smoothed_as_the_training_is(data):
    start = start_training(data, TrainingSettings(label_smoothing=0.2))
    assert classify_image(data, start, 0).targets[0] == pytest.approx(0.82)


@pytest.mark.parametrize("number", [-1, 1797])
def test_number_outside_the_collection_is_refused(data, trained, number):
    with pytest.raises(ValueError, match="number must be in"):
        classify_image(data, trained, number)


def test_classified_image_cannot_be_written_to(data, trained):
    with pytest.raises(ValueError, match="read-only"):
        classify_image(data, trained, 3).weights_grad[0, 0, 0] = 1.0


def test_mistakes_are_test_images_read_as_another_digit(data, trained):
    for mistake in worst_mistakes(data, trained, 8):
        image = classify_image(data, trained, mistake.number)
        assert image.held_out
        assert (mistake.label, mistake.predicted) == (image.label, image.predicted)
        assert mistake.label != mistake.predicted


def test_mistakes_come_worst_first(data, trained):
    losses = [mistake.loss for mistake in worst_mistakes(data, trained, 20)]
    assert losses == sorted(losses, reverse=True)


def test_no_other_misread_test_image_is_worse(data, trained):
    logits = classify(trained, data.test)
    probs = softmax(logits)[np.arange(len(logits)), data.test.labels]
    wrong = logits.argmax(axis=1) != data.test.labels
    worst = worst_mistakes(data, trained, 5)
    np.testing.assert_allclose([m.label_prob for m in worst], np.sort(probs[wrong])[:5], rtol=1e-12)


def test_all_mistakes_are_as_many_as_the_accuracy_says(data, trained):
    wrong = len(worst_mistakes(data, trained, 1000))
    assert 1 - wrong / len(data.test.labels) == pytest.approx(trained.history[-1].test_accuracy)


def test_loss_of_a_mistake_is_minus_log_of_the_right_answers_probability(data, trained):
    mistake = worst_mistakes(data, trained, 1)[0]
    assert mistake.loss == pytest.approx(-np.log(softmax(mistake.logits)[mistake.label]))
