"""Valid but extreme: every setting at its ends, on every page and part of it, by both doors.

Nonsense in all settings at once falls back to the defaults and never reaches the modes that break, so these links hold
nothing that is refused.
"""

from __future__ import annotations

import json
import math
import random
import time
from importlib import import_module
from itertools import product
from typing import Any
from urllib.parse import parse_qsl

import pytest

from ce_viz.core.scenario import MAX_ABS_LOGIT, MAX_TARGET
from ce_viz.live.message import answer, encoded
from ce_viz.live.route import Question
from ce_viz.pages.respond import responder
from ce_viz.settings.table import TABLE
from ce_viz.settings.value import Settings
from tests.pages.conftest import open_app, texts

PAGES = ("explore", "lesson", "derivation", "why", "numerics", "pitfalls", "train", "inspect")
RESPOND = responder({name: import_module(f"ce_viz.pages.{name}.view") for name in PAGES})
PARTS = {  # the settings that lead to another picture of a page, each of whose values is visited
    "explore": ("mode",),
    "lesson": ("scene",),
    "derivation": ("step",),
    "why": ("part", "surface"),
    "numerics": ("topic", "dtype"),
    "pitfalls": ("round",),
    "train": ("train_view", "train_loss"),
    "inspect": ("sample",),
}
PLACES = [
    (page, dict(zip(PARTS[page], values, strict=True)))
    for page in PAGES
    for values in product(*(range(1, 13) if name == "step" else TABLE[name].edges for name in PARTS[page]))
]
SHOWS_NAN = {"numerics", "pitfalls"}  # what naive formulas come to is the subject there
TRIES = 12
PATIENCE = 2.0  # seconds that one answer may take, of processor time: others may use the machine


def logits(count: int, rng: random.Random) -> tuple[float, ...]:
    kinds = {
        "ties": lambda: [0.0] * count,
        "ends": lambda: [rng.choice((-MAX_ABS_LOGIT, MAX_ABS_LOGIT)) for _ in range(count)],
        "masked": lambda: [rng.choice((-math.inf, 1.0, 2.0)) for _ in range(count - 1)] + [0.5],
        "one ahead": lambda: [MAX_ABS_LOGIT] + [-MAX_ABS_LOGIT] * (count - 1),
        "long": lambda: [rng.gauss(0, 3) for _ in range(count)],
        "tiny": lambda: [rng.choice((5e-324, -5e-324, 1e-17)) for _ in range(count)],
    }
    return tuple(kinds[rng.choice(sorted(kinds))]())


def targets(count: int, rng: random.Random) -> tuple[float, ...]:
    kinds = {
        "none": lambda: [0.0] * count,
        "most": lambda: [MAX_TARGET] * count,
        "one": lambda: [0.0] * (count - 1) + [1.0],
        "one, most": lambda: [MAX_TARGET] + [0.0] * (count - 1),
        "tiny": lambda: [5e-324] * count,
        "too much": lambda: [1.5 / count] * count,
        "soft": lambda: [1 / count] * count,
    }
    return tuple(kinds[rng.choice(sorted(kinds))]())


def extreme(place: dict[str, Any], rng: random.Random) -> Settings:
    """Settings that a link can hold, most of them at an end."""
    count = rng.choice((2, 3, 3, 8, 9, 30, 100))
    values: dict[str, Any] = {name: rng.choice(TABLE[name].edges) for name in TABLE if TABLE[name].edges}
    values |= {
        "logits": logits(count, rng),
        "targets": targets(count, rng),
        "label": rng.choice((1, count)),
        "names": rng.choice(((), ("a", "<b>", "猫"))[: 1 + (count > 2)]),
        "cell": rng.choice((None, (1, count), (count, 1), (1, 1))),
        "pair": rng.choice((None, (1, count))),
        "x": rng.choice(((0.0,), (100.0, -100.0), (1.0, -2.0))),
        "present": False,
        "lang": rng.choice(("en", "zh")),
    }
    values |= {"train_step": rng.choice((0, 1, 60)), "descent_step": 0}
    values.pop("descent_start", None)
    return Settings().changed(**{**values, **place})


def said(message: dict[str, Any]) -> str:
    """All that a board says in words."""
    lines = [piece[0] for grid in message["grids"].values() for piece in grid["headline"]]
    for card in message["charts"]:
        lines += [card.get("alt", ""), card.get("hint", ""), card["title"]]
    return "\n".join(lines)


@pytest.mark.parametrize(("page", "place"), PLACES, ids=str)
def test_the_live_route_answers_at_every_corner(page, place):
    rng = random.Random(f"{page} {place}")
    for _ in range(TRIES):
        settings = extreme(place, rng)
        start = time.thread_time()
        link, view = RESPOND(Question(page, settings.query(addressed=False), [], "en"))
        message = answer(view)
        body = encoded(message)
        assert time.thread_time() - start < PATIENCE, settings
        assert json.loads(body)
        assert link == settings.link
        assert page in SHOWS_NAN or "NaN" not in said(message), settings


@pytest.mark.parametrize(("page", "place"), PLACES, ids=str)
def test_the_short_link_shows_what_the_page_shows(page, place):
    rng = random.Random(f"short {page} {place}")
    for _ in range(2):
        settings = extreme(place, rng)
        short = dict(parse_qsl(settings.short(page), keep_blank_values=True))
        view, again = (RESPOND(Question(page, query, [], "en"))[1] for query in (settings.query(), short))
        assert encoded(answer(view)) == encoded(answer(again)), settings


@pytest.mark.parametrize(("page", "place"), PLACES, ids=str)
def test_the_script_draws_the_page_at_every_corner(page, place):
    rng = random.Random(f"script {page} {place}")
    for _ in range(2):
        settings = extreme(place, rng)
        app = open_app("" if page == "explore" else page, **settings.query())
        assert not app.exception, settings
        assert [each.value for each in app.warning if each.icon == ":material/error:"] == [], settings
        assert page in SHOWS_NAN or "NaN" not in texts(app), settings
