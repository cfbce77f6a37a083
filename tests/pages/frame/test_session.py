"""A visit: what changes its settings, its undo and its address, and what does not mislead it."""

from types import SimpleNamespace
from typing import Any

import pytest

from ce_viz.live import Arrive, Edit, Tick, Undo
from ce_viz.pages import descent
from ce_viz.pages.explore import view as explore
from ce_viz.pages.frame import addresses, widgets
from ce_viz.pages.frame import session as module
from ce_viz.pages.frame.session import Session
from tests.pages.conftest import address, open_app


def test_address_holds_only_what_differs_from_the_default():
    app = open_app(logits="2,1,0.1", label="2", temperature="1")
    app.text_input(key="names").set_value("a,b,c").run()
    assert address(app) == {"names": "a,b,c"}


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


def test_what_does_not_fit_the_number_of_classes_is_said():
    app = open_app(logits="1,2,3", label="4")
    assert len(app.warning) == 1
    assert "3" in app.warning[0].value
    assert not app.exception


class Streamlit:
    """Streamlit as a session sees it: the widgets' values, the address, and runs of the script."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.widgets: dict[str, Any] = {}
        self.query: dict[str, str] = {}
        self.written: list[dict[str, str]] = []
        self.went_back = False
        self.session = Session()
        fake = SimpleNamespace(
            session_state=_Dict(self.widgets),
            query_params=SimpleNamespace(to_dict=lambda: dict(self.query), from_dict=self._write),
            context=SimpleNamespace(url="http://localhost/"),
        )
        monkeypatch.setattr(module, "st", fake)
        monkeypatch.setattr(addresses, "st", fake)
        monkeypatch.setattr(widgets, "st", fake)
        monkeypatch.setattr(addresses, "_went_back", lambda: self.went_back)

    def _write(self, params: dict[str, str]) -> None:
        self.query = dict(params)
        self.written.append(dict(params))

    def run(self) -> None:
        """A run of the script that draws some of the sidebar's widgets, and one that shows what follows from them."""
        session = self.session
        session.begin()
        self.changed = {name: session.widget(name)["on_change"] for name in ("logits", "temperature", "mode")}
        first, *others = session.settings["logits"]
        field = session.field("first", first, lambda value: session.put(logits=(value, *others)))
        self.changed["first"] = field["on_change"]
        self.session.publish()

    def enter(self, name: str, value: object) -> None:
        """A widget's value arrives with the next run; whoever sent it."""
        self.widgets[name] = value
        self.changed[name]()


class _Dict(dict[str, Any]):
    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def to_dict(self) -> dict[str, Any]:
        return dict(self._values)

    def get(self, name: str, default: Any = None) -> Any:
        return self._values.get(name, default)

    def __setitem__(self, name: str, value: Any) -> None:
        self._values[name] = value


@pytest.fixture
def streamlit(monkeypatch: pytest.MonkeyPatch) -> Streamlit:
    made = Streamlit(monkeypatch)
    made.run()
    return made


def logits(streamlit: Streamlit) -> tuple[float, ...]:
    value: tuple[float, ...] = streamlit.session.settings["logits"]
    return value


def test_a_gesture_is_one_step_of_undo_and_one_address(streamlit):
    session = streamlit.session
    session.receive("explore", 1, [Edit("logits", 0, 5.0, final=True)], explore)
    streamlit.run()
    assert streamlit.written == [{"logits": "5,1,0.1"}]
    session.undo()
    assert logits(streamlit) == (2.0, 1.0, 0.1)
    assert not session.can_undo


def test_a_hand_that_still_moves_writes_no_address_and_no_step(streamlit):
    session = streamlit.session
    for value in (3.0, 4.0, 5.0):
        session.receive("explore", int(value), [Edit("logits", 0, value, final=False)], explore)
        streamlit.run()
    assert logits(streamlit)[0] == 5.0
    assert streamlit.written == []
    session.receive("explore", 9, [Edit("logits", 0, 5.0, final=True)], explore)
    streamlit.run()
    assert streamlit.written == [{"logits": "5,1,0.1"}]
    session.act(explore, Undo(redo=False))
    assert logits(streamlit)[0] == 2.0


def test_a_message_that_comes_twice_is_acted_upon_once(streamlit):
    session = streamlit.session
    session.receive("explore", 7, [Edit("logits", 0, 5.0)], explore)
    session.put(logits=(1.0, 1.0, 1.0))
    session.receive("explore", 7, [Edit("logits", 0, 5.0)], explore)
    assert logits(streamlit) == (1.0, 1.0, 1.0)
    assert session.handled("explore") == 7


def test_an_echo_that_comes_with_an_act_changes_nothing(streamlit):
    session = streamlit.session
    session.receive("explore", 1, [Edit("logits", 0, 5.0)], explore)
    streamlit.run()
    # The browser has not yet taken up what the field was told, and a button is pressed.
    streamlit.enter("logits", "2, 1, 0.1")
    session.put(temperature=2.0)
    streamlit.run()
    assert logits(streamlit) == (5.0, 1.0, 0.1)
    assert streamlit.widgets["logits"] == "5, 1, 0.1"


def test_a_field_shows_what_follows_and_takes_what_a_hand_puts_there(streamlit):
    streamlit.session.put(logits=(5.0, 1.0, 0.1))
    streamlit.run()
    assert streamlit.widgets["first"] == 5.0
    streamlit.enter("first", 4.0)
    streamlit.run()
    assert logits(streamlit) == (4.0, 1.0, 0.1)


