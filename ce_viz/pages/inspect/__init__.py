"""Your logits: bring the logits and labels of a real model, see what is wrong with them and how good they are.

view.py shows and acts, page.py draws, work.py reads what was brought; other modules hold tables and sentences.
May import settings, figures, live, takeaway, core, data and strings; no other page.
"""
