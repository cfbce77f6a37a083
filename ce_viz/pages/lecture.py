"""What the pages give to a class that follows: the road's own pictures, in each language, and what can be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from ce_viz.figures.style import DARK
from ce_viz.live import WORDS, Board
from ce_viz.live.classes.lecture import Answer, Asked, NothingToAskError, Scene, Slide
from ce_viz.live.message import told
from ce_viz.live.route import Question
from ce_viz.pages import questions, road
from ce_viz.pages.questions import Posed
from ce_viz.pages.respond import is_slow, responder
from ce_viz.pages.road import Page
from ce_viz.pages.visit import visit_of
from ce_viz.settings.value import Settings, read
from ce_viz.strings import LANGUAGES, words

_KEPT = 256  # questions in their languages
_IN_LINKS = {"logits", "targets"}  # charts whose numbers stand in every link


class PagesLecture:
    """The ``Lecture`` of some pages."""

    def __init__(self, pages: Mapping[str, Page]) -> None:
        self._pages, self._respond = pages, responder(pages)
        self._posed = lru_cache(_KEPT)(self._read)

    @property
    def languages(self) -> tuple[str, ...]:
        """Those of the catalogues."""
        return tuple(LANGUAGES)

    def show(self, slide: Slide, language: str) -> Scene:
        """What the slide looks like; where the link would tell what is covered, it is kept back."""
        link, view = self._respond(_question(slide, language))
        hidden = {chart.name for board in view.boards for chart in board.charts if chart.hidden}
        tells = not hidden.isdisjoint(_IN_LINKS)
        link, page = ("", None) if tells else (link, slide.page)
        title = words(language)[f"nav.{slide.page}"]
        boards = tuple(_told(board, language, page, link) for board in view.boards)
        return Scene(slide.page, link, title, view, boards)

    def is_slow(self, slide: Slide) -> bool:
        """Whether to show it may take more than some milliseconds."""
        return is_slow(self._pages, _question(slide, ""))

    def ask(self, slide: Slide, chart: str) -> Asked:
        """The question that a slide poses; raises ``NothingToAskError``."""
        link, _ = self._respond(_question(slide, ""))
        posed = self._posed(slide.page, link, chart, "en")
        if posed is None:
            raise NothingToAskError
        if posed.choices:
            return Asked(slide.page, link, "", "choice", len(posed.choices))
        return Asked(slide.page, link, posed.chart, "guess", len(posed.names), *posed.reach)

    def word(self, asked: Asked, language: str) -> Mapping[str, Any]:
        """The question in a language."""
        posed = self._of(asked, language)
        board = None
        if not posed.choices:
            guess = questions.to_guess_on(posed, words(language))
            board = told(guess, None, **_told(guess, language, None, ""))
        choices = list(posed.choices) or None
        return {"title": posed.title, "text": posed.text, "choices": choices, "board": board}

    def results(
        self, asked: Asked, rounds: Sequence[Sequence[Answer]], language: str, *, uncovered: bool
    ) -> Mapping[str, Any]:
        """The payload of a board with the answers."""
        posed = self._of(asked, language)
        board = questions.results(posed, rounds, words(language), uncovered=uncovered)
        return told(board, None, **_told(board, language, None, ""))

    def _of(self, asked: Asked, language: str) -> Posed:
        posed = self._posed(asked.page, asked.link, asked.chart, language)
        assert posed is not None  # else it could not have been asked
        return posed

    def _read(self, name: str, link: str, chart: str, language: str) -> Posed | None:
        page = self._pages[name]
        settings, _ = read(dict(parse_qsl(link, keep_blank_values=True)), addressed=False)
        visit = visit_of(settings, language)
        ask = getattr(page, "ask", None)
        own: Posed | None = ask(visit) if ask and not chart else None
        return own or questions.covered(visit, road.show(page, visit), chart)


def _question(slide: Slide, language: str) -> Question:
    query = {name: value for name, value in slide.query.items() if name != "lang"}
    return Question(slide.page, query | ({"lang": language} if language else {}), slide.events, language)


def _told(board: Board, language: str, page: str | None, link: str) -> dict[str, Any]:
    """What the browser is told of a board besides its charts: nobody plays, covers or magnifies there."""
    texts = visit_of(Settings(), language).chart_words
    return {
        "page": page,
        "link": link,
        "handled": 0,
        "canHide": False,
        "presented": None,
        "height": board.height,
        "words": {word: texts[word] for word in WORDS},
        "palette": DARK,
    }
