import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from ce_viz.core.inspection.calibration import fit_temperature
from ce_viz.core.inspection.vector_scaling import PENALTY, fit_vector_scaling

RNG = np.random.default_rng(81)


def sample(rows: int, classes: int):
    """Logits that are twice too large, with labels drawn after other weights and biases."""
    logits = 2 * RNG.normal(size=(rows, classes)) + RNG.normal(size=classes)
    scaled = logits * RNG.uniform(0.3, 0.7, classes) + RNG.normal(size=classes)
    return logits, (scaled + RNG.gumbel(size=(rows, classes))).argmax(axis=1)


STATE = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _same_draws_whatever_ran_before():
    RNG.bit_generator.state = STATE


def penalised(logits, targets, temperature, weights, biases):
    """The objective as the docstring states it."""
    scaled = logits * weights + biases
    near = logits / temperature
    spread = np.abs(logits - logits.mean(axis=0)).mean(axis=0)
    change = ((weights - 1 / temperature) * spread) ** 2 + (scaled.mean(axis=0) - near.mean(axis=0)) ** 2
    return -(targets * log_softmax(scaled, axis=1)).sum() + PENALTY / 2 * change.sum()


def scipys(logits, targets, temperature):
    classes = logits.shape[1]

    def objective(point):
        return penalised(logits, targets, temperature, *np.split(point, 2))

    start = np.r_[np.full(classes, 1 / temperature), np.zeros(classes)]
    return minimize(
        objective, start, method="L-BFGS-B", options={"maxfun": 10**6, "ftol": 1e-15, "gtol": 1e-7}
    )


@pytest.mark.parametrize(("rows", "classes"), [(400, 2), (400, 3), (300, 10), (30, 20), (1, 3), (2, 2)])
def test_the_penalised_loss_is_as_small_as_scipy_finds(rows, classes):
    logits, labels = sample(rows, classes)
    targets = np.eye(classes)[labels]
    ours = fit_vector_scaling(logits, labels, temperature=1.7)
    expected = scipys(logits, targets, 1.7)
    assert ours.converged
    assert penalised(logits, targets, 1.7, ours.weights, ours.biases) < expected.fun + 2e-6
    np.testing.assert_allclose(ours.scaled(logits), logits * ours.weights + ours.biases, rtol=1e-12)


def test_of_two_classes_and_many_rows_it_is_logistic_regression_on_both_logits():
    logits, labels = sample(40_000, 2)
    ours = fit_vector_scaling(logits, labels, temperature=fit_temperature(logits, labels).temperature)
    model = LogisticRegression(C=1e9, tol=1e-8, max_iter=1000).fit(logits * [-1, 1], labels)
    np.testing.assert_allclose(ours.weights, model.coef_[0], rtol=2e-3)
    assert ours.biases[1] - ours.biases[0] == pytest.approx(model.intercept_[0], abs=5e-3)


def test_labels_that_temperature_scaling_explains_give_its_weights():
    logits = 3 * RNG.normal(size=(50_000, 4))
    labels = (logits / 2 + RNG.gumbel(size=logits.shape)).argmax(axis=1)
    ours = fit_vector_scaling(logits, labels, temperature=2.0)
    np.testing.assert_allclose(ours.weights, 0.5, rtol=0.05)
    np.testing.assert_allclose(ours.biases, 0, atol=0.08)


def test_separable_labels_and_a_class_without_rows_have_a_finite_minimum():
    logits = 3 * RNG.normal(size=(300, 4))
    logits[:, 3] -= 20
    labels = logits.argmax(axis=1)
    fitted = fit_temperature(logits, labels)
    assert fitted.at_bound == "low"
    for temperature in (fitted.temperature, 1.0):
        ours = fit_vector_scaling(logits, labels, temperature=temperature)
        assert ours.converged
        assert np.isfinite([ours.weights, ours.biases]).all()
        assert (ours.scaled(logits).argmax(axis=1) == labels).mean() > 0.95


def test_a_class_that_is_always_masked_changes_nothing():
    logits, labels = sample(300, 3)
    plain = fit_vector_scaling(logits, labels, temperature=1.5)
    for mask in (-np.inf, -1e9, np.finfo(np.float32).min):
        masked = np.c_[logits, np.full(300, mask)]
        ours = fit_vector_scaling(masked, labels, temperature=1.5)
        np.testing.assert_allclose(ours.weights[:3], plain.weights, rtol=1e-4)
        np.testing.assert_allclose(
            ours.biases[:3] - ours.biases[0], plain.biases - plain.biases[0], atol=1e-3
        )
        assert (ours.scaled(masked)[:, 3] == -np.inf).all()


