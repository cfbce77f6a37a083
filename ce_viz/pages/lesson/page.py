"""The lesson drawn by Streamlit: the scene's idea and task above the charts, what follows below, and the way on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from ce_viz.pages import descent, road
from ce_viz.pages.frame import board
from ce_viz.pages.frame.parts import NEXT, explained
from ce_viz.pages.frame.parts import title as heading
from ce_viz.pages.frame.session import Session
from ce_viz.pages.lesson import scenes, sentences, view
from ce_viz.pages.lesson.settings import BETS, NUM_FOLDS, NUM_SCENES
from ce_viz.pages.lesson.tasks import SCENES, Look
from ce_viz.pages.visit import Visit
from ce_viz.settings.shared import UNDOABLE
from ce_viz.settings.value import Settings

NAME = "lesson"

_DOORS = ("derivation", "why", "pitfalls", "explore")
_ENDS_PLAY = (*UNDOABLE, "learning_rate", "scene")
Act = Callable[[Settings], Settings]


def page(visit: Visit, session: Session) -> None:
    """Draw the page."""
    if session.arrived and scenes.is_bare(visit.settings):  # a link to a scene shows that scene
        session.press(partial(scenes.begun, scene=visit.settings["scene"]))
        st.rerun()
    shown, at = road.show(view, visit), view.look(visit)
    scene, fits = visit.settings["scene"], scenes.fits(visit.settings)
    is_covered = view.is_covered(visit, shown.board(view.BOARD))
    _strip(visit, session)
    with explained(visit, sentences.idea(visit, at) if fits else ""):
        if fits:
            with st.container(horizontal=True, vertical_alignment="center", gap="small", key="task"):
                st.markdown(f":material/touch_app: {sentences.prompt(visit, at)}", width="content")
                _CONTROLS[scene](visit, session, at)
        else:
            _begin(visit, session, scene)
        board.draw(session, visit, view, shown, view.BOARD, name=NAME)
        if fits and not is_covered:
            _outcomes(visit, at)
    _way_on(visit, session)


def _outcomes(visit: Visit, at: Look) -> None:
    """What has come of the tasks."""
    for task, text in sentences.outcomes(visit, at):
        with st.container(key=f"outcome_{task}"):
            if sentences.is_wrong(visit, task):
                st.info(text, icon=":material/lightbulb:")
            else:
                st.success(text, icon=":material/check:")


def _strip(visit: Visit, session: Session) -> None:
    """The scene's title, and the way to every scene."""
    at, done = visit.settings["scene"], scenes.recorded(visit.settings)["done"]
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        heading(f"{at} · {sentences.title(visit, at)}")
        st.space("stretch")
        with st.container(horizontal=True, gap="xxsmall", width="content"):
            for scene in range(1, NUM_SCENES + 1):
                is_done = set(SCENES[scene]) <= set(done)
                st.button(
                    f"{scene} ✓" if is_done else str(scene),
                    key=f"scene_{scene}",
                    type="primary" if scene == at else "secondary",
                    help=sentences.title(visit, scene),
                    on_click=session.press,
                    args=(partial(scenes.begun, scene=scene),),
                )


def _begin(visit: Visit, session: Session, scene: int) -> None:
    """Where the settings are not the scene's: say so, and offer its own."""
    sentence, button = st.columns([5, 1], vertical_alignment="center")
    sentence.info(visit.words["lesson.other_settings"])
    button.button(
        visit.words["lesson.begin"],
        key="begin",
        type="primary",
        on_click=session.press,
        args=(partial(scenes.begun, scene=scene),),
    )


def _press(
    visit: Visit, session: Session, word: str, act: Act, *, icon: str = "", main: bool = False
) -> None:
    """A button of the task."""
    st.button(
        visit.words[f"lesson.{word}"],
        key=word,
        icon=f":material/{icon}:" if icon else None,
        type="primary" if main else "secondary",
        on_click=session.press,
        args=(act,),
    )


def _shares(visit: Visit, session: Session, _: Look) -> None:
    if "sure" in scenes.recorded(visit.settings)["done"]:
        _press(visit, session, "add", scenes.shifted)


def _label(visit: Visit, session: Session, at: Look) -> None:
    if sentences.task_of(visit, at) == "only" and sentences.is_blocked(at, "only"):
        _press(visit, session, "put_back", scenes.put_back, icon="undo")


