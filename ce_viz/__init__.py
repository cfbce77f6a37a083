"""Softmax and cross-entropy, seen and felt.

One road runs through the package:

    settings -> Scenario -> explain() -> Explanation -> figures -> page

core         the numbers: NumPy and the standard library, knows nobody
figures      an Explanation drawn as Plotly figures (plain dicts), palette and layout
live         the Streamlit component that draws figures in place and lets a hand move them
pages        what a visitor opens: Streamlit only
strings      every word a person reads, in English and Chinese
takeaway     programs, tables and the offline page that visitors take along
data         small real data with its source and licence
"""
