"""Everything that an address can hold: how each setting is read, written and fitted; presets; undo.

setting.py says what a setting is, shared.py declares those of all pages, table.py adds those that each page declares
in its folder, value.py is the one immutable value that goes through the house. No Streamlit, no NumPy, no page's code.
"""
