"""Your logits: bring the logits and labels of a real model, and see what is wrong with them and how good they are."""

from __future__ import annotations

import math

import streamlit as st

from ce_viz.core.inspection.analysis import Analysis
from ce_viz.core.inspection.metrics import top_k_accuracy
from ce_viz.live import Event, Pick
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame.board import board
from ce_viz.pages.inspect import charts as inspect_charts
from ce_viz.pages.inspect import figures
from ce_viz.pages.inspect import numbers as inspect_numbers
from ce_viz.pages.inspect import rows as inspect_rows
from ce_viz.pages.inspect import source as inspect_input
from ce_viz.pages.inspect import work as inspection
from ce_viz.pages.inspect.work import Work
from ce_viz.pages.visit import Visit
from ce_viz.strings import Words
from ce_viz.strings.numbers import number

REDUCTIONS = ("mean", "sum")


def page(visit: Visit) -> None:
    """Draw the page."""
    words = visit.words
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words["inspect.intro"], width="stretch")
        if visit.present:
            st.button(
                words["controls.leave_present"], key="leave", on_click=link.put, kwargs={"present": False}
            )
    inspect_input.source(words)
    work = inspection.current(words)
    if not isinstance(work, Work):
        inspect_input.refusal(words, work)
        return
    inspect_input.understood(words, work)
    inspect_input.findings(words, work)
    if work.analysis is None:
        return
    _figures(words, work.analysis)
    _rows(visit, work, work.analysis)
    _calibration(visit, work.analysis)
    _classes(visit, work, work.analysis)
    inspect_rows.table(visit, work, work.analysis)
    inspect_numbers.panel(words, work, work.analysis)


def _figures(words: Words, analysis: Analysis) -> None:
    """The headline: one number for each thing one asks of a model."""
    scores, count = analysis.scores, analysis.num_classes
    loss = float(scores.loss.mean())
    shown = {
        "loss": number(loss),
        "bits": number(loss / math.log(2)),
        "accuracy": _percent(float(scores.correct.mean())),
        **{f"top_{k}": _percent(top_k_accuracy(scores, k)) for k in (2, 5) if k < count},
        "brier": number(float(scores.brier.mean())),
        "ece": number(analysis.calibration.ece),
        "found": number(analysis.fitted.temperature, 2),
    }
    with st.container(horizontal=True, gap="medium"):
        for name, value in shown.items():
            st.metric(words[f"inspect.{name}"], value, help=words[f"inspect.{name}_help"], width="content")


def _rows(visit: Visit, work: Work, analysis: Analysis) -> None:
    words, reduction = visit.words, link.get("reduction")
    rows = len(analysis.rows)
    mean = float(analysis.scores.loss.mean())
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.segmented_control(
            words["inspect.reduction"],
            REDUCTIONS,
            format_func=lambda code: words[f"inspect.reduction_{code}"],
            required=True,
            label_visibility="collapsed",
            **link.widget("reduction"),
        )
        told = words.fill(
            f"inspect.{reduction}_readout",
            rows=f"{rows:,}",
            loss=f"**{number(mean if reduction == 'mean' else mean * rows)}**",
        )
        st.markdown(told, width="stretch")
    board(
        visit,
        "inspect_rows_board",
        inspect_charts.rows(words, analysis, work.names, reduction),
        columns=3,
        height=190,
        coverable=False,
    )
    st.caption(words.fill("inspect.half_readout", share=_percent(analysis.half_share)))


def _calibration(visit: Visit, analysis: Analysis) -> None:
    words, fitted = visit.words, analysis.fitted
    if fitted.at_bound:
        told = words.fill(
            f"inspect.bound_{fitted.at_bound}_readout", temperature=number(fitted.temperature, 2)
        )
    else:
        told = words.fill(
            f"inspect.{_fitted_case(analysis)}_readout",
            temperature=f"**{number(fitted.temperature)}**",
            loss=number(float(analysis.scores.loss.mean())),
            scaled_loss=number(fitted.loss),
            ece=number(analysis.calibration.ece),
            scaled_ece=number(analysis.scaled_calibration.ece),
            brier=number(float(analysis.scores.brier.mean())),
            scaled_brier=number(analysis.scaled_brier),
        )
    st.markdown(f"**{words['inspect.calibration']}** {told}")
    board(
        visit,
        "inspect_calibration_board",
        inspect_charts.calibration(words, analysis),
        columns=3,
        height=220,
        coverable=False,
    )


def _fitted_case(analysis: Analysis) -> str:
    """Which way the fitted T goes, and whether the confidences were closer to the truth without it."""
    way = "sharper" if analysis.fitted.temperature < 1 else "softer"
    before, after = analysis.calibration.ece, analysis.scaled_calibration.ece
    # A difference that the sentence does not print is none.
    worse = after > before and number(after) != number(before)
    return f"{way}_worse" if worse else way


def _classes(visit: Visit, work: Work, analysis: Analysis) -> None:
    words, classes = visit.words, analysis.classes
    shown = figures.shown_classes(analysis)

    def pick(event: Event) -> None:
        if isinstance(event, Pick):
            inspection.pick_cell((shown[event.i], shown[event.j]))

    left, right = st.columns([1.1, 1])
    with left:
        chart = inspect_charts.confusion(words, analysis, work.names)
        cell = inspection.cell()
        picked = (shown.index(cell[0]), shown.index(cell[1])) if cell else None
        board(
            visit,
            "inspect_confusion_board",
            [chart],
            columns=1,
            height=360,
            coverable=False,
            picked=picked,
            on_event=pick,
        )
    with right:
        columns = {
            "class": list(work.names),
            "support": classes.support.tolist(),
            "predicted": classes.predicted.tolist(),
            "precision": (100 * classes.precision).tolist(),
            "recall": (100 * classes.recall).tolist(),
            "mean_loss": classes.mean_loss.tolist(),
        }
        st.dataframe(
            columns,
            hide_index=True,
            height="auto",
            column_config={
                "class": st.column_config.TextColumn(words["inspect.class_column"], pinned=True),
                "support": st.column_config.NumberColumn(words["inspect.support"]),
                "predicted": st.column_config.NumberColumn(words["inspect.predicted_count"]),
                "precision": st.column_config.NumberColumn(words["inspect.precision"], format="%.1f%%"),
                "recall": st.column_config.NumberColumn(words["inspect.recall"], format="%.1f%%"),
                "mean_loss": st.column_config.NumberColumn(words["inspect.mean_loss"], format="%.3f"),
            },
            placeholder="–",  # a class without rows has no recall, one never predicted no precision
            alt=words["inspect.classes_alt"],
            key="inspect_classes",
        )


def _percent(share: float) -> str:
    return f"{100 * share:.1f}%"
