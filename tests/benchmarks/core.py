"""Loss and gradient of a batch against the usual ways to get them, on one processor, with the worst error of each."""

from __future__ import annotations

import importlib
import importlib.util
import os
from collections.abc import Callable
from typing import Any

import mpmath
import numpy as np
from scipy import special

from ce_viz.core import Scenario, cross_entropy_value_and_grad, explain, softmax_jacobian
from tests.benchmarks.tables import interleaved, milliseconds, show

SHAPES = ((256, 1000), (4096, 1000), (512, 50257))
SECONDS = 0.5
"""For each shape and type."""

Array = Any
Result = tuple[float, Array]
_DIGITS = 40
_CHECKED = 2  # rows whose exact gradient is worked out
_LEAD = 30.0  # of the label's logit in the first of them: where 1 − S cancels


def main() -> None:
    """Print the tables."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # one processor for everybody
    rows = [row for dtype in (np.float64, np.float32) for shape in SHAPES for row in _batch(shape, dtype)]
    heads = ("logits", "way", "time", "to copying", "to ours", "worst error of ∂L/∂o")
    show("Loss and gradient of a batch, one processor", heads, rows)
    _small()


def _batch(shape: tuple[int, int], dtype: type[np.floating]) -> list[list[str]]:
    rng = np.random.default_rng(0)
    logits = (3 * rng.standard_normal(shape)).astype(dtype)
    labels = rng.integers(0, shape[1], shape[0])
    logits[0, labels[0]] = logits[0].max() + _LEAD
    out = np.empty_like(logits)
    ways: dict[str, Callable[[], Result]] = {
        "**ce_viz**": lambda: cross_entropy_value_and_grad(logits, labels, out=out),
        "NumPy, textbook": lambda: _textbook(logits, labels),
        "SciPy softmax and log_softmax": lambda: _scipy(logits, labels),
    }
    if importlib.util.find_spec("torch"):
        ways["PyTorch"] = _torch(logits, labels)
    if importlib.util.find_spec("jax"):
        ways["JAX, compiled"] = _jax(logits, labels)
    errors = {name: _worst_error(np.asarray(way()[1]), logits, labels) for name, way in ways.items()}
    alone = {"SciPy softmax alone": lambda: special.softmax(logits, axis=-1)}
    copying = {"copying the logits": lambda: np.copyto(out, logits)}
    times = interleaved({**ways, **alone, **copying}, seconds=SECONDS)
    name = f"{shape[0]} × {shape[1]}, {np.dtype(dtype)}"
    return [
        [
            name,
            way,
            milliseconds(time),
            f"{time / times['copying the logits']:.1f}",
            f"{time / times['**ce_viz**']:.2f}",
            f"{errors[way]:,.2g} ULP" if way in errors else "",
        ]
        for way, time in times.items()
    ]


def _textbook(logits: Array, labels: Array) -> Result:
    rows = np.arange(len(labels))
    probs = np.exp(logits - logits.max(axis=1, keepdims=True))
    probs /= probs.sum(axis=1, keepdims=True)
    loss = -np.log(probs[rows, labels]).mean()
    probs[rows, labels] -= 1
    probs /= len(labels)
    return loss, probs


def _scipy(logits: Array, labels: Array) -> Result:
    rows = np.arange(len(labels))
    loss = -special.log_softmax(logits, axis=1)[rows, labels].mean()
    probs = special.softmax(logits, axis=1)
    probs[rows, labels] -= 1
    probs /= len(labels)
    return loss, probs


def _torch(logits: Array, labels: Array) -> Callable[[], Result]:
    torch = importlib.import_module("torch")
    torch.set_num_threads(1)
    given, target = torch.from_numpy(logits).requires_grad_(), torch.from_numpy(labels)

    def run() -> Result:
        given.grad = None
        loss = torch.nn.functional.cross_entropy(given, target)
        loss.backward()
        return loss.item(), given.grad

    return run


def _jax(logits: Array, labels: Array) -> Callable[[], Result]:
    jax = importlib.import_module("jax")
    jax.config.update("jax_enable_x64", True)

    def loss(given: Array, target: Array) -> Array:
        chosen = jax.nn.log_softmax(given)[jax.numpy.arange(len(target)), target]
        return -chosen.mean()

    both, given, target = (
        jax.jit(jax.value_and_grad(loss)),
        jax.numpy.asarray(logits),
        jax.numpy.asarray(labels),
    )
    return lambda: jax.block_until_ready(both(given, target))


def _worst_error(grad: Array, logits: Array, labels: Array) -> float:
    """The worst error of the first rows' gradient, in spacings of the type's numbers there."""
    worst = 0.0
    with mpmath.workdps(_DIGITS):
        for row in range(_CHECKED):
            weights = [mpmath.exp(mpmath.mpf(float(logit))) for logit in logits[row]]
            total, label = mpmath.fsum(weights), labels[row]
            for k, weight in enumerate(weights):
                others = mpmath.fsum([*weights[:k], *weights[k + 1 :]]) if k == label else None
                exact = (weight / total if others is None else -others / total) / len(labels)
                spacing = np.spacing(np.abs(logits.dtype.type(float(exact))))
                worst = max(worst, abs(float((mpmath.mpf(float(grad[row, k])) - exact) / float(spacing))))
    return worst


def _small() -> None:
    """What one change of a visitor asks of the core."""
    rng = np.random.default_rng(1)
    logits = 3 * rng.standard_normal(1000)
    scenarios = {
        count: Scenario(tuple(logits[:count].tolist()), (1 / count,) * count, label=1)
        for count in (3, 10, 100)
    }
    times = interleaved(
        {
            **{
                f"`explain`, K = {count}": lambda each=each: explain(each)
                for count, each in scenarios.items()
            },
            "`softmax_jacobian`, K = 1000": lambda: softmax_jacobian(logits),
            "the same by `diag(S) − S Sᵀ` in NumPy": lambda: _plain_jacobian(logits),
        },
        seconds=SECONDS,
    )
    show("One scenario", ("what", "time"), [(name, milliseconds(time)) for name, time in times.items()])


def _plain_jacobian(logits: Array) -> Array:
    probs = special.softmax(logits)
    return np.diag(probs) - np.outer(probs, probs)
