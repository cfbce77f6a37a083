"""Colours that can be read and told apart: every text and every curve of every page, in both themes."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from ce_viz.core import Scenario
from ce_viz.figures import style
from ce_viz.live import Chart
from ce_viz.live.component import STYLES
from ce_viz.pages import road
from ce_viz.pages.visit import visit_of
from ce_viz.settings.table import TABLE
from ce_viz.settings.value import Settings
from tests.serving import ROOT

READABLE = 4.5  # contrast of small text, WCAG 2.2, success criterion 1.4.3
APART = 12.0  # CIE Lab 1976; five times the 2.3 that are just noticed (Mahy et al. 1994, doi:10.1002/col.5080190105)
THEMES = ("light", "dark")
PAGES: list[tuple[str, dict[str, Any]]] = [
    ("explore", {}),
    *(("lesson", {"scene": scene}) for scene in TABLE["scene"].edges),
    ("derivation", {"step": 4}),
    ("derivation", {"step": 9}),
    *(("why", {"part": part}) for part in TABLE["part"].edges),
    *(("numerics", {"topic": topic, "logits": (1000.0, 0.0, 0.0)}) for topic in TABLE["topic"].edges),
    *(("pitfalls", {"round": name, "answered": Scenario()}) for name in TABLE["round"].edges),
    ("train", {}),
    ("train", {"train_view": "race"}),
    ("inspect", {}),
]

# Linear RGB as people with no cones of one kind see it: Machado, Oliveira & Fernandes 2009, "A physiologically-based
# model for simulation of color vision deficiency", doi:10.1109/TVCG.2009.113, severity 1.0.
VISION = {
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
_TO_XYZ = np.array(  # IEC 61966-2-1, white at D65
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)])


def linear(rgb: np.ndarray) -> np.ndarray:
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(first: np.ndarray, second: np.ndarray) -> float:
    """Ratio of luminances, WCAG 2.2."""
    low, high = sorted(float(_TO_XYZ[1] @ linear(colour)) for colour in (first, second))
    return (high + 0.05) / (low + 0.05)


def lab(colour: str, vision: list[list[float]]) -> np.ndarray:
    """CIE Lab coordinates of a colour as somebody sees it."""
    seen = np.clip(np.array(vision) @ linear(rgb(colour)), 0.0, 1.0)
    x, y, z = (
        np.cbrt(t) if t > (6 / 29) ** 3 else t / (3 * (6 / 29) ** 2) + 4 / 29
        for t in _TO_XYZ @ seen / _TO_XYZ.sum(1)
    )
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def themed(colour: str, theme: str) -> str:
    """What the browser draws for a colour of a figure."""
    return style.DARK.get(colour, colour) if theme == "dark" else colour


@pytest.fixture(scope="module")
def charts() -> dict[str, Chart]:
    """Every chart of every page by ``page name``, as the pages hand them to the browser."""
    found: dict[str, Chart] = {}
    for page, values in PAGES:
        view = import_module(f"ce_viz.pages.{page}.view")
        for board in road.show(view, visit_of(Settings().changed(**values))).boards:
            found.update({f"{page} {chart.name}": chart for chart in board.charts})
    return found


def inside(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    """All the settings within a figure, each with its key."""
    yield key, value
    for name, part in value.items() if isinstance(value, dict) else ():
        yield from inside(part, name)
    for part in value if isinstance(value, list | tuple) else ():
        yield from inside(part, key)


def fonts(figure: dict[str, Any]) -> set[str]:
    """Colours of all texts that do not stand in the cells of a heat map or on a map."""
    parts = [trace for trace in figure["data"] if trace["type"] not in {"heatmap", "contour"}]
    return {
        part["color"]
        for key, part in inside([*parts, figure["layout"]])
        if key in {"font", "tickfont", "textfont", "labelfont"} and isinstance(part, dict) and "color" in part
    }


def marks(figure: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What the eye must tell apart by colour: bars with bars, curves with curves, each ``(kind, form, colour)``."""
    found = set()
    for trace in figure["data"]:
        if trace["type"] == "bar":
            colours, hatch = trace["marker"]["color"], trace["marker"].get("pattern", {}).get("shape", "")
            found |= {
                ("bar", hatch, colour) for colour in ([colours] if isinstance(colours, str) else colours)
            }
        elif trace["type"] == "scatter" and "lines" in trace["mode"]:
            found.add(("line", trace["line"].get("dash", "solid"), trace["line"]["color"]))
    return sorted(found)


