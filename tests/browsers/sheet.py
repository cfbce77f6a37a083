"""What came of a tour: a table, and pictures of one step side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

SEEN = "seen"
NOT_INSTALLED = "not installed"


@dataclass(frozen=True, slots=True)
class Column:
    """A browser in the table.

    Attributes:
      name: With its version, where it is installed.
      steps: What came of each step; steps that were not taken are missing.
      pictures: Files of each step, by what they show.
    """

    name: str
    steps: Mapping[str, str] = field(default_factory=dict)
    pictures: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def cell(self, step: str) -> str:
        """What stands in the table.

        >>> Column("WebKitGTK").cell("drag")
        'not installed'
        """
        return self.steps.get(step, NOT_INSTALLED)


def status(columns: Sequence[Column], steps: Sequence[str]) -> int:
    """The command's exit code: 0 where a browser was there, and saw every step as each other that was there did.

    >>> status([Column("A", {"drag": "seen"}), Column("B")], ["drag"])
    0
    >>> status([Column("A", {"drag": "seen"}), Column("B", {"drag": "no bar"})], ["drag"])
    1
    >>> status([Column("A"), Column("B")], ["drag"])
    1
    """
    cells = [column.cell(step) for column in columns if column.steps for step in steps]
    return int(not cells or any(cell != SEEN for cell in cells))


def page(columns: Sequence[Column], steps: Mapping[str, str], told: str) -> str:
    """The sheet: for each step what is done, and each browser's pictures beside the others'.

    Args:
      columns: The browsers.
      steps: What each step does.
      told: Date and machine.
    """
    sections = []
    for step, does in steps.items():
        names = {name: None for column in columns for name in column.pictures.get(step, {})}
        rows = [[column.pictures.get(step, {}).get(name) for column in columns] for name in names]
        heads = "".join(
            f"<th>{escape(column.name)}<br>{escape(column.cell(step))}</th>" for column in columns
        )
        body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
        sections.append(f"<h2>{escape(step)}</h2><p>{escape(does)}</p><table><tr>{heads}</tr>{body}</table>")
    return _PAGE.format(told=escape(told), sections="\n".join(sections))


def _cell(file: str | None) -> str:
    return f'<td><a href="{file}"><img src="{file}" loading="lazy"></a></td>' if file else "<td></td>"


_PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Browsers side by side</title>
<style>
  body {{ font: 14px sans-serif; margin: 1rem; }}
  table {{ width: 100%; table-layout: fixed; border-collapse: collapse; }}
  th, td {{ padding: 4px; vertical-align: top; text-align: left; font-weight: normal; overflow-wrap: anywhere; }}
  img {{ width: 100%; border: 1px solid #bbb; }}
</style>
<h1>Browsers side by side</h1><p>{told}</p>
{sections}
</html>
"""
