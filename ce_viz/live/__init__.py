"""Charts that stay in place and move under the hand: the app's own Streamlit component and its live route.

charts.py says what a page hands in, events.py what comes back, message.py what travels; component.py is Streamlit's
door to it, route.py the door for a moving hand, classes/ the rooms of teachers who are followed, browser/ the scripts
that draw. Knows no page and no setting.
"""

from ce_viz.live.charts import WORDS, Board, Chart, Editable, Pieces, View
from ce_viz.live.events import Arrive, Edit, Event, Pick, Tick, Toggle, Undo

__all__ = [
    "WORDS",
    "Arrive",
    "Board",
    "Chart",
    "Edit",
    "Editable",
    "Event",
    "Pick",
    "Pieces",
    "Tick",
    "Toggle",
    "Undo",
    "View",
]
