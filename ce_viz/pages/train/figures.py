"""The drawings of Train: curves over the steps, a picture for each row of W, and one image followed through."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ce_viz.core.studies.classified import ClassifiedImage, Mistake
from ce_viz.core.studies.training import EVALUATE_EVERY, MAX_STEPS, Evaluation
from ce_viz.figures import quantities, style, tiles
from ce_viz.figures.style import Figure
from ce_viz.figures.tiles import Picture

GRADIENT_LIMIT = 0.1
"""Where the colours of a batch's ∂L/∂W end: fixed, so that a gradient that vanishes looks like one."""

GALLERY_ROWS, GALLERY_COLUMNS = 2, 6
_CLASSES_IN_A_ROW = 5
_MOST_POINTS = MAX_STEPS // EVALUATE_EVERY + 1
_LEGEND_HEIGHT = 42  # pixels that two names take above a drawing
_SAME = 1e-12
_BELOW = 0.05  # of a curve's highest value below 0: else the zeros of both axes lie on each other
_SIGNED = [[0, style.NEGATIVE], [0.5, style.CARD], [1, style.POSITIVE]]
_INK = [[0, style.CARD], [1, style.INK]]
_SHARE = {"tickvals": [0, 0.25, 0.5, 0.75, 1], "ticktext": ["0", "25%", "50%", "75%", "100%"]}
_POWERS = {"tickvals": [1e-9, 1e-6, 1e-3, 1], "ticktext": ["10⁻⁹", "10⁻⁶", "10⁻³", "1"], "type": "log"}


def losses(history: Sequence[Evaluation], names: tuple[str, str]) -> Figure:
    """The loss on training images and, dotted, on test images; ``names`` says so in the legend."""
    train = [entry.train_loss for entry in history]
    test = [entry.test_loss for entry in history]
    highest = style.step_above(max(*train, *test, 0.1))
    figure = _curves(
        history,
        [(names[0], train, style.LOSS, "solid"), (names[1], test, style.LOSS, "dot")],
        {"range": [-_BELOW * highest, highest], "nticks": 5},
    )
    figure["layout"]["legend"] |= {"y": 1, "yanchor": "top"}
    return figure


def accuracies(history: Sequence[Evaluation], names: tuple[str, str]) -> Figure:
    """The share of right answers on training images and, dotted, on test images."""
    train = [entry.train_accuracy for entry in history]
    test = [entry.test_accuracy for entry in history]
    return _curves(
        history,
        [(names[0], train, style.PROBS, "solid"), (names[1], test, style.PROBS, "dot")],
        {"range": [-_BELOW, 1.02], **_SHARE},
    )


def race_accuracies(histories: Sequence[Sequence[Evaluation]], names: Sequence[str]) -> Figure:
    """The share of right answers on test images, cross-entropy solid, squared error dashed."""
    return _race(histories, names, lambda entry: entry.test_accuracy, {"range": [-_BELOW, 1.02], **_SHARE})


def race_gradients(histories: Sequence[Sequence[Evaluation]], names: Sequence[str]) -> Figure:
    """The mean length of ∂L/∂o, log axis: what is left for learning."""
    return _race(histories, names, lambda entry: entry.gradient_norm, {"range": [-9.3, 0.6], **_POWERS})


def weights(pictures: Sequence[Picture]) -> Figure:
    """One picture per class; the colours reach as far as the largest weight, in steps."""
    return signed_pictures(pictures, limit=weights_limit(pictures))


def weights_limit(pictures: Sequence[Picture]) -> float:
    """Where the colours of W end: a round step not below the largest weight."""
    return style.step_above(max(0.5, *(abs(value) for rows in pictures for row in rows for value in row)))


def signed_pictures(pictures: Sequence[Picture], *, limit: float) -> Figure:
    """Ten pictures of signed values, class 0 first, colours centred at 0 and full at ``±limit``."""
    captions = [str(k) for k in range(len(pictures))]
    return tiles.figure(
        pictures, captions, columns=_CLASSES_IN_A_ROW, colours=_SIGNED, limits=(-limit, limit)
    )


def pixels(image: ClassifiedImage) -> Figure:
    """The picked image x, ink on paper."""
    return tiles.figure([image.pixels.tolist()], [""], columns=1, colours=_INK, limits=(0.0, 1.0))


