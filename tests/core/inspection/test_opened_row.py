import math

import numpy as np
import pytest

from ce_viz.core import Scenario, explain
from ce_viz.core.inspection.opened_row import open_row
from ce_viz.core.inspection.reading import LogitsTable

RNG = np.random.default_rng(4)


def table(logits, labels=None, targets=None) -> LogitsTable:
    labels = None if labels is None else np.array(labels)
    return LogitsTable(np.array(logits), labels, targets, (), ())


def test_a_row_keeps_its_logits_and_label():
    opened = open_row(table([[1, 2], [0.25, -3.5]], [0, 1]), 1)
    assert (opened.logits, opened.label, opened.targets, opened.classes, opened.shift) == (
        (0.25, -3.5),
        1,
        (),
        (0, 1),
        0.0,
    )


def test_a_row_keeps_its_targets():
    targets = np.array([[0.25, 0.7, 0.05]])
    opened = open_row(table([[1, 2, 3]], targets=targets), 0)
    assert (opened.targets, opened.label) == ((0.25, 0.7, 0.05), 1)
    assert targets.tolist() == [[0.25, 0.7, 0.05]]


@pytest.mark.parametrize("classes", [2, 10, 100, 1000])
@pytest.mark.parametrize("scale", [1e-3, 1.0, 100.0])
def test_explore_takes_every_row_and_shows_its_loss(classes, scale):
    logits = scale * RNG.normal(size=(5, classes))
    labels = RNG.integers(0, classes, 5)
    for row in range(5):
        opened = open_row(table(logits, labels), row)
        assert opened.classes[opened.label] == labels[row]
        shown = explain(Scenario(logits=opened.logits, label=opened.label))
        kept = logits[row, list(opened.classes)]
        exact = math.log(np.exp(kept - kept.max()).sum()) + kept.max() - logits[row, labels[row]]
        # Six digits of the largest logit: it and the label's may each be off by half of the last one.
        last_digit = 10.0 ** (math.floor(math.log10(np.abs(kept).max())) - 5)
        assert shown.loss == pytest.approx(exact, rel=1e-9, abs=last_digit)


def test_of_many_classes_the_label_and_the_largest_logits_stay():
    logits = np.arange(300.0)[None, :]
    opened = open_row(table(logits, [5]), 0)
    assert opened.classes == (5, *range(201, 300))
    assert opened.label == 0


def test_logits_beyond_the_limit_are_shifted_which_softmax_does_not_see():
    opened = open_row(table([[50_001.5, 50_000.0, 0.0, -np.inf]], [1]), 0)
    assert opened.logits == (0.0, -1.5, -10_000.0, -math.inf)
    assert opened.shift == 50_001.5
    Scenario(logits=opened.logits, label=opened.label)
