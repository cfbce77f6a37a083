// @ts-check
/**
 * Bars and the numbers on them.
 *
 * @typedef {import("./mover.js").Trace} Trace
 * @typedef {{path: SVGPathElement, text: ?SVGTextElement, left: number, right: number, base: number}} Bar
 */

import { clamp, isPlain, write } from "./dom.js";

const PADDING = 3; // Plotly's, between a bar and its number

/** A property that Plotly takes for all points at once or for each. @param {any} value @param {number} at */
const each = (value, at) => (Array.isArray(value) ? value[at] : value);

export class Bars {
  /** @type {{above: ?number, below: ?number}} */ offsets = { above: null, below: null }; // of numbers, from bars' ends

  /** Whether its bars stand beside each other on 0. @param {Trace} trace @param {import("./mover.js").Drawn} drawn */
  static knows(trace, { node, data, layout, traces }) {
    const bars = traces.filter(({ type }) => type === "bar").length;
    const stacked = /stack|relative/.test(layout.barmode ?? "") && bars > 1;
    const plain = trace.base === undefined && !trace.marker.cornerradius;
    return trace.orientation === "v" && plain && !stacked &&
      node.querySelectorAll(".point").length === data.length;
  }

  /** @param {Trace} trace @param {import("./mover.js").Drawn} drawn */
  constructor(trace, { node, data, x, y, layout, paint }) {
    this.y = y;
    this.paint = paint;
    this.height = layout.height;
    /** @type {Bar[]} */
    this.bars = [...node.querySelectorAll(".point")].map((point, at) => ({
      path: /** @type {SVGPathElement} */ (point.querySelector("path")),
      text: point.querySelector("text"),
      left: x.c2p(data[at].p0),
      right: x.c2p(data[at].p1),
      base: y.c2p(data[at].s0),
    }));
    for (const [at, bar] of this.bars.entries()) this.measure(bar, y.c2p(data[at].s1));
  }

  /** Reads how far from a bar's end Plotly put its number. @param {Bar} bar @param {number} end */
  measure({ text, base }, end) {
    const [, top] = /^translate\([^,]+,([^)]+)\)$/.exec(text?.getAttribute("transform") ?? "") ?? [];
    if (!text || !text.matches(".bartext-outside") || top === undefined) return;
    this.offsets[end > base ? "below" : "above"] ??= Number(top) - end;
  }

  /** Where a number stands that Plotly drew on the other side of its axis only: as far, by the height of its letters.
   * @param {Bar} bar @param {"above" | "below"} side */
  offset({ text, left, right }, side) {
    const [known, way] = side === "below" ? [this.offsets.above, 1] : [this.offsets.below, -1];
    if (this.offsets[side] === null && known !== null && text) {
      const padding = Math.abs(right - left) > 2 * PADDING ? PADDING : 0;
      this.offsets[side] = known + way * (text.getBBox().height + 2 * padding);
    }
    return this.offsets[side];
  }

  /** @param {import("./mover.js").Step} step */
  move({ before, now }) {
    if (before.y.length !== now.y.length || now.y.length !== this.bars.length) return null;
    let moved = 0;
    for (const [at, bar] of this.bars.entries()) {
      const [value, text, colour] = [now.y[at], each(now.text, at), each(now.marker?.color, at)];
      if (value !== before.y[at]) {
        if (value === null || before.y[at] === null || !this.raise(bar, value)) return null;
        moved += 1;
      }
      if (text !== each(before.text, at)) {
        if (!bar.text || !isPlain(text) || !isPlain(each(before.text, at))) return null;
        write(bar.text, text);
        moved += 1;
      }
      if (colour !== each(before.marker?.color, at)) {
        bar.path.style.fill = this.paint(colour);
        moved += 1;
      }
    }
    return moved;
  }

  /** Draws a bar up to a value, and its number there. @param {Bar} bar @param {number} value */
  raise(bar, value) {
    const { path, text, left, right, base } = bar;
    const end = this.y.c2p(value);
    path.setAttribute("d", end === base ? "M0,0Z" : `M${left},${base}V${end}H${right}V${base}Z`);
    if (!text) return true;
    const offset = this.offset(bar, end > base ? "below" : "above");
    if (!text.matches(".bartext-outside") || text.getAttribute("display") === "none" || offset === null) return false;
    const top = end > 0 && end < this.y._length ? end + offset : this.within(bar, end + offset);
    text.setAttribute("transform", `translate(${(left + right) / 2},${top})`);
    return true;
  }

  /** Where the number of a bar stands that a hand has dragged to the axis' end: not outside the drawing.
   * @param {Bar} bar @param {number} top */
  within(bar, top) {
    const [above, below] = [this.offset(bar, "above") ?? 0, this.offset(bar, "below") ?? 0];
    return clamp(top, below - PADDING - this.y._offset, this.height - this.y._offset + above + PADDING);
  }
}