def on_scale(trace: dict[str, Any], value: float, theme: str) -> np.ndarray:
    """The colour that a heat map or a contour map gives a value, on its card."""
    at = np.clip((value - trace["zmin"]) / (trace["zmax"] - trace["zmin"]), 0.0, 1.0)
    stops = trace["colorscale"]
    colours = np.array([rgb(themed(colour, theme)) for _, colour in stops])
    drawn = np.array(
        [np.interp(at, [stop for stop, _ in stops], colours[:, channel]) for channel in range(3)]
    )
    strength = trace.get("opacity", 1.0)
    return strength * drawn + (1 - strength) * rgb(themed(style.CARD, theme))


@pytest.mark.parametrize("theme", THEMES)
def test_texts_of_figures_can_be_read_on_their_card(charts, theme):
    card = rgb(themed(style.CARD, theme))
    faint = {
        (name, colour)
        for name, chart in charts.items()
        for colour in fonts(chart.figure)
        if contrast(rgb(themed(colour, theme)), card) < READABLE
    }
    assert not faint


@pytest.mark.parametrize("theme", THEMES)
def test_numbers_in_cells_and_on_maps_can_be_read(charts, theme):
    read, faint = 0, set()
    for name, chart in charts.items():
        for trace in chart.figure["data"]:
            if trace["type"] == "heatmap" and "texttemplate" in trace:
                font = trace["textfont"]
            elif trace["type"] == "contour":
                font = trace["contours"]["labelfont"]
            else:
                continue
            ink = rgb(themed(font["color"], theme))
            values = {value for row in trace["z"] for value in row if value is not None}
            for value in {min(values), max(values)} if values else ():
                read += 1
                if contrast(ink, on_scale(trace, value, theme)) < READABLE:
                    faint.add((name, value, contrast(ink, on_scale(trace, value, theme))))
    assert not faint
    assert read > 20


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", THEMES)
def test_marks_of_one_chart_are_told_apart_with_any_eyes(charts, theme, vision):
    compared, alike = 0, set()
    for name, chart in charts.items():
        for (kind, form, one), (same_kind, same_form, other) in itertools.combinations(
            marks(chart.figure), 2
        ):
            if (kind, form) != (same_kind, same_form):
                continue  # told apart by their form
            compared += 1
            first, second = (lab(themed(colour, theme), VISION[vision]) for colour in (one, other))
            if np.linalg.norm(first - second) < APART:
                alike.add((name, one, other))
    assert not alike
    assert compared > 10


@pytest.mark.parametrize("vision", VISION)
@pytest.mark.parametrize("theme", THEMES)
def test_signs_are_told_apart_from_each_other_and_from_nothing(theme, vision):
    for scale in (
        (style.NEGATIVE, style.CARD, style.POSITIVE),
        (style.NEGATIVE_TINT, style.CARD, style.POSITIVE_TINT),
    ):
        for one, other in itertools.combinations(scale, 2):
            first, second = (lab(themed(colour, theme), VISION[vision]) for colour in (one, other))
            assert np.linalg.norm(first - second) >= APART, (one, other)


@pytest.mark.parametrize("theme", THEMES)
def test_themes_text_and_accent_can_be_read_on_both_backgrounds(theme):
    colours = tomllib.loads((ROOT / ".streamlit/config.toml").read_text(encoding="utf-8"))["theme"][theme]
    for ground in ("backgroundColor", "secondaryBackgroundColor"):
        for text in ("textColor", "primaryColor"):
            assert contrast(rgb(colours[text]), rgb(colours[ground])) >= READABLE, (text, ground)


@pytest.mark.parametrize("theme", THEMES)
def test_faint_words_around_the_charts_can_be_read(theme):
    css = "\n".join((ROOT / "ce_viz/live/browser" / name).read_text(encoding="utf-8") for name in STYLES)
    words = r"\.lc-(?:hint|formula|joiner|menu summary) \{[^}]*?opacity: (0?\.\d+)"
    faint = [float(value) for value in re.findall(words, css)]
    assert len(faint) == 4
    faint += [float(value) for value in re.findall(r"stCaptionContainer[^}]*?opacity: (0?\.\d+)", css)]
    assert len(faint) == 5
    ink = rgb(themed(style.INK, theme))
    for ground in (rgb(themed(style.CARD, theme)), rgb("#ffffff" if theme == "light" else "#11151c")):
        assert contrast(min(faint) * ink + (1 - min(faint)) * ground, ground) >= READABLE
