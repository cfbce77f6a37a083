"""Train's figures as cards: titles, formulas, hints and text alternatives around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ce_viz.core.studies.classified import ClassifiedImage, Mistake
from ce_viz.core.studies.training import LOSSES, Evaluation, TrainingData, TrainingState, next_weights_grad
from ce_viz.figures.style import Figure
from ce_viz.figures.tiles import Picture
from ce_viz.live import Chart
from ce_viz.pages.train import figures
from ce_viz.strings import Words
from ce_viz.strings.numbers import number

_IMAGE_GRADIENT_LIMIT = 1.0  # |S − y| and ink are at most 1
_BY_LOGITS = {"cross_entropy": "S − y", "squared_error": "J(S−y)"}  # close, so that it fits beside its title
_BECOMES = {"cross_entropy": "=", "squared_error": "→"}  # S − y is the gradient, or J leads there
_MARKED = {"cross_entropy": "", "squared_error": "logits_grad"}  # the hint on marks, where there are any


def run(words: Words, data: TrainingData, state: TrainingState, history: Sequence[Evaluation]) -> list[Chart]:
    """Loss, accuracy, W, and what the next step will do to W; ``history`` ends at this very step."""
    names, now = (words["train_charts.train"], words["train_charts.test"]), history[-1]
    loss = _values(names, (now.train_loss, now.test_loss))
    accuracy = _values(names, (now.train_accuracy, now.test_accuracy))
    accuracies = figures.accuracies(history, names)
    grad = next_weights_grad(data, state).tolist()
    grad_figure = figures.signed_pictures(grad, limit=figures.GRADIENT_LIMIT)
    hint = "loss" if state.settings.loss == "cross_entropy" else "loss_squared"
    return [
        _chart(words, "loss", figures.losses(history, names), "L", loss, hint=hint, span=3),
        _chart(words, "accuracy", accuracies, "", accuracy, hint="accuracy", span=3),
        _weights(words, "weights", data, state),
        _chart(
            words, "weights_grad", grad_figure, "∂L/∂W", _extremes(words, grad), hint="weights_grad", span=4
        ),
    ]


def image(words: Words, picked: ClassifiedImage, loss: str) -> list[Chart]:
    """One image followed through: x → o → S, less y, is ∂L/∂o or leads to it through J; times xᵀ = ∂L/∂W."""
    grad = picked.weights_grad.tolist()
    grad_figure = figures.signed_pictures(grad, limit=_IMAGE_GRADIENT_LIMIT)
    product = "(S − y) x^T" if loss == "cross_entropy" else "J(S − y) x^T"
    return [
        _pixels(words, picked),
        _bars(words, "logits", figures.logits(picked), picked.logits.tolist(), "W x + b", joiner="→"),
        _bars(words, "probs", figures.probs(picked), picked.probs.tolist(), "S", joiner="−"),
        _bars(words, "targets", figures.targets(picked), picked.targets.tolist(), "y", joiner=_BECOMES[loss]),
        _logits_grad(words, "logits_grad", picked, loss, joiner="·xᵀ"),
        _chart(words, "image_grad", grad_figure, product, _extremes(words, grad), hint="image_grad", span=2),
    ]


def gallery(words: Words, worst: Sequence[Mistake]) -> Chart:
    """The worst mistakes; picking one opens Explore."""
    captions = [
        words.fill("train_charts.mistake_readout", label=mistake.label, predicted=mistake.predicted)
        for mistake in worst
    ]
    figure = figures.mistakes(worst, captions)
    return _chart(words, "mistakes", figure, "", "; ".join(captions), hint="mistakes", kind="matrix")


def race(
    words: Words,
    data: TrainingData,
    states: Sequence[TrainingState],
    histories: Sequence[Sequence[Evaluation]],
) -> list[Chart]:
    """Accuracy and gradient of both runs in common charts, W of each beside the other's."""
    names = [words[f"train.{loss}"] for loss in LOSSES]
    shares = _values(names, (history[-1].test_accuracy for history in histories))
    norms = _values(names, (history[-1].gradient_norm for history in histories))
    accuracy = figures.race_accuracies(histories, names)
    gradient = figures.race_gradients(histories, names)
    return [
        _chart(words, "race_accuracy", accuracy, "", shares, hint="race_accuracy", span=3),
        _chart(words, "race_gradient", gradient, "‖∂L/∂o‖", norms, hint="race_gradient", span=3),
        *(
            _weights(words, f"weights_{loss}", data, state)
            for loss, state in zip(LOSSES, states, strict=True)
        ),
    ]


def race_image(words: Words, images: Sequence[ClassifiedImage]) -> list[Chart]:
    """The same image under both classifiers: S, and the gradient that each loss makes of S − y."""
    cards = [_pixels(words, images[0], span=2)]
    for loss, picked in zip(LOSSES, images, strict=True):
        probs = figures.probs(picked)
        cards += [
            _bars(words, f"probs_{loss}", probs, picked.probs.tolist(), "S", joiner="→", span=3),
            _logits_grad(words, f"logits_grad_{loss}", picked, loss, span=3),
        ]
    return cards


def _weights(words: Words, name: str, data: TrainingData, state: TrainingState) -> Chart:
    pictures = state.weights.reshape(-1, *data.image_shape).tolist()
    return _chart(
        words, name, figures.weights(pictures), "W", _extremes(words, pictures), hint="weights", span=4
    )


def _pixels(words: Words, picked: ClassifiedImage, *, span: int = 1) -> Chart:
    meant = words.fill("train_charts.pixels_readout", label=picked.label)
    return _chart(words, "pixels", figures.pixels(picked), "x", meant, joiner="→", span=span)


def _logits_grad(
    words: Words, name: str, picked: ClassifiedImage, loss: str, *, joiner: str = "", span: int = 1
) -> Chart:
    figure, formula, hint = figures.logits_grad(picked), _BY_LOGITS[loss], _MARKED[loss]
    return _bars(
        words, name, figure, picked.logits_grad.tolist(), formula, hint=hint, joiner=joiner, span=span
    )


def _bars(
    words: Words,
    name: str,
    figure: Figure,
    values: Sequence[float],
    formula: str,
    *,
    joiner: str = "",
    span: int = 1,
    hint: str = "",
) -> Chart:
    now = _values(map(str, range(len(values))), values)
    return _chart(words, name, figure, formula, now, kind="bars", joiner=joiner, span=span, hint=hint)


def _chart(
    words: Words,
    name: str,
    figure: Figure,
    formula: str,
    now: str,
    *,
    kind: str = "plain",
    joiner: str = "",
    span: int = 1,
    hint: str = "",
) -> Chart:
    title = words[f"train_charts.{name}"]
    return Chart(
        name=name,
        figure=figure,
        title=title,
        alt=words.fill("charts.bars_readout", title=title, values=now),
        formula=formula,
        hint=words[f"train_charts.{hint}_hint"] if hint else "",
        joiner=joiner,
        span=span,
        kind=kind,
    )


def _values(names: Iterable[str], values: Iterable[float]) -> str:
    return ", ".join(f"{name} {number(value)}" for name, value in zip(names, values, strict=True))


def _extremes(words: Words, pictures: Sequence[Picture]) -> str:
    values = [value for rows in pictures for row in rows for value in row]
    return words.fill(
        "train_charts.extremes_readout", largest=number(max(values)), smallest=number(min(values))
    )
