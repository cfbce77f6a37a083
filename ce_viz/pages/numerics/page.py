"""Numerics: the same formula written four ways, in three number types, until it breaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from ce_viz.core.landmarks import shifted_logits, winning_logits
from ce_viz.core.scenario import MAX_ABS_LOGIT
from ce_viz.core.studies.clipping import CLIPS, clipping_curves
from ce_viz.core.studies.explicit_chain import explicit_chain
from ce_viz.core.studies.precision import (
    DTYPES,
    FORMULAS,
    QUANTITIES,
    Comparison,
    compare_formulas,
    first_breaks,
    gap_sweep,
)
from ce_viz.core.studies.reference import overflow_threshold
from ce_viz.live import Chart, Event, Undo
from ce_viz.pages.frame import memory, shown
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame.board import board
from ce_viz.pages.frame.parts import navigation
from ce_viz.pages.numerics import charts
from ce_viz.pages.visit import Visit
from ce_viz.settings.table import TOPICS
from ce_viz.strings.numbers import field, number, vector

_TO_100 = (0, 1, 2, 5, 8, 10, 12, 15, 18, 20, 25, 30, 35, 37, 40, 50, 70, 90, 100)
LEADS = (*_TO_100, 110, 200, 400, 700, 710, 750, 1000, 2000, 5000)
"""Leads to choose from, close together where something breaks."""

_SHIFT = 1000.0
_START: Mapping[str, Any] = {"mode": "one-hot", "temperature": 1.0}
_LANDMARKS: Mapping[str, Mapping[str, Any]] = {
    "calm": {"logits": (2.0, 1.0, 0.1), "label": 1},
    "ahead": {"logits": (40.0, 0.0, 0.0), "label": 1},
    "wrong": {"logits": (1000.0, 0.0, 0.0), "label": 2},
}


def page(visit: Visit) -> None:
    """Draw the page."""
    topic, compared = link.get("topic"), _compared(visit)
    shown.show(comparison=compared)
    navigation(visit, "numerics", TOPICS, "topic")
    if topic != "breaks":  # its charts depend on no logits
        _logits(visit, compared)
    st.markdown(f"#### {visit.words[f'numerics.{topic}']}")
    _PARTS[topic](visit, compared)
    _numbers(visit, compared)


def _compared(visit: Visit) -> Comparison:
    scenario, targets = visit.scenario, visit.scenario.effective_targets
    true = targets.index(max(targets)) if scenario.mode == "soft" else scenario.label
    return compare_formulas(scenario.logits, targets, true, scenario.temperature)


def _grid(visit: Visit, key: str, cards: list[Chart], *, columns: int, height: int) -> None:
    def handle(event: Event) -> None:
        if isinstance(event, Undo):
            link.undo(redo=event.redo)

    board(visit, f"numerics_{key}", cards, columns=columns, height=height, on_event=handle)


def _logits(visit: Visit, compared: Comparison) -> None:
    """Where the logits are set from here: landmarks, and how far the winner is ahead."""
    words = visit.words

    def lead() -> None:
        logits = winning_logits(
            link.get("logits"), memory.entered("numerics_lead") * visit.scenario.temperature
        )
        # Softmax does not see a common shift, so the winner may stay within the largest logit allowed.
        link.put(logits=shifted_logits(logits, min(0.0, MAX_ABS_LOGIT - max(logits))))

    places = {name: {**_START, **settings} for name, settings in _LANDMARKS.items()}
    places["shift"] = {"logits": shifted_logits(visit.scenario.logits, _SHIFT)}
    left, right = st.columns([3, 2], vertical_alignment="bottom")
    with left, st.container(horizontal=True, gap="small", vertical_alignment="center"):
        for name, settings in places.items():
            st.button(
                words[f"numerics.{name}"],
                help=words[f"numerics.{name}_help"],
                key=f"numerics_{name}",
                on_click=link.put,
                kwargs=settings,
            )
    st.session_state["numerics_lead"] = min(
        LEADS, key=lambda option: abs(option - min(compared.lead, LEADS[-1]))
    )
    right.select_slider(
        words["numerics.lead"], LEADS, key="numerics_lead", help=words["numerics.lead_help"], on_change=lead
    )
    st.markdown(_line(visit, compared))


def _line(visit: Visit, compared: Comparison) -> str:
    """The logits, who wins by how much, and whose gradient is meant."""
    words, scenario, names = visit.words, visit.scenario, visit.markdown_names
    winner, lead, true = names[compared.winner], number(compared.lead), names[compared.label]
    targets = scenario.effective_targets
    tied = scenario.mode == "soft" and targets.count(max(targets)) > 1
    return " · ".join(
        (
            words.fill("numerics.logits_readout", logits=_bracketed(scenario.logits)),
            words.fill("numerics.winner_readout", winner=winner, lead=lead)
            if scenario.temperature == 1
            else words.fill("numerics.winner_divided_readout", winner=winner, lead=lead),
            words.fill("numerics.tied_readout" if tied else "numerics.true_readout", true=true),
        )
    )


def _bracketed(values: tuple[float, ...]) -> str:
    return vector(values).replace("[", r"\[").replace("]", r"\]")


def _compare(visit: Visit, compared: Comparison) -> None:
    """The formulas themselves, and what each makes of these logits in each type."""
    st.markdown(visit.words["numerics.compare_text"])
    _formulas(visit)
    _grid(visit, "compare", charts.comparisons(visit, compared), columns=2, height=176)
    st.caption(visit.words["numerics.compare_note"])


def _formulas(visit: Visit) -> None:
    for column, name in zip(st.columns([1, 1, 1, 1.15]), FORMULAS, strict=True):
        title, formula, fails = (visit.words[f"numerics.{name}{part}"] for part in ("", "_formula", "_fails"))
        column.markdown(f"**{title}**  \n{formula}\n\n:small[{fails}]")
    temperature = visit.scenario.temperature
    if temperature != 1:
        st.caption(visit.words.fill("numerics.temperature_readout", temperature=number(temperature, 2)))


def _breaks(visit: Visit, _: Comparison) -> None:
    words = visit.words
    thresholds = {dtype: number(overflow_threshold(dtype), 2) for dtype in DTYPES}
    st.markdown(words.fill("numerics.breaks_readout", **thresholds))
    shown.show(**{f"first_breaks_{dtype}": first_breaks(dtype) for dtype in DTYPES})
    _grid(visit, "breaks", charts.breaks(visit), columns=4, height=260)


def _errors(visit: Visit, compared: Comparison) -> None:
    words = visit.words
    _dtype(visit)
    shown.show(gap_sweep=gap_sweep(link.get("dtype")))
    _grid(visit, "errors", charts.errors(visit, compared, link.get("dtype")), columns=2, height=300)
    st.caption(words["numerics.errors_note"])


def _dtype(visit: Visit) -> None:
    st.segmented_control(visit.words["numerics.dtype"], DTYPES, required=True, **link.widget("dtype"))


def _chain(visit: Visit, _: Comparison) -> None:
    words, scenario, dtype = visit.words, visit.scenario, link.get("dtype")
    chain = explicit_chain(
        scenario.logits, scenario.effective_targets, dtype=dtype, temperature=scenario.temperature
    )
    _dtype(visit)
    shown.show(explicit_chain=chain)
    st.markdown(words["numerics.chain_text"])
    _grid(visit, "chain", charts.chain(visit, chain), columns=3, height=190)
    if "chain_product" in visit.hidden:
        return  # the sentence below would give away what the teacher has covered
    st.markdown(
        words.fill(
            "numerics.chain_readout",
            dtype=dtype,
            explicit=_bracketed(tuple(chain.explicit.tolist())),
            explicit_loss=number(chain.explicit_loss),
            fused=_bracketed(tuple(chain.fused.tolist())),
            fused_loss=number(chain.fused_loss),
        )
    )


def _clipping(visit: Visit, compared: Comparison) -> None:
    words, clip = visit.words, link.get("clip")
    clipped = clipping_curves(float(clip))
    shown.show(clipping_curves=clipped)
    st.segmented_control(words["numerics.clip"], CLIPS, required=True, **link.widget("clip"))
    cap, gap = number(clipped.largest_loss, 2), number(clipped.half_gap, 2)
    st.markdown(words.fill("numerics.clipping_readout", clip=clip, cap=cap, gap=gap))
    _grid(visit, "clipping", charts.clipping(visit, compared, clipped), columns=2, height=240)


def _numbers(visit: Visit, compared: Comparison) -> None:
    words = visit.words
    panel = st.expander(words["explore.numbers"], key="numerics_numbers", on_change="rerun")
    if panel.open:
        with panel:
            st.caption(words["explore.numbers_help"])
            st.code(_table(visit, compared), language=None, wrap_lines=False)


def _table(visit: Visit, compared: Comparison) -> str:
    words = visit.words
    heads = ("quantity", "formula", "type", "result", "exact", "ulp", "first")
    lines = ["\t".join(words[f"numerics.columns.{head}"] for head in heads)]
    for q, quantity in enumerate(QUANTITIES):
        for f, formula in enumerate(charts.formula_names(words)):
            for d, dtype in enumerate(DTYPES):
                first = first_breaks(dtype)[q, f]
                cells = (
                    words[f"numerics.{quantity}"],
                    formula,
                    dtype,
                    field(compared.values[q, f, d]),
                    compared.exact[q][d],
                    field(compared.ulp_errors[q, f, d]),
                    field(first),
                )
                lines.append("\t".join(cells))
    return "\n".join(lines)


_PARTS: Mapping[str, Callable[[Visit, Comparison], None]] = {
    "compare": _compare,
    "breaks": _breaks,
    "errors": _errors,
    "chain": _chain,
    "clipping": _clipping,
}
