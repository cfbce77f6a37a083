// @ts-check
/**
 * Numbers on bars and cells: where a window is narrow, and in a hall, where type is large, they lose digits before they
 * touch each other, and give way altogether where the shortest are too long.
 *
 * @typedef {import("./mover.js").Trace} Trace
 * @typedef {(text: string, size: number) => number} Ruler width of a text in pixels
 */

const SMALLEST = 11; // size of type
const TITLE = 14; // the same for the name of an axis
const APART = 1.5; // pixels at least between two numbers
const TICK = 6; // pixels between a tick's name and the drawing
const [USUAL, EDGE] = [6, 3]; // pixels at the other side, as they come and as they are enough
const BOLD = 1.15; // times as wide
const [FAR, NEAR] = [4, 1]; // pixels between two numbers in cells, in a hall and elsewhere
const GAP = 0.4; // pixels there at least: cells stand apart themselves
const BESIDE = 50; // pixels of half a bar, and half of what stands over the next one
const NAMES = 2; // pixels at least between two names below a drawing
const CUT = 1; // pixel beyond a drawing in which a name may end
const LINE = 1.2; // times as high is a line of type
const HALF = 0.6; // of a drawing's width, which names of curves may take
const [SAMPLE, ROW] = [42, 5]; // pixels of a curve's sample before its name, and between two rows of names
const ROOM = 0.16 / 1.32; // of a value axis beyond its last round number, if it has both signs
const PAIR = 2; // bars that share a class's room where they are grouped
const [PLAIN, TINY] = [/^−?\d+\.\d+$/, /·10⁻/];
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
  if (value === null || !(PLAIN.test(text) || TINY.test(text))) return text;
  if (value === 0) return "0";
  if (Math.abs(value) < 0.005) return "≈0";
  const digits = Math.abs(value) < 0.995 ? value.toFixed(2).replace("0.", ".") : value.toFixed(1);
  return digits.replace(/\.?0+$/, "").replace("-", "−");
}

/** The same with a narrower minus. @param {?number} value @param {string} text */
const narrowest = (value, text) => shortest(value, text).replace("−", "–");

/** The same with two decimals, where they say enough. @param {?number} value @param {string} text */
const shorter = (value, text) => (value !== null && PLAIN.test(text) && (value === 0 || Math.abs(value) >= 0.005)
  ? value.toFixed(2).replace("-", "−") : text);

/** A trace without its numbers. @param {any} trace @returns {Trace} */
function bare({ text: _text, texttemplate: _template, textposition: _position, ...rest }) {
  return rest;
}

/** A layout with no more room beside bars or cells than their ticks need, with names and numbers thinned out that would
 * touch, and above curves as much room as their own names take.
 * @param {Record<string, any>} layout @param {Trace[]} traces @param {[number, number]} size width and height
 * @param {Ruler} measure @returns {Record<string, any>} */
export function tightened(layout, traces, [wide, tall], measure) {
  if (!/^(bar|heatmap)$/.test(traces[0].type)) return tightenedCurves(layout, traces, [wide, tall], measure);
  const { l = 0, r = 0, t = 0, b = 0 } = layout.margin ?? {};
  const { ticktext, range } = layout.yaxis ?? {};
  const needed = ticktext ? Math.max(...widthsOf(ticktext, measure)) + TICK
    : range ? measure(widest(range), SMALLEST) + TICK : l;
  const margin = { ...layout.margin, l: Math.min(l, needed), r: r > USUAL ? r : EDGE }; // words may stand there
  const xaxis = layout.xaxis && thinned(layout.xaxis, wide - margin.l - margin.r, margin.r, measure);
  const yaxis = traces[0].type === "heatmap" ? { ...layout.yaxis, ticks: "" }
    : traces[0].text ? lengthened(layout.yaxis, tall - t - b) : layout.yaxis;
  return { ...layout, margin, ...(xaxis && { xaxis }), ...(yaxis && { yaxis }) };
}

