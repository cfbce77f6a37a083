"""The programs of a recalibration: they give the loss that the page shows, and find its temperature anew."""

import importlib
import importlib.util

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from ce_viz.core import cross_entropy, softmax
from ce_viz.core.inspection.analysis import analyse
from ce_viz.core.inspection.diagnosis import diagnose
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.takeaway.recalibration import LIBRARIES, snippet, vector_snippet

RNG = np.random.default_rng(31)
LABELS = RNG.integers(0, 4, 400)
LOGITS = 4 * RNG.normal(size=(400, 4)) + 3 * np.eye(4)[LABELS]
MASKED = np.where((RNG.uniform(size=(400, 4)) < 0.2) & (np.eye(4)[LABELS] == 0), -np.inf, LOGITS)


def fitted(logits, labels=LABELS, targets=None):
    return analyse(LogitsTable(logits, None if targets is not None else labels, targets, (), ())).fitted


def run(library, *, logits=LOGITS, labels=LABELS, at_bound=False, **more):
    left = {"logits": logits, "labels": labels, **more}
    found = fitted(LOGITS)
    exec(snippet(library, found.temperature, 400, at_bound=at_bound, probabilities="probs" in more), left)
    return left


def loss(probs, labels=LABELS):
    return -np.log(probs[np.arange(len(labels)), labels]).mean()


def test_numpy_divides_by_the_temperature_that_was_found():
    assert loss(run("numpy")["probs"]) == pytest.approx(fitted(LOGITS).loss, rel=1e-12)


@pytest.mark.parametrize(
    "logits", [LOGITS, MASKED, LOGITS / 50, LOGITS + 1e4], ids=["", "masked", "small", "far"]
)
def test_numpy_finds_the_temperature_of_other_rows(logits):
    anew = run("numpy")["fit_temperature"](logits, LABELS)
    assert anew == pytest.approx(fitted(logits).temperature, rel=1e-6)


def test_numpy_finds_the_temperature_of_target_rows():
    targets = softmax(LOGITS / 3 + RNG.normal(size=LOGITS.shape))
    left = {"logits": LOGITS, "labels": targets}
    exec(snippet("numpy", 1.0, 400, at_bound=True, probabilities=False, soft=True), left)
    assert left["T"] == pytest.approx(fitted(LOGITS, targets=targets).temperature, rel=1e-6)


def test_a_temperature_at_its_bound_is_found_anew_instead_of_taken_over():
    program = run("numpy", at_bound=True)
    assert program["T"] == pytest.approx(fitted(LOGITS).temperature, rel=1e-6)


def test_probabilities_are_turned_into_logits_first():
    left = run("numpy", logits=None, probs=softmax(LOGITS))
    assert loss(left["probs"]) == pytest.approx(fitted(LOGITS).loss, rel=1e-9)


class Model(ClassifierMixin, BaseEstimator):
    """A classifier that is fitted already: its rows are logits."""

    classes_ = np.arange(4)

    def fit(self, *_):
        raise AssertionError("the model stays as it is")

    def decision_function(self, rows):
        return rows

    def predict(self, rows):
        return rows.argmax(axis=1)

    def __sklearn_is_fitted__(self):
        return True


def test_scikit_learn_finds_the_same_temperature():
    left = run("sklearn", model=Model(), X_val=LOGITS, y_val=LABELS, X_new=LOGITS)
    assert left["T"] == pytest.approx(fitted(LOGITS).temperature, rel=1e-4)
    assert loss(left["probs"]) == pytest.approx(fitted(LOGITS).loss, rel=1e-6)


def test_vector_scaling_gives_the_loss_of_its_weights_and_biases():
    table = LogitsTable(LOGITS, LABELS, None, (), ())
    scaling = diagnose(table, analyse(table)).recalibration.vector.fitted
    for probabilities, given in ((False, {"logits": LOGITS}), (True, {"probs": softmax(LOGITS)})):
        left = dict(given)
        exec(vector_snippet(scaling, probabilities=probabilities), left)
        if not probabilities:
            expected = cross_entropy(scaling.scaled(LOGITS), np.eye(4)[LABELS]).mean()
            assert loss(left["probs"]) == pytest.approx(expected, rel=1e-12)
        assert left["probs"].sum(axis=1) == pytest.approx(1)


@pytest.mark.parametrize("library", [name for name in ("numpy", "torch") if importlib.util.find_spec(name)])
def test_a_library_that_is_there_finds_the_same_temperature(library):
    array = importlib.import_module("torch").tensor if library == "torch" else np.asarray
    left = run(library, logits=array(LOGITS), labels=array(LABELS), at_bound=True)
    assert left["T"] == pytest.approx(fitted(LOGITS).temperature, rel=1e-5)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("at_bound", [False, True])
@pytest.mark.parametrize("probabilities", [False, True])
def test_a_program_is_python(library, at_bound, probabilities):
    compile(snippet(library, 2.0, 5, at_bound=at_bound, probabilities=probabilities), library, "exec")
