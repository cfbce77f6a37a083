"""Train: a linear softmax classifier learns to read real handwriting from S − y.

view.py shows and acts, page.py draws, run.py trains and keeps what was trained for all visitors.
May import settings, figures, live, takeaway, core, data and strings; no other page.
"""
