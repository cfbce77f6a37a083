import numpy as np
import pytest

from ce_viz.core.inspection.risk_coverage import risk_coverage

RNG = np.random.default_rng(51)


def sample(kind: str):
    if kind == "one row":
        return np.array([0.7]), np.array([False])
    confidence = {
        "random": lambda: RNG.uniform(0.2, 1, 700),
        "ties": lambda: RNG.integers(1, 12, 700) / 11,
        "zero and one": lambda: RNG.choice([0.0, 1.0], 90),
        "all equal": lambda: np.full(90, 0.4),
    }[kind]()
    return confidence, RNG.uniform(size=len(confidence)) < 0.5 + confidence / 2


STATE = RNG.bit_generator.state


@pytest.fixture(autouse=True)
def _same_draws_whatever_ran_before():
    RNG.bit_generator.state = STATE


KINDS = ["random", "ties", "zero and one", "all equal", "one row"]


def by_definition(confidence, correct):
    """(coverage, risk) at every threshold, the highest first, and the risk at each row's own confidence."""
    points = []
    for threshold in sorted(set(confidence.tolist()), reverse=True):
        kept = confidence >= threshold
        points.append((kept.mean(), (~correct[kept]).mean(), threshold))
    own = [(~correct[confidence >= c]).mean() for c in confidence]
    return points, own


@pytest.mark.parametrize("kind", KINDS)
def test_area_is_the_mean_risk_at_the_rows_own_confidence(kind):
    confidence, correct = sample(kind)
    _, own = by_definition(confidence, correct)
    assert risk_coverage(confidence, correct).aurc == pytest.approx(np.mean(own), rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("max_risk", [0.0, 0.05, 0.3, 1.0])
def test_safe_coverage_is_the_largest_with_an_accepted_risk(kind, max_risk):
    confidence, correct = sample(kind)
    safe = [point for point in by_definition(confidence, correct)[0] if point[1] <= max_risk]
    ours = risk_coverage(confidence, correct, max_risk)
    if safe:
        assert ours.safe_coverage == max(safe)[0]
        assert ours.safe_risk == max(safe)[1]
        assert ours.safe_threshold == max(safe)[2]
    else:
        assert ours.safe_coverage == 0
        assert np.isnan(ours.safe_threshold)
        assert np.isnan(ours.safe_risk)


@pytest.mark.parametrize("kind", KINDS)
def test_points_of_the_curve_are_the_definitions(kind):
    confidence, correct = sample(kind)
    points = by_definition(confidence, correct)[0]
    ours = risk_coverage(confidence, correct)
    drawn = list(zip(ours.coverage, ours.risk, ours.threshold, strict=True))
    assert set(drawn) <= set(points)
    assert len(drawn) == len(points) if len(points) <= 20 else 150 < len(drawn) <= 201
    assert drawn[-1] == pytest.approx((1.0, (~correct).mean(), confidence.min()))


def test_without_ties_the_area_is_the_mean_of_the_running_share_of_errors():
    confidence, correct = sample("random")
    errors = np.cumsum(~correct[np.argsort(-confidence)])
    expected = (errors / np.arange(1, 701)).mean()
    assert risk_coverage(confidence, correct).aurc == pytest.approx(expected, rel=1e-12)


def test_the_order_of_tied_rows_does_not_matter():
    confidence, correct = sample("ties")
    order = RNG.permutation(len(correct))
    ours, other = risk_coverage(confidence, correct), risk_coverage(confidence[order], correct[order])
    assert (ours.aurc, ours.safe_coverage) == (other.aurc, other.safe_coverage)
    np.testing.assert_array_equal(ours.risk, other.risk)
