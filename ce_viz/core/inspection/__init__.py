"""A model's logits and labels: read from files, judged, and worked out; `inspect_files` does all of it.

inspect                              inspect_files: files in, figures or questions out
reading/                             files, and what each column and array of them is for
soundness, findings, remedies        what is wrong with a table, and what may be done about it
metrics, calibration, analysis       how good and how honest a model is
diagnosis                            what takes longer: recalibration, vector_scaling, corp, smooth_ece, classwise,
                                     risk_coverage, intervals
compared, pairing                    two models on the same rows
opened_row, samples, rowwise         one row for Explore; tables to look at; reductions of long tables
"""

from ce_viz.core.inspection.inspect import CHECKS, Inspection, inspect_files
from ce_viz.core.inspection.reading.plan import REASONS, ROLES, Item, Option, Question

__all__ = ["CHECKS", "REASONS", "ROLES", "Inspection", "Item", "Option", "Question", "inspect_files"]
