"""The teacher's panel in presenter mode: opening a class that follows, and the code that leads to it."""

from __future__ import annotations

from dataclasses import dataclass

from ce_viz.live.classes.codes import is_code
from ce_viz.live.component import teach
from ce_viz.pages.frame.session import Session
from ce_viz.pages.visit import Visit

_LONGEST_ROOT = 150  # characters of an address that a QR code holds and a hall can read


@dataclass
class _Open:
    """The class that the teacher's tab holds, as it has told: its code and the app's address; empty if there is none."""

    code: str = ""
    root: str = ""


def draw(visit: Visit, session: Session) -> None:
    """The panel, in presenter mode or where a class is on; called once a page."""
    opened = session.recall("class", _Open)
    if not (visit.present or opened.code):
        return

    def tell(code: str, root: str) -> None:
        if code and not (is_code(code) and len(root) <= _LONGEST_ROOT):
            return
        session.note(lambda: session.notes.update({"class": _Open(code, root if code else "")}))

    words = visit.words.section("teach")
    teach(opened.code, qr="", words={**words, "lang": visit.words.language}, on_class=tell)