@pytest.mark.parametrize("echo_first", [True, False])
def test_a_fields_echo_takes_no_undo_back(streamlit, echo_first):
    """Whichever Streamlit calls first: the field had not taken up the last change when the key was pressed."""
    session = streamlit.session
    for value in (40.0, 1000.0):
        session.put(logits=(value, 0.0, 0.0))
        streamlit.run()
    acts = [lambda: streamlit.enter("first", 40.0), lambda: session.act(explore, Undo(redo=False))]
    for act in acts if echo_first else reversed(acts):
        act()
    streamlit.run()
    assert logits(streamlit) == (40.0, 0.0, 0.0)
    session.undo()
    assert logits(streamlit) == (2.0, 1.0, 0.1)


def test_an_echo_that_comes_with_a_message_sent_twice_changes_nothing(streamlit):
    session = streamlit.session
    session.put(logits=(5.0, 1.0, 0.1))
    streamlit.run()
    session.receive("explore", 1, [Undo(redo=False)], explore)
    streamlit.run()
    # The answer took long: the browser sends again, with a field that has not yet taken up what it was told.
    streamlit.enter("logits", "5, 1, 0.1")
    session.receive("explore", 1, [Undo(redo=False)], explore)
    streamlit.run()
    assert logits(streamlit) == (2.0, 1.0, 0.1)


def test_an_echo_that_comes_with_a_pause_changes_nothing(streamlit):
    session = streamlit.session
    session.play("explore", ends_with=("logits",), first=descent.advanced)
    streamlit.run()
    earlier = streamlit.widgets["logits"]
    session.receive("explore", 1, [Tick()], explore)
    streamlit.run()
    streamlit.enter("logits", earlier)
    session.stop()
    streamlit.run()
    assert session.settings["descent_step"] == 2


def test_a_hand_that_enters_an_earlier_value_is_heard(streamlit):
    session = streamlit.session
    session.receive("explore", 1, [Edit("logits", 0, 5.0)], explore)
    streamlit.run()
    streamlit.enter("logits", "2, 1, 0.1")
    streamlit.run()
    assert logits(streamlit) == (2.0, 1.0, 0.1)


def test_a_widget_that_its_hand_moves_to_and_fro_is_heard_each_time(streamlit):
    for value in (2.0, 1.0, 2.0, 1.0):
        streamlit.enter("temperature", value)
        streamlit.session.note(lambda: None)
        streamlit.run()
        assert streamlit.session.settings["temperature"] == value


def test_an_edit_during_a_play_ends_it_and_the_plays_arrival_does_not(streamlit):
    session = streamlit.session
    session.play("explore", ends_with=("logits",))
    session.act(
        explore, Arrive({"logits": "3,1,0", "descent_start": "2,1,0.1", "descent_step": "3"}, ended=False)
    )
    assert session.playing == "explore"
    assert session.settings["descent_step"] == 3
    session.act(explore, Edit("logits", 0, 4.0, final=False))
    assert session.playing == ""


def test_ticks_are_heard_while_a_play_is_on(streamlit):
    session = streamlit.session
    session.act(explore, Tick())
    assert session.settings["descent_step"] == 0
    session.play("explore")
    session.act(explore, Tick())
    assert session.settings["descent_step"] == 1
    streamlit.run()
    assert streamlit.written == []
    session.stop()
    streamlit.run()
    assert streamlit.written[-1]["descent_step"] == "1"


def test_a_play_without_a_further_step_ends(streamlit):
    session = streamlit.session
    session.put(logits=(0.0, 0.0), mode="soft", targets=(0.0, 0.0))
    session.play("explore")
    session.act(explore, Tick())
    assert session.playing == ""


def test_a_play_that_has_ended_in_the_browser_is_over(streamlit):
    session = streamlit.session
    session.play("explore")
    session.act(explore, Arrive({"logits": "3,1,0"}, ended=True))
    assert session.playing == ""


def test_an_address_that_is_still_on_its_way_back_takes_nothing_back(streamlit):
    for value in (1.0, 2.0, 3.0):
        streamlit.session.put(logits=(value, 0.0))
        streamlit.query = {}  # the browser has not taken up any address yet
        streamlit.run()
    streamlit.query = streamlit.written[0]
    streamlit.run()
    assert logits(streamlit) == (3.0, 0.0)


def test_back_to_an_address_just_left_is_meant(streamlit):
    streamlit.session.put(logits=(1.0, 0.0))
    streamlit.run()
    streamlit.query, streamlit.went_back = {}, True
    streamlit.run()
    assert logits(streamlit) == (2.0, 1.0, 0.1)


def test_an_address_written_before_back_and_heard_after_it_is_not_meant(streamlit):
    streamlit.session.put(logits=(1.0, 0.0))
    streamlit.run()
    late = streamlit.written[-1]
    name = streamlit.session.name
    streamlit.query, streamlit.went_back = {"logits": "3,0"}, True  # pressed before the browser has heard
    streamlit.run()
    assert streamlit.session.name != name  # what was sent before is not meant either
    streamlit.query, streamlit.went_back = late, False
    streamlit.run()
    assert logits(streamlit) == (3.0, 0.0)
    assert streamlit.query == {"logits": "3,0"}


def test_addresses_and_steps_are_bounded(streamlit):
    for k in range(1000):
        streamlit.session.put(logits=(float(k), 0.0))
        streamlit.query = {}
        streamlit.session.publish()
    assert len(streamlit.session._addresses._kept) < 100
