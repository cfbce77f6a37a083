// @ts-check
/**
 * What lies over a drawing: handles at the bars' ends, marks around what is picked and what is under the mouse, and the
 * one button by which the keyboard reaches cells and bars that do not move.
 *
 * @typedef {import("./drawing.js").Places} Places
 * @typedef {"picked" | "hovered"} Layer
 */

import { clamp, element, position, setValues } from "./dom.js";
import { tell } from "./points.js";

const HANDLE = 44; // pixels at the middle of a bar's end that take a finger; beside them it scrolls the page
const AWAY = 4; // pixels from a cell's edge to what it says
const SLIDER = { role: "slider", tabIndex: 0, "aria-orientation": "vertical" };

/** @param {Layer} layer */
const markNodes = layer => ["row", "column", "cell"].map(part =>
  element("div", layer === "picked" ? `lc-picked lc-${part}` : `lc-hovered lc-${part}`, { hidden: true }));

export class Overlay {
  node = element("div", "lc-over");
  marks = { picked: markNodes("picked"), hovered: markNodes("hovered") };
  /** @type {HTMLElement[]} */ sliders = [];
  /** @type {?HTMLElement} */ button = null;
  /** @type {?[number, number]} where the button is */ cursor = null;
  /** @type {?Places} */ places = null;
  /** @type {?import("./drawing.js").Picture} */ picture = null;
  /** @type {?[number, number]} */ picked = null;
  /** @type {number[]} pixels to the bars' ends */ ends = [];
  told = element("div", "lc-told", { hidden: true, "aria-hidden": true });
  /** @type {?[number, number]} the cell under the mouse or a finger */ pointed = null;

  /** @param {import("./card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.clear();
    for (const type of ["focusin", "focusout"]) this.node.addEventListener(type, () => this.tell());
    this.node.addEventListener("pointerdown", event => this.point(this.hit(event)));
  }

  clear() {
    this.node.replaceChildren(...this.marks.picked, ...this.marks.hovered);
    for (const mark of [...this.marks.picked, ...this.marks.hovered]) mark.hidden = true;
    Object.assign(this, { sliders: [], ends: [], button: null, cursor: null });
    Object.assign(this, { places: null, picture: null, picked: null, pointed: null });
    setValues(this.told, { hidden: true });
  }

  /** Lays everything where the drawing has its bars or cells. @param {import("./drawing.js").Drawing} drawing */
  arrange(drawing) {
    const { card, picture } = this;
    const picked = card.board.picked();
    const places = drawing.locate(card.chart.kind);
    const marked = places === this.places && String(picked) === String(this.picked);
    if (marked && picture === drawing.shown) return;
    Object.assign(this, { places, picked, picture: drawing.shown });
    this.ends = places.rows ? [] : this.trace().y.map(places.down);
    if (!marked) this.mark("picked", ...(picked ?? []));
    const { editable } = card.chart;
    while (this.sliders.length > (editable ? this.ends.length : 0)) this.sliders.pop()?.remove();
    if (!editable) return this.rove(...(this.cursor ?? picked ?? [0, 0]));
    this.button?.remove();
    this.button = null;
    for (const k of this.ends.keys()) this.placeSlider(k, editable);
  }

  trace() {
    return /** @type {import("./drawing.js").Picture} */ (this.picture).traces[0];
  }

  /** @param {number} k @param {{low: number, high: number}} editable */
  placeSlider(k, { low, high }) {
    const { columns, area } = /** @type {Places} */ (this.places);
    this.sliders[k] ??= this.node.appendChild(element("div", "lc-slider", SLIDER));
    const [[left, right], value] = [columns[k], this.card.value(k)];
    const height = HANDLE / Math.min(1, this.card.layout.scale());
    const width = Math.min(height, area[2] / this.ends.length);
    position(this.sliders[k], (left + right - width) / 2, this.ends[k] - height / 2, width, height);
    setValues(this.sliders[k], { "aria-label": this.card.chart.labels?.[k], "aria-valuemin": low,
      "aria-valuemax": high, "aria-valuenow": value, "aria-valuetext": this.trace().text?.[k] ?? value,
      className: k === this.card.chart.glow && !this.card.hand.hasMoved ? "lc-slider lc-glow" : "lc-slider" });
  }

