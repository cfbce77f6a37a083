"""Numerics without Streamlit: what it shows at every edge of its settings, and that no event changes anything."""

import json
import math

import numpy as np
import pytest

from ce_viz.core.scenario import LABEL_SMOOTHING_RANGE, TEMPERATURE_RANGE
from ce_viz.core.studies.clipping import CLIPS
from ce_viz.core.studies.explicit_chain import explicit_chain
from ce_viz.core.studies.precision import DTYPES, FORMULAS, QUANTITIES, compare_formulas
from ce_viz.live import Edit, Pick, Tick
from ce_viz.live.message import card
from ce_viz.pages import road
from ce_viz.pages.numerics import sentences, view
from ce_viz.pages.numerics.landmarks import LEADS, landmarks, nearest_lead, with_lead
from ce_viz.pages.numerics.settings import CHARTS, TOPICS
from ce_viz.pages.visit import visit_of
from ce_viz.settings.readers import Invalid
from ce_viz.settings.value import Settings
from ce_viz.strings import LANGUAGES
from ce_viz.strings.numbers import number, vector
from tests.for_each import for_each


def shown(**values):
    """The page's only board, and the settings' visit."""
    visit = visit_of(Settings().changed(**values), "en")
    (board,) = road.show(view, visit).boards
    return board, visit


def spread(count):
    return tuple(8.0 * math.sin(2.3 * k) for k in range(count))


EDGES = {
    **{f"K = {count}": {"logits": spread(count)} for count in (2, 3, 8, 9, 30, 100)},
    **{f"T = {bound}": {"temperature": bound} for bound in TEMPERATURE_RANGE},
    **{f"ε = {bound}": {"mode": "smoothed", "label_smoothing": bound} for bound in LABEL_SMOOTHING_RANGE},
    "masked": {"logits": (2.0, -math.inf, 0.5)},
    "label masked": {"logits": (2.0, 1.0, -math.inf), "label": 3},
    "all others masked": {"logits": (-math.inf, 1.0, -math.inf), "label": 1},
    "ties": {"logits": (1.0, 1.0, 1.0)},
    "largest logits": {"logits": (1e4, -1e4, 1e4)},
    "largest logits, coldest": {"logits": (1e4, -1e4, 0.0), "temperature": TEMPERATURE_RANGE[0]},
    "barely a number": {"logits": (709.5, 0.0, 0.0), "label": 2},
    "no weight": {"mode": "soft", "targets": (0.0, 0.0, 0.0)},
    "all weights alike": {"mode": "soft", "targets": (0.5, 0.5, 0.5)},
    "largest weights": {"mode": "soft", "targets": (1000.0, 1000.0, 0.0)},
    "least weight": {"mode": "soft", "targets": (5e-324, 0.0, 0.0)},
}


@for_each("topic", TOPICS)
@for_each("edge", EDGES)
def test_every_edge_is_drawn_within_what_json_and_plotly_hold(edge, topic):
    for more in [{"dtype": dtype} for dtype in DTYPES] if topic in ("errors", "chain") else [{}]:
        board, visit = shown(topic=topic, **more, **EDGES[edge])
        for chart in board.charts:
            json.dumps([chart.figure["layout"], card(chart).get("shades")], allow_nan=False)
            for trace in chart.figure["data"]:
                json.dumps(trace, allow_nan=False)
                if trace["type"] == "heatmap":
                    assert math.isfinite(trace["zmax"] - trace["zmin"])
        assert sentences.logits(visit, view.comparison(visit.scenario))


def test_the_topics_show_every_chart_that_can_be_covered_once_and_no_other():
    names = [chart.name for topic in TOPICS for chart in shown(topic=topic)[0].charts]
    assert sorted(names) == sorted(CHARTS)


@pytest.mark.parametrize(
    "event",
    [
        Edit("logits", 0, 3.0),
        Edit("compare_probs", 9_999, 1e300),
        Pick("chain_jacobian", 1, 1),
        Pick("", 9_999, 0),
        Tick(),
    ],
)
def test_no_event_changes_a_setting(event):
    settings = Settings().changed(topic="chain", logits=(3.0, 1.0))
    assert view.act(settings, event) is settings


