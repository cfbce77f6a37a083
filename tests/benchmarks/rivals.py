"""What the pages are measured against, run beside them: Streamlit and Dash as their own guides would have it."""

from __future__ import annotations

import contextlib
import importlib.util
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from tests.serving import free_port, served

TWO_LINES = "a two-line Streamlit app"
FIVE = "five `st.plotly_chart`"
DASH = "five Dash graphs"
_FIGURES = """
import numpy as np, plotly.graph_objects as go

def figures(o):
    e = np.exp(o - o.max()); s = e / e.sum(); y = np.array([0.0, 1.0, 0.0])
    J = np.diag(s) - np.outer(s, s); M = (-y / s)[:, None] * J
    bars = [go.Figure(go.Bar(x=["cat", "dog", "owl"], y=v, text=[f"{a:.3f}" for a in v])) for v in (o, s, s - y)]
    heat = [go.Figure(go.Heatmap(z=z, text=np.round(z, 3), texttemplate="%{text}")) for z in (J, M)]
    return [figure.update_layout(height=250) for figure in bars + heat]
"""
_APPS = {
    TWO_LINES: """
import streamlit as st
o = st.slider("o", -5.0, 5.0, 2.0, 0.1); st.text(f"{o:.1f}")
""",
    FIVE: _FIGURES
    + """
import streamlit as st
o = np.array([st.slider(f"o{k}", -5.0, 5.0, v, 0.1) for k, v in enumerate((2.0, 1.0, 0.1))])
columns = st.columns(3)
for k, figure in enumerate(figures(o)):
    columns[k % 3].plotly_chart(figure, key=f"chart {k}")
""",
}
_DASH = (
    _FIGURES
    + """
import sys
from dash import Dash, Input, Output, dcc, html
app = Dash()
charts = [dcc.Graph(id=f"chart-{k}", style={"width": "33%"}) for k in range(5)]
app.layout = html.Div([
    dcc.Slider(-5, 5, 0.1, value=2.0, id="o", updatemode="drag", marks=None),
    html.Div(charts, style={"display": "flex", "flexWrap": "wrap"}),
])

@app.callback([Output(f"chart-{k}", "figure") for k in range(5)], Input("o", "value"))
def update(value):
    return figures(np.array([value, 1.0, 0.1]))

app.run(port=int(sys.argv[1]))
"""
)


@contextlib.contextmanager
def running(*names: str) -> Iterator[dict[str, str]]:
    """Serve the apps, all if none is named, outside the repository, so with the settings that everybody starts with."""
    wanted = names or (TWO_LINES, FIVE, *((DASH,) if importlib.util.find_spec("dash") else ()))
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        addresses = {}
        for number, name in enumerate(wanted):
            file = folder / f"app_{number}.py"
            file.write_text(_DASH if name == DASH else _APPS[name], encoding="utf-8")
            start = _dash(file) if name == DASH else served(file, folder=folder)
            addresses[name] = stack.enter_context(start)
        yield addresses


@contextlib.contextmanager
def _dash(file: Path) -> Iterator[str]:
    port = free_port()
    command, url = [sys.executable, str(file), str(port)], f"http://127.0.0.1:{port}/"
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            for _ in range(300):
                with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=5):
                    break
                time.sleep(0.1)
            yield url
        finally:
            server.terminate()
