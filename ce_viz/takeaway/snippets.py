"""The current settings as programs: each computes ``loss`` and ``grad`` with the means of one library."""

from __future__ import annotations

import math
from collections.abc import Iterable

from ce_viz.core import Scenario

LIBRARIES = {"numpy": "NumPy", "torch": "PyTorch", "jax": "JAX", "tensorflow": "TensorFlow"}
"""Module to import, and how the library is called."""

_NUMPY = """\
import numpy as np

logits = np.array({logits})
targets = np.array({targets})
T = {temperature}

z = (logits - logits.max()) / T
log_probs = z - np.log(np.exp(z).sum())
probs = np.exp(log_probs)
weighted = targets > 0  # 0 * log 0 counts as 0
loss = -(targets[weighted] * log_probs[weighted]).sum()
grad = (probs * targets.sum() - targets) / T
print(loss, grad)
"""

_TORCH = """\
import torch

logits = torch.tensor({logits}, dtype=torch.float64, requires_grad=True)
T = {temperature}

loss = torch.nn.functional.cross_entropy(logits / T, {labels})
loss.backward()
grad = logits.grad
print(loss.item(), grad)
"""

_JAX = """\
import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)
logits = jnp.array({logits})
targets = jnp.array({targets})
T = {temperature}


def cross_entropy(logits):
    log_probs = jax.nn.log_softmax(logits / T)
    return -jnp.sum(targets * jnp.where(targets > 0, log_probs, 0.0))


loss, grad = jax.value_and_grad(cross_entropy)(logits)
print(loss, grad)
"""

_TENSORFLOW = """\
import tensorflow as tf

logits = tf.Variable({logits}, dtype=tf.float64)
targets = tf.constant({targets}, dtype=tf.float64)
T = {temperature}

with tf.GradientTape() as tape:
    loss = tf.nn.softmax_cross_entropy_with_logits(labels=targets, logits=logits / T)
grad = tape.gradient(loss, logits)
print(loss.numpy(), grad.numpy())
"""

_TEMPLATES = {"numpy": _NUMPY, "torch": _TORCH, "jax": _JAX, "tensorflow": _TENSORFLOW}


def snippet(library: str, scenario: Scenario) -> str:
    """The program for ``library``, a key of ``LIBRARIES``; it leaves ``loss`` and ``grad`` behind."""
    return _TEMPLATES[library].format(
        logits=_array(scenario.logits),
        targets=_array(scenario.effective_targets),
        temperature=repr(float(scenario.temperature)),
        labels=_torch_labels(scenario),
    )


def _torch_labels(scenario: Scenario) -> str:
    """PyTorch smooths a class number itself, by the convention used here, and takes soft labels as they are."""
    if scenario.mode == "soft":
        return f"torch.tensor({_array(scenario.targets)}, dtype=torch.float64)"
    smoothing = f", label_smoothing={scenario.label_smoothing!r}" if scenario.mode == "smoothed" else ""
    return f"torch.tensor({scenario.label}){smoothing}"


def _array(values: Iterable[float]) -> str:
    return "[" + ", ".join(repr(value) if math.isfinite(value) else 'float("-inf")' for value in values) + "]"
