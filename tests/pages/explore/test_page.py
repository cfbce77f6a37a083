"""Explore, wired: links restore it, fields change it, bad input is refused in words."""

import pytest
from streamlit.testing.v1 import AppTest

from ce_viz.core import Scenario, explain
from ce_viz.settings.presets import PRESETS
from ce_viz.strings import words
from ce_viz.strings.numbers import number, vector
from tests.pages.conftest import address, open_app, texts

HOSTILE = [
    "",
    " ",
    ",",
    "nan",
    "nan,nan",
    "inf,1",
    "-inf,-inf",
    "1e999,1",
    "1",
    "1,",
    "\uff11\uff0c\uff12",
    "\u0663,\u0664",
    "1;2;x",
    "[[1,2],[3]]",
    "1,2,3" * 2000,
    ",".join(["1"] * 5000),
    "1" * 10_000,
    "<script>alert(1)</script>",
    "<b>1</b>,2",
    "$\\frac{1}{0}$",
    "\\input{x}",
    "1\x00,2",
    "\x00",
    "{0}",
    "{value}",
    "%s",
    "'; drop table",
    "../../etc/passwd",
    "None",
    "True",
    "1e5,1",
    "-1e5,0",
    "1,-1",
    "0x1,2",
    "1_0,2",
    "++1,2",
    "--1,2",
    "1e,2",
    ".,1",
    "e,1",
    "1.2.3,4",
    "\u221e,1",
    "\u2212,1",
    "\u2603,\u2603",
    "\u202e1,2",
    "a" * 300,
    "=1+1",
    "`x`",
    "[x](javascript:alert(1))",
    "![x](http://x)",
    ":material/bug:",
    "1,2\n3",
]
NAMES = [
    "logits",
    "targets",
    "label",
    "mode",
    "label_smoothing",
    "temperature",
    "names",
    "cell",
    "lang",
    "present",
    "hide",
]


def gradient_text(scenario: Scenario) -> str:
    return vector(tuple(explain(scenario).logits_grad.tolist()))


def test_default_page_shows_the_default_scenario(app):
    assert not app.exception
    assert gradient_text(Scenario()) in texts(app)
    assert address(app) == {}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_preset_shows_its_numbers(language):
    app = open_app(lang=language)
    for preset in PRESETS:
        app.selectbox(key="preset").set_value(preset).run()
        assert not app.exception, preset
        assert not app.warning, preset
        assert app.selectbox(key="preset").value == preset
        settings = {name: value for name, value in PRESETS[preset].items() if name not in ("label", "names")}
        label = PRESETS[preset].get("label", Scenario().label + 1)
        assert gradient_text(Scenario(**settings, label=label - 1)) in texts(app), preset


def test_link_restores_every_setting():
    link = {
        "logits": "1,2,-inf,0.25",
        "targets": "0.5,0.25,0,0.25",
        "mode": "soft",
        "temperature": "2.5",
        "names": "a,b,c,d",
        "cell": "3,1",
        "lang": "zh",
    }
    app = open_app(**link)
    assert not app.exception
    assert not app.warning
    assert address(app) == link
    assert app.text_input(key="logits").value == "1, 2, -inf, 0.25"
    assert app.slider(key="temperature").value == 2.5
    assert gradient_text(
        Scenario((1, 2, -float("inf"), 0.25), (0.5, 0.25, 0, 0.25), mode="soft", temperature=2.5)
    ) in texts(app)


def test_field_changes_page_and_link(app):
    app.text_input(key="logits").set_value("3 1\t0.5 0").run()
    assert not app.exception
    assert address(app)["logits"] == "3,1,0.5,0"
    assert gradient_text(Scenario((3, 1, 0.5, 0))) in texts(app)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_refused_field_says_why_keeps_the_text_and_the_last_values(language):
    app = open_app(lang=language, logits="1,2")
    app.text_input(key="logits").set_value("1, two").run()
    assert not app.exception
    field = words(language)["fields.logits"]
    assert words(language).fill("errors.number", field=field, value="two") in app.warning[0].value
    assert app.text_input(key="logits").value == "1, two"
    assert gradient_text(Scenario((1, 2))) in texts(app)


