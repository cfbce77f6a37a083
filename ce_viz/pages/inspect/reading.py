"""How a file was read, in words: what each column is for and why, what must be asked, and what a person decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from ce_viz.core.inspection import Item, Option, Question
from ce_viz.pages.inspect.work import Choices, Step
from ce_viz.pages.text import markdown
from ce_viz.strings import Words

MOST_CARDS = 9
"""Columns that are shown at once; any other can be picked."""

_SHOWN_SCORES = 3  # of the class scores, where there are too many columns to show all
_SHOWN_VALUE = 40  # characters of one row of a table


def plan(choices: Choices) -> tuple[Item, ...]:
    """What each column is for; where nothing could be read, the newest plan with what was chosen since."""
    chosen = {key: text for step in choices.steps if not step.question for key, text in step.choices.items()}
    return tuple(
        replace(item, role=chosen[item.key], reason="chosen", sure="sure", numbers={})
        if item.key in chosen
        else item
        for item in choices.plan
    )


def shown(items: Sequence[Item], picked: str) -> tuple[Item, ...]:
    """The columns that are shown: all, or what is no class, some classes, and the one that was picked."""
    if len(items) <= MOST_CARDS:
        return tuple(items)
    plain = [item.key for item in items if item.role == "scores" and item.sure == "sure"]
    first = {*plain[: _SHOWN_SCORES - 1], *plain[-1:]}
    others = [item.key for item in items if item.key not in plain]
    chosen = {*others[: MOST_CARDS - len(first)], *first, picked}
    return tuple(item for item in items if item.key in chosen)


def name(words: Words, item: Item) -> str:
    """A column's name, a visitor's own text; its number, from 1, where it has none."""
    return item.name or words.fill("inspect.column_readout", number=item.place + 1)


def values(item: Item) -> str:
    """The first values of a column or array, one a line, a visitor's own text."""
    short = (text if len(text) <= _SHOWN_VALUE else f"{text[:_SHOWN_VALUE]}…" for text in item.first)
    return "\n".join(text or "–" for text in short)


def is_table(item: Item) -> bool:
    """Whether each row of it holds several values."""
    return item.classes > 0 or any(", " in text for text in item.first)


def unused(items: Sequence[Item]) -> tuple[Item, ...]:
    """What neither figures nor the joining of files are made of."""
    used = ("scores", "label", "targets", "names")
    return tuple(item for item in items if item.role not in used and item.reason != "joins")


def reason(words: Words, item: Item) -> str:
    """Why a column is taken for what it is, and how sure that is."""
    told = words.fill(f"inspect.plan_reasons.{item.reason}_readout", **_texts(item.numbers))
    sure = words[f"inspect.plan_sure.{item.sure}"]
    return told if item.reason == "chosen" else words.fill("inspect.reason_readout", sure=sure, reason=told)


def question(words: Words, asked: Question) -> str:
    """What must be decided before anything is worked out."""
    told = words.fill(f"inspect.questions.{asked.code}_readout", **_texts(asked.numbers))
    return words.fill("inspect.question_readout", question=told)


def option(words: Words, asked: str, code: str, about: str) -> str:
    """One answer to a question, by its code, about something in the file."""
    return words.fill(f"inspect.options.{asked}_{code}_readout", name=markdown(about))


def consequence(words: Words, answer: Option) -> str:
    """What would follow from an answer: rows, classes, and how many of them are right."""
    if "?encoding" in answer.choices:
        return ""  # what follows is seen in the words themselves
    if answer.rows is None:
        return words["inspect.asks_more"]
    share = "–" if answer.accuracy is None else f"{100 * answer.accuracy:.1f}%"
    classes = "–" if answer.classes is None else f"{answer.classes:,}"
    return words.fill("inspect.consequence_readout", rows=f"{answer.rows:,}", classes=classes, accuracy=share)


def step(words: Words, done: Step) -> str:
    """What a person decided."""
    if done.question:
        return option(words, done.question, done.option, done.name)
    (role,) = done.choices.values()
    label = words[f"inspect.plan_roles.{role}"]
    return words.fill("inspect.step_readout", name=markdown(done.name), role=label)


def _texts(numbers: Mapping[str, float | str]) -> dict[str, str]:
    return {
        key: markdown(value) if isinstance(value, str) else f"{value:,.6g}" for key, value in numbers.items()
    }
