"""How a file was read, drawn by Streamlit: the questions that it leaves, and each column with a role to change."""

from __future__ import annotations

from functools import partial

import streamlit as st

from ce_viz.core.inspection import ROLES, Item, Question
from ce_viz.pages.frame.session import Session
from ce_viz.pages.frame.widgets import entered
from ce_viz.pages.inspect import reading
from ce_viz.pages.inspect.page_source import choose
from ce_viz.pages.inspect.work import Choices, Step
from ce_viz.pages.text import markdown
from ce_viz.strings import Words

_COLUMN, _TABLE = 158, 256  # pixels; on a phone the next one can be seen to follow


def questions(
    words: Words,
    session: Session,
    choices: Choices,
    asked: tuple[Question, ...],
    *,
    part: str = "inspect",
) -> None:
    """What must be decided first, and what would follow from each answer; ``part`` begins the keys of its widgets."""
    for number, one in enumerate(asked):
        with st.container(border=True, key=f"{part}_question_{number}"):
            st.markdown(f":material/help: {reading.question(words, one)}")
            with st.container(horizontal=True, gap="medium"):
                for place, answer in enumerate(one.options):
                    step = Step(answer.choices, answer.name, one.code, answer.code)
                    with st.container(width="content", gap="xsmall"):
                        st.button(
                            reading.option(words, one.code, answer.code, answer.name),
                            key=f"{part}_answer_{number}_{place}",
                            on_click=choose,
                            args=(session, partial(choices.decide, step)),
                        )
                        if follows := reading.consequence(words, answer):
                            st.caption(follows)


def steps(words: Words, session: Session, choices: Choices, *, part: str = "inspect") -> None:
    """What was decided, each to be taken back, and all of it at once; ``part`` begins the keys of its widgets."""
    if not choices.steps:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(f":material/edit: {words['inspect.decided']}", width="content")
        for number, step in enumerate(choices.steps):
            st.button(
                reading.step(words, step),
                icon=":material/undo:",
                help=words["inspect.take_back"],
                key=f"{part}_back_{number}",
                on_click=choose,
                args=(session, partial(choices.take_back, step)),
            )
        st.button(
            words["inspect.plan_undo"],
            key=f"{part}_back_all",
            on_click=choose,
            args=(session, partial(choices.take_back, *choices.steps)),
            type="tertiary",
        )


def plan(
    words: Words,
    session: Session,
    choices: Choices,
    *,
    asked: bool,
    part: str = "inspect",
    expanded: bool = True,
) -> None:
    """The first rows of the file, what each column is for over it, and why below it.

    Args:
      words: The texts.
      session: Whose choices change.
      choices: what was brought and chosen.
      asked: Whether a question is open, on which the rest depends.
      part: What the keys of its widgets begin with.
      expanded: Whether it is open at first.
    """
    items = reading.plan(choices)
    if not items:
        return
    with st.expander(
        words["inspect.plan"], expanded=expanded, key=f"{part}_plan", on_change="rerun"
    ) as panel:
        if not panel.open:
            return
        st.caption(words["inspect.plan_hint"])
        picked = _picked(items, part)
        with st.container(horizontal=True, wrap=False, gap="small", key=f"{part}_columns"):
            files = {item.file for item in items}
            for item in reading.shown(items, picked):
                is_open = asked and item.reason == "unused"
                with st.container(
                    border=True, width=_TABLE if reading.is_table(item) else _COLUMN, gap="xsmall"
                ):
                    _role(words, session, choices, item, part, is_open=is_open)
                    if len(files) > 1:
                        st.caption(markdown(item.file))
                    st.markdown(f"**{markdown(reading.name(words, item))}**")
                    st.text(reading.values(item))
                    st.caption(words["inspect.open_reason"] if is_open else reading.reason(words, item))
        if len(items) > reading.MOST_CARDS:
            _pick(words, items, part)


def _role(words: Words, session: Session, choices: Choices, item: Item, part: str, *, is_open: bool) -> None:
    key, name = f"{part}_role_{item.key}", reading.name(words, item)

    def changed() -> None:
        role = entered(key)
        if role in ROLES and (is_open or role != item.role):
            choose(session, lambda: choices.decide(Step({item.key: role}, name)))

    st.session_state[key] = None if is_open else item.role
    st.selectbox(
        words.fill("inspect.role_readout", name=name),
        ROLES,
        index=None,
        placeholder=words["inspect.open_role"],
        required=not is_open,
        format_func=lambda role: words[f"inspect.plan_roles.{role}"],
        key=key,
        on_change=changed,
        label_visibility="collapsed",
    )


def _picked(items: tuple[Item, ...], part: str) -> str:
    """Key of the column that was picked to be shown."""
    picked = entered(f"{part}_other_column")
    return picked if picked in {item.key for item in items} else ""


def _pick(words: Words, items: tuple[Item, ...], part: str) -> None:
    """Any column by its name, for files that have too many to show."""
    by_key = {item.key: item for item in items}
    st.selectbox(
        words.fill("inspect.other_readout", count=f"{len(items):,}"),
        list(by_key),
        placeholder="…",
        index=None,
        format_func=lambda key: f"{by_key[key].place + 1} · {reading.name(words, by_key[key])}",
        key=f"{part}_other_column",
        width=340,
    )
