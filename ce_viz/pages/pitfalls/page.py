"""Pitfalls drawn by Streamlit: predict first, then see wrong beside right."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from ce_viz.core import Scenario
from ce_viz.core.studies.pitfalls import NAMES, Choice, Pitfall
from ce_viz.pages import road
from ce_viz.pages.frame import board
from ce_viz.pages.frame.parts import heading, next_page
from ce_viz.pages.frame.session import Session
from ce_viz.pages.frame.widgets import entered
from ce_viz.pages.pitfalls import score, sentences, view
from ce_viz.pages.pitfalls.rounds import Round, round_of
from ce_viz.pages.pitfalls.settings import LATER, MISSED, RIGHT
from ce_viz.pages.text import markdown
from ce_viz.pages.visit import Visit
from ce_viz.settings import readers
from ce_viz.settings.readers import Refused

NAME = "pitfalls"

_LARGEST_GUESS = 1e9
_SIGNS = {None: "", RIGHT: " ✓", LATER: " ↻", MISSED: " ✗"}
_LETTERS = "ABCD"  # that a hall raises its hands for
_read_guess = readers.real(-_LARGEST_GUESS, _LARGEST_GUESS)


@dataclass(frozen=True)
class _Attempt:
    """A guess that was judged, with the settings it was about."""

    guess: str | float
    right: bool
    scenario: Scenario


@dataclass
class _Memory:
    """By round: the newest attempt, and what was refused."""

    attempts: dict[str, _Attempt] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


def page(visit: Visit, session: Session) -> None:
    """Draw the page."""
    attempt = _memory(session).attempts.get(visit.settings["round"])
    if attempt:
        visit = replace(visit, settings=visit.settings.changed(answered=attempt.scenario))
    current = round_of(visit.settings)
    shown = road.show(view, visit)
    session.results = shown.results
    heading(visit, NAME)
    _strip(visit, session)
    story, question = st.columns(2, gap="medium")
    with story:
        _story(visit, current)
    with question:
        st.markdown(f"**{sentences.say(visit, current.asked, 'question')}**")
        if attempt:
            _verdict(visit, session, current.asked, attempt)
        else:
            _question(visit, session, current.asked)
    board.draw(session, visit, view, shown, view.SITUATION, name=NAME)
    if attempt:
        _reasons(visit, current.shown)
        board.draw(session, visit, view, shown, view.COMPARISON, name=NAME)
    _closing(visit)
    next_page(visit, session, NAME)


def _memory(session: Session) -> _Memory:
    return session.recall("pitfalls", _Memory)


def _strip(visit: Visit, session: Session) -> None:
    """The rounds with their marks, and the score."""
    words, marks = visit.words, score.marks(visit.settings)
    titles = {
        name: f"{k + 1}{_SIGNS[marks.get(name)]} · {words[f'pitfalls.{name}.title']}"
        for k, name in enumerate(NAMES)
    }
    rounds, counted = st.columns(2, gap="medium", vertical_alignment="center")
    rounds.selectbox(
        words["pitfalls.pick"],
        NAMES,
        format_func=lambda name: titles[name],
        label_visibility="collapsed",
        **session.choice("pitfalls_round", visit.settings["round"], lambda name: session.put(round=name)),
    )

    def forget() -> None:
        session.notes.pop("pitfalls", None)
        session.put(score=())

    with counted, st.container(horizontal=True, vertical_alignment="center"):
        if marks:
            right = list(marks.values()).count(RIGHT)
            counts = {"right": right, "answered": len(marks), "open": len(NAMES) - len(marks)}
            st.markdown(words.fill("pitfalls.score_readout", **counts), width="content")
            st.button(
                words["pitfalls.reset"],
                help=words["pitfalls.reset_help"],
                key="pitfalls_reset",
                on_click=forget,
            )
        elif not visit.present:
            st.caption(words["pitfalls.intro"])


def _story(visit: Visit, current: Round) -> None:
    words, name = visit.words, current.asked.name
    st.markdown(f"#### {NAMES.index(name) + 1} · {words[f'pitfalls.{name}.title']}")
    st.markdown(sentences.say(visit, current.asked, "situation"))
    if name in sentences.CODE:
        st.code(sentences.CODE[name], language="python", wrap_lines=True)
    for sentence in sentences.whose(visit, current):
        st.caption(sentence, help=None if current.asked.own else words["pitfalls.canonical_help"])


def _question(visit: Visit, session: Session, pitfall: Pitfall) -> None:
    words, name, answer = visit.words, pitfall.name, pitfall.answer
    key = f"pitfalls_{name}"

    def submit() -> None:
        session.note(lambda: _judge(visit, session, pitfall, entered(key)))

    with st.form(f"pitfalls_form_{name}", border=False):
        if isinstance(answer, Choice):
            st.radio(
                sentences.say(visit, pitfall, "question"),
                answer.options,
                index=None,
                format_func=lambda code: (
                    f"{_LETTERS[answer.options.index(code)]} · {sentences.option(visit, pitfall, code)}"
                ),
                key=key,
                label_visibility="collapsed",
            )
        else:
            tolerance = sentences.tolerance(answer)
            st.text_input(words.fill("pitfalls.your_number_readout", tolerance=tolerance), key=key)
        st.form_submit_button(words["pitfalls.check"], type="primary", on_click=submit, key=f"{key}_check")
    if refused := _memory(session).refused.pop(name, ""):
        st.warning(refused)


def _judge(visit: Visit, session: Session, pitfall: Pitfall, held: Any) -> None:
    """Judge what was chosen or typed, on the question as it was asked."""
    memory, words, name, answer = _memory(session), visit.words, pitfall.name, pitfall.answer
    if held in (None, ""):
        kind = "choose" if isinstance(answer, Choice) else "type"
        memory.refused[name] = words[f"pitfalls.{kind}_first"]
        return
    try:
        guess = held if isinstance(answer, Choice) else _read_guess(held)
    except Refused as refused:
        told = {"field": words["pitfalls.your_number"], "value": markdown(refused.value), **refused.limits}
        memory.refused[name] = words.fill(f"errors.{refused.rule}", **told)
        return
    right = answer.judge(guess)  # type: ignore[arg-type]
    memory.attempts[name] = _Attempt(guess, right, visit.scenario)
    session.press(lambda settings: score.judged(settings, name, right=right))


def _verdict(visit: Visit, session: Session, pitfall: Pitfall, attempt: _Attempt) -> None:
    words, name = visit.words, pitfall.name
    if attempt.right:
        right = sentences.answer(visit, pitfall)
        st.success(f"**{words['pitfalls.verdict_right']}** {right}", icon=":material/check:")
    else:
        st.warning(sentences.verdict(visit, pitfall, attempt.guess), icon=":material/lightbulb:")

    def forget() -> None:
        _memory(session).attempts.pop(name, None)

    def explore() -> None:
        session.put(**_as_settings(pitfall.scenario))
        session.go_to("explore")

    following = NAMES[(NAMES.index(name) + 1) % len(NAMES)]
    with st.container(horizontal=True, gap="small"):
        st.button(
            words.fill("pitfalls.next_readout", title=words[f"pitfalls.{following}.title"]),
            type="primary",
            key="pitfalls_next",
            shortcut="N",
            on_click=session.put,
            kwargs={"round": following},
        )
        st.button(
            words["pitfalls.retry"],
            help=words["pitfalls.retry_help"],
            key="pitfalls_retry",
            on_click=session.note,
            args=(forget,),
        )
        st.button(
            words["pitfalls.explore"],
            help=words["pitfalls.explore_help"],
            key="pitfalls_explore",
            on_click=explore,
        )


def _as_settings(scenario: Scenario) -> dict[str, Any]:
    """What makes Explore show a round's scenario."""
    values: dict[str, Any] = {
        "logits": scenario.logits,
        "mode": scenario.mode,
        "temperature": 1.0,
        "cell": None,
    }
    if scenario.mode == "soft":
        return values | {"targets": scenario.targets}
    return values | {"label": scenario.label + 1, "label_smoothing": scenario.label_smoothing}


def _reasons(visit: Visit, pitfall: Pitfall) -> None:
    """Why it is wrong, and by how much."""
    words = visit.words
    why, numbers = st.columns(2, gap="medium")
    why.markdown(f"**{words['pitfalls.why']}**&ensp;{words[f'pitfalls.{pitfall.name}.why']}")
    numbers.markdown(f"**{words['pitfalls.in_numbers']}**&ensp;{sentences.say(visit, pitfall, 'error')}")


def _closing(visit: Visit) -> None:
    """When all rounds are answered: what to look at again."""
    words, marks = visit.words, score.marks(visit.settings)
    if len(marks) < len(NAMES):
        return
    missed = [words[f"pitfalls.{name}.title"] for name in NAMES if marks[name] != RIGHT]
    if missed:
        right = len(NAMES) - len(missed)
        st.info(words.fill("pitfalls.done_readout", right=right, missed=" · ".join(missed)))
    else:
        st.success(words["pitfalls.all_right"])
