"""The address is the state: what changes it, what it changes, and what does not mislead it."""

import pytest

from ce_viz.settings.table import PARAMS
from tests.pages.conftest import address, open_app


def test_address_holds_only_what_differs_from_the_default():
    app = open_app(logits="2,1,0.1", label="2", temperature="1")
    app.text_input(key="names").set_value("a,b,c").run()
    assert address(app) == {"names": "a,b,c"}


@pytest.mark.parametrize("name", PARAMS)
def test_every_setting_reads_back_what_it_writes(name):
    param = PARAMS[name]
    written = param.write(param.default)
    if written:  # an empty text means the default where the page itself picks
        assert param.read(written) == param.default


def test_another_address_in_the_same_visit_is_taken_up():
    app = open_app(logits="1,2")
    app.query_params["logits"] = "3,4"
    app.run()
    assert app.text_input(key="logits").value == "3, 4"


def test_going_back_to_an_earlier_address_takes_its_settings_up():
    app = open_app(logits="1,2")
    app.text_input(key="logits").set_value("3,4").run()
    app.run()  # the browser has shown the new address
    app.query_params["logits"] = "1,2"
    app.run()
    assert app.text_input(key="logits").value == "1, 2"


def test_run_that_still_carries_the_old_address_takes_nothing_back():
    app = open_app(logits="1,2")
    app.text_input(key="logits").set_value("3,4").run()
    app.query_params["logits"] = "1,2"  # sent before the browser heard of the new one
    app.slider(key="temperature").set_value(2.0).run()
    assert app.text_input(key="logits").value == "3, 4"
    assert address(app)["logits"] == "3,4"


def test_unknown_parameters_are_let_be():
    app = open_app(utm_source="x", logits="1,2")
    assert not app.exception
    assert app.text_input(key="logits").value == "1, 2"


def test_repeated_parameter_counts_once():
    app = open_app()
    app.query_params["logits"] = ["1,2", "3,4,5"]
    app.run()
    assert app.text_input(key="logits").value == "3, 4, 5"


@pytest.mark.parametrize(
    ("link", "field"),
    [
        ({"label": "4"}, "label"),
        ({"mode": "soft", "targets": "1,0"}, "targets"),
        ({"names": "a,b,c,d"}, "names"),
        ({"cell": "4,1"}, "cell"),
    ],
)
def test_what_does_not_fit_the_number_of_classes_is_said(link, field):
    app = open_app(logits="1,2,3", **link)
    assert len(app.warning) == 1
    assert "3" in app.warning[0].value
    assert not app.exception


@pytest.mark.parametrize("targets", ["0.7,0.2,0.1", "0.7,0.7,0.1"])
def test_label_weights_keep_their_sum_when_classes_go_and_come(targets):
    app = open_app(mode="soft", targets=targets)
    for count in (2, 4):
        app.number_input(key="num_classes").set_value(count).run()
    weights = [float(part) for part in address(app)["targets"].split(",")]
    assert sum(weights) == pytest.approx(sum(map(float, targets.split(","))))
    assert len(weights) == 4


def test_targets_of_another_length_do_not_matter_while_they_are_not_used():
    assert not open_app(logits="1,2,3", targets="1,0").warning
