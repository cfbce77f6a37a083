"""Charts, words and tables as one HTML file that opens without a network."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any

import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

_STYLE = """
body { margin: 2rem auto; max-width: 1400px; padding: 0 1rem; color: #1c2230; background: #fff;
  font: 15px/1.5 system-ui, "Noto Sans", "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif; }
main { display: grid; grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 1rem 2rem; }
figure { position: relative; margin: 0; padding: .6rem; border-radius: 8px; background: #f7f7f5; }
figcaption { font-weight: 600; } small { color: #5d6675; } small + small { float: right; }
.formula { float: right; font: 400 1em "Cambria Math", Cambria, "Times New Roman", serif; }
.formula :is(sub, sup) { line-height: 0; }
.joiner { position: absolute; top: 50%; left: 100%; width: 2rem; text-align: center; white-space: nowrap; }
h2 { margin: 2.2rem 0 .6rem; border-top: 1px solid #e3e4e8; padding-top: 1rem; }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; }
td, th { padding: 2px 10px; border-bottom: 1px solid #e3e4e8; text-align: left; vertical-align: top; }
details { margin: .6rem 0; overflow-x: auto; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: .8rem 1.4rem; }
dt { font-weight: 600; } dd { margin: 0; } dd + dd { color: #5d6675; font-size: 14px; }
section main { grid-template-columns: repeat(auto-fill, minmax(280px, 1fr)); gap: 1rem; }
@media (max-width: 1100px) { body > main { grid-template-columns: repeat(2, minmax(0, 1fr)); padding-right: 2rem; } }
@media (max-width: 560px) {
  body > main { grid-template-columns: minmax(0, 1fr); gap: 2rem; padding: 0; }
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


@dataclass(frozen=True)
class Section:
    """One part of a report: its heading, and below it what there is of words, figures, charts and tables.

    Attributes:
      title: The heading.
      lines: Paragraphs.
      terms: Name, value and meaning of single figures.
      pictures: The charts.
      tables: Tables by their titles: columns of equal length by their headings; closed until they are opened.
    """

    title: str
    lines: Sequence[str] = ()
    terms: Sequence[tuple[str, str, str]] = ()
    pictures: Sequence[Picture] = ()
    tables: Mapping[str, Mapping[str, Sequence[Any]]] = field(default_factory=dict)


def report(title: str, sections: Sequence[Section], *, language: str, address: str) -> str:
    """A self-contained page: the heading, its sections, and the link that made it."""
    return _document(title, "".join(map(_section, sections)) + _link(address), language=language)


def page(
    title: str, lines: Sequence[str], pictures: Sequence[Picture], *, language: str, address: str
) -> str:
    """A self-contained page: the heading, a few lines of text, the charts, and the link that made it."""
    text = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return _document(title, text + _main(pictures) + _link(address), language=language)


def _document(title: str, body: str, *, language: str) -> str:
    return (
        f"<!doctype html><html lang='{language}'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{escape(title)}</title><style>{_STYLE}</style><script>{get_plotlyjs()}</script></head>"
        f"<body><h1>{escape(title)}</h1>{body}</body></html>"
    )


def _link(address: str) -> str:
    return f"<p><a href='{escape(address, quote=True)}'>{escape(address)}</a></p>"


def _main(pictures: Sequence[Picture]) -> str:
    charts = "".join(
        f"<figure aria-label='{escape(picture.alt, quote=True)}'><figcaption>{escape(picture.title)}"
        f"<span class='formula'>{_written(picture.formula)}</span></figcaption>"
        f"{_drawn(picture.figure)}<small>{escape(picture.hint)}</small>"
        f"<span class='joiner'>{escape(picture.joiner)}</span></figure>"
        for picture in pictures
    )
    return f"<main>{charts}</main>"


def _section(one: Section) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in one.lines)
    terms = "".join(
        f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd><dd>{escape(means)}</dd></div>"
        for name, value, means in one.terms
    )
    tables = "".join(_table(name, columns) for name, columns in one.tables.items())
    return (
        f"<section><h2>{escape(one.title)}</h2>{lines}{f'<dl>{terms}</dl>' if terms else ''}"
        f"{_main(one.pictures) if one.pictures else ''}{tables}</section>"
    )


def _table(title: str, columns: Mapping[str, Sequence[Any]]) -> str:
    head = "".join(f"<th>{escape(name)}</th>" for name in columns)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(_cell(value))}</td>" for value in row) + "</tr>"
        for row in zip(*columns.values(), strict=True)
    )
    return f"<details><summary>{escape(title)}</summary><table><tr>{head}</tr>{rows}</table></details>"


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return "–" if math.isnan(value) else f"{value:.6g}"  # NaN: of a bin without rows
    return str(value)


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