@pytest.mark.parametrize("name", CHARTS)
def test_a_covered_chart_leaves_no_number_of_its_own_in_the_message(name):
    topic = next(topic for topic in TOPICS if name in {chart.name for chart in shown(topic=topic)[0].charts})
    board, _ = shown(topic=topic, present=True, hide=(name,))
    cards = {chart.name: card(chart) for chart in board.charts}
    assert cards[name].keys() <= {"name", "title", "kind", "span", "joiner", "hidden"}
    assert not board.headline
    assert all("figure" in other for key, other in cards.items() if key != name)


def test_the_sentence_below_the_chain_goes_with_its_product():
    chain = explicit_chain([1000.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    scenario = {"topic": "chain", "logits": (1000.0, 0.0, 0.0), "present": True}
    told = sentences.chain(shown(**scenario)[1], chain)
    assert "**1000.000**" in told
    assert sentences.chain(shown(**scenario, hide=("chain_product",))[1], chain) == ""


@pytest.mark.parametrize(
    ("label", "true"),
    [
        ({"mode": "smoothed", "label_smoothing": 1.0, "label": 2}, 1),  # no weight is the largest
        ({"mode": "soft", "targets": (0.2, 0.1, 0.7), "label": 2}, 2),
    ],
)
def test_the_gradient_is_that_of_the_labels_class_or_of_a_soft_labels_largest_weight(label, true):
    scenario = Settings().changed(logits=(9.0, 4.0, 0.5), **label).scenario
    expected = compare_formulas(scenario.logits, scenario.effective_targets, true, scenario.temperature)
    np.testing.assert_array_equal(view.comparison(scenario).values, expected.values)


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_alternatives_hold_the_values_of_every_cell(language):
    board, visit = shown(logits=(1000.0, 0.0, 0.0), label=2, lang=language)
    compared = view.comparison(visit.scenario)
    for q, (chart, quantity) in enumerate(zip(board.charts, QUANTITIES, strict=True)):
        assert chart.name == f"compare_{quantity}"
        rows = chart.alt.split("; ")
        assert len(rows) == len(FORMULAS)
        for row, values in zip(rows, compared.values[q].tolist(), strict=True):
            told = [f"{dtype} {number(value, 4)}" for dtype, value in zip(DTYPES, values, strict=True)]
            assert row.endswith(": " + ", ".join(told))
    product = shown(topic="chain", logits=(1000.0, 0.0, 0.0), lang=language)[0].charts[-1]
    assert f"{vector((math.nan,) * 3)}; " in product.alt
    assert product.alt.endswith(vector((1.0, -1.0, 0.0)))


@pytest.mark.parametrize("clip", CLIPS)
def test_the_chosen_clip_is_drawn_and_told(clip):
    board, visit = shown(topic="clipping", clip=clip)
    cap = number(-math.log(float(clip)), 2)
    assert board.charts[0].figure["layout"]["annotations"][0]["text"] == f"−log c = {cap}"
    result = road.show(view, visit).results["clipping_curves"]
    assert cap in sentences.clipping(visit, result)
    assert result.clip == float(clip)


def test_a_lead_moves_only_the_winner_unless_it_would_leave_the_range():
    settings = Settings().changed(logits=(1.0, 4.0, 2.0), temperature=2.0)
    for lead in LEADS:
        moved = with_lead(settings, lead)["logits"]
        assert max(moved) <= 1e4
        assert (moved[1] - moved[2]) / 2.0 == lead
        assert moved[2] - moved[0] == 1.0


def test_a_lead_that_no_shift_can_fit_is_refused():
    with pytest.raises(Invalid) as refused:
        with_lead(Settings().changed(temperature=20.0), LEADS[-1])
    assert refused.value.problem.name == "logits"


def test_a_lone_class_among_masked_ones_has_the_longest_lead():
    settings = Settings().changed(logits=(-math.inf, 1.0, -math.inf))
    assert with_lead(settings, 5.0) == settings
    assert nearest_lead(view.comparison(settings.scenario).lead) == LEADS[-1]


def test_every_landmark_can_be_gone_to_from_anywhere():
    settings = Settings().changed(logits=spread(30), mode="soft", targets=(0.5,) * 30, temperature=3.0)
    for name, values in landmarks(settings).items():
        moved = settings.changed(**values)
        assert len(moved["logits"]) == (30 if name == "shift" else 3)
    shifted = settings.changed(**landmarks(settings)["shift"])
    np.testing.assert_allclose(np.subtract(shifted["logits"], settings["logits"]), 1000.0)
