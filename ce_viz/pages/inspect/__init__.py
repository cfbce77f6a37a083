"""Your logits: bring the logits and labels of a real model, see what is wrong with them and how good they are.

view.py shows and acts; page.py draws the questions people come with in their order, page_* a part each. work.py holds
what a visit brought and chose, later.py what is worked out after the figures, second.py a comparison; worker.py does
the work in a process of its own, jobs.py runs few of those at a time, held.py counts what visits hold. charts.py,
figures.py and trust_figures.py draw, points.py says what a point says, tables.py what stands behind a chart; judged.py,
compared.py, reading.py and sentences.py put it into words, report.py all of it on one page that opens offline.
May import settings, figures, live, takeaway, core, data and strings; no other page.
"""
