"""What Why cross-entropy shows and does, as pure functions: all parts at all corners, edits, picks, frames."""

import itertools
import math

import numpy as np
import plotly.graph_objects as go
import pytest

from ce_viz.core.studies.race import run_race
from ce_viz.live import Arrive, Edit, Pick, Tick, Toggle
from ce_viz.live.message import answer, encoded
from ce_viz.live.route import Question
from ce_viz.pages import road
from ce_viz.pages.visit import visit_of
from ce_viz.pages.why import race, surface, view
from ce_viz.pages.why.example import is_example
from ce_viz.pages.why.settings import CHARTS, PARTS
from ce_viz.settings.readers import Invalid
from ce_viz.settings.value import Settings, read
from tests.for_each import for_each

ROWS = {
    "two": "1,0",
    "default": "2,1,0.1",
    "eight": "1,2,3,4,5,6,7,8",
    "nine": "1,2,3,4,5,6,7,8,9",
    "thirty": ",".join(str(k % 7) for k in range(30)),
    "hundred": ",".join(str(k % 7) for k in range(100)),
    "far": "10000,-10000,0",
    "masked": "2,1,-inf",
    "masked label": "2,-inf,1",
    "alone": "-inf,1",
    "tie": "0,0,0",
    "tiny": "1e-300,0,0",
}
LABELS = (  # weights are followed by zeros
    {},
    {"mode": "smoothed"},
    {"mode": "smoothed", "label_smoothing": "0"},
    {"mode": "smoothed", "label_smoothing": "0.9"},
    {"mode": "smoothed", "label_smoothing": "1"},
    {"mode": "soft", "targets": "0"},
    {"mode": "soft", "targets": "0.7,0.7"},
    {"mode": "soft", "targets": "1000"},
    {"mode": "soft", "targets": "1e-300"},
)


def settings_of(**link):
    """Settings as a link holds them."""
    settings, problems = read(link)
    assert not problems
    return settings


def shown(settings, **more):
    return road.show(view, visit_of(settings, **more))


def charts_of(settings, **more):
    return {chart.name: chart for board in shown(settings, **more).boards for chart in board.charts}


# Everything within the settings' bounds is shown


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("row", ROWS)
def test_every_part_holds_at_every_corner(part, row):
    count = ROWS[row].count(",") + 1
    labels = LABELS if count < 30 else LABELS[3:6]  # many classes take long
    for label, (temperature, rate) in itertools.product(labels, (("0.05", "5"), ("20", "0.05"))):
        link = {"label": "2", "temperature": temperature, "learning_rate": rate, **label}
        if "targets" in link:
            link["targets"] = ",".join([*link["targets"].split(","), *["0"] * count][:count])
        settings = settings_of(part=part, logits=ROWS[row], race_step="1000", **link)
        encoded(answer(shown(settings)))
        assert view.act(settings, Tick()) == settings


@pytest.mark.parametrize("part", PARTS)
@for_each("row", ["two", "default", "nine", "far", "masked"])
@pytest.mark.parametrize("more", [{}, {"surface": "space", "axis": "log", "temperature": "0.05"}])
def test_plotly_takes_what_is_shown(part, row, more):
    for chart in charts_of(settings_of(part=part, logits=ROWS[row], label="1", **more)).values():
        go.Figure(chart.figure)


def test_every_chart_is_one_that_presenters_can_cover_and_has_a_name_of_its_own():
    names = set()
    for part, row, kind in itertools.product(PARTS, ("two", "default"), ("contour", "space")):
        boards = shown(settings_of(part=part, logits=ROWS[row], surface=kind)).boards
        drawn = [chart.name for board in boards for chart in board.charts]
        assert len(set(drawn)) == len(drawn)
        names |= set(drawn)
    assert names == set(CHARTS)


def test_what_keeps_a_part_from_being_drawn_leaves_the_logits():
    masked = settings_of(part="race", logits="2,-inf,1", label="2")
    assert view.obstacle(masked) == "infinite"
    assert [board.key for board in shown(masked).boards] == [view.BOARD]
    assert view.obstacle(settings_of(part="surface", logits="1,-inf", label="1")) == "alone"


# A hand


def test_a_moved_bar_leaves_its_neighbours_as_they_are():
    settings = settings_of(part="meaning", logits="2,-inf,0.12345678901234", label="1")
    after = view.act(settings, Edit("logits", 0, 2.1))
    assert after["logits"] == (2.1, -math.inf, 0.12345678901234)
    assert after == settings.changed(logits=after["logits"])


@pytest.mark.parametrize("part", ["gradient", "surface", "race"])
def test_a_hand_on_the_example_makes_its_numbers_the_visitors(part):
    after = view.act(settings_of(part=part), Edit("logits", 2, 4.0))
    assert (after["logits"], after["label"], after["mode"]) == ((10.0, 0.0, 4.0), 2, "one-hot")
    assert not is_example(after)


