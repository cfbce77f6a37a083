// @ts-check
/**
 * Boards that belong to no page: a drawing of votes, and bars by which a student says a guess.
 *
 * @typedef {import("./board.js").BoardData} BoardData
 * @typedef {import("./board.js").Urls} Urls
 */

import { Board } from "./board.js";
import { clamp } from "./dom.js";

/** A board that only shows. */
export class Picture extends Board {
  /** @param {HTMLElement} parent @param {Urls} urls @param {BoardData} data */
  constructor(parent, urls, data) {
    super(parent, urls, data);
    this.road.boards.delete(this); // it never speaks for the page
    this.receive(data);
  }

  undo() {}

  /** @param {import("./board.js").LiveEvent} _ */
  send(_) {}
}

/** Bars in the student's own hand. */
export class Guess extends Picture {
  /** @param {HTMLElement} parent @param {Urls} urls @param {BoardData} data
   * @param {?number[]} values guessed before @param {() => void} moved */
  constructor(parent, urls, data, values, moved) {
    super(parent, urls, data);
    this.moved = moved;
    this.outbox.post = ({ id, events }) => queueMicrotask(() => this.act(id, events));
    if (values) this.set(new Map(values.entries()), this.data.handled);
  }

  /** @param {import("./board.js").LiveEvent} event */
  send(event) {
    if (event.kind === "edit") this.outbox.send(event);
    this.schedule();
  }

  /** @returns {number[]} one of each bar */
  values() {
    const [{ figure }] = this.data.charts;
    return figure.data[0].y;
  }

  /** @param {number} id @param {import("./board.js").LiveEvent[]} events */
  act(id, events) {
    const [low, high] = this.data.charts[0].editable?.reach ?? [-Infinity, Infinity];
    const values = events.flatMap(event =>
      event.kind === "edit" ? [/** @type {[number, number]} */ ([event.index, clamp(event.value, low, high)])] : []);
    this.set(new Map(values), id);
    this.moved();
  }

  /** @param {Map<number, number>} values by bar @param {number} handled */
  set(values, handled) {
    const [chart, ...others] = this.data.charts;
    const [trace, ...rest] = chart.figure.data;
    const decimals = /\.(\d+)/.exec(trace.text?.[0])?.[1].length ?? 0;
    const y = trace.y.map((/** @type {number} */ old, /** @type {number} */ k) => values.get(k) ?? old);
    const text = y.map((/** @type {number} */ value) => value.toFixed(decimals).replace("-", "−"));
    const figure = { ...chart.figure, data: [{ ...trace, y, text: trace.text && text }, ...rest] };
    this.receive({ ...this.data, handled, charts: [{ ...chart, figure }, ...others] });
  }
}