/** @param {Record<string, any>} layout @param {Trace[]} traces @param {[number, number]} size @param {Ruler} measure */
function tightenedCurves(layout, traces, [wide, tall], measure) {
  const { l = 0, r = 0, t = 0, b = 0 } = layout.margin ?? {};
  const below = broken(layout.xaxis, wide - l - r, measure);
  const bottom = below ? b + TITLE : b;
  const { legend, height } = named(layout.legend, traces, wide - l - r, measure);
  const top = Math.max(t, height);
  const beside = broken(layout.yaxis, tall - top - bottom, measure);
  const margin = { ...layout.margin, t: top, b: bottom, l: beside ? l + TITLE : l };
  const xaxis = layout.xaxis && thinned(below ?? layout.xaxis, wide - margin.l - r, r, measure);
  const yaxis = layout.yaxis && thinnedUp(beside ?? layout.yaxis, tall - top - bottom);
  return { ...layout, margin, ...(legend && { legend }), ...(xaxis && { xaxis }), ...(yaxis && { yaxis }) };
}

/** The names of curves, above them where they would fill the drawing, and how high they are there: in as many rows as
 * Plotly sets them, and with a word below them at a marked place.
 * @param {any} legend @param {Trace[]} traces @param {number} room @param {Ruler} measure */
function named(legend, traces, room, measure) {
  const shown = traces.filter(({ name, showlegend }) => name && showlegend !== false);
  if (!legend || !shown.length) return { legend, height: 0 };
  const size = legend.font?.size ?? SMALLEST;
  const row = LINE * size + ROW;
  const widths = shown.map(({ name }) => measure(name, size) + SAMPLE);
  if (legend.orientation !== "h")
    return legend.yref === "container" || Math.max(...widths) <= HALF * room ? { legend, height: 0 }
      : { legend: { ...legend, y: 1, yref: "container", yanchor: "top" }, height: shown.length * row + ROW };
  const inOneRow = widths.reduce((sum, width) => sum + width, 0) <= room;
  const rows = inOneRow ? 1 : Math.ceil(widths.length / Math.max(1, Math.floor(room / Math.max(...widths))));
  return { legend, height: rows * row + LINE * SMALLEST + ROW };
}

/** The widest number beside a value axis with a handful of them. @param {number[]} range */
function widest([low, high]) {
  const decimals = Math.max(0, -Math.floor(Math.log10((high - low) / 4)));
  return [low, high].map(end => end.toFixed(decimals).replace("-", "−")).sort((a, b) => b.length - a.length)[0];
}

/** A value axis on which the number at the end of the longest bar has a line's room. @param {any} axis
 * @param {number} tall */
function lengthened(axis, tall) {
  const [low, high] = axis?.range ?? [0, 0];
  const more = (LINE * SMALLEST / tall - ROOM) * (high - low);
  return more > 0 && tall > 0 ? { ...axis, range: [low < 0 ? low - more : low, high > 0 ? high + more : high] } : axis;
}

/** An axis with its name in two lines, if it is longer than the axis. @param {any} axis @param {number} room
 * @param {Ruler} measure */
function broken(axis, room, measure) {
  const text = axis?.title?.text ?? "";
  const middle = text.indexOf(" ", text.length / 2);
  if (middle < 0 || measure(text, TITLE) <= room) return null;
  return { ...axis, title: { ...axis.title, text: `${text.slice(0, middle)}<br>${text.slice(middle + 1)}` } };
}

/** A value axis with as many of its given numbers as have a line's room each, the last among them.
 * @param {any} axis @param {number} tall */
function thinnedUp(axis, tall) {
  const { tickvals: at, ticktext: names, range, type } = axis ?? {};
  if (!at || !range) return axis;
  const place = at.map((/** @type {number} */ value) => (type === "log" ? Math.log10(value) : value));
  const apart = Math.abs(place[at.length - 1] - place[0]) / (at.length - 1) / Math.abs(range[1] - range[0]) * tall;
  const every = Math.max(1, Math.ceil(SMALLEST * LINE / apart));
  const kept = (/** @type {unknown} */ _, /** @type {number} */ k) => (at.length - 1 - k) % every === 0;
  return { ...axis, tickvals: at.filter(kept), ...(names && { ticktext: names.filter(kept) }) };
}

