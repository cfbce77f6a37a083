"""Moved charts look as Plotly would have drawn them, and Plotly draws whatever was moved once all is at rest."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.live.stage import FIRST, Stage, cards, moved, texts

# What is to be seen of a drawing: places as numbers, texts, and colours as the browser computes them.
LOOK = """
    const numbers = text => (text?.match(/-?[0-9.]+(e-?[0-9]+)?/g) ?? []).map(Number);
    const seen = node => getComputedStyle(node).display !== "none";
    const look = plot => {
        const all = parts => [...plot.querySelectorAll(parts)];
        const bar = node => ({ at: numbers(node.getAttribute("d")), fill: getComputedStyle(node).fill });
        const mark = node => ({ at: seen(node) ? numbers(node.getAttribute("transform")) : [],
            fill: getComputedStyle(node).fill });
        const label = node => ({ text: node.textContent, fill: getComputedStyle(node).fill,
            at: seen(node) ? [node.getAttribute("x"), node.getAttribute("y"),
                ...numbers(node.getAttribute("transform"))].map(Number) : [] });
        const line = node => ({ at: [...Array(40).keys()].flatMap(k => {
            const { x, y } = node.getPointAtLength(node.getTotalLength() * k / 39);
            return [x, y];
        }) });
        return { bars: all(".barlayer .point path").map(bar), marks: all(".scatterlayer .point").map(mark),
            labels: all(".bartext, .heatmap-label text, .textpoint text").map(label), lines: all(".js-line").map(line),
            axes: all(".xtick text, .ytick text").map(label) };
    };
    const ground = plot => getComputedStyle(plot.closest("section")).backgroundColor;
    const picture = async plot => {
        const image = plot.querySelector(".heatmaplayer image"), canvas = document.createElement("canvas");
        if (!image) return null;
        const loaded = new Image();
        loaded.src = image.href.baseVal;
        await loaded.decode();
        Object.assign(canvas, { width: image.getAttribute("width"), height: image.getAttribute("height") });
        const pen = canvas.getContext("2d");
        pen.imageSmoothingEnabled = false;
        pen.drawImage(loaded, 0, 0, canvas.width, canvas.height);
        return (x, y) => [...pen.getImageData(x - image.getAttribute("x"), y - image.getAttribute("y"), 1, 1).data];
    };
    const cells = (plot, pixel) => [...plot.querySelectorAll(".hm rect")].map(cell => {
        const [x, y, width, height] = ["x", "y", "width", "height"].map(name => Number(cell.getAttribute(name)));
        const { fill, fillOpacity } = getComputedStyle(cell), paper = numbers(ground(plot));
        const colour = numbers(fill).slice(0, 3).map((value, k) => value * fillOpacity + paper[k] * (1 - fillOpacity));
        const inside = [[1, 1], [width - 2, 1], [1, height - 2], [width - 2, height - 2]];
        return { colour, drawn: inside.map(([right, down]) => pixel(x + right, y + down)),
            gaps: [pixel(x - 1, y + 2)[3], pixel(x + width, y + 2)[3]] };
    });
"""
COMPARE = (
    "async charts => {"
    + LOOK
    + """
    const board = document.querySelector("[data-chart]").card.board;
    for (const chart of charts) board.cards.get(chart.name).take(chart);
    board.render();
    return Promise.all([...board.cards.values()].map(async ({ name, plot, drawing, ...card }) => {
        const { data, layout } = drawing.figure(board.cards.get(name).picture());
        const fresh = document.body.appendChild(document.createElement("div"));
        const before = { moved: drawing.moved, look: look(plot) };
        await Plotly.newPlot(fresh, data, layout, { staticPlot: true });
        const pixel = await picture(fresh);
        const result = { name, ...before, fresh: look(fresh), cells: pixel ? cells(plot, pixel) : [] };
        Plotly.purge(fresh);
        fresh.remove();
        return result;
    }));
}"""
)


def compare(stage: Stage, values: str) -> list[dict[str, Any]]:
    """Move the charts to other values, and draw the same figures afresh beside them."""
    now = cards(stage.settings | {"values": values})
    return stage.page.evaluate(COMPARE, [moved(card) for card in now])


def same(one: Any, other: Any) -> bool:
    """Whether two looks are equal, places within half a pixel."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(same(*pair) for pair in zip(one, other, strict=True))
    return abs(one - other) <= 0.5 if isinstance(one, (int, float)) else one == other


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2,-1", "-1.5,0.25"),
        ("2,1,0.1", "1.234,-1.5,-0.1"),
        ("-2,-1,-0.1", "1.5,0.5,0"),
        ("0,1,2", "1,0,-1"),
        ("inf,1,-2", "inf,-1,2"),
        ("-inf,inf,2", "-inf,inf,-1"),
        ("1,2,-0.5,0.5,-1,0,0.3,-2", "-2,0.1,0.5,-0.5,1,1.25,-0.3,2"),
    ],
)
def test_moved_charts_look_as_if_drawn_afresh(stage: Stage, dark: bool, before: str, after: str) -> None:
    finite = "inf" not in before
    charts = "values,doubled,products,curve" if finite else "values,doubled"
    if dark:
        stage.page.emulate_media(color_scheme="dark")
    stage.open(values=before, charts=charts)
    for shown in compare(stage, after):
        assert shown["moved"], f"Plotly drew {shown['name']}"
        for part, seen in shown["look"].items():
            assert same(seen, shown["fresh"][part]), (shown["name"], part, seen, shown["fresh"][part])
            if part in ("bars", "labels") and shown["name"] == "values":
                assert len(seen) == len(after.split(","))
        assert len(shown["cells"]) == (len(after.split(",")) ** 2 if shown["name"] == "products" else 0)
        for cell in shown["cells"]:
            assert cell["gaps"] == [0, 0]
            for drawn in cell["drawn"]:
                assert all(abs(a - b) <= 2 for a, b in zip(drawn[:3], cell["colour"], strict=True)), cell


