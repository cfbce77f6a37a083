"""The tour: each step's docstring says what is done, and after the colon what must be seen."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping

from selenium.webdriver.common.keys import Keys

from ce_viz.core import Scenario, explain
from ce_viz.strings import words
from ce_viz.strings.numbers import number
from tests.browsers.visit import UnseenError, Visit

WORDS = words("en")
FOLLOW, TEACH = WORDS.section("follow"), WORDS.section("teach")
LAPTOP, PROJECTOR = (1440, 860), (1280, 720)
_FIELD = f"input[aria-label='{WORDS['controls.logits']}']"
_HANDLE = "[role=slider]"
_COUNT_SEEN = (
    "return [...document.querySelectorAll(arguments[0])].filter(node => node.checkVisibility()).length"
)
_SURFACE = "[data-chart=space_cross_entropy]"


def _numbers(quantity: str, *logits: float) -> list[str]:
    return [number(value) for value in getattr(explain(Scenario(logits)), quantity)]


def _shows(visit: Visit, *logits: float) -> None:
    """Charts and field hold the core's numbers."""
    for chart in ("probs", "logits_grad"):
        visit.expect(chart, lambda chart=chart: visit.bars(chart), _numbers(chart, *logits))  # type: ignore[misc]
    texts = [f"{value:g}" for value in logits]
    field = "return document.querySelector(arguments[0])?.value"
    visit.expect("the field", lambda: visit.script(field, _FIELD), ", ".join(texts))


def _logits(visit: Visit) -> tuple[float, ...]:
    """The logits in the address, once it says what the charts show: on its way a hand may rest at other ones."""

    def settled() -> tuple[float, ...]:
        found = re.search(r"logits=([^&]+)", visit.address())
        logits = tuple(map(float, found[1].split(","))) if found else ()
        return logits if logits and visit.bars("probs") == _numbers("probs", *logits) else ()

    return visit.until("an address as the charts", settled)


def opening(visit: Visit) -> None:
    """Explore is opened: eight charts with the core's numbers, in a window of 1440 × 860 without scrolling."""
    visit.open("")
    _shows(visit, 2, 1, 0.1)
    visit.expect("cards", lambda: visit.count(".lc-card"), 8)
    bottom = "return Math.max(...[...document.querySelectorAll('.lc-card')].map(c => c.getBoundingClientRect().bottom))"
    visit.expect("the cards' lower edge", lambda: visit.script(bottom), lambda edge: edge <= LAPTOP[1])


def dragging(visit: Visit) -> None:
    """A bar is dragged: the other charts move in the hand, by the live road; let go, it stands in field and link."""
    visit.open("")
    with visit.held("logits", 0, (-8, -16, -24, -30)):
        visit.expect(
            "softmax in a drag", lambda: visit.bars("probs")[0], lambda text: text not in ("0.659", "")
        )
        asked = "return performance.getEntriesByType('resource').some(({ name }) => /\\/live\\/explore\\?/.test(name))"
        visit.expect("a request on the live road", lambda: visit.script(asked), True)
    _shows(visit, *_logits(visit))


def keys(visit: Visit) -> None:
    """Arrow and page keys on a bar: it moves by 0.1 and by 1, and the focus stays on it."""
    visit.open("")
    visit.keys(f"[data-chart=logits] {_HANDLE}", Keys.ARROW_UP, Keys.ARROW_UP, Keys.PAGE_DOWN)
    _shows(visit, 1.2, 1, 0.1)
    visit.expect(
        "the focus", lambda: visit.script("return document.activeElement.getAttribute('role')"), "slider"
    )


def typing(visit: Visit) -> None:
    """Logits are typed into the field, one by a double click on its bar: charts, field and link hold them."""
    visit.open("")
    visit.fill(_FIELD, "1, 3, -0.5", Keys.ENTER)
    _shows(visit, 1, 3, -0.5)
    visit.until("a field on the bar", lambda: _asked_for_a_field(visit))
    visit.driver.switch_to.active_element.send_keys("-1.5", Keys.ENTER)
    _shows(visit, 1, -1.5, -0.5)


