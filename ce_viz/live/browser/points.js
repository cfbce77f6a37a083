// @ts-check
/**
 * Points of a drawing that say their numbers: the one nearest to the mouse or a finger, and by one tab stop and the
 * arrow keys one after the other.
 *
 * @typedef {[number, number, string]} Point x and y as on the drawing's axes, and what it says
 */

import { clamp, element, position, setValues } from "./dom.js";

const SIZE = 18; // pixels of the mark around a point
const AWAY = 13; // pixels from a point to what it says
const ACROSS = 4; // how much more it counts to be beside a point than above or below it
/** @type {Record<string, number>} */
const STEPS = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageDown: -10, PageUp: 10,
  Home: -Infinity, End: Infinity };

/** @type {Point[]} */ const NONE = [];

/** Says something beside a place of a drawing, within its edges: above what is in the lower half, else below.
 * @param {HTMLElement} node @param {import("./card.js").Card} card @param {[number, number]} place
 * @param {number} away pixels above and below the place @param {string} textContent */
export const tell = (node, card, [x, y], away, textContent) => {
  // As far to the left of the place as the place is from the drawing's left edge: never over an edge.
  const [across, up] = [(100 * clamp(x, 0, card.width)) / card.width, y > card.height() / 2];
  setValues(node, { textContent,
    style: `transform:translate(${x}px,${y + (up ? -away : away)}px) translate(${-across}%,${up ? -100 : 0}%)` });
};

export class Points {
  told = element("div", "lc-told", { hidden: true, "aria-hidden": true });
  mark = element("div", "lc-mark", { hidden: true });
  /** @type {?HTMLElement} */ stop = null;
  at = 0; // which point the tab stop is on
  said = -1; // which point says its numbers
  /** @type {[number, number][]} where the points are, in pixels */ places = [];
  /** @type {?import("./drawing.js").Picture} */ picture = null;
  /** @type {?Point[]} */ arranged = null;

  /** @param {import("./card.js").Card} card */
  constructor(card) {
    this.card = card;
    const over = card.overlay.node;
    /** @type {Record<string, (event: any) => void>} */
    const acts = { pointermove: event => this.point(event), pointerdown: event => this.point(event),
      pointerleave: event => event.pointerType === "mouse" && this.rest(), focusin: () => this.rest(),
      focusout: () => this.show(-1), keydown: event => this.key(event) };
    for (const [type, act] of Object.entries(acts)) over.addEventListener(type, act);
  }

  get points() {
    return this.card.chart.points ?? NONE;
  }

  clear() {
    this.stop?.remove();
    this.told.remove();
    this.mark.remove();
    Object.assign(this, { stop: null, at: 0, said: -1, places: [], picture: null, arranged: null });
  }

  /** Finds the points' places on the drawing. @param {import("./drawing.js").Drawing} drawing */
  arrange(drawing) {
    const { points } = this;
    if (this.picture === drawing.shown && this.arranged === points) return;
    Object.assign(this, { picture: drawing.shown, arranged: points });
    this.places = points.map(([x, y]) => drawing.spot(x, y));
    if (!points.length) return this.clear();
    this.card.overlay.node.append(this.mark, this.told);
    this.rove(this.at);
    this.show(this.said);
  }

  /** Puts the tab stop on a point: as a new element if a key moves it, so that it is read out.
   * @param {number} at @param {boolean} [moved] */
  rove(at, moved) {
    this.at = clamp(at, 0, this.points.length - 1);
    const old = this.stop;
    const stop = old && !moved ? old : this.card.overlay.node.appendChild(element("div", "lc-stop"));
    const [x, y] = this.places[this.at];
    setValues(position(stop, x - SIZE / 2, y - SIZE / 2, SIZE, SIZE),
      { role: "img", tabIndex: 0, "aria-label": this.points[this.at][2] });
    this.stop = stop;
    if (moved) stop.focus({ preventScroll: true });
    if (old !== stop) old?.remove();
  }

  /** Says what a point says; nothing for -1. @param {number} at */
  show(at) {
    this.said = at;
    const hidden = !this.points[at];
    setValues(this.told, { hidden });
    setValues(this.mark, { hidden });
    if (hidden) return;
    const [x, y] = this.places[at];
    position(this.mark, x - SIZE / 2, y - SIZE / 2, SIZE, SIZE);
    tell(this.told, this.card, [x, y], AWAY, this.points[at][2]);
  }

  /** Shows the point that has the focus, or none. */
  rest() {
    this.show(this.stop && this.stop === this.stop.ownerDocument.activeElement ? this.at : -1);
  }

  /** Shows the point nearest to a pointer; a finger leaves it there. @param {PointerEvent} event */
  point(event) {
    if (!this.places.length || (event.type === "pointermove" && event.pointerType !== "mouse")) return;
    const { left, top } = this.card.overlay.node.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top].map(pixels => pixels / this.card.layout.scale());
    const away = this.places.map(([across, down]) => ACROSS * Math.abs(across - x) + Math.abs(down - y));
    this.show(away.indexOf(Math.min(...away)));
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = event.target === this.stop && !event.ctrlKey && !event.metaKey && !event.altKey && STEPS[event.key];
    if (!step) return;
    this.rove(this.at + step, true);
    this.rest();
    event.preventDefault();
    event.stopPropagation(); // a page's own keys, such as arrows that turn it, are not meant here
  }
}
