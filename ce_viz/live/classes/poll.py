"""A question and its votes: each member's last answer counts, once, until the answers are revealed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ce_viz.live.classes.lecture import Answer, Asked, Lecture
from ce_viz.live.classes.limits import MAX_KNOWN
from ce_viz.live.classes.messages import MessageError, read_answer, slide_of

_DECIMALS = 3  # of a guess: a bar is some hundred pixels high
_NAME = 24  # letters of a member's name

NOTHING_ASKED: Mapping[str, Any] = {"question": None, "answered": 0, "revealed": False, "results": None}
"""What a class is told where there is no question."""


class RuledOutError(Exception):
    """What is wanted is not possible now."""

    def __init__(self, rule: str, status: int = 409) -> None:
        """Take the rule that forbids it, and the status that says so."""
        self.rule, self.status = rule, status
        super().__init__(rule)


class Poll:
    """One question.

    Attributes:
      asked: What is asked.
      number: Of the question in its class, from 1.
      votes: For each round, the answers by member.
      revealed: Whether everybody sees the answers.
    """

    def __init__(self, asked: Asked, number: int) -> None:
        self.asked, self.number = asked, number
        self.votes: list[dict[str, Answer]] = [{}]
        self.revealed = False

    @property
    def round(self) -> int:
        """The round that is voted in, 1 or 2."""
        return len(self.votes)

    @property
    def answered(self) -> int:
        """How many members have answered in this round."""
        return len(self.votes[-1])

    def vote(self, name: str, question: int, number: int, answer: Answer) -> bool:
        """Count a member's answer in place of an earlier one; whether it differs. Raises ``RuledOutError``."""
        if question != self.number:
            raise RuledOutError("question")
        if number != self.round:
            raise RuledOutError("round")
        answer = self.fitting(answer)
        if self.votes[-1].get(name) == answer:
            return False
        if self.revealed:
            raise RuledOutError("revealed")
        self.votes[-1][name] = answer
        return True

    def fitting(self, answer: Answer) -> Answer:
        """The answer as it is counted; raises ``RuledOutError`` if it is none to this question."""
        asked = self.asked
        if isinstance(answer, int):
            if asked.kind != "choice" or answer >= asked.size:
                raise RuledOutError("answer", 400)
            return answer
        if asked.kind != "guess" or len(answer) != asked.size:
            raise RuledOutError("answer", 400)
        if not all(asked.low <= value <= asked.high for value in answer):
            raise RuledOutError("answer", 400)
        return tuple(round(value, _DECIMALS) + 0.0 for value in answer)

    def again(self) -> None:
        """Ask a second time; the first answers are kept beside. Raises ``RuledOutError``."""
        if self.round == 2:
            raise RuledOutError("round")
        self.votes.append({})
        self.revealed = False

    def told(
        self, lecture: Lecture, language: str, *, everything: bool, uncovered: bool
    ) -> Mapping[str, Any]:
        """What a class is told of it; the answers once they are revealed, or with ``everything``.

        Args:
          lecture: What words it, and draws the answers.
          language: In which it is told.
          everything: Whether it is the teacher who is told.
          uncovered: Whether the chart that is guessed can be seen: then the truth stands beside revealed answers.
        """
        asked = {"number": self.number, "round": self.round, "kind": self.asked.kind}
        rounds = [[votes[name] for name in sorted(votes)] for votes in self.votes]
        return {
            "question": {**asked, **lecture.word(self.asked, language)},
            "answered": self.answered,
            "revealed": self.revealed,
            "results": lecture.results(self.asked, rounds, language, uncovered=self.revealed and uncovered)
            if everything or self.revealed
            else None,
        }

    def told_of(self, name: str) -> Mapping[str, Any]:
        """What a member who has answered in this round is told of their own answer."""
        given = self.votes[-1][name]
        kind = "choice" if isinstance(given, int) else "guess"
        return {"kind": "mine", "question": self.number, "round": self.round, kind: given}

    def held(self) -> dict[str, Any]:
        """What it takes to go on with this question elsewhere."""
        return {
            "number": self.number,
            "page": self.asked.page,
            "link": self.asked.link,
            "chart": self.asked.chart,
            "revealed": self.revealed,
            "votes": self.votes,
        }

    def restore(self, held: Mapping[str, Any]) -> None:
        """Take over what ``held`` gave; what does not fit is left out. Raises ``MessageError``."""
        rounds, revealed = held.get("votes"), held.get("revealed")
        if not isinstance(rounds, list) or not 0 < len(rounds) <= 2 or not isinstance(revealed, bool):
            raise MessageError
        self.votes = [self._restored(votes) for votes in rounds]
        self.revealed = revealed

    def _restored(self, votes: object) -> dict[str, Answer]:
        if not isinstance(votes, dict) or len(votes) > MAX_KNOWN:
            raise MessageError
        kept = {}
        for name, given in votes.items():
            if len(name) != _NAME:
                raise MessageError
            try:
                kept[name] = self.fitting(read_answer(given))
            except RuledOutError as error:
                raise MessageError from error
        return kept


def restored(lecture: Lecture, held: object) -> Poll:
    """The question that ``held`` gave, and its votes. Raises ``MessageError``."""
    if not isinstance(held, Mapping):
        raise MessageError
    number, *texts = (held.get(name) for name in ("number", "page", "link", "chart"))
    if type(number) is not int or not 0 < number < 2**31:
        raise MessageError
    if not all(isinstance(text, str) for text in texts):
        raise MessageError
    page, link, chart = map(str, texts)
    try:
        poll = Poll(lecture.ask(slide_of(page, link), chart), number)
    except (LookupError, ValueError) as error:
        raise MessageError from error
    poll.restore(held)
    return poll
