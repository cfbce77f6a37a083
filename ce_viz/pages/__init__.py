"""What a visitor opens: a folder for each page, and what pages share.

visit.py is what a page is handed, road.py the road that both doors take, respond.py what the live route answers,
lecture.py what a class that follows is shown, questions.py what it can be asked, presenting.py a talk by two keys;
cards.py, latex_pieces.py and text.py what several pages write alike. Only page.py files and frame/ know Streamlit.
"""
