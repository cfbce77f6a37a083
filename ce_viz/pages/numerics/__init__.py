"""Numerics: the same formula written four ways, in three number types, until it breaks.

view.py shows and acts, page.py draws; charts.py, figures.py and curves.py make the cards.
May import settings, figures, live, core and strings; no other page.
"""
