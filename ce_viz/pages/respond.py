"""What the live route answers: a page found by name, its link read, the road taken."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ce_viz.live import View
from ce_viz.live.route import Question, RefusedLinkError, Respond, UnknownPageError
from ce_viz.pages import road
from ce_viz.pages.road import Page
from ce_viz.pages.visit import language
from ce_viz.settings.readers import Invalid, Problem
from ce_viz.settings.value import Settings, read
from ce_viz.strings import words

FEW_CLASSES = 12
"""Classes up to which a page of plain charts is worked out within the server's loop."""


def responder(pages: Mapping[str, Page]) -> Respond:
    """The function that answers for these pages."""

    def respond(question: Question) -> tuple[str, View]:
        page = pages.get(question.page)
        if page is None:
            raise UnknownPageError(question.page)
        settings, problems = read(question.query, addressed=False)
        if problems:
            raise RefusedLinkError([_described(problem, settings, question) for problem in problems])
        try:
            settings, view = road.answer(page, settings, question.events, question.preferred)
        except Invalid as invalid:
            raise RefusedLinkError([_described(invalid.problem, settings, question)]) from invalid
        return settings.link, view

    return respond


def is_slow(pages: Mapping[str, Page], question: Question) -> bool:
    """Whether an answer may take longer than the server's loop can be kept waiting, without reading the link."""
    if question.page not in pages:
        return False
    return question.query.get("logits", "").count(",") >= FEW_CLASSES or pages[question.page].is_slow(
        question
    )


def _described(problem: Problem, settings: Settings, question: Question) -> dict[str, Any]:
    texts = words(language(settings, question.preferred))
    sentence = texts.fill(
        f"errors.{problem.rule}",
        field=texts[f"fields.{problem.name}"],
        value=problem.value,
        **problem.limits,
    )
    return {
        "setting": problem.name,
        "value": problem.value,
        "rule": problem.rule,
        **problem.limits,
        "message": sentence,
    }
