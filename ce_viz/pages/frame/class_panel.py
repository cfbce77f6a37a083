"""The teacher's panel in presenter mode: opening a class that follows, and the code that leads to it."""

from __future__ import annotations

from dataclasses import dataclass

from ce_viz.live.classes.codes import is_code
from ce_viz.live.component import teach
from ce_viz.pages.frame.parts import CLASS_PARAMETER
from ce_viz.pages.frame.session import Session
from ce_viz.pages.visit import Visit
from ce_viz.takeaway.qr import svg

_LONGEST_ROOT = 150  # characters; the address's QR code is then small enough to be read across a hall


@dataclass
class _Open:
    """The class that the teacher's tab has told of: its code and the app's address; empty if there is none."""

    code: str = ""
    root: str = ""


def draw(visit: Visit, session: Session) -> None:
    """The panel, in presenter mode or where a class is on; called once a page."""
    opened = session.recall("class", _Open)
    if not (visit.present or opened.code):
        return

    def tell(code: str, root: str) -> None:
        if code and not (is_code(code) and root.isascii() and len(root) <= _LONGEST_ROOT):
            return  # no address that a browser of ours would tell
        session.note(lambda: session.notes.update({"class": _Open(code, root if code else "")}))

    picture = svg(f"{opened.root}?{CLASS_PARAMETER}={opened.code}") if opened.code else ""
    words = {**visit.words.section("teach"), "lang": visit.words.language}
    teach(opened.code, qr=picture, words=words, on_class=tell)
