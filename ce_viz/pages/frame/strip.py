"""The presenter's strip at the top of every page: where to go, what is set, on and back, and the way out.

Nothing else stands around a page that is presented. The keys of a clicker press its buttons (browser/clicker.js).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import streamlit as st

from ce_viz.core.scenario import MODES
from ce_viz.pages import presenting, road
from ce_viz.pages.frame import class_panel
from ce_viz.pages.frame.addresses import address
from ce_viz.pages.frame.parts import NEXT
from ce_viz.pages.frame.session import Session
from ce_viz.pages.visit import Visit, visit_of
from ce_viz.settings.presets import PRESETS, preset_settings
from ce_viz.settings.value import Settings
from ce_viz.strings.numbers import field
from ce_viz.takeaway import qr

_TEMPERATURES = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0)
_BEFORE: Mapping[str, str] = {after: page for page, after in NEXT.items() if after != "explore"}


def strip(visit: Visit, session: Session, page: str, pages: Sequence[str], *, scenario: bool) -> None:
    """Draw the strip.

    Args:
      visit: What is shown.
      session: Whose settings change.
      page: Name of the page below.
      pages: Names of all pages, in the navigation's order.
      scenario: Whether the page shows anything of logits, label and temperature.
    """
    with st.container(key="strip", horizontal=True, gap="xxsmall", vertical_alignment="center"):
        _pages(visit, session, page, pages)
        if scenario:
            _preset(visit, session)
            _label(visit, session)
            _temperature(visit, session)
        class_panel.draw(visit, session)
        _buttons(visit, session, page)


def _choice(
    session: Session,
    name: str,
    label: str,
    options: Sequence[Any],
    now: Any,
    said: Callable[[Any], str],
    act: Callable[[Any], None],
) -> None:
    """A choice that shows what is set; whatever the sidebar's widgets hold, it is its own."""
    st.selectbox(
        label,
        options,
        index=None if now is None else 0,
        format_func=said,
        label_visibility="collapsed",
        placeholder=label,
        filter_mode=None,
        **session.choice(f"strip_{name}", now, act),
    )


def _pages(visit: Visit, session: Session, page: str, pages: Sequence[str]) -> None:
    words = visit.words
    _choice(
        session,
        "pages",
        words["present.pages"],
        pages,
        page,
        lambda name: words[f"nav.{name}"],
        session.go_to,
    )


def _preset(visit: Visit, session: Session) -> None:
    words = visit.words

    def apply(code: str) -> None:
        session.put(**preset_settings(code), cell=None)

    # A place to go to, not a mode to be in: what it is called would not fit.
    _choice(
        session,
        "preset",
        words["present.presets"],
        list(PRESETS),
        None,
        lambda code: words[f"presets.{code}"],
        apply,
    )


def _label(visit: Visit, session: Session) -> None:
    """The kind of label, and the true class where the label has one."""
    words, settings = visit.words, visit.settings

    def kind(mode: str) -> None:
        session.put(mode=mode)

    def true(label: int) -> None:
        session.put(label=label)

    _choice(
        session,
        "mode",
        words["controls.mode"],
        MODES,
        settings["mode"],
        lambda mode: words[f"modes.{mode}"],
        kind,
    )
    if settings["mode"] != "soft":
        numbers = range(1, len(visit.names) + 1)
        _choice(
            session,
            "label",
            words["controls.label"],
            numbers,
            None if "targets" in visit.hidden else settings["label"],  # it is to be guessed
            lambda k: visit.class_labels[k - 1],
            true,
        )


def _temperature(visit: Visit, session: Session) -> None:
    now = visit.settings["temperature"]

    def heat(temperature: float) -> None:
        session.put(temperature=temperature)

    options = sorted({*_TEMPERATURES, now})
    _choice(
        session,
        "temperature",
        visit.words["controls.temperature"],
        options,
        now,
        lambda value: f"T = {field(value)}",
        heat,
    )


def _buttons(visit: Visit, session: Session, page: str) -> None:
    words = visit.words

    def press(by: int) -> None:
        """One press of the clicker: what the page has left, else another page of the thread."""
        after = turned(session.settings, page, by)
        if after != session.settings:
            session.put(**{name: after[name] for name in after if after[name] != session.settings[name]})
        elif other := (NEXT if by > 0 else _BEFORE).get(page):
            session.go_to(other)

    def blacken() -> None:
        charts = import_module(f"ce_viz.pages.{page}.settings").CHARTS
        session.press(lambda settings: presenting.blackened(settings, charts))

    with st.container(key="strip_buttons", horizontal=True, gap="xxsmall", width="content"):
        for name, icon, act in (
            ("back", "chevron_left", lambda: press(-1)),
            ("on", "chevron_right", lambda: press(1)),
            ("black", "visibility", blacken),
            ("undo", "undo", session.undo),
            ("qr", "qr_code_2", None),
            ("leave", "close", lambda: session.put(present=False)),
        ):
            pressed = st.button(
                words[f"present.{name}"],
                icon=f":material/{icon}:",
                help=words[f"present.{name}_help"],
                key=f"strip_{name}",
                disabled=name == "undo" and not session.can_undo,
                on_click=act,
            )
            if pressed and name == "qr":
                st.dialog(words["present.qr"], width="large")(_qr)(visit, session)


def turned(settings: Settings, page: str, by: int) -> Settings:
    """The settings after a press of the clicker on a page; the same where the page has nothing left."""
    view = import_module(f"ce_viz.pages.{page}.view")

    def shown() -> list[str]:
        boards = road.show(view, visit_of(settings)).boards
        return [chart.name for board in boards if board.coverable for chart in board.charts]

    return presenting.turned(view, settings, by, shown)


def _qr(visit: Visit, session: Session) -> None:
    """The present state, for the cameras of a hall; the address beside it, for those without."""
    link = address(session.settings)
    code, text = st.columns([1, 1], gap="medium", vertical_alignment="center")
    try:
        code.image(qr.svg(link), width="stretch")
    except qr.TextTooLongError:
        code.info(visit.words["present.qr_too_long"])
    with text.container(key="strip_address"):
        st.code(link, language=None, wrap_lines=True)
