"""Pitfalls: predict first, then see wrong beside right. No answer leaves the server before a guess has come.

view.py shows and acts, page.py draws and judges guesses; charts.py and figures.py make the cards,
sentences.py the texts.
May import settings, figures, live, core and strings; no other page.
"""
