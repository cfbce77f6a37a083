"""What a setting is: its default, how a link's text becomes its value and back, and what else changes it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ce_viz.settings.readers import Reader

Fit = Callable[[Any, int], tuple[Any, str]]
"""A value and the number of classes -> the value that fits, and the rule by which it had to give ("" if it did not)."""


@dataclass(frozen=True)
class Setting:
    """One setting.

    Args:
      default: Its value where a link does not name it.
      read: From a link's text to the value; raises ``Refused``.
      write: From the value to the text.
      as_text: Whether its widget is a text field.
      fit: Brings the value in line with the number of classes, if it depends on it.
      resets_with: Settings whose change sets it back to its default, unless both are changed at once.
      addressed: Whether it stands in the address; else only the live route is told.
      only_where: Name and value of the setting with which alone it changes anything; everywhere if not given.
    """

    default: Any
    read: Callable[[str], Any]
    write: Callable[[Any], str] = str
    as_text: bool = False
    fit: Fit | None = None
    resets_with: tuple[str, ...] = ()
    addressed: bool = True
    only_where: tuple[str, Any] | None = None

    @property
    def edges(self) -> tuple[Any, ...]:
        """Values at the limits of what it takes, where its reader knows them."""
        return self.read.edges if isinstance(self.read, Reader) else ()

    def to_widget(self, value: Any) -> Any:
        """What the widget of this setting holds for ``value``."""
        return self.write(value).replace(",", ", ") if self.as_text else value

    def from_widget(self, held: Any) -> Any:
        """The value of what its widget holds; raises ``Refused``."""
        return self.read(held) if self.as_text else held

    def checked(self, value: Any) -> Any:
        """``value`` if a link could hold it: a message may hold what no widget offers; raises ``Refused``."""
        try:
            text = self.write(value)
        except (TypeError, ValueError):
            text = str(value)
        return self.read(text)


def write_flag(on: bool) -> str:
    """A flag as a link holds it."""
    return str(int(on))


def write_pair(pair: tuple[int, int] | None) -> str:
    """Two class numbers as a link holds them; nothing for None."""
    return "" if pair is None else f"{pair[0]},{pair[1]}"


def pair_within(pair: tuple[int, int] | None, count: int) -> tuple[tuple[int, int] | None, str]:
    """A pair of classes, or None where one of them is gone."""
    return (pair, "") if pair is None or max(pair) <= count else (None, "label")
