"""Derivation: the proof that the gradient is S − y, step by step, in letters, in numbers and on small charts.

view.py shows and acts, page.py draws, symbols.py and formulas.py write the steps, charts.py and figures.py draw them.
May import settings, figures, live, core and strings; no other page.
"""