def _asked_for_a_field(visit: Visit) -> int:
    """Click a bar twice, where that has not led to a field yet: on a busy machine two clicks may be too far apart."""
    if not visit.count(".lc-field"):
        visit.click_at("[data-chart=logits] .lc-over", 0.5, 0.6, times=2)
    return visit.count(".lc-field")


def cells(visit: Visit) -> None:
    """A cell of the Jacobian is clicked, another picked by keys: each is derived and stands in the link."""
    visit.open("")
    visit.click_at("[data-chart=jacobian] .lc-over", 0.85, 0.85)
    visit.expect("the address", visit.address, lambda address: "cell=3,3" in address)
    visit.says("On the diagonal", "Column j = 3")
    visit.keys("[data-chart=jacobian] .lc-cursor", Keys.ARROW_UP)
    visit.driver.switch_to.active_element.send_keys(Keys.ENTER)
    visit.expect("the address", visit.address, lambda address: "cell=2,3" in address)
    visit.expect("marks", lambda: visit.script(_COUNT_SEEN, "[data-chart=jacobian] .lc-picked"), 3)


def playing(visit: Visit) -> None:
    """Gradient steps are played, paused, and taken back: the loss falls, stands, and is what it was."""
    visit.open("?learning_rate=2")
    visit.click(".st-key-play button")
    visit.expect("the loss in a play", lambda: float(visit.bars("loss")[-1]), lambda loss: loss < 0.3)
    visit.click(".st-key-play button")
    loss = number(explain(Scenario(_logits(visit))).loss)
    visit.expect("the loss at rest", lambda: visit.bars("loss")[-1], loss)
    visit.click(".st-key-rewind button")
    _shows(visit, 2, 1, 0.1)


def undoing(visit: Visit) -> None:
    """Two edits are undone by Ctrl+Z and by the browser's Back, one done again: the numbers follow."""
    visit.open("")
    visit.keys(f"[data-chart=logits] {_HANDLE}", Keys.PAGE_UP)
    _shows(visit, 3, 1, 0.1)
    visit.keys(f"[data-chart=logits] {_HANDLE}", Keys.PAGE_DOWN, at=1)
    _shows(visit, 3, 0, 0.1)
    visit.chord(Keys.CONTROL, "z")
    _shows(visit, 3, 1, 0.1)
    visit.chord(Keys.CONTROL, Keys.SHIFT, "z")
    _shows(visit, 3, 0, 0.1)
    visit.driver.back()
    _shows(visit, 3, 1, 0.1)


def lesson(visit: Visit) -> None:
    """The first task is done by hand, the next scene opened, reloaded, and left by Back: what was done stays done."""
    visit.open("lesson")
    with visit.held("logits", 1, (40, 80, 110)):
        visit.expect(
            "the headline", lambda: visit.texts(".lc-headline")[0], lambda text: "✓ S of dog: 9" in text
        )
    visit.expect("the task", lambda: visit.count(".st-key-outcome_sure [data-testid=stAlert]"), 1)
    visit.expect("the address", visit.address, lambda address: "done=sure" in address)
    visit.click(".st-key-lesson_next button")
    _headed(visit, "2 ")
    visit.driver.refresh()
    visit.drawn()
    _headed(visit, "2 ")
    visit.driver.back()
    _headed(visit, "1 ")
    visit.expect("the task", lambda: visit.count(".st-key-outcome_sure [data-testid=stAlert]"), 1)


def _headed(visit: Visit, begin: str) -> None:
    visit.expect("the heading", lambda: visit.texts("h1"), lambda heads: heads and heads[0].startswith(begin))