def test_a_hand_that_passes_the_default_does_not_bring_the_example_back():
    moved = settings_of(logits="2,1.1,0.1")
    after = view.act(moved, Edit("logits", 1, 1.0))
    assert after["logits"] == Settings()["logits"]
    assert not is_example(after)


def test_a_place_picked_on_the_examples_map_keeps_the_examples_label():
    after = view.act(settings_of(part="surface"), Pick("surface_cross_entropy", 0, 0))
    assert (after["label"], after["mode"]) == (2, "one-hot")
    assert after["logits"] != Settings()["logits"]


def test_the_examples_race_runs_without_touching_the_settings():
    after = view.act(settings_of(part="race"), Tick())
    assert after == Settings().changed(part="race", race_step=1)


@pytest.mark.parametrize("row", ["hundred", "far", "tiny"])
def test_only_the_moved_bar_of_a_long_row_changes(row):
    before = settings_of(logits=ROWS[row])["logits"]
    after = view.act(settings_of(logits=ROWS[row]), Edit("logits", len(before) - 1, -3.5))["logits"]
    assert after == (*before[:-1], -3.5)


def test_a_masked_class_comes_back_by_hand():
    settings = settings_of(part="gradient", logits="2,-inf", label="2")
    assert view.act(settings, Edit("logits", 1, 0.5))["logits"] == (2.0, 0.5)


@for_each(
    "event",
    [
        Edit("logits", 3, 1.0),
        Edit("probs", 0, 1.0),
        Edit("", 0, 1.0),
        Pick("logits", 0, 0),
        Pick("surface_cross_entropy", 33, 0),
        Pick("surface_cross_entropy", 0, 9999),
        Pick("space_cross_entropy", 0, 0),
        Toggle("nothing"),
        Arrive({"nothing": "1"}, ended=True),
    ],
)
@pytest.mark.parametrize("part", PARTS)
def test_nonsense_changes_nothing(part, event):
    settings = settings_of(part=part, surface="contour")
    assert road.act(view, settings, event) == settings


@pytest.mark.parametrize("part", [part for part in PARTS if part != "race"])
def test_only_a_race_has_frames(part):
    settings = settings_of(part=part)
    assert view.act(settings, Tick()) == settings
    assert shown(settings, playing=True).tick_ms is None


def test_a_logit_beyond_its_bounds_is_refused():
    with pytest.raises(Invalid):
        view.act(Settings(), Edit("logits", 0, 1e5))


# The surfaces


@pytest.mark.parametrize(("i", "j"), [(0, 0), (0, 32), (32, 0), (16, 16)])
@pytest.mark.parametrize("chart", surface.MAPS)
def test_a_place_on_a_map_becomes_the_start_of_both_descents(chart, i, j):
    settings = settings_of(part="surface", logits="3,1,0.123456789", label="2", pair="1,2")
    cell = charts_of(settings)[chart].figure["data"][0]
    after = view.act(settings, Pick(chart, i, j))
    assert after["logits"] == (cell["x"][j], cell["y"][i], 0.123456789)
    for drawn in charts_of(after).values():
        if drawn.name in surface.MAPS:
            start = drawn.figure["data"][2]
            assert (start["x"], start["y"]) == ([cell["x"][j]], [cell["y"][i]])


def test_a_place_beyond_the_largest_logit_is_the_nearest_that_can_be_set():
    settings = settings_of(part="surface", logits="10000,-10000", label="2")
    after = view.act(settings, Pick(surface.MAPS[0], 0, 32))
    assert after["logits"] == (1e4, 1e4)


@pytest.mark.parametrize(
    "link", [{"part": "meaning"}, {"surface": "space"}, {"logits": "2,-inf,1"}, {"logits": "-inf,1"}]
)
def test_no_start_is_picked_where_no_map_is_drawn(link):
    settings = settings_of(**{"part": "surface", "label": "2"} | link)
    if settings["surface"] == "contour":
        assert view.act(settings, Pick(surface.MAPS[0], 3, 3)) == settings
    assert view.act(settings, Pick("space_cross_entropy", 3, 3)) == settings


def test_a_pair_with_a_masked_class_gives_way():
    settings = settings_of(part="surface", logits="0,1,-inf", pair="1,3", label="1")
    assert surface.is_masked(settings)
    assert surface.pair_of(settings) == (1, 0)


def test_a_surface_without_an_unmasked_wrong_class_is_an_error_that_says_so():
    with pytest.raises(ValueError, match="unmasked wrong class"):
        surface.pair_of(settings_of(logits="1,-inf", label="1"))


def test_how_far_each_descent_comes_stands_above_the_maps():
    settings = settings_of(part="surface", logits="8,0,0", label="2")
    heights = surface.surfaces_of(settings).heights
    text = "".join(piece[0] for piece in shown(settings).board(surface.BOARD).headline)
    for name, way in zip(("cross-entropy", "squared error"), heights, strict=True):
        assert f"{name}\u2002after 100 steps: its own loss {way[-1]:.3f}, from {way[0]:.3f}" in text


