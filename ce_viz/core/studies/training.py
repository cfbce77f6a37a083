"""A linear softmax classifier ``o = W x + b`` trained by the gradient ``dL/dW = (S - y) x^T``, in slices.

A run is a pure function of its settings and the number of steps: batches are drawn from (seed, epoch) and
not from a generator that lives on. So a run may be cut into slices anywhere, taken up again elsewhere, and
replayed to the last bit: ``train(data, train(data, state, a), b)`` equals ``train(data, state, a + b)``.
"""

from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from ce_viz.core.arrays import Array, Indices, Mask, all_read_only, read_only
from ce_viz.core.batches import cross_entropy_value_and_grad
from ce_viz.core.labels import label_indices, smooth_labels
from ce_viz.core.scenario import LABEL_SMOOTHING_RANGE, ScenarioError

LOSSES = ("cross_entropy", "squared_error")
LEARNING_RATE_RANGE = (0.001, 10.0)
BATCH_SIZE_RANGE = (1, 256)
SEED_RANGE = (0, 9999)
INITIAL_LEAD_RANGE = (0.0, 20.0)
MAX_STEPS = 1000
EVALUATE_EVERY = 10
TEST_EVERY = 4

# Rows of a matrix product at a time. Larger products are spread over threads by the BLAS, and threads that
# wait for each other on a busy server took up to seven times as long as one thread alone.
_BLOCK = 256


@dataclass(frozen=True, slots=True)
class TrainingSettings:
    """What a person chose for a run; raises `ScenarioError` where a value breaks its rule."""

    loss: str = "cross_entropy"  # one of LOSSES
    learning_rate: float = 0.5  # eta in W <- W - eta dL/dW
    batch_size: int = 32  # images per step
    label_smoothing: float = 0.0  # epsilon
    seed: int = 0  # order of the images
    initial_lead: float = 0.0  # b_0 at the start: how far class 0 leads before anything is learned

    def __post_init__(self) -> None:
        if self.loss not in LOSSES:
            options = ", ".join(LOSSES)
            raise ScenarioError("loss", self.loss, "choice", f"must be one of {LOSSES}", options=options)
        _check("learning_rate", self.learning_rate, LEARNING_RATE_RANGE)
        _check("batch_size", self.batch_size, BATCH_SIZE_RANGE, whole=True)
        _check("label_smoothing", self.label_smoothing, LABEL_SMOOTHING_RANGE)
        _check("seed", self.seed, SEED_RANGE, whole=True)
        _check("initial_lead", self.initial_lead, INITIAL_LEAD_RANGE)


@dataclass(frozen=True, slots=True, eq=False)
class LabelledImages:
    """N flattened images with D pixels each."""

    inputs: Array  # (N, D), ink in [0, 1]
    labels: Indices  # (N,), 0..K-1
    numbers: Indices  # (N,), place of each image in the whole collection, from 0


