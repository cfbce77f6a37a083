"""Recalibration as programs: the temperature, or the weights and biases, that were found, and how to find them anew."""

from __future__ import annotations

from ce_viz.core.inspection.vector_scaling import VectorScaling

LIBRARIES = {"numpy": "NumPy", "torch": "PyTorch", "sklearn": "scikit-learn"}
"""The programs for a temperature: the module to import, and what it is called."""

_NUMPY = """\
import numpy as np

T = {temperature}  # {about}


def recalibrated(logits, T):
    z = np.asarray(logits, float) / T
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return z / z.sum(axis=1, keepdims=True)


def fit_temperature(logits, labels, low=0.01, high=100.0):
    logits = np.asarray(logits, float)
    gaps = np.maximum(logits - logits.max(axis=1, keepdims=True), -1e100)  # a masked class weighs nothing
    own = {own}
    for _ in range(60):  # halves the range in which the slope of the mean loss changes its sign
        T = (low * high) ** 0.5
        slope = (recalibrated(gaps, T) * gaps).sum(axis=1).mean() - own.mean()
        low, high = (T, high) if slope > 0 else (low, T)
    return T

{start}
probs = recalibrated(logits, T)
"""

_TORCH = """\
import torch

T = {temperature}  # {about}


def fit_temperature(logits, labels):
    logits = logits.double()
    log_T = torch.zeros((), dtype=torch.float64, requires_grad=True)
    optimiser = torch.optim.LBFGS([log_T], lr=0.1, max_iter=200, line_search_fn="strong_wolfe")

    def closure():
        optimiser.zero_grad()
        loss = torch.nn.functional.cross_entropy(logits / log_T.exp(), labels)
        loss.backward()
        return loss

    optimiser.step(closure)
    return log_T.exp().item()

{start}
probs = torch.softmax(logits / T, dim=1)
"""

_SKLEARN = """\
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator

# The model stays as it is; one temperature is fitted to rows that it was not trained on.
calibrated = CalibratedClassifierCV(FrozenEstimator(model), method="temperature")
calibrated.fit(X_val, y_val)

probs = calibrated.predict_proba(X_new)
# On the rows that were looked at here, T was {temperature}: {about}
T = 1 / calibrated.calibrated_classifiers_[0].calibrators[0].beta_
"""

_VECTOR = """\
import numpy as np

weights = np.array({weights})
biases = np.array({biases})


def recalibrated(logits):
    z = np.asarray(logits, float) * weights + biases
    z = np.exp(z - z.max(axis=1, keepdims=True))
    return z / z.sum(axis=1, keepdims=True)


probs = recalibrated(logits)
"""

_TEMPLATES = {"numpy": _NUMPY, "torch": _TORCH, "sklearn": _SKLEARN}
_LOGARITHM = {"numpy": "logits = np.log(probs)", "torch": "logits = torch.log(probs)", "sklearn": ""}
_OWN = "gaps[np.arange(len(gaps)), labels]"
_OWN_SOFT = "(labels * gaps).sum(axis=1)  # rows of targets, each of which sums to 1"
_ANEW = "T = fit_temperature(logits, labels)"


def snippet(
    library: str, temperature: float, rows: int, *, at_bound: bool, probabilities: bool, soft: bool = False
) -> str:
    """The program for ``library``, a key of ``LIBRARIES``.

    Args:
      library: Which.
      temperature: T that was found.
      rows: On how many rows.
      at_bound: Whether T is an end of its range: then the program finds it anew.
      probabilities: Whether probabilities were read, whose logarithms are the logits.
      soft: Whether the truth is rows of targets.
    """
    about = f"the smallest mean loss on {rows} rows"
    if at_bound:
        about = f"the end of the range: {rows} rows could not tell it"
    lines = [_LOGARITHM[library]] if probabilities else []
    lines += [_ANEW] if at_bound else [f"# {_ANEW}  # on other rows"]
    start = "\n" + "\n".join(line for line in lines if line)
    return _TEMPLATES[library].format(
        temperature=repr(temperature), about=about, start=start, own=_OWN_SOFT if soft else _OWN
    )


def vector_snippet(scaling: VectorScaling, *, probabilities: bool) -> str:
    """The NumPy program of vector scaling with its weights and biases."""
    program = _VECTOR.format(weights=repr(scaling.weights.tolist()), biases=repr(scaling.biases.tolist()))
    if probabilities:
        program = program.replace("\n\nprobs = recal", f"\n\n{_LOGARITHM['numpy']}\nprobs = recal")
    return program