def test_problem_goes_with_a_valid_value(app):
    app.text_input(key="logits").set_value("x").run()
    app.text_input(key="logits").set_value("1,2").run()
    assert not app.warning


def test_bad_value_in_a_link_leaves_the_rest_of_the_link_standing():
    app = open_app(logits="1,2", temperature="-1")
    assert "−1" in app.warning[0].value.replace("\\", "").replace("-", "−")
    assert app.slider(key="temperature").value == 1.0
    assert gradient_text(Scenario((1, 2))) in texts(app)


def test_a_name_of_no_chart_is_told_and_all_charts_are_shown():
    app = open_app(show="logits,softmax")
    assert "softmax" in app.warning[0].value
    assert "show_all" not in {button.key for button in app.button}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_link_is_never_an_exception(text):
    assert not open_app(**dict.fromkeys(NAMES, text)).exception


def test_hostile_field_is_never_an_exception(app):
    for text in HOSTILE:
        for field in ("logits", "names"):
            app.text_input(key=field).set_value(text)
        assert not app.run().exception, text


def test_fewer_classes_bring_label_cell_and_targets_along():
    app = open_app(logits="1,2,3,4", label="4", cell="4,4", names="a,b,c,d")
    app.number_input(key="num_classes").set_value(2).run()
    assert not app.exception
    assert not app.warning
    assert address(app)["logits"] == "1,2"
    assert address(app)["names"] == "a,b"


def test_labels_that_do_not_sum_to_one_are_said_and_can_be_normalised():
    app = open_app(mode="soft", targets="0.7,0.7,0.1")
    assert r"\[−0.041, −0.458, −0.001\]" in app.info[0].value
    app.button(key="normalise").click().run()
    assert not app.info
    assert [float(part) for part in address(app)["targets"].split(",")] == [0.7 / 1.5, 0.7 / 1.5, 0.1 / 1.5]


def test_undo_takes_back_and_redo_brings_again(app):
    app.text_input(key="logits").set_value("1,2").run()
    app.text_input(key="logits").set_value("3,4").run()
    app.button(key="undo").click().run()
    assert address(app)["logits"] == "1,2"
    app.button(key="undo").click().run()
    assert address(app) == {}
    app.button(key="redo").click().run()
    assert address(app)["logits"] == "1,2"


def test_reset_restores_the_default_scenario():
    app = open_app(logits="1,2", temperature="3")
    app.button(key="reset").click().run()
    assert address(app) == {}


def test_steps_descend_and_rewind_returns_to_exactly_the_start():
    app = open_app(logits="1,2,0.3")
    start = explain(Scenario((1, 2, 0.3))).loss
    for _ in range(3):
        app.button(key="descent_step").click().run()
    after = tuple(float(part) for part in address(app)["logits"].split(","))
    assert explain(Scenario(after)).loss < start
    app.button(key="rewind").click().run()
    assert address(app)["logits"] == "1,2,0.3"


@pytest.mark.parametrize(
    "link", [{}, {"mode": "smoothed"}, {"mode": "soft", "targets": "0,0,0"}, {"logits": "1e4,-1e4"}]
)
def test_landmark_is_never_an_exception(link):
    for landmark in ("shift", "tie", "winner", "settled"):
        app = open_app(**link)
        if words("en")[f"landmarks.{landmark}"] in app.button_group(key="landmark").options:
            app.button_group(key="landmark").set_value(landmark).run()
        assert not app.exception


def test_settled_landmark_makes_the_gradient_zero():
    app = open_app(mode="smoothed")
    app.button_group(key="landmark").set_value("settled").run()
    logits = tuple(float(part) for part in address(app)["logits"].split(","))
    assert abs(explain(Scenario(logits, mode="smoothed")).logits_grad).max() < 1e-15


def ledger(app: AppTest) -> list[list[str]]:
    """The cells of the column's table, row by row, without its heads."""
    (panels,) = (element.value for element in app.markdown if "Column j" in element.value)
    rows = [line.strip("|").split("|") for line in panels.splitlines() if line.startswith("|")]
    return [[cell.strip(" *") for cell in row] for row in rows[2:]]


