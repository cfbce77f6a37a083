"""Explore in a real browser: what a hand does on it, and what it leaves in the address."""

import itertools
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from ce_viz.core import Scenario, explain
from ce_viz.strings.numbers import number
from tests.serving import ROOT


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py")


@pytest.fixture
def explore(page: Page, url: str) -> Page:
    return opened(page, url)


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator("[data-chart=logits_grad] .bartext").first).to_be_attached(timeout=60_000)
    return page


def shows(page: Page, scenario: Scenario) -> None:
    """Wait until the charts print this scenario's softmax and gradient."""
    explanation = explain(scenario)
    for chart, values in (("probs", explanation.probs), ("logits_grad", explanation.logits_grad)):
        texts = page.locator(f"[data-chart={chart}] .bartext")
        expect(texts).to_have_text([number(value) for value in values])


def drag(page: Page, bar: int, pixels: int, chart: str = "logits", release: bool = True) -> None:
    """Pull a bar's end down by ``pixels``, in one move: where it rests on its way, one gesture becomes several."""
    box = page.locator(f"[data-chart={chart}] [role=slider]").nth(bar).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + pixels)
    if release:
        page.mouse.up()


def logits_in(page: Page) -> tuple[float, ...]:
    found = re.search(r"logits=([^&]+)", page.url)
    return tuple(float(part) for part in re.split(",|%2C", found[1]))


def test_all_eight_charts_are_seen_without_scrolling_on_a_laptop(explore):
    for name in ("logits", "probs", "targets", "loss", "probs_grad", "jacobian", "chain_rule", "logits_grad"):
        box = explore.locator(f"[data-chart={name}]").bounding_box()
        assert box["y"] + box["height"] <= 900, name


def test_the_field_follows_a_drag_that_moves_every_chart_and_takes_what_is_typed_or_pasted(explore):
    field = explore.get_by_role("textbox", name="Logits o")
    drag(explore, 0, 30, release=False)
    expect(explore.locator("[data-chart=probs] .bartext").first).not_to_have_text(
        number(explain(Scenario()).probs[0])
    )
    explore.mouse.up()
    follows_the_drag(explore, field)
    types(explore, field, "2, 1, 0.1")
    drag(explore, 0, 30)
    follows_the_drag(explore, field)
    types(explore, field, "1, 3, -0.5")
    scenario = Scenario((1.0, 3.0, -0.5))
    headline = explore.locator(".lc-headline")  # not what is said of it to those who only hear
    expect(headline.get_by_text(f"{number(explain(scenario).loss)} nats")).to_be_visible()
    assert logits_in(explore) == scenario.logits
    # Pasted lines are read as a vector.
    field.fill("")
    field.evaluate("""field => {
        const data = new DataTransfer();
        data.setData('text/plain', '[1\\n2\\n-0.5]');
        field.focus();
        field.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true}));
        document.execCommand('insertText', false, '[1\\n2\\n-0.5]');
    }""")
    field.press("Enter")
    shows(explore, Scenario((1.0, 2.0, -0.5)))


def follows_the_drag(page: Page, field: Locator) -> None:
    """Only the dragged number is another one, in the field, the address and all charts."""
    expect(field).to_have_value(re.compile(r"^(?!2,)[\d.-]+, 1, 0.1$"))
    expect(page).to_have_url(re.compile(r"logits=(?!2(,|%2C))"))
    expect(field).to_have_value(", ".join(f"{value:g}" for value in logits_in(page)))
    shows(page, Scenario(logits_in(page)))


def types(page: Page, field: Locator, text: str) -> None:
    field.fill(text)
    field.press("Enter")
    shows(page, Scenario(tuple(float(part) for part in text.split(","))))
    expect(field).to_have_value(text)


def test_the_label_has_its_class_name_when_classes_become_few(page, url):
    opened(page, f"{url}?logits=0,1,2,3,4,5&label=2")
    label = page.get_by_role("combobox", name="True class")
    expect(label).to_have_value("2")
    field = page.get_by_role("textbox", name="Logits o")
    field.fill("1, 2, 3")
    field.press("Enter")
    expect(label).to_have_value("2 · dog")


