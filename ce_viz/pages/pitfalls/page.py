"""Pitfalls: predict first, then see wrong beside right. No answer leaves the server before a guess has come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import streamlit as st

from ce_viz.core import Scenario
from ce_viz.core.studies.pitfalls import NAMES, Choice, Number, Pitfall, follow, pose
from ce_viz.live import Edit, Event, Undo
from ce_viz.pages.frame import memory
from ce_viz.pages.frame import state as link
from ce_viz.pages.frame.board import board
from ce_viz.pages.pitfalls import charts as pitfall_charts
from ce_viz.pages.pitfalls import sentences as pitfall_words
from ce_viz.pages.text import markdown
from ce_viz.pages.visit import Visit, class_names
from ce_viz.settings import readers as inputs
from ce_viz.settings.readers import Refused
from ce_viz.strings.numbers import field

_CODE = {
    "softmax_axis": "S = np.exp(o) / np.exp(o).sum(axis=0)",
    "double_softmax": "loss = CrossEntropyLoss()(softmax(o, dim=-1), y)",
    "labels_from_one": "y = jax.nn.one_hot([1, 2, 3], 3)",
    "label_smoothing": "loss = CrossEntropyLoss(label_smoothing=ε)",
    "softmax_derivative": "grad = (-y / S) * (S * (1 - S))",
    "sum_index": "M = (-y / S)[:, None] * J\ngrad = M.sum(axis=1)",
    "missing_derivative": "grad = S - y",
    "sign": "grad = y - S\no = o - η * grad",
    "sum_of_targets": "grad = S - y",
    "squared_error": "loss = ((S - y) ** 2).sum()",
    "log_zero": "S = softmax(o)\nloss = -(y * np.log(S)).sum()",
    "batch_reduction": "loss = losses.mean()  # losses.sum()",
}
_LARGEST_GUESS = 1e9
_NARROW_CLASSES = 5  # more bars need wider cards for the numbers on them


@dataclass(frozen=True)
class Attempt:
    """A guess that was judged, with the settings it was about."""

    guess: str | float
    right: bool
    scenario: Scenario


def page(visit: Visit) -> None:
    """Draw the page."""
    name, attempt = link.get("round"), _attempts().get(link.get("round"))
    posed = pose(name, attempt.scenario if attempt else visit.scenario)
    shown = follow(posed, visit.scenario) if attempt else posed
    _strip(visit)
    story, question = st.columns(2, gap="medium")
    with story:
        _story(visit, posed)
        if attempt and shown.scenario != posed.scenario:
            st.caption(visit.words["pitfalls.moved"])
    with question:
        st.markdown(f"**{pitfall_words.say(visit, posed, 'question')}**")
        if attempt:
            _verdict(visit, posed, attempt)
        else:
            _question(visit, posed)
    _situation(visit, shown, answered=attempt is not None)
    if attempt:
        _comparison(visit, shown)
    _closing(visit)


def handle(event: Event) -> None:
    """After the answer, a round made of the visitor's settings follows the hand."""
    match event:
        case Edit(chart="logits", values=values) if len(values) == len(link.get("logits")):
            link.put(logits=values, draft=not event.final)
        case Undo():
            link.undo(redo=event.redo)


def _memory() -> dict[str, Any]:
    """Attempts by round, whether the first one was right, and what was refused."""
    return memory.recall("pitfalls", lambda: {"attempts": {}, "first": {}, "refused": {}})


def _start_over() -> None:
    memory.take("pitfalls")


def _retry(name: str) -> None:
    _attempts().pop(name, None)


def _attempts() -> dict[str, Attempt]:
    return _memory()["attempts"]  # type: ignore[no-any-return]


def _strip(visit: Visit) -> None:
    """The rounds with their marks, and the score."""
    words, first = visit.words, _memory()["first"]
    rounds, score = st.columns(2, gap="medium", vertical_alignment="center")
    rounds.pills(
        words["pitfalls.pick"],
        NAMES,
        format_func=_marked,
        required=True,
        label_visibility="collapsed",
        wrap=True,
        **link.widget("round"),
    )
    with score, st.container(horizontal=True, vertical_alignment="center"):
        if first:
            counts = {"right": sum(first.values()), "answered": len(first), "open": len(NAMES) - len(first)}
            st.markdown(words.fill("pitfalls.score_readout", **counts), width="content")
            st.button(
                words["pitfalls.reset"],
                help=words["pitfalls.reset_help"],
                key="pitfalls_reset",
                on_click=_start_over,
            )
        elif not visit.present:
            st.caption(words["pitfalls.intro"])
        if visit.present:
            st.button(
                words["controls.leave_present"], key="leave", on_click=link.put, kwargs={"present": False}
            )


def _marked(name: str) -> str:
    """A round's number: ✓ right at the first try, ↻ right later, ✗ not yet."""
    first, attempt = _memory()["first"], _attempts().get(name)
    mark = ""
    if name in first:
        mark = " ✓" if first[name] else " ↻" if attempt and attempt.right else " ✗"
    return f"{NAMES.index(name) + 1}{mark}"


def _story(visit: Visit, pitfall: Pitfall) -> None:
    words, name = visit.words, pitfall.name
    st.markdown(f"#### {NAMES.index(name) + 1} · {words[f'pitfalls.{name}.title']}")
    st.markdown(pitfall_words.say(visit, pitfall, "situation"))
    if name in _CODE:
        st.code(_CODE[name], language="python", wrap_lines=True)
    if pitfall.own:
        st.caption(words["pitfalls.own"])
    else:
        st.caption(words["pitfalls.canonical"], help=words["pitfalls.canonical_help"])


