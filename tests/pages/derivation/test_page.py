"""The derivation, wired: twelve steps in two languages, links restore them, charts and buttons lead on."""

import re

import pytest

from ce_viz.pages.derivation.settings import NUM_STEPS
from ce_viz.strings import LANGUAGES, words
from tests.for_each import for_each
from tests.pages.conftest import address, open_app, texts

STEPS = range(1, NUM_STEPS + 1)
ODD = {
    "two classes": {"logits": "1,-1"},
    "thirty classes": {"logits": ",".join(str(k % 7) for k in range(30)), "label": "8", "mode": "smoothed"},
    "hundred classes": {"logits": ",".join(["1e4", "-1e4"] * 50), "temperature": "0.05"},
    "masked": {"logits": "2,1,-inf,0.5", "label": "2"},
    "only one left": {"logits": "-inf,3,-inf", "label": "2"},
    "not one": {"mode": "soft", "targets": "0.7,0.7,0.1"},
    "no weight": {"mode": "soft", "targets": "0,0,0"},
    "warm": {"temperature": "20", "mode": "smoothed"},
    "cold": {"temperature": "0.05"},
    "huge": {"logits": "10000,0,-10000", "label": "2"},
    "hostile names": {"names": "$x$,\\frac{1}{0},<b>|*"},
    "long input": {"x": "1,-2,3.5,0"},
}


def open_step(step=1, **link):
    app = open_app("derivation", step=str(step), **link)
    assert not app.exception
    return app


def title(step, language="en"):
    return f"#### {step} · {words(language)[f'derivation.step_{step}.title']}"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", STEPS)
def test_step_shows_its_idea_its_letters_and_its_numbers(step, language):
    app = open_step(step, lang=language)
    assert title(step, language) in texts(app)
    assert words(language)[f"derivation.step_{step}.idea"] in texts(app)
    assert len(app.latex) == 2
    assert not app.warning


@pytest.mark.parametrize("settings", ODD.values(), ids=ODD)
def test_odd_settings_lead_through_all_steps_without_an_exception(settings):
    app = open_step(**settings)
    for step in STEPS:
        assert not app.exception
        assert not app.warning
        assert title(step) in texts(app)
        assert len(app.latex) == 2
        if step < NUM_STEPS:
            app.button(key="next").click().run()


@for_each("language", LANGUAGES)
@for_each("step", STEPS)
def test_prose_closes_its_formulas_and_its_braces(step, language):
    for text in words(language).section(f"derivation.step_{step}").values():
        assert text.count("$") % 2 == 0
        assert text.count("{") == text.count("}")


def test_next_and_back_turn_one_step_and_stop_at_the_ends():
    app = open_step()
    assert app.button(key="back").disabled
    for step in STEPS:
        assert title(step) in texts(app)
        if step < NUM_STEPS:
            app.button(key="next").click().run()
    assert app.button(key="next").disabled
    app.button(key="back").click().run()
    assert title(NUM_STEPS - 1) in texts(app)


def test_any_step_can_be_jumped_to_and_stands_in_the_link():
    app = open_step()
    app.button(key="step_8").click().run()
    assert title(8) in texts(app)
    assert address(app)["step"] == "8"


def test_what_comes_next_is_said_by_its_title_and_leads_there():
    app = open_step(3)
    following = app.button(key="next_step")
    assert words("en")["derivation.step_4.title"] in following.label
    following.click().run()
    assert title(4) in texts(app)


def test_after_the_last_step_comes_the_next_page():
    app = open_step(NUM_STEPS)
    app.button(key="to_next_page").click().run()
    assert words("en")["why.gradient.claim"] in texts(app)


def test_steps_are_offered_by_their_titles():
    app = open_step()
    options = [app.button(key=f"step_{step}").help for step in range(1, NUM_STEPS + 1)]
    assert options == [f"{k} · {words('en')[f'derivation.step_{k}.title']}" for k in STEPS]


@pytest.mark.parametrize("step", ["0", "13", "two"])
def test_step_that_is_none_is_refused_in_words(step):
    app = open_app("derivation", step=step)
    assert len(app.warning) == 1
    assert title(1) in texts(app)


@pytest.mark.parametrize("x", ["", "1,2,3,4,5", "inf", "1000", "a"])
def test_bad_input_is_refused_in_words(x):
    app = open_app("derivation", step="11", x=x)
    assert len(app.warning) == 1
    assert not app.exception


def test_input_field_changes_the_weight_gradient_and_the_link():
    app = open_step(11)
    app.text_input(key="x").set_value("3, 0.5, 2").run()
    assert address(app)["x"] == "3,0.5,2"
    assert r"\begin{bmatrix}3 & 0.5 & 2\end{bmatrix}" in texts(app)


def test_picked_cell_is_the_proofs_i_and_j():
    app = open_step(5, cell="3,2")
    assert r"\frac{\partial S_{3}}{\partial o_{2}}" in texts(app)
    app.selectbox(key="proof_i").set_value(1).run()
    assert address(app)["cell"] == "1,2"
    assert r"\frac{\partial S_{1}}{\partial o_{2}}" in texts(app)


@pytest.mark.parametrize("step", [2, 3, 4, 5, 6, 8, 9, 10, 11, 12])
def test_temperature_is_carried_in_letters_and_in_numbers(step):
    app = open_step(step, temperature="2.5")
    letters, numbers = (element.value for element in app.latex)
    assert re.search(r"/T|\{T\}", letters)
    assert words("en")["derivation.note_temperature"] in texts(app)
    if step in (4, 5, 6, 8, 9, 10, 12):
        assert r"\tfrac{1}{2.5}" in numbers


def test_labels_can_leave_one_and_return():
    app = open_step(10)
    app.button(key="leave_one").click().run()
    assert words("en")["derivation.not_one"] in texts(app)
    assert r"\ne 1" in texts(app)
    app.button(key="normalise").click().run()
    assert words("en")["derivation.not_one"] not in texts(app)
    assert address(app)["mode"] == "soft"


def test_a_pull_beyond_float64_is_told_from_one_that_is_infinite():
    beyond, limit = words("en")["derivation.note_beyond"], words("en")["derivation.note_limit"]
    huge = texts(open_step(7, **ODD["huge"]))
    masked = texts(open_step(7, logits="2,-inf,0.1", label="2"))
    assert (beyond in huge, limit in huge) == (True, False)
    assert (beyond in masked, limit in masked) == (False, True)
    assert beyond not in texts(open_step(7))


def test_take_away_holds_the_proof_at_the_picked_cell():
    app = open_step(4, cell="3,2")
    proof = app.session_state["session"].results["derivation"]
    assert (proof.i, proof.j) == (2, 1)
