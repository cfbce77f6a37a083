// @ts-check
/**
 * One card: a drawing with its words, and what lies over it.
 *
 * @typedef {{low: number, high: number, step: number, reach: [number, number]}} Editable
 * @typedef {{data: import("./mover.js").Trace[], layout: Record<string, any>}} Figure
 * @typedef {{name: string, title: string, kind: string, span: number, figure: Figure, still?: string, alt?: string,
 *   shades?: import("./mover.js").Shades, editable?: Editable, formula?: import("./dom.js").Pieces, joiner?: string,
 *   hint?: string, labels?: string[], cells?: string, height?: number, hidden?: boolean, glow?: number,
 *   points?: import("./points.js").Point[], move?: undefined}} Chart
 * @typedef {{name: string, still: string, alt: string, hint: string, glow?: number,
 *   shades?: import("./mover.js").Shades, move: Record<string, any>[]}} MovedChart what moved in a chart that the
 *   browser holds
 */

import { clamp, element, isSame, markup, plotly, renderPieces, setValues } from "./dom.js";
import { Drawing } from "./drawing.js";
import { fitted, ruler, tightened } from "./fit.js";
import { flattened, isTooDeep } from "./flat.js";
import { Hand } from "./hand.js";
import { Layout } from "./layout.js";
import { Overlay } from "./overlay.js";
import { Points } from "./points.js";
import { isProjected } from "./projector.js";

const [HEADING, TITLE] = [50, 22]; // pixels above a saved drawing for its title and formula; down to the title's line
const MOST_HELD = 4; // charts whose still part is kept for answers that hold only what moves

/** A figure with what moved in it. @param {Figure} figure @param {Record<string, any>[]} move @returns {Figure} */
const merged = ({ data, layout }, move) => ({ layout, data: data.map((trace, at) => ({ ...trace, ...move[at],
  ...(move[at]?.marker && { marker: { ...trace.marker, ...move[at].marker } }) })) });

/** A chart whose still part is known, with what moved in it. @param {Chart} whole @param {MovedChart} moved
 * @returns {Chart} */
export const withMove = (whole, { alt, hint, shades, glow, move }) =>
  ({ ...whole, alt, hint, shades, glow, figure: merged(whole.figure, move) });

export class Card {
  /** @type {Chart} */ chart;
  /** @type {Map<string, Chart>} by their hash */ held = new Map();
  /** @type {Map<number, number>} bar -> the hand's value, until Python has confirmed it */ edits = new Map();
  room = 0; // pixels from side to side
  width = 0;
  isSeen = false;
  /** @type {unknown[]} what the words on the card were last written from */ written = [];

  /** @param {import("./board.js").Board} board @param {Chart} chart */
  constructor(board, chart) {
    this.board = board;
    this.name = chart.name;
    this.chart = chart;
    this.layout = new Layout(this);
    this.overlay = new Overlay(this);
    const node = (/** @type {string} */ part) => element("div", part);
    const button = (/** @type {string} */ className, /** @type {() => void} */ onclick) =>
      element("button", className, { type: "button", onclick });
    this.title = node("lc-title");
    this.formula = node("lc-formula");
    this.hint = node("lc-hint");
    this.joiner = node("lc-joiner");
    this.plot = setValues(node("lc-plot"), { role: "img" });
    this.toggle = button("lc-toggle", () => board.send({ kind: "toggle", chart: this.name }));
    this.saves = ["png", "svg"].map(format => button("lc-save", () => this.save(format)));
    this.summary = element("summary", "", {}, "•••");
    this.menu = element("details", "lc-menu", {}, this.summary, element("div", "lc-saves", {}, ...this.saves));
    for (const type of ["focusout", "keydown"])
      this.menu.addEventListener(type, event => this.leaveMenu(/** @type {FocusEvent | KeyboardEvent} */ (event)));
    const zoom = element("div", "lc-zoom", {}, this.plot, this.overlay.node);
    this.frame = element("div", "lc-frame", { card: this }, zoom);
    const head = element("div", "lc-head", {}, this.title, this.formula, this.toggle);
    const foot = element("div", "lc-foot", {}, this.hint);
    const values = { role: "group", "data-chart": this.name, card: this };
    this.section = element("section", "", values, head, this.frame, foot, this.menu);
    this.cell = element("div", "lc-cell", {}, this.section, this.joiner);
    // Plotly asks for its size at each drawing; the browser would lay out the whole page to tell.
    const size = { clientWidth: { get: () => this.width }, clientHeight: { get: () => this.height() } };
    Object.defineProperties(this.plot, size);
    this.drawing = new Drawing(this.plot, board.data.palette);
    this.hand = new Hand(this);
    this.points = new Points(this);
  }

