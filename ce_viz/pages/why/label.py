"""Why cross-entropy, the last three parts: what the loss means, what smoothing asks for, what the temperature does."""

from __future__ import annotations

import math

import streamlit as st

from ce_viz.core.landmarks import settled_logits
from ce_viz.core.scenario import LABEL_SMOOTHING_RANGE, TEMPERATURE_RANGE
from ce_viz.core.studies.comparison import labelled_class
from ce_viz.core.studies.optimum import RUN_STEPS, SmoothingCurves, smoothing_curves, temperature_sweep
from ce_viz.core.studies.race import lowest_loss
from ce_viz.live import Chart
from ce_viz.pages.frame import shown
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame.board import board
from ce_viz.pages.visit import Visit
from ce_viz.pages.why import formulas as why_formulas
from ce_viz.pages.why import label_figures as figures
from ce_viz.pages.why.controls import axis_words, shared_slider, step_size
from ce_viz.strings.numbers import number


def meaning(visit: Visit) -> None:
    """L = H(y) + KL(y‖S), as two stacked bars."""
    words, explanation = visit.words, visit.explanation
    # Where y does not sum to 1, both parts are scaled with it: then they still add up to L and none is negative.
    least = lowest_loss(explanation.targets)
    rest = max(explanation.loss - least, 0.0)
    st.markdown(words["why.meaning.story"])
    label, factor = ("y", "") if visit.sums_to_one else ("ŷ", "Σ y·")
    entropy, divergence = f"{factor}H({label})", f"{factor}KL({label}‖S)"
    parts = [
        (words["why.meaning.now"], least, rest),
        (words.fill("why.meaning.best_readout", label=label), least, 0.0),
    ]
    pairs = zip(visit.names, explanation.targets.tolist(), explanation.probs.tolist(), strict=True)
    compared = [f"{name} y {number(target)} S {number(prob)}" for name, target, prob in list(pairs)[:12]]
    board(
        visit,
        "why_board_meaning",
        [
            Chart(
                name="label_and_model",
                figure=figures.label_and_model(explanation, visit.names),
                title=words["why.meaning.compare"],
                formula="y, S",
                hint=words.fill("why.meaning.compare_hint_readout", label=label),
                alt=words.fill(
                    "charts.bars_readout", title=words["why.meaning.compare"], values=", ".join(compared)
                ),
                kind="plain",
            ),
            Chart(
                name="loss_parts",
                figure=figures.loss_parts(parts, ("H(y)", "KL") if visit.sums_to_one else ("Σy·H", "Σy·KL")),
                title=words["why.meaning.parts"],
                formula=f"L = {entropy} + {divergence}",
                hint=words["why.meaning.parts_hint"],
                alt=f"L {number(explanation.loss)} = {entropy} {number(least)} + {divergence} {number(rest)}",
                kind="plain",
            ),
        ],
        columns=2,
        height=300,
    )
    st.latex(why_formulas.loss_parts(explanation, least, rest))
    if not visit.sums_to_one:
        st.info(words["why.meaning.not_one"])
        return
    one_hot = max(explanation.targets.tolist()) == 1
    st.markdown(
        words.fill(
            "why.meaning.readout" if one_hot else "why.meaning.soft_readout",
            loss=number(explanation.loss),
            bits=number(explanation.loss / math.log(2)),
            prob=number(math.exp(-explanation.loss)),
            perplexity=number(math.exp(min(explanation.loss, 700.0)), 1),
        )
    )


def smoothing(visit: Visit) -> None:
    """A one-hot label drives the logits to infinity, a smoothed one to a finite optimum."""
    words, scenario = visit.words, visit.scenario
    count, amount = visit.explanation.num_classes, scenario.label_smoothing
    curves = smoothing_curves(
        count, amount, temperature=scenario.temperature, learning_rate=link.get("learning_rate")
    )
    st.markdown(words["why.smoothing.story"])
    epsilon, rate, go = st.columns([1.5, 1.5, 1], vertical_alignment="bottom")
    with epsilon:
        shared_slider(visit, "label_smoothing", LABEL_SMOOTHING_RANGE, step=0.01)
    step_size(rate, visit)
    go.button(
        words["why.smoothing.set"],
        help=words["why.smoothing.set_help"],
        key="why_optimum",
        on_click=_go_to_optimum,
        args=(visit,),
        disabled=math.isinf(curves.optimal_lead),
        width="stretch",
    )
    shown.show(smoothing_curves=curves)
    board(visit, "why_board_smoothing", _smoothing_charts(visit, curves), columns=2, height=300)
    st.latex(why_formulas.optimal_lead(curves, scenario.temperature))