def pages(visit: Visit) -> None:
    """Each page is opened from the one before, then Back all the way: each is drawn, and Explore is as it was left."""
    visit.open("?logits=1,2,0.5")
    names = ("lesson", "derivation", "why", "numerics", "pitfalls", "train", "inspect")
    for name in names:
        visit.click("a", text=WORDS[f"nav.{name}"])
        visit.expect("the tab's title", lambda: visit.driver.title, _begins(WORDS[f"nav.{name}"]))
        visit.drawn()
    for name in ("explore", *names)[-2::-1]:
        visit.driver.back()
        visit.expect("the tab's title", lambda: visit.driver.title, _begins(WORDS[f"nav.{name}"]))
        visit.drawn()
    _shows(visit, 1, 2, 0.5)


def _begins(name: str) -> Callable[[str], bool]:
    return lambda title: title.startswith(f"{name} ·")


def following(visit: Visit) -> None:
    """A class is opened, and joined in a second window: the teacher's key moves it; it looks around, comes back."""
    visit.open("?present=1")
    with _class(visit) as (teacher, student):
        teacher()
        visit.keys(f"[data-chart=logits] {_HANDLE}", Keys.END)
        student()
        visit.expect("softmax, followed", lambda: visit.bars("probs"), _numbers("probs", 10, 1, 0.1))
        visit.keys(f"[data-chart=logits] {_HANDLE}", Keys.HOME)
        around = {
            FOLLOW["around"],
            FOLLOW["around_behind"],
        }  # the class may be told more of the teacher's key
        visit.expect("the state", lambda: visit.texts(".fc-state")[0], around.__contains__)
        visit.expect("softmax, around", lambda: visit.bars("probs"), _numbers("probs", -10, 1, 0.1))
        visit.click(".fc-back")
        visit.expect("softmax, back", lambda: visit.bars("probs"), _numbers("probs", 10, 1, 0.1))
        visit.picture("student")
        teacher()
        visit.picture("teacher")


def voting(visit: Visit) -> None:
    """A round of Pitfalls is asked, and answered in a second window: the vote is counted and shown to both."""
    visit.open("pitfalls?present=1&round=softmax_axis")
    with _class(visit) as (teacher, student):
        teacher()
        _press(visit, "ask")
        student()
        visit.click(".fc-choice", 1)
        counted = FOLLOW["counted_readout"].format(answer="B")
        visit.expect("the vote", lambda: visit.texts(".fc-status"), [counted])
        teacher()
        _press(visit, "reveal")
        told = (
            "return document.querySelector('[data-chart=results] .lc-plot')?.getAttribute('aria-label') ?? ''"
        )
        for name, window in (("teacher", teacher), ("student", student)):
            window()
            visit.expect("the votes", lambda: visit.script(told), lambda text: "A 0, B 1" in text)
            visit.picture(name)


@contextlib.contextmanager
def _class(visit: Visit) -> Iterator[tuple[Callable[[], None], Callable[[], None]]]:
    """A class with one student, in a second window; closed with the block."""
    visit.click(".tc-open")
    code = visit.expect("the code", lambda: "".join(visit.texts(".tc-code")), lambda text: len(text) == 6)
    with visit.second_window() as (teacher, student):
        visit.size(*LAPTOP)
        visit.open(f"?class={code}")
        visit.expect("the state", lambda: visit.texts(".fc-state"), [FOLLOW["follows"]])
        yield teacher, student
        teacher()
        _press(visit, "close")
        _press(visit, "close_sure")
        student()
        visit.expect("the state", lambda: visit.texts(".fc-state"), [FOLLOW["closed"]])


def _press(visit: Visit, name: str) -> None:
    """Press a button of the teacher's panel, which is unfolded where it is not."""
    if not visit.script(_COUNT_SEEN, ".tc-sheet"):
        visit.click(".tc-pill")
    visit.click(".tc button", text=TEACH[name])


def uploading(visit: Visit) -> None:
    """A file is handed in and taken away again: its rows are counted, then the sample's."""
    visit.open("inspect")
    path = visit.folder / "logits.csv"
    rows = ["cat,dog,label", *["2,1,0", "0,3,1", "1,4,1"] * 10]
    path.write_text("\n".join(rows), encoding="utf-8")
    visit.driver.find_element("css selector", ".st-key-inspect_upload input[type=file]").send_keys(str(path))
    visit.says("30 rows × 2 classes")
    visit.drawn()
    visit.picture()
    visit.click("button", text=WORDS["inspect.remove"])
    visit.says("449 rows × 10 classes")