/** How wide the names of an axis are, without their markup. @param {string[]} names @param {Ruler} measure */
const widthsOf = (names, measure) => names.map(name =>
  measure(name.replace(/<[^>]*>|&[a-z]+(?=;)/g, ""), SMALLEST) * (/^<b/.test(name) ? BOLD : 1));

/** An axis with as many of its names as do not touch: the one in bold first, then the last.
 * @param {Record<string, any>} axis @param {number} wide @param {number} edge pixels to the right of it
 * @param {Ruler} measure */
function thinned(axis, wide, edge, measure) {
  const { tickvals, range, type } = axis;
  if (!tickvals || !range) return axis;
  const names = axis.ticktext ?? tickvals.map(String);
  const at = type === "log" ? tickvals.map(Math.log10) : tickvals;
  const unit = wide / (range[1] - range[0]);
  const widths = widthsOf(names, measure);
  const weight = (/** @type {number} */ k) => (/^<b/.test(names[k]) ? 2 : k === names.length - 1 ? 1 : 0);
  /** @type {number[]} */
  const kept = [];
  const isWithin = (/** @type {number} */ k) => widths[k] / 2 <= (range[1] - at[k]) * unit + edge + CUT;
  for (const k of at.map((/** @type {number} */ _, /** @type {number} */ k) => k).filter(isWithin)
    .sort((/** @type {number} */ one, /** @type {number} */ other) => weight(other) - weight(one)))
    if (kept.every(other => Math.abs(at[k] - at[other]) * unit >= (widths[k] + widths[other]) / 2 + NAMES))
      kept.push(k);
  kept.sort((one, other) => one - other);
  return { ...axis, tickvals: kept.map(k => tickvals[k]), ticktext: kept.map(k => names[k]) };
}

/** A trace with numbers that fit into a drawing.
 * @param {Trace} trace @param {Record<string, any>} layout @param {[number, number]} size width and height
 * @param {Ruler} measure @param {boolean} projected @returns {Trace} */
export function fitted(trace, layout, [wide, tall], measure, projected) {
  if (!trace.text) return trace;
  const { l = 0, r = 0, t = 0, b = 0 } = layout.margin ?? {};
  if (trace.mode === "text" && trace.textposition === "middle right")
    return fittedWords(trace, layout, wide - l - r, measure, projected);
  if (trace.type === "bar") return fittedBars(trace, layout, [wide - l - r, tall - t - b], r, measure);
  if (trace.type !== "heatmap") return trace;
  return fittedCells(trace, [wide - l - r, tall - t - b], measure, projected);
}

/** Words beside bars, in two lines where one would reach the next bar; none beside a bar of 0, which is not seen.
 * @param {any} trace @param {Record<string, any>} layout @param {number} wide @param {Ruler} measure
 * @param {boolean} projected */
function fittedWords(trace, layout, wide, measure, projected) {
  const [from, to] = layout.xaxis.range;
  const unit = wide / (to - from);
  const behind = (to - Math.max(...trace.x)) * unit; // the last bar, and between two about as much
  const room = projected ? behind : Math.min(behind, unit - BESIDE);
  const size = trace.textfont?.size ?? SMALLEST;
  const isWide = trace.text.some((/** @type {string} */ text) => measure(text, size) > room);
  const split = (/** @type {string} */ text, /** @type {number} */ k) =>
    !trace.y[k] && (projected || isWide) ? "" : isWide ? text.replace(" = ", " =<br> ") : text;
  return { ...trace, text: trace.text.map(split) };
}

/** @param {any} trace @param {Record<string, any>} layout @param {[number, number]} area @param {number} edge to the
 * right @param {Ruler} measure */
