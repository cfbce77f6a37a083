"""The Streamlit component: serves the browser's files, sends the charts, receives what was done to them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import plotly
import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit.runtime import Runtime

from ce_viz.live.charts import WORDS, Chart, Pieces, payload
from ce_viz.live.events import Event, Target, read

_BROWSER: Final = Path(__file__).parent / "browser"
_PLOTLY: Final = Path(plotly.__file__).parent / "package_data"
_FOLDERS: Final = {"browser": _BROWSER, "plotlyjs": _PLOTLY}


def _file(folder: str, file: str) -> str:
    """Path below all our components; its query changes when the file does, so that browsers may keep the file."""
    path = _FOLDERS[folder] / file
    version = (
        plotly.__version__ if folder == "plotlyjs" else hashlib.sha256(path.read_bytes()).hexdigest()[:8]
    )
    return f"{folder}/{file}?v={version}"


# Streamlit sends a component's script with every rerun, so ours only fetches the real one over HTTP, and is short. It
# comes from a blob and knows no address of its own; the first file that Streamlit itself loaded tells where the app
# lives, whatever path or proxy it stands behind.
_LOADER: Final = f"""
const own=performance.getEntriesByType("resource").find(({{name}})=>name.includes("/static/js/"));
const root=own?own.name.split("static/js/")[0]:document.baseURI;
const at=path=>new URL("component/{__name__}."+path,root).href;
const files={{css:at("{_file("browser", "live_charts.css")}"),plotly:at("{_file("plotlyjs", "plotly.min.js")}")}};
const charts=import(at("{_file("browser", "live_charts.js")}"));
export default component=>charts.then(module=>module.default(component,files));
"""

# Plotly writes its style rules into the document's head, where a shadow root would not see them.
_mount: Final = st.components.v2.component("ce_viz.live", js=_LOADER, isolate_styles=False)


@dataclass
class _Heard:
    """What a grid has heard from the browser: the newest message's number, and the event not yet handed out."""

    handled: int = 0
    event: Event | None = None


def _serve_files() -> None:
    """Let Streamlit serve our folder and plotly.js; each server's registry is filled once."""
    registry = Runtime.instance().component_registry if Runtime.exists() else None
    for name, folder in _FOLDERS.items():
        if registry and registry.get_component_path(f"{__name__}.{name}") is None:
            declare_component(name, path=str(folder))


def live_charts(
    charts: Sequence[Chart],
    *,
    key: str,
    words: Mapping[str, str],
    palette: Mapping[str, str],
    headline: Pieces = (),
    columns: int = 4,
    picked: tuple[int, int] | None = None,
    tick_ms: int | None = None,
    can_hide: bool = False,
    scale: float = 1.0,
    chart_height: int = 200,
    on_event: Callable[[Event], None] | None = None,
) -> Event | None:
    """Draw charts in a grid, in place: between reruns each keeps its element, and only changed ones are redrawn.

    Args:
      charts: The cards in reading order; their names differ.
      key: Identity of the grid.
      words: The texts the browser shows, one for each of ``WORDS``.
      palette: Dark-theme colour of each light-theme colour in the figures, lower-case ``#rrggbb``.
      headline: A line above the cards.
      columns: Columns of the grid on a wide screen.
      picked: Row i and column j to mark in all charts, from 0.
      tick_ms: Ask for a ``Tick`` this long after each drawing.
      can_hide: Give each card a button that covers or uncovers it.
      scale: Magnification of everything, for a projector.
      chart_height: Height of each drawing, in CSS pixels at ``scale`` 1.
      on_event: Called with each event before the script runs. An access to ``st.session_state`` may end it half-way.
    Returns:
      The last event since the previous run, or None.
    Raises:
      ValueError: A name occurs twice, or a text is missing.
    """
    targets = {chart.name: Target.of(chart) for chart in charts}
    if len(targets) < len(charts):
        raise ValueError(f"chart names must differ, got {[chart.name for chart in charts]}")
    if missing := set(WORDS) - set(words):
        raise ValueError(f"words must hold {WORDS}, missing {sorted(missing)}")
    heard: _Heard = st.session_state.setdefault(f"{key} heard", _Heard())

    def receive() -> None:
        # Read at once: each access by itself may end this run, and what was received with it, for the next.
        message = st.session_state.to_dict().get(key)
        if message is None:
            return  # sent while the visitor left the page, and merged with the change of page
        heard.handled, events = read(message.get("message"), targets, heard.handled)
        for event in events:
            heard.event = event
            if on_event:
                on_event(event)

    board: dict[str, Any] = {
        "handled": heard.handled,
        "headline": headline,
        "columns": columns,
        "picked": picked,
        "tick": tick_ms,
        "canHide": can_hide,
        "scale": scale,
        "height": chart_height,
        "words": {word: words[word] for word in WORDS},
        "palette": dict(palette),
    }
    _serve_files()
    _mount(key=key, data=payload(charts, **board), on_message_change=receive)
    event, heard.event = heard.event, None
    return event
