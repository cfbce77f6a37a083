"""What visitors take along: programs, tables, training runs, inspections, recalibration and offline pages, made from
results.

Each module makes texts of what it is handed and knows neither pages nor settings. May import core, and Plotly for the
offline page.
"""
