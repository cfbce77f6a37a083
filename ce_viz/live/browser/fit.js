// @ts-check
/**
 * Numbers on bars and cells that are projected: few bars share the width of a hall's screen with large type, so they
 * lose digits before they touch each other, and give way altogether where the shortest are too long.
 *
 * @typedef {import("./mover.js").Trace} Trace
 * @typedef {(text: string, size: number) => number} Ruler width of a text in pixels
 */

const SMALLEST = 11; // size of type
const TITLE = 14; // the same for the name of an axis
const APART = 2; // pixels at least between two numbers
const TICK = 9; // pixels of a tick and around it
const [USUAL, EDGE] = [6, 2]; // pixels at the other side, as they come and as they are enough
const BOLD = 1.15; // times as wide
const [APART_IN_CELLS, GAP] = [4, 1]; // pixels between two numbers in cells; at least: cells stand apart themselves
const PAIR = 2; // bars that share a class's room where they are grouped
const SHORT = 26; // pixels beside a value axis for a number of two digits
const PLAIN = /^−?\d+\.\d+$/;
const pen = document.createElement("canvas").getContext("2d");

/** @param {string} font @returns {Ruler} */
export const ruler = font => (text, size) => {
  if (!pen) return 0;
  pen.font = `${size}px ${font}`;
  return pen.measureText(text).width;
};

/** A number in as few signs as tell its size: .23, 2.5, 2, −11.6, 0; ≈0 for what is nearly 0.
 * @param {?number} value @param {string} text as it is written where there is room */
function shortest(value, text) {
  if (value === null || !PLAIN.test(text)) return text;
  if (value === 0) return "0";
  if (Math.abs(value) < 0.005) return "≈0";
  const digits = Math.abs(value) < 0.995 ? value.toFixed(2).replace("0.", ".") : value.toFixed(1);
  return digits.replace(/\.?0+$/, "").replace("-", "−");
}

/** The same with two decimals, where they say enough. @param {?number} value @param {string} text */
const shorter = (value, text) => (value !== null && PLAIN.test(text) && (value === 0 || Math.abs(value) >= 0.005)
  ? value.toFixed(2).replace("-", "−") : text);

/** A trace without its numbers. @param {any} trace @returns {Trace} */
function bare({ text: _text, texttemplate: _template, textposition: _position, ...rest }) {
  return rest;
}

/** A layout for bars or cells with no more room beside them than their ticks need, and names thinned out that would
 * touch; for curves, with the name of the axis below in two lines where one is too long.
 * @param {Record<string, any>} layout @param {Trace} trace @param {number} wide @param {Ruler} measure
 * @returns {Record<string, any>} */
export function tightened(layout, trace, wide, measure) {
  const { l = 0, r = 0, b = 0 } = layout.margin ?? {};
  if (!/^(bar|heatmap)$/.test(trace.type)) {
    const text = layout.xaxis?.title?.text ?? "";
    const middle = text.indexOf(" ", text.length / 2);
    if (middle < 0 || measure(text, TITLE) <= wide - l - r) return layout;
    const broken = `${text.slice(0, middle)}<br>${text.slice(middle + 1)}`;
    const xaxis = { ...layout.xaxis, title: { ...layout.xaxis.title, text: broken } };
    return { ...layout, xaxis, margin: { ...layout.margin, b: b + TITLE } };
  }
  const { ticktext, range = [Infinity] } = layout.yaxis ?? {};
  const needed = ticktext ? Math.max(...widthsOf(ticktext, measure)) + TICK
    : Math.max(...range.map(Math.abs)) < 100 ? SHORT : l;
  const margin = { ...layout.margin, l: Math.min(l, needed), r: r > USUAL ? r : EDGE }; // words may stand there
  const xaxis = layout.xaxis && thinned(layout.xaxis, wide - margin.l - margin.r, measure);
  return { ...layout, margin, ...(xaxis && { xaxis }) };
}

