"""What stands around every page, drawn by Streamlit: sidebar, boards, take away, style; a visit's session.
reach.py is for phones, handout.py for paper.

session.py is the one state: settings, undo, the address; visits.py finds it, widgets.py tells a hand from an echo.
door.py joins a page's folder to Streamlit and to the live route, server.py sets up the process. May import everything
of pages/ but no page (Take away hands out Explore's view).
"""