def taking_away(visit: Visit) -> None:
    """Link, CSV, offline page and a chart's PNG are taken away: each holds the core's numbers, the page opens alone."""
    visit.open("?logits=1.25,-0.5,3")
    visit.click("[data-chart=probs] .lc-menu summary")
    visit.click("[data-chart=probs] .lc-save")
    image = _downloaded(visit, ".png")
    if not image.startswith(b"\x89PNG"):
        raise UnseenError(f"a picture that begins {image[:8]!r}")
    visit.click("button", text=WORDS["takeaway.title"])
    visit.expect(
        "the link", lambda: visit.texts("[role=dialog] code")[0], lambda text: "logits=1.25,-0.5,3" in text
    )
    visit.picture()
    visit.click("[role=dialog] [role=tab]", text=WORDS["takeaway.data"])
    visit.click("[role=dialog] button", text="CSV")
    gradient = explain(Scenario((1.25, -0.5, 3.0))).logits_grad
    table = _downloaded(visit, ".csv").decode()
    if not all(repr(float(value)) in table for value in gradient):
        raise UnseenError("a CSV file without the gradient's numbers")
    visit.click("[role=dialog] button", text=WORDS["takeaway.page"])
    page = visit.folder / "alone.html"
    page.write_bytes(_downloaded(visit, ".html"))
    visit.driver.get(page.as_uri())
    visit.expect("figures of the page alone", lambda: visit.count("figure"), 8)
    texts = visit.script(
        "return [...document.querySelectorAll('figure')[1].querySelectorAll('.bartext')].map(t => t.textContent)"
    )
    visit.expect("softmax of the page alone", lambda: texts, _numbers("probs", 1.25, -0.5, 3))
    visit.picture("alone")


def _downloaded(visit: Visit, ending: str) -> bytes:
    """What the browser has put into its folder, which is empty then."""

    def there() -> bytes:
        found = [path for path in visit.folder.iterdir() if path.name.endswith(ending)]
        return found[0].read_bytes() if found else b""

    content = visit.until(f"a download {ending}", there)
    for path in visit.folder.iterdir():
        path.unlink()
    return content


def presenting(visit: Visit) -> None:
    """On a projector, with a clicker's PageDown: a covered chart is uncovered, the next page comes, Back leads back."""
    visit.size(*PROJECTOR)
    visit.open("?present=1&reveal=loss")
    covered = "[data-chart=loss] .lc-hidden, [data-chart=loss].lc-hidden"
    visit.expect("covered charts", lambda: visit.count(covered), 1)
    visit.picture("covered")
    visit.chord(Keys.PAGE_DOWN)
    visit.expect("covered charts", lambda: visit.count(covered), 0)
    visit.chord(Keys.PAGE_DOWN)
    visit.expect("the tab's title", lambda: visit.driver.title, _begins(WORDS["nav.lesson"]))
    visit.drawn()
    visit.picture("next")
    visit.chord(Keys.PAGE_UP)
    visit.expect("the tab's title", lambda: visit.driver.title, _begins(WORDS["nav.explore"]))
    visit.drawn()


def turning(visit: Visit) -> None:
    """Surfaces in space: each is drawn and turned by the mouse; without WebGL maps stand there, and it is said."""
    visit.open("why?part=surface&surface=space&logits=8,0,0")
    if visit.script("return Boolean(document.createElement('canvas').getContext('webgl'))"):
        eye = (
            "const scene = document.querySelector(arguments[0] + ' .js-plotly-plot')._fullLayout.scene?._scene;"
            "return scene ? Object.values(scene.getCamera().eye) : []"
        )
        before = visit.expect(
            "the camera", lambda: visit.script(eye, _SURFACE), lambda place: len(place) == 3
        )
        visit.pull(f"{_SURFACE} .lc-plot", 80, 20)
        visit.expect("the camera", lambda: visit.script(eye, _SURFACE), lambda place: place != before)
    else:
        visit.expect("maps in its place", lambda: visit.count(f"{_SURFACE} .contourlayer path"), bool)
        visit.expect("the hint", lambda: visit.texts(f"{_SURFACE} .lc-hint"), [WORDS["live.flat"]])
    visit.picture("space")
    visit.open("why?part=surface&logits=8,0,0")
    visit.expect("maps", lambda: visit.count("[data-chart=surface_cross_entropy] .contourlayer path"), bool)
    visit.picture("maps")


