"""The numbers: softmax, cross-entropy, their derivatives and what follows from them.

NumPy and the standard library only; nothing here knows of figures, pages or words.

The mathematics, exported here for everybody:

softmax, losses, entropies   probabilities, cross-entropy, squared error, entropy, and their derivatives
linear, labels, descent      one layer further up; targets from class numbers, smoothed, rescaled; gradient steps
batches                      loss and gradient of large batches, the fast variant
scenario, explanation        what a person set, checked once; explain() works out every array the pages show
_*                           double-double and decimal arithmetic, and each formula written once for both

What single pages ask, imported by them:

derivation, landmarks        what stands between the lines of the proof; logits worth visiting
comparison, race, optimum    cross-entropy beside squared error; where a label's loss ends
precision, exact, explicit_chain, clipping   what floating point makes of four ways to write the formulas
pitfalls/                    the rounds of Pitfalls
training, classified         the classifier of handwritten digits, and what it makes of single images
reading/, soundness, rowwise, findings, remedies   a file of logits and labels, and what is wrong with it
metrics, calibration, analysis, opened_row, samples   how good and how honest a model is, and its rows
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
