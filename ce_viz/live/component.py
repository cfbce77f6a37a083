"""The Streamlit component: serves the browser's files, sends a board, receives what was done to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import plotly
import streamlit as st
from streamlit.components.v1 import declare_component
from streamlit.runtime import Runtime

from ce_viz.live.charts import WORDS, Board
from ce_viz.live.events import Event, read_message
from ce_viz.live.message import payload

_BROWSER: Final = Path(__file__).parent / "browser"
STYLES: Final = ("live_charts.css", "page.css", "print.css")
"""The style sheets of boards, and of the page and the paper around them."""

_PLOTLY: Final = Path(plotly.__file__).parent / "package_data"


def _version(folder: Path) -> str:
    """A name that changes with any file of the folder, so that browsers may keep what they have."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()[:8]


# A module imports its neighbours by relative paths, so the version stands in the folder's name.
_FOLDERS: Final = {f"browser-{_version(_BROWSER)}": _BROWSER, f"plotly-{plotly.__version__}": _PLOTLY}
_OURS, _THEIRS = _FOLDERS


def _loader(module: str) -> str:
    """The script that Streamlit is given for a module of ours.

    Streamlit sends it with every rerun, so it only fetches the real one over HTTP, and is short. It comes from a blob
    and knows no address of its own; the first file that Streamlit itself loaded tells where the app lives, whatever
    path or proxy it stands behind.
    """
    return f"""
const own=performance.getEntriesByType("resource").find(({{name}})=>name.includes("/static/js/"));
const root=own?own.name.split("static/js/")[0]:document.baseURI;
const at=path=>new URL(path,root).href;
const files="component/{__name__}.";
const urls={{files:at(files+"{_OURS}/"),plotly:at(files+"{_THEIRS}/plotly.min.js"),live:at("live/")}};
const real=import(at(files+"{_OURS}/{module}"));
export default component=>real.then(module=>module.default(component,urls));
"""


_LOADER: Final = _loader("live_charts.js")
# Plotly writes its style rules into the document's head, where a shadow root would not see them.
_mount: Final = st.components.v2.component("ce_viz.live", js=_LOADER, isolate_styles=False)
_follow: Final = st.components.v2.component("ce_viz.follow", js=_loader("follow.js"), isolate_styles=False)
_teach: Final = st.components.v2.component("ce_viz.teach", js=_loader("teach.js"), isolate_styles=False)


def _serve_files() -> None:
    """Let Streamlit serve our folder and plotly.js; each server's registry is filled once.

    Its public call fills the registry of the process that imports a module, which knows of no server yet.
    """
    registry = Runtime.instance().component_registry if Runtime.exists() else None
    for name, folder in _FOLDERS.items():
        if registry and registry.get_component_path(f"{__name__}.{name}") is None:
            declare_component(name, path=str(folder))


def styles() -> list[str]:
    """Paths of the style sheets that boards bring with them, from the app's root: for a page that may have none."""
    _serve_files()
    return [f"component/{__name__}.{_OURS}/{name}" for name in STYLES]


def live_charts(
    board: Board,
    *,
    words: Mapping[str, str],
    palette: Mapping[str, str],
    page: str | None = None,
    link: str = "",
    tick_ms: int | None = None,
    asks_end: bool = False,
    can_hide: bool = False,
    presented: int | None = None,
    session: str = "",
    is_meant: Callable[[object], bool] = lambda _: True,
    handled: int = 0,
    on_message: Callable[[int, Sequence[Event]], None] | None = None,
) -> None:
    """Draw a board in place: between runs each chart keeps its element, and only changed ones are drawn again.

    Args:
      board: The grid; its key is the component's.
      words: The texts the browser shows, one for each of ``WORDS``.
      palette: Dark-theme colour of each light-theme colour in the figures, lower-case ``#rrggbb``.
      page: Name of the page at the live route; None if its answers would be another visitor's.
      link: Query string of the settings that the board shows.
      tick_ms: Ask for the next frame this long after the last.
      asks_end: Have the browser say where a play that is over has come to, also if none went on there.
      can_hide: Give each card a button that covers or uncovers it.
      presented: Given for a projector: all is magnified until the smallest print is a fortieth of the window's height,
        and each drawing is so high before it is. Phones show what they always do.
      session: Name of the visit's session. Another one has heard nothing of what was sent to the one before; and one
        that Back has led on takes another name: what was sent before belongs to what Back has left.
      is_meant: Whether a message to a session of this name is to be acted upon when it comes.
      handled: Id of the newest message that was acted upon.
      on_message: Called with a message's id and its events before the script runs; without events where it has come
        before: that it came says who asked for the run.
    Raises:
      ValueError: A name occurs twice, or a text is missing.
    """
    names = [chart.name for chart in board.charts]
    if len(set(names)) < len(names):
        raise ValueError(f"chart names must differ, got {names}")
    if missing := set(WORDS) - set(words):
        raise ValueError(f"words must hold {WORDS}, missing {sorted(missing)}")

    def receive() -> None:
        state = st.session_state.to_dict().get(board.key)
        if state is None or on_message is None:
            return  # sent while the visitor left the page, and merged with the change of page
        message = state.get("message")
        meant = isinstance(message, Mapping) and is_meant(message.get("session"))
        on_message(*read_message(message if meant else None, handled))

    told: dict[str, Any] = {
        "page": page,
        "link": link,
        "session": session,
        "handled": handled,
        "asksEnd": asks_end,
        "canHide": can_hide,
        "height": board.height,
        "presented": presented,
        "words": {word: words[word] for word in WORDS},
        "palette": dict(palette),
    }
    _serve_files()
    _mount(key=board.key, data=payload(board, tick_ms, **told), on_message_change=receive)


def follow(code: str, *, words: Mapping[str, str], links: Sequence[tuple[str, str]]) -> None:
    """Draw a student's page: what the class of this code is shown and asked, with no further run of the script.

    Args:
      code: The class's, as ``ce_viz/live/classes`` makes them.
      words: The texts that the page says, with the language as ``lang``.
      links: Text and address of each way to elsewhere.
    """
    _serve_files()
    _follow(key="follow", data={"code": code, "words": dict(words), "links": [list(link) for link in links]})


def teach(
    code: str, *, qr: str, words: Mapping[str, str], on_class: Callable[[str, str], None], key: str = "teach"
) -> None:
    """Draw a teacher's panel; the class itself lives in the teacher's tab.

    Args:
      code: Of the class that is on, as far as the script knows; empty if none.
      qr: A picture of the class's address, as SVG; empty if none.
      words: The texts that the panel says, with the language as ``lang``.
      on_class: Called before the script runs with the code of a class that was opened, and the app's address without
        page and settings; both empty once it is closed. They are what a browser said.
      key: The component's.
    """

    def receive() -> None:
        opened = (st.session_state.to_dict().get(key) or {}).get("opened")
        if isinstance(opened, Mapping):
            told, root = opened.get("code"), opened.get("root")
            if isinstance(told, str) and isinstance(root, str):
                on_class(told, root)

    _serve_files()
    _teach(
        key=key,
        width="content",
        data={"code": code, "qr": qr, "words": dict(words)},
        on_opened_change=receive,
    )
