// @ts-check
/**
 * One chart's drawing: made by Plotly, and moved between two drawings by Plotly where only what moves differs.
 *
 * @typedef {import("./mover.js").Trace} Trace
 * @typedef {object} Picture what is to be seen
 * @property {string} still what does not move, by its hash
 * @property {string} look size, theme and typeface
 * @property {Trace[]} traces in the light theme's colours, with the hand's own values
 * @property {Record<string, any>} layout
 * @property {import("./mover.js").Shades} [shades]
 * @property {number} width
 * @property {number} height
 * @property {boolean} dark
 * @property {string} font
 * @property {?[number, number]} range of the value axis while a bar is in hand
 *
 * @typedef {[number, number]} Span
 * @typedef {object} Places where Plotly's axes have put the bars or cells of trace 0
 * @property {?Span[]} rows of a matrix
 * @property {Span[]} columns
 * @property {number} base where bars begin
 * @property {[number, number, number, number]} area between the axes: left, top, width, height
 * @property {number} perPixel how far the value axis goes in a pixel
 * @property {(value: ?number) => number} down how far from the top a value lies
 */

import { clamp, plotly } from "./dom.js";
import { Mover } from "./mover.js";

const AXIS = { tickangle: 0, ticklabeloverflow: "allow" }; // else Plotly measures every label at each drawing

/** @param {Picture} one @param {Picture} other */
const hasSameBars = (one, other) => one.traces.length === other.traces.length &&
  one.traces.every(({ type, y }, at) => type === other.traces[at].type && y?.length === other.traces[at].y?.length);

export class Drawing {
  /** @type {?Picture} what is on the screen */ shown = null;
  moved = false; // whether nodes were moved since Plotly drew
  /** @type {?Mover} */ mover = null;
  /** @type {?Places} */ places = null;

  /** @param {HTMLElement} plot @param {Record<string, string>} palette dark colour of each light one */
  constructor(plot, palette) {
    this.plot = plot;
    this.palette = palette;
  }

  /** Brings the screen to a picture: by moving nodes, where that is enough. @param {Picture} now */
  show(now) {
    const { shown } = this;
    const isRescaled = now.range && shown?.range && String(now.range) !== String(shown.range);
    if (!shown || now.look !== shown.look || isRescaled) return this.draw(now);
    const held = now.range && hasSameBars(now, shown);
    if (now.still !== shown.still && !held) return this.draw(now);
    this.mover ??= new Mover(this.plot, colour => this.paint(colour, now.dark));
    const points = this.mover.move(shown.traces, now.traces, now.shades);
    if (points === null && !held) return this.draw(now);
    this.shown = held ? { ...now, still: shown.still, layout: shown.layout } : now;
    if (points) this.moved = true;
  }

  /** Has Plotly draw the picture. @param {Picture} now */
  draw(now) {
    const first = !this.shown;
    this.mover?.release();
    if (first) this.plot.replaceChildren();
    const { data, layout: asked } = this.figure(now);
    const { layout: before } = /** @type {any} */ (this.plot);
    // Plotly notes a turn by hand in the layout from which a scene was first drawn, and so looks for it there.
    const layout = before?.scene && asked.scene ? Object.assign(before, asked) : asked;
    const config = { staticPlot: !layout.scene, displayModeBar: false, scrollZoom: false }; // in space: turned by hand
    plotly().react(this.plot, data, layout, ...(first ? [config] : []));
    for (const layer of this.plot.querySelectorAll(".main-svg")) // so that it fits any sheet of paper
      layer.setAttribute("viewBox", `0 0 ${now.width} ${now.height}`);
    const shown = now.range ? { ...now, still: `${now.still} held` } : now; // the hand's axis is not the figure's
    Object.assign(this, { shown, moved: false, mover: null, places: null });
  }

  /** A picture as Plotly takes it: a copy in the theme's colours. @param {Picture} now */
  figure({ traces, layout, width, height, dark, font, range }) {
    const source = JSON.stringify({ data: traces, layout });
    const figure = JSON.parse(dark ? source.replace(/#[0-9a-f]{6}\b/gi, colour => this.paint(colour, true)) : source);
    if (range) figure.layout.yaxis.range = range;
    for (const key of Object.keys(figure.layout))
      if (/^[xy]axis/.test(key)) figure.layout[key] = { ...AXIS, ...figure.layout[key] };
    Object.assign(figure.layout, { width, height, autosize: false, font: { ...figure.layout.font, family: font } });
    return figure;
  }

  /** @param {string} colour @param {boolean} dark */
  paint(colour, dark) {
    return (dark && this.palette[colour.toLowerCase()]) || colour;
  }

  /** Where things lie; asked for after a drawing, it costs no layout of the page. @param {string} kind
   * @returns {Places} */
  locate(kind) {
    if (this.places) return this.places;
    const { plot, shown } = this;
    const { _fullLayout: { xaxis, yaxis }, calcdata: [points] } = /** @type {any} */ (plot);
    const trace = shown?.traces[0] ?? {};
    const across = (/** @type {number} */ value) => xaxis._offset + xaxis.c2p(value);
    const down = (/** @type {?number} */ value) => yaxis._offset + clamp(yaxis.c2p(value ?? 0), 0, yaxis._length);
    /** @param {number[]} places @param {number} count @returns {number[]} edges of cells; a contour map has places */
    const edges = (places, count) => places.length > count ? places
      : [places[0], ...places.slice(1).map((place, k) => (place + places[k]) / 2), places[places.length - 1]];
    /** @param {number[]} edges @param {(value: number) => number} to @returns {Span[]} */
    const spans = (edges, to) => edges.slice(1).map((edge, k) =>
      /** @type {Span} */ ([to(edges[k]), to(edge)].sort((a, b) => a - b)));
    const rows = kind === "matrix" ? spans(edges(points[0].y, trace.z.length), down) : null;
    const columns = rows ? spans(edges(points[0].x, trace.z[0].length), across)
      : points.map((/** @type {{p: number}} */ { p }) => [across(p - 0.5), across(p + 0.5)]);
    const perPixel = (yaxis.range[1] - yaxis.range[0]) / yaxis._length;
    this.places = { rows, columns, base: down(0), down, perPixel,
      area: [xaxis._offset, yaxis._offset, xaxis._length, yaxis._length] };
    return this.places;
  }

  /** Where a point lies, in pixels from the left and from the top. @param {number} x @param {number} y
   * @returns {[number, number]} */
  spot(x, y) {
    const { xaxis, yaxis } = /** @type {any} */ (this.plot)._fullLayout;
    const along = (/** @type {any} */ axis, /** @type {number} */ at) =>
      axis._offset + clamp(axis.c2p(at), 0, axis._length);
    return [along(xaxis, x), along(yaxis, y)];
  }

  /** The value axis as it is on the screen. @returns {[number, number]} */
  range() {
    const [low, high] = /** @type {any} */ (this.plot)._fullLayout.yaxis.range;
    return [low, high];
  }

  clear() {
    this.mover?.release();
    plotly()?.purge(this.plot);
    this.plot.replaceChildren();
    Object.assign(this, { shown: null, moved: false, mover: null, places: null });
  }
}