def fitting(visit: Visit) -> None:
    """Ten long names at 1366 × 900, scrollbars shown: both pickers stand in one row and show number and name whole."""
    visit.size(1366, 900)
    names = "plane,auto,bird,cat,deer,dog,frog,horse,ship,truck"
    visit.open(f"?logits=0,1,2,3,4,5,6,7,8,9&names={names}&cell=10,10")
    script = """return [...document.querySelectorAll(".stSelectbox input")]
      .filter(({ value }) => value === "10 · truck")
      .map(field => [Math.round(field.getBoundingClientRect().top), field.scrollWidth <= field.clientWidth])"""
    places = visit.expect("pickers", lambda: visit.script(script), lambda found: len(found) >= 2)
    (top, whole), (other_top, other_whole) = places[-2:]
    if top != other_top or not (whole and other_whole):
        raise UnseenError(f"pickers at {top} and {other_top}, whole: {whole}, {other_whole}")


def embedding(visit: Visit) -> None:
    """A course's page frames three charts, and the whole app as wide as a phone: a bar moves by keys in both."""
    frames = (f"{visit.url}?embed=true&show=logits,probs,logits_grad&lang=en", f"{visit.url}?lang=en")
    sizes = ('width="900" height="320"', 'width="375" height="812"')
    lines = [f'<iframe src="{link}" {size}></iframe>' for link, size in zip(frames, sizes, strict=True)]
    page = visit.folder / "course.html"
    page.write_text("<!doctype html><title>course</title>" + "\n".join(lines), encoding="utf-8")
    visit.driver.get(page.as_uri())
    for at in range(2):
        visit.driver.switch_to.frame(at)
        visit.drawn()
        visit.click(f"[data-chart=logits] {_HANDLE}")  # else the focus is in the course's page
        visit.keys(f"[data-chart=logits] {_HANDLE}", Keys.PAGE_UP)
        visit.expect("the gradient", lambda: visit.bars("logits_grad"), _numbers("logits_grad", 3, 1, 0.1))
        wide = visit.script("return [document.documentElement.scrollWidth, innerWidth]")
        if wide[0] > wide[1]:
            raise UnseenError(f"a page {wide[0]} pixels wide in a frame of {wide[1]}")
        visit.driver.switch_to.default_content()
    visit.picture()
    page.unlink()


def chinese(visit: Visit) -> None:
    """Derivation and Explore in Chinese: the words are there, and no line runs out of the page."""
    for name, link in (("derivation", "derivation?step=8&lang=zh"), ("explore", "?lang=zh")):
        visit.open(link)
        visit.expect("the language", lambda: visit.script("return document.documentElement.lang"), "zh-CN")
        wide = visit.script("return [document.documentElement.scrollWidth, innerWidth]")
        if wide[0] > wide[1]:
            raise UnseenError(f"a page {wide[0]} pixels wide in a window of {wide[1]}")
        visit.picture(name)


STEPS: Mapping[str, Callable[[Visit], None]] = {
    "open": opening,
    "drag": dragging,
    "keys": keys,
    "type": typing,
    "cells": cells,
    "play": playing,
    "undo": undoing,
    "lesson": lesson,
    "pages": pages,
    "follow": following,
    "vote": voting,
    "upload": uploading,
    "take away": taking_away,
    "present": presenting,
    "space": turning,
    "fit": fitting,
    "embed": embedding,
    "chinese": chinese,
}