  height() {
    return this.layout.height();
  }

  /** Closes the menu where the focus has left it, or by Escape. @param {FocusEvent | KeyboardEvent} event */
  leaveMenu(event) {
    const closes = event instanceof KeyboardEvent ? event.key === "Escape"
      : !this.menu.contains(/** @type {?Node} */ (event.relatedTarget));
    if (closes) setValues(this.menu, { open: false });
  }

  remove() {
    this.clear();
    clearTimeout(this.hand.timer);
    this.cell.remove();
  }

  clear() {
    this.drawing.clear();
    this.points.clear();
    this.overlay.clear();
  }

  /** Takes a chart, or what moved in one whose still part is held. @param {Chart | MovedChart} chart */
  take(chart) {
    if (chart.move) {
      const whole = this.held.get(chart.still);
      if (whole) this.chart = withMove(whole, chart);
      return;
    }
    this.chart = chart;
    if (chart.hidden) this.clear();
    if (!chart.still) return;
    this.held.delete(chart.still);
    this.held.set(chart.still, chart);
    if (this.held.size > MOST_HELD) this.held.delete([...this.held.keys()][0]);
  }

  /** Writes the words around the drawing, where they differ. */
  renderWords() {
    const { words, canHide } = this.board.data;
    const { title, kind, span, hint = "", joiner = "", formula = [], alt = "", hidden = false } = this.chart;
    setValues(this.plot, { "aria-label": alt });
    setValues(this.hint, { textContent: this.isFlat() ? words.flat : hint });
    const height = this.height();
    const [className, scale] = [this.layout.names(), this.layout.scale()];
    const source = [title, kind, span, joiner, formula, hidden, words, canHide, height, className, scale];
    if (isSame(source, this.written)) return;
    this.written = source;
    renderPieces(this.formula, formula);
    for (const [node, textContent] of /** @type {[HTMLElement, string][]} */ (
      [[this.title, title], [this.joiner, joiner]])) setValues(node, { textContent });
    setValues(this.toggle, { textContent: hidden ? words.show : words.hide, hidden: !canHide });
    const card = `lc-card${hidden ? " lc-hidden" : ""}${formula.length ? " lc-formed" : ""}`;
    setValues(this.section, { className: card, "data-kind": kind, "aria-label": title });
    setValues(this.cell, { className, "data-span": span, style: `--span:${span};--height:${height}px` });
    setValues(this.frame, { style: `--scale:${scale};--paper:${this.layout.paperWidth()}/${height}` });
    setValues(this.summary, { "aria-label": `${title}: ${words.download}`, title: words.download });
    for (const [at, textContent] of [words.png, words.svg].entries()) setValues(this.saves[at], { textContent });
  }

  /** Where bar k stands; one that is not drawn stands at the bottom. @param {number} k @returns {number} */
  value(k) {
    return this.edits.get(k) ?? this.chart.figure.data[0].y[k] ?? this.chart.editable?.low ?? 0;
  }

  /** Whether a map stands where the browser cannot draw in space. */
  isFlat() {
    return !this.chart.hidden && isTooDeep(this.chart.figure);
  }