def _guess(visit: Visit, session: Session, _: Look) -> None:
    settings = scenes.recorded(visit.settings)
    if "guess" not in settings["done"]:
        _press(visit, session, "reveal", scenes.revealed, main=True)
        return
    if scenes.is_matching(settings):
        _press(visit, session, "unhide", scenes.shown)
        return
    if "thrice" in settings["done"] and "match" not in settings["done"]:
        _press(visit, session, "cover", scenes.hidden, main=True)
    _press(visit, session, "guess_again", scenes.guessing_again)


def _play(visit: Visit, session: Session, first: Act) -> None:
    """The button that starts a play or lets it pause."""
    word, icon, act = ("pause", "pause", session.stop) if visit.playing else ("play", "play_arrow", None)

    def play() -> None:
        session.play(NAME, ends_with=_ENDS_PLAY, first=first)

    st.button(
        visit.words[f"lesson.{word}"],
        icon=f":material/{icon}:",
        key="lesson_play",
        type="primary",
        on_click=act or play,
    )


def _terms(visit: Visit, session: Session, _: Look) -> None:
    def first(settings: Settings) -> Settings:
        return scenes.folded(settings.changed(fold=settings["fold"] % NUM_FOLDS))

    _play(visit, session, first)
    _press(visit, session, "to_end", lambda settings: scenes.recorded(settings.changed(fold=NUM_FOLDS)))
    _press(visit, session, "from_start", lambda settings: settings.changed(fold=0))


def _descent(visit: Visit, session: Session, _: Look) -> None:
    def rewind() -> None:
        session.stop(discard=True)
        session.press(descent.rewound)

    _play(visit, session, lambda settings: scenes.recorded(descent.advanced(settings)))
    st.button(
        visit.words["learn.rewind"],
        key="lesson_rewind",
        on_click=rewind,
        disabled=not visit.settings["descent_step"],
    )
    if visit.scenario.mode == "one-hot":
        _press(visit, session, "smooth", scenes.smoothed, main="endless" in visit.settings["done"])
    else:
        _press(visit, session, "one_hot", partial(scenes.begun, scene=5))


def _breaks(visit: Visit, session: Session, _: Look) -> None:
    name = scenes.question(visit.settings)
    if not visit.settings[f"bet_{name}"]:
        for answer in BETS if name == "sum" else (BETS[-1], *BETS[:-1]):  # the right one has not one place
            _press(visit, session, f"{name}.{answer}", partial(scenes.bet, answer=answer))
        return
    other = "temperature" if name == "sum" else "sum"
    _press(visit, session, f"ask_{other}", partial(scenes.asked, name=other))
    _press(visit, session, "bet_again", partial(scenes.asked, name=name))


_CONTROLS: Mapping[int, Callable[[Visit, Session, Look], None]] = {
    1: _shares,
    2: _label,
    3: _guess,
    4: _terms,
    5: _descent,
    6: _breaks,
}


def _way_on(visit: Visit, session: Session) -> None:
    """Back and Next, which presenters have in their strip; after the last scene the doors to what lies behind."""
    scene = visit.settings["scene"]
    if not visit.present:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            _back_and_next(visit, session, scene)
    if scene == NUM_SCENES:
        _doors(visit, session)


def _back_and_next(visit: Visit, session: Session, scene: int) -> None:
    words, done = visit.words, scenes.recorded(visit.settings)["done"]
    if scene > 1:
        st.button(
            words["lesson.back"],
            key="lesson_back",
            shortcut="Left",
            on_click=session.press,
            args=(partial(scenes.begun, scene=scene - 1),),
        )
    if scene < NUM_SCENES:
        st.button(
            words.fill("lesson.next_readout", title=sentences.title(visit, scene + 1)),
            key="lesson_next",
            shortcut="Right",
            type="primary" if set(SCENES[scene]) <= set(done) else "secondary",
            on_click=session.press,
            args=(partial(scenes.begun, scene=scene + 1),),
        )


def _doors(visit: Visit, session: Session) -> None:
    """Where to go from here: the next page, and three others; not within another page."""
    if visit.embedded:
        return
    words = visit.words

    def leave(destination: str) -> None:
        session.press(scenes.ended)
        session.go_to(destination)

    for place, name in zip(st.columns(len(_DOORS)), _DOORS, strict=True):
        is_next = name == NEXT[NAME]
        with place.container(border=True, height="stretch"):
            st.markdown(words[f"nav.then.{NAME}" if is_next else f"lesson.door.{name}"])
            st.button(
                words[f"nav.{name}"],
                key="to_next_page" if is_next else f"door_{name}",
                icon=":material/arrow_forward:",
                type="primary" if is_next else "secondary",
                on_click=leave,
                args=(name,),
            )
