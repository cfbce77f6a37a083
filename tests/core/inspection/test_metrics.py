import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    brier_score_loss,
    log_loss,
    precision_recall_fscore_support,
    top_k_accuracy_score,
)
from sklearn.metrics import (
    confusion_matrix as sklearn_confusion,
)

from ce_viz.core import cross_entropy, cross_entropy_grad, softmax
from ce_viz.core.inspection.metrics import (
    RowScores,
    class_table,
    confused_pairs,
    confusion_matrix,
    histogram,
    label_suspects,
    score_rows,
    top_k_accuracy,
    worst_rows,
)
from ce_viz.core.inspection.rowwise import BLOCK_VALUES

RNG = np.random.default_rng(11)
SHAPES = [(500, 3), (2 * BLOCK_VALUES // 10 + 7, 10), (300, 1000)]


def sample(rows: int, classes: int, kind: type = np.float64):
    labels = RNG.integers(0, classes, rows)
    logits = 3 * RNG.normal(size=(rows, classes)) + 2 * np.eye(classes)[labels]
    return logits.astype(kind), labels


@pytest.fixture(scope="module", params=SHAPES, ids=str)
def scored(request):
    logits, labels = sample(*request.param)
    return logits, labels, softmax(logits), score_rows(logits, labels)


def test_mean_loss_is_scikit_learns_log_loss(scored):
    _, labels, probs, scores = scored
    expected = log_loss(labels, probs, labels=np.arange(probs.shape[1]))
    assert scores.loss.mean() == pytest.approx(expected, rel=1e-12)


def test_brier_score_is_scikit_learns(scored):
    _, labels, probs, scores = scored
    expected = brier_score_loss(labels, probs, labels=np.arange(probs.shape[1]), scale_by_half=False)
    assert scores.brier.mean() == pytest.approx(expected, rel=1e-12)


def test_accuracy_and_top_k_are_scikit_learns(scored):
    logits, labels, _, scores = scored
    assert top_k_accuracy(scores, 1) == accuracy_score(labels, logits.argmax(axis=1))
    classes = np.arange(logits.shape[1])
    for k in (2, 3, 5):
        if k < len(classes):
            assert top_k_accuracy(scores, k) == top_k_accuracy_score(labels, logits, k=k, labels=classes)


def test_confusion_matrix_has_labels_as_rows_as_in_scikit_learn(scored):
    logits, labels, _, scores = scored
    classes = np.arange(logits.shape[1])
    expected = sklearn_confusion(labels, logits.argmax(axis=1), labels=classes)
    np.testing.assert_array_equal(confusion_matrix(scores, len(classes)), expected)
    assert scores.confused(1, 2).sum() == expected[1, 2]


def test_class_table_is_scikit_learns(scored):
    logits, labels, _, scores = scored
    classes = np.arange(logits.shape[1])
    precision, recall, _, support = precision_recall_fscore_support(
        labels, logits.argmax(axis=1), labels=classes, zero_division=np.nan
    )
    ours = class_table(scores, len(classes))
    np.testing.assert_array_equal(ours.support, support)
    np.testing.assert_allclose(ours.precision, precision, rtol=1e-15)
    np.testing.assert_allclose(ours.recall, recall, rtol=1e-15)


def test_mean_losses_of_the_classes_make_up_the_mean_loss(scored):
    _, _, _, scores = scored
    ours = class_table(scores, len(scores.mean_grad))
    there = ours.support > 0
    total = (ours.mean_loss[there] * ours.support[there]).sum() / ours.support.sum()
    assert total == pytest.approx(scores.loss.mean(), rel=1e-12)


def test_rows_are_the_cores_exact_figures(scored):
    logits, labels, probs, scores = scored
    targets = np.eye(logits.shape[1])[labels]
    np.testing.assert_allclose(scores.loss, cross_entropy(logits, targets), rtol=1e-12, atol=1e-15)
    grad = cross_entropy_grad(logits, targets)
    np.testing.assert_allclose(scores.grad_norm, np.linalg.norm(grad, axis=1), rtol=1e-12)
    np.testing.assert_allclose(scores.confidence, probs.max(axis=1), atol=5.1e-13)
    np.testing.assert_allclose(scores.label_prob, probs[np.arange(len(labels)), labels], rtol=1e-12)
    np.testing.assert_allclose(scores.mean_grad, grad.mean(axis=0), rtol=1e-9, atol=1e-14)


def test_mean_gradient_is_mean_probability_less_frequency(scored):
    _, labels, probs, scores = scored
    frequency = np.bincount(labels, minlength=probs.shape[1]) / len(labels)
    np.testing.assert_allclose(scores.mean_grad, probs.mean(axis=0) - frequency, atol=1e-13)


def test_temperature_divides_the_logits_and_the_gradient():
    logits, labels = sample(50, 4)
    scores = score_rows(logits, labels, temperature=2.5)
    targets = np.eye(4)[labels]
    np.testing.assert_allclose(scores.loss, cross_entropy(logits, targets, temperature=2.5), rtol=1e-12)
    grad = cross_entropy_grad(logits, targets, temperature=2.5)
    np.testing.assert_allclose(scores.grad_norm, np.linalg.norm(grad, axis=1), rtol=1e-12)


def test_one_hot_targets_score_as_labels_do():
    logits, labels = sample(200, 5)
    by_label, by_target = score_rows(logits, labels), score_rows(logits, targets=np.eye(5)[labels])
    for name in RowScores.__slots__:
        np.testing.assert_allclose(getattr(by_label, name), getattr(by_target, name), rtol=1e-12, atol=1e-15)


def test_targets_of_any_sum_are_scored_by_the_cores_formula():
    logits, _ = sample(200, 5)
    targets = RNG.uniform(0, 1, (200, 5))
    scores = score_rows(logits, targets=targets)
    np.testing.assert_allclose(scores.loss, cross_entropy(logits, targets), rtol=1e-12)
    grad = cross_entropy_grad(logits, targets)
    np.testing.assert_allclose(scores.grad_norm, np.linalg.norm(grad, axis=1), rtol=1e-9)
    np.testing.assert_allclose(scores.brier, ((softmax(logits) - targets) ** 2).sum(axis=1), rtol=1e-9)
    np.testing.assert_allclose(scores.confidence, softmax(logits).max(axis=1), rtol=1e-9)
    np.testing.assert_array_equal(scores.label, targets.argmax(axis=1))


def test_single_precision_logits_are_scored_in_double_precision():
    logits, labels = sample(200, 5, np.float32)
    np.testing.assert_array_equal(
        score_rows(logits, labels).loss, score_rows(logits.astype(np.float64), labels).loss
    )


def test_masked_classes_are_scored_without_nan():
    logits = np.array([[1.0, -np.inf, 2.0], [-np.inf, 0.0, -np.inf]])
    scores = score_rows(logits, np.array([0, 1]))
    np.testing.assert_allclose(scores.loss, [np.log1p(np.e), 0], rtol=1e-15)
    np.testing.assert_allclose(scores.confidence, [np.e / (1 + np.e), 1], atol=5e-13)


def test_equal_logits_rank_in_class_order():
    scores = score_rows(np.zeros((3, 3)), np.arange(3))
    assert scores.rank.tolist() == [0, 1, 2]
    assert scores.predicted.tolist() == [0, 0, 0]


def test_classes_that_do_not_occur_have_nan_where_nothing_divides():
    ours = class_table(score_rows(np.array([[3.0, 0, 0]]), np.array([1])), 3)
    np.testing.assert_array_equal(ours.recall, [np.nan, 0, np.nan])
    np.testing.assert_array_equal(ours.precision, [0, np.nan, np.nan])


def test_worst_rows_come_in_order_of_loss_then_of_place():
    logits = np.array([[3.0, 0], [0, 3.0], [1.0, 0], [0, 3.0]])
    scores = score_rows(logits, np.zeros(4, int))
    assert worst_rows(scores, 10).tolist() == [1, 3, 2, 0]
    assert worst_rows(scores, 1).tolist() == [1]
    assert worst_rows(scores, 10, ~scores.correct).tolist() == [1, 3]
    assert worst_rows(scores, 5, np.zeros(4, bool)).tolist() == []


def test_wrong_labels_are_suspected_where_the_model_is_surer_than_usual():
    labels = RNG.integers(0, 4, 3000)
    logits = RNG.normal(size=(3000, 4)) + 6 * np.eye(4)[labels]
    flipped = RNG.choice(3000, 90, replace=False)
    labels[flipped] = (labels[flipped] + RNG.integers(1, 4, 90)) % 4
    scores = score_rows(logits, labels)
    suspected = label_suspects(scores, 4)
    usual = [softmax(logits)[labels == k, k].mean() for k in range(4)]
    expected = [
        p != y and s.max() >= usual[p]
        for s, p, y in zip(softmax(logits), scores.predicted, labels, strict=True)
    ]
    np.testing.assert_array_equal(suspected, expected)
    assert suspected[flipped].mean() > 0.6
    assert np.isin(np.flatnonzero(suspected), flipped).mean() > 0.6


def test_nothing_is_suspected_of_a_class_that_is_never_a_label():
    assert not label_suspects(score_rows(np.array([[0.0, 50.0]]), np.array([0])), 2).any()


def test_histogram_is_numpys_with_the_outside_in_the_outer_bins():
    values, edges = RNG.normal(size=1000), np.linspace(-1, 1, 9)
    counts = histogram(values, edges)
    inner = np.histogram(values[(values >= -1) & (values < 1)], edges)[0]
    inner[0] += (values < -1).sum()
    inner[-1] += (values >= 1).sum()
    np.testing.assert_array_equal(counts, inner)


def test_progress_rises_to_one():
    shares: list[float] = []
    logits, labels = sample(2 * BLOCK_VALUES // 10 + 7, 10)
    score_rows(logits, labels, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_labels_or_targets_are_needed():
    with pytest.raises(ValueError, match="labels or targets"):
        score_rows(np.zeros((1, 2)))


@pytest.mark.parametrize("temperature", [0.01, 0.5, 1.0, 100.0])
def test_logits_next_to_the_largest_number_have_scores_at_any_temperature(temperature):
    logits = np.array(
        [[-1e308, 1e308, 0.0], [1e308, 1.5e308, -np.inf], [0.0, 1.0, -1.7e308], [1.0, 2.0, 3.0]]
    )
    labels = np.array([1, 1, 1, 2])
    scores = score_rows(logits, labels, temperature=temperature)
    assert scores.predicted.tolist() == [1, 1, 1, 2]
    np.testing.assert_allclose(scores.confidence[:2], 1)
    plain = score_rows(np.array([[0.0, 1.0, -1e9], [1.0, 2.0, 3.0]]), labels[2:], temperature=temperature)
    np.testing.assert_allclose(scores.loss[2:], plain.loss, rtol=1e-12)


@pytest.mark.parametrize("count", [0, 2, 3, 100])
def test_confused_pairs_come_the_most_frequent_first(count):
    confusion = np.array([[5, 2, 0], [7, 9, 2], [0, 1, 3]])
    assert confused_pairs(confusion, count) == [(1, 0, 7), (0, 1, 2), (1, 2, 2), (2, 1, 1)][:count]


def test_rows_that_are_equally_sure_are_tied_whatever_their_labels_and_the_order_of_their_classes():
    rows = np.array([[0.0, -1.0, 1.0, 1.0], [1.0, 0.0, -1.0, 1.0], [1.0, 1.0, 0.0, -1.0]])
    logits = np.concatenate([rows, rows, np.full((6, 4), 0.3)])
    for labels in (np.arange(12) % 4, np.arange(12) // 3):
        confidence = score_rows(logits, labels).confidence
        assert len(set(confidence[:6].tolist())) == len(set(confidence[6:].tolist())) == 1
