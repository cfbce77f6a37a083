"""Why cross-entropy: six parts with one message each, squared error beside cross-entropy.

view.py shows and acts, page.py draws, page_race.py what plays the race; a part has a module of its own (gradient,
surface, race, label).
May import settings, figures, live, core and strings; no other page.
"""
