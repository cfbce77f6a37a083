"""Settings as one value: read from a link, fitted, changed, written back."""

from __future__ import annotations

import math
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ce_viz.core import Scenario
from ce_viz.core.inspection.samples import SAMPLES
from ce_viz.core.scenario import MODES
from ce_viz.settings.readers import Invalid
from ce_viz.settings.table import TABLE, UNDOABLE
from ce_viz.settings.value import Settings, read
from ce_viz.strings.numbers import field


def changed(**values: object) -> Settings:
    return Settings().changed(**values)


def test_defaults_are_the_default_scenario_and_an_empty_link():
    assert Settings().scenario == Scenario()
    assert Settings().query() == {}
    assert Settings().link == ""


@pytest.mark.parametrize("name", TABLE)
def test_every_setting_reads_back_what_it_writes(name):
    written = TABLE[name].write(TABLE[name].default)
    if written:  # an empty text means the default where the page itself picks
        assert TABLE[name].read(written) == TABLE[name].default


def test_a_link_that_was_written_is_read_to_the_same_settings():
    settings = changed(
        logits=(1.0, -math.inf, 0.1 + 0.2), label=3, mode="smoothed", names=("a", "b & c"), cell=(3, 1)
    )
    assert read(settings.query()) == (settings, ())


def test_equal_settings_are_one_key():
    assert {changed(temperature=2.0): "found"}[changed(temperature=2)] == "found"
    assert changed(temperature=2.0) != Settings()


def test_settings_are_not_changed_in_place():
    settings = Settings()
    settings.changed(temperature=2.0)
    assert settings["temperature"] == 1.0


@pytest.mark.parametrize(
    ("values", "name", "rule"),
    [
        ({"logits": (1e5, 0.0)}, "logits", "range"),
        ({"logits": (math.nan, 0.0)}, "logits", "number"),
        ({"label": 101}, "label", "range"),
        ({"targets": (1e308, 0.0, 0.0)}, "targets", "range"),
        ({"mode": "hard"}, "mode", "choice"),
        ({"temperature": "warm"}, "temperature", "number"),
    ],
)
def test_what_no_link_could_hold_is_refused_by_name_and_rule(values, name, rule):
    with pytest.raises(Invalid) as caught:
        changed(**values)
    assert (caught.value.problem.name, caught.value.problem.rule) == (name, rule)


def test_fewer_classes_bring_what_depends_on_them_along():
    settings = changed(logits=(1, 2, 3, 4), label=4, cell=(4, 1), pair=(1, 4), names=("a", "b", "c", "d"))
    fewer = settings.changed(logits=(1, 2))
    assert (fewer["label"], fewer["cell"], fewer["pair"], fewer["names"]) == (1, None, None, ("a", "b"))
    assert len(fewer["targets"]) == 2


@pytest.mark.parametrize("name", [name for name in TABLE if TABLE[name].resets_with])
def test_a_setting_that_belongs_to_others_goes_when_they_change(name):
    sample = {
        "origin": "row-7",
        "case": "example",
        "race_step": 5,
        "descent_start": (1.0, 2.0, 3.0),
        "descent_step": 4,
        "answered": Scenario(),
        "confused": (1, 2),
        "uncovered": ("loss",),
        "brought": True,
    }
    other = TABLE[name].resets_with[0]
    values = {"logits": (3.0, 2.0, 1.0), "round": "sign", "sample": SAMPLES[1], "reveal": ("loss",)}
    settings = changed(**{name: sample[name]})
    assert settings[name] == sample[name]
    assert settings.changed(**{other: settings[other]})[name] == sample[name]
    assert settings.changed(**{other: values[other]})[name] == TABLE[name].default
    assert settings.changed(**{other: values[other], name: sample[name]})[name] == sample[name]


def test_what_a_play_moved_is_followed_and_none_is_the_default():
    settings = changed(temperature=2.0, train_step=40)
    assert settings.following({"train_step": "300", "temperature": None, "utm": "x"}) == changed(
        train_step=300
    )
    with pytest.raises(Invalid):
        settings.following({"train_step": "many"})
    descending = changed(logits=(1.0, 2.0), descent_start=(3.0, 2.0), descent_step=4)
    further = descending.following({"logits": "0.5,2", "descent_step": "5"})
    assert further["descent_start"] == (3.0, 2.0)


