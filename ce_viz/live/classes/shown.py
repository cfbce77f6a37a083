"""What is on the screens of a class in one language: encoded once, whole or as what has moved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ce_viz.live.charts import Board
from ce_viz.live.classes.lecture import Scene
from ce_viz.live.classes.stream import Message
from ce_viz.live.message import answer, told


class Shown:
    """A scene that is shown."""

    def __init__(self, scene: Scene, number: int) -> None:
        self._scene, self._number = scene, number
        self._state: Message | None = None
        self._stills: frozenset[str] | None = None

    def state(self) -> Message:
        """Everything, for those who hold nothing."""
        if self._state is None:
            boards = [told(board, None, **more) for board, more in _boards(self._scene)]
            self._stills = _stills(card for board in boards for card in board["charts"])
            content = {
                "kind": "state",
                "number": self._number,
                "page": self._scene.page,
                "link": self._scene.link,
                "title": self._scene.title,
                "boards": boards,
            }
            self._state = Message.of(content, whole=True)
        return self._state

    def move_from(self, before: Shown) -> Message | None:
        """What has moved, for those who hold what was shown before; None where they need everything."""
        if self._frame() != before._frame():
            return None
        moved = answer(self._scene.view, before.stills()) | {"tick": None}
        self._stills = _stills(moved["charts"])
        content = {"link": self._scene.link, "board": moved}
        whole = any("figure" in card for card in moved["charts"])
        return Message.of({"kind": "move", "number": self._number, "answer": content}, whole=whole)

    def stills(self) -> frozenset[str]:
        """Names of the still parts that whoever is up to date holds."""
        if self._stills is None:
            self.state()
        return self._stills or frozenset()

    def uncovers(self, chart: str) -> bool:
        """Whether a chart of that name is there to be seen."""
        return any(
            each.name == chart and not each.hidden
            for board in self._scene.view.boards
            for each in board.charts
        )

    def _frame(self) -> list[object]:
        """What no move can change."""
        boards = [
            (board.key, board.columns, more["page"], more["height"], [chart.name for chart in board.charts])
            for board, more in _boards(self._scene)
        ]
        return [self._scene.page, self._scene.title, boards]


def _boards(scene: Scene) -> Iterable[tuple[Board, Mapping[str, Any]]]:
    return zip(scene.view.boards, scene.told, strict=True)


def _stills(cards: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    return frozenset(card["still"] for card in cards if "still" in card)
