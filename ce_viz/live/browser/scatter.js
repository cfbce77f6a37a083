// @ts-check
/**
 * Lines, marks and texts at points.
 *
 * @typedef {import("./mover.js").Trace} Trace
 * @typedef {[number, number][]} Run points of a line without a gap
 */

import { isPlain, isSame, write } from "./dom.js";

const FAR = 20_000; // pixels beyond which Plotly cuts a line itself

const rounded = (/** @type {number} */ pixels) => Math.round(pixels * 100) / 100;

export class Scatter {
  /** Whether all it draws is straight lines, marks and texts.
   * @param {Trace} trace @param {import("./mover.js").Drawn} drawn */
  static knows(trace, { node }) {
    return (trace.fill ?? "none") === "none" && /^(linear|undefined)$/.test(String(trace.line?.shape)) &&
      !trace.stackgroup && !trace.error_x?.visible && !trace.error_y?.visible && !node.querySelector("tspan");
  }

  /** @param {Trace} trace @param {import("./mover.js").Drawn} drawn */
  constructor(trace, { node, x, y, paint }) {
    this.x = x;
    this.y = y;
    this.paint = paint;
    this.gaps = !trace.connectgaps;
    this.shownOutside = trace.cliponaxis !== false;
    this.open = /open/.test(String(trace.marker?.symbol));
    this.lines = /lines/.test(trace.mode);
    this.paths = [...node.querySelectorAll(".js-line")];
    /** @type {NodeListOf<SVGElement>} */
    this.marks = node.querySelectorAll("path.point");
    this.texts = [...node.querySelectorAll(".textpoint text")];
  }

  /** Where the points lie; null for one that is not drawn. @param {Trace} trace @returns {(?[number, number])[]} */
  points({ x, y }) {
    return y.map((/** @type {unknown} */ _, /** @type {number} */ at) => {
      /** @type {[number, number]} */
      const point = [this.x.c2p(x ? x[at] : at), this.y.c2p(y[at])];
      const there = (x ? x[at] : at) !== null && y[at] !== null && point.every(Number.isFinite);
      return there ? point : null;
    });
  }

  /** @param {import("./mover.js").Step} step */
  move({ before, now }) {
    const colour = isSame(before.marker?.color, now.marker?.color);
    if (isSame(before.x, now.x) && isSame(before.y, now.y) && isSame(before.text, now.text) && colour) return 0;
    const points = this.points(now);
    const drawn = /** @type {[number, number][]} */ (points.filter(point => point));
    if (drawn.some(point => point.some(pixels => Math.abs(pixels) > FAR))) return null;
    if (this.lines && !this.draw(points)) return null;
    if (this.marks.length && !this.place(drawn, now, colour)) return null;
    if (this.texts.length && !this.label(drawn, now)) return null;
    return drawn.length;
  }

  /** Draws the lines, one for each run of points. @param {(?[number, number])[]} points */
  draw(points) {
    /** @type {Run[]} */
    const runs = [[]];
    for (const point of points)
      if (point) runs[runs.length - 1].push(point);
      else if (this.gaps && runs[runs.length - 1].length) runs.push([]);
    if (!runs[runs.length - 1].length) runs.pop();
    if (runs.length !== this.paths.length || runs.some(run => run.length < 2)) return false;
    for (const [at, run] of runs.entries()) {
      const path = `M${run.map(([x, y]) => `${rounded(x)},${rounded(y)}`).join("L")}`;
      if (this.paths[at].getAttribute("d") !== path) this.paths[at].setAttribute("d", path);
    }
    return true;
  }

  /** @param {[number, number]} point */
  isInside([x, y]) {
    return x >= 0 && y >= 0 && x <= this.x._length && y <= this.y._length;
  }

  /** Puts the marks at their points. @param {[number, number][]} points @param {Trace} now @param {boolean} painted */
  place(points, now, painted) {
    if (points.length !== this.marks.length || (!painted && this.open)) return false;
    for (const [at, point] of points.entries()) {
      const mark = this.marks[at];
      mark.setAttribute("transform", `translate(${point[0]},${point[1]})`);
      this.hide(mark, point);
      const colour = Array.isArray(now.marker?.color) ? now.marker.color[at] : now.marker?.color;
      if (!painted && points.length < now.y.length) return false; // which colour is whose is Plotly's to say
      if (!painted) mark.style.fill = this.paint(colour);
    }
    return true;
  }

  /** Puts the texts at their points. @param {[number, number][]} points @param {Trace} now */
  label(points, now) {
    if (points.length !== this.texts.length || points.length !== now.text?.length) return false;
    for (const [at, point] of points.entries()) {
      const node = this.texts[at];
      if (!isPlain(now.text[at])) return false;
      if (node.textContent !== now.text[at]) write(node, now.text[at]);
      node.setAttribute("x", String(point[0]));
      node.setAttribute("y", String(point[1]));
      this.hide(node, point);
    }
    return true;
  }

  /** Plotly hides what lies beyond the axes, where it does not cut it there.
   * @param {Element} node @param {[number, number]} point */
  hide(node, point) {
    if (this.shownOutside) return;
    if (this.isInside(point)) node.removeAttribute("display");
    else node.setAttribute("display", "none");
  }
}
