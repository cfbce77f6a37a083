"""Charts as one HTML file that opens without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

_STYLE = """
body { margin: 2rem auto; max-width: 1400px; padding: 0 1rem; color: #1c2230; background: #fff;
  font: 15px/1.5 system-ui, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 1rem 2rem; }
figure { position: relative; margin: 0; padding: .6rem; border-radius: 8px; background: #f7f7f5; }
figcaption { font-weight: 600; } small { color: #5d6675; }
.formula { float: right; font: 400 1em "Cambria Math", Cambria, "Times New Roman", serif; }
.formula :is(sub, sup) { line-height: 0; }
.joiner { position: absolute; top: 50%; left: 100%; width: 2rem; text-align: center; white-space: nowrap; }
@media (max-width: 1100px) { main { grid-template-columns: repeat(2, minmax(0, 1fr)); padding-right: 2rem; } }
@media (max-width: 560px) {
  main { grid-template-columns: minmax(0, 1fr); gap: 2rem; padding: 0; }
  .joiner { top: 100%; left: 0; width: 100%; line-height: 2rem; }
}
@media print { figure { break-inside: avoid; } }
"""


@dataclass(frozen=True)
class Picture:
    """One chart of the page.

    Args:
      title: Its heading.
      hint: How to read it.
      alt: Its text alternative.
      figure: What Plotly draws.
      formula: Text in pieces, each with the HTML elements around it, innermost first.
      joiner: What leads to the next chart, such as ``→``.
    """

    title: str
    hint: str
    alt: str
    figure: dict[str, Any]
    formula: Sequence[Sequence[str]] = ()
    joiner: str = ""


def page(
    title: str, lines: Sequence[str], pictures: Sequence[Picture], *, language: str, address: str
) -> str:
    """A self-contained page: the heading, a few lines of text, the charts, and the link that made it."""
    charts = "".join(
        f"<figure aria-label='{escape(picture.alt, quote=True)}'><figcaption>{escape(picture.title)}"
        f"<span class='formula'>{_written(picture.formula)}</span></figcaption>"
        f"{_drawn(picture.figure)}<small>{escape(picture.hint)}</small>"
        f"<span class='joiner'>{escape(picture.joiner)}</span></figure>"
        for picture in pictures
    )
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    link = f"<p><a href='{escape(address, quote=True)}'>{escape(address)}</a></p>"
    return (
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style><script>{get_plotlyjs()}</script></head>"
        f"<body><h1>{escape(title)}</h1>{text}<main>{charts}</main>{link}</body></html>"
    )


def _written(pieces: Sequence[Sequence[str]]) -> str:
    written = []
    for text, *tags in pieces:
        inner = escape(text)
        for tag in tags:
            inner = f"<{tag}>{inner}</{tag}>"
        written.append(inner)
    return "".join(written)


def _drawn(figure: dict[str, Any]) -> str:
    checked = go.Figure(figure).update_layout(height=230, template="none")
    drawing = checked.to_html(
        full_html=False, include_plotlyjs=False, config={"staticPlot": True, "responsive": True}
    )
    return str(drawing)