def _go_to_optimum(visit: Visit) -> None:
    scenario = visit.scenario
    label = labelled_class(scenario.effective_targets)
    count, amount = len(scenario.logits), scenario.label_smoothing
    off = amount / count
    targets = [1 - amount + off if k == label else off for k in range(count)]
    logits = settled_logits(targets, temperature=scenario.temperature)
    link.put(logits=logits, mode="smoothed", label=label + 1)


def _smoothing_charts(visit: Visit, curves: SmoothingCurves) -> list[Chart]:
    words = visit.words
    names = words["why.smoothing.one_hot"], words["why.smoothing.smoothed"]
    best = number(curves.optimal_lead)
    amount = number(visit.scenario.label_smoothing, 2)
    return [
        Chart(
            name="smoothing_loss",
            figure=figures.smoothing_losses(curves, names, axis_words(visit, "lead")),
            title=words["why.smoothing.loss"],
            formula="L",
            hint=words["why.smoothing.loss_hint"],
            alt=words.fill(
                "why.smoothing.loss_readout", smoothing=amount, loss=number(curves.lowest_loss), lead=best
            ),
            kind="plain",
        ),
        Chart(
            name="smoothing_run",
            figure=figures.smoothing_run(
                curves, names, axis_words(visit, "lead") | axis_words(visit, "steps")
            ),
            title=words["why.smoothing.run"],
            formula="o ← o − η ∂L/∂o",
            hint=words["why.smoothing.run_hint"],
            alt=words.fill(
                "why.smoothing.run_readout",
                steps=RUN_STEPS,
                one_hot=number(curves.run[0, -1]),
                smoothed=number(curves.run[1, -1]),
                lead=best,
            ),
            kind="plain",
        ),
    ]


def temperature(visit: Visit) -> None:
    """What the temperature does to S and to the gradient."""
    words, explanation = visit.words, visit.explanation
    sweep = temperature_sweep(visit.scenario, TEMPERATURE_RANGE)
    shown.show(temperature_sweep=sweep)
    label = labelled_class(explanation.targets)
    st.markdown(words["why.temperature.story"])
    shared_slider(visit, "temperature", TEMPERATURE_RANGE, step=0.05)
    here = axis_words(visit, "temperature", "temperature_here")
    gradient = max(abs(value) for value in explanation.logits_grad.tolist())
    inside = "S − y" if visit.sums_to_one else "S·Σ y − y"
    told = words.fill(
        "why.temperature.readout",
        inside=inside,
        temperature=number(explanation.temperature, 2),
        error=number(gradient * explanation.temperature),
        inverse=number(1 / explanation.temperature),
        gradient=number(gradient),
    )
    values = [f"{name} {number(prob)}" for name, prob in zip(visit.names, explanation.probs, strict=True)][
        :12
    ]
    board(
        visit,
        "why_board_temperature",
        [
            Chart(
                name="temperature_probs",
                figure=figures.temperature_probs(sweep, explanation, label, visit.names, here),
                title=words["why.temperature.probs"],
                formula="S = softmax(o/T)",
                hint=words["why.temperature.probs_hint"],
                alt=words.fill(
                    "why.temperature.probs_readout",
                    temperature=number(explanation.temperature, 2),
                    values=", ".join(values),
                ),
                kind="plain",
            ),
            Chart(
                name="temperature_gradient",
                figure=figures.temperature_gradient(
                    sweep,
                    explanation,
                    [words["why.temperature.largest"], f"|{inside}|"],
                    here,
                ),
                title=words["why.temperature.gradient"],
                formula=f"∂L/∂o = ({inside})/T",
                hint=words["why.temperature.gradient_hint"],
                alt=told.replace("*", ""),
                kind="plain",
            ),
        ],
        columns=2,
        height=300,
    )
    st.markdown(told)
