"""A small Streamlit app around the live charts, for what only Streamlit does: runs, pages, themes, connections."""

import time

import streamlit as st

from ce_viz.live import WORDS, Board, Chart, Edit, Editable, Event, Pick, Undo
from ce_viz.live.component import live_charts
from tests.live.stage import DARK, bars, products

WORDS_SHOWN = {word: word.replace("_", " ") for word in WORDS} | {
    "cell": "row {i}, column {j}: {value}",
    "lang": "en",
}
BLUE = "#2f6fb7"
FIRST = (2.0, 1.0, 0.1)

st.set_page_config(layout="wide")
state = st.session_state
for key, value in {"values": FIRST, "cell": (1, 1), "log": [], "handled": 0}.items():
    state.setdefault(key, value)


def on_message(number: int, events: list[Event]) -> None:
    """Keep what was done; the bars' own rule is that no value passes 5."""
    state.handled = number
    for event in events:
        state.log = [*state.log[-19:], repr(event)]
        match event:
            case Edit(index=index, value=value):
                state["values"] = tuple(
                    min(value, 5.0) if k == index else each for k, each in enumerate(state["values"])
                )
            case Pick(i=i, j=j):
                state.cell = (i, j)
            case Undo():
                state["values"] = FIRST


def main() -> None:
    """The page with the charts; its data say that there is no live route."""
    query = st.query_params
    time.sleep(float(query.get("slow", 0)))
    values = state["values"]
    doubled = tuple(2 * value for value in values)
    reach = Editable(-10, 10, typed_low=-100, typed_high=100)
    named = tuple(f"value {k + 1}" for k in range(len(values)))
    charts = [
        Chart("values", bars(values, BLUE), "Values", f"values {values}", editable=reach, labels=named),
        Chart("doubled", bars(doubled, BLUE), "Doubled", f"doubled {doubled}", "x_i^2 = e^{log x}"),
        Chart("products", products(values), "Products", "all products", kind="matrix"),
    ]
    order = st.radio("order", ["as is", "reversed", "without doubled"], horizontal=True)
    if order == "reversed":
        charts.reverse()
    elif order == "without doubled":
        charts.pop(1)
    live_charts(
        Board("board", tuple(charts), columns=3, picked=state.cell),
        words=WORDS_SHOWN,
        palette=DARK,
        handled=state.handled,
        on_message=on_message,
    )
    st.text(f"values={values} cell={state.cell}")
    st.text("log=" + " | ".join(state.log))


def other() -> None:
    """A page without charts."""
    st.text("nothing here")


st.navigation(
    [st.Page(main, title="Charts", default=True), st.Page(other, title="Other", url_path="other")]
).run()
