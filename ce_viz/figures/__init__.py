"""The drawing kit: an Explanation and plain numbers as Plotly figures, plain ``{"data": …, "layout": …}`` dicts.

style.py holds palette, layout, bars and matrices, printed.py the numbers on them; quantities.py what several pages
draw alike; curves, surfaces, tiles; answers.py what a class has voted and guessed.
Takes only types from core, and no NumPy: a drawing must not quietly grow mathematics.
"""