function fittedBars(trace, layout, [wide, tall], edge, measure) {
  const [from, to] = layout.xaxis?.range ?? [-0.5, trace.y.length - 0.5];
  const unit = wide / (to - from);
  const given = trace.textfont?.size ?? SMALLEST;
  const bar = unit * (1 - (layout.bargap ?? 0)); // how wide one is
  const isGrouped = layout.barmode === "group";
  const [low, high] = layout.yaxis?.range ?? [0, 1];
  const ends = trace.y.map((/** @type {?number} */ y) => ((y ?? 0) / (high - low)) * tall);
  const fits = (/** @type {string[]} */ texts, /** @type {number} */ size) => {
    const middle = (/** @type {number} */ k) => ends[k] + (ends[k] < 0 ? -1 : 1) * LINE * size / 2; // of a number
    const touch = (/** @type {number} */ one, /** @type {number} */ other) => Math.abs(one - other) < LINE * size;
    const halves = texts.map(text => measure(text, size) / 2);
    const last = halves.length - 1;
    if (isGrouped && halves.some(half => 2 * half + APART > bar / PAIR)) return false;
    if (halves[0] > -from * unit || halves[last] > (to - last) * unit + edge) return false;
    /** Whether number k is clear of number j and of its bar. @param {number} k @param {number} j */
    const clear = (k, j) => {
      const apart = Math.abs(j - k) * unit;
      const onBar = middle(k) * ends[j] > 0 && Math.abs(middle(k)) < Math.abs(ends[j]) + LINE * size / 2;
      return (apart >= halves[k] + halves[j] + APART || !touch(middle(k), middle(j))) &&
        (isGrouped || apart >= halves[k] + bar / 2 || !onBar);
    };
    return halves.every((_half, k) => halves.every((_other, j) => j === k || clear(k, j)));
  };
  for (const write of [(/** @type {?number} */ _, /** @type {string} */ text) => text, shorter, shortest]) {
    const text = trace.text.map((/** @type {string} */ each, /** @type {number} */ k) => write(trace.y[k], each));
    if (fits(text, given)) return { ...trace, text };
    if (write === shortest && fits(text, SMALLEST))
      return { ...trace, text, textfont: { ...trace.textfont, size: SMALLEST } };
  }
  return bare(trace);
}

/** @param {any} trace @param {[number, number]} area @param {Ruler} measure @param {boolean} projected */
function fittedCells(trace, [wide, tall], measure, projected) {
  const room = wide / trace.z[0].length;
  const isLow = tall / trace.z.length < 2 * LINE * SMALLEST; // for what stands below a number
  /** @type {string[][]} */
  const texts = trace.text.map((/** @type {string[]} */ row) =>
    row.map(each => (isLow ? each.split("<br>")[0] : each)));
  const written = (/** @type {(value: ?number, text: string) => string} */ write) =>
    texts.map((row, i) => row.map((each, j) => write(trace.z[i][j], each)));
  const fits = (/** @type {string[][]} */ rows, /** @type {number} */ size, gap = GAP) =>
    rows.every(row => row.every(text => text.split("<br>").every(line =>
      measure(line.replace(/<[^>]*>/g, ""), size) + gap <= room)));
  const given = Math.min(trace.textfont?.size ?? SMALLEST, isLow ? SMALLEST : Infinity);
  const sized = (/** @type {string[][]} */ text, /** @type {number} */ size) =>
    ({ ...trace, text, textfont: { ...trace.textfont, size } });
  if (fits(texts, given, projected ? FAR : NEAR)) return sized(texts, given);
  const small = Math.min(given, SMALLEST);
  const sizes = projected ? [] : [small, small - 1];
  for (const size of sizes) if (fits(texts, size)) return sized(texts, size);
  for (const write of [shortest, narrowest]) {
    const text = written(write);
    if (fits(text, small)) return sized(text, small);
  }
  return bare(trace);
}
