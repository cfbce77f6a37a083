"""What to do now, drawn by Streamlit: recalibration as code, and the figures to take along."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.compared import Comparison
from ce_viz.core.inspection.vector_scaling import VectorScaling
from ce_viz.live import View
from ce_viz.pages.frame import files
from ce_viz.pages.frame.addresses import address
from ce_viz.pages.frame.session import Session
from ce_viz.pages.inspect import report
from ce_viz.pages.inspect.work import Choices, Work
from ce_viz.strings import Words
from ce_viz.strings.numbers import number
from ce_viz.takeaway import inspection
from ce_viz.takeaway.recalibration import LIBRARIES, snippet, vector_snippet

_READ_AS_PROBABILITIES = frozenset(("read_probabilities", "read_percentages"))
_MOST_NUMBERS = 200  # of vector scaling that a program holds


def code(words: Words, choices: Choices, work: Work, analysis: Analysis) -> None:
    """The recalibration that was found, as programs."""
    fitted, rows = analysis.fitted, len(analysis.rows)
    st.markdown(f"**{words['inspect.take.code']}**")
    st.caption(
        words["inspect.take.code_bound"]
        if fitted.at_bound
        else words.fill("inspect.take.code_readout", temperature=number(fitted.temperature), rows=f"{rows:,}")
    )
    probabilities = any(finding.code in _READ_AS_PROBABILITIES for finding in work.findings)
    probabilities |= "take_logarithm" in choices.remedies
    names = dict(LIBRARIES)
    vector = _worthwhile(work)
    if vector:
        names["vector"] = words["inspect.diagnosis.vector_scaling"]
    for name, tab in zip(names, st.tabs(list(names.values())), strict=True):
        with tab:
            st.caption(words[f"inspect.take.{name}_note"])
            text = (
                vector_snippet(vector, probabilities=probabilities)
                if name == "vector" and vector
                else snippet(
                    name,
                    fitted.temperature,
                    rows,
                    at_bound=bool(fitted.at_bound),
                    probabilities=probabilities,
                    soft=work.table.targets is not None,
                )
            )
            st.code(text, language="python", height=300)


def export(words: Words, session: Session, work: Work, shown: View, comparison: Comparison | None) -> None:
    """The report as a page of its own, and the figures as CSV and JSON."""
    link = address(session.settings)
    st.markdown(f"**{words['inspect.take.export']}**")
    st.caption(words["inspect.take.export_help"])
    makers: dict[str, Callable[[], str]] = {
        "html": lambda: report.page(words, work, shown, link, comparison),
        "csv": partial(_written, work, inspection.as_csv, link, comparison),
        "json": partial(_written, work, inspection.as_json, link, comparison),
    }
    with st.container(horizontal=True):
        for kind, made in makers.items():
            label = words["inspect.take.report"] if kind == "html" else kind.upper()
            files.offer(label, made, f"logits.{kind}", key=f"inspect_{kind}", icon=":material/download:")


def _written(work: Work, write: Callable[..., str], link: str, comparison: Comparison | None) -> str:
    """The figures as a file; an empty one where they are forgotten."""
    if work.analysis is None:
        return ""
    more = {"diagnosis": work.diagnosis, "found": work.inspection, "comparison": comparison}
    return write(work.analysis, work.names, link, **more)


def _worthwhile(work: Work) -> VectorScaling | None:
    """Vector scaling, where it was worth its numbers on unseen rows and they fit a program."""
    found = None if work.diagnosis is None else work.diagnosis.recalibration
    if found is None or not found.vector.over_temperature.low > 0:
        return None
    scaling = found.vector.fitted
    return scaling if 2 * len(scaling.weights) <= _MOST_NUMBERS else None
