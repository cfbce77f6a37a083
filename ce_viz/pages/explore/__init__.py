"""Explore: set logits and labels by hand, and see the whole pipeline move.

view.py shows and acts, page.py draws, descent.py walks down the gradient, panels.py and formulas.py say it in words.
May import settings, figures, live, core and strings; no other page.
"""
