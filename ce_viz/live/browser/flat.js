// @ts-check
/**
 * Drawings in space where a browser has no WebGL, as on many virtual machines and remote desktops: a map instead.
 *
 * @typedef {import("./card.js").Figure} Figure
 */

const [EDGES, LINE] = [{ l: 46, r: 10, t: 8, b: 40 }, 1.5]; // pixels around a map; of the way on it

/** @type {?boolean} known from the first drawing in space on */
let hasWebGL = null;

/** Whether a figure cannot be drawn as it is. @param {Figure} figure */
export const isTooDeep = ({ layout }) =>
  Boolean(layout.scene) && !(hasWebGL ??= Boolean(document.createElement("canvas").getContext("webgl")));

/** A figure in space as a map, seen from above. @param {Figure} figure @returns {Figure} */
export function flattened({ data, layout: { scene, ...layout } }) {
  const axis = (/** @type {Record<string, any>} */ { title, tickfont, nticks, gridcolor }) =>
    ({ title: { ...title, standoff: 4 }, tickfont, nticks, gridcolor });
  const map = (/** @type {any} */ { cmin, cmax, contours: { z: { color, ...lines } }, lighting, ...trace }) =>
    ({ ...trace, type: "contour", zmin: cmin, zmax: cmax, line: { color, width: 0.7 },
      contours: { ...lines, coloring: "heatmap", showlabels: true, labelfont: { size: 10 } } });
  const way = (/** @type {any} */ { z, line, ...trace }) =>
    ({ ...trace, type: "scatter", ...(line && { line: { ...line, width: LINE } }) });
  const traces = data.map((/** @type {any} */ trace) => trace.type === "surface" ? map(trace) : way(trace));
  return { data: traces, layout: { ...layout, margin: EDGES, xaxis: axis(scene.xaxis), yaxis: axis(scene.yaxis) } };
}