@pytest.mark.parametrize(
    ("before", "after", "drawn"),
    [
        ("2,1,0.1", "inf,1,0.1", {"values", "doubled"}),  # the number moves inside
        ("2,1,0.1", "2,1,7", {"values", "doubled"}),  # a longer axis
        ("2,1,0.1", "2,1", {"values", "doubled", "products"}),
    ],
)
def test_what_cannot_be_moved_is_drawn_by_plotly(
    stage: Stage, before: str, after: str, drawn: set[str]
) -> None:
    charts = "values,doubled" if "inf" in after else "values,doubled,products"
    page = stage.open(values=before, charts=charts)
    page.evaluate("""() => {
        const react = Plotly.react;
        window.drawn = [];
        Plotly.react = (plot, ...rest) => {
            window.drawn.push(plot.closest("[data-chart]").dataset.chart);
            return react(plot, ...rest);
        };
        window.restore = () => { Plotly.react = react; };
    }""")
    stage.send(charts=cards(stage.settings | {"values": after}))
    stage.until(lambda: texts(page, "values").count() == len(after.split(",")))
    stage.until(lambda: drawn <= set(page.evaluate("window.drawn")))
    stage.drawn()
    page.evaluate("window.restore()")


def test_after_a_rest_what_stands_there_is_plotlys_own_drawing(stage: Stage) -> None:
    page = stage.open(charts="values,doubled,products,curve")
    page.locator(FIRST).press("ArrowUp")
    expect(texts(page, "doubled").first).to_have_text("4.200")
    stage.handle()
    stage.drawn()
    expect(page.locator(".lc .hm rect")).to_have_count(0)
    assert page.locator(".lc .hm image").evaluate("node => getComputedStyle(node).display") != "none"
    values = page.evaluate(
        "[...document.querySelectorAll('[data-chart] .lc-plot')].map(plot => plot.data[0].y ?? plot.data[0].z[0])"
    )
    assert values[0] == [2.1, 1, 0.1]
    assert values[1] == [4.2, 2, 0.2]
    assert values[2] == [pytest.approx(4.41), pytest.approx(2.1), pytest.approx(0.21)]


def test_a_drawing_moved_and_moved_back_is_whole_again(stage: Stage) -> None:
    page = stage.open()
    for key in ("ArrowUp", "ArrowDown"):
        page.locator(FIRST).press(key)
    stage.until(stage.events)
    stage.handle()
    stage.drawn()
    expect(texts(page, "products").first).to_have_text("4.000")
    expect(page.locator(".lc .hm rect")).to_have_count(0)
    assert page.locator(".lc .hm image").evaluate("node => getComputedStyle(node).display") != "none"


def test_only_charts_whose_figure_changed_are_touched(stage: Stage) -> None:
    page = stage.open()
    page.evaluate("""() => {
        window.touched = new Set();
        for (const plot of document.querySelectorAll(".lc-plot"))
            new MutationObserver(() => window.touched.add(plot.closest("[data-chart]").dataset.chart))
                .observe(plot, { subtree: true, attributes: true, childList: true, characterData: true });
    }""")
    stage.send(picked=[0, 2])  # a rerun that changes nothing but the mark
    page.wait_for_function(
        "() => document.querySelectorAll('[data-chart=doubled] .lc-picked:not([hidden])').length === 2"
    )
    stage.drawn()
    assert page.evaluate("[...window.touched]") == []
    page.locator(FIRST).press("ArrowUp")
    expect(texts(page, "products").first).to_have_text("4.410")
    assert set(page.evaluate("[...window.touched]")) == {"values", "doubled", "products"}


def test_a_moving_hand_asks_for_no_layout_of_the_page(stage: Stage) -> None:
    """What moves is written; nothing is measured until Plotly draws: a forced layout costs more than all else."""
    page = stage.open(charts="values,doubled,products,curve")
    page.locator(FIRST).press("ArrowUp")  # both sides of each number are known from here on
    expect(texts(page, "doubled").first).to_have_text("4.200")
    counted = page.evaluate(
        """charts => {
            const board = document.querySelector("[data-chart]").card.board;
            let measured = 0;
            const watch = (owner, name) => {
                const own = owner[name];
                owner[name] = function (...given) { measured += 1; return own.apply(this, given); };
                return () => { owner[name] = own; };
            };
            const restore = [watch(Element.prototype, "getBoundingClientRect"), watch(window, "getComputedStyle"),
                watch(SVGGraphicsElement.prototype, "getBBox"), watch(Plotly, "react")];
            for (const chart of charts) board.cards.get(chart.name).take(chart);
            board.render();
            for (const each of restore) each();
            return { measured, moved: [...board.cards.values()].every(({ drawing }) => drawing.moved) };
        }""",
        [moved(card) for card in cards(stage.settings | {"values": "2.4,1.5,0.2"})],
    )
    assert counted == {"measured": 0, "moved": True}