  /** Puts the one tab stop on cell (i, j) or bar i: as a new element if it moves, so that it is read out.
   * @param {number} i @param {number} j @param {boolean} [moved] */
  rove(i, j, moved) {
    const { rows, columns } = /** @type {Places} */ (this.places);
    const old = this.button;
    const row = clamp(i, 0, (rows ?? columns).length - 1);
    const column = rows ? clamp(j, 0, columns.length - 1) : row;
    this.button = old && !moved ? old : this.node.appendChild(element("button", "lc-cursor", { type: "button" }));
    setValues(position(this.button, ...this.box(rows ? row : -1, column)), { "aria-label": this.says(row, column) });
    this.cursor = [row, column];
    if (moved) this.button.focus();
    if (old !== this.button) old?.remove();
  }

  /** What cell (i, j) or bar i says. @param {number} i @param {number} j */
  says(i, j) {
    const [{ chart, board }, { text, y, z, customdata }] = [this.card, this.trace()];
    const isMatrix = this.places?.rows;
    /** @type {Record<string, any>} */
    const said = { i: i + 1, j: j + 1, row: chart.labels?.[i], column: chart.labels?.[j],
      value: isMatrix ? (customdata ?? text ?? z)[i][j] : (text ?? y)[i] };
    const form = isMatrix ? chart.cells ?? board.data.words.cell : "{row}: {value}";
    return form.replace(/\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ key) => said[key]);
  }

  /** Lets a cell say its numbers where its chart has any for it: the one under the pointer, else the one that has the
   * focus. */
  tell() {
    const { button, cursor, pointed, places, card } = this;
    const cell = pointed ?? (button && button === button.ownerDocument.activeElement ? cursor : null);
    const hidden = !cell || !card.chart.cells || !places?.rows?.[cell[0]] || !places.columns[cell[1]];
    setValues(this.told, { hidden });
    if (hidden) return;
    if (!this.told.isConnected) this.node.append(this.told);
    const [left, top, width, height] = this.box(...cell);
    tell(this.told, card, [left + width / 2, top + height / 2], height / 2 + AWAY, this.says(...cell));
  }

  /** Takes the cell under the mouse or a finger. @param {?{i: number, j: number}} hit */
  point(hit) {
    this.pointed = hit && [hit.i, hit.j];
    this.tell();
  }

  /** Left, top, width and height of cell (i, j); of a whole row or column where the other is -1.
   * @param {number} i @param {number} j @returns {[number, number, number, number]} */
  box(i, j) {
    const { rows, columns, area: [left, top, width, height] } = /** @type {Places} */ (this.places);
    const [[x0, x1], [y0, y1]] = [columns[j] ?? [left, left + width], rows?.[i] ?? [top, top + height]];
    return [x0, y0, x1 - x0, y1 - y0];
  }

  /** Marks row i, column j and their cell, or the bars i and j.
   * @param {Layer} layer @param {number} [i] @param {number} [j] */
  mark(layer, i = NaN, j = NaN) {
    if (!this.places) return;
    const { rows, columns } = this.places;
    const spots = rows ? [[i, -1], [-1, j], [i, j]] : [[-1, i], [-1, i === j ? NaN : j], [NaN, NaN]];
    const isThere = (/** @type {?unknown[]} */ spans, /** @type {number} */ at) => at === -1 || Boolean(spans?.[at]);
    for (const [at, [row, column]] of spots.entries()) {
      const hidden = !isThere(rows, row) || !isThere(columns, column);
      setValues(this.marks[layer][at], { hidden });
      if (!hidden) this.lay(this.marks[layer][at], ...this.box(row, column));
    }
  }

  /** Puts a mark at a place of the drawing; on paper, whose width is not known, by shares of the whole.
   * @param {HTMLElement} node @param {number} left @param {number} top @param {number} width @param {number} height */
  lay(node, left, top, width, height) {
    if (!this.card.board.isPrinting) return position(node, left, top, width, height);
    const [x, y] = [this.card.width, this.card.height()].map(size => 100 / size);
    const style = `left:${left * x}%;top:${top * y}%;width:${width * x}%;height:${height * y}%`;
    return setValues(node, { style });
  }

  /** The cell or bar under a pointer, and whether the pointer is on the bar itself; null beside them.
   * @param {MouseEvent} event */
  hit({ clientX, clientY }) {
    if (!this.places) return null;
    const { left, top } = this.node.getBoundingClientRect();
    const [x, y] = [clientX - left, clientY - top].map(pixels => pixels / this.card.layout.scale());
    const { rows, columns, base } = this.places;
    const within = (/** @type {import("./drawing.js").Span[]} */ spans, /** @type {number} */ at) =>
      spans.findIndex(([from, to]) => at >= from && at < to);
    const j = within(columns, x);
    const i = rows ? within(rows, y) : j;
    return i < 0 || j < 0 ? null : { i, j, bar: (y - base) * (y - this.ends[i]) <= 0 };
  }
}
