"""Drawings: an Explanation as Plotly figures, plain ``{"data": …, "layout": …}`` dicts in light-theme colours."""