/** How wide the names of an axis are, without their markup. @param {string[]} names @param {Ruler} measure */
const widthsOf = (names, measure) => names.map(name =>
  measure(name.replace(/<[^>]*>|&[a-z]+(?=;)/g, ""), SMALLEST) * (/^<b/.test(name) ? BOLD : 1));

/** An axis with as many of its names as do not touch: the one in bold first, then the last.
 * @param {Record<string, any>} axis @param {number} wide @param {Ruler} measure */
function thinned(axis, wide, measure) {
  const { tickvals: at, ticktext: names, range } = axis;
  if (!at || !names || !range) return axis;
  const unit = wide / (range[1] - range[0]);
  const widths = widthsOf(names, measure);
  const weight = (/** @type {number} */ k) => (/^<b/.test(names[k]) ? 2 : k === names.length - 1 ? 1 : 0);
  /** @type {number[]} */
  const kept = [];
  for (const k of at.map((/** @type {number} */ _, /** @type {number} */ k) => k)
    .sort((/** @type {number} */ one, /** @type {number} */ other) => weight(other) - weight(one)))
    if (kept.every(other => Math.abs(at[k] - at[other]) * unit >= (widths[k] + widths[other]) / 2)) kept.push(k);
  kept.sort((one, other) => one - other);
  return { ...axis, tickvals: kept.map(k => at[k]), ticktext: kept.map(k => names[k]) };
}

/** A trace with numbers that fit into a drawing so wide.
 * @param {Trace} trace @param {Record<string, any>} layout @param {number} wide @param {Ruler} measure
 * @returns {Trace} */
export function fitted(trace, layout, wide, measure) {
  if (!trace.text) return trace;
  const { l = 0, r = 0 } = layout.margin ?? {};
  if (trace.type === "bar") return fittedBars(trace, layout, wide - l - r, r, measure);
  return trace.type === "heatmap" ? fittedCells(trace, wide - l - r, measure) : trace;
}

/** @param {any} trace @param {Record<string, any>} layout @param {number} wide @param {number} edge to the right
 * @param {Ruler} measure */
function fittedBars(trace, layout, wide, edge, measure) {
  const [from, to] = layout.xaxis?.range ?? [-0.5, trace.y.length - 0.5];
  const unit = wide / (to - from);
  const size = trace.textfont?.size ?? SMALLEST;
  const fits = (/** @type {string[]} */ texts) => {
    const halves = texts.map(text => measure(text, size) / 2);
    const last = halves.length - 1;
    if (layout.barmode === "group" && halves.some(half => 2 * half + APART > unit * (1 - (layout.bargap ?? 0)) / PAIR))
      return false;
    return halves[0] <= -from * unit && halves[last] <= (to - last) * unit + edge &&
      halves.every((half, k) => halves.every((other, j) => j <= k || trace.y[k] * trace.y[j] < 0 ||
        half + other + APART <= (j - k) * unit));
  };
  for (const write of [(/** @type {?number} */ _, /** @type {string} */ text) => text, shorter, shortest]) {
    const text = trace.text.map((/** @type {string} */ each, /** @type {number} */ k) => write(trace.y[k], each));
    if (fits(text)) return { ...trace, text };
  }
  return bare(trace);
}

/** @param {any} trace @param {number} wide @param {Ruler} measure */
function fittedCells(trace, wide, measure) {
  const room = wide / trace.z[0].length;
  const fits = (/** @type {string[][]} */ rows, /** @type {number} */ size, /** @type {number} */ gap) =>
    rows.every(texts => texts.every(text => measure(text, size) + gap <= room));
  if (fits(trace.text, trace.textfont?.size ?? SMALLEST, APART_IN_CELLS)) return trace;
  const text = trace.text.map((/** @type {string[]} */ row, /** @type {number} */ i) =>
    row.map((each, j) => shortest(trace.z[i][j], each)));
  return fits(text, SMALLEST, GAP) ? { ...trace, text, textfont: { ...trace.textfont, size: SMALLEST } } : bare(trace);
}
