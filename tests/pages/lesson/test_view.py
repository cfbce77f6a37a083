"""The lesson as a pure function: its charts, its line above them, what a hand does."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest

from ce_viz.core import Scenario, explain
from ce_viz.live import Board, Chart, Edit, Event, Pick, Tick
from ce_viz.pages import descent, road
from ce_viz.pages.lesson import scenes, tasks, view
from ce_viz.pages.lesson.settings import NUM_FOLDS, NUM_SCENES, START, TASKS
from ce_viz.pages.visit import visit_of
from ce_viz.settings.value import Settings
from ce_viz.strings.numbers import number, vector


def begun(scene: int, **values: object) -> Settings:
    return scenes.begun(Settings(), scene).changed(**values)


def board(settings: Settings, *, playing: bool = False, language: str = "en") -> Board:
    return road.show(view, visit_of(settings, language, playing=playing)).board(view.BOARD)


def charts(settings: Settings) -> dict[str, Chart]:
    return {chart.name: chart for chart in board(settings).charts}


def headline(settings: Settings) -> str:
    return "".join(piece[0] for piece in board(settings).headline)


def told(settings: Settings) -> str:
    """All that the board says, in words."""
    lines = [headline(settings)]
    for chart in charts(settings).values():
        lines += [chart.title, chart.formula, chart.hint, chart.alt]
    return "\n".join(lines).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("settings", "names"),
    [
        (begun(1), ["logits", "probs"]),
        (begun(2), ["logits", "probs", "loss"]),
        (begun(3), ["logits", "probs", "loss", "guess"]),
        (begun(3, done=("guess",)), ["logits", "probs", "guess", "logits_grad"]),
        (begun(3, done=("guess", "thrice"), matching=True), ["logits", "probs", "guess"]),
        (begun(4), ["logits", "probs_grad", "jacobian", "chain_rule", "folded", "logits_grad"]),
        (begun(5), ["logits", "probs", "logits_grad", "loss_curve"]),
        (begun(6), ["logits", "probs"]),
        (begun(6, bet_sum="short"), ["logits", "probs", "logits_grad"]),
    ],
)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_scene_shows_a_few_charts(settings, names, language):
    shown = board(settings, language=language)
    assert [chart.name for chart in shown.charts] == names
    for chart in shown.charts:
        go.Figure(chart.figure)
        assert chart.alt


def test_nothing_writes_the_short_formula_before_it_was_found_by_hand():
    shown = begun(3, done=("guess", "thrice"), tries=3)
    for settings in (begun(1), begun(2), begun(3), begun(3, done=("guess",)), shown, scenes.hidden(shown)):
        assert "S − y" not in told(settings)
        assert "S_j − y_j" not in told(settings)
        marks = [trace for chart in charts(settings).values() for trace in chart.figure["data"]]
        assert (
            "logits_grad" not in charts(settings) or len(charts(settings)["logits_grad"].figure["data"]) == 1
        )
        assert marks
    known = begun(3, done=("guess", "thrice", "match"), tries=3)
    assert "S − y" in headline(known)
    assert "S_j − y_j" in charts(known)["logits_grad"].formula


def test_no_label_is_drawn_before_the_scene_that_brings_it():
    assert len(charts(begun(1))["probs"].figure["data"]) == 1
    assert len(charts(begun(2))["probs"].figure["data"]) == 2


def test_the_gradient_is_not_told_before_it_was_guessed():
    pulled = number(explain(Scenario()).logits_grad[1].item())  # the others are shares as well
    assert pulled not in told(begun(3))
    assert pulled in told(begun(3, done=("guess",)))
    asked = begun(6)
    assert vector(tuple(explain(asked.scenario).logits_grad.tolist())) not in told(asked)


def test_the_line_above_follows_the_share_and_says_when_it_is_enough():
    assert headline(begun(1)) == "S of dog: 24.2%"
    assert headline(begun(1, logits=(2.0, 4.4, 0.1))).startswith("✓ S of dog: 90.")
    assert "another class" in headline(begun(1, logits=(9.0, 1.0, 0.1)))
    assert "ends at 10" in headline(begun(1, logits=(10.0, 10.0, 0.1)))


def test_the_line_above_follows_the_loss_and_then_what_the_rival_can_do():
    assert headline(begun(2, logits=(2.0, 5.0, 0.1))).startswith("✓ L = 0.0")
    assert "lost share" in headline(begun(2, logits=(4.0, 1.0, 0.1)))
    done = {"done": ("loss",)}
    for score in (1.5, 9.0):  # low or not
        assert "put the scores back" in headline(begun(2, logits=(2.0, score, 0.1), **done))
    assert "takes share from dog" in headline(begun(2, logits=(3.0, 1.0, 0.1), **done))
    assert "No further" in headline(begun(2, logits=(-9.0, 1.0, 0.1), **done))


@pytest.mark.parametrize("scene", range(1, NUM_SCENES + 1))
def test_of_settings_that_are_not_the_scenes_the_charts_alone_are_shown(scene):
    for logits in ((1.0, 2.0), tuple(map(float, range(9)))):
        assert headline(begun(scene).changed(logits=logits)) == ""


@pytest.mark.parametrize("scene", range(1, NUM_SCENES + 1))
def test_where_a_chart_is_covered_nothing_is_told_of_the_task(scene):
    settings = begun(scene, done=TASKS, bet_sum="whole", tries=3, fold=NUM_FOLDS)
    for name in charts(settings):
        covered = settings.changed(present=True, hide=(name,)) if name in view.CHARTS else settings
        assert headline(covered) == ""
        assert charts(covered)[name].hidden


def after(settings: Settings, *events: Event) -> Settings:
    for event in events:
        settings = road.act(view, settings, event)
    return settings


def test_a_hand_that_does_the_task_leaves_it_in_the_link():
    assert after(begun(1), Edit("logits", 1, 6.0))["done"] == ("sure",)
    assert after(begun(1), Edit("logits", 0, 6.0))["done"] == ()


def test_only_drags_that_ended_after_the_guess_was_shown_count():
    moving, ended = Edit("logits", 0, 1.0, final=False), Edit("logits", 0, 1.0)
    assert after(begun(3), ended)["tries"] == 0
    shown = scenes.revealed(begun(3))
    assert after(shown, moving)["tries"] == 0
    three = after(shown, ended, Edit("logits", 1, 3.0), Edit("logits", 0, 2.0))
    assert (three["tries"], three["done"]) == (3, ("guess", "thrice"))
    assert after(three, ended)["tries"] == 3


def test_the_gradient_is_found_by_hand_and_not_by_a_hand_that_passes_by():
    hidden = scenes.hidden(begun(3, done=("guess", "thrice"), tries=3, guess=(0.5, -0.5, 0.2)))
    assert charts(hidden)["guess"].glow == 1
    assert charts(hidden)["logits"].editable is None
    assert after(hidden, Edit("logits", 0, 1.0)) == hidden
    assert headline(hidden) == "0 of 3 bars within 0.05"
    slopes = tasks.look(hidden).explanation.logits_grad.tolist()
    steps = [round(slope / 0.05) * 0.05 for slope in slopes]  # as keys can reach
    two = after(hidden, Edit("guess", 0, steps[0]), Edit("guess", 1, steps[1]))
    assert headline(two) == "2 of 3 bars within 0.05"
    passing = after(two, Edit("guess", 2, steps[2], final=False))
    assert headline(passing) == "✓ 3 of 3 bars within 0.05"
    assert "match" not in passing["done"]
    found = after(two, Edit("guess", 2, steps[2]))
    assert "match" in found["done"]
    assert charts(found)["logits_grad"]
    assert charts(found)["guess"].editable is None


def test_a_guess_is_dragged_until_it_is_shown():
    moved = after(begun(3), Edit("guess", 2, 0.3), Edit("guess", 0, 0.65))
    assert moved["guess"] == (0.65, 0.0, 0.3)
    shown = scenes.revealed(moved)
    assert after(shown, Edit("guess", 0, 0.1)) == shown
    assert charts(moved)["guess"].editable is not None
    assert charts(shown)["guess"].editable is None


@pytest.mark.parametrize("scene", range(1, NUM_SCENES + 1))
@pytest.mark.parametrize(
    "event",
    [
        Edit("logits", 3, 1.0),
        Edit("guess", 7, 0.1),
        Edit("probs", 0, 0.5),
        Edit("nobody", 0, 1.0),
        Pick("probs", 1, 1),
    ],
)
def test_what_cannot_be_moved_changes_nothing(scene, event):
    assert after(begun(scene), event) == begun(scene)


@pytest.mark.parametrize("scene", [1, 2, 3, 6])
def test_nothing_plays_in_the_other_scenes(scene):
    assert after(begun(scene), Tick()) == begun(scene)
    assert road.show(view, visit_of(begun(scene), playing=True)).tick_ms is None


def test_the_fold_plays_to_its_end_and_ends_as_the_gradient():
    settings = begun(4)
    for _ in range(NUM_FOLDS):
        assert road.show(view, visit_of(settings, playing=True)).tick_ms
        settings = after(settings, Tick())
    assert road.show(view, visit_of(settings, playing=True)).tick_ms is None
    assert after(settings, Tick()) == settings
    explanation, figure = explain(settings.scenario), charts(settings)["folded"].figure
    tops = [trace["y"] for trace in figure["data"] if trace.get("opacity")]
    for j, slope in enumerate(explanation.logits_grad.tolist()):
        assert tops[-1][3 * j + 1] == pytest.approx(slope, abs=1e-5)  # the last piece ends at S − y
        feet = [row[3 * j] for row in tops]
        assert feet[0] == pytest.approx(-explanation.targets[j], abs=1e-5)
        assert feet[1:] == pytest.approx([row[3 * j + 1] for row in tops[:-1]], abs=1e-5)


def test_at_the_start_each_piece_is_its_term():
    explanation, figure = explain(begun(4).scenario), charts(begun(4))["folded"].figure
    rows = [trace["y"] for trace in figure["data"] if trace.get("opacity")]
    for i, row in enumerate(rows):
        for j in range(3):
            assert row[3 * j + 1] == pytest.approx(explanation.chain_rule[i, j], abs=1e-5)


def test_the_fold_moves_nothing_but_what_the_browser_can_move():
    figures = [charts(begun(4, fold=fold))["folded"].figure for fold in range(NUM_FOLDS)]
    still = [
        [
            {key: value for key, value in trace.items() if key not in ("x", "y", "text")}
            for trace in figure["data"]
        ]
        for figure in figures
    ]
    assert all(each == still[0] for each in still)
    assert all(figure["layout"] == figures[0]["layout"] for figure in figures)


def test_learning_ends_with_a_smoothed_label_and_goes_on_with_a_one_hot_one():
    smooth = scenes.smoothed(begun(5))
    for _ in range(200):
        moved = after(smooth, Tick())
        if moved == smooth:
            break
        smooth = moved
    assert "stops" in smooth["done"]
    assert road.show(view, visit_of(smooth, playing=True)).tick_ms is None
    hot = begun(5)
    for _ in range(200):
        hot = after(hot, Tick())
    assert (hot["descent_step"], hot["done"]) == (200, ("endless",))
    assert road.show(view, visit_of(hot, playing=True)).tick_ms
    assert descent.rewound(hot)["logits"] == START


def test_the_loss_along_the_way_is_there_before_the_first_step():
    assert charts(begun(5))["loss_curve"].figure["data"][0]["y"][0] == pytest.approx(explain(Scenario()).loss)


def test_one_handle_asks_to_be_taken_hold_of_until_something_was():
    assert charts(begun(1))["logits"].glow == 1
    assert charts(begun(2, done=("loss",)))["logits"].glow == 0
    assert charts(begun(3))["guess"].glow == 1
    for settings in (begun(1, logits=(2.0, 1.1, 0.1)), begun(3, done=("guess",)), begun(5), begun(6)):
        assert [chart.name for chart in charts(settings).values() if chart.glow is not None] == []
