"""Your logits in a real browser: files brought, refused, worked on and taken away, and what a hand does with them.

How each kind of file is read, and what is told of it, is in tests/pages/inspect.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from ce_viz.core.inspection import inspect_files
from ce_viz.core.inspection.analysis import Analysis, analyse
from ce_viz.core.inspection.compared import compare
from ce_viz.core.inspection.diagnosis import diagnose
from ce_viz.core.inspection.reading import SUFFIXES, LogitsTable
from ce_viz.pages.inspect import points
from ce_viz.strings import words
from ce_viz.strings.numbers import number
from tests.browser.window import LAPTOP, Window
from tests.serving import ROOT

RNG = np.random.default_rng(12)
NAMES = ["cat", "dog", "owl"]
LABELS = RNG.integers(0, 3, 80)
LOGITS = (4 * RNG.normal(size=(80, 3)) + 4 * np.eye(3)[LABELS]).round(4)


def analysed(logits: np.ndarray = LOGITS) -> Analysis:
    analysis = analyse(LogitsTable(logits, LABELS, None, tuple(NAMES), ()))
    assert analysis is not None
    return analysis


def file(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def table() -> bytes:
    rows = [[*NAMES, "label"], *([*row, NAMES[k]] for row, k in zip(LOGITS.tolist(), LABELS, strict=True))]
    return "\n".join(",".join(map(str, row)) for row in rows).encode()


def archive(**arrays: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.savez_compressed(stream, **arrays)
    return stream.getvalue()


OWN = file("own.csv", table())
REFUSED = [
    (file("a.csv", table().replace(b"dog\n", b"dog,1\n", 1)), "has 5 columns where 4 are expected"),
    (
        file("a.npz", archive(logits=np.array([[print]], dtype=object), labels=np.array([0]))),
        "Python objects (pickle) can run programs",
    ),
]


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py") + "inspect"


@pytest.fixture(scope="module")
def visits() -> list[Window]:
    """The visit that these tests share, with the file that it has brought; empty once something went wrong in it."""
    return []


@pytest.fixture
def visit(visits: list[Window], browser: Browser) -> Iterator[Page]:
    """A visit to this page, that may have brought a file before."""
    window = visits.pop() if visits else Window(browser.new_page(viewport=LAPTOP), {})
    yield window.page
    window.sweep(leaves=False)
    visits.append(window)


@pytest.fixture
def inspect(visit: Page, url: str) -> Page:
    """The samples: a file that was brought is taken away."""
    led(visit, url)
    if remove(visit).count():
        back_to_the_samples(visit)
    expect(visit.locator("[data-chart=confusion] .plotly").first).to_be_attached(timeout=60_000)
    return visit


@pytest.fixture
def own(visit: Page, url: str) -> Page:
    """The figures and charts of a file that the visit has brought, now or before."""
    led(visit, url)
    if not visit.get_by_text(OWN["name"]).count():
        if remove(visit).count():
            back_to_the_samples(visit)
        upload(visit, OWN)
    shows(visit, analysed())
    return visit


def led(page: Page, url: str) -> None:
    """Lead a visit to this page as it opens; where it is so already, nothing is to be done: an address says all."""
    if page.url not in (url, f"{url}?brought=1"):
        page.goto(url)
    expect(remove(page).or_(uploader(page)).first).to_be_attached(timeout=60_000)


def remove(page: Page) -> Locator:
    return page.get_by_role("button", name=words("en")["inspect.remove"])


def uploader(page: Page, part: str = "inspect") -> Locator:
    return page.locator(f".st-key-{part}_upload input[type=file]")


def upload(page: Page, one: FilePayload | Path, *, part: str = "inspect") -> None:
    uploader(page, part).set_input_files(one)


def shows(page: Page, analysis: Analysis) -> None:
    """Wait until the headline and the charts show this analysis."""
    values = page.locator("[data-testid=stMetricValue]")
    expect(values.first).to_have_text(number(float(analysis.scores.loss.mean())))
    expect(page.locator("[data-chart=reliability]")).to_contain_text(
        f"ECE {number(analysis.calibration.ece)}"
    )
    expect(page.locator("[data-chart=scaled]")).to_contain_text(
        f"ECE {number(analysis.scaled_calibration.ece)}"
    )
    found = f"T = {number(analysis.fitted.temperature, 2)}"
    expect(page.locator("[data-chart=temperature] .textpoint").last).to_have_text(found)


def back_to_the_samples(page: Page) -> None:
    remove(page).click()
    expect(page.get_by_text(words("en")["inspect.sound_readout"].split("{")[0])).to_be_visible()
    expect(page.get_by_text("449 rows × 10 classes")).to_be_visible()


def test_files_of_every_kind_can_be_chosen_and_a_binary_one_arrives_whole(inspect):
    kinds = (uploader(inspect).get_attribute("accept") or "").split(",")
    assert {kind.strip() for kind in kinds} >= set(SUFFIXES)
    upload(inspect, file("a.npz", archive(logits=4 * LOGITS, labels=LABELS)))
    expect(inspect.get_by_text("a.npz")).to_be_visible()
    shows(inspect, analysed(4 * LOGITS))
    back_to_the_samples(inspect)


def test_broken_and_hostile_files_are_refused_in_words_and_the_page_goes_on(inspect):
    for one, told in REFUSED:
        upload(inspect, one)
        expect(inspect.get_by_role("alert").filter(has_text=told)).to_be_visible()
        expect(inspect.locator("[data-testid=stMetric]")).to_have_count(0)
        back_to_the_samples(inspect)


def role(page: Page, column: str) -> Locator:
    return page.get_by_role("combobox", name=words("en").fill("inspect.role_readout", name=column))


def test_an_ambiguous_file_is_asked_about_and_a_column_corrected_and_set_back_by_hand(inspect):
    """From the question with both consequences to figures, other figures, and back."""
    wrong = (LABELS + 1) % 3
    parts = {"val_logits": LOGITS[:40], "val_labels": LABELS[:40], "test_logits": LOGITS[40:]}
    data = archive(**parts, test_labels=LABELS[40:], test_notes=wrong[40:])
    first, second = inspect_files([("parts.npz", data)]).questions[0].options
    upload(inspect, file("parts.npz", data))
    expect(inspect.get_by_text("Which part of the data?")).to_be_visible()
    for option in (first, second):
        assert option.accuracy is not None
        told = f"{option.rows} rows · 3 classes · {100 * option.accuracy:.1f}% right"
        expect(inspect.get_by_text(told)).to_be_visible()
    assert inspect.locator("[data-testid=stMetric]").count() == 0
    assert inspect.get_by_text("Checked, and nothing found").count() == 0
    inspect.get_by_role("button", name=second.name, exact=True).press("Enter")
    loss = inspect.locator("[data-testid=stMetricValue]").first
    answered = inspect_files([("parts.npz", data)], second.choices)
    assert answered.mean_loss is not None
    expect(loss).to_have_text(number(answered.mean_loss))
    notes = next(item for item in answered.plan if item.name == "test_notes")
    role(inspect, "test_notes").click()
    inspect.get_by_role("option", name=words("en")["inspect.plan_roles.label"], exact=True).click()
    corrected = inspect_files([("parts.npz", data)], {**second.choices, notes.key: "label"})
    assert corrected.mean_loss is not None
    assert corrected.mean_loss > answered.mean_loss + 1
    expect(loss).to_have_text(number(corrected.mean_loss))
    inspect.get_by_role("button", name="test_notes: label").click()
    expect(loss).to_have_text(number(answered.mean_loss))
    inspect.get_by_role("button", name=words("en")["inspect.plan_undo"]).click()
    expect(inspect.get_by_text("Which part of the data?")).to_be_visible()
    expect(loss).to_have_count(0)


def test_long_work_shows_how_far_it_is_is_cancelled_and_ends_in_figures(inspect, tmp_path):
    logits = np.tile(RNG.normal(size=(100, 10)).astype(np.float16), (3_000, 1))
    many = tmp_path / "many.npz"
    np.savez_compressed(many, logits=logits, labels=np.tile(np.arange(10), 30_000))
    # It may end before a pointer has come to the button.
    inspect.evaluate("""() => new MutationObserver((_, observer) => {
        const cancel = document.querySelector(".st-key-inspect_cancel button");
        if (!cancel || !document.querySelector("[role=progressbar]")) return;
        window.sawProgress = true;
        observer.disconnect();
        cancel.click();
    }).observe(document.body, { childList: true, subtree: true })""")
    upload(inspect, many)
    stopped = inspect.get_by_text("Stopped, as you asked")
    figures = inspect.get_by_text("300,000 rows × 10 classes")
    expect(stopped.or_(figures)).to_be_visible(timeout=120_000)
    assert inspect.evaluate("window.sawProgress") is True
    if stopped.count():
        assert inspect.locator("[data-testid=stMetric]").count() == 0
        inspect.get_by_role("button", name=words("en")["inspect.try_again"]).click()
        expect(inspect.get_by_role("progressbar").or_(figures).first).to_be_visible()
    # The page can be left meanwhile.
    inspect.get_by_role("link", name="Explore").click()
    expect(inspect.locator("[data-chart=logits] .bartext").first).to_be_visible()
    inspect.get_by_role("link", name="Your logits").click()
    expect(figures).to_be_visible(timeout=120_000)
    # The figures are there while what takes longer is on its way, and it comes without a hand.
    expect(inspect.locator("[data-chart=reliability] .plotly").first).to_be_attached(timeout=60_000)
    expect(inspect.locator("[data-chart=risk] .plotly").first).to_be_attached(timeout=120_000)
    expect(inspect.get_by_role("progressbar")).to_have_count(0)


def test_a_row_opens_in_explore_and_the_way_back_finds_the_upload_again(own):
    field = own.get_by_role("spinbutton", name=words("en")["inspect.row_number"], exact=True)
    field.fill("7")
    field.press("Enter")
    own.get_by_role("button", name=words("en")["inspect.open"]).click()
    bars = own.locator("[data-chart=logits] .bartext")
    expect(bars).to_have_text([number(value) for value in LOGITS[6]])
    expect(own.get_by_text("row 7 of the file")).to_be_visible()
    own.get_by_role("button", name=words("en")["origin.back_row"]).click()
    shows(own, analysed())


def test_a_row_picked_in_the_table_opens_in_explore(own):
    rows = own.locator(".st-key-inspect_table canvas").first
    rows.scroll_into_view_if_needed()
    box = rows.bounding_box()
    own.mouse.click(box["x"] + 18, box["y"] + 35 + 18)  # the box before the first row
    worst = int(analysed().scores.loss.argmax())
    expect(own.get_by_text(f"row {worst + 1} of the file")).to_be_visible()
    expect(own.locator("[data-chart=logits] .bartext")).to_have_text(
        [number(value) for value in LOGITS[worst]]
    )


def test_a_picked_cell_of_the_confusion_shows_its_rows(own):
    cells = own.locator("[data-chart=confusion] .heatmaplayer .hm").first
    over = own.locator("[data-chart=confusion] .lc-over")
    over.scroll_into_view_if_needed()
    box, frame = cells.bounding_box(), over.bounding_box()
    place = {
        "x": box["x"] - frame["x"] + box["width"] * 5 / 6,
        "y": box["y"] - frame["y"] + box["height"] / 6,
    }
    over.click(position=place)  # waits until nothing above it moves it any more
    picked = own.get_by_text("Labelled cat, read as owl", exact=True)
    expect(picked).to_be_visible()
    count = int(analysed().confusion[0, 2])
    expect(own.get_by_text(f"{count} of {count} rows")).to_be_visible()
    own.locator(".st-key-inspect_all_rows button").click()
    expect(picked).to_have_count(0)


def test_sum_divides_nothing_and_stands_in_the_address(own):
    own.get_by_role("radio", name="sum").or_(own.get_by_role("button", name="sum", exact=True)).first.click()
    expect(own.get_by_text("the sum over 80 rows")).to_be_visible()
    expect(own).to_have_url(re.compile("reduction=sum"))


def test_the_downloaded_rows_are_the_cores(own, tmp_path):
    with own.expect_download() as started:
        own.get_by_role("button", name=words("en")["inspect.download"]).click()
    path = Path(tmp_path / "rows.csv")
    started.value.save_as(path)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    np.testing.assert_array_equal([float(row["loss"]) for row in rows], analysed().scores.loss)
    assert [row["label"] for row in rows] == [NAMES[k] for k in LABELS]


def test_another_visitor_on_a_phone_sees_the_sample_and_behind_a_link_to_a_file_no_sample_but_the_uploader(
    own, new_page, url
):
    """A server that has been restarted knows no more than the link says either. A role is changed by keyboard."""
    page = new_page(viewport={"width": 375, "height": 812}, has_touch=True, is_mobile=True)
    page.goto(url)
    expect(page.get_by_text("449 rows × 10 classes")).to_be_visible(timeout=60_000)
    assert page.get_by_text(OWN["name"]).count() == 0
    for name in ("losses", "reliability", "confusion"):
        box = page.locator(f"[data-chart={name}]").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 375
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.goto(f"{url}?brought=1")
    expect(page.get_by_text("The file is not here any more")).to_be_visible()
    assert page.locator("[data-testid=stMetric]").count() == 0
    upload(page, OWN)
    shows(page, analysed())
    expect(page).to_have_url(re.compile("brought=1"))
    role(page, "owl").focus()
    page.keyboard.type(words("en")["inspect.plan_roles.other"])
    page.keyboard.press("Enter")
    with_two = inspect_files([(OWN["name"], OWN["buffer"])], {"0:2": "other"})
    loss = page.locator("[data-testid=stMetricValue]").first
    if with_two.mean_loss is None:
        expect(loss).to_have_count(0)
    else:
        expect(loss).to_have_text(number(with_two.mean_loss))
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_a_bin_and_a_threshold_say_their_numbers_to_mouse_and_keys(own):
    table = LogitsTable(LOGITS, LABELS, None, tuple(NAMES), ())
    risk = points.risk(words("en"), diagnose(table, analysed()).risk_coverage)
    bins = points.bins(words("en"), analysed().calibration, centred=True)
    for name, expected in (("risk", risk), ("reliability", bins)):
        chart = own.locator(f"[data-chart={name}]")
        chart.scroll_into_view_if_needed()
        told = chart.locator(".lc-told")
        stop = chart.locator(".lc-stop")
        stop.focus()
        for key, at in (("End", -1), ("Home", 0), ("ArrowRight", 1)):
            own.keyboard.press(key)
            expect(told).to_have_text(expected[at][2])
            expect(chart.locator(".lc-stop")).to_have_attribute("aria-label", expected[at][2])
        own.keyboard.press("Tab")
        expect(told).to_be_hidden()
        chart.locator(".lc-over").hover(position={"x": 90, "y": 60})
        expect(told).to_be_visible()
        assert told.inner_text() in [text for _, _, text in expected]


def test_two_files_are_compared_and_the_second_is_taken_away_again(own):
    after = LOGITS + RNG.normal(size=LOGITS.shape)
    named = archive(logits=after, labels=LABELS, names=np.array(NAMES))
    upload(own, file("after.npz", named), part="second")
    expected = compare(*(LogitsTable(one, LABELS, None, (), ()) for one in (LOGITS, after)))
    counts = f"only the first right: {expected.first_only}, only the second right: {expected.second_only}"
    expect(own.get_by_text(counts)).to_be_visible()
    expect(own.get_by_text(f"{number(expected.loss_difference.mean)} nats")).to_be_visible()
    own.get_by_role("button", name=words("en")["inspect.comparison.remove"]).click()
    expect(own.get_by_text(counts)).to_have_count(0)
    shows(own, analysed())


def test_the_report_opens_without_a_network_and_draws_every_chart(own, new_page, tmp_path):
    expect(own.locator("[data-chart=risk] .plotly").first).to_be_attached()
    count = own.locator("[data-chart]").count()
    with own.expect_download() as started:
        own.get_by_role("button", name=words("en")["inspect.take.report"], exact=True).click()
    started.value.save_as(tmp_path / "report.html")
    report = new_page(offline=True)
    report.goto((tmp_path / "report.html").as_uri())
    expect(report.locator("figure .js-plotly-plot")).to_have_count(count)
    expect(report.get_by_role("heading", name=words("en")["inspect.sections.gain"])).to_be_visible()
    expect(report.get_by_text(number(float(analysed().scores.loss.mean())), exact=True).first).to_be_visible()
