"""Your logits in a real browser: files of every kind, broken and hostile ones, and a row taken to Explore."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from ce_viz.core.inspection import inspect_files
from ce_viz.core.inspection.analysis import Analysis, analyse
from ce_viz.core.inspection.compared import compare
from ce_viz.core.inspection.diagnosis import diagnose
from ce_viz.core.inspection.reading import LogitsTable
from ce_viz.pages.inspect import points
from ce_viz.strings import words
from ce_viz.strings.numbers import number
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


def table(delimiter: str) -> bytes:
    rows = [[*NAMES, "label"], *([*row, NAMES[k]] for row, k in zip(LOGITS.tolist(), LABELS, strict=True))]
    return "\n".join(delimiter.join(map(str, row)) for row in rows).encode()


def numpy_file(save: Callable[..., None], *arrays: np.ndarray, **named: np.ndarray) -> bytes:
    stream = io.BytesIO()
    save(stream, *arrays, **named)
    return stream.getvalue()


def bomb() -> bytes:
    """A small archive that unpacks to 1.6 GB."""
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (20000000, 10), }"
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("logits.npy", "w") as member,
    ):
        member.write(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
        for _ in range(1600):
            member.write(bytes(1_000_000))
    return stream.getvalue()


GOOD = {
    "csv": [file("a.csv", table(","))],
    "tsv": [file("a.tsv", table("\t"))],
    "json": [file("a.json", json.dumps({"logits": LOGITS.tolist(), "labels": LABELS.tolist()}).encode())],
    "npz": [file("a.npz", numpy_file(np.savez_compressed, logits=LOGITS, labels=LABELS))],
    "npy": [file("a.npy", numpy_file(np.save, np.c_[LOGITS, LABELS]))],
}
BROKEN = [
    (table(",").replace(b"dog\n", b"dog,1\n", 1), "a.csv", "has 5 columns where 4 are expected"),
    (b"a\tb\tlabel\n1\tx\t0\n1\t2\t0\n2\t1\t1", "a.tsv", "“x” is not a number"),
    (b'{"logits": [[1, 2], [3', "a.json", "not valid JSON"),
    (GOOD["npz"][0]["buffer"][:-40], "a.npz", "not an .npz archive, or it is damaged"),
    (GOOD["npy"][0]["buffer"][:-1], "a.npy", "ends too early"),
]
HOSTILE = [
    (
        numpy_file(np.savez, logits=np.array([[print]], dtype=object), labels=np.array([0])),
        "a.npz",
        "Python objects (pickle) can run programs",
    ),
    (bomb(), "a.npz", "is too large"),
]


@pytest.fixture
def page(fresh_page: Page) -> Page:
    """A visit that has brought no file yet."""
    return fresh_page


@pytest.fixture
def url(serve: Callable[..., str]) -> str:
    return serve(ROOT / "app.py") + "inspect"


@pytest.fixture
def inspect(page: Page, url: str) -> Page:
    return opened(page, url)


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    expect(page.locator("[data-chart=confusion] .plotly").first).to_be_attached(timeout=60_000)
    return page


def upload(page: Page, files: list[FilePayload], *, part: str = "inspect") -> None:
    page.locator(f".st-key-{part}_upload input[type=file]").set_input_files(files)


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
    page.get_by_role("button", name=words("en")["inspect.remove"]).click()
    expect(page.get_by_text(words("en")["inspect.sound_readout"].split("{")[0])).to_be_visible()
    expect(page.get_by_text("449 rows × 10 classes")).to_be_visible()


def test_a_real_file_of_each_kind_is_read_and_its_temperature_found(inspect):
    for files in GOOD.values():
        upload(inspect, files)
        expect(inspect.get_by_text(files[0]["name"])).to_be_visible()
        shows(inspect, analysed())
        back_to_the_samples(inspect)


def test_broken_and_hostile_files_are_refused_in_words_and_the_page_goes_on(inspect):
    for data, name, told in [*BROKEN, *HOSTILE]:
        upload(inspect, [file(name, data)])
        expect(inspect.get_by_role("alert").filter(has_text=told)).to_be_visible()
        expect(inspect.locator("[data-testid=stMetric]")).to_have_count(0)
        back_to_the_samples(inspect)


def test_a_temperature_four_times_as_large_is_found_for_logits_four_times_as_large(inspect):
    upload(inspect, [file("a.npz", numpy_file(np.savez, logits=4 * LOGITS, labels=LABELS))])
    shows(inspect, analysed(4 * LOGITS))
    told = inspect.get_by_text("The model is too sure. Dividing").inner_text()
    found = float(re.search(r"T = ([\d.]+)", told)[1])
    assert found == pytest.approx(4 * analysed().fitted.temperature, rel=1e-3)


def test_a_row_opens_in_explore_and_the_way_back_finds_the_upload_again(inspect):
    upload(inspect, GOOD["csv"])
    shows(inspect, analysed())
    field = inspect.get_by_role("spinbutton", name=words("en")["inspect.row_number"], exact=True)
    field.fill("7")
    field.press("Enter")
    inspect.get_by_role("button", name=words("en")["inspect.open"]).click()
    bars = inspect.locator("[data-chart=logits] .bartext")
    expect(bars).to_have_text([number(value) for value in LOGITS[6]])
    expect(inspect.get_by_text("row 7 of the file")).to_be_visible()
    inspect.get_by_role("button", name=words("en")["origin.back_row"]).click()
    shows(inspect, analysed())


def test_a_row_picked_in_the_table_opens_in_explore(inspect):
    upload(inspect, GOOD["csv"])
    shows(inspect, analysed())
    rows = inspect.locator(".st-key-inspect_table canvas").first
    rows.scroll_into_view_if_needed()
    box = rows.bounding_box()
    inspect.mouse.click(box["x"] + 18, box["y"] + 35 + 18)  # the box before the first row
    worst = int(analysed().scores.loss.argmax())
    expect(inspect.get_by_text(f"row {worst + 1} of the file")).to_be_visible()
    expect(inspect.locator("[data-chart=logits] .bartext")).to_have_text(
        [number(value) for value in LOGITS[worst]]
    )


def test_a_picked_cell_of_the_confusion_shows_its_rows(inspect):
    upload(inspect, GOOD["csv"])
    shows(inspect, analysed())
    cells = inspect.locator("[data-chart=confusion] .heatmaplayer .hm").first
    over = inspect.locator("[data-chart=confusion] .lc-over")
    over.scroll_into_view_if_needed()
    box, frame = cells.bounding_box(), over.bounding_box()
    place = {
        "x": box["x"] - frame["x"] + box["width"] * 5 / 6,
        "y": box["y"] - frame["y"] + box["height"] / 6,
    }
    over.click(position=place)  # waits until nothing above it moves it any more
    expect(inspect.get_by_text("Labelled cat, read as owl")).to_be_visible()
    count = int(analysed().confusion[0, 2])
    expect(inspect.get_by_text(f"{count} of {count} rows")).to_be_visible()


def test_sum_divides_nothing_and_stands_in_the_address(inspect):
    upload(inspect, GOOD["npz"])
    shows(inspect, analysed())
    inspect.get_by_role("radio", name="sum").or_(
        inspect.get_by_role("button", name="sum", exact=True)
    ).first.click()
    expect(inspect.get_by_text("the sum over 80 rows")).to_be_visible()
    expect(inspect).to_have_url(re.compile("reduction=sum"))


def test_the_downloaded_rows_are_the_cores(inspect, tmp_path):
    upload(inspect, GOOD["npz"])
    shows(inspect, analysed())
    with inspect.expect_download() as started:
        inspect.get_by_role("button", name=words("en")["inspect.download"]).click()
    path = Path(tmp_path / "rows.csv")
    started.value.save_as(path)
    rows = list(csv.DictReader(path.read_text().splitlines()))
    np.testing.assert_array_equal([float(row["loss"]) for row in rows], analysed().scores.loss)
    np.testing.assert_array_equal([int(row["label"]) for row in rows], LABELS)


def role(page: Page, column: str) -> Locator:
    return page.get_by_role("combobox", name=words("en").fill("inspect.role_readout", name=column))


def test_an_ambiguous_file_is_asked_about_and_a_column_corrected_and_set_back_by_hand(inspect):
    """From the question with both consequences to figures, other figures, and back."""
    wrong = (LABELS + 1) % 3
    parts = {"val_logits": LOGITS[:40], "val_labels": LABELS[:40], "test_logits": LOGITS[40:]}
    arrays = {**parts, "test_labels": LABELS[40:], "test_notes": wrong[40:]}
    data = numpy_file(np.savez, **arrays)
    first, second = inspect_files([("parts.npz", data)]).questions[0].options
    upload(inspect, [file("parts.npz", data)])
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


def test_a_role_is_changed_by_keyboard_on_a_phone(new_page, url):
    page = opened(new_page(viewport={"width": 375, "height": 812}), url)
    upload(page, GOOD["csv"])
    shows(page, analysed())
    role(page, "owl").focus()
    page.keyboard.type(words("en")["inspect.plan_roles.other"])
    page.keyboard.press("Enter")
    with_two = inspect_files([("a.csv", GOOD["csv"][0]["buffer"])], {"0:2": "other"})
    loss = page.locator("[data-testid=stMetricValue]").first
    if with_two.mean_loss is None:
        expect(loss).to_have_count(0)
    else:
        expect(loss).to_have_text(number(with_two.mean_loss))
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_after_a_restart_the_file_is_asked_for_and_no_sample_stands_in_its_place(page, url):
    """A server that has been restarted knows no more than the link says."""
    opened(page, url)
    upload(page, GOOD["csv"])
    shows(page, analysed())
    expect(page).to_have_url(re.compile("brought=1"))
    page.reload()
    expect(page.get_by_text("The file is not here any more")).to_be_visible()
    assert page.locator("[data-testid=stMetric]").count() == 0
    upload(page, GOOD["csv"])
    shows(page, analysed())


def test_long_work_is_cancelled_and_the_page_can_be_used_meanwhile(inspect):
    rows = np.tile(np.c_[LOGITS, LABELS], (8000, 1))
    text = "\n".join(["cat,dog,owl,label", *(",".join(map(str, row)) for row in rows.tolist())])
    upload(inspect, [file("a.csv", text.encode())])
    cancel = inspect.locator(".st-key-inspect_cancel button")
    expect(cancel).to_be_visible()
    inspect.get_by_role("link", name="Explore").click()
    expect(inspect.locator("[data-chart=logits] .bartext").first).to_be_visible()
    inspect.get_by_role("link", name="Your logits").click()
    expect(cancel.or_(inspect.locator("[data-testid=stMetric]").first)).to_be_visible()
    # The work may end before a pointer has come to the button.
    inspect.evaluate("document.querySelector('.st-key-inspect_cancel button')?.click()")
    stopped = inspect.get_by_text("Stopped, as you asked")
    figures = inspect.get_by_text("640,000 rows × 3 classes")
    expect(stopped.or_(figures)).to_be_visible(timeout=120_000)
    if stopped.count():
        assert inspect.locator("[data-testid=stMetric]").count() == 0
        inspect.get_by_role("button", name=words("en")["inspect.try_again"]).click()
    expect(figures).to_be_visible(timeout=120_000)


def test_another_visitor_sees_the_sample(inspect, new_page, url):
    upload(inspect, GOOD["csv"])
    shows(inspect, analysed())
    other = opened(new_page(), url)
    expect(other.get_by_text("449 rows × 10 classes")).to_be_visible()
    assert other.get_by_text("a.csv").count() == 0


def test_long_work_shows_a_progress_bar_and_ends_in_figures(inspect):
    logits = np.tile(RNG.normal(size=(100, 10)).astype(np.float16), (10_000, 1))
    data = numpy_file(np.savez_compressed, logits=logits, labels=np.tile(np.arange(10), 100_000))
    inspect.evaluate("""() => {
        const look = () => { if (document.querySelector('[role=progressbar]')) window.sawProgress = true; };
        new MutationObserver(look).observe(document.body, {childList: true, subtree: true});
    }""")
    upload(inspect, [file("a.npz", data)])
    expect(inspect.get_by_text("1,000,000 rows × 10 classes")).to_be_visible(timeout=120_000)
    assert inspect.evaluate("window.sawProgress") is True
    # The figures are there while what takes longer is on its way, and it comes without a hand.
    expect(inspect.locator("[data-chart=reliability] .plotly").first).to_be_attached(timeout=60_000)
    expect(inspect.locator("[data-chart=risk] .plotly").first).to_be_attached(timeout=120_000)
    expect(inspect.get_by_role("progressbar")).to_have_count(0)


def test_the_page_is_one_readable_column_on_a_phone(new_page, url):
    page = opened(new_page(viewport={"width": 375, "height": 812}), url)
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    for name in ("losses", "reliability", "confusion"):
        box = page.locator(f"[data-chart={name}]").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 375


def test_a_bin_and_a_threshold_say_their_numbers_to_mouse_and_keys(inspect):
    upload(inspect, GOOD["csv"])
    shows(inspect, analysed())
    table = LogitsTable(LOGITS, LABELS, None, tuple(NAMES), ())
    risk = points.risk(words("en"), diagnose(table, analysed()).risk_coverage)
    bins = points.bins(words("en"), analysed().calibration, centred=True)
    for name, expected in (("risk", risk), ("reliability", bins)):
        chart = inspect.locator(f"[data-chart={name}]")
        chart.scroll_into_view_if_needed()
        told = chart.locator(".lc-told")
        stop = chart.locator(".lc-stop")
        stop.focus()
        for key, at in (("End", -1), ("Home", 0), ("ArrowRight", 1)):
            inspect.keyboard.press(key)
            expect(told).to_have_text(expected[at][2])
            expect(chart.locator(".lc-stop")).to_have_attribute("aria-label", expected[at][2])
        inspect.keyboard.press("Tab")
        expect(told).to_be_hidden()
        chart.locator(".lc-over").hover(position={"x": 90, "y": 60})
        expect(told).to_be_visible()
        assert told.inner_text() in [text for _, _, text in expected]


def test_two_files_are_compared_and_the_second_is_taken_away_again(inspect):
    upload(inspect, GOOD["csv"])
    shows(inspect, analysed())
    after = LOGITS + RNG.normal(size=LOGITS.shape)
    named = numpy_file(np.savez, logits=after, labels=LABELS, names=np.array(NAMES))
    upload(inspect, [file("after.npz", named)], part="second")
    expected = compare(*(LogitsTable(one, LABELS, None, (), ()) for one in (LOGITS, after)))
    counts = f"only the first right: {expected.first_only}, only the second right: {expected.second_only}"
    expect(inspect.get_by_text(counts)).to_be_visible()
    expect(inspect.get_by_text(f"{number(expected.loss_difference.mean)} nats")).to_be_visible()
    inspect.get_by_role("button", name=words("en")["inspect.comparison.remove"]).click()
    expect(inspect.get_by_text(counts)).to_have_count(0)
    shows(inspect, analysed())


def test_the_report_opens_without_a_network_and_draws_every_chart(inspect, new_page, tmp_path):
    upload(inspect, GOOD["csv"])
    shows(inspect, analysed())
    expect(inspect.locator("[data-chart=risk] .plotly").first).to_be_attached()
    count = inspect.locator("[data-chart]").count()
    with inspect.expect_download() as started:
        inspect.get_by_role("button", name=words("en")["inspect.take.report"], exact=True).click()
    started.value.save_as(tmp_path / "report.html")
    report = new_page(offline=True)
    report.goto((tmp_path / "report.html").as_uri())
    expect(report.locator("figure .js-plotly-plot")).to_have_count(count)
    expect(report.get_by_role("heading", name=words("en")["inspect.sections.gain"])).to_be_visible()
    expect(report.get_by_text(number(float(analysed().scores.loss.mean())), exact=True).first).to_be_visible()
