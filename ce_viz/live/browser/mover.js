// @ts-check
/**
 * Moves the nodes of a drawing by Plotly: bars, marks, lines, cells and their numbers, where Plotly would put them
 * itself, without its half of each drawing that works out what has not changed. What a tracker does not know (a bar
 * that appears, a text with markup in it) is Plotly's; the next drawing by Plotly overwrites all that was moved.
 *
 * @typedef {Record<string, any>} Trace
 * @typedef {(colour: string) => string} Paint a light-theme colour as the theme has it
 * @typedef {(?number)[]} Shades of a heat map's cells, row by row: -1 the scale's first colour, 1 its last, null none
 * @typedef {{before: Trace, now: Trace, shades?: Shades}} Step
 * @typedef {{node: Element, data: Record<string, any>[], x: any, y: any, layout: any, traces: Trace[],
 *   paint: Paint}} Drawn
 * @typedef {{move: (step: Step) => ?number, release?: () => void}} Tracker `move` gives the number of points it moved,
 *   null where it does not know how
 */

import { Bars } from "./bars.js";
import { Cells } from "./cells.js";
import { isSame } from "./dom.js";
import { Scatter } from "./scatter.js";

/** What no tracker knows: it may stay as it is. @implements {Tracker} */
class Fixed {
  /** @param {Step} step */
  move({ before, now }) {
    return isSame(before, now) ? 0 : null;
  }
}

/** Follows what Plotly drew of one trace. @param {any} plot @param {number} at @param {Paint} paint */
function tracker(plot, at, paint) {
  const data = plot.calcdata?.[at];
  const trace = plot._fullData[at];
  const [x, y] = [trace.xaxis, trace.yaxis].map(name => plot._fullLayout[String(name).replace(/^./, "$&axis")]);
  const axes = [x, y].every(axis => /^(linear|log)$/.test(axis?.type) && plot.layout[axis._name]?.range);
  const node = data?.[0]?.node3?.node();
  if (!node || trace.visible !== true) return new Fixed();
  /** @type {Drawn} */
  const drawn = { node, data, x, y, layout: plot._fullLayout, traces: plot._fullData, paint };
  if (trace.type === "bar" && axes && Bars.knows(trace, drawn)) return new Bars(trace, drawn);
  if (trace.type === "scatter" && axes && Scatter.knows(trace, drawn)) return new Scatter(trace, drawn);
  if (trace.type === "heatmap" && Cells.knows(trace, drawn)) return new Cells(trace, drawn);
  return new Fixed();
}

export class Mover {
  /** @param {any} plot that Plotly has just drawn @param {Paint} paint */
  constructor(plot, paint) {
    /** @type {Tracker[]} */
    this.trackers = [...plot._fullData.keys()].map(at => tracker(plot, at, paint));
  }

  /** Moves all traces. Gives the number of points moved, null where a drawing by Plotly is needed.
   * @param {Trace[]} before @param {Trace[]} now @param {Shades} [shades] of the heat map, if there is one */
  move(before, now, shades) {
    if (now.length !== this.trackers.length || before.length !== now.length) return null;
    let moved = 0;
    for (const [at, tracked] of this.trackers.entries()) {
      const step = { before: before[at], now: now[at], shades };
      const points = before[at] === now[at] ? 0 : tracked.move(step);
      if (points === null) return null;
      moved += points;
    }
    return moved;
  }

  /** Takes away what is not Plotly's, before it draws. */
  release() {
    for (const tracked of this.trackers) tracked.release?.();
  }
}
