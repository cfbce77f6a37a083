"""Charts that stay in place between reruns and can be taken hold of: the app's own Streamlit component.

``charts.py`` says what a page hands in, ``events.py`` what comes back, ``component.py`` joins both to Streamlit;
``browser/`` holds the script and the style sheet that draw, with the plotly.js of the installed ``plotly`` package.
"""

from ce_viz.live.charts import WORDS, Chart, Editable, Pieces
from ce_viz.live.component import live_charts
from ce_viz.live.events import Edit, Event, Pick, Tick, Toggle, Undo

__all__ = [
    "WORDS",
    "Chart",
    "Edit",
    "Editable",
    "Event",
    "Pick",
    "Pieces",
    "Tick",
    "Toggle",
    "Undo",
    "live_charts",
]
