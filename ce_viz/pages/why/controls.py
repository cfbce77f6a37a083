"""What the parts of Why cross-entropy share: controls, and the names of the losses, axes and classes."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ce_viz.pages.frame import memory
from ce_viz.pages.frame import state as link
from ce_viz.pages.visit import Visit
from ce_viz.settings import table as params


def loss_names(visit: Visit, *, short: bool = False) -> tuple[str, str]:
    """Cross-entropy and squared error, as the curves and tables name them."""
    return visit.words["why.cross_entropy"], visit.words[
        "why.squared_error_short" if short else "why.squared_error"
    ]


def axis_words(visit: Visit, name: str, here: str = "here") -> dict[str, str]:
    """What a drawing writes below its axis, and at the visitor's place on it."""
    axes = visit.words.section("why.axes")
    return {f"{name}_axis": axes[name], "here": axes[here]}


def shared_slider(visit: Visit, name: str, limits: tuple[float, float], *, step: float) -> None:
    """A second slider for a setting of the sidebar, beside the charts that it moves: presenters see no sidebar."""
    key = f"why_{name}"
    st.session_state[key] = link.get(name)
    st.slider(
        visit.words[f"controls.{name}"],
        *limits,
        step=step,
        key=key,
        on_change=lambda: link.put(**{name: memory.entered(key)}),
    )


def step_size(place: DeltaGenerator, visit: Visit) -> None:
    """The step size of both descents."""
    place.slider(
        visit.words["learn.learning_rate"],
        *params.STEP_SIZES,
        step=0.05,
        help=visit.words["learn.help"],
        **link.widget("learning_rate"),
    )


def class_label(visit: Visit, k: int) -> str:
    """Class ``k``, from 0, by number and name."""
    return str(k + 1) if visit.names[k] == str(k + 1) else f"{k + 1} · {visit.names[k]}"