@dataclass(frozen=True, slots=True, eq=False)
class TrainingData:
    """Images to learn from and images never learned from."""

    train: LabelledImages
    test: LabelledImages
    num_classes: int  # K
    image_shape: tuple[int, int]  # (height, width), D = height * width


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How the classifier does after ``step`` steps, over all images."""

    step: int
    train_loss: float  # mean of the loss that is descended, smoothing included
    test_loss: float
    train_accuracy: float  # share in [0, 1]
    test_accuracy: float
    gradient_norm: float  # mean over the training images of the length of dL/do


@dataclass(frozen=True, slots=True, eq=False)
class TrainingState:
    """A run after ``step`` steps: read-only arrays, never changed, only replaced."""

    settings: TrainingSettings
    step: int
    weights: Array  # (K, D)
    bias: Array  # (K,)
    history: tuple[Evaluation, ...]  # at steps 0, EVALUATE_EVERY, 2 EVALUATE_EVERY, …

    @property
    def finished(self) -> bool:
        """Whether all `MAX_STEPS` steps are done."""
        return self.step >= MAX_STEPS


def split_images(images: ArrayLike, labels: ArrayLike, *, full_ink: float = 16.0) -> TrainingData:
    """Every fourth image is for testing, the others for training; ink is scaled to [0, 1].

    The rule needs no random numbers, so the split is the same everywhere. The collection does not say who
    wrote what: the test images are unseen images, not unseen hands.

    Args:
      images: Ink, shape ``(N, height, width)``.
      labels: Class of each image, shape ``(N,)``, 0..K-1.
      full_ink: The value of a fully inked pixel.
    """
    pixels = np.asarray(images, dtype=np.float64) / full_ink
    num_classes = int(np.max(labels)) + 1
    classes = label_indices("labels", labels, num_classes)
    numbers = np.arange(len(classes), dtype=np.intp)
    held_out = numbers % TEST_EVERY == TEST_EVERY - 1

    def subset(chosen: Mask) -> LabelledImages:
        inputs = pixels[chosen].reshape(int(chosen.sum()), -1)
        return LabelledImages(**all_read_only(inputs=inputs, labels=classes[chosen], numbers=numbers[chosen]))

    height, width = pixels.shape[1:]
    return TrainingData(subset(~held_out), subset(held_out), num_classes, (height, width))


def start_training(data: TrainingData, settings: TrainingSettings) -> TrainingState:
    """The run before its first step: W = 0 and b = 0, but for the lead given to class 0.

    Zero weights are a fair start for a linear softmax: every class sees its own images, so nothing keeps the
    rows of W equal.
    """
    bias = np.zeros(data.num_classes)
    bias[0] = settings.initial_lead
    weights = np.zeros((data.num_classes, data.train.inputs.shape[1]))
    state = TrainingState(settings, 0, read_only(weights), read_only(bias), ())
    return replace(state, history=(evaluate(data, state),))


def train(data: TrainingData, state: TrainingState, steps: int) -> TrainingState:
    """The run ``steps`` steps later, but never beyond `MAX_STEPS`; the given state stays as it is."""
    end = min(state.step + steps, MAX_STEPS)
    weights, bias, history = state.weights.copy(), state.bias.copy(), state.history
    rate = state.settings.learning_rate
    for step in range(state.step, end):
        weights_grad, bias_grad = _batch_grad(data, state.settings, step, weights, bias)
        weights -= rate * weights_grad
        bias -= rate * bias_grad
        if (step + 1) % EVALUATE_EVERY == 0:
            now = TrainingState(state.settings, step + 1, weights, bias, history)
            history = (*history, evaluate(data, now))
    return TrainingState(state.settings, end, read_only(weights), read_only(bias), history)


def evaluate(data: TrainingData, state: TrainingState) -> Evaluation:
    """How the classifier does now, over all training and all test images."""
    train_loss, train_accuracy, gradient_norm = _averages(data, state, data.train)
    test_loss, test_accuracy, _ = _averages(data, state, data.test)
    return Evaluation(state.step, train_loss, test_loss, train_accuracy, test_accuracy, gradient_norm)


def classify(state: TrainingState, images: LabelledImages) -> Array:
    """The logits ``W x + b`` of every image, shape ``(N, K)``."""
    starts = range(0, len(images.inputs), _BLOCK)
    return np.concatenate(
        [_linear(images.inputs[at : at + _BLOCK], state.weights, state.bias) for at in starts]
    )


def next_weights_grad(data: TrainingData, state: TrainingState) -> Array:
    """dL/dW of the batch that the next step will take, as pictures: shape ``(K, height, width)``."""
    grad, _ = _batch_grad(data, state.settings, state.step, state.weights, state.bias)
    return read_only(grad.reshape(-1, *data.image_shape))


def batch_indices(count: int, settings: TrainingSettings, step: int) -> Indices:
    """Which of ``count`` training images step number ``step`` (from 0) learns from.

    Each epoch goes through the images in an order of its own and leaves out the last, incomplete batch.
    """
    size = min(settings.batch_size, count)
    epoch, batch = divmod(step, count // size)
    return _order(count, settings.seed, epoch)[batch * size : (batch + 1) * size]


@lru_cache(maxsize=32)
def _order(count: int, seed: int, epoch: int) -> Indices:
    return read_only(np.random.default_rng([seed, epoch]).permutation(count))


def soft_targets(labels: ArrayLike, num_classes: int, settings: TrainingSettings) -> Array:
    """The targets y: one-hot labels, smoothed as the settings say, ``labels.shape + (K,)``."""
    targets: Array = _targets_by_class(num_classes, settings.label_smoothing)[np.asarray(labels)]
    return targets


@lru_cache(maxsize=32)
def _targets_by_class(num_classes: int, label_smoothing: float) -> Array:
    """Row k is the target of label k, (K, K)."""
    return read_only(np.asarray(smooth_labels(np.eye(num_classes), label_smoothing)))


def loss_and_logits_grad(loss: str, logits: Array, targets: Array) -> tuple[Array, Array]:
    """Per image the loss, ``(N,)``, and its gradient by the logits, ``(N, K)``; targets sum to 1.

    Cross-entropy gives S - y. Squared error, half of ``sum((S - y)^2)``, gives S - y times the Jacobian of the
    softmax, and that is where it can vanish. Both rest on the batch path: training needs speed, not last bits.
    """
    losses, errors = cross_entropy_value_and_grad(logits, targets, reduction="none")  # (N,), S - y
    if loss == "cross_entropy":
        return np.asarray(losses, dtype=np.float64), np.asarray(errors, dtype=np.float64)
    probs = errors + targets
    mean_errors = (probs * errors).sum(axis=1, keepdims=True)  # (N, 1)
    return 0.5 * (errors**2).sum(axis=1), probs * (errors - mean_errors)


def _linear(inputs: Array, weights: Array, bias: Array) -> Array:
    logits: Array = inputs @ weights.T + bias
    return logits


def _batch_grad(
    data: TrainingData, settings: TrainingSettings, step: int, weights: Array, bias: Array
) -> tuple[Array, Array]:
    chosen = batch_indices(len(data.train.labels), settings, step)
    inputs = data.train.inputs[chosen]  # (B, D)
    targets = soft_targets(data.train.labels[chosen], data.num_classes, settings)  # (B, K)
    _, logits_grad = loss_and_logits_grad(settings.loss, _linear(inputs, weights, bias), targets)  # (B, K)
    return logits_grad.T @ inputs / len(chosen), logits_grad.mean(axis=0)  # (K, D), (K,)


def _averages(data: TrainingData, state: TrainingState, images: LabelledImages) -> tuple[float, float, float]:
    """Mean loss, accuracy and mean length of dL/do."""
    logits = classify(state, images)  # (N, K)
    targets = soft_targets(images.labels, data.num_classes, state.settings)
    losses, grad = loss_and_logits_grad(state.settings.loss, logits, targets)
    accuracy = (logits.argmax(axis=1) == images.labels).mean()
    return float(losses.mean()), float(accuracy), float(np.sqrt((grad**2).sum(axis=1)).mean())


def _check(field: str, value: object, limits: tuple[float, float], *, whole: bool = False) -> None:
    low, high = limits
    kinds = (int,) if whole else (int, float)
    if not isinstance(value, kinds) or isinstance(value, bool) or not low <= value <= high:
        what = "a whole number in" if whole else "in"
        words = f"must be {what} [{low:g}, {high:g}]"
        raise ScenarioError(field, value, "range", words, low=f"{low:g}", high=f"{high:g}")
