"""Softmax and cross-entropy, seen and felt. This is the map of the house.

One road runs through it, with two doors:

    link -> settings -> Scenario -> explain() -> Explanation -> a page's show() -> View -> the browser's charts
    a hand on a chart -> Event -> a page's act() -> settings

Streamlit's script takes that road for a page that is opened or at rest; the live route takes it for a hand that
moves. Both call the same two functions, which know neither Streamlit nor a session.

core       the mathematics, for programs: NumPy and the standard library, knows nobody
settings   everything that an address can hold: one immutable value
figures    the drawing kit: bars, matrices, curves, surfaces, tiles, as Plotly's plain dicts
live       charts that move: what a page hands in, the component, the route, classes/ that follow a teacher, and
           browser/ with the scripts
pages      a folder a page (settings, view, page), what they share, and frame/ with what stands around every page
strings    every word a person reads, in English and Chinese
takeaway   programs, tables and the offline page that visitors take along
data       small real data with its source and licence

Arrows run down: app.py -> pages -> (settings, figures, takeaway, live) -> core -> strings. No page imports another.
"""

__version__ = "2.0.0"