def _question(visit: Visit, pitfall: Pitfall) -> None:
    words, name, answer = visit.words, pitfall.name, pitfall.answer
    key = f"pitfalls_{name}"
    with st.form(f"pitfalls_form_{name}", border=False):
        if isinstance(answer, Choice):
            st.radio(
                pitfall_words.say(visit, pitfall, "question"),
                answer.options,
                index=None,
                format_func=lambda code: pitfall_words.option(visit, pitfall, code),
                key=key,
                label_visibility="collapsed",
            )
        else:
            st.text_input(words.fill("pitfalls.your_number_readout", tolerance=_tolerance(answer)), key=key)
        st.form_submit_button(
            words["pitfalls.check"], type="primary", on_click=_submit, args=(visit, name), key=f"{key}_check"
        )
    if refused := _memory()["refused"].pop(name, ""):
        st.warning(refused)


def _tolerance(answer: Number) -> str:
    return f"{field(100 * answer.tolerance)} %" if answer.relative else field(answer.tolerance)


def _submit(visit: Visit, name: str) -> None:
    """Judge what was chosen or typed, on the settings as they stand."""
    answer = pose(name, visit.scenario).answer
    given = memory.entered(f"pitfalls_{name}")
    judged, words = _memory(), visit.words
    if given in (None, ""):
        kind = "choose" if isinstance(answer, Choice) else "type"
        judged["refused"][name] = words[f"pitfalls.{kind}_first"]
        return
    try:
        guess = given if isinstance(answer, Choice) else inputs.real(-_LARGEST_GUESS, _LARGEST_GUESS)(given)
    except Refused as refused:
        told = {"field": words["pitfalls.your_number"], "value": markdown(refused.value), **refused.limits}
        judged["refused"][name] = words.fill(f"errors.{refused.rule}", **told)
        return
    right = answer.judge(guess)
    judged["attempts"][name] = Attempt(guess, right, visit.scenario)
    judged["first"].setdefault(name, right)


def _verdict(visit: Visit, pitfall: Pitfall, attempt: Attempt) -> None:
    words, answer = visit.words, pitfall.answer
    right = pitfall_words.answer(visit, pitfall)
    if attempt.right:
        st.success(f"**{words['pitfalls.verdict_right']}** {right}", icon=":material/check:")
    else:
        told = words.fill(
            "pitfalls.was_guess_readout", guess=pitfall_words.guess(visit, pitfall, attempt.guess)
        )
        trap = answer.trap(attempt.guess)  # type: ignore[arg-type]
        reply = pitfall_words.say(visit, pitfall, f"said_{trap}") if trap else ""
        st.warning(
            f"**{words['pitfalls.verdict_wrong']}** {told} {reply}\n\n"
            + words.fill("pitfalls.was_right_readout", answer=right),
            icon=":material/lightbulb:",
        )
    with st.container(horizontal=True, gap="small"):
        place = NAMES.index(pitfall.name)
        st.button(
            words["pitfalls.next"],
            type="primary",
            key="pitfalls_next",
            shortcut="N",
            on_click=link.put,
            kwargs={"round": NAMES[(place + 1) % len(NAMES)]},
        )
        st.button(
            words["pitfalls.retry"],
            help=words["pitfalls.retry_help"],
            key="pitfalls_retry",
            on_click=_retry,
            args=(pitfall.name,),
        )
        if st.button(words["pitfalls.explore"], help=words["pitfalls.explore_help"], key="pitfalls_explore"):
            _open_in_explore(pitfall.scenario)


def _open_in_explore(scenario: Scenario) -> None:
    values: dict[str, Any] = {
        "logits": scenario.logits,
        "mode": scenario.mode,
        "temperature": 1.0,
        "cell": None,
    }
    if scenario.mode == "soft":
        values["targets"] = scenario.targets
    else:
        values |= {"label": scenario.label + 1, "label_smoothing": scenario.label_smoothing}
    link.put(**values)
    st.switch_page(st.session_state["pages"]["explore"])


def _situation(visit: Visit, pitfall: Pitfall, *, answered: bool) -> None:
    words = visit.words
    names = class_names(words, link.get("names"), len(pitfall.scenario.logits))
    cards = pitfall_charts.situation(visit, pitfall, names, editable=answered and pitfall.own)
    height, columns = 145 if answered else 220, max(2, len(cards))
    board(
        visit, "pitfalls_situation", cards, columns=columns, height=height, coverable=False, on_event=handle
    )


def _comparison(visit: Visit, pitfall: Pitfall) -> None:
    words = visit.words
    why, numbers = st.columns(2, gap="medium")
    why.markdown(f"**{words['pitfalls.why']}**&ensp;{words[f'pitfalls.{pitfall.name}.why']}")
    numbers.markdown(f"**{words['pitfalls.in_numbers']}**&ensp;{pitfall_words.say(visit, pitfall, 'error')}")
    names = class_names(words, link.get("names"), len(pitfall.scenario.logits))
    cards = pitfall_charts.comparison(visit, pitfall, names)
    columns = len(cards) if len(names) <= _NARROW_CLASSES else 2
    board(visit, "pitfalls_comparison", cards, columns=columns, height=170, coverable=False)


def _closing(visit: Visit) -> None:
    """When all rounds are answered: what to look at again."""
    words, first = visit.words, _memory()["first"]
    if len(first) < len(NAMES):
        return
    missed = [words[f"pitfalls.{name}.title"] for name in NAMES if not first[name]]
    if missed:
        right = len(NAMES) - len(missed)
        st.info(words.fill("pitfalls.done_readout", right=right, missed=" · ".join(missed)))
    else:
        st.success(words["pitfalls.all_right"])
