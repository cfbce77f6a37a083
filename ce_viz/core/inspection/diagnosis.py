"""The figures of a table of logits that take longer than `analysis`, computed after it."""

from dataclasses import dataclass

from ce_viz.core.inspection.analysis import Analysis, chosen_rows
from ce_viz.core.inspection.calibration import Reliability, equal_mass_reliability
from ce_viz.core.inspection.classwise import classwise_ece, error_probs
from ce_viz.core.inspection.corp import Corp, corp
from ce_viz.core.inspection.metrics import Floats
from ce_viz.core.inspection.progress import sub_progress
from ce_viz.core.inspection.reading import LogitsTable, Progress
from ce_viz.core.inspection.recalibration import Recalibration, recalibrate
from ce_viz.core.inspection.records import FrozenArrays
from ce_viz.core.inspection.risk_coverage import RiskCoverage, risk_coverage
from ce_viz.core.inspection.smooth_ece import SmoothEce, smooth_ece
from ce_viz.core.inspection.soundness import usable_rows


@dataclass(frozen=True, eq=False, slots=True)
class Diagnosis(FrozenArrays):
    """How far the confidences of N rows of K classes can be trusted. Shares are from 0 to 1, losses in nats."""

    equal_mass: Reliability  # at most 15 bins of about N/15 rows each
    classwise_ece: Floats  # (K,) of each class against the rest; their mean is the classwise ECE
    corp: Corp  # the diagram without bins, and the parts of the Brier score and of the log score
    smooth_ece: SmoothEce
    risk_coverage: RiskCoverage
    recalibration: Recalibration | None  # None of a single row

    @property
    def mean_classwise_ece(self) -> float:
        return float(self.classwise_ece.mean())


def diagnose(table: LogitsTable, analysis: Analysis, progress: Progress | None = None) -> Diagnosis:
    """Compute what takes longer than the analysis.

    Confidence is the probability of the predicted class, and a row counts as right where that class is the
    label, or the class with most weight where the truth is a target row.

    Args:
      table: The table that was analysed, as it was.
      analysis: Its analysis.
      progress: Called with the share of the work done, rising to 1.

    Raises:
      ValueError: The analysis is of other rows than the table has.
    """
    usable = usable_rows(table)
    if int(usable.sum()) != len(analysis.rows):
        raise ValueError(
            f"analysis must be of the table's {usable.sum()} usable rows, got {len(analysis.rows)}"
        )
    logits, labels, targets = chosen_rows(table, usable)
    scores = analysis.scores
    confidence, correct = scores.confidence, scores.correct
    by_class = classwise_ece(logits, scores.label, progress=sub_progress(progress, 0.0, 0.1))
    recalibration = recalibrate(
        logits, labels, targets, scores, analysis.fitted, progress=sub_progress(progress, 0.1, 0.95)
    )
    found = Diagnosis(
        equal_mass=equal_mass_reliability(confidence, correct),
        classwise_ece=by_class,
        corp=corp(confidence, correct, error_probs(logits)),
        smooth_ece=smooth_ece(confidence, correct),
        risk_coverage=risk_coverage(confidence, correct),
        recalibration=recalibration,
    )
    if progress:
        progress(1.0)
    return found
