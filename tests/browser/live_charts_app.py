"""A small app around the live charts, for the tests: three linked charts, and switches for what the tests provoke."""

import time
from dataclasses import replace

import streamlit as st

from ce_viz.live import WORDS, Chart, Edit, Editable, Event, Pick, Tick, Toggle, Undo, live_charts

WORDS_SHOWN = {word: word.replace("_", " ") for word in WORDS} | {
    "cell": "row {i}, column {j}: {value}",
    "lang": "en",
}
BLUE, RED, INK = "#2f6fb7", "#b5482f", "#1c2230"
DARK = {BLUE: "#6aa7e8", RED: "#e58a6f", INK: "#e9ecf1"}

st.set_page_config(layout="wide")
state = st.session_state
for key, value in {
    "values": (2.0, 1.0, 0.1),
    "log": [],
    "ticks": 0,
    "hidden": frozenset(),
    "cell": (1, 1),
}.items():
    state.setdefault(key, value)


def on_event(event: Event) -> None:
    """Keep what was done; the bars' own rule is that no value passes 5."""
    state.log = [*state.log[-19:], repr(event)]
    match event:
        case Edit(index=index, values=values):
            state["values"] = tuple(min(v, 5.0) if k == index else v for k, v in enumerate(values))
        case Pick(i=i, j=j):
            state.cell = (i, j)
        case Tick():
            state.ticks += 1
        case Toggle(chart=name):
            state.hidden ^= {name}
        case Undo():
            state["values"] = (2.0, 1.0, 0.1)


def number(value: float) -> str:
    """Three decimals and a real minus sign."""
    return f"{value:.3f}".replace("-", "−")


def bars(values: tuple[float, ...], colour: str) -> dict:
    """A bar for each value, on an axis that grows in steps of 5."""
    reach = 5.0 * (1 + max(abs(value) for value in values) // 5)
    axis = {"range": [-reach, reach], "fixedrange": True, "tickfont": {"color": INK}}
    names = ["cat", "<b>dog</b> &amp; co"] + [f"c{k}" for k in range(2, len(values))]
    trace = {
        "type": "bar",
        "x": list(range(len(values))),
        "y": list(values),
        "text": [number(value) for value in values],
        "textposition": "outside",
        "marker": {"color": [RED if value < 0 else colour for value in values]},
    }
    ticks = {"tickvals": trace["x"], "ticktext": names, "range": [-0.6, len(values) - 0.4]}
    layout = {
        "margin": {"l": 34, "r": 6, "t": 6, "b": 22},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
    }
    return {"data": [trace], "layout": {**layout, "xaxis": {"fixedrange": True, **ticks}, "yaxis": axis}}


def products(values: tuple[float, ...]) -> dict:
    """A heat map of all products of two values, row 1 on top."""
    rows = [[a * b for b in values] for a in values]
    trace = {
        "type": "heatmap",
        "z": rows,
        "text": [[number(value) for value in row] for row in rows],
        "texttemplate": "%{text}",
        "colorscale": [[0, RED], [1, BLUE]],
        "showscale": False,
    }
    count = len(values)
    axes = {
        "xaxis": {"fixedrange": True, "side": "top"},
        "yaxis": {"range": [count - 0.5, -0.5], "fixedrange": True},
    }
    return {"data": [trace], "layout": {"margin": {"l": 34, "r": 6, "t": 22, "b": 4}, **axes}}


def curve(values: tuple[float, ...]) -> dict:
    """A line whose axes Plotly chooses."""
    return {"data": [{"type": "scatter", "mode": "lines", "y": [100 * v for v in values]}], "layout": {}}


def main() -> None:
    """The page with the charts."""
    query = st.query_params
    time.sleep(float(query.get("slow", 0)))
    if "many" in query and len(state["values"]) == 3:
        state["values"] = tuple((k % 7) / 2 - 1 for k in range(int(query["many"])))
    values = state["values"]
    doubled = tuple(2 * value for value in values)
    charts = [
        Chart(
            "values", bars(values, BLUE), "Values", f"values {values}", "x_i^2 = e^{log x}", "drag a bar", "→",
            editable=Editable(-10, 10, typed_low=-100, typed_high=100),
            labels=tuple(f"value {k + 1}" for k in range(len(values))),
        ),
        Chart("doubled", bars(doubled, BLUE), "Doubled", f"doubled {doubled}", joiner="×"),
        Chart("products", products(values), "Products", "all products", kind="matrix"),
    ]  # fmt: skip
    if "extra" in query:
        charts.append(Chart("extra", curve(values), "Extra", "a curve", kind="plain", span=2))
    order = st.radio("order", ["as is", "reversed", "without doubled"], horizontal=True)
    charts = (
        charts[::-1]
        if order == "reversed"
        else [c for c in charts if order == "as is" or c.name != "doubled"]
    )
    ticking = st.toggle("ticking")
    st.text_input("note")
    event = live_charts(
        [replace(chart, hidden=chart.name in state.hidden) for chart in charts],
        key="board",
        words=WORDS_SHOWN,
        palette=DARK,
        headline=[["<i>Σ</i> = "], [f"{sum(values):.1f}", "small", "b"]] if "headline" in query else (),
        columns=3,
        picked=state.cell,
        tick_ms=50 if ticking else None,
        can_hide="present" in query,
        scale=float(query.get("scale", 1)),
        on_event=on_event,
    )
    time.sleep(float(query.get("tail", 0)))
    st.text(f"values={values} cell={state.cell} ticks={state.ticks}")
    st.text(f"returned={event!r}")
    st.text("log=" + " | ".join(state.log))
    for _ in range(30 if "long" in query else 0):
        st.write("below")


def other() -> None:
    """A page without charts."""
    st.text("nothing here")


st.navigation(
    [st.Page(main, title="Charts", default=True), st.Page(other, title="Other", url_path="other")]
).run()