def test_pickers_show_number_and_name_beside_the_cell_that_they_pick(page, url):
    pickers_name_their_cell(page, url, 1366, 900, present=0)
    pickers_name_their_cell(page, url, 1920, 1080, present=1)


def pickers_name_their_cell(page: Page, url: str, width: int, height: int, present: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    names = "plane,auto,bird,cat,deer,dog,frog,horse,ship,truck"
    page.goto(f"{url}?logits=0,1,2,3,4,5,6,7,8,9&names={names}&cell=10,10&present={present}")
    for name in ("Output i", "Logit j"):
        picker = page.get_by_role("combobox", name=name)
        expect(picker).to_have_value("10 · truck", timeout=60_000)
        assert picker.evaluate("field => field.scrollWidth <= field.clientWidth")
    expect(page.locator("[data-chart=logits_grad] .main-svg").first).to_be_visible()
    tops = [page.get_by_role("combobox", name=name).bounding_box()["y"] for name in ("Output i", "Logit j")]
    assert tops[0] == tops[1]
    derived = page.get_by_text("Cell i = 10").bounding_box()
    assert 0 < derived["y"] - tops[0] < 120


def test_keys_reach_the_address_and_undo_takes_them_back_as_one_step(explore):
    slider = explore.locator("[data-chart=logits] [role=slider]").first
    slider.focus()
    # At once, however busy the machine: a hand that rests for 150 ms has ended its gesture.
    slider.evaluate("""node => { for (let k = 0; k < 3; k++)
        node.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", bubbles: true })); }""")
    shows(explore, Scenario((2.3, 1.0, 0.1)))
    expect(explore).to_have_url(re.compile("logits=2.3"))
    slider.press("Control+z")
    shows(explore, Scenario())
    slider.press("Control+Shift+z")
    shows(explore, Scenario((2.3, 1.0, 0.1)))


def test_page_changes_and_back_keep_the_settings(explore):
    drag(explore, 0, 30)
    expect(explore).to_have_url(re.compile("logits="))
    dragged = Scenario(logits_in(explore))
    explore.get_by_role("link", name="Numerics").click()
    expect(explore).to_have_url(re.compile("numerics.*logits="))
    explore.get_by_role("link", name="Explore").click()
    shows(explore, dragged)
    expect(explore).to_have_url(re.compile("/[?]logits="))
    for page in ("/numerics", "/"):
        explore.go_back()  # once for each page
        expect(explore).to_have_url(re.compile(f"{page}[?]logits="))
    shows(explore, dragged)


def test_back_leads_where_it_says_however_soon_it_is_pressed_again(explore):
    drag(explore, 0, 30)
    expect(explore).to_have_url(re.compile("logits="))
    dragged = Scenario(logits_in(explore))
    for name in ("Numerics", "Explore"):
        explore.get_by_role("link", name=name).click()
        expect(explore).to_have_url(re.compile("/numerics.*logits=" if name == "Numerics" else "/[?]logits="))
    shows(explore, dragged)
    before = explore.evaluate("history.length")
    for way, scenario in (("back", Scenario()), ("forward", dragged)):
        for _ in range(3):
            explore.evaluate(f"history.{way}()")  # no run is waited for
        shows(explore, scenario)
        expect(explore.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        shows(explore, scenario)
    assert explore.evaluate("history.length") == before


def test_browsers_back_takes_an_edit_back(explore):
    drag(explore, 0, 30)
    expect(explore).to_have_url(re.compile("logits="))
    explore.go_back()
    shows(explore, Scenario())


def test_dragged_bar_leaves_every_digit_of_the_others_alone(page, url):
    opened(page, f"{url}?logits=2,1.23456789012345,0.1")
    drag(page, 0, 30)
    expect(page).not_to_have_url(re.compile("logits=2(,|%2C)"))
    assert logits_in(page)[1] == 1.23456789012345


def test_dragged_target_keeps_the_sum_at_one_unless_it_is_set_free(page, url):
    opened(page, f"{url}?mode=soft")
    drag(page, 0, 30, chart="targets")
    expect(page).to_have_url(re.compile("targets="))
    kept = [float(part) for part in re.split(",|%2C", re.search(r"targets=([^&]+)", page.url)[1])]
    assert kept[0] < 0.7
    assert sum(kept) == pytest.approx(1.0)
    assert kept[1] / kept[2] == pytest.approx(2.0)
    page.get_by_text("Let Σy differ from 1").click()
    expect(page).to_have_url(re.compile("free_sum=1"))
    drag(page, 0, -60, chart="targets")
    expect(page.get_by_text("The label weights sum to")).to_be_visible()


def test_target_moved_alone_where_there_is_no_sum_of_one_to_keep(page, url):
    opened(page, f"{url}?mode=soft&targets=0.7,0.7,0.1")
    page.locator("[data-chart=targets] [role=slider]").first.focus()
    page.keyboard.press("ArrowUp")
    expect(page).to_have_url(re.compile("targets=0.8,0.7,0.1"))


def test_picked_cell_is_derived_and_stands_in_the_address(explore):
    cells = explore.locator("[data-chart=jacobian] .lc-over")
    box = cells.bounding_box()
    explore.mouse.click(box["x"] + box["width"] * 0.85, box["y"] + box["height"] * 0.85)
    expect(explore).to_have_url(re.compile("cell=3,3"))
    expect(explore.get_by_text("On the diagonal")).to_be_visible()
    expect(explore.get_by_text("Column j = 3")).to_be_visible()


def test_a_picked_cell_leads_to_its_step_of_the_derivation_and_back(page, url):
    opened(page, f"{url}?logits=1,2,0.5&cell=3,3")
    page.get_by_role("button", name="Step 4 of the derivation").click()
    expect(page).to_have_url(re.compile(r"/derivation\?.*step=4"))
    expect(page.get_by_text("i = j = 3")).to_be_visible()
    page.get_by_role("link", name="Explore").click()
    shows(page, Scenario((1.0, 2.0, 0.5)))


def test_an_address_restores_the_page_in_another_browser_from_the_apps_own_server_and_in_that_browsers_language(
    new_page, url
):
    """A second browser asks nobody else, says in its language what the page is, and leads to the lesson."""
    page, hosts = new_page(locale="zh-CN"), set()
    page.on("request", lambda request: hosts.add(re.sub(r"^(\w+:/*[^/]*).*", r"\1", request.url)))
    opened(page, f"{url}?logits=2,1,1.5")
    assert all("127.0.0.1" in host or host.startswith(("data:", "blob:")) for host in hosts), hosts
    shows(page, Scenario((2.0, 1.0, 1.5)))
    expect(page.get_by_text("雅可比矩阵").first).to_be_visible()
    page.goto(url)
    shows(page, Scenario())
    expect(page.locator(".lc-picked:visible")).to_have_count(0)
    expect(page.locator(".lc-glow")).to_have_count(1)
    page.get_by_role("radio", name="English").or_(page.get_by_role("button", name="English")).first.click()
    expect(page.get_by_text("Jacobian").first).to_be_visible()
    expect(page).to_have_url(re.compile("lang=en"))
    expect(page).to_have_title("Explore · Softmax × cross-entropy")
    expect(page.get_by_role("heading", level=1)).to_have_text("Softmax × cross-entropy")
    page.get_by_role("button", name="Start the lesson").click()
    expect(page).to_have_url(re.compile("/lesson"))
    expect(page).to_have_title("Lesson · Softmax × cross-entropy")


def test_descent_plays_to_the_label_and_rewinds_to_exactly_the_start(page, url):
    opened(page, f"{url}?logits=1.234,0.5,0.1&learning_rate=2")
    start = Scenario((1.234, 0.5, 0.1))
    page.locator(".st-key-play button").first.click()
    expect(page.get_by_text(re.compile(r"step \d{1,3} · L = 0\.0"))).to_be_visible(timeout=60_000)
    page.locator(".st-key-play button").first.click()
    expect(page).to_have_url(re.compile(r"logits=(?!1\.234(,|%2C))"))
    reached = page.get_by_text(re.compile(r"^step \d+ · L"))
    paused = reached.inner_text()
    page.evaluate(  # several steps, if it went on
        "async () => { for (let k = 0; k < 20; k++) await new Promise(requestAnimationFrame); }"
    )
    assert reached.inner_text() == paused
    page.locator(".st-key-rewind button").first.click()
    shows(page, start)
    assert logits_in(page) == start.logits


def test_presenter_covers_and_shows_charts_and_the_address_carries_it(page, url, new_page):
    opened(page, f"{url}?present=1&hide=jacobian")
    covered = page.locator("[data-chart=jacobian]")
    expect(covered.locator(".heatmaplayer")).to_have_count(0)
    expect(page.get_by_test_id("stSidebar")).not_to_be_visible()
    page.locator("[data-chart=probs]").get_by_role("button", name="Cover").click()
    expect(page).to_have_url(re.compile("hide=probs,jacobian"))
    covered.get_by_role("button", name="Show").click()
    expect(covered.locator(".heatmaplayer")).not_to_have_count(0)
    expect(page).to_have_url(re.compile("hide=probs(&|$)"))


def test_hostile_names_are_shown_as_text(page, url):
    opened(page, f"{url}?names=<img src=x onerror=f()>,**b**,$x$")
    expect(page.locator("img")).to_have_count(0)
    expect(page.locator("[data-chart=probs] .xtick").nth(1)).to_have_text("**b**")


def test_a_button_pressed_right_after_a_hand_moves_a_bar_acts_after_it(explore):
    """Also where one run of the script answers both: the undo takes back the newest step."""
    slider = explore.locator("[data-chart=logits] [role=slider]").first
    slider.press("ArrowUp")
    expect(explore).to_have_url(re.compile("logits=2.1"))
    slider.evaluate("""node => {
        node.dispatchEvent(new KeyboardEvent("keydown", { key: "End", bubbles: true }));
        document.querySelector(".st-key-undo button").click();
    }""")
    expect(explore.locator(".st-key-redo button").first).to_be_enabled()
    shows(explore, Scenario((2.1, 1.0, 0.1)))


def test_numbers_give_way_to_each_other_and_ticks_are_whole_on_a_small_laptop(page: Page, url: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    opened(page, f"{url}?logits=10,1,0.1")
    page.wait_for_function(  # Plotly's own drawing, after a rest
        """() => [...document.querySelectorAll("[data-chart]")].every(({ card }) =>
            card.drawing.shown && !card.drawing.moved && !card.board.frame
            && Math.abs(card.room - card.frame.clientWidth) < 1)"""
    )
    for chart in ("probs", "jacobian", "chain_rule", "probs_grad"):
        boxes = page.locator(f"[data-chart={chart}]").evaluate(
            """node => {
                const sides = ({ left, right, top, bottom }) => [left, right, top, bottom];
                const box = of => sides(of.getBoundingClientRect());
                const texts = [...node.querySelectorAll(".bartext, .heatmap-label text, .ytick text")];
                return { card: box(node), texts: texts.map(text => [text.textContent, box(text)]) };
            }"""
        )
        for name, box in boxes["texts"]:
            assert box[0] >= boxes["card"][0], name
        rows = itertools.combinations([(name, box) for name, box in boxes["texts"] if name.strip()], 2)
        for (name, one), (other, two) in rows:
            beside = min(one[1], two[1]) <= max(one[0], two[0])
            assert beside or min(one[3], two[3]) - max(one[2], two[2]) <= 5, (chart, name, other)
