"""Meaning, label smoothing and temperature, wired: the numbers are the core's, and each label is called what it is."""

import math
import re

import numpy as np
import pytest

from ce_viz.core import Scenario, explain, softmax
from ce_viz.strings.numbers import number, parse
from tests.pages.conftest import address
from tests.pages.why.opened import open_page, shown

# 4: what the number means


@pytest.mark.parametrize("link", [{}, {"mode": "smoothed"}, {"mode": "soft", "targets": "0.7,0.2,0.1"}])
def test_parts_of_the_loss_are_the_cores(link):
    app = open_page(part="meaning", case="own", **link)
    mode = link.get("mode", "one-hot")
    explanation = explain(Scenario(label=1, mode=mode))
    found = re.search(
        r"\*\*L = (\S+) nats\*\* = (\S+) bits\. e⁻ᴸ = \*\*(\S+)\*\*.* eᴸ = \*\*(\S+)\*\*", shown(app)
    )
    assert found
    expected = [explanation.loss, explanation.loss / math.log(2), math.exp(-explanation.loss)]
    assert [parse(text) for text in found.groups()[:3]] == pytest.approx(expected, abs=6e-4)
    assert parse(found.group(4)) == pytest.approx(math.exp(explanation.loss), abs=0.06)


def test_a_label_that_does_not_sum_to_1_is_told():
    app = open_page(part="meaning", mode="soft", targets="0.7,0.7,0.1")
    assert "times Σy" in app.info[0].value
    assert "L = Σ y·H(ŷ) + Σ y·KL(ŷ‖S)" in shown(app)
    assert "KL(ŷ‖S) compares these" in shown(app)


def test_s_minus_y_is_not_called_the_gradient_of_a_label_that_does_not_sum_to_1():
    app = open_page(part="temperature", mode="soft", targets="0.7,0.7,0.1", temperature="2")
    explanation = explain(Scenario(targets=(0.7, 0.7, 0.1), mode="soft", temperature=2.0))
    largest = 2 * abs(explanation.logits_grad).max()
    assert f"largest |S·Σ y − y| = {number(largest)}" in shown(app)
    assert "∂L/∂o = (S·Σ y − y)/T" in shown(app)
    assert "∂L/∂o = (S − y)/T" in shown(open_page(part="temperature", temperature="2"))


def test_only_for_a_one_hot_label_the_number_is_the_right_answers_probability():
    assert "the right answer" in shown(open_page(part="meaning", case="own"))
    assert "the right answer" not in shown(open_page(part="meaning", mode="smoothed"))


# 5 and 6: smoothing and temperature


@pytest.mark.parametrize("temperature", ["1", "2.5"])
def test_at_the_optimum_softmax_is_the_smoothed_label(temperature):
    app = open_page(part="smoothing", label="3", label_smoothing="0.2", temperature=temperature)
    app.button(key="why_optimum").click().run()
    assert not app.warning
    settings = app.session_state["session"].settings
    probs = softmax(settings["logits"], temperature=float(temperature))
    np.testing.assert_allclose(probs, [0.2 / 3, 0.2 / 3, 0.8 + 0.2 / 3], rtol=1e-12)
    assert (settings["mode"], settings["label"]) == ("smoothed", 3)


def test_without_smoothing_there_is_no_optimum_to_go_to():
    assert open_page(part="smoothing", label_smoothing="0").button(key="why_optimum").disabled


@pytest.mark.parametrize(
    ("part", "name", "value"), [("smoothing", "label_smoothing", 0.25), ("temperature", "temperature", 2.5)]
)
def test_sliders_beside_the_charts_set_the_shared_setting(part, name, value):
    app = open_page(part=part, mode="smoothed")
    app.slider(key=f"why_{name}").set_value(value).run()
    assert address(app)[name] == str(value)
    assert app.slider(key=name).value == value


def test_temperature_line_multiplies_out():
    app = open_page(part="temperature", temperature="2.5", logits="5,1,0")
    error, inverse, gradient = (
        parse(text.strip("*"))
        for text in re.search(
            r"S\s−\sy\| = (\S+), times 1/T = (\S+) gives .* = (\S+)\.$", shown(app), re.M
        ).groups()
    )
    assert error * inverse == pytest.approx(gradient, abs=2e-3)
    expected = np.abs(explain(Scenario((5.0, 1.0, 0.0), label=1, temperature=2.5)).logits_grad).max()
    assert gradient == pytest.approx(expected, abs=6e-4)
