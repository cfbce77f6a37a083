// @ts-check
/**
 * Numbers on bars and cells that are projected: few bars share the width of a hall's screen with large type, so they
 * lose digits before they touch each other, and give way altogether where the shortest are too long.
 *
 * @typedef {import("./mover.js").Trace} Trace
 * @typedef {(text: string, size: number) => number} Ruler width of a text in pixels
 */

const SMALLEST = 11; // size of type
const APART = 3; // pixels at least between two numbers
const GAP = 1; // pixel at least between two numbers in cells, which stand apart themselves
const SHORT = 26; // pixels beside a value axis for a number of two digits
const PLAIN = /^−?\d+\.\d+$/;
const pen = document.createElement("canvas").getContext("2d");

/** @param {string} font @returns {Ruler} */
export const ruler = font => (text, size) => {
  if (!pen) return 0;
  pen.font = `${size}px ${font}`;
  return pen.measureText(text).width;
};

/** A number in as few signs as tell its size: .23, 2.5, −11.6, 0; ≈0 for what is nearly 0.
 * @param {?number} value @param {string} text as it is written where there is room */
function shortest(value, text) {
  if (value === null || !PLAIN.test(text)) return text;
  if (value === 0) return "0";
  if (Math.abs(value) < 0.005) return "≈0";
  const digits = Math.abs(value) < 0.995 ? value.toFixed(2).replace("0.", ".") : value.toFixed(1);
  return digits.replace("-", "−");
}

/** The same with two decimals, where they say enough. @param {?number} value @param {string} text */
const shorter = (value, text) => (value !== null && PLAIN.test(text) && (value === 0 || Math.abs(value) >= 0.005)
  ? value.toFixed(2).replace("-", "−") : text);

/** A trace without its numbers. @param {any} trace @returns {Trace} */
function bare({ text: _text, texttemplate: _template, textposition: _position, ...rest }) {
  return rest;
}

/** A layout with no more room for ticks than theirs need, where values are small.
 * @param {Record<string, any>} layout @returns {Record<string, any>} */
export function tightened(layout) {
  const { l = 0 } = layout.margin ?? {};
  const range = layout.yaxis?.range ?? [Infinity];
  return l > SHORT && Math.max(...range.map(Math.abs)) < 100 && !layout.yaxis?.title?.text
    ? { ...layout, margin: { ...layout.margin, l: SHORT } } : layout;
}

/** A trace with numbers that fit into a drawing so wide.
 * @param {Trace} trace @param {Record<string, any>} layout @param {number} wide @param {Ruler} measure @returns {Trace} */
export function fitted(trace, layout, wide, measure) {
  if (!trace.text) return trace;
  const { l = 0, r = 0 } = layout.margin ?? {};
  if (trace.type === "bar") return fittedBars(trace, layout, wide - l - r, measure);
  return trace.type === "heatmap" ? fittedCells(trace, wide - l - r, measure) : trace;
}

/** @param {any} trace @param {Record<string, any>} layout @param {number} wide @param {Ruler} measure */
function fittedBars(trace, layout, wide, measure) {
  const [from, to] = layout.xaxis?.range ?? [0, trace.y.length];
  const room = wide / (to - from) - APART;
  const size = trace.textfont?.size ?? SMALLEST;
  const fits = (/** @type {string[]} */ texts) => {
    const widths = texts.map(text => measure(text, size));
    return widths.slice(1).every((width, k) =>
      (widths[k] + width) / 2 <= room || trace.y[k] * trace.y[k + 1] < 0);
  };
  for (const write of [(/** @type {?number} */ _, /** @type {string} */ text) => text, shorter, shortest]) {
    const text = trace.text.map((/** @type {string} */ each, /** @type {number} */ k) => write(trace.y[k], each));
    if (fits(text)) return { ...trace, text };
  }
  return bare(trace);
}

/** @param {any} trace @param {number} wide @param {Ruler} measure */
function fittedCells(trace, wide, measure) {
  const room = wide / trace.z[0].length - GAP;
  const fits = (/** @type {string[][]} */ rows, /** @type {number} */ size) =>
    rows.every(texts => texts.every(text => measure(text, size) <= room));
  if (fits(trace.text, trace.textfont?.size ?? SMALLEST)) return trace;
  const text = trace.text.map((/** @type {string[]} */ row, /** @type {number} */ i) =>
    row.map((each, j) => shortest(trace.z[i][j], each)));
  return fits(text, SMALLEST) ? { ...trace, text, textfont: { ...trace.textfont, size: SMALLEST } } : bare(trace);
}
