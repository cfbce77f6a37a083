"""What a classifier under training makes of single images, and which it misreads worst."""

from dataclasses import dataclass

import numpy as np

from ce_viz.core.arrays import Array, all_read_only, read_only
from ce_viz.core.batches import cross_entropy_value_and_grad
from ce_viz.core.softmax import softmax
from ce_viz.core.studies.training import (
    LabelledImages,
    TrainingData,
    TrainingState,
    classify,
    loss_and_logits_grad,
    soft_targets,
)


@dataclass(frozen=True, slots=True, eq=False)
class ClassifiedImage:
    """One image x put through ``o = W x + b``: read-only float64 arrays, K classes."""

    number: int  # place of the image in the whole collection, from 0
    held_out: bool  # whether it is a test image, never learned from
    pixels: Array  # (height, width), ink in [0, 1]
    label: int  # the digit that was meant
    predicted: int  # class of the largest probability, the first of a tie
    logits: Array  # (K,), o
    probs: Array  # (K,), S
    targets: Array  # (K,), y, smoothed as in training
    probs_minus_targets: Array  # (K,), S - y
    logits_grad: Array  # (K,), dL/do of the loss in training; equals S - y for cross-entropy
    weights_grad: Array  # (K, height, width), dL/dW = (dL/do) x^T
    loss: float  # the loss in training


@dataclass(frozen=True, slots=True, eq=False)
class Mistake:
    """A test image read as something else: read-only arrays."""

    number: int  # place of the image in the whole collection, from 0
    pixels: Array  # (height, width), ink in [0, 1]
    label: int
    predicted: int
    logits: Array  # (K,)
    label_prob: float  # the probability left for the right answer
    loss: float  # -log of it, in nats, whichever loss is trained


def classify_image(data: TrainingData, state: TrainingState, number: int) -> ClassifiedImage:
    """Put image ``number`` of the collection, counted from 0, through the classifier."""
    for images in (data.train, data.test):
        found = np.flatnonzero(images.numbers == number)
        if found.size:
            return _classify(data, state, images, int(found[0]))
    count = len(data.train.labels) + len(data.test.labels)
    raise ValueError(f"number must be in [0, {count - 1}], got {number}")


def worst_mistakes(data: TrainingData, state: TrainingState, most: int) -> tuple[Mistake, ...]:
    """The ``most`` misread test images that leave the least probability for the right answer, worst first."""
    images = data.test
    logits = read_only(classify(state, images))  # (N, K)
    predicted = logits.argmax(axis=1)  # (N,)
    wrong = np.flatnonzero(predicted != images.labels)
    losses, _ = cross_entropy_value_and_grad(logits[wrong], images.labels[wrong], reduction="none")
    # Stable, so that a tie (all of them before the first step) keeps the collection's order.
    worst_first = np.argsort(-losses, kind="stable")[:most]
    return tuple(
        Mistake(
            number=int(images.numbers[row]),
            pixels=images.inputs[row].reshape(data.image_shape),
            label=int(images.labels[row]),
            predicted=int(predicted[row]),
            logits=logits[row],
            label_prob=float(np.exp(-loss)),
            loss=float(loss),
        )
        for row, loss in zip(wrong[worst_first], losses[worst_first], strict=True)
    )


def _classify(data: TrainingData, state: TrainingState, images: LabelledImages, row: int) -> ClassifiedImage:
    inputs = images.inputs[row]  # (D,)
    label = int(images.labels[row])
    logits = state.weights @ inputs + state.bias  # (K,)
    probs = np.asarray(softmax(logits))
    targets = soft_targets(label, data.num_classes, state.settings)
    loss, grad = loss_and_logits_grad(state.settings.loss, logits[None], targets[None])
    arrays = all_read_only(
        pixels=inputs.reshape(data.image_shape),
        logits=logits,
        probs=probs,
        targets=targets,
        probs_minus_targets=probs - targets,
        logits_grad=grad[0],
        weights_grad=np.multiply.outer(grad[0], inputs).reshape(-1, *data.image_shape),
    )
    return ClassifiedImage(
        number=int(images.numbers[row]),
        held_out=images is data.test,
        label=label,
        predicted=int(logits.argmax()),
        loss=float(loss[0]),
        **arrays,
    )
