"""The numbers: softmax, cross-entropy, their derivatives and what follows from them.

This folder holds the mathematics for programs; everything in `__all__` is its public interface.

softmax, losses, entropies   probabilities, cross-entropy, squared error, entropy, and their derivatives
linear, labels, descent      the layer below the logits; targets from class numbers; gradient steps
batches                      loss and gradient of large batches, the fast variant
scenario, explanation        a visitor's settings, checked once; explain() computes every array the pages show
landmarks                    logits at which something plain to see happens
arrays, once, _inputs        array types; a cache that computes once; checks of arguments

exact/                       how every value is kept within 1 ULP
studies/                     what single pages ask
inspection/                  a model's own logits and labels: reading, judging, measuring them

The core imports NumPy and the standard library, and nothing else of this project. Within it, exact/ imports only
`arrays`; the modules of this folder import exact/ and one another; studies/ imports both; inspection/ may import
all three, and nobody imports it.
"""

from ce_viz.core.batches import cross_entropy_value_and_grad
from ce_viz.core.descent import gradient_descent
from ce_viz.core.entropies import entropy, kl_divergence, softmax_entropy
from ce_viz.core.explanation import Explanation, explain
from ce_viz.core.labels import one_hot, rescale_others, smooth_labels
from ce_viz.core.linear import linear_grad
from ce_viz.core.losses import (
    chain_rule_terms,
    cross_entropy,
    cross_entropy_grad,
    finite_difference_grad,
    probs_grad,
    squared_error,
    squared_error_grad,
)
from ce_viz.core.scenario import Scenario, ScenarioError
from ce_viz.core.softmax import log_softmax, softmax, softmax_jacobian, softmax_jvp, softmax_vjp

__all__ = [
    "Explanation",
    "Scenario",
    "ScenarioError",
    "chain_rule_terms",
    "cross_entropy",
    "cross_entropy_grad",
    "cross_entropy_value_and_grad",
    "entropy",
    "explain",
    "finite_difference_grad",
    "gradient_descent",
    "kl_divergence",
    "linear_grad",
    "log_softmax",
    "one_hot",
    "probs_grad",
    "rescale_others",
    "smooth_labels",
    "softmax",
    "softmax_entropy",
    "softmax_jacobian",
    "softmax_jvp",
    "softmax_vjp",
    "squared_error",
    "squared_error_grad",
]