def test_a_bad_value_leaves_the_rest_of_a_link_standing():
    settings, problems = read({"logits": "1,2", "temperature": "-1", "utm_source": "x"})
    assert settings["logits"] == (1.0, 2.0)
    assert settings["temperature"] == 1.0
    assert [(problem.name, problem.rule) for problem in problems] == [("temperature", "range")]


@pytest.mark.parametrize(
    ("link", "names"),
    [
        ({"label": "4"}, ["label"]),
        ({"mode": "soft", "targets": "1,0"}, ["targets"]),
        ({"targets": "1,0"}, []),
        ({"names": "a,b,c,d"}, ["names"]),
        ({"cell": "4,1"}, ["cell"]),
    ],
)
def test_what_does_not_fit_the_number_of_classes_is_said(link, names):
    assert [problem.name for problem in read({"logits": "1,2,3", **link})[1]] == names


def test_what_no_address_shows_is_told_to_the_route_alone():
    settings = changed(confused=(2, 1), temperature=2.0)
    assert settings.query() == {"temperature": "2"}
    assert settings.link == "temperature=2&confused=2,1"
    assert read({"confused": "2,1"})[0]["confused"] is None
    assert read({"confused": "2,1"}, addressed=False)[0]["confused"] == (2, 1)


@pytest.mark.parametrize("targets", [(0.7, 0.2, 0.1), (0.7, 0.7, 0.1)])
def test_label_weights_keep_their_sum_when_classes_go_and_come(targets):
    settings = changed(mode="soft", targets=targets)
    for logits in ((2.0, 1.0), (2.0, 1.0, 0.0, 0.0)):
        settings = settings.changed(logits=logits)
    assert math.fsum(settings["targets"]) == pytest.approx(math.fsum(targets))
    assert len(settings["targets"]) == 4


@given(
    logits=st.lists(st.floats(-1e4, 1e4) | st.just(-math.inf), min_size=2, max_size=6),
    weights=st.lists(st.floats(0, 1e3), min_size=6, max_size=6),
    mode=st.sampled_from(MODES),
    smoothing=st.floats(0, 1),
    temperature=st.floats(0.05, 20),
)
def test_a_short_link_brings_every_number_back_to_its_last_bit(logits, weights, mode, smoothing, temperature):
    settings = changed(
        logits=(*logits, 0.0),
        targets=tuple(weights[: len(logits) + 1]) + (0.0,) * (len(logits) + 1 - len(weights)),
        mode=mode,
        label_smoothing=smoothing,
        temperature=temperature,
        step=7,
    )
    link = settings.short("explore")
    restored, problems = read(dict(parse_qsl(link, keep_blank_values=True)))
    assert problems == ()
    assert restored.scenario == settings.scenario
    assert ("targets=" in link) <= (mode == "soft")
    assert "%2C" not in link
    assert "step=" not in link


def test_a_link_holds_only_what_changes_something():
    settings = changed(logits=(1, 2, 3, 4), targets=(1, 0, 0, 0), free_sum=True, hide=("loss",), step=3)
    assert settings.query() == {"logits": "1,2,3,4", "step": "3"}
    assert settings.short("explore") == "logits=1,2,3,4"
    assert settings.short("derivation") == "logits=1,2,3,4&step=3"
    assert settings.changed(mode="soft").short("explore") == (
        "logits=1,2,3,4&targets=1,0,0,0&mode=soft&free_sum=1"
    )


def test_a_halls_link_opens_without_the_presenters_type_unless_something_is_covered():
    assert changed(present=True).short("explore") == ""
    assert changed(present=True, hide=("loss",)).short("explore") == "present=1&hide=loss"


@pytest.mark.parametrize(
    ("value", "text"),
    [(1e-7, "1e-7"), (1e300, "1e300"), (5e-324, "5e-324"), (0.1 + 0.2, "0.30000000000000004")],
)
def test_a_number_takes_the_fewest_digits_that_bring_it_back(value, text):
    assert field(value) == text
    assert float(text) == value


def test_undo_keeps_the_settings_of_a_scenario():
    assert set(Settings().undoable()) == set(UNDOABLE)