def test_of_a_covered_map_nothing_stands_above():
    settings = settings_of(part="surface", present="1", hide="surface_squared_error")
    text = "".join(piece[0] for piece in shown(settings).board(surface.BOARD).headline)
    assert "cross-entropy" in text
    assert "squared error" not in text


def test_a_moved_logit_of_the_pair_leaves_the_map_as_it_is():
    before = settings_of(part="surface", logits="3,1,0.1", label="2")
    have = {card["still"] for card in answer(shown(before))["charts"]}
    after = answer(shown(view.act(before, Edit("logits", 0, 2.9, final=False))), have)
    assert all("move" in card for card in after["charts"])


# The race


RACE = {"part": "race", "logits": "5,0,0", "label": "2"}


def test_a_play_goes_through_the_whole_race_ever_faster_and_ends():
    settings, at = settings_of(**RACE), [0]
    steps = race.race_of(settings).steps
    while (after := view.act(settings, Tick())) != settings:
        settings = after
        at.append(settings["race_step"])
    assert at[:4] == [0, 1, 2, 3]
    assert at[-1] == steps
    assert all(b == min(steps, a + 1 + a // 15) for a, b in itertools.pairwise(at))


def test_the_next_frame_is_due_while_the_race_goes_on():
    settings = settings_of(**RACE)
    steps = race.race_of(settings).steps
    assert shown(settings).tick_ms is None
    assert shown(settings, playing=True).tick_ms == race.TICK_MS
    assert shown(settings.changed(race_step=steps), playing=True).tick_ms is None


def test_a_step_beyond_the_end_is_the_end():
    settings = settings_of(**RACE, race_step="999")
    assert race.step_of(settings) == race.race_of(settings).steps


def test_how_both_do_stands_above_the_charts_and_moves_with_them():
    settings = settings_of(**RACE, race_step="3")
    headline = shown(settings).board(race.BOARD).headline
    losses = run_race(settings.scenario, 0.5).losses[:, 3]
    text = "".join(piece[0] for piece in headline)
    assert text == (
        f"cross-entropy: L = {losses[0]:.3f} after 3 steps\u2003 squared error: L = {losses[1]:.3f} after 3 steps"
    )
    assert [piece[0] for piece in headline if "b" in piece[1:]] == ["cross-entropy", "squared error"]


def test_races_are_worked_out_once_for_all_visitors():
    one, other = settings_of(**RACE), settings_of(**RACE, race_step="9", lang="zh")
    assert race.race_of(one) is race.race_of(other)
    assert race.race_of(one) is not race.race_of(settings_of(**RACE, learning_rate="1"))


# What presenters have covered


def told(settings):
    """All texts that leave the server, and the values of bars and dots."""
    view_of = shown(settings)
    charts = [chart for board in view_of.boards for chart in board.charts if not chart.hidden]
    texts = [piece[0] for board in view_of.boards for piece in board.headline]
    values = []
    for chart in charts:
        texts += [chart.title, chart.formula, chart.hint, chart.alt]
        for trace in chart.figure["data"]:
            texts += trace.get("text", [])
            if trace["type"] == "bar" or trace.get("mode") == "markers":
                values += [value for value in trace.get("y", []) if value is not None]
    return " ".join(texts), values


def test_a_covered_loss_stands_in_no_headline():
    settings = settings_of(**RACE, race_step="3", present="1", hide="race_loss")
    assert shown(settings).board(race.BOARD).headline == ()
    loss = f"{run_race(settings.scenario, 0.5).losses[0, 3]:.3f}"
    assert loss in told(settings.changed(hide=()))[0]
    assert loss not in told(settings)[0]


@pytest.mark.parametrize("part", ["gradient", "meaning", "smoothing", "temperature"])
def test_covered_probabilities_stand_nowhere_else(part):
    settings = settings_of(part=part, logits="2,1.3,0.1", mode="smoothed", present="1", hide="probs")
    texts, values = told(settings)
    for prob in visit_of(settings).explanation.probs:
        assert f"{prob:.3f}" not in texts
        assert not np.isclose(values, prob, rtol=1e-4, atol=0).any()
    texts, _ = told(settings.changed(hide=()))
    assert f"{prob:.3f}" in texts


@pytest.mark.parametrize("name", ["logits", "gap_gradients"])
def test_a_covered_chart_leaves_without_its_numbers(name):
    settings = settings_of(present="1", hide=name)
    (card,) = (card for card in answer(shown(settings))["charts"] if card["name"] == name)
    assert card.keys() <= {"name", "title", "kind", "span", "hidden", "joiner"}


# The route


@pytest.mark.parametrize("part", [None, "nothing", *PARTS])
def test_parts_that_compare_the_losses_are_worked_out_aside(part):
    query = {} if part is None else {"part": part}
    slow = part not in {"meaning", "smoothing", "temperature"}
    assert view.is_slow(Question("why", query, [], "en")) is slow