def mistakes(worst: Sequence[Mistake], captions: Sequence[str]) -> Figure:
    """Misread images; cell (i, j) of trace 0 stands for mistake number ``i * GALLERY_COLUMNS + j``."""
    places = GALLERY_ROWS * GALLERY_COLUMNS
    pictures: list[Picture] = [mistake.pixels.tolist() for mistake in worst]
    return tiles.figure(
        pictures[:places],
        captions[:places],
        columns=GALLERY_COLUMNS,
        rows=GALLERY_ROWS,
        colours=_INK,
        limits=(0.0, 1.0),
        pickable=True,
    )


def logits(image: ClassifiedImage) -> Figure:
    """Logits o = W x + b of the picked image."""
    values = image.logits.tolist()
    return _class_bars(values, colour=style.LOGITS, limits=style.value_range([*values, 2.0, -2.0]))


def probs(image: ClassifiedImage) -> Figure:
    """S = softmax(o)."""
    return _class_bars(image.probs.tolist(), colour=style.PROBS, limits=(0.0, 1.05))


def targets(image: ClassifiedImage) -> Figure:
    """y: the meant digit, smoothed as in training."""
    return _class_bars(image.targets.tolist(), colour=style.TARGETS, limits=(0.0, 1.05))


def logits_grad(image: ClassifiedImage) -> Figure:
    """∂L/∂o of the loss in training; where that is not S − y, marks show S − y."""
    values, short_formula = image.logits_grad.tolist(), image.probs_minus_targets.tolist()
    figure = _class_bars(values, colour=style.signed_colours(values), limits=(-1.08, 1.08))
    if any(abs(value - short) > _SAME for value, short in zip(values, short_formula, strict=True)):
        figure["data"].append(
            quantities.class_marks(short_formula, "line-ew-open", style.INK, width=2, size=9)
        )
    return figure


def _class_bars(values: Sequence[float], *, colour: str | list[str], limits: tuple[float, float]) -> Figure:
    """One bar per digit, all ten named; numbers on ten bars would be too small, the page has a table."""
    names = [str(k) for k in range(len(values))]
    figure = style.bars(values, names, colour=colour, limits=limits)
    figure["layout"]["xaxis"] |= {"tickvals": list(range(len(names))), "ticktext": names}
    figure["layout"]["margin"] |= {"l": 26, "r": 2}
    return figure


def _race(
    histories: Sequence[Sequence[Evaluation]],
    names: Sequence[str],
    value: Callable[[Evaluation], float],
    scale: dict[str, object],
) -> Figure:
    looks = ((style.LOSS, "solid"), (style.INK, "dash"))
    curves = [
        (name, [value(entry) for entry in history], *look)
        for name, history, look in zip(names, histories, looks, strict=True)
    ]
    figure = _curves(histories[0], curves, scale)
    # Above the drawing: within it there is no place that no curve comes to in some run.
    figure["layout"]["legend"] |= {"y": 1, "yref": "container", "yanchor": "top", "font": {"size": 11}}
    figure["layout"]["margin"]["t"] = _LEGEND_HEIGHT
    return figure


def _curves(
    history: Sequence[Evaluation],
    curves: Sequence[tuple[str, list[float], str, str]],
    scale: dict[str, object],
) -> Figure:
    """Curves ``(name, values, colour, dash)`` over all the steps of a run, so that the axis stands still.

    Each has as many points at every step, empty where the run has not been yet: the browser can move such a curve
    without drawing the chart again.
    """
    steps = [entry.step for entry in history]
    missing = _MOST_POINTS - len(steps)
    figure = style.line(
        [([*steps, *[MAX_STEPS] * missing], values, colour) for _, values, colour, _ in curves],
        x_range=(0.0, MAX_STEPS),
    )
    for trace, (name, values, colour, dash) in zip(figure["data"], curves, strict=True):
        trace["y"] += [None] * missing
        trace |= {
            "name": name,
            "mode": "lines" if len(values) > 1 else "markers",  # before the first step there is only a point
            "line": {"color": colour, "width": 2, "dash": dash},
            "marker": {"color": colour, "size": 5},
            "cliponaxis": False,
        }
    figure["layout"] |= {
        "showlegend": True,
        "legend": {"x": 1, "xanchor": "right", "y": 0, "yanchor": "bottom", "bgcolor": "rgba(0,0,0,0)"},
    }
    figure["layout"]["margin"] |= {"r": 18}
    figure["layout"]["xaxis"] |= {"tickvals": [0, MAX_STEPS // 2, MAX_STEPS]}
    figure["layout"]["yaxis"] |= scale
    return figure