def test_a_column_is_added_up_row_by_row():
    rows = ledger(open_app(logits="0,1,2", mode="smoothed", cell="1,3"))
    terms = explain(Scenario((0, 1, 2), mode="smoothed")).chain_rule[:, 2]
    assert [row[3] for row in rows] == [number(term) for term in (*terms, sum(terms))]
    assert [row[4].partition("[")[2] for row in rows] == ["i ≠ j]", "i ≠ j]", "i = j]", ""]


def test_a_term_that_no_product_gives_is_called_a_limit():
    rows = ledger(open_app(logits="1000,0,0", label="2", cell="1,2"))
    assert rows[1][1:4] == ["−∞", "0.000", "→ −1.000"]


def test_of_many_classes_the_heaviest_rows_are_shown_and_the_others_together():
    logits = tuple(float(k % 7) for k in range(30))
    targets = tuple(0.01 * (k % 5) for k in range(30))
    link = {"logits": ",".join(map(str, logits)), "targets": ",".join(map(str, targets))}
    rows = ledger(open_app(mode="soft", cell="1,11", **link))
    terms = explain(Scenario(logits, targets, mode="soft")).chain_rule[:, 10]
    *shown, others, total = rows
    classes = [int(row[0]) - 1 for row in shown]
    assert 10 in classes
    assert classes == sorted(classes)
    assert [row[3] for row in shown] == [number(terms[k]) for k in classes]
    left = [k for k in range(30) if k not in classes]
    assert max(abs(terms[left])) <= min(abs(terms[k]) for k in classes if k != 10)
    assert (others[0], others[3]) == ("the other 22", number(terms[left].sum()))
    assert total[3] == number(terms.sum())


def test_numbers_can_be_copied_at_full_precision():
    app = open_app()
    app.session_state["numbers"] = True
    app.run()
    probs = explain(Scenario()).probs
    assert any(all(repr(float(value)) in block.value for value in probs) for block in app.code)


def test_the_page_says_what_it_is_and_where_to_begin(app):
    assert app.title[0].value == words("en")["app.title"]
    assert words("en")["explore.what"] in texts(app)
    app.button(key="to_lesson").click().run()
    assert not app.exception
    assert app.title[0].value.startswith("1 · ")


def test_in_presenter_mode_the_charts_have_the_room():
    app = open_app(present="1")
    assert words("en")["explore.what"] not in texts(app)
    assert [title.value for title in app.title] == [words("en")["nav.explore"]]


def test_the_derived_cell_is_named_and_said_not_to_be_picked():
    assert "**Cell i = 1, cat; j = 2, dog.** (An example" in texts(open_app())
    picked = texts(open_app(cell="3,1"))
    assert "Cell i = 3, owl; j = 1, cat." in picked
    assert words("en")["explore.cell_unpicked"] not in picked


def test_a_cell_leads_to_the_derivation():
    app = open_app(cell="1,1")
    assert app.button(key="proof_of_cell").label == "Step 4 of the derivation"
    app.button(key="proof_of_cell").click().run()
    assert not app.exception
    assert app.title[0].value == words("en")["nav.derivation"]


def test_challenges_are_ticked_and_stay_so():
    assert "Challenges: 0 of 3" in [box.label for box in open_app().expander]
    met = open_app(logits="7,6,5.1", met="low")
    assert "Challenges: 2 of 3" in [box.label for box in met.expander]
    assert texts(met).count("check_circle") == 2


def test_nothing_is_ticked_where_a_chart_is_covered():
    app = open_app(logits="7,6,5.1", present="1", hide="probs")
    assert [box.label for box in app.expander if "Challenges" in box.label] == []


def test_a_run_sends_few_elements(app):
    """Each takes the server a fifth of a millisecond, for each of 300 visitors who come back together."""

    def count(node):
        return 1 + sum(map(count, getattr(node, "children", {}).values()))

    roots = 1 + len(app._tree.children)
    assert count(app._tree) - roots <= 47
