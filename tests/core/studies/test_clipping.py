"""-log(S + clip) against the true loss."""

import math

import mpmath
import numpy as np
import pytest

from ce_viz.core.studies.clipping import clipping_curves


@pytest.mark.parametrize("clip", [1e-15, 1e-7, 1e-3])
def test_the_clipped_loss_never_exceeds_minus_log_clip(clip):
    curves = clipping_curves(clip)
    assert curves.clipped_loss.max() <= curves.largest_loss == -math.log(clip)


def test_the_true_loss_grows_with_the_lead():
    curves = clipping_curves(1e-7)
    assert curves.loss[-1] == pytest.approx(curves.gaps[-1])


def test_the_usual_clip_caps_the_loss_at_16_12():
    assert round(clipping_curves(1e-7).largest_loss, 2) == 16.12


def test_the_clipped_gradient_is_the_derivative_of_the_clipped_loss():
    curves = clipping_curves(1e-7)
    with mpmath.workdps(40):
        for gap, grad in zip(curves.gaps[::8], curves.clipped_grad[::8], strict=True):
            # the derivative by the true class's logit is minus that by the lead
            slope = -mpmath.diff(lambda g: -mpmath.log(1 / (1 + mpmath.exp(g)) + mpmath.mpf(1e-7)), gap)
            assert grad == pytest.approx(float(slope), rel=1e-12)


def test_at_the_half_gap_the_clipped_gradient_is_half_the_true_one():
    curves = clipping_curves(1e-7)
    ratio = np.interp(curves.half_gap, curves.gaps, curves.clipped_grad / curves.grad)
    assert ratio == pytest.approx(0.5, abs=0.005)


def test_a_mistake_40_ahead_is_hardly_corrected_once_clipped():
    curves = clipping_curves(1e-7)
    at = int(np.argmin(abs(curves.gaps - 40)))
    assert curves.grad[at] == -1
    assert -1e-9 < curves.clipped_grad[at] < 0


@pytest.mark.parametrize("clip", [0.0, 1.0, -1e-7, math.nan])
def test_a_clip_outside_0_to_1_is_refused(clip):
    with pytest.raises(ValueError, match="clip must be in"):
        clipping_curves(clip)
