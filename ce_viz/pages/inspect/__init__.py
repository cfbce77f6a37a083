"""Your logits: bring the logits and labels of a real model, see what is wrong with them and how good they are.

view.py shows and acts, page.py draws, page_source, page_work, page_reading, page_findings and page_rows a part each.
work.py holds what a visit brought and chose; worker.py reads it in a process of its own, jobs.py runs few of those at a
time, held.py counts what visits hold; reading.py and sentences.py put it into words, other modules hold tables.
May import settings, figures, live, takeaway, core, data and strings; no other page.
"""
