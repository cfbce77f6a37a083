// @ts-check
/**
 * Cells of a heat map and the numbers in them.
 *
 * @typedef {import("./mover.js").Trace} Trace
 */

import { isPlain, isSame, write } from "./dom.js";

const MOST_CELLS = 600; // beyond, Plotly's picture is cheaper than a node for each

export class Cells {
  /** @type {?SVGElement} */ layer = null; // a rectangle for each cell, over Plotly's picture, which is hidden
  /** @type {SVGElement[]} */ cells = [];
  /** @type {import("./mover.js").Shades} */ shades = [];

  /** Whether each cell has one colour, and each number a colour of its own.
   * @param {Trace} trace @param {import("./mover.js").Drawn} drawn */
  static knows(trace, { node, data }) {
    const { z } = data[0];
    return !trace.zsmooth && z.length * (z[0]?.length ?? 0) <= MOST_CELLS && !node.querySelector("tspan") &&
      (!trace.texttemplate || (trace.texttemplate === "%{text}" && trace.textfont.color !== "auto"));
  }

  /** @param {Trace} trace @param {import("./mover.js").Drawn} drawn */
  constructor(trace, { node, data, x, y }) {
    this.node = node;
    this.image = /** @type {SVGElement} */ (node.querySelector("image"));
    this.texts = [...node.querySelectorAll(".heatmap-label text")];
    this.rows = this.edges(data[0].y, y, trace.ygap);
    this.columns = this.edges(data[0].x, x, trace.xgap);
    const scale = trace.colorscale;
    this.colours = [scale[0][1], scale[scale.length - 1][1]]; // as the theme has them: Plotly was given no others
  }

  /** Top and height of each row, or left and width of each column, as Plotly's picture has them.
   * @param {number[]} values of the edges @param {any} axis @param {number} [gap] @returns {[number, number][]} */
  edges(values, axis, gap = 0) {
    const places = Array.from(values, value => axis.c2p(value));
    const whole = gap ? places.map(Math.round) : places;
    return whole.slice(1).map((place, at) =>
      [Math.min(place, whole[at]) + Math.floor(gap / 2), Math.max(0, Math.abs(place - whole[at]) - gap)]);
  }

  /** @param {import("./mover.js").Step} step */
  move({ before, now, shades }) {
    const [same, read] = [isSame(before.z, now.z), isSame(before.text, now.text)];
    if (same && read) return 0;
    if ((!same && !this.shade(shades)) || (!read && !this.write(before.text ?? [], now.text ?? []))) return null;
    return 1;
  }

  /** Gives each cell its colour. @param {import("./mover.js").Shades} [shades] */
  shade(shades) {
    const { rows, columns } = this;
    if (shades?.length !== rows.length * columns.length) return false;
    if (!this.layer) {
      this.layer = this.make("g");
      this.cells = rows.flatMap(([y, height]) => columns.map(([x, width]) => {
        const cell = this.make("rect");
        for (const [name, value] of Object.entries({ x, y, width, height })) cell.setAttribute(name, String(value));
        return cell;
      }));
      this.layer.append(...this.cells);
      this.image.after(this.layer);
      this.image.style.display = "none";
    }
    for (const [at, shade] of shades.entries()) {
      if (shade === this.shades[at]) continue;
      this.cells[at].style.fill = this.colours[(shade ?? 0) < 0 ? 0 : 1];
      this.cells[at].style.fillOpacity = String(Math.abs(shade ?? 0));
    }
    this.shades = shades;
    return true;
  }

  /** An element as the picture is one. @param {string} tag */
  make(tag) {
    return /** @type {SVGElement} */ (document.createElementNS(this.image.namespaceURI, tag));
  }

  /** Writes the numbers that changed. @param {string[][]} before @param {string[][]} now */
  write(before, now) {
    const [old, texts] = [before, now].map(rows => rows.flat());
    const drawn = texts.map((_, at) => at).filter(at => old[at] !== ""); // Plotly has no node for an empty text
    if (drawn.length !== this.texts.length || old.length !== texts.length) return false;
    for (const [k, at] of drawn.entries()) {
      if (texts[at] === old[at]) continue;
      if (!isPlain(texts[at])) return false;
      write(this.texts[k], texts[at]);
    }
    return texts.every((text, at) => text !== "" || old[at] === "");
  }

  release() {
    this.layer?.remove();
    this.image.style.display = "";
  }
}
