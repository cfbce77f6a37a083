"""Messages that no browser sends: whatever stands in links and widgets, a page says so in words and goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import cycle
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from streamlit.proto.BackMsg_pb2 import BackMsg

from ce_viz.settings.readers import MAX_NAME_LENGTH, MAX_TEXT_LENGTH
from ce_viz.settings.table import TABLE
from ce_viz.strings import words
from tests.deploy.proxy import replicas
from tests.wire import Runner, Seen, Visitor

PAGES = ("", "lesson", "derivation", "why", "numerics", "pitfalls", "train", "inspect")
MOST_BYTES = 3_000_000  # a run with a hundred classes takes less
NAMES = (  # each means something in Markdown
    "<img src=x onerror=f()>",
    "**b** [x](javascript:f)",
    r"$\frac{1}{0}$ \input{x}",
    "*שלום* \u200fעליכם",
    "_🐱\u200d👓_ 🏳️\u200d🌈",
    ":red[x] :material/bug:",
)
LINKS = [
    *("", " ", "\x00", "nan", "inf", "-inf,-inf", "1e999,1", "1" * 60_000, "1" * 19_999 + "x", "1," * 20_000),
    *("\ufffd", "\u202e1,2", "٣,٤", "１，２"),
    *(
        "<script>f()</script>",
        "javascript:f()",
        "{0}",
        "{value}",
        "%s",
        "../../etc/passwd",
        "None",
        "-1",
        "1e5,1",
    ),
    *(
        "[" * 5_000,
        "9" * 5_000,
        "0x1",
        "1_0",
        "99999999999999999999",
        "1,1",
        "0,0",
        "101,1",
        "\n\r\t,",
        "ﷺ" * 500,
    ),
]
FORGED = {  # kind of widget -> field of its message -> values
    "slider": {"double_array_value": ([float("nan")], [1e308], [])},
    "number_input": {"double_value": (1e308, -1.0), "int_value": (10**15,)},
    "selectbox": {"string_value": ("<script>\x00", "")},
    "text_input": {"string_value": ("9" * 19_999 + "x", "\x00$\\frac")},
    "text_area": {"string_value": ("[[", "\x009" * 200_000)},
    "button_group": {"string_array_value": (["x"], [])},
    "button": {"trigger_value": (True,)},
    "file_uploader": {"file_uploader_state_value": ("../../a.csv",)},
    "bidi_component": {
        "json_value": (
            *("[]", '{"message": 1}', '{"message": {"id": 1e400, "events": []}}'),
            *('{"opened": [1]}', '{"opened": {"code": "K7QM3X", "root": "\\ud800"}}'),
            '{"message": {"id": 7, "events": [{"kind": "edit", "chart": "logits", "index": 0, "value": 1e308}]}}',
            '{"message": {"id": 8, "events": [{"kind": "edit", "chart": "logits", "index": 99, "value": 1}]}}',
            '{"message": {"id": 9, "events": [{"kind": "pick", "chart": "jacobian", "i": 99, "j": 99}]}}',
            '{"message": {"id": 10, "events": [{"kind": "arrive", "changed": {"logits": "x", "hide": "y"}}]}}',
        )
    },
}


def key(widget: str) -> str:
    """The name that the app gave the widget, from its id."""
    return widget.rpartition("-")[2]


class Forger(Visitor):
    """A visitor who knows every widget of the page, and may say anything about it."""

    def __init__(self, base: str, address: str = "", page: str = "") -> None:
        super().__init__(base, address, page)
        self.widgets: dict[str, str] = {}  # id -> kind

    def _note(self, message, seen):
        super()._note(message, seen)
        element = message.delta.new_element
        kind = element.WhichOneof("type")
        widget = getattr(element, kind) if kind else None
        if kind in FORGED and widget.id:
            self.widgets[widget.id] = kind

    async def forge(self, widget: str, name: str, value: object) -> Seen:
        message = BackMsg()
        request = message.rerun_script
        request.query_string, request.page_name = self.address, self.page
        request.context_info.url = f"{self.base}/{self.page}"
        state = request.widget_states.widgets.add()
        state.id = widget
        if name == "file_uploader_state_value":
            getattr(state, name).uploaded_file_info.add(file_id="x", name=value, size=10**15)
        elif isinstance(value, list):
            getattr(state, name).SetInParent()
            getattr(state, name).data.extend(value)
        else:
            setattr(state, name, value)
        await self.send(message)
        return await self.finish()


@pytest.fixture(scope="module")
def base(tmp_path_factory) -> Iterator[str]:
    with replicas(tmp_path_factory.mktemp("image"), 1) as (replica,):
        yield f"http://127.0.0.1:{replica.port}"


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    with Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def visitors(base, runner) -> Iterator[dict[str, Visitor]]:
    """One open page of each kind, that the tests of links go on from."""
    opened = {page: Visitor(base, page=page) for page in PAGES}

    async def open_all() -> None:
        for visitor in opened.values():
            await visitor.connect()
            await visitor.run()

    async def close_all() -> None:
        for visitor in opened.values():
            await visitor.close()

    runner.run(open_all())
    yield opened
    runner.run(close_all())


def shown(runner: Runner, visitor: Visitor, link: dict[str, str]) -> Seen:
    """What a page shows for a link, which must be neither an error nor without end."""
    visitor.address = urlencode(link)
    seen = runner.run(visitor.run())
    assert not seen.exceptions, link
    assert len(seen.data) < MOST_BYTES
    return seen


def test_a_link_whose_every_setting_is_nonsense_is_shown(visitors, runner):
    for text, page in zip(LINKS, cycle(PAGES)):  # links are read before the page begins
        shown(runner, visitors[page], dict.fromkeys(TABLE, text))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    page=st.sampled_from(PAGES),
    link=st.dictionaries(
        st.sampled_from(sorted(TABLE)),
        st.one_of(
            st.text(max_size=40),
            st.from_regex(r"-?\d{1,9}(\.\d{1,3})?(,-?\d{1,5}){0,12}", fullmatch=True),
            st.sampled_from(LINKS),
        ),
        max_size=8,
    ),
)
def test_any_link_is_shown(visitors, runner, page, link):
    shown(runner, visitors[page], link)


@pytest.mark.parametrize("page", PAGES)
def test_a_name_is_text_and_never_markup(visitors, runner, page):
    for name in NAMES:
        seen = shown(runner, visitors[page], {"names": name, "logits": "2,1,0"})
        assert name not in "\n".join(seen.texts)


def test_a_name_of_ten_thousand_letters_is_refused_in_words(visitors, runner):
    seen = shown(runner, visitors[""], {"names": "x" * 10_000})
    told = words("en")["errors.name_length"].split("”")[1].format(high=MAX_NAME_LENGTH)
    assert any(told in text for text in seen.texts)


def test_a_text_too_long_to_be_read_is_refused_in_words(visitors, runner):
    seen = shown(runner, visitors[""], {"logits": "1," * MAX_TEXT_LENGTH})
    assert any(f"{2 * MAX_TEXT_LENGTH:,}" in text for text in seen.texts)


def test_a_widgets_forged_value_is_no_error_and_the_page_goes_on(base, runner):
    known = {"numerics_lead"}  # Streamlit itself takes only words for a slider of given places

    async def attack(page: str) -> None:
        visitor = Forger(base, "logits=2,1,0.5", page)
        await visitor.connect()
        await visitor.run()
        new = {widget: kind for widget, kind in visitor.widgets.items() if key(widget) not in known}
        known.update(map(key, new))  # the sidebar is the same on every page
        for widget, kind in new.items():
            for name, values in FORGED[kind].items():
                for value in values:
                    seen = await visitor.forge(widget, name, value)
                    assert not seen.exceptions, (widget, value)
        visitor.address = "logits=3,2,1"
        assert (await visitor.run()).fields.get(
            "logits", "3, 2, 1"
        ) == "3, 2, 1"  # two pages have no such field
        await visitor.close()

    async def attack_all() -> None:
        async with asyncio.TaskGroup() as attacks:  # between two runs a server rests for some milliseconds
            for page in PAGES:
                attacks.create_task(attack(page))

    runner.run(attack_all())
    assert known >= {
        "logits",
        "temperature",
        "preset",
        "part",
        "train_rate",
        "inspect_paste",
        "explore",
    }


def test_what_one_visitor_brings_reaches_no_other(base, runner):
    secret = "zyxwvut"

    async def visit() -> bytes:
        owner = Visitor(base, f"names={secret},b,c", page="inspect")
        await owner.connect()
        await owner.run()
        table = f"{secret},b,label\n" + "1,2.5,0\n2.5,1,1\n" * 20
        mine = await owner.run(inspect_paste=table, press="inspect_paste_read")
        assert secret.encode() in mine.data
        met = b""
        for page in PAGES:
            other = Visitor(base, page=page)
            await other.connect()
            met += (await other.run()).data
            await other.close()
        await owner.close()
        return met

    assert secret.encode() not in runner.run(visit())