  /** The chart as it is to be seen: at the card's size, with the hand's own values.
   * @returns {import("./drawing.js").Picture} */
  picture() {
    const { figure, still, shades } = this.chart;
    const { data, layout: given } = this.isFlat() ? flattened(figure) : figure;
    const projected = isProjected(this.board.data);
    this.hand.widen(given.yaxis?.range);
    const { font } = this.board.look;
    const dark = this.board.look.dark && !this.board.isPrinting;
    const [width, height] = [this.width, this.height()];
    const layout = projected ? tightened(given, data, [width, height], ruler(font)) : given;
    const edited = this.edits.size ? [this.edited(data[0], layout.yaxis?.range), ...data.slice(1)] : data;
    const traces = edited.map((/** @type {any} */ trace) =>
      fitted(trace, layout, [width, height], ruler(font), projected));
    return { still: still ?? JSON.stringify(this.chart.figure), look: `${width} ${height} ${dark} ${font}`,
      traces, layout, shades, width, height, dark, font, range: this.hand.drag?.range ?? null };
  }

  /** Trace 0 with the hand's own values, as exact as its numbers are.
   * @param {import("./mover.js").Trace} trace @param {[number, number]} [range] */
  edited(trace, range) {
    const decimals = /\.(\d+)/.exec(trace.text?.[0])?.[1].length ?? 0;
    const edited = { ...trace, y: [...trace.y], text: trace.text && [...trace.text] };
    const [low, high] = this.hand.drag?.range ?? range ?? [-Infinity, Infinity];
    for (const [k, value] of this.edits) {
      edited.y[k] = clamp(value, low, high); // a bar stays within its axis, until Python has made a new one
      if (edited.text) edited.text[k] = value.toFixed(decimals).replace("-", "−");
    }
    return edited;
  }

  /** Brings the drawing up to date: by Plotly, or where it can be by moving its nodes.
   * @param {boolean} [whole] by Plotly, if anything was moved since it last drew */
  render(whole = false) {
    this.width = this.layout.width();
    if (this.chart.hidden || !this.width) return;
    setValues(this.plot, { role: plotly() ? "img" : "group" });
    const picture = this.picture();
    setValues(this.frame, { className: picture.layout.scene ? "lc-frame lc-space" : "lc-frame" });
    if (!plotly()) this.plot.replaceChildren(this.board.data.words.cannot_load, this.table(picture.traces));
    else {
      const rests = whole && !this.hand.drag;
      if (!rests || !this.drawing.moved) this.drawing.show(picture);
      if (rests && this.drawing.moved) this.drawing.draw(picture); // out of sight it has only now been moved
    }
  }

  /** Lays what lies over the drawing where it belongs now. */
  arrange() {
    if (this.chart.hidden || !this.drawing.shown) return;
    this.points.arrange(this.drawing);
    if (this.chart.kind !== "plain") this.overlay.arrange(this.drawing);
  }

  /** The numbers of a figure that cannot be drawn. @param {import("./mover.js").Trace[]} traces */
  table(traces) {
    const row = (/** @type {string} */ tag, /** @type {any[]} */ cells) =>
      element("tr", "", {}, ...cells.map(cell => element(tag, "", {}, String(cell ?? ""))));
    const [first] = traces;
    const rows = first.z ? first.text ?? first.z : traces.map(({ text, y, a }) => text ?? y ?? a ?? []);
    const body = rows.map((/** @type {any[]} */ cells) => row("td", cells));
    return element("table", "", {}, row("th", this.chart.labels ?? []), ...body);
  }

  /** Hands the chart out as a picture on the card's own ground, its title and its formula above it.
   * @param {string} format */
  async save(format) {
    const { data, layout } = this.drawing.figure(this.picture());
    const { title, formula = [] } = this.chart;
    const text = `<b>${markup([[title]])}</b><br>${markup(formula)}`;
    Object.assign(layout, { paper_bgcolor: getComputedStyle(this.section).backgroundColor,
      height: layout.height + HEADING, margin: { ...layout.margin, t: (layout.margin?.t ?? 0) + HEADING },
      title: { text, x: 0, xref: "container", xanchor: "left", pad: { l: 10, t: 0 },
        y: 1 - TITLE / (layout.height + HEADING), yref: "container", yanchor: "top", font: { size: 14 } } });
    const { width, height } = layout;
    const options = { format, width, height, scale: format === "png" ? 3 : 1 };
    const href = await plotly().toImage({ data, layout }, options);
    element("a", "", { href, download: `${this.name}.${format}` }).click();
  }
}
