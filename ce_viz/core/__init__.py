"""The numbers: softmax, cross-entropy, their derivatives and what follows from them.

NumPy and the standard library only; nothing here knows of figures, pages or words.

softmax      probabilities, log-probabilities, the Jacobian and its products with a vector
losses       cross-entropy and squared error: values and gradients by the logits
entropies    entropy and Kullback-Leibler divergence
linear       one layer further up: gradients of the weights that made the logits
labels       targets from class numbers, smoothed, rescaled
descent      gradient descent on the logits
batches      loss and gradient of large batches, the fast variant
scenario     Scenario: what a person set, checked once
explanation  explain(scenario) -> Explanation: every array the pages show
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
