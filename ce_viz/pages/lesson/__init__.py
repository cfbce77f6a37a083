"""The lesson: six scenes on the live charts, each a sentence, a task that the page sees done, and what it then says.

scenes.py holds where each scene begins and moves between them, tasks.py what is done and what is tried in vain.
"""