def test_rows_masked_in_part_are_fitted_without_what_is_masked():
    logits, labels = sample(300, 3)
    hidden = (RNG.uniform(size=logits.shape) < 0.2) & (labels[:, None] != np.arange(3))
    logits[hidden] = -np.inf
    ours = fit_vector_scaling(logits, labels, temperature=1.5)
    far = fit_vector_scaling(np.where(hidden, -1e8, logits), labels, temperature=1.5)
    assert ours.converged
    np.testing.assert_allclose(ours.weights, far.weights, rtol=1e-12)
    shown = np.where(hidden, 0, logits)
    location = shown.sum(axis=0) / (~hidden).sum(axis=0)
    spread = np.where(hidden, 0, np.abs(logits - location)).sum(axis=0) / (~hidden).sum(axis=0)

    def objective(weights, biases):
        scaled = np.where(hidden, -1e4, shown * weights + biases)
        change = ((weights - 1 / 1.5) * spread) ** 2 + (biases + (weights - 1 / 1.5) * location) ** 2
        return -log_softmax(scaled, axis=1)[np.arange(300), labels].sum() + PENALTY / 2 * change.sum()

    least = objective(ours.weights, ours.biases)
    for _ in range(50):
        step = 1e-2 * RNG.normal(size=(2, 3))
        assert objective(ours.weights + step[0], ours.biases + step[1]) > least - 2e-6


def test_one_hot_targets_are_fitted_as_labels_are_and_weights_as_repeated_rows():
    logits, labels = sample(200, 4)
    by_label = fit_vector_scaling(logits, labels, temperature=1.5)
    by_target = fit_vector_scaling(logits, targets=np.eye(4)[labels], temperature=1.5)
    np.testing.assert_allclose(by_target.weights, by_label.weights, rtol=1e-9)
    targets = RNG.dirichlet(np.ones(4), 200) * RNG.uniform(0.5, 2, (200, 1))
    ours = fit_vector_scaling(logits, targets=targets, temperature=1.5)
    expected = scipys(logits, targets, 1.5)
    assert penalised(logits, targets, 1.5, ours.weights, ours.biases) < expected.fun + 2e-6


def test_only_the_chosen_rows_count_and_the_start_does_not():
    logits, labels = sample(400, 4)
    chosen = np.flatnonzero(RNG.uniform(size=400) < 0.6)
    alone = fit_vector_scaling(logits[chosen], labels[chosen], temperature=1.5)
    ours = fit_vector_scaling(logits, labels, temperature=1.5, chosen=chosen)
    np.testing.assert_array_equal(ours.weights, alone.weights)
    elsewhere = fit_vector_scaling(logits, labels, temperature=3.0)
    started = fit_vector_scaling(logits, labels, temperature=1.5, chosen=chosen, start=elsewhere)
    np.testing.assert_allclose(started.weights, alone.weights, atol=1e-3)
    np.testing.assert_allclose(started.biases, alone.biases, atol=3e-3)


def test_the_unit_and_the_origin_of_the_logits_do_not_matter():
    logits, labels = sample(300, 3)
    plain = fit_vector_scaling(logits, labels, temperature=1.5)
    larger = fit_vector_scaling(100 * logits + 1e6, labels, temperature=150.0)
    np.testing.assert_allclose(100 * larger.weights, plain.weights, atol=1e-4)
    np.testing.assert_allclose(
        larger.scaled(100 * logits + 1e6)[:, 1:] - larger.scaled(100 * logits + 1e6)[:, :1],
        plain.scaled(logits)[:, 1:] - plain.scaled(logits)[:, :1],
        atol=1e-2,
    )


@pytest.mark.parametrize(
    "logits", [np.full((3, 2), 7.0), np.array([[1e290, 0.0], [-1e290, 3.0], [0.0, 1e200]])]
)
def test_logits_without_any_spread_or_beyond_measure_are_fitted_without_nan(logits):
    ours = fit_vector_scaling(logits, logits.argmax(axis=1), temperature=1.0)
    assert np.isfinite([ours.weights, ours.biases]).all()


def test_labels_or_targets_are_needed():
    with pytest.raises(ValueError, match="labels or targets"):
        fit_vector_scaling(np.zeros((2, 2)), temperature=1.0)
